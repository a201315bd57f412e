// The filled form of an application (申请): what of it is public goes onto the ledger, the rest is sealed into one material of the case.

import { type Filled, type Form, fieldsOfForm, valuesOf } from "../api/forms";
import type { Item } from "../api/items";
import { utf8 } from "../verify/bytes";
import type { JsonObject } from "../verify/json";
import { ensureAccount } from "./identity";
import { deskKey, handIn } from "./materials";

/** The class of the material that holds the sealed part of the form. */
export const APPLICATION = "application";

/** Whether something of the form would be lost: it has fields that are sealed, and the item no material in which they are handed in. */
export function losesAnswers(item: Item, form: Form): boolean {
  const sealed = fieldsOfForm(form).some(field => !field.public && field.kind !== "file");
  return sealed && !item.materials.some(one => one.class === APPLICATION);
}

/** Hands in the sealed part of a form; gives the material as a case names it. */
export async function handInForm(department: string, form: Form, filled: Filled): Promise<JsonObject> {
  const { id } = await ensureAccount();
  const text = JSON.stringify(valuesOf(form, filled, false), null, 2);
  const file = { name: "application.json", type: "application/json", bytes: utf8(text) };
  const { material } = await handIn(file, { key: await deskKey(department), account: id, department });
  return handed(APPLICATION, material);
}

/** A material as an applicant names it: its holder is the department of the item. */
export function handed(name: string, commitment: string): JsonObject {
  return { class: name, commitment, origin: "submitted" };
}
