// The pieces of the font, from the node that serves the page. Their names carry a digest, so the browser keeps them.

import { gunzipSync } from "fflate";

const addresses = new Map(
  Object.entries(
    import.meta.glob<string>("../../fonts/*.ttf.gz", { query: "?url", import: "default", eager: true }),
  ).map(([path, address]) => [path.replace(/^.*\/|\.ttf\.gz$/g, ""), address]),
);

/** Gives a piece as a TrueType font. */
export type FontSource = (piece: string) => Promise<Uint8Array>;

/** A piece of the font could not be had: without a network, or from a node that is gone. */
export class FontUnreachable extends Error {
  override readonly name = "FontUnreachable";
}

/** Fetches a piece of the font. */
export const fetchFont: FontSource = async piece => {
  const address = addresses.get(piece);
  if (address === undefined) throw new FontUnreachable();
  const answer = await fetch(address).catch(() => null);
  if (answer === null || !answer.ok) throw new FontUnreachable();
  return gunzipSync(new Uint8Array(await answer.arrayBuffer()));
};
