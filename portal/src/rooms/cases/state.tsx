import { useTranslation } from "react-i18next";
import { type Case, type CaseState, runningClock } from "../../api/cases";
import { Badge } from "../../components/badge";
import { DueLamp } from "../../components/due-lamp";

const TONES: Readonly<Record<CaseState, "good" | "bad" | "warn" | "plain">> = {
  submitted: "plain",
  correction: "warn",
  not_needed: "plain",
  not_competent: "bad",
  in_review: "plain",
  joined: "plain",
  decided: "good",
  delivered: "good",
  withdrawn: "plain",
  renewed_by_lapse: "good",
};

export function StateBadge({ state }: { state: CaseState }) {
  const { t } = useTranslation();
  return <Badge tone={TONES[state]}>{t(`cases.state.${state}`)}</Badge>;
}

/** The clock by which a case waits, with its lamp. */
export function CaseDue({ clocks }: Pick<Case, "clocks">) {
  const { t } = useTranslation();
  const clock = runningClock(clocks);
  if (clock?.due == null) return null;
  return (
    <span>
      {t(`cases.clock.${clock.kind}`)} <DueLamp due={clock.due} />
    </span>
  );
}
