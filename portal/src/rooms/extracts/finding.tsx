import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Finding } from "../../api/extracts";
import { usePartyName } from "../../components/acting/use-acting";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount } from "../../components/format";
import { useNames } from "../../components/names";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";

/** Whose delivery it was: department, officer, time, height, and what speaks for it. */
export function FindingFacts({ finding }: { finding: Finding }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const partyName = usePartyName();
  const count = (number: number) => formatCount(number, language);
  return (
    <Facts
      items={[
        [t("extracts.recipient"), nameOf(finding.recipient)],
        [
          t("extracts.receiver"),
          <span key="r">
            {partyName(finding.receiver)} <Digest value={finding.receiver} />
          </span>,
        ],
        [t("extracts.deliveredAt"), <Time key="t" ms={finding.delivered.time} />],
        [
          t("extracts.height"),
          <Link key="h" to={`/blocks/${finding.delivered.height}`}>
            {t("receipts.final", { height: count(finding.delivered.height) })}
          </Link>,
        ],
        [t("extracts.extract"), <Digest key="e" value={finding.extract} />],
        [
          t("extracts.signs"),
          t("extracts.signsText", {
            found: count(finding.canariesFound),
            canaries: count(finding.canaries),
            ordered: count(finding.inOrder),
            compared: count(finding.compared),
          }),
        ],
        [t("extracts.chance"), t("extracts.chanceText", { bits: finding.bits })],
      ]}
    />
  );
}
