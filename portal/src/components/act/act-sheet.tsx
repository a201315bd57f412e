import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { homeChainQuery } from "../../api/queries";
import {
  type ActRequest,
  type ActStage,
  finishActOnce,
  type PlannedAct,
  planAct,
  signAct,
  validUntil,
} from "../../ledger/act";
import { ensureAccount } from "../../ledger/identity";
import type { StoredAct } from "../../store/acts";
import type { HomeChain } from "../../store/chains";
import { utf8 } from "../../verify/bytes";
import { keyedSignatureValid } from "../../verify/signature";
import { usePartyName } from "../acting/use-acting";
import { Digest } from "../digest";
import { Facts } from "../facts";
import { Failure, Notice } from "../notice";
import { Time } from "../time";
import { useIdentity } from "../use-identity";
import { useLanguage } from "../use-language";
import { ActResult } from "./act-result";
import { ActFacts, useActSentence } from "./act-words";
import { CosignPart } from "./cosign-part";
import { readCosignature } from "./cosignature";
import { operationKey, principalOf } from "./operations";

/** With less than this left, the sheet is renewed and shown again before it is signed. */
const TOO_LATE_MS = 20_000;

/** What a sheet asks for: an act, and in whose name the person signs. */
export interface Asked extends ActRequest {
  /** The name of the body and the post under which the person acts; absent where he acts for himself. */
  readonly as?: string | null;
  /** What the act is about, where its arguments only name it. */
  readonly about?: React.ReactNode;
  /** Shown in red above the buttons: what cannot be taken back. */
  readonly warning?: string | null;
}

function refreshed(client: ReturnType<typeof useQueryClient>): void {
  for (const key of ["concerns", "found", "ask", "usage", "access", "members", "session", "applications"]) {
    void client.invalidateQueries({ queryKey: [key] });
  }
}

function Sheet({
  asked,
  home,
  headingId,
  onClose,
  onDone,
}: {
  asked: Asked;
  home: HomeChain;
  headingId: string;
  onClose: () => void;
  onDone: (act: StoredAct) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const client = useQueryClient();
  const identity = useIdentity();
  const sentence = useActSentence();
  const partyName = usePartyName();
  const [planned, setPlanned] = useState<PlannedAct | null>(null);
  const [renewed, setRenewed] = useState(false);
  const [stage, setStage] = useState<ActStage | null>(null);
  const [act, setAct] = useState<StoredAct | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [others, setOthers] = useState<Readonly<Record<string, string>>>({});
  const cosigners = asked.cosigners ?? [];
  const cosignatures = cosigners.flatMap(key => {
    const signature = readCosignature(others[key] ?? "");
    const good = planned !== null && signature?.key === key;
    return good && keyedSignatureValid(signature, utf8(planned.body)) ? [signature] : [];
  });
  const cosigned = cosignatures.length === cosigners.length;

  async function plan(): Promise<void> {
    try {
      const { id } = await ensureAccount();
      const { chain, genesis } = home;
      setPlanned(planAct(asked, { chain, genesis, signer: id, validUntil: validUntil(genesis) }));
    } catch (caught) {
      setError(caught);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: what will be signed is fixed when the sheet opens.
  useEffect(() => {
    void plan();
  }, []);

  async function finish(signed: StoredAct): Promise<void> {
    setError(null);
    setStage("sending");
    try {
      const finished = await finishActOnce(signed, setStage);
      setAct(finished);
      refreshed(client);
      onDone(finished);
    } catch (caught) {
      setError(caught);
    } finally {
      setStage(null);
    }
  }

  async function sign(sheet: PlannedAct): Promise<void> {
    // Another window may have made another identity current meanwhile: what it would sign is another sheet.
    const other = (await ensureAccount()).id !== sheet.signer;
    if (other || sheet.validUntil - nodeNow() < TOO_LATE_MS) {
      await plan();
      // What others signed was the sheet before.
      setOthers({});
      setRenewed(true);
      return;
    }
    setError(null);
    setStage("sending");
    try {
      const signed = await signAct(sheet, await ensureAccount(), cosignatures);
      setAct(signed);
      await finish(signed);
    } catch (caught) {
      setError(caught);
      setStage(null);
    }
  }

  const settled = act !== null && act.state !== "waiting";
  const principal = principalOf(asked);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what became of it has replaced the form, and a reader follows.
  useEffect(() => document.getElementById(headingId)?.focus(), [settled]);

  return (
    <>
      <h2 id={headingId} tabIndex={-1}>
        {t(operationKey(asked.operation), { id: asked.operation })}
      </h2>
      {principal !== null && (
        <p className="acting-for">
          <strong>{t("acting.signsFor", { name: partyName(principal) })}</strong> <Digest value={principal} />
        </p>
      )}
      {settled ? (
        <ActResult act={act} />
      ) : (
        <>
          <p className="statement">{sentence(asked.operation, asked.arguments)}</p>
          {renewed && <Notice tone="warn" title={t("deposit.check.renewed")} />}
          {asked.about}
          <ActFacts operation={asked.operation} given={asked.arguments} />
          {planned && (
            <>
              <h3 className="sheet-part">{t("act.signature")}</h3>
              <Facts
                items={[
                  [
                    t("act.signer"),
                    <span key="signer">
                      {identity?.label?.[language] ?? t("identity.nameless")}{" "}
                      <Digest value={planned.signer} />
                    </span>,
                  ],
                  [t("act.as"), asked.as ?? null],
                  [
                    t("act.seal"),
                    asked.seal ? t(asked.seal.asAccount ? "act.sealActs" : "act.sealBeside") : null,
                  ],
                  [t("deposit.check.until"), <Time key="until" ms={planned.validUntil} />],
                ]}
              />
              <details className="bytes">
                <summary>{t("deposit.check.bytes")}</summary>
                <p className="hint">{t("deposit.check.bytesHint")}</p>
                <pre>{planned.body}</pre>
              </details>
            </>
          )}
          {planned &&
            cosigners.map(key => (
              <CosignPart
                key={key}
                signer={key}
                body={planned.body}
                signature={others[key] ?? ""}
                good={cosignatures.some(one => one.key === key)}
                onChange={text => setOthers(before => ({ ...before, [key]: text }))}
              />
            ))}
          {asked.warning && <Notice tone="warn" title={asked.warning} />}
        </>
      )}
      <div aria-live="polite">
        {stage !== null && (
          <Notice tone="info" title={t(`deposit.stage.${stage}`)}>
            <progress aria-label={t(`deposit.stage.${stage}`)} />
          </Notice>
        )}
      </div>
      {error !== null && <Failure error={error} />}
      {error !== null && act?.state === "waiting" && <p className="hint">{t("act.kept")}</p>}
      <p className="actions">
        {!settled && act === null && planned && (
          <button
            type="button"
            className="button button-main"
            disabled={stage !== null || !cosigned}
            onClick={() => void sign(planned)}
          >
            {t("deposit.check.sign")}
          </button>
        )}
        {act?.state === "waiting" && stage === null && (
          <button type="button" className="button button-main" onClick={() => void finish(act)}>
            {t("common.retry")}
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          {t(act === null ? "common.cancel" : "common.close")}
        </button>
      </p>
    </>
  );
}

/**
 * The confirmation of an act: what will be signed in plain words and to the byte, the signature, the way to finality, and what
 * became of it. Open while `asked` is given.
 */
export function ActSheet({
  asked,
  onClose,
  onDone = () => {},
}: {
  asked: Asked | null;
  onClose: () => void;
  onDone?: (act: StoredAct) => void;
}) {
  const id = useId();
  const { t } = useTranslation();
  const dialog = useRef<HTMLDialogElement>(null);
  const { data: home, error } = useQuery(homeChainQuery);
  const open = asked !== null;

  useEffect(() => {
    if (open && dialog.current?.open === false) {
      dialog.current.showModal();
      // To the name of the act, not to the first button in it.
      document.getElementById(id)?.focus();
    }
    if (!open) dialog.current?.close();
  }, [open, id]);

  return (
    <dialog
      ref={dialog}
      className="sheet"
      aria-labelledby={id}
      // Closed by the state alone: the browser tells of a dialog it closed itself only later, when another may be open already.
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
      onClose={() => open && dialog.current?.open === false && onClose()}
    >
      {asked !== null && home && (
        <Sheet
          key={`${asked.operation} ${JSON.stringify(asked.arguments)}`}
          asked={asked}
          home={home}
          headingId={id}
          onClose={onClose}
          onDone={onDone}
        />
      )}
      {asked !== null && !home && (
        <>
          <h2 id={id}>{t("common.loading")}</h2>
          {error && <Failure error={error} />}
          <button type="button" className="button" onClick={onClose}>
            {t("common.close")}
          </button>
        </>
      )}
    </dialog>
  );
}
