// Posts as the ledger answers them: in force, ended with a reason, and what is not of the form is none.

import { expect, test } from "vitest";
import { readMandate } from "../src/api/mandates";

const DIGEST = `sha256:${"11".repeat(32)}`;
const HOLDER = `sha256:${"22".repeat(32)}`;

function answered(ended: unknown): unknown {
  return {
    alive: ended === null,
    id: DIGEST,
    mandate: {
      ended,
      from: 1000,
      grade: 2,
      granted: { height: 3, time: 1000 },
      grantor: DIGEST,
      holder: HOLDER,
      kind: "post",
      principal: DIGEST,
      scope: ["governance."],
      until: null,
    },
  };
}

test("a post in force has its holder, grade, scope and term", () => {
  expect(readMandate(answered(null))).toEqual({
    alive: true,
    grantor: DIGEST,
    ended: null,
    from: 1000,
    grade: 2,
    granted: { height: 3, time: 1000 },
    holder: HOLDER,
    id: DIGEST,
    kind: "post",
    principal: DIGEST,
    scope: ["governance."],
    until: null,
  });
});

test("a post that ended says when, by whom and why, and an unknown reason is none", () => {
  const at = { height: 9, time: 2000 };
  const ended = (by: string, reason?: string) => readMandate(answered({ at, by, reason }))?.ended;
  expect(ended(DIGEST, "moved")).toEqual({ height: 9, time: 2000, resigned: false, reason: "moved" });
  expect(ended(HOLDER, "resigned")).toEqual({ height: 9, time: 2000, resigned: true, reason: "resigned" });
  expect(ended(DIGEST)?.reason).toBeNull();
  expect(ended(DIGEST, "he drinks")?.reason).toBeNull();
});

test("what is no mandate is none", () => {
  for (const wrong of [null, [], "x", {}, { id: DIGEST }, { id: DIGEST, mandate: [] }])
    expect(readMandate(wrong)).toBeNull();
});
