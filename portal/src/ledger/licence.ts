// A licence (许可证件) as a document: what the decision commits to. Everything in it stands on the ledger, so whoever has the case can write it
// again, and whoever has the document can compare its digest with the commitment.

import type { Case } from "../api/cases";
import type { Item } from "../api/items";
import { canonicalBytes } from "../verify/chain";
import { type Algorithm, digestText, hash } from "../verify/digest";

const FORM = "yinxin-licence/1";

/** The bytes of the licence that a case issues under its item; `null` where the item issues none. */
export function licenceDocument(value: Case, item: Item, chain: string): Uint8Array | null {
  if (item.licence === null) return null;
  const { kind, name } = item.licence;
  return canonicalBytes({
    answers: value.answers as Parameters<typeof canonicalBytes>[0],
    case: value.number,
    chain,
    department: value.department,
    form: FORM,
    holder: value.applicant,
    item: value.item,
    kind,
    name: { en: name.en ?? name.zh, zh: name.zh },
    version: value.version,
  });
}

/** The commitment to a licence. */
export function licenceCommitment(document: Uint8Array, algorithm: Algorithm): string {
  return digestText(algorithm, hash(algorithm, document));
}
