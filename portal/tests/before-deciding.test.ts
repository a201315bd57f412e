// What people are told before they sign or decide: who will read it, what would be lost, whether a licence could be issued.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { readCase } from "../src/api/cases";
import { readForm } from "../src/api/forms";
import { readersOfMaterial, readItem } from "../src/api/items";
import { accreditationQuery, accreditedBy, accreditedType } from "../src/api/licences";
import { fieldFaults, Problem } from "../src/api/problem";
import { ActResult } from "../src/components/act/act-result";
import { AccreditationWarning } from "../src/components/licence/accreditation";
import { losesAnswers } from "../src/ledger/case-form";
import type { StoredAct } from "../src/store/acts";

const OWN = "1199010000000209X4";
const CENTRE = "12990100000001011T";

function item(changed: object = {}, content: object = {}) {
  const material = (name: string) => ({
    class: name,
    name: { en: name, zh: name },
    required: true,
    source: { kind: "submitted" },
  });
  const read = readItem({
    code: `${OWN}2990117001001`,
    content: { materials: [material("application"), material("plan")], ...content },
    readers: { plan: [CENTRE, OWN] },
    state: "published",
    ...changed,
  });
  if (read === null) throw new Error("unreadable");
  return read;
}

test("of each material every department is named that the process lets read it", () => {
  expect(readersOfMaterial(item(), "plan")).toEqual([OWN, CENTRE]);
  expect(readersOfMaterial(item(), "application")).toEqual([OWN]);
  expect(item({ readers: null }).readers).toBeNull();
});

test("an item without a place for the sealed answers of its form is not applied for", () => {
  const path = join(import.meta.dirname, "../../scenarios/approval/forms/small-restaurant.json");
  const form = readForm(readFileSync(path, "utf8"));
  if (form === null) throw new Error("unreadable");
  expect(losesAnswers(item(), form)).toBe(false);
  expect(losesAnswers(item({}, { materials: [] }), form)).toBe(true);
  const open = { ...form, sections: form.sections.map(one => ({ ...one, fields: [] })) };
  expect(losesAnswers(item({}, { materials: [] }), open)).toBe(false);
});

test("whether a department may issue licences of a kind is what the ledger answers, and no failure counts as a no", () => {
  const refused = (code: string) => ({ value: null, problem: new Problem({ status: 403, code }) });
  expect(accreditedType("road_permit")).toBe("licence-road-permit");
  expect(accreditedBy({ value: { basis: "accreditation" }, problem: null })).toBe(true);
  expect(accreditedBy(refused("AUTH_ISSUER_NOT_ACCREDITED"))).toBe(false);
  expect(() => accreditedBy(refused("API_UNAVAILABLE"))).toThrow();
  expect(() => accreditedBy(null)).toThrow();
});

test("before a decision it is said that its licence could not be issued, and only then", () => {
  const client = new QueryClient();
  const { queryKey } = accreditationQuery(OWN, "road-permit");
  const shown = () =>
    renderToString(
      createElement(
        QueryClientProvider,
        { client },
        createElement(AccreditationWarning, { department: OWN, kind: "road-permit" }),
      ),
    );
  expect(shown()).toBe("");
  client.setQueryData(queryKey, true);
  expect(shown()).toBe("");
  client.setQueryData(queryKey, false);
  expect(shown()).toContain("notice-warn");
});

test("a case tells which decisions have a licence that was issued", () => {
  const issued = { a: "sha256:1" };
  expect(readCase({ case: "1", state: "decided", issued })?.issued).toEqual(issued);
  expect(readCase({ case: "1", state: "decided" })?.issued).toEqual({});
});

test("a refused form names its fields, with what is wrong with each", () => {
  const problem = (detail: string, code = "DESK_FIELDS") => new Problem({ status: 400, code, detail });
  const told = fieldFaults(problem("holder_code FIELD_CITIZEN, premises FIELD_MISSING, FIELD_UNKNOWN"));
  expect(told).toEqual({ holder_code: "FIELD_CITIZEN", premises: "FIELD_MISSING" });
  expect(fieldFaults(problem("holder_code FIELD_CITIZEN", "API_REQUEST"))).toEqual({});
  expect(fieldFaults(new Error("holder_code FIELD_CITIZEN"))).toEqual({});
});

test("what became of an application has the number of the case in it", () => {
  const act = {
    operation: "approval.submit",
    state: "final",
    end: { height: 7, time: 1_790_000_000_000, outcome: { case: `${OWN}2990117001001-1` } },
  } as unknown as StoredAct;
  const shown = renderToString(createElement(MemoryRouter, null, createElement(ActResult, { act })));
  expect(shown).toContain(`${OWN}2990117001001-1`);
});
