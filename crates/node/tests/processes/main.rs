//! Networks of real processes, with real disks, signals and sockets (`docs/develop/process-tests.md`).
//!
//! Every test founds a network of four with `yinxin init` on loopback addresses of its own. `YINXIN_CAMPAIGN=20` makes the repeated ones
//! longer.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::print_stderr,
    reason = "a test may stop at anything it did not expect, and says what it measured"
)]

mod applications;
mod bad_input;
mod board;
mod bodies;
mod clock;
mod damage;
mod decisions;
mod epochs;
mod extracts;
mod faults;
mod filing;
mod flips;
mod hostile;
mod hunt;
mod invented;
mod items;
mod licences;
mod load;
mod looks;
mod materials;
mod network;
mod notices;
mod outsiders;
mod personal;
mod portal;
mod post_office;
mod receipts;
mod search;
mod sharing;
mod stories;
mod taps;
mod town;
mod wallet;
mod wallets;

/// How often a repeated test repeats: `YINXIN_CAMPAIGN`, or `otherwise`.
fn campaign(otherwise: usize) -> usize {
    std::env::var("YINXIN_CAMPAIGN")
        .ok()
        .and_then(|number| number.parse().ok())
        .unwrap_or(otherwise)
}
