import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { fetchDocument, PARAMETERS, parametersQuery } from "../../api/governance";
import type { Member } from "../../api/members";
import { DECISIONS, settingText } from "../../components/act/decision-facts";
import { CheckList, SelectField, TextField } from "../../components/field";
import { RULES, readHolidays, readWorkdays } from "../../ledger/decision";
import { type Part, YES_NO } from "./form";

export function ParameterFields({ form, change }: Part) {
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

export function CalendarFields({ form, change }: Part) {
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

export function DocumentFields({ form, change }: Part) {
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

export function ThresholdFields({ form, change, members }: Part & { members: readonly Member[] }) {
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
