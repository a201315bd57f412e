// Which rooms the frame offers: those of the posts of whoever is signed in first, then those for everybody.

import type { Session } from "../api/session";
import { postsOfRoom, supervises } from "../components/use-session";

export const ROOMS = {
  home: "/",
  services: "/services",
  tasks: "/tasks",
  person: "/me",
  messages: "/messages",
  window: "/window",
  loans: "/loans",
  listings: "/listings",
  wallet: "/wallet",
  extracts: "/extracts",
  steward: "/steward",
  audit: "/audit",
  board: "/board",
  filing: "/filing",
  deposit: "/deposit",
  receipts: "/receipts",
  verify: "/verify",
  search: "/search",
  governance: "/governance",
  network: "/network",
} as const;
export type Room = keyof typeof ROOMS;

/** A room is offered to whoever holds a post that covers one of these, or a post at a body with the role. */
const FOR_POSTS: readonly (readonly [Room, readonly string[], string | null])[] = [
  ["tasks", ["approval.act", "approval.accept", "approval.decide"], null],
  ["window", ["sharing.issue"], null],
  ["loans", ["sharing.disclose", "sharing.accept_loan", "sharing.decide_loan"], null],
  ["listings", ["sharing.listing_propose"], null],
  ["wallet", ["sharing.wallet_ask"], null],
  ["extracts", ["sharing.extract_fetch"], "audit"],
  ["steward", ["identity.enrol"], null],
  ["audit", ["audit.trail"], "audit"],
  ["filing", ["filing.amend"], "audit"],
];

/** The room of those who supervise: with a post that has the grade for it too. */
function supervision(session: Session | null | undefined): readonly Room[] {
  return postsOfRoom(session, ["approval.board"], null).some(supervises) ? ["board"] : [];
}

/** The rooms in the order they are offered. */
export function roomsFor(session: Session | null | undefined): readonly Room[] {
  const posts = FOR_POSTS.filter(
    ([, operations, role]) => postsOfRoom(session, operations, role).length > 0,
  ).map(([room]) => room);
  // An officer's first page is the desk; a person's own things stay in reach.
  const person: readonly Room[] = session?.kind === "person" ? ["person", "messages"] : [];
  const own: readonly Room[] = session == null ? ["person"] : person;
  return [
    "home",
    "services",
    ...supervision(session),
    ...posts,
    ...own,
    "deposit",
    "verify",
    "receipts",
    "search",
    "governance",
    "network",
  ];
}
