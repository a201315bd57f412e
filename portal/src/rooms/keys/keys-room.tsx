import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { demoQuery } from "../../api/demo";
import { sessionQuery } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { mandateKindText } from "../../components/act/fact";
import { usePartyName } from "../../components/acting/use-acting";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { PersonaButton, usePostText } from "../../components/gate";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { QrCode } from "../../components/qr-code";
import { Time } from "../../components/time";
import { useSession, useSignInOut } from "../../components/use-session";
import { ensureAccount } from "../../ledger/identity";
import { Apply } from "./apply";
import { Cosign } from "./cosign";
import { Identities } from "./identities";
import { KeyFiles } from "./key-files";
import { PartyKeys } from "./party-keys";

/** Who is signed in at this node, in which posts, and the way in or out. */
function SessionCard({ onError }: { onError: (error: unknown) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const postText = usePostText();
  const partyName = usePartyName();
  const { enter, leave } = useSignInOut();
  const run = (step: () => Promise<void>) => void step().catch(onError);
  return (
    <section className="card" aria-labelledby="session">
      <h2 id="session">{t("keys.session.title")}</h2>
      {session === null && <p>{t("keys.session.none")}</p>}
      {session?.state === "revoked" && <Notice tone="bad" title={t("keys.session.revoked")} />}
      {session && (
        <Facts
          items={[
            [t("keys.session.account"), <Digest key="account" value={session.account} />],
            [
              t("keys.session.party"),
              session.party === null ? (
                t("keys.session.notEnrolled")
              ) : (
                <Digest key="p" value={session.party} />
              ),
            ],
            [
              t("keys.session.posts"),
              session.posts.length === 0 ? (
                t("keys.session.noPosts")
              ) : (
                <ul key="posts" className="plain-list">
                  {session.posts.map(post => (
                    <li key={post.mandate}>
                      {post.body === null
                        ? t("common.pair", {
                            name: mandateKindText(t, post.kind),
                            value: partyName(post.principal),
                          })
                        : postText(post)}{" "}
                      <span className="hint">{post.scope.join(t("common.listSeparator"))}</span>
                      {post.until !== null && (
                        <span className="hint">
                          {" "}
                          {t("certificate.until")} <Time ms={post.until} />
                        </span>
                      )}
                    </li>
                  ))}
                </ul>
              ),
            ],
          ]}
        />
      )}
      <p className="actions">
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
            {t("identity.signIn")}
          </button>
        )}
      </p>
    </section>
  );
}

/** How often somebody who is not enrolled looks whether he is. */
const ENROLMENT_MS = 5_000;

/** Keys and sign-in (身份与密钥). */
export function KeysRoom() {
  const { t } = useTranslation();
  const session = useSession();
  // Somebody who waits at the window sees his enrolment without asking for it.
  useQuery({ ...sessionQuery, refetchInterval: session?.party === null ? ENROLMENT_MS : false });
  // Whose enrolment this page waited for, to say so when it has come.
  const waited = useRef<string | null>(null);
  if (session && session.party === null) waited.current = session.account;
  const { data: demo } = useQuery(demoQuery);
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Page title={t("keys.title")} lead={t("keys.lead")}>
      {error !== null && <Failure error={error} />}
      <SessionCard onError={setError} />
      {session && session.party === null && (
        <>
          <Apply session={session} />
          <details className="card">
            <summary>{t("keys.enrol.title")}</summary>
            <ol>
              <li>{t("keys.enrol.show")}</li>
              <li>{t("keys.enrol.sign")}</li>
              <li>{t("keys.enrol.done")}</li>
            </ol>
            <QrCode text={session.account} label={t("keys.enrol.code")} />
            <p>
              <Digest value={session.account} label={t("keys.session.account")} />
            </p>
          </details>
        </>
      )}
      {waited.current === session?.account && session?.party && (
        <Notice tone="good" title={t("apply.enrolled")}>
          <p>{t("apply.enrolledHint")}</p>
          <Link className="button" to="/me">
            {t("person.name")}
          </Link>
        </Notice>
      )}
      {session?.party && session.state === "active" && (
        <PartyKeys party={session.party} account={session.account} onAct={setAsked} />
      )}
      <Identities onError={setError} />
      <KeyFiles />
      <Cosign />
      {demo && (
        <section aria-labelledby="demo-personas">
          <h2 id="demo-personas">{t("guide.personas")}</h2>
          <p className="hint">{t("guide.fictitiousHint")}</p>
          <p className="actions">
            {demo.personas.map(persona => (
              <PersonaButton key={persona.id} persona={persona} to="/keys" />
            ))}
          </p>
        </section>
      )}
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </Page>
  );
}
