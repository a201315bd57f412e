import { useSyncExternalStore } from "react";

/** Below this a page is laid out for a phone, as in the style sheets. */
const NARROW = "(max-width: 47.99rem)";

function subscribe(changed: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener("change", changed);
  return () => query.removeEventListener("change", changed);
}

/** Whether the window is as narrow as a phone. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => matchMedia(NARROW).matches);
}
