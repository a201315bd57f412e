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

/** Thousands of small files must not cause thousands of renderings: results are shown this often. */
const SHOW_EVERY_MS = 100;

/** Small files wait for the disk more than for the digest. */
const LANES = 6;

type Result = Pick<ChosenFile, "share" | "content" | "failed">;

/** The list of chosen files, with ways to add, remove and clear. Files are read a few at a time. */
export function useHashedFiles(algorithm: Algorithm) {
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const queue = useRef<ChosenFile[]>([]);
  const busy = useRef(false);
  const stop = useRef(new AbortController());

  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);

  function show(results: ReadonlyMap<string, Result>): void {
    setFiles(list => list.map(one => ({ ...one, ...results.get(one.key) })));
  }

  async function read({ key, file }: ChosenFile, signal: AbortSignal): Promise<Result> {
    let shown = Date.now();
    const onProgress = (share: number) => {
      if (Date.now() - shown < SHOW_EVERY_MS) return;
      shown = Date.now();
      show(new Map([[key, { share, content: null, failed: false }]]));
    };
    try {
      const digests = await hashFile(file, [algorithm], onProgress, signal);
      return { share: 1, content: digests.get(algorithm) ?? null, failed: false };
    } catch {
      return { share: 0, content: null, failed: true };
    }
  }

  async function work(): Promise<void> {
    if (busy.current) return;
    busy.current = true;
    const { signal } = stop.current;
    let results = new Map<string, Result>();
    let shown = Date.now();
    const lane = async () => {
      for (let next = queue.current.shift(); next !== undefined; next = queue.current.shift()) {
        const result = await read(next, signal);
        if (signal.aborted) return;
        results.set(next.key, result);
        if (Date.now() - shown < SHOW_EVERY_MS) continue;
        show(results);
        results = new Map();
        shown = Date.now();
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    if (!signal.aborted) show(results);
    busy.current = false;
    // Chosen while the last lane was ending.
    if (!signal.aborted && queue.current.length > 0) void work();
  }

  return {
    files,
    add: (added: readonly File[]) => {
      const known = new Set(files.map(one => one.key));
      const fresh = added
        .map(file => ({ key: keyOf(file), file, share: 0, content: null, failed: false }))
        .filter(one => !known.has(one.key) && known.add(one.key))
        .slice(0, MAX_FILES - files.length);
      setFiles(list => [...list, ...fresh]);
      queue.current.push(...fresh);
      void work();
    },
    remove: (key: string) => {
      queue.current = queue.current.filter(one => one.key !== key);
      setFiles(list => list.filter(one => one.key !== key));
    },
    clear: () => {
      queue.current = [];
      setFiles([]);
    },
  };
}
