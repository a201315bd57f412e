// What an officer's own node does for him: add the department's seal, compose a certificate, check a citizen number.

import type { KeyedSignature } from "../verify/signature";
import { postJson } from "./client";

/**
 * Adds the seal of the department to a body that an officer has signed, and submits it. `others` are signatures of further
 * cosigners that the body names, such as the key of the person who is being enrolled.
 */
export function sealAndSubmit(
  body: string,
  signature: KeyedSignature,
  others: readonly KeyedSignature[],
): Promise<{ id: string }> {
  return postJson("/api/v1/desk/seal", {
    body,
    signature,
    ...(others.length === 0 ? {} : { cosignatures: others }),
  });
}

export interface ComposedCertificate {
  readonly material: string;
  readonly credential: string;
  readonly status: { readonly list: number; readonly index: number };
  /** Until when the composed certificate is valid, in milliseconds. */
  readonly until: number;
}

/** Has the department's node compose and encrypt a certificate for a request; nothing is on the ledger yet. */
export function composeCertificate(
  request: string,
  fields: Readonly<Record<string, string>>,
): Promise<ComposedCertificate> {
  return postJson("/api/v1/desk/certificates", { request, fields });
}

/** Has the department's node compose and encrypt the content of a licence that is to be decided; answers its commitment. */
export function composeLicenceContent(
  number: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ licence: string }> {
  return postJson("/api/v1/desk/licences/content", { case: number, fields });
}

export interface ComposedLicence {
  readonly act: string;
  readonly case: string;
  readonly credential: string;
  readonly material: string;
  readonly status: { readonly list: number; readonly index: number };
}

/** Has the department's node compose and encrypt the credential of the licence in effect of a case. */
export function composeLicence(number: string): Promise<ComposedLicence> {
  return postJson("/api/v1/desk/licences/credential", { case: number });
}

/** Turns a citizen number into the department's keyed commitment; the node forgets the number. */
export function commitNumber(number: string): Promise<{ commitment: string }> {
  return postJson("/api/v1/desk/enrol", { number });
}
