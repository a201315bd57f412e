import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { TextField } from "../../components/field";
import { useIdentities, useIdentity, useTakeUp } from "../../components/use-identity";
import { useLanguage } from "../../components/use-language";
import { useSignInOut } from "../../components/use-session";
import { type Account, loadBrowserKey } from "../../ledger/account";
import { addBrowserIdentity, addPasskeyIdentity, type Identity } from "../../ledger/identity";
import { isUnlocked, keyFileOf, lockKeyFiles } from "../../ledger/keyfile/key-file";
import { deleteIdentity, type StoredIdentity, setCurrentIdentity } from "../../store/identities";
import { ChangePassphrase, saveKeyFile } from "./key-files";

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
  const [changing, setChanging] = useState(false);
  const { switchTo } = useSignInOut();
  const name = identity.label?.[language] ?? t("identity.nameless");
  const file = keyFileOf(identity);
  const open = isUnlocked(identity.id);
  return (
    <li>
      <p className="row-title">
        <strong>{name}</strong> <span className="hint">{t(`identity.kind.${identity.kind}`)}</span>{" "}
        {identity.persona !== null && <Badge tone="warn">{t("identity.demo")}</Badge>}{" "}
        {current && <Badge tone="good">{t("identity.current")}</Badge>}{" "}
        {file && (
          <Badge tone={open ? "warn" : "plain"}>{t(open ? "keyFile.unlocked" : "keyFile.locked")}</Badge>
        )}
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
            <button type="button" className="button" onClick={() => void switchTo(identity).catch(onError)}>
              {t("identity.use")} <span className="visually-hidden">{name}</span>
            </button>
          )}
          {file && (
            <button
              type="button"
              className="button"
              aria-label={t("keyFile.downloadOf", { name })}
              onClick={() => saveKeyFile(file)}
            >
              {t("keyFile.download")}
            </button>
          )}
          {file && (
            <button
              type="button"
              className="button"
              aria-label={t("keyFile.changeOf", { name })}
              aria-expanded={changing}
              onClick={() => setChanging(!changing)}
            >
              {t("keyFile.change")}
            </button>
          )}
          {open && (
            <button
              type="button"
              className="button"
              aria-label={t("keyFile.lockOf", { name })}
              onClick={lockKeyFiles}
            >
              {t("keyFile.lock")}
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
      {changing && <ChangePassphrase identity={identity} />}
    </li>
  );
}

/** The keys this browser keeps. */
export function Identities({ onError }: { onError: (error: unknown) => void }) {
  const { t } = useTranslation();
  const identities = useIdentities();
  const current = useIdentity();
  const [nameless, setNameless] = useState<Account | null>(null);
  const [name, setName] = useState("");
  useEffect(() => {
    loadBrowserKey().then(setNameless, () => {});
  }, []);
  const takeUp = useTakeUp();
  async function add(make: (name: string) => Promise<Identity>): Promise<void> {
    try {
      await takeUp(await make(name.trim()));
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
                  onClick={() => void setCurrentIdentity(null).catch(onError)}
                >
                  {t("identity.use")} <span className="visually-hidden">{t("identity.nameless")}</span>
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
