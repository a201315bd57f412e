import { useQuery } from "@tanstack/react-query";
import type { At } from "../../api/ask";
import { homeChainQuery } from "../../api/queries";
import type { Certificate } from "../../api/sharing";
import type { CertificateVerdict } from "../../ledger/certificate";
import { useNames, useSeals } from "../names";
import { PdfButtons, type PdfChoice } from "../pdf-buttons";

/** The certificate and its report as PDF. A certificate that failed a check is not printed as one; its report says why. */
export function CertificatePdf({
  verdict,
  record,
}: {
  verdict: CertificateVerdict;
  record: At<Certificate>;
}) {
  const { data: home } = useQuery(homeChainQuery);
  const nameOf = useNames();
  const sealOf = useSeals();
  if (home === undefined) return null;
  const given = () => ({
    record: record.value,
    height: record.height,
    time: record.time,
    verdict,
    issuerName: nameOf(record.value.issuer),
    seal: sealOf(record.value.issuer),
    chain: home.chain,
    chainName: home.genesis.name,
    address: `${location.origin}/certificate/${encodeURIComponent(record.value.id)}`,
  });
  const report: PdfChoice = {
    label: "report",
    wanted: () => ({ kind: "certificate-report", given: given() }),
  };
  const certificate: PdfChoice = {
    label: "certificate",
    wanted: () => ({ kind: "certificate", given: given() }),
  };
  return <PdfButtons documents={verdict.good ? [certificate, report] : [report]} />;
}
