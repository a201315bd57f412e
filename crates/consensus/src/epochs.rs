//! One epoch (纪元) after the other: an instance of simplex for each, over one store of blocks.
//!
//! ```text
//! last block of an epoch is final ─► state: who votes next ─► links ─► guard, channels of the epoch ─► simplex ─► the one before ends
//! message of a later epoch ────────► this node is behind: ask its sender for the last block of ours
//! ```
//!
//! Invariants: (1) an instance begins on the last block of the epoch before, which is final, executed and recorded here; (2) its
//! validators are those that the header of that block names; (3) at most one instance votes, and the guard lets no vote of an earlier
//! epoch out; (4) what arrives for the next epoch before this node has entered it is kept, within bounds, and not lost.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use commonware_consensus::Reporters;
use commonware_consensus::marshal::Identifier;
use commonware_consensus::marshal::standard::Deferred;
use commonware_consensus::simplex::config::{Floor, ForwardPolicy, SkipPolicy};
use commonware_consensus::simplex::elector::RoundRobin;
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::{self, SkipBudget};
use commonware_consensus::types::{Epoch, FixedEpocher, Height as EngineHeight, ViewDelta};
use commonware_cryptography::{Digestible as _, ed25519, sha256};
use commonware_glue::stateful::Mailbox as StatefulMailbox;
use commonware_glue::stateful::db::Shared;
use commonware_p2p::utils::mux::{Builder as _, GlobalSender, MuxHandle, Muxer};
use commonware_p2p::{Blocker, Message, Receiver, Sender};
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::{Clock, Handle, Metrics, Spawner, Storage, Supervisor};
use commonware_utils::channel::mpsc;
use commonware_utils::vec::NonEmptyVec;
use rand_core::{CryptoRng, Rng};
use tracing::{debug, error, info, warn};
use yinxin_execution::{Asked, ValidatorsAt};
use yinxin_state::{ChainHash, Store, key};
use yinxin_types::{BlockTime, Genesis, Header, Height, ValidatorSet};

use crate::adapter::{Adapter, MarshalMailbox, now};
use crate::application::Application;
use crate::block::LedgerBlock;
use crate::engine::{FETCH_RETRY, FETCH_TIMEOUT, IO_BUFFER, MAILBOX, duration};
use crate::pace::Paced;
use crate::sets::{Admitted, Sets, Voters};
use crate::signs;
use crate::votes::{Guarded, HeardReceiver, ObservedVotes};

/// Messages of the next epoch kept on each channel until this node has entered it.
const EARLY: usize = 512;

/// The engine's automaton, relay and reporter, the same for every epoch.
pub(crate) type Automaton<E, H> =
    Deferred<E, vote_scheme::Scheme, StatefulMailbox<E, Adapter<H>>, LedgerBlock, FixedEpocher>;

/// Says which keys the node's links are open to.
pub(crate) trait Doorkeeper: Send + 'static {
    /// In this epoch and until the next is named. Epochs come in their order.
    fn admit(&mut self, epoch: u64, admitted: &Admitted);
}

/// The last block of an epoch is final and recorded.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Its header.
    pub header: Header,
    /// Its digest.
    pub digest: sha256::Digest,
}

/// Both ends of a channel divided by epochs.
struct Divided<S: Sender> {
    handle: MuxHandle<S>,
    /// What arrives for an epoch that is not entered.
    others: mpsc::Receiver<(u64, Message<S::PublicKey>)>,
    /// What arrived for the next one.
    early: VecDeque<Message<S::PublicKey>>,
}

impl<S: Sender<PublicKey = ed25519::PublicKey>> Divided<S> {
    fn keep(&mut self, message: Message<S::PublicKey>) {
        if self.early.len() < EARLY {
            self.early.push_back(message);
        }
    }

    /// What arrived early for the epoch that is being entered.
    fn take(&mut self, epoch: u64) -> VecDeque<Message<S::PublicKey>> {
        while let Ok((of, message)) = self.others.try_recv() {
            if of == epoch {
                self.keep(message);
            }
        }
        std::mem::take(&mut self.early)
    }
}

/// The channels of the engine's votes.
pub(crate) struct EpochChannels<S: Sender> {
    votes: Divided<S>,
    certificates: Divided<S>,
    views: MuxHandle<S>,
}

/// Divides the channels. Returns the ends through which the guard sends as well.
pub(crate) fn divide<E, S, R>(
    runtime: &E,
    votes: (S, R),
    certificates: (S, R),
    views: (S, R),
) -> (EpochChannels<S>, GlobalSender<S>, GlobalSender<S>)
where
    E: Spawner,
    S: Sender<PublicKey = ed25519::PublicKey>,
    R: Receiver<PublicKey = ed25519::PublicKey>,
{
    let senders = (
        GlobalSender::new(votes.0.clone()),
        GlobalSender::new(certificates.0.clone()),
    );
    let divided = |name: &'static str, (sender, receiver)| {
        let (mux, handle, others) = Muxer::builder(runtime.child(name), sender, receiver)
            .with_backup()
            .build();
        mux.start();
        Divided {
            handle,
            others,
            early: VecDeque::new(),
        }
    };
    let (votes, certificates) = (
        divided("votes", votes),
        divided("votes_certificates", certificates),
    );
    let (mux, views) = Muxer::new(runtime.child("views"), views.0, views.1);
    mux.start();
    let channels = EpochChannels {
        votes,
        certificates,
        views,
    };
    (channels, senders.0, senders.1)
}

/// What an orchestrator is made of.
pub(crate) struct Parts<E, H, S, B, D>
where
    E: Rng + CryptoRng + Spawner + Storage + Clock + Metrics + Supervisor,
    H: ChainHash,
    S: Sender<PublicKey = ed25519::PublicKey>,
{
    pub runtime: E,
    pub genesis: Genesis,
    pub genesis_block: LedgerBlock,
    pub prefix: String,
    pub leader_timeout: Duration,
    pub cache: CacheRef,
    pub sets: Sets,
    pub me: ed25519::PublicKey,
    pub marshal: MarshalMailbox,
    pub application: Arc<dyn Application>,
    pub automaton: Automaton<E, H>,
    pub blocker: B,
    pub doorkeeper: D,
    pub guard: Guarded,
    pub votes: ObservedVotes,
    pub channels: EpochChannels<S>,
    pub ended: mpsc::UnboundedReceiver<Ended>,
}

/// The instance of an epoch. It ends with this.
struct Active {
    epoch: u64,
    instance: Handle<()>,
}

impl Drop for Active {
    fn drop(&mut self) {
        self.instance.abort();
    }
}

/// What happened.
enum Notice {
    Vote(u64, Message<ed25519::PublicKey>),
    Certificate(u64, Message<ed25519::PublicKey>),
    Ended(Box<Ended>),
    Stopped,
}

/// Why the epochs cannot go on; the node must stop then.
#[derive(Debug)]
struct Stuck(String);

/// Goes from epoch to epoch.
pub(crate) struct Orchestrator<E, H, S, B, D>
where
    E: Rng + CryptoRng + Spawner + Storage + Clock + Metrics + Supervisor,
    H: ChainHash,
    S: Sender<PublicKey = ed25519::PublicKey>,
{
    parts: Parts<E, H, S, B, D>,
    databases: Shared<Store<E, H>>,
    /// When this node started.
    started: BlockTime,
    /// The highest later epoch of which a message came, and who sent it.
    ahead: Option<(u64, ed25519::PublicKey)>,
}

impl<E, H, S, B, D> Orchestrator<E, H, S, B, D>
where
    E: Rng + CryptoRng + Spawner + Storage + Clock + Metrics + Supervisor,
    H: ChainHash,
    S: Sender<PublicKey = ed25519::PublicKey>,
    B: Blocker<PublicKey = ed25519::PublicKey>,
    D: Doorkeeper,
{
    pub(crate) fn new(parts: Parts<E, H, S, B, D>, databases: Shared<Store<E, H>>) -> Self {
        let started = now(&parts.runtime);
        Self {
            parts,
            databases,
            started,
            ahead: None,
        }
    }

    /// Runs until an instance stops by itself or going on would not be safe.
    pub(crate) async fn run(mut self) {
        if let Err(Stuck(reason)) = self.live().await {
            error!(%reason, "the node cannot go on to another epoch");
        }
    }

    async fn live(&mut self) -> Result<(), Stuck> {
        let processed = self.parts.marshal.get_processed().await;
        let next = processed.map_or(1, |processed| processed.height().get().saturating_add(1));
        let epoch = Height(next).epoch();
        self.load(epoch).await?;
        let begins_on = match Height::first_of(epoch).0.checked_sub(1) {
            None => self.parts.genesis_block.digest(),
            Some(height) => {
                let at = Identifier::Height(EngineHeight::new(height));
                let block = self.parts.marshal.get_block(at).await;
                block
                    .ok_or_else(|| Stuck(format!("block {height} is not in the ledger")))?
                    .digest()
            }
        };
        let mut active = self.enter(epoch, begins_on).await?;
        loop {
            match self.next(&mut active).await {
                Notice::Vote(epoch, message) => {
                    self.heard(active.epoch, epoch, &message.0);
                    if Some(epoch) == active.epoch.checked_add(1) {
                        self.parts.channels.votes.keep(message);
                    }
                }
                Notice::Certificate(epoch, message) => {
                    self.heard(active.epoch, epoch, &message.0);
                    if Some(epoch) == active.epoch.checked_add(1) {
                        self.parts.channels.certificates.keep(message);
                    }
                }
                Notice::Ended(ended) if ended.header.epoch == active.epoch => {
                    active = self.follow(&ended).await?;
                    self.catch_up(active.epoch);
                }
                // Delivered again after a crash.
                Notice::Ended(ended) => debug!(epoch = ended.header.epoch, "this epoch is past"),
                Notice::Stopped => return Err(Stuck("the engine's instance stopped by itself".to_owned())),
            }
        }
    }

    /// Waits for what happens next. The end of an epoch comes first, messages of others last.
    async fn next(&mut self, active: &mut Active) -> Notice {
        let Parts { channels, ended, .. } = &mut self.parts;
        let instance = &mut active.instance;
        std::future::poll_fn(|context| {
            if let Poll::Ready(Some(ended)) = ended.poll_recv(context) {
                return Poll::Ready(Notice::Ended(Box::new(ended)));
            }
            if Pin::new(&mut *instance).poll(context).is_ready() {
                return Poll::Ready(Notice::Stopped);
            }
            if let Poll::Ready(Some((epoch, message))) = channels.certificates.others.poll_recv(context) {
                return Poll::Ready(Notice::Certificate(epoch, message));
            }
            if let Poll::Ready(Some((epoch, message))) = channels.votes.others.poll_recv(context) {
                return Poll::Ready(Notice::Vote(epoch, message));
            }
            Poll::Pending
        })
        .await
    }

    /// Reads from the state who votes in this epoch and who voted before, back to the founders.
    async fn load(&mut self, epoch: u64) -> Result<(), Stuck> {
        let mut sets = vec![self.ask(Height::first_of(epoch)).await?];
        while let Some(before) = sets
            .last()
            .and_then(|set| Height::first_of(set.epoch).0.checked_sub(1))
        {
            sets.push(self.ask(Height(before)).await?);
        }
        self.know(sets, epoch)
    }

    fn know(&self, sets: Vec<ValidatorSet>, through: u64) -> Result<(), Stuck> {
        let known = self.parts.sets.know(sets, through);
        let strange = || Stuck("a validator's key is none of the engine's".to_owned());
        known.then_some(()).ok_or_else(strange)
    }

    /// The set of a height, by the state as it is now.
    async fn ask(&mut self, height: Height) -> Result<ValidatorSet, Stuck> {
        let damaged = |reason: String| Stuck(format!("the validators of height {height}: {reason}"));
        let mut question = ValidatorsAt::new(self.parts.application.registry(), &self.parts.genesis, height);
        loop {
            match question.advance() {
                Asked::Done(set) => return Ok(set),
                Asked::Damaged(key) => {
                    return Err(damaged(format!("record {} is damaged", hex::encode(key.0))));
                }
                Asked::Wanted(wanted) => {
                    let store = self.databases.read().await;
                    let found = store.get(&key(&wanted)).await;
                    drop(store);
                    let value = found.map_err(|error| damaged(error.to_string()))?;
                    question.supply(wanted, value.map(|value| value.0));
                }
            }
        }
    }

    /// The sets that are decided for after an epoch.
    async fn later(&mut self, epoch: u64) -> Result<Vec<ValidatorSet>, Stuck> {
        let mut later = Vec::new();
        let mut height = Height::first_of(u64::MAX);
        loop {
            let set = self.ask(height).await?;
            if set.epoch <= epoch {
                return Ok(later);
            }
            height = Height(Height::first_of(set.epoch).0.saturating_sub(1));
            later.push(set);
        }
    }

    /// Enters the epoch after one that has ended.
    async fn follow(&mut self, ended: &Ended) -> Result<Active, Stuck> {
        let first = ended.header.height.next();
        let first = first.ok_or_else(|| Stuck("no height is left".to_owned()))?;
        let set = self.ask(first).await?;
        if set.digest(H::ALGORITHM) != ended.header.validators {
            return Err(Stuck(format!(
                "the state gives other validators for height {first} than the block before it"
            )));
        }
        self.know(vec![set], first.epoch())?;
        self.enter(first.epoch(), ended.digest).await
    }

    /// Starts the instance of an epoch on the last block before it.
    async fn enter(&mut self, epoch: u64, begins_on: sha256::Digest) -> Result<Active, Stuck> {
        let voters = self.parts.sets.of(epoch);
        let voters = voters.ok_or_else(|| Stuck(format!("the validators of epoch {epoch} are not known")))?;
        let later = self.later(epoch).await?;
        let admitted = self.parts.sets.admitted(epoch, &later);
        self.parts.doorkeeper.admit(epoch, &admitted);
        // Journals of epochs that are past; the one just left may still be open.
        for past in [epoch.checked_sub(2), epoch.checked_sub(3)].into_iter().flatten() {
            // There is none after a clean start.
            let _ = self
                .parts
                .runtime
                .remove(&journal(&self.parts.prefix, past), None)
                .await;
        }
        let closed = |_| Stuck("the channels of votes are closed".to_owned());
        let channels = &mut self.parts.channels;
        let (_, votes) = channels.votes.handle.register(epoch).await.map_err(closed)?;
        let (_, certificates) = channels
            .certificates
            .handle
            .register(epoch)
            .await
            .map_err(closed)?;
        let views = channels.views.register(epoch).await.map_err(closed)?;
        let mut early = (channels.votes.take(epoch), channels.certificates.take(epoch));
        let since = now(&self.parts.runtime).0.saturating_sub(self.silence_ms());
        let times = (self.started, BlockTime(since));
        let signs = signs::of_life(epoch, &voters, &self.parts.votes, times);
        // Before everything else, so that nobody is judged who is known to be alive.
        signs
            .into_iter()
            .filter(|(from, _)| *from != self.parts.me)
            .for_each(|sign| early.1.push_front(sign));
        let others: Vec<_> = voters
            .keys
            .iter()
            .filter(|key| **key != self.parts.me)
            .cloned()
            .collect();
        let (vote_sender, certificate_sender) = self.parts.guard.of_epoch(epoch, &voters, others);
        let of_epoch = self.parts.votes.of_epoch(epoch, &voters);
        let votes = HeardReceiver::new(early.0, votes, Some(of_epoch));
        let certificates = HeardReceiver::new(early.1, certificates, None);
        let instance = self.start(
            epoch,
            &voters,
            begins_on,
            (vote_sender, votes),
            (certificate_sender, certificates),
            views,
        );
        if voters.mine {
            info!(epoch, validators = voters.keys.len(), "a new epoch has begun");
        } else {
            warn!(
                epoch,
                validators = voters.keys.len(),
                "a new epoch has begun, in which this node's key does not vote; it follows"
            );
        }
        Ok(Active { epoch, instance })
    }

    /// How long a leader may have been silent before its view is given up at once.
    fn silence(&self) -> Duration {
        self.parts.leader_timeout.saturating_mul(3)
    }

    fn silence_ms(&self) -> u64 {
        u64::try_from(self.silence().as_millis()).unwrap_or(u64::MAX)
    }

    /// Opens the journal of an epoch's instance and starts it.
    fn start(
        &self,
        epoch: u64,
        voters: &Voters,
        begins_on: sha256::Digest,
        votes: (
            impl Sender<PublicKey = ed25519::PublicKey>,
            impl Receiver<PublicKey = ed25519::PublicKey>,
        ),
        certificates: (
            impl Sender<PublicKey = ed25519::PublicKey>,
            impl Receiver<PublicKey = ed25519::PublicKey>,
        ),
        views: (
            impl Sender<PublicKey = ed25519::PublicKey>,
            impl Receiver<PublicKey = ed25519::PublicKey>,
        ),
    ) -> Handle<()> {
        let parts = &self.parts;
        let leader_timeout = parts.leader_timeout;
        let automaton = parts.automaton.clone();
        let reporter = (automaton.clone(), parts.votes.of_epoch(epoch, voters));
        let runtime = parts.runtime.child("simplex").with_attribute("epoch", epoch);
        let instance = simplex::Engine::new(
            runtime,
            simplex::Config {
                scheme: voters.scheme.clone(),
                elector: RoundRobin::<commonware_cryptography::Sha256>::default(),
                blocker: parts.blocker.clone(),
                automaton: Paced::new(
                    parts.runtime.child("pace"),
                    automaton.clone(),
                    parts.application.clone(),
                ),
                relay: automaton,
                reporter: Reporters::from(reporter),
                strategy: Sequential,
                partition: journal(&parts.prefix, epoch),
                mailbox_size: MAILBOX,
                epoch: Epoch::new(epoch),
                floor: Floor::Genesis(begins_on),
                replay_buffer: IO_BUFFER,
                write_buffer: IO_BUFFER,
                page_cache: parts.cache.clone(),
                leader_timeout,
                certification_timeout: leader_timeout.saturating_mul(2),
                timeout_retry: leader_timeout,
                view_retention: ViewDelta::new(64),
                skip: SkipPolicy::Enabled {
                    timeout: self.silence(),
                    budget: SkipBudget::Participants,
                },
                fetch_timeout: duration(FETCH_TIMEOUT),
                fetch_retry_delay: FETCH_RETRY,
                forward: ForwardPolicy::Disabled,
                track_historical_votes: false,
            },
        );
        instance.start(votes, certificates, views)
    }

    /// Something of an epoch that is not entered came from a peer.
    fn heard(&mut self, active: u64, epoch: u64, from: &ed25519::PublicKey) {
        if epoch <= active {
            return;
        }
        if self.ahead.as_ref().is_none_or(|(known, _)| *known <= epoch) {
            self.ahead = Some((epoch, from.clone()));
        }
        self.ask_for_the_end_of(active, from.clone());
    }

    /// Goes on at once where a peer is known to be further ahead.
    fn catch_up(&mut self, active: u64) {
        if let Some((epoch, from)) = self.ahead.clone()
            && epoch > active
        {
            self.ask_for_the_end_of(active, from);
        }
    }

    fn ask_for_the_end_of(&self, epoch: u64, from: ed25519::PublicKey) {
        let last = Height::first_of(epoch.saturating_add(1)).0.saturating_sub(1);
        self.parts
            .marshal
            .hint_finalized(EngineHeight::new(last), NonEmptyVec::new(from));
    }
}

/// Where the journal of an epoch's instance lies.
pub(crate) fn journal(prefix: &str, epoch: u64) -> String {
    format!("{prefix}-votes-{epoch}")
}
