import { expect, test } from "vitest";
import { numberIn } from "../src/rooms/check/check-start";

const NUMBER = `sha256:${"0a".repeat(32)}`;

test.each([
  NUMBER,
  `  ${NUMBER}\n`,
  `https://node.example/certificate/${NUMBER}`,
  `https://node.example/certificate/${encodeURIComponent(NUMBER)}?from=qr#top`,
])("the number is found in %j", text => {
  expect(numberIn(text)).toBe(NUMBER);
});

test.each(["", "sha256:0a", "%", "https://node.example/", `${NUMBER}0a`])("%j holds no number", text => {
  expect(numberIn(text)).toBeNull();
});
