// The licence (许可证件) on paper: what its holder or reader has of it, and the way to its state.

import type { Label, Licence } from "../api/licences";
import { formatCount } from "../components/format";
import type { CertificateVerdict } from "../ledger/certificate";
import type { Json } from "../verify/json";
import type { Cell, Content } from "./content";
import { factsTable, heading } from "./parts";
import { edgesOf, type Words } from "./words";

/** A licence whose file was checked in this browser, and what the ledger says of it. */
export interface CheckedLicence {
  readonly record: Licence;
  /** The height that the record was drawn from, and its time. */
  readonly height: number;
  readonly time: number;
  /** Its content, as far as it was shown. */
  readonly claims: CertificateVerdict["claims"];
  readonly issuerName: string;
  /** The account of the department's seal, where it is known. */
  readonly seal: string | null;
  readonly chainName: string;
  /** The public page that says how the licence stands. */
  readonly address: string;
}

const HOLDER_FIELDS = ["holder", "holder_code"] as const;

function shown(value: Json | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

function inLanguage({ language }: Words, label: Label): Cell {
  const [text, under] = language === "en" ? [label.en, label.zh] : [label.zh, label.en];
  return under === text ? { text } : { text, under };
}

/** The fields in the order of the item's template, the holder first. */
function rowsOf(words: Words, { record, claims }: CheckedLicence): (readonly [Cell, string])[] {
  const { t, other } = words;
  const holder = HOLDER_FIELDS.map(
    name => [name, { text: t(`licence.field.${name}`), under: other(`licence.field.${name}`) }] as const,
  );
  const own = record.fields.map(({ name, label }) => [name, inLanguage(words, label)] as const);
  return [...holder, ...own].flatMap(([name, cell]) =>
    Object.hasOwn(claims, name) ? [[cell, shown(claims[name])] as const] : [],
  );
}

/** The licence as a document. What the reader was not shown is not in it. */
export function licenceContent(words: Words, given: CheckedLicence): Content {
  const { t, own, time, language } = words;
  const { record, issuerName } = given;
  const title = inLanguage(words, record.name).text;
  const rows = rowsOf(words, given);
  const all = HOLDER_FIELDS.length + record.fields.length;
  const end = (ms: number | null) => (ms === null ? t("licence.noEnd") : time(ms));
  return {
    language,
    title,
    issuer: issuerName,
    foot: own("foot", { chain: given.chainName, height: formatCount(given.height, language) }),
    time: given.time,
    words: edgesOf(words),
    blocks: [
      {
        kind: "title",
        text: title,
        under: rows.length < all ? own("licence.excerpt", { n: rows.length }) : null,
      },
      heading(own("licence.basics")),
      factsTable([
        [t("licence.number"), record.number],
        [
          t("certificate.issuer"),
          issuerName === record.issuer ? issuerName : `${issuerName} ${record.issuer}`,
        ],
        [own("certificate.sealHolder"), given.seal === null ? null : issuerName],
        [own("certificate.sealAccount"), given.seal],
        [t("certificate.issued"), record.issued === null ? null : time(record.issued)],
        [t("licence.from"), record.from === null ? null : time(record.from)],
        [t("certificate.until"), end(record.until)],
        [
          t("licence.extended"),
          record.extended ? own("licence.extended", { until: end(record.extendedUntil) }) : null,
        ],
        [
          own("licence.state"),
          own("certificate.stateAt", {
            state: t(`licence.state.${record.state}`),
            height: formatCount(given.height, language),
            time: time(given.time),
          }),
        ],
        [t("licence.id"), record.id],
        [own("licence.digest"), record.credential],
      ]),
      heading(own("licence.details")),
      factsTable(rows),
      { kind: "qr", address: given.address, alt: t("licence.qr"), caption: own("licence.caption") },
      { kind: "text", text: own("licence.notSigned"), quiet: true },
    ],
  };
}
