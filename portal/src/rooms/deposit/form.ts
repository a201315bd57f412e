// The choices of the deposit form. They outlive a closed window; the files themselves are never kept.

import { useEffect, useState } from "react";
import { fromShanghaiField } from "../../components/format";
import type { CaptureInput, Kind } from "../../ledger/deposit";
import { read, write } from "../../store/database";

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
const SAVE_AFTER_MS = 400;

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
    if (!restored) return;
    const timer = setTimeout(() => void write("settings", form, KEY).catch(() => {}), SAVE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [form, restored]);

  return [form, change => setForm(old => ({ ...old, ...change }))];
}

/** What is missing or wrong in the capture block, by the name of the field; empty where it may be signed. */
export function captureErrors({
  withCapture,
  capture,
}: DepositForm): Partial<Record<keyof CaptureForm, "required" | "order">> {
  if (!withCapture) return {};
  const errors: Partial<Record<keyof CaptureForm, "required" | "order">> = {};
  for (const name of ["tool", "tool_version", "environment"] as const) {
    if (capture[name].trim() === "") errors[name] = "required";
  }
  const from = fromShanghaiField(capture.from);
  const to = fromShanghaiField(capture.to);
  if (from === null) errors.from = "required";
  if (to === null) errors.to = "required";
  if (from !== null && to !== null && from > to) errors.to = "order";
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
