// base64url without padding (RFC 4648 section 5). Total: what cannot be read is `null`.

const FORM = /^[A-Za-z0-9_-]*$/;
const PIECE = 8_192;

export function toBase64url(bytes: Uint8Array): string {
  let text = "";
  // In pieces that fit into one call: a file of some megabytes must not hold up the page.
  for (let at = 0; at < bytes.length; at += PIECE)
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!FORM.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  // One text for one byte string: no bits left over.
  return toBase64url(bytes) === text ? bytes : null;
}
