// The drawing of processes: what is read of an element, what is offered, and the words of the tool.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BpmnModdle } from "bpmn-moddle";
import { describe, expect, test } from "vitest";
import { BLANK } from "../src/diagrams/blank";
import { DESCRIPTOR } from "../src/diagrams/descriptor";
import { type Part, selectedOf } from "../src/diagrams/elements";
import { offered } from "../src/diagrams/supported";
import { translator } from "../src/diagrams/words";
import { fits, variablesOf } from "../src/rooms/processes/answers";
import { labelOf, toldOf } from "../src/rooms/processes/called";
import { deadlineOf, deadlineWords } from "../src/rooms/processes/deadline";

const SAMPLE = readFileSync(
  join(import.meta.dirname, "../../crates/workflow/tests/processes/renovation.bpmn"),
  "utf8",
);

async function read(
  xml: string,
): Promise<{ readonly root: unknown; readonly parts: Readonly<Record<string, Part>> }> {
  const { rootElement, elementsById } = await new BpmnModdle({ yx: DESCRIPTOR }).fromXML(xml);
  return { root: rootElement, parts: elementsById as unknown as Record<string, Part> };
}

async function selected(xml: string, id: string) {
  const { parts } = await read(xml);
  const part = parts[id];
  if (part === undefined) throw new Error(`no ${id}`);
  return selectedOf({ id, businessObject: part });
}

describe("an element of a drawing", () => {
  test("a step shows its duty", async () => {
    const step = await selected(SAMPLE, "planning");
    expect(step.kind).toBe("step");
    expect(step.name).toBe("规划审查 Planning review");
    expect(step.values).toMatchObject({
      role: "reviewer",
      grade: "2",
      twoOfficers: "true",
      notSameAs: "accept",
      deadline: "15 working days",
      atExpiry: "escalate",
      materials: "plan",
      department: "",
    });
  });

  test("a lane, a flow, a timer and a message show what they say", async () => {
    expect((await selected(SAMPLE, "lane-fire")).values.department).toBe("fire");
    const declined = await selected(SAMPLE, "flow-declined");
    expect(declined.values).toEqual({ condition: 'acceptance = "decline"', default: "" });
    expect(declined.chosen).toBe(true);
    expect((await selected(SAMPLE, "flow-accepted")).values.default).toBe("true");
    expect((await selected(SAMPLE, "flow-fire")).chosen).toBe(false);
    expect((await selected(SAMPLE, "reminder")).values).toEqual({ duration: "P10D", days: "working" });
    expect((await selected(SAMPLE, "remind")).values).toEqual({ message: "reminder" });
    expect((await selected(SAMPLE, "renovation")).values).toEqual({ key: "renovation" });
    expect((await selected(SAMPLE, "split")).values).toEqual({});
  });

  test("what the tool writes keeps our attributes in our namespace", async () => {
    const { root } = await read(SAMPLE);
    const { xml } = await new BpmnModdle({ yx: DESCRIPTOR }).toXML(root as never);
    expect(xml).toContain('xmlns:yx="urn:yinxin:process:1"');
    for (const attribute of ['yx:atExpiry="deem-accepted"', 'yx:twoOfficers="true"', 'yx:days="working"']) {
      expect(xml).toContain(attribute);
    }
  });

  test("the blank drawing is one that the library reads", async () => {
    expect((await selected(BLANK, "pool")).values).toEqual({ key: "new-process" });
    expect((await selected(BLANK, "lane-1")).kind).toBe("lane");
  });
});

test("every colour of a mark is one that the portal has: an unknown one takes the outline away", () => {
  const sheet = (name: string) => readFileSync(join(import.meta.dirname, "../src", name), "utf8");
  const known = new Set([...sheet("styles/base.css").matchAll(/^\s*(--[\w-]+):/gm)].map(([, name]) => name));
  const used = [...sheet("diagrams/drawing.css").matchAll(/var\((--[\w-]+)/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(0);
  expect(used.filter(name => !known.has(name))).toEqual([]);
});

test("what a ledger does not execute is not offered", () => {
  for (const refused of ["append-script-task", "append-transaction", "append-signal-end"]) {
    expect(offered(refused)).toBe(false);
  }
  for (const kept of ["append-user-task", "toggle-parallel-mi", "append-timer-boundary"]) {
    expect(offered(kept)).toBe(true);
  }
});

test("the words of the tool are those of our glossary, and English stays as it is", () => {
  expect(translator("zh-CN")("Add lane above")).toBe("在上方添加泳道");
  expect(translator("zh-CN")("no such words {n}", { n: "3" })).toBe("no such words 3");
  expect(translator("en")("Add lane above")).toBe("Add lane above");
});

test("answers that conditions read are given as what they are compared with, and left out where they are empty", () => {
  const answers = [
    { name: "days", of: "number" },
    { name: "urgent", of: "boolean" },
    { name: "kind", of: "text" },
    { name: "other", of: "text" },
  ];
  const typed = { days: " 31 ", urgent: "false", kind: "half", other: "" };
  expect(variablesOf(answers, typed)).toEqual({ days: 31, urgent: false, kind: "half" });
  const [days] = answers;
  if (days === undefined) throw new Error("no answer");
  expect(["31", "-5", ""].map(text => fits(days, text))).toEqual([true, true, true]);
  expect(["1.5", "many", "1e3"].map(text => fits(days, text))).toEqual([false, false, false]);
});

describe("a finding", () => {
  const step = {
    id: "Activity_1u8m20c",
    tag: "task",
    kind: "step",
    name: "拟办 Draft",
    ends: [],
    values: {},
    repeated: false,
    chosen: false,
  } as const;
  const gateway = {
    ...step,
    id: "Gateway_0abcdef",
    tag: "exclusiveGateway",
    kind: "other",
    name: "",
  } as const;
  const flow = {
    ...step,
    id: "Flow_0537myb",
    tag: "sequenceFlow",
    kind: "flow",
    name: "",
    ends: [gateway, step],
  } as const;
  const parts = [step, gateway, flow];
  const word = ({ tag }: { tag: string }) => (tag === "task" ? "步骤" : "排他网关");
  const attribute = (name: string) => (name === "notSameAs" ? "不得与下列步骤同一人" : undefined);
  const words = { language: "zh-CN", word, attribute };

  test("names the element as it is drawn, its kind and attribute in the language of the page", () => {
    const finding = {
      element: "task",
      id: step.id,
      zh: `<task>“${step.id}”的引用 yx:notSameAs=review 不存在，见 ${flow.id}。yx:other`,
      en: "",
    };
    expect(toldOf(finding, parts, words)).toBe(
      "步骤“拟办”的引用 不得与下列步骤同一人=review 不存在，见 排他网关 → 拟办。yx:other",
    );
  });

  test("keeps the identifier of what is not drawn or has nothing written on it", () => {
    expect(labelOf(undefined, "collaboration", "en", word)).toBe("collaboration");
    expect(labelOf(gateway, gateway.id, "en", word)).toBe(gateway.id);
    expect(labelOf(step, step.id, "en", word)).toBe("Draft");
  });
});

test("a deadline is a number and a unit, and what is neither is not guessed", () => {
  for (const words of ["15 working days", "1 days", "3 months", "12 hours"]) {
    const parts = deadlineOf(words);
    expect(parts && deadlineWords(parts.count, parts.unit)).toBe(words);
  }
  expect(deadlineOf("1 working day")).toEqual({ count: "1", unit: "working days" });
  for (const words of ["五个工作日", "0 days", "5", "5 weeks", ""]) expect(deadlineOf(words)).toBeNull();
  expect(deadlineWords(" ", "days")).toBe("");
});
