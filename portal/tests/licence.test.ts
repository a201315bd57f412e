import { beforeAll, describe, expect, test } from "vitest";
import { type Licence, readLicence, readLicenceCase } from "../src/api/licences";
import type { Language } from "../src/i18n";
import { statusPlace } from "../src/ledger/certificate";
import { type Content, textsOf } from "../src/pdf/content";
import { type CheckedLicence, licenceContent } from "../src/pdf/licence";
import { makePdf } from "../src/pdf/make";
import type { Words } from "../src/pdf/words";
import { edIssuer, issue, present } from "./support/certificates";
import { fontOfBuild, ISSUER, NOW, startWords } from "./support/documents";

const ID = `sha256:${"5f".repeat(32)}`;
const CODE = "12990100000001011T";

/** An answer of the ledger about a licence. */
const ANSWER = {
  credential: `sha256:${"ab".repeat(32)}`,
  extended: false,
  extended_until_ms: null,
  fields: [{ label: { en: "Area", zh: "面积" }, name: "area" }],
  from_ms: 1_790_000_000_000,
  issued: { height: 9, time: 1_790_000_001_000 },
  issuer: CODE,
  item: `${CODE}3990117002011`,
  kind: "shop",
  licence: ID,
  name: { en: "Shop licence", zh: "经营许可证" },
  number: `${CODE}3990117002011202611250001-1`,
  replaced_by: null,
  state: "valid",
  status: { index: 7, list: 10_000 },
  until_ms: 1_821_536_000_000,
};

function licence(changed: object = {}): Licence {
  const read = readLicence({ ...ANSWER, ...changed }, ID);
  if (read === null) throw new Error("unreadable");
  return read;
}

describe("an answer about a licence", () => {
  test("is read, with its moments and the names of its fields", () => {
    expect(licence()).toMatchObject({
      state: "valid",
      name: { zh: "经营许可证" },
      issued: 1_790_000_001_000,
      from: 1_790_000_000_000,
      extendedUntil: null,
      fields: [{ name: "area", label: { en: "Area" } }],
    });
  });

  test("with a state that is not known is not taken for a valid one", () => {
    for (const wrong of [{ state: "odd" }, { state: undefined }, { issuer: 7 }]) {
      expect(readLicence({ ...ANSWER, ...wrong }, ID)).toBeNull();
    }
    expect(readLicence(null, ID)).toBeNull();
  });
});

test("the lists of licences are found by their names, beside those of certificates", () => {
  const issuer = edIssuer("licences");
  const place = (list: string) =>
    statusPlace(
      present(
        issue(
          issuer,
          {},
          { status: { status_list: { idx: 7, uri: `urn:yinxin:status-list:${CODE}:${list}` } } },
        ),
        [],
      ),
    );
  expect(place("10000")).toEqual({ issuer: CODE, list: 10_000 });
  expect(place("0")).toEqual({ issuer: CODE, list: 0 });
  expect(place("010000")).toBeNull();
  expect(place("100000")).toBeNull();
});

describe("the licence on paper", () => {
  let words: (language: Language) => Words;
  beforeAll(async () => {
    words = await startWords();
  });

  const given = (changed: Partial<CheckedLicence> = {}): CheckedLicence => ({
    record: licence(),
    height: 1234,
    time: NOW,
    claims: { area: "120", holder: "王小示", holder_code: "990101199003150015" },
    issuerName: ISSUER,
    seal: "ed25519:00",
    chainName: "印信示范链",
    address: `https://node.example/licence/${encodeURIComponent(ID)}`,
    ...changed,
  });

  function beside(content: Content, name: string): string | undefined {
    const rows = content.blocks.flatMap(block => (block.kind === "table" ? block.rows : []));
    for (const row of rows) {
      const at = row.findIndex(cell => cell.text === name);
      if (at >= 0) return row[at + 1]?.text;
    }
    return undefined;
  }

  test("has name, number, issuer, holder, content, state at its height and the address that the code says", () => {
    const content = licenceContent(words("zh-CN"), given());
    expect(content.title).toBe("经营许可证");
    expect(content.issuer).toBe(ISSUER);
    expect(beside(content, "证件编号")).toBe(ANSWER.number);
    expect(beside(content, "持证人")).toBe("王小示");
    expect(beside(content, "面积")).toBe("120");
    expect(beside(content, "证件状态")).toContain("有效（账本高度 1,234");
    expect(content.blocks[0]).toMatchObject({ under: null });
    expect(content.blocks.find(one => one.kind === "qr")).toMatchObject({ address: given().address });
    const english = licenceContent(words("en"), given());
    expect(english.title).toBe("Shop licence");
    expect(beside(english, "Area")).toBe("120");
  });

  test("of a reader with few fields says that it is an excerpt and has no other", () => {
    const content = licenceContent(words("zh-CN"), given({ claims: { area: "120" } }));
    expect(content.blocks[0]).toMatchObject({ under: "摘录：只载明其中 1 项内容" });
    expect(textsOf(content)).not.toContain("王小示");
  });

  test("says until when the law extends it, and that one without an end has none", () => {
    const extended = licence({ extended: true, extended_until_ms: 1_853_072_000_000 });
    const content = licenceContent(words("zh-CN"), given({ record: extended }));
    expect(beside(content, "依法延续至")).toContain("行政许可法第五十条");
    const endless = licenceContent(words("zh-CN"), given({ record: licence({ until_ms: null }) }));
    expect(textsOf(endless)).toContain("长期有效");
  });

  test("is one page with its font in both languages", async () => {
    for (const language of ["zh-CN", "en"] as const) {
      const made = await makePdf(licenceContent(words(language), given()), fontOfBuild);
      expect(made.missing).toEqual([]);
      expect(new TextDecoder("latin1").decode(made.bytes)).toMatch(/\/Count 1\b/);
    }
  });

  test("a revoked one says so", () => {
    const content = licenceContent(words("zh-CN"), given({ record: licence({ state: "revoked" }) }));
    expect(beside(content, "证件状态")).toContain("已撤销");
  });
});

describe("a case as the desk sees it", () => {
  const CASE = {
    acts: [
      { id: "sha256:aa", in_effect: false, what: { act: "decision" } },
      { id: "sha256:bb", in_effect: true, what: { act: "decision" } },
    ],
    answers: { area: 120 },
    applicant: { code: null, party: "sha256:cc" },
    case: "1",
    department: CODE,
    issued: { "sha256:aa": "sha256:dd" },
    licence: { kind: "shop" },
    materials: { plan: { commitment: "sha256:ee", holder: CODE } },
    state: "decided",
  };
  const ITEM = {
    content: {
      decision: {
        licence: {
          fields: [
            { answer: "area", label: { en: "Area", zh: "面积" }, name: "area" },
            { label: { en: "Premises", zh: "经营场所" }, name: "premises" },
          ],
          kind: "shop",
          name: { en: "Shop licence", zh: "经营许可证" },
        },
      },
    },
  };

  test("asks for the fields that the ledger does not know, and is issued once for each decision", () => {
    const read = readLicenceCase(CASE, ITEM);
    expect(read?.written.map(one => one.name)).toEqual(["premises"]);
    expect(read).toMatchObject({
      decided: true,
      issued: null,
      joined: false,
      materials: { plan: "sha256:ee" },
    });
    const issued = readLicenceCase({ ...CASE, issued: { "sha256:bb": "sha256:ff" } }, ITEM);
    expect(issued?.issued).toBe("sha256:ff");
    const sealed = readLicenceCase({ ...CASE, answers: {} }, ITEM);
    expect(sealed?.written.map(one => one.name)).toEqual(["area", "premises"]);
  });

  test("without a licence in its item gives none, and what is no case is none", () => {
    expect(readLicenceCase(CASE, { content: { decision: {} } })).toMatchObject({ name: null, written: [] });
    expect(readLicenceCase({ ...CASE, case: 1 }, ITEM)).toBeNull();
    expect(readLicenceCase(null, ITEM)).toBeNull();
  });
});
