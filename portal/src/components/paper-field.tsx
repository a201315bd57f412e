import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { homeChainQuery } from "../api/queries";
import { hashFile } from "../ledger/hash-file";
import { suiteAlgorithm } from "../verify/digest";
import { Digest } from "./digest";
import { DropZone } from "./drop-zone";
import { TextField } from "./field";
import { Failure } from "./notice";
import { saveAs } from "./save";

/** A paper that stays off the ledger: its digest, and what it is called here. */
export interface Paper {
  readonly name: string;
  readonly digest: string;
}

/** A paper whose digest goes on the ledger: a file of this device, or a text that is written here and saved as a file to be handed in. */
export function PaperField({
  label,
  hint,
  paper,
  onChange,
}: {
  label: string;
  hint: string;
  paper: Paper | null;
  onChange: (paper: Paper | null) => void;
}) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const [text, setText] = useState("");
  const [error, setError] = useState<unknown>(null);

  async function take(name: string, content: Blob): Promise<void> {
    if (!home) return;
    setError(null);
    try {
      const algorithm = suiteAlgorithm(home.genesis.suite);
      const digest = (await hashFile(content, [algorithm])).get(algorithm) ?? "";
      onChange({ name, digest });
    } catch (caught) {
      setError(caught);
    }
  }

  async function write(): Promise<void> {
    const name = "yinxin-paper.txt";
    await take(name, new Blob([text]));
    saveAs(name, text, "text/plain;charset=utf-8");
  }

  return (
    <fieldset className="fields">
      <legend>{label}</legend>
      <p className="hint">{hint}</p>
      <DropZone
        label={t("paper.drop")}
        hint={t("paper.dropHint")}
        onFiles={([file]) => file && void take(file.name, file)}
      />
      <TextField lines={4} label={t("paper.write")} value={text} onChange={setText} />
      <p className="actions">
        <button
          type="button"
          className="button"
          disabled={text.trim() === "" || !home}
          onClick={() => void write()}
        >
          {t("paper.save")}
        </button>
      </p>
      <div aria-live="polite">
        {paper && (
          <p>
            {t("paper.taken", { name: paper.name })} <Digest value={paper.digest} />
          </p>
        )}
      </div>
      {error !== null && <Failure error={error} />}
    </fieldset>
  );
}
