// Written by `npm run types` from docs/reference/openapi.json.

/** One line about an occurrence of a block. */
export type BlockOccurrence = {
  readonly code: number;
  readonly due: Time;
  readonly id: Digest;
  readonly index: number;
  readonly key: string;
  readonly scenario: string;
};

/** Blocks, newest first. */
export type BlockPage = {
  readonly at_height: Height;
  readonly items: readonly BlockRow[];
};

/** One line about a block. */
export type BlockRow = {
  readonly hash: Digest;
  readonly height: Height;
  readonly leader: PublicKey;
  readonly occurrences: number;
  readonly time: Time;
  readonly transactions: number;
};

/** One line about a transaction of a block. */
export type BlockTransaction = {
  readonly account: PublicKey;
  readonly code: number;
  readonly id: Digest;
  readonly index: number;
  readonly operation: string;
};

/** The public part of a capture block (formats section 7). */
export type Capture = {
  readonly details: Digest;
  readonly environment: string;
  readonly from: Time;
  readonly to: Time;
  readonly tool: string;
  readonly tool_digest: null | Digest;
  readonly tool_version: string;
};

/** Whether the chain goes on. */
export type ChainState = "running" | "halted" | "starting";

/** A challenge (质疑) of an entry and, once there is one, its resolution. */
export type Challenge = {
  readonly account: PublicKey;
  readonly challenge: Digest;
  readonly finding: "upheld" | "dismissed" | "withdrawn" | null;
  readonly finding_height: null | Height;
  readonly finding_statement: null | Digest;
  readonly grounds: "before_chain" | "technical" | "authority" | "other";
  readonly height: Height;
  readonly statement: Digest;
  readonly time: Time;
};

/** open (公开): the bare digest; sealed (密封): salted. */
export type CommitmentKind = "open" | "sealed";

/** Where a page ended; opaque. */
export type Cursor = string;

/** One thing that was found. */
export type DecisionFinding = {
  readonly code: string;
  readonly detail: string;
  readonly element: string;
  readonly en: string;
  readonly id: string;
  readonly severity: string;
  readonly zh: string;
};

/** What the check says of a document. */
export type DecisionVerdict = {
  readonly accepted: boolean;
  readonly decisions: readonly ReadDecision[];
  readonly findings: readonly DecisionFinding[];
};

/** Algorithm and 32 bytes in lower-case hexadecimal (formats section 1). */
export type Digest = string;

/** The key of somebody's drafts. */
export type DraftKey = {
  readonly account: PublicKey;
  readonly key: string;
};

/** A period. */
export type DrawnPeriod = {
  readonly count: number;
  readonly unit: string;
};

/** A process of a drawing. */
export type DrawnProcess = {
  readonly answers: readonly NeededAnswer[];
  readonly key: string;
  readonly steps: readonly DrawnStep[];
};

/** A step that persons take. */
export type DrawnStep = {
  readonly at_expiry?: string | null;
  readonly basis?: string | null;
  readonly deadline?: DrawnPeriod | null;
  readonly department?: string | null;
  readonly form?: string | null;
  readonly grade?: number | null;
  readonly id: string;
  readonly materials: readonly string[];
  readonly name: string;
  readonly not_same_as: readonly string[];
  readonly outcomes: readonly string[];
  readonly role?: string | null;
  readonly two_officers: boolean;
};

/** An evidence entry (存证条目), single or batch. */
export type Entry = {
  readonly account: PublicKey;
  readonly capture: null | Capture;
  readonly commitment: Digest;
  readonly entry: Digest;
  readonly first: FirstDeposit;
  readonly height: Height;
  readonly hidden?: {
    readonly basis: string;
    readonly by: string;
    readonly number: string;
    readonly time: Time;
  };
  readonly index: number;
  readonly items: number | null;
  readonly kind: CommitmentKind;
  readonly media_type: string | null;
  readonly size: number | null;
  readonly time: Time;
  readonly transaction: Digest;
};

/** An entry with its links and challenges, and the height at which the index answered. */
export type EntryDetail = ReportEntry & {
  readonly at_height: Height;
};

/** Entries, newest first. */
export type EntryPage = {
  readonly at_height: Height;
  readonly items: readonly Entry[];
  readonly next: null | Cursor;
};

/** The first deposit of a commitment by anyone. */
export type FirstDeposit = {
  readonly entry: Digest;
  readonly height: Height;
  readonly time: Time;
};

/** Position of a block in the chain; the genesis block has height 0. */
export type Height = number;

/** Bounds every node of the chain enforces (formats section 2). */
export type Limits = {
  readonly block_bytes: number;
  readonly block_transactions: number;
  readonly transaction_bytes: number;
  readonly window_ms: number;
};

/** A link to another entry. */
export type Link = {
  readonly entry: Digest;
  readonly height: Height;
  readonly relation: "supplements" | "replaces" | "relates";
};

/** A rule that matched. */
export type MatchedRule = {
  readonly id: string;
  readonly notes: readonly string[];
  readonly rule: number;
  readonly table: string;
};

/** A sentence for people in both languages. */
export type Messages = {
  readonly en: string;
  readonly "zh-CN": string;
};

/** An answer that conditions read. */
export type NeededAnswer = {
  readonly name: string;
  readonly of: string;
};

/** A department and the key its node votes with. */
export type NodeName = {
  readonly code: string;
  readonly name: string;
  readonly validator: PublicKey;
};

/** Why something is null. */
export type NullCause = {
  readonly about: string;
  readonly code: string;
  readonly en: string;
  readonly zh: string;
};

/** An upgrade of a scenario that is decided and waits for its height. */
export type PlannedUpgrade = {
  readonly height: Height;
  readonly to: number;
};

/** How full the pool of waiting transactions is. */
export type PoolStatus = {
  readonly bytes: number;
  readonly limit_bytes: number;
  readonly limit_transactions: number;
  readonly transactions: number;
};

/** One thing that was found. */
export type ProcessFinding = {
  readonly code: string;
  readonly element: string;
  readonly en: string;
  readonly id: string;
  readonly severity: string;
  readonly zh: string;
};

/** What the check says of a drawing. */
export type ProcessVerdict = {
  readonly accepted: boolean;
  readonly findings: readonly ProcessFinding[];
  readonly processes: readonly DrawnProcess[];
};

/** A public key; as an account, who acts (formats section 1). */
export type PublicKey = string;

/** A decision that could be asked. */
export type ReadDecision = {
  readonly inputs: readonly ReadInput[];
  readonly key: string;
  readonly name: string;
  readonly outputs: readonly string[];
};

/** A fact from which is decided. */
export type ReadInput = {
  readonly name: string;
  readonly of: string;
};

/** An entry with its links and challenges. */
export type ReportEntry = Entry & {
  readonly challenges: readonly Challenge[];
  readonly links: readonly Link[];
};

/** A migration of a scenario's records that runs. */
export type RunningMigration = {
  readonly begun: Height;
  readonly records: number;
  readonly to: number;
};

/** The versions of a scenario. */
export type ScenarioStatus = {
  readonly active: number;
  readonly newest: number;
  readonly planned?: PlannedUpgrade | null;
  readonly running?: RunningMigration | null;
  readonly scenario: string;
};

/** The newest version of a scenario that a program has. */
export type ScenarioVersion = {
  readonly newest: number;
  readonly scenario: string;
};

/** The chain and the node at this moment. */
export type Status = {
  readonly chain: Digest;
  readonly hash: Digest;
  readonly height: Height;
  readonly limits: Limits;
  readonly mempool: PoolStatus;
  readonly name: string;
  readonly node: NodeName;
  readonly scenarios: readonly ScenarioStatus[];
  readonly suite: Suite;
  readonly time: Time;
  readonly validators: readonly ValidatorStatus[];
  readonly version: string;
};

/** Hash suite of the chain: SHA-256 or SM3. */
export type Suite = "intl" | "gm";

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Time = number;

/** What became of a transaction. */
export type TransactionAnswer = {
  readonly at_height: Height;
  readonly code?: number | null;
  readonly height?: Height | null;
  readonly id: Digest;
  readonly index?: number | null;
  readonly messages?: Messages | null;
  readonly name?: string | null;
  readonly outcome?: unknown;
  readonly status: TransactionStatus;
};

/** Where a transaction stands. */
export type TransactionStatus = "unknown" | "pending" | "committed" | "rejected";

/** The case after the event. */
export type TrialAnswer = {
  readonly case: object;
  readonly decided: readonly TrialDecision[];
  readonly effects: readonly object[];
  readonly waits: readonly TrialWait[];
};

/** What a decision said to a business rule task. */
export type TrialDecision = {
  readonly answer?: object | null;
  readonly node: string;
  readonly reason?: string | null;
  readonly rules: readonly (readonly string[])[];
};

/** Something that a case waits for. */
export type TrialWait = {
  readonly kind: string;
  readonly message?: string | null;
  readonly node: string;
  readonly number: number;
  readonly period?: DrawnPeriod | null;
};

/** What comes out. */
export type TriedDecision = {
  readonly answer: unknown;
  readonly answered: boolean;
  readonly misread: readonly string[];
  readonly reasons: readonly NullCause[];
  readonly rules: readonly MatchedRule[];
};

/** A validator as this node sees it. */
export type ValidatorStatus = {
  readonly code: string;
  readonly connected: boolean;
  readonly name: string;
  readonly self: boolean;
  readonly validator: PublicKey;
  readonly versions?: readonly ScenarioVersion[] | null;
};

/** What this node last heard of a validator's votes. */
export type VoterStatus = {
  readonly code: string;
  readonly connected: boolean;
  readonly last_vote_view?: number | null;
  readonly name: string;
  readonly validator: PublicKey;
};

/** Why the chain goes on or does not: who votes, who is missing, how many are needed. */
export type Why = {
  readonly height: Height;
  readonly messages: Messages;
  readonly missing: readonly string[];
  readonly quorum: number;
  readonly stalled_ms: number;
  readonly state: ChainState;
  readonly validators: readonly VoterStatus[];
};
