// Unfinished forms. Kept in `localStorage`, not in IndexedDB with the rest: its writes are done when they return, so that a window closed right
// after the last key loses nothing, and a form is there in its first picture instead of filling itself under the hands of the person.

const PREFIX = "yinxin draft ";
/** Drafts beyond these are forgotten, those longest untouched first. */
const MOST = 64;

/** Forms about somebody else, as long as this window is open: a browser's storage keeps what was removed from it until it tidies up. */
const held = new Map<string, object>();

interface Kept {
  readonly at: number;
  readonly form: unknown;
}

function kept(key: string): Kept | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    if (typeof value !== "object" || value === null || !("at" in value) || !("form" in value)) return null;
    return typeof value.at === "number" ? { at: value.at, form: value.form } : null;
  } catch {
    return null;
  }
}

function prune(): void {
  const keys = Object.keys(localStorage).filter(key => key.startsWith(PREFIX));
  if (keys.length <= MOST) return;
  const byAge = keys.map(key => ({ key, at: kept(key)?.at ?? 0 })).sort((a, b) => b.at - a.at);
  for (const { key } of byAge.slice(MOST)) localStorage.removeItem(key);
}

/** What was kept of a form, over what it starts from; only fields that the form has, each of the kind that it has there. */
export function readDraft<T extends object>(name: string, empty: T): T {
  const form = held.get(name) ?? kept(PREFIX + name)?.form;
  if (typeof form !== "object" || form === null) return empty;
  const known = Object.entries(form).filter(([field, value]) => {
    const start: unknown = Object.getOwnPropertyDescriptor(empty, field)?.value;
    return (
      start !== undefined && typeof start === typeof value && Array.isArray(start) === Array.isArray(value)
    );
  });
  return { ...empty, ...Object.fromEntries(known) };
}

/** Keeps a form. Without storage it works all the same; it is only not remembered. */
export function writeDraft(name: string, form: object): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify({ at: Date.now(), form }));
    prune();
  } catch {
    // Forbidden in this window, or full.
  }
}

/** Keeps a form in this window only, and never on a disk. */
export function holdDraft(name: string, form: object): void {
  held.set(name, form);
}

/** Forgets all forms that only this window holds: somebody else may sit down here. */
export function releaseDrafts(): void {
  held.clear();
}

/** Forgets a form, where its content must not stay. */
export function forgetDraft(name: string): void {
  held.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // What cannot be reached was not kept either.
  }
}
