//! The answers of the interface, as `docs/reference/http-api.md` defines them. Field names are the wire names.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::merkle::hashes;
use yinxin_types::{BlockTime, Certificate, Header, Height, Limits, Suite};

use crate::openapi::names;
use crate::problem::{Messages, ProblemBody};

/// The node serves.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`; a node that cannot serve does not answer.
    pub status: &'static str,
}

/// A department and the key its node votes with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NodeName {
    /// Unified social credit code (统一社会信用代码, GB 32100).
    pub code: String,
    /// Full name of the department.
    pub name: String,
    /// The key the node votes with.
    #[schema(value_type = names::PublicKey)]
    pub validator: PublicKey,
}

/// A validator as this node sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ValidatorStatus {
    /// Unified social credit code (GB 32100).
    pub code: String,
    /// Full name of the department.
    pub name: String,
    /// The key the node votes with.
    #[schema(value_type = names::PublicKey)]
    pub validator: PublicKey,
    /// Whether this node has an authenticated link to it; true for the node itself.
    pub connected: bool,
    /// Whether it is this node.
    #[serde(rename = "self")]
    pub this: bool,
    /// The newest version of each scenario that its program has, as its node says; null where it was not heard, or its program is older than the
    /// question.
    pub versions: Option<Vec<ScenarioVersion>>,
}

/// The newest version of a scenario that a program has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScenarioVersion {
    /// The version.
    pub newest: u32,
    /// The scenario.
    pub scenario: String,
}

/// An upgrade of a scenario that is decided and waits for its height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlannedUpgrade {
    /// The first block that runs by it. A node whose program lacks the version stops before it.
    #[schema(value_type = names::Height)]
    pub height: Height,
    /// The version.
    pub to: u32,
}

/// A migration of a scenario's records that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RunningMigration {
    /// The block in which it began.
    #[schema(value_type = names::Height)]
    pub begun: Height,
    /// How many records it has changed.
    pub records: u64,
    /// The version to which it leads.
    pub to: u32,
}

/// The versions of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ScenarioStatus {
    /// The version in force.
    pub active: u32,
    /// The newest version that this node's program has.
    pub newest: u32,
    /// What is decided and waits for its height.
    pub planned: Option<PlannedUpgrade>,
    /// The migration that runs.
    pub running: Option<RunningMigration>,
    /// Its name.
    pub scenario: String,
}

/// How full the pool of waiting transactions is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PoolStatus {
    /// Waiting transactions.
    pub transactions: usize,
    /// Their bytes in wire form.
    pub bytes: usize,
    /// The most transactions that may wait.
    pub limit_transactions: usize,
    /// The most bytes that may wait.
    pub limit_bytes: usize,
}

/// The chain and the node at this moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Status {
    /// Chain identifier.
    #[schema(value_type = names::Digest)]
    pub chain: Digest,
    /// Name of the network.
    pub name: String,
    /// Hash suite of the chain.
    #[schema(value_type = names::Suite)]
    pub suite: Suite,
    /// Version of the program.
    pub version: String,
    /// Height of the last block that is final and indexed here.
    #[schema(value_type = names::Height)]
    pub height: Height,
    /// Its hash.
    #[schema(value_type = names::Digest)]
    pub hash: Digest,
    /// Its time.
    #[schema(value_type = names::Time)]
    pub time: BlockTime,
    /// The node that answers.
    pub node: NodeName,
    /// All validators of the epoch.
    pub validators: Vec<ValidatorStatus>,
    /// The pool of waiting transactions.
    pub mempool: PoolStatus,
    /// The chain's limits, from its genesis.
    #[schema(value_type = names::Limits)]
    pub limits: Limits,
    /// The scenarios of the chain, by name.
    pub scenarios: Vec<ScenarioStatus>,
}

/// Whether the chain goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChainState {
    /// Blocks become final.
    Running,
    /// No block has become final for longer than the node thinks normal.
    Halted,
    /// The node has just started, or is fetching what it missed.
    Starting,
}

/// What this node last heard of a validator's votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VoterStatus {
    /// Unified social credit code (GB 32100).
    pub code: String,
    /// Full name of the department.
    pub name: String,
    /// The key the node votes with.
    #[schema(value_type = names::PublicKey)]
    pub validator: PublicKey,
    /// Whether this node has an authenticated link to it.
    pub connected: bool,
    /// The last view in which a vote of it was seen, or null if none was since the start.
    pub last_vote_view: Option<u64>,
}

/// Why the chain goes on or does not: who votes, who is missing, how many are needed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Why {
    /// Whether the chain goes on.
    pub state: ChainState,
    /// Height of the last final block.
    #[schema(value_type = names::Height)]
    pub height: Height,
    /// Milliseconds since it became final.
    pub stalled_ms: u64,
    /// How many validators must vote.
    pub quorum: usize,
    /// All validators of the epoch.
    pub validators: Vec<VoterStatus>,
    /// Names of the departments whose nodes are missing.
    pub missing: Vec<String>,
    /// The situation in a sentence for people.
    pub messages: Messages,
}

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TransactionStatus {
    /// This node neither holds it nor finds it in the ledger.
    Unknown,
    /// It waits for a block.
    Pending,
    /// It was executed.
    Committed,
    /// It is in a block and was rejected with a code.
    Rejected,
}

/// A transaction was taken in, or what became of it before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Submitted {
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    pub id: Digest,
    /// `pending`, or the final status of a transaction that was submitted before.
    pub status: TransactionStatus,
}

/// The verdict on one transaction of a batch: either `status` or `problem`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchItem {
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    pub id: Digest,
    /// Where it stands, if it was taken in now or before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TransactionStatus>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ProblemBody>,
}

/// The verdicts on a batch, in its order.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// One for each transaction.
    pub items: Vec<BatchItem>,
}

/// What became of a transaction.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TransactionAnswer {
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    pub id: Digest,
    /// Where it stands.
    pub status: TransactionStatus,
    /// Height of its block, if final.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<names::Height>)]
    pub height: Option<Height>,
    /// Position in its block, if final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<u32>,
    /// 0 or the number of the rejection, if final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// Name of the rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The rejection for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Messages>,
    /// What the operation answered: where it was executed, and where a look was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Value>,
    /// Height at which the index answered.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
}

/// One line about a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockRow {
    /// Position in the chain.
    #[schema(value_type = names::Height)]
    pub height: Height,
    /// Its hash.
    #[schema(value_type = names::Digest)]
    pub hash: Digest,
    /// Block time.
    #[schema(value_type = names::Time)]
    pub time: BlockTime,
    /// Number of transactions.
    pub transactions: u32,
    /// Number of occurrences: timers that fired in it and left something to prove.
    pub occurrences: u32,
    /// The validator that proposed it.
    #[schema(value_type = names::PublicKey)]
    pub leader: PublicKey,
}

/// Blocks, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BlockPage {
    /// Height at which the index answered.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
    /// The blocks.
    pub items: Vec<BlockRow>,
}

/// One line about a transaction of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockTransaction {
    /// Its place in the block, from 0.
    pub index: u32,
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    pub id: Digest,
    /// The operation.
    pub operation: String,
    /// Who acted.
    #[schema(value_type = names::PublicKey)]
    pub account: PublicKey,
    /// 0 or the number of the rejection.
    pub code: u16,
}

/// One line about an occurrence of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockOccurrence {
    /// The place of its receipt in the block, counted on after the transactions.
    pub index: u32,
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    pub id: Digest,
    /// The scenario that had set the timer.
    pub scenario: String,
    /// What the scenario calls it.
    pub key: String,
    /// The time for which it was set.
    #[schema(value_type = names::Time)]
    pub due: BlockTime,
    /// 0 or the number of the rejection.
    pub code: u16,
}

/// An occurrence (到期事件): what a scenario did because a time had come.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct OccurrenceAnswer {
    /// Its identifier.
    #[schema(value_type = names::Digest)]
    pub id: Digest,
    /// The scenario that had set the timer.
    pub scenario: String,
    /// What the scenario calls it.
    pub key: String,
    /// The time for which it was set.
    #[schema(value_type = names::Time)]
    pub due: BlockTime,
    /// Height of the block in which it fired.
    #[schema(value_type = names::Height)]
    pub height: Height,
    /// The place of its receipt in the block, counted on after the transactions.
    pub index: u32,
    /// Time of that block.
    #[schema(value_type = names::Time)]
    pub time: BlockTime,
    /// 0 or the number of the rejection.
    pub code: u16,
    /// Name of the rejection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The rejection for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Messages>,
    /// What the scenario did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Value>,
    /// Height at which the index answered.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
}

/// What came of the timers of one key, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OccurrencePage {
    /// Height at which the index answered.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
    /// The occurrences.
    pub items: Vec<OccurrenceAnswer>,
    /// Where to go on; null after the last.
    #[schema(value_type = Option<names::Cursor>)]
    pub next: Option<String>,
}

/// A block with its header and certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BlockDetail {
    /// Height at which the index answered.
    #[schema(value_type = names::Height)]
    pub at_height: Height,
    /// Hash of the block.
    #[schema(value_type = names::Digest)]
    pub hash: Digest,
    /// The header (formats section 4).
    #[schema(value_type = names::Header)]
    pub header: Header,
    /// Its own finality certificate; null where a later block's certificate finalises it.
    #[schema(value_type = Option<names::Certificate>)]
    pub certificate: Option<Certificate>,
    /// Its transactions that the reader may see, in order: those of scenarios that list theirs to anybody, his own, and to an auditor all.
    pub transactions: Vec<BlockTransaction>,
    /// How many others it has.
    pub withheld: usize,
    /// What came of timers in it, in order: of scenarios that list what happens in them, and to an auditor of all.
    pub occurrences: Vec<BlockOccurrence>,
    /// How many others it has.
    pub withheld_occurrences: usize,
}

/// The state of the tree over all blocks before a height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HistoryState {
    /// Number of blocks in the tree: the height of the block whose header carries the root.
    #[schema(value_type = names::TreeSize)]
    pub size: u64,
    /// The root, equal to `history_root` of that header.
    #[schema(value_type = names::Digest)]
    pub root: Digest,
}

/// The proof of RFC 9162 section 2.1.4 that a later history continues an earlier one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Consistency {
    /// The earlier tree.
    pub from: HistoryState,
    /// The later tree.
    pub to: HistoryState,
    /// The proof.
    #[serde(with = "hashes")]
    #[schema(value_type = Vec<names::Hash>)]
    pub proof: Vec<[u8; 32]>,
}
