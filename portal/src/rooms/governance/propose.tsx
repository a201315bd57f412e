import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { fetchDocument, PARAMETERS, parametersQuery } from "../../api/governance";
import { type Member, membersQuery } from "../../api/members";
import { homeChainQuery, statusQuery } from "../../api/queries";
import type { OfficerPost } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { DECISIONS, settingText } from "../../components/act/decision-facts";
import { CheckList, SelectField, TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Notice } from "../../components/notice";
import { useDraft } from "../../components/use-draft";
import {
  changeHeight,
  documentContent,
  PROPOSED,
  type Proposed,
  RULES,
  readHolidays,
  readWorkdays,
} from "../../ledger/decision";
import { suiteAlgorithm } from "../../verify/digest";
import type { JsonObject } from "../../verify/json";

const DAY_MS = 86_400_000;
/** Blocks that are left to the others for their votes before a change of the validators. */
const VOTING_BLOCKS = 64;
const YES_NO: readonly string[] = ["withdraw_voted"];

const EMPTY = {
  kind: "parameter" as Proposed,
  days: "7",
  parameter: PARAMETERS[1] as string,
  value: "",
  member: "",
  year: "",
  edition: "1",
  title: "",
  holidays: "",
  workdays: "",
  class: "policy",
  name: "",
  version: "1",
  content: "",
  of: "parameter",
  rule: "majority",
  votes: "",
  required: [] as readonly string[],
};
type Form = typeof EMPTY;

interface Part {
  readonly form: Form;
  readonly change: (part: Partial<Form>) => void;
}

function ParameterFields({ form, change }: Part) {
  const { t } = useTranslation();
  const { data } = useQuery(parametersQuery);
  const now = data?.value.find(one => one.name === form.parameter);
  return (
    <>
      <SelectField
        label={t("governance.parameterName")}
        value={form.parameter}
        options={PARAMETERS.map(one => [one, t(`governance.parameter.${one}`)] as const)}
        onChange={parameter => change({ parameter, value: "" })}
      />
      {now && <p className="hint">{t("governance.now", { value: settingText(t, now.value) })}</p>}
      {YES_NO.includes(form.parameter) ? (
        <SelectField
          label={t("governance.newValue")}
          value={form.value}
          options={[
            ["", "–"],
            ["true", t("governance.on")],
            ["false", t("governance.off")],
          ]}
          onChange={value => change({ value })}
        />
      ) : (
        <TextField
          type="number"
          min="1"
          label={t("governance.newValue")}
          value={form.value}
          onChange={value => change({ value })}
        />
      )}
    </>
  );
}

function CalendarFields({ form, change }: Part) {
  const { t } = useTranslation();
  const year = Number(form.year);
  const holidays = readHolidays(form.holidays, year);
  const workdays = readWorkdays(form.workdays, year, holidays.wrong === null ? holidays.days : []);
  const wrong = (line: number | null) => (line === null ? null : t("governance.form.line", { line }));
  return (
    <>
      <TextField
        type="number"
        min="2000"
        max="2199"
        label={t("governance.form.year")}
        value={form.year}
        onChange={value => change({ year: value })}
      />
      <TextField
        type="number"
        min="1"
        label={t("governance.form.edition")}
        hint={t("governance.form.editionHint")}
        value={form.edition}
        onChange={edition => change({ edition })}
      />
      <TextField
        label={t("governance.form.title")}
        hint={t("governance.form.titleHint")}
        value={form.title}
        onChange={title => change({ title })}
      />
      <TextField
        lines={8}
        label={t("governance.form.holidays")}
        hint={t("governance.form.holidaysHint")}
        value={form.holidays}
        error={wrong(holidays.wrong)}
        onChange={value => change({ holidays: value })}
      />
      <TextField
        lines={4}
        label={t("governance.form.workdays")}
        hint={t("governance.form.workdaysHint")}
        value={form.workdays}
        error={wrong(workdays.wrong)}
        onChange={value => change({ workdays: value })}
      />
    </>
  );
}

function DocumentFields({ form, change }: Part) {
  const { t } = useTranslation();
  const name = form.name.trim();
  const { data: now } = useQuery({
    queryKey: ["ask", "governance.document", name],
    enabled: /^[a-z0-9._/-]+$/.test(name),
    queryFn: () => fetchDocument(name),
  });
  return (
    <>
      <SelectField
        label={t("governance.form.class")}
        value={form.class}
        options={[
          ["policy", t("governance.class.policy")],
          ["catalogue", t("governance.class.catalogue")],
        ]}
        onChange={value => change({ class: value })}
      />
      <TextField
        label={t("governance.documentName")}
        hint={t("governance.form.nameHint")}
        value={form.name}
        onChange={value => change({ name: value })}
      />
      {now?.value && <p className="hint">{t("governance.form.versionNow", { n: now.value.version })}</p>}
      <TextField
        type="number"
        min="1"
        label={t("governance.documentVersion")}
        value={form.version}
        onChange={version => change({ version })}
      />
      <TextField
        lines={10}
        label={t("governance.form.content")}
        value={form.content}
        onChange={content => change({ content })}
      />
    </>
  );
}

function ThresholdFields({ form, change, members }: Part & { members: readonly Member[] }) {
  const { t } = useTranslation();
  const active = members.filter(one => one.status === "active");
  return (
    <>
      <SelectField
        label={t("governance.form.of")}
        value={form.of}
        options={DECISIONS.map(one => [one, t(`governance.kind.${one}`)] as const)}
        onChange={of => change({ of })}
      />
      <SelectField
        label={t("governance.form.rule")}
        value={form.rule}
        options={RULES.map(
          one => [one, t(one === "at_least" ? "governance.rule.number" : `governance.rule.${one}`)] as const,
        )}
        onChange={rule => change({ rule })}
      />
      {form.rule === "at_least" && (
        <TextField
          type="number"
          min="1"
          label={t("governance.form.votes")}
          value={form.votes}
          onChange={votes => change({ votes })}
        />
      )}
      <CheckList
        legend={t("governance.form.required")}
        options={active.map(one => [one.code, one.name] as const)}
        chosen={form.required}
        onChange={required => change({ required })}
      />
    </>
  );
}

/** The statuses in which a member can be suspended, restored or removed. */
const CHANGEABLE = {
  suspend: ["active"],
  restore: ["suspended"],
  remove: ["active", "suspended"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

function isChange(kind: Proposed): kind is keyof typeof CHANGEABLE {
  return Object.hasOwn(CHANGEABLE, kind);
}

function MemberFields({
  form,
  change,
  members,
  height,
}: Part & { members: readonly Member[]; height: number | null }) {
  const { t } = useTranslation();
  const statuses: readonly string[] = isChange(form.kind) ? CHANGEABLE[form.kind] : [];
  const fitting = members.filter(one => statuses.includes(one.status));
  return (
    <>
      <SelectField
        label={t("governance.form.member")}
        value={form.member}
        options={[["", "–"], ...fitting.map(one => [one.code, one.name] as const)]}
        onChange={member => change({ member })}
      />
      {form.member !== "" && height !== null && (
        <p className="hint">{t("governance.form.heightHint", { height })}</p>
      )}
    </>
  );
}

/** The content of a decision, or `null` while the form is not complete. */
function useContent(form: Form, members: readonly Member[], height: number | null): JsonObject | null {
  const { data: home } = useQuery(homeChainQuery);
  const whole = (text: string) => (/^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : null);
  if (form.kind === "parameter") {
    const value = YES_NO.includes(form.parameter)
      ? ({ true: true, false: false }[form.value] ?? null)
      : whole(form.value);
    return value === null ? null : { name: form.parameter, value };
  }
  if (form.kind === "calendar") {
    const [year, edition] = [whole(form.year), whole(form.edition)];
    if (year === null || edition === null || form.title.trim() === "") return null;
    const holidays = readHolidays(form.holidays, year);
    if (holidays.wrong !== null || holidays.days.length === 0) return null;
    const workdays = readWorkdays(form.workdays, year, holidays.days);
    if (workdays.wrong !== null) return null;
    return {
      edition,
      holidays: holidays.days.map(({ date, name }) => ({ date, name })),
      title: form.title.trim(),
      workdays: workdays.days,
      year,
    };
  }
  if (form.kind === "document") {
    const version = whole(form.version);
    if (version === null || form.name.trim() === "" || form.content === "" || !home) return null;
    const { content } = form;
    const document = { class: form.class, name: form.name.trim(), version, content };
    return documentContent(document, suiteAlgorithm(home.genesis.suite));
  }
  if (form.kind === "threshold") {
    const votes = whole(form.votes);
    if (form.rule === "at_least" && votes === null) return null;
    const rule = form.rule === "at_least" ? { at_least: votes ?? 0 } : form.rule;
    return { of: form.of, threshold: { required: [...form.required].sort(), rule } };
  }
  const member = members.find(one => one.code === form.member);
  if (member === undefined) return null;
  // The set of validators changes only where the member's node votes now, or will vote again.
  const votes = member.validator !== null && (form.kind !== "remove" || member.status === "active");
  if (votes && height === null) return null;
  return { code: member.code, height: votes ? height : null };
}

/** Puts something to the vote of all members, in the name of the department. */
export function Propose({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change, clear } = useDraft<Form>("proposal", EMPTY);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [open, setOpen] = useState(false);
  const { data: members } = useQuery(membersQuery);
  const { data: status } = useQuery(statusQuery);
  const { data: parameters } = useQuery(parametersQuery);
  const notice = Number(parameters?.value.find(one => one.name === "validator_notice")?.value ?? Number.NaN);
  const height =
    status === undefined || Number.isNaN(notice) ? null : changeHeight(status.height, notice, VOTING_BLOCKS);
  const all = members?.members ?? [];
  const content = useContent(form, all, height);
  const days = Number(form.days);
  const daysGood = Number.isInteger(days) && days >= 1 && days <= 365;
  const part = { form, change };

  function propose(): void {
    if (content === null || seal === null || !daysGood) return;
    setAsked({
      operation: "governance.propose",
      arguments: {
        deadline: Math.floor(nodeNow() + days * DAY_MS),
        decision: { kind: form.kind, content },
      },
      seal: { key: seal, asAccount: true },
      as: postText(post),
    });
  }

  return (
    <section aria-labelledby="propose">
      <h2 id="propose">{t("act.op.propose.name")}</h2>
      <p className="actions">
        <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("governance.form.open")}
        </button>
      </p>
      {open && (
        <form
          className="card"
          onSubmit={event => {
            event.preventDefault();
            propose();
          }}
        >
          <SelectField
            label={t("governance.decides")}
            value={form.kind}
            options={PROPOSED.map(one => [one, t(`governance.kind.${one}`)] as const)}
            onChange={kind => change({ kind: PROPOSED.find(one => one === kind) ?? "parameter", member: "" })}
          />
          {form.kind === "parameter" && <ParameterFields {...part} />}
          {form.kind === "calendar" && <CalendarFields {...part} />}
          {form.kind === "document" && <DocumentFields {...part} />}
          {form.kind === "threshold" && <ThresholdFields {...part} members={all} />}
          {isChange(form.kind) && <MemberFields {...part} members={all} height={height} />}
          <TextField
            type="number"
            min="1"
            max="365"
            label={t("governance.form.days")}
            value={form.days}
            error={daysGood ? null : t("governance.form.daysWrong")}
            onChange={value => change({ days: value })}
          />
          {seal === null && <Notice tone="warn" title={t("governance.noSeal")} />}
          <p className="actions">
            <button
              type="submit"
              className="button button-main"
              disabled={content === null || seal === null || !daysGood}
            >
              {t("act.toCheck")}
            </button>
          </p>
          <p className="hint">{t("governance.form.others")}</p>
        </form>
      )}
      <ActSheet
        asked={asked}
        onClose={() => setAsked(null)}
        onDone={act => act.state === "final" && clear()}
      />
    </section>
  );
}
