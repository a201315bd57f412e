import { formatTime } from "./format";
import { useLanguage } from "./use-language";

/** A moment as the law's day and hour (Asia/Shanghai). */
export function Time({ ms }: { ms: number }) {
  return <time dateTime={new Date(ms).toISOString()}>{formatTime(ms, useLanguage())}</time>;
}
