import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { demoQuery, type Persona } from "../api/demo";
import type { OfficerPost, Post, Session } from "../api/session";
import { setActing } from "../store/acting";
import type { Asked } from "./act/act-sheet";
import { useActing, usePartyName } from "./acting/use-acting";
import { Failure, Notice } from "./notice";
import { useLanguage } from "./use-language";
import { postsOfRoom, useSession, useSignInOut } from "./use-session";

/** Signs in as a person of the demonstration: here, or at the node where that person works. */
export function PersonaButton({
  persona,
  to = "/",
  main = false,
}: {
  persona: Persona;
  to?: string;
  main?: boolean;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const navigate = useNavigate();
  const { enterAs } = useSignInOut();
  const [error, setError] = useState<unknown>(null);
  const look = main ? "button button-main" : "button";
  const [busy, setBusy] = useState(false);
  const name = language === "en" ? persona.name.en : persona.name.zh;
  const label = t("identity.enterAs", { name });
  const home = persona.url.replace(/\/$/, "");
  if (home !== "" && home !== location.origin) {
    const path = `${to}${to.includes("?") ? "&" : "?"}as=${encodeURIComponent(persona.id)}`;
    return (
      <a className={look} href={`${home}${path}`}>
        {label} <span aria-hidden="true">↗</span>
      </a>
    );
  }
  async function enter(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await enterAs(persona);
      if (to !== location.pathname) await navigate(to);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }
  return (
    <>
      <button type="button" className={look} disabled={busy} onClick={() => void enter()}>
        {label}
      </button>
      {error !== null && <Failure error={error} />}
    </>
  );
}

/** What stands in place of a room that needs somebody signed in. */
function SignInFirst({ title, officers }: { title: string; officers: boolean }) {
  const { t } = useTranslation();
  const { data: demo } = useQuery(demoQuery);
  const offered = demo?.personas.filter(one => (one.body !== null) === officers) ?? [];
  return (
    <Notice tone="info" title={title}>
      <p className="actions">
        <Link className="button button-main" to="/keys">
          {t("identity.signIn")}
        </Link>
        {offered.map(persona => (
          <PersonaButton key={persona.id} persona={persona} to={location.pathname} />
        ))}
      </p>
    </Notice>
  );
}

/** A key that was ended still signs in, and may do nothing. */
function KeyEnded() {
  const { t } = useTranslation();
  return (
    <Notice tone="bad" title={t("gate.keyEnded")}>
      <p>{t("gate.keyEndedHint")}</p>
      <Link className="button" to="/keys">
        {t("keys.title")}
      </Link>
    </Notice>
  );
}

/** Gives an act the name in which it is done: with a principal, everything that is signed says so. */
export type InName = (asked: Asked) => Asked;

/** What a guardian or an agent can do in another's name; the ledger takes a principal with these alone. */
const FOR_OTHERS = [
  "approval.licence_view",
  "sharing.request",
  "sharing.cancel",
  "sharing.lease",
  "sharing.end_lease",
  "sharing.view",
  "sharing.erase",
];

/** Everything that is signed through it names this principal. */
export function inNameOf(principal: string): InName {
  return asked =>
    FOR_OTHERS.includes(asked.operation) ? { ...asked, arguments: { ...asked.arguments, principal } } : asked;
}

/** In place of a page on which nobody can act for another. */
function OnlyForOneself({ name }: { name: string }) {
  const { t } = useTranslation();
  return (
    <Notice tone="warn" title={t("acting.onlySelf", { name })}>
      <p>{t("acting.onlySelfHint")}</p>
      <p className="actions">
        <button type="button" className="button" onClick={() => setActing(null)}>
          {t("acting.back")}
        </button>
        <Link className="button" to="/me">
          {t("person.name")}
        </Link>
      </p>
    </Notice>
  );
}

/**
 * Shows its content to a person who is signed in and enrolled; to others, the way there. `party` is whose matters are shown: the person's own, or
 * those of whom it acts for; every act on the page goes through `inName`. A page that is `own` is never somebody else's.
 */
export function PersonGate({
  own = false,
  children,
}: {
  own?: boolean;
  children: (session: Session, party: string, inName: InName) => React.ReactNode;
}) {
  const { t } = useTranslation();
  const session = useSession();
  const { mandate, ended } = useActing();
  const nameOf = usePartyName();
  /** For whom one acted, as long as the mandate was alive. */
  const principal = useRef<string | null>(null);
  if (session === undefined) return <Notice tone="info" title={t("common.loading")} />;
  if (session === null) return <SignInFirst title={t("gate.person")} officers={false} />;
  if (session.state !== null && session.state !== "active") return <KeyEnded />;
  if (session.party === null) {
    return (
      <Notice tone="warn" title={t("gate.notEnrolled")}>
        <p>{t("gate.notEnrolledHint")}</p>
        <Link className="button" to="/keys">
          {t("apply.title")}
        </Link>
      </Notice>
    );
  }
  // What was begun in another's name is not done in one's own by surprise. The banner says that the mandate has ended; what stands open, such as
  // the ledger's refusal, stays to be read.
  if (ended) {
    const { current } = principal;
    return current === null ? null : children(session, current, inNameOf(current));
  }
  principal.current = mandate?.principal ?? null;
  if (mandate === null) return children(session, session.party, asked => asked);
  if (own) return <OnlyForOneself name={nameOf(mandate.principal)} />;
  return children(session, mandate.principal, inNameOf(mandate.principal));
}

/** Shows its content to whoever holds a post that covers an operation. */
export function PostGate({
  operation,
  or = [],
  atBodyWith = null,
  fits = () => true,
  children,
}: {
  operation: string;
  /** Operations that do as well. */
  or?: readonly string[];
  /** A role of the body that does as well, such as `audit`. */
  atBodyWith?: string | null;
  /** What the post must be beside. */
  fits?: (post: OfficerPost) => boolean;
  children: (session: Session, post: OfficerPost) => React.ReactNode;
}) {
  const { t } = useTranslation();
  const session = useSession();
  const post = postsOfRoom(session, [operation, ...or], atBodyWith).find(fits) ?? null;
  if (session === undefined) return <Notice tone="info" title={t("common.loading")} />;
  if (session === null) return <SignInFirst title={t("gate.post")} officers={true} />;
  if (post === null) return <SignInFirst title={t("gate.noPost")} officers={true} />;
  return children(session, post);
}

/** In whose name an officer acts, as it is shown with what he signs. */
export function usePostText(): (post: Post) => string {
  const { t } = useTranslation();
  return post => t("identity.post", { name: post.name ?? post.body ?? "", grade: post.grade });
}
