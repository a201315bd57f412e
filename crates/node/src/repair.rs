//! A node whose ledger is damaged fetches it anew from its peers.
//!
//! ```text
//! failure ─► its last words are added to DIR/failures ─► the start after two failures in a row sets the ledger aside
//! ```
//!
//! The engine checks what it reads and ends the process rather than go on with damaged data. A supervisor starts the node again, and
//! where that does not help, the ledger is the cause. It is moved to a folder beside it, and the node fetches every block from its peers,
//! executing and checking each.
//!
//! Invariants: (1) the vote guard never moves, so that no vote is forgotten; (2) nothing is deleted; (3) a ledger is set aside only while
//! a quorum of the other members answers: they hold everything that was ever final, and go on without this node; (4) what the system
//! refuses, for want of room or permission, is no reason.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tracing::{debug, error, info, warn};
use yinxin_consensus::PeerAddress;
use yinxin_types::{BlockTime, ValidatorSet};

use crate::config::NodeConfig;

/// Name of the folder of the ledger in a data directory.
pub(crate) const LEDGER_FOLDER: &str = "ledger";
/// Name of the file of the last words of failed runs, one line each.
const FAILURES_FILE: &str = "failures";
/// Failures in a row after which the ledger is set aside.
const PATIENCE: usize = 2;
/// A node that ran for this long did not fail at its start.
pub(crate) const STEADY: Duration = Duration::from_secs(600);
/// How long a peer may take to accept a connection.
const ANSWER: Duration = Duration::from_secs(2);
/// The most bytes of the last words of a run.
const MAX_WORDS: usize = 1000;

/// The failures of a node since it last ran steadily.
#[derive(Clone, Debug)]
pub(crate) struct Failures {
    path: PathBuf,
    /// One run fails once, however many of its parts say so.
    recorded: Arc<AtomicBool>,
    /// The node has stopped as it was told, and its parts are being taken down.
    stopped: Arc<AtomicBool>,
}

impl Failures {
    /// Those of the node with this data directory.
    pub fn of(folder: &Path) -> Self {
        Self {
            path: folder.join(FAILURES_FILE),
            recorded: Arc::new(AtomicBool::new(false)),
            stopped: Arc::new(AtomicBool::new(false)),
        }
    }

    /// From now on a panic is no failure. The parts of the engine are taken down in no order, and one that waits for another panics where
    /// that one is gone first: mostly in a node that is stopped while it starts. Everything that was promised is on the disk by then.
    pub fn stopped(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// Records every panic of this process as a failure, beside what is done with it otherwise.
    pub fn watch_panics(&self) {
        let failures = self.clone();
        let otherwise = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if failures.stopped.load(Ordering::Acquire) {
                debug!(%panic, "a part of the node was waiting for another while it was taken down");
                // Returning would end the process all the same, as one that has failed.
                std::process::exit(0);
            }
            otherwise(panic);
            failures.record(&panic.to_string());
        }));
    }

    /// Adds the last words of this run. Where that fails nothing more can be done: the words are in the log.
    pub fn record(&self, words: &str) {
        if self.recorded.swap(true, Ordering::Relaxed) {
            return;
        }
        if words.contains("os error") {
            error!(
                "the node stopped because of what the system refused; see above, and start it again when that is mended"
            );
            return;
        }
        error!(
            "the node stopped because its data cannot be trusted; see above. Start it again: where that does not help, it sets its ledger aside and fetches it from its peers"
        );
        let line: String = words
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(MAX_WORDS)
            .collect();
        let added = OpenOptions::new().create(true).append(true).open(&self.path);
        if let Err(reason) = added.and_then(|mut file| writeln!(file, "{line}")) {
            error!(%reason, file = %self.path.display(), "the failure cannot be recorded");
        }
    }

    /// Forgets all failures: the node runs.
    pub fn clear(&self) {
        match fs::remove_file(&self.path) {
            Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
                warn!(%reason, file = %self.path.display(), "the record of failures cannot be removed");
            }
            _ => {}
        }
    }

    fn count(&self) -> usize {
        fs::read_to_string(&self.path).map_or(0, |text| text.lines().count())
    }
}

/// Sets the ledger aside where the node failed again and again and its peers can replace it. Returns whether it did.
///
/// # Errors
/// Where a part of the ledger cannot be moved; what was moved stays aside, and the next start moves the rest.
pub(crate) fn set_aside_if_damaged(
    config: &NodeConfig,
    failures: &Failures,
    guard: &str,
    now: BlockTime,
) -> io::Result<bool> {
    if failures.count() < PATIENCE {
        return Ok(false);
    }
    let (quorum, answering) = (needed(config), answering(config));
    if answering < quorum {
        warn!(
            answering,
            needed = quorum,
            "the node failed again and again; its ledger is kept all the same, because too few of the other members answer to replace it"
        );
        return Ok(false);
    }
    let aside = config.folder.join(format!("{LEDGER_FOLDER}-set-aside-{}", now.0));
    set_aside(&config.folder.join(LEDGER_FOLDER), &aside, guard)?;
    info!(folder = %aside.display(), "the ledger failed again and again and is set aside; every block is fetched from the peers. The folder can be deleted when `yinxin verify` finds nothing amiss");
    failures.clear();
    Ok(true)
}

/// Moves every partition but that of the vote guard.
fn set_aside(ledger: &Path, aside: &Path, guard: &str) -> io::Result<()> {
    fs::create_dir(aside)?;
    for entry in fs::read_dir(ledger)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() && entry.file_name() != guard {
            fs::rename(entry.path(), aside.join(entry.file_name()))?;
        }
    }
    fs::File::open(ledger)?.sync_all()?;
    fs::File::open(aside)?.sync_all()
}

/// A quorum of the founders, or of this node and its configured peers where those are more. Who votes now stands in the very ledger that cannot
/// be read; a chain that has grown has nodes that name more peers, so this asks for too many rather than too few.
fn needed(config: &NodeConfig) -> usize {
    let members = config.genesis.members.len();
    ValidatorSet::quorum_of(members.max(others(config).count().saturating_add(1)))
}

fn others(config: &NodeConfig) -> impl Iterator<Item = &PeerAddress> {
    let own = config.validator_key.public_key();
    config.peers.iter().filter(move |peer| peer.validator != own)
}

/// How many of the other members accept a connection.
fn answering(config: &NodeConfig) -> usize {
    others(config)
        .filter(|peer| TcpStream::connect_timeout(&peer.address, ANSWER).is_ok())
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_fails_once_and_two_failures_are_forgotten_when_it_runs() {
        let folder = tempfile::tempdir().unwrap();
        for expected in 1..=2 {
            let failures = Failures::of(folder.path());
            failures.record("a block\ncannot be read");
            failures.record("and so the rest ends");
            assert_eq!(failures.count(), expected);
        }
        Failures::of(folder.path()).clear();
        Failures::of(folder.path()).clear();
        assert_eq!(Failures::of(folder.path()).count(), 0);
    }

    #[test]
    fn a_full_disk_is_no_reason_to_set_the_ledger_aside() {
        let folder = tempfile::tempdir().unwrap();
        let failures = Failures::of(folder.path());
        failures.record("sync failed: No space left on device (os error 28)");
        assert_eq!(failures.count(), 0);
    }

    #[test]
    fn the_vote_guard_stays_where_it_is_and_the_rest_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (ledger, aside) = (folder.path().join("ledger"), folder.path().join("aside"));
        for partition in ["x-blocks", "x-votes", "x-vote-guard"] {
            fs::create_dir_all(ledger.join(partition)).unwrap();
            fs::write(ledger.join(partition).join("00"), partition).unwrap();
        }
        set_aside(&ledger, &aside, "x-vote-guard").unwrap();
        assert!(ledger.join("x-vote-guard/00").exists() && !aside.join("x-vote-guard").exists());
        assert!(!ledger.join("x-blocks").exists() && !ledger.join("x-votes").exists());
        assert_eq!(fs::read_to_string(aside.join("x-votes/00")).unwrap(), "x-votes");
    }
}
