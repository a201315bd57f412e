import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type NeededMaterial, said } from "../../api/items";
import { ensureAccount } from "../../ledger/identity";
import { deskKey, handIn, MOST_BYTES } from "../../ledger/materials";
import { DropZone } from "../drop-zone";
import { formatSize } from "../format";
import { Failure, Notice } from "../notice";
import { useLanguage } from "../use-language";

/** A file that the desk keeps already, and the application names. */
export interface Attached {
  readonly name: string;
  readonly size: number;
  readonly material: string;
}

/** Hands in one material; what is handed in already is named, and can be replaced. */
export function MaterialInput({
  need,
  department,
  owner,
  attached,
  onAttached,
}: {
  need: NeededMaterial;
  /** The department that keeps it: that of the item. */
  department: string;
  owner: { readonly for?: string; readonly principal?: string };
  attached: Attached | null;
  onAttached: (attached: Attached) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [wrong, setWrong] = useState<"tooLarge" | "empty" | null>(null);

  async function take(files: readonly File[]): Promise<void> {
    const [file] = files;
    if (file === undefined) return;
    setError(null);
    setWrong(null);
    if (file.size > MOST_BYTES) return setWrong("tooLarge");
    if (file.size === 0) return setWrong("empty");
    setBusy(true);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { id } = await ensureAccount();
      const to = { key: await deskKey(department), account: id, department };
      const { material } = await handIn({ name: file.name, type: file.type, bytes }, to, owner);
      onAttached({ name: file.name, size: file.size, material });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <DropZone
        label={t(attached === null ? "application.attach" : "application.replace", {
          name: said(need.name, language),
        })}
        hint={t("application.attachHint", { size: formatSize(MOST_BYTES, language) })}
        onFiles={files => void take(files)}
      />
      <p role="status">
        {busy && t("application.attaching")}
        {!busy &&
          attached !== null &&
          t("application.attached", { name: attached.name, size: formatSize(attached.size, language) })}
      </p>
      {wrong !== null && <Notice tone="bad" title={t(`application.file.${wrong}`)} />}
      {error !== null && <Failure error={error} />}
    </>
  );
}
