import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { expectedSquares, readPdf } from "../../e2e/pdf.mjs";
import type { Language } from "../../src/i18n";
import { certificateContent } from "../../src/pdf/certificate";
import { certificateReport } from "../../src/pdf/certificate-report";
import type { Content } from "../../src/pdf/content";
import { makePdf } from "../../src/pdf/make";
import { type CheckedReceipt, receiptReport } from "../../src/pdf/receipt-report";
import type { Words } from "../../src/pdf/words";
import { fromHex, utf8 } from "../../src/verify/bytes";
import { digestText, hash } from "../../src/verify/digest";
import { verifyReceipt } from "../../src/verify/receipt";
import { checkedCertificate, FIELDS, fontOfBuild, ISSUER, NOW, startWords } from "../support/documents";

let words: (language: Language) => Words;
beforeAll(async () => {
  words = await startWords();
});

async function made(content: Content) {
  const { bytes, missing } = await makePdf(content, fontOfBuild);
  return { bytes, missing, read: readPdf(Buffer.from(bytes)) };
}

/** The text without the ends of lines, so that a name broken over two is found. */
function flat(text: string): string {
  return text.replaceAll("\n", "");
}

describe("the file of a certificate", () => {
  test("is one page of searchable Chinese below 150 kB, with its language, title, tags and code", async () => {
    const given = checkedCertificate();
    const { bytes, read } = await made(certificateContent(words("zh-CN"), given));
    expect(bytes.length).toBeLessThan(150_000);
    expect(read.pages.length).toBe(1);
    for (const text of Object.values(FIELDS)) expect(flat(read.text)).toContain(text);
    for (const text of ["异地贷款缴存使用证明", ISSUER, "月缴存基数", "第 1 页，共 1 页"]) {
      expect(read.text).toContain(text);
    }
    expect(read.text).not.toContain("\uFFFD");
    expect(read.catalog).toContain("/Lang (zh-CN)");
    expect(read.catalog).toContain("/MarkInfo");
    expect(read.figures).toBe(1);
    for (const role of ["Document", "H1", "H2", "Table", "TR", "TH", "TD", "Figure", "P"]) {
      expect([...read.structure]).toContain(role);
    }
    expect([...read.squares].sort()).toEqual([...expectedSquares(given.address)].sort());
  });

  test("is one page in English too", async () => {
    const { read } = await made(certificateContent(words("en"), checkedCertificate()));
    expect(read.pages.length).toBe(1);
    expect(flat(read.text)).toContain("Certificate of contributions for a loan elsewhere");
  });

  test("says at its foot under which number the platform is filed, and that this is no endorsement", async () => {
    for (const [language, filing] of [
      ["zh-CN", "区块链信息服务备案编号：示例99010126000001号。备案不代表认可。"],
      [
        "en",
        `Filing as a blockchain information service: example 99010126000001. ${"It is no endorsement of the body. ".repeat(6)}`,
      ],
    ] as const) {
      const content = certificateContent(words(language), checkedCertificate());
      const { read, missing } = await made({ ...content, filing });
      expect(read.pages.length).toBe(1);
      expect(missing).toEqual([]);
      expect(flat(read.text).replaceAll(" ", "")).toContain(filing.replaceAll(" ", ""));
      expect((await made(content)).read.text).not.toContain("99010126000001");
    }
  });

  test("has the same bytes whenever it is made of the same content", async () => {
    const given = checkedCertificate();
    const [one, other] = await Promise.all([
      made(certificateContent(words("en"), given)),
      made(certificateContent(words("en"), given)),
    ]);
    expect(Buffer.from(one.bytes).equals(Buffer.from(other.bytes))).toBe(true);
    const later = await made(certificateContent(words("en"), { ...given, time: given.time + 1000 }));
    expect(Buffer.from(later.bytes).equals(Buffer.from(one.bytes))).toBe(false);
  });

  test("shows rare characters of names, and says which ones its font lacks", async () => {
    const rare = "㐀䶮𬭚喆堃";
    const { missing, read } = await made(
      certificateContent(words("zh-CN"), checkedCertificate({ ...FIELDS, accname: `${rare}𠮷` })),
    );
    expect(missing).toEqual(["𠮷"]);
    expect(read.text).toContain(`${rare}〔U+20BB7〕`);
    expect(flat(read.text)).toContain("本文件所用字体缺少下列字符");
    expect(flat(read.text)).toContain("U+20BB7。");
    const plain = await made(certificateContent(words("zh-CN"), checkedCertificate()));
    expect(plain.missing).toEqual([]);
    expect(plain.read.text).not.toContain("本文件所用字体缺少");
  });

  test("goes on over further pages where names are very long, and nothing is lost", async () => {
    const long = "示例建设集团甲市示例区分公司（筹备组）".repeat(120);
    const { read } = await made(
      certificateContent(words("zh-CN"), checkedCertificate({ ...FIELDS, unitaccname: long })),
    );
    expect(read.pages.length).toBeGreaterThan(1);
    const count = (text: string) => text.split("筹备组").length - 1;
    expect(count(flat(read.text).replaceAll(/第 \d+ 页，共 \d+ 页/g, ""))).toBeGreaterThan(115);
    expect(read.text).toContain(`第 ${read.pages.length} 页，共 ${read.pages.length} 页`);
  });

  test("draws text that looks like a program as text", async () => {
    const evil = "<script>alert(1)</script> (\\) Tj ET /URI";
    const { bytes, read } = await made(
      certificateContent(words("en"), checkedCertificate({ ...FIELDS, addr: evil }, { issuerName: evil })),
    );
    expect(flat(read.text)).toContain(evil);
    for (const dangerous of ["/JavaScript", "/OpenAction", "/Launch", "/AA"]) {
      expect(Buffer.from(bytes).includes(dangerous), dangerous).toBe(false);
    }
  });

  test("cannot turn a line around: what would is shown by its number", async () => {
    const { missing, read } = await made(
      certificateContent(words("en"), checkedCertificate({ ...FIELDS, linkman: "abc\u202edef" })),
    );
    expect(missing).toEqual(["\u202e"]);
    expect(flat(read.text)).toContain("abc〔U+202E〕def");
  });
});

test("the report of a certificate says every check in both languages", async () => {
  for (const language of ["zh-CN", "en"] as const) {
    const { read } = await made(certificateReport(words(language), checkedCertificate()));
    const { t } = words(language);
    for (const check of ["signature", "digest", "disclosures", "validity", "status", "arithmetic"] as const) {
      expect(flat(read.text).replaceAll(" ", "")).toContain(
        t(`certificate.check.${check}`).replaceAll(" ", ""),
      );
    }
    expect(read.text).toContain(`✓ ${t("verify.state.passed")}`);
    expect(read.catalog).toContain(`/Lang (${language})`);
  }
});

describe("the report of a receipt", () => {
  const folder = join(import.meta.dirname, "../../../docs/reference/vectors/receipts");

  async function checked(name: string, { trusted = true, withFile = false } = {}): Promise<CheckedReceipt> {
    const vector: { chain: string; receipt: string; file_hex: string | null } = JSON.parse(
      readFileSync(join(folder, name), "utf8"),
    );
    const file = withFile ? fromHex(vector.file_hex ?? "x") : null;
    const given = file
      ? { size: file.length, digest: async (name: "sha256" | "sm3") => digestText(name, hash(name, file)) }
      : undefined;
    const verdict = await verifyReceipt(utf8(vector.receipt), trusted ? [vector.chain] : [], given);
    const original = file && { name: "征收补偿协议（扫描件）.pdf", size: file.length };
    return { verdict, original, checkedAt: NOW, address: "https://node.example/verify" };
  }

  test("has what a court asks, and claims nothing about a file that was not given", async () => {
    const given = await checked("valid-sealed-single.json");
    expect(given.verdict.result).toBe("VERIFIED");
    const { read, bytes } = await made(receiptReport(words("zh-CN"), given));
    const text = flat(read.text);
    expect(bytes.length).toBeLessThan(150_000);
    for (const part of ["逐项验算", "法院审查事项", "核验时未提供文件", given.verdict.chain ?? "-"]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain("所提交文件与存入时逐字节一致");
  });

  test("with the original says that it is the one deposited", async () => {
    const given = await checked("valid-gm-suite.json", { withFile: true });
    expect(given.verdict.result).toBe("VERIFIED");
    const { read } = await made(receiptReport(words("zh-CN"), given));
    expect(flat(read.text)).toContain("所提交文件与存入时逐字节一致");
    expect(flat(read.text)).toContain("征收补偿协议（扫描件）.pdf");
  });

  test("of a receipt from another chain states no more than that it failed", async () => {
    const given = await checked("valid-sealed-single.json", { trusted: false });
    const { read } = await made(receiptReport(words("zh-CN"), given));
    const text = flat(read.text);
    expect(text).toContain("回执来自您不信任的链");
    expect(text).toContain("核验没有通过，不出具法院审查事项的说明");
    expect(text).not.toContain("已证明");
  });
});
