// The chain identifier, the validator set and what the validators sign, formats.md sections 2 and 4.

import { concat, utf8 } from "./bytes";
import { digestText, hash, parseDigest, suiteAlgorithm, taggedDigest } from "./digest";
import type { Certificate, Change, Genesis, Header, Occurrence, ValidatorSet } from "./document";
import { canonical, type Json } from "./json";
import { signatureValid } from "./signature";

const UNWRITABLE = new Uint8Array();

/** `JCS(value)` of a document already known to have a canonical form. Of any other it is empty, which is no document. */
export function canonicalBytes(value: Json): Uint8Array {
  return canonical(value) ?? UNWRITABLE;
}

/** The chain identifier of a genesis. */
export function chainIdentifier(genesis: Genesis): string {
  return taggedDigest(suiteAlgorithm(genesis.suite), "yinxin/genesis/1", canonicalBytes(genesis.document));
}

/** How many heights an epoch has, formats.md section 2. */
export const EPOCH_BLOCKS = 64;
/** The most members a validator set has. */
const MAX_VALIDATORS = 64;

function endsEpoch(header: Header): boolean {
  return header.height % EPOCH_BLOCKS === EPOCH_BLOCKS - 1;
}

function inItsEpoch(header: Header): boolean {
  return header.epoch === Math.floor(header.height / EPOCH_BLOCKS);
}

/** The founders as a validator set. */
export function founders(genesis: Genesis): ValidatorSet {
  return { epoch: 0, validators: genesis.members.map(member => member.validator) };
}

/** The digest of a validator set. */
export function validatorsDigest(genesis: Genesis, { epoch, validators }: ValidatorSet): string {
  return taggedDigest(
    suiteAlgorithm(genesis.suite),
    "yinxin/validators/1",
    canonicalBytes({ epoch, validators }),
  );
}

/** The newest of these sets that votes in an epoch. */
export function setAt(sets: readonly ValidatorSet[], epoch: number): ValidatorSet | null {
  return sets.filter(set => set.epoch <= epoch).at(-1) ?? null;
}

/**
 * Walks from the founders through the changes, each certified by the set before it; `null` where one does not follow. No change
 * may come after `until`, the epoch that is asked about.
 */
export function walk(genesis: Genesis, changes: readonly Change[], until: number): ValidatorSet[] | null {
  const sets = [founders(genesis)];
  for (const { certificate, header, validators: next } of changes) {
    const old = sets.at(-1);
    const follows =
      old !== undefined &&
      header.chain === chainIdentifier(genesis) &&
      endsEpoch(header) &&
      inItsEpoch(header) &&
      header.epoch >= old.epoch &&
      header.epoch < until &&
      next.epoch === header.epoch + 1 &&
      next.validators.length >= 1 &&
      next.validators.length <= MAX_VALIDATORS &&
      next.validators.every((key, at) => at === 0 || (next.validators[at - 1] ?? "") < key) &&
      validatorsDigest(genesis, next) === header.validators &&
      certifies(genesis, certificate, header, old);
    if (!follows) return null;
    sets.push(next);
  }
  return sets;
}

/** Whether a header names the set of its epoch. The last header of an epoch names the next one, whatever it is. */
export function namesItsSet(genesis: Genesis, sets: readonly ValidatorSet[], header: Header): boolean {
  const set = setAt(sets, header.epoch);
  return (
    set !== null &&
    inItsEpoch(header) &&
    (endsEpoch(header) || header.validators === validatorsDigest(genesis, set))
  );
}

/** The hash of a block. */
export function blockHash(genesis: Genesis, header: Header): string {
  return taggedDigest(suiteAlgorithm(genesis.suite), "yinxin/block/1", canonicalBytes(header.document));
}

/** The identifier of a transaction: the digest of the exact bytes that were signed. */
export function transactionIdentifier(genesis: Genesis, body: string): string {
  const algorithm = suiteAlgorithm(genesis.suite);
  return digestText(algorithm, hash(algorithm, utf8(body)));
}

/** The identifier of an occurrence. */
export function occurrenceIdentifier(genesis: Genesis, { document }: Occurrence): string {
  const algorithm = suiteAlgorithm(genesis.suite);
  return taggedDigest(algorithm, "yinxin/occurrence/1", canonicalBytes(document));
}

/** How many of n validators must sign: `n - floor((n-1)/3)`. */
export function quorum(validators: number): number {
  return validators - Math.floor((validators - 1) / 3);
}

function leb128(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** The message each validator signs to finalise a block. */
export function finalizeMessage(
  chain: string,
  vote: Pick<Certificate, "block" | "epoch" | "parent_view" | "view">,
): Uint8Array {
  const namespace = utf8(`yinxin/1/${chain}_FINALIZE`);
  return concat(
    leb128(namespace.length),
    namespace,
    leb128(vote.epoch),
    leb128(vote.view),
    leb128(vote.parent_view),
    parseDigest(vote.block)?.raw ?? UNWRITABLE,
  );
}

/**
 * Whether the certificate finalises the block of this header: it names its hash, epoch and views, and at least a quorum
 * of different members of the validator set signed it. One invalid signature spoils it. The last block of an epoch is proposed
 * again until it is final, so its certificate may be of a later view.
 */
export function certifies(
  genesis: Genesis,
  certificate: Certificate,
  header: Header,
  set: ValidatorSet,
): boolean {
  const { block, epoch, view, parent_view, signatures } = certificate;
  if (block !== blockHash(genesis, header)) return false;
  if (epoch !== header.epoch || epoch < set.epoch) return false;
  const proposed = view === header.view && parent_view === header.parent_view;
  if (!proposed && !(endsEpoch(header) && view > header.view)) return false;
  const members = new Set(set.validators);
  const message = finalizeMessage(chainIdentifier(genesis), certificate);
  if (signatures.length < quorum(members.size)) return false;
  return signatures.every(
    ({ validator, signature }, at) =>
      // Strictly ascending keys: sorted, and no signer counted twice.
      (at === 0 || (signatures[at - 1]?.validator ?? "") < validator) &&
      members.has(validator) &&
      signatureValid(validator, message, signature),
  );
}
