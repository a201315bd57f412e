//! A whole node without its edges.

mod applications;
mod composed;
mod consensus;
mod departments;
mod desk;
mod drafts;
mod http;
mod inquiry;
mod intake;
mod messages;
mod notices;
mod rebuild;
mod release;
mod retell;
mod tend;
mod upgrades;
mod view;
mod wallets;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::channel::{mpsc, oneshot};
use parking_lot::Mutex;
use thiserror::Error;
use tracing::warn;
use yinxin_api::BlockRow;
use yinxin_consensus::{GuardState, Ledger, PassOn};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::Registry;
use yinxin_index::{FinalBlock, Index, IndexError};
use yinxin_mempool::Mempool;
use yinxin_types::genesis::GenesisError;
use yinxin_types::transaction::Rules;
use yinxin_types::{BlockTime, Genesis, Header, Height};

use crate::platform::Platform;
use consensus::ProposalSize;
use intake::Submission;
use messages::Messages;
use upgrades::Upgrades;

pub use composed::ComposedError;
pub use consensus::Member;
pub use desk::applications::ApplicationsError;
pub use desk::{Desk, DeskError, commitment_secret};
pub use drafts::DraftKeys;
pub use notices::mail::MailError;
pub use rebuild::{Replay, ReplayError};

/// Submissions that may wait for verification; beyond that a client is told that the node is full.
const INTAKE: usize = 4096;
/// Rows a subscriber to new blocks may be behind before it misses some.
const EVENTS: usize = 64;
/// Final transactions remembered, so that late copies from peers are not taken in again. What comes later still leaves the pool when a
/// proposal passes it over.
const RECENT: usize = 50_000;

/// What a node is made of.
pub struct Parts {
    /// The founding document.
    pub genesis: Genesis,
    /// The scenarios.
    pub registry: Registry,
    /// The index, opened.
    pub index: Index,
    /// The pool.
    pub mempool: Mempool,
    /// The world around.
    pub platform: Arc<dyn Platform>,
    /// This node's validator key.
    pub validator: PublicKey,
    /// From which the keys of drafts are made.
    pub drafts: DraftKeys,
    /// How long an idle chain goes without a block.
    pub heartbeat: Duration,
    /// How long a validator may be silent, or work wait, before something counts as wrong.
    pub patience: Duration,
    /// The keys and materials of the department that runs the node, if they are kept here.
    pub desk: Option<Desk>,
    /// The file that says who there is in a demonstration.
    pub demonstration: Option<PathBuf>,
}

/// Why a node cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CoreError {
    /// The founding document breaks a rule.
    #[error("the genesis document is not valid: {0}")]
    Genesis(#[from] GenesisError),
    /// The index cannot be used.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// The last final block this node has recorded.
#[derive(Clone, Copy, Debug)]
struct Tip {
    height: Height,
    hash: Digest,
    time: BlockTime,
    /// When it was recorded, by this node's clock; the start of the node before the first.
    recorded: BlockTime,
    /// Whether a block became final since the node started.
    live: bool,
}

/// Identifiers of the newest final transactions, bounded.
#[derive(Debug, Default)]
struct Recent {
    order: VecDeque<Digest>,
    ids: BTreeSet<Digest>,
}

impl Recent {
    fn add(&mut self, id: Digest) {
        if self.ids.insert(id) {
            self.order.push_back(id);
        }
        while self.order.len() > RECENT
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }
}

/// A whole node without its edges; see [`crate::platform`].
pub struct Core {
    genesis: Genesis,
    rules: Rules,
    registry: Registry,
    index: Index,
    mempool: Mempool,
    platform: Arc<dyn Platform>,
    validator: PublicKey,
    drafts: DraftKeys,
    heartbeat: Duration,
    patience: Duration,
    ledger: OnceLock<Arc<dyn Ledger>>,
    gossip: Mutex<Option<Box<dyn PassOn>>>,
    intake: mpsc::Sender<Submission>,
    tip: Mutex<Tip>,
    recent: Mutex<Recent>,
    /// Waiting transactions that stand in executed blocks which are not final yet.
    in_flight: Mutex<BTreeSet<Digest>>,
    /// How many transactions had arrived when a proposal last found none it could use; `u64::MAX` if it found some.
    found_none_at: AtomicU64,
    proposal_size: Mutex<ProposalSize>,
    /// When the first timer fires that waits after the block that was executed last, final or not.
    next_timer: Mutex<Option<BlockTime>>,
    waiters: Mutex<BTreeMap<Digest, Vec<oneshot::Sender<()>>>>,
    subscribers: Mutex<Vec<mpsc::Sender<BlockRow>>>,
    /// Whether the pool is being searched for what is final.
    purging: AtomicBool,
    /// Held by whoever writes the index.
    recording: futures::lock::Mutex<()>,
    /// Code and name of departments, by the key with which their node votes or voted, as the members decided.
    departments: Mutex<BTreeMap<PublicKey, (String, String)>>,
    /// Requests to other nodes.
    messages: Messages,
    /// Versions of scenarios: what the ledger has, what the others' programs have.
    upgrades: Upgrades,
    /// The department's own services.
    desk: Option<Arc<Desk>>,
    /// Wakes the desk, once it is open.
    tending: Mutex<Option<tend::Tending>>,
    /// Wakes whoever sends notices, once it runs.
    outbox: Mutex<Option<mpsc::Sender<()>>>,
    demonstration: Option<PathBuf>,
}

impl Core {
    /// Makes a node and starts its intake. Consensus is attached with [`Core::attach`].
    pub fn new(parts: Parts) -> Result<Arc<Self>, CoreError> {
        let Parts {
            genesis,
            registry,
            index,
            mempool,
            platform,
            validator,
            drafts,
            heartbeat,
            patience,
            desk,
            demonstration,
        } = parts;
        let rules = Rules {
            chain: genesis.chain()?,
            hash: genesis.suite.hash(),
            limits: genesis.limits,
        };
        let now = platform.now();
        let tip = Tip {
            height: Height::GENESIS,
            hash: rules.chain,
            time: genesis.time,
            recorded: now,
            live: false,
        };
        let (intake, submissions) = mpsc::channel(INTAKE);
        let core = Arc::new(Self {
            genesis,
            rules,
            registry,
            index,
            mempool,
            platform: platform.clone(),
            validator,
            drafts,
            heartbeat,
            patience,
            ledger: OnceLock::new(),
            gossip: Mutex::new(None),
            intake,
            tip: Mutex::new(tip),
            recent: Mutex::new(Recent::default()),
            in_flight: Mutex::new(BTreeSet::new()),
            found_none_at: AtomicU64::new(u64::MAX),
            proposal_size: Mutex::new(ProposalSize::default()),
            next_timer: Mutex::new(None),
            waiters: Mutex::new(BTreeMap::new()),
            subscribers: Mutex::new(Vec::new()),
            purging: AtomicBool::new(false),
            recording: futures::lock::Mutex::new(()),
            departments: Mutex::new(BTreeMap::new()),
            messages: Messages::default(),
            upgrades: Upgrades::default(),
            desk: desk.map(Arc::new),
            tending: Mutex::new(None),
            outbox: Mutex::new(None),
            demonstration,
        });
        platform.spawn(Box::pin(intake::run(core.clone(), submissions)));
        Ok(core)
    }

    /// Connects the node to its running engine. The genesis block enters the index here. An index whose newest rows cannot be read is
    /// emptied; one that lacks blocks of the ledger is filled in the background.
    pub fn attach(
        self: &Arc<Self>,
        ledger: Arc<dyn Ledger>,
        gossip: Box<dyn PassOn>,
    ) -> Result<(), CoreError> {
        match self.begin(ledger.genesis_header()) {
            Err(reason) if reason.calls_for_rebuild() => {
                warn!(%reason, "the index is emptied and will be rebuilt from the blocks");
                self.index.reset()?;
                self.begin(ledger.genesis_header())?;
            }
            begun => begun?,
        }
        *self.gossip.lock() = Some(gossip);
        // Attached once, by whoever starts the node.
        let _ = self.ledger.set(ledger);
        self.platform.spawn(Box::pin(self.clone().retell()));
        self.platform.spawn(Box::pin(self.clone().complete_index()));
        self.platform.spawn(Box::pin(self.clone().learn_departments()));
        if self.desk.is_some() {
            self.platform.spawn(Box::pin(self.clone().open_desk()));
            self.platform.spawn(Box::pin(self.clone().send_notices()));
        }
        Ok(())
    }

    /// Takes up what the index knows: the newest block, and what became final not long before it.
    fn begin(&self, genesis: &Header) -> Result<(), IndexError> {
        if self.index.height().is_none() {
            self.index.apply(&FinalBlock {
                hash: genesis.hash(),
                header: genesis,
                certificate: None,
                transactions: &[],
                receipts: &[],
                occurrences: &[],
            })?;
        }
        if let Some(block) = self.newest_indexed()? {
            self.remember(&block.header)?;
            let mut tip = self.tip.lock();
            // The engine runs already and may have announced a later one.
            if block.header.height >= tip.height {
                (tip.height, tip.hash, tip.time) = (block.header.height, block.hash, block.header.time);
            }
        }
        Ok(())
    }

    /// Remembers what became final not long before the node started: a late copy from a peer would wait in the pool until it expires.
    fn remember(&self, newest: &Header) -> Result<(), IndexError> {
        let mut ids = Vec::new();
        for height in (1..=newest.height.0).rev().map(Height) {
            let Some(block) = self.index.block(height)?.value else {
                break;
            };
            if block.header.time.saturating_add(self.genesis.limits.window_ms) < newest.time
                || ids.len() >= RECENT
            {
                break;
            }
            ids.extend(self.index.transactions(height)?.value.iter().map(|row| row.id));
        }
        let mut recent = self.recent.lock();
        ids.into_iter().rev().for_each(|id| recent.add(id));
        Ok(())
    }

    /// The index, for tests and audits of a running node.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// How the vote guard stands; none before the node is attached to its engine.
    pub fn guard_state(&self) -> Option<GuardState> {
        self.ledger.get().map(|ledger| ledger.guard_state())
    }

    /// The newest block of the index, if it holds any.
    fn newest_indexed(&self) -> Result<Option<yinxin_index::BlockRow>, IndexError> {
        match self.index.height() {
            Some(height) => Ok(self.index.block(height)?.value),
            None => Ok(None),
        }
    }
}
