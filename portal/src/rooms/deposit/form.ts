// The choices of the deposit form. They outlive a closed window; the files themselves are never kept.

import { nodeNow } from "../../api/client";
import { fromShanghaiField } from "../../components/format";
import { useDraft } from "../../components/use-draft";
import { CAPTURE_BYTES, type CaptureInput, clean, type Kind } from "../../ledger/deposit";
import { utf8 } from "../../verify/bytes";

export interface CaptureForm {
  readonly tool: string;
  readonly tool_version: string;
  readonly environment: string;
  readonly from: string;
  readonly to: string;
  readonly operator: string;
  readonly source: string;
  readonly title: string;
}

export interface DepositForm {
  readonly kind: Kind;
  /** With several files: one entry for all. */
  readonly batch: boolean;
  readonly withCapture: boolean;
  readonly capture: CaptureForm;
}

const EMPTY: DepositForm = {
  kind: "sealed",
  batch: true,
  withCapture: false,
  capture: {
    tool: "",
    tool_version: "",
    environment: "",
    from: "",
    to: "",
    operator: "",
    source: "",
    title: "",
  },
};

/** The form, restored from the last visit and kept as it changes. */
export function useDepositForm(): readonly [DepositForm, (change: Partial<DepositForm>) => void] {
  const { form, change } = useDraft("deposit", EMPTY, "open");
  return [form, change];
}

/** What is wrong with a field of the capture block. */
export type CaptureError = "required" | "tooLong" | "order" | "future";
export type CaptureErrors = Partial<Record<keyof CaptureForm, CaptureError>>;

/** What is missing or wrong in the capture block, by the name of the field; empty where it may be signed. */
export function captureErrors({ withCapture, capture }: DepositForm): CaptureErrors {
  if (!withCapture) return {};
  const errors: CaptureErrors = {};
  for (const name of ["tool", "tool_version", "environment"] as const) {
    const text = clean(capture[name]);
    if (text === "") errors[name] = "required";
    else if (utf8(text).length > CAPTURE_BYTES[name]) errors[name] = "tooLong";
  }
  const from = fromShanghaiField(capture.from);
  const to = fromShanghaiField(capture.to);
  if (from === null) errors.from = "required";
  if (to === null) errors.to = "required";
  else if (from !== null && from > to) errors.to = "order";
  // A block refuses what ended after its own time.
  else if (to > nodeNow()) errors.to = "future";
  return errors;
}

/** The capture block as it will be deposited, or `null` where none is wanted. */
export function captureInput({ withCapture, capture }: DepositForm): CaptureInput | null {
  const from = fromShanghaiField(capture.from);
  const to = fromShanghaiField(capture.to);
  if (!withCapture || from === null || to === null) return null;
  const { tool, tool_version, environment, operator, source, title } = capture;
  return { tool, tool_version, environment, from, to, details: { operator, source, title } };
}
