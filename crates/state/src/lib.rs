//! Keep the authenticated key-value state (状态): records by 32-byte key, one root for each block, proofs of presence and absence.
//!
//! The store is QMDB in its `current::ordered` form (docs/decisions/D3-state.md): a log of operations under a Merkle tree into which
//! the activity of each operation is grafted, so that one root proves that a record *is* the current one, or that there is none.
//! Batches are merkleised before anyone votes, stacked on blocks that are not final, and written after finality.
//!
//! This crate knows neither what a key means nor who asks. With `consensus` it is the only one that names the storage engine.

mod proof;
mod store;
mod suite;

pub use proof::{Claim, ProofError, prove, verify};
pub use store::{Config, Key, MAX_VALUE_BYTES, Store, Value, key, store_config};
pub use suite::{ChainHash, Sha256, Sm3};

/// The digest type of every tree of the engine: 32 bytes, whatever the algorithm.
pub use commonware_cryptography::sha256::Digest as EngineDigest;
