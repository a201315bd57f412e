// The proposal to upgrade a scenario, from what the form holds and what the node tells.

import { describe, expect, it } from "vitest";
import type { ScenarioStatus, ValidatorStatus } from "../src/api/types";
import { isReady } from "../src/components/act/readiness";
import { EMPTY_FORM } from "../src/rooms/governance/form";
import { upgradeContent } from "../src/rooms/governance/upgrades";

const scenarios: readonly ScenarioStatus[] = [
  { active: 1, newest: 2, planned: null, running: null, scenario: "evidence" },
  { active: 3, newest: 4, planned: { height: 900, to: 4 }, running: null, scenario: "sharing" },
];
const heights = { now: 100, notice: 100, offered: 264 };
const form = { ...EMPTY_FORM, kind: "upgrade" as const };

describe("an upgrade", () => {
  it("leads to the next version, from the height that is offered or typed", () => {
    const chosen = { ...form, scenario: "evidence" };
    expect(upgradeContent(chosen, scenarios, heights)).toEqual({ height: 264, scenario: "evidence", to: 2 });
    const typed = { ...chosen, height: "200" };
    expect(upgradeContent(typed, scenarios, heights)).toEqual({ height: 200, scenario: "evidence", to: 2 });
  });

  it("is withdrawn where one waits", () => {
    const chosen = { ...form, scenario: "sharing" };
    expect(upgradeContent(chosen, scenarios, heights)).toEqual({ height: null, scenario: "sharing", to: 4 });
  });

  it("is not complete without a scenario of the chain or with a height that is too near", () => {
    expect(upgradeContent(form, scenarios, heights)).toBeNull();
    for (const height of ["199", "1e3", "-1"]) {
      expect(upgradeContent({ ...form, scenario: "evidence", height }, scenarios, heights)).toBeNull();
    }
    expect(upgradeContent({ ...form, scenario: "evidence" }, scenarios, null)).toBeNull();
  });
});

it("a member is ready, is not, or was not heard", () => {
  const member = (newest: number | null): ValidatorStatus => ({
    code: "",
    connected: true,
    name: "",
    self: false,
    validator: "",
    versions: newest === null ? null : [{ newest, scenario: "evidence" }],
  });
  expect([2, 3, 1, null].map(newest => isReady(member(newest), "evidence", 2))).toEqual([
    true,
    true,
    false,
    null,
  ]);
});
