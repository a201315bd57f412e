//! Service items and the documents they rest on: each rule kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod content;
mod forms;
mod policies;
mod processes;
mod publish;
mod support;
mod words;
