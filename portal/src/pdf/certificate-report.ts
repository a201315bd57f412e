// The verification report of a certificate: what this browser checked, what each result rests on, how to check again.

import { formatCount } from "../components/format";
import { fieldsText } from "../components/names";
import type { CertificateCheck } from "../ledger/certificate";
import { monthlyOf } from "../ledger/fund";
import { type CheckedCertificate, footText, issuerText, stateText, titleOf } from "./certificate";
import type { Content } from "./content";
import { type CheckRow, checksTable, factsTable, heading } from "./parts";
import { edgesOf, type Words } from "./words";

function arithmeticText({ own }: Words, claims: CheckedCertificate["verdict"]["claims"]): string {
  const [base, unit, person] = ["basenum", "unitprop", "indiprop"].map(name => claims[name]);
  const shown = typeof base === "string" && typeof unit === "string" && typeof person === "string";
  const sum = shown && claims.indipaysum !== undefined ? monthlyOf(base, unit, person) : null;
  return sum === null
    ? own("report.basis.noArithmetic")
    : own("report.basis.arithmetic", { base, unit, person, sum });
}

function basisOf(words: Words, given: CheckedCertificate, check: CertificateCheck): string {
  const { own, time } = words;
  const { verdict, record, issuerName } = given;
  const at = (ms: number | null) => (ms === null ? "…" : time(ms));
  switch (check) {
    case "signature":
      return own("report.basis.signature", { issuer: issuerName });
    case "digest":
      return record.credential === null
        ? own("report.basis.noDigest")
        : own("report.basis.digest", { digest: record.credential });
    case "disclosures":
      return own("report.basis.disclosures");
    case "validity":
      return own("report.basis.validity", { from: at(verdict.issued), until: at(verdict.until) });
    case "status":
      return verdict.statusReference === null
        ? own("report.basis.noStatus")
        : own("report.basis.status", {
            list: verdict.statusReference.uri,
            index: verdict.statusReference.index,
          });
    case "arithmetic":
      return arithmeticText(words, verdict.claims);
  }
}

function rowsOf(words: Words, given: CheckedCertificate): CheckRow[] {
  const { t, own, language } = words;
  const { verdict, record } = given;
  const rows: CheckRow[] = verdict.steps.map(({ check, state }) => ({
    what: t(`certificate.check.${check}`),
    basis: basisOf(words, given, check),
    state,
    ...(check === "status" && verdict.status !== null
      ? { note: t(`certificate.statusOf.${verdict.status}`) }
      : {}),
  }));
  rows.push({
    what: own("report.ledger"),
    basis: own("report.ledgerBasis", {
      height: formatCount(given.height, language),
      state: t(`certificate.state.${record.state}`),
    }),
    state: record.state === "valid" ? "passed" : "failed",
  });
  return rows;
}

/** Without these nobody may call a certificate verified, even where nothing failed. */
const NEEDED: readonly CertificateCheck[] = ["signature", "digest", "disclosures", "status"];

/** The report as a document. */
export function certificateReport(words: Words, given: CheckedCertificate): Content {
  const { t, own, time, language } = words;
  const { verdict, record } = given;
  const bad = !verdict.good || record.state !== "valid";
  const open = verdict.steps.some(one => NEEDED.includes(one.check) && one.state !== "passed");
  const title = own("report.title");
  return {
    language,
    title,
    issuer: given.issuerName,
    foot: footText(words, given),
    time: given.time,
    words: edgesOf(words),
    blocks: [
      { kind: "title", text: title, under: titleOf(words, record.kind) },
      {
        kind: "verdict",
        good: !bad && !open,
        text: bad ? t("certificate.bad") : open ? own("report.open") : t("certificate.good"),
        meaning: own(bad ? "report.meaningBad" : open ? "report.meaningOpen" : "report.meaningGood"),
      },
      heading(own("report.subject")),
      factsTable([
        [own("certificate.number"), record.id],
        [t("certificate.issuer"), issuerText(given)],
        [own("certificate.sealAccount"), given.seal],
        [own("certificate.digest"), verdict.credential],
        [own("report.fields"), fieldsText(t, Object.keys(verdict.claims))],
        [own("certificate.state"), stateText(words, given)],
        [own("report.chain"), given.chainName],
        [own("report.chainId"), given.chain],
        [own("report.height"), formatCount(given.height, language)],
        [own("report.time"), time(given.time)],
      ]),
      heading(own("report.checks")),
      checksTable(words, rowsOf(words, given)),
      heading(own("report.again")),
      {
        kind: "list",
        ordered: true,
        items: (["keep", "open", "choose", "offline", "compare"] as const).map(one =>
          own(`report.steps.${one}`),
        ),
      },
      { kind: "qr", address: given.address, alt: t("certificate.qr"), caption: own("certificate.caption") },
    ],
  };
}
