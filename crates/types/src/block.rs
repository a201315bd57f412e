//! Blocks (区块): a header that commits to everything, and the transactions.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};

use crate::canonical;
use crate::genesis::{Genesis, GenesisError, Limits};
use crate::merkle::{Frontier, Tree};
use crate::transaction::Transaction;
use crate::units::{BlockTime, Height};
use crate::wire::{self, WireError};

/// The most bytes the canonical form of a header has.
pub const MAX_HEADER_BYTES: usize = 4096;

/// The log of state operations a node needs to fetch to reconstruct the state: its root and the positions still active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateOperations {
    /// Position after the last operation.
    pub end: u64,
    /// Root of the log of operations.
    pub root: Digest,
    /// Position of the first operation that is still needed.
    pub start: u64,
}

/// The header of a block; its hash is what validators sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Chain identifier.
    pub chain: Digest,
    /// The epoch of the height.
    pub epoch: u64,
    /// Position in the chain.
    pub height: Height,
    /// Root of the tree over the hashes of all earlier blocks.
    pub history_root: Digest,
    /// The validator that proposed the block.
    pub leader: PublicKey,
    /// Number of occurrences (到期事件); left out where there are none.
    #[serde(default, skip_serializing_if = "is_none", deserialize_with = "some")]
    pub occurrences: u32,
    /// Hash of the previous block.
    pub parent: Digest,
    /// View in which the previous block was proposed.
    pub parent_view: u64,
    /// Root of the tree of receipts, of the transactions first and then of the occurrences.
    pub receipts_root: Digest,
    /// Log of state operations after the block.
    pub state_operations: StateOperations,
    /// Root of the authenticated state after the block.
    pub state_root: Digest,
    /// Block time.
    pub time: BlockTime,
    /// Number of transactions.
    pub transactions: u32,
    /// Root of the tree of transactions in wire form.
    pub transactions_root: Digest,
    /// Digest of the validator set that votes on the next block.
    pub validators: Digest,
    /// Version of this format, 1.
    pub version: u32,
    /// View in which the block was proposed.
    pub view: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes fields by reference"
)]
fn is_none(number: &u32) -> bool {
    *number == 0
}

/// A number that is left out where it is 0 must not be written as 0: one header has one form.
fn some<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = u32::deserialize(deserializer)?;
    if is_none(&number) {
        return Err(serde::de::Error::custom("a number of none"));
    }
    Ok(number)
}

impl Header {
    /// The number of receipts: the leaves under [`Header::receipts_root`].
    pub fn receipts(&self) -> u64 {
        u64::from(self.transactions).saturating_add(u64::from(self.occurrences))
    }

    /// The format this program writes and reads.
    pub const VERSION: u32 = 1;

    /// The canonical bytes that are hashed.
    pub fn to_bytes(&self) -> Vec<u8> {
        // A header holds digests, keys and integers; only an integer over 2^53 - 1 has no canonical form, and `read` refuses those.
        canonical::to_bytes(self).unwrap_or_default()
    }

    /// `H("yinxin/block/1", JCS(header))` in the algorithm of the chain.
    pub fn hash(&self) -> Digest {
        self.chain
            .algorithm()
            .hash_tagged("yinxin/block/1", &[&self.to_bytes()])
    }

    /// The header of height 0: no transactions, the parent is the chain identifier itself.
    pub fn genesis(
        genesis: &Genesis,
        state_root: Digest,
        operations: StateOperations,
    ) -> Result<Self, GenesisError> {
        genesis.check()?;
        let chain = genesis.chain()?;
        let algorithm = genesis.suite.hash();
        let empty = algorithm.hash(&[]);
        let leader = genesis
            .members
            .first()
            .ok_or(GenesisError::MemberCount)?
            .validator;
        Ok(Self {
            chain,
            epoch: 0,
            height: Height::GENESIS,
            history_root: Frontier::default().root(algorithm),
            leader,
            occurrences: 0,
            parent: chain,
            parent_view: 0,
            receipts_root: empty,
            state_operations: operations,
            state_root,
            time: genesis.time,
            transactions: 0,
            transactions_root: empty,
            validators: genesis.validators().digest(algorithm),
            version: Self::VERSION,
            view: 0,
        })
    }
}

/// A header and the transactions it commits to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The header.
    pub header: Header,
    /// The transactions in their order of execution.
    pub transactions: Vec<Transaction>,
}

/// The root of the tree whose leaves are the transactions in wire form.
pub fn transactions_root(algorithm: HashAlgorithm, transactions: &[Transaction]) -> Digest {
    let wires: Vec<Vec<u8>> = transactions
        .iter()
        .map(|transaction| {
            let mut out = Vec::with_capacity(transaction.wire_len());
            transaction.write(&mut out);
            out
        })
        .collect();
    Tree::of_data(algorithm, wires.iter().map(Vec::as_slice)).root()
}

impl Block {
    /// Appends the wire form: length and bytes of the header, number of transactions, transactions.
    pub fn write(&self, out: &mut Vec<u8>) {
        wire::put_bytes(out, &self.header.to_bytes());
        out.extend_from_slice(
            &u32::try_from(self.transactions.len())
                .unwrap_or(u32::MAX)
                .to_be_bytes(),
        );
        for transaction in &self.transactions {
            transaction.write(out);
        }
    }

    /// Length of the wire form in bytes.
    pub fn wire_len(&self) -> usize {
        let transactions: usize = self.transactions.iter().map(Transaction::wire_len).sum();
        self.header
            .to_bytes()
            .len()
            .saturating_add(8)
            .saturating_add(transactions)
    }

    /// Reads the wire form within the chain's limits. The header must be canonical and the transactions must be those it commits to,
    /// so that bytes that were changed on a disk or on the way never become a block.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, WireError> {
        let mut reader = wire::Reader::new(bytes);
        let header = reader.bytes(MAX_HEADER_BYTES)?;
        let header = canonical::parse(header).map_err(|_| WireError::Undefined)?;
        let header: Header = serde_json::from_value(header).map_err(|_| WireError::Undefined)?;
        let count = reader.u32()?;
        if count > limits.block_transactions
            || count != header.transactions
            || header.version != Header::VERSION
        {
            return Err(WireError::Undefined);
        }
        let body_limit = usize::try_from(limits.transaction_bytes).unwrap_or(usize::MAX);
        let mut transactions = Vec::new();
        for _ in 0..count {
            transactions.push(Transaction::read(&mut reader, body_limit)?);
        }
        reader.end()?;
        if transactions_root(header.chain.algorithm(), &transactions) != header.transactions_root {
            return Err(WireError::Undefined);
        }
        Ok(Self { header, transactions })
    }
}
