import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { At } from "../../api/ask";
import { type Certificate, standingQuery } from "../../api/sharing";
import { Answered } from "../../components/answered";
import { Badge } from "../../components/badge";
import { CertificatePdf } from "../../components/certificate/certificate-pdf";
import { CertificateView } from "../../components/certificate/certificate-view";
import { useCertificateVerdict } from "../../components/certificate/use-certificate-verdict";
import { Digest } from "../../components/digest";
import { DropZone } from "../../components/drop-zone";
import { Facts } from "../../components/facts";
import { kindText, useNames } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { parseDigest } from "../../verify/digest";

const MOST_BYTES = 256 * 1024;

function Judged({ text, record }: { text: string; record: At<Certificate> }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  const { value: certificate } = record;
  const verdict = useCertificateVerdict(text, certificate.issuer, certificate.credential);
  if (verdict === null) return <Notice tone="info" title={t("verify.working")} />;
  return (
    <>
      <CertificateView verdict={verdict} issuerName={nameOf(certificate.issuer)} />
      <CertificatePdf verdict={verdict} record={record} />
    </>
  );
}

const SENTENCE_TONES = {
  valid: "good",
  suspended: "warn",
  revoked: "bad",
  expired: "warn",
  erasing: "warn",
  erased: "warn",
} as const;

function State({ certificate }: { certificate: Certificate }) {
  const { t } = useTranslation();
  const nameOf = useNames();
  return (
    <>
      <Notice tone={SENTENCE_TONES[certificate.state]} title={t(`check.says.${certificate.state}`)} />
      <div className="card">
        <Facts
          items={[
            [t("certificate.kindName"), kindText(t, certificate.kind)],
            [t("certificate.issuer"), nameOf(certificate.issuer)],
            [
              t("check.state"),
              <Badge key="state" tone={certificate.state === "valid" ? "good" : "bad"}>
                {t(`certificate.state.${certificate.state}`)}
              </Badge>,
            ],
            [
              t("certificate.issued"),
              certificate.issued === null ? null : <Time key="i" ms={certificate.issued} />,
            ],
            [
              t("certificate.until"),
              certificate.until === null ? null : <Time key="u" ms={certificate.until} />,
            ],
            [t("certificate.number"), <Digest key="id" value={certificate.id} />],
          ]}
        />
      </div>
      <p className="hint">{t("check.noPersonal")}</p>
    </>
  );
}

/** The page behind the QR code: how a certificate stands, for everybody; and a check of the file, made in this browser. */
export function CheckPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const known = parseDigest(id) !== null;
  const record = useQuery({ ...standingQuery(id), enabled: known });
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function take(file: File): Promise<void> {
    setError(null);
    try {
      setText(await file.slice(0, MOST_BYTES).text());
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <Page title={t("check.title")} lead={t("check.lead")}>
      {!known && (
        <Notice tone="bad" title={t("check.none")}>
          <p>{t("check.noneHint")}</p>
        </Notice>
      )}
      {known && (
        <Answered query={record}>
          {({ value, height, time }) =>
            value === null ? (
              <Notice tone="bad" title={t("failure.ANSWER_UNREADABLE.title")} />
            ) : (
              <>
                <State certificate={value} />
                <h2>{t("check.file")}</h2>
                <DropZone
                  label={t("check.drop")}
                  hint={t("check.dropHint")}
                  onFiles={([file]) => file && void take(file)}
                />
                {error !== null && <Failure error={error} />}
                {text !== null && <Judged key={text} text={text} record={{ value, height, time }} />}
              </>
            )
          }
        </Answered>
      )}
    </Page>
  );
}
