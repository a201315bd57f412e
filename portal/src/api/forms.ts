// Forms (表单) as pages draw them, from the subset of JSON Schema that docs/reference/forms.md describes.

import type { JsonObject } from "../verify/json";
import { type Label, labelOf } from "./items";
import { type Fields, fieldsOf, listOf, numberOf, textOf, textsOf } from "./reading";

export type FieldKind = "text" | "number" | "fen" | "date" | "choice" | "boolean" | "file";

export interface FormField {
  readonly name: string;
  readonly label: Label;
  readonly help: Label | null;
  readonly kind: FieldKind;
  readonly required: boolean;
  /** Public on the ledger; otherwise it is sealed. */
  readonly public: boolean;
  readonly least: number;
  readonly most: number;
  readonly pattern: string | null;
  readonly lines: number;
  readonly options: readonly (readonly [string, Label])[];
  /** The class of material that a file is. */
  readonly material: string | null;
  readonly media: readonly string[];
}

export interface FormSection {
  readonly title: Label;
  readonly help: Label | null;
  readonly fields: readonly FormField[];
}

export interface Form {
  readonly title: Label;
  readonly sections: readonly FormSection[];
}

function kindOf(fields: Fields): FieldKind {
  if (fields.type === "boolean") return "boolean";
  if (fields.type === "integer") return fields["x-unit"] === "fen" ? "fen" : "number";
  if (fields.format === "date") return "date";
  if (fields.format === "x-file") return "file";
  return Array.isArray(fields.enum) ? "choice" : "text";
}

function helpOf(fields: Fields | null): Label | null {
  return fields?.["x-help"] === undefined ? null : labelOf(fields["x-help"]);
}

function fieldOf(name: string, value: unknown, required: boolean): FormField | null {
  const fields = fieldsOf(value);
  if (fields === null) return null;
  const kind = kindOf(fields);
  const options = fieldsOf(fields["x-options"]);
  const text = kind === "text";
  return {
    name,
    label: labelOf(fields["x-label"]),
    help: helpOf(fields),
    kind,
    required,
    public: fields["x-public"] === true,
    least: (text ? numberOf(fields, "minLength") : numberOf(fields, "minimum")) ?? 0,
    most: (text ? numberOf(fields, "maxLength") : numberOf(fields, "maximum", "x-max-bytes")) ?? 0,
    pattern: textOf(fields, "pattern"),
    lines: numberOf(fields, "x-lines") ?? 1,
    options: textsOf(fields, "enum").map(one => [one, labelOf(options?.[one])] as const),
    material: textOf(fields, "x-material"),
    media: textsOf(fields, "x-media"),
  };
}

/** A form from the text of its document, `null` where the text is none. */
export function readForm(text: string): Form | null {
  let schema: Fields | null;
  try {
    schema = fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
  const properties = fieldsOf(schema?.properties);
  if (schema === null || properties === null) return null;
  const required = textsOf(schema, "required");
  return {
    title: labelOf(schema["x-title"]),
    sections: listOf(schema, "x-sections").map(one => {
      const section = fieldsOf(one);
      return {
        title: labelOf(section?.["x-title"]),
        help: helpOf(section),
        fields: textsOf(section, "fields").flatMap(
          name => fieldOf(name, properties[name], required.includes(name)) ?? [],
        ),
      };
    }),
  };
}

/** What a person has filled in, as texts; a yes is `true`. */
export type Filled = Readonly<Record<string, string>>;

export type Wrong = "missing" | "short" | "long" | "pattern" | "number" | "range" | "date";

/** What is wrong with what stands in a field; the ledger says the same of public ones. */
export function wrongOf(field: FormField, filled: Filled): Wrong | null {
  const text = (filled[field.name] ?? "").trim();
  if (field.kind === "file") return null;
  if (text === "") return field.required ? "missing" : null;
  const length = [...text].length;
  switch (field.kind) {
    case "text":
      if (length < field.least) return "short";
      if (length > field.most) return "long";
      return field.pattern !== null && !new RegExp(`^(?:${field.pattern})$`, "u").test(text)
        ? "pattern"
        : null;
    case "number":
    case "fen": {
      const number = numberIn(field, text);
      if (number === null) return "number";
      return number < field.least || number > field.most ? "range" : null;
    }
    case "date":
      return Number.isNaN(Date.parse(`${text}T00:00:00Z`)) ? "date" : null;
    default:
      return null;
  }
}

/** The whole number that a field holds; money is written in yuan and counted in fen. */
export function numberIn(field: FormField, text: string): number | null {
  if (field.kind === "number") return /^-?[0-9]{1,15}$/.test(text) ? Number(text) : null;
  const [, yuan = "", cents = ""] = /^([0-9]{1,13})(?:\.([0-9]{1,2}))?$/.exec(text) ?? [];
  return yuan === "" ? null : Number(yuan) * 100 + Number(cents.padEnd(2, "0"));
}

/** The value of a field as the ledger and the sealed part of the application have it. */
export function valueIn(field: FormField, filled: Filled): string | number | boolean | null {
  const text = (filled[field.name] ?? "").trim();
  if (field.kind === "boolean") return text === "true";
  if (text === "") return null;
  return field.kind === "number" || field.kind === "fen" ? numberIn(field, text) : text;
}

/** Every field, in the order in which people see them. */
export function fieldsOfForm(form: Form): readonly FormField[] {
  return form.sections.flatMap(section => section.fields);
}

/** The values that are public on the ledger (`open`), or those that are sealed. Files are materials of their own. */
export function valuesOf(form: Form, filled: Filled, open: boolean): JsonObject {
  return Object.fromEntries(
    fieldsOfForm(form)
      .filter(field => field.public === open && field.kind !== "file")
      .flatMap(field => {
        const value = valueIn(field, filled);
        return value === null ? [] : [[field.name, value] as const];
      }),
  );
}

/** Values as they stand in the fields when somebody goes on with them. */
export function filledFrom(form: Form, values: Readonly<Record<string, unknown>>): Filled {
  return Object.fromEntries(
    fieldsOfForm(form).flatMap(field => {
      const value = values[field.name];
      if (value === undefined || value === null || value === false) return [];
      if (field.kind === "fen" && typeof value === "number") {
        const cents = value % 100;
        const yuan = String((value - cents) / 100);
        return [[field.name, cents === 0 ? yuan : `${yuan}.${String(cents).padStart(2, "0")}`] as const];
      }
      return [[field.name, String(value)] as const];
    }),
  );
}
