import { useQuery } from "@tanstack/react-query";
import type { At } from "../../api/ask";
import type { Licence } from "../../api/licences";
import { homeChainQuery } from "../../api/queries";
import type { CertificateVerdict } from "../../ledger/certificate";
import { useNames, useSeals } from "../names";
import { PdfButtons } from "../pdf-buttons";
import { contentOf } from "./licence-parts";

/** The address of the public page behind the QR code of a licence. */
export function licenceAddress(id: string): string {
  return `${location.origin}/licence/${encodeURIComponent(id)}`;
}

/** A licence as PDF. One whose file is not what the department issued is not printed. */
export function LicencePdf({ verdict, record }: { verdict: CertificateVerdict; record: At<Licence> }) {
  const { data: home } = useQuery(homeChainQuery);
  const nameOf = useNames();
  const sealOf = useSeals();
  if (home === undefined || !isOfLedger(verdict)) return null;
  const given = () => ({
    record: record.value,
    height: record.height,
    time: record.time,
    claims: contentOf(verdict.claims),
    issuerName: nameOf(record.value.issuer),
    seal: sealOf(record.value.issuer),
    chainName: home.genesis.name,
    address: licenceAddress(record.value.id),
  });
  return (
    <PdfButtons documents={[{ label: "licence", wanted: () => ({ kind: "licence", given: given() }) }]} />
  );
}

/** Whether a file is the one that the department issued, whatever has become of the licence since: the document says its state itself. */
function isOfLedger(verdict: CertificateVerdict): boolean {
  const passed = (check: string) => verdict.steps.some(one => one.check === check && one.state === "passed");
  return passed("signature") && passed("digest") && passed("disclosures");
}
