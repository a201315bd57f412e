//! Rebuilding the index from the blocks, when it was deleted, damaged or left behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;
use thiserror::Error;
use tracing::{error, info};
use yinxin_execution::{BlockContext, Executed, Failure, Inquiry, Progress, Registry, Run, Unsupported};
use yinxin_index::{FinalBlock, IndexError};
use yinxin_types::{Block, Certificate, Genesis, Header, Height, StateKey, VerifiedTransaction};

use super::Core;
use crate::platform::blocking;

/// Why the blocks could not be executed again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The node's ledger lacks a block.
    #[error("block {0} is missing from the ledger")]
    Missing(Height),
    /// A block does not give what its header says: the ledger or this program is damaged.
    #[error("block {0} does not give the receipts its header commits to")]
    Differs(Height),
    /// The index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// A block needs a version of a scenario that this program lacks.
    #[error("{}", .0.rejection())]
    Unsupported(Unsupported),
    /// The process is stopping.
    #[error("the node is stopping")]
    Stopping,
}

/// The records of a chain in memory, for executing its blocks again from the first.
#[derive(Debug, Default)]
pub struct Replay {
    records: BTreeMap<StateKey, Vec<u8>>,
}

impl Replay {
    /// Executes the next block and compares receipts and history with its header.
    pub fn execute(
        &mut self,
        registry: &Registry,
        genesis: &Genesis,
        block: &Block,
        transactions: &[Arc<VerifiedTransaction>],
    ) -> Result<Executed, ReplayError> {
        let header = &block.header;
        let context = BlockContext {
            height: header.height,
            time: header.time,
            parent: header.parent,
        };
        let mut run = Run::new(registry, genesis, context, transactions);
        let executed = loop {
            match run.advance() {
                Progress::Wanted(keys) => {
                    for key in keys {
                        run.supply(key, self.records.get(&key).cloned());
                    }
                }
                Progress::Done(executed) => break *executed,
                Progress::Damaged(_) => return Err(ReplayError::Differs(header.height)),
                Progress::Unsupported(lacking) => return Err(ReplayError::Unsupported(lacking)),
            }
        };
        if executed.tree.root() != header.receipts_root || executed.history_root != header.history_root {
            return Err(ReplayError::Differs(header.height));
        }
        for (key, value) in &executed.changes {
            match value {
                Some(value) => self.records.insert(*key, value.clone()),
                None => self.records.remove(key),
            };
        }
        Ok(executed)
    }

    /// A record as the last block left it.
    pub fn record(&self, key: &StateKey) -> Option<&[u8]> {
        self.records.get(key).map(Vec::as_slice)
    }

    /// What a scenario answers over the state that the last block left, which is `block`.
    ///
    /// # Errors
    /// The refusal, or the record that is damaged.
    pub fn ask(
        &self,
        (registry, genesis): (&Registry, &Genesis),
        block: &Header,
        (question, about): (&str, &Value),
    ) -> Result<Value, Failure> {
        let context = BlockContext {
            height: block.height,
            time: block.time,
            parent: block.parent,
        };
        let nobody = genesis
            .members
            .first()
            .ok_or(Failure::Damaged(StateKey([0; 32])))?;
        let mut inquiry = Inquiry::new(registry, genesis, block.chain, context, nobody.validator);
        loop {
            match inquiry.ask(question, about) {
                Err(Failure::Wanted(key)) => inquiry.supply(key, self.records.get(&key).cloned()),
                answered => return answered,
            }
        }
    }
}

impl Core {
    /// Rebuilds the index of a node that has just started if it lacks blocks the ledger has: it was deleted, emptied, or is an old copy.
    /// On an idle chain the next block, with which it would be noticed, may be long in coming.
    pub(super) async fn complete_index(self: Arc<Self>) {
        let Some(ledger) = self.ledger.get().cloned() else {
            return;
        };
        let _recording = self.recording.lock().await;
        let Some(height) = ledger.height().await else {
            return;
        };
        if self.index.height().is_some_and(|indexed| indexed >= height) {
            return;
        }
        let end = height.next().unwrap_or(height);
        info!(%height, "the index lacks blocks and is rebuilt");
        let rebuilt = self.rebuild(end).await.map_err(|reason| reason.to_string());
        match rebuilt.and_then(|()| {
            self.begin(ledger.genesis_header())
                .map_err(|reason| reason.to_string())
        }) {
            Ok(()) => info!(%height, "the index is complete again"),
            Err(reason) => error!(%height, %reason, "the index could not be rebuilt"),
        }
    }

    /// Makes the index anew from the blocks below `end`.
    pub(super) async fn rebuild(self: &Arc<Self>, end: Height) -> Result<(), ReplayError> {
        let ledger = self.ledger.get().ok_or(ReplayError::Stopping)?.clone();
        let core = self.clone();
        let reset = blocking(self.platform.as_ref(), move || core.index.reset()).await;
        reset.ok_or(ReplayError::Stopping)??;
        let mut replay = Replay::default();
        for height in (0..end.0).map(Height) {
            let block = ledger.block(height).await.ok_or(ReplayError::Missing(height))?;
            let certificate = ledger.certificate(height).await;
            let core = self.clone();
            let step = blocking(self.platform.as_ref(), move || {
                let result = core.rebuild_one(&mut replay, &block, certificate.as_ref());
                (replay, result)
            });
            let (returned, result) = step.await.ok_or(ReplayError::Stopping)?;
            result?;
            replay = returned;
        }
        Ok(())
    }

    fn rebuild_one(
        &self,
        replay: &mut Replay,
        block: &Block,
        certificate: Option<&Certificate>,
    ) -> Result<(), ReplayError> {
        let header = &block.header;
        let (transactions, receipts, occurrences) = if header.height == Height::GENESIS {
            (Vec::new(), Vec::new(), Vec::new())
        } else {
            let verified = VerifiedTransaction::verify_batch(block.transactions.clone(), &self.rules);
            let verified: Result<Vec<_>, _> = verified
                .into_iter()
                .map(|verdict| verdict.map(Arc::new))
                .collect();
            let transactions = verified.map_err(|_| ReplayError::Differs(header.height))?;
            let executed = replay.execute(&self.registry, &self.genesis, block, &transactions)?;
            (transactions, executed.receipts, executed.occurrences)
        };
        self.index.apply(&FinalBlock {
            hash: header.hash(),
            header,
            certificate,
            transactions: &transactions,
            receipts: &receipts,
            occurrences: &occurrences,
        })?;
        // Copies that came in while the index did not know them.
        let ids: Vec<_> = transactions.iter().map(|transaction| transaction.id()).collect();
        let mut recent = self.recent.lock();
        ids.iter().for_each(|id| recent.add(*id));
        drop(recent);
        self.mempool.committed(&ids);
        Ok(())
    }
}
