//! The chain's memory of itself in the state: the right edge of the tree of block hashes, and where the replay window begins.

use serde::{Deserialize, Serialize};
use yinxin_crypto::HashAlgorithm;
use yinxin_types::merkle::{Frontier, hashes};
use yinxin_types::{Height, StateKey};

/// The one record every block rewrites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainRecord {
    /// Number of blocks in the history tree: those before the block that wrote this record.
    pub blocks: u64,
    /// Roots of the perfect subtrees of the history tree, largest first.
    #[serde(with = "hashes")]
    pub peaks: Vec<[u8; 32]>,
    /// The lowest height whose transactions are still remembered against replay.
    pub replay_from: Height,
}

impl ChainRecord {
    /// What a chain remembers before its first block.
    pub fn genesis() -> Self {
        Self {
            blocks: 0,
            peaks: Vec::new(),
            replay_from: Height(1),
        }
    }

    /// The history tree's right edge; `None` if the record is damaged.
    pub fn frontier(&self) -> Option<Frontier> {
        Frontier::from_parts(self.blocks, self.peaks.clone())
    }

    /// Where the record lies.
    pub fn key(algorithm: HashAlgorithm) -> StateKey {
        StateKey::new(algorithm, "system", "chain", &[])
    }
}
