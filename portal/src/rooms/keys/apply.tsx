import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  apply,
  authoritiesQuery,
  fetchTerms,
  REFUSAL_REASONS,
  type Standing,
  standingQuery,
  withdraw,
} from "../../api/applications";
import { nodeNow } from "../../api/client";
import type { Member } from "../../api/members";
import { homeChainQuery } from "../../api/queries";
import { type Session, sessionQuery } from "../../api/session";
import { Facts } from "../../components/facts";
import { SelectField, TextField } from "../../components/field";
import { Failure, Notice } from "../../components/notice";
import { Time } from "../../components/time";
import { checkCode, makeApplication, signWithdrawal } from "../../ledger/application";
import { ensureAccount } from "../../ledger/identity";
import { citizenNumberValid, normaliseNumber } from "../../ledger/numbers";
import type { HomeChain } from "../../store/chains";
import { suiteAlgorithm } from "../../verify/digest";

/** Another identity may have become current in another window: what is signed here is the session's. */
async function accountOf(session: Session) {
  const account = await ensureAccount();
  if (account.id !== session.account) throw new Error("another identity is current");
  return account;
}

/** An application that waits: the code to show, and what happens next. */
function Waiting({
  authority,
  standing,
  session,
  home,
}: {
  authority: Member;
  standing: Standing & { readonly application: string; readonly until: number };
  session: Session;
  home: HomeChain;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [error, setError] = useState<unknown>(null);
  const { application, until } = standing;
  const consent = {
    account: session.account,
    application,
    authority: authority.code,
    chain: home.chain,
    until,
  };
  const code = checkCode(consent, suiteAlgorithm(home.genesis.suite));

  async function takeBack(): Promise<void> {
    setError(null);
    try {
      const account = await accountOf(session);
      await withdraw(
        authority.code,
        application,
        await signWithdrawal(account, home.chain, authority.code, application),
      );
      await client.invalidateQueries({ queryKey: ["applications"] });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <section className="card" aria-labelledby="application">
      <h2 id="application">{t("apply.waiting", { name: authority.name })}</h2>
      <p>{t("apply.codeIs")}</p>
      <p>
        <output className="check-code" aria-label={t("apply.code")}>
          {code.slice(0, 4)} {code.slice(4)}
        </output>
      </p>
      <ol>
        <li>{t("apply.next.window")}</li>
        <li>{t("apply.next.call")}</li>
        <li>{t("apply.next.never")}</li>
      </ol>
      <Facts
        items={[
          [t("apply.made"), standing.made === null ? null : <Time key="m" ms={standing.made} />],
          [t("apply.until"), <Time key="u" ms={until} />],
        ]}
      />
      <p className="hint" role="status">
        {t("apply.follows")}
      </p>
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="button" className="button button-quiet" onClick={() => void takeBack()}>
          {t("apply.withdraw")}
        </button>
      </p>
    </section>
  );
}

/** The form of an application: who decides, the facts, and what is signed. */
function Form({
  authorities,
  session,
  home,
}: {
  authorities: readonly Member[];
  session: Session;
  home: HomeChain;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [chosen, setChosen] = useState(authorities[0]?.code ?? "");
  // Not kept as a draft: a citizen number must not stay in the browser.
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const authority = authorities.find(one => one.code === chosen) ?? authorities[0];
  const numberGood = citizenNumberValid(number);
  const nameGood = name.trim() !== "" && new TextEncoder().encode(name.trim()).length <= 200;
  if (authority === undefined) return <Notice tone="info" title={t("apply.nobody")} />;
  const { code: to } = authority;

  async function send(): Promise<void> {
    setTried(true);
    if (!nameGood || !numberGood) return;
    setBusy(true);
    setError(null);
    try {
      const account = await accountOf(session);
      const terms = await fetchTerms(to);
      const until = Math.floor(nodeNow() + terms.most_ms);
      const algorithm = suiteAlgorithm(home.genesis.suite);
      const application = await makeApplication(
        account,
        home.chain,
        algorithm,
        { authority: to, key: terms.key, until },
        { name: name.trim(), number },
      );
      const standing = await apply(application);
      setName("");
      setNumber("");
      client.setQueryData(standingQuery(to, session.account).queryKey, standing);
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  return (
    <section className="card" aria-labelledby="apply">
      <h2 id="apply">{t("apply.title")}</h2>
      <p className="hint">{t("apply.lead")}</p>
      <form
        noValidate
        autoComplete="off"
        onSubmit={event => {
          event.preventDefault();
          void send();
        }}
      >
        {authorities.length > 1 && (
          <SelectField
            label={t("apply.authority")}
            value={to}
            options={authorities.map(one => [one.code, one.name] as const)}
            onChange={setChosen}
          />
        )}
        <TextField
          label={t("apply.name")}
          value={name}
          error={tried && !nameGood ? t("apply.nameWrong") : null}
          onChange={setName}
        />
        <TextField
          label={t("enrol.number")}
          hint={t("apply.numberHint")}
          value={number}
          error={(tried || number.length >= 18) && !numberGood ? t("issue.problem.citizen") : null}
          onChange={value => setNumber(normaliseNumber(value))}
        />
        <p className="statement">{t("apply.says", { name: authority.name })}</p>
        <p className="hint">{t("apply.privacy", { name: authority.name })}</p>
        {error !== null && <Failure error={error} />}
        <p className="actions">
          <button type="submit" className="button button-main" disabled={busy}>
            {t("apply.send")}
          </button>
        </p>
      </form>
    </section>
  );
}

function Refused({ authority, standing }: { authority: Member; standing: Standing }) {
  const { t } = useTranslation();
  const reason = REFUSAL_REASONS.find(one => one === standing.reason);
  return (
    <Notice tone="bad" title={t("apply.refused", { name: authority.name })}>
      {reason && <p>{t(`apply.reason.${reason}`)}</p>}
      <p>{t("apply.again")}</p>
    </Notice>
  );
}

/** How things stand at one authority, for whoever asked there; nothing where nobody did. */
function AtAuthority({
  authority,
  authorities,
  session,
  home,
}: {
  authority: Member;
  authorities: readonly Member[];
  session: Session;
  home: HomeChain;
}) {
  const client = useQueryClient();
  const { data: standing, error } = useQuery(standingQuery(authority.code, session.account));
  const waited = useRef(false);
  // What waited and is gone was taken back, or the ledger has it: the session tells which.
  useEffect(() => {
    if (standing?.state !== "waiting" && waited.current)
      void client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    waited.current = standing?.state === "waiting";
  }, [standing, client]);
  const first = authorities[0]?.code === authority.code;
  const { application, until } = standing ?? { application: null, until: null };
  if (standing?.state === "waiting" && application !== null && until !== null) {
    return (
      <Waiting
        authority={authority}
        standing={{ ...standing, application, until }}
        session={session}
        home={home}
      />
    );
  }
  return (
    <>
      {error && <Failure error={error} />}
      {standing?.state === "refused" && <Refused authority={authority} standing={standing} />}
      {first && standing !== undefined && <Form authorities={authorities} session={session} home={home} />}
    </>
  );
}

/** Enrolment from home: the application of somebody who is signed in with a key that is nobody's yet, and what becomes of it. */
export function Apply({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const { data: authorities, error, refetch } = useQuery(authoritiesQuery);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (home === undefined || authorities === undefined)
    return <Notice tone="info" title={t("common.loading")} />;
  if (authorities.length === 0) return <Notice tone="info" title={t("apply.nobody")} />;
  return authorities.map(authority => (
    <AtAuthority
      key={authority.code}
      authority={authority}
      authorities={authorities}
      session={session}
      home={home}
    />
  ));
}
