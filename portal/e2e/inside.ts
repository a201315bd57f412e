// The portal's own modules, for the many people of a long campaign: what the pages call after a click, without the clicks. Built into one
// script, which e2e/people.mjs puts into pages of the portal; keys, sessions, acts and opened content are made and kept as the pages do it.

import { getBytes } from "../src/api/client";
import { commitNumber, composeCertificate } from "../src/api/desk";
import { closeSession } from "../src/api/session";
import {
  type ActRequest,
  finishActOnce,
  type PlannedAct,
  planAct,
  signAct,
  validUntil,
} from "../src/ledger/act";
import { splitPresentation } from "../src/ledger/certificate";
import { FUND_FIELDS, FUND_KIND } from "../src/ledger/fund";
import { addBrowserIdentity, ensureAccount } from "../src/ledger/identity";
import { openLook, planLook } from "../src/ledger/look";
import { signIn } from "../src/ledger/session";
import type { StoredAct } from "../src/store/acts";
import { type HomeChain, homeChainOf } from "../src/store/chains";
import { setCurrentIdentity } from "../src/store/identities";
import { fromUtf8, utf8 } from "../src/verify/bytes";
import type { KeyedSignature } from "../src/verify/signature";

const DAY_MS = 86_400_000;

async function home(): Promise<HomeChain> {
  const chain = homeChainOf(await getBytes("/api/v1/genesis"));
  if (chain === null) throw new Error("no genesis");
  return chain;
}

/** The seal of a department that acts beside its officer. */
async function sealOf(code: string): Promise<{ key: string; asAccount: boolean }> {
  const member = (await home()).genesis.members.find(one => one.code === code);
  if (member === undefined) throw new Error(`no member ${code}`);
  return { key: member.account, asAccount: false };
}

async function plan(request: ActRequest): Promise<PlannedAct> {
  const { chain, genesis } = await home();
  const { id } = await ensureAccount();
  return planAct(request, { chain, genesis, signer: id, validUntil: validUntil(genesis) });
}

async function complete(planned: PlannedAct, others: KeyedSignature[] = []): Promise<StoredAct> {
  return finishActOnce(await signAct(planned, await ensureAccount(), others));
}

async function act(request: ActRequest): Promise<StoredAct> {
  const end = await complete(await plan(request));
  if (end.state !== "final") throw new Error(`${end.operation}: ${end.rejection?.code ?? end.state}`);
  return end;
}

function named(act: StoredAct, name: string): string {
  const value = act.end?.outcome?.[name];
  if (typeof value !== "string") throw new Error(`${act.operation} gave no ${name}`);
  return value;
}

/** What an allowed look shows: the fields that came, opened in this page. */
async function opened(act: StoredAct): Promise<Record<string, string>> {
  const { text } = await openLook(act);
  const fields: Record<string, string> = {};
  for (const disclosure of splitPresentation(text)?.disclosures ?? []) {
    const bytes = Uint8Array.from(atob(disclosure.replaceAll("-", "+").replaceAll("_", "/")), one =>
      one.charCodeAt(0),
    );
    const [, name, value] = JSON.parse(fromUtf8(bytes) ?? "[]") as string[];
    if (name !== undefined && value !== undefined) fields[name] = value;
  }
  return fields;
}

/** Somebody makes a key and signs in with it; the text of the key. */
export async function come(name: string): Promise<string> {
  const identity = await addBrowserIdentity(name);
  await setCurrentIdentity(identity.id);
  await enter();
  return identity.id;
}

/** Signs in with the current key. */
export async function enter(): Promise<void> {
  await signIn(await ensureAccount(), (await home()).chain);
}

export const leave = closeSession;

/** The bureau's clerk types a number and prepares the enrolment of a key. */
export async function prepareEnrolment(code: string, number: string, key: string): Promise<PlannedAct> {
  const { commitment } = await commitNumber(number);
  return plan({
    operation: "identity.enrol",
    arguments: { authority: code, kind: "person", key, commitment },
    seal: await sealOf(code),
    cosigners: [key],
  });
}

/** The person signs what the clerk prepared. */
export async function cosign(body: string): Promise<KeyedSignature> {
  return (await ensureAccount()).sign(utf8(body) as Uint8Array<ArrayBuffer>);
}

/** The clerk signs too and sends it. */
export async function completeEnrolment(planned: PlannedAct, signature: KeyedSignature): Promise<void> {
  const { state, rejection } = await complete(planned, [signature]);
  if (state !== "final") throw new Error(`identity.enrol: ${rejection?.code ?? state}`);
}

export async function request(holder: string): Promise<string> {
  const given = { holder, kind: FUND_KIND, purpose: "loan" };
  return named(await act({ operation: "sharing.request", arguments: given }), "request");
}

/** The centre's clerk has the record composed and issues it. */
export async function issue(
  code: string,
  request: string,
  fields: Record<string, string>,
): Promise<{ certificate: string; material: string }> {
  for (;;) {
    const { material, credential, status, until } = await composeCertificate(request, fields);
    const given = { request, material, credential, until, status: { ...status } };
    const planned = await plan({ operation: "sharing.issue", arguments: given, seal: await sealOf(code) });
    const end = await complete(planned);
    if (end.state === "final") return { certificate: named(end, "certificate"), material };
    // Places in the status list are drawn; where two were composed for the same one, the clerk composes the second anew.
    if (end.rejection?.code !== "SHARE_STATUS_INDEX") throw new Error(`issue: ${end.rejection?.code}`);
  }
}

export async function view(certificate: string): Promise<Record<string, string>> {
  const given = { certificate, fields: FUND_FIELDS.toSorted(), purpose: "own-look" };
  return opened(await act(await planLook("sharing.view", given)));
}

export async function lease(
  certificate: string,
  grantee: string,
  name: string,
  fields: string[],
): Promise<string> {
  const until = Date.now() + 30 * DAY_MS;
  const given = { certificate, grantee, purpose: "loan", case: name, fields, uses: 1, until };
  return named(await act({ operation: "sharing.lease", arguments: given }), "lease");
}

/** The other centre's officer looks. */
export async function look(
  code: string,
  lease: string,
  name: string,
  fields: string[],
): Promise<{ id: string; fields: Record<string, string> }> {
  const given = { for: code, lease, purpose: "loan", case: name, fields };
  const seen = await act(await planLook("sharing.disclose", given));
  return { id: seen.id, fields: await opened(seen) };
}
