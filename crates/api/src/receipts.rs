//! Assembling receipt files (回执文件, formats section 5) from the index and the ledger. Nothing here knows HTTP.
//!
//! ```text
//! index: receipts, header, certificate ──► tree, root compared with the header ──┐
//! ledger: block ──► envelope ────────────────────────────────────────────────────┴─► ReceiptFile, checked
//! ```
//!
//! The index is disposable and may be damaged; the header is what a quorum signed. So everything the index says is held against the
//! certified header before it goes into a file: a damaged index yields an error, never a wrong receipt.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use thiserror::Error;
use yinxin_crypto::Digest;
use yinxin_index::{Index, IndexError};
use yinxin_types::certificate::CertificateError;
use yinxin_types::merkle::{Tree, leaf_hash};
use yinxin_types::receipt::{Subject, receipts_tree};
use yinxin_types::validators::{Change, ChangeError, History};
use yinxin_types::{
    Ancestry, Block, Certificate, Genesis, Header, Height, Occurrence, Receipt, ReceiptFile, ValidatorSet,
};

use crate::node::{Node, blocking};

/// Why a receipt file cannot be given.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AssemblyError {
    /// No final block holds the transaction or the occurrence.
    #[error("no final block holds such a transaction or occurrence")]
    NotFinal,
    /// The block is final, but its certificate has not reached this node's index yet.
    #[error("the certificate of block {0} has not arrived yet")]
    NoCertificate(Height),
    /// The ledger could not give the block.
    #[error("block {0} cannot be read from the ledger now")]
    NoBlock(Height),
    /// The index contradicts what was signed and must be rebuilt.
    #[error("the index contradicts the ledger at block {height} ({what}) and must be rebuilt")]
    Differs {
        /// Height of the block.
        height: Height,
        /// What does not agree.
        what: &'static str,
    },
    /// A stored certificate proves nothing.
    #[error("the stored certificate for block {height} does not hold and must be fetched again")]
    Certificate {
        /// Height of the block.
        height: Height,
        /// Why.
        #[source]
        source: CertificateError,
    },
    /// The index failed.
    #[error("the index failed")]
    Index(#[from] IndexError),
    /// The node would not run the work now.
    #[error("the node has too much other work")]
    Busy,
}

/// A block about which everything a receipt file says is proven.
#[derive(Debug)]
struct Proven {
    header: Header,
    hash: Digest,
    tree: Tree,
    certificate: Certificate,
    ancestry: Option<Ancestry>,
    history: Vec<Change>,
}

/// A proven block with its transactions, and what keeping it costs.
#[derive(Debug)]
struct Kept {
    proven: Proven,
    block: Arc<Block>,
    bytes: usize,
}

/// Assembles receipt files and keeps the blocks asked for last, since the receipts of one block are often asked for together.
#[derive(Debug)]
pub struct Assembler {
    recent: Mutex<VecDeque<Arc<Kept>>>,
    /// Held while a block is read, so that many requests for one block read it once and few blocks are in memory at a time.
    loading: futures::lock::Mutex<()>,
    limit: usize,
}

impl Assembler {
    /// Keeps blocks of at most `limit` bytes in all; the one asked for last is kept whatever its size.
    pub fn new(limit: usize) -> Self {
        Self {
            recent: Mutex::new(VecDeque::new()),
            loading: futures::lock::Mutex::new(()),
            limit,
        }
    }

    /// The receipt file of a transaction or of an occurrence, with `item` and `opening` left to the depositor. What was rejected has one too.
    ///
    /// # Errors
    /// [`AssemblyError`] names the reason; no file is given that the checks of the formats would refuse.
    pub async fn assemble(&self, node: &Arc<dyn Node>, id: Digest) -> Result<ReceiptFile, AssemblyError> {
        let found = blocking(node, move |node| find(node.index(), &id));
        let (receipt, occurrence) = found
            .await
            .ok_or(AssemblyError::Busy)??
            .ok_or(AssemblyError::NotFinal)?;
        let kept = self.block(node, receipt.height).await?;
        let Proven {
            header,
            tree,
            certificate,
            ancestry,
            history,
            ..
        } = &kept.proven;
        let differs = |what| AssemblyError::Differs {
            height: receipt.height,
            what,
        };
        let index = usize::try_from(receipt.index).map_err(|_| differs("position of a receipt"))?;
        let receipt_path = tree.path(index).ok_or_else(|| differs("position of a receipt"))?;
        let algorithm = header.chain.algorithm();
        let placed = receipt.time == header.time
            && receipt_path.proves(receipt.leaf(algorithm), &header.receipts_root);
        if !placed || receipt.transaction != id {
            return Err(differs("a receipt"));
        }
        let subject = match occurrence {
            // The receipt names it by its digest.
            Some(occurrence) => Some(Subject::Occurrence(occurrence)),
            None => {
                let transaction = kept.block.transactions.get(index);
                let transaction = transaction.filter(|transaction| transaction.id(algorithm) == id);
                transaction.map(|transaction| Subject::Transaction(transaction.to_envelope()))
            }
        };
        Ok(ReceiptFile {
            ancestry: ancestry.clone(),
            certificate: certificate.clone(),
            format: ReceiptFile::FORMAT.to_owned(),
            genesis: node.genesis().clone(),
            header: header.clone(),
            history: history.clone(),
            item: None,
            opening: None,
            receipt_path,
            subject: subject.ok_or_else(|| differs("a transaction"))?,
            receipt,
        })
    }

    fn recall(&self, height: Height) -> Option<Arc<Kept>> {
        let mut recent = self.recent.lock();
        let position = recent
            .iter()
            .position(|kept| kept.proven.header.height == height)?;
        let kept = recent.remove(position)?;
        recent.push_front(Arc::clone(&kept));
        Some(kept)
    }

    async fn block(&self, node: &Arc<dyn Node>, height: Height) -> Result<Arc<Kept>, AssemblyError> {
        if let Some(kept) = self.recall(height) {
            return Ok(kept);
        }
        let _loading = self.loading.lock().await;
        if let Some(kept) = self.recall(height) {
            return Ok(kept);
        }
        let sets = node.validator_sets().await;
        let proven = blocking(node, move |node| prove(node, height, sets))
            .await
            .ok_or(AssemblyError::Busy)??;
        let block = node.block(height).await.ok_or(AssemblyError::NoBlock(height))?;
        // The header commits to the transactions, and the ledger reads no block whose transactions are not those.
        if block.header.hash() != proven.hash {
            return Err(AssemblyError::Differs {
                height,
                what: "the block's hash",
            });
        }
        // Twice the hashes of the leaves for the tree, and some room for headers and certificates.
        let bytes = block
            .wire_len()
            .saturating_add(block.transactions.len().saturating_mul(64))
            .saturating_add(
                usize::try_from(block.header.occurrences)
                    .unwrap_or(0)
                    .saturating_mul(64),
            )
            .saturating_add(16 << 10);
        let kept = Arc::new(Kept { proven, block, bytes });
        let mut recent = self.recent.lock();
        recent.push_front(Arc::clone(&kept));
        while recent.len() > 1 && recent.iter().map(|kept| kept.bytes).sum::<usize>() > self.limit {
            recent.pop_back();
        }
        Ok(kept)
    }
}

/// The receipt with this identifier: of a transaction, or of the occurrence beside it.
fn find(index: &Index, id: &Digest) -> Result<Option<(Receipt, Option<Occurrence>)>, IndexError> {
    if let Some(detail) = index.transaction(id)?.value {
        return Ok(Some((detail.receipt(), None)));
    }
    let occurred = index.occurrence(id)?.value;
    Ok(occurred.map(|occurred| (occurred.receipt, Some(occurred.occurrence))))
}

/// Reads what the index knows of a block and holds it against what was signed.
fn prove(node: &dyn Node, height: Height, sets: Vec<ValidatorSet>) -> Result<Proven, AssemblyError> {
    let index = node.index();
    let differs = |what| AssemblyError::Differs { height, what };
    let row = index
        .block(height)?
        .value
        .ok_or_else(|| differs("a block is missing"))?;
    let (header, hash) = (row.header, row.hash);
    if header.hash() != hash || header.height != height || header.chain != index.chain() {
        return Err(differs("a header"));
    }
    let tree = receipts_tree(header.chain.algorithm(), &index.receipts(height)?.value);
    if tree.root() != header.receipts_root {
        return Err(differs("receipts"));
    }
    let (certified, certificate) = index
        .certified(height)?
        .value
        .ok_or(AssemblyError::NoCertificate(height))?;
    let history = changes(node, sets, certified.epoch)?;
    check_certificate(node.genesis(), &history, &certified, &certificate)?;
    let ancestry = if certified.height == height {
        if certified != header {
            return Err(differs("a header"));
        }
        None
    } else {
        let path = index
            .history_path(height.0, certified.height.0)?
            .value
            .ok_or_else(|| differs("the history"))?;
        let leaf = leaf_hash(header.chain.algorithm(), hash.bytes());
        let placed = path.index == height.0 && path.size == certified.height.0;
        if !placed || !path.proves(leaf, &certified.history_root) {
            return Err(differs("the history"));
        }
        Some(Ancestry {
            header: certified,
            path,
        })
    };
    Ok(Proven {
        header,
        hash,
        tree,
        certificate,
        ancestry,
        history,
    })
}

/// The changes of validators until an epoch (纪元), each the last block of the epoch before it with the signatures of those who voted then.
fn changes(node: &dyn Node, sets: Vec<ValidatorSet>, epoch: u64) -> Result<Vec<Change>, AssemblyError> {
    let mut changes = Vec::new();
    for validators in sets.into_iter().filter(|set| (1..=epoch).contains(&set.epoch)) {
        let last = Height(Height::first_of(validators.epoch).0.saturating_sub(1));
        let (header, certificate) = node
            .index()
            .certified(last)?
            .value
            .filter(|(header, _)| header.height == last)
            .ok_or(AssemblyError::NoCertificate(last))?;
        changes.push(Change {
            certificate,
            header,
            validators,
        });
    }
    Ok(changes)
}

/// Checks that the validators follow from the founders and that a quorum of them signed the header (formats section 5, rules 3 and 4).
fn check_certificate(
    genesis: &Genesis,
    changes: &[Change],
    header: &Header,
    certificate: &Certificate,
) -> Result<(), AssemblyError> {
    let height = header.height;
    let differs = |height| AssemblyError::Differs {
        height,
        what: "a certificate",
    };
    let mut history = History::of_founders(genesis);
    for change in changes {
        history
            .follow(&header.chain, change)
            .map_err(|error| match error {
                ChangeError::Certificate(source) => AssemblyError::Certificate {
                    height: change.header.height,
                    source,
                },
                _ => differs(change.header.height),
            })?;
    }
    if !certificate.names(header) || !history.names(header) {
        return Err(differs(height));
    }
    let set = history.at(header.epoch).ok_or_else(|| differs(height))?;
    certificate
        .verify(&header.chain, set)
        .map_err(|source| AssemblyError::Certificate { height, source })
}
