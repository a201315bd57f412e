// Reads back what a PDF file says: enough of ISO 32000-1 for the files that the portal makes, so that a test sees their text the way a
// reader's search does, through the maps from glyphs to characters.

import { inflateSync } from "node:zlib";

/** The objects of a file by number: their dictionary, and their stream where they have one. */
function objectsOf(bytes) {
  const text = bytes.toString("latin1");
  const objects = new Map();
  for (const found of text.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [, number, body] = found;
    const at = body.indexOf("stream\n");
    const dictionary = at < 0 ? body : body.slice(0, at);
    let stream = null;
    if (at >= 0) {
      const length = Number(/\/Length (\d+)/.exec(dictionary)?.[1]);
      const raw = Buffer.from(body.slice(at + 7, at + 7 + length), "latin1");
      stream = dictionary.includes("/FlateDecode") ? inflateSync(raw) : raw;
    }
    objects.set(Number(number), { dictionary, stream });
  }
  return objects;
}

function textOfHex(hex) {
  return Buffer.from(hex.replaceAll(" ", ""), "hex").swap16().toString("utf16le");
}

/** From glyphs to characters. */
function glyphsOf(map) {
  const glyphs = new Map();
  for (const [, first, , list] of map.matchAll(/<([0-9a-f]{4})> <([0-9a-f]{4})> \[([^\]]*)\]/g)) {
    [...list.matchAll(/<([0-9a-f ]*)>/g)].forEach(([, hex], at) => {
      glyphs.set(Number.parseInt(first, 16) + at, textOfHex(hex));
    });
  }
  return glyphs;
}

function textOfPage(content, fonts) {
  const lines = [""];
  let glyphs = new Map();
  const parts = content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ|(EMC)/g);
  for (const [, font, shown, end] of parts) {
    if (font) glyphs = fonts.get(font) ?? new Map();
    else if (end) lines.push("");
    else {
      for (const [, hex] of shown.matchAll(/<([0-9a-f]*)>/g)) {
        for (let at = 0; at < hex.length; at += 4) {
          lines[lines.length - 1] += glyphs.get(Number.parseInt(hex.slice(at, at + 4), 16)) ?? "\uFFFD";
        }
      }
    }
  }
  return lines.filter(line => line !== "").join("\n");
}

/** What a file says: its pages as text, its catalogue, its information, and how its pages draw. */
export function readPdf(bytes) {
  const objects = objectsOf(bytes);
  const all = [...objects.values()];
  const number = (dictionary, name) => Number(new RegExp(`/${name} (\\d+) 0 R`).exec(dictionary)?.[1]);
  const fontOf = at => {
    const map = objects.get(number(objects.get(at)?.dictionary ?? "", "ToUnicode"))?.stream;
    return glyphsOf(map?.toString("latin1") ?? "");
  };
  const pages = all
    .filter(one => /\/Type \/Page\n/.test(one.dictionary))
    .map(page => {
      const resources = objects.get(number(page.dictionary, "Resources"))?.dictionary ?? page.dictionary;
      const fonts = [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, at]) => [
        name,
        fontOf(Number(at)),
      ]);
      const content = objects.get(number(page.dictionary, "Contents"))?.stream?.toString("latin1") ?? "";
      return { content, text: textOfPage(content, new Map(fonts)) };
    });
  const fonts = all.filter(
    one => one.dictionary.includes("/FontFile2") || one.dictionary.includes("/FontFile3"),
  );
  return {
    pages,
    text: pages.map(page => page.text).join("\n"),
    catalog: all.find(one => one.dictionary.includes("/Type /Catalog"))?.dictionary ?? "",
    figures: all.filter(one => one.dictionary.includes("/S /Figure")).length,
    embedded: fonts.length,
    structure: new Set(all.flatMap(one => /\/S \/(\w+)\n/.exec(one.dictionary)?.[1] ?? [])),
  };
}
