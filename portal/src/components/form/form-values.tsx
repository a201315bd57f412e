import { useTranslation } from "react-i18next";
import type { Form, FormSection } from "../../api/forms";
import { said } from "../../api/items";
import { Facts } from "../facts";
import { useLanguage } from "../use-language";
import { valueText } from "./value-text";

/** What stands in a form, field by field, as a person reads it; fields without a value are left out. */
export function FormValues({ form, values }: { form: Form; values: Readonly<Record<string, unknown>> }) {
  return form.sections.map(section => (
    <SectionValues key={section.title.zh} section={section} values={values} />
  ));
}

function SectionValues({
  section,
  values,
}: {
  section: FormSection;
  values: Readonly<Record<string, unknown>>;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const words = { language, yes: t("common.yes"), no: t("common.no") };
  const there = section.fields.filter(field => values[field.name] !== undefined);
  if (there.length === 0) return null;
  return (
    <Facts
      items={there.map(field => [said(field.label, language), valueText(field, values[field.name], words)])}
    />
  );
}
