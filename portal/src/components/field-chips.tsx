import { useTranslation } from "react-i18next";
import { fieldText, inFormOrder } from "./names";

/** As many as are shown before the others fold away. */
const SHOWN = 6;

function Chips({ fields }: { fields: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <ul className="chips" aria-label={t("act.argument.fields")}>
      {fields.map(field => (
        <li key={field}>{fieldText(t, field)}</li>
      ))}
    </ul>
  );
}

/** Names of fields, in the order of the form; many of them fold away. */
export function FieldChips({ fields }: { fields: readonly string[] }) {
  const { t } = useTranslation();
  const ordered = inFormOrder(fields);
  if (ordered.length === 0) return null;
  if (ordered.length <= SHOWN + 1) return <Chips fields={ordered} />;
  return (
    <>
      <Chips fields={ordered.slice(0, SHOWN)} />
      <details>
        <summary>{t("common.andMore", { n: ordered.length - SHOWN })}</summary>
        <Chips fields={ordered.slice(SHOWN)} />
      </details>
    </>
  );
}
