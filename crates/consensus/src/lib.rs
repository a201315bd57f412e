//! Order blocks. The only crate that names the engine (docs/decisions/D1-engine.md).
//!
//! ```text
//!            votes, certificates ─► simplex ◄─────────────┐
//! peers ◄──► blocks ─────────────► marshal ─► Stateful ─► Adapter ─► Application (ours)
//!            transactions ──────────────────────────────────────────►
//! ```
//!
//! Simplex runs anew for each epoch (纪元) of 64 heights, with the validators that the state names; everything else goes on.
//!
//! *Execute, then vote*: the proposer puts the roots of this very block into its header; every other validator runs the block
//! before it votes to finalise, and refuses a header that differs. What reaches [`Application::finalized`] is therefore final,
//! executed, and provable at once.

mod adapter;
mod application;
mod block;
mod catch_up;
mod channels;
mod engine;
mod epochs;
mod guard;
mod network;
pub mod offline;
mod outbox;
mod pace;
pub mod rehearsal;
mod sets;
mod signs;
#[cfg(feature = "simulation")]
pub mod simulated;
mod start;
#[cfg(test)]
mod tests;
mod votes;

pub use adapter::{ExecutedBlock, Faults};
pub use application::{Application, Future, Ledger, PassOn, ProposalLimits, Proven};
pub use block::BlockRules;
pub use channels::{ChannelId, Channels, MAX_GOSSIP_BYTES, channel_quotas, max_message_bytes};
pub use engine::{EngineError, Running, Settings};
pub use guard::{GuardState, Verdict, VoteGuard, VoteKind};
pub use network::{NetworkError, NetworkSettings, PeerAddress, ValidatorKey};
pub use outbox::Untold;
pub use start::{StartError, start};
pub use votes::{ObservedVotes, Seen};

/// The runtimes an engine is built for: the real one and the simulator's.
pub mod runtime {
    pub use commonware_runtime::{
        Clock, Handle, Metrics, Runner, Spawner, Storage, Supervisor, deterministic, tokio,
    };
}
