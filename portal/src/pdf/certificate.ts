// The certificate (证明) on paper: what its reader has of it, and the way to its state.

import type { Certificate } from "../api/sharing";
import { formatCount } from "../components/format";
import { fieldText, inFormOrder, kindText } from "../components/names";
import type { CertificateVerdict } from "../ledger/certificate";
import { FUND_FIELDS } from "../ledger/fund";
import type { Json } from "../verify/json";
import type { Block, Cell, Column, Content, Table } from "./content";
import { factsTable, heading } from "./parts";
import { edgesOf, type Words } from "./words";

/** A certificate that was checked in this browser, and what the ledger says of it. */
export interface CheckedCertificate {
  readonly record: Certificate;
  /** The height that the record was drawn from, and its time. */
  readonly height: number;
  readonly time: number;
  readonly verdict: CertificateVerdict;
  readonly issuerName: string;
  /** The account of the department's seal, where it is known. */
  readonly seal: string | null;
  readonly chain: string;
  readonly chainName: string;
  /** The public page that says how the certificate stands. */
  readonly address: string;
}

/** Sums and rates; the unit stands in brackets behind the name of the field. */
const AMOUNTS: readonly string[] = ["basenum", "unitprop", "indiprop", "indipaysum", "bal", "amt"];

function shown(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function nameAndUnit(label: string): { readonly name: string; readonly unit: string } {
  const [, name, unit] = /^(.*?)\s*[（(]([^（）()]+)[）)]$/u.exec(label) ?? [];
  return name === undefined || unit === undefined ? { name: label, unit: "" } : { name, unit };
}

function named({ t, other }: Words, field: string): Cell {
  const { name } = nameAndUnit(fieldText(t, field));
  const under = nameAndUnit(fieldText(other, field)).name;
  return under === name ? { text: name } : { text: name, under };
}

/** Sums under one another, two to a line: the points of the decimals stand in two columns. */
function amountsTable(words: Words, claims: CertificateVerdict["claims"], fields: readonly string[]): Table {
  const { own, t } = words;
  const heads: readonly Column[] = [
    { head: own("columns.item"), share: 0.22 },
    { head: own("columns.amount"), share: 0.18, align: "right" },
    { head: own("columns.unit"), share: 0.1 },
  ];
  const cells = (field: string | undefined): Cell[] =>
    field === undefined
      ? [{ text: "", span: 3 }]
      : [
          { ...named(words, field), names: true },
          { text: shown(claims[field]) },
          { text: nameAndUnit(fieldText(t, field)).unit },
        ];
  const rows: Cell[][] = [];
  for (let at = 0; at < fields.length; at += 2) rows.push([...cells(fields[at]), ...cells(fields[at + 1])]);
  return { kind: "table", headed: true, columns: [...heads, ...heads], rows };
}

/** The fields that were shown, sums apart from the rest. */
export function fieldBlocks(words: Words, claims: CertificateVerdict["claims"]): Block[] {
  const names = inFormOrder(Object.keys(claims));
  const amounts = names.filter(one => AMOUNTS.includes(one));
  const others = names.filter(one => !AMOUNTS.includes(one));
  const blocks: Block[] = [];
  if (others.length > 0) {
    const rows = others.map(one => [named(words, one), shown(claims[one])] as const);
    blocks.push(heading(words.own("certificate.details")), factsTable(rows));
  }
  if (amounts.length > 0) {
    blocks.push(heading(words.own("certificate.amounts")), amountsTable(words, claims, amounts));
  }
  if (names.length === 0) blocks.push({ kind: "text", text: words.t("certificate.nothingShown") });
  return blocks;
}

/** Name and code of the issuer, or the code alone where nobody has told the name. */
export function issuerText({ record, issuerName }: CheckedCertificate): string {
  return issuerName === record.issuer ? issuerName : `${issuerName} ${record.issuer}`;
}

export function stateText({ t, own, time, language }: Words, given: CheckedCertificate): string {
  return own("certificate.stateAt", {
    state: t(`certificate.state.${given.record.state}`),
    height: formatCount(given.height, language),
    time: time(given.time),
  });
}

export function footText({ own, language }: Words, { chainName, height }: CheckedCertificate): string {
  return own("foot", { chain: chainName, height: formatCount(height, language) });
}

/** A name of a kind as a title. */
export function titleOf({ t, language }: Words, kind: string): string {
  const text = kindText(t, kind);
  return language === "en" ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** The certificate as a document. What the reader was not given is not in it. */
export function certificateContent(words: Words, given: CheckedCertificate): Content {
  const { t, own, time, language } = words;
  const { record, verdict, issuerName } = given;
  const count = Object.keys(verdict.claims).length;
  const title = titleOf(words, record.kind);
  const name = verdict.claims.accname;
  return {
    language,
    title,
    issuer: issuerName,
    foot: footText(words, given),
    time: given.time,
    words: edgesOf(words),
    blocks: [
      {
        kind: "title",
        text: title,
        under: count < FUND_FIELDS.length ? own("certificate.excerpt", { n: count }) : null,
      },
      heading(own("certificate.basics")),
      factsTable([
        [own("certificate.number"), record.id],
        [t("certificate.issuer"), issuerText(given)],
        [own("certificate.sealHolder"), given.seal === null ? null : issuerName],
        [own("certificate.holder"), typeof name === "string" ? name : record.subject],
        [own("certificate.sealAccount"), given.seal],
        [t("certificate.issued"), verdict.issued === null ? null : time(verdict.issued)],
        [t("certificate.until"), verdict.until === null ? null : time(verdict.until)],
        [own("certificate.state"), stateText(words, given)],
        [own("certificate.digest"), verdict.credential],
      ]),
      ...fieldBlocks(words, verdict.claims),
      { kind: "qr", address: given.address, alt: t("certificate.qr"), caption: own("certificate.caption") },
      { kind: "text", text: own("certificate.notSigned"), quiet: true },
    ],
  };
}
