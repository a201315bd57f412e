// A look (查阅) at protected content: asked with a fresh reader key, answered with content sealed to it, opened here.

import { fetchDisclosure } from "../api/disclosures";
import type { StoredAct } from "../store/acts";
import type { JsonObject } from "../verify/json";
import type { ActRequest } from "./act";
import { makeReaderKey, openRelease, type ReaderKey, SealedContentRefused } from "./reader-key";

interface Kept {
  readonly reader: ReaderKey;
}

/** The operations whose allowed outcome entitles to content. */
export type LookOperation =
  | "sharing.disclose"
  | "sharing.extract_fetch"
  | "sharing.extract_trace"
  | "sharing.view"
  | "sharing.wallet_ask";

/** A look with a key of its own; the key is kept with the act, so that a closed window loses nothing. */
export async function planLook(operation: LookOperation, given: JsonObject): Promise<ActRequest> {
  const reader = await makeReaderKey();
  const keep: Kept = { reader };
  return { operation, arguments: { ...given, reader: reader.text }, keep };
}

/** The reader key that an act was signed with; a refusal where this browser does not have it. */
export function readerKeyOf(act: StoredAct): ReaderKey {
  const kept = act.keep as Partial<Kept> | null;
  if (!kept?.reader) throw new SealedContentRefused();
  return kept.reader;
}

export interface Opened {
  readonly certificate: string;
  readonly text: string;
  readonly holder: string;
  readonly height: number;
}

/** The content of an allowed look. It can be fetched and opened again as long as this browser keeps the act. */
export async function openLook(act: StoredAct): Promise<Opened> {
  const reader = readerKeyOf(act);
  const { content, holder, height } = await fetchDisclosure(act.id);
  const { certificate, presentation } = await openRelease(reader, act.id, content);
  return { certificate, text: presentation, holder, height };
}
