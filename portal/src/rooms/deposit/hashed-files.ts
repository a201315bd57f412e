// The chosen files and the digests that are computed for them while the person goes on with the form.

import { useEffect, useRef, useState } from "react";
import { hashFile } from "../../ledger/hash-file";
import type { Algorithm } from "../../verify/digest";

/** A chosen file: `share` of it has been read; `content` is its digest once all of it has. */
export interface ChosenFile {
  readonly key: string;
  readonly file: File;
  readonly share: number;
  readonly content: string | null;
  readonly failed: boolean;
}

/** How many files one deposit takes. */
export const MAX_FILES = 10_000;

function keyOf(file: File): string {
  return `${file.name}\u0000${file.size}\u0000${file.lastModified}`;
}

/** The list of chosen files, with ways to add, remove and clear. Files are read one after another. */
export function useHashedFiles(algorithm: Algorithm | null) {
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const busy = useRef<AbortController | null>(null);
  const next = files.find(one => one.content === null && !one.failed);

  function change(key: string, part: Partial<ChosenFile>): void {
    setFiles(list => list.map(one => (one.key === key ? { ...one, ...part } : one)));
  }

  const nextKey = next?.key;
  const nextFile = next?.file;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `change` only sets state and is the same in every rendering.
  useEffect(() => {
    if (nextKey === undefined || nextFile === undefined || algorithm === null) return;
    const controller = new AbortController();
    busy.current = controller;
    // A thousand small files must not cause a thousand renderings of progress: only large files report theirs.
    const report = (share: number) => nextFile.size > 4_000_000 && change(nextKey, { share });
    hashFile(nextFile, [algorithm], report, controller.signal).then(
      digests => change(nextKey, { share: 1, content: digests.get(algorithm) ?? null }),
      () => controller.signal.aborted || change(nextKey, { failed: true }),
    );
    return () => controller.abort();
  }, [nextKey, nextFile, algorithm]);

  return {
    files,
    add: (added: readonly File[]) =>
      setFiles(list => {
        const known = new Set(list.map(one => one.key));
        const fresh = added
          .map(file => ({ key: keyOf(file), file, share: 0, content: null, failed: false }))
          .filter(one => !known.has(one.key) && known.add(one.key));
        return [...list, ...fresh].slice(0, MAX_FILES);
      }),
    remove: (key: string) => setFiles(list => list.filter(one => one.key !== key)),
    clear: () => setFiles([]),
  };
}
