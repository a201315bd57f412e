import { describe, expect, test } from "vitest";
import { formatSize, formatTime, fromShanghaiField, shorten } from "../src/components/format";
import { captureErrors } from "../src/rooms/deposit/form";

const MORNING = Date.UTC(2026, 2, 1, 16, 30);

test("times are those of Asia/Shanghai wherever the reader is", () => {
  expect(formatTime(MORNING, "zh-CN")).toContain("2026年3月2日");
  expect(formatTime(MORNING, "zh-CN")).toContain("00:30:00");
  expect(formatTime(MORNING, "en")).toContain("2 Mar 2026");
  expect(fromShanghaiField("2026-03-02T00:30")).toBe(MORNING);
  for (const text of ["", "x", "2026-13-01T00:00"]) expect(fromShanghaiField(text)).toBeNull();
});

test("sizes have three digits and digests keep their recognisable ends", () => {
  expect(formatSize(0, "en")).toBe("0 B");
  expect(formatSize(999, "en")).toBe("999 B");
  expect(formatSize(1234567, "en")).toBe("1.23 MB");
  expect(shorten(`sm3:${"0123456789".repeat(6)}abcd`)).toBe("sm3:01234567…89abcd");
  expect(shorten("short")).toBe("short");
});

describe("the capture block", () => {
  const good = {
    kind: "sealed" as const,
    batch: true,
    withCapture: true,
    capture: {
      tool: "采集浏览器",
      tool_version: "1",
      environment: "清洁",
      from: "2026-03-02T09:00",
      to: "2026-03-02T09:30",
      operator: "",
      source: "",
      title: "",
    },
  };
  const withField = (part: Partial<typeof good.capture>) =>
    captureErrors({ ...good, capture: { ...good.capture, ...part } });

  test("is complete with its public part, and not asked for where it is not wanted", () => {
    expect(captureErrors(good)).toEqual({});
    expect(captureErrors({ ...good, withCapture: false, capture: { ...good.capture, tool: "" } })).toEqual(
      {},
    );
  });

  test("names each field that the chain would refuse", () => {
    expect(withField({ tool: " \t" })).toEqual({ tool: "required" });
    expect(withField({ tool: "具".repeat(43) })).toEqual({ tool: "tooLong" });
    expect(withField({ tool_version: "9".repeat(65) })).toEqual({ tool_version: "tooLong" });
    expect(withField({ environment: "境".repeat(342) })).toEqual({ environment: "tooLong" });
    expect(withField({ from: "" })).toEqual({ from: "required" });
    expect(withField({ to: "2026-03-02T08:00" })).toEqual({ to: "order" });
    expect(withField({ to: "2999-01-01T00:00" })).toEqual({ to: "future" });
  });
});
