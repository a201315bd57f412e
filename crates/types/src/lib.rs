//! Name the things: identifiers, transactions, blocks, receipts, certificates, proofs and their canonical encodings.
//!
//! Nothing here knows storage, a network or a clock. The formats are defined in `docs/reference/formats.md` and pinned by
//! tests; a change of any byte of them is a change of the product.

#[cfg(feature = "authenticator")]
pub mod authenticator;
pub mod block;
pub mod canonical;
pub mod certificate;
pub mod codes;
pub mod genesis;
pub mod identifiers;
pub mod merkle;
pub mod occurrence;
pub mod passkey;
pub mod receipt;
pub mod state_key;
pub mod strict_json;
pub mod transaction;
pub mod units;
pub mod validators;
pub mod wire;

pub use block::{Block, Header, StateOperations};
pub use certificate::Certificate;
pub use codes::{Code, Rejection};
pub use genesis::{Genesis, Limits, Member, Suite, ValidatorSet};
pub use occurrence::{Occurred, Occurrence};
pub use passkey::Assertion;
pub use receipt::{Ancestry, Receipt, ReceiptFile};
pub use state_key::StateKey;
pub use transaction::{Body, Envelope, KeyedSignature, Transaction, VerifiedTransaction};
pub use units::{BlockTime, Fen, Height};
