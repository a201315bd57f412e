//! What goes into the index and what comes out of it.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::receipt::CommitmentKind;
use yinxin_types::{BlockTime, Certificate, Header, Height, Occurred, Receipt, VerifiedTransaction};

use crate::error::IndexError;
use crate::position::Position;

/// A final block with everything the index projects from it.
#[derive(Clone, Copy, Debug)]
pub struct FinalBlock<'a> {
    /// Hash of the header.
    pub hash: Digest,
    /// The header.
    pub header: &'a Header,
    /// The certificate that names this very block, where there is one.
    pub certificate: Option<&'a Certificate>,
    /// The transactions in the order of the block.
    pub transactions: &'a [Arc<VerifiedTransaction>],
    /// Their receipts in the same order.
    pub receipts: &'a [Receipt],
    /// What came of the timers that fired in it, in order.
    pub occurrences: &'a [Occurred],
}

/// An answer and the height of the last block it takes into account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At<T> {
    /// Height of the index when the answer was drawn, in the same snapshot.
    pub height: Height,
    /// The answer.
    pub value: T,
}

impl<T> At<T> {
    /// The same height with the answer changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At {
            height: self.height,
            value: change(self.value),
        }
    }
}

/// One block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockRow {
    /// Hash of the header.
    pub hash: Digest,
    /// The header.
    pub header: Header,
    /// The certificate of this very block, where one was given.
    pub certificate: Option<Certificate>,
}

/// One line of a list of blocks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlockSummary {
    /// Height.
    pub height: Height,
    /// Hash of the header.
    pub hash: Digest,
    /// Block time.
    pub time: BlockTime,
    /// Number of transactions.
    pub transactions: u32,
    /// Number of occurrences.
    pub occurrences: u32,
    /// The validator that proposed the block.
    pub leader: PublicKey,
}

/// One transaction of a block, without its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransactionRow {
    /// Identifier.
    pub id: Digest,
    /// Position in the block.
    pub index: u32,
    /// Operation identifier.
    pub operation: String,
    /// Who acted.
    pub account: PublicKey,
    /// 0 if it was executed, otherwise the number of the rejection.
    pub code: u16,
}

/// One transaction and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct TransactionDetail {
    /// Height of its block.
    pub height: Height,
    /// Time of its block.
    pub time: BlockTime,
    /// The transaction.
    pub row: TransactionRow,
    /// What the operation answered; null for a rejection.
    pub outcome: Value,
}

impl TransactionDetail {
    /// The receipt, exactly as it stands in the block's tree of receipts.
    pub fn receipt(&self) -> Receipt {
        Receipt {
            code: self.row.code,
            height: self.height,
            index: self.row.index,
            outcome: self.outcome.clone(),
            time: self.time,
            transaction: self.row.id,
        }
    }
}

/// Which occurrences (到期事件) are wanted: those of the timers that a scenario set under one key.
#[derive(Clone, Debug)]
pub struct OccurrenceQuery {
    /// The scenario.
    pub scenario: String,
    /// What it calls the timer.
    pub key: String,
    /// Continue after the page that ended with this cursor.
    pub before: Option<Cursor>,
    /// How many occurrences at most; brought into 1 to [`OccurrenceQuery::MAX_LIMIT`].
    pub limit: u32,
}

impl OccurrenceQuery {
    /// The most occurrences of one page.
    pub const MAX_LIMIT: u32 = 100;
}

/// Occurrences, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct OccurrencePage {
    /// The occurrences with their receipts.
    pub items: Vec<Occurred>,
    /// Where to go on; `None` after the last.
    pub next: Option<Cursor>,
}

/// Which evidence entries are wanted. Every condition that is given must hold.
#[derive(Clone, Debug, Default)]
pub struct EvidenceQuery {
    /// Entries of this commitment (or batch root).
    pub commitment: Option<Digest>,
    /// Entries of this depositor.
    pub account: Option<PublicKey>,
    /// Open or sealed entries only.
    pub kind: Option<CommitmentKind>,
    /// Continue after the page that ended with this cursor.
    pub before: Option<Cursor>,
    /// How many entries at most; brought into 1 to [`EvidenceQuery::MAX_LIMIT`].
    pub limit: u32,
}

impl EvidenceQuery {
    /// The most entries of one page.
    pub const MAX_LIMIT: u32 = 100;
}

/// Where a page ended. Opaque to clients; it stays valid while blocks arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub(crate) Position);

impl Cursor {
    /// Where a page ends that ends with this transaction. It tells whoever has it nothing beyond that transaction, as the `next` of a page does
    /// which ended among some that were left out.
    pub fn at(detail: &TransactionDetail) -> Option<Self> {
        Position::new(detail.height, detail.row.index).map(Self)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:014x}", self.0.number())
    }
}

impl FromStr for Cursor {
    type Err = IndexError;

    fn from_str(text: &str) -> Result<Self, IndexError> {
        let lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if text.len() != 14 || !lower {
            return Err(IndexError::Cursor);
        }
        let number = i64::from_str_radix(text, 16).map_err(|_| IndexError::Cursor)?;
        Position::from_number(number).map(Self).ok_or(IndexError::Cursor)
    }
}

impl Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Entries, newest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidencePage {
    /// The entries. A page may be short, even empty, although more follow: the work for one page is bounded.
    pub items: Vec<EvidenceEntry>,
    /// Where to go on; `None` after the last entry.
    pub next: Option<Cursor>,
}

/// The part somebody has in a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The outcome lists him among those it concerns.
    Concerned,
    /// His data was looked at.
    Subject,
    /// The body looked.
    Source,
    /// He looked, as an officer.
    Officer,
}

/// Which transactions that name somebody are wanted. Every condition that is given must hold.
#[derive(Clone, Debug)]
pub struct ConcernQuery {
    /// The part he has.
    pub role: Role,
    /// The identifier of a party or the code of a body, as outcomes write it.
    pub name: String,
    /// Transactions of this operation only.
    pub operation: Option<String>,
    /// Executed ones only, or refused ones only.
    pub allowed: Option<bool>,
    /// Blocks of this time or later.
    pub since: Option<BlockTime>,
    /// Blocks of this time or earlier.
    pub until: Option<BlockTime>,
    /// Without the looks that at this time the law still keeps from the person concerned; they count nowhere.
    pub open_at: Option<BlockTime>,
    /// Continue after the page that ended with this cursor.
    pub before: Option<Cursor>,
    /// How many transactions at most; brought into 1 to [`ConcernQuery::MAX_LIMIT`].
    pub limit: u32,
}

impl ConcernQuery {
    /// The most transactions of one page.
    pub const MAX_LIMIT: u32 = 1000;

    /// The newest transactions that name somebody.
    pub fn new(role: Role, name: impl Into<String>) -> Self {
        Self {
            role,
            name: name.into(),
            operation: None,
            allowed: None,
            since: None,
            until: None,
            open_at: None,
            before: None,
            limit: 100,
        }
    }
}

/// Transactions that name somebody, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct ConcernPage {
    /// The transactions. A page may be short, even empty, although more follow: the work for one page is bounded.
    pub items: Vec<TransactionDetail>,
    /// Where to go on; `None` after the last.
    pub next: Option<Cursor>,
}

/// The first deposit of a commitment by anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FirstDeposit {
    /// Its entry.
    pub entry: Digest,
    /// Height of its block.
    pub height: Height,
    /// Time of its block.
    pub time: BlockTime,
}

/// One evidence entry (存证条目), single or batch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceEntry {
    /// Entry identifier (formats section 7).
    pub entry: Digest,
    /// The depositor.
    pub account: PublicKey,
    /// The commitment, of a batch its root.
    pub commitment: Digest,
    /// Open or sealed.
    pub kind: CommitmentKind,
    /// Number of items of a batch.
    pub items: Option<u64>,
    /// Bytes of the file, as declared; none for a batch.
    pub size: Option<u64>,
    /// Media type, as declared; none for a batch.
    pub media_type: Option<String>,
    /// The public part of the capture block, as deposited.
    pub capture: Option<Value>,
    /// The transaction that deposited it.
    pub transaction: Digest,
    /// Height of its block.
    pub height: Height,
    /// Its position in the block.
    pub index: u32,
    /// Block time.
    pub time: BlockTime,
    /// The first deposit of this commitment by anyone.
    pub first: FirstDeposit,
}

/// A link from one entry to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceLink {
    /// The entry it points to.
    pub entry: Digest,
    /// `supplements`, `replaces` or `relates`.
    pub relation: String,
    /// Height of the block that made the link.
    pub height: Height,
}

/// A challenge (质疑) of an entry and, once there is one, its resolution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EvidenceChallenge {
    /// Identifier: that of the transaction that made it.
    pub challenge: Digest,
    /// The challenger.
    pub account: PublicKey,
    /// `before_chain`, `technical`, `authority` or `other`.
    pub grounds: String,
    /// Digest of the written challenge.
    pub statement: Digest,
    /// Height of its block.
    pub height: Height,
    /// Time of its block.
    pub time: BlockTime,
    /// `upheld`, `dismissed` or `withdrawn`.
    pub finding: Option<String>,
    /// Digest of the written finding.
    pub finding_statement: Option<Digest>,
    /// Height of the block of the finding.
    pub finding_height: Option<Height>,
}

/// One entry with what refers to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidenceDetail {
    /// The entry.
    #[serde(flatten)]
    pub entry: EvidenceEntry,
    /// Links from this entry to others, oldest first, the newest [`EvidenceDetail::MAX_RELATED`] of them.
    pub links: Vec<EvidenceLink>,
    /// Challenges of this entry, oldest first, the newest [`EvidenceDetail::MAX_RELATED`] of them.
    pub challenges: Vec<EvidenceChallenge>,
}

impl EvidenceDetail {
    /// The most links, and the most challenges, that one answer carries.
    pub const MAX_RELATED: usize = 512;
}

/// How a row of the index differs from what the ledger says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fault {
    /// The row is not there.
    Missing,
    /// A row is there that should not be.
    Added,
    /// The row is there with other contents.
    Changed,
}

/// One row that differs from what the ledger says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Name of the table.
    pub table: &'static str,
    /// Primary key of the row.
    pub key: i64,
    /// What is wrong with it.
    pub fault: Fault,
}
