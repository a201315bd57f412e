import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { nodeNow } from "../../api/client";
import { statusListQuery } from "../../api/disclosures";
import { homeChainQuery } from "../../api/queries";
import { credentialKeysQuery } from "../../api/sharing";
import { type CertificateVerdict, statusPlace, verifyCertificate } from "../../ledger/certificate";
import { suiteAlgorithm } from "../../verify/digest";

/**
 * What this browser finds about a shown certificate; `null` while something it needs is still being fetched. `issuer` is the
 * department whose published keys count, `credential` the digest that the ledger has on record.
 */
export function useCertificateVerdict(
  text: string,
  issuer: string,
  credential: string | null,
): CertificateVerdict | null {
  const { data: home } = useQuery(homeChainQuery);
  const keys = useQuery(credentialKeysQuery(issuer));
  const place = useMemo(() => statusPlace(text), [text]);
  const own = place?.issuer === issuer ? place : null;
  const list = useQuery({
    ...statusListQuery(own?.issuer ?? "", String(own?.list ?? "")),
    enabled: own !== null,
  });
  const waiting = keys.isPending || (own !== null && list.isPending);
  return useMemo(() => {
    if (home === undefined || waiting) return null;
    return verifyCertificate(text, {
      keys: keys.data?.value ?? [],
      credential,
      algorithm: suiteAlgorithm(home.genesis.suite),
      now: nodeNow(),
      statusList: list.data ?? null,
    });
  }, [text, credential, keys.data, home, list.data, waiting]);
}
