//! Blocks as they are stored and sent: what is read is what was written, and bytes that were changed are no block.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and says so when it is skipped"
)]

mod support;

use proptest::prelude::*;
use support::{block, body, ed25519, genesis, signed, sm2};
use yinxin_types::wire::WireError;
use yinxin_types::{Block, Height, Limits, Suite};

fn sample(suite: Suite, count: u8) -> Block {
    let genesis = genesis(suite, 4);
    let chain = genesis.chain().unwrap();
    let transactions = (1..=count).map(|seed| {
        let key = if seed % 2 == 0 { sm2(seed) } else { ed25519(seed) };
        signed(&body(chain, &key), &[&key, &ed25519(99)])
    });
    block(&genesis, transactions.collect())
}

fn bytes(block: &Block) -> Vec<u8> {
    let mut out = Vec::new();
    block.write(&mut out);
    out
}

#[test]
fn what_was_written_is_read_as_the_same_block() {
    for (suite, count) in [(Suite::Intl, 0), (Suite::Gm, 1), (Suite::Intl, 5)] {
        let block = sample(suite, count);
        let bytes = bytes(&block);
        assert_eq!(bytes.len(), block.wire_len());
        let read = Block::read(&bytes, &Limits::default()).unwrap();
        assert_eq!(read, block);
        assert_eq!(read.header.hash(), block.header.hash());
    }
}

#[test]
fn any_flipped_bit_gives_no_block_or_another_hash() {
    let block = sample(Suite::Intl, 2);
    let good = bytes(&block);
    for position in 0..good.len() {
        for bit in [1, 0x80] {
            let mut changed = good.clone();
            changed[position] ^= bit;
            if let Ok(read) = Block::read(&changed, &Limits::default()) {
                assert_ne!(read.header.hash(), block.header.hash(), "byte {position}");
                assert_eq!(bytes(&read), changed, "a block is read from its own bytes only");
            }
        }
    }
}

#[test]
fn transactions_are_those_of_the_header_in_their_order() {
    let good = sample(Suite::Intl, 3);
    let changes: [fn(&mut Block); 6] = [
        |block| block.transactions.swap(0, 1),
        |block| block.transactions.truncate(2),
        |block| block.transactions.push(block.transactions[0].clone()),
        |block| block.transactions[1].body.push(b' '),
        |block| block.transactions[1].signatures.truncate(1),
        |block| block.header.transactions = 2,
    ];
    for change in changes {
        let mut block = good.clone();
        change(&mut block);
        assert!(Block::read(&bytes(&block), &Limits::default()).is_err());
    }
}

#[test]
fn limits_and_version_are_kept() {
    let good = sample(Suite::Intl, 3);
    let read = |block: &Block, limits: Limits| Block::read(&bytes(block), &limits).map(|_| ());
    let limits = Limits::default();
    assert_eq!(
        read(
            &good,
            Limits {
                block_transactions: 3,
                ..limits
            }
        ),
        Ok(())
    );
    assert_eq!(
        read(
            &good,
            Limits {
                block_transactions: 2,
                ..limits
            }
        ),
        Err(WireError::Undefined)
    );
    let body = u32::try_from(good.transactions.iter().map(|one| one.body.len()).max().unwrap()).unwrap();
    assert_eq!(
        read(
            &good,
            Limits {
                transaction_bytes: body,
                ..limits
            }
        ),
        Ok(())
    );
    assert_eq!(
        read(
            &good,
            Limits {
                transaction_bytes: body - 1,
                ..limits
            }
        ),
        Err(WireError::TooLong)
    );
    let mut version = good.clone();
    version.header.version = 2;
    assert_eq!(read(&version, limits), Err(WireError::Undefined));
    let trailing = [bytes(&good).as_slice(), b"x"].concat();
    assert_eq!(Block::read(&trailing, &limits), Err(WireError::Trailing));
}

#[test]
fn a_header_names_its_occurrences_where_there_are_any_and_never_as_none() {
    let mut block = sample(Suite::Intl, 1);
    assert!(
        !String::from_utf8(block.header.to_bytes())
            .unwrap()
            .contains("occurrences")
    );
    let without = bytes(&block);
    let none = String::from_utf8(block.header.to_bytes()).unwrap();
    let none = none.replace(r#""parent":"#, r#""occurrences":0,"parent":"#);
    let length = u32::try_from(none.len()).unwrap().to_be_bytes();
    let rest = &without[4 + block.header.to_bytes().len()..];
    let zero = [&length[..], none.as_bytes(), rest].concat();
    assert_eq!(Block::read(&zero, &Limits::default()), Err(WireError::Undefined));
    block.header.occurrences = 3;
    assert_eq!(block.header.receipts(), 4);
    let read = Block::read(&bytes(&block), &Limits::default()).unwrap();
    assert_eq!((read.header.occurrences, &read), (3, &block));
}

#[test]
fn a_header_over_the_range_of_exact_integers_is_not_read() {
    let mut block = sample(Suite::Intl, 0);
    block.header.height = Height(1 << 53);
    assert!(Block::read(&bytes(&block), &Limits::default()).is_err());
}

#[test]
fn the_header_of_height_zero_follows_from_the_genesis() {
    let genesis = genesis(Suite::Gm, 4);
    let digest = genesis.suite.hash().hash(&[b"state"]);
    let operations = yinxin_types::StateOperations {
        end: 1,
        root: digest,
        start: 0,
    };
    let header = yinxin_types::Header::genesis(&genesis, digest, operations).unwrap();
    assert_eq!(
        (header.height, header.transactions, header.time),
        (Height::GENESIS, 0, genesis.time)
    );
    assert_eq!(
        (header.parent, header.chain),
        (genesis.chain().unwrap(), genesis.chain().unwrap())
    );
    let mut unsound = genesis;
    unsound.members.reverse();
    assert!(yinxin_types::Header::genesis(&unsound, digest, operations).is_err());
}

proptest! {
    #[test]
    fn any_bytes_give_a_block_or_an_error(bytes: Vec<u8>) {
        prop_assert!(Block::read(&bytes, &Limits::default()).is_err());
    }

    #[test]
    fn a_block_cut_or_spliced_anywhere_is_not_the_block(from: prop::sample::Index, to: prop::sample::Index, with: Vec<u8>) {
        let good = bytes(&sample(Suite::Intl, 2));
        let (from, to) = (from.index(good.len()), to.index(good.len()));
        let mut changed = good.clone();
        changed.splice(from.min(to)..from.max(to), with);
        if let Ok(block) = Block::read(&changed, &Limits::default()) {
            prop_assert_eq!(bytes(&block), changed);
        }
    }
}
