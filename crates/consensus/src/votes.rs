//! The way of votes out of the node, through the guard, and what is observed of votes for the operator.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use commonware_actor::{Feedback, Unreliable};
use commonware_codec::{Copying, Decode as _};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::{Activity, Attributable as _, Certificate, Vote};
use commonware_consensus::{Epochable as _, Reporter, Viewable as _};
use commonware_cryptography::{ed25519, sha256};
use commonware_p2p::utils::mux::GlobalSender;
use commonware_p2p::{CheckedSender, LimitedSender, Message, Receiver, Recipients, Sender};
use commonware_runtime::{IoBufs, Spawner, Storage};
use commonware_utils::channel::mpsc;
use tracing::{error, info, warn};
use yinxin_crypto::PublicKey;
use yinxin_types::BlockTime;

use crate::guard::{GuardState, GuardWatch, Verdict, VoteGuard, VoteKind};
use crate::sets::{Sets, Voters};

/// Messages waiting for the guard. Votes are a few for each view; a queue this long means that the disk stands still.
const QUEUE: usize = 1024;

type EngineVote = Vote<vote_scheme::Scheme, sha256::Digest>;
type EngineCertificate = Certificate<vote_scheme::Scheme, sha256::Digest>;

#[derive(Clone, Copy, Debug)]
enum Kind {
    Vote,
    Certificate,
}

struct Outgoing {
    kind: Kind,
    epoch: u64,
    /// How many validators the epoch has.
    validators: usize,
    recipients: Recipients<ed25519::PublicKey>,
    message: Bytes,
    priority: bool,
}

/// A sender whose messages leave only after the guard has entered the votes before them.
#[derive(Clone, Debug)]
pub(crate) struct GuardedSender {
    kind: Kind,
    epoch: u64,
    /// Whether this node's key votes in the epoch; else nothing leaves.
    voting: bool,
    peers: Arc<[ed25519::PublicKey]>,
    queue: mpsc::Sender<Outgoing>,
}

/// A message ready to be queued.
pub(crate) struct Checked<'a> {
    sender: &'a GuardedSender,
    recipients: Recipients<ed25519::PublicKey>,
}

impl CheckedSender for Checked<'_> {
    type PublicKey = ed25519::PublicKey;

    fn recipients(&self) -> Vec<Self::PublicKey> {
        match &self.recipients {
            Recipients::All => self.sender.peers.to_vec(),
            Recipients::Some(some) => some.clone(),
            Recipients::One(one) => vec![one.clone()],
        }
    }

    fn send(self, message: impl Into<IoBufs> + Send, priority: bool) -> Unreliable<Feedback> {
        if !self.sender.voting {
            return Unreliable::new(Feedback::Ok);
        }
        let message = message.into().coalesce();
        let message = Bytes::copy_from_slice(message.as_ref());
        let outgoing = Outgoing {
            kind: self.sender.kind,
            epoch: self.sender.epoch,
            validators: self.sender.peers.len().saturating_add(1),
            recipients: self.recipients,
            message,
            priority,
        };
        match self.sender.queue.try_send(outgoing) {
            Ok(()) => Unreliable::new(Feedback::Ok),
            // A vote that is lost here is lost as on a network: the engine repeats it.
            Err(mpsc::error::TrySendError::Full(_)) => Unreliable::Rejected,
            Err(mpsc::error::TrySendError::Closed(_)) => Unreliable::new(Feedback::Closed),
        }
    }
}

impl LimitedSender for GuardedSender {
    type PublicKey = ed25519::PublicKey;
    type Checked<'a> = Checked<'a>;

    fn check(&mut self, recipients: Recipients<Self::PublicKey>) -> Result<Self::Checked<'_>, SystemTime> {
        Ok(Checked {
            sender: self,
            recipients,
        })
    }
}

/// The way through the guard, for every epoch.
#[derive(Clone, Debug)]
pub(crate) struct Guarded(mpsc::Sender<Outgoing>);

impl Guarded {
    /// The ways for votes and certificates of an epoch, to these others.
    pub(crate) fn of_epoch(
        &self,
        epoch: u64,
        voters: &Voters,
        others: Vec<ed25519::PublicKey>,
    ) -> (GuardedSender, GuardedSender) {
        let peers: Arc<[_]> = others.into();
        let sender = |kind| GuardedSender {
            kind,
            epoch,
            voting: voters.mine,
            peers: peers.clone(),
            queue: self.0.clone(),
        };
        (sender(Kind::Vote), sender(Kind::Certificate))
    }
}

/// Puts the guard in front of the channels for votes and certificates. A certificate this node assembles can hold its own vote, so it
/// waits in the same queue.
pub(crate) fn guard<E, S>(
    runtime: E,
    (guard, watch): (VoteGuard<E>, GuardWatch),
    votes: GlobalSender<S>,
    certificates: GlobalSender<S>,
    skip_sync: bool,
) -> Guarded
where
    E: Storage + Spawner,
    S: Sender<PublicKey = ed25519::PublicKey>,
{
    let (queue, outgoing) = mpsc::channel(QUEUE);
    let door = Door {
        guard,
        watch,
        votes,
        certificates,
        refused_to: None,
        skip_sync,
    };
    runtime.spawn(move |_| door.run(outgoing));
    Guarded(queue)
}

struct Door<E: Storage, S: Sender> {
    guard: VoteGuard<E>,
    watch: GuardWatch,
    votes: GlobalSender<S>,
    certificates: GlobalSender<S>,
    /// The highest epoch and view in which a vote was refused: certificates up to it may hold that vote.
    refused_to: Option<(u64, u64)>,
    skip_sync: bool,
}

impl<E: Storage, S: Sender<PublicKey = ed25519::PublicKey>> Door<E, S> {
    async fn run(mut self, mut outgoing: mpsc::Receiver<Outgoing>) {
        if self.guard.state() == GuardState::Unreadable {
            error!("the vote guard cannot be read; this node observes and does not vote");
        }
        while let Some(first) = outgoing.recv().await {
            let mut batch = vec![first];
            while batch.len() < QUEUE
                && let Ok(next) = outgoing.try_recv()
            {
                batch.push(next);
            }
            self.readmit();
            let mut changed = false;
            batch.retain(|message| self.judge(message, &mut changed));
            if changed
                && !self.skip_sync
                && let Err(reason) = self.guard.sync().await
            {
                // A vote that is not entered must not leave, and the disk will not become better by trying.
                error!(%reason, "the vote guard cannot be stored; this node stops voting");
                return;
            }
            for message in batch {
                let sender = match message.kind {
                    Kind::Vote => &mut self.votes,
                    Kind::Certificate => &mut self.certificates,
                };
                sender.send(
                    message.epoch,
                    message.recipients,
                    message.message,
                    message.priority,
                );
            }
        }
    }

    /// Ends the silence of a node whose guard could not be read, when no vote it gave before can be contradicted any more.
    fn readmit(&mut self) {
        if self.guard.state() == GuardState::Unreadable
            && let Some((epoch, floor)) = self.watch.passed()
        {
            self.guard.readmit(epoch, floor);
            self.watch.set(self.guard.state());
            info!(
                epoch,
                floor, "finality has passed every vote this node can have given; it votes again"
            );
        }
    }

    fn judge(&mut self, message: &Outgoing, changed: &mut bool) -> bool {
        match message.kind {
            Kind::Vote => self.judge_vote(&message.message, changed),
            Kind::Certificate => self.judge_certificate(message),
        }
    }

    fn judge_vote(&mut self, bytes: &[u8], changed: &mut bool) -> bool {
        let Ok(vote) = EngineVote::decode_cfg(Copying(bytes), &()) else {
            error!("the engine sent a vote that cannot be read; it stays here");
            return false;
        };
        let (epoch, view) = (vote.epoch().get(), vote.view().get());
        let kind = match &vote {
            Vote::Notarize(vote) => VoteKind::Notarize(vote.proposal.payload.0),
            Vote::Nullify(_) => VoteKind::Nullify,
            Vote::Finalize(vote) => VoteKind::Finalize(vote.proposal.payload.0),
        };
        match self.guard.admit(epoch, view, kind) {
            Verdict::New => {
                *changed = true;
                true
            }
            Verdict::Repeat => true,
            Verdict::Refused => {
                // A node that only observes said so once; what it does not say then is no news.
                if self.guard.state() != GuardState::Unreadable {
                    warn!(
                        epoch,
                        view,
                        ?kind,
                        "a vote contradicts the guard, or lies below it; it stays here"
                    );
                }
                self.refused_to = self.refused_to.max(Some((epoch, view)));
                false
            }
        }
    }

    fn judge_certificate(&self, message: &Outgoing) -> bool {
        let Some(refused_to) = self.refused_to else {
            return true;
        };
        let bytes = Copying(message.message.as_ref());
        let certificate = EngineCertificate::decode_cfg(bytes, &message.validators);
        certificate
            .is_ok_and(|certificate| (certificate.epoch().get(), certificate.view().get()) > refused_to)
    }
}

/// When a validator was last heard of, and where it was seen to vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The highest view of a vote of it; 0 before the first.
    pub view: u64,
    /// When something last came from it on the channel of votes, by this node's clock. The members of a halted chain repeat theirs.
    pub at: BlockTime,
}

/// The last votes of each validator since this node started.
#[derive(Clone)]
pub struct ObservedVotes {
    clock: Arc<dyn Fn() -> BlockTime + Send + Sync>,
    /// With the epoch of the vote.
    seen: Arc<Mutex<BTreeMap<PublicKey, (u64, Seen)>>>,
}

impl fmt::Debug for ObservedVotes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObservedVotes")
            .field("seen", &self.seen)
            .finish_non_exhaustive()
    }
}

impl ObservedVotes {
    pub(crate) fn new(clock: impl Fn() -> BlockTime + Send + Sync + 'static) -> Self {
        Self {
            clock: Arc::new(clock),
            seen: Arc::default(),
        }
    }

    /// What was seen of each validator; those of whom nothing was are absent. Views are those of the last epoch in which one voted.
    pub fn by_validator(&self) -> BTreeMap<PublicKey, Seen> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().map(|(key, (_, seen))| (*key, *seen)).collect()
    }

    /// The votes of one epoch.
    pub(crate) fn of_epoch(&self, epoch: u64, voters: &Voters) -> EpochVotes {
        let keys = voters
            .keys
            .iter()
            .cloned()
            .zip(voters.set.validators.iter().copied());
        EpochVotes {
            votes: self.clone(),
            epoch,
            keys: keys.collect(),
        }
    }

    fn saw(&self, key: PublicKey, epoch: u64, view: u64) {
        let at = (self.clock)();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let (last_epoch, last) = seen.entry(key).or_insert((epoch, Seen { view, at }));
        let view = if *last_epoch < epoch {
            view
        } else {
            view.max(last.view)
        };
        (*last_epoch, *last) = (epoch.max(*last_epoch), Seen { view, at });
    }
}

/// Notes the votes of one epoch, whose certificates and votes name places.
#[derive(Clone, Debug)]
pub(crate) struct EpochVotes {
    votes: ObservedVotes,
    epoch: u64,
    keys: Arc<[(ed25519::PublicKey, PublicKey)]>,
}

impl EpochVotes {
    fn saw(&self, signer: u32, view: u64) {
        let place = usize::try_from(signer).ok();
        if let Some((_, key)) = place.and_then(|place| self.keys.get(place)) {
            self.votes.saw(*key, self.epoch, view);
        }
    }

    fn heard(&self, from: &ed25519::PublicKey) {
        if let Some((_, key)) = self.keys.iter().find(|(key, _)| key == from) {
            self.votes.saw(*key, self.epoch, 0);
        }
    }
}

/// The receiving end of a channel of one epoch. First comes what arrived before the node entered it. On the channel of votes it notes from
/// whom something came: the engine does not report votes it has already, and the members of a halted chain do nothing but repeat theirs.
#[derive(Debug)]
pub(crate) struct HeardReceiver<R> {
    early: VecDeque<Message<ed25519::PublicKey>>,
    inner: R,
    votes: Option<EpochVotes>,
}

impl<R> HeardReceiver<R> {
    pub(crate) fn new(
        early: VecDeque<Message<ed25519::PublicKey>>,
        inner: R,
        votes: Option<EpochVotes>,
    ) -> Self {
        Self { early, inner, votes }
    }
}

impl<R: Receiver<PublicKey = ed25519::PublicKey>> Receiver for HeardReceiver<R> {
    type Error = R::Error;
    type PublicKey = ed25519::PublicKey;

    async fn recv(&mut self) -> Result<Message<Self::PublicKey>, Self::Error> {
        let message = match self.early.pop_front() {
            Some(message) => message,
            None => self.inner.recv().await?,
        };
        if let Some(votes) = &self.votes {
            votes.heard(&message.0);
        }
        Ok(message)
    }

    fn capacity(&self) -> NonZeroUsize {
        self.inner.capacity()
    }
}

/// The receiving end of a channel that gives nothing before this node knows who votes.
#[derive(Debug)]
pub(crate) struct GatedReceiver<R> {
    inner: R,
    sets: Option<Sets>,
}

impl<R> GatedReceiver<R> {
    pub(crate) fn new(inner: R, sets: Sets) -> Self {
        Self {
            inner,
            sets: Some(sets),
        }
    }
}

impl<R: Receiver<PublicKey = ed25519::PublicKey>> Receiver for GatedReceiver<R> {
    type Error = R::Error;
    type PublicKey = ed25519::PublicKey;

    async fn recv(&mut self) -> Result<Message<Self::PublicKey>, Self::Error> {
        if let Some(sets) = &self.sets {
            sets.ready().await;
            self.sets = None;
        }
        self.inner.recv().await
    }

    fn capacity(&self) -> NonZeroUsize {
        self.inner.capacity()
    }
}

impl Reporter for EpochVotes {
    type Activity = Activity<vote_scheme::Scheme, sha256::Digest>;

    fn report(&mut self, activity: Self::Activity) -> Feedback {
        match &activity {
            Activity::Notarize(vote) => self.saw(vote.signer().get(), vote.view().get()),
            Activity::Nullify(vote) => self.saw(vote.signer().get(), vote.view().get()),
            Activity::Finalize(vote) => self.saw(vote.signer().get(), vote.view().get()),
            Activity::ConflictingNotarize(_)
            | Activity::ConflictingFinalize(_)
            | Activity::NullifyFinalize(_) => {
                error!(?activity, "a validator contradicted itself");
            }
            _ => {}
        }
        Feedback::Ok
    }
}
