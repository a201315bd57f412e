// The chains this browser trusts: that of the node it was loaded from, and those a person pinned.

import { chainIdentifier } from "../verify/chain";
import { type Genesis, readGenesis } from "../verify/document";
import { parseJson } from "../verify/json";
import { read, readAll, remove, write } from "./database";

const DIGEST = /^(?:sha256|sm3):[0-9a-f]{64}$/;

export interface TrustedChain {
  readonly chain: string;
  readonly name: string;
  /** `home`: of the node that serves this page. `pinned`: entered by a person. */
  readonly source: "home" | "pinned";
  readonly since: number;
}

/** The chain of the serving node: its identifier, computed here from its genesis, and the genesis. */
export interface HomeChain {
  readonly chain: string;
  readonly genesis: Genesis;
}

/** The home chain that a genesis document defines, or `null` where the bytes are no genesis. */
export function homeChainOf(bytes: Uint8Array): HomeChain | null {
  const genesis = readGenesis(parseJson(bytes));
  return genesis === null ? null : { chain: chainIdentifier(genesis), genesis };
}

const HOME = "home-genesis";

/** Remembers the genesis for the next time the page opens without a network. */
export async function rememberHome(bytes: Uint8Array): Promise<void> {
  await write("settings", bytes, HOME);
}

export async function rememberedHome(): Promise<HomeChain | null> {
  const bytes = await read<Uint8Array>("settings", HOME);
  return bytes === undefined ? null : homeChainOf(bytes);
}

export function pinnedChains(): Promise<TrustedChain[]> {
  return readAll<TrustedChain>("chains");
}

/** Whether a text has the form of a chain identifier. */
export function isChainIdentifier(text: string): boolean {
  return DIGEST.test(text);
}

export async function pinChain(chain: string, name: string): Promise<void> {
  const pinned: TrustedChain = { chain, name, source: "pinned", since: Date.now() };
  await write("chains", pinned);
}

export async function unpinChain(chain: string): Promise<void> {
  await remove("chains", chain);
}
