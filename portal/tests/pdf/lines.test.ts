import { expect, test } from "vitest";
import { breakLines } from "../../src/pdf/lines";

/** A Chinese character is two wide, everything else one. */
const measure = (text: string) => [...text].reduce((sum, one) => sum + (/[ -~]/.test(one) ? 1 : 2), 0);

const TEXT =
  "甲市示例区建设路一号院（东区）三栋二单元，原“示例”小区；邮编：990100。《条例》第十八条规定：缴存比例不低于 5%，不高于 12%！";

test("no line begins with a closing mark or ends with an opening one, at any width", () => {
  for (let width = 8; width < 60; width += 1) {
    const lines = breakLines(TEXT, width, measure);
    expect(lines.join("").replaceAll(" ", "")).toBe(TEXT.replaceAll(" ", ""));
    for (const line of lines) {
      expect(line, `width ${width}`).not.toMatch(/^[，。；：！？、）》”]/u);
      expect(line, `width ${width}`).not.toMatch(/[（《“]$/u);
      expect(measure(line), line).toBeLessThanOrEqual(width);
    }
  }
});

test("numbers and words stay whole, and only what is wider than a line is cut", () => {
  expect(breakLines("余额 4408.76 元", 9, measure)).toEqual(["余额", "4408.76", "元"]);
  expect(breakLines("sm3:0123456789", 6, measure)).toEqual(["sm3:01", "234567", "89"]);
  expect(breakLines("the certificate", 8, measure)).toEqual(["the", "certific", "ate"]);
});

test("a line that was ended in the text ends, and an empty text is one empty line", () => {
  expect(breakLines("甲\n乙", 20, measure)).toEqual(["甲", "乙"]);
  expect(breakLines("", 20, measure)).toEqual([""]);
});
