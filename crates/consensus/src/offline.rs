//! The ledger of a stopped node, read and executed again from the first block.
//!
//! Opening the engine's stores can mend them, that is, write. Whoever must leave the evidence untouched works on a copy of the folder.

use std::num::NonZeroUsize;
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use commonware_consensus::simplex::scheme::ed25519 as vote_scheme;
use commonware_consensus::simplex::types::Finalization;
use commonware_cryptography::certificate::Verifier as _;
use commonware_cryptography::sha256;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::{Runner as _, Supervisor as _, tokio};
use commonware_storage::archive::{Archive as _, Identifier, immutable};
use commonware_storage::qmdb::floor::Proportional;
use futures::StreamExt as _;
use thiserror::Error;
use yinxin_crypto::Digest;
use yinxin_execution::{BlockContext, Executed, Progress, Registry, Run, Unsupported};
use yinxin_state::{ChainHash, Key, Sha256, Sm3, Store, Value, key, store_config};
use yinxin_types::{
    Block, Certificate, Genesis, Header, Height, StateKey, StateOperations, Suite, ValidatorSet,
    VerifiedTransaction,
};

use crate::adapter::ledger_certificate;
use crate::block::{BlockRules, LedgerBlock};
use crate::engine::{PAGE, archive_config, genesis_block};
use crate::guard::{GuardState, VoteGuard};

/// What the visitor of a ledger is shown of each height.
#[derive(Debug)]
pub enum Stored {
    /// The block as it is stored, and its certificate if it has one of its own.
    Block(Arc<Block>, Option<Certificate>),
    /// Nothing can be read at this height, and why.
    Unreadable(String),
}

/// Why a ledger cannot be read at all.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OfflineError {
    /// The stores cannot be opened.
    #[error("the ledger's files cannot be opened: {0}")]
    Open(String),
    /// The genesis document breaks a rule.
    #[error("the genesis document is not valid")]
    Genesis,
    /// The scratch store for executing blocks again fails.
    #[error("the scratch store fails: {0}")]
    Scratch(String),
}

/// What one height gives when it is executed again.
#[derive(Debug)]
pub struct Replayed {
    /// Receipts, history, identifiers.
    pub executed: Executed,
    /// Root of the state after the block.
    pub state_root: Digest,
    /// The log of state operations after the block.
    pub operations: StateOperations,
    /// Digest of the validator set that votes on the next block.
    pub validators: Digest,
}

/// What the parts of the ledger beside blocks and certificates are found to be.
#[derive(Debug)]
pub enum Kept {
    /// The state's records are those the blocks give, up to this height.
    State(Height),
    /// The blocks could not be executed as far as the state goes, so it was not compared.
    StateNotReached,
    /// The state cannot be read, or is not what the blocks give.
    StateDamaged(String),
    /// How the vote guard stands.
    Guard(GuardState),
    /// The vote guard cannot be opened.
    GuardDamaged(String),
}

/// A visitor of every height of a ledger, in order.
pub trait Visitor {
    /// Told who votes, by the records, on the blocks from here on.
    fn voting(&mut self, validators: &ValidatorSet);
    /// Shown what is stored at a height; returns the transactions to execute, or `None` to go no further.
    fn visit(&mut self, height: Height, stored: Stored) -> Option<Vec<Arc<VerifiedTransaction>>>;
    /// Shown what execution gave.
    fn executed(&mut self, header: &Header, replayed: Replayed);
    /// Execution met a record it cannot read; nothing after this can be executed.
    fn damaged(&mut self, height: Height, key: StateKey);
    /// This program lacks a version of a scenario that the next block needs; nothing from there on can be executed.
    fn unsupported(&mut self, lacking: Unsupported);
    /// Shown once each: the state the node keeps, and its vote guard.
    fn kept(&mut self, kept: Kept);
}

/// Walks the ledger under `folder` from the first block to the last, executing every block the visitor lets through on a scratch state.
/// Returns the last height stored.
pub fn walk(
    folder: &Path,
    prefix: &str,
    genesis: &Genesis,
    registry: &Registry,
    visitor: &mut (dyn Visitor + Send),
) -> Result<Height, OfflineError> {
    let config = tokio::Config::new()
        .with_storage_directory(folder)
        .with_worker_threads(1);
    tokio::Runner::new(config).start(|context| async move {
        match genesis.suite {
            Suite::Intl => run::<Sha256>(context, prefix, genesis, registry, visitor).await,
            Suite::Gm => run::<Sm3>(context, prefix, genesis, registry, visitor).await,
        }
    })
}

type Scratch<H> = Store<tokio::Context, H>;

async fn run<H: ChainHash>(
    context: tokio::Context,
    prefix: &str,
    genesis: &Genesis,
    registry: &Registry,
    visitor: &mut (dyn Visitor + Send),
) -> Result<Height, OfflineError> {
    let open = |error: commonware_storage::archive::Error| OfflineError::Open(error.to_string());
    let cache = CacheRef::new(PAGE, NonZeroUsize::new(4096).unwrap_or(NonZeroUsize::MIN));
    let rules = BlockRules {
        hash: H::ALGORITHM,
        limits: genesis.limits,
    };
    let certificates: immutable::Archive<
        _,
        sha256::Digest,
        Finalization<vote_scheme::Scheme, sha256::Digest>,
    > = immutable::Archive::init(
        context.child("certificates"),
        archive_config(
            prefix,
            "certificates",
            cache.clone(),
            vote_scheme::Scheme::certificate_codec_config_unbounded(),
        ),
    )
    .await
    .map_err(open)?;
    let blocks: immutable::Archive<_, sha256::Digest, LedgerBlock> = immutable::Archive::init(
        context.child("ledger"),
        archive_config(prefix, "blocks", cache.clone(), rules),
    )
    .await
    .map_err(open)?;
    let mut scratch: Scratch<H> = Store::init(
        context.child("scratch"),
        store_config("scratch", cache.clone()),
        None,
    )
    .await
    .map_err(|error| OfflineError::Scratch(error.to_string()))?;
    let guard = VoteGuard::open(&context, prefix).await;
    let mut own = Own::open(&context, prefix, cache).await;
    let mut voting = genesis.validators();
    visitor.voting(&voting);
    let first = genesis_block::<tokio::Context, H>(genesis).map_err(|_| OfflineError::Genesis)?;
    own.compare(Height::GENESIS, &scratch).await;
    visitor.visit(Height::GENESIS, Stored::Block(first.block().clone(), None));
    let last = Height(blocks.last_index().unwrap_or(0));
    for height in (1..=last.0).map(Height) {
        let stored = match blocks.get(Identifier::Index(height.0)).await {
            Ok(Some(block)) => {
                let certificate = certificates.get(Identifier::Index(height.0)).await;
                match certificate {
                    Ok(found) => {
                        let certificate =
                            found.and_then(|found| ledger_certificate(&found, H::ALGORITHM, &voting));
                        Stored::Block(block.block().clone(), certificate)
                    }
                    Err(error) => Stored::Unreadable(format!("its certificate: {error}")),
                }
            }
            Ok(None) => Stored::Unreadable("it is missing".to_owned()),
            Err(error) => Stored::Unreadable(error.to_string()),
        };
        let header = match &stored {
            Stored::Block(block, _) => Some(block.header.clone()),
            Stored::Unreadable(_) => None,
        };
        let transactions = visitor.visit(height, stored);
        let (Some(transactions), Some(header)) = (transactions, header) else {
            own.give_up();
            break;
        };
        match execute::<H>(scratch, registry, genesis, &header, &transactions, &voting).await? {
            Ok((next, replayed)) => {
                scratch = next;
                own.compare(height, &scratch).await;
                let changed = replayed.executed.next.clone().filter(|set| *set != voting);
                visitor.executed(&header, replayed);
                if let Some(set) = changed {
                    voting = set;
                    visitor.voting(&voting);
                }
            }
            Err(Unexecuted::Damaged(key)) => {
                visitor.damaged(height, key);
                own.give_up();
                break;
            }
            Err(Unexecuted::Unsupported(lacking)) => {
                visitor.unsupported(lacking);
                own.give_up();
                break;
            }
        }
    }
    visitor.kept(own.found);
    visitor.kept(match guard {
        Ok(guard) => Kept::Guard(guard.state()),
        Err(error) => Kept::GuardDamaged(error.to_string()),
    });
    Ok(last)
}

/// The node's own state, to be compared with the scratch state when that has come to the same root.
struct Own<H: ChainHash> {
    store: Option<Scratch<H>>,
    found: Kept,
}

impl<H: ChainHash> Own<H> {
    async fn open(context: &tokio::Context, prefix: &str, cache: CacheRef) -> Self {
        match Store::init(context.child("state"), store_config(prefix, cache), None).await {
            Ok(store) => Self {
                store: Some(store),
                found: Kept::StateDamaged("its root is that of no block".to_owned()),
            },
            Err(error) => Self {
                store: None,
                found: Kept::StateDamaged(error.to_string()),
            },
        }
    }

    /// The walk ends early: that no block had the root of a sound state says nothing.
    fn give_up(&mut self) {
        if self.store.take().is_some() {
            self.found = Kept::StateNotReached;
        }
    }

    /// Compares record by record, if this is the height of the node's own state: equal roots alone do not show that every record can be
    /// read.
    async fn compare(&mut self, height: Height, scratch: &Scratch<H>) {
        let Some(own) = self.store.take_if(|own| own.root() == scratch.root()) else {
            return;
        };
        let mut expected = pin!(scratch.stream_range(..));
        let mut found = pin!(own.stream_range(..));
        self.found = loop {
            break match (expected.next().await, found.next().await) {
                (Some(Ok(expected)), Some(Ok(found))) if expected == found => continue,
                (None, None) => Kept::State(height),
                (_, Some(Err(error))) => Kept::StateDamaged(error.to_string()),
                (Some(Err(error)), _) => Kept::StateDamaged(format!("scratch state: {error}")),
                _ => Kept::StateDamaged("a record is not what the blocks give".to_owned()),
            };
        };
    }
}

/// Why a block cannot be executed again.
enum Unexecuted {
    Damaged(StateKey),
    Unsupported(Unsupported),
}

async fn execute<H: ChainHash>(
    scratch: Scratch<H>,
    registry: &Registry,
    genesis: &Genesis,
    header: &Header,
    transactions: &[Arc<VerifiedTransaction>],
    voting: &ValidatorSet,
) -> Result<Result<(Scratch<H>, Replayed), Unexecuted>, OfflineError> {
    let failed = |error: String| OfflineError::Scratch(error);
    let context = BlockContext {
        height: header.height,
        time: header.time,
        parent: header.parent,
    };
    let mut run = Run::new(registry, genesis, context, transactions);
    let executed = loop {
        match run.advance() {
            Progress::Wanted(keys) => {
                let names: Vec<Key> = keys.iter().map(key).collect();
                let references: Vec<&Key> = names.iter().collect();
                let values = scratch
                    .get_many(&references)
                    .await
                    .map_err(|error| failed(error.to_string()))?;
                for (key, value) in keys.into_iter().zip(values) {
                    run.supply(key, value.map(|value| value.0));
                }
            }
            Progress::Done(executed) => break *executed,
            Progress::Damaged(key) => return Ok(Err(Unexecuted::Damaged(key))),
            Progress::Unsupported(lacking) => return Ok(Err(Unexecuted::Unsupported(lacking))),
        }
    };
    let mut batch = scratch.new_batch();
    for (state_key, value) in &executed.changes {
        batch = batch.write(key(state_key), value.clone().map(Value));
    }
    let sealed = batch
        .merkleize(&scratch, None, &mut Proportional)
        .await
        .map_err(|error| failed(error.to_string()))?;
    let digest = |root: sha256::Digest| Digest::new(H::ALGORITHM, root.0);
    let replayed = Replayed {
        validators: executed.next.as_ref().unwrap_or(voting).digest(H::ALGORITHM),
        executed,
        state_root: digest(sealed.root()),
        operations: StateOperations {
            end: *sealed.bounds().tip.size,
            root: digest(sealed.ops_root()),
            start: *sealed.sync_boundary(),
        },
    };
    let scratch = scratch
        .apply_batch(sealed)
        .await
        .map_err(|error| failed(error.to_string()))?;
    Ok(Ok((scratch, replayed)))
}
