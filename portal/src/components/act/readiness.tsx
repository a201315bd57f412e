import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { statusQuery } from "../../api/queries";
import type { ValidatorStatus } from "../../api/types";
import { Badge } from "../badge";

/** The scenarios (场景) that have a name in both languages. */
const NAMED = ["approval", "evidence", "filing", "governance", "identity", "sharing"] as const;

export function scenarioText(t: TFunction, scenario: string): string {
  const known = NAMED.find(one => one === scenario);
  return known === undefined ? scenario : t(`governance.scenario.${known}`);
}

/** Whether the program of a member has a version of a scenario, as its node says: `null` where it was not heard. */
export function isReady(validator: ValidatorStatus, scenario: string, to: number): boolean | null {
  const newest = validator.versions?.find(one => one.scenario === scenario)?.newest;
  return newest === undefined ? null : newest >= to;
}

/** Whose programs have a version of a scenario. Nobody is refused for lack of it; its node stops before the height, its data whole. */
export function Readiness({ scenario, to }: { scenario: string; to: number }) {
  const { t } = useTranslation();
  const { data: status } = useQuery(statusQuery);
  if (status === undefined) return null;
  const answers = status.validators.map(one => ({ one, ready: isReady(one, scenario, to) }));
  const ready = answers.filter(answer => answer.ready === true).length;
  return (
    <>
      <p>{t("governance.upgrade.ready", { ready, all: answers.length })}</p>
      <ul className="plain-list">
        {answers.map(answer => (
          <li key={answer.one.validator}>
            {answer.one.name}{" "}
            <Badge tone={answer.ready === true ? "good" : answer.ready === false ? "bad" : "plain"}>
              {t(
                answer.ready === true
                  ? "governance.upgrade.isReady"
                  : answer.ready === false
                    ? "governance.upgrade.isNot"
                    : "governance.upgrade.notHeard",
              )}
            </Badge>
          </li>
        ))}
      </ul>
    </>
  );
}
