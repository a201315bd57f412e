//! What whoever deals with a ledger from outside needs: build and sign deposits, submit them, and verify receipts offline.
//!
//! ```text
//! files ─► deposit ─► transaction ─► http ─► receipt file ─► receipt::verify ─► report
//!          commitments  signatures    a node   with opening    no network        for a court
//! ```
//!
//! [`receipt::verify`] is one of two independent implementations of `docs/reference/formats.md`; the other is in the portal.
//! It asks nobody and trusts nothing but the chain identifier it is given. Nothing in this crate reads the environment or the
//! wall clock: paths, addresses and times are parameters.

mod calendar;
pub mod deposit;
pub mod http;
mod reason;
pub mod receipt;
pub mod report;
pub mod session;
pub mod transaction;
pub mod trust;

pub use reason::Reason;
pub use receipt::{Proven, Refutation, Verdict, verify};
