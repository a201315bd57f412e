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
