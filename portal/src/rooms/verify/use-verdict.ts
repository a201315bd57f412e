// Runs the verifier whenever receipt, file or trusted chains change.

import { useEffect, useState } from "react";
import { fileToCheck } from "../../ledger/hash-file";
import { type Verdict, verifyReceipt } from "../../verify/receipt";

export interface Verification {
  readonly verdict: Verdict | null;
  /** The share of the file that has been read while there is no verdict yet. */
  readonly share: number;
}

const NOTHING: Verification = { verdict: null, share: 0 };

/** The verdict on a receipt; `null` inside while it is being worked out. */
export function useVerdict(
  receipt: Uint8Array | null,
  file: File | null,
  trusted: readonly string[],
): Verification {
  const [state, setState] = useState<Verification>(NOTHING);
  const chains = trusted.join(" ");
  useEffect(() => {
    if (receipt === null) {
      setState(NOTHING);
      return;
    }
    let current = true;
    setState(NOTHING);
    const onShare = (share: number) => current && setState({ verdict: null, share });
    void verifyReceipt(receipt, chains.split(" "), file ? fileToCheck(file, onShare) : undefined).then(
      verdict => current && setState({ verdict, share: 1 }),
    );
    return () => {
      current = false;
    };
  }, [receipt, file, chains]);
  return state;
}
