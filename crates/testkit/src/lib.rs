//! Simulate a network of whole nodes (整网模拟) on one seed: faults, restarts, a byzantine member, properties.
//!
//! ```text
//! seed ─► Plan ─► World ──► Life ──► outage ──► Life ──► … ──► all faults end ──► audit ─► Passed, or the promise that was broken
//!                            │ nodes: core, HTTP router, index, engine     (simulated time, disks, network)
//!                            │ clients: deposits over HTTP, receipts verified
//!                            └ every 100 ms: no fork, no double vote, heights, certificates, no panic
//! ```
//!
//! Nothing here is a stand-in for a part of a node: the nodes are those of `yinxin-node` with its router, and the engine is the real one over
//! its own simulated network. `docs/develop/simulator.md` says what is drawn and what is checked.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "figures of a simulation are small; checks for overflow are on, and a panic fails the seed"
)]

mod book;
mod chance;
mod check;
mod client;
mod council;
mod departments;
mod http;
mod life;
mod node;
mod panics;
mod plan;
mod platform;
mod renovation;
mod seeds;
mod shelf;
mod simulation;
mod timers;

pub use check::Summary;
pub use departments::{Departments, START_MS};
pub use plan::{Byzantine, Event, FAIR, Mutant, Plan, Story, Turnover};
pub use renovation::{Told, town};
pub use seeds::{Verdict, simulate_all};
pub use simulation::{Passed, run, simulate};
pub use yinxin_consensus::simulated::{DiskFaults, LinkQuality};
