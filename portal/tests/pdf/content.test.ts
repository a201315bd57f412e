import { beforeAll, describe, expect, test } from "vitest";
import type { Language } from "../../src/i18n";
import { certificateContent } from "../../src/pdf/certificate";
import { certificateReport } from "../../src/pdf/certificate-report";
import { type Content, textsOf } from "../../src/pdf/content";
import type { Words } from "../../src/pdf/words";
import { checkedCertificate, FIELDS, ISSUER, startWords } from "../support/documents";

let words: (language: Language) => Words;
beforeAll(async () => {
  words = await startWords();
});

function rowsOf(content: Content): string[][] {
  return content.blocks.flatMap(block =>
    block.kind === "table" ? block.rows.map(row => row.map(cell => cell.text)) : [],
  );
}

function cellBeside(content: Content, name: string): string | undefined {
  for (const row of rowsOf(content)) {
    const at = row.indexOf(name);
    if (at >= 0) return row[at + 1];
  }
  return undefined;
}

describe("the certificate", () => {
  test("has number, issuer, seal, holder, state at its height, digest, and the address that the code says", () => {
    const given = checkedCertificate();
    const content = certificateContent(words("zh-CN"), given);
    expect(content.title).toBe("异地贷款缴存使用证明");
    expect(content.issuer).toBe(ISSUER);
    expect(content.time).toBe(given.time);
    expect(cellBeside(content, "证明编号")).toBe(given.record.id);
    expect(cellBeside(content, "签发部门")).toBe(`${ISSUER} 12990100000001011T`);
    expect(cellBeside(content, "用印部门")).toBe(ISSUER);
    expect(cellBeside(content, "印章账户")).toBe(given.seal);
    expect(cellBeside(content, "持有人")).toBe("王小示");
    expect(cellBeside(content, "证明状态")).toBe("有效（账本高度 1,234，2026年9月22日 01:00:00）");
    expect(cellBeside(content, "证明摘要")).toBe(given.verdict.credential);
    expect(content.blocks.find(one => one.kind === "qr")).toMatchObject({ address: given.address });
  });

  test("names its fields in the language asked for, with the other one below", () => {
    for (const [language, label, under] of [
      ["zh-CN", "单位名称", "Employer"],
      ["en", "Employer", "单位名称"],
    ] as const) {
      const content = certificateContent(words(language), checkedCertificate());
      const cells = content.blocks.flatMap(one => (one.kind === "table" ? one.rows.flat() : []));
      expect(cells).toContainEqual({ text: label, under, names: true });
      expect(cellBeside(content, label)).toBe(FIELDS.unitaccname);
    }
  });

  test("sets sums to the right with their unit beside them", () => {
    const content = certificateContent(words("zh-CN"), checkedCertificate());
    const table = content.blocks.find(one => one.kind === "table" && one.headed);
    expect(table).toMatchObject({ columns: [{}, { align: "right" }, {}, {}, { align: "right" }, {}] });
    expect(rowsOf(content)).toContainEqual(["余额", "4408.76", "元", "未还贷款", "0.00", "元"]);
    expect(rowsOf(content)).toContainEqual(["月缴存基数", "6000.00", "元", "单位缴存比例", "8.000", "%"]);
  });

  test("of a reader with few fields says that it is an excerpt and has no other", () => {
    const given = checkedCertificate({ basenum: "6000.00", bal: "4408.76" });
    const content = certificateContent(words("zh-CN"), given);
    expect(content.blocks[0]).toMatchObject({ under: "摘录：只载明获准查阅的 2 项内容" });
    const texts = textsOf(content);
    expect(texts).toContain("4408.76");
    expect(texts).not.toContain("王小示");
    expect(texts).not.toContain("公民身份号码");
  });

  test("takes marks of other languages in a field as plain text", () => {
    const evil = "<script>alert(1)</script>{{n}} $t(app.name) (\\) Tj ET";
    const content = certificateContent(
      words("zh-CN"),
      checkedCertificate({ ...FIELDS, unitaccname: evil }, { issuerName: evil }),
    );
    expect(cellBeside(content, "单位名称")).toBe(evil);
    expect(cellBeside(content, "用印部门")).toBe(evil);
  });
});

describe("the report of a certificate", () => {
  const results = (content: Content) =>
    rowsOf(content)
      .filter(row => /^\d+$/.test(row[0] ?? ""))
      .map(row => row[2]);

  test("says each check with its result and what it rests on", () => {
    const given = checkedCertificate();
    const content = certificateReport(words("zh-CN"), given);
    expect(results(content)).toEqual(Array.from({ length: 7 }, () => "✓ 通过"));
    const texts = textsOf(content);
    for (const part of [
      "6000.00 ×（8.000% + 8.000%）应得 960.00 元",
      given.verdict.credential,
      given.chain,
      "1,234",
      "RFC 9901",
      "urn:yinxin:status-list:12990100000001011T:0",
    ]) {
      expect(texts).toContain(part);
    }
    expect(content.blocks[1]).toMatchObject({ good: true, text: "核验通过" });
  });

  test("of a revoked certificate does not call it verified", () => {
    const given = checkedCertificate();
    const revoked = { ...given, record: { ...given.record, state: "revoked" } as const };
    const content = certificateReport(words("zh-CN"), revoked);
    expect(content.blocks[1]).toMatchObject({ good: false, text: "核验不通过" });
    expect(results(content).at(-1)).toBe("× 不通过");
  });

  test("without a list of states says that it is not complete", () => {
    const given = checkedCertificate();
    const steps = given.verdict.steps.map(one =>
      one.check === "status" ? ({ check: "status", state: "absent" } as const) : one,
    );
    const verdict = { ...given.verdict, steps, status: "unknown" } as const;
    const content = certificateReport(words("en"), { ...given, verdict });
    expect(content.blocks[1]).toMatchObject({ good: false, text: "Not completely verified" });
  });
});
