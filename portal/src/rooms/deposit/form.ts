// The choices of the deposit form. They outlive a closed window; the files themselves are never kept.

import { useEffect, useState } from "react";
import { nodeNow } from "../../api/client";
import { fromShanghaiField } from "../../components/format";
import { CAPTURE_BYTES, type CaptureInput, clean, type Kind } from "../../ledger/deposit";
import { read, write } from "../../store/database";
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
const KEY = "deposit-form";

/** The form, restored from the last visit and kept as it changes. */
export function useDepositForm(): readonly [DepositForm, (change: Partial<DepositForm>) => void] {
  const [form, setForm] = useState(EMPTY);
  const [restored, setRestored] = useState(false);

  useEffect(() => {
    read<DepositForm>("settings", KEY)
      .then(kept => kept && setForm({ ...EMPTY, ...kept, capture: { ...EMPTY.capture, ...kept.capture } }))
      .catch(() => {})
      .finally(() => setRestored(true));
  }, []);

  useEffect(() => {
    // Without storage the form works all the same; it is only not remembered.
    if (restored) write("settings", form, KEY).catch(() => {});
  }, [form, restored]);

  return [form, change => setForm(old => ({ ...old, ...change }))];
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
