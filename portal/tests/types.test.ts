import { expect, test } from "vitest";
// @ts-expect-error A script of the build, without types of its own.
import { wantedTypes, writtenTypes } from "../scripts/types.mjs";

test("the types of the answers are those of the interface description (else run `npm run types`)", () => {
  expect(writtenTypes()).toBe(wantedTypes());
});
