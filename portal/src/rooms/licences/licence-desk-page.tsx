import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { composeLicence, composeLicenceContent } from "../../api/desk";
import { type LicenceCase, licenceCaseQuery, licenceQuery } from "../../api/licences";
import { fieldFaults } from "../../api/problem";
import type { OfficerPost } from "../../api/session";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { Answered } from "../../components/answered";
import { TextField } from "../../components/field";
import { focusField } from "../../components/form/focus-field";
import { PostGate, usePostText } from "../../components/gate";
import { AccreditationWarning } from "../../components/licence/accreditation";
import { LicenceBadge, LicenceFacts, useLabel } from "../../components/licence/licence-parts";
import { fieldText, useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { citizenNumberValid, creditCodeValid, normaliseNumber } from "../../ledger/numbers";
import type { JsonObject } from "../../verify/json";

/** Asks for an act of the officer beside the seal of the department. */
type Act = (operation: string, given: JsonObject, warning?: string) => void;

const FAULTS = {
  FIELD_CITIZEN: "licence.desk.wrong.code",
  FIELD_MISSING: "licence.desk.missing",
  FIELD_ORDER: "licence.desk.wrong.otherwise",
  FIELD_TEXT: "licence.desk.wrong.text",
} as const;

/** Whether a text is the number of a person or of a body. */
function numberValid(text: string): boolean {
  return citizenNumberValid(text) || creditCodeValid(text);
}

/** What is wrong with a field, in words. */
function faultText(t: TFunction, fault: string | null): string | null {
  if (fault === null) return null;
  const known = (Object.keys(FAULTS) as (keyof typeof FAULTS)[]).find(one => one === fault);
  return t(known === undefined ? "licence.desk.wrong.other" : FAULTS[known]);
}

/** What the licence says, composed by the department's node, and the decision that names it. Nothing of it is kept in the browser. */
function ContentForm({ of, act }: { of: LicenceCase; act: Act }) {
  const { t } = useTranslation();
  const label = useLabel();
  const [form, setForm] = useState<Readonly<Record<string, string>>>({});
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const holder = of.holderCode === null ? ["holder", "holder_code"] : ["holder"];
  const fields = [
    ...holder.map(name => ({ name, text: fieldText(t, name) })),
    ...of.written.map(field => ({ name: field.name, text: label(field.label) })),
  ];
  const value = (name: string) => form[name]?.trim() ?? "";

  async function compose(): Promise<void> {
    setTried(true);
    const empty = fields.find(({ name }) => value(name) === "");
    if (empty !== undefined) {
      focusField(empty.name);
      return;
    }
    // As the node judges it, without asking the node.
    if (holder.includes("holder_code") && !numberValid(value("holder_code"))) {
      setFaults({ holder_code: "FIELD_CITIZEN" });
      focusField("holder_code");
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const written = Object.fromEntries(fields.map(({ name }) => [name, value(name)]));
      const { licence } = await composeLicenceContent(of.number, written);
      const seen = of.materials as JsonObject;
      act("approval.decide", { case: of.number, licence, outcome: "approve", seen });
    } catch (caught) {
      const named = fieldFaults(caught);
      setFaults(named);
      const first = fields.find(({ name }) => named[name] !== undefined);
      if (first === undefined) setError(caught);
      else focusField(first.name);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void compose();
      }}
    >
      <h2>{t("licence.desk.content")}</h2>
      <p className="hint">{t("licence.desk.contentHint")}</p>
      {of.kind !== null && <AccreditationWarning department={of.department} kind={of.kind} />}
      <div className="fields form-grid">
        {fields.map(({ name, text }) => (
          <div key={name} id={`field-${name}`}>
            <TextField
              label={text}
              value={form[name] ?? ""}
              error={
                tried && value(name) === "" ? t("licence.desk.missing") : faultText(t, faults[name] ?? null)
              }
              onChange={typed => {
                setForm({ ...form, [name]: name === "holder_code" ? normaliseNumber(typed) : typed });
                // What is being mended is not wrong any more until it is judged again.
                setFaults(Object.fromEntries(Object.entries(faults).filter(([one]) => one !== name)));
              }}
            />
          </div>
        ))}
      </div>
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="submit" className="button button-main" disabled={busy}>
          {t(busy ? "licence.desk.working" : "licence.desk.approve")}
        </button>
      </p>
    </form>
  );
}

/** The licence that was decided, issued under the key of the department. */
function IssuePart({ of, act }: { of: LicenceCase; act: Act }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  async function issue(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const { status, ...composed } = await composeLicence(of.number);
      act("approval.licence_issue", { ...composed, status: { ...status } });
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <>
      <Notice tone="info" title={t("licence.desk.ready")} />
      {of.kind !== null && <AccreditationWarning department={of.department} kind={of.kind} />}
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="button" className="button button-main" disabled={busy} onClick={() => void issue()}>
          {t(busy ? "licence.desk.working" : "licence.desk.issue")}
        </button>
      </p>
    </>
  );
}

/** From this grade on an officer is a head (负责人), who alone withholds and takes licences. */
const HEAD = 3;

/** An issued licence, and what a head can do with it. */
function IssuedPart({ id, head, act }: { id: string; head: boolean; act: Act }) {
  const { t } = useTranslation();
  const record = useQuery(licenceQuery(id));
  const [reason, setReason] = useState("");
  const [remedy, setRemedy] = useState("");
  const said = reason.trim() !== "";
  const why = { licence: id, reason: reason.trim() };
  const given = { ...why, remedy: remedy.trim() };
  return (
    <Answered query={record}>
      {({ value }) =>
        value === null ? (
          <Notice tone="bad" title={t("failure.ANSWER_UNREADABLE.title")} />
        ) : (
          <>
            <p className="row-title">
              <LicenceBadge state={value.state} />
            </p>
            <LicenceFacts licence={value} />
            {head && ["valid", "suspended", "expired"].includes(value.state) && (
              <section aria-labelledby="licence-change">
                <h2 id="licence-change">{t("licence.desk.change")}</h2>
                <TextField label={t("act.argument.reason")} value={reason} lines={3} onChange={setReason} />
                <TextField label={t("act.argument.remedy")} value={remedy} onChange={setRemedy} />
                <p className="actions">
                  {value.state === "valid" && (
                    <button
                      type="button"
                      className="button"
                      disabled={!said || given.remedy === ""}
                      onClick={() => act("approval.licence_suspend", given)}
                    >
                      {t("act.op.licenceSuspend.name")}
                    </button>
                  )}
                  {value.state === "suspended" && (
                    <button
                      type="button"
                      className="button"
                      disabled={!said}
                      onClick={() => act("approval.licence_resume", why)}
                    >
                      {t("act.op.licenceResume.name")}
                    </button>
                  )}
                  <button
                    type="button"
                    className="button"
                    disabled={!said || given.remedy === ""}
                    onClick={() => act("approval.licence_revoke", given, t("act.op.licenceRevoke.says"))}
                  >
                    {t("act.op.licenceRevoke.name")}
                  </button>
                </p>
              </section>
            )}
          </>
        )
      }
    </Answered>
  );
}

function Desk({ number, post }: { number: string; post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const found = useQuery(licenceCaseQuery(number));
  const [asked, setAsked] = useState<Asked | null>(null);
  const act: Act = (operation, given, warning) => {
    if (seal === null) return;
    setAsked({
      operation,
      arguments: given,
      seal: { key: seal, asAccount: false },
      as: postText(post),
      warning: warning ?? null,
    });
  };
  return (
    <>
      <Answered query={found}>
        {({ value }) => {
          if (value === null) return <Notice tone="bad" title={t("failure.ANSWER_UNREADABLE.title")} />;
          if (value.department !== post.body) return <Notice tone="warn" title={t("licence.desk.notOwn")} />;
          if (value.issued !== null)
            return <IssuedPart id={value.issued} head={post.grade >= HEAD} act={act} />;
          if (value.decided) return <IssuePart of={value} act={act} />;
          if (value.name === null) return <Notice tone="info" title={t("licence.desk.noLicence")} />;
          if (value.joined) return <ContentForm of={value} act={act} />;
          return <Notice tone="info" title={t("licence.desk.notYet")} />;
        }}
      </Answered>
      <ActSheet asked={asked} onClose={() => setAsked(null)} />
    </>
  );
}

/** The licence of a case at the desk: what it says, the approval, the issue, and what a head does with it later. */
export function LicenceDeskPage() {
  const { t } = useTranslation();
  const { number = "" } = useParams();
  return (
    <Page title={t("licence.desk.title")} lead={t("licence.desk.lead")}>
      <p className="receipt-facts">{number}</p>
      <PostGate operation="approval.licence_issue">
        {(_, post) => <Desk key={number} number={number} post={post} />}
      </PostGate>
    </Page>
  );
}
