import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Extract, ExtractState } from "../../api/extracts";
import { homeChainQuery } from "../../api/queries";
import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { useOwnActs } from "../../components/act/recent-acts";
import { usePartyName } from "../../components/acting/use-acting";
import { Badge } from "../../components/badge";
import { Digest } from "../../components/digest";
import { TextField } from "../../components/field";
import { FieldChips } from "../../components/field-chips";
import { formatCount } from "../../components/format";
import { usePostText } from "../../components/gate";
import { purposeText, useNames, useSeals } from "../../components/names";
import { Failure, Notice } from "../../components/notice";
import { saveAs } from "../../components/save";
import { Time } from "../../components/time";
import { useDraft } from "../../components/use-draft";
import { useLanguage } from "../../components/use-language";
import { ContentDiffers, openParts } from "../../ledger/extract";
import { planLook } from "../../ledger/look";
import type { StoredAct } from "../../store/acts";
import { suiteAlgorithm } from "../../verify/digest";

const TONES: Readonly<Record<ExtractState, "good" | "bad" | "plain">> = {
  delivered: "good",
  withdrawn: "bad",
  expired: "plain",
};

/** What an extract is, and between whom it went. */
export function ExtractFacts({ extract }: { extract: Extract }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const nameOf = useNames();
  const partyName = usePartyName();
  const count = (number: number) => formatCount(number, language);
  return (
    <>
      <p className="row-title">
        <strong>{extract.number}</strong>{" "}
        <Badge tone={TONES[extract.state]}>{t(`extracts.state.${extract.state}`)}</Badge>
      </p>
      <p>
        {t("extracts.between", { owner: nameOf(extract.owner), recipient: nameOf(extract.recipient) })}{" "}
        <span className="hint">{partyName(extract.receiver)}</span>
      </p>
      <FieldChips fields={extract.fields} />
      <p className="receipt-facts hint">
        <span>{t("extracts.rows", { n: count(extract.rows), canaries: count(extract.canaries) })}</span>
        <span>
          {t("common.pair", { name: t("act.argument.purpose"), value: purposeText(t, extract.purpose) })}
        </span>
        <span>{t("extracts.fetched", { n: count(extract.fetched) })}</span>
        <Time ms={extract.delivered.time} />
        <Link to={`/blocks/${extract.delivered.height}`}>
          {t("receipts.final", { height: count(extract.delivered.height) })}
        </Link>
        <Digest value={extract.id} />
      </p>
    </>
  );
}

/** Saves what a look released: opened here, and compared with the commitment on the ledger first. */
function SaveRows({ look, extract }: { look: StoredAct; extract: Extract }) {
  const { t } = useTranslation();
  const { data: home } = useQuery(homeChainQuery);
  const [state, setState] = useState<"ready" | "fetching" | "saved">("ready");
  const [error, setError] = useState<unknown>(null);

  async function save(): Promise<void> {
    if (home === undefined) return;
    setState("fetching");
    setError(null);
    try {
      const { bytes } = await openParts(look, extract.content, suiteAlgorithm(home.genesis.suite));
      saveAs(`${extract.number}.csv`, new Uint8Array(bytes), "text/csv");
      setState("saved");
    } catch (caught) {
      setError(caught);
      setState("ready");
    }
  }

  return (
    <>
      <p className="actions">
        <button
          type="button"
          className="button button-main"
          disabled={state === "fetching"}
          onClick={() => void save()}
        >
          {t(state === "fetching" ? "look.fetching" : "extracts.save")}
        </button>
      </p>
      <div role="status">{state === "saved" && <Notice tone="good" title={t("extracts.saved")} />}</div>
      {error instanceof ContentDiffers ? (
        <Notice tone="bad" title={t("extracts.differs")}>
          <p>{t("extracts.differsHint")}</p>
        </Notice>
      ) : (
        error !== null && <Failure error={error} />
      )}
    </>
  );
}

/** An extract that was delivered to the officer who is signed in. */
export function ReceivedRow({
  extract,
  mine,
  post,
  onAct,
}: {
  extract: Extract;
  mine: boolean;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const [error, setError] = useState<unknown>(null);
  const look = useOwnActs().find(
    act =>
      act.operation === "sharing.extract_fetch" &&
      act.arguments.extract === extract.id &&
      act.state === "final",
  );

  async function fetchIt(): Promise<void> {
    setError(null);
    try {
      const given = { for: post.body, extract: extract.id, purpose: extract.purpose };
      onAct({ ...(await planLook("sharing.extract_fetch", given)), as: postText(post) });
    } catch (caught) {
      setError(caught);
    }
  }

  return (
    <li>
      <ExtractFacts extract={extract} />
      {!mine && <p className="hint">{t("extracts.notYours")}</p>}
      {mine && extract.state === "delivered" && (
        <p className="actions">
          <button
            type="button"
            className={look ? "button" : "button button-main"}
            onClick={() => void fetchIt()}
          >
            {t("act.op.extractFetch.name")}
          </button>
        </p>
      )}
      {error !== null && <Failure error={error} />}
      {look && <SaveRows look={look} extract={extract} />}
    </li>
  );
}

/** An extract that this body delivered; it can be taken back. */
export function DeliveredRow({
  extract,
  post,
  onAct,
}: {
  extract: Extract;
  post: OfficerPost;
  onAct: (asked: Asked) => void;
}) {
  const { t } = useTranslation();
  const postText = usePostText();
  const seal = useSeals()(post.body);
  const [open, setOpen] = useState(false);
  const { form, change } = useDraft(`withdraw ${extract.id}`, { reason: "" });
  const reason = form.reason.trim();
  return (
    <li>
      <ExtractFacts extract={extract} />
      {extract.state === "delivered" && seal !== null && (
        <>
          <p className="actions">
            <button type="button" className="button" aria-expanded={open} onClick={() => setOpen(!open)}>
              {t("act.op.extractWithdraw.name")}
            </button>
          </p>
          {open && (
            <form
              className="inset"
              onSubmit={event => {
                event.preventDefault();
                if (reason === "") return;
                onAct({
                  operation: "sharing.extract_withdraw",
                  arguments: { for: post.body, extract: extract.id, reason },
                  seal: { key: seal, asAccount: false },
                  as: postText(post),
                });
              }}
            >
              <TextField
                label={t("act.argument.reason")}
                hint={t("window.noPersonal")}
                value={form.reason}
                onChange={value => change({ reason: value })}
              />
              <p className="actions">
                <button type="submit" className="button button-main" disabled={reason === ""}>
                  {t("act.toCheck")}
                </button>
              </p>
            </form>
          )}
        </>
      )}
    </li>
  );
}
