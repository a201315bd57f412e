// The one place that sends requests. All go to the origin the page came from.

import { Problem, problemFrom } from "./problem";

const JSON_TYPE = "application/json";

/** The difference between the node's clock and this machine's, learnt from the `Date` header of the last answer. */
let skewMs = 0;

/** The time by the node's clock, to the second. */
export function nodeNow(): number {
  return Date.now() + skewMs;
}

/** How far this machine's clock is behind the node's (negative: ahead), in milliseconds. */
export function clockSkewMs(): number {
  return skewMs;
}

function learnClock(response: Response): void {
  const date = Date.parse(response.headers.get("date") ?? "");
  // The header counts whole seconds; less than two seconds of difference means nothing.
  if (Number.isFinite(date)) skewMs = Math.abs(date - Date.now()) < 2000 ? 0 : date - Date.now();
}

async function send(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, redirect: "error", credentials: "same-origin" });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Problem({ status: 0, code: "OFFLINE" });
  }
  learnClock(response);
  if (!response.ok) throw await problemFrom(response);
  return response;
}

async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw new Problem({ status: response.status, code: "ANSWER_UNREADABLE" });
  }
}

function withSignal(signal: AbortSignal | undefined): RequestInit {
  return signal ? { signal } : {};
}

/** GET of a JSON document. */
export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  return readJson<T>(await send(path, { ...withSignal(signal), headers: { accept: JSON_TYPE } }));
}

/** GET of the exact bytes of a document, for what is verified rather than believed. */
export async function getBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await send(path, { ...withSignal(signal), headers: { accept: JSON_TYPE } });
  return new Uint8Array(await response.arrayBuffer());
}

/** DELETE; whatever the answer holds is not read. */
export async function deleteAt(path: string): Promise<void> {
  await send(path, { method: "DELETE", headers: { accept: JSON_TYPE } });
}

/** GET of a text, as it stands. */
export async function getText(path: string, signal?: AbortSignal): Promise<string> {
  return (await send(path, withSignal(signal))).text();
}

/** POST of a JSON document. */
export async function postJson<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const init = {
    ...withSignal(signal),
    method: "POST",
    headers: { "content-type": JSON_TYPE },
    body: JSON.stringify(body),
  };
  return readJson<T>(await send(path, init));
}
