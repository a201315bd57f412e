const NAMES = {
  "evidence.deposit": "operation.deposit",
  "evidence.deposit_batch": "operation.depositBatch",
  "evidence.link": "operation.link",
  "evidence.challenge": "operation.challenge",
  "evidence.resolve": "operation.resolve",
} as const;

/** The key of an operation's name in words; of an unknown one, a text that shows its identifier. */
export function operationKey(operation: string) {
  return Object.hasOwn(NAMES, operation) ? NAMES[operation as keyof typeof NAMES] : "operation.other";
}
