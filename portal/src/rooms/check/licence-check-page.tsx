import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import type { At } from "../../api/ask";
import { type Licence, type LicenceState, licenceStandingQuery } from "../../api/licences";
import { Answered } from "../../components/answered";
import { useCertificateVerdict } from "../../components/certificate/use-certificate-verdict";
import { DropZone } from "../../components/drop-zone";
import { LicenceFacts, LicenceView } from "../../components/licence/licence-parts";
import { LicencePdf } from "../../components/licence/licence-pdf";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { parseDigest } from "../../verify/digest";

const MOST_BYTES = 256 * 1024;

const TONES: Readonly<Record<LicenceState, "good" | "bad" | "warn">> = {
  valid: "good",
  suspended: "warn",
  revoked: "bad",
  superseded: "warn",
  expired: "warn",
};

function Judged({ text, record }: { text: string; record: At<Licence> }) {
  const { t } = useTranslation();
  const { value: licence } = record;
  const verdict = useCertificateVerdict(text, licence.issuer, licence.credential);
  if (verdict === null) return <Notice tone="info" title={t("verify.working")} />;
  return (
    <>
      <LicenceView licence={licence} verdict={verdict} />
      <LicencePdf verdict={verdict} record={record} />
    </>
  );
}

/** The page behind the QR code of a licence: how it stands, for everybody; and a check of the file, made in this browser. */
export function LicenceCheckPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams();
  const known = parseDigest(id) !== null;
  const record = useQuery({ ...licenceStandingQuery(id), enabled: known });
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
    <Page title={t("licence.checkTitle")} lead={t("licence.checkLead")}>
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
                <Notice tone={TONES[value.state]} title={t(`licence.says.${value.state}`)} />
                <div className="card">
                  <LicenceFacts licence={value} />
                </div>
                <p className="hint">{t("licence.noPersonal")}</p>
                <h2>{t("licence.checkFile")}</h2>
                <DropZone
                  label={t("licence.drop")}
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
