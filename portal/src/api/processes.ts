// What a node says of a drawing before it is enacted.

import { postJson } from "./client";
import type { ProcessVerdict, TrialAnswer } from "./types";

/** What would keep the drawing from being enacted. */
export function checkDrawing(document: string, signal?: AbortSignal): Promise<ProcessVerdict> {
  return postJson("/api/v1/processes/check", { document }, signal);
}

/** Something that happens to a trial case, as docs/reference/processes.md names it. */
export type TrialHappening = Readonly<Record<string, unknown>> & { readonly event: string };

/** Takes a trial case through one event; the case lives in the answer alone. */
export function tryDrawing(
  document: string,
  process: string,
  given: TrialAnswer["case"] | null,
  event: TrialHappening,
  at: number,
): Promise<TrialAnswer> {
  return postJson("/api/v1/processes/try", { document, process, case: given, event, at_ms: at });
}
