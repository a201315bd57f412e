import { useState } from "react";
import { useTranslation } from "react-i18next";
import { identityOf } from "../../ledger/identity";
import type { StoredIdentity } from "../../store/identities";
import { utf8 } from "../../verify/bytes";
import { Digest } from "../digest";
import { DropZone } from "../drop-zone";
import { TextField } from "../field";
import { Failure, Notice } from "../notice";
import { saveAs } from "../save";
import { useIdentities } from "../use-identity";
import { useLanguage } from "../use-language";
import { cosignatureText } from "./cosignature";

/** Another key must sign the same bytes: one of this browser does so here; to another device they are handed over, and its signature is brought back. */
export function CosignPart({
  signer,
  body,
  signature,
  good,
  onChange,
}: {
  signer: string;
  body: string;
  signature: string;
  good: boolean;
  onChange: (signature: string) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const here = useIdentities().find(one => one.id === signer);
  const [copied, setCopied] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(body);
      setCopied(true);
    } catch {
      saveAs("yinxin-cosign.json", body, "application/json");
    }
  }

  async function sign(stored: StoredIdentity): Promise<void> {
    setError(null);
    try {
      onChange(cosignatureText(await identityOf(stored).sign(utf8(body) as Uint8Array<ArrayBuffer>)));
    } catch (caught) {
      setError(caught);
    }
  }

  const name = here?.label?.[language] ?? t("identity.nameless");
  if (good) {
    return (
      <Notice tone="good" title={t("cosign.good")}>
        <p>
          {here && name} <Digest value={signer} />
        </p>
      </Notice>
    );
  }
  return (
    <Notice tone="info" title={t("cosign.title")}>
      <p>
        <Digest value={signer} label={t("act.argument.key")} />
      </p>
      {here ? (
        <>
          <p>{t("cosign.hereHint", { name })}</p>
          {error !== null && <Failure error={error} />}
          <p className="actions">
            <button type="button" className="button" onClick={() => void sign(here)}>
              {t("cosign.here", { name })}
            </button>
          </p>
        </>
      ) : (
        <>
          <p>{t("cosign.hint")}</p>
          <p className="actions">
            <button type="button" className="button" onClick={() => void copy()}>
              {t(copied ? "digest.copied" : "cosign.copy")}
            </button>
            <button
              type="button"
              className="button"
              onClick={() => saveAs("yinxin-cosign.json", body, "application/json")}
            >
              {t("cosign.save")}
            </button>
          </p>
          <TextField
            label={t("cosign.signature")}
            value={signature}
            error={signature.trim() !== "" ? t("cosign.wrong") : null}
            onChange={onChange}
          />
          <DropZone
            label={t("cosign.file")}
            hint={t("cosign.fileHint")}
            onFiles={([file]) => void file?.text().then(onChange, setError)}
          />
        </>
      )}
    </Notice>
  );
}
