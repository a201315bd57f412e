import type { FormField } from "../../api/forms";
import { said } from "../../api/items";
import { moneyText } from "../../ledger/fund";

/** A value in words: the label of a choice, yes or no, money in yuan. */
export function valueText(
  field: FormField,
  value: unknown,
  words: { readonly language: string; readonly yes: string; readonly no: string },
): string {
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (field.kind === "choice") {
    const option = field.options.find(([one]) => one === value)?.[1];
    return option === undefined ? String(value) : said(option, words.language);
  }
  if (field.kind === "fen" && typeof value === "number") return moneyText(BigInt(value));
  return String(value);
}
