//! The handle through which the rest of the node uses the index.

use yinxin_crypto::Digest;
use yinxin_types::merkle::Path;
use yinxin_types::{Certificate, Genesis, Header, Height, Receipt};

use crate::error::{IndexError, chain_of};
use crate::location::Location;
use crate::model::*;

/// The query index of one node. Clones share one index.
#[derive(Clone, Debug)]
pub struct Index {
    chain: Digest,
}

impl Index {
    /// Opens the index, or creates it. An index of another chain or table layout is refused, a damaged one too.
    pub fn open(_location: &Location, genesis: &Genesis) -> Result<Self, IndexError> {
        Ok(Self {
            chain: chain_of(genesis)?,
        })
    }
    /// Deletes the index at a location, whatever state it is in. No handle to it may be open.
    pub fn erase(_location: &Location) -> Result<(), IndexError> {
        Err(IndexError::Empty)
    }
    /// Deletes everything and starts anew, to be rebuilt from height 0.
    pub fn reset(&self) -> Result<(), IndexError> {
        Err(IndexError::Empty)
    }
    /// The chain this index is of.
    pub fn chain(&self) -> Digest {
        self.chain
    }
    /// The height of the last block applied.
    pub fn height(&self) -> Option<Height> {
        None
    }
    /// Applies the next block, height 0 first, in one SQL transaction. Doing it again for the current height changes nothing.
    pub fn apply(&self, _block: &FinalBlock<'_>) -> Result<(), IndexError> {
        Err(IndexError::Empty)
    }
    /// Adds the certificate of a block that was applied without one.
    pub fn add_certificate(&self, _height: Height, _certificate: &Certificate) -> Result<(), IndexError> {
        Err(IndexError::Empty)
    }
    /// One block.
    pub fn block(&self, _height: Height) -> Result<At<Option<BlockRow>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// Blocks below `before` (all of them if none), newest first.
    pub fn blocks(&self, _before: Option<Height>, _limit: u32) -> Result<At<Vec<BlockSummary>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// The transactions of a block in order; none for a height the index does not have.
    pub fn transactions(&self, _height: Height) -> Result<At<Vec<TransactionRow>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// One transaction. Where an identifier stands in several blocks, the executed one, otherwise the latest.
    pub fn transaction(&self, _id: &Digest) -> Result<At<Option<TransactionDetail>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// The receipts of a block in order, exactly as its tree of receipts holds them.
    pub fn receipts(&self, _height: Height) -> Result<At<Vec<Receipt>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// The block of the lowest height from `height` on that has a certificate.
    pub fn certified(&self, _height: Height) -> Result<At<Option<(Header, Certificate)>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// The path of block `index` in the tree over the hashes of the first `size` blocks.
    pub fn history_path(&self, _index: u64, _size: u64) -> Result<At<Option<Path>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// The consistency proof between the trees over the first `old` and the first `new` blocks.
    pub fn history_consistency(&self, _old: u64, _new: u64) -> Result<At<Option<Vec<[u8; 32]>>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// Evidence entries, newest first.
    pub fn evidence(&self, _query: &EvidenceQuery) -> Result<At<EvidencePage>, IndexError> {
        Err(IndexError::Empty)
    }
    /// One evidence entry with links and challenges.
    pub fn evidence_entry(&self, _entry: &Digest) -> Result<At<Option<EvidenceDetail>>, IndexError> {
        Err(IndexError::Empty)
    }
    /// Compares every row of a block with what the ledger says.
    pub fn compare_block(&self, _block: &FinalBlock<'_>) -> Result<Vec<Difference>, IndexError> {
        Err(IndexError::Empty)
    }
    /// Compares what belongs to no single block: look-up pages, and rows beyond the last block.
    pub fn compare_rest(&self) -> Result<Vec<Difference>, IndexError> {
        Err(IndexError::Empty)
    }
}
