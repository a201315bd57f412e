// Reads back what a PDF file says: enough of ISO 32000-1 for the files that the portal makes, so that a test sees their text the way a
// reader's search does, through the maps from glyphs to characters.

import { inflateSync } from "node:zlib";
import qrcode from "qrcode-generator";

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

/** The dark squares of the code that a page draws, as "row column" counted from its upper left dark corner; empty where there is none. */
function squaresOf(content) {
  const figure = /\/Figure <<[^>]*>> BDC([\s\S]*?)EMC/.exec(content)?.[1] ?? "";
  const rows = [...figure.matchAll(/([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re\n/g)].map(found =>
    found.slice(1).map(Number),
  );
  const unit = rows[0]?.[3] ?? 1;
  const left = Math.min(...rows.map(one => one[0]));
  const top = Math.min(...rows.map(one => one[1]));
  const squares = new Set();
  for (const [x, y, width] of rows) {
    for (let at = 0; at < Math.round(width / unit); at += 1) {
      squares.add(`${Math.round((y - top) / unit)} ${Math.round((x - left) / unit) + at}`);
    }
  }
  return squares;
}

/** The dark squares that a code for this text has. */
export function expectedSquares(text) {
  const code = qrcode(0, "M");
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const squares = new Set();
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) squares.add(`${row} ${column}`);
    }
  }
  return squares;
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
      return { squares: squaresOf(content), text: textOfPage(content, new Map(fonts)) };
    });
  const fonts = all.filter(
    one => one.dictionary.includes("/FontFile2") || one.dictionary.includes("/FontFile3"),
  );
  return {
    pages,
    text: pages.map(page => page.text).join("\n"),
    catalog: all.find(one => one.dictionary.includes("/Type /Catalog"))?.dictionary ?? "",
    squares: pages.map(page => page.squares).find(one => one.size > 0) ?? new Set(),
    figures: all.filter(one => one.dictionary.includes("/S /Figure")).length,
    embedded: fonts.length,
    structure: new Set(all.flatMap(one => /\/S \/(\w+)\n/.exec(one.dictionary)?.[1] ?? [])),
  };
}
