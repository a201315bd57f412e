//! Receipts (回执): what became of each transaction, what came of each timer, and the file with which anyone verifies it offline.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};

use crate::block::Header;
use crate::canonical;
use crate::certificate::Certificate;
use crate::genesis::Genesis;
use crate::merkle::{Path, Tree, leaf_hash};
use crate::occurrence::Occurrence;
use crate::transaction::Envelope;
use crate::units::{BlockTime, Height};
use crate::validators::Change;

/// What became of one transaction of a block, or what came of one timer in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// 0 if the transaction was executed, otherwise the number of the rejection.
    pub code: u16,
    /// Height of the block.
    pub height: Height,
    /// Position in the block, from 0; occurrences are counted on after the transactions.
    pub index: u32,
    /// What the operation answered, or what a scenario did when its timer fired; null for a rejection.
    pub outcome: Value,
    /// Block time.
    pub time: BlockTime,
    /// Identifier of the transaction or of the occurrence.
    pub transaction: Digest,
}

impl Receipt {
    /// The leaf hash of this receipt in the block's tree.
    pub fn leaf(&self, algorithm: HashAlgorithm) -> [u8; 32] {
        // Outcomes are written by scenarios, whose tests hold them to canonical form; an outcome without one yields an empty
        // leaf on every node alike, which no receipt file can match.
        leaf_hash(algorithm, &canonical::to_bytes(self).unwrap_or_default())
    }
}

/// The tree of a block's receipts: those of its transactions, then those of its occurrences.
pub fn receipts_tree<'a>(algorithm: HashAlgorithm, receipts: impl IntoIterator<Item = &'a Receipt>) -> Tree {
    let leaves = receipts.into_iter().map(|receipt| receipt.leaf(algorithm));
    Tree::new(algorithm, leaves.collect())
}

/// The proof that a block is an ancestor of a certified one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ancestry {
    /// The certified header.
    pub header: Header,
    /// Path from the hash of the ancestor to `header.history_root`.
    pub path: Path,
}

/// One item of a batch and its place in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The item's commitment.
    pub commitment: Digest,
    /// Path from the commitment to the root of the batch.
    pub path: Path,
}

/// What the depositor keeps to himself: how the commitment opens.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The private part of the capture block, if one was deposited.
    pub capture: Option<CaptureOpening>,
    /// Digest of the file's bytes.
    pub content: Digest,
    /// The file's description.
    pub file: FileDescription,
    /// Sealed or open.
    pub kind: CommitmentKind,
    /// 32 bytes in hexadecimal for a sealed commitment, null for an open one.
    pub salt: Option<String>,
}

/// How much a commitment tells someone who guesses the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommitmentKind {
    /// The bare digest: whoever holds the file can find the deposit (公开).
    Open,
    /// Salted: nobody without the receipt can test a guess (密封).
    Sealed,
}

/// Name, type and size of a deposited file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDescription {
    /// Media type as deposited.
    pub media_type: String,
    /// File name, known to the depositor only.
    pub name: String,
    /// Bytes.
    pub size: u64,
}

/// The opening of the private part of a capture block.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureOpening {
    /// Who captured, title, source address: whatever the depositor wrote.
    pub details: Value,
    /// 32 bytes in hexadecimal.
    pub salt: String,
}

/// What a receipt is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Somebody asked for it and signed.
    Transaction(Envelope),
    /// A time had come, and the ledger itself did it.
    Occurrence(Occurrence),
}

/// Everything needed to verify a deposit, another act or an occurrence without a network (formats section 5).
///
/// Reading one leaves out members that it does not know, as every reader of part of a document does; a verifier must refuse them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReceiptFile {
    /// Where the block itself has no certificate: the way to a later one that has.
    pub ancestry: Option<Ancestry>,
    /// The certificate of the block, or of the one `ancestry` names.
    pub certificate: Certificate,
    /// Always [`ReceiptFile::FORMAT`].
    pub format: String,
    /// The founding document of the chain.
    pub genesis: Genesis,
    /// The header of the block in which it happened.
    pub header: Header,
    /// The changes of validators from the founders to those who signed the certificate; left out where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Change>,
    /// For a batch: the item this file is about.
    pub item: Option<Item>,
    /// For the depositor: how the commitment opens.
    pub opening: Option<Opening>,
    /// The receipt.
    pub receipt: Receipt,
    /// The receipt's place in the block's tree.
    pub receipt_path: Path,
    /// The transaction or the occurrence, under its own name.
    #[serde(flatten)]
    pub subject: Subject,
}

impl ReceiptFile {
    /// The transaction, if it is about one.
    pub fn transaction(&self) -> Option<&Envelope> {
        match &self.subject {
            Subject::Transaction(envelope) => Some(envelope),
            Subject::Occurrence(_) => None,
        }
    }

    /// The format this program writes and reads.
    pub const FORMAT: &'static str = "yinxin-receipt/1";
}

/// `A("yinxin/sealed/1" || 0x00 || salt || raw(content))`: a commitment that cannot be tested without the salt.
pub fn sealed_commitment(salt: &[u8; 32], content: &Digest) -> Digest {
    content
        .algorithm()
        .hash_tagged("yinxin/sealed/1", &[salt, content.bytes()])
}

/// `A("yinxin/capture/1" || 0x00 || salt || JCS(details))`.
pub fn capture_commitment(
    algorithm: HashAlgorithm,
    salt: &[u8; 32],
    details: &Value,
) -> Result<Digest, canonical::Reason> {
    Ok(algorithm.hash_tagged("yinxin/capture/1", &[salt, &canonical::value_to_bytes(details)?]))
}

/// The identifier of an evidence entry (formats section 7), in the algorithm of the chain:
/// `H("yinxin/evidence/entry/1", JCS({"account":...,"commitment":...}))`.
pub fn entry_id(algorithm: HashAlgorithm, account: &PublicKey, commitment: &Digest) -> Digest {
    // Both texts are plain ASCII without anything to escape, so this is the canonical form.
    let document = format!("{{\"account\":\"{account}\",\"commitment\":\"{commitment}\"}}");
    algorithm.hash_tagged("yinxin/evidence/entry/1", &[document.as_bytes()])
}
