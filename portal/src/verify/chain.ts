// The chain identifier, the validator set and what the validators sign, formats.md sections 2 and 4.

import { concat, utf8 } from "./bytes";
import { digestText, hash, parseDigest, suiteAlgorithm, taggedDigest } from "./digest";
import type { Certificate, Genesis, Header } from "./document";
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

/** The digest of the validator set of an epoch, or `null` for an epoch whose set the genesis does not give. */
export function validatorsDigest(genesis: Genesis, epoch: number): string | null {
  if (epoch !== 0) return null;
  const set = { epoch, validators: genesis.members.map(member => member.validator) };
  return taggedDigest(suiteAlgorithm(genesis.suite), "yinxin/validators/1", canonicalBytes(set));
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
 * of different members of the validator set signed it. One invalid signature spoils it.
 */
export function certifies(genesis: Genesis, certificate: Certificate, header: Header): boolean {
  const { block, epoch, view, parent_view, signatures } = certificate;
  if (block !== blockHash(genesis, header)) return false;
  if (epoch !== header.epoch || view !== header.view || parent_view !== header.parent_view) return false;
  const members = new Set(genesis.members.map(member => member.validator));
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
