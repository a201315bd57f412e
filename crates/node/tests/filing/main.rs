//! Stories of filing and of the duties of an operator, told on a chain in memory with the real scenarios and real dates: each test quotes the
//! story or rule that it keeps.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod duties;
mod orders;
mod rules;
mod town;
