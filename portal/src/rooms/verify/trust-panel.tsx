import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Digest } from "../../components/digest";
import { Failure } from "../../components/notice";
import { isChainIdentifier, pinChain, type TrustedChain, unpinChain } from "../../store/chains";

/** Which chains this browser trusts, and a way to pin one whose identifier was learnt from a source outside. */
export function TrustPanel({ chains, onChange }: { chains: readonly TrustedChain[]; onChange: () => void }) {
  const { t } = useTranslation();
  const [chain, setChain] = useState("");
  const [name, setName] = useState("");
  const [wrong, setWrong] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function change(act: () => Promise<void>): Promise<void> {
    setError(null);
    try {
      await act();
      onChange();
    } catch (caught) {
      setError(caught);
    }
  }

  function pin(): void {
    const identifier = chain.trim().toLowerCase();
    setWrong(!isChainIdentifier(identifier));
    if (!isChainIdentifier(identifier)) return;
    void change(() => pinChain(identifier, name.trim() || identifier.slice(0, 15)));
    setChain("");
    setName("");
  }

  return (
    <details className="card trust">
      <summary>{t("verify.trust.title", { n: chains.length })}</summary>
      <p>{t("verify.trust.explain")}</p>
      <ul className="plain-list">
        {chains.map(one => (
          <li key={one.chain}>
            <strong>{one.name}</strong> <Digest value={one.chain} label={one.name} />{" "}
            <span className="hint">{t(`verify.trust.${one.source}`)}</span>
            {one.source === "pinned" && (
              <button
                type="button"
                className="button button-quiet"
                aria-label={t("verify.trust.unpin", { name: one.name })}
                onClick={() => void change(() => unpinChain(one.chain))}
              >
                {t("common.remove")}
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          pin();
        }}
      >
        <div className="field">
          <label htmlFor="pin-chain">{t("verify.trust.chain")}</label>
          <input
            id="pin-chain"
            value={chain}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={wrong}
            aria-describedby={wrong ? "pin-error" : undefined}
            onChange={event => setChain(event.currentTarget.value)}
          />
          {wrong && (
            <span className="error" id="pin-error">
              {t("verify.trust.wrong")}
            </span>
          )}
        </div>
        <div className="field">
          <label htmlFor="pin-name">{t("verify.trust.name")}</label>
          <input
            id="pin-name"
            value={name}
            autoComplete="off"
            onChange={event => setName(event.currentTarget.value)}
          />
        </div>
        <button type="submit" className="button">
          {t("verify.trust.pin")}
        </button>
      </form>
      {error !== null && <Failure error={error} />}
    </details>
  );
}
