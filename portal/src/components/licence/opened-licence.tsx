import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { At } from "../../api/ask";
import type { Licence } from "../../api/licences";
import { openLook } from "../../ledger/look";
import { SealedContentRefused } from "../../ledger/reader-key";
import type { StoredAct } from "../../store/acts";
import { useCertificateVerdict } from "../certificate/use-certificate-verdict";
import { Failure, Notice } from "../notice";
import { QrCode } from "../qr-code";
import { saveAs } from "../save";
import { LicenceView } from "./licence-parts";
import { LicencePdf, licenceAddress } from "./licence-pdf";

function Content({ text, record }: { text: string; record: At<Licence> }) {
  const { t } = useTranslation();
  const { value: licence } = record;
  const verdict = useCertificateVerdict(text, licence.issuer, licence.credential);
  if (verdict === null) return <Notice tone="info" title={t("verify.working")} />;
  return (
    <>
      <LicenceView licence={licence} verdict={verdict}>
        <section className="qr-part" aria-label={t("licence.qr")}>
          <QrCode text={licenceAddress(licence.id)} label={t("licence.qr")} />
          <p className="hint">{t("licence.qrHint")}</p>
        </section>
      </LicenceView>
      <p className="actions no-print">
        <button type="button" className="button button-main" onClick={() => print()}>
          {t("licence.print")}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => saveAs(`${t("licence.file")}.sd-jwt.txt`, text, "text/plain")}
        >
          {t("licence.save")}
        </button>
      </p>
      <LicencePdf verdict={verdict} record={record} />
    </>
  );
}

/** The content of a look at one's own licence, fetched sealed, opened and checked in this browser. */
export function OpenedLicence({ act, record }: { act: StoredAct; record: At<Licence> }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["look", act.id],
    // Opened content is not kept longer than the page shows it.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => openLook(act),
  });
  if (data) return <Content text={data.text} record={record} />;
  if (error instanceof SealedContentRefused) {
    return (
      <Notice tone="bad" title={t("look.sealed")}>
        <p>{t("look.sealedHint")}</p>
      </Notice>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  return <Notice tone="info" title={t("look.fetching")} />;
}
