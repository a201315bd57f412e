//! What the interface needs of the node that serves it.

use std::sync::Arc;

use futures::channel::oneshot;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use serde_json::Value;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::Registry;
use yinxin_index::Index;
use yinxin_mempool::Mempool;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{Block, BlockTime, Genesis, Height, Rejection, Transaction, ValidatorSet};

use crate::answers::{BlockRow, Status, Why};
use crate::applications::Applications;
use crate::wallets::Wallets;

/// A file of the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// The file.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// Its media type, with the character set where it is a text.
    pub content_type: &'static str,
    /// What changes whenever the file does: letters, digits, `-` and `_`.
    pub tag: String,
    /// Whether its name changes with its content, so that a browser may keep it for ever.
    pub immutable: bool,
}

/// What scenarios answer from the state after one block.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// Height of the block.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
    /// One answer for each question, in order.
    pub answers: Vec<Result<Value, Rejection>>,
}

/// What a department's own node does for the department's officers and nobody else: it keeps the keys of the department.
pub trait Desk: Send + Sync {
    /// Adds the department's seal, as the account or as a cosigner, to the signatures of everybody else whom the body names, and submits. The
    /// node asks the ledger first whether one of them is an officer who may act for the department in this operation.
    fn seal(
        &self,
        body: Vec<u8>,
        signatures: Vec<KeyedSignature>,
    ) -> BoxFuture<'_, Result<Digest, Rejection>>;

    /// Composes the content of a certificate, keeps it encrypted, and answers what the officer is to sign.
    fn compose(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Composes the content of the licence of a case that is to be decided, keeps it encrypted, and answers its commitment.
    fn licence_content(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Composes the credential of the licence in effect of a case, keeps it encrypted, and answers what the officer is to sign.
    fn licence_credential(&self, officer: PublicKey, order: Value)
    -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Checks a citizen number and turns it into the department's keyed commitment; the number is not kept.
    fn commit_number(&self, officer: PublicKey, number: String) -> BoxFuture<'_, Result<Digest, Rejection>>;

    /// Keeps a material that somebody hands in for a case, sealed to the key that the department publishes.
    fn take(&self, account: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Marks the rows of an extract for one delivery, keeps copy and mark encrypted, and answers what the officer is to sign.
    fn mark(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Compares a found file with one part of the department's deliveries, and says which it names.
    fn trace(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Examines the proof of a trace, of any department's delivery, against a found file; for whoever belongs to a party.
    fn examine(&self, account: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>>;
}

/// The node behind the interface. The router calls nothing else: it reads no clock, starts no task and sets no timer of its own, so
/// that whole nodes run in the simulator with this very router.
///
/// Futures that wait must be woken by the node's own runtime.
pub trait Node: Send + Sync + 'static {
    /// The founding document of the chain.
    fn genesis(&self) -> &Genesis;

    /// Operations and codes of the chain.
    fn registry(&self) -> &Registry;

    /// The index. It is read through [`Node::run_blocking`] only.
    fn index(&self) -> &Index;

    /// The pool. A transaction leaves it only after the index answers for it, so that none is unknown in between.
    fn mempool(&self) -> &Mempool;

    /// The node's clock, in milliseconds since 1970-01-01T00:00:00Z. Rates are measured with it; nothing that is signed is.
    fn now(&self) -> BlockTime;

    /// The node and its network at this moment.
    fn status(&self) -> Status;

    /// Why the chain goes on or does not.
    fn why(&self) -> Why;

    /// Takes transactions in: decodes them, verifies signatures in batches, checks window, operation and arguments, refuses what was
    /// executed before (`TX_REPLAYED`), puts the rest into the pool and passes it on to the other nodes. One verdict for each, in
    /// order; `Ok` holds the identifier. A transaction that already waits is `Ok`.
    fn submit(&self, transactions: Vec<Transaction>) -> BoxFuture<'_, Vec<Result<Digest, Rejection>>>;

    /// Resolves when the transaction is final and in the index, or after `wait_ms`, whichever comes first.
    fn wait_final(&self, id: Digest, wait_ms: u64) -> BoxFuture<'_, ()>;

    /// Resolves after `ms` milliseconds of the node's clock.
    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()>;

    /// Asks scenarios, all questions over the state of one height, as `account` where somebody is signed in. `None` while the state cannot be
    /// read.
    fn inquire(
        &self,
        account: Option<PublicKey>,
        questions: Vec<(String, Value)>,
    ) -> BoxFuture<'_, Option<Answers>>;

    /// The services of the department that runs this node, if it keeps its keys here.
    fn desk(&self) -> Option<&dyn Desk>;

    /// Applications for enrolment, to any authority and at this node's own.
    fn applications(&self) -> &dyn Applications;

    /// The services of that department for wallets, if it has an address where they reach it.
    fn wallets(&self) -> Option<&dyn Wallets>;

    /// The content that a final, allowed look releases, or one part of it from 0, sealed to the key of its reader; fetched from the holder's
    /// node where that is another.
    fn release(&self, transaction: Digest, part: u32) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// The signed list of the standing of a department's credentials, in its compact form.
    fn status_list(&self, issuer: String, list: u32) -> BoxFuture<'_, Result<String, Rejection>>;

    /// The key under which the browser of an account seals its drafts (草稿): secret, always the same at this node, and another for each account.
    fn draft_key(&self, account: &PublicKey) -> [u8; 32];

    /// Who there is in a demonstration, keys included; nothing in a real network.
    fn demonstration(&self) -> Option<Value>;

    /// A final block from the ledger.
    fn block(&self, height: Height) -> BoxFuture<'_, Option<Arc<Block>>>;

    /// Every validator set (验证者集合) until now, the founders first.
    fn validator_sets(&self) -> BoxFuture<'_, Vec<ValidatorSet>>;

    /// Blocks as they become final and indexed, from now on. A subscriber that cannot keep up misses rows; it is never waited for.
    fn block_events(&self) -> BoxStream<'static, BlockRow>;

    /// Runs work that reads disks or computes for long, where it does not hold up the runtime: on a thread for such work, or at once in
    /// the simulator. Resolves when the work is done; if it cannot be run the work is dropped.
    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()>;

    /// The node's measurements, in the text format of Prometheus.
    fn metrics(&self) -> String;

    /// A file of the portal by its path without the leading slash; `index.html` is its start page.
    fn portal(&self, path: &str) -> Option<Asset>;
}

/// Runs `work` through [`Node::run_blocking`]; `None` if it could not be run.
pub(crate) async fn blocking<T: Send + 'static>(
    node: &Arc<dyn Node>,
    work: impl FnOnce(&dyn Node) -> T + Send + 'static,
) -> Option<T> {
    let (answer, answered) = oneshot::channel();
    let worker = Arc::clone(node);
    let job = move || {
        // The receiver is gone if the client is; then nobody wants the answer.
        let _ = answer.send(work(worker.as_ref()));
    };
    node.run_blocking(Box::new(job)).await;
    answered.await.ok()
}
