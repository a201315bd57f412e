//! The node as the HTTP interface sees it.

use std::sync::Arc;
use std::time::Duration;

use futures::channel::{mpsc, oneshot};
use futures::future::{BoxFuture, select};
use futures::stream::BoxStream;
use serde_json::Value;
use yinxin_api::{Answers, Applications, Asset, BlockRow, Desk, Node, Status, Wallets, Why};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::Registry;
use yinxin_index::Index;
use yinxin_mempool::Mempool;
use yinxin_types::{Block, BlockTime, Genesis, Height, Rejection, Transaction, ValidatorSet};

use super::{Core, EVENTS};
use crate::portal;

/// The most bytes of the file with the personas of a demonstration.
const MAX_PERSONAS_BYTES: u64 = 256 << 10;
/// The most clients that may wait for one transaction, or follow new blocks, at a time.
const MAX_WAITERS: usize = 10_000;

impl Node for Core {
    fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    fn registry(&self) -> &Registry {
        &self.registry
    }

    fn index(&self) -> &Index {
        &self.index
    }

    fn mempool(&self) -> &Mempool {
        &self.mempool
    }

    fn now(&self) -> BlockTime {
        self.platform.now()
    }

    fn status(&self) -> Status {
        self.status_now()
    }

    fn why(&self) -> Why {
        self.why_now()
    }

    fn submit(&self, transactions: Vec<Transaction>) -> BoxFuture<'_, Vec<Result<Digest, Rejection>>> {
        Box::pin(self.take_in(transactions))
    }

    fn wait_final(&self, id: Digest, wait_ms: u64) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let (waiter, told) = oneshot::channel();
            {
                let mut waiters = self.waiters.lock();
                for list in waiters.values_mut() {
                    list.retain(|waiter| !waiter.is_canceled());
                }
                waiters.retain(|_, list| !list.is_empty());
                if waiters.len() >= MAX_WAITERS {
                    return;
                }
                waiters.entry(id).or_default().push(waiter);
            }
            // It may have become final between the caller's look and this one.
            if self.recent.lock().ids.contains(&id) {
                return;
            }
            select(told, self.platform.sleep(Duration::from_millis(wait_ms))).await;
        })
    }

    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()> {
        self.platform.sleep(Duration::from_millis(ms))
    }

    fn inquire(
        &self,
        account: Option<PublicKey>,
        questions: Vec<(String, Value)>,
    ) -> BoxFuture<'_, Option<Answers>> {
        Box::pin(async move { self.inquire(account, &questions).await })
    }

    fn desk(&self) -> Option<&dyn Desk> {
        self.desk.is_some().then_some(self)
    }

    fn applications(&self) -> &dyn Applications {
        self
    }

    fn wallets(&self) -> Option<&dyn Wallets> {
        let desk = self.desk.as_ref()?;
        desk.counter.is_some().then_some(self)
    }

    fn release(&self, transaction: Digest, part: u32) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.release_from_holder(transaction, part))
    }

    fn status_list(&self, issuer: String, list: u32) -> BoxFuture<'_, Result<String, Rejection>> {
        Box::pin(async move { self.status_list_from_issuer(&issuer, list).await })
    }

    fn draft_key(&self, account: &PublicKey) -> [u8; 32] {
        self.drafts.of_account(account)
    }

    fn demonstration(&self) -> Option<Value> {
        // Read each time: the people come when the network has started, and their addresses change with it.
        let path = self.demonstration.as_ref()?;
        let file = std::fs::File::open(path).ok()?;
        serde_json::from_reader(std::io::Read::take(file, MAX_PERSONAS_BYTES)).ok()
    }

    fn block(&self, height: Height) -> BoxFuture<'_, Option<Arc<Block>>> {
        Box::pin(async move { self.ledger.get()?.block(height).await })
    }

    fn validator_sets(&self) -> BoxFuture<'_, Vec<ValidatorSet>> {
        Box::pin(async move {
            match self.ledger.get() {
                Some(ledger) => ledger.validator_sets().await,
                None => vec![self.genesis.validators()],
            }
        })
    }

    fn block_events(&self) -> BoxStream<'static, BlockRow> {
        let (sender, receiver) = mpsc::channel(EVENTS);
        let mut subscribers = self.subscribers.lock();
        if subscribers.len() < MAX_WAITERS {
            subscribers.push(sender);
        }
        Box::pin(receiver)
    }

    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        self.platform.run_blocking(work)
    }

    fn metrics(&self) -> String {
        let tip = *self.tip.lock();
        let load = self.mempool.load();
        let mut text = String::new();
        for (name, help, value) in [
            (
                "yinxin_height",
                "Height of the last final block recorded",
                tip.height.0,
            ),
            (
                "yinxin_block_time_ms",
                "Time of that block, ms since 1970",
                tip.time.0,
            ),
            (
                "yinxin_pool_transactions",
                "Transactions waiting",
                u64::try_from(load.transactions).unwrap_or(u64::MAX),
            ),
            (
                "yinxin_pool_bytes",
                "Their bytes",
                u64::try_from(load.bytes).unwrap_or(u64::MAX),
            ),
        ] {
            text.push_str(&format!(
                "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n"
            ));
        }
        for (name, help, value) in self.messages.counts() {
            text.push_str(&format!(
                "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n"
            ));
        }
        let mail = self.desk.as_ref().and_then(|desk| desk.mail.as_ref());
        for (name, help, value) in mail.iter().flat_map(|mail| mail.counts()) {
            text.push_str(&format!(
                "# HELP {name} {help}\n# TYPE {name} counter\n{name} {value}\n"
            ));
        }
        if let Some(ledger) = self.ledger.get() {
            text.push_str(&ledger.metrics());
        }
        text
    }

    fn portal(&self, path: &str) -> Option<Asset> {
        portal::file(path)
    }
}
