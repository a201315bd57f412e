//! Stories of administrative approval, told on a chain in memory with the real scenarios and real dates: each test quotes the story or rule
//! that it keeps.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod board;
mod decisions;
mod intake;
mod lanes;
mod licences;
mod notices;
mod rulings;
mod sequences;
mod slices;
mod steps;
mod time;
mod town;
