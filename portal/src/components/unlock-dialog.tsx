import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { lockKeyFiles, signWithKeyFiles, unlock } from "../ledger/keyfile/key-file";
import { KeyFileRefused } from "../ledger/keyfile/refused";
import type { StoredIdentity } from "../store/identities";
import { TextField } from "./field";
import { Failure } from "./notice";
import { useLanguage } from "./use-language";

interface Wanted {
  readonly stored: StoredIdentity;
  readonly end: (error?: KeyFileRefused) => void;
}

function Form({ wanted, headingId }: { wanted: Wanted; headingId: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [passphrase, setPassphrase] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const name = wanted.stored.label?.[language] ?? t("identity.nameless");

  async function open(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await unlock(wanted.stored, passphrase);
      wanted.end();
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  }

  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (!busy) void open();
      }}
    >
      <h2 id={headingId}>{t("keyFile.unlock.title")}</h2>
      <p>{t("keyFile.unlock.hint", { name })}</p>
      <TextField
        type="password"
        autoComplete="current-password"
        label={t("keyFile.passphrase")}
        value={passphrase}
        onChange={setPassphrase}
      />
      <div aria-live="polite">{busy && <p className="hint">{t("keyFile.working")}</p>}</div>
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={busy || passphrase === ""}>
          {t("keyFile.unlock.button")}
        </button>
        <button type="button" className="button" onClick={() => wanted.end(new KeyFileRefused("locked"))}>
          {t("common.cancel")}
        </button>
      </p>
    </form>
  );
}

/** Asks for the passphrase of a key file whenever something is to be signed with one that is locked. Mounted once. */
export function UnlockDialog() {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = useRef<Wanted | null>(null);
  const [wanted, setWanted] = useState<Wanted | null>(null);

  useEffect(() => {
    signWithKeyFiles(
      stored =>
        new Promise((resolve, reject) => {
          // Two things want to sign: the later one is asked for, the earlier one fails and can be tried again.
          asked.current?.end(new KeyFileRefused("locked"));
          const end = (error?: KeyFileRefused) => {
            asked.current = null;
            setWanted(null);
            if (error === undefined) resolve();
            else reject(error);
          };
          asked.current = { stored, end };
          setWanted(asked.current);
        }),
    );
    // A page that the browser keeps for the way back must not keep an open key.
    addEventListener("pagehide", lockKeyFiles);
    return () => removeEventListener("pagehide", lockKeyFiles);
  }, []);

  useEffect(() => {
    if (wanted !== null && dialog.current?.open === false) {
      dialog.current.showModal();
      dialog.current.querySelector("input")?.focus();
    }
    if (wanted === null) dialog.current?.close();
  }, [wanted]);

  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault();
        wanted?.end(new KeyFileRefused("locked"));
      }}
    >
      {wanted && <Form key={wanted.stored.id} wanted={wanted} headingId={id} />}
    </dialog>
  );
}
