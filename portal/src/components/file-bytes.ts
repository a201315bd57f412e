// A chosen file as bytes, and what was wrong with it.

import { MOST_BYTES } from "../ledger/extract";

export interface ChosenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Reads a file, or gives `null` where it is empty or larger than the desk takes. */
export async function readChosen(file: File): Promise<ChosenFile | null> {
  if (file.size === 0 || file.size > MOST_BYTES) return null;
  return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
}
