//! Name the things: identifiers, transactions, blocks, receipts, certificates, proofs and their canonical encodings.
//!
//! Nothing here knows storage, a network or a clock. The formats are defined in `docs/reference/formats.md` and pinned by
//! tests; a change of any byte of them is a change of the product.

pub mod block;
pub mod canonical;
pub mod certificate;
pub mod codes;
pub mod genesis;
pub mod identifiers;
pub mod merkle;
pub mod receipt;
pub mod state_key;
pub mod transaction;
pub mod units;
pub mod validators;
pub mod wire;

pub use block::{Block, Header, StateOperations};
pub use certificate::Certificate;
pub use codes::{Code, Rejection};
pub use genesis::{Genesis, Limits, Member, Suite, ValidatorSet};
pub use receipt::{Ancestry, Receipt, ReceiptFile};
pub use state_key::StateKey;
pub use transaction::{Body, Envelope, Transaction, VerifiedTransaction};
pub use units::{BlockTime, Fen, Height};
