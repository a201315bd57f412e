//! Project committed blocks into searchable tables.

mod error;
mod index;
mod location;
mod model;
mod position;

pub use error::IndexError;
pub use index::Index;
pub use location::Location;
pub use model::{
    At, BlockRow, BlockSummary, Cursor, Difference, EvidenceChallenge, EvidenceDetail, EvidenceEntry,
    EvidenceLink, EvidencePage, EvidenceQuery, Fault, FinalBlock, FirstDeposit, TransactionDetail,
    TransactionRow,
};
