declare module "fontkit" {
  /** Opens a font; here only to see which characters it really has. */
  export function create(bytes: Uint8Array): { readonly characterSet: readonly number[] };
}
