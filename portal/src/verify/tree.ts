// The tree of RFC 9162 section 2.1: inclusion paths, checked and made.

import { equal, fromHex, toHex } from "./bytes";
import { type Algorithm, hash } from "./digest";

/** An inclusion path: the siblings from the leaf to the root, each 64 hexadecimal digits. */
export interface Path {
  readonly index: number;
  readonly size: number;
  readonly siblings: readonly string[];
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

function leafHash(algorithm: Algorithm, data: Uint8Array): Uint8Array {
  return hash(algorithm, LEAF, data);
}

function nodeHash(algorithm: Algorithm, left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash(algorithm, NODE, left, right);
}

/**
 * Whether the path leads from the leaf to the root (RFC 9162 section 2.1.3.2). A path whose index lies outside the tree,
 * or that has another number of siblings than the tree demands, leads nowhere.
 */
export function pathLeads(algorithm: Algorithm, leaf: Uint8Array, path: Path, root: Uint8Array): boolean {
  return pathLeadsFrom(algorithm, leafHash(algorithm, leaf), path, root);
}

/** As `pathLeads`, from the hash of the leaf. */
export function pathLeadsFrom(algorithm: Algorithm, leaf: Uint8Array, path: Path, root: Uint8Array): boolean {
  if (leaf.length !== 32 || path.index < 0 || path.index >= path.size) return false;
  // Division instead of shifts: an index may exceed 32 bits.
  let position = path.index;
  let last = path.size - 1;
  let current = leaf;
  for (const text of path.siblings) {
    const sibling = fromHex(text);
    if (last === 0 || sibling?.length !== 32) return false;
    if (position % 2 === 1 || position === last) {
      current = nodeHash(algorithm, sibling, current);
      while (position % 2 === 0 && position !== 0) {
        position /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      current = nodeHash(algorithm, current, sibling);
    }
    position = Math.floor(position / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equal(current, root);
}

/** A whole tree in memory, for a batch deposit. */
export class Tree {
  private readonly levels: readonly (readonly Uint8Array[])[];
  private readonly algorithm: Algorithm;

  constructor(algorithm: Algorithm, leaves: readonly Uint8Array[]) {
    this.algorithm = algorithm;
    let level = leaves.map(leaf => leafHash(algorithm, leaf));
    const levels = [level];
    while (level.length > 1) {
      const above: Uint8Array[] = [];
      for (let at = 0; at < level.length; at += 2) {
        const [left, right] = level.slice(at, at + 2);
        // A node without a sibling rises unchanged: the same tree as splitting at the largest power of two.
        if (left) above.push(right ? nodeHash(algorithm, left, right) : left);
      }
      level = above;
      levels.push(level);
    }
    this.levels = levels;
  }

  /** The root; of no leaves, the digest of the empty string. */
  root(): Uint8Array {
    return this.levels.at(-1)?.[0] ?? hash(this.algorithm);
  }

  /** The inclusion path of one leaf. */
  path(index: number): Path {
    const siblings: string[] = [];
    let position = index;
    for (const level of this.levels) {
      const sibling = level[position % 2 === 0 ? position + 1 : position - 1];
      if (sibling && level.length > 1) siblings.push(toHex(sibling));
      position = Math.floor(position / 2);
    }
    return { index, size: this.levels[0]?.length ?? 0, siblings };
  }
}
