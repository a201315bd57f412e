// A trial case (试办) on the drawing as it stands: what a person would do, told to the node, which keeps nothing.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../../api/problem";
import { checkDrawing, type TrialHappening, tryDrawing } from "../../api/processes";
import type { DrawnPeriod, DrawnProcess, DrawnStep, TrialAnswer, TrialWait } from "../../api/types";
import { SelectField, TextField } from "../../components/field";
import { Failure, Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import type { Mark } from "../../diagrams/drawing";
import { TrialAnswers } from "./trial-answers";

const DAY_MS = 86_400_000;
/** About how long a period is: a trial counts no holidays. */
const LENGTH_MS: Readonly<Record<string, number>> = {
  working_days: (DAY_MS * 7) / 5,
  days: DAY_MS,
  months: 30 * DAY_MS,
  seconds: 1000,
};

/** How a case ends, as docs/reference/processes.md names it. */
const HOW = ["completed", "failed", "cancelled", "stuck"] as const;

/** One thing that happened in the trial, for the list. */
interface Line {
  readonly key: number;
  readonly text: string;
}

/** A trial that begins once the answers are filled in which its conditions read. */
interface Asking {
  readonly document: string;
  readonly process: DrawnProcess;
}

interface Running {
  readonly document: string;
  readonly process: DrawnProcess;
  readonly answer: TrialAnswer;
  readonly at: number;
  readonly lines: readonly Line[];
}

function usePeriodText(): (period: DrawnPeriod) => string {
  const { t } = useTranslation();
  return ({ count, unit }) => {
    const known =
      (["working_days", "days", "months", "seconds"] as const).find(one => one === unit) ?? "days";
    return t(`modeller.period.${known}`, { n: count });
  };
}

/** A step that waits: who does it, and what comes of it. */
function StepWait({
  step,
  onDone,
}: {
  step: DrawnStep;
  onDone: (actors: readonly string[], outcome: string | null) => void;
}) {
  const { t } = useTranslation();
  const period = usePeriodText();
  const [who, setWho] = useState(step.two_officers ? `${step.id}-1 ${step.id}-2` : `${step.id}-1`);
  const [outcome, setOutcome] = useState(step.outcomes[0] ?? "");
  return (
    <>
      <p className="hint">
        {[
          step.department,
          step.role,
          step.grade === null || step.grade === undefined ? null : t("modeller.grade", { n: step.grade }),
          step.deadline ? period(step.deadline) : null,
          step.basis,
        ]
          .filter(one => one !== null && one !== undefined && one !== "")
          .join(" · ")}
      </p>
      <TextField
        label={t("modeller.trial.who")}
        hint={t("modeller.trial.whoHint")}
        value={who}
        onChange={setWho}
      />
      {step.outcomes.length > 0 && (
        <SelectField
          label={t("modeller.trial.outcome")}
          value={outcome}
          options={step.outcomes.map(one => [one, one] as const)}
          onChange={setOutcome}
        />
      )}
      <button
        type="button"
        className="button"
        onClick={() =>
          onDone(
            who.split(/\s+/).filter(one => one !== ""),
            outcome === "" ? null : outcome,
          )
        }
      >
        {t("modeller.trial.done")}
      </button>
    </>
  );
}

/** What waits at the same element stands together: a step and its deadline. */
function groups(waits: readonly TrialWait[]): readonly (readonly TrialWait[])[] {
  const nodes = [...new Set(waits.map(one => one.node))];
  return nodes.map(node => waits.filter(one => one.node === node));
}

function nodesOf(answer: TrialAnswer): readonly { node: string; how: string }[] {
  return answer.effects.flatMap(effect => {
    const { node, how } = effect as { node?: unknown; how?: unknown };
    return typeof node === "string" && typeof how === "string" ? [{ node, how }] : [];
  });
}

/** Why the trial does not go on. Where the rules of the case refuse it, their sentence says what to do, and nobody has to be asked. */
function Refused({ error }: { error: unknown }) {
  const language = useLanguage();
  if (!(error instanceof Problem) || !error.code.startsWith("TRIAL_")) return <Failure error={error} />;
  return (
    <Notice tone="bad" title={error.messages?.[language] ?? error.message}>
      <p className="code">
        {error.code}
        {error.source ? ` · ${error.source}` : ""}
      </p>
    </Notice>
  );
}

/** Begins trial cases and takes them on. `onMarks` shows on the drawing where the case is. */
export function Trial({
  save,
  label,
  onMarks,
  onShow,
}: {
  save: () => Promise<string>;
  /** What is written on an element. */
  label: (id: string) => string;
  onMarks: (marks: Readonly<Record<string, Mark>>) => void;
  onShow: (id: string) => void;
}) {
  const { t } = useTranslation();
  const period = usePeriodText();
  const [running, setRunning] = useState<Running | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [unready, setUnready] = useState(false);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());

  function show(answer: TrialAnswer, before: ReadonlySet<string>): void {
    const closed = new Set([...before, ...nodesOf(answer).map(one => one.node)]);
    setDone(closed);
    onMarks({
      ...Object.fromEntries([...closed].map(node => [node, "done" as const])),
      ...Object.fromEntries(answer.waits.map(wait => [wait.node, "now" as const])),
    });
  }

  function textOf(effect: object): string {
    const { effect: kind, node, message, code, ending } = effect as Readonly<Record<string, unknown>>;
    const known = (
      [
        "step_opened",
        "work_closed",
        "timer_set",
        "timer_cancelled",
        "message_sent",
        "service_called",
        "decision_asked",
        "process_called",
        "escalated",
        "case_ended",
      ] as const
    ).find(one => one === kind);
    const how = (ending as { how?: string } | undefined)?.how;
    const written = typeof node === "string" ? node.split("/").map(label).join("/") : undefined;
    const ends = how === undefined ? undefined : HOW.find(one => one === how);
    const ended = ends === undefined ? how : t(`modeller.trial.how.${ends}`);
    const why = code === "deadline" ? t("modeller.trial.deadline") : code;
    const about = [written, message, why, ended].filter(one => typeof one === "string").join(" · ");
    return known === undefined ? String(kind) : t(`modeller.effect.${known}`, { about });
  }

  async function happen(now: Running, event: TrialHappening, passes = 0): Promise<void> {
    setError(null);
    try {
      const at = now.at + passes;
      const answer = await tryDrawing(now.document, now.process.key, now.answer.case, event, at);
      const begin = now.lines.length;
      const lines = answer.effects.map((effect, index) => ({ key: begin + index, text: textOf(effect) }));
      setRunning({ ...now, answer, at, lines: [...now.lines, ...lines] });
      show(answer, done);
    } catch (caught) {
      setError(caught);
    }
  }

  async function begin(): Promise<void> {
    setError(null);
    setUnready(false);
    setAsking(null);
    setRunning(null);
    onMarks({});
    try {
      const document = await save();
      const verdict = await checkDrawing(document);
      const [process] = verdict.processes;
      if (process === undefined) setUnready(true);
      else if (process.answers.length > 0) setAsking({ document, process });
      else await start(document, process, {});
    } catch (caught) {
      setError(caught);
    }
  }

  async function start(
    document: string,
    process: DrawnProcess,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    setError(null);
    try {
      const at = Date.now();
      const started = { event: "started", message: null, variables };
      const answer = await tryDrawing(document, process.key, null, started, at);
      const lines = answer.effects.map((effect, key) => ({ key, text: textOf(effect) }));
      setAsking(null);
      setRunning({ document, process, answer, at, lines });
      show(answer, new Set());
    } catch (caught) {
      setError(caught);
    }
  }

  function waitOf(now: Running, wait: TrialWait) {
    const step = now.process.steps.find(one => one.id === wait.node);
    if (wait.kind === "step" && step !== undefined) {
      return (
        <StepWait
          step={step}
          onDone={(actors, outcome) =>
            void happen(now, { event: "completed", work: wait.number, actors, outcome, variables: {} })
          }
        />
      );
    }
    const label = (["timer", "message", "answer"] as const).find(one => one === wait.kind) ?? "answer";
    const events = {
      timer: { event: "timer_fired", timer: wait.number },
      message: { event: "message", message: wait.message, to: wait.number, variables: {} },
      answer: { event: "completed", work: wait.number, actors: [], outcome: null, variables: {} },
    } as const;
    const passes = wait.period ? (LENGTH_MS[wait.period.unit] ?? 0) * wait.period.count : 0;
    return (
      <button
        type="button"
        className="button"
        onClick={() => void happen(now, events[label], Math.ceil(passes))}
      >
        {t(`modeller.trial.${label}`, { about: wait.message ?? (wait.period ? period(wait.period) : "") })}
      </button>
    );
  }

  const ended = running !== null && running.answer.waits.length === 0;
  return (
    <section aria-labelledby="trial">
      <h2 id="trial">{t("modeller.trial.title")}</h2>
      <p className="hint">{t("modeller.trial.hint")}</p>
      <p className="actions">
        <button type="button" className="button" onClick={() => void begin()}>
          {t(running === null ? "modeller.trial.begin" : "modeller.trial.again")}
        </button>
      </p>
      {unready && <Notice tone="warn" title={t("modeller.trial.unready")} />}
      {error !== null && <Refused error={error} />}
      {asking !== null && (
        <TrialAnswers
          answers={asking.process.answers}
          onGiven={given => void start(asking.document, asking.process, given)}
        />
      )}
      {running !== null && (
        <>
          <ul className="row-list" aria-label={t("modeller.trial.waits")}>
            {groups(running.answer.waits).map(waits => (
              <li key={`${waits[0]?.kind} ${waits[0]?.number}`}>
                <p>
                  <button type="button" className="button" onClick={() => onShow(waits[0]?.node ?? "")}>
                    {label(waits[0]?.node ?? "")}
                  </button>
                </p>
                {waits.map(wait => (
                  <div key={`${wait.kind} ${wait.number}`}>{waitOf(running, wait)}</div>
                ))}
              </li>
            ))}
          </ul>
          {ended && <Notice tone="info" title={t("modeller.trial.ended")} />}
          <ol className="plain-list" aria-label={t("modeller.trial.course")}>
            {running.lines.map(line => (
              <li key={line.key}>{line.text}</li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
