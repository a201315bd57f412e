// Every operation in plain words: which text says it, and how each argument is to be read out. An operation that is not here is
// shown by its identifier with its arguments as they are.

import type { ApprovalKind } from "./approval-facts";

/** How a value of an argument is shown. */
export type FactKind =
  | "account"
  | "answer"
  | ApprovalKind
  | "case"
  | "choice"
  | "consent"
  | "correction"
  | "count"
  | "decision"
  | "department"
  | "digest"
  | "duration"
  | "endReason"
  | "fields"
  | "finding"
  | "grade"
  | "kept"
  | "keyReason"
  | "kind"
  | "list"
  | "listingKind"
  | "mandateKind"
  | "outcome"
  | "party"
  | "partyKind"
  | "publicity"
  | "purpose"
  | "statusPlace"
  | "text"
  | "time"
  | "window";

interface Words {
  readonly key: string;
  /** The arguments in the order they are shown. */
  readonly facts: Readonly<Record<string, FactKind>>;
}

const LICENCE_AND_REASON = { licence: "digest", reason: "text", remedy: "text" } as const;
const CERTIFICATE_AND_REASON = { certificate: "digest", reason: "text" } as const;

export const OPERATIONS = {
  "evidence.deposit": { key: "deposit", facts: { commitment: "digest", kind: "text" } },
  "evidence.deposit_batch": { key: "depositBatch", facts: { root: "digest", items: "count", kind: "text" } },
  "evidence.link": { key: "link", facts: { entry: "digest", target: "digest", relation: "text" } },
  "evidence.challenge": {
    key: "challenge",
    facts: { entry: "digest", grounds: "text", statement: "digest" },
  },
  "evidence.resolve": {
    key: "resolve",
    facts: { challenge: "digest", finding: "text", statement: "digest" },
  },

  "approval.submit": {
    key: "approvalSubmit",
    facts: {
      item: "text",
      version: "count",
      for: "department",
      principal: "party",
      answers: "answers",
      sealed: "digest",
      materials: "handed",
      renews: "case",
    },
  },
  "approval.resubmit": {
    key: "approvalResubmit",
    facts: {
      case: "case",
      for: "department",
      principal: "party",
      answers: "answers",
      sealed: "digest",
      materials: "handed",
    },
  },
  "approval.supply": {
    key: "approvalSupply",
    facts: {
      case: "case",
      for: "department",
      principal: "party",
      material: "text",
      reason: "text",
      fetched: "text",
    },
  },
  "approval.withdraw": {
    key: "approvalWithdraw",
    facts: { case: "case", for: "department", principal: "party" },
  },
  "approval.accept": { key: "approvalAccept", facts: { case: "case" } },
  "approval.correct": { key: "approvalCorrect", facts: { case: "case", points: "points", days: "count" } },
  "approval.serve": {
    key: "approvalServe",
    facts: { case: "case", for: "department", principal: "party", by: "channel", contact: "digest" },
  },
  "approval.notice_opened": {
    key: "approvalNoticeOpened",
    facts: { case: "case", for: "department", principal: "party", notice: "count" },
  },
  "approval.notice_sent": {
    key: "approvalNoticeSent",
    facts: { case: "case", notice: "count", contact: "digest", digest: "digest", sent_ms: "time" },
  },
  "approval.notice_failed": {
    key: "approvalNoticeFailed",
    facts: { case: "case", notice: "count", contact: "digest", digest: "digest", sent_ms: "time" },
  },
  "approval.not_competent": {
    key: "approvalNotCompetent",
    facts: { case: "case", reason: "text", remedy: "text" },
  },
  "approval.not_needed": {
    key: "approvalNotNeeded",
    facts: { case: "case", reason: "text", remedy: "text" },
  },
  "approval.act": {
    key: "approvalAct",
    facts: {
      case: "case",
      for: "department",
      step: "text",
      work: "count",
      outcome: "stepOutcome",
      opinion: "opinion",
      seen: "seen",
      second: "account",
      version: "count",
    },
  },
  "approval.delegate": {
    key: "approvalDelegate",
    facts: { case: "case", for: "department", step: "text", work: "count", to: "party", until: "time" },
  },
  "approval.recuse": {
    key: "approvalRecuse",
    facts: { case: "case", for: "department", party: "party", reason: "text" },
  },
  "approval.account": {
    key: "approvalAccount",
    facts: { case: "case", for: "department", held_fen: "count", statement: "digest" },
  },
  "approval.suspend": {
    key: "approvalSuspend",
    facts: { case: "case", procedure: "procedure", days: "count" },
  },
  "approval.resume": { key: "approvalResume", facts: { case: "case" } },
  "approval.extend": {
    key: "approvalExtend",
    facts: { case: "case", days: "count", reason: "text", approver: "account" },
  },
  "approval.decide": {
    key: "approvalDecide",
    facts: {
      case: "case",
      outcome: "outcome",
      reason: "text",
      remedy: "text",
      licence: "digest",
      seen: "seen",
      second: "account",
      version: "count",
    },
  },
  "approval.deliver": { key: "approvalDeliver", facts: { case: "case", how: "delivery" } },
  "approval.supersede": {
    key: "approvalSupersede",
    facts: {
      case: "case",
      decision: "digest",
      outcome: "outcome",
      reason: "text",
      remedy: "text",
      licence: "digest",
    },
  },
  "approval.annul": {
    key: "approvalAnnul",
    facts: { case: "case", act: "digest", reason: "text", remedy: "text" },
  },
  "approval.look": {
    key: "approvalLook",
    facts: {
      case: "case",
      class: "text",
      for: "department",
      principal: "party",
      purpose: "purpose",
      reader: "text",
    },
  },

  "approval.licence_issue": {
    key: "licenceIssue",
    facts: { case: "case", act: "digest", material: "digest", credential: "digest", status: "statusPlace" },
  },
  "approval.licence_suspend": { key: "licenceSuspend", facts: LICENCE_AND_REASON },
  "approval.licence_resume": { key: "licenceResume", facts: LICENCE_AND_REASON },
  "approval.licence_revoke": { key: "licenceRevoke", facts: LICENCE_AND_REASON },
  "approval.licence_view": {
    key: "licenceView",
    facts: {
      licence: "digest",
      fields: "fields",
      for: "department",
      principal: "party",
      purpose: "purpose",
      reader: "text",
    },
  },

  "approval.item_publish": { key: "itemPublish", facts: { for: "department" } },
  "approval.item_withdraw": { key: "itemWithdraw", facts: { for: "department", reason: "text" } },

  "filing.register": {
    key: "filingRegister",
    facts: { for: "department", started: "time", profile: "text" },
  },
  "filing.amend": {
    key: "filingAmend",
    facts: { for: "department", changed: "time", functions: "text", profile: "text" },
  },
  "filing.record": {
    key: "filingRecord",
    facts: { for: "department", what: "text", number: "text", date: "time", evidence: "digest" },
  },
  "filing.assess": {
    key: "filingAssess",
    facts: {
      for: "department",
      kind: "text",
      finding: "text",
      grade: "count",
      reference: "text",
      assessor: "text",
      date: "time",
      evidence: "digest",
    },
  },
  "filing.stop": { key: "filingStop", facts: { for: "department", ends: "time", reason: "text" } },
  "filing.hide": {
    key: "filingHide",
    facts: {
      for: "department",
      transaction: "digest",
      number: "text",
      basis: "text",
      reason: "text",
      evidence: "digest",
    },
  },
  "filing.lift": {
    key: "filingLift",
    facts: { for: "department", transaction: "digest", reason: "text" },
  },

  "identity.enrol": {
    key: "enrol",
    facts: {
      authority: "department",
      kind: "partyKind",
      key: "account",
      commitment: "digest",
      code: "department",
      until: "time",
      consent: "consent",
    },
  },
  "identity.bind": { key: "bind", facts: { key: "account", until: "time" } },
  "identity.rotate": { key: "rotate", facts: { key: "account", until: "time" } },
  "identity.revoke": { key: "revokeKey", facts: { key: "account", reason: "keyReason", window: "window" } },
  "identity.recover": {
    key: "recover",
    facts: { party: "party", key: "account", reason: "keyReason", window: "window" },
  },
  "identity.object": { key: "objectRecovery", facts: { recovery: "count" } },
  "identity.complete": { key: "completeRecovery", facts: { recovery: "count" } },
  "identity.grant": {
    key: "grant",
    facts: {
      kind: "mandateKind",
      principal: "party",
      holder: "party",
      scope: "list",
      grade: "grade",
      from: "time",
      until: "time",
    },
  },
  "identity.end": { key: "endMandate", facts: { mandate: "digest", reason: "endReason" } },
  "identity.accredit": {
    key: "accredit",
    facts: { department: "department", types: "list", from: "time", until: "time" },
  },
  "identity.withdraw": { key: "withdrawAccreditation", facts: { department: "department", type: "kind" } },
  "identity.publish": { key: "publishKey", facts: { purpose: "text", key: "account" } },
  "identity.set_silence": { key: "setSilence", facts: { silence_ms: "duration" } },

  "governance.propose": { key: "propose", facts: { decision: "decision", deadline: "time" } },
  "governance.vote": { key: "vote", facts: { proposal: "digest", choice: "choice" } },
  "governance.withdraw": { key: "withdrawProposal", facts: { proposal: "digest" } },

  "sharing.request": {
    key: "request",
    facts: { principal: "party", holder: "department", kind: "kind", purpose: "purpose" },
  },
  "sharing.cancel": { key: "cancel", facts: { principal: "party", request: "digest" } },
  "sharing.decline": { key: "decline", facts: { request: "digest", reason: "text", remedy: "text" } },
  "sharing.issue": {
    key: "issue",
    facts: {
      request: "digest",
      until: "time",
      material: "digest",
      credential: "digest",
      status: "statusPlace",
    },
  },
  "sharing.suspend": { key: "suspend", facts: CERTIFICATE_AND_REASON },
  "sharing.resume": { key: "resume", facts: CERTIFICATE_AND_REASON },
  "sharing.revoke": { key: "revoke", facts: CERTIFICATE_AND_REASON },
  "sharing.lease": {
    key: "lease",
    facts: {
      principal: "party",
      grantee: "department",
      purpose: "purpose",
      case: "case",
      fields: "fields",
      uses: "count",
      until: "time",
      certificate: "digest",
    },
  },
  "sharing.end_lease": { key: "endLease", facts: { principal: "party", lease: "digest" } },
  "sharing.disclose": {
    key: "disclose",
    facts: {
      for: "department",
      lease: "digest",
      purpose: "purpose",
      case: "case",
      fields: "fields",
      reader: "account",
    },
  },
  "sharing.view": {
    key: "view",
    facts: {
      principal: "party",
      certificate: "digest",
      fields: "fields",
      for: "department",
      purpose: "purpose",
      case: "case",
      reader: "account",
    },
  },
  "sharing.accept_loan": {
    key: "acceptLoan",
    facts: { for: "department", case: "case", applicant: "party", lease: "digest" },
  },
  "sharing.decide_loan": {
    key: "decideLoan",
    facts: { for: "department", case: "case", outcome: "outcome", reason: "text", remedy: "text" },
  },
  "sharing.erase": { key: "erase", facts: { principal: "party", certificate: "digest" } },
  "sharing.confirm_erasure": { key: "confirmErasure", facts: { certificate: "digest" } },

  "sharing.listing_propose": {
    key: "listingPropose",
    facts: {
      for: "department",
      subject: "party",
      kind: "listingKind",
      facts: "text",
      publicity: "publicity",
    },
  },
  "sharing.listing_notify": {
    key: "listingNotify",
    facts: { for: "department", listing: "digest", document: "digest" },
  },
  "sharing.listing_statement": {
    key: "listingStatement",
    facts: { listing: "digest", statement: "digest", for: "department" },
  },
  "sharing.listing_decide": {
    key: "listingDecide",
    facts: { for: "department", listing: "digest", number: "text", document: "digest" },
  },
  "sharing.listing_object": {
    key: "listingObject",
    facts: { listing: "digest", grounds: "digest", for: "department" },
  },
  "sharing.listing_answer": {
    key: "listingAnswer",
    facts: {
      for: "department",
      listing: "digest",
      answer: "finding",
      document: "digest",
      what: "correction",
    },
  },
  "sharing.listing_promise": {
    key: "listingPromise",
    facts: { listing: "digest", corrected: "time", promise: "digest", for: "department" },
  },
  "sharing.listing_remove": {
    key: "listingRemove",
    facts: { for: "department", listing: "digest", document: "digest" },
  },
  "sharing.listing_annul": {
    key: "listingAnnul",
    facts: { for: "department", listing: "digest", basis: "text", document: "digest" },
  },
  "sharing.listing_query": {
    key: "listingQuery",
    facts: { for: "department", subject: "party", purpose: "purpose", case: "case" },
  },

  "sharing.resource_publish": {
    key: "resourcePublish",
    facts: {
      for: "department",
      resource: "text",
      item: "text",
      class: "list",
      fields: "list",
      cycle: "text",
    },
  },
  "sharing.resource_refresh": {
    key: "resourceRefresh",
    facts: { for: "department", resource: "text" },
  },
  "sharing.resource_withdraw": {
    key: "resourceWithdraw",
    facts: { for: "department", resource: "text", reason: "text" },
  },
  "sharing.resource_request": {
    key: "resourceRequest",
    facts: {
      for: "department",
      resource: "text",
      fields: "fields",
      need: "text",
      basis: "text",
      purpose: "purpose",
      from: "time",
      until: "time",
    },
  },
  "sharing.resource_answer": {
    key: "resourceAnswer",
    facts: { for: "department", request: "digest", answer: "answer" },
  },
  "sharing.resource_supplement": {
    key: "resourceSupplement",
    facts: { for: "department", request: "digest", document: "digest" },
  },
  "sharing.resource_complain": {
    key: "resourceComplain",
    facts: { for: "department", request: "digest", kind: "text", statement: "digest" },
  },
  "sharing.resource_complaint_answer": {
    key: "resourceComplaintAnswer",
    facts: {
      for: "department",
      complaint: "digest",
      finding: "text",
      reason: "text",
      remedy: "text",
      document: "digest",
    },
  },

  "sharing.extract_deliver": {
    key: "extractDeliver",
    facts: {
      for: "department",
      request: "digest",
      post: "digest",
      number: "text",
      fields: "fields",
      rows: "count",
      canaries: "count",
      content: "kept",
      mark: "kept",
    },
  },
  "sharing.extract_withdraw": {
    key: "extractWithdraw",
    facts: { for: "department", extract: "digest", reason: "text" },
  },
  "sharing.extract_fetch": {
    key: "extractFetch",
    facts: { for: "department", extract: "digest", purpose: "purpose", reader: "text" },
  },
  "sharing.extract_trace": {
    key: "extractTrace",
    facts: {
      for: "department",
      extract: "digest",
      case: "case",
      found: "digest",
      purpose: "purpose",
      reader: "text",
    },
  },

  "sharing.wallet_take": {
    key: "walletTake",
    facts: { certificate: "digest", fields: "fields", offer: "digest" },
  },
  "sharing.wallet_bind": {
    key: "walletBind",
    facts: { take: "digest", credential: "digest", status: "statusPlace", until: "time" },
  },
  "sharing.wallet_end": { key: "walletEnd", facts: { copy: "digest" } },
  "sharing.wallet_ask": {
    key: "walletAsk",
    facts: {
      for: "department",
      case: "case",
      kind: "kind",
      fields: "fields",
      purpose: "purpose",
      reader: "text",
    },
  },
  "sharing.wallet_present": {
    key: "walletPresent",
    facts: {
      ask: "digest",
      issuer: "department",
      fields: "fields",
      credential: "digest",
      presentation: "digest",
      status: "statusPlace",
    },
  },
} as const satisfies Readonly<Record<string, Words>>;

export type Operation = keyof typeof OPERATIONS;
export type OperationKey = (typeof OPERATIONS)[Operation]["key"];

export function isOperation(id: string): id is Operation {
  return Object.hasOwn(OPERATIONS, id);
}

/** The key of the text that names an operation; of an unknown one, a text that shows its identifier. */
export function operationKey(id: string) {
  return isOperation(id) ? (`act.op.${OPERATIONS[id].key}.name` as const) : ("act.other" as const);
}

/** The arguments of an act in the order they are shown, those that the dictionary does not know at the end. */
export function factsOf(
  operation: string,
  given: Readonly<Record<string, unknown>>,
): readonly (readonly [string, FactKind])[] {
  const known: Readonly<Record<string, FactKind>> = isOperation(operation) ? OPERATIONS[operation].facts : {};
  const first = Object.entries(known).filter(([name]) => given[name] !== undefined && given[name] !== null);
  const rest = Object.keys(given).filter(name => !Object.hasOwn(known, name));
  return [...first, ...rest.map(name => [name, "text"] as const)];
}

/** In whose name an act is done, where that is not the signer: a guardian or an agent says so in what he signs. */
export function principalOf(act: {
  readonly operation: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}): string | null {
  const { principal } = act.arguments;
  // In `identity.grant` the principal is whoever is represented from then on.
  return act.operation.startsWith("sharing.") && typeof principal === "string" ? principal : null;
}
