import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Examined, examineProof } from "../../api/extracts";
import { homeChainQuery } from "../../api/queries";
import { DropZone } from "../../components/drop-zone";
import { type ChosenFile, readChosen } from "../../components/file-bytes";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { toBase64url } from "../../ledger/base64url";
import { refutedPart } from "../../ledger/extract";
import { parseJson } from "../../verify/json";
import { FindingFacts } from "./finding";

/** Examines a proof: this browser checks receipts and commitments itself; what the mark is worth, the own department's node computes. */
export function Examine() {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const [proof, setProof] = useState<ChosenFile | null>(null);
  const [found, setFound] = useState<ChosenFile | null>(null);
  const [busy, setBusy] = useState(false);
  const [wrongFile, setWrongFile] = useState(false);
  const [result, setResult] = useState<Examined | null>(null);
  const [error, setError] = useState<unknown>(null);

  async function choose(file: File | undefined, set: (file: ChosenFile | null) => void): Promise<void> {
    if (file === undefined) return;
    const read = await readChosen(file);
    setWrongFile(read === null);
    set(read);
    setResult(null);
  }

  async function examine(): Promise<void> {
    if (proof === null || found === null || home === undefined) return;
    setBusy(true);
    setError(null);
    setResult(null);
    try {
      const value = parseJson(proof.bytes);
      const part = await refutedPart(value, found.bytes, home.chain);
      setResult(
        part === null
          ? await examineProof(toBase64url(found.bytes), value)
          : { holds: false, part, detail: "" },
      );
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section aria-labelledby="examine">
      <h2 id="examine">{t("trace.examine")}</h2>
      <p className="hint">{t("trace.examineHint")}</p>
      <form
        className="card"
        onSubmit={event => {
          event.preventDefault();
          void examine();
        }}
      >
        <DropZone
          label={t("trace.proofFile")}
          hint={proof?.name ?? t("trace.proofHint")}
          accept=".json,application/json"
          onFiles={([file]) => void choose(file, setProof)}
        />
        <DropZone
          label={t("trace.foundFile")}
          hint={found?.name ?? t("trace.fileHint")}
          onFiles={([file]) => void choose(file, setFound)}
        />
        {wrongFile && <p className="error">{t("extracts.error.size")}</p>}
        <p className="actions">
          <button
            type="submit"
            className="button button-main"
            disabled={proof === null || found === null || busy}
          >
            {t("trace.examineNow")}
          </button>
        </p>
      </form>
      <div role="status">{busy && <Notice tone="info" title={t("verify.working")} />}</div>
      {error !== null && <Failure error={error} />}
      {result?.holds === false && (
        <Notice tone="bad" title={t("trace.fails")}>
          <p>{t(`trace.part.${result.part}`)}</p>
        </Notice>
      )}
      {result?.holds === true && (
        <article className="verdict verdict-good" aria-label={t("trace.holds")}>
          <h3>
            <span aria-hidden="true">✓ </span>
            {t("trace.holds")}
          </h3>
          <p className="hint">{t("trace.holdsHint")}</p>
          <FindingFacts finding={result.finding} />
          {result.traced !== null && (
            <p className="hint">
              {t("trace.tracedAt")} <Time ms={result.traced} />
            </p>
          )}
        </article>
      )}
    </section>
  );
}
