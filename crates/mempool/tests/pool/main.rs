//! Tests of the pool through its public interface.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may stop at anything it did not expect"
)]

mod common;
mod model;
mod rules;
mod waking;
