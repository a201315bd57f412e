import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { shorten } from "./format";

/** A digest or key: short, in full on demand, and copied with one press. */
export function Digest({ value, label }: { value: string; label?: string }) {
  const { t } = useTranslation();
  const [full, setFull] = useState(false);
  const [copied, setCopied] = useState(false);
  const text = useRef<HTMLElement>(null);
  const what = label ?? shorten(value);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      // Without TLS the clipboard is closed to pages: show the whole text selected instead.
      setFull(true);
      if (text.current) getSelection()?.selectAllChildren(text.current);
    }
  }

  return (
    <span className="digest">
      <button
        type="button"
        className="digest-text"
        aria-expanded={full}
        title={t("digest.toggle")}
        onClick={() => setFull(!full)}
      >
        {label && <span className="visually-hidden">{label} </span>}
        <code ref={text}>{full ? value : shorten(value)}</code>
      </button>
      <code className="print-only">{value}</code>
      <button type="button" className="digest-copy" onClick={copy} onBlur={() => setCopied(false)}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d={copied ? "M3 8.5 6.5 12 13 4.5" : "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z"} />
        </svg>
        <span className="visually-hidden" aria-live="polite">
          {copied ? t("digest.copied") : t("digest.copy", { what })}
        </span>
      </button>
    </span>
  );
}
