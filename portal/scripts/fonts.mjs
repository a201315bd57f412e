// Cuts the font of the PDF documents, Noto Sans SC, into pieces: a document then loads what its characters need instead of 10 MB.
// Writes portal/fonts/, which the build embeds and git ignores. Does nothing where the pieces are up to date. Compressed TrueType, not
// WOFF2: the library that embeds glyphs cannot take them out of the transformed tables of WOFF2.
//   core     what every document needs: ASCII, punctuation, and each character of the portal's texts
//   common   the 3755 characters of GB/T 2312 level 1
//   han-XX   the other ideographs U+XX00 to U+XXFF
//   signs    everything else of the basic plane
//   rare     the ideographs beyond it

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { create } from "fontkit";
import subsetFont from "subset-font";

const root = join(import.meta.dirname, "..");
const folder = join(root, "fonts");
const stamp = join(folder, "stamp");
const require = createRequire(import.meta.url);
const source = require.resolve("@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf");

/** Files whose every character belongs into `core`. */
function texts() {
  const locales = join(root, "src/locales");
  return readdirSync(locales, { recursive: true, encoding: "utf8" })
    .filter(name => name.endsWith(".json"))
    .sort()
    .map(name => readFileSync(join(locales, name), "utf8"))
    .join("");
}

/** What documents set before a result or a line. */
const MARKS = "✓×–·•…";

/** What names of departments, places and files are made of: with it most documents need no further piece. */
const DEPARTMENTS =
  "省市州盟县区旗乡镇街道村社里路巷号院栋楼层室东南西北中上下新老大小甲乙丙丁戊己庚辛壬癸" +
  "委办厅局处科所站队署会部府党政协人大监察法检公安司民财税审计统发展改革教育科技工业信息网数据服务务宗族" +
  "自然资源规划住房城乡建设交通运输水利农林牧渔商文化旅游卫生健康医疗保障退役军事应急市场监督管理药品体国" +
  "际外海关邮电气象地震消防银行保险证券基金公积金中心登记不动产权示例链存联合集团股份有限责任分司厂店学校馆" +
  "一二三四五六七八九十百千万亿〇零年月日时期第号等申请书合同协议表单报告图纸照片扫描件提取补偿征收拆迁贷款";

/** GB/T 2312 level 1: rows 16 to 55. The decoder of the platform is the table. */
function levelOne() {
  const decoder = new TextDecoder("gbk", { fatal: true });
  const found = [];
  for (let row = 0xb0; row <= 0xd7; row += 1) {
    for (let cell = 0xa1; cell <= 0xfe; cell += 1) {
      try {
        found.push(decoder.decode(Uint8Array.of(row, cell)).codePointAt(0));
      } catch {
        // The last row is not full.
      }
    }
  }
  return found.filter(one => one >= 0x4e00 && one <= 0x9fff);
}

function pieceOf(code) {
  if (code > 0xffff) return "rare";
  return code >= 0x3400 && code <= 0x9fff ? `han-${(code >> 8).toString(16)}` : "signs";
}

/** The font's characters by piece. Only `core` changes with the texts of the portal. */
function pieces(has, words) {
  // ASCII, Latin-1, and the punctuation of both languages.
  const plain = [0x20, 0x7e, 0xa0, 0xff, 0x2010, 0x2027, 0x3000, 0x3017, 0xff01, 0xff5e];
  const core = new Set(Array.from(words + MARKS + DEPARTMENTS, one => one.codePointAt(0)));
  for (let at = 0; at < plain.length; at += 2) {
    for (let code = plain[at]; code <= plain[at + 1]; code += 1) core.add(code);
  }
  const common = new Set(levelOne());
  const out = new Map([
    ["core", [...core].filter(one => has.has(one))],
    ["common", [...common].filter(one => has.has(one))],
  ]);
  for (const code of has) {
    if (code < 0x20 || common.has(code)) continue;
    const name = pieceOf(code);
    if (!out.has(name)) out.set(name, []);
    out.get(name).push(code);
  }
  return out;
}

const text = codes => String.fromCodePoint(...codes.toSorted((one, other) => one - other));

/** What the portal must know to tell where a character is, and whether the font has it at all. */
function coverageOf(cut, has) {
  const gaps = Array.from({ length: 0xa000 - 0x3400 }, (_, at) => 0x3400 + at).filter(one => !has.has(one));
  const lists = ["core", "common", "signs", "rare"].map(name => [name, text(cut.get(name))]);
  return { ...Object.fromEntries(lists), gaps: text(gaps) };
}

function stampsOfLastTime() {
  try {
    return JSON.parse(readFileSync(stamp, "utf8"));
  } catch {
    // Never cut before.
    return {};
  }
}

const font = readFileSync(source);
const words = texts();
const digest = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
const tool = digest(font, readFileSync(import.meta.filename));
const all = digest(tool, words);
const before = stampsOfLastTime();
if (before.all !== all) {
  const has = new Set(create(font).characterSet);
  const cut = pieces(has, words);
  const now = { all };
  if (before.tool !== tool) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  now.tool = tool;
  for (const [name, codes] of cut) {
    now[name] = digest(text(codes));
    if (before.tool === tool && before[name] === now[name]) continue;
    const piece = await subsetFont(font, text(codes), { targetFormat: "truetype", noLayoutClosure: true });
    writeFileSync(join(folder, `${name}.ttf.gz`), gzipSync(piece, { level: 9 }));
  }
  writeFileSync(join(folder, "coverage.json"), JSON.stringify(coverageOf(cut, has)));
  writeFileSync(stamp, JSON.stringify(now));
}
