import { useEffect, useState } from "react";
import { read, remove, write } from "../store/database";

function keyOf(name: string): string {
  return `draft ${name}`;
}

/** Forgets a draft from outside its form, where its content must not stay. */
export async function forgetDraft(name: string): Promise<void> {
  await remove("settings", keyOf(name));
}

/**
 * A form that outlives a closed window, kept in this browser under a name. `clear` forgets it, once its content has been signed.
 */
export function useDraft<T extends object>(
  name: string,
  empty: T,
): { readonly form: T; readonly change: (part: Partial<T>) => void; readonly clear: () => void } {
  const key = keyOf(name);
  const [form, setForm] = useState(empty);
  const [restored, setRestored] = useState<string | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `empty` is what the form starts from, not what it follows.
  useEffect(() => {
    let current = true;
    setForm(empty);
    read<T>("settings", key)
      .then(kept => current && kept && setForm({ ...empty, ...kept }))
      .catch(() => {})
      .finally(() => current && setRestored(key));
    return () => {
      current = false;
    };
  }, [key]);

  useEffect(() => {
    // Without storage the form works all the same; it is only not remembered.
    if (restored === key) write("settings", form, key).catch(() => {});
  }, [form, restored, key]);

  return {
    form,
    change: part => setForm(old => ({ ...old, ...part })),
    clear: () => setForm(empty),
  };
}
