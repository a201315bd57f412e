import { useRef, useState } from "react";
import { forgetDraft, holdDraft, readDraft, writeDraft } from "../store/drafts";

/**
 * A form that outlives a closed window, kept in this browser under a name. A form whose content must not stay there is `held` by the window
 * alone, from page to page. `clear` forgets it, once its content has been signed.
 */
export function useDraft<T extends object>(
  name: string,
  empty: T,
  where: "kept" | "held" = "kept",
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
      if (where === "held") holdDraft(name, form);
      else writeDraft(name, form);
      set(form);
    },
    clear: () => {
      forgetDraft(name);
      set(empty);
    },
  };
}
