// What went wrong when talking to the node, in a form that every room can explain.

import type { Messages } from "./types";

/** A refused or failed request: an RFC 9457 problem, or a request that never got an answer (`OFFLINE`). */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly messages: Messages | null;
  readonly source: string | null;
  /** How long the node asks to wait before trying again, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(given: {
    status: number;
    code: string;
    detail?: string;
    messages?: Messages | null;
    source?: string | null;
    retryAfterMs?: number | null;
  }) {
    super(given.detail ?? given.code);
    this.name = "Problem";
    this.status = given.status;
    this.code = given.code;
    this.messages = given.messages ?? null;
    this.source = given.source ?? null;
    this.retryAfterMs = given.retryAfterMs ?? null;
  }
}

/** The fields that a refused form names, each with what is wrong with it: `holder_code FIELD_CITIZEN, premises FIELD_MISSING`. */
export function fieldFaults(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Problem) || error.code !== "DESK_FIELDS") return {};
  const named = error.message.split(", ").map(one => /^([a-z][a-z0-9_]*) (FIELD_[A-Z]+)$/.exec(one));
  return Object.fromEntries(named.flatMap(one => (one === null ? [] : [[one[1] ?? "", one[2] ?? ""]])));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function messagesOf(value: unknown): Messages | null {
  if (!isRecord(value)) return null;
  const { "zh-CN": chinese, en } = value;
  return typeof chinese === "string" && typeof en === "string" ? { "zh-CN": chinese, en } : null;
}

/** The problem that an unsuccessful answer states; tolerant of answers that are no problem document. */
export async function problemFrom(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy in between may answer with a page of its own.
  }
  const fields = isRecord(body) ? body : {};
  const seconds = Number(response.headers.get("retry-after"));
  return new Problem({
    status: response.status,
    code: typeof fields.code === "string" ? fields.code : `HTTP_${response.status}`,
    ...(typeof fields.detail === "string" ? { detail: fields.detail } : {}),
    messages: messagesOf(fields.messages),
    source: typeof fields.source === "string" ? fields.source : null,
    retryAfterMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  });
}
