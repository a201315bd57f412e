// Decision tables: the facts that columns read, what is shown of a file, where findings stand, and what a person fills in.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DmnModdle } from "dmn-moddle";
import { describe, expect, test } from "vitest";
import { BLANK } from "../src/diagrams/tables/blank";
import {
  completeFacts,
  decisionsOf,
  isFactName,
  type Part,
  partOf,
  partsOf,
  renameDecision,
  tableOf,
} from "../src/diagrams/tables/model";
import { placeOf } from "../src/diagrams/tables/place";
import { readDecisions } from "../src/diagrams/tables/read";
import { translator } from "../src/diagrams/tables/words";
import { factOf, linesOf } from "../src/rooms/decisions/facts";

const RISK = readFileSync(
  join(import.meta.dirname, "../../scenarios/approval/processes/licence-risk.dmn"),
  "utf8",
);

/** A document as the editor holds it, to be changed and written. */
async function opened(xml: string) {
  const moddle = new DmnModdle();
  const definitions = partOf((await moddle.fromXML(xml, "dmn:Definitions")).rootElement);
  if (definitions === null) throw new Error("no definitions");
  const create = (type: string, properties: Record<string, unknown>) => moddle.create(type, properties);
  return {
    definitions,
    create,
    decision: (id: string): Part => {
      const found = decisionsOf(definitions).find(one => one.id === id);
      if (found === undefined) throw new Error(`no ${id}`);
      return found;
    },
    written: async () => {
      completeFacts(definitions, create);
      return (await moddle.toXML(definitions, { format: true })).xml;
    },
  };
}

function column(table: Part | null, at: number): Part {
  const found = partsOf(table, "input")[at];
  const expression = partOf(found?.get("inputExpression"));
  if (expression === null) throw new Error(`no column ${at}`);
  return expression;
}

describe("the facts of a table", () => {
  test("a column that reads a new name gets its fact, with the type of the column", async () => {
    const { decision, written } = await opened(BLANK);
    const table = tableOf(decision("new-decision"));
    column(table, 0).set("text", "height_m");
    column(table, 0).set("typeRef", "string");
    const [only] = (await readDecisions(await written())).decisions;
    expect(only?.facts).toEqual([{ name: "height_m", type: "string", decision: false }]);
  });

  test("what nothing reads any more goes, and what an expression still names stays", async () => {
    const { decision, written } = await opened(BLANK);
    column(tableOf(decision("new-decision")), 0).set("text", "floor_area * 2");
    expect((await readDecisions(await written())).decisions[0]?.facts).toHaveLength(1);
    column(tableOf(decision("new-decision")), 0).set("text", "1");
    const after = await written();
    expect((await readDecisions(after)).decisions[0]?.facts).toEqual([]);
    expect(after).not.toContain("inputData");
  });

  test("facts that somebody drew stay as they were, and nothing is made twice", async () => {
    const { decision, written, definitions } = await opened(RISK);
    const before = await readDecisions(RISK);
    expect(await readDecisions(await written())).toEqual(before);
    column(tableOf(decision("licence-risk")), 0).set("text", "floor_area");
    await written();
    const inputs = partsOf(definitions, "drgElement").filter(one => one.$type === "dmn:InputData");
    expect(inputs.map(one => one.id)).toEqual(["area-input", "crowded-input"]);
  });

  test("a column that names another decision of the document requires it", async () => {
    const two = RISK.replace(
      "<dmndi:DMNDI>",
      `<decision id="fee" name="fee"><decisionTable id="fee-table"><input id="fee-in"><inputExpression id="fee-x">
      <text>level</text></inputExpression></input><output id="fee-out" /></decisionTable></decision><dmndi:DMNDI>`,
    ).replaceAll("风险 Risk", "level");
    const { written } = await opened(two);
    const read = await readDecisions(await written());
    expect(read.decisions[1]?.facts).toEqual([{ name: "level", type: "string", decision: true }]);
  });

  test("only a name is the name of a fact", () => {
    expect(["floor_area", "建筑面积", "_x1"].every(isFactName)).toBe(true);
    expect(["1", "a b", "a.b", "true", "not", "a+b", ""].some(isFactName)).toBe(false);
  });

  test("another identifier is taken over by what refers to the decision", async () => {
    const { definitions, decision, create, written } = await opened(RISK);
    const requirement = create("dmn:InformationRequirement", {
      id: "r",
      requiredDecision: create("dmn:DMNElementReference", { href: "#licence-risk" }),
    });
    const other = create("dmn:Decision", {
      id: "other",
      name: "other",
      informationRequirement: [requirement],
    });
    definitions.set("drgElement", [...partsOf(definitions, "drgElement"), other]);
    renameDecision(definitions, decision("licence-risk"), "shop-risk");
    const xml = await written();
    expect(xml).toContain('<decision id="shop-risk"');
    expect(xml).toContain('requiredDecision href="#shop-risk"');
    expect(xml).not.toContain('href="#licence-risk"');
  });
});

describe("a file", () => {
  test("is the same when it was written and read again", async () => {
    const { written } = await opened(RISK);
    const once = await written();
    const again = await (await opened(once)).written();
    expect(again).toBe(once);
  });

  test("is shown as a table", async () => {
    const read = await readDecisions(RISK);
    const table = read.decisions[0]?.table;
    expect(table?.policy).toBe("UNIQUE");
    expect(table?.inputs.map(one => [one.label, one.expression, one.type])).toEqual([
      ["人员密集 Crowded", "crowded", "boolean"],
      ["建筑面积 Floor area", "floor_area", "number"],
    ]);
    expect(table?.rules[0]).toMatchObject({
      id: "crowded",
      inputs: ["true", ">= 0"],
      outputs: ['"high"'],
      notes: ["消防法 §15"],
    });
    expect(table?.notes).toEqual(["依据 Basis"]);
  });

  test("that is none is refused", async () => {
    await expect(readDecisions("<html/>")).rejects.toThrow();
    await expect(readDecisions("no file")).rejects.toThrow();
  });

  test("leads from what was found to its rule and column", async () => {
    const read = await readDecisions(RISK);
    expect(placeOf(read, "i4")).toEqual({
      decision: "licence-risk",
      rule: 2,
      column: "建筑面积 Floor area",
    });
    expect(placeOf(read, "o3")).toEqual({ decision: "licence-risk", rule: 3, column: "risk" });
    expect(placeOf(read, "huge")).toEqual({ decision: "licence-risk", rule: 4, column: null });
    expect(placeOf(read, "area-column")?.column).toBe("建筑面积 Floor area");
    expect(placeOf(read, "licence-risk")).toEqual({ decision: "licence-risk", rule: null, column: null });
    expect(placeOf(read, "nothing")).toBeNull();
  });
});

describe("what is filled in for a trial", () => {
  test("becomes what a case would hold", () => {
    expect(factOf("number", " 12.5 ")).toEqual({ value: "12.5" });
    expect(factOf("boolean", "false")).toEqual({ value: false });
    expect(factOf("string", "a ")).toEqual({ value: "a " });
    expect(factOf("list", "[1, 2]")).toEqual({ value: [1, 2] });
    expect(factOf("list", "[1,")).toBe("wrong");
    expect(factOf("date", "")).toBe("nothing");
  });

  test("an answer is read by names", () => {
    expect(linesOf("low")).toEqual([["", "low"]]);
    expect(linesOf({ fee: 12, kind: "a" })).toEqual([
      ["fee", "12"],
      ["kind", "a"],
    ]);
    expect(linesOf([1, 2])).toEqual([["", "[1,2]"]]);
  });
});

test("the words of the editor are those of the portal", () => {
  expect(translator("zh-CN")("Hit policy")).toBe("命中策略");
  expect(
    translator("zh-CN")("Expression language: {expressionLanguageLabel}", {
      expressionLanguageLabel: "FEEL",
    }),
  ).toBe("表达式语言：FEEL");
  expect(translator("en")("Hit policy")).toBe("Hit policy");
});
