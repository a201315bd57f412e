import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { standingQuery } from "../../api/sharing";
import { openLook } from "../../ledger/look";
import { SealedContentRefused } from "../../ledger/reader-key";
import type { StoredAct } from "../../store/acts";
import { AtHeight } from "../badge";
import { useNames } from "../names";
import { Failure, Notice } from "../notice";
import { QrCode } from "../qr-code";
import { saveAs } from "../save";
import { CertificatePdf } from "./certificate-pdf";
import { CertificateView } from "./certificate-view";
import { useCertificateVerdict } from "./use-certificate-verdict";

function Content({
  text,
  holder,
  certificate,
  own,
}: {
  text: string;
  holder: string;
  certificate: string;
  own: boolean;
}) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const record = useQuery(standingQuery(certificate));
  const verdict = useCertificateVerdict(text, holder, record.data?.value?.credential ?? null);
  const address = `${location.origin}/certificate/${encodeURIComponent(certificate)}`;
  if (verdict === null) return <Notice tone="info" title={t("verify.working")} />;
  return (
    <>
      <CertificateView verdict={verdict} issuerName={nameOf(holder)}>
        {own && (
          <section className="qr-part" aria-label={t("certificate.qr")}>
            <QrCode text={address} label={t("certificate.qr")} />
            <p className="hint">{t("certificate.qrHint")}</p>
          </section>
        )}
      </CertificateView>
      {own && (
        <p className="actions no-print">
          <button type="button" className="button button-main" onClick={() => print()}>
            {t("certificate.print")}
          </button>
          <button
            type="button"
            className="button"
            onClick={() => saveAs(`${t("certificate.file")}.sd-jwt.txt`, text, "text/plain")}
          >
            {t("certificate.save")}
          </button>
        </p>
      )}
      {record.data?.value && (
        <CertificatePdf verdict={verdict} record={{ ...record.data, value: record.data.value }} />
      )}
      {record.data && <AtHeight height={record.data.height} />}
    </>
  );
}

/** The content of an allowed look, fetched sealed, opened and checked in this browser. */
export function OpenedLook({ act, own = false }: { act: StoredAct; own?: boolean }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    queryKey: ["look", act.id],
    // Opened content is not kept longer than the page shows it.
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => openLook(act),
  });
  if (data) {
    return <Content text={data.text} holder={data.holder} certificate={data.id} own={own} />;
  }
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
