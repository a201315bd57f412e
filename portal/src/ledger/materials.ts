// Handing in a material (材料): sealed here to the key that the department publishes, so that nobody on the way can read it.

import { ask } from "../api/ask";
import { postJson } from "../api/client";
import { fieldsOf, listOf, textOf } from "../api/reading";
import { concat, utf8 } from "../verify/bytes";
import { toBase64url } from "./base64url";
import { sealHpke, X25519_ENVELOPE } from "./hpke";

const PURPOSE = "yinxin/material/1";
/** The largest file that a desk takes, in bytes. */
export const MOST_BYTES = 8 * 1024 * 1024;

/** What the desk keeps now, and a case can name. */
export interface HandedIn {
  readonly material: string;
  readonly holder: string;
  readonly size: number;
}

/** Where a department takes materials. */
export class NoDesk extends Error {
  override readonly name = "NoDesk";
}

/** The key to which materials for a department are sealed. */
export async function deskKey(department: string): Promise<string> {
  const about = { code: department, purpose: "encryption" };
  const { value } = await ask([{ question: "identity.published", about }]);
  const [answer] = value;
  const keys = answer?.problem === null ? listOf(fieldsOf(answer.value), "keys") : [];
  const key = textOf(fieldsOf(keys[0]), "key");
  if (key === null || !key.startsWith("x25519:")) throw new NoDesk();
  return key;
}

/** Hands a file in to a department, through the node that serves this page. `to.key` is that department's. */
export async function handIn(
  file: { readonly name: string; readonly type: string; readonly bytes: Uint8Array },
  to: { readonly key: string; readonly account: string; readonly department: string },
  owner: { readonly for?: string; readonly principal?: string } = {},
): Promise<HandedIn> {
  const header = JSON.stringify({
    form: "yinxin-material/1",
    media_type: file.type === "" ? "application/octet-stream" : file.type,
    name: file.name,
  });
  const content = concat(utf8(`${header}\n`), file.bytes);
  const sealed = await sealHpke(to.key, content, utf8(PURPOSE), utf8(to.account));
  const envelope = concat(Uint8Array.of(X25519_ENVELOPE), sealed);
  return postJson<HandedIn>("/api/v1/desk/materials", {
    ...owner,
    department: to.department,
    sealed: toBase64url(envelope),
  });
}
