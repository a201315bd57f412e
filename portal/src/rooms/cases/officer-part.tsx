// What an officer can do with a case now: to accept it or say what is wrong, to take a step, to decide, to deliver.

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Case, type OpenStep, roleScope } from "../../api/cases";
import { nodeNow } from "../../api/client";
import { type Form, readForm } from "../../api/forms";
import { enactedQuery, type Item, said, spoken } from "../../api/items";
import { covers, type OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { outcomeText, procedureText } from "../../components/act/approval-facts";
import { ColleagueField } from "../../components/colleagues";
import { DueLamp } from "../../components/due-lamp";
import { Facts } from "../../components/facts";
import { CheckList, SelectField, TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { AccreditationWarning } from "../../components/licence/accreditation";
import { useSeals } from "../../components/names";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import type { JsonObject } from "../../verify/json";

interface Part {
  readonly value: Case;
  readonly post: OfficerPost;
  /** The officer. */
  readonly party: string | null;
  readonly onAct: (asked: Asked) => void;
}

/** What an act may have beside its arguments. */
interface More {
  /** The key of the officer who signs too. */
  readonly second?: string | null;
  /** The form that is forgotten once the act is final. */
  readonly draft?: string;
  readonly about?: React.ReactNode;
}

/** What is asked, in the name of the department and beside its seal. */
function useOfficial({ post, onAct }: Part) {
  const postText = usePostText();
  const seal = useSeals()(post.body);
  return {
    able: seal !== null,
    act(operation: string, given: JsonObject, { second = null, draft, about }: More = {}): void {
      if (seal === null) return;
      onAct({
        operation,
        arguments: given,
        seal: { key: seal, asAccount: false },
        as: postText(post),
        ...(second === null ? {} : { cosigners: [second] }),
        ...(draft === undefined ? {} : { draft }),
        ...(about === undefined ? {} : { about }),
      });
    },
  };
}

/** The materials as the officer sees them now: another one in their place is noticed. */
function seenOf(value: Case, classes: readonly string[] | null): JsonObject {
  const seen = value.materials.filter(one => classes === null || classes.includes(one.class));
  return Object.fromEntries(seen.map(one => [one.class, one.commitment]));
}

/** The most working days that an applicant is given to correct. */
const MOST_DAYS = 60;

function Correct(part: Part & { item: Item; form: Form | null; onCancel: () => void }) {
  const { value, item, form, onCancel } = part;
  const { t } = useTranslation();
  const language = useLanguage();
  const { able, act } = useOfficial(part);
  const { form: draft, change } = useDraft(`correct ${value.number}`, {
    chosen: [] as readonly string[],
    days: "15",
    words: {} as Readonly<Record<string, string>>,
  });
  const fields = form?.sections.flatMap(section => section.fields) ?? [];
  const options: readonly (readonly [string, string])[] = [
    ...fields
      .filter(one => one.kind !== "file")
      .map(one => [`field ${one.name}`, said(one.label, language)] as const),
    ...item.materials
      .filter(one => one.source === "submitted")
      .map(one => [`material ${one.class}`, said(one.name, language)] as const),
  ];
  const days = Number(draft.days);
  const bounded = draft.days === "" || (Number.isInteger(days) && days >= 1 && days <= MOST_DAYS);
  const ready =
    bounded && draft.chosen.length > 0 && draft.chosen.every(one => (draft.words[one] ?? "").trim() !== "");
  return (
    <form
      className="inset"
      onSubmit={event => {
        event.preventDefault();
        const points = draft.chosen.map(one => {
          const [kind = "", name = ""] = one.split(" ");
          const words = (draft.words[one] ?? "").trim();
          return { [kind]: name, zh: words, en: words };
        });
        if (ready) {
          const given = { case: value.number, points, ...(draft.days === "" ? {} : { days }) };
          act("approval.correct", given, { draft: `correct ${value.number}` });
        }
      }}
    >
      <p className="hint">{t("cases.correctHint")}</p>
      <CheckList
        legend={t("cases.correctWhat")}
        options={options}
        chosen={draft.chosen}
        onChange={chosen => change({ chosen })}
      />
      {draft.chosen.map(one => (
        <TextField
          key={one}
          lines={2}
          label={options.find(([known]) => known === one)?.[1] ?? one}
          hint={t("cases.correctWords")}
          value={draft.words[one] ?? ""}
          onChange={words => change({ words: { ...draft.words, [one]: words } })}
        />
      ))}
      <TextField
        label={t("cases.correctDays")}
        hint={t("cases.correctDaysHint", { most: MOST_DAYS })}
        inputMode="numeric"
        value={draft.days}
        onChange={days => change({ days })}
      />
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready || !able}>
          {t("act.toCheck")}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
    </form>
  );
}

function TurnDown(part: Part & { operation: string; onCancel: () => void }) {
  const { value, operation, onCancel } = part;
  const { t } = useTranslation();
  const { able, act } = useOfficial(part);
  const { form, change } = useDraft(`${operation} ${value.number}`, { reason: "", remedy: "" });
  const ready = form.reason.trim() !== "" && form.remedy.trim() !== "";
  return (
    <form
      className="inset"
      onSubmit={event => {
        event.preventDefault();
        if (ready) {
          const given = { case: value.number, reason: form.reason.trim(), remedy: form.remedy.trim() };
          act(operation, given, { draft: `${operation} ${value.number}` });
        }
      }}
    >
      <TextField
        label={t("act.argument.reason")}
        hint={t("window.noPersonal")}
        lines={2}
        value={form.reason}
        onChange={reason => change({ reason })}
      />
      <TextField
        label={t("act.argument.remedy")}
        hint={t("window.remedyHint")}
        lines={2}
        value={form.remedy}
        onChange={remedy => change({ remedy })}
      />
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready || !able}>
          {t("act.toCheck")}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          {t("common.cancel")}
        </button>
      </p>
    </form>
  );
}

function Intake(part: Part & { item: Item }) {
  const { value, item } = part;
  const { t } = useTranslation();
  const { able, act } = useOfficial(part);
  const [open, setOpen] = useState<"correct" | "approval.not_competent" | "approval.not_needed" | null>(null);
  const { data: text } = useQuery(enactedQuery(`form/${item.form.key}`, item.form.version));
  const form = text?.value == null ? null : readForm(text.value);
  if (open === "correct") return <Correct {...part} form={form} onCancel={() => setOpen(null)} />;
  if (open !== null) return <TurnDown {...part} operation={open} onCancel={() => setOpen(null)} />;
  return (
    <p className="actions">
      <button
        type="button"
        className="button button-main"
        disabled={!able}
        onClick={() => act("approval.accept", { case: value.number })}
      >
        {t("cases.accept")}
      </button>
      {value.correction === null && (
        <button type="button" className="button" onClick={() => setOpen("correct")}>
          {t("cases.correct")}
        </button>
      )}
      <button type="button" className="button" onClick={() => setOpen("approval.not_competent")}>
        {t("cases.notCompetent")}
      </button>
      <button type="button" className="button" onClick={() => setOpen("approval.not_needed")}>
        {t("cases.notNeeded")}
      </button>
    </p>
  );
}

function TakeStep(part: Part & { item: Item; step: OpenStep }) {
  const { value, item, post, step } = part;
  const { t } = useTranslation();
  const language = useLanguage();
  const { able, act } = useOfficial(part);
  const name = `step ${value.number} ${step.step} ${step.work}`;
  const { form, change } = useDraft(name, { outcome: step.outcomes[0] ?? "", opinion: "", second: "" });
  const ready = form.opinion.trim() !== "" && (!step.twoOfficers || form.second !== "");
  const seen = seenOf(value, step.materials);
  const classes = item.materials.filter(one => Object.hasOwn(seen, one.class));
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault();
        if (!ready) return;
        const second = step.twoOfficers ? form.second : null;
        const given: JsonObject = {
          case: value.number,
          for: post.body,
          opinion: { text: form.opinion.trim() },
          seen,
          step: step.step,
          version: value.version,
          work: step.work,
          ...(form.outcome === "" ? {} : { outcome: form.outcome }),
          ...(second === null ? {} : { second }),
        };
        const about = <Facts items={[[t("act.argument.step"), spoken(step.name, language)]]} />;
        act("approval.act", given, { second, draft: name, about });
      }}
    >
      <h3>{spoken(step.name, language)}</h3>
      {step.due && (
        <p>
          <DueLamp due={step.due} />
        </p>
      )}
      {classes.length > 0 && (
        <p className="hint">
          {t("cases.restsOn", {
            names: classes.map(one => said(one.name, language)).join(t("common.listSeparator")),
          })}
        </p>
      )}
      {step.outcomes.length > 0 && (
        <SelectField
          label={t("cases.outcome")}
          value={form.outcome}
          options={step.outcomes.map(one => [one, outcomeText(t, one)] as const)}
          onChange={outcome => change({ outcome })}
        />
      )}
      <TextField
        lines={3}
        label={t("cases.opinion")}
        hint={t("window.noPersonal")}
        value={form.opinion}
        onChange={opinion => change({ opinion })}
      />
      {step.twoOfficers && (
        <ColleagueField
          post={post}
          scope={roleScope(step.role)}
          by="key"
          label={t("cases.second")}
          hint={t("cases.secondHint")}
          value={form.second}
          onChange={second => change({ second })}
        />
      )}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={!ready || !able}>
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

/** How long a step can be lent at the longest, in days. */
const LONGEST_LOAN = 30;
const DAY_MS = 86_400_000;

function Lend(part: Part & { step: OpenStep }) {
  const { value, post, step } = part;
  const { t } = useTranslation();
  const { able, act } = useOfficial(part);
  const name = `lend ${value.number} ${step.step} ${step.work}`;
  const { form, change } = useDraft(name, { to: "", days: "3" });
  const days = Number(form.days);
  const ready = form.to !== "" && Number.isInteger(days) && days >= 1 && days <= LONGEST_LOAN;
  return (
    <details>
      <summary>{t("cases.lend")}</summary>
      <form
        className="inset"
        onSubmit={event => {
          event.preventDefault();
          if (!ready) return;
          const until = nodeNow() + days * DAY_MS;
          const given = { case: value.number, for: post.body, step: step.step, to: form.to, until };
          act("approval.delegate", { ...given, work: step.work }, { draft: name });
        }}
      >
        <ColleagueField
          post={post}
          scope="approval.act"
          by="party"
          label={t("cases.lendTo")}
          hint={t("cases.lendHint")}
          value={form.to}
          onChange={to => change({ to })}
        />
        <TextField
          type="number"
          min="1"
          max={String(LONGEST_LOAN)}
          label={t("cases.lendDays")}
          value={form.days}
          onChange={given => change({ days: given })}
        />
        <p className="actions">
          <button type="submit" className="button" disabled={!ready || !able}>
            {t("act.toCheck")}
          </button>
        </p>
      </form>
    </details>
  );
}

function Decide(part: Part & { item: Item }) {
  const { value, item, post } = part;
  const { t } = useTranslation();
  const language = useLanguage();
  const { able, act } = useOfficial(part);
  const name = `decide ${value.number}`;
  const { form, change } = useDraft(name, {
    outcome: "approve",
    reason: "",
    remedy: "",
    second: "",
  });
  const refuses = form.outcome === "refuse";
  // The decision names what the licence says, so that is written first.
  const licensed = !refuses && item.licence !== null;
  const ready =
    (!refuses || (form.reason.trim() !== "" && form.remedy.trim() !== "")) &&
    (!item.twoOfficers || form.second !== "");
  return (
    <form
      className="card"
      onSubmit={event => {
        event.preventDefault();
        if (!ready || licensed) return;
        const second = item.twoOfficers ? form.second : null;
        const given: JsonObject = {
          case: value.number,
          outcome: form.outcome,
          seen: seenOf(value, null),
          version: value.version,
          ...(form.reason.trim() === "" ? {} : { reason: form.reason.trim() }),
          ...(refuses ? { remedy: form.remedy.trim() } : {}),
          ...(second === null ? {} : { second }),
        };
        act("approval.decide", given, { second, draft: name });
      }}
    >
      <h3>{t("cases.decide")}</h3>
      <SelectField
        label={t("cases.outcome")}
        value={form.outcome}
        options={[
          ["approve", t("cases.approve")],
          ["refuse", t("cases.refuse")],
        ]}
        onChange={outcome => change({ outcome })}
      />
      {licensed && item.licence !== null && (
        <>
          <p className="hint">{t("cases.issues", { name: said(item.licence.name, language) })}</p>
          <AccreditationWarning department={value.department} kind={item.licence.kind} />
          <p className="actions">
            <Link className="button button-main" to={`/licences/${value.number}`}>
              {t("cases.licenceWrite")}
            </Link>
          </p>
        </>
      )}
      {!licensed && (
        <>
          <TextField
            lines={3}
            label={t("act.argument.reason")}
            hint={t("window.noPersonal")}
            value={form.reason}
            onChange={reason => change({ reason })}
          />
          {refuses && (
            <TextField
              lines={2}
              label={t("act.argument.remedy")}
              hint={t("window.remedyHint")}
              value={form.remedy}
              onChange={remedy => change({ remedy })}
            />
          )}
          {item.twoOfficers && (
            <ColleagueField
              post={post}
              scope="approval.decide"
              by="key"
              label={t("cases.second")}
              hint={t("cases.secondHint")}
              value={form.second}
              onChange={second => change({ second })}
            />
          )}
          <p className="actions">
            <button type="submit" className="button button-main" disabled={!ready || !able}>
              {t("act.toCheck")}
            </button>
          </p>
        </>
      )}
    </form>
  );
}

function Deliver(part: Part) {
  const { value } = part;
  const { t } = useTranslation();
  const { able, act } = useOfficial(part);
  return (
    <p className="actions">
      {(["electronic", "window", "post"] as const).map(how => (
        <button
          key={how}
          type="button"
          className="button"
          disabled={!able}
          onClick={() => act("approval.deliver", { case: value.number, how })}
        >
          {t(`cases.deliver.${how}`)}
        </button>
      ))}
    </p>
  );
}

function Time(part: Part & { item: Item }) {
  const { value, item } = part;
  const { t } = useTranslation();
  const { able, act } = useOfficial(part);
  const { form, change } = useDraft(`time ${value.number}`, {
    days: "5",
    procedure: item.special[0] ?? "",
    reason: "",
  });
  const days = Number(form.days);
  const good = Number.isInteger(days) && days >= 1 && days <= 120;
  return (
    <details>
      <summary>{t("cases.time")}</summary>
      <TextField
        type="number"
        min="1"
        max="120"
        label={t("cases.days")}
        value={form.days}
        onChange={given => change({ days: given })}
      />
      {item.special.length > 0 && value.suspended === null && (
        <>
          <SelectField
            label={t("cases.procedure")}
            value={form.procedure}
            options={item.special.map(one => [one, procedureText(t, one)] as const)}
            onChange={procedure => change({ procedure })}
          />
          <p className="actions">
            <button
              type="button"
              className="button"
              disabled={!able || !good}
              onClick={() => act("approval.suspend", { case: value.number, days, procedure: form.procedure })}
            >
              {t("cases.suspend")}
            </button>
          </p>
        </>
      )}
      {value.suspended !== null && (
        <p className="actions">
          <button
            type="button"
            className="button"
            disabled={!able}
            onClick={() => act("approval.resume", { case: value.number })}
          >
            {t("cases.resume")}
          </button>
        </p>
      )}
      {value.extension === null && (
        <>
          <TextField
            lines={2}
            label={t("act.argument.reason")}
            value={form.reason}
            onChange={reason => change({ reason })}
          />
          <p className="actions">
            <button
              type="button"
              className="button"
              disabled={!able || !good || form.reason.trim() === ""}
              onClick={() => act("approval.extend", { case: value.number, days, reason: form.reason.trim() })}
            >
              {t("cases.extend")}
            </button>
          </p>
          <p className="hint">{t("cases.extendHint")}</p>
        </>
      )}
    </details>
  );
}

/** What the officer's department has to do with the case now; nothing where it has not. */
export function OfficerPart(part: Part & { item: Item }) {
  const { value, post } = part;
  const { t } = useTranslation();
  const language = useLanguage();
  const own = value.department === post.body;
  const may = (operation: string) => covers(post.scope, operation);
  const waiting = value.steps.filter(one => one.department === post.body);
  const steps = waiting.filter(
    one => may(roleScope(one.role)) || (part.party !== null && one.lentTo.includes(part.party)),
  );
  const others = waiting.filter(one => !steps.includes(one));
  const intake = own && value.state === "submitted" && may("approval.accept");
  const decides = own && value.state === "joined" && may("approval.decide");
  const delivers = own && value.state === "decided" && may("approval.deliver");
  const times = own && value.state === "in_review" && may("approval.extend");
  if (!intake && !decides && !delivers && !times && waiting.length === 0) return null;
  return (
    <section aria-labelledby="to-do">
      <h2 id="to-do">{t("cases.toDo")}</h2>
      {intake && <Intake {...part} />}
      {steps.map(step => (
        <div key={`${step.step} ${step.work}`}>
          <TakeStep {...part} step={step} />
          {may("approval.delegate") && <Lend {...part} step={step} />}
        </div>
      ))}
      {others.map(step => (
        <p key={`${step.step} ${step.work}`} className="hint">
          {t("cases.forOthers", { name: spoken(step.name, language) })}
        </p>
      ))}
      {decides && <Decide {...part} />}
      {delivers && <Deliver {...part} />}
      {times && <Time {...part} />}
    </section>
  );
}
