//! Versions of scenarios (场景版本): which is in force for each, what is decided for a later height, and the migrations (数据迁移) that take the
//! records of a scenario from one version to the next.
//!
//! ```text
//! governance decides {scenario, to, height} ─► planned ─ at the height ─► running: one part a block ─► active
//!                                                └─ withdrawn            (without a migration: active at once)
//! ```
//!
//! One record of the state holds all of it, and there is none before the first decision: a scenario that nobody spoke of has version 1. Every
//! block looks at the record first, so all its operations, questions and alarms run by one version, on every node by the same.

mod begin;
mod inspect;

pub(crate) use begin::Unbegun;
pub use inspect::Inspection;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::{Height, Occurrence, Rejection, StateKey, canonical, codes};

use crate::records::{Failure, Records};
use crate::registry::Registry;
use crate::scenario::Call;

/// The version of a scenario of which nothing was decided.
pub const FIRST_VERSION: u32 = 1;
/// How many records a migration writes in one block at most, and how many an invariant looks at in one part.
pub const PART_RECORDS: u32 = 512;
/// The verb in the operation of a migration's call; no operation can have it.
pub(crate) const MIGRATE: &str = "migrate";
/// The most bytes of the place where a migration goes on.
const MAX_CURSOR_BYTES: usize = 1024;

/// What takes the records of a scenario from the version before to its own.
///
/// The state is found by key alone, so a migration finds its records as the scenario does, by its own lists and counters. Where that is not
/// possible the scenario must read both shapes for ever.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Whether the operations, questions and alarms of the new version read records of both shapes. Then they go on while it runs. Otherwise
    /// they are refused with `SCENARIO_MIGRATING` until it has ended, and timers that fall due are kept until then.
    pub both_shapes: bool,
    /// The records that the part which begins at a place will surely look at, so that they are fetched together.
    pub reads: fn(&Call<'_>, &Value, u32) -> Vec<StateKey>,
    /// One part: from a place, null at first, it writes at most as many records as it is told. It is a pure function of the records, and must not
    /// refuse: a refusal is damage, and stops every node.
    pub part: fn(&Call<'_>, &mut Records<'_>, &Value, u32) -> Result<Part, Failure>,
    /// What must hold of the records when it has ended, for whoever tries it on a copy.
    pub invariants: &'static [Invariant],
}

/// What one part did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// How many records it changed, or looked at.
    pub records: u32,
    /// Where the next part begins; none after the last.
    pub next: Option<Value>,
}

/// A rule that the records of a scenario keep, looked at in parts like a migration.
#[derive(Clone, Copy, Debug)]
pub struct Invariant {
    /// What it says, in a few words of English.
    pub name: &'static str,
    /// Looks at one part from a place, null at first; a rejection says what breaks the rule.
    pub part: fn(&Call<'_>, &Records<'_>, &Value, u32) -> Result<Part, Failure>,
}

/// An upgrade (场景升级) that is decided and waits for its height.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The first block that runs by it.
    pub height: Height,
    /// The version.
    pub to: u32,
}

/// A migration that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// The block in which it began.
    pub begun: Height,
    /// Where the next part begins.
    pub cursor: Value,
    /// How many records were changed so far.
    pub records: u64,
    /// The scenario.
    pub scenario: String,
    /// The version to which it leads.
    pub to: u32,
}

/// The record of all versions of a chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// The version in force of each scenario that does not have the first one.
    active: BTreeMap<String, u32>,
    /// How many timers were kept for the end of migrations, since none was.
    held: u64,
    /// What waits for its height, by scenario.
    planned: BTreeMap<String, Planned>,
    /// How many of the timers that were kept have been let go.
    released: u64,
    /// Migrations under way. The first runs, the others wait for it.
    running: Vec<Running>,
}

/// A version that the state has and this program lacks: it must stop before the block that needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The scenario.
    pub scenario: String,
    /// The version that is needed.
    pub needed: u32,
    /// The newest that this program has, 0 where it does not know the scenario.
    pub newest: u32,
    /// The first block that needs it.
    pub height: Height,
}

impl Unsupported {
    /// The refusal that says so, `SCENARIO_VERSION_UNKNOWN`.
    pub fn rejection(&self) -> Rejection {
        let Self {
            scenario,
            needed,
            newest,
            height,
        } = self;
        let detail = format!(
            "block {height} needs version {needed} of scenario `{scenario}`; this program has up to {newest}"
        );
        Rejection::new(codes::SCENARIO_VERSION_UNKNOWN, detail)
    }
}

impl Versions {
    /// Where the record lies.
    pub fn key(algorithm: HashAlgorithm) -> StateKey {
        StateKey::new(algorithm, "system", "versions", &[])
    }

    /// The record as it stands.
    ///
    /// # Errors
    /// [`Failure::Wanted`] and [`Failure::Damaged`] as every access to records.
    pub fn load(algorithm: HashAlgorithm, records: &Records<'_>) -> Result<Self, Failure> {
        Ok(records.get(&Self::key(algorithm))?.unwrap_or_default())
    }

    /// Reads the bytes of the record as a state has them; `None` where they are damaged.
    pub fn from_bytes(bytes: Option<&[u8]>) -> Option<Self> {
        bytes.map_or(Some(Self::default()), |bytes| serde_json::from_slice(bytes).ok())
    }

    /// Its canonical bytes.
    ///
    /// # Errors
    /// A number above 2^53 - 1, which no chain reaches.
    pub fn to_bytes(&self) -> Result<Vec<u8>, canonical::Reason> {
        canonical::to_bytes(self)
    }

    /// The version in force of a scenario; while a migration runs, the one from which it leads.
    pub fn active(&self, scenario: &str) -> u32 {
        self.active.get(scenario).copied().unwrap_or(FIRST_VERSION)
    }

    /// What is decided for a scenario and waits for its height.
    pub fn planned(&self, scenario: &str) -> Option<Planned> {
        self.planned.get(scenario).copied()
    }

    /// The migration of a scenario that has begun and not ended.
    pub fn running(&self, scenario: &str) -> Option<&Running> {
        self.running.iter().find(|running| running.scenario == scenario)
    }

    /// Whether blocks have something to do before anybody asks: parts of migrations, or timers that were kept for their end.
    pub(crate) fn is_at_work(&self) -> bool {
        !self.running.is_empty() || self.released < self.held
    }

    /// With an upgrade that waits for its height, or without the one that waits.
    #[must_use]
    pub fn with(mut self, scenario: &str, planned: Option<Planned>) -> Self {
        match planned {
            Some(planned) => self.planned.insert(scenario.to_owned(), planned),
            None => self.planned.remove(scenario),
        };
        self
    }

    /// By which version a scenario acts now. Refused with `SCENARIO_MIGRATING` while a migration runs that lets nobody at its records.
    pub(crate) fn at(&self, registry: &Registry, scenario: &str) -> Result<u32, Rejection> {
        let Some(running) = self.running(scenario) else {
            return Ok(self.active(scenario));
        };
        let migration = registry.migration(scenario, running.to);
        if migration.is_some_and(|migration| migration.both_shapes) {
            return Ok(running.to);
        }
        let detail = format!(
            "the records of `{scenario}` are being taken to version {}; {} are done, try again in a minute",
            running.to, running.records
        );
        Err(Rejection::new(codes::SCENARIO_MIGRATING, detail))
    }

    /// Refuses what this program cannot run: a version in force, a migration under way, or an upgrade whose height is `next` or lower.
    ///
    /// # Errors
    /// [`Unsupported`].
    pub fn check(&self, registry: &Registry, next: Height) -> Result<(), Unsupported> {
        let active = self.active.iter().map(|(scenario, to)| (scenario, *to));
        let running = self.running.iter().map(|running| (&running.scenario, running.to));
        let planned = self.planned.iter().filter(|(_, planned)| planned.height <= next);
        let planned = planned.map(|(scenario, planned)| (scenario, planned.to));
        for (scenario, needed) in active.chain(running).chain(planned) {
            let newest = registry.newest(scenario);
            if needed > newest {
                return Err(Unsupported {
                    scenario: scenario.clone(),
                    needed,
                    newest,
                    height: next,
                });
            }
        }
        Ok(())
    }

    fn put(&self, algorithm: HashAlgorithm, records: &mut Records<'_>) -> Result<(), Failure> {
        records.put(Self::key(algorithm), self)
    }

    /// Keeps a timer until no migration runs any more.
    pub(crate) fn hold(
        &mut self,
        algorithm: HashAlgorithm,
        records: &mut Records<'_>,
        timer: &Occurrence,
    ) -> Result<(), Failure> {
        records.put(held_key(algorithm, self.held), timer)?;
        self.held = self.held.saturating_add(1);
        self.put(algorithm, records)
    }

    /// Takes out timers that were kept, up to `limit`, in the order in which they were.
    pub(crate) fn release(
        &mut self,
        algorithm: HashAlgorithm,
        records: &mut Records<'_>,
        limit: usize,
    ) -> Result<Vec<Occurrence>, Failure> {
        let mut timers = Vec::new();
        if !self.running.is_empty() {
            return Ok(timers);
        }
        let mut next = self.released;
        while next < self.held && timers.len() < limit {
            let key = held_key(algorithm, next);
            timers.push(records.get(&key)?.ok_or(Failure::Damaged(key))?);
            records.delete(key);
            next = next.saturating_add(1);
        }
        if next > self.released {
            (self.held, self.released) = if next == self.held {
                (0, 0)
            } else {
                (self.held, next)
            };
            self.put(algorithm, records)?;
        }
        Ok(timers)
    }

    /// The records that [`Versions::release`] will look at.
    pub(crate) fn release_reads(&self, algorithm: HashAlgorithm, limit: usize) -> Vec<StateKey> {
        if !self.running.is_empty() {
            return Vec::new();
        }
        let numbers = (self.released..self.held).take(limit);
        numbers.map(|number| held_key(algorithm, number)).collect()
    }
}

fn held_key(algorithm: HashAlgorithm, number: u64) -> StateKey {
    StateKey::new(algorithm, "system", "timer-held", &[&number.to_be_bytes()])
}

impl Call<'_> {
    /// By which version (场景版本) of its scenario this is called: the one in force, or, while a migration runs that leaves both shapes readable, the
    /// one to which it leads.
    pub fn version(&self) -> u32 {
        let scenario = self.body.operation.split('.').next().unwrap_or_default();
        let now = self.versions.at(self.registry, scenario);
        now.unwrap_or_else(|_| self.versions.active(scenario))
    }
}
