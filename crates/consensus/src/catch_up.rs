//! How a node that was away comes back: by the blocks it missed, every one executed and checked.
//!
//! The engine can also copy a recent state from peers, but its exchange of operations is made for values of fixed size. Nodes of this
//! ledger never ask for it; where the engine's types want a source of operations, this one answers that there is none.

use commonware_glue::stateful::db::{AttachableResolver, Shared};
use commonware_storage::merkle::mmr;
use commonware_storage::qmdb::any::ordered::variable::Operation;
use commonware_storage::qmdb::sync::{Request, Source, source};
use thiserror::Error;
use yinxin_state::{EngineDigest, Key, Value};

/// No operations are exchanged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByBlocks;

/// The answer to whoever asks for operations.
#[derive(Debug, Error)]
#[error("nodes of this ledger catch up by blocks, not by state")]
pub(crate) struct NoOperations;

impl Source for ByBlocks {
    type Family = mmr::Family;
    type Digest = EngineDigest;
    type Op = Operation<mmr::Family, Key, Value>;
    type Error = NoOperations;

    async fn serve(&self, _: Request<Self::Family>) -> source::Result<Self> {
        Err(NoOperations)
    }
}

impl<DB: Send + Sync + 'static> AttachableResolver<DB> for ByBlocks {
    async fn attach_database(&self, _: Shared<DB>) {}
}
