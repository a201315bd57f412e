import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { CertificateVerdict, CheckState } from "../../ledger/certificate";
import { FUND_FIELDS, isFundField } from "../../ledger/fund";
import type { Json } from "../../verify/json";
import { Digest } from "../digest";
import { Facts } from "../facts";
import { fieldText } from "../names";
import { Time } from "../time";

const MARKS: Readonly<Record<CheckState, string>> = { passed: "✓", failed: "✕", absent: "–" };

/** Each thing the browser checked about a certificate, with its result in words. */
export function CertificateChecks({ verdict }: { verdict: CertificateVerdict }) {
  const { t } = useTranslation();
  return (
    <ol className="check-list">
      {verdict.steps.map(({ check, state }) => (
        <li key={check} className={`check-${state}`}>
          <span className="check-mark" aria-hidden="true">
            {MARKS[state]}
          </span>
          <span>
            {t(`certificate.check.${check}`)}{" "}
            <span className="check-state">{t(`verify.state.${state}`)}</span>
            {check === "status" && verdict.status !== null && (
              <span className="hint">{t(`certificate.statusOf.${verdict.status}`)}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}

function shown(t: TFunction, value: Json): string {
  if (typeof value === "boolean") return t(value ? "common.yes" : "common.no");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The fields of a certificate in the order of the form, whatever else was shown after them. */
export function CertificateFields({ claims }: { claims: Readonly<Record<string, Json>> }) {
  const { t } = useTranslation();
  const names = [
    ...FUND_FIELDS.filter(name => Object.hasOwn(claims, name)),
    ...Object.keys(claims).filter(name => !isFundField(name)),
  ];
  if (names.length === 0) return <p className="empty">{t("certificate.nothingShown")}</p>;
  return <Facts items={names.map(name => [fieldText(t, name), shown(t, claims[name] ?? null)] as const)} />;
}

/** A certificate as this browser found it: the judgement, the fields, and every check. */
export function CertificateView({
  verdict,
  issuerName,
  children,
}: {
  verdict: CertificateVerdict;
  issuerName: string;
  children?: React.ReactNode;
}) {
  const { t } = useTranslation();
  return (
    <article
      className={verdict.good ? "verdict verdict-good" : "verdict verdict-bad"}
      aria-label={t("certificate.title")}
    >
      <p className="print-only print-title">{t("certificate.kind.hpf")}</p>
      <div role="status">
        <h2>
          <span aria-hidden="true">{verdict.good ? "✓ " : "✕ "}</span>
          {t(verdict.good ? "certificate.good" : "certificate.bad")}
        </h2>
        <p className="statement">{t(verdict.good ? "certificate.goodMeaning" : "certificate.badMeaning")}</p>
      </div>
      <Facts
        items={[
          [t("certificate.issuer"), issuerName],
          [t("certificate.issued"), verdict.issued === null ? null : <Time key="at" ms={verdict.issued} />],
          [t("certificate.until"), verdict.until === null ? null : <Time key="to" ms={verdict.until} />],
        ]}
      />
      <section aria-labelledby="shown-fields">
        <h3 id="shown-fields">{t("certificate.fields")}</h3>
        <CertificateFields claims={verdict.claims} />
      </section>
      {children}
      <section aria-labelledby="certificate-checks">
        <h3 id="certificate-checks">{t("verify.steps")}</h3>
        <CertificateChecks verdict={verdict} />
        {verdict.credential !== "" && (
          <p className="hint">
            {t("act.argument.credential")} <Digest value={verdict.credential} />
          </p>
        )}
      </section>
    </article>
  );
}
