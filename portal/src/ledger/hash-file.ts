// Digests of files of any size, read in pieces so that the page stays alive and a film does not fill the memory.

import { type Algorithm, digestText, hasher } from "../verify/digest";
import type { FileToCheck } from "../verify/receipt";

const PIECE = 1024 * 1024;

/** The digests of a file in several algorithms at once. `onProgress` hears the share read, from 0 to 1. */
export async function hashFile(
  file: Blob,
  algorithms: readonly Algorithm[],
  onProgress: (share: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Map<Algorithm, string>> {
  const running = algorithms.map(algorithm => ({ algorithm, hasher: hasher(algorithm) }));
  for (let at = 0; at < file.size; at += PIECE) {
    signal?.throwIfAborted();
    const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
    for (const one of running) one.hasher.update(piece);
    onProgress(Math.min(1, (at + piece.length) / file.size));
  }
  return new Map(running.map(one => [one.algorithm, digestText(one.algorithm, one.hasher.digest())]));
}

/** A file in the form the verifier asks for. */
export function fileToCheck(file: File, onProgress?: (share: number) => void): FileToCheck {
  return {
    size: file.size,
    digest: async algorithm => (await hashFile(file, [algorithm], onProgress)).get(algorithm) ?? "",
  };
}
