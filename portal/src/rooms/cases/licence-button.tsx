import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Case } from "../../api/cases";
import type { Item } from "../../api/items";
import { homeChainQuery } from "../../api/queries";
import { Badge } from "../../components/badge";
import { saveAs } from "../../components/save";
import { licenceCommitment, licenceDocument } from "../../ledger/licence";
import { parseDigest } from "../../verify/digest";

/** The licence as a document, offered only where it is what the decision committed to. */
export function LicenceButton({ value, item, commitment }: { value: Case; item: Item; commitment: string }) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const algorithm = parseDigest(commitment)?.algorithm;
  if (home === undefined || algorithm === undefined) return null;
  const document = licenceDocument(value, item, home.chain);
  if (document === null || licenceCommitment(document, algorithm) !== commitment) {
    return <p className="hint">{t("cases.licenceElsewhere")}</p>;
  }
  return (
    <p className="actions">
      <button
        type="button"
        className="button"
        onClick={() => saveAs(`${value.number}.licence.json`, new Uint8Array(document), "application/json")}
      >
        {t("cases.licenceSave")}
      </button>
      <Badge tone="good">{t("cases.licenceMatches")}</Badge>
    </p>
  );
}
