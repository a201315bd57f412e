//! A ledger block in the engine's terms.

use std::sync::Arc;

use bytes::{BufMut, Bytes};
use commonware_codec::{Buf, EncodeSize, Error, Read, Write};
use commonware_consensus::simplex::types::Context;
use commonware_consensus::types::{Epoch, Height as EngineHeight, Round, View};
use commonware_consensus::{Block as EngineBlock, BoundedBlock, CertifiableBlock, Heightable};
use commonware_cryptography::{Digestible, ed25519, sha256};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, SignatureAlgorithm};
use yinxin_types::block::MAX_HEADER_BYTES;
use yinxin_types::{Block, Header, Limits};

/// The context of a proposal: round, leader and parent.
pub(crate) type ProposalContext = Context<sha256::Digest, ed25519::PublicKey>;

/// A block as the engine carries it: decoded once, its bytes and its hash kept.
#[derive(Clone, Debug)]
pub struct LedgerBlock {
    block: Arc<Block>,
    bytes: Bytes,
    hash: Digest,
    leader: ed25519::PublicKey,
}

/// How blocks are decoded: the chain's algorithm and limits.
#[derive(Clone, Debug)]
pub struct BlockRules {
    /// Algorithm of the chain's digests.
    pub hash: HashAlgorithm,
    /// Limits of the chain.
    pub limits: Limits,
}

impl BlockRules {
    /// The most bytes a block in wire form has.
    pub fn max_block_bytes(&self) -> usize {
        let body = usize::try_from(self.limits.block_bytes).unwrap_or(usize::MAX);
        body.saturating_add(MAX_HEADER_BYTES).saturating_add(8)
    }
}

/// The engine's form of a digest; the algorithm is the chain's.
pub(crate) fn engine_digest(digest: &Digest) -> sha256::Digest {
    sha256::Digest(*digest.bytes())
}

/// The engine's form of a validator key; `None` if it is not one.
pub(crate) fn engine_key(key: &PublicKey) -> Option<ed25519::PublicKey> {
    if key.algorithm() != SignatureAlgorithm::Ed25519 {
        return None;
    }
    commonware_codec::Decode::decode_cfg(Bytes::copy_from_slice(key.as_bytes()), &()).ok()
}

/// Our form of a validator key.
pub(crate) fn ledger_key(key: &ed25519::PublicKey) -> Option<PublicKey> {
    PublicKey::from_bytes(SignatureAlgorithm::Ed25519, key.as_ref()).ok()
}

impl LedgerBlock {
    /// Wraps a block; `None` if its leader is not a validator key.
    pub fn new(block: Block) -> Option<Self> {
        let mut bytes = Vec::with_capacity(block.wire_len());
        block.write(&mut bytes);
        Self::with_bytes(block, bytes.into())
    }

    fn with_bytes(block: Block, bytes: Bytes) -> Option<Self> {
        let leader = engine_key(&block.header.leader)?;
        let hash = block.header.hash();
        Some(Self {
            block: Arc::new(block),
            bytes,
            hash,
            leader,
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.block.header
    }

    /// The block.
    pub fn block(&self) -> &Arc<Block> {
        &self.block
    }

    /// The hash of the header.
    pub fn hash(&self) -> Digest {
        self.hash
    }
}

impl PartialEq for LedgerBlock {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for LedgerBlock {}

impl Write for LedgerBlock {
    fn write(&self, buf: &mut impl BufMut) {
        buf.put_u32(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
        buf.put_slice(&self.bytes);
    }
}

impl EncodeSize for LedgerBlock {
    fn encode_size(&self) -> usize {
        self.bytes.len().saturating_add(4)
    }
}

impl Read for LedgerBlock {
    type Cfg = BlockRules;

    fn read_cfg(buf: &mut impl Buf, rules: &Self::Cfg) -> Result<Self, Error> {
        let length = usize::try_from(u32::read_cfg(buf, &())?).unwrap_or(usize::MAX);
        if length > rules.max_block_bytes() {
            return Err(Error::InvalidLength(length));
        }
        if buf.remaining() < length {
            return Err(Error::EndOfBuffer);
        }
        let bytes = buf.copy_to_bytes(length);
        let invalid = Error::Invalid("LedgerBlock", "not a block of this chain");
        let Ok(block) = Block::read(&bytes, &rules.limits) else {
            return Err(invalid);
        };
        if block.header.chain.algorithm() != rules.hash {
            return Err(invalid);
        }
        Self::with_bytes(block, bytes).ok_or(invalid)
    }
}

impl Digestible for LedgerBlock {
    type Digest = sha256::Digest;

    fn digest(&self) -> sha256::Digest {
        engine_digest(&self.hash)
    }
}

impl Heightable for LedgerBlock {
    fn height(&self) -> EngineHeight {
        EngineHeight::new(self.block.header.height.0)
    }
}

impl EngineBlock for LedgerBlock {
    fn parent(&self) -> sha256::Digest {
        engine_digest(&self.block.header.parent)
    }
}

impl CertifiableBlock for LedgerBlock {
    type Context = ProposalContext;

    fn context(&self) -> Self::Context {
        let header = &self.block.header;
        Context {
            round: Round::new(Epoch::new(header.epoch), View::new(header.view)),
            leader: self.leader.clone(),
            parent: (View::new(header.parent_view), engine_digest(&header.parent)),
        }
    }
}

impl BoundedBlock for LedgerBlock {
    fn max_encode_size(rules: &Self::Cfg) -> usize {
        rules.max_block_bytes().saturating_add(4)
    }
}
