// Documents for tests: the portal's languages started, the font from the build's folder, a certificate that was really checked.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "fflate";
import i18next from "i18next";
import type { Language } from "../../src/i18n";
import { credentialDigest, verifyCertificate } from "../../src/ledger/certificate";
import en from "../../src/locales/en.json";
import chinese from "../../src/locales/zh-CN.json";
import type { CheckedCertificate } from "../../src/pdf/certificate";
import type { FontSource } from "../../src/pdf/fonts";
import { type Words, wordsFor } from "../../src/pdf/words";
import { edIssuer, issue, present, statusList } from "./certificates";

export async function startWords(): Promise<(language: Language) => Words> {
  await i18next.init({
    lng: "zh-CN",
    fallbackLng: false,
    resources: { "zh-CN": { translation: chinese }, en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  return wordsFor;
}

/** The pieces as scripts/fonts.mjs has cut them. */
export const fontOfBuild: FontSource = async piece =>
  gunzipSync(new Uint8Array(readFileSync(join(import.meta.dirname, `../../fonts/${piece}.ttf.gz`))));

export const FIELDS = {
  transdate: "2026-11-25",
  loancontrnum: "",
  accname: "王小示",
  certinum: "990101199003150015",
  indiaccstate: "0",
  accnum: "1234567890",
  unitaccname: "示例建工集团有限公司",
  addr: "甲市示例区建设路 1 号",
  opnaccdate: "2015-07-01",
  basenum: "6000.00",
  unitprop: "8.000",
  indiprop: "8.000",
  indipaysum: "960.00",
  bal: "4408.76",
  beginmonth: "2015-07",
  endmonth: "2026-10",
  amt: "0.00",
  flag: "0",
  linkman: "张经办",
  linkphone: "0990-1234567",
  projectname: "乙市住房公积金管理中心",
  center_id: "C99010001",
};

export const NOW = 1_790_010_000_000;
export const ISSUER = "甲市住房公积金管理中心";

/** A certificate with these fields, presented and verified. */
export function checkedCertificate(
  fields: Readonly<Record<string, string>> = FIELDS,
  changed: Partial<CheckedCertificate> = {},
): CheckedCertificate {
  const issuer = edIssuer("fund centre");
  const issued = issue(issuer, { ...fields });
  const credential = credentialDigest("sm3", issued.jwt);
  const verdict = verifyCertificate(present(issued, Object.keys(fields)), {
    keys: [issuer.key],
    credential,
    algorithm: "sm3",
    now: NOW,
    statusList: statusList(issuer, {}),
  });
  const id = `sm3:${"5f".repeat(32)}`;
  return {
    record: {
      id,
      subject: null,
      issuer: "12990100000001011T",
      kind: "hpf-certificate",
      state: "valid",
      credential,
      issued: 1_790_000_000_000,
      until: 1_797_000_000_000,
      status: { list: 0, index: 5 },
      reason: null,
    },
    height: 1234,
    time: NOW,
    verdict,
    issuerName: ISSUER,
    seal: issuer.key,
    chain: `sm3:${"ab".repeat(32)}`,
    chainName: "印信示范链",
    address: `https://node.example/certificate/${encodeURIComponent(id)}`,
    ...changed,
  };
}
