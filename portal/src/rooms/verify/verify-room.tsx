import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { homeChainQuery } from "../../api/queries";
import { DropZone } from "../../components/drop-zone";
import { formatSize } from "../../components/format";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useLanguage } from "../../components/use-language";
import { pinnedChains, type TrustedChain } from "../../store/chains";
import { findReceipt, receiptDocument } from "../../store/receipts";
import { utf8 } from "../../verify/bytes";
import { isObject, parseJson } from "../../verify/json";
import { MAX_RECEIPT_BYTES } from "../../verify/receipt";
import { TrustPanel } from "./trust-panel";
import { useVerdict } from "./use-verdict";
import { VerdictView } from "./verdict-view";

interface Named {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const pinnedQuery = { queryKey: ["pinned-chains"], queryFn: pinnedChains };

function useTrustedChains(): readonly TrustedChain[] {
  const { data: home } = useQuery(homeChainQuery);
  const { data: pinned } = useQuery(pinnedQuery);
  return useMemo(() => {
    const own: TrustedChain[] = home
      ? [{ chain: home.chain, name: home.genesis.name, source: "home", since: home.genesis.time }]
      : [];
    return [...own, ...(pinned ?? []).filter(one => one.chain !== home?.chain)];
  }, [home, pinned]);
}

/** Whether dropped bytes mean to be a receipt, so that one drop of both can be sorted out. */
function looksLikeReceipt(name: string, bytes: Uint8Array): boolean {
  if (name.endsWith(".receipt.json")) return true;
  const document = parseJson(bytes);
  return (
    isObject(document) && typeof document.format === "string" && document.format.startsWith("yinxin-receipt/")
  );
}

function Slot({
  label,
  name,
  note,
  onClear,
}: {
  label: string;
  name: string;
  note: string;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  return (
    <p className="slot">
      <span className="hint">{label}</span>
      <strong className="file-name">{name}</strong>
      <span className="hint">{note}</span>
      <button
        type="button"
        className="button button-quiet"
        aria-label={t("deposit.choose.remove", { name })}
        onClick={onClear}
      >
        {t("common.remove")}
      </button>
    </p>
  );
}

/** Verify (核验): the browser checks everything itself; no request is made. */
export function VerifyRoom() {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const chains = useTrustedChains();
  const [parameters, setParameters] = useSearchParams();
  const [receipt, setReceipt] = useState<Named | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [error, setError] = useState<unknown>(null);
  const { verdict, share } = useVerdict(
    receipt?.bytes ?? null,
    file,
    chains.map(one => one.chain),
  );
  const checkedAt = useMemo(() => (verdict ? Date.now() : 0), [verdict]);

  const wanted = parameters.get("receipt");
  const item = Number(parameters.get("item") ?? 0);
  useEffect(() => {
    if (wanted === null) return;
    let current = true;
    findReceipt(wanted).then(
      stored => {
        const document = stored && receiptDocument(stored, item);
        if (current && document) setReceipt({ name: document.name, bytes: utf8(document.text) });
      },
      caught => current && setError(caught),
    );
    return () => {
      current = false;
    };
  }, [wanted, item]);

  async function take(files: File[]): Promise<void> {
    setError(null);
    try {
      for (const one of files) {
        const bytes = one.size <= MAX_RECEIPT_BYTES ? new Uint8Array(await one.arrayBuffer()) : null;
        if (bytes !== null && looksLikeReceipt(one.name, bytes)) setReceipt({ name: one.name, bytes });
        else setFile(one);
      }
    } catch (caught) {
      setError(caught);
    }
  }

  async function takeReceipt([one]: File[]): Promise<void> {
    if (one === undefined) return;
    setError(null);
    try {
      // Whatever was chosen as a receipt is judged as one; too large is no receipt, and is not read.
      const bytes = new Uint8Array(await one.slice(0, MAX_RECEIPT_BYTES + 1).arrayBuffer());
      setReceipt({ name: one.name, bytes });
    } catch (caught) {
      setError(caught);
    }
  }

  function clearReceipt(): void {
    setReceipt(null);
    if (wanted !== null) setParameters({}, { replace: true });
  }

  return (
    <Page title={t("verify.title")} lead={t("verify.lead")}>
      <div className="no-print">
        {receipt === null ? (
          <DropZone
            multiple
            label={t("verify.dropReceipt")}
            hint={t("verify.dropReceiptHint")}
            onFiles={files => void (files.length === 1 ? takeReceipt(files) : take(files))}
          />
        ) : (
          <Slot
            label={t("verify.receipt")}
            name={receipt.name}
            note={formatSize(receipt.bytes.length, language)}
            onClear={clearReceipt}
          />
        )}
        {file === null ? (
          <DropZone
            label={t("verify.dropFile")}
            hint={t("verify.dropFileHint")}
            onFiles={([one]) => one && setFile(one)}
          />
        ) : (
          <Slot
            label={t("verify.file")}
            name={file.name}
            note={formatSize(file.size, language)}
            onClear={() => setFile(null)}
          />
        )}
      </div>
      {error !== null && <Failure error={error} />}
      {receipt !== null && verdict === null && (
        <Notice tone="info" title={t("verify.working")}>
          <progress max={1} value={share} aria-label={t("verify.working")} />
        </Notice>
      )}
      {receipt !== null && verdict !== null && (
        <VerdictView verdict={verdict} file={file} checkedAt={checkedAt} />
      )}
      {receipt === null && file !== null && <Notice tone="info" title={t("verify.needReceipt")} />}
      <div className="no-print">
        <TrustPanel
          chains={chains}
          onChange={() => void client.invalidateQueries({ queryKey: pinnedQuery.queryKey })}
        />
      </div>
    </Page>
  );
}
