// The keys of a party: those that act now, and those that did, with the transactions that bound and ended them.

import { queryOptions } from "@tanstack/react-query";
import { verifyReceipt } from "../verify/receipt";
import { type At, ask } from "./ask";
import { getBytes } from "./client";
import { concernPage } from "./concerns";
import { fieldsOf, listOf, numberOf, textOf, textsOf, timeOf } from "./reading";

export interface BoundKey {
  readonly key: string;
  readonly state: string;
  /** When it was bound, by block height and block time. */
  readonly from: { readonly height: number; readonly time: number } | null;
  readonly until: number | null;
  readonly ended: { readonly time: number; readonly reason: string | null; readonly own: boolean } | null;
}

export interface Devices {
  readonly keys: readonly BoundKey[];
  /** The number of a recovery (窗口恢复) that is under way, which the party can stop. */
  readonly recovery: number | null;
}

/** Operations whose arguments name a key of the party. */
const NAMING = [
  "identity.enrol",
  "identity.bind",
  "identity.rotate",
  "identity.revoke",
  "identity.recover",
] as const;

/** The key that a transaction names, from its verified receipt; a receipt that does not verify names none. */
async function keyNamedBy(transaction: string, chain: string): Promise<string | null> {
  const { result, body } = await verifyReceipt(await getBytes(`/api/v1/receipts/${transaction}`), [chain]);
  const key = result === "VERIFIED" ? fieldsOf(body?.arguments)?.key : null;
  return typeof key === "string" ? key : null;
}

async function namedKeys(party: string, chain: string, signal: AbortSignal): Promise<readonly string[]> {
  const pages = await Promise.all(
    NAMING.map(operation => concernPage(party, operation, null, signal).then(page => page.items)),
  );
  const done = pages.flat().filter(one => one.code === 0);
  const keys = await Promise.all(done.map(one => keyNamedBy(one.id, chain)));
  return keys.filter(key => key !== null);
}

function momentOf(value: unknown): BoundKey["from"] {
  const fields = fieldsOf(value);
  const [height, time] = [numberOf(fields, "height"), numberOf(fields, "time")];
  return height === null || time === null ? null : { height, time };
}

function readKey(value: unknown, key: string, party: string): BoundKey | null {
  const fields = fieldsOf(value);
  if (fields === null || textOf(fields, "party") !== party) return null;
  const ended = fieldsOf(fields.ended);
  const time = timeOf(ended, "at");
  return {
    key,
    state: textOf(fields, "state") ?? "",
    from: momentOf(fields.from),
    until: numberOf(fields, "until"),
    ended:
      time === null
        ? null
        : { time, reason: textOf(ended, "reason"), own: textsOf(ended, "by").includes(party) },
  };
}

/** Every key of a party: the ledger's list of those that may act, and the ended ones that its own transactions name. */
export function devicesQuery(party: string, chain: string) {
  return queryOptions({
    queryKey: ["ask", "identity.party", party],
    queryFn: async ({ signal }): Promise<At<Devices>> => {
      const {
        value: [answer],
      } = await ask([{ question: "identity.party", about: { party } }], signal);
      if (answer?.problem) throw answer.problem;
      const fields = fieldsOf(answer?.value);
      const current = listOf(fields, "keys").flatMap(one => textOf(fieldsOf(one), "key") ?? []);
      const accounts = [...new Set([...current, ...(await namedKeys(party, chain, signal))])];
      const { height, time, value } = await ask(
        accounts.map(account => ({ question: "identity.actor", about: { account } })),
        signal,
      );
      const keys = accounts.flatMap((account, at) => {
        const one = value[at];
        return one?.problem === null ? (readKey(one.value, account, party) ?? []) : [];
      });
      return { height, time, value: { keys, recovery: numberOf(fields, "recovery") } };
    },
  });
}
