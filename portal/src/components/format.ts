// Numbers, sizes, times and digests as people read them.

import type { Language } from "../i18n";

/** The law's days are those of Asia/Shanghai, wherever the reader is. */
const ZONE = "Asia/Shanghai";

const times = new Map<Language, Intl.DateTimeFormat>();

function timeFormat(language: Language): Intl.DateTimeFormat {
  let format = times.get(language);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", {
      timeZone: ZONE,
      year: "numeric",
      month: language === "en" ? "short" : "long",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    times.set(language, format);
  }
  return format;
}

/** A moment in Asia/Shanghai, to the second. */
export function formatTime(ms: number, language: Language): string {
  return timeFormat(language).format(ms);
}

/** A whole number with separators. */
export function formatCount(count: number, language: Language): string {
  return count.toLocaleString(language);
}

/** A length in bytes: exact below a kilobyte, three digits above. */
export function formatSize(bytes: number, language: Language): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toLocaleString(language, { maximumSignificantDigits: 3 })} ${units[unit]}`;
}

/** The recognisable ends of a digest or key: algorithm, first eight and last six digits. */
export function shorten(text: string): string {
  const colon = text.indexOf(":");
  const digits = text.slice(colon + 1);
  return digits.length <= 20 ? text : `${text.slice(0, colon + 1)}${digits.slice(0, 8)}…${digits.slice(-6)}`;
}

/** The moment that a `datetime-local` field means in Asia/Shanghai, or `null` where it is empty or no time. Shanghai has kept UTC+8 since 1991. */
export function fromShanghaiField(text: string): number | null {
  const ms = Date.parse(`${text}:00+08:00`);
  return Number.isFinite(ms) && ms >= 0 ? ms : null;
}
