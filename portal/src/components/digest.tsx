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
      <button type="button" className="digest-copy" onClick={copy} onBlur={() => setCopied(false)}>
        <span aria-hidden="true">{copied ? "✓" : "⧉"}</span>
        <span className="visually-hidden" aria-live="polite">
          {copied ? t("digest.copied") : t("digest.copy", { what })}
        </span>
      </button>
    </span>
  );
}
