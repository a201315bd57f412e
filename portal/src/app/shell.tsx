import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router";
import { Problem } from "../api/problem";
import { homeChainQuery, statusQuery } from "../api/queries";
import { Digest } from "../components/digest";
import { formatCount } from "../components/format";
import { useLanguage } from "../components/use-language";
import { LANGUAGES, setLanguage } from "../i18n";
import { useResumedDeposits } from "../ledger/resume";

const ROOMS = [
  ["/", "network"],
  ["/deposit", "deposit"],
  ["/receipts", "receipts"],
  ["/verify", "verify"],
  ["/search", "search"],
] as const;

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

function Footer() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: status } = useQuery(statusQuery);
  const { data: home } = useQuery(homeChainQuery);
  return (
    <footer className="footer">
      <p>{t("app.promise")}</p>
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
  useResumedDeposits(!offline);
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
          <nav className="rooms" aria-label={t("app.rooms")}>
            {ROOMS.map(([path, room]) => (
              <NavLink key={path} to={path} end={path === "/"}>
                {t(`${room}.name`)}
              </NavLink>
            ))}
          </nav>
          <LanguageSwitch />
        </div>
      </header>
      <div aria-live="polite">{offline && <p className="offline">{t("app.offline")}</p>}</div>
      <main id="main" className="main" tabIndex={-1}>
        {children}
      </main>
      <Footer />
    </>
  );
}
