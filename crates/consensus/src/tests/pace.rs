//! When a leader has a reason to propose.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use commonware_consensus::types::{Epoch, Round, View};
use commonware_consensus::{Automaton, CertifiableAutomaton};
use commonware_cryptography::{Signer as _, ed25519, sha256};
use commonware_runtime::deterministic::Runner;
use commonware_runtime::{Runner as _, Supervisor as _};
use commonware_utils::channel::oneshot;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::{Registry, Unsupported};
use yinxin_types::{BlockTime, Certificate, Rejection, Transaction, VerifiedTransaction};

use crate::adapter::ExecutedBlock;
use crate::application::{Application, Future, ProposalLimits};
use crate::block::ProposalContext;
use crate::pace::Paced;

/// Counts how often it is told that something was given up.
struct Told {
    registry: Registry,
    given_up: AtomicU64,
}

impl Application for Told {
    fn registry(&self) -> &Registry {
        &self.registry
    }

    fn given_up(&self) {
        self.given_up.fetch_add(1, Ordering::Relaxed);
    }

    fn executed(&self, _: Option<BlockTime>) {}

    fn ready(&self) -> Future<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn propose(
        &self,
        _: ProposalLimits,
        _: BlockTime,
        _: &(dyn Fn(&Digest) -> bool + Sync),
    ) -> Vec<Arc<VerifiedTransaction>> {
        Vec::new()
    }

    fn verify(&self, _: Vec<Transaction>) -> Future<'_, Vec<Result<Arc<VerifiedTransaction>, Rejection>>> {
        Box::pin(std::future::ready(Vec::new()))
    }

    fn finalized(&self, _: Arc<ExecutedBlock>, _: Option<Certificate>) -> Future<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn gossiped(&self, _: PublicKey, _: Vec<Transaction>) -> Future<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn told(&self, _: PublicKey, _: Vec<u8>) {}

    fn unsupported(&self, _: Unsupported) {}
}

/// Has nothing to say.
#[derive(Clone)]
struct Declines;

impl Automaton for Declines {
    type Context = ProposalContext;
    type Digest = sha256::Digest;

    async fn propose(&mut self, _: ProposalContext) -> oneshot::Receiver<sha256::Digest> {
        oneshot::channel().1
    }

    async fn verify(&mut self, _: ProposalContext, _: sha256::Digest) -> oneshot::Receiver<bool> {
        oneshot::channel().1
    }
}

impl CertifiableAutomaton for Declines {}

#[test]
fn what_stood_in_a_block_that_was_given_up_is_a_reason_to_propose_again() {
    Runner::default().start(|context| async move {
        let told = Arc::new(Told {
            registry: Registry::new(Vec::new()).unwrap(),
            given_up: AtomicU64::new(0),
        });
        let mut paced = Paced::new(context.child("pace"), Declines, told.clone());
        let leader = ed25519::PrivateKey::from_seed(1).public_key();
        for (view, parent, given_up) in [(1, 0, 0), (2, 1, 0), (3, 1, 1), (4, 3, 1), (9, 4, 2)] {
            let proposal = ProposalContext {
                round: Round::new(Epoch::new(0), View::new(view)),
                leader: leader.clone(),
                parent: (View::new(parent), sha256::Digest([0; 32])),
            };
            // Declined by the closed end of the channel.
            assert!(paced.propose(proposal).await.await.is_err());
            assert_eq!(
                told.given_up.load(Ordering::Relaxed),
                given_up,
                "view {view} on {parent}"
            );
        }
    });
}
