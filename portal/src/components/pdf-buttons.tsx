// Saves a document as PDF. What makes it, and its font, are loaded by the first press.

import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Wanted } from "../pdf/documents";
import { useFilingText } from "./filing/filing-line";
import { Failure, Notice } from "./notice";
import { saveAs } from "./save";
import { useLanguage } from "./use-language";

type State =
  | { readonly kind: "idle" | "working" | "unreachable" }
  | { readonly kind: "done"; readonly name: string; readonly missing: readonly string[] }
  | { readonly kind: "failed"; readonly error: unknown };

function Said({ state }: { state: State }) {
  const { t } = useTranslation();
  if (state.kind === "failed") return <Failure error={state.error} />;
  if (state.kind === "unreachable") {
    return (
      <Notice tone="bad" title={t("pdf.offline.title")}>
        <p>{t("pdf.offline.remedy")}</p>
      </Notice>
    );
  }
  if (state.kind !== "done" || state.missing.length === 0) return null;
  const codes = state.missing.map(
    one => `${one} (U+${(one.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")})`,
  );
  return <Notice tone="warn" title={t("pdf.missing", { codes: codes.join(t("common.listSeparator")) })} />;
}

export interface PdfChoice {
  readonly label: "certificate" | "licence" | "report";
  /** Asked at the press, so that a document is of that moment. */
  readonly wanted: () => Wanted;
}

/** Buttons that save documents. */
export function PdfButtons({ documents }: { documents: readonly PdfChoice[] }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const filing = useFilingText();
  const [state, setState] = useState<State>({ kind: "idle" });

  async function make(wanted: Wanted): Promise<void> {
    setState({ kind: "working" });
    try {
      const maker = await import("../pdf/documents").catch(() => null);
      if (maker === null) {
        setState({ kind: "unreachable" });
        return;
      }
      const { bytes, name, missing } = await maker.makeDocument(wanted, language, filing);
      saveAs(name, bytes, "application/pdf");
      setState({ kind: "done", name, missing });
    } catch (error) {
      // The class itself lies in the part that is loaded later.
      const font = error instanceof Error && error.name === "FontUnreachable";
      setState(font ? { kind: "unreachable" } : { kind: "failed", error });
    }
  }

  return (
    <div className="no-print">
      <p className="actions">
        {documents.map(({ label, wanted }) => (
          <button
            key={label}
            type="button"
            className="button"
            disabled={state.kind === "working"}
            onClick={() => void make(wanted())}
          >
            {t(`pdf.${label}`)}
          </button>
        ))}
        <span role="status">
          {state.kind === "working" && t("pdf.working")}
          {state.kind === "done" && t("pdf.done", { name: state.name })}
        </span>
      </p>
      <Said state={state} />
    </div>
  );
}
