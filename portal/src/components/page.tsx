import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** A room: its title, one sentence of what it is for, and its content. A new room takes the focus to its title. */
export function Page({ title, lead, children }: { title: string; lead?: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);

  useEffect(() => {
    // Not on the first load: a fresh page starts at its top, with the skip link. The router counts its entries.
    if (history.state?.idx > 0) heading.current?.focus();
  }, []);

  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {lead && <p className="lead">{lead}</p>}
      {children}
    </>
  );
}
