import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { extractQuery, type Finding, type Trace, traceFile } from "../../api/extracts";
import { homeChainQuery } from "../../api/queries";
import { covers, type OfficerPost } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { DropZone } from "../../components/drop-zone";
import { TextField } from "../../components/field";
import { type ChosenFile, readChosen } from "../../components/file-bytes";
import { formatCount } from "../../components/format";
import { PostGate, usePostText } from "../../components/gate";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { saveAs } from "../../components/save";
import { Time } from "../../components/time";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import { toBase64url } from "../../ledger/base64url";
import { commitFound, composeProof, foundSaltOf } from "../../ledger/extract";
import { planLook } from "../../ledger/look";
import type { StoredAct } from "../../store/acts";
import { suiteAlgorithm } from "../../verify/digest";
import { Examine } from "./examine";
import { FindingFacts } from "./finding";

/** The purpose of a look at a mark. */
const PURPOSE = "leak";

/** Saves the proof of a trace that is on the ledger. */
function SaveProof({ trace }: { trace: StoredAct }) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const id = String(trace.arguments.extract);
  const record = useQuery(extractQuery(id));
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const mark = record.data?.value?.mark ?? null;

  async function save(): Promise<void> {
    if (home === undefined || mark === null) return;
    setBusy(true);
    setError(null);
    try {
      const algorithm = suiteAlgorithm(home.genesis.suite);
      const proof = await composeProof(trace, { extract: id, mark, algorithm });
      saveAs(`proof-${String(trace.arguments.case)}-${id.slice(-8)}.json`, proof, "application/json");
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          disabled={busy || mark === null}
          onClick={() => void save()}
        >
          {t("trace.saveProof")}
        </button>
      </p>
      {record.error && <Failure error={record.error} />}
      {error !== null && <Failure error={error} />}
    </>
  );
}

interface Search {
  readonly file: ChosenFile;
  readonly trace: Trace;
  /** The salted commitment to the file, one for the whole search. */
  readonly found: { readonly salt: string; readonly commitment: string };
}

/** A delivery that was named, with the step that puts the trace on the ledger, and then its proof. */
function Named({
  finding,
  search,
  name,
  post,
  onAct,
}: {
  finding: Finding;
  search: Search;
  name: string;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const [error, setError] = useState<unknown>(null);
  const done = useOwnActs().find(
    act =>
      act.operation === "sharing.extract_trace" &&
      act.arguments.extract === finding.extract &&
      act.arguments.found === search.found.commitment &&
      act.state === "final",
  );

  async function open(): Promise<void> {
    setError(null);
    try {
      const request = await planLook("sharing.extract_trace", {
        for: post.body,
        case: name,
        extract: finding.extract,
        found: search.found.commitment,
        purpose: PURPOSE,
      });
      const keep = { ...(request.keep as object), foundSalt: search.found.salt };
      onAct({ ...request, keep, as: postText(post), warning: t("trace.openWarning") });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <article className="verdict verdict-bad" aria-label={t("trace.named")}>
      <h3>{t("trace.named")}</h3>
      <FindingFacts finding={finding} />
      {error !== null && <Failure error={error} />}
      {done ? (
        <SaveProof trace={done} />
      ) : (
        <p className="actions">
          <button type="button" className="button button-main" onClick={() => void open()}>
            {t("trace.open")}
          </button>
        </p>
      )}
    </article>
  );
}

function Tracing({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { data: home } = useQuery(homeChainQuery);
  const { form, change } = useDraft(`trace ${post.body}`, { case: "" });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [file, setFile] = useState<ChosenFile | null>(null);
  const [wrongFile, setWrongFile] = useState(false);
  const [tried, setTried] = useState(false);
  const [examined, setExamined] = useState<number | null>(null);
  const [search, setSearch] = useState<Search | null>(null);
  const [error, setError] = useState<unknown>(null);
  const name = form.case.trim();
  const earlier = useOwnActs().filter(
    act =>
      act.operation === "sharing.extract_trace" &&
      act.state === "final" &&
      act.arguments.for === post.body &&
      act.arguments.found !== search?.found.commitment &&
      foundSaltOf(act) !== null,
  );
  const count = (number: number) => formatCount(number, language);

  async function choose(chosen: File | undefined): Promise<void> {
    if (chosen === undefined) return;
    const read = await readChosen(chosen);
    setWrongFile(read === null);
    setFile(read);
    setSearch(null);
  }

  async function compare(): Promise<void> {
    setTried(true);
    setError(null);
    if (file === null || name === "" || home === undefined) return;
    setSearch(null);
    setExamined(0);
    try {
      const trace = await traceFile(toBase64url(file.bytes), setExamined);
      setSearch({ file, trace, found: commitFound(suiteAlgorithm(home.genesis.suite), file.bytes) });
    } catch (caught) {
      setError(caught);
    } finally {
      setExamined(null);
    }
  }

  return (
    <section aria-labelledby="trace">
      <h2 id="trace">{t("trace.find")}</h2>
      <p className="hint">{t("trace.findHint")}</p>
      <form
        className="card"
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void compare();
        }}
      >
        <DropZone
          label={t("trace.file")}
          hint={t("trace.fileHint")}
          onFiles={([chosen]) => void choose(chosen)}
        />
        {file && (
          <p>
            <strong>{file.name}</strong>
          </p>
        )}
        {wrongFile && <p className="error">{t("extracts.error.size")}</p>}
        {tried && file === null && !wrongFile && <p className="error">{t("extracts.error.file")}</p>}
        <TextField
          label={t("trace.case")}
          hint={t("window.noPersonal")}
          value={form.case}
          error={tried && name === "" ? t("wallet.error.case") : null}
          onChange={value => change({ case: value })}
        />
        <p className="actions">
          <button type="submit" className="button button-main" disabled={examined !== null}>
            {t("trace.compare")}
          </button>
        </p>
      </form>
      <div aria-live="polite">
        {examined !== null && (
          <Notice tone="info" title={t("trace.comparing", { n: count(examined) })}>
            <progress aria-label={t("trace.comparing", { n: count(examined) })} />
          </Notice>
        )}
        {search && search.trace.named.length === 0 && (
          <Notice tone="info" title={t("trace.nobody")}>
            <p>{t("trace.nobodyHint", { n: count(search.trace.deliveries) })}</p>
          </Notice>
        )}
        {search && search.trace.missing > 0 && (
          <Notice tone="warn" title={t("trace.missing", { n: count(search.trace.missing) })} />
        )}
      </div>
      {error !== null && <Failure error={error} />}
      {search?.trace.named.map(one => (
        <Named key={one.extract} finding={one} search={search} name={name} post={post} onAct={setAsked} />
      ))}
      {earlier.length > 0 && (
        <>
          <h3>{t("trace.earlier")}</h3>
          <ul className="row-list">
            {earlier.map(act => (
              <li key={act.id}>
                <p className="row-title">
                  <strong>{String(act.arguments.case)}</strong>{" "}
                  <span className="hint">
                    <Time ms={act.end?.time ?? act.createdAt} />
                  </span>
                </p>
                <SaveProof trace={act} />
              </li>
            ))}
          </ul>
        </>
      )}
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </section>
  );
}

/** Whose delivery a found file is: for the owner's officers; and examining the proof of that, for everybody who audits. */
export function TracePage() {
  const { t } = useTranslation();
  return (
    <Page title={t("trace.title")} lead={t("trace.lead")}>
      <p className="crumbs">
        <Link to="/extracts">{t("extracts.name")}</Link>
      </p>
      <PostGate operation="sharing.extract_trace" atBodyWith="audit">
        {(_, post) => (
          <>
            {covers(post.scope, "sharing.extract_trace") ? (
              <Tracing key={post.body} post={post} />
            ) : (
              <Notice tone="info" title={t("trace.onlyOwner")} />
            )}
            <Examine />
          </>
        )}
      </PostGate>
    </Page>
  );
}
