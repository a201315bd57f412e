//! The engine in the deterministic runtime over a simulated network, for `testkit`: whole nodes on one seed.
//!
//! Everything the engine's types touch is put together here, so that the simulator names places (the number of a member in the
//! genesis document) and plain figures only.

mod line;
mod network;
mod roots;
mod votes;

pub use line::{Ear, Line};
pub use network::{Conduct, LinkQuality, Network, SimulationError};
pub use roots::Roots;
pub use votes::{Contradiction, VoteLog};

use std::future::Future;
use std::time::{Duration, SystemTime};

use commonware_runtime::deterministic::{self, Checkpoint, PartialWriteMode, WriteConfig};
use commonware_runtime::{Blob as _, Storage as _, WriteOptions};
use commonware_utils::Probability;

use crate::epochs::journal;
use crate::guard::VoteGuard;

/// The runtime of a simulation: its clock, its tasks, its disks, its chance.
pub type Context = deterministic::Context;

/// How the disks behave. Shares are in thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiskFaults {
    /// Writes that fail.
    pub write_failures: u64,
    /// Syncs that fail.
    pub sync_failures: u64,
    /// When the power fails: bytes of unsynced writes that reach the disk all the same.
    pub torn_writes: u64,
    /// Whether those bytes are anywhere in the write, or only at its beginning.
    pub scattered: bool,
}

impl DiskFaults {
    fn config(self) -> deterministic::FaultConfig {
        let share = |thousandths: u64| Probability::new(thousandths.min(1000), 1000);
        let mode = if self.scattered {
            PartialWriteMode::Subset
        } else {
            PartialWriteMode::Prefix
        };
        let write = share(self.write_failures).zip(share(self.torn_writes));
        deterministic::FaultConfig {
            write_rate: write.map(|(failure_rate, retention_rate)| WriteConfig {
                failure_rate,
                retention_rate,
                mode,
            }),
            sync_rate: share(self.sync_failures),
            ..deterministic::FaultConfig::default()
        }
    }

    /// Applies to every disk from now on.
    pub fn set(self, runtime: &Context) {
        *runtime.storage_fault_config().write() = self.config();
    }
}

/// What is left when the power of all nodes failed: synced writes and parts of others, the clock, the chance.
pub struct Outage(Checkpoint);

/// Runs `life` in a new runtime drawn from `seed`, its clock at `start`; returns what it gave and what the outage at its end left.
/// A task that panics ends alone, like a process; whoever needs to know installs a panic hook.
pub fn begin<Fut: Future>(
    seed: u64,
    start: SystemTime,
    timeout: Duration,
    life: impl FnOnce(Context) -> Fut,
) -> (Fut::Output, Outage) {
    let config = deterministic::Config::new()
        .with_seed(seed)
        .with_start_time(start)
        .with_timeout(Some(timeout))
        .with_catch_panics(true);
    let (output, checkpoint) = deterministic::Runner::new(config).start_and_recover(life);
    (output, Outage(checkpoint))
}

/// Goes on after an outage.
pub fn resume<Fut: Future>(outage: Outage, life: impl FnOnce(Context) -> Fut) -> (Fut::Output, Outage) {
    let (output, checkpoint) = deterministic::Runner::from(outage.0).start_and_recover(life);
    (output, Outage(checkpoint))
}

/// Destroys a node's journals of votes up to an epoch, as a disk does that loses files. The node must not be running.
pub async fn lose_vote_journals(runtime: &Context, prefix: &str, through: u64) -> bool {
    let mut lost = false;
    for epoch in 0..=through {
        lost |= runtime.remove(&journal(prefix, epoch), None).await.is_ok();
    }
    lost
}

/// Makes both files of a node's vote guard unreadable. The node must not be running.
pub async fn damage_guard(runtime: &Context, prefix: &str) -> bool {
    let partition = VoteGuard::<Context>::partition(prefix);
    let Ok(names) = runtime.scan(&partition).await else {
        return false;
    };
    for name in &names {
        let Ok((file, length)) = runtime.open(&partition, name).await else {
            return false;
        };
        let noise = vec![0xff; usize::try_from(length).unwrap_or_default()];
        if file.write_at(0, noise, WriteOptions::SYNC).await.is_err() {
            return false;
        }
    }
    !names.is_empty()
}
