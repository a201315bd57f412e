// Finding an item by Chinese words, by the first letters of their pinyin, or by English words.

/** The first character, in the order of GB 2312 level 1, of each initial; that order is by pinyin. */
const FIRST: readonly (readonly [string, string])[] = [
  ["a", "阿"],
  ["b", "八"],
  ["c", "嚓"],
  ["d", "咑"],
  ["e", "妸"],
  ["f", "发"],
  ["g", "旮"],
  ["h", "哈"],
  ["j", "讥"],
  ["k", "咔"],
  ["l", "垃"],
  ["m", "妈"],
  ["n", "拏"],
  ["o", "噢"],
  ["p", "妑"],
  ["q", "七"],
  ["r", "呥"],
  ["s", "仨"],
  ["t", "他"],
  ["w", "屲"],
  ["x", "夕"],
  ["y", "丫"],
  ["z", "帀"],
];

const collator = new Intl.Collator("zh-CN-u-co-pinyin");

/** The initials of the pinyin of a text; what is not Chinese stays as it is. */
export function initials(text: string): string {
  return [...text.toLowerCase()]
    .map(one => {
      if (!/\p{Script=Han}/u.test(one)) return one;
      const at = FIRST.findLastIndex(([, first]) => collator.compare(first, one) <= 0);
      return FIRST[at]?.[0] ?? one;
    })
    .join("");
}

/** Whether every word that is looked for stands in one of the texts, or in the initials of one. */
export function fits(words: string, texts: readonly string[]): boolean {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter(one => one !== "");
  if (wanted.length === 0) return true;
  const there = texts.flatMap(text => [text.toLowerCase(), initials(text)]);
  return wanted.every(word => there.some(text => text.includes(word)));
}
