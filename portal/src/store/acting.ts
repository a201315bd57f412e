// In whose name this window acts, and what a person calls those for whom it acts. The first lies in `sessionStorage`: it ends with the window, so
// that nobody acts for another by surprise the next day. The names are for the person alone and never leave this browser.

const ACTING = "yinxin acting";
const NAMES = "yinxin party names";
/** Names beyond these are not kept. */
const MOST_NAMES = 64;
const MOST_CHARACTERS = 40;

/** Who chose to act under which mandate. */
export interface ActingChoice {
  /** The account that chose; under another one the choice means nothing. */
  readonly account: string;
  readonly mandate: string;
}

const listeners = new Set<() => void>();

export function onActingChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function told(): void {
  for (const listener of listeners) listener();
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}

/** The last answer: whoever asks again without a change is given the same one. */
let read: { readonly text: string | null; readonly choice: ActingChoice | null } = {
  text: null,
  choice: null,
};

export function actingChoice(): ActingChoice | null {
  let text: string | null = null;
  try {
    text = sessionStorage.getItem(ACTING);
  } catch {
    // Forbidden in this window: one acts for oneself.
  }
  if (text !== read.text) {
    const value = parsed(text);
    const known =
      typeof value === "object" &&
      value !== null &&
      "account" in value &&
      "mandate" in value &&
      typeof value.account === "string" &&
      typeof value.mandate === "string";
    read = {
      text,
      choice: known ? { account: String(value.account), mandate: String(value.mandate) } : null,
    };
  }
  return read.choice;
}

/** Acts under a mandate from now on, or for oneself. */
export function setActing(choice: ActingChoice | null): void {
  try {
    if (choice === null) sessionStorage.removeItem(ACTING);
    else sessionStorage.setItem(ACTING, JSON.stringify(choice));
  } catch {
    // Without storage nobody can act for another: what is chosen must survive a new page.
  }
  told();
}

let named: { readonly text: string | null; readonly names: Readonly<Record<string, string>> } = {
  text: null,
  names: {},
};

/** What this browser calls parties, by their identifiers. */
export function partyNames(): Readonly<Record<string, string>> {
  let text: string | null = null;
  try {
    text = localStorage.getItem(NAMES);
  } catch {
    // Without storage nobody has a name here.
  }
  if (text !== named.text) {
    const value = parsed(text);
    const names =
      typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).filter(([, name]) => typeof name === "string"))
        : {};
    named = { text, names };
  }
  return named.names;
}

/** Calls a party so; an empty name forgets it. */
export function nameParty(party: string, name: string): void {
  const { [party]: _, ...others } = partyNames();
  const short = name.trim().slice(0, MOST_CHARACTERS);
  const names = short === "" ? others : { [party]: short, ...others };
  try {
    localStorage.setItem(
      NAMES,
      JSON.stringify(Object.fromEntries(Object.entries(names).slice(0, MOST_NAMES))),
    );
  } catch {
    // It is only not remembered.
  }
  told();
}
