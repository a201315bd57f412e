// Any operation of the ledger: build the exact bytes, sign, hand over, wait until final, accept the receipt only verified.
// An act can be taken up again at any point: it is kept before it is sent, and sending it twice is harmless.

import { getBytes, getJson, nodeNow, postJson } from "../api/client";
import { sealAndSubmit } from "../api/desk";
import { Problem } from "../api/problem";
import type { TransactionAnswer } from "../api/types";
import { deleteAct, type StoredAct, saveAct } from "../store/acts";
import { forgetDraft } from "../store/drafts";
import { toHex, utf8 } from "../verify/bytes";
import { canonicalBytes, transactionIdentifier } from "../verify/chain";
import type { Genesis } from "../verify/document";
import type { JsonObject } from "../verify/json";
import { verifyReceipt } from "../verify/receipt";
import type { Account } from "./account";
import { ReceiptRefuted } from "./finish";
import { holdsCitizenNumber } from "./numbers";
import { patiently, pause } from "./patience";

/** What somebody wants to do. */
export interface ActRequest {
  readonly operation: string;
  readonly arguments: JsonObject;
  /**
   * The seal that must stand beside the officer's signature, as the text of its key. The department's own node adds it.
   * `asAccount`: the department itself acts, and the officer is the cosigner, as members do in governance (治理).
   */
  readonly seal?: { readonly key: string; readonly asAccount: boolean } | null;
  /** Further keys whose holders must sign the same bytes, such as that of a person who is being enrolled. */
  readonly cosigners?: readonly string[];
  /** What this browser must keep to use the answer, such as a reader key. */
  readonly keep?: unknown;
  /** The name of the form whose content must not stay in this browser once the act is final, however that is learnt. */
  readonly draft?: string;
}

/** An act before it is signed. */
export interface PlannedAct {
  readonly id: string;
  /** The characters that will be signed. */
  readonly body: string;
  readonly chain: string;
  /** Whose key signs here. */
  readonly signer: string;
  readonly validUntil: number;
  readonly request: ActRequest;
}

export interface ActContext {
  readonly chain: string;
  readonly genesis: Genesis;
  readonly signer: string;
  readonly validUntil: number;
}

/** The share of the chain's window that a signature stays good for: room for clocks that differ, at both ends. */
const WINDOW_SHARE = 0.8;

/** Until when what is signed now should be valid. */
export function validUntil(genesis: Genesis): number {
  return Math.floor(nodeNow() + genesis.limits.window_ms * WINDOW_SHARE);
}

/** The exact bytes of an act. */
export function planAct(request: ActRequest, context: ActContext): PlannedAct {
  const { seal } = request;
  const account = seal?.asAccount ? seal.key : context.signer;
  const beside = seal == null ? [] : [seal.asAccount ? context.signer : seal.key];
  const cosigners = [...beside, ...(request.cosigners ?? [])];
  const bytes = canonicalBytes({
    account,
    arguments: request.arguments,
    chain: context.chain,
    ...(cosigners.length === 0 ? {} : { cosigners }),
    operation: request.operation,
    salt: toHex(crypto.getRandomValues(new Uint8Array(16))),
    valid_until: context.validUntil,
  });
  const body = new TextDecoder().decode(bytes);
  return {
    id: transactionIdentifier(context.genesis, body),
    body,
    chain: context.chain,
    signer: context.signer,
    validUntil: context.validUntil,
    request,
  };
}

/**
 * Signs a planned act and keeps it, before anything is sent. `others` are the signatures of further cosigners, in order. An act with a citizen
 * number in it is not kept: the node will refuse it, and what was written once stays in the files of a browser after it was deleted.
 */
export async function signAct(
  planned: PlannedAct,
  account: Account,
  others: StoredAct["envelope"]["signatures"] = [],
): Promise<StoredAct> {
  const signature = await account.sign(utf8(planned.body) as Uint8Array<ArrayBuffer>);
  const act: StoredAct = {
    id: planned.id,
    chain: planned.chain,
    account: planned.signer,
    operation: planned.request.operation,
    arguments: planned.request.arguments,
    envelope: { body: planned.body, signatures: [signature, ...others] },
    way: planned.request.seal == null ? "submit" : "seal",
    validUntil: planned.validUntil,
    createdAt: Date.now(),
    state: "waiting",
    end: null,
    rejection: null,
    keep: planned.request.keep ?? null,
    draft: planned.request.draft ?? null,
  };
  if (!holdsCitizenNumber(act.envelope.body)) await saveAct(act);
  return act;
}

/** Where an act is on its way. `busy`: the node is full and asked to wait. */
export type ActStage = "sending" | "busy" | "waiting" | "verifying";

const WAIT_MS = 10_000;
const ASK_AGAIN_MS = 500;
/** After `valid_until` no block can take the transaction; this much later no node is still working on it. */
const GRACE_MS = 30_000;

/** What the node says where a citizen number stands in an act: such an act must not stay in the browser either. */
const PERSONAL = "TX_PERSONAL";

function isOver(act: StoredAct): boolean {
  return nodeNow() > act.validUntil + GRACE_MS;
}

async function handOver(act: StoredAct): Promise<void> {
  const [first, ...others] = act.envelope.signatures;
  if (act.way === "seal" && first) await sealAndSubmit(act.envelope.body, first, others);
  else await postJson("/api/v1/transactions", act.envelope);
}

/** Does a step of an act, with the patience that the node asks for. */
function patient<T>(act: StoredAct, onStage: (stage: ActStage) => void, step: () => Promise<T>): Promise<T> {
  return patiently(step, { isOver: () => isOver(act), onBusy: () => onStage("busy") });
}

async function answerFor(act: StoredAct, onStage: (stage: ActStage) => void): Promise<TransactionAnswer> {
  const path = `/api/v1/transactions/${act.id}?wait_ms=${WAIT_MS}`;
  for (;;) {
    const answer = await patient(act, onStage, () => getJson<TransactionAnswer>(path));
    if (answer.status === "committed" || answer.status === "rejected" || isOver(act)) return answer;
    onStage("waiting");
    await pause(ASK_AGAIN_MS);
  }
}

/** The receipt of a final act, accepted only if it verifies; of a refused one it proves the refusal. */
async function collect(act: StoredAct, answer: TransactionAnswer): Promise<StoredAct> {
  const bytes = await getBytes(`/api/v1/receipts/${act.id}`);
  const { result, file } = await verifyReceipt(bytes, [act.chain]);
  if (file === null || (result !== "VERIFIED" && result !== "RECEIPT_REJECTED")) {
    throw new ReceiptRefuted(result === "VERIFIED" ? "RECEIPT_FORMAT" : result);
  }
  if (file.receipt.transaction !== act.id) throw new ReceiptRefuted("RECEIPT_TRANSACTION");
  const { height, time, outcome, code } = file.receipt;
  const end = { height, time, outcome };
  if (code === 0) return { ...act, state: "final", end };
  const rejection = {
    code: answer.name ?? String(code),
    messages: answer.messages ?? null,
    source: null,
  };
  return { ...act, state: "rejected", end, rejection };
}

async function keep(act: StoredAct): Promise<StoredAct> {
  await saveAct(act);
  return act;
}

/** Brings a signed act to its end and keeps the result. Throws where the way is blocked; the act stays waiting. */
async function finishAct(act: StoredAct, onStage: (stage: ActStage) => void): Promise<StoredAct> {
  onStage("sending");
  try {
    await patient(act, onStage, () => handOver(act));
  } catch (error) {
    // 4xx: refused for what it is, and it would be refused again. 401 and 429 are about the moment, not about the act.
    const final =
      error instanceof Problem &&
      error.status >= 400 &&
      error.status < 500 &&
      error.status !== 429 &&
      error.status !== 401;
    if (!final) throw error;
    // An act taken up again after its window may have been executed long ago: ask before calling it refused.
    const known = await getJson<TransactionAnswer>(`/api/v1/transactions/${act.id}`);
    if (known.status === "unknown") {
      const { code, messages, source } = error;
      const refused: StoredAct = { ...act, state: "rejected", rejection: { code, messages, source } };
      if (code !== PERSONAL) return keep(refused);
      await deleteAct(act.id);
      return refused;
    }
  }
  onStage("waiting");
  const answer = await answerFor(act, onStage);
  if (answer.status !== "committed" && answer.status !== "rejected")
    return keep({ ...act, state: "expired" });
  onStage("verifying");
  const end = await keep(await patient(act, onStage, () => collect(act, answer)));
  if (end.state === "final" && end.draft != null) forgetDraft(end.draft);
  return end;
}

const running = new Map<string, Promise<StoredAct>>();

/** Finishes an act once, however many parts of the page ask for it. Only the first asker hears the stages. */
export function finishActOnce(
  act: StoredAct,
  onStage: (stage: ActStage) => void = () => {},
): Promise<StoredAct> {
  let run = running.get(act.id);
  if (run === undefined) {
    run = finishAct(act, onStage).finally(() => running.delete(act.id));
    running.set(act.id, run);
  }
  return run;
}
