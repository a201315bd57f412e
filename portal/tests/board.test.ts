import { describe, expect, test } from "vitest";
import { type BoardItem, type BoardStep, readBoardItem, readStepped } from "../src/api/board";
import type { Session } from "../src/api/session";
import { roomsFor } from "../src/app/rooms";
import { toCsv } from "../src/components/csv";
import {
  actualDays,
  bottlenecks,
  correctionsPer100,
  openOf,
  ordered,
  periods,
  promisedDays,
} from "../src/rooms/board/figures";

function item(code: string, flows: object, standing: object = {}): BoardItem {
  const read = readBoardItem({
    flows,
    item: code,
    name: { en: `name ${code}`, zh: `名称${code}` },
    process: { key: "plain-licence", version: 1 },
    standing,
    version: 1,
  });
  if (read === null) throw new Error("the row does not read");
  return read;
}

describe("figures of the board", () => {
  test("average what was decided, and say nothing where nothing was", () => {
    const flows = {
      actual_days: 25,
      approved: 1,
      refused: 1,
      promised: 2,
      promised_days: 20,
      submitted: 8,
      corrected: 2,
    };
    const row = item("a", flows, { green: 3, yellow: 2, red: 1, suspended: 1 });
    expect(actualDays(row.flows)).toBe(12.5);
    expect(promisedDays(row.flows)).toBe(10);
    expect(correctionsPer100(row.flows)).toBe(25);
    expect(openOf(row.standing)).toBe(6);
    const none = item("b", {});
    expect([actualDays(none.flows), promisedDays(none.flows), correctionsPer100(none.flows)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  test("come in the order that is asked for", () => {
    const rows = [
      item("a", { submitted: 1, corrected: 1 }, { green: 5 }),
      item("b", { submitted: 9, actual_days: 30, approved: 1 }, { red: 1 }),
      item("c", { submitted: 9 }, { yellow: 2 }),
    ];
    const codes = (order: Parameters<typeof ordered>[1]) =>
      ordered(rows, order, row => row.name.en ?? "").map(row => row.item);
    expect(codes("waiting")).toEqual(["a", "c", "b"]);
    expect(codes("red")).toEqual(["b", "c", "a"]);
    expect(codes("submitted")).toEqual(["b", "c", "a"]);
    expect(codes("corrections")).toEqual(["a", "b", "c"]);
    expect(codes("actual")).toEqual(["b", "a", "c"]);
    expect(codes("name")).toEqual(["a", "b", "c"]);
  });

  test("mark where the most wait and where it takes the longest, and no step that is idle", () => {
    const step = (name: string, more: object) => ({ step: name, name, ...more });
    const read = readStepped({
      flows: {},
      item: "a",
      name: {},
      process: {},
      standing: {},
      steps: [
        step("review", { waiting: 4, taken: 10, seconds: 1000 }),
        step("propose", { waiting: 1, taken: 2, seconds: 4000 }),
        step("audit", {}),
      ],
      version: 1,
    });
    const hot = bottlenecks(read?.steps ?? []);
    expect([...hot]).toEqual([
      ["review", ["waiting"]],
      ["propose", ["slow"]],
    ]);
    const idle: readonly BoardStep[] = (read?.steps ?? []).filter(one => one.step === "audit");
    expect(bottlenecks(idle).size).toBe(0);
  });

  test("are asked for by months of Shanghai and by the years they touch", () => {
    // 2026-01-01, half past midnight in Shanghai.
    const offered = periods(Date.parse("2025-12-31T16:30:00Z"));
    expect(offered.slice(0, 2)).toEqual(["2026-01", "2025-12"]);
    expect(offered.slice(-2)).toEqual(["2026", "2025"]);
    expect(offered).toHaveLength(14);
  });
});

describe("a table as CSV", () => {
  test("runs no formula, whatever somebody has named an item", () => {
    const evil = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\t=1", " =1", "\r=1"];
    for (const text of evil) {
      const [, cell = ""] = /^\ufeff"?([\s\S]*?)"?\r\n$/.exec(toCsv([[text]])) ?? [];
      expect(cell.startsWith("'"), JSON.stringify(text)).toBe(true);
    }
    expect(toCsv([[-1.5, 0, null]])).toBe("\ufeff-1.5,0,\r\n");
  });

  test("keeps commas, quotes and line breaks inside of their cell", () => {
    expect(toCsv([["a,b", 'say "yes"', "two\nlines", "plain"]])).toBe(
      '\ufeff"a,b","say ""yes""","two\nlines",plain\r\n',
    );
  });
});

test("the board is offered to who supervises, and to nobody else", () => {
  const session = (grade: number, roles: readonly string[], scope: readonly string[]): Session => ({
    account: "a",
    code: null,
    height: 1,
    kind: "person",
    party: "p",
    posts: [
      { body: "b", grade, kind: "post", mandate: "m", name: null, principal: "q", roles, scope, until: null },
    ],
    state: "active",
  });
  const offered = (...given: Parameters<typeof session>) => roomsFor(session(...given)).includes("board");
  expect(offered(2, ["audit"], ["approval.board"])).toBe(true);
  expect(offered(2, ["data"], ["approval."])).toBe(true);
  expect(offered(3, [], ["approval."])).toBe(true);
  expect(offered(2, [], ["approval."])).toBe(false);
  expect(offered(1, ["audit"], ["approval.board"])).toBe(false);
  expect(offered(4, ["audit"], ["sharing."])).toBe(false);
  expect(roomsFor(null).includes("board")).toBe(false);
});
