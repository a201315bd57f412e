import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Concern, concernsQuery } from "../../api/concerns";
import type { Demo, Persona } from "../../api/demo";
import { AtHeight, Badge } from "../../components/badge";
import { formatCount } from "../../components/format";
import { PersonaButton } from "../../components/gate";
import { Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import { useSession } from "../../components/use-session";
import { doneBy, matchesPersona, STEPS, type Step } from "./steps";

function personaOf(demo: Demo, step: Step): Persona | null {
  return demo.personas.find(one => matchesPersona(step.persona, one.id, one.name.zh)) ?? null;
}

function GuideStep({
  step,
  persona,
  proof,
  next,
  signedInAs,
}: {
  step: Step;
  persona: Persona | null;
  proof: Concern | null;
  next: boolean;
  signedInAs: string | null;
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
          persona && <PersonaButton persona={persona} to={step.path} />
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
  const wang = demo.personas.find(one => matchesPersona("wang", one.id, one.name.zh)) ?? null;
  const { data } = useQuery({ ...concernsQuery(wang?.party ?? null), refetchInterval: 5_000 });
  const concerns = data?.items ?? [];
  const proofs = STEPS.map(step => doneBy(step, concerns));
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
            next={data !== undefined && at === next}
            signedInAs={session?.account ?? null}
          />
        ))}
      </ol>
      {data ? <AtHeight height={data.height} /> : <p className="hint">{t("guide.noTicks")}</p>}
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
      </p>
    </>
  );
}
