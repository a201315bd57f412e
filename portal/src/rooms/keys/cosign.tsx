import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActFacts, useActSentence } from "../../components/act/act-words";
import { cosignatureText } from "../../components/act/cosignature";
import { operationKey } from "../../components/act/operations";
import { DropZone } from "../../components/drop-zone";
import { TextField } from "../../components/field";
import { Failure, Notice } from "../../components/notice";
import { saveAs } from "../../components/save";
import { Time } from "../../components/time";
import { useAccountId, useIdentities } from "../../components/use-identity";
import { useLanguage } from "../../components/use-language";
import { ensureAccount, identityOf } from "../../ledger/identity";
import { utf8 } from "../../verify/bytes";
import { isObject, parseCanonical } from "../../verify/json";

interface Shown {
  readonly operation: string;
  readonly given: Readonly<Record<string, unknown>>;
  readonly cosigners: readonly string[];
  readonly until: number;
}

/** The body that somebody asks to have signed, or `null` where the text is none. */
function readBody(text: string): Shown | null {
  const body = parseCanonical(text);
  if (!isObject(body) || typeof body.operation !== "string" || !isObject(body.arguments)) return null;
  const cosigners = Array.isArray(body.cosigners)
    ? body.cosigners.filter(one => typeof one === "string")
    : [];
  if (typeof body.valid_until !== "number" || cosigners.length === 0) return null;
  return { operation: body.operation, given: body.arguments, cosigners, until: body.valid_until };
}

/** Signs beside another: the body is brought here, read in plain words, signed, and the signature taken back. */
export function Cosign() {
  const { t } = useTranslation();
  const account = useAccountId();
  const identities = useIdentities();
  const language = useLanguage();
  const sentence = useActSentence();
  const [text, setText] = useState("");
  const [signature, setSignature] = useState<string | null>(null);
  const [copied, setCopied] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const body = text.trim() === "" ? null : readBody(text.trim());
  const named = identities.find(one => body?.cosigners.includes(one.id));
  const mine = named !== undefined || (account !== null && body?.cosigners.includes(account) === true);

  async function sign(): Promise<void> {
    setError(null);
    try {
      const signer = named === undefined ? await ensureAccount() : identityOf(named);
      setSignature(cosignatureText(await signer.sign(utf8(text.trim()) as Uint8Array<ArrayBuffer>)));
    } catch (caught) {
      setError(caught);
    }
  }

  function save(made: string): void {
    saveAs("yinxin-signature.json", made, "application/json");
  }

  async function copy(made: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(made);
      setCopied(true);
    } catch {
      // Without TLS the clipboard is closed to pages.
      save(made);
    }
  }

  return (
    <section aria-labelledby="cosign">
      <h2 id="cosign">{t("keys.cosign.title")}</h2>
      <p className="hint">{t("keys.cosign.hint")}</p>
      <DropZone
        label={t("keys.cosign.file")}
        hint={t("keys.cosign.fileHint")}
        onFiles={([file]) => {
          setSignature(null);
          void file?.text().then(setText, setError);
        }}
      />
      <TextField
        label={t("keys.cosign.body")}
        lines={3}
        value={text}
        error={text.trim() !== "" && body === null ? t("keys.cosign.wrong") : null}
        onChange={value => {
          setText(value);
          setSignature(null);
        }}
      />
      {body && (
        <div className="card">
          <h3>{t(operationKey(body.operation), { id: body.operation })}</h3>
          <p className="statement">{sentence(body.operation, body.given)}</p>
          <ActFacts operation={body.operation} given={body.given} />
          <p className="hint">
            {t("deposit.check.until")} <Time ms={body.until} />
          </p>
          {!mine && <Notice tone="warn" title={t("keys.cosign.notMine")} />}
          {named && (
            <p className="hint">
              {t("keys.cosign.with", { name: named.label?.[language] ?? t("identity.nameless") })}
            </p>
          )}
          {signature === null ? (
            <p className="actions">
              <button
                type="button"
                className="button button-main"
                disabled={!mine}
                onClick={() => void sign()}
              >
                {t("keys.cosign.sign")}
              </button>
            </p>
          ) : (
            <Notice tone="good" title={t("keys.cosign.done")}>
              <output className="long-text" aria-label={t("cosign.signature")}>
                {signature}
              </output>
              <p className="actions">
                <button type="button" className="button" onClick={() => void copy(signature)}>
                  {t(copied ? "digest.copied" : "keys.cosign.copy")}
                </button>
                <button type="button" className="button" onClick={() => save(signature)}>
                  {t("cosign.save")}
                </button>
              </p>
            </Notice>
          )}
        </div>
      )}
      {error !== null && <Failure error={error} />}
    </section>
  );
}
