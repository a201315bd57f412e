//! Project committed blocks into searchable tables: the query index (查询索引).
//!
//! The index is disposable. Everything in it comes from final blocks, nothing on the way to a state root reads it, and it can be
//! deleted at any time and rebuilt. One code path serves the embedded SQLite and a PostgreSQL server.
//!
//! ```text
//! FinalBlock ─► project ─► rows of every table ┐
//!                        └► look-up keys ──────┤─► one SQL transaction ─► chain, evidence, occurrence, history: questions
//!               history ─► subtrees ───────────┘                       └► audit: rows against the ledger
//! ```
//!
//! Rows carry checksums: what a rotten disk changed is reported as damage, never served. What somebody changed on purpose,
//! checksum and all, is found by comparing every row with the ledger ([`Index::compare_block`], [`Index::compare_rest`]).

mod audit;
mod backend;
mod chain;
mod concern;
mod error;
mod evidence;
mod history;
mod index;
mod kept;
mod location;
mod lookup;
mod model;
mod occurrence;
mod position;
mod project;
mod row;
mod schema;
mod session;
mod write;

#[cfg(test)]
mod tests;

pub use error::IndexError;
pub use index::Index;
pub use location::Location;
pub use model::{
    At, BlockRow, BlockSummary, ConcernPage, ConcernQuery, Cursor, Difference, EvidenceChallenge,
    EvidenceDetail, EvidenceEntry, EvidenceLink, EvidencePage, EvidenceQuery, Fault, FinalBlock,
    FirstDeposit, OccurrencePage, OccurrenceQuery, Role, TransactionDetail, TransactionRow,
};
