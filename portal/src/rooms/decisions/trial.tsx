// A decision tried with sample facts: the node answers by the ledger's own reading, and keeps nothing.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tryDecision } from "../../api/decisions";
import type { ReadDecision, ReadInput, TriedDecision } from "../../api/types";
import { Facts } from "../../components/facts";
import { SelectField, TextField } from "../../components/field";
import { Failure, Notice } from "../../components/notice";
import { useLanguage } from "../../components/use-language";
import { useTypeText } from "../../components/use-type-text";
import { factOf, isWritten, linesOf } from "./facts";

function FactField({
  input,
  value,
  error,
  onChange,
}: {
  input: ReadInput;
  value: string;
  error: string | null;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const typeText = useTypeText();
  const hints: Readonly<Record<string, string>> = {
    time: t("decisions.trial.hint.time"),
    "date and time": t("decisions.trial.hint.dateTime"),
    "days and time duration": t("decisions.trial.hint.days"),
    "years and months duration": t("decisions.trial.hint.months"),
  };
  const hint = [typeText(input.of), isWritten(input.of) ? t("decisions.trial.hint.json") : hints[input.of]]
    .filter(one => one !== undefined)
    .join(" · ");
  if (input.of === "boolean") {
    return (
      <SelectField
        label={input.name}
        hint={hint}
        error={error}
        value={value}
        options={[
          ["", "–"],
          ["true", t("decisions.trial.yes")],
          ["false", t("decisions.trial.no")],
        ]}
        onChange={onChange}
      />
    );
  }
  return (
    <TextField
      label={input.name}
      hint={hint}
      error={error}
      type={input.of === "date" ? "date" : "text"}
      {...(input.of === "number" ? { inputMode: "decimal" as const } : {})}
      lines={isWritten(input.of) ? 3 : 1}
      value={value}
      onChange={onChange}
    />
  );
}

/** Each reason once: a table gives it for every rule that it looks at. */
function once(reasons: TriedDecision["reasons"]): TriedDecision["reasons"] {
  const same = (one: (typeof reasons)[number]) => (other: (typeof reasons)[number]) =>
    other.code === one.code && other.about === one.about;
  return reasons.filter((one, at) => reasons.findIndex(same(one)) === at);
}

function Outcome({ tried, decision }: { tried: TriedDecision; decision: ReadDecision }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (tried.misread.length > 0) {
    const names = tried.misread.join(t("common.listSeparator"));
    return <Notice tone="bad" title={t("decisions.trial.misread", { names })} />;
  }
  const rules = tried.rules.map(one => (
    <li key={`${one.table} ${one.rule}`}>
      {t("decisions.place.rule", { rule: one.rule })}
      {one.notes.length > 0 && ` · ${one.notes.join(" · ")}`}
    </li>
  ));
  const reasons = once(tried.reasons).map(one => (
    <li key={`${one.code} ${one.about}`}>
      {language === "en" ? one.en : one.zh} <span className="code">{one.about}</span>
    </li>
  ));
  const answer = tried.answered
    ? linesOf(tried.answer).map(
        ([name, value]) => [name || decision.outputs[0] || decision.name, value] as const,
      )
    : [];
  const list = (items: readonly React.ReactNode[]) => <ul className="plain-list">{items}</ul>;
  return (
    <>
      <Notice
        tone={tried.answered ? "good" : "warn"}
        title={t(tried.answered ? "decisions.trial.answered" : "decisions.trial.unanswered")}
      >
        {tried.answered ? <Facts items={answer} /> : <p>{t("decisions.trial.unansweredHint")}</p>}
      </Notice>
      <Facts
        items={[
          [t("decisions.trial.rules"), rules.length === 0 ? t("decisions.trial.noRule") : list(rules)],
          [t("decisions.trial.reasons"), reasons.length === 0 ? null : list(reasons)],
        ]}
      />
    </>
  );
}

/** A form of the inputs of a decision, and what comes out. `onMatched` is told the rules that matched. */
export function Trial({
  document,
  decision,
  onMatched,
}: {
  document: string;
  decision: ReadDecision;
  onMatched: (ids: readonly string[]) => void;
}) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [tried, setTried] = useState<TriedDecision | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function ask(): Promise<void> {
    setError(null);
    setTried(null);
    const facts = decision.inputs.map(
      input => [input.name, factOf(input.of, values[input.name] ?? "")] as const,
    );
    const bad = facts.filter(([, fact]) => fact === "wrong").map(([name]) => name);
    setWrong(bad);
    if (bad.length > 0) return;
    try {
      const given = Object.fromEntries(
        facts.flatMap(([name, fact]) => (typeof fact === "object" ? [[name, fact.value] as const] : [])),
      );
      const answer = await tryDecision(document, decision.key, given);
      setTried(answer);
      setWrong(answer.misread);
      onMatched(answer.rules.map(one => one.id).filter(id => id !== ""));
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <>
      <p className="hint">{t("decisions.trial.lead")}</p>
      <form
        onSubmit={event => {
          event.preventDefault();
          void ask();
        }}
      >
        {decision.inputs.length === 0 && <p>{t("decisions.noFacts")}</p>}
        {decision.inputs.map(input => (
          <FactField
            key={input.name}
            input={input}
            value={values[input.name] ?? ""}
            error={
              wrong.includes(input.name)
                ? t("decisions.trial.wrong", { value: values[input.name] ?? "" })
                : null
            }
            onChange={value => setValues(before => ({ ...before, [input.name]: value }))}
          />
        ))}
        <p className="actions">
          <button type="submit" className="button">
            {t("decisions.trial.ask")}
          </button>
        </p>
      </form>
      {error !== null && <Failure error={error} />}
      {tried !== null && (
        <div className="trial-outcome" aria-live="polite">
          <Outcome tried={tried} decision={decision} />
        </div>
      )}
    </>
  );
}
