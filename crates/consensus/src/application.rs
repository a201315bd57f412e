//! What the ledger's owner gives to consensus, and what it is told.

use std::pin::Pin;
use std::sync::Arc;

use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::{Registry, Unsupported};
use yinxin_state::ProofError;
use yinxin_types::{
    Block, BlockTime, Certificate, Header, Height, Rejection, StateKey, Transaction, ValidatorSet,
    VerifiedTransaction,
};

use crate::adapter::ExecutedBlock;
use crate::guard::GuardState;
use crate::outbox::Untold;
use crate::votes::ObservedVotes;

/// How much a block may carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProposalLimits {
    /// Number of transactions.
    pub transactions: usize,
    /// Bytes of their wire forms together.
    pub bytes: usize,
}

/// A future whose type is not named, so that the engine is compiled once for every application.
pub type Future<'a, T> = Pin<Box<dyn std::future::Future<Output = T> + Send + 'a>>;

/// The ledger around consensus: where transactions come from and where final blocks go.
pub trait Application: Send + Sync + 'static {
    /// The scenarios of the chain.
    fn registry(&self) -> &Registry;

    /// What was proposed since the block that is built upon was given up: it is a reason to propose again.
    fn given_up(&self);

    /// Resolves when there is a reason to propose a block: something to put into it, a timer that is due, or that the chain was silent for long.
    fn ready(&self) -> Future<'_, ()>;

    /// Chooses transactions for a block at time `now`, leaving out those `seen` says are in an earlier block. They stay with the
    /// application until a final block holds them, because a proposed block may lose.
    fn propose(
        &self,
        limits: ProposalLimits,
        now: BlockTime,
        seen: &(dyn Fn(&Digest) -> bool + Sync),
    ) -> Vec<Arc<VerifiedTransaction>>;

    /// Verifies transactions of a peer's block, verdicts in their order. Each is verified once per node: those verified before are recognised.
    fn verify(
        &self,
        transactions: Vec<Transaction>,
    ) -> Future<'_, Vec<Result<Arc<VerifiedTransaction>, Rejection>>>;

    /// A block was executed that may become final; when the first of the timers (定时器) that wait after it fires. Must not wait.
    fn executed(&self, next_timer: Option<BlockTime>);

    /// The next block needs a version of a scenario that this program lacks. The engine stands still from now on; the owner of the node stops it.
    /// Must not wait.
    fn unsupported(&self, lacking: Unsupported);

    /// A block is final and its state applied. Resolves when the application has recorded it; called again with the same block after a
    /// crash in between. A block without a certificate of its own is final through a later one.
    fn finalized(&self, block: Arc<ExecutedBlock>, certificate: Option<Certificate>) -> Future<'_, ()>;

    /// A peer passed on transactions it received; they are not verified.
    fn gossiped(&self, from: PublicKey, transactions: Vec<Transaction>) -> Future<'_, ()>;

    /// A peer sent a message that is not about consensus. It comes from the holder of the key and from nobody else; its content is his alone.
    /// Must not wait: messages come one after the other.
    fn told(&self, from: PublicKey, message: Vec<u8>);
}

/// The value of a record, if there is one, and the bytes of the proof of its presence or absence.
pub type Proven = Result<(Option<Vec<u8>>, Vec<u8>), ProofError>;

/// What the node asks of a running engine.
pub trait Ledger: Send + Sync {
    /// The final block at a height.
    fn block(&self, height: Height) -> Future<'_, Option<Arc<Block>>>;

    /// Height of the last final block the application has recorded; none before the first.
    fn height(&self) -> Future<'_, Option<Height>>;

    /// The certificate of the block at a height, if it has one of its own.
    fn certificate(&self, height: Height) -> Future<'_, Option<Certificate>>;

    /// The values of records in the newest applied state, all of the same block, in the order of the keys; none where the store cannot be read.
    fn read(&self, keys: Vec<StateKey>) -> Future<'_, Option<Vec<Option<Vec<u8>>>>>;

    /// The value of a record in the newest applied state, and the proof of it (or of its absence) against that state's root.
    fn prove(&self, key: StateKey) -> Future<'_, Proven>;

    /// The header of height 0.
    fn genesis_header(&self) -> &Header;

    /// Every validator set (验证者集合) until now, the founders first; the last one votes on the next block. Resolves when the node has read
    /// its state.
    fn validator_sets(&self) -> Future<'_, Vec<ValidatorSet>>;

    /// Those who vote on the next block, as far as the node knows now.
    fn validators(&self) -> Option<ValidatorSet>;

    /// In which views validators were seen to vote.
    fn votes(&self) -> &ObservedVotes;

    /// How the vote guard was found at the start.
    fn guard_state(&self) -> GuardState;

    /// The engine's measurements in the text form of Prometheus.
    fn metrics(&self) -> String;
}

/// Sends to the other validators over the authenticated, encrypted links.
pub trait PassOn: Send {
    /// Sends one message of 1 to [`crate::MAX_GOSSIP_BYTES`] bytes to one validator, who is told by [`Application::told`]. It waits for its
    /// turn behind others to the same node; on the way it may be lost.
    ///
    /// # Errors
    /// [`Untold`]: it was not taken.
    fn tell(&mut self, to: &PublicKey, message: Vec<u8>) -> Result<(), Untold>;

    /// Sends transactions in messages of at most [`crate::MAX_GOSSIP_BYTES`]. What is lost on the way is told again by whoever still holds it.
    fn pass_on(&mut self, transactions: &[Transaction]);
}
