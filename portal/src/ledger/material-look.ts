// A look (查阅) at a material of a case: asked with a fresh reader key, answered in parts that are sealed to it, opened here.

import { getJson } from "../api/client";
import type { Disclosure } from "../api/disclosures";
import { fieldsOf, numberOf, textOf } from "../api/reading";
import type { StoredAct } from "../store/acts";
import { concat, utf8 } from "../verify/bytes";
import { parseJson } from "../verify/json";
import { fromBase64url } from "./base64url";
import { openHpke, X25519_ENVELOPE } from "./hpke";
import { type ReaderKey, SealedContentRefused } from "./reader-key";

const PURPOSE = "yinxin/release/1";
/** No file has more parts than this: 8 MiB in pieces of 128 KiB, with room. */
const MOST_PARTS = 128;

export interface OpenedMaterial {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly holder: string;
  readonly height: number;
}

async function openPart(reader: ReaderKey, transaction: string, part: number) {
  const path = `/api/v1/disclosures/${encodeURIComponent(transaction)}?part=${part}`;
  const disclosure = await getJson<Disclosure>(path);
  const envelope = fromBase64url(disclosure.content);
  if (envelope?.[0] !== X25519_ENVELOPE) throw new SealedContentRefused();
  const opened = await openHpke(reader, envelope.slice(1), utf8(PURPOSE), utf8(transaction)).catch(() => {
    throw new SealedContentRefused();
  });
  const fields = fieldsOf(parseJson(opened));
  const bytes = fromBase64url(textOf(fields, "bytes") ?? "");
  if (fields?.transaction !== transaction || bytes === null) throw new SealedContentRefused();
  return { disclosure, fields, bytes };
}

/** The file that an allowed look is entitled to. */
export async function openMaterial(act: StoredAct): Promise<OpenedMaterial> {
  const reader = (act.keep as { readonly reader?: ReaderKey } | null)?.reader;
  if (reader === undefined) throw new SealedContentRefused();
  const first = await openPart(reader, act.id, 0);
  const count = Math.min(numberOf(first.fields, "parts") ?? 1, MOST_PARTS);
  const pieces = [first.bytes];
  for (let part = 1; part < count; part += 1) pieces.push((await openPart(reader, act.id, part)).bytes);
  return {
    name: textOf(first.fields, "name") ?? "",
    type: textOf(first.fields, "media_type") ?? "application/octet-stream",
    bytes: new Uint8Array(concat(...pieces)),
    holder: first.disclosure.holder,
    height: first.disclosure.height,
  };
}
