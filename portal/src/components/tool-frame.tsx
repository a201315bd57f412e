import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "./notice";
import { useLanguage } from "./use-language";

/** A place in which a tool works that is loaded when it is first shown. */
export function ToolFrame<Tool, Made extends { close(): void }>({
  label,
  className,
  load,
  open,
  onReady,
}: {
  label: string;
  className: string;
  load: () => Promise<Tool>;
  /** Opens the tool in the place. */
  open: (tool: Tool, place: HTMLElement, language: string) => Made;
  /** Called with the tool, and with `null` before it is closed. */
  onReady: (made: Made | null) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "ready" | "unreachable">("loading");
  const latest = useRef({ load, open, onReady });
  latest.current = { load, open, onReady };

  useEffect(() => {
    let made: Made | null = null;
    let left = false;
    latest.current.load().then(
      tool => {
        if (left || place.current === null) return;
        made = latest.current.open(tool, place.current, language);
        setState("ready");
        latest.current.onReady(made);
      },
      () => setState("unreachable"),
    );
    return () => {
      left = true;
      if (made !== null) {
        latest.current.onReady(null);
        made.close();
      }
    };
  }, [language]);

  return (
    <>
      {state === "loading" && <p role="status">{t("common.loading")}</p>}
      {state === "unreachable" && (
        <Notice tone="bad" title={t("drawing.unreachable")}>
          <p>{t("drawing.unreachableHint")}</p>
        </Notice>
      )}
      <section className={className} aria-label={label} ref={place} />
    </>
  );
}
