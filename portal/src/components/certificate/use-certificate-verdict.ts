import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { nodeNow } from "../../api/client";
import { statusListQuery } from "../../api/disclosures";
import { membersQuery } from "../../api/members";
import { homeChainQuery } from "../../api/queries";
import {
  type CertificateVerdict,
  readJwt,
  splitPresentation,
  verifyCertificate,
} from "../../ledger/certificate";
import { suiteAlgorithm } from "../../verify/digest";

const STATUS_PATH = /\/api\/v1\/status-lists\/([0-9A-Z]{18})\/([^/?#]+)$/;

/** Where the list of states of a certificate lies, by its own words. */
function statusPlace(text: string): readonly [string, string] | null {
  const payload = readJwt(splitPresentation(text)?.jwt ?? "")?.payload;
  const uri = (payload?.status as { status_list?: { uri?: unknown } } | undefined)?.status_list?.uri;
  const [, code, list] = STATUS_PATH.exec(typeof uri === "string" ? uri : "") ?? [];
  return code === undefined || list === undefined ? null : [code, decodeURIComponent(list)];
}

/**
 * What this browser finds about a shown certificate; `null` while something it needs is still being fetched. `issuer` is the
 * department whose seal counts (`null`: any member's), `credential` the digest that the ledger has on record.
 */
export function useCertificateVerdict(
  text: string,
  issuer: string | null,
  credential: string | null,
): CertificateVerdict | null {
  const { data: members } = useQuery(membersQuery);
  const { data: home } = useQuery(homeChainQuery);
  const place = useMemo(() => statusPlace(text), [text]);
  const list = useQuery({ ...statusListQuery(place?.[0] ?? "", place?.[1] ?? ""), enabled: place !== null });
  const waiting = place !== null && list.isPending;
  return useMemo(() => {
    if (home === undefined || waiting) return null;
    const known = [...(members?.members ?? []), ...home.genesis.members];
    const keys = known.filter(one => issuer === null || one.code === issuer).map(one => one.account);
    return verifyCertificate(text, {
      keys: [...new Set(keys)],
      credential,
      algorithm: suiteAlgorithm(home.genesis.suite),
      now: nodeNow(),
      statusList: list.data ?? null,
    });
  }, [text, issuer, credential, members, home, list.data, waiting]);
}
