import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { statusQuery } from "../../api/queries";
import type { ScenarioStatus } from "../../api/types";
import { Readiness, scenarioText } from "../../components/act/readiness";
import { SelectField, TextField } from "../../components/field";
import { formatCount } from "../../components/format";
import { Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import type { Form, Part } from "./form";
import type { Heights } from "./member-fields";

/** What a form asks for: the next version from a height on, or that the one which waits be withdrawn; `null` while it is not complete. */
export function upgradeContent(
  form: Form,
  scenarios: readonly ScenarioStatus[],
  heights: Heights | null,
): { height: number | null; scenario: string; to: number } | null {
  const scenario = scenarios.find(one => one.scenario === form.scenario);
  if (scenario === undefined) return null;
  const name = scenario.scenario;
  if (scenario.planned) return { height: null, scenario: name, to: scenario.planned.to };
  const height = upgradeHeight(form, heights);
  return height === null ? null : { height, scenario: name, to: scenario.active + 1 };
}

function upgradeHeight(form: Form, heights: Heights | null): number | null {
  if (heights === null) return null;
  const typed = form.height.trim();
  if (typed === "") return heights.offered;
  const height = /^[0-9]{1,12}$/.test(typed) ? Number(typed) : null;
  return height !== null && height >= heights.now + heights.notice ? height : null;
}

export function UpgradeFields({
  form,
  change,
  scenarios,
  heights,
}: Part & { scenarios: readonly ScenarioStatus[]; heights: Heights | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const count = (n: number) => formatCount(n, language);
  const chosen = scenarios.find(one => one.scenario === form.scenario);
  const offered = scenarios.filter(one => one.scenario !== "vault");
  return (
    <>
      <SelectField
        label={t("governance.upgrade.scenario")}
        value={form.scenario}
        options={[["", "–"], ...offered.map(one => [one.scenario, scenarioText(t, one.scenario)] as const)]}
        onChange={scenario => change({ scenario, height: "" })}
      />
      {chosen && <p className="hint">{t("governance.upgrade.inForce", { n: chosen.active })}</p>}
      {chosen?.planned && (
        <Notice tone="info" title={t("governance.upgrade.withdraws")}>
          <p>
            {t("governance.upgrade.waits", {
              n: chosen.planned.to,
              height: count(chosen.planned.height),
            })}
          </p>
        </Notice>
      )}
      {chosen && !chosen.planned && (
        <>
          {heights !== null && (
            <TextField
              inputMode="numeric"
              label={t("governance.upgrade.height")}
              hint={t("governance.upgrade.heightHint", {
                height: count(heights.offered),
                notice: count(heights.notice),
                now: count(heights.now),
              })}
              error={
                upgradeHeight(form, heights) === null
                  ? t("governance.upgrade.heightWrong", { height: count(heights.now + heights.notice) })
                  : null
              }
              value={form.height}
              onChange={height => change({ height })}
            />
          )}
          <Readiness scenario={chosen.scenario} to={chosen.active + 1} />
          <p className="hint">{t("governance.upgrade.stops")}</p>
        </>
      )}
    </>
  );
}

/** The versions of the scenarios: in force, decided, being migrated. */
export function Upgrades() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: status } = useQuery(statusQuery);
  const scenarios = (status?.scenarios ?? []).filter(one => one.scenario !== "vault");
  const waiting = scenarios.flatMap(one => (one.planned ? [{ scenario: one.scenario, ...one.planned }] : []));
  return (
    <section aria-labelledby="upgrades">
      <h2 id="upgrades">{t("governance.upgrade.title")}</h2>
      <dl className="facts card">
        {scenarios.map(one => (
          <div key={one.scenario}>
            <dt>{scenarioText(t, one.scenario)}</dt>
            <dd>
              {t("governance.upgrade.version", { n: one.active })}
              {one.running && (
                <p className="hint">
                  {t("governance.upgrade.running", {
                    n: one.running.to,
                    records: formatCount(one.running.records, language),
                  })}
                </p>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {waiting.map(one => (
        <Notice
          key={one.scenario}
          tone="info"
          title={`${scenarioText(t, one.scenario)} · ${t("governance.upgrade.waits", {
            n: one.to,
            height: formatCount(one.height, language),
          })}`}
        >
          <Readiness scenario={one.scenario} to={one.to} />
        </Notice>
      ))}
    </section>
  );
}
