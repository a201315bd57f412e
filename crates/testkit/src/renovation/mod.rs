//! The renewal of an old quarter (旧城改造), in a network of whole nodes: people apply, officers of seven departments and strangers do what is
//! drawn, lawful or not, in any order, while days pass and nodes fail.
//!
//! ```text
//! town ─► officers ─► HTTP of some node ─► … blocks … ─► law: every block executed again, every rule of its own reckoning
//! ```
//!
//! [`town`] founds departments, posts and the service item; [`acts`] draws what is tried and [`officers`] tries it; [`law`] is a second opinion: it knows the rules
//! from the law and not from the scenario, and judges what the blocks did.

pub mod acts;
pub mod law;
pub mod officers;
pub mod town;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yinxin_crypto::Digest;

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Cases.
    pub cases: u64,
    /// Operations of people that were executed.
    pub done: u64,
    /// Operations that were refused in a block.
    pub refused: u64,
    /// Of these, what no state of the case could have made lawful.
    pub hostile: u64,
    /// What time did: acceptances by silence, overdue clocks, steps that escalated, suspensions that were over.
    pub lapses: u64,
    /// Steps taken by whom they were lent.
    pub lent: u64,
    /// Decisions.
    pub decided: u64,
}

/// What is written down while it goes on. Outlives outages.
#[derive(Debug, Default)]
pub struct Entries {
    /// Numbers of cases that were seen.
    pub cases: BTreeSet<String>,
    /// Transactions that must not be executed, whatever the state.
    pub hostile: BTreeSet<Digest>,
}

/// The minutes of a story, shared by all who take part.
#[derive(Clone, Debug, Default)]
pub struct Minutes {
    entries: Arc<Mutex<Entries>>,
    founded: Arc<AtomicBool>,
}

impl Minutes {
    /// The entries.
    pub fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the town is there.
    pub fn is_founded(&self) -> bool {
        self.founded.load(Ordering::Relaxed)
    }

    /// The town is there.
    pub fn founded(&self) {
        self.founded.store(true, Ordering::Relaxed);
    }
}
