import { useState } from "react";
import { useTranslation } from "react-i18next";
import { DropZone } from "../../components/drop-zone";
import { SelectField, TextField } from "../../components/field";
import { Failure, Notice } from "../../components/notice";
import { saveAs } from "../../components/save";
import { useTakeUp } from "../../components/use-identity";
import {
  addKeyFile,
  changePassphrase,
  importKeyFile,
  KEY_FILE_FORMATS,
  type KeptKeyFile,
  type KeyFileFormat,
  LEAST_PASSPHRASE,
} from "../../ledger/keyfile/key-file";
import type { StoredIdentity } from "../../store/identities";

/** Hands the encrypted file to the person, as it is kept. */
export function saveKeyFile(file: KeptKeyFile): void {
  saveAs(file.name, file.content, "application/octet-stream");
}

function useRun() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const run = async (step: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await step();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}

function Working({ busy }: { busy: boolean }) {
  const { t } = useTranslation();
  return <div aria-live="polite">{busy && <p className="hint">{t("keyFile.working")}</p>}</div>;
}

/** A new passphrase, twice; `good` says whether both are the same and long enough. */
function useNewPassphrase() {
  const { t } = useTranslation();
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const [tried, setTried] = useState(false);
  const short = [...passphrase].length < LEAST_PASSPHRASE;
  return {
    passphrase,
    /** Shows what is wrong from now on, and tells whether nothing is. */
    check: () => {
      setTried(true);
      return !short && passphrase === again;
    },
    clear: () => {
      setPassphrase("");
      setAgain("");
      setTried(false);
    },
    fields: (
      <>
        <TextField
          type="password"
          autoComplete="new-password"
          label={t("keyFile.passphraseNew")}
          hint={t("keyFile.passphraseHint")}
          value={passphrase}
          error={tried && short ? t("failure.keyFile.short.title") : null}
          onChange={setPassphrase}
        />
        <TextField
          type="password"
          autoComplete="new-password"
          label={t("keyFile.again")}
          value={again}
          error={tried && passphrase !== again ? t("keyFile.different") : null}
          onChange={setAgain}
        />
      </>
    ),
  };
}

/** Encrypts a kept key under another passphrase. */
export function ChangePassphrase({ identity }: { identity: StoredIdentity }) {
  const { t } = useTranslation();
  const { busy, error, run } = useRun();
  const next = useNewPassphrase();
  const [old, setOld] = useState("");
  const [done, setDone] = useState(false);

  async function change(): Promise<void> {
    setDone(false);
    if (!next.check()) return;
    await run(async () => {
      saveKeyFile(await changePassphrase(identity, old, next.passphrase));
      setOld("");
      next.clear();
      setDone(true);
    });
  }

  return (
    <form
      className="inset"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (!busy && old !== "") void change();
      }}
    >
      <TextField
        type="password"
        autoComplete="current-password"
        label={t("keyFile.old")}
        value={old}
        onChange={setOld}
      />
      {next.fields}
      <Working busy={busy} />
      {error !== null && <Failure error={error} />}
      <div aria-live="polite">
        {done && (
          <Notice tone="good" title={t("keyFile.changed")}>
            <p>{t("keyFile.changedHint")}</p>
          </Notice>
        )}
      </div>
      <p className="actions">
        <button type="submit" className="button button-main" disabled={busy || old === ""}>
          {t("keyFile.changeButton")}
        </button>
      </p>
    </form>
  );
}

function Make() {
  const { t } = useTranslation();
  const { busy, error, run } = useRun();
  const takeUp = useTakeUp();
  const [name, setName] = useState("");
  const next = useNewPassphrase();
  const [format, setFormat] = useState<KeyFileFormat>("pkcs8");
  const [made, setMade] = useState<KeptKeyFile | null>(null);

  async function make(): Promise<void> {
    if (!next.check()) return;
    await run(async () => {
      const { identity, file } = await addKeyFile(name.trim(), next.passphrase, format);
      saveKeyFile(file);
      await takeUp(identity);
      setMade(file);
      setName("");
      next.clear();
    });
  }

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (!busy) void make();
      }}
    >
      <h3>{t("keyFile.make")}</h3>
      <TextField label={t("keyFile.name")} hint={t("keyFile.nameHint")} value={name} onChange={setName} />
      {next.fields}
      <SelectField
        label={t("keyFile.format")}
        value={format}
        options={KEY_FILE_FORMATS.map(one => [one, t(`keyFile.formats.${one}`)] as const)}
        onChange={value => setFormat(KEY_FILE_FORMATS.find(one => one === value) ?? "pkcs8")}
      />
      <Working busy={busy} />
      {error !== null && <Failure error={error} />}
      <div aria-live="polite">
        {made && (
          <Notice tone="good" title={t("keyFile.made")}>
            <p>{t("keyFile.madeHint")}</p>
          </Notice>
        )}
      </div>
      <p className="actions">
        <button type="submit" className="button button-main" disabled={busy}>
          {t("keyFile.makeButton")}
        </button>
      </p>
    </form>
  );
}

function Import() {
  const { t } = useTranslation();
  const { busy, error, run } = useRun();
  const takeUp = useTakeUp();
  const [file, setFile] = useState<File | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [name, setName] = useState("");
  const [done, setDone] = useState(false);

  async function bring(chosen: File): Promise<void> {
    setDone(false);
    await run(async () => {
      const content = new Uint8Array(await chosen.arrayBuffer());
      await takeUp(await importKeyFile(name.trim(), chosen.name, content, passphrase));
      setDone(true);
      setFile(null);
      setName("");
      setPassphrase("");
    });
  }

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        if (!busy && file !== null) void bring(file);
      }}
    >
      <h3>{t("keyFile.import")}</h3>
      <DropZone
        label={t("keyFile.drop")}
        hint={t("keyFile.dropHint")}
        onFiles={([chosen]) => setFile(chosen ?? null)}
      />
      {file && <p>{t("keyFile.chosen", { name: file.name })}</p>}
      <TextField label={t("keyFile.name")} hint={t("keyFile.nameHint")} value={name} onChange={setName} />
      <TextField
        type="password"
        autoComplete="current-password"
        label={t("keyFile.passphrase")}
        value={passphrase}
        onChange={setPassphrase}
      />
      <Working busy={busy} />
      {error !== null && <Failure error={error} />}
      <div aria-live="polite">{done && <Notice tone="good" title={t("keyFile.imported")} />}</div>
      <p className="actions">
        <button
          type="submit"
          className="button button-main"
          disabled={busy || file === null || passphrase === ""}
        >
          {t("keyFile.importButton")}
        </button>
      </p>
    </form>
  );
}

/** Encrypted SM2 key files (密钥文件): making one and bringing one here. */
export function KeyFiles() {
  const { t } = useTranslation();
  const [shown, setShown] = useState<"make" | "import" | null>(null);
  return (
    <section aria-labelledby="key-files">
      <h2 id="key-files">{t("keyFile.title")}</h2>
      <p className="hint">{t("keyFile.hint")}</p>
      <p className="actions">
        <button
          type="button"
          className="button"
          aria-expanded={shown === "make"}
          onClick={() => setShown(shown === "make" ? null : "make")}
        >
          {t("keyFile.make")}
        </button>
        <button
          type="button"
          className="button"
          aria-expanded={shown === "import"}
          onClick={() => setShown(shown === "import" ? null : "import")}
        >
          {t("keyFile.import")}
        </button>
      </p>
      {shown === "make" && (
        <div className="card">
          <Make />
        </div>
      )}
      {shown === "import" && (
        <div className="card">
          <Import />
        </div>
      )}
    </section>
  );
}
