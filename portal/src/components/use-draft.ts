import { useRef, useState, useSyncExternalStore } from "react";
import { draftsEpoch, forgetDraft, type Kind, readDraft, watchDrafts, writeDraft } from "../store/drafts";

/** A number that changes whenever the key of somebody's drafts comes or goes. */
export function useDraftsEpoch(): number {
  return useSyncExternalStore(watchDrafts, draftsEpoch);
}

/**
 * A form that outlives a closed browser, kept in it under a name: sealed for whoever is signed in, and plain only where the form is `open` and
 * nobody is. `clear` forgets it, once its content has been signed.
 */
export function useDraft<T extends object>(
  name: string,
  empty: T,
  kind: Kind = "sealed",
): { readonly form: T; readonly change: (part: Partial<T>) => void; readonly clear: () => void } {
  const epoch = useDraftsEpoch();
  const [state, setState] = useState(() => ({ name, epoch, form: readDraft(name, empty) }));
  // Another name is another form, and another person's form is another too, in the same picture in which it is asked for.
  const same = state.name === name && state.epoch === epoch;
  const current = same ? state : { name, epoch, form: readDraft(name, empty) };
  if (current !== state) setState(current);
  // Two changes in one event build on each other, before any picture is drawn.
  const latest = useRef(current);
  latest.current = current;

  function set(form: T): void {
    latest.current = { name, epoch, form };
    setState(latest.current);
  }

  return {
    form: current.form,
    change: part => {
      // What comes late, from the form of somebody who has left meanwhile, is not written in anybody's name.
      if (latest.current.epoch !== draftsEpoch()) return;
      const form = { ...latest.current.form, ...part };
      writeDraft(name, form, kind);
      set(form);
    },
    clear: () => {
      forgetDraft(name);
      set(empty);
    },
  };
}
