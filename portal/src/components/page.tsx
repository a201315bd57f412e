import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "react-router";

/** A room: its title, one sentence of what it is for, and its content. A new room takes the focus to its title. */
export function Page({ title, lead, children }: { title: string; lead?: string; children: React.ReactNode }) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  const arrived = useRef(pathname);

  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);

  // Not on the first load: a fresh page starts at its top, with the skip link.
  const navigated = history.state?.idx > 0 || arrived.current !== pathname;
  useEffect(() => {
    if (navigated) heading.current?.focus();
  }, [navigated]);

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
