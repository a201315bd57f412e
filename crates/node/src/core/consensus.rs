//! The node as consensus sees it.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::future::select;
use tracing::{error, info, warn};
use yinxin_api::BlockRow;
use yinxin_consensus::{Application, ExecutedBlock, Future, ProposalLimits};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::{Registry, Unsupported};
use yinxin_index::{FinalBlock, IndexError};
use yinxin_mempool::Space;
use yinxin_types::{BlockTime, Certificate, Height, Rejection, Transaction, VerifiedTransaction};

use super::Core;
use super::intake::check_impersonal;
use crate::platform::blocking;

/// Transactions this node puts into one block at most. Larger blocks raise throughput little.
const PROPOSED_MOST: usize = 1500;
/// Transactions it puts into one block at least, if so many wait.
const PROPOSED_LEAST: usize = 32;
/// Waiting transactions that one proposal looks up in the index at most, to find out whether they are final.
const PURGED_MOST: usize = 64;

/// How large this node's proposals are. A block that the slowest validators cannot execute within a view is given up, and the same block
/// proposed again would be given up again: so the size is halved while nothing becomes final, and grows again when it does.
#[derive(Debug)]
pub(super) struct ProposalSize {
    transactions: usize,
    /// Height when this node last proposed something.
    height: Option<Height>,
}

impl Default for ProposalSize {
    fn default() -> Self {
        Self {
            transactions: PROPOSED_MOST,
            height: None,
        }
    }
}

impl ProposalSize {
    /// The size for a proposal made while `height` is the last final one.
    fn next(&mut self, height: Height) -> usize {
        self.transactions = if self.height == Some(height) {
            (self.transactions / 2).max(PROPOSED_LEAST)
        } else {
            self.transactions
                .saturating_add(self.transactions / 4)
                .min(PROPOSED_MOST)
        };
        self.height = Some(height);
        self.transactions
    }
}

/// The node as an application of consensus; a thin handle, because tasks need to own it.
pub struct Member(pub Arc<Core>);

impl Application for Member {
    fn registry(&self) -> &Registry {
        &self.0.registry
    }

    fn given_up(&self) {
        let mut in_flight = self.0.in_flight.lock();
        if !in_flight.is_empty() {
            in_flight.clear();
            self.0.found_none_at.store(u64::MAX, Ordering::Relaxed);
        }
    }

    fn ready(&self) -> Future<'_, ()> {
        let core = &self.0;
        Box::pin(async move {
            let sign_of_life = core
                .platform
                .sleep(core.until_heartbeat().min(core.until_timer()));
            let work = Box::pin(async {
                let in_flight = core.in_flight.lock().len();
                let found_none_at = core.found_none_at.load(Ordering::Relaxed);
                let arrivals = core.mempool.arrivals();
                if core.mempool.load().transactions <= in_flight || found_none_at == arrivals {
                    // Whatever waits stands in blocks that are about to become final; only something new is a reason to propose.
                    core.mempool.arrival(arrivals).await;
                }
                core.mempool.ready().await;
            });
            select(work, sign_of_life).await;
        })
    }

    fn propose(
        &self,
        limits: ProposalLimits,
        now: BlockTime,
        seen: &(dyn Fn(&Digest) -> bool + Sync),
    ) -> Vec<Arc<VerifiedTransaction>> {
        let core = &self.0;
        let arrivals = core.mempool.arrivals();
        let height = core.tip.lock().height;
        let most = core.proposal_size.lock().next(height);
        let space = Space {
            transactions: limits.transactions.min(most),
            bytes: limits.bytes,
        };
        let passed_over = RefCell::new(Vec::new());
        let chosen = core.mempool.propose(space, now, &|id| {
            let seen = seen(id);
            let mut passed_over = passed_over.borrow_mut();
            if seen && passed_over.len() < PURGED_MOST && !core.in_flight.lock().contains(id) {
                passed_over.push(*id);
            }
            seen
        });
        core.clone().purge(passed_over.into_inner());
        core.found_none_at.store(
            if chosen.is_empty() { arrivals } else { u64::MAX },
            Ordering::Relaxed,
        );
        core.in_flight
            .lock()
            .extend(chosen.iter().map(|transaction| transaction.id()));
        chosen
    }

    fn verify(
        &self,
        transactions: Vec<Transaction>,
    ) -> Future<'_, Vec<Result<Arc<VerifiedTransaction>, Rejection>>> {
        let core = self.0.clone();
        Box::pin(async move {
            let count = transactions.len();
            let worker = core.clone();
            let verdicts = blocking(core.platform.as_ref(), move || worker.verify(transactions)).await;
            let stopping = || Rejection::new(yinxin_types::codes::API_UNAVAILABLE, "the node is stopping");
            verdicts.unwrap_or_else(|| (0..count).map(|_| Err(stopping())).collect())
        })
    }

    fn unsupported(&self, lacking: Unsupported) {
        self.0.upgrades.lack(lacking);
    }

    fn executed(&self, next_timer: Option<BlockTime>) {
        *self.0.next_timer.lock() = next_timer;
    }

    fn finalized(&self, block: Arc<ExecutedBlock>, certificate: Option<Certificate>) -> Future<'_, ()> {
        let core = self.0.clone();
        Box::pin(async move { core.record(block, certificate).await })
    }

    fn told(&self, from: PublicKey, message: Vec<u8>) {
        self.0.take_message(from, &message);
    }

    fn gossiped(&self, _: PublicKey, transactions: Vec<Transaction>) -> Future<'_, ()> {
        self.0.take_in_from_peer(transactions);
        Box::pin(std::future::ready(()))
    }
}

impl Core {
    /// Takes transactions out of the pool that have long been final: copies which came so late that nothing here remembered them. One
    /// search at a time, in the background: a proposal never waits for the index.
    fn purge(self: Arc<Self>, passed_over: Vec<Digest>) {
        if passed_over.is_empty() || self.purging.swap(true, Ordering::Relaxed) {
            return;
        }
        let platform = self.platform.clone();
        let search = async move {
            let worker = self.clone();
            let searched = blocking(self.platform.as_ref(), move || {
                let is_final = |id: &&Digest| {
                    worker
                        .index
                        .transaction(id)
                        .is_ok_and(|found| found.value.is_some())
                };
                worker.mempool.committed(passed_over.iter().filter(is_final));
            });
            // A node that stops searches no more.
            let _ = searched.await;
            self.purging.store(false, Ordering::Relaxed);
        };
        platform.spawn(Box::pin(search));
    }

    /// How long until this node would propose a block without anything in it. A node that has just started wants one at once: it shows
    /// that the chain goes on, and where it stands.
    fn until_heartbeat(&self) -> Duration {
        let tip = *self.tip.lock();
        if !tip.live {
            return Duration::ZERO;
        }
        let since = Duration::from_millis(self.platform.now().since(tip.recorded));
        self.heartbeat.saturating_sub(since)
    }

    /// How long until a timer is due, and this node would propose a block for it. Not known before the first block, which comes at once.
    fn until_timer(&self) -> Duration {
        let next = *self.next_timer.lock();
        next.map_or(Duration::MAX, |next| {
            Duration::from_millis(next.since(self.platform.now()))
        })
    }

    /// Verifies a block's transactions, recognising those the pool verified before.
    fn verify(&self, transactions: Vec<Transaction>) -> Vec<Result<Arc<VerifiedTransaction>, Rejection>> {
        let known: Vec<_> = transactions
            .iter()
            .map(|transaction| {
                let id = transaction.id(self.rules.hash);
                self.mempool.verified(&id, &transaction.signatures)
            })
            .collect();
        let unknown: Vec<Transaction> = transactions
            .into_iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none())
            .map(|(transaction, _)| transaction)
            .collect();
        let mut verified = VerifiedTransaction::verify_batch(unknown, &self.rules).into_iter();
        let stand_in = || Err(Rejection::new(yinxin_types::codes::TX_SIGNATURE, "not verified"));
        let verdicts: Vec<_> = known
            .into_iter()
            .map(|known| match known {
                Some(known) => {
                    self.in_flight.lock().insert(known.id());
                    Ok(known)
                }
                None => {
                    let verdict = verified.next().unwrap_or_else(stand_in)?;
                    // A member that puts personal information into a block gets no vote for it.
                    check_impersonal(&verdict)?;
                    Ok(Arc::new(verdict))
                }
            })
            .collect();
        verdicts
    }

    /// Records a final block: index first, then the pool, then everyone who waits. A node whose index cannot be written stops serving
    /// answers about new blocks but goes on voting: the index is a cache, the ledger is not.
    async fn record(self: Arc<Self>, block: Arc<ExecutedBlock>, certificate: Option<Certificate>) {
        let height = block.block.header.height;
        let recording = self.recording.lock().await;
        match self.apply(&block, certificate.clone()).await {
            Ok(()) if self.index.is_damaged() => {
                warn!("an answer met damage in the index, which is rebuilt");
                self.rebuild_and_apply(&block, certificate).await;
            }
            Ok(()) => {}
            Err(IndexError::Gap { expected, found }) => {
                warn!(%expected, %found, "the index lags behind the ledger and is rebuilt");
                self.rebuild_and_apply(&block, certificate).await;
            }
            Err(reason) if reason.calls_for_rebuild() => {
                warn!(%reason, "the index is rebuilt");
                self.rebuild_and_apply(&block, certificate).await;
            }
            Err(reason) => error!(%height, %reason, "the index could not take a block"),
        }
        drop(recording);
        self.announce(&block);
        if height.ends_epoch() {
            // Others may vote from the next block on.
            self.platform.spawn(Box::pin(self.clone().learn_departments()));
        }
        self.ask_for_versions();
        self.tend_after(&block);
        self.notify_after(&block);
    }

    async fn rebuild_and_apply(
        self: &Arc<Self>,
        block: &Arc<ExecutedBlock>,
        certificate: Option<Certificate>,
    ) {
        let height = block.block.header.height;
        let rebuilt = self.rebuild(height).await;
        match rebuilt {
            Ok(()) => match self.apply(block, certificate).await {
                Ok(()) => info!(%height, "the index is complete again"),
                Err(reason) => error!(%height, %reason, "the rebuilt index could not take a block"),
            },
            Err(reason) => error!(%height, %reason, "the index could not be rebuilt"),
        }
    }

    async fn apply(
        self: &Arc<Self>,
        block: &Arc<ExecutedBlock>,
        certificate: Option<Certificate>,
    ) -> Result<(), IndexError> {
        let (core, block) = (self.clone(), block.clone());
        let applied = blocking(self.platform.as_ref(), move || {
            let header = &block.block.header;
            if core.index.height().is_some_and(|known| known > header.height) {
                // The index was ahead of the ledger's own progress when the node stopped; this block is in it already.
                return Ok(());
            }
            core.index.apply(&FinalBlock {
                hash: block.hash,
                header,
                certificate: certificate.as_ref(),
                transactions: &block.transactions,
                receipts: &block.receipts,
                occurrences: &block.occurrences,
            })
        });
        applied.await.unwrap_or(Ok(()))
    }

    fn announce(&self, block: &ExecutedBlock) {
        let header = &block.block.header;
        let ids: Vec<Digest> = block
            .transactions
            .iter()
            .map(|transaction| transaction.id())
            .collect();
        self.mempool.committed(&ids);
        {
            let mut recent = self.recent.lock();
            for id in &ids {
                recent.add(*id);
            }
        }
        {
            // What was in flight is final now, or lost its block and is a reason to propose again.
            self.in_flight.lock().clear();
            self.found_none_at.store(u64::MAX, Ordering::Relaxed);
            *self.next_timer.lock() = block.next_timer;
        }
        self.upgrades.learn(&block.versions);
        {
            let mut tip = self.tip.lock();
            if header.height > tip.height || !tip.live {
                (tip.height, tip.hash, tip.time) = (header.height, block.hash, header.time);
                tip.recorded = self.platform.now();
                tip.live = true;
            }
        }
        let mut waiters = self.waiters.lock();
        for waiter in ids.iter().filter_map(|id| waiters.remove(id)).flatten() {
            // A waiter that gave up is gone.
            let _ = waiter.send(());
        }
        drop(waiters);
        let row = BlockRow {
            height: header.height,
            hash: block.hash,
            time: header.time,
            transactions: header.transactions,
            occurrences: header.occurrences,
            leader: header.leader,
        };
        self.subscribers
            .lock()
            .retain_mut(|subscriber| match subscriber.try_send(row.clone()) {
                Ok(()) => true,
                Err(error) => error.is_full(),
            });
        self.mempool.expire(self.platform.now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposals_shrink_while_nothing_becomes_final_and_grow_again_when_it_does() {
        let mut size = ProposalSize::default();
        assert_eq!(size.next(Height(5)), 1500);
        assert_eq!(size.next(Height(5)), 750);
        assert_eq!(size.next(Height(5)), 375);
        assert_eq!(size.next(Height(6)), 468);
        for _ in 0..20 {
            size.next(Height(6));
        }
        assert_eq!(size.next(Height(6)), PROPOSED_LEAST);
        for height in 7..40 {
            size.next(Height(height));
        }
        assert_eq!(size.next(Height(40)), PROPOSED_MOST);
    }
}
