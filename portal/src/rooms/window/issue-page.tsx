import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { demoQuery } from "../../api/demo";
import { composeCertificate } from "../../api/desk";
import type { OfficerPost } from "../../api/session";
import { type Request, requestQuery } from "../../api/sharing";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { DueLamp } from "../../components/due-lamp";
import { TextField } from "../../components/field";
import { PostGate, usePostText } from "../../components/gate";
import { fieldText, kindText, purposeText, useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useDraft } from "../../components/use-draft";
import { FUND_FIELDS, type FundField, fundProblems, monthlyOf } from "../../ledger/fund";
import { normaliseNumber } from "../../ledger/numbers";
import { forgetDraft } from "../../store/drafts";

type Form = Record<FundField, string>;

const EMPTY = Object.fromEntries(FUND_FIELDS.map(name => [name, ""])) as Form;

const DECIMAL = new Set<FundField>(["basenum", "unitprop", "indiprop", "indipaysum", "bal", "amt"]);

/** The arithmetic of the form, as it stands while it is being filled in. */
function Arithmetic({ form }: { form: Form }) {
  const { t } = useTranslation();
  const expected = monthlyOf(form.basenum, form.unitprop, form.indiprop);
  if (expected === null) return <p className="hint">{t("issue.arithmeticLater")}</p>;
  const good = expected === form.indipaysum;
  return (
    <p className={good ? "arithmetic arithmetic-good" : "arithmetic"} role="status">
      <span aria-hidden="true">{good ? "✓ " : "! "}</span>
      {t("issue.arithmetic", {
        base: form.basenum,
        unit: form.unitprop,
        person: form.indiprop,
        sum: expected,
      })}{" "}
      {t(good ? "issue.arithmeticGood" : "issue.arithmeticBad")}
    </p>
  );
}

function draftOf(request: string): string {
  return `issue ${request}`;
}

function IssueForm({
  request,
  post,
  onAct,
}: {
  request: Request;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const { data: demo } = useQuery(demoQuery);
  const { form, change } = useDraft(draftOf(request.id), EMPTY);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const problems = fundProblems(form);
  const sample = demo?.samples.certificate;

  async function compose(): Promise<void> {
    setTried(true);
    if (Object.keys(problems).length > 0 || seal === null) return;
    setBusy(true);
    setError(null);
    try {
      const fields = Object.fromEntries(FUND_FIELDS.map(name => [name, form[name]]));
      const { material, credential, status, until } = await composeCertificate(request.id, fields);
      onAct({
        operation: "sharing.issue",
        arguments: { request: request.id, material, credential, until, status: { ...status } },
        seal: { key: seal, asAccount: false },
        as: postText(post),
        // The content is personal: once issued it is kept by the node alone.
        draft: draftOf(request.id),
      });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  function fillSample(): void {
    const known = Object.entries(sample ?? {}).filter(([name]) => FUND_FIELDS.some(one => one === name));
    change(Object.fromEntries(known));
  }

  return (
    <>
      {sample && (
        <Notice tone="info" title={t("issue.sample")}>
          <button type="button" className="button" onClick={fillSample}>
            {t("issue.fillSample")}
          </button>
        </Notice>
      )}
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          void compose();
        }}
      >
        <div className="fields form-grid">
          {FUND_FIELDS.map(name => {
            const problem = problems[name];
            // What has been typed is judged at once, what is empty only when it is handed in.
            const shown = problem && (tried || form[name] !== "") ? t(`issue.problem.${problem}`) : null;
            return (
              <TextField
                key={name}
                label={fieldText(t, name)}
                value={form[name]}
                error={shown}
                {...(DECIMAL.has(name) ? { inputMode: "decimal" as const } : {})}
                onChange={value => change({ [name]: name === "certinum" ? normaliseNumber(value) : value })}
              />
            );
          })}
        </div>
        <Arithmetic form={form} />
        {tried && Object.keys(problems).length > 0 && (
          <Notice tone="bad" title={t("issue.incomplete", { n: Object.keys(problems).length })} />
        )}
        {error !== null && <Failure error={error} />}
        <p className="hint">{t("issue.privacy")}</p>
        <p className="actions">
          <button type="submit" className="button button-main" disabled={busy}>
            {t(busy ? "issue.composing" : "act.toCheck")}
          </button>
        </p>
      </form>
    </>
  );
}

function Issue({ id, post }: { id: string; post: OfficerPost }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const request = useQuery(requestQuery(id));
  const [asked, setAsked] = useState<Asked | null>(null);
  const [done, setDone] = useState(false);
  const state = request.data?.value?.state;
  useEffect(() => {
    // Issued from another window, declined or cancelled: what was typed about the person has nothing to wait for.
    if (state !== undefined && state !== "open") forgetDraft(draftOf(id));
  }, [state, id]);
  return (
    <>
      <Answered query={request}>
        {({ value }) =>
          value === null || value.state !== "open" ? (
            <Notice tone="warn" title={t("issue.notOpen")} />
          ) : (
            <>
              <p className="receipt-facts">
                <strong>{kindText(t, value.kind)}</strong>
                <span>
                  {t("common.pair", {
                    name: t("act.argument.purpose"),
                    value: purposeText(t, value.purpose),
                  })}
                </span>
                {value.due && <DueLamp due={value.due} />}
              </p>
              <IssueForm request={value} post={post} onAct={setAsked} />
            </>
          )
        }
      </Answered>
      <ActSheet
        asked={asked}
        onClose={() => {
          setAsked(null);
          if (done) void navigate("/window");
        }}
        onDone={act => {
          if (act.state === "final") setDone(true);
        }}
      />
    </>
  );
}

/** Issues a certificate: the form with its arithmetic, composed and encrypted by the department's own node. */
export function IssuePage() {
  const { t } = useTranslation();
  const { request = "" } = useParams();
  return (
    <Page title={t("issue.title")} lead={t("issue.lead")}>
      <p className="crumbs">
        <Link to="/window">{t("window.name")}</Link>
      </p>
      <PostGate operation="sharing.issue">
        {(_, post) => <Issue key={request} id={request} post={post} />}
      </PostGate>
    </Page>
  );
}
