import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import type { OfficerPost } from "../../api/session";
import { walletAddressQuery } from "../../api/wallets";
import { ActSheet, type Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { CheckList, SelectField, TextField } from "../../components/field";
import { PostGate, usePostText } from "../../components/gate";
import { fieldText, purposeText } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { Time } from "../../components/time";
import { useDraft } from "../../components/use-draft";
import { AGE_FIELD, FUND_FIELDS, FUND_KIND } from "../../ledger/fund";
import { planLook } from "../../ledger/look";
import { RequestPart } from "./request-part";

const PURPOSES = ["age-check", "loan", "verify"] as const;
const EARLIER = 8;

function Form({ post, onAct }: { post: OfficerPost; onAct: (asked: Asked) => void }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const [parameters] = useSearchParams();
  // A link from a case brings its number.
  const of = parameters.get("case") ?? "";
  const { form, change } = useDraft(`wallet request ${post.body} ${of}`, {
    fields: [AGE_FIELD] as readonly string[],
    purpose: "age-check",
    case: of,
  });
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const name = form.case.trim();
  const good = name !== "" && form.fields.length > 0;

  async function toCheck(): Promise<void> {
    setTried(true);
    setError(null);
    if (!good) return;
    try {
      const request = await planLook("sharing.wallet_ask", {
        for: post.body,
        kind: FUND_KIND,
        fields: form.fields.toSorted(),
        purpose: form.purpose,
        case: name,
      });
      onAct({ ...request, as: postText(post) });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <form
      className="card"
      noValidate
      aria-labelledby="wallet-ask"
      onSubmit={event => {
        event.preventDefault();
        void toCheck();
      }}
    >
      <h2 id="wallet-ask">{t("wallet.ask")}</h2>
      <p className="hint">{t("wallet.askHint")}</p>
      <SelectField
        label={t("act.argument.purpose")}
        value={form.purpose}
        options={PURPOSES.map(one => [one, purposeText(t, one)] as const)}
        onChange={purpose => change({ purpose })}
      />
      <TextField
        label={t("act.argument.case")}
        hint={t("window.noPersonal")}
        value={form.case}
        error={tried && name === "" ? t("wallet.error.case") : null}
        onChange={value => change({ case: value })}
      />
      <CheckList
        legend={t("wallet.askFields")}
        hint={t("wallet.askFieldsHint")}
        options={[AGE_FIELD, ...FUND_FIELDS].map(field => [field, fieldText(t, field)] as const)}
        chosen={form.fields}
        onChange={fields => change({ fields })}
      />
      {tried && form.fields.length === 0 && <p className="error">{t("lease.error.fields")}</p>}
      {error !== null && <Failure error={error} />}
      <p className="actions">
        <button type="submit" className="button button-main">
          {t("act.toCheck")}
        </button>
      </p>
    </form>
  );
}

function Desk({ post }: { post: OfficerPost }) {
  const { t } = useTranslation();
  const postText = usePostText();
  const address = useQuery(walletAddressQuery);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [parameters] = useSearchParams();
  // Who comes from a case wants to ask.
  const [open, setOpen] = useState(parameters.has("case"));
  const asks = useOwnActs().filter(
    act => act.operation === "sharing.wallet_ask" && act.state === "final" && act.arguments.for === post.body,
  );
  const shown = asks.find(act => act.id === chosen) ?? asks[0];
  return (
    <>
      <p className="hint">{postText(post)}</p>
      {address.error && <Failure error={address.error} retry={() => void address.refetch()} />}
      {address.data === null && <Notice tone="info" title={t("wallet.closed")} />}
      {typeof address.data === "string" && (
        <>
          {shown && <RequestPart key={shown.id} ask={shown} />}
          {shown && !open && (
            <p className="actions">
              <button type="button" className="button" onClick={() => setOpen(true)}>
                {t("wallet.askNew")}
              </button>
            </p>
          )}
          {(open || !shown) && <Form post={post} onAct={setAsked} />}
          {asks.length > 1 && (
            <section aria-labelledby="earlier">
              <h2 id="earlier">{t("wallet.earlier")}</h2>
              <ul className="row-list">
                {asks.slice(0, EARLIER).map(act => (
                  <li key={act.id}>
                    <p className="row-title">
                      <strong>{String(act.arguments.case)}</strong>{" "}
                      <span className="hint">
                        <Time ms={act.end?.time ?? act.createdAt} />
                      </span>{" "}
                      <button
                        type="button"
                        className="button button-quiet"
                        aria-pressed={act.id === shown?.id}
                        onClick={() => setChosen(act.id)}
                      >
                        {t("common.open")}
                      </button>
                    </p>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </>
      )}
      <ActSheet
        asked={asked}
        onClose={() => setAsked(null)}
        onDone={act => {
          if (act.state !== "final") return;
          // What waits now is in front, not the form behind it.
          setChosen(act.id);
          setOpen(false);
        }}
      />
    </>
  );
}

/** Showing by wallet (钱包出示): an officer asks a person's wallet for single fields, and reads what it shows. */
export function WalletRoom() {
  const { t } = useTranslation();
  return (
    <Page title={t("wallet.roomTitle")} lead={t("wallet.roomLead")}>
      <PostGate operation="sharing.wallet_ask">{(_, post) => <Desk key={post.body} post={post} />}</PostGate>
    </Page>
  );
}
