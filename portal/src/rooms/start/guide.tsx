import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Demo, Persona } from "../../api/demo";
import { AtHeight, Badge } from "../../components/badge";
import { formatCount } from "../../components/format";
import { PersonaButton } from "../../components/gate";
import { Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import { useSession } from "../../components/use-session";
import { doneBy, type Proof, STEPS, type Step } from "./steps";
import { useProofs } from "./use-proofs";

function personaOf(demo: Demo, step: Step): Persona | null {
  return demo.personas.find(one => one.id === step.persona) ?? null;
}

/** The department at whose node a person works. */
function placeOf(demo: Demo, persona: Persona | null): string | null {
  return demo.departments.find(one => one.url === persona?.url)?.name ?? null;
}

function GuideStep({
  step,
  persona,
  proof,
  next,
  signedInAs,
  place,
}: {
  step: Step;
  persona: Persona | null;
  proof: Proof | null;
  next: boolean;
  signedInAs: string | null;
  /** At which department's node. */
  place: string | null;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = persona === null ? "" : language === "en" ? persona.name.en : persona.name.zh;
  const here = persona !== null && persona.account === signedInAs;
  return (
    <li
      className={next ? "guide-step guide-next" : "guide-step"}
      {...(next ? { "aria-current": "step" } : {})}
    >
      <h3>{t(`guide.step.${step.key}.title`)}</h3>
      <p>{t(`guide.step.${step.key}.says`)}</p>
      {place !== null && <p className="hint">{t("guide.at", { name: place })}</p>}
      {proof && (
        <p className="receipt-facts">
          <Badge tone="good">{t("guide.done")}</Badge>
          <Link to={`/blocks/${proof.height}`}>
            {t("receipts.final", { height: formatCount(proof.height, language) })}
          </Link>
        </p>
      )}
      <p className="actions">
        {here ? (
          <Link className={next ? "button button-main" : "button"} to={step.path}>
            {t("guide.go", { name })}
          </Link>
        ) : (
          persona && <PersonaButton persona={persona} to={step.path} main={next} />
        )}
      </p>
    </li>
  );
}

/** The guided path of the demonstration: who does what, where, and what the ledger says has been done. */
export function Guide({ demo }: { demo: Demo }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const session = useSession();
  const known = useProofs();
  const proofs = STEPS.map(step => doneBy(step, known?.proofs ?? []));
  const next = STEPS.findIndex((step, at) => step.operation !== undefined && proofs[at] === null);
  return (
    <>
      <Notice tone="warn" title={t("guide.fictitious")}>
        <p>{t("guide.fictitiousHint")}</p>
      </Notice>
      <ol className="guide">
        {STEPS.map((step, at) => (
          <GuideStep
            key={step.key}
            step={step}
            persona={personaOf(demo, step)}
            proof={proofs[at] ?? null}
            next={at === next}
            signedInAs={session?.account ?? null}
            place={placeOf(demo, personaOf(demo, step))}
          />
        ))}
      </ol>
      {known !== null && known.height > 0 ? (
        <AtHeight height={known.height} />
      ) : (
        <p className="hint">{t("guide.noTicks")}</p>
      )}
      <section aria-labelledby="personas">
        <h2 id="personas">{t("guide.personas")}</h2>
        <ul className="departments">
          {demo.personas.map(persona => (
            <li key={persona.id} className="card">
              <p className="department-name">{language === "en" ? persona.name.en : persona.name.zh}</p>
              <p className="hint">{language === "en" ? persona.role.en : persona.role.zh}</p>
              <PersonaButton persona={persona} />
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="nodes">
        <h2 id="nodes">{t("guide.nodes")}</h2>
        <ul className="plain-list">
          {demo.departments.map(one => (
            <li key={one.code}>
              <a href={one.url}>{one.name}</a> <span className="code">{one.code}</span>
            </li>
          ))}
        </ul>
      </section>
      <p className="actions">
        <Link className="button" to="/deposit">
          {t("network.toDeposit")}
        </Link>
        <Link className="button" to="/verify">
          {t("network.toVerify")}
        </Link>
        <Link className="button" to="/certificate">
          {t("home.door.check.name")}
        </Link>
      </p>
    </>
  );
}
