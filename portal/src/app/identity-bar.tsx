import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { demoQuery } from "../api/demo";
import { representationsOf, useActing, usePartyName } from "../components/acting/use-acting";
import { usePostText } from "../components/gate";
import { Failure } from "../components/notice";
import { useIdentities, useIdentity } from "../components/use-identity";
import { useLanguage } from "../components/use-language";
import { useSession, useSignInOut } from "../components/use-session";
import { ensureAccount } from "../ledger/identity";
import { setActing } from "../store/acting";

/** Who is signed in and in which post, with the switch to another identity of this browser. */
export function IdentityBar() {
  const { t } = useTranslation();
  const language = useLanguage();
  const session = useSession();
  const identity = useIdentity();
  const identities = useIdentities();
  const postText = usePostText();
  const { enter, leave, switchTo } = useSignInOut();
  const [error, setError] = useState<unknown>(null);
  const menu = useRef<HTMLDetailsElement>(null);
  const { pathname } = useLocation();
  const navigate = useNavigate();

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu.
  useEffect(() => {
    if (menu.current) menu.current.open = false;
  }, [pathname]);

  function run(step: () => Promise<void>): void {
    setError(null);
    step().then(() => {
      if (menu.current) menu.current.open = false;
    }, setError);
  }

  const name = identity?.label?.[language] ?? t("identity.nameless");
  const { mandate } = useActing();
  const nameOf = usePartyName();
  const representations = representationsOf(session);
  // A mandate of a person is no post: it is said only while one acts under it.
  const [post] = session?.posts.filter(one => one.body !== null) ?? [];
  const standing =
    mandate !== null
      ? t("acting.for", { name: nameOf(mandate.principal) })
      : post
        ? postText(post)
        : t("identity.asPerson");
  return (
    <details
      ref={menu}
      className="identity"
      onKeyDown={event => {
        if (event.key !== "Escape" || !menu.current) return;
        menu.current.open = false;
        menu.current.querySelector("summary")?.focus();
      }}
    >
      <summary>
        <span className="visually-hidden">{t("identity.menu")} </span>
        <span className="identity-name">{session ? name : t("identity.signIn")}</span>
        {session && <span className="identity-post">{standing}</span>}
      </summary>
      <div className="identity-menu">
        {error !== null && <Failure error={error} />}
        {session ? (
          <button type="button" className="button" onClick={() => run(leave)}>
            {t("identity.signOut")}
          </button>
        ) : (
          <button
            type="button"
            className="button button-main"
            onClick={() => run(async () => enter(await ensureAccount()))}
          >
            {t("identity.signInAs", { name })}
          </button>
        )}
        {session &&
          representations.map(one => {
            const now = one.mandate === mandate?.mandate;
            return (
              <button
                key={one.mandate}
                type="button"
                className="button"
                onClick={() =>
                  run(async () => {
                    setActing(now ? null : { account: session.account, mandate: one.mandate });
                    await navigate("/me");
                  })
                }
              >
                {now ? t("acting.back") : t("acting.start", { name: nameOf(one.principal) })}
              </button>
            );
          })}
        {identities
          .filter(one => one.id !== identity?.id || session === null)
          .filter(one => one.id !== session?.account)
          .map(one => (
            <button key={one.id} type="button" className="button" onClick={() => run(() => switchTo(one))}>
              {t("identity.enterAs", { name: one.label?.[language] ?? t("identity.nameless") })}
            </button>
          ))}
        <Link to="/keys">{t("keys.title")}</Link>
      </div>
    </details>
  );
}

/** In the demonstration a link may name the person to sign in as: `?as=…`. Taken once, then removed from the address. */
export function DemoEntrance() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: demo } = useQuery(demoQuery);
  const { enterAs } = useSignInOut();
  const [error, setError] = useState<unknown>(null);
  const taken = useRef(false);
  const wanted = new URLSearchParams(location.search).get("as");
  const persona = demo?.personas.find(one => one.id === wanted);
  const name = language === "en" ? persona?.name.en : persona?.name.zh;

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each address that names somebody.
  useEffect(() => {
    if (persona === undefined || taken.current) return;
    taken.current = true;
    const address = new URL(location.href);
    address.searchParams.delete("as");
    history.replaceState(history.state, "", address);
    enterAs(persona).catch(setError);
  }, [persona?.id]);

  return error === null ? null : (
    <>
      <p className="hint">{t("identity.enterAs", { name })}</p>
      <Failure error={error} />
    </>
  );
}
