//! What can go wrong with an index, in one closed list.

use thiserror::Error;
use yinxin_crypto::Digest;
use yinxin_types::Height;

/// Why the index could not do what was asked.
///
/// [`IndexError::Damaged`], [`IndexError::Chain`] and [`IndexError::Schema`] all have the same cure, because the index
/// holds nothing that the blocks do not: [erase](crate::Index::erase) it and apply the blocks again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum IndexError {
    /// The index belongs to another chain.
    #[error(
        "the index is of chain {found}, this node is of chain {expected}; delete the index, it will be rebuilt from the blocks"
    )]
    Chain {
        /// Identifier of this node's chain.
        expected: Digest,
        /// What the index says.
        found: String,
    },
    /// The index was written by a program with another table layout.
    #[error(
        "the index has table layout {found}, this program uses {expected}; delete the index, it will be rebuilt from the blocks"
    )]
    Schema {
        /// Layout this program writes.
        expected: i64,
        /// Layout of the index.
        found: i64,
    },
    /// The founding document has no identifier.
    #[error("the genesis document is invalid")]
    Genesis(#[from] yinxin_types::genesis::GenesisError),
    /// A block was given out of order.
    #[error("block {found} was given where block {expected} is due")]
    Gap {
        /// Height of the next block.
        expected: Height,
        /// Height of the block that was given.
        found: Height,
    },
    /// A block or certificate was given that is not the one the index already holds at that height.
    #[error("another block stands at height {0}")]
    Conflict(Height),
    /// The parts of a block do not belong together, or a successful evidence operation has arguments outside the formats.
    #[error("block {height} cannot be projected: {reason}")]
    Block {
        /// Height of the block.
        height: Height,
        /// What does not fit.
        reason: String,
    },
    /// No block has been applied yet.
    #[error("the index holds no block yet")]
    Empty,
    /// A cursor that this index did not give out.
    #[error("the cursor was not made by this interface")]
    Cursor,
    /// What is stored contradicts itself or its checksums.
    #[error("the index is damaged ({0}); delete it, it will be rebuilt from the blocks")]
    Damaged(String),
    /// Another process writes to this index.
    #[error("another node writes to this index; give each node a database of its own")]
    InUse,
    /// The database did not do its work: disk, network, permissions, time limits.
    #[error("the index database failed while it was to {action}")]
    Database {
        /// What was being done.
        action: &'static str,
        /// The driver's own words.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl IndexError {
    /// Whether deleting and rebuilding the index is the cure.
    pub fn calls_for_rebuild(&self) -> bool {
        matches!(
            self,
            Self::Chain { .. } | Self::Schema { .. } | Self::Damaged(_) | Self::Conflict(_)
        )
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged(what.into())
    }

    pub(crate) fn database(
        action: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Database {
            action,
            source: source.into(),
        }
    }
}
