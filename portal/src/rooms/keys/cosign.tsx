import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActFacts, useActSentence } from "../../components/act/act-words";
import { cosignatureText } from "../../components/act/cosignature";
import { operationKey } from "../../components/act/operations";
import { Digest } from "../../components/digest";
import { TextField } from "../../components/field";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { useAccountId } from "../../components/use-identity";
import { ensureAccount } from "../../ledger/identity";
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
  const sentence = useActSentence();
  const [text, setText] = useState("");
  const [signature, setSignature] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const body = text.trim() === "" ? null : readBody(text.trim());
  const mine = body !== null && account !== null && body.cosigners.includes(account);

  async function sign(): Promise<void> {
    setError(null);
    try {
      const signer = await ensureAccount();
      setSignature(cosignatureText(await signer.sign(utf8(text.trim()) as Uint8Array<ArrayBuffer>)));
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <section aria-labelledby="cosign">
      <h2 id="cosign">{t("keys.cosign.title")}</h2>
      <p className="hint">{t("keys.cosign.hint")}</p>
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
              <p>
                <Digest value={signature} label={t("cosign.signature")} />
              </p>
            </Notice>
          )}
        </div>
      )}
      {error !== null && <Failure error={error} />}
    </section>
  );
}
