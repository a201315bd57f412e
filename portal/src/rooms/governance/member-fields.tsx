import { useTranslation } from "react-i18next";
import type { Member } from "../../api/members";
import { LEVEL_WORDS, ROLES } from "../../components/act/decision-facts";
import { CheckList, SelectField, TextField } from "../../components/field";
import { formatCount } from "../../components/format";
import { useLanguage } from "../../components/use-language";
import { heightWrong, isPlainName, LEVELS, levelOf } from "../../ledger/decision";
import { creditCodeValid, normaliseNumber } from "../../ledger/numbers";
import { isKey, isPasskey } from "../../verify/signature";
import { CHANGEABLE, type Form, isChange, type Part } from "./form";

/** When a change of the validators can take effect. */
export interface Heights {
  readonly now: number;
  readonly notice: number;
  /** The height that is offered: after the notice, and after some blocks for the votes. */
  readonly offered: number;
}

/** The height of a form: the one that was typed or, where none was, the one that is offered; null where it cannot be one. */
export function heightOf(form: Form, heights: Heights | null): number | null {
  if (heights === null) return null;
  const typed = form.height.trim();
  if (typed === "") return heights.offered;
  const height = /^[0-9]{1,12}$/.test(typed) ? Number(typed) : Number.NaN;
  return Number.isNaN(height) || heightWrong(height, heights.now, heights.notice) !== null ? null : height;
}

/** Whether a key can be the seal of a department: no passkey, which one device alone holds. */
export function isSealKey(text: string): boolean {
  return isKey(text) && !isPasskey(text);
}

/** Whether a node can vote with a key. */
export function isValidatorKey(text: string): boolean {
  return text.startsWith("ed25519:") && isKey(text);
}

function HeightField({ form, change, heights }: Part & { heights: Heights | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (heights === null) return null;
  const typed = form.height.trim();
  const count = (height: number) => formatCount(height, language);
  const wrong = /^[0-9]{1,12}$/.test(typed) ? heightWrong(Number(typed), heights.now, heights.notice) : null;
  const error =
    wrong === null
      ? typed !== "" && heightOf(form, heights) === null
        ? t("governance.form.heightNumber")
        : null
      : t(wrong.kind === "near" ? "governance.form.heightNear" : "governance.form.heightBetween", {
          before: count(wrong.before),
          after: count(wrong.after),
          notice: count(heights.notice),
        });
  return (
    <TextField
      inputMode="numeric"
      label={t("governance.form.height")}
      hint={t("governance.form.heightHint", {
        height: count(heights.offered),
        now: count(heights.now),
        notice: count(heights.notice),
      })}
      value={form.height}
      error={error}
      onChange={height => change({ height })}
    />
  );
}

function ValidatorField({ form, change }: Part) {
  const { t } = useTranslation();
  const key = form.validator.trim();
  return (
    <TextField
      label={t("governance.form.validator")}
      hint={t("governance.form.validatorHint")}
      value={form.validator}
      error={
        key !== "" && !isValidatorKey(key)
          ? t("governance.form.validatorWrong")
          : key !== "" && key === form.account.trim()
            ? t("governance.form.sameKey")
            : null
      }
      onChange={validator => change({ validator })}
    />
  );
}

/** A new member: who it is, with which seal it acts, and whether its node votes. */
export function AdmitFields({ form, change, heights }: Part & { heights: Heights | null }) {
  const { t } = useTranslation();
  const code = normaliseNumber(form.code);
  const account = form.account.trim();
  const codeGood = creditCodeValid(code);
  return (
    <>
      <TextField
        label={t("governance.code")}
        hint={t("governance.form.codeHint")}
        value={form.code}
        error={code !== "" && !codeGood ? t("governance.form.codeWrong") : null}
        onChange={value => {
          const next = normaliseNumber(value);
          change({ code: next, ...(creditCodeValid(next) ? { level: levelOf(next) } : {}) });
        }}
      />
      <TextField
        label={t("governance.memberName")}
        hint={t("governance.form.memberNameHint")}
        value={form.memberName}
        error={
          form.memberName !== "" && !isPlainName(form.memberName.trim())
            ? t("governance.form.memberNameWrong")
            : null
        }
        onChange={memberName => change({ memberName })}
      />
      <SelectField
        label={t("governance.form.level")}
        hint={codeGood ? t("governance.form.levelHint", { level: t(LEVEL_WORDS[levelOf(code)]) }) : undefined}
        value={form.level}
        options={[["", "–"], ...LEVELS.map(one => [one, t(LEVEL_WORDS[one])] as const)]}
        onChange={level => change({ level })}
      />
      <CheckList
        legend={t("governance.roles")}
        hint={t("governance.form.rolesHint")}
        options={ROLES.map(one => [one, t(`governance.role.${one}`)] as const)}
        chosen={form.roles}
        onChange={roles => change({ roles })}
      />
      <TextField
        label={t("governance.form.account")}
        hint={t("governance.form.accountHint")}
        value={form.account}
        error={account !== "" && !isSealKey(account) ? t("governance.form.accountWrong") : null}
        onChange={value => change({ account: value })}
      />
      <SelectField
        label={t("governance.form.voting")}
        value={form.voting}
        options={[
          ["votes", t("governance.form.votes_node")],
          ["reads", t("governance.form.reads_node")],
        ]}
        onChange={voting => change({ voting })}
      />
      {form.voting === "votes" && (
        <>
          <ValidatorField form={form} change={change} />
          <HeightField form={form} change={change} heights={heights} />
        </>
      )}
      <p className="hint">{t("governance.form.addressHint")}</p>
    </>
  );
}

/** A present member, and what happens to its node. */
export function MemberFields({
  form,
  change,
  members,
  heights,
}: Part & { members: readonly Member[]; heights: Heights | null }) {
  const { t } = useTranslation();
  const statuses: readonly string[] = isChange(form.kind) ? CHANGEABLE[form.kind] : [];
  const fitting = members.filter(one => statuses.includes(one.status));
  const member = fitting.find(one => one.code === form.member);
  const rotates = form.kind === "validator";
  return (
    <>
      <SelectField
        label={t("governance.form.member")}
        value={form.member}
        options={[["", "–"], ...fitting.map(one => [one.code, one.name] as const)]}
        onChange={code => change({ member: code })}
      />
      {rotates && member && (
        <>
          <p className="hint">
            {t(member.validator === null ? "governance.form.votesNot" : "governance.form.votesNow")}
          </p>
          <SelectField
            label={t("governance.form.nodeChange")}
            value={form.voting}
            options={[
              [
                "votes",
                t(member.validator === null ? "governance.form.nodeEnters" : "governance.form.nodeRotates"),
              ],
              ...(member.validator === null ? [] : [["reads", t("governance.form.nodeLeaves")] as const]),
            ]}
            onChange={voting => change({ voting })}
          />
          {form.voting === "votes" && <ValidatorField form={form} change={change} />}
          {member.status === "suspended" && <p className="hint">{t("governance.form.suspendedHint")}</p>}
        </>
      )}
      {member && setChanges(form, member) && <HeightField form={form} change={change} heights={heights} />}
    </>
  );
}

/** Whether the set of validators changes with a decision about a member: only where its node votes now, or will vote. */
export function setChanges(form: Form, member: Member): boolean {
  if (form.kind === "validator") return member.status === "active";
  return member.validator !== null && (form.kind !== "remove" || member.status === "active");
}
