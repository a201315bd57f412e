// My receipts (我的回执): deposits made in this browser, from the moment before they are sent, and imported receipt files.

import type { Messages } from "../api/types";
import { commitmentLeaf } from "../verify/commitment";
import { parseDigest } from "../verify/digest";
import type { Envelope, Opening } from "../verify/document";
import type { JsonObject } from "../verify/json";
import { Tree } from "../verify/tree";
import { read, readAll, remove, write } from "./database";

/** One file of a deposit, with what is needed to open its commitment. Without the salt a sealed deposit proves nothing. */
export interface DepositedFile {
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly content: string;
  readonly commitment: string;
  readonly salt: string | null;
}

/** Where and when a deposit became final. */
export interface Finality {
  readonly height: number;
  readonly time: number;
  readonly entry: string;
  /** The first deposit of the same commitment by anyone, where it is another one. */
  readonly first: { readonly entry: string; readonly height: number; readonly time: number } | null;
  readonly repeat: boolean;
}

interface Common {
  /** The transaction identifier. */
  readonly id: string;
  readonly chain: string;
  readonly chainName: string;
  readonly createdAt: number;
  readonly files: readonly DepositedFile[];
}

/** A deposit made here. `waiting` until the node has answered for good. */
export interface Deposited extends Common {
  readonly source: "deposited";
  readonly kind: "sealed" | "open";
  readonly batch: boolean;
  readonly envelope: Envelope;
  readonly validUntil: number;
  readonly capture: { readonly details: JsonObject; readonly salt: string } | null;
  readonly state: "waiting" | "final" | "rejected" | "expired";
  readonly finality: Finality | null;
  /** The receipt file as the node gave it, without item and opening. */
  readonly receipt: string | null;
  readonly rejection: { readonly code: string; readonly messages: Messages | null } | null;
}

/** A receipt file brought from elsewhere, kept as it was. */
export interface Imported extends Common {
  readonly source: "imported";
  readonly fileName: string;
  readonly receipt: string;
  readonly finality: Pick<Finality, "height" | "time">;
}

export type StoredReceipt = Deposited | Imported;

const listeners = new Set<() => void>();

/** Calls `listener` after every change to my receipts, until the returned function is called. */
export function onReceiptsChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** All my receipts, newest first. */
export async function listReceipts(): Promise<StoredReceipt[]> {
  const all = await readAll<StoredReceipt>("receipts");
  return all.sort((a, b) => b.createdAt - a.createdAt);
}

export function findReceipt(id: string): Promise<StoredReceipt | undefined> {
  return read<StoredReceipt>("receipts", id);
}

export async function saveReceipt(receipt: StoredReceipt): Promise<void> {
  await write("receipts", receipt);
  for (const listener of listeners) listener();
}

export async function deleteReceipt(id: string): Promise<void> {
  await remove("receipts", id);
  for (const listener of listeners) listener();
}

function openingOf(stored: Deposited, file: DepositedFile): Opening {
  const { content, media_type, name, size, salt } = file;
  return { content, file: { media_type, name, size }, kind: stored.kind, salt, capture: stored.capture };
}

/** A finished receipt file with the name it is saved under. */
export interface ReceiptDocument {
  readonly name: string;
  readonly text: string;
}

function receiptName(file: string, taken: Set<string>): string {
  for (let at = 1; ; at += 1) {
    const name = at === 1 ? `${file}.receipt.json` : `${file} (${at}).receipt.json`;
    if (!taken.has(name)) {
      taken.add(name);
      return name;
    }
  }
}

/** Gives the receipt file of any one deposited file of a record that has its receipt. */
function receiptWriter(stored: Deposited, receipt: string): (file: DepositedFile, at: number) => string {
  // What the node gave stays as it is; only the two parts that the node does not have are put in.
  const base: Record<string, unknown> = JSON.parse(receipt);
  const algorithm = parseDigest(stored.files[0]?.commitment ?? "")?.algorithm ?? "sha256";
  const tree = stored.batch
    ? new Tree(
        algorithm,
        stored.files.map(file => commitmentLeaf(file.commitment)),
      )
    : null;
  return (file, at) =>
    JSON.stringify({
      ...base,
      item: tree && { commitment: file.commitment, path: tree.path(at) },
      opening: openingOf(stored, file),
    });
}

/** The receipt files of a record, one for each deposited file; none while it waits. */
export function receiptDocuments(stored: StoredReceipt): ReceiptDocument[] {
  if (stored.source === "imported") return [{ name: stored.fileName, text: stored.receipt }];
  if (stored.receipt === null) return [];
  const write = receiptWriter(stored, stored.receipt);
  const taken = new Set<string>();
  return stored.files.map((file, at) => ({ name: receiptName(file.name, taken), text: write(file, at) }));
}

/** One of a record's receipt files, or `null` where it has no such file yet. */
export function receiptDocument(stored: StoredReceipt, at: number): ReceiptDocument | null {
  const file = stored.files[at];
  if (file === undefined || stored.receipt === null) return null;
  if (stored.source === "imported") return { name: stored.fileName, text: stored.receipt };
  return { name: receiptName(file.name, new Set()), text: receiptWriter(stored, stored.receipt)(file, at) };
}
