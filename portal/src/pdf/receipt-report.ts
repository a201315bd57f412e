// The verification report of a receipt (核验报告): every check with its result, what is proven and what is not, and the questions a
// court asks, as far as the receipt answers them. The same questions as in crates/client/src/report.rs.

import { operationKey } from "../components/act/operations";
import { formatCount, formatSize } from "../components/format";
import { blockHash, quorum } from "../verify/chain";
import type { ReceiptFile } from "../verify/document";
import type { Verdict } from "../verify/receipt";
import type { Block, Content, Table } from "./content";
import { checksTable, factsTable, heading } from "./parts";
import { edgesOf, type Words } from "./words";

export interface CheckedReceipt {
  readonly verdict: Verdict;
  /** The name and size of the original, where it was given. */
  readonly original: { readonly name: string; readonly size: number } | null;
  readonly checkedAt: number;
  /** The page for verifying at the node that served this one. */
  readonly address: string;
}

/** Who signed, by name; the genesis names the founders, a key that began to vote later stands for itself. */
export function signersOf(file: ReceiptFile): readonly string[] {
  const names = new Map(file.genesis.members.map(member => [member.validator, member.name]));
  return file.certificate.signatures.map(({ validator }) => names.get(validator) ?? validator);
}

/** How many voted in the epoch of the certificate. */
export function votersOf(file: ReceiptFile): number {
  return file.history?.at(-1)?.validators.validators.length ?? file.genesis.members.length;
}

function isDeposit({ body }: Verdict): boolean {
  return body?.operation.startsWith("evidence.deposit") ?? false;
}

/** Whether the original was given and is the one deposited. */
function matches({ verdict, original }: CheckedReceipt): boolean {
  return (
    original !== null && verdict.steps.some(one => one.reason === "RECEIPT_FILE" && one.state === "passed")
  );
}

/** What a verified receipt proves, and what nobody should read into it. */
export function provenOf({ t, time, language }: Words, file: ReceiptFile, given: CheckedReceipt) {
  const n = votersOf(file);
  const signers = signersOf(file);
  const { verdict } = given;
  const original = matches(given) ? given.original : null;
  const height = formatCount(file.header.height, language);
  const proven = [
    ...(original !== null ? [t("verify.proven.file", { name: original.name })] : []),
    ...(original === null && isDeposit(verdict) ? [t("verify.proven.commitment")] : []),
    `${t("verify.proven.time")} ${time(file.header.time)}${t("verify.proven.height", { height })}`,
    file.occurrence === undefined
      ? `${t("verify.proven.account")} ${verdict.body?.account ?? ""}`
      : `${t("verify.proven.occurrence")} ${time(file.occurrence.due)}`,
    t("verify.proven.signed", {
      m: signers.length,
      n,
      q: quorum(n),
      names: signers.join(t("common.listSeparator")),
    }),
    ...(file.opening?.capture ? [t("verify.proven.capture")] : []),
  ];
  const not = [
    ...(original === null && isDeposit(verdict) ? [t("verify.notProven.noFile")] : []),
    ...(file.occurrence === undefined
      ? [t("verify.notProven.before"), t("verify.notProven.holder"), t("verify.notProven.truth")]
      : [t("verify.notProven.later")]),
  ];
  return { proven, not };
}

type Standing = "proven" | "stated" | "notShown";

/** 最高人民法院关于互联网法院审理案件若干问题的规定 §11 (一) to (六), then 人民法院在线诉讼规则 §16-18. */
function courtTable(words: Words, given: CheckedReceipt): Table {
  const { own } = words;
  const { verdict } = given;
  const captured = verdict.body !== null && Object.hasOwn(verdict.body.arguments, "capture");
  const matched = matches(given);
  const stated: Standing = captured ? "stated" : "notShown";
  const whole: Standing = matched ? "proven" : "notShown";
  const say = (question: string, standing: Standing, answer: string) => [
    { text: question },
    { text: answer },
    { text: own(`receipt.${standing}`) },
  ];
  return {
    kind: "table",
    headed: true,
    columns: [
      { head: own("columns.question"), share: 0.36 },
      { head: own("columns.answer"), share: 0.48 },
      { head: own("columns.result"), share: 0.16 },
    ],
    rows: [
      say(
        own("receipt.six.environment"),
        stated,
        own(captured ? "receipt.six.environmentStated" : "receipt.six.noCapture"),
      ),
      say(own("receipt.six.subject"), "proven", own("receipt.six.subjectProven")),
      say(own("receipt.six.medium"), "proven", own("receipt.six.mediumProven")),
      say(
        own("receipt.six.tools"),
        stated,
        own(captured ? "receipt.six.toolsStated" : "receipt.six.noCapture"),
      ),
      say(
        own("receipt.six.whole"),
        whole,
        own(matched ? "receipt.six.wholeProven" : "receipt.six.wholeNotShown"),
      ),
      say(own("receipt.six.form"), "proven", own("receipt.six.formProven")),
      say(
        own("receipt.six.unaltered"),
        whole,
        own(matched ? "receipt.six.unalteredProven" : "receipt.six.unalteredNotShown"),
      ),
      say(own("receipt.six.platform"), "notShown", own("receipt.six.platformNotShown")),
      say(
        own("receipt.six.before"),
        stated,
        own(captured ? "receipt.six.beforeStated" : "receipt.six.beforeNotShown"),
      ),
    ],
  };
}

function particulars(
  words: Words,
  file: ReceiptFile,
  { verdict, original, checkedAt }: CheckedReceipt,
): Table {
  const { t, own, time, language } = words;
  const { opening, header, receipt, genesis, occurrence } = file;
  const operation = verdict.body?.operation ?? "";
  const entry = receipt.outcome?.entry;
  return factsTable([
    [own("report.chain"), genesis.name],
    [own("report.chainId"), verdict.chain],
    [own("report.height"), formatCount(header.height, language)],
    [own("report.time"), time(header.time)],
    [
      t("transaction.operation"),
      occurrence === undefined ? t(operationKey(operation), { id: operation }) : null,
    ],
    [t("occurrence.due"), occurrence && time(occurrence.due)],
    [t("occurrence.scenario"), occurrence?.scenario],
    [t("occurrence.key"), occurrence?.key],
    [own("receipt.account"), verdict.body?.account],
    [own("receipt.entry"), typeof entry === "string" ? entry : null],
    [
      t("receipts.files"),
      opening &&
        `${opening.file.name} · ${formatSize(opening.file.size, language)} · ${opening.file.media_type}`,
    ],
    [t("receipts.way"), opening && t(`receipts.kind.${opening.kind}`)],
    [t("verify.content"), opening?.content],
    [
      t("verify.item"),
      file.item && t("verify.itemOf", { at: file.item.path.index + 1, n: file.item.path.size }),
    ],
    [t(occurrence === undefined ? "transaction.id" : "occurrence.id"), receipt.transaction],
    [t("block.hash"), blockHash(genesis, header)],
    [
      own("receipt.fileName"),
      original === null ? own("receipt.noFile") : `${original.name} · ${formatSize(original.size, language)}`,
    ],
    [own("receipt.checked"), time(checkedAt)],
  ]);
}

function courtBlocks(words: Words, file: ReceiptFile, given: CheckedReceipt): Block[] {
  const { t, own } = words;
  const { proven, not } = provenOf(words, file, given);
  const blocks: Block[] = [
    heading(t("verify.proven.title")),
    { kind: "list", ordered: false, items: proven },
    heading(t("verify.notProven.title")),
    { kind: "list", ordered: false, items: not },
  ];
  if (isDeposit(given.verdict)) {
    blocks.push(
      heading(own("receipt.court")),
      { kind: "text", text: own("receipt.courtHint"), quiet: true },
      courtTable(words, given),
    );
  }
  return blocks;
}

/** The report as a document. It claims what the browser found, and nothing where the receipt did not verify. */
export function receiptReport(words: Words, given: CheckedReceipt): Content {
  const { t, own, language } = words;
  const { verdict, checkedAt } = given;
  const { file, result } = verdict;
  const verified = result === "VERIFIED";
  const genuine = verified || result === "RECEIPT_FILE";
  const title = t("verify.report");
  const chain = file?.genesis.name ?? "";
  return {
    language,
    title,
    issuer: chain,
    foot: file
      ? own("foot", { chain: verdict.chain ?? chain, height: formatCount(file.header.height, language) })
      : "",
    time: checkedAt,
    words: edgesOf(words),
    blocks: [
      { kind: "title", text: title, under: chain === "" ? null : chain },
      {
        kind: "verdict",
        good: verified,
        text: verified ? t("verify.verified") : t(`verify.reason.${result}.title`),
        meaning: verified
          ? t(matches(given) ? "verify.verifiedFile" : "verify.verifiedReceipt")
          : t(`verify.reason.${result}.meaning`),
      },
      ...(file
        ? [
            heading(own("receipt.subject")),
            ...(genuine ? [] : [{ kind: "text", text: t("verify.unproven"), quiet: true } as const]),
            particulars(words, file, given),
          ]
        : []),
      heading(t("verify.steps")),
      checksTable(
        words,
        verdict.steps.map(({ reason, state }) => ({
          what: t(`verify.step.${reason}`),
          state,
          ...(state === "failed" ? { note: reason } : {}),
        })),
      ),
      ...(verified && file
        ? courtBlocks(words, file, given)
        : [{ kind: "text", text: own("receipt.unverified") } as const]),
      heading(own("receipt.again")),
      {
        kind: "list",
        ordered: true,
        items: (["keep", "room", "command", "compare"] as const).map(one => own(`receipt.steps.${one}`)),
      },
      { kind: "qr", address: given.address, alt: own("receipt.caption"), caption: own("receipt.caption") },
    ],
  };
}
