//! The crate from outside: standards, adversarial vectors, other software, text forms.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may fail loudly"
)]

mod batch;
mod envelopes;
mod openssl;
mod sealing;
mod standards;
mod texts;
mod wycheproof;

/// Reads hexadecimal of any length.
fn bytes(hexadecimal: &str) -> Vec<u8> {
    hex::decode(hexadecimal).unwrap()
}

/// Reads hexadecimal of a known length.
fn array<const N: usize>(hexadecimal: &str) -> [u8; N] {
    bytes(hexadecimal).try_into().unwrap()
}

/// Says that a test proves nothing here, and why.
#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}
