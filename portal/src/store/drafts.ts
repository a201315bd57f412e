// Unfinished forms (草稿). Kept in `localStorage`, not in IndexedDB with the rest: its writes are done when they return, so that a window closed
// right after the last key loses nothing, and a form is there in its first picture instead of filling itself under the hands of the person.
//
//   form ─► key of the account here? ─yes─► sealed (sealed.ts) ─► localStorage
//                 └─no─► form that works without a sign-in? ─yes─► localStorage, plain
//                                 └─no─► this window alone, until the key comes

import { DraftBox, readSealed } from "./sealed";

const PLAIN = "yinxin draft ";
/** Then follow who, 16 digits, a space, and which form, 32 digits. */
const SEALED = "yinxin sealed ";
const OWNER_END = SEALED.length + 16;
/** Drafts of one account beyond these are forgotten, those longest untouched first; so are plain ones. */
const MOST = 64;
/** Accounts beyond these lose their drafts in this browser, those longest away first. */
const MOST_OWNERS = 32;

/**
 * `sealed`: never on the disk but sealed, because a browser's storage keeps what was removed from it until it tidies up.
 * `open`: a form that works without a sign-in, kept plain until somebody signs in.
 */
export type Kind = "sealed" | "open";

interface Kept {
  readonly at: number;
  readonly form: unknown;
}

/** Who is signed in. */
let owner: string | null = null;
/** That account's key, once it is here. */
let box: DraftBox | null = null;
/** Forms that could not be kept, as long as this window is open. */
const held = new Map<string, object>();
/** Forms that were written plain in this window, by whoever sits here. */
const written = new Set<string>();
/** Forms that were forgotten while nobody's key was here. */
const forgotten = new Set<string>();
/** Rises with each key that comes or goes: what a form starts from is then another. */
let epoch = 0;
const watchers = new Set<() => void>();

export function draftsEpoch(): number {
  return epoch;
}

export function watchDrafts(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function tell(): void {
  epoch += 1;
  for (const watcher of watchers) watcher();
}

function sealedKey(of: DraftBox, name: string): string {
  return `${SEALED}${of.owner} ${of.placeOf(name)}`;
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // What cannot be reached was not kept either.
  }
}

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function plain(key: string): Kept | null {
  try {
    const value: unknown = JSON.parse(stored(key) ?? "null");
    if (typeof value !== "object" || value === null || !("at" in value) || !("form" in value)) return null;
    return typeof value.at === "number" ? { at: value.at, form: value.form } : null;
  } catch {
    return null;
  }
}

/** What whoever is signed in sealed of a form. A value that does not open is of no use to anybody. */
function opened(name: string): Kept | null {
  if (box === null) return null;
  const key = sealedKey(box, name);
  const value = stored(key);
  if (value === null) return null;
  const found = box.open(name, value);
  if (found === null) remove(key);
  return found;
}

function isDraft(key: string): boolean {
  return key.startsWith(PLAIN) || key.startsWith(SEALED);
}

/** When a draft was written; 0 of one that cannot be read. */
function writtenAt(key: string): number {
  const at = key.startsWith(SEALED) ? readSealed(stored(key) ?? "")?.at : plain(key)?.at;
  return at ?? 0;
}

/** Drafts of all accounts, the newest first. */
function byAge(keys: readonly string[]): readonly string[] {
  const dated = keys.map(key => ({ key, at: writtenAt(key) }));
  return dated.sort((a, b) => b.at - a.at).map(({ key }) => key);
}

function prune(): void {
  const whose = new Map<string, string[]>();
  for (const key of Object.keys(localStorage).filter(isDraft)) {
    const owner = key.startsWith(SEALED) ? key.slice(0, OWNER_END) : PLAIN;
    whose.set(owner, [...(whose.get(owner) ?? []), key]);
  }
  for (const keys of whose.values()) {
    if (keys.length > MOST) for (const key of byAge(keys).slice(MOST)) localStorage.removeItem(key);
  }
  whose.delete(PLAIN);
  if (whose.size <= MOST_OWNERS) return;
  const owners = [...whose.values()].map(keys => ({ keys, at: Math.max(...keys.map(writtenAt)) }));
  for (const { keys } of owners.sort((a, b) => b.at - a.at).slice(MOST_OWNERS)) {
    for (const key of keys) localStorage.removeItem(key);
  }
}

/** Writes a value; where the storage is full, the oldest drafts make room. Whether it was written. */
function write(key: string, value: string): boolean {
  try {
    let others: string[] | null = null;
    for (;;) {
      try {
        localStorage.setItem(key, value);
        prune();
        return true;
      } catch {
        others ??= [...byAge(Object.keys(localStorage).filter(one => isDraft(one) && one !== key))];
        const oldest = others.pop();
        if (oldest === undefined) return false;
        localStorage.removeItem(oldest);
      }
    }
  } catch {
    // Forbidden in this window.
    return false;
  }
}

/** What was kept of a form, over what it starts from; only fields that the form has, each of the kind that it has there. */
export function readDraft<T extends object>(name: string, empty: T): T {
  const sealed = opened(name);
  const before = plain(PLAIN + name);
  // Who typed here and then signed in goes on with that; what somebody else left in the open does not take the place of one's own.
  const later = before !== null && written.has(name) && before.at > (sealed?.at ?? 0);
  const kept = later ? before : (sealed ?? before);
  const form = held.get(name) ?? kept?.form;
  if (typeof form !== "object" || form === null) return empty;
  const known = Object.entries(form).filter(([field, value]) => {
    const start: unknown = Object.getOwnPropertyDescriptor(empty, field)?.value;
    return (
      start !== undefined && typeof start === typeof value && Array.isArray(start) === Array.isArray(value)
    );
  });
  return { ...empty, ...Object.fromEntries(known) };
}

function keep(name: string, form: object, kind: Kind): boolean {
  const at = Date.now();
  if (box === null) {
    if (kind === "sealed" || !write(PLAIN + name, JSON.stringify({ at, form }))) return false;
    written.add(name);
    return true;
  }
  const value = box.seal(name, form, at);
  if (value === null || !write(sealedKey(box, name), value)) return false;
  remove(PLAIN + name);
  return true;
}

/** Keeps a form as well as it can be kept now. What can be kept nowhere is held by this window. */
export function writeDraft(name: string, form: object, kind: Kind = "sealed"): void {
  forgotten.delete(name);
  if (keep(name, form, kind)) held.delete(name);
  else held.set(name, form);
}

/** Forgets a form whose content must not stay. */
export function forgetDraft(name: string): void {
  held.delete(name);
  remove(PLAIN + name);
  if (box === null) forgotten.add(name);
  else remove(sealedKey(box, name));
}

/** Whose drafts can be read and sealed now. */
export function draftsOf(): string | null {
  return box?.account ?? null;
}

/** From now on this window's drafts are those of an account; what it held for another is gone. */
export function expectDrafts(account: string): void {
  if (owner !== null && owner !== account) lockDrafts();
  owner = account;
}

/** From now on drafts are sealed for an account, with the key that its node answered; what this window held for it is sealed at once. */
export function openDrafts(account: string, key: string): void {
  expectDrafts(account);
  if (box !== null) return;
  const next = DraftBox.of(account, key);
  if (next === null) return;
  box = next;
  for (const name of forgotten) remove(sealedKey(box, name));
  forgotten.clear();
  for (const [name, form] of [...held]) writeDraft(name, form);
  tell();
}

/** Forgets the key of whoever was signed in and all forms that only this window holds: somebody else may sit down here. */
export function lockDrafts(): void {
  if (owner === null) return;
  owner = null;
  box?.destroy();
  box = null;
  leaveWindow();
}

/** Forgets what only this window holds, also what came into it after the key was gone: it is nobody's who sits down here next. */
export function leaveWindow(): void {
  held.clear();
  written.clear();
  forgotten.clear();
  tell();
}
