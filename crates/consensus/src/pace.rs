//! When to propose: as soon as the application has a reason to. A leader without one lets its view pass, so an idle chain votes but
//! stores nothing.
//!
//! The wait stands before the engine's state machine and not in it, because a block being built there holds up what is final.

use std::future::Future;
use std::sync::Arc;

use commonware_consensus::{Automaton, CertifiableAutomaton, Handoff, types::Round};
use commonware_runtime::{Spawner, Supervisor};
use commonware_utils::channel::oneshot;
use futures::future::{Either, select};

use crate::application::Application;
use crate::block::ProposalContext;

/// An automaton that proposes when there is something to propose.
pub(crate) struct Paced<E, D> {
    runtime: E,
    inner: D,
    application: Arc<dyn Application>,
}

impl<E: Supervisor, D: Clone> Clone for Paced<E, D> {
    fn clone(&self) -> Self {
        Self {
            runtime: self.runtime.child("pace"),
            inner: self.inner.clone(),
            application: self.application.clone(),
        }
    }
}

impl<E, D> Paced<E, D> {
    pub(crate) fn new(runtime: E, inner: D, application: Arc<dyn Application>) -> Self {
        Self {
            runtime,
            inner,
            application,
        }
    }
}

impl<E, D> Automaton for Paced<E, D>
where
    E: Spawner + Supervisor,
    D: CertifiableAutomaton<Context = ProposalContext>,
{
    type Context = D::Context;
    type Digest = D::Digest;

    async fn propose(&mut self, context: Self::Context) -> oneshot::Receiver<Self::Digest> {
        let (mut sender, receiver) = oneshot::channel();
        let (mut inner, application) = (self.inner.clone(), self.application.clone());
        if context.round.view() > context.parent.0.next() {
            // Views between lost their blocks, and what stood in those waits again.
            application.given_up();
        }
        self.runtime.child("propose").spawn(move |_| async move {
            {
                let abandoned = Box::pin(sender.closed());
                if let Either::Right(_) = select(application.ready(), abandoned).await {
                    return;
                }
            }
            let proposed = inner.propose(context).await;
            let abandoned = Box::pin(sender.closed());
            let proposed = match select(proposed, abandoned).await {
                Either::Left((Ok(digest), _)) => digest,
                // Dropping the sender declines, as the inner automaton did.
                Either::Left((Err(_), _)) | Either::Right(_) => return,
            };
            // The receiver went away: the view was abandoned meanwhile.
            let _ = sender.send(proposed);
        });
        receiver
    }

    fn verify(
        &mut self,
        context: Self::Context,
        payload: Self::Digest,
    ) -> impl Future<Output = oneshot::Receiver<bool>> + Send {
        self.inner.verify(context, payload)
    }
}

impl<E, D> CertifiableAutomaton for Paced<E, D>
where
    E: Spawner + Supervisor,
    D: CertifiableAutomaton<Context = ProposalContext>,
{
    fn prepare(
        &mut self,
        context: Self::Context,
    ) -> impl Future<Output = oneshot::Receiver<Handoff<Self::Digest>>> + Send {
        self.inner.prepare(context)
    }

    fn certify(
        &mut self,
        round: Round,
        payload: Self::Digest,
    ) -> impl Future<Output = oneshot::Receiver<bool>> + Send {
        self.inner.certify(round, payload)
    }
}
