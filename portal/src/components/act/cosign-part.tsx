import { useState } from "react";
import { useTranslation } from "react-i18next";
import { TextField } from "../field";
import { Notice } from "../notice";
import { saveAs } from "../save";

/** Another key must sign the same bytes: they are handed over, and its signature is brought back. */
export function CosignPart({
  body,
  signature,
  good,
  onChange,
}: {
  body: string;
  signature: string;
  good: boolean;
  onChange: (signature: string) => void;
}) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(body);
      setCopied(true);
    } catch {
      saveAs("yinxin-cosign.json", body, "application/json");
    }
  }

  return (
    <Notice tone="info" title={t("cosign.title")}>
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
        error={signature.trim() !== "" && !good ? t("cosign.wrong") : null}
        onChange={onChange}
      />
    </Notice>
  );
}
