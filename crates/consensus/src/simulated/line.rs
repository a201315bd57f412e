//! The way out of a simulated node: what leaves is written down, and a byzantine member's votes are contradicted on the way.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use commonware_actor::{Feedback, Unreliable};
use commonware_codec::{Copying, Decode as _, Encode as _};
use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::{Finalize, Notarize, Nullify, Proposal, Vote};
use commonware_cryptography::{Hasher as _, Sha256, ed25519, sha256};
use commonware_p2p::{CheckedSender, LimitedSender, Recipients, Sender as _, simulated};
use commonware_runtime::IoBufs;

use super::Context;
use super::votes::VoteLog;

type EngineVote = Vote<vote_scheme::Scheme, sha256::Digest>;
type Inner = simulated::Sender<ed25519::PublicKey, Context>;

/// One channel out of a simulated node.
#[derive(Clone, Debug)]
pub struct Line {
    inner: Inner,
    watch: Option<Watch>,
}

/// What happens to votes on their way out.
#[derive(Clone)]
pub(super) struct Watch {
    pub(super) place: usize,
    pub(super) log: Arc<VoteLog>,
    /// Signs the contradictions of a member that votes twice.
    pub(super) twice: Option<vote_scheme::Scheme>,
}

impl std::fmt::Debug for Watch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl Line {
    pub(super) fn new(inner: Inner, watch: Option<Watch>) -> Self {
        Self { inner, watch }
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
            inner: self.inner.check(recipients)?,
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
        if let Some((watch, mut line)) = self.watch
            && let Ok(vote) = EngineVote::decode_cfg(Copying(bytes.as_ref()), &())
        {
            watch.log.left(watch.place, &vote);
            for lie in watch
                .twice
                .iter()
                .flat_map(|scheme| contradictions(scheme, &vote))
            {
                line.send(Recipients::All, lie.encode(), priority);
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
