//! Running the transactions of one block over the state of its parent.

use std::collections::BTreeMap;
use std::sync::Arc;

use yinxin_crypto::Digest;
use yinxin_types::merkle::Tree;
use yinxin_types::receipt::receipts_tree;
use yinxin_types::{BlockTime, Genesis, Height, Receipt, StateKey, ValidatorSet, VerifiedTransaction};

use crate::history::ChainRecord;
use crate::records::{Failure, Records, Values};
use crate::registry::Registry;
use crate::replay::{ReplayId, SeenRecord, replay_id};
use crate::scenario::Call;
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
    /// The tree of the receipts.
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
    receipts: Vec<Receipt>,
    prefetched: bool,
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
            receipts: Vec::with_capacity(transactions.len()),
            prefetched: false,
        }
    }

    /// Hands over the value of a wanted record.
    pub fn supply(&mut self, key: StateKey, value: Option<Vec<u8>>) {
        self.fetched.insert(key, value);
    }

    /// Goes on until something is wanted or all is done.
    pub fn advance(&mut self) -> Progress {
        if !self.prefetched {
            self.prefetched = true;
            let wanted = self.declared_reads();
            if !wanted.is_empty() {
                return Progress::Wanted(wanted);
            }
        }
        while let Some((transaction, index)) = self.next_transaction() {
            match self.execute(transaction, index) {
                Ok(receipt) => self.receipts.push(receipt),
                Err(Failure::Wanted(key)) => return Progress::Wanted(vec![key]),
                Err(Failure::Damaged(key)) => return Progress::Damaged(key),
                Err(Failure::Rejected(rejection)) => {
                    let receipt =
                        self.receipt(transaction, index, rejection.code.number, serde_json::Value::Null);
                    self.receipts.push(receipt);
                }
                Err(Failure::Denied(denial)) => {
                    let code = denial.rejection.code.number;
                    let receipt = self.receipt(transaction, index, code, denial.outcome);
                    self.receipts.push(receipt);
                }
            }
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

    fn declared_reads(&self) -> Vec<StateKey> {
        let mut wanted = vec![ChainRecord::key(self.genesis.suite.hash())];
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
        }
    }

    fn execute(&mut self, transaction: &'a VerifiedTransaction, index: u32) -> Result<Receipt, Failure> {
        self.registry.check(transaction.body())?;
        let Some(operation) = self.registry.operation(&transaction.body().operation) else {
            return Err(Failure::Damaged(StateKey([0; 32])));
        };
        let mut records = Records::new(&self.fetched, &self.written);
        let result = (operation.run)(&self.call(transaction, index), &mut records);
        if matches!(result, Ok(_) | Err(Failure::Denied(_))) {
            let writes = records.into_writes();
            self.written.extend(writes);
        }
        Ok(self.receipt(transaction, index, 0, result?))
    }

    fn receipt(
        &self,
        transaction: &VerifiedTransaction,
        index: u32,
        code: u16,
        outcome: serde_json::Value,
    ) -> Receipt {
        let BlockContext { height, time, .. } = self.block;
        Receipt {
            code,
            height,
            index,
            outcome,
            time,
            transaction: transaction.id(),
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
        let tree = receipts_tree(algorithm, &receipts);
        Ok(Executed {
            receipts,
            tree,
            changes,
            history_root: frontier.root(algorithm),
            ids,
            replay_from,
            next,
        })
    }
}
