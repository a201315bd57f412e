// Signing in: the challenge of the node, signed by an identity of this browser.

import { askChallenge, openSession, type Session } from "../api/session";
import { canonicalBytes } from "../verify/chain";
import type { Account } from "./account";

/** What is signed to open a session; it can be taken for nothing else. */
const PURPOSE = "yinxin/session/1";

/** The exact bytes that are signed to open a session. */
export function sessionBytes(account: string, chain: string, challenge: string): Uint8Array<ArrayBuffer> {
  return canonicalBytes({ account, chain, challenge, purpose: PURPOSE }) as Uint8Array<ArrayBuffer>;
}

/** Opens a session at the node that served this page. */
export async function signIn(account: Account, chain: string): Promise<Session> {
  const { challenge } = await askChallenge(account.id);
  const signature = await account.sign(sessionBytes(account.id, chain, challenge));
  return openSession(challenge, signature);
}
