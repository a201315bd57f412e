import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink, useLocation } from "react-router";
import { messagesQuery } from "../api/notices";
import { Problem } from "../api/problem";
import { homeChainQuery, statusQuery } from "../api/queries";
import { ActingBanner } from "../components/acting/acting-banner";
import { Digest } from "../components/digest";
import { FilingBanner } from "../components/filing/filing-banner";
import { FilingLine } from "../components/filing/filing-line";
import { formatCount } from "../components/format";
import { UnlockDialog } from "../components/unlock-dialog";
import { useLanguage } from "../components/use-language";
import { useSession } from "../components/use-session";
import { LANGUAGES, setLanguage } from "../i18n";
import { useResumed } from "../ledger/resume";
import { DemoEntrance, IdentityBar } from "./identity-bar";
import { IdleNotice } from "./idle-notice";
import { ROOMS, roomsFor } from "./rooms";

function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <fieldset className="language">
      <legend className="visually-hidden">{t("app.language")}</legend>
      {LANGUAGES.map(one => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === language}
          onClick={() => void setLanguage(one)}
        >
          {one === "en" ? "English" : "中文"}
        </button>
      ))}
    </fieldset>
  );
}

/** As many rooms as the bar at the bottom of a phone has place for; the others lie behind "more". */
const ON_PHONE = 4;

/** How many messages the person has not opened. */
function Unread() {
  const { t } = useTranslation();
  const party = useSession()?.party ?? null;
  const { data } = useQuery({ ...messagesQuery(party ?? ""), enabled: party !== null });
  const unread = data?.value.unread ?? 0;
  if (unread === 0) return null;
  return (
    <>
      {" "}
      <span className="unread" role="img" aria-label={t("messages.unread", { n: unread })}>
        {unread}
      </span>
    </>
  );
}

function Rooms() {
  const { t } = useTranslation();
  const session = useSession();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the list.
  useEffect(() => setOpen(false), [pathname]);

  return (
    <nav className={open ? "rooms rooms-open" : "rooms"} aria-label={t("app.rooms")}>
      {roomsFor(session).map((room, at) => (
        <NavLink
          key={room}
          to={ROOMS[room]}
          end={room === "home"}
          className={at >= ON_PHONE ? "room-rest" : ""}
        >
          {t(`${room}.name`)}
          {room === "messages" && <Unread />}
        </NavLink>
      ))}
      <button type="button" className="rooms-more" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t("app.more")}
      </button>
    </nav>
  );
}

function Footer() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: status } = useQuery(statusQuery);
  const { data: home } = useQuery(homeChainQuery);
  return (
    <footer className="footer">
      <p>{t("app.promise")}</p>
      <FilingLine />
      <p className="footer-facts">
        {status && <span>{t("app.servedBy", { name: status.node.name, version: status.version })}</span>}
        {status && <span>{t("common.atHeight", { height: formatCount(status.height, language) })}</span>}
        {home && (
          <span>
            {t("app.chain")} <Digest value={home.chain} label={t("app.chain")} />
          </span>
        )}
      </p>
    </footer>
  );
}

/** The frame around every room: name, rooms, language, state of the connection. */
export function Shell({ children }: { children: React.ReactNode }) {
  const { t } = useTranslation();
  const { data: status, error } = useQuery(statusQuery);
  const offline = error instanceof Problem && error.code === "OFFLINE";
  useResumed(!offline);
  return (
    <>
      <a className="skip-link" href="#main">
        {t("app.skip")}
      </a>
      <header className="header">
        <div className="header-inner">
          <NavLink to="/" className="brand">
            <img src="/seal.svg" alt="" width="38" height="38" />
            <span>
              <span className="brand-name">{t("app.name")}</span>
              <span className="brand-chain">{status?.name ?? t("app.tagline")}</span>
            </span>
          </NavLink>
          <div className="header-side">
            <IdentityBar />
            <LanguageSwitch />
          </div>
          <Rooms />
        </div>
      </header>
      <div aria-live="polite">{offline && <p className="offline">{t("app.offline")}</p>}</div>
      <main id="main" className="main" tabIndex={-1}>
        <IdleNotice />
        <ActingBanner />
        <FilingBanner />
        <DemoEntrance />
        {children}
      </main>
      <Footer />
      <UnlockDialog />
    </>
  );
}
