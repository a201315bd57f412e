// What a person takes into a wallet (钱包), and what an officer reads of what a wallet showed.

import { fetchDisclosure } from "../api/disclosures";
import type { StoredAct } from "../store/acts";
import { toHex, utf8 } from "../verify/bytes";
import { type Algorithm, digestText, hash } from "../verify/digest";
import type { ActRequest } from "./act";
import { readerKeyOf } from "./look";
import { openSealed, SealedContentRefused } from "./reader-key";

/** How long a wallet can fetch what was taken, and answer what was asked: ten minutes, as the scenario has it (D20). */
export const WALLET_MS = 10 * 60_000;

/** Takes fields of a certificate. The code that a wallet must bring is drawn here; the ledger has its digest alone. */
export function planTake(certificate: string, fields: readonly string[], algorithm: Algorithm): ActRequest {
  const code = toHex(crypto.getRandomValues(new Uint8Array(32)));
  return {
    operation: "sharing.wallet_take",
    arguments: {
      certificate,
      fields: fields.toSorted(),
      offer: digestText(algorithm, hash(algorithm, utf8(code))),
    },
    keep: { code },
  };
}

/** The code of something taken, or `null` where this browser does not have it. */
export function codeOf(act: StoredAct): string | null {
  const kept = act.keep as { readonly code?: unknown } | null;
  return typeof kept?.code === "string" ? kept.code : null;
}

/** What a wallet showed, exactly as it sent it. */
export interface Presented {
  readonly copy: string;
  readonly text: string;
}

/** Opens what was shown for a request: sealed to the key of whoever asked, and bound to the look that is on the ledger. */
export async function openPresented(ask: StoredAct, look: string): Promise<Presented> {
  const { content } = await fetchDisclosure(look);
  const { copy, presentation } = await openSealed(readerKeyOf(ask), look, content);
  if (typeof copy !== "string" || typeof presentation !== "string") throw new SealedContentRefused();
  return { copy, text: presentation };
}
