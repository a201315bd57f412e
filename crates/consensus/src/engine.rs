//! Putting the engine together: one set of parts for every runtime and every network.

use std::num::{NonZeroU16, NonZeroU64, NonZeroUsize};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use commonware_broadcast::buffered;
use commonware_consensus::marshal::resolver::p2p as backfill;
use commonware_consensus::marshal::standard::{Deferred, Standard};
use commonware_consensus::marshal::{self, Identifier, core::Actor as Marshal};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::types::{FixedEpocher, Height as EngineHeight, ViewDelta};
use commonware_cryptography::certificate::Verifier as _;
use commonware_cryptography::{Digested, Digestible as _, ed25519};
use commonware_glue::stateful::db::{DatabaseSet, Shared, SyncEngineConfig};
use commonware_glue::stateful::{Config as StatefulConfig, Mailbox as StatefulMailbox, Stateful, SyncPlan};
use commonware_p2p::{Blocker, Provider, Receiver, Recipients, Sender};
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::{Clock, Handle, Metrics, Spawner, Storage, Supervisor};
use commonware_storage::archive::{Archive as _, immutable};
use commonware_utils::NonZeroDuration;
use commonware_utils::channel::mpsc;
use rand_core::{CryptoRng, Rng};
use thiserror::Error;
use tracing::debug;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_state::{ChainHash, Store, store_config};
use yinxin_types::genesis::GenesisError;
use yinxin_types::transaction::Rules;
use yinxin_types::units::EPOCH_BLOCKS;
use yinxin_types::{
    Block, Certificate, Genesis, Header, Height, StateKey, StateOperations, Transaction, ValidatorSet, wire,
};

use crate::adapter::{Adapter, Faults, MarshalMailbox, SURELY_LATER, ledger_certificate, now};
use crate::application::{Application, Future, Ledger, PassOn, Proven};
use crate::block::{BlockRules, LedgerBlock, engine_key, ledger_key};
use crate::catch_up::ByBlocks;
use crate::channels::{Channels, MAX_GOSSIP_BYTES};
use crate::epochs::{Doorkeeper, Orchestrator, Parts, divide};
use crate::guard::{GuardError, GuardState, GuardWatch, VoteGuard};
use crate::network::ValidatorKey;
use crate::outbox::{Outbox, Untold, read_packet};
use crate::sets::Sets;
use crate::votes::{GatedReceiver, ObservedVotes, guard};

/// Epochs in the engine's terms.
const EPOCH_LENGTH: NonZeroU64 = NonZeroU64::new(EPOCH_BLOCKS).expect("not zero");
pub(crate) const MAILBOX: NonZeroUsize = NonZeroUsize::new(1024).expect("not zero");
pub(crate) const IO_BUFFER: NonZeroUsize = NonZeroUsize::new(1 << 16).expect("not zero");
pub(crate) const PAGE: NonZeroU16 = NonZeroU16::new(4096).expect("not zero");
pub(crate) const FETCH_TIMEOUT: Duration = Duration::from_secs(2);
pub(crate) const FETCH_RETRY: Duration = Duration::from_millis(100);

/// What one node's engine is told.
#[derive(Clone)]
pub struct Settings {
    /// The founding document.
    pub genesis: Genesis,
    /// The key with which this node votes in the epochs whose validators include it; in others it follows.
    pub key: ValidatorKey,
    /// Prefix of every partition on disk.
    pub prefix: String,
    /// How long a view waits for its leader's block before the next leader has its turn.
    pub leader_timeout: Duration,
    /// Pages of 4 KiB kept in memory for all stores together.
    pub cache_pages: NonZeroUsize,
    /// Planted defects for tests; none in a real node.
    pub faults: Faults,
}

/// Why an engine cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The genesis document breaks a rule.
    #[error("the genesis document is not valid: {0}")]
    Genesis(#[from] GenesisError),
    /// The chain's suite is not the hash function this engine was built with.
    #[error("the chain's suite is not that of this engine")]
    Suite,
    /// The vote guard cannot be opened.
    #[error(transparent)]
    Guard(#[from] GuardError),
    /// A store cannot be opened.
    #[error("the ledger's files cannot be opened: {0}")]
    Storage(String),
}

/// A running engine.
struct Engine<E, H>
where
    E: Spawner + Storage + Clock + Metrics,
    H: ChainHash,
{
    runtime: E,
    sets: Sets,
    genesis_block: LedgerBlock,
    marshal: MarshalMailbox,
    stateful: StatefulMailbox<E, Adapter<H>>,
    votes: ObservedVotes,
    guard: GuardWatch,
}

impl<E, H> Ledger for Engine<E, H>
where
    E: Spawner + Storage + Clock + Metrics,
    H: ChainHash,
{
    fn block(&self, height: Height) -> Future<'_, Option<Arc<Block>>> {
        Box::pin(async move {
            if height == Height::GENESIS {
                return Some(self.genesis_block.block().clone());
            }
            let block = self
                .marshal
                .get_block(Identifier::Height(EngineHeight::new(height.0)))
                .await?;
            Some(block.inner().block().clone())
        })
    }

    fn height(&self) -> Future<'_, Option<Height>> {
        Box::pin(async move {
            let processed = self.marshal.get_processed().await?;
            Some(Height(processed.height().get()))
        })
    }

    fn certificate(&self, height: Height) -> Future<'_, Option<Certificate>> {
        Box::pin(async move {
            let finalization = self.marshal.get_finalization(EngineHeight::new(height.0)).await?;
            self.sets.ready().await;
            let voters = self.sets.of(height.epoch())?;
            ledger_certificate(&finalization, H::ALGORITHM, &voters.set)
        })
    }

    fn read(&self, keys: Vec<StateKey>) -> Future<'_, Option<Vec<Option<Vec<u8>>>>> {
        Box::pin(async move {
            let databases = self.stateful.subscribe_databases().await;
            let store = databases.read().await;
            let mut values = Vec::with_capacity(keys.len());
            for key in &keys {
                let value = store.get(&yinxin_state::key(key)).await.ok()?;
                values.push(value.map(|value| value.0));
            }
            Some(values)
        })
    }

    fn prove(&self, key: StateKey) -> Future<'_, Proven> {
        Box::pin(async move {
            let databases = self.stateful.subscribe_databases().await;
            let store = databases.read().await;
            yinxin_state::prove(&store, &key).await
        })
    }

    fn genesis_header(&self) -> &Header {
        self.genesis_block.header()
    }

    fn validator_sets(&self) -> Future<'_, Vec<ValidatorSet>> {
        Box::pin(async move {
            self.sets.ready().await;
            self.sets.all()
        })
    }

    fn validators(&self) -> Option<ValidatorSet> {
        self.sets.all().pop()
    }

    fn votes(&self) -> &ObservedVotes {
        &self.votes
    }

    fn guard_state(&self) -> GuardState {
        self.guard.state()
    }

    fn metrics(&self) -> String {
        self.runtime.encode()
    }
}

/// The senders of what is not about consensus.
struct Gossip<S> {
    transactions: S,
    messages: Outbox,
}

impl<S: Sender<PublicKey = ed25519::PublicKey>> PassOn for Gossip<S> {
    fn tell(&mut self, to: &PublicKey, message: Vec<u8>) -> Result<(), Untold> {
        let to = engine_key(to).ok_or(Untold::Never)?;
        self.messages.tell(to, message)
    }

    fn pass_on(&mut self, transactions: &[Transaction]) {
        let mut message = Vec::new();
        for transaction in transactions {
            if !message.is_empty() && message.len().saturating_add(transaction.wire_len()) > MAX_GOSSIP_BYTES
            {
                self.transactions
                    .send(Recipients::All, std::mem::take(&mut message), false);
            }
            transaction.write(&mut message);
        }
        if !message.is_empty() && message.len() <= MAX_GOSSIP_BYTES {
            self.transactions.send(Recipients::All, message, false);
        }
    }
}

/// A running engine as the node holds it: the ledger to ask, the door for passing on transactions, and the engine's task, which ends
/// only when the engine cannot go on safely.
pub struct Running {
    /// The ledger.
    pub ledger: Arc<dyn Ledger>,
    /// Passes transactions on.
    pub gossip: Box<dyn PassOn>,
    /// The engine's task.
    pub task: Handle<()>,
}

/// Starts the engine of one node. Of its network, the first part opens and closes the links at each epoch (纪元), the second says who is
/// linked, the third shuts out a peer that misbehaves.
pub(crate) async fn start<E, H, S, R, D, P, B>(
    runtime: E,
    settings: Settings,
    application: Arc<dyn Application>,
    channels: Channels<S, R>,
    (doorkeeper, peers, blocker): (D, P, B),
) -> Result<Running, EngineError>
where
    E: Rng + CryptoRng + Spawner + Storage + Clock + Metrics + Supervisor,
    H: ChainHash,
    S: Sender<PublicKey = ed25519::PublicKey>,
    R: Receiver<PublicKey = ed25519::PublicKey>,
    D: Doorkeeper,
    P: Provider<PublicKey = ed25519::PublicKey>,
    B: Blocker<PublicKey = ed25519::PublicKey>,
{
    let Settings {
        genesis,
        key,
        prefix,
        leader_timeout,
        cache_pages,
        faults,
    } = settings;
    if genesis.suite.hash() != H::ALGORITHM {
        return Err(EngineError::Suite);
    }
    let chain = genesis.chain()?;
    let rules = Rules {
        chain,
        hash: H::ALGORITHM,
        limits: genesis.limits,
    };
    let block_rules = BlockRules {
        hash: H::ALGORITHM,
        limits: genesis.limits,
    };
    let genesis_block = genesis_block::<E, H>(&genesis)?;
    let me = key.public_key();
    let sets = Sets::new(yinxin_types::certificate::namespace(&chain), key.into_engine());
    let cache = CacheRef::new(PAGE, cache_pages);

    let vote_guard = VoteGuard::open(&runtime, &prefix).await?;
    let clock = runtime.child("clock");
    let votes = ObservedVotes::new(move || now(&clock));

    let resolver = backfill::init(
        runtime.child("backfill"),
        backfill::Config {
            public_key: me.clone(),
            peer_provider: peers.clone(),
            blocker: blocker.clone(),
            mailbox_size: MAILBOX,
            fetch_timeout: duration(FETCH_TIMEOUT),
            fetch_retry_delay: FETCH_RETRY,
            priority_requests: false,
            priority_responses: false,
        },
        (
            channels.backfill.0,
            GatedReceiver::new(channels.backfill.1, sets.clone()),
        ),
    );
    let (broadcast, buffer) = buffered::Engine::new(
        runtime.child("blocks"),
        buffered::Config {
            public_key: me.clone(),
            mailbox_size: MAILBOX,
            // Blocks a peer proposed last, until they are stored; each may have a megabyte.
            deque_size: 3,
            priority: false,
            codec_config: block_rules.clone(),
            peer_provider: peers,
            strategy: Sequential,
        },
    );
    broadcast.start(channels.blocks);

    let certificates_archive = immutable::Archive::init(
        runtime.child("certificates"),
        archive_config(
            &prefix,
            "certificates",
            cache.clone(),
            vote_scheme::Scheme::certificate_codec_config_unbounded(),
        ),
    );
    let certificates_archive = certificates_archive
        .await
        .map_err(|error| EngineError::Storage(error.to_string()))?;
    let blocks_archive = immutable::Archive::init(
        runtime.child("ledger"),
        archive_config(&prefix, "blocks", cache.clone(), block_rules.clone()),
    );
    let blocks_archive = blocks_archive
        .await
        .map_err(|error| EngineError::Storage(error.to_string()))?;

    let vote_guard = match blocks_archive.last_index() {
        Some(_) => vote_guard.distrusted(&runtime, &prefix).await?,
        None => vote_guard,
    };
    let watch = GuardWatch::new(vote_guard.state());
    let waiting = watch.clone();
    runtime.child("patience").spawn(move |runtime| async move {
        runtime.sleep(SURELY_LATER).await;
        waiting.waited_long_enough();
    });

    let plan = SyncPlan::init(runtime.child("plan"), prefix.clone()).await;
    let (marshal_actor, marshal, floor) = Marshal::<_, Standard<LedgerBlock>, _, _, _, _, _>::init(
        runtime.child("marshal"),
        certificates_archive,
        blocks_archive,
        marshal::Config {
            provider: sets.clone(),
            epocher: FixedEpocher::new(EPOCH_LENGTH),
            start: plan.marshal_start(Digested::precomputed(
                genesis_block.clone(),
                genesis_block.digest(),
            )),
            partition_prefix: prefix.clone(),
            mailbox_size: MAILBOX,
            view_retention: ViewDelta::new(64),
            prunable_items_per_section: NonZeroU64::new(256).unwrap_or(NonZeroU64::MIN),
            page_cache: cache.clone(),
            replay_buffer: IO_BUFFER,
            key_write_buffer: IO_BUFFER,
            value_write_buffer: IO_BUFFER,
            block_codec_config: block_rules,
            max_repair: NonZeroUsize::new(16).unwrap_or(NonZeroUsize::MIN),
            max_pending_acks: NonZeroUsize::new(4).unwrap_or(NonZeroUsize::MIN),
            strategy: Sequential,
        },
    )
    .await;

    let (ended, epochs_ended) = mpsc::unbounded_channel();
    let skip_guard_sync = faults.skip_guard_sync;
    let adapter = Adapter::<H>::new(
        application.clone(),
        genesis.clone(),
        rules,
        genesis_block.clone(),
        (sets.clone(), ended),
        faults,
        watch.clone(),
    );
    adapter.attach(marshal.clone());
    let (stateful_actor, stateful) = Stateful::new(
        runtime.child("stateful"),
        StatefulConfig {
            application: adapter,
            db_config: store_config(&prefix, cache.clone()),
            provider: (),
            marshal: (marshal.clone(), floor),
            mailbox_size: MAILBOX,
            plan,
            resolvers: ByBlocks,
            sync_config: SyncEngineConfig {
                fetch_batch_size: NonZeroU64::MIN,
                apply_batch_size: NonZeroU64::new(64).unwrap_or(NonZeroU64::MIN),
                max_outstanding_requests: NonZeroUsize::new(8).unwrap_or(NonZeroUsize::MIN),
            },
            prune_config: None,
            strategy: Sequential,
        },
    );
    let deferred = Deferred::new(
        runtime.child("deferred"),
        stateful.clone(),
        marshal.clone(),
        FixedEpocher::new(EPOCH_LENGTH),
    );
    // Asked before anything becomes final, so that it is answered before: what is final waits for the sets that are read from the state.
    let state = stateful.clone();
    let mut databases = Box::pin(async move { state.subscribe_databases().await });
    let asked = futures::poll!(databases.as_mut());
    marshal_actor.start(stateful.clone(), buffer, resolver);
    stateful_actor.start();

    let (epoch_channels, votes_out, certificates_out) =
        divide(&runtime, channels.votes, channels.certificates, channels.views);
    let guarded = guard(
        runtime.child("guard"),
        (vote_guard, watch.clone()),
        votes_out,
        certificates_out,
        skip_guard_sync,
    );
    let messages = Outbox::open(runtime.child("messages_out"), channels.messages.0);
    receive_messages(
        runtime.child("messages"),
        application.clone(),
        channels.messages.1,
    );
    receive_gossip(
        runtime.child("gossip"),
        application.clone(),
        channels.transactions.1,
        genesis.limits.transaction_bytes,
    );

    let parts = Parts {
        runtime: runtime.child("epochs"),
        genesis,
        genesis_block: genesis_block.clone(),
        prefix,
        leader_timeout,
        cache,
        sets: sets.clone(),
        me,
        marshal: marshal.clone(),
        application,
        automaton: deferred,
        blocker,
        doorkeeper,
        guard: guarded,
        votes: votes.clone(),
        channels: epoch_channels,
        ended: epochs_ended,
    };
    let task = runtime.child("orchestrator").spawn(move |_| async move {
        let databases = match asked {
            Poll::Ready(databases) => databases,
            Poll::Pending => databases.await,
        };
        Orchestrator::<_, H, _, _, _>::new(parts, databases).run().await;
    });
    let engine = Engine::<E, H> {
        runtime,
        sets,
        genesis_block,
        marshal,
        stateful,
        votes,
        guard: watch,
    };
    Ok(Running {
        ledger: Arc::new(engine),
        gossip: Box::new(Gossip {
            transactions: channels.transactions.0,
            messages,
        }),
        task,
    })
}

/// The block of height 0 of a chain.
pub(crate) fn genesis_block<E, H>(genesis: &Genesis) -> Result<LedgerBlock, EngineError>
where
    E: Spawner + Storage + Clock + Metrics,
    H: ChainHash,
{
    let target = <Shared<Store<E, H>> as DatabaseSet<E>>::initial_sync_targets();
    let operations = StateOperations {
        end: *target.range.end(),
        root: Digest::new(H::ALGORITHM, target.root.0),
        start: *target.range.start(),
    };
    let header = Header::genesis(genesis, H::ALGORITHM.hash(&[]), operations)?;
    LedgerBlock::new(Block {
        header,
        transactions: Vec::new(),
    })
    .ok_or(EngineError::Genesis(GenesisError::ValidatorKey))
}

/// Hands transactions that peers pass on to the application. A message that is not well-formed is dropped whole.
fn receive_gossip<E, R>(runtime: E, application: Arc<dyn Application>, mut receiver: R, body_limit: u32)
where
    E: Spawner,
    R: Receiver<PublicKey = ed25519::PublicKey>,
{
    let limit = usize::try_from(body_limit).unwrap_or(usize::MAX);
    runtime.spawn(move |_| async move {
        while let Ok((from, message)) = receiver.recv().await {
            let transactions = read_gossip(message.as_ref(), limit);
            if let (Some(transactions), Some(from)) = (transactions, ledger_key(&from)) {
                application.gossiped(from, transactions).await;
            } else {
                debug!("a peer passed on something that is not transactions");
            }
        }
    });
}

/// Hands messages of peers to the application. A packet that is not well-formed is dropped whole.
fn receive_messages<E, R>(runtime: E, application: Arc<dyn Application>, mut receiver: R)
where
    E: Spawner,
    R: Receiver<PublicKey = ed25519::PublicKey>,
{
    runtime.spawn(move |_| async move {
        while let Ok((from, message)) = receiver.recv().await {
            let messages = read_packet(message.as_ref());
            if let (Some(messages), Some(from)) = (messages, ledger_key(&from)) {
                for message in messages {
                    application.told(from, message.to_vec());
                }
            } else {
                debug!("a peer sent something that is no packet of messages");
            }
        }
    });
}

/// Transactions in wire form, one after the other.
fn read_gossip(mut bytes: &[u8], limit: usize) -> Option<Vec<Transaction>> {
    let mut transactions = Vec::new();
    while !bytes.is_empty() {
        let mut reader = wire::Reader::new(bytes);
        let transaction = Transaction::read(&mut reader, limit).ok()?;
        bytes = bytes.get(transaction.wire_len()..)?;
        transactions.push(transaction);
    }
    Some(transactions)
}

pub(crate) fn duration(duration: Duration) -> NonZeroDuration {
    NonZeroDuration::new_panic(duration)
}

pub(crate) fn archive_config<C>(
    prefix: &str,
    name: &str,
    cache: CacheRef,
    codec_config: C,
) -> immutable::Config<C> {
    immutable::Config {
        metadata_partition: format!("{prefix}-{name}-metadata"),
        freezer_table_partition: format!("{prefix}-{name}-table"),
        freezer_table_initial_size: 1 << 12,
        freezer_table_resize_frequency: 4,
        freezer_table_resize_chunk_size: 1 << 10,
        freezer_key_partition: format!("{prefix}-{name}-keys"),
        freezer_key_page_cache: cache,
        freezer_value_partition: format!("{prefix}-{name}-values"),
        freezer_value_target_size: 256 << 20,
        freezer_value_compression: None,
        ordinal_partition: format!("{prefix}-{name}-ordinal"),
        items_per_section: NonZeroU64::new(1 << 16).unwrap_or(NonZeroU64::MIN),
        codec_config,
        replay_buffer: IO_BUFFER,
        freezer_key_write_buffer: IO_BUFFER,
        freezer_value_write_buffer: IO_BUFFER,
        ordinal_write_buffer: IO_BUFFER,
    }
}
