//! A block on its way between nodes and on a disk.

use bytes::Bytes;
use commonware_codec::{Decode as _, Encode as _, EncodeSize as _};
use commonware_consensus::{Block as _, CertifiableBlock as _, Heightable as _};
use commonware_cryptography::Digestible as _;
use proptest::prelude::*;
use serde_json::Map;
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_types::block::transactions_root;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{Block, Body, Genesis, Header, Height, StateOperations, Suite, Transaction, canonical};

use super::chain;
use crate::block::{BlockRules, LedgerBlock, engine_digest};

fn transaction(genesis: &Genesis, key: &PrivateKey, number: u8) -> Transaction {
    let body = Body {
        account: key.public_key(),
        arguments: Map::new(),
        chain: genesis.chain().unwrap(),
        operation: "evidence.deposit".to_owned(),
        cosigners: Vec::new(),
        salt: format!("{number:032x}"),
        valid_until: genesis.time,
    };
    let body = canonical::to_bytes(&body).unwrap();
    let signatures = vec![KeyedSignature::by(key, &body)];
    Transaction { body, signatures }
}

fn block(suite: Suite) -> (Genesis, LedgerBlock) {
    let (genesis, keys) = chain(suite);
    let hash = suite.hash();
    let operations = StateOperations {
        end: 1,
        root: hash.hash(&[b"operations"]),
        start: 0,
    };
    let mut header = Header::genesis(&genesis, hash.hash(&[b"state"]), operations).unwrap();
    let transactions: Vec<_> = (0..3)
        .map(|number| transaction(&genesis, &keys[1], number))
        .collect();
    header.height = Height(7);
    (header.view, header.parent_view) = (12, 9);
    header.leader = keys[2].public_key();
    header.parent = hash.hash(&[b"parent"]);
    header.transactions = 3;
    header.transactions_root = transactions_root(hash, &transactions);
    (genesis, LedgerBlock::new(Block { header, transactions }).unwrap())
}

fn rules(genesis: &Genesis) -> BlockRules {
    BlockRules {
        hash: genesis.suite.hash(),
        limits: genesis.limits,
    }
}

fn decode(bytes: &[u8], rules: &BlockRules) -> Option<LedgerBlock> {
    LedgerBlock::decode_cfg(Bytes::copy_from_slice(bytes), rules).ok()
}

#[test]
fn a_block_comes_back_as_it_was_sent_with_the_digest_of_its_header() {
    for suite in [Suite::Intl, Suite::Gm] {
        let (genesis, block) = block(suite);
        let bytes = block.encode();
        assert_eq!(bytes.len(), block.encode_size());
        let read = decode(&bytes, &rules(&genesis)).unwrap();
        assert_eq!(read, block);
        assert_eq!(read.block(), block.block());
        assert_eq!(read.hash(), block.header().hash());
        assert_eq!(read.digest(), engine_digest(&block.header().hash()));
    }
}

#[test]
fn the_engine_sees_height_parent_and_context_of_the_header() {
    let (_, block) = block(Suite::Intl);
    let header = block.header();
    assert_eq!(block.height().get(), 7);
    assert_eq!(block.parent(), engine_digest(&header.parent));
    let context = block.context();
    assert_eq!((context.round.epoch().get(), context.round.view().get()), (0, 12));
    assert_eq!(
        (context.parent.0.get(), context.parent.1),
        (9, engine_digest(&header.parent))
    );
    assert_eq!(context.leader.as_ref(), header.leader.as_bytes());
}

#[test]
fn no_flipped_bit_and_no_cut_gives_the_same_block() {
    let (genesis, block) = block(Suite::Intl);
    let (rules, bytes) = (rules(&genesis), block.encode());
    for place in 0..bytes.len() {
        assert!(decode(&bytes[..place], &rules).is_none(), "cut at {place}");
        for bit in 0..8 {
            let mut changed = bytes.to_vec();
            changed[place] ^= 1 << bit;
            // Some headers with a bit flipped are headers of another block; none has the digest of this one.
            let other = decode(&changed, &rules).is_none_or(|read| read.digest() != block.digest());
            assert!(other, "byte {place} bit {bit}");
        }
    }
    let mut longer = bytes.to_vec();
    longer.push(0);
    assert!(decode(&longer, &rules).is_none());
}

#[test]
fn a_block_of_another_suite_or_beyond_the_limits_is_refused() {
    let (genesis, block) = block(Suite::Intl);
    let bytes = block.encode();
    let other = BlockRules {
        hash: Suite::Gm.hash(),
        ..rules(&genesis)
    };
    assert!(decode(&bytes, &other).is_none());
    let mut tight = rules(&genesis);
    tight.limits.block_transactions = 2;
    assert!(decode(&bytes, &tight).is_none());
    let mut tight = rules(&genesis);
    tight.limits.transaction_bytes = 10;
    assert!(decode(&bytes, &tight).is_none());
    let mut huge = u32::MAX.to_be_bytes().to_vec();
    huge.extend_from_slice(&[0; 64]);
    assert!(decode(&huge, &rules(&genesis)).is_none());
}

#[test]
fn a_leader_that_is_no_validator_key_makes_no_block() {
    let (_, block) = block(Suite::Intl);
    let mut other = Block::clone(block.block());
    let seed = [9; 32];
    let sm2 = PrivateKey::from_bytes(yinxin_crypto::SignatureAlgorithm::Sm2, &seed).unwrap();
    other.header.leader = sm2.public_key();
    assert!(LedgerBlock::new(other).is_none());
}

#[test]
fn two_blocks_are_equal_only_if_all_their_bytes_are() {
    let (_, one) = block(Suite::Intl);
    let mut other = Block::clone(one.block());
    other.header.state_root = Digest::new(other.header.state_root.algorithm(), [1; 32]);
    assert_ne!(LedgerBlock::new(other).unwrap(), one);
}

proptest! {
    #[test]
    fn any_bytes_are_a_block_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let (genesis, _) = chain(Suite::Intl);
        if let Some(block) = decode(&bytes, &rules(&genesis)) {
            let encoded = block.encode();
            prop_assert_eq!(encoded.as_ref(), bytes.as_slice());
        }
    }
}
