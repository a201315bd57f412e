// Looks (查阅) at the materials of a case: what is asked for, and those that this browser can still open.

import type { OfficerPost } from "../../api/session";
import type { Asked } from "../../components/act/act-sheet";
import { makeReaderKey } from "../../ledger/reader-key";
import type { StoredAct } from "../../store/acts";

/** A look at one class of materials of a case, by the applicant where there is no post. */
export async function lookAt(
  number: string,
  name: string,
  post: OfficerPost | null,
  purpose: string,
): Promise<Asked> {
  const reader = await makeReaderKey();
  return {
    operation: "approval.look",
    arguments: {
      case: number,
      class: name,
      purpose,
      reader: reader.text,
      ...(post === null ? {} : { for: post.body }),
    },
    keep: { reader },
  };
}

/** The looks at a case that were allowed, the newest first. */
export function looksOf(acts: readonly StoredAct[], number: string): readonly StoredAct[] {
  return acts
    .filter(
      act =>
        act.operation === "approval.look" &&
        act.state === "final" &&
        act.arguments.case === number &&
        act.end?.outcome?.disclosure !== undefined,
    )
    .toSorted((a, b) => b.createdAt - a.createdAt);
}
