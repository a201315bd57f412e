// Parties (主体) by the codes of bodies.

import { parseDigest } from "../verify/digest";
import { ask } from "./ask";
import { fieldsOf, textOf } from "./reading";

/** The party that is meant: by its identifier, or a body by its code. */
export async function partyOf(subject: string): Promise<string> {
  if (parseDigest(subject) !== null) return subject;
  const {
    value: [answer],
  } = await ask([{ question: "identity.party", about: { code: subject } }]);
  if (answer?.problem) throw answer.problem;
  return textOf(fieldsOf(answer?.value), "party") ?? "";
}
