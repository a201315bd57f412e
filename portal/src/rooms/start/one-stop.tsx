import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { RecentActs } from "../../components/act/recent-acts";
import { useSession } from "../../components/use-session";

const DOORS = [
  ["/services", "services"],
  ["/cases", "cases"],
  ["/me", "certificate"],
  ["/deposit", "deposit"],
  ["/verify", "verify"],
  ["/certificate", "check"],
  ["/search", "search"],
  ["/keys", "enrol"],
  ["/network", "network"],
] as const;

/** What can be done here, each with one sentence; what waits for whoever is signed in comes first. */
export function OneStop() {
  const { t } = useTranslation();
  const session = useSession();
  return (
    <>
      {session === null && (
        <section className="card" aria-labelledby="sign-in">
          <h2 id="sign-in">{t("home.signIn")}</h2>
          <p>{t("home.signInHint")}</p>
          <p className="actions">
            <Link className="button button-main" to="/keys">
              {t("identity.signIn")}
            </Link>
          </p>
        </section>
      )}
      <RecentActs />
      <h2>{t("home.doors")}</h2>
      <ul className="doors">
        {DOORS.map(([path, door]) => (
          <li key={path}>
            <Link to={path} className="door">
              <span className="door-name">{t(`home.door.${door}.name`)}</span>
              <span className="hint">{t(`home.door.${door}.says`)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
