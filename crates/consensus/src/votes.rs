//! The way of votes out of the node, through the guard, and what is observed of votes for the operator.

use std::collections::BTreeMap;
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
use commonware_p2p::{CheckedSender, LimitedSender, Message, Receiver, Recipients, Sender};
use commonware_runtime::{IoBufs, Spawner, Storage};
use commonware_utils::channel::mpsc;
use tracing::{error, info, warn};
use yinxin_types::BlockTime;

use crate::guard::{GuardState, GuardWatch, Verdict, VoteGuard, VoteKind};

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
    recipients: Recipients<ed25519::PublicKey>,
    message: Bytes,
    priority: bool,
}

/// A sender whose messages leave only after the guard has entered the votes before them.
#[derive(Clone, Debug)]
pub(crate) struct GuardedSender {
    kind: Kind,
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
        let message = message.into().coalesce();
        let message = Bytes::copy_from_slice(message.as_ref());
        let outgoing = Outgoing {
            kind: self.sender.kind,
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

/// Puts the guard in front of the channels for votes and certificates. A certificate this node assembles can hold its own vote, so it
/// waits in the same queue.
pub(crate) fn guard<E, S>(
    runtime: E,
    (guard, watch): (VoteGuard<E>, GuardWatch),
    peers: Vec<ed25519::PublicKey>,
    votes: S,
    certificates: S,
    skip_sync: bool,
) -> (GuardedSender, GuardedSender)
where
    E: Storage + Spawner,
    S: Sender<PublicKey = ed25519::PublicKey>,
{
    let (queue, outgoing) = mpsc::channel(QUEUE);
    let peers: Arc<[_]> = peers.into();
    let validators = peers.len().saturating_add(1);
    let sender = |kind| GuardedSender {
        kind,
        peers: peers.clone(),
        queue: queue.clone(),
    };
    let senders = (sender(Kind::Vote), sender(Kind::Certificate));
    let door = Door {
        guard,
        watch,
        votes,
        certificates,
        validators,
        refused_to: None,
        skip_sync,
    };
    runtime.spawn(move |_| door.run(outgoing));
    senders
}

struct Door<E: Storage, S> {
    guard: VoteGuard<E>,
    watch: GuardWatch,
    votes: S,
    certificates: S,
    validators: usize,
    /// The highest view in which a vote was refused: certificates up to it may hold that vote.
    refused_to: Option<u64>,
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
                sender.send(message.recipients, message.message, message.priority);
            }
        }
    }

    /// Ends the silence of a node whose guard could not be read, when no vote it gave before can be contradicted any more.
    fn readmit(&mut self) {
        if self.guard.state() == GuardState::Unreadable
            && let Some(floor) = self.watch.passed()
        {
            self.guard.readmit(floor);
            self.watch.set(self.guard.state());
            info!(
                floor,
                "finality has passed every vote this node can have given; it votes again"
            );
        }
    }

    fn judge(&mut self, message: &Outgoing, changed: &mut bool) -> bool {
        match message.kind {
            Kind::Vote => self.judge_vote(&message.message, changed),
            Kind::Certificate => self.judge_certificate(&message.message),
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
                self.refused_to = self.refused_to.max(Some(view));
                false
            }
        }
    }

    fn judge_certificate(&self, bytes: &[u8]) -> bool {
        let Some(refused_to) = self.refused_to else {
            return true;
        };
        let certificate = EngineCertificate::decode_cfg(Copying(bytes), &self.validators);
        certificate.is_ok_and(|certificate| certificate.view().get() > refused_to)
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

/// The last votes of each validator, by its place in the validator set, since this node started.
#[derive(Clone)]
pub struct ObservedVotes {
    clock: Arc<dyn Fn() -> BlockTime + Send + Sync>,
    seen: Arc<Mutex<BTreeMap<u32, Seen>>>,
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

    /// What was seen of each validator; those of whom nothing was are absent.
    pub fn by_validator(&self) -> BTreeMap<u32, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn saw(&self, signer: u32, view: u64) {
        let at = (self.clock)();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.entry(signer).or_insert(Seen { view, at });
        *last = Seen {
            view: last.view.max(view),
            at,
        };
    }
}

/// The receiving end of the channel of votes, which notes from whom something came. The engine does not report votes it has already, and
/// the members of a halted chain do nothing but repeat theirs.
#[derive(Debug)]
pub(crate) struct HeardReceiver<R> {
    inner: R,
    votes: ObservedVotes,
    /// The validators in the order of their places.
    validators: Vec<ed25519::PublicKey>,
}

impl<R> HeardReceiver<R> {
    pub(crate) fn new(inner: R, votes: ObservedVotes, validators: Vec<ed25519::PublicKey>) -> Self {
        Self {
            inner,
            votes,
            validators,
        }
    }
}

impl<R: Receiver<PublicKey = ed25519::PublicKey>> Receiver for HeardReceiver<R> {
    type Error = R::Error;
    type PublicKey = ed25519::PublicKey;

    async fn recv(&mut self) -> Result<Message<Self::PublicKey>, Self::Error> {
        let message = self.inner.recv().await?;
        let place = self.validators.iter().position(|key| *key == message.0);
        if let Some(place) = place.and_then(|place| u32::try_from(place).ok()) {
            self.votes.saw(place, 0);
        }
        Ok(message)
    }

    fn capacity(&self) -> NonZeroUsize {
        self.inner.capacity()
    }
}

impl Reporter for ObservedVotes {
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
