// Lines of a given width. Where a line may end is decided by UAX 14, which keeps the rules of Chinese typesetting (GB/T 15834
// §5.1.10): no line begins with ，。、；：！？）》” and none ends with （《“.

import LineBreaker from "linebreak";

/** How wide a text is, in points. */
export type Measure = (text: string) => number;

/** A line does not begin with these, nor end with those, even where a long word must be cut. */
const NO_START = /^[，。、；：！？）》」』】〕〉”’…—～·,.;:!?)\]}%]/u;
const NO_END = /[（《「『【〔〈“‘([{]$/u;

const graphemes = new Intl.Segmenter("zh", { granularity: "grapheme" });

/** The parts of a text between which a line may end; `forced` where it must. */
function parts(text: string): { text: string; forced: boolean }[] {
  const breaker = new LineBreaker(text);
  const out: { text: string; forced: boolean }[] = [];
  let from = 0;
  for (let next = breaker.nextBreak(); next !== null; next = breaker.nextBreak()) {
    out.push({ text: text.slice(from, next.position), forced: next.required });
    from = next.position;
  }
  return out;
}

/** Cuts a word that is wider than a whole line, such as a digest. */
function cut(word: string, width: number, measure: Measure): string[] {
  const out: string[] = [];
  let line: string[] = [];
  for (const { segment } of graphemes.segment(word)) {
    if (line.length > 0 && measure(line.join("") + segment) > width) {
      const carried: string[] = [];
      // What may not begin a line takes its neighbour along, unless nothing would stay.
      const bad = () =>
        NO_START.test(carried[0] ?? segment) || NO_END.test(line[line.length - 1 - carried.length] ?? "");
      while (carried.length < line.length - 1 && carried.length < 4 && bad()) {
        carried.unshift(line[line.length - 1 - carried.length] ?? "");
      }
      out.push(line.slice(0, line.length - carried.length).join(""));
      line = carried;
    }
    line.push(segment);
  }
  if (line.length > 0) out.push(line.join(""));
  return out;
}

/** Breaks a text into lines no wider than `width`. An empty text is one empty line. */
export function breakLines(text: string, width: number, measure: Measure): string[] {
  const lines: string[] = [];
  let line = "";
  for (const { text: part, forced } of parts(text.replaceAll("\t", " "))) {
    const word = forced ? part.replace(/[\r\n\v\f\u0085\u2028\u2029]+$/u, "") : part;
    if (line !== "" && measure((line + word).trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    if (measure(word.trimEnd()) > width) {
      const pieces = cut(word, width, measure);
      lines.push(...pieces.slice(0, -1));
      line = pieces.at(-1) ?? "";
    } else {
      line += word;
    }
    if (forced) {
      lines.push(line.trimEnd());
      line = "";
    }
  }
  if (line !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}
