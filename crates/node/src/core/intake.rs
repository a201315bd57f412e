//! The way of transactions in: from clients and from peers, verified together in batches, into the pool.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::channel::{mpsc, oneshot};
use tracing::debug;
use yinxin_crypto::Digest;
use yinxin_mempool::Inserted;
use yinxin_types::codes;
use yinxin_types::{Rejection, Transaction, VerifiedTransaction};

use super::Core;
use crate::platform::blocking;

/// Transactions verified together; signatures are checked in one batch.
const BATCH: usize = 1024;

/// Transactions on their way in.
pub(super) struct Submission {
    transactions: Vec<Transaction>,
    /// Where the verdicts go; nobody for transactions that a peer passed on.
    verdicts: Option<oneshot::Sender<Vec<Result<Digest, Rejection>>>>,
}

impl Core {
    pub(super) async fn take_in(&self, transactions: Vec<Transaction>) -> Vec<Result<Digest, Rejection>> {
        let count = transactions.len();
        let full = || Rejection::new(codes::POOL_FULL, "too many submissions wait for verification");
        if self.has_no_room() {
            // Verifying first what there is no room for would take the time from what was accepted.
            return transactions
                .iter()
                .map(|transaction| {
                    self.check_not_final(&transaction.id(self.rules.hash), true)?;
                    self.known(transaction).ok_or_else(full)
                })
                .collect();
        }
        let (sender, receiver) = oneshot::channel();
        if self
            .intake
            .clone()
            .try_send(Submission {
                transactions,
                verdicts: Some(sender),
            })
            .is_err()
        {
            return vec![Err(full()); count];
        }
        receiver.await.unwrap_or_else(|_| vec![Err(full()); count])
    }

    /// Transactions from a peer. When the node has too much to do they are left: the peer proposes them itself, and tells them again.
    pub(super) fn take_in_from_peer(&self, mut transactions: Vec<Transaction>) {
        // What peers tell again costs no second verification.
        transactions.retain(|transaction| self.known(transaction).is_none());
        if transactions.is_empty() {
            return;
        }
        if self.has_no_room() {
            debug!("the pool has no room for transactions from a peer");
            return;
        }
        if self
            .intake
            .clone()
            .try_send(Submission {
                transactions,
                verdicts: None,
            })
            .is_err()
        {
            debug!("no room for transactions from a peer");
        }
    }

    /// Whether the pool can take nothing, even after expired ones left.
    fn has_no_room(&self) -> bool {
        let limits = self.mempool.limits();
        let full = || {
            let load = self.mempool.load();
            load.transactions >= limits.transactions || load.bytes >= limits.bytes
        };
        full() && {
            self.mempool.expire(self.platform.now());
            full()
        }
    }

    /// The identifier of a transaction that waits already, with the same signatures.
    fn known(&self, transaction: &Transaction) -> Option<Digest> {
        let id = transaction.id(self.rules.hash);
        self.mempool.verified(&id, &transaction.signatures).map(|_| id)
    }

    /// Verifies, checks and pools; returns the verdicts and the transactions that are new here.
    fn pool(
        &self,
        transactions: Vec<Transaction>,
        from_client: &[bool],
    ) -> (Vec<Result<Digest, Rejection>>, Vec<Transaction>) {
        let now = self.platform.now();
        let versions = self.upgrades.now();
        let mut fresh = Vec::new();
        let verified = VerifiedTransaction::verify_batch(transactions, &self.rules);
        let verdicts = verified
            .into_iter()
            .zip(from_client)
            .map(|(verdict, from_client)| {
                let transaction = verdict?;
                let id = transaction.id();
                self.rules.check_window(transaction.body().valid_until, now)?;
                self.registry.check_by(transaction.body(), &versions)?;
                check_impersonal(&transaction)?;
                self.check_not_final(&id, *from_client)?;
                let raw = from_client.then(|| transaction.transaction().clone());
                if self.mempool.insert(Arc::new(transaction), now)? == Inserted::New {
                    fresh.extend(raw);
                }
                Ok(id)
            })
            .collect();
        (verdicts, fresh)
    }

    /// Refuses a transaction that is already final. For clients the index is asked as well as recent memory.
    fn check_not_final(&self, id: &Digest, from_client: bool) -> Result<(), Rejection> {
        let replayed = || Rejection::new(codes::TX_REPLAYED, "the transaction is in the ledger");
        if self.recent.lock().ids.contains(id) {
            return Err(replayed());
        }
        // An index that cannot answer does not stop submissions: consensus refuses replays by itself.
        let indexed = from_client
            && self
                .index
                .transaction(id)
                .is_ok_and(|found| found.value.is_some());
        if indexed { Err(replayed()) } else { Ok(()) }
    }
}

/// Refuses a transaction whose arguments look like personal information: they would stay on the ledger for ever (个人信息保护法 §47, §51).
pub(super) fn check_impersonal(transaction: &VerifiedTransaction) -> Result<(), Rejection> {
    match yinxin_identity::looks_personal(&transaction.body().arguments) {
        Some(place) => Err(Rejection::new(
            codes::TX_PERSONAL,
            format!("`{place}` looks like personal information"),
        )),
        None => Ok(()),
    }
}

/// Takes submissions in for as long as the node lives.
pub(super) async fn run(core: Arc<Core>, mut submissions: mpsc::Receiver<Submission>) {
    while let Some(first) = submissions.next().await {
        let mut batch = vec![first];
        let mut count = batch
            .iter()
            .map(|submission| submission.transactions.len())
            .sum::<usize>();
        while count < BATCH
            && let Ok(next) = submissions.try_recv()
        {
            count = count.saturating_add(next.transactions.len());
            batch.push(next);
        }
        let worker = core.clone();
        let done = blocking(core.platform.as_ref(), move || worker.process(batch)).await;
        if let Some(fresh) = done
            && !fresh.is_empty()
            && let Some(gossip) = core.gossip.lock().as_mut()
        {
            gossip.pass_on(&fresh);
        }
    }
}

impl Core {
    fn process(&self, batch: Vec<Submission>) -> Vec<Transaction> {
        let mut all = Vec::new();
        let mut from_client = Vec::new();
        let mut parts = Vec::with_capacity(batch.len());
        for submission in batch {
            parts.push((submission.transactions.len(), submission.verdicts));
            let client = parts.last().is_some_and(|(_, verdicts)| verdicts.is_some());
            from_client.extend(std::iter::repeat_n(client, submission.transactions.len()));
            all.extend(submission.transactions);
        }
        let (verdicts, fresh) = self.pool(all, &from_client);
        let mut verdicts = verdicts.into_iter();
        for (count, receiver) in parts {
            let own: Vec<_> = verdicts.by_ref().take(count).collect();
            if let Some(receiver) = receiver {
                // The client may have gone; its transaction stays.
                let _ = receiver.send(own);
            }
        }
        fresh
    }
}
