import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { concernsQuery } from "../../api/concerns";
import { demoQuery } from "../../api/demo";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { TextField } from "../../components/field";
import { PersonaButton, usePostText } from "../../components/gate";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { useIdentities, useIdentity } from "../../components/use-identity";
import { useLanguage } from "../../components/use-language";
import { useSession, useSignInOut } from "../../components/use-session";
import { type Account, loadBrowserKey } from "../../ledger/account";
import { addBrowserIdentity, addPasskeyIdentity, ensureAccount } from "../../ledger/identity";
import { deleteIdentity, type StoredIdentity, setCurrentIdentity } from "../../store/identities";
import { Cosign } from "./cosign";
import { PartyKeys } from "./party-keys";

/** Who is signed in at this node, in which posts, and the way in or out. */
function SessionCard({ onError }: { onError: (error: unknown) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const postText = usePostText();
  const { enter, leave } = useSignInOut();
  const run = (step: () => Promise<void>) => void step().catch(onError);
  return (
    <section className="card" aria-labelledby="session">
      <h2 id="session">{t("keys.session.title")}</h2>
      {session === null && <p>{t("keys.session.none")}</p>}
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
                      {postText(post)}{" "}
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

function IdentityRow({
  identity,
  current,
  onError,
}: {
  identity: StoredIdentity;
  current: boolean;
  onError: (error: unknown) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [asking, setAsking] = useState(false);
  const { switchTo } = useSignInOut();
  const name = identity.label?.[language] ?? t("identity.nameless");
  return (
    <li>
      <p className="row-title">
        <strong>{name}</strong> <span className="hint">{t(`identity.kind.${identity.kind}`)}</span>{" "}
        {identity.persona !== null && <Badge tone="warn">{t("identity.demo")}</Badge>}{" "}
        {current && <Badge tone="good">{t("identity.current")}</Badge>}
      </p>
      <p>
        <Digest value={identity.id} label={name} />
      </p>
      {asking ? (
        <span className="confirm" role="alertdialog" aria-label={t("keys.forgetAsk", { name })}>
          <span>{t("keys.forgetAsk", { name })}</span>
          <button
            type="button"
            className="button button-danger"
            onClick={() => void deleteIdentity(identity.id).catch(onError)}
          >
            {t("receipts.deleteYes")}
          </button>
          <button type="button" className="button" onClick={() => setAsking(false)}>
            {t("common.cancel")}
          </button>
        </span>
      ) : (
        <p className="actions">
          {!current && (
            <button
              type="button"
              className="button"
              onClick={() => void switchTo(identity).catch(onError)}
              aria-label={t("identity.enterAs", { name })}
            >
              {t("identity.use")}
            </button>
          )}
          <button
            type="button"
            className="button button-quiet"
            aria-label={t("keys.forgetOf", { name })}
            onClick={() => setAsking(true)}
          >
            {t("keys.forget")}
          </button>
        </p>
      )}
    </li>
  );
}

/** The keys this browser keeps. */
function Identities({ onError }: { onError: (error: unknown) => void }) {
  const { t } = useTranslation();
  const identities = useIdentities();
  const current = useIdentity();
  const [nameless, setNameless] = useState<Account | null>(null);
  const [name, setName] = useState("");
  useEffect(() => {
    loadBrowserKey().then(setNameless, () => {});
  }, []);
  async function add(make: (name: string) => Promise<unknown>): Promise<void> {
    try {
      await make(name.trim());
      setName("");
    } catch (caught) {
      onError(caught);
    }
  }
  return (
    <section aria-labelledby="identities">
      <h2 id="identities">{t("keys.here.title")}</h2>
      <p className="hint">{t("keys.here.hint")}</p>
      <ul className="row-list">
        {identities.map(one => (
          <IdentityRow key={one.id} identity={one} current={one.id === current?.id} onError={onError} />
        ))}
        {nameless && (
          <li>
            <p className="row-title">
              <strong>{t("identity.nameless")}</strong>{" "}
              {current === null && <Badge tone="good">{t("identity.current")}</Badge>}
            </p>
            <p>
              <Digest value={nameless.id} label={t("identity.nameless")} />
            </p>
            {current !== null && (
              <p className="actions">
                <button
                  type="button"
                  className="button"
                  aria-label={t("identity.enterAs", { name: t("identity.nameless") })}
                  onClick={() => void setCurrentIdentity(null).catch(onError)}
                >
                  {t("identity.use")}
                </button>
              </p>
            )}
          </li>
        )}
      </ul>
      <form
        className="inline-form"
        onSubmit={event => {
          event.preventDefault();
          void add(addBrowserIdentity);
        }}
      >
        <TextField label={t("keys.newName")} hint={t("keys.newHint")} value={name} onChange={setName} />
        <button type="submit" className="button">
          {t("keys.add")}
        </button>
        <button type="button" className="button" onClick={() => void add(addPasskeyIdentity)}>
          {t("keys.addPasskey")}
        </button>
      </form>
    </section>
  );
}

/** Keys and sign-in (身份与密钥). */
export function KeysRoom() {
  const { t } = useTranslation();
  const session = useSession();
  const { data: demo } = useQuery(demoQuery);
  const concerns = useQuery(concernsQuery(session?.party ?? null));
  const [error, setError] = useState<unknown>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  return (
    <Page title={t("keys.title")} lead={t("keys.lead")}>
      {error !== null && <Failure error={error} />}
      <SessionCard onError={setError} />
      {session && session.party === null && (
        <Notice tone="info" title={t("keys.enrol.title")}>
          <p>{t("keys.enrol.hint")}</p>
          <p>
            <Digest value={session.account} label={t("keys.session.account")} />
          </p>
        </Notice>
      )}
      {session?.party && (
        <PartyKeys concerns={concerns.data?.items ?? []} account={session.account} onAct={setAsked} />
      )}
      <Identities onError={setError} />
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
