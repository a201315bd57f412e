import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { nodeNow } from "../../api/client";
import { homeChainQuery } from "../../api/queries";
import { Failure, Notice } from "../../components/notice";
import { Page } from "../../components/page";
import { useSessionAsked } from "../../components/use-session";
import type { Account } from "../../ledger/account";
import {
  contentAlgorithm,
  type DepositContext,
  type HashedFile,
  type PlannedDeposit,
  planDeposits,
  signDeposit,
} from "../../ledger/deposit";
import { ensureAccount, loadAccount } from "../../ledger/identity";
import { finishOnce } from "../../ledger/resume";
import type { HomeChain } from "../../store/chains";
import { type Deposited, saveReceipt } from "../../store/receipts";
import { useReceipts } from "../../store/use-receipts";
import { CheckStep } from "./check-step";
import { ChooseStep } from "./choose-step";
import { captureInput, useDepositForm } from "./form";
import { useHashedFiles } from "./hashed-files";
import { type Progress, ResultStep } from "./result-step";

/** The share of the chain's window that a signature stays good for: room for clocks that differ, at both ends. */
const WINDOW_SHARE = 0.8;
/** With less than this left, the sheet is renewed and shown again before it is signed. */
const TOO_LATE_MS = 20_000;
/** How many deposits are on their way at once. */
const LANES = 4;

interface Sheet {
  readonly account: Account;
  readonly isNew: boolean;
  readonly context: DepositContext;
  readonly planned: readonly PlannedDeposit[];
  readonly renewed: boolean;
}

/** Deposit (存证): choose, check what will be signed, sign, and keep the verified receipt. */
function Depositing({ home }: { home: HomeChain }) {
  const { t } = useTranslation();
  const [form, change] = useDepositForm();
  const { files, add, remove, clear } = useHashedFiles(contentAlgorithm(home.genesis));
  const [accountId, setAccountId] = useState<string | null>(null);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [progress, setProgress] = useState<readonly Progress[] | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const stored = useReceipts();

  useEffect(() => {
    loadAccount().then(
      account => setAccountId(account?.id ?? null),
      () => {},
    );
  }, []);

  function makeSheet(account: Account, isNew: boolean, renewed: boolean): Sheet {
    const hashed: HashedFile[] = files.flatMap(({ file, content }) =>
      content === null ? [] : [{ file, content }],
    );
    const context: DepositContext = {
      chain: home.chain,
      genesis: home.genesis,
      account: account.id,
      validUntil: Math.floor(nodeNow() + home.genesis.limits.window_ms * WINDOW_SHARE),
    };
    const batch = form.batch && hashed.length > 1;
    const request = { files: hashed, kind: form.kind, batch, capture: captureInput(form) };
    return { account, isNew, context, planned: planDeposits(request, context), renewed };
  }

  async function toCheck(): Promise<void> {
    setError(null);
    try {
      const isNew = (await loadAccount()) === null;
      const account = await ensureAccount();
      setAccountId(account.id);
      setSheet(makeSheet(account, isNew, false));
    } catch (caught) {
      setError(caught);
    }
  }

  function update(id: string, part: Partial<Progress>): void {
    setProgress(list => list?.map(one => (one.deposit.id === id ? { ...one, ...part } : one)) ?? null);
  }

  async function finish(deposit: Deposited): Promise<void> {
    update(deposit.id, { error: null, stage: "sending" });
    try {
      update(deposit.id, { deposit: await finishOnce(deposit, stage => update(deposit.id, { stage })) });
    } catch (caught) {
      update(deposit.id, { error: caught });
    }
  }

  async function sign({ account, context, planned, isNew }: Sheet): Promise<void> {
    if (context.validUntil - nodeNow() < TOO_LATE_MS) {
      setSheet(makeSheet(account, isNew, true));
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const deposits: Deposited[] = [];
      for (const one of planned) {
        const deposit = await signDeposit(one, account, context);
        // Before it is sent: a sealed deposit whose salt is lost could never be shown.
        await saveReceipt(deposit);
        deposits.push(deposit);
      }
      setSheet(null);
      setProgress(deposits.map(deposit => ({ deposit, stage: "sending", error: null })));
      const queue = [...deposits];
      const lane = async () => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await finish(next);
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  }

  function again(): void {
    clear();
    setProgress(null);
  }

  // A deposit that stopped here may be finished in the background, when the connection is back.
  const shown = progress?.map(one => {
    const kept = stored?.find(({ id }) => id === one.deposit.id);
    const settled = kept?.source === "deposited" && kept.state !== "waiting";
    return settled ? { deposit: kept, stage: one.stage, error: null } : one;
  });
  const step = progress ? 3 : sheet ? 2 : 1;
  return (
    <>
      <ol className="steps" aria-label={t("deposit.steps.label")}>
        {(["choose", "check", "result"] as const).map((name, at) => (
          <li key={name} {...(at + 1 === step ? { "aria-current": "step" } : {})}>
            {t(`deposit.steps.${name}`)}
          </li>
        ))}
      </ol>
      {progress && shown ? (
        <ResultStep
          progress={shown}
          onAgain={again}
          onRetry={id => {
            const one = progress.find(({ deposit }) => deposit.id === id);
            if (one) void finish(one.deposit);
          }}
        />
      ) : sheet ? (
        <CheckStep
          planned={sheet.planned}
          context={sheet.context}
          capture={captureInput(form)}
          isNewAccount={sheet.isNew}
          renewed={sheet.renewed}
          error={error}
          busy={busy}
          onBack={() => setSheet(null)}
          onSign={() => void sign(sheet)}
        />
      ) : (
        <>
          <ChooseStep
            files={files}
            form={form}
            account={accountId}
            onAdd={add}
            onRemove={remove}
            onChange={change}
            onNext={() => void toCheck()}
          />
          {error !== null && <Failure error={error} />}
        </>
      )}
    </>
  );
}

export function DepositRoom() {
  const { t } = useTranslation();
  const { data: home, error, refetch } = useQuery(homeChainQuery);
  const asked = useSessionAsked();
  return (
    <Page title={t("deposit.title")} lead={t("deposit.lead")}>
      {home && asked && <Depositing home={home} />}
      {!home && error && <Failure error={error} retry={() => void refetch()} />}
      {!error && !(home && asked) && <Notice tone="info" title={t("common.loading")} />}
    </Page>
  );
}
