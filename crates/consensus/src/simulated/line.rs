//! The way out of a simulated node: what leaves is written down, and a byzantine member's votes are contradicted on the way.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use commonware_actor::{Feedback, Unreliable};
use commonware_codec::varint::UInt;
use commonware_codec::{Copying, Decode as _, Encode as _};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::{Finalize, Notarize, Nullify, Proposal, Vote};
use commonware_cryptography::{Hasher as _, Sha256, ed25519, sha256};
use commonware_p2p::utils::mux;
use commonware_p2p::{CheckedSender, LimitedSender, Message, Receiver, Recipients, Sender as _, simulated};
use commonware_runtime::{IoBuf, IoBufs};

use super::Context;
use super::votes::VoteLog;

type EngineVote = Vote<vote_scheme::Scheme, sha256::Digest>;
type Inner = simulated::Sender<ed25519::PublicKey, Context>;

/// One channel out of a simulated node.
#[derive(Clone, Debug)]
pub struct Line {
    inner: Inner,
    watch: Option<Watch>,
    open_to: OpenTo,
}

/// The keys a node's links are open to. Clones are of the same node.
#[derive(Clone, Debug, Default)]
pub(super) struct OpenTo(Arc<Mutex<BTreeSet<ed25519::PublicKey>>>);

impl OpenTo {
    pub(super) fn set(&self, keys: BTreeSet<ed25519::PublicKey>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = keys;
    }

    fn has(&self, key: &ed25519::PublicKey) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(key)
    }

    /// The recipients to whom there is a link.
    fn linked(&self, recipients: Recipients<ed25519::PublicKey>) -> Recipients<ed25519::PublicKey> {
        let linked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Recipients::Some(match recipients {
            Recipients::All => linked.iter().cloned().collect(),
            Recipients::Some(some) => some.into_iter().filter(|key| linked.contains(key)).collect(),
            Recipients::One(one) => [one].into_iter().filter(|key| linked.contains(key)).collect(),
        })
    }
}

/// One channel into a simulated node: nothing is heard from keys that its links are not open to.
#[derive(Debug)]
pub struct Ear {
    inner: simulated::Receiver<ed25519::PublicKey>,
    open_to: OpenTo,
}

impl Ear {
    pub(super) fn new(inner: simulated::Receiver<ed25519::PublicKey>, open_to: OpenTo) -> Self {
        Self { inner, open_to }
    }
}

impl Receiver for Ear {
    type Error = <simulated::Receiver<ed25519::PublicKey> as Receiver>::Error;
    type PublicKey = ed25519::PublicKey;

    async fn recv(&mut self) -> Result<Message<Self::PublicKey>, Self::Error> {
        loop {
            let message = self.inner.recv().await?;
            if self.open_to.has(&message.0) {
                return Ok(message);
            }
        }
    }

    fn capacity(&self) -> NonZeroUsize {
        self.inner.capacity()
    }
}

/// What happens to votes on their way out.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) place: usize,
    pub(super) log: Arc<VoteLog>,
    /// Signs the contradictions of a member that votes twice.
    pub(super) twice: Option<Arc<dyn Fn(u64) -> Option<vote_scheme::Scheme> + Send + Sync>>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Line {
    pub(super) fn new(inner: Inner, watch: Option<Watch>, open_to: OpenTo) -> Self {
        Self {
            inner,
            watch,
            open_to,
        }
    }

    /// Sends bytes as they are to everyone.
    pub(super) fn shout(&mut self, bytes: Bytes) {
        self.inner.send(Recipients::All, bytes, false);
    }
}

/// A message ready to leave.
pub struct Checked<'a> {
    inner: <Inner as LimitedSender>::Checked<'a>,
    watch: Option<(Watch, Inner)>,
}

impl LimitedSender for Line {
    type PublicKey = ed25519::PublicKey;
    type Checked<'a> = Checked<'a>;

    fn check(&mut self, recipients: Recipients<Self::PublicKey>) -> Result<Self::Checked<'_>, SystemTime> {
        let watch = self.watch.clone().map(|watch| (watch, self.inner.clone()));
        Ok(Checked {
            inner: self.inner.check(self.open_to.linked(recipients))?,
            watch,
        })
    }
}

impl CheckedSender for Checked<'_> {
    type PublicKey = ed25519::PublicKey;

    fn recipients(&self) -> Vec<Self::PublicKey> {
        self.inner.recipients()
    }

    fn send(self, message: impl Into<IoBufs> + Send, priority: bool) -> Unreliable<Feedback> {
        let message = message.into().coalesce();
        let bytes = Bytes::copy_from_slice(message.as_ref());
        let sent = self.inner.send(bytes.clone(), priority);
        // Votes are preceded by the number of their epoch.
        if let Some((watch, mut line)) = self.watch
            && let Ok((epoch, vote)) = mux::parse(IoBuf::from(bytes))
            && let Ok(vote) = EngineVote::decode_cfg(Copying(vote.as_ref()), &())
        {
            watch.log.left(watch.place, &vote);
            let scheme = watch.twice.as_ref().and_then(|scheme| scheme(epoch));
            for lie in scheme.iter().flat_map(|scheme| contradictions(scheme, &vote)) {
                let message = [UInt(epoch).encode(), lie.encode()].concat();
                line.send(Recipients::All, Bytes::from(message), priority);
            }
        }
        sent
    }
}

/// Votes of the same member that an honest one would never give beside `vote`.
fn contradictions(scheme: &vote_scheme::Scheme, vote: &EngineVote) -> Vec<EngineVote> {
    let other = |proposal: &Proposal<sha256::Digest>| {
        let payload = Sha256::hash(&[proposal.payload.as_ref()]);
        Proposal::new(proposal.round, proposal.parent, payload)
    };
    let (round, lies) = match vote {
        Vote::Notarize(vote) => {
            let lie = other(&vote.proposal);
            let lies = [
                Notarize::sign(scheme, lie.clone()).map(Vote::Notarize),
                Finalize::sign(scheme, lie).map(Vote::Finalize),
            ];
            (vote.proposal.round, lies)
        }
        Vote::Finalize(vote) => {
            let lie = other(&vote.proposal);
            (
                vote.proposal.round,
                [Finalize::sign(scheme, lie).map(Vote::Finalize), None],
            )
        }
        Vote::Nullify(_) => return Vec::new(),
    };
    let nullify = Nullify::sign::<sha256::Digest>(scheme, round).map(Vote::Nullify);
    lies.into_iter().chain([nullify]).flatten().collect()
}
