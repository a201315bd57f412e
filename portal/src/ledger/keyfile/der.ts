// The distinguished encoding of ASN.1 (X.690 section 10), as much of it as key files need. What cannot be read is `null`.

import { concat, fromHex } from "../../verify/bytes";

export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const NULL = 0x05;
export const OBJECT = 0x06;
export const SEQUENCE = 0x30;

export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The element at `at` and where it ends. Lengths above three bytes are refused, and those that are longer than they need be. */
function elementAt(bytes: Uint8Array, at: number): { element: Element; end: number } | null {
  const [tag, first] = bytes.subarray(at, at + 2);
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  const more = first < 0x80 ? 0 : first - 0x80;
  if (first >= 0x80 && (more < 1 || more > 3)) return null;
  const digits = bytes.subarray(at + 2, at + 2 + more);
  const length = more === 0 ? first : digits.reduce((sum, digit) => sum * 256 + digit, 0);
  if (digits.length !== more || (more > 0 && (length < 0x80 || digits[0] === 0))) return null;
  const from = at + 2 + more;
  const end = from + length;
  return end > bytes.length ? null : { element: { tag, content: bytes.subarray(from, end) }, end };
}

/** The elements that stand one after another. */
export function elements(bytes: Uint8Array): readonly Element[] | null {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = elementAt(bytes, at);
    if (next === null) return null;
    found.push(next.element);
    at = next.end;
  }
  return found;
}

/** The elements of a sequence that is all there is. */
export function sequence(bytes: Uint8Array): readonly Element[] | null {
  const all = elements(bytes);
  const [only] = all ?? [];
  return all?.length === 1 && only?.tag === SEQUENCE ? elements(only.content) : null;
}

/** The elements of a sequence that stands in another, or `null` where it is none. */
export function members(element: Element | undefined): readonly Element[] | null {
  return element?.tag === SEQUENCE ? elements(element.content) : null;
}

/** A positive number of at most four bytes. */
export function smallNumber(element: Element | undefined): number | null {
  if (element?.tag !== INTEGER) return null;
  const { content } = element;
  const [first = 0x80, second = 0] = content;
  if (content.length > 4 || first >= 0x80 || (first === 0 && content.length > 1 && second < 0x80))
    return null;
  return content.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** An element with its length. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concat(...parts);
  const { length } = content;
  const digits = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  const head = length < 0x80 ? [length] : [0x80 + digits.length, ...digits];
  return concat(Uint8Array.of(tag, ...head), content);
}

/** A number that is not negative, in as few bytes as possible. */
export function encodeNumber(value: number): Uint8Array {
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  const bytes = fromHex(even) ?? new Uint8Array();
  return encode(INTEGER, (bytes[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), bytes) : bytes);
}
