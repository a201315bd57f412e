import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { parametersQuery } from "../../api/governance";
import { type Member, membersQuery } from "../../api/members";
import { homeChainQuery, statusQuery } from "../../api/queries";
import type { OfficerPost } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { SelectField, TextField } from "../../components/field";
import { usePostText } from "../../components/gate";
import { useSeals } from "../../components/names";
import { Notice } from "../../components/notice";
import { useDraft } from "../../components/use-draft";
import {
  admitContent,
  changeHeight,
  documentContent,
  isPlainName,
  LEVELS,
  PROPOSED,
  readHolidays,
  readWorkdays,
} from "../../ledger/decision";
import { creditCodeValid, normaliseNumber } from "../../ledger/numbers";
import { suiteAlgorithm } from "../../verify/digest";
import type { JsonObject } from "../../verify/json";
import { CalendarFields, DocumentFields, ParameterFields, ThresholdFields } from "./fields";
import { EMPTY_FORM, type Form, isChange, YES_NO } from "./form";
import { Guard, useGuard } from "./guard";
import {
  AdmitFields,
  type Heights,
  heightOf,
  isSealKey,
  isValidatorKey,
  MemberFields,
  setChanges,
} from "./member-fields";
import { UpgradeFields, upgradeContent } from "./upgrades";

const DAY_MS = 86_400_000;
/** Blocks that are left to the others for their votes before a change of the validators. */
const VOTING_BLOCKS = 64;

/** The content of a decision, or `null` while the form is not complete. */
function useContent(
  form: Form,
  members: readonly Member[],
  heights: Heights | null,
  upgrade: ReturnType<typeof upgradeContent>,
): JsonObject | null {
  const { data: home } = useQuery(homeChainQuery);
  const whole = (text: string) => (/^[0-9]{1,9}$/.test(text.trim()) ? Number(text) : null);
  if (form.kind === "upgrade") return upgrade;
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
  const height = heightOf(form, heights);
  const validator = form.voting === "votes" ? form.validator.trim() : null;
  const keyGood = validator === null || (isValidatorKey(validator) && validator !== form.account.trim());
  if (form.kind === "admit") {
    const [code, account] = [normaliseNumber(form.code), form.account.trim()];
    const name = form.memberName.trim();
    const level = LEVELS.find(one => one === form.level);
    const complete = creditCodeValid(code) && isPlainName(name) && isSealKey(account) && keyGood;
    if (!complete || level === undefined || (validator !== null && height === null)) return null;
    const { roles } = form;
    const at = validator === null ? null : height;
    return admitContent({ account, code, height: at, level, name, roles, validator });
  }
  const member = members.find(one => one.code === form.member);
  if (member === undefined) return null;
  const changes = setChanges(form, member);
  if (changes && height === null) return null;
  const named = { code: member.code, height: changes ? height : null };
  if (form.kind !== "validator") return named;
  return isValidatorKey(validator ?? "") || validator === null ? { ...named, validator } : null;
}

/** Puts something to the vote of all members, in the name of the department. */
export function Propose({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { form, change, clear } = useDraft<Form>("proposal", EMPTY_FORM);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [open, setOpen] = useState(false);
  const { data: members } = useQuery(membersQuery);
  const { data: status } = useQuery(statusQuery);
  const { data: parameters } = useQuery(parametersQuery);
  const notice = Number(parameters?.value.find(one => one.name === "validator_notice")?.value ?? Number.NaN);
  const heights =
    status === undefined || Number.isNaN(notice)
      ? null
      : {
          now: status.height,
          notice,
          offered: changeHeight(status.height, notice, VOTING_BLOCKS),
        };
  const told = Number(parameters?.value.find(one => one.name === "upgrade_notice")?.value ?? Number.NaN);
  const upgradeHeights =
    status === undefined || Number.isNaN(told)
      ? null
      : { now: status.height, notice: told, offered: status.height + told + VOTING_BLOCKS };
  const all = members?.members ?? [];
  const scenarios = status?.scenarios ?? [];
  const content = useContent(form, all, heights, upgradeContent(form, scenarios, upgradeHeights));
  const guard = useGuard(content === null ? null : { kind: form.kind, content });
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
            onChange={kind =>
              change({
                kind: PROPOSED.find(one => one === kind) ?? "parameter",
                member: "",
                validator: "",
                voting: "votes",
                height: "",
              })
            }
          />
          {form.kind === "parameter" && <ParameterFields {...part} />}
          {form.kind === "calendar" && <CalendarFields {...part} />}
          {form.kind === "document" && <DocumentFields {...part} />}
          {form.kind === "threshold" && <ThresholdFields {...part} members={all} />}
          {form.kind === "upgrade" && (
            <UpgradeFields {...part} scenarios={scenarios} heights={upgradeHeights} />
          )}
          {form.kind === "admit" && <AdmitFields {...part} heights={heights} />}
          {isChange(form.kind) && <MemberFields {...part} members={all} heights={heights} />}
          <TextField
            type="number"
            min="1"
            max="365"
            label={t("governance.form.days")}
            value={form.days}
            error={daysGood ? null : t("governance.form.daysWrong")}
            onChange={value => change({ days: value })}
          />
          {content !== null && (
            <Guard guard={guard} changesSet={form.kind === "admit" || isChange(form.kind)} />
          )}
          {seal === null && <Notice tone="warn" title={t("governance.noSeal")} />}
          <p className="actions">
            <button
              type="submit"
              className="button button-main"
              disabled={content === null || seal === null || !daysGood || !guard.settled || guard.refused}
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
