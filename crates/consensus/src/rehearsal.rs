//! A rehearsal (演练): the upgrade of a scenario tried to its end on a copy of a stopped node's state, by the same blocks that the chain would make,
//! but with nothing else in them.
//!
//! Opening the stores can write, and the upgrade is written: whoever calls this has copied the folder.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::{Runner as _, Supervisor as _, tokio};
use commonware_storage::archive::{Archive as _, Identifier, immutable};
use commonware_storage::qmdb::floor::Proportional;
use serde_json::Value as Json;
use thiserror::Error;
use yinxin_crypto::Digest;
use yinxin_execution::{
    BlockContext, ChainRecord, Executed, Failure, Inspection, Invariant, Planned, Progress, Registry, Run,
    SeenRecord, Unsupported, Versions,
};
use yinxin_state::{ChainHash, Key, Sha256, Sm3, Store, Value, key, store_config};
use yinxin_types::{BlockTime, Genesis, Height, StateKey, Suite};

use crate::block::{BlockRules, LedgerBlock};
use crate::engine::{PAGE, archive_config};

/// How many of the wanted records the second execution of a block is handed at a time.
const PORTION: usize = 64;

/// What a rehearsal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rehearsed {
    /// The height of the state it began with.
    pub height: Height,
    /// How many blocks the upgrade takes.
    pub blocks: u64,
    /// How many records the migration wrote or removed.
    pub records: u64,
    /// How long all blocks took together, here.
    pub took: Duration,
    /// How long the slowest block took.
    pub slowest: Duration,
    /// Root of the state before.
    pub before: Digest,
    /// Root of the state after.
    pub after: Digest,
    /// What became of each invariant.
    pub invariants: Vec<Inspected>,
}

/// What became of an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// What it says.
    pub name: &'static str,
    /// How many records were looked at.
    pub records: u64,
    /// What breaks it, if anything does.
    pub broken: Option<String>,
}

/// Why an upgrade cannot be rehearsed to its end.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RehearsalError {
    /// The stores cannot be opened, read or written.
    #[error("the state's files cannot be used: {0}")]
    Store(String),
    /// Versions follow one another.
    #[error("version {active} is in force, so the next is one more, not {to}")]
    Step {
        /// The version in force.
        active: u32,
        /// The one that was to be tried.
        to: u32,
    },
    /// This program lacks the version.
    #[error("{}", .0.rejection())]
    Unsupported(Unsupported),
    /// A record cannot be read, or the migration refuses, stands still or writes too much at once.
    #[error("block {height} meets damage at record {}", hex::encode(.key.0))]
    Damaged {
        /// The block, counted on from the state's.
        height: Height,
        /// The record; that of the versions, where the migration itself is wrong.
        key: StateKey,
    },
    /// A block gave other changes when it was executed again.
    #[error("block {0} is not the same when it is executed again")]
    Undetermined(Height),
}

/// Tries the upgrade of a scenario on the state under `folder`, which is changed by it.
///
/// # Errors
/// [`RehearsalError`].
pub fn rehearse(
    folder: &Path,
    prefix: &str,
    genesis: &Genesis,
    registry: &Registry,
    upgrade: (&str, u32),
) -> Result<Rehearsed, RehearsalError> {
    let config = tokio::Config::new()
        .with_storage_directory(folder)
        .with_worker_threads(1);
    tokio::Runner::new(config).start(|context| async move {
        match genesis.suite {
            Suite::Intl => run::<Sha256>(context, prefix, genesis, registry, upgrade).await,
            Suite::Gm => run::<Sm3>(context, prefix, genesis, registry, upgrade).await,
        }
    })
}

type State<H> = Store<tokio::Context, H>;

fn failed(error: impl std::fmt::Display) -> RehearsalError {
    RehearsalError::Store(error.to_string())
}

async fn run<H: ChainHash>(
    context: tokio::Context,
    prefix: &str,
    genesis: &Genesis,
    registry: &Registry,
    (scenario, to): (&str, u32),
) -> Result<Rehearsed, RehearsalError> {
    let algorithm = H::ALGORITHM;
    let cache = CacheRef::new(PAGE, NonZeroUsize::new(4096).unwrap_or(NonZeroUsize::MIN));
    let rules = BlockRules {
        hash: algorithm,
        limits: genesis.limits,
    };
    let blocks: immutable::Archive<_, commonware_cryptography::sha256::Digest, LedgerBlock> =
        immutable::Archive::init(
            context.child("ledger"),
            archive_config(prefix, "blocks", cache.clone(), rules),
        )
        .await
        .map_err(failed)?;
    let mut state: State<H> = Store::init(context.child("state"), store_config(prefix, cache), None)
        .await
        .map_err(failed)?;
    let keys = [ChainRecord::key(algorithm), Versions::key(algorithm)];
    let mut found = get(&state, &keys).await?.into_iter();
    let damaged = |key| RehearsalError::Damaged {
        height: Height::GENESIS,
        key,
    };
    let height = match found.next().flatten() {
        Some(bytes) => {
            let chain = serde_json::from_slice::<ChainRecord>(&bytes);
            Height(chain.map_err(|_| damaged(ChainRecord::key(algorithm)))?.blocks)
        }
        None => Height::GENESIS,
    };
    let versions = Versions::from_bytes(found.next().flatten().as_deref());
    let versions = versions.ok_or_else(|| damaged(Versions::key(algorithm)))?;
    let block = blocks.get(Identifier::Index(height.0)).await.map_err(failed)?;
    let last = block.map(|block| block.header().clone());
    let mut block = BlockContext {
        height,
        time: last.as_ref().map_or(genesis.time, |header| header.time),
        parent: last.map_or_else(|| algorithm.hash(&[]), |header| header.hash()),
    };
    let before = Digest::new(algorithm, state.root().0);
    state = decide(state, registry, versions, (scenario, to), block.height).await?;
    let mut rehearsed = Rehearsed {
        height,
        blocks: 0,
        records: 0,
        took: Duration::ZERO,
        slowest: Duration::ZERO,
        before,
        after: before,
        invariants: Vec::new(),
    };
    loop {
        block = BlockContext {
            height: block.height.next().unwrap_or(block.height),
            // Timers that wait are not what is tried.
            time: BlockTime(block.time.0.saturating_add(1)),
            parent: block.parent,
        };
        let begun = Instant::now();
        let executed = execute(&state, registry, genesis, block).await?;
        let changes = executed.changes.iter();
        state = write(state, changes.map(|(key, value)| (*key, value.clone()))).await?;
        let took = begun.elapsed();
        rehearsed.blocks = rehearsed.blocks.saturating_add(1);
        rehearsed.records = rehearsed
            .records
            .saturating_add(written(&executed, algorithm, block.height));
        rehearsed.took = rehearsed.took.saturating_add(took);
        rehearsed.slowest = rehearsed.slowest.max(took);
        if executed.versions.active(scenario) == to {
            rehearsed.after = Digest::new(algorithm, state.root().0);
            let mut inspection = Inspection::new(registry, genesis, block, executed.versions);
            let migration = registry.migration(scenario, to);
            for invariant in migration.map_or(&[][..], |migration| migration.invariants) {
                let inspected = inspect(&state, &mut inspection, scenario, invariant).await?;
                rehearsed.invariants.push(inspected);
            }
            return Ok(rehearsed);
        }
    }
}

/// Writes the upgrade as governance would have decided it for the next block, and takes out whatever else waits.
async fn decide<H: ChainHash>(
    state: State<H>,
    registry: &Registry,
    mut versions: Versions,
    (scenario, to): (&str, u32),
    height: Height,
) -> Result<State<H>, RehearsalError> {
    for (other, _) in registry.newest_versions() {
        versions = versions.with(other, None);
    }
    let active = versions.active(scenario);
    if versions.running(scenario).is_none_or(|running| running.to != to) {
        if active.checked_add(1) != Some(to) {
            return Err(RehearsalError::Step { active, to });
        }
        let height = height.next().unwrap_or(height);
        versions = versions.with(scenario, Some(Planned { height, to }));
    }
    let next = height.next().unwrap_or(height);
    versions
        .check(registry, next)
        .map_err(RehearsalError::Unsupported)?;
    let bytes = versions.to_bytes().map_err(failed)?;
    write(state, [(Versions::key(H::ALGORITHM), Some(bytes))]).await
}

/// How many records of a block are those of scenarios.
fn written(executed: &Executed, algorithm: yinxin_crypto::HashAlgorithm, height: Height) -> u64 {
    let own: BTreeSet<StateKey> = [ChainRecord::key(algorithm), Versions::key(algorithm)]
        .into_iter()
        .chain(
            (executed.replay_from.0.saturating_sub(8)..=height.0)
                .map(|at| SeenRecord::key(algorithm, Height(at))),
        )
        .collect();
    let others = executed.changes.keys().filter(|key| !own.contains(key));
    u64::try_from(others.count()).unwrap_or(u64::MAX)
}

/// Executes a block without transactions twice, its records fetched in different portions: both must give the same.
async fn execute<H: ChainHash>(
    state: &State<H>,
    registry: &Registry,
    genesis: &Genesis,
    block: BlockContext,
) -> Result<Executed, RehearsalError> {
    let executed = once(state, registry, genesis, block, usize::MAX).await?;
    let again = once(state, registry, genesis, block, PORTION).await?;
    if again.changes != executed.changes {
        return Err(RehearsalError::Undetermined(block.height));
    }
    Ok(executed)
}

async fn once<H: ChainHash>(
    state: &State<H>,
    registry: &Registry,
    genesis: &Genesis,
    block: BlockContext,
    portion: usize,
) -> Result<Executed, RehearsalError> {
    let mut run = Run::new(registry, genesis, block, &[]);
    loop {
        match run.advance() {
            Progress::Wanted(mut keys) => {
                keys.truncate(portion);
                for (key, value) in keys.iter().zip(get(state, &keys).await?) {
                    run.supply(*key, value);
                }
            }
            Progress::Done(executed) => return Ok(*executed),
            Progress::Damaged(key) => {
                return Err(RehearsalError::Damaged {
                    height: block.height,
                    key,
                });
            }
            Progress::Unsupported(lacking) => return Err(RehearsalError::Unsupported(lacking)),
        }
    }
}

async fn inspect<H: ChainHash>(
    state: &State<H>,
    inspection: &mut Inspection<'_>,
    scenario: &str,
    invariant: &Invariant,
) -> Result<Inspected, RehearsalError> {
    let (mut cursor, mut records) = (Json::Null, 0_u64);
    let broken = loop {
        match inspection.look(scenario, invariant, &cursor) {
            Ok(part) => {
                records = records.saturating_add(u64::from(part.records));
                inspection.forget();
                match part.next {
                    Some(next) if next != cursor => cursor = next,
                    Some(_) => break Some("it stands still".to_owned()),
                    None => break None,
                }
            }
            Err(Failure::Wanted(key)) => {
                let value = get(state, &[key]).await?.pop().flatten();
                inspection.supply(key, value);
            }
            Err(Failure::Rejected(rejection)) => break Some(rejection.detail),
            Err(Failure::Denied(denial)) => break Some(denial.rejection.detail),
            Err(Failure::Damaged(key)) => break Some(format!("record {} is damaged", hex::encode(key.0))),
        }
    };
    Ok(Inspected {
        name: invariant.name,
        records,
        broken,
    })
}

async fn get<H: ChainHash>(
    state: &State<H>,
    keys: &[StateKey],
) -> Result<Vec<Option<Vec<u8>>>, RehearsalError> {
    let names: Vec<Key> = keys.iter().map(key).collect();
    let references: Vec<&Key> = names.iter().collect();
    let values = state.get_many(&references).await.map_err(failed)?;
    Ok(values
        .into_iter()
        .map(|value| value.map(|value| value.0))
        .collect())
}

async fn write<H: ChainHash>(
    state: State<H>,
    changes: impl IntoIterator<Item = (StateKey, Option<Vec<u8>>)>,
) -> Result<State<H>, RehearsalError> {
    let mut batch = state.new_batch();
    for (state_key, value) in changes {
        batch = batch.write(key(&state_key), value.map(Value));
    }
    let sealed = batch
        .merkleize(&state, None, &mut Proportional)
        .await
        .map_err(failed)?;
    state.apply_batch(sealed).await.map_err(failed)
}
