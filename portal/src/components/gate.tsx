import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { demoQuery, type Persona } from "../api/demo";
import type { OfficerPost, Post, Session } from "../api/session";
import { Failure, Notice } from "./notice";
import { useLanguage } from "./use-language";
import { usePost, useSession, useSignInOut } from "./use-session";

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

/** Shows its content to a person who is signed in and enrolled; to others, the way there. */
export function PersonGate({ children }: { children: (session: Session, party: string) => React.ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
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
  return children(session, session.party);
}

/** Shows its content to whoever holds a post that covers an operation. */
export function PostGate({
  operation,
  atBodyWith = null,
  children,
}: {
  operation: string;
  /** A role of the body that does as well, such as `audit`. */
  atBodyWith?: string | null;
  children: (session: Session, post: OfficerPost) => React.ReactNode;
}) {
  const { t } = useTranslation();
  const session = useSession();
  const post = usePost(operation, atBodyWith);
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
