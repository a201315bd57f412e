//! Between the engine's application interface and ours: proposes, executes before voting, hands over what is final.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use commonware_consensus::marshal::ancestry::Ancestry;
use commonware_consensus::marshal::{self, standard::Standard};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::Finalization;
use commonware_consensus::types::Height as EngineHeight;
use commonware_cryptography::Digestible as _;
use commonware_glue::stateful::db::{DatabaseSet, Merkleized as _, Shared, Unmerkleized as _};
use commonware_glue::stateful::{Application as StatefulApplication, Finality, Input, Proposed};
use commonware_runtime::{Clock, Spawner};
use commonware_storage::qmdb::sync::Target;
use commonware_utils::channel::mpsc;
use commonware_utils::non_empty_range;
use futures::StreamExt as _;
use tracing::{error, warn};
use yinxin_crypto::{Digest, HashAlgorithm, Signature, SignatureAlgorithm};
use yinxin_execution::{
    BlockContext, ChainRecord, Executed, Progress, ReplayWindow, Run, SeenRecord, Unsupported, Versions,
    replay_id,
};
use yinxin_state::{ChainHash, EngineDigest, Key, Store, Value, key};
use yinxin_types::block::transactions_root;
use yinxin_types::certificate::Vote;
use yinxin_types::transaction::Rules;
use yinxin_types::{
    Block, BlockTime, Certificate, Genesis, Header, Height, Occurred, Receipt, StateOperations, Transaction,
    ValidatorSet, VerifiedTransaction,
};

use crate::application::{Application, ProposalLimits};
use crate::block::{LedgerBlock, ProposalContext, engine_digest, ledger_key};
use crate::epochs::Ended;
use crate::guard::{GuardState, GuardWatch};
use crate::sets::Sets;

/// How far a block's time may lie ahead of a validator's clock.
const MAX_AHEAD_MS: u64 = 10_000;

/// How long a node that forgot its votes waits. What becomes final afterwards with a time near the present was proposed after its start:
/// see [`NEAR_MS`]. By a timer and not by the clock, which may be wrong when a machine has just started.
pub(crate) const SURELY_LATER: Duration = Duration::from_secs(150);
/// How far the time of a block of the present lies from this node's clock at most. With [`MAX_AHEAD_MS`] and twice what the clocks of linked
/// nodes may be configured to differ, one minute, it stays below [`SURELY_LATER`].
const NEAR_MS: u64 = 15_000;

/// A block that was executed here.
#[derive(Debug)]
pub struct ExecutedBlock {
    /// Hash of the block.
    pub hash: Digest,
    /// The block.
    pub block: Arc<Block>,
    /// Its transactions, decoded and verified.
    pub transactions: Vec<Arc<VerifiedTransaction>>,
    /// The receipts of its transactions.
    pub receipts: Vec<Receipt>,
    /// What came of the timers (定时器) that fired in it.
    pub occurrences: Vec<Occurred>,
    /// When the first of the timers that wait after it fires.
    pub next_timer: Option<BlockTime>,
    /// The versions of scenarios (场景版本) after it.
    pub versions: Versions,
}

/// Planted defects, for tests that must show that the suite finds them. All off in a real node.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// Vote for a block without comparing its roots with one's own execution.
    pub skip_root_check: bool,
    /// Propose blocks whose state root is wrong.
    pub propose_wrong_root: bool,
    /// Let votes leave before the guard is synced.
    pub skip_guard_sync: bool,
    /// Take for the next epoch's validators those of this one, whatever was decided.
    pub skip_validators: bool,
    /// How far this member's clock is ahead of the runtime's, in milliseconds. Whoever holds it may let days pass.
    pub clock_ahead_ms: Arc<AtomicI64>,
}

/// The mailbox of the engine's ordered store of blocks and certificates.
pub(crate) type MarshalMailbox = marshal::core::Mailbox<vote_scheme::Scheme, Standard<LedgerBlock>>;

type EngineFinalization = Finalization<vote_scheme::Scheme, EngineDigest>;
type Batch<E, H> = <Shared<Store<E, H>> as DatabaseSet<E>>::Unmerkleized;
type Sealed<E, H> = <Shared<Store<E, H>> as DatabaseSet<E>>::Merkleized;

/// The engine-side face of an [`Application`].
pub(crate) struct Adapter<H> {
    application: Arc<dyn Application>,
    shared: Arc<SharedState>,
    hash: PhantomData<H>,
}

impl<H> Clone for Adapter<H> {
    fn clone(&self) -> Self {
        Self {
            application: self.application.clone(),
            shared: self.shared.clone(),
            hash: PhantomData,
        }
    }
}

struct SharedState {
    genesis: Genesis,
    rules: Rules,
    genesis_block: LedgerBlock,
    sets: Sets,
    ended: mpsc::UnboundedSender<Ended>,
    faults: Faults,
    guard: GuardWatch,
    marshal: OnceLock<MarshalMailbox>,
    replay: Mutex<Option<ReplayWindow>>,
    executed: Mutex<BTreeMap<Digest, Kept>>,
}

/// An executed block that is not final yet, and the lowest height it remembers against replay.
#[derive(Clone)]
struct Kept {
    block: Arc<ExecutedBlock>,
    replay_from: Height,
}

/// Why a block was not executed. None of these is the block's fault alone; a block at fault is refused with a reason in words.
enum Obstacle {
    Refused(String),
    Database(String),
    /// This program lacks a version that the block needs.
    Unsupported(Unsupported),
}

impl<H: ChainHash> Adapter<H> {
    pub(crate) fn new(
        application: Arc<dyn Application>,
        genesis: Genesis,
        rules: Rules,
        genesis_block: LedgerBlock,
        (sets, ended): (Sets, mpsc::UnboundedSender<Ended>),
        faults: Faults,
        guard: GuardWatch,
    ) -> Self {
        let shared = SharedState {
            genesis,
            rules,
            genesis_block,
            sets,
            ended,
            faults,
            guard,
            marshal: OnceLock::new(),
            replay: Mutex::new(None),
            executed: Mutex::new(BTreeMap::new()),
        };
        Self {
            application,
            shared: Arc::new(shared),
            hash: PhantomData,
        }
    }

    /// Tells the adapter where certificates are found; before that, final blocks are handed over without theirs.
    pub(crate) fn attach(&self, marshal: MarshalMailbox) {
        // Attached once, when the engine is put together; a second call would name the same store.
        let _ = self.shared.marshal.set(marshal);
    }

    /// Says that this program cannot go on, and does not: a block that becomes final must be executed, and refusing one would be taken for
    /// damage. Whoever holds the application stops the node.
    async fn stand_still<T>(&self, lacking: Unsupported) -> T {
        error!(reason = %lacking.rejection(), "this program cannot execute the next block");
        self.application.unsupported(lacking);
        std::future::pending().await
    }

    fn now(&self, runtime: &impl Clock) -> BlockTime {
        let ahead_ms = self.shared.faults.clock_ahead_ms.load(Ordering::Relaxed);
        BlockTime(now(runtime).0.saturating_add_signed(ahead_ms))
    }

    /// Tells a guard that forgot its votes how far finality has come. Only a block with a certificate of its own counts: one that is final
    /// through a later block was perhaps not looked at in its own view.
    async fn tell_guard(&self, runtime: &impl Clock, header: &Header) {
        let guard = &self.shared.guard;
        let now = self.now(runtime);
        let of_the_present = header.time.since(now).max(now.since(header.time)) <= NEAR_MS;
        if guard.state() != GuardState::Unreadable || !guard.has_waited() || !of_the_present {
            return;
        }
        if let Some(certificate) = self.certificate(header.height).await {
            guard.finality_passed(certificate.epoch, certificate.view);
        }
    }

    async fn certificate(&self, height: Height) -> Option<Certificate> {
        let finalization = self
            .shared
            .marshal
            .get()?
            .get_finalization(EngineHeight::new(height.0))
            .await?;
        self.shared.sets.ready().await;
        let voters = self.shared.sets.of(height.epoch())?;
        ledger_certificate(&finalization, H::ALGORITHM, &voters.set)
    }

    /// The ledger's form of an engine digest.
    pub(crate) fn digest(root: EngineDigest) -> Digest {
        Digest::new(H::ALGORITHM, root.0)
    }

    /// Fills the replay window from the state, when a node has just started.
    async fn load_replay<E>(&self, batch: &Batch<E, H>, parent: &LedgerBlock) -> Result<(), Obstacle>
    where
        E: commonware_storage::Context + Spawner,
    {
        if self.lock_replay().is_some() {
            return Ok(());
        }
        let tip = (parent.header().height, parent.hash());
        let chain = read(batch, &[ChainRecord::key(H::ALGORITHM)])
            .await?
            .pop()
            .flatten();
        let from = match chain {
            Some(bytes) => {
                serde_json::from_slice::<ChainRecord>(&bytes)
                    .map_err(|error| Obstacle::Database(format!("chain record: {error}")))?
                    .replay_from
            }
            None => Height(1),
        };
        let heights: Vec<Height> = (from.0..=tip.0.0).map(Height).collect();
        let mut records = Vec::new();
        for part in heights.chunks(256) {
            let keys: Vec<_> = part
                .iter()
                .map(|height| SeenRecord::key(H::ALGORITHM, *height))
                .collect();
            for (height, bytes) in part.iter().zip(read(batch, &keys).await?) {
                if let Some(bytes) = bytes {
                    let record = SeenRecord::from_bytes(&bytes);
                    let record = record
                        .ok_or_else(|| Obstacle::Database(format!("replay record of height {height}")))?;
                    records.push((*height, record));
                }
            }
        }
        let mut replay = self.lock_replay();
        if replay.is_none() {
            *replay = Some(ReplayWindow::new(tip, records));
        }
        Ok(())
    }

    fn lock_replay(&self) -> std::sync::MutexGuard<'_, Option<ReplayWindow>> {
        self.shared.replay.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Of transaction identifiers, which are in `parent` or a block before it.
    fn seen(&self, parent: &Digest, ids: &[Digest]) -> Result<Vec<bool>, Obstacle> {
        let ids: Vec<_> = ids.iter().map(replay_id).collect();
        let replay = self.lock_replay();
        let window = replay
            .as_ref()
            .ok_or_else(|| Obstacle::Database("replay window not loaded".to_owned()))?;
        window
            .seen(parent, &ids)
            .map_err(|_| Obstacle::Refused("it does not continue the final chain".to_owned()))
    }

    /// Runs transactions over the parent's state and seals the batch.
    async fn execute<E>(
        &self,
        mut batch: Batch<E, H>,
        context: BlockContext,
        transactions: &[Arc<VerifiedTransaction>],
    ) -> Result<(Executed, Sealed<E, H>), Obstacle>
    where
        E: commonware_storage::Context + Spawner,
    {
        let mut run = Run::new(
            self.application.registry(),
            &self.shared.genesis,
            context,
            transactions,
        );
        let executed = loop {
            match run.advance() {
                Progress::Wanted(keys) => {
                    for (key, value) in keys.iter().zip(read(&batch, &keys).await?) {
                        run.supply(*key, value);
                    }
                }
                Progress::Done(executed) => break *executed,
                Progress::Damaged(key) => {
                    return Err(Obstacle::Database(format!("record {}", hex::encode(key.0))));
                }
                Progress::Unsupported(lacking) => return Err(Obstacle::Unsupported(lacking)),
            }
        };
        for (state_key, value) in &executed.changes {
            batch = batch.write(key(state_key), value.clone().map(Value));
        }
        let sealed = batch
            .merkleize()
            .await
            .map_err(|error| Obstacle::Database(error.to_string()))?;
        Ok((executed, sealed))
    }

    fn header<E>(
        &self,
        proposal: &ProposalContext,
        (context, before): (BlockContext, &Header),
        transactions: &[Transaction],
        executed: &Executed,
        sealed: &Sealed<E, H>,
    ) -> Option<Header>
    where
        E: commonware_storage::Context + Spawner,
    {
        let bounds = sealed.bounds();
        Some(Header {
            chain: self.shared.rules.chain,
            epoch: proposal.round.epoch().get(),
            height: context.height,
            history_root: executed.history_root,
            leader: ledger_key(&proposal.leader)?,
            occurrences: u32::try_from(executed.occurrences.len()).ok()?,
            parent: context.parent,
            parent_view: proposal.parent.0.get(),
            receipts_root: executed.tree.root(),
            state_operations: StateOperations {
                end: *bounds.tip.size,
                root: Self::digest(sealed.ops_root()),
                start: *sealed.sync_boundary(),
            },
            state_root: Self::digest(sealed.root()),
            time: context.time,
            transactions: u32::try_from(transactions.len()).ok()?,
            transactions_root: transactions_root(H::ALGORITHM, transactions),
            validators: match &executed.next {
                Some(next) if !self.shared.faults.skip_validators => next.digest(H::ALGORITHM),
                // The block before names those who vote on this one, and they vote on the next as well.
                _ => before.validators,
            },
            version: Header::VERSION,
            view: proposal.round.view().get(),
        })
    }

    fn remember(&self, block: &LedgerBlock, transactions: Vec<Arc<VerifiedTransaction>>, executed: Executed) {
        let header = block.header();
        if let Some(window) = self.lock_replay().as_mut() {
            window.add(
                block.hash(),
                header.parent,
                header.height,
                executed.ids.iter().copied(),
            );
        }
        let entry = ExecutedBlock {
            hash: block.hash(),
            block: block.block().clone(),
            transactions,
            receipts: executed.receipts,
            occurrences: executed.occurrences,
            next_timer: executed.next_timer,
            versions: executed.versions,
        };
        self.application.executed(executed.next_timer);
        let mut known = self
            .shared
            .executed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = Kept {
            block: Arc::new(entry),
            replay_from: executed.replay_from,
        };
        known.insert(block.hash(), kept);
    }

    async fn build<E>(
        &self,
        runtime: &E,
        proposal: ProposalContext,
        parent: &LedgerBlock,
        batch: Batch<E, H>,
    ) -> Result<(LedgerBlock, Sealed<E, H>), Obstacle>
    where
        E: commonware_storage::Context + Spawner + Clock,
    {
        self.load_replay(&batch, parent).await?;
        let parent_header = parent.header();
        let height = parent_header
            .height
            .next()
            .ok_or_else(|| Obstacle::Refused("no height is left".to_owned()))?;
        let time = self.now(runtime).max(parent_header.time.saturating_add(1));
        let limits = self.shared.rules.limits;
        let limits = ProposalLimits {
            transactions: usize::try_from(limits.block_transactions).unwrap_or(usize::MAX),
            bytes: usize::try_from(limits.block_bytes).unwrap_or(usize::MAX),
        };
        let seen = |id: &Digest| {
            self.seen(&parent.hash(), &[*id])
                .map_or(true, |seen| seen.contains(&true))
        };
        let chosen: Vec<Arc<VerifiedTransaction>> = self
            .application
            .propose(limits, time, &seen)
            .into_iter()
            .filter(|transaction| {
                self.shared
                    .rules
                    .check_window(transaction.body().valid_until, time)
                    .is_ok()
            })
            .collect();
        let context = BlockContext {
            height,
            time,
            parent: parent.hash(),
        };
        let (executed, sealed) = self.execute(batch, context, &chosen).await?;
        let transactions: Vec<Transaction> = chosen.iter().map(|t| t.transaction().clone()).collect();
        let header = self.header(
            &proposal,
            (context, parent_header),
            &transactions,
            &executed,
            &sealed,
        );
        let mut header =
            header.ok_or_else(|| Obstacle::Refused("the proposal context is not ours".to_owned()))?;
        if self.shared.faults.propose_wrong_root {
            header.state_root = H::ALGORITHM.hash(&[header.state_root.bytes()]);
        }
        let block = LedgerBlock::new(Block { header, transactions });
        let block = block.ok_or_else(|| Obstacle::Refused("the leader is not a validator".to_owned()))?;
        self.remember(&block, chosen, executed);
        Ok((block, sealed))
    }

    async fn check<E>(
        &self,
        runtime: &E,
        block: &LedgerBlock,
        parent: &LedgerBlock,
        batch: Batch<E, H>,
        finality: Finality,
    ) -> Result<Sealed<E, H>, Obstacle>
    where
        E: commonware_storage::Context + Spawner + Clock,
    {
        let refuse = |reason: String| Err(Obstacle::Refused(reason));
        let (header, before) = (block.header(), parent.header());
        self.load_replay(&batch, parent).await?;
        if header.chain != self.shared.rules.chain {
            return refuse("it belongs to another chain".to_owned());
        }
        if header.parent != parent.hash() || before.height.next() != Some(header.height) {
            return refuse("it does not follow its parent".to_owned());
        }
        if header.epoch != header.height.epoch() {
            return refuse("it is of another epoch than its height".to_owned());
        }
        if header.time <= before.time {
            return refuse(format!("its time {} is not after {}", header.time, before.time));
        }
        let candidate = finality == Finality::Candidate;
        let clock = self.now(runtime);
        if candidate && header.time > clock.saturating_add(MAX_AHEAD_MS) {
            return refuse(format!(
                "its time {} is ahead of this node's clock {clock}",
                header.time
            ));
        }
        let wire: usize = block.block().transactions.iter().map(Transaction::wire_len).sum();
        if wire > usize::try_from(self.shared.rules.limits.block_bytes).unwrap_or(usize::MAX) {
            return refuse(format!("its transactions have {wire} bytes"));
        }
        let mut transactions = Vec::with_capacity(block.block().transactions.len());
        for verdict in self.application.verify(block.block().transactions.clone()).await {
            let transaction = verdict.map_err(|rejection| Obstacle::Refused(rejection.to_string()))?;
            let window = self
                .shared
                .rules
                .check_window(transaction.body().valid_until, header.time);
            window.map_err(|rejection| Obstacle::Refused(rejection.to_string()))?;
            transactions.push(transaction);
        }
        let mut ids: Vec<Digest> = transactions.iter().map(|transaction| transaction.id()).collect();
        if self.seen(&header.parent, &ids)?.contains(&true) {
            return refuse("it holds a transaction that was executed before".to_owned());
        }
        ids.sort_unstable();
        if ids.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return refuse("it holds a transaction twice".to_owned());
        }
        let context = BlockContext {
            height: header.height,
            time: header.time,
            parent: header.parent,
        };
        let (executed, sealed) = self.execute(batch, context, &transactions).await?;
        let proposal = commonware_consensus::CertifiableBlock::context(block);
        let expected = self.header(
            &proposal,
            (context, before),
            &block.block().transactions,
            &executed,
            &sealed,
        );
        if expected.as_ref() != Some(header) && !(self.shared.faults.skip_root_check && candidate) {
            return refuse(format!(
                "execution gives {expected:?}, the header says {header:?}"
            ));
        }
        self.remember(block, transactions, executed);
        Ok(sealed)
    }
}

/// The ledger's form of a finalisation by this set: explicit keys instead of places.
pub(crate) fn ledger_certificate(
    finalization: &EngineFinalization,
    algorithm: HashAlgorithm,
    set: &ValidatorSet,
) -> Option<Certificate> {
    let proposal = &finalization.proposal;
    let keys = &set.validators;
    let signers = finalization.certificate.signers.iter();
    let signatures = signers
        .zip(&finalization.certificate.signatures)
        .map(|(signer, signature)| {
            let validator = *keys.get(usize::try_from(signer.get()).ok()?)?;
            let signature =
                Signature::from_bytes(SignatureAlgorithm::Ed25519, signature.get()?.as_ref()).ok()?;
            Some(Vote { signature, validator })
        });
    Some(Certificate {
        block: Digest::new(algorithm, proposal.payload.0),
        epoch: proposal.round.epoch().get(),
        parent_view: proposal.parent.get(),
        signatures: signatures.collect::<Option<Vec<_>>>()?,
        view: proposal.round.view().get(),
    })
}

/// Reads records through a batch, values in the order of the keys.
async fn read<E, H>(
    batch: &Batch<E, H>,
    keys: &[yinxin_types::StateKey],
) -> Result<Vec<Option<Vec<u8>>>, Obstacle>
where
    E: commonware_storage::Context + Spawner,
    H: ChainHash,
{
    let keys: Vec<Key> = keys.iter().map(key).collect();
    let references: Vec<&Key> = keys.iter().collect();
    let values = batch
        .get_many(&references)
        .await
        .map_err(|error| Obstacle::Database(error.to_string()))?;
    Ok(values
        .into_iter()
        .map(|value| value.map(|value| value.0))
        .collect())
}

/// The runtime's clock as block time.
pub(crate) fn now(runtime: &impl Clock) -> BlockTime {
    let since = runtime.current().duration_since(UNIX_EPOCH).unwrap_or_default();
    BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

impl<E, H> StatefulApplication<E> for Adapter<H>
where
    E: commonware_storage::Context + Spawner + Clock,
    H: ChainHash,
{
    type SigningScheme = vote_scheme::Scheme;
    type Context = ProposalContext;
    type Block = LedgerBlock;
    type Databases = Shared<Store<E, H>>;
    type Captured = ();
    type Provider = ();
    type Input = ();

    fn sync_targets(block: &Self::Block) -> <Self::Databases as DatabaseSet<E>>::SyncTargets {
        let operations = block.header().state_operations;
        let start = commonware_storage::mmr::Location::new(operations.start);
        let end =
            commonware_storage::mmr::Location::new(operations.end.max(operations.start.saturating_add(1)));
        Target::new(engine_digest(&operations.root), non_empty_range!(start, end))
    }

    async fn genesis(&mut self) -> Self::Block {
        self.shared.genesis_block.clone()
    }

    async fn propose(
        &mut self,
        (runtime, context): (E, Self::Context),
        mut ancestry: impl Ancestry<Self::Block>,
        batches: Batch<E, H>,
        _: Input<(), ()>,
    ) -> Option<Proposed<Self, E>> {
        let parent = ancestry.next().await?;
        match self.build(&runtime, context, parent.inner(), batches).await {
            Ok((block, merkleized)) => Some(Proposed { block, merkleized }),
            Err(Obstacle::Refused(reason)) => {
                warn!(%reason, "no block proposed");
                None
            }
            Err(Obstacle::Database(reason)) => {
                error!(%reason, "the state cannot be read");
                None
            }
            Err(Obstacle::Unsupported(lacking)) => self.stand_still(lacking).await,
        }
    }

    async fn process(
        &mut self,
        (runtime, _): (E, Self::Context),
        mut ancestry: impl Ancestry<Self::Block>,
        batches: Batch<E, H>,
        finality: Finality,
    ) -> Option<Sealed<E, H>> {
        let block = ancestry.next().await?;
        let parent = ancestry.next().await?;
        let (block, parent) = (block.inner(), parent.inner());
        match self.check(&runtime, block, parent, batches, finality).await {
            Ok(sealed) => Some(sealed),
            Err(Obstacle::Refused(reason)) => {
                warn!(height = %block.header().height, hash = %block.hash(), %reason, "block refused");
                None
            }
            Err(Obstacle::Database(reason)) => {
                error!(height = %block.header().height, %reason, "the state cannot be read");
                None
            }
            Err(Obstacle::Unsupported(lacking)) => self.stand_still(lacking).await,
        }
    }

    async fn capture(
        &mut self,
        _: (E, Self::Context),
        _: &Self::Block,
        _: &Sealed<E, H>,
        _: <Self::Databases as DatabaseSet<E>>::Readers,
    ) {
    }

    async fn finalized(
        &mut self,
        (runtime, _): (E, Self::Context),
        block: &Self::Block,
        (): (),
        _: <Self::Databases as DatabaseSet<E>>::Readers,
    ) {
        let (height, hash) = (block.header().height, block.hash());
        self.tell_guard(&runtime, block.header()).await;
        let known = self
            .shared
            .executed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&hash)
            .cloned();
        if let Some(Kept {
            block: executed,
            replay_from,
        }) = known
        {
            if let Some(window) = self.lock_replay().as_mut() {
                let ids = executed
                    .transactions
                    .iter()
                    .map(|transaction| replay_id(&transaction.id()))
                    .collect();
                window.finalize(hash, height, ids, replay_from);
            }
            let certificate = self.certificate(height).await;
            self.application.finalized(executed, certificate).await;
        } else {
            error!(%height, %hash, "a block became final that was not executed here");
        }
        if height.ends_epoch() {
            let ended = Ended {
                header: block.header().clone(),
                digest: block.digest(),
            };
            // Whoever goes from epoch to epoch is gone only if the node is.
            let _ = self.shared.ended.send(ended);
        }
        let mut known = self
            .shared
            .executed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, kept| kept.block.block.header.height > height);
    }
}
