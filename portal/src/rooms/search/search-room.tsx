import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useSearchParams } from "react-router";
import { type EvidenceSearch, evidencePage } from "../../api/queries";
import { AtHeight } from "../../components/badge";
import { Digest } from "../../components/digest";
import { DropZone } from "../../components/drop-zone";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { hashFile } from "../../ledger/hash-file";
import { loadAccount } from "../../ledger/identity";
import type { StoredReceipt } from "../../store/receipts";
import { useReceipts } from "../../store/use-receipts";
import { parseDigest } from "../../verify/digest";
import { isKey } from "../../verify/signature";
import { EntryList } from "./entry-list";

/** Results of one search, page by page. */
function Results({ search }: { search: EvidenceSearch }) {
  const { t } = useTranslation();
  const { data, error, fetchNextPage, hasNextPage, isFetching, refetch } = useInfiniteQuery({
    queryKey: ["evidence", search],
    queryFn: ({ pageParam, signal }) => evidencePage(search, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: last => (last.next === null ? undefined : String(last.next)),
  });
  const pages = data?.pages ?? [];
  const entries = pages.flatMap(page => page.items);
  const [first] = pages;
  return (
    <div aria-live="polite">
      {error && <Failure error={error} retry={() => void refetch()} />}
      {isFetching && entries.length === 0 && <Notice tone="info" title={t("common.loading")} />}
      {first && entries.length === 0 && !hasNextPage && <p className="empty card">{t("search.none")}</p>}
      <EntryList entries={entries} />
      {hasNextPage && (
        <button type="button" className="button" disabled={isFetching} onClick={() => void fetchNextPage()}>
          {t("search.more")}
        </button>
      )}
      {first && <AtHeight height={first.at_height} />}
    </div>
  );
}

/** Receipts in this browser for the same content: a sealed deposit is found by its holder only. */
function OwnReceipts({ contents }: { contents: readonly string[] }) {
  const { t } = useTranslation();
  const receipts = useReceipts() ?? [];
  const own: StoredReceipt[] = receipts.filter(one =>
    one.files.some(file => contents.includes(file.content)),
  );
  if (own.length === 0) return null;
  return (
    <Notice tone="good" title={t("search.own", { n: own.length })}>
      <ul className="plain-list">
        {own.map(one => {
          const item = one.files.findIndex(file => contents.includes(file.content));
          return (
            <li key={one.id}>
              <Link to={`/verify?receipt=${encodeURIComponent(one.id)}&item=${item}`}>
                {one.files[item]?.name}
              </Link>
            </li>
          );
        })}
      </ul>
    </Notice>
  );
}

/** Deposits of one content under either of its digests; one answer where there are none. */
function Found({ contents }: { contents: readonly string[] }) {
  const { t } = useTranslation();
  const first = useQueries({
    queries: contents.map(commitment => ({
      queryKey: ["evidence-first-page", commitment],
      queryFn: ({ signal }: { signal: AbortSignal }) => evidencePage({ commitment }, null, signal),
    })),
  });
  const failed = first.find(one => one.error !== null);
  if (failed) return <Failure error={failed.error} retry={() => first.map(one => one.refetch())} />;
  if (first.some(one => one.data === undefined)) return <Notice tone="info" title={t("common.loading")} />;
  const found = contents.filter((_, at) => first[at]?.data?.items.length || first[at]?.data?.next);
  return (
    <>
      {found.length === 0 && (
        <>
          <p className="empty card">{t("search.noneForFile")}</p>
          <AtHeight height={Math.min(...first.map(one => one.data?.at_height ?? 0))} />
        </>
      )}
      {found.map(content => (
        <div key={content}>
          <p className="hint">
            {t("search.by")} <Digest value={content} />
          </p>
          <Results search={{ commitment: content }} />
        </div>
      ))}
    </>
  );
}

function FileSearch({ file }: { file: File }) {
  const { t } = useTranslation();
  const [share, setShare] = useState(0);
  const [contents, setContents] = useState<readonly string[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const controller = new AbortController();
    setContents(null);
    setError(null);
    // Depositors may have chosen either algorithm.
    hashFile(file, ["sha256", "sm3"], setShare, controller.signal).then(
      digests => setContents([...digests.values()]),
      caught => controller.signal.aborted || setError(caught),
    );
    return () => controller.abort();
  }, [file]);
  if (error !== null) return <Failure error={error} />;
  if (contents === null) {
    return (
      <Notice tone="info" title={t("search.hashing", { name: file.name })}>
        <progress max={1} value={share} aria-label={t("search.hashing", { name: file.name })} />
      </Notice>
    );
  }
  return (
    <section aria-labelledby="found">
      <h2 id="found">{t("search.foundFor", { name: file.name })}</h2>
      <OwnReceipts contents={contents} />
      <Found contents={contents} />
    </section>
  );
}

function WordSearch() {
  const { t } = useTranslation();
  const id = useId();
  const go = useNavigate();
  const [parameters, setParameters] = useSearchParams();
  const [words, setWords] = useState(parameters.get("account") ?? parameters.get("commitment") ?? "");
  const [wrong, setWrong] = useState(false);
  const [own, setOwn] = useState<string | null>(null);
  useEffect(() => {
    loadAccount().then(
      account => setOwn(account?.id ?? null),
      () => {},
    );
  }, []);

  function search(text: string): void {
    const wanted = text.trim().toLowerCase();
    const known = isKey(wanted) || parseDigest(wanted) !== null;
    setWrong(!known);
    if (isKey(wanted)) setParameters({ account: wanted });
    else if (known) setParameters({ commitment: wanted });
  }

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        search(words);
      }}
    >
      <div className="field">
        <label htmlFor={id}>{t("search.words")}</label>
        <input
          id={id}
          value={words}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={wrong}
          aria-describedby={wrong ? `${id}-error` : undefined}
          onChange={event => setWords(event.currentTarget.value)}
        />
        {wrong && (
          <span className="error" id={`${id}-error`}>
            {t("search.wrong")}
          </span>
        )}
      </div>
      <p className="actions">
        <button type="submit" className="button">
          {t("search.go")}
        </button>
        {own !== null && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => {
              setWords(own);
              setWrong(false);
              void go(`/search?account=${own}`);
            }}
          >
            {t("search.mine")}
          </button>
        )}
      </p>
    </form>
  );
}

/** Search (查证): has this file been deposited in the open, by whom first; what has an account deposited. */
export function SearchRoom() {
  const { t } = useTranslation();
  const [file, setFile] = useState<File | null>(null);
  const [parameters] = useSearchParams();
  const account = parameters.get("account");
  const commitment = parameters.get("commitment");
  const search: EvidenceSearch | null = account ? { account } : commitment ? { commitment } : null;
  return (
    <Page title={t("search.title")} lead={t("search.lead")}>
      <DropZone
        label={t("search.drop")}
        hint={t("search.dropHint")}
        onFiles={([one]) => one && setFile(one)}
      />
      {file && <FileSearch file={file} />}
      <section aria-labelledby="by-words">
        <h2 id="by-words">{t("search.byWords")}</h2>
        <WordSearch />
        {search && <Results search={search} />}
      </section>
    </Page>
  );
}
