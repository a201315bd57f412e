import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Label, Licence, LicenceState } from "../../api/licences";
import type { CertificateVerdict } from "../../ledger/certificate";
import { Badge } from "../badge";
import { CertificateChecks, CertificateFields } from "../certificate/certificate-view";
import { Digest } from "../digest";
import { Facts } from "../facts";
import { formatTime } from "../format";
import { fieldText, useNames } from "../names";
import { Notice } from "../notice";
import { Time } from "../time";
import { useLanguage } from "../use-language";

const TONES: Readonly<Record<LicenceState, "good" | "bad" | "warn" | "plain">> = {
  valid: "good",
  suspended: "warn",
  revoked: "bad",
  superseded: "plain",
  expired: "plain",
};

/** What a credential says of the licence itself, which is shown above its fields. */
const ABOUT_ITSELF = ["item", "kind", "number"];

export function useLabel(): (label: Label) => string {
  const language = useLanguage();
  return label => (language === "en" ? label.en : label.zh);
}

export function LicenceBadge({ state }: { state: LicenceState }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[state]}>{t(`licence.state.${state}`)}</Badge>;
}

/** What of a credential is content of the licence. */
export function contentOf(claims: CertificateVerdict["claims"]): CertificateVerdict["claims"] {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !ABOUT_ITSELF.includes(name)));
}

/** What the ledger says of a licence. */
export function LicenceFacts({ licence }: { licence: Licence }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const label = useLabel();
  const time = (ms: number | null) => (ms === null ? null : <Time key={ms} ms={ms} />);
  const until = licence.until === null ? t("licence.noEnd") : time(licence.until);
  const extended = licence.extendedUntil === null ? t("licence.noEnd") : time(licence.extendedUntil);
  return (
    <>
      {licence.extended && licence.state === "valid" && (
        <Notice tone="info" title={t("licence.extendedTitle")}>
          <p>
            {t("licence.extendedHint", {
              until:
                licence.extendedUntil === null
                  ? t("licence.noEnd")
                  : formatTime(licence.extendedUntil, language),
            })}
          </p>
        </Notice>
      )}
      <Facts
        items={[
          [t("licence.name"), label(licence.name)],
          [t("licence.number"), licence.number],
          [t("certificate.issuer"), nameOf(licence.issuer)],
          [t("certificate.issued"), time(licence.issued)],
          [t("licence.from"), time(licence.from)],
          [t("certificate.until"), until],
          [t("licence.extended"), licence.extended ? extended : null],
          [t("act.argument.reason"), licence.reason],
          [t("licence.id"), <Digest key="id" value={licence.id} />],
          [
            t("licence.replaced"),
            licence.replacedBy === null ? null : (
              <Link key="by" to={`/licence/${encodeURIComponent(licence.replacedBy)}`}>
                {t("licence.openReplaced")}
              </Link>
            ),
          ],
        ]}
      />
    </>
  );
}

/** A licence as this browser found it in a file or a look: the judgement, its content, and every check. */
export function LicenceView({
  licence,
  verdict,
  children,
}: {
  licence: Licence;
  verdict: CertificateVerdict;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  const label = useLabel();
  const nameOf = (words: TFunction, field: string): string => {
    const own = licence.fields.find(one => one.name === field);
    return own === undefined ? fieldText(words, field) : label(own.label);
  };
  // Sums are checked in certificates of the fund alone.
  const steps = verdict.steps.filter(({ check }) => check !== "arithmetic");
  return (
    <article
      className={verdict.good ? "verdict verdict-good" : "verdict verdict-bad"}
      aria-label={label(licence.name)}
    >
      <p className="print-only print-title">{label(licence.name)}</p>
      <div role="status">
        <h2>
          <span aria-hidden="true">{verdict.good ? "✓ " : "✕ "}</span>
          {t(verdict.good ? "certificate.good" : "certificate.bad")}
        </h2>
        <p className="statement">{t(verdict.good ? "licence.good" : "licence.bad")}</p>
      </div>
      <section aria-labelledby="licence-fields">
        <h3 id="licence-fields">{t("licence.content")}</h3>
        <CertificateFields claims={contentOf(verdict.claims)} nameOf={nameOf} />
      </section>
      {children}
      <section aria-labelledby="licence-checks">
        <h3 id="licence-checks">{t("verify.steps")}</h3>
        <CertificateChecks verdict={{ ...verdict, steps }} />
      </section>
    </article>
  );
}
