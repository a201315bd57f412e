//! Running one block over the state of its parent: first what versions of scenarios ask for, then the timers that are due, then the
//! transactions.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use yinxin_crypto::Digest;
use yinxin_types::merkle::Tree;
use yinxin_types::receipt::receipts_tree;
use yinxin_types::{
    BlockTime, Body, Genesis, Height, Occurred, Occurrence, Receipt, Rejection, StateKey, ValidatorSet,
    VerifiedTransaction, codes,
};

use crate::history::ChainRecord;
use crate::records::{Failure, Records, Values};
use crate::registry::Registry;
use crate::replay::{ReplayId, SeenRecord, replay_id};
use crate::scenario::Call;
use crate::timers::{self, ALARM, Due, Stop};
use crate::upgrades::{Unbegun, Unsupported, Versions};
use crate::validators::validators;

/// How many records of past blocks one block may drop from the replay window. Blocks come faster than they expire only after a
/// pause, and then the window empties over the following blocks.
const MAX_EXPIRED: u64 = 4;

/// What execution knows of the block it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockContext {
    /// Position in the chain.
    pub height: Height,
    /// Block time.
    pub time: BlockTime,
    /// Hash of the parent.
    pub parent: Digest,
}

/// What running a block gives.
#[derive(Clone, Debug)]
pub struct Executed {
    /// One receipt for each transaction, in order.
    pub receipts: Vec<Receipt>,
    /// What came of the timers that fired and left something to prove, in order. Their receipts stand after those of the transactions.
    pub occurrences: Vec<Occurred>,
    /// The tree of all receipts.
    pub tree: Tree,
    /// New values of records, `None` for removed ones.
    pub changes: BTreeMap<StateKey, Option<Vec<u8>>>,
    /// Root of the tree over all blocks before this one.
    pub history_root: Digest,
    /// Shortened identifiers of the transactions.
    pub ids: Vec<ReplayId>,
    /// The lowest height still remembered against replay.
    pub replay_from: Height,
    /// In the last block of an epoch (纪元): who votes in the next one.
    pub next: Option<ValidatorSet>,
    /// When the first of the timers (定时器) that wait after this block fires; in the past where more were due than one block takes.
    /// A migration under way is as if a timer were due.
    pub next_timer: Option<BlockTime>,
    /// The versions of scenarios (场景版本) after this block.
    pub versions: Versions,
}

/// How far a run has come.
#[derive(Debug)]
pub enum Progress {
    /// These records are needed; [`Run::supply`] each, then go on.
    Wanted(Vec<StateKey>),
    /// The block is executed.
    Done(Box<Executed>),
    /// A stored record cannot be read: the state is damaged and the node must stop.
    Damaged(StateKey),
    /// The block needs a version of a scenario that this program lacks: it must not be executed here, and the node must stop.
    Unsupported(Unsupported),
}

impl From<Stop> for Progress {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Wanted(keys) => Self::Wanted(keys),
            Stop::Damaged(key) => Self::Damaged(key),
        }
    }
}

/// One block being executed.
#[derive(Debug)]
pub struct Run<'a> {
    registry: &'a Registry,
    genesis: &'a Genesis,
    block: BlockContext,
    transactions: &'a [Arc<VerifiedTransaction>],
    fetched: Values,
    written: Values,
    /// By which versions it runs; what is kept of timers changes while they fire.
    versions: Versions,
    due: Due,
    /// How many of the timers that are due have fired.
    fired: usize,
    occurrences: Vec<Occurred>,
    receipts: Vec<Receipt>,
    stage: Stage,
}

/// What a run does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Ask for the records that the transactions name.
    Fetch,
    /// Put versions in force, and go on with a migration.
    Begin,
    /// Take up the timers that were kept for the end of migrations.
    Release,
    /// Take out the timers that are due.
    Collect,
    /// Tell their scenarios, then run the transactions.
    Run,
}

impl<'a> Run<'a> {
    /// Prepares to run `transactions`, already checked for validity window and replay, on the state of the parent.
    pub fn new(
        registry: &'a Registry,
        genesis: &'a Genesis,
        block: BlockContext,
        transactions: &'a [Arc<VerifiedTransaction>],
    ) -> Self {
        Self {
            registry,
            genesis,
            block,
            transactions,
            fetched: Values::new(),
            written: Values::new(),
            versions: Versions::default(),
            due: Due::default(),
            fired: 0,
            occurrences: Vec::new(),
            receipts: Vec::with_capacity(transactions.len()),
            stage: Stage::Fetch,
        }
    }

    /// Hands over the value of a wanted record.
    pub fn supply(&mut self, key: StateKey, value: Option<Vec<u8>>) {
        self.fetched.insert(key, value);
    }

    /// Goes on until something is wanted or all is done.
    pub fn advance(&mut self) -> Progress {
        if self.stage == Stage::Fetch {
            self.stage = Stage::Begin;
            let wanted = self.declared_reads();
            if !wanted.is_empty() {
                return Progress::Wanted(wanted);
            }
        }
        if self.stage == Stage::Begin {
            match Versions::begin((self.registry, self.genesis), &self.block, &self.fetched) {
                Ok((versions, writes)) => (self.versions, self.written) = (versions, writes),
                Err(Unbegun::Stop(stop)) => return stop.into(),
                Err(Unbegun::Unsupported(lacking)) => return Progress::Unsupported(lacking),
            }
            self.stage = Stage::Release;
            let limit = self.genesis.limits.block_timers();
            let mut wanted = self.versions.release_reads(self.genesis.suite.hash(), limit);
            wanted.retain(|key| !self.fetched.contains_key(key));
            if !wanted.is_empty() {
                return Progress::Wanted(wanted);
            }
        }
        if self.stage == Stage::Release {
            match self.release() {
                Ok(()) => self.stage = Stage::Collect,
                Err(stop) => return stop.into(),
            }
        }
        if self.stage == Stage::Collect {
            match self.collect() {
                Ok(()) => self.stage = Stage::Run,
                Err(stop) => return stop.into(),
            }
            let wanted = match self.reads_of_alarms() {
                Ok(wanted) => wanted,
                Err(key) => return Progress::Damaged(key),
            };
            if !wanted.is_empty() {
                return Progress::Wanted(wanted);
            }
        }
        if let Err(progress) = self.fire().and_then(|()| self.run_transactions()) {
            return progress;
        }
        match self.finish() {
            Ok(executed) => Progress::Done(Box::new(executed)),
            Err(Failure::Wanted(key)) => Progress::Wanted(vec![key]),
            Err(Failure::Damaged(key)) => Progress::Damaged(key),
            Err(Failure::Rejected(_) | Failure::Denied(_)) => {
                Progress::Damaged(ChainRecord::key(self.genesis.suite.hash()))
            }
        }
    }

    /// Takes up the timers that were kept while a migration ran, before those that fell due later.
    fn release(&mut self) -> Result<(), Stop> {
        let mut records = Records::new(&self.fetched, &self.written);
        let limit = self.genesis.limits.block_timers();
        let mut versions = self.versions.clone();
        self.due.timers = versions.release(self.genesis.suite.hash(), &mut records, limit)?;
        let writes = records.into_writes();
        self.written.extend(writes);
        self.versions = versions;
        Ok(())
    }

    /// Takes the timers that are due out of their queues.
    fn collect(&mut self) -> Result<(), Stop> {
        let limit = self.genesis.limits.block_timers();
        let chain_key = ChainRecord::key(self.genesis.suite.hash());
        let chain = self.genesis.chain().map_err(|_| Stop::Damaged(chain_key))?;
        loop {
            let mut records = Records::new(&self.fetched, &self.written);
            if !self.due.take(&chain, &mut records, self.block.time, limit)? {
                return Ok(());
            }
            let writes = records.into_writes();
            self.written.extend(writes);
        }
    }

    /// The records that the scenarios of the due timers name.
    fn reads_of_alarms(&self) -> Result<Vec<StateKey>, StateKey> {
        let mut wanted = Vec::new();
        for timer in &self.due.timers {
            if let Ok(Some(alarm)) = self.registry.alarm_at(&timer.scenario, &self.versions) {
                let (body, id) = self.alarm_of(timer)?;
                wanted.extend((alarm.reads)(&self.alarm_call(&body, id), &timer.key));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted.retain(|key| !self.fetched.contains_key(key) && !self.written.contains_key(key));
        Ok(wanted)
    }

    /// What an alarm is called with: nobody's body, and the identifier of the occurrence.
    fn alarm_of(&self, timer: &Occurrence) -> Result<(Body, Digest), StateKey> {
        let damaged = ChainRecord::key(self.genesis.suite.hash());
        let operation = format!("{}.{ALARM}", timer.scenario);
        let body = timers::unsigned(timer.chain, &self.block, operation).ok_or(damaged)?;
        Ok((body, timer.id().map_err(|_| damaged)?))
    }

    fn alarm_call<'b>(&'b self, body: &'b Body, id: Digest) -> Call<'b> {
        // No block holds more receipts than a position can number.
        let index = self.transactions.len().saturating_add(self.occurrences.len());
        Call {
            body,
            id,
            index: u32::try_from(index).unwrap_or(u32::MAX),
            block: &self.block,
            genesis: self.genesis,
            registry: self.registry,
            versions: &self.versions,
        }
    }

    /// Tells the scenarios of the due timers, one after the other.
    fn fire(&mut self) -> Result<(), Progress> {
        while let Some(timer) = self.due.timers.get(self.fired) {
            let (body, id) = self.alarm_of(timer).map_err(Progress::Damaged)?;
            let call = self.alarm_call(&body, id);
            let mut records = Records::new(&self.fetched, &self.written);
            let told = match self.registry.alarm_at(&timer.scenario, &self.versions) {
                Ok(Some(alarm)) => (alarm.run)(&call, &mut records, &timer.key),
                // Timers outlive a program that knew their scenario.
                Ok(None) => Err(Rejection::new(codes::TX_OPERATION, "the scenario has no alarm").into()),
                Err(migrating) => Err(migrating.into()),
            };
            if matches!(&told, Err(Failure::Rejected(rejection)) if rejection.code == codes::SCENARIO_MIGRATING)
            {
                // A deadline is not lost because records are being migrated, its scenario's or those of one that it asks.
                self.hold()?;
                continue;
            }
            let (code, outcome, kept) = match told {
                Ok(outcome) => (0, outcome, true),
                Err(Failure::Rejected(rejection)) => (rejection.code.number, Some(Value::Null), false),
                Err(Failure::Denied(denial)) => (denial.rejection.code.number, Some(denial.outcome), true),
                Err(Failure::Wanted(key)) => return Err(Progress::Wanted(vec![key])),
                Err(Failure::Damaged(key)) => return Err(Progress::Damaged(key)),
            };
            let occurred = outcome.map(|outcome| Occurred {
                occurrence: timer.clone(),
                receipt: self.receipt(id, call.index, code, outcome),
            });
            if kept {
                let writes = records.into_writes();
                self.written.extend(writes);
            }
            self.occurrences.extend(occurred);
            self.fired = self.fired.saturating_add(1);
        }
        Ok(())
    }

    /// Keeps the timer whose turn it is until no migration runs any more.
    fn hold(&mut self) -> Result<(), Progress> {
        let Some(timer) = self.due.timers.get(self.fired) else {
            return Ok(());
        };
        let mut records = Records::new(&self.fetched, &self.written);
        let mut versions = self.versions.clone();
        let held = versions.hold(self.genesis.suite.hash(), &mut records, timer);
        held.map_err(|failure| Progress::from(Stop::from(failure)))?;
        let writes = records.into_writes();
        self.written.extend(writes);
        self.versions = versions;
        self.fired = self.fired.saturating_add(1);
        Ok(())
    }

    fn run_transactions(&mut self) -> Result<(), Progress> {
        while let Some((transaction, index)) = self.next_transaction() {
            let (code, outcome) = match self.execute(transaction, index) {
                Ok(outcome) => (0, outcome),
                Err(Failure::Wanted(key)) => return Err(Progress::Wanted(vec![key])),
                Err(Failure::Damaged(key)) => return Err(Progress::Damaged(key)),
                Err(Failure::Rejected(rejection)) => (rejection.code.number, Value::Null),
                Err(Failure::Denied(denial)) => (denial.rejection.code.number, denial.outcome),
            };
            let receipt = self.receipt(transaction.id(), index, code, outcome);
            self.receipts.push(receipt);
        }
        Ok(())
    }

    fn declared_reads(&self) -> Vec<StateKey> {
        let algorithm = self.genesis.suite.hash();
        let mut wanted = vec![
            ChainRecord::key(algorithm),
            timers::first_read(algorithm),
            Versions::key(algorithm),
        ];
        // The newest version is a guess: what the one in force reads beside is asked for later.
        for (transaction, index) in self.transactions.iter().zip(0_u32..) {
            if let Some(operation) = self.registry.operation(&transaction.body().operation) {
                wanted.extend((operation.reads)(&self.call(transaction, index)));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        wanted
    }

    fn next_transaction(&self) -> Option<(&'a VerifiedTransaction, u32)> {
        let position = self.receipts.len();
        Some((self.transactions.get(position)?, u32::try_from(position).ok()?))
    }

    fn call(&self, transaction: &'a VerifiedTransaction, index: u32) -> Call<'_> {
        Call {
            body: transaction.body(),
            id: transaction.id(),
            index,
            block: &self.block,
            genesis: self.genesis,
            registry: self.registry,
            versions: &self.versions,
        }
    }

    fn execute(&mut self, transaction: &'a VerifiedTransaction, index: u32) -> Result<Value, Failure> {
        let id = &transaction.body().operation;
        let operation = self.registry.operation_at(id, &self.versions)?;
        let unknown = || Rejection::new(codes::TX_OPERATION, format!("no operation `{id}`"));
        let operation = operation.ok_or_else(unknown)?;
        (operation.check)(transaction.body())?;
        let mut records = Records::new(&self.fetched, &self.written);
        let result = (operation.run)(&self.call(transaction, index), &mut records);
        if matches!(result, Ok(_) | Err(Failure::Denied(_))) {
            let writes = records.into_writes();
            self.written.extend(writes);
        }
        result
    }

    fn receipt(&self, id: Digest, index: u32, code: u16, outcome: Value) -> Receipt {
        let BlockContext { height, time, .. } = self.block;
        Receipt {
            code,
            height,
            index,
            outcome,
            time,
            transaction: id,
        }
    }

    /// The block's own records: history and replay window. Runs again from the start if a record is wanted.
    fn finish(&mut self) -> Result<Executed, Failure> {
        let algorithm = self.genesis.suite.hash();
        let chain_key = ChainRecord::key(algorithm);
        let mut records = Records::new(&self.fetched, &self.written);
        let mut chain = records
            .get::<ChainRecord>(&chain_key)?
            .unwrap_or_else(ChainRecord::genesis);
        let mut frontier = chain.frontier().ok_or(Failure::Damaged(chain_key))?;
        if frontier.size().checked_add(1) != Some(self.block.height.0) {
            return Err(Failure::Damaged(chain_key));
        }
        frontier.append(
            algorithm,
            yinxin_types::merkle::leaf_hash(algorithm, self.block.parent.bytes()),
        );
        for _ in 0..MAX_EXPIRED {
            if chain.replay_from >= self.block.height {
                break;
            }
            let key = SeenRecord::key(algorithm, chain.replay_from);
            if let Some(bytes) = records.bytes(&key)? {
                let seen = SeenRecord::from_bytes(bytes).ok_or(Failure::Damaged(key))?;
                // A transaction of that block was valid at most one window after the block's time.
                if seen.time.saturating_add(self.genesis.limits.window_ms) >= self.block.time {
                    break;
                }
                records.delete(key);
            }
            chain.replay_from = chain.replay_from.next().ok_or(Failure::Damaged(chain_key))?;
        }
        let next = match self.block.height.next() {
            Some(next) if self.block.height.ends_epoch() => Some(validators(
                self.registry,
                self.genesis,
                &self.block,
                &records,
                next,
            )?),
            _ => None,
        };
        let versions = Versions::load(algorithm, &records)?;
        let next_timer = if versions.is_at_work() {
            Some(self.block.time)
        } else {
            timers::next(algorithm, &records)?
        };
        chain.blocks = frontier.size();
        chain.peaks = frontier.peaks().to_vec();
        let replay_from = chain.replay_from;
        records.put(chain_key, &chain)?;
        let ids: Vec<ReplayId> = self
            .transactions
            .iter()
            .map(|transaction| replay_id(&transaction.id()))
            .collect();
        let mut writes = records.into_writes();
        if !ids.is_empty() {
            let seen = SeenRecord {
                time: self.block.time,
                ids: ids.clone(),
            };
            writes.insert(
                SeenRecord::key(algorithm, self.block.height),
                Some(seen.to_bytes()),
            );
        }
        let mut changes = std::mem::take(&mut self.written);
        changes.extend(writes);
        let receipts = std::mem::take(&mut self.receipts);
        let occurrences = std::mem::take(&mut self.occurrences);
        let occurred = occurrences.iter().map(|occurred| &occurred.receipt);
        let tree = receipts_tree(algorithm, receipts.iter().chain(occurred));
        Ok(Executed {
            receipts,
            occurrences,
            tree,
            changes,
            history_root: frontier.root(algorithm),
            ids,
            replay_from,
            next,
            next_timer,
            versions,
        })
    }
}
