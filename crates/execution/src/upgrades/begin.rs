//! The beginning of a block: upgrades whose height has come, and one part of the migration under way.

use serde_json::Value;
use yinxin_crypto::Digest;
use yinxin_types::{Genesis, canonical};

use super::{MAX_CURSOR_BYTES, MIGRATE, Migration, PART_RECORDS, Part, Running, Unsupported, Versions};
use crate::records::{Failure, Records, Values};
use crate::registry::Registry;
use crate::run::BlockContext;
use crate::scenario::Call;
use crate::timers::{Stop, unsigned};

/// Why a block does not begin.
#[derive(Debug)]
pub(crate) enum Unbegun {
    /// Records are missing or damaged.
    Stop(Stop),
    /// This program lacks a version that the block needs.
    Unsupported(Unsupported),
}

impl From<Failure> for Unbegun {
    fn from(failure: Failure) -> Self {
        Self::Stop(failure.into())
    }
}

impl Versions {
    /// Begins a block: reads the record, puts in force what is decided for its height, and takes the migration under way one part further.
    /// Answers the versions by which the block runs, and what is written.
    pub(crate) fn begin(
        (registry, genesis): (&Registry, &Genesis),
        block: &BlockContext,
        fetched: &Values,
    ) -> Result<(Self, Values), Unbegun> {
        let (algorithm, nothing) = (genesis.suite.hash(), Values::new());
        let mut records = Records::new(fetched, &nothing);
        let before = Self::load(algorithm, &records)?;
        before
            .check(registry, block.height)
            .map_err(Unbegun::Unsupported)?;
        let mut versions = before.clone();
        versions.activate(registry, block);
        let mut writes = Values::new();
        if let Some(running) = versions.running.first().cloned() {
            let damaged = || Failure::Damaged(Self::key(algorithm));
            let migration = registry.migration(&running.scenario, running.to);
            let migration = migration.ok_or_else(damaged)?;
            let chain = genesis.chain().map_err(|_| damaged())?;
            let operation = format!("{}.{MIGRATE}", running.scenario);
            let body = unsigned(chain, block, operation).ok_or_else(damaged)?;
            let by = versions.clone();
            let call = Call {
                body: &body,
                id: block.parent,
                index: 0,
                block,
                genesis,
                registry,
                versions: &by,
            };
            let part = one_part(&call, &migration, &mut records, &running.cursor)?;
            writes = records.into_writes();
            if writes.len() > usize::try_from(PART_RECORDS).unwrap_or(usize::MAX) {
                return Err(damaged().into());
            }
            versions.goes_on(&running, part);
        }
        if versions != before {
            let mut record = Records::new(fetched, &nothing);
            versions.put(algorithm, &mut record)?;
            writes.extend(record.into_writes());
        }
        Ok((versions, writes))
    }

    /// What is decided for this height or was for one before: without a migration it is in force now, with one it begins.
    fn activate(&mut self, registry: &Registry, block: &BlockContext) {
        let planned = std::mem::take(&mut self.planned);
        for (scenario, planned) in planned {
            if planned.height > block.height {
                self.planned.insert(scenario, planned);
            } else if registry.migration(&scenario, planned.to).is_some() {
                self.running.push(Running {
                    begun: block.height,
                    cursor: Value::Null,
                    records: 0,
                    scenario,
                    to: planned.to,
                });
            } else {
                self.active.insert(scenario, planned.to);
            }
        }
    }

    /// What a part did: the first migration goes on, or has ended and its version is in force.
    fn goes_on(&mut self, running: &Running, part: Part) {
        match (part.next, self.running.first_mut()) {
            (Some(next), Some(first)) => {
                first.cursor = next;
                first.records = first.records.saturating_add(u64::from(part.records));
            }
            _ => {
                self.running.retain(|one| one.scenario != running.scenario);
                self.active.insert(running.scenario.clone(), running.to);
            }
        }
    }
}

/// Runs one part. A migration that refuses, that stands still or whose place has no bounded form is damage.
fn one_part(
    call: &Call<'_>,
    migration: &Migration,
    records: &mut Records<'_>,
    cursor: &Value,
) -> Result<Part, Unbegun> {
    let mut wanted = (migration.reads)(call, cursor, PART_RECORDS);
    wanted.sort_unstable();
    wanted.dedup();
    wanted.retain(|key| matches!(records.bytes(key), Err(Failure::Wanted(_))));
    if !wanted.is_empty() {
        return Err(Unbegun::Stop(Stop::Wanted(wanted)));
    }
    let damaged = || Failure::Damaged(Versions::key(Digest::algorithm(&call.id)));
    let part = (migration.part)(call, records, cursor, PART_RECORDS).map_err(|failure| match failure {
        Failure::Rejected(_) | Failure::Denied(_) => damaged(),
        wanted_or_damaged => wanted_or_damaged,
    })?;
    if let Some(next) = &part.next {
        let bytes = canonical::to_bytes(next).map_err(|_| damaged())?;
        if next == cursor || bytes.len() > MAX_CURSOR_BYTES {
            return Err(damaged().into());
        }
    }
    Ok(part)
}
