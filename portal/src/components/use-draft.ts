import { useRef, useState } from "react";
import { forgetDraft, readDraft, writeDraft } from "../store/drafts";

function pick<T extends object>(form: T, names: readonly (keyof T)[]): Partial<T> {
  const picked: Partial<T> = {};
  for (const name of names) picked[name] = form[name];
  return picked;
}

/**
 * A form that outlives a closed window, kept in this browser under a name, but for the fields that must not stay there. `clear` forgets it, once
 * its content has been signed.
 */
export function useDraft<T extends object>(
  name: string,
  empty: T,
  never: readonly (keyof T)[] = [],
): { readonly form: T; readonly change: (part: Partial<T>) => void; readonly clear: () => void } {
  const [state, setState] = useState(() => ({ name, form: readDraft(name, empty) }));
  // Another name is another form, in the same picture in which it is asked for.
  const current = state.name === name ? state : { name, form: readDraft(name, empty) };
  if (current !== state) setState(current);
  // Two changes in one event build on each other, before any picture is drawn.
  const latest = useRef(current);
  latest.current = current;

  function set(form: T): void {
    latest.current = { name, form };
    setState(latest.current);
  }

  return {
    form: current.form,
    change: part => {
      const form = { ...latest.current.form, ...part };
      writeDraft(name, never.length === 0 ? form : { ...form, ...pick(empty, never) });
      set(form);
    },
    clear: () => {
      forgetDraft(name);
      set(empty);
    },
  };
}
