import { focusField } from "./focus-field";

/** The way from a remark straight into the field that it is about. */
export function FieldLink({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <a
      href={`#field-${name}`}
      onClick={event => {
        event.preventDefault();
        focusField(name);
      }}
    >
      {children}
    </a>
  );
}
