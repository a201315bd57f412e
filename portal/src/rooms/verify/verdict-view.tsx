import { useTranslation } from "react-i18next";
import { operationKey } from "../../components/act/operations";
import { Digest } from "../../components/digest";
import { Facts } from "../../components/facts";
import { formatCount, formatSize } from "../../components/format";
import { PdfButtons } from "../../components/pdf-buttons";
import { Time } from "../../components/time";
import { useLanguage } from "../../components/use-language";
import { blockHash, quorum } from "../../verify/chain";
import type { ReceiptFile } from "../../verify/document";
import type { Verdict } from "../../verify/receipt";

/** Who signed, by name; the genesis names the founders, a key that began to vote later stands for itself. */
function signersOf(file: ReceiptFile) {
  const names = new Map(file.genesis.members.map(member => [member.validator, member.name]));
  return file.certificate.signatures.map(({ validator }) => names.get(validator) ?? validator);
}

/** How many voted in the epoch of the certificate. */
function votersOf(file: ReceiptFile) {
  return file.history?.at(-1)?.validators.validators.length ?? file.genesis.members.length;
}

const CAPTURE_DETAILS = ["title", "source", "operator"] as const;

function isCaptureDetail(name: string): name is (typeof CAPTURE_DETAILS)[number] {
  return CAPTURE_DETAILS.some(known => known === name);
}

/** What a verified receipt proves, and what nobody should read into it. */
function Proven({ file, verdict, given }: { file: ReceiptFile; verdict: Verdict; given: string | null }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const n = votersOf(file);
  const signers = signersOf(file);
  const deposit = verdict.body?.operation.startsWith("evidence.deposit") ?? false;
  return (
    <div className="proven">
      <section aria-labelledby="proven">
        <h3 id="proven">{t("verify.proven.title")}</h3>
        <ul>
          {given !== null && <li>{t("verify.proven.file", { name: given })}</li>}
          {given === null && deposit && <li>{t("verify.proven.commitment")}</li>}
          <li>
            {t("verify.proven.time")} <Time ms={file.header.time} />
            {t("verify.proven.height", { height: formatCount(file.header.height, language) })}
          </li>
          <li>
            {file.occurrence === undefined ? (
              <>
                {t("verify.proven.account")}{" "}
                <Digest value={verdict.body?.account ?? ""} label={t("transaction.account")} />
              </>
            ) : (
              <>
                {t("verify.proven.occurrence")} <Time ms={file.occurrence.due} />
              </>
            )}
          </li>
          <li>
            {t("verify.proven.signed", {
              m: signers.length,
              n,
              q: quorum(n),
              names: signers.join(t("common.listSeparator")),
            })}
          </li>
          {file.opening?.capture && <li>{t("verify.proven.capture")}</li>}
        </ul>
      </section>
      <section aria-labelledby="not-proven">
        <h3 id="not-proven">{t("verify.notProven.title")}</h3>
        <ul>
          {given === null && deposit && <li>{t("verify.notProven.noFile")}</li>}
          {file.occurrence === undefined ? (
            <>
              <li>{t("verify.notProven.before")}</li>
              <li>{t("verify.notProven.holder")}</li>
              <li>{t("verify.notProven.truth")}</li>
            </>
          ) : (
            <li>{t("verify.notProven.later")}</li>
          )}
        </ul>
      </section>
    </div>
  );
}

function Steps({ verdict }: { verdict: Verdict }) {
  const { t } = useTranslation();
  const mark = { passed: "✓", failed: "✕", absent: "–", skipped: "·" };
  return (
    <section aria-labelledby="checks">
      <h3 id="checks">{t("verify.steps")}</h3>
      <ol className="check-list">
        {verdict.steps.map(({ reason, state }) => (
          <li key={reason} className={`check-${state}`}>
            <span className="check-mark" aria-hidden="true">
              {mark[state]}
            </span>
            <span>
              {t(`verify.step.${reason}`)} <span className="check-state">{t(`verify.state.${state}`)}</span>
              {state === "failed" && <span className="code">{reason}</span>}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Particulars({ file, verdict }: { file: ReceiptFile; verdict: Verdict }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { opening, header, receipt, genesis, occurrence } = file;
  const idLabel = t(occurrence === undefined ? "transaction.id" : "occurrence.id");
  const details = opening?.capture?.details;
  const operation = verdict.body?.operation ?? "";
  return (
    <section aria-labelledby="particulars">
      <h3 id="particulars">{t("verify.particulars")}</h3>
      <Facts
        items={[
          [t("receipts.chain"), genesis.name],
          [
            t("app.chain"),
            verdict.chain && <Digest key="chain" value={verdict.chain} label={t("app.chain")} />,
          ],
          [
            t("transaction.operation"),
            occurrence === undefined && t(operationKey(operation), { id: operation }),
          ],
          [t("occurrence.due"), occurrence && <Time key="due" ms={occurrence.due} />],
          [t("occurrence.scenario"), occurrence?.scenario],
          [t("occurrence.key"), occurrence?.key],
          [
            t("receipts.files"),
            opening &&
              `${opening.file.name} · ${formatSize(opening.file.size, language)} · ${opening.file.media_type}`,
          ],
          [t("receipts.way"), opening && t(`receipts.kind.${opening.kind}`)],
          [
            t("verify.content"),
            opening && <Digest key="content" value={opening.content} label={t("verify.content")} />,
          ],
          [
            t("verify.item"),
            file.item && t("verify.itemOf", { at: file.item.path.index + 1, n: file.item.path.size }),
          ],
          ...Object.entries(details ?? {}).map(([name, value]) => {
            // Whoever captured may have written other things down than this portal asks for.
            const label = isCaptureDetail(name) ? t(`deposit.capture.${name}`) : name;
            return [label, typeof value === "string" ? value : JSON.stringify(value)] as const;
          }),
          [idLabel, <Digest key="id" value={receipt.transaction} label={idLabel} />],
          [t("block.hash"), <Digest key="hash" value={blockHash(genesis, header)} label={t("block.hash")} />],
        ]}
      />
    </section>
  );
}

/** The answer to "is this receipt good": one sentence, what it means, every step, and a printable report. */
export function VerdictView({
  verdict,
  file,
  checkedAt,
}: {
  verdict: Verdict;
  file: File | null;
  checkedAt: number;
}) {
  const { t } = useTranslation();
  const verified = verdict.result === "VERIFIED";
  // Where only the file differs, all that the receipt says is proven.
  const genuine = verified || verdict.result === "RECEIPT_FILE";
  const { file: receipt } = verdict;
  return (
    <article
      className={verified ? "verdict verdict-good" : "verdict verdict-bad"}
      aria-label={t("verify.report")}
    >
      <p className="print-only print-title">{t("verify.report")}</p>
      <div role="status">
        <h2>
          <span aria-hidden="true">{verified ? "✓ " : "✕ "}</span>
          {verdict.result === "VERIFIED" ? t("verify.verified") : t(`verify.reason.${verdict.result}.title`)}
        </h2>
        {verdict.result === "VERIFIED" ? (
          <p className="statement">{t(file ? "verify.verifiedFile" : "verify.verifiedReceipt")}</p>
        ) : (
          <>
            <p className="statement">{t(`verify.reason.${verdict.result}.meaning`)}</p>
            <p className="code">{verdict.result}</p>
          </>
        )}
      </div>
      {verified && receipt && <Proven file={receipt} verdict={verdict} given={file?.name ?? null} />}
      <Steps verdict={verdict} />
      {receipt && (
        <>
          {!genuine && <p className="hint">{t("verify.unproven")}</p>}
          <Particulars file={receipt} verdict={verdict} />
        </>
      )}
      <p className="hint">
        {t("verify.checkedHere")} <Time ms={checkedAt} />
      </p>
      <p className="actions no-print">
        <button type="button" className="button" onClick={() => print()}>
          {t("verify.print")}
        </button>
      </p>
      <PdfButtons
        documents={[
          {
            label: "report",
            wanted: () => ({
              kind: "receipt-report",
              given: {
                verdict,
                original: file && { name: file.name, size: file.size },
                checkedAt,
                address: `${location.origin}/verify`,
              },
            }),
          },
        ]}
      />
    </article>
  );
}
