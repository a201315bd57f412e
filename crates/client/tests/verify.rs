//! What a verified receipt proves, and that nothing else is verified.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::io::{self, Read};

use proptest::prelude::*;
use support::{CONTENT, Chain, ed25519, open, sealed, sealed_single, text, with_part};
use yinxin_client::deposit::{Deposit, Piece};
use yinxin_client::{Proven, Reason, Verdict, receipt, verify};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::Suite;
use yinxin_types::receipt::CommitmentKind;

fn proven(receipt: &str, chain: &Digest, file: Option<&[u8]>) -> Proven {
    let mut file = file;
    match verify(
        receipt.as_bytes(),
        chain,
        file.as_mut().map(|bytes| bytes as &mut dyn Read),
    ) {
        Verdict::Verified(proven) => *proven,
        other => panic!("{other:?}"),
    }
}

fn refuted(receipt: &[u8], chain: &Digest, file: Option<&[u8]>) -> Reason {
    let mut file = file;
    match verify(receipt, chain, file.as_mut().map(|bytes| bytes as &mut dyn Read)) {
        Verdict::Refuted(refutation) => refutation.reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_verified_receipt_names_height_time_account_and_the_departments_that_signed() {
    let (chain, file) = sealed_single(Suite::Intl);
    let proven = proven(&text(&file), &chain.id(), Some(CONTENT));
    assert_eq!(proven.height.0, 1);
    assert_eq!(proven.time, chain.time_of(1));
    assert_eq!(proven.account(), Some(ed25519(1).public_key()));
    assert_eq!((proven.signers.len(), proven.quorum), (3, 3));
    assert!(
        proven
            .signers
            .iter()
            .all(|signer| signer.name.starts_with("甲市") && signer.code.len() == 18)
    );
    assert!(proven.file_checked);
    let deposit = proven.deposit.unwrap();
    assert_eq!(deposit.kind, CommitmentKind::Sealed);
    assert_eq!(deposit.item, None);
    assert_eq!(file.receipt.outcome["entry"], serde_json::json!(deposit.entry));
}

#[test]
fn without_the_file_the_receipt_holds_and_the_file_counts_as_not_checked() {
    let (chain, file) = sealed_single(Suite::Gm);
    assert!(!proven(&text(&file), &chain.id(), None).file_checked);
}

#[test]
fn an_open_deposit_needs_no_opening_to_be_compared_with_its_file() {
    let mut chain = Chain::new(Suite::Intl);
    let deposit = Deposit::single(open(HashAlgorithm::Sm3, CONTENT), None, &[]).unwrap();
    chain.block(vec![chain.deposit(&deposit, 1, &ed25519(1), &[], 1)]);
    let bare = text(&chain.receipt(1, 0, None));
    assert!(proven(&bare, &chain.id(), Some(CONTENT)).file_checked);
    assert_eq!(
        refuted(bare.as_bytes(), &chain.id(), Some(b"another")),
        Reason::File
    );
}

#[test]
fn each_item_of_a_batch_is_proven_alone_and_only_with_its_own_file() {
    let contents: Vec<String> = (0..11).map(|number| format!("item {number}")).collect();
    let pieces: Vec<Piece> = contents
        .iter()
        .zip(30..)
        .map(|(content, salt)| sealed(HashAlgorithm::Sha256, content.as_bytes(), salt))
        .collect();
    let deposit = Deposit::batch(pieces, Some(&support::capture())).unwrap();
    let mut chain = Chain::new(Suite::Intl);
    chain.block(vec![chain.deposit(&deposit, 1, &ed25519(1), &[], 1)]);
    for (position, (part, content)) in deposit.parts.iter().zip(&contents).enumerate() {
        let file = text(&with_part(chain.receipt(1, 0, None), part.clone()));
        let proven = proven(&file, &chain.id(), Some(content.as_bytes()));
        assert_eq!(
            proven.deposit.unwrap().item,
            Some((u64::try_from(position).unwrap(), 11))
        );
        let other = contents[(position + 1) % 11].as_bytes();
        assert_eq!(refuted(file.as_bytes(), &chain.id(), Some(other)), Reason::File);
    }
    // Without an item the batch as a whole is proven, but no file can be compared with it.
    let whole = text(&chain.receipt(1, 0, None));
    assert_eq!(proven(&whole, &chain.id(), None).deposit.unwrap().item, None);
    assert_eq!(
        refuted(whole.as_bytes(), &chain.id(), Some(contents[0].as_bytes())),
        Reason::File
    );
}

#[test]
fn every_block_of_a_chain_is_proven_through_every_later_certified_one() {
    let mut chain = Chain::new(Suite::Gm);
    for height in 1..8_u8 {
        let entry = support::filler(&chain, height.into(), height);
        chain.block(vec![entry]);
    }
    for height in 1..7 {
        for later in height + 1..8 {
            let file = text(&chain.receipt(height, 0, Some(later)));
            assert_eq!(
                proven(&file, &chain.id(), None).height.0,
                u64::try_from(height).unwrap()
            );
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_refutes_nothing() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let (chain, file) = sealed_single(Suite::Intl);
    let verdict = verify(text(&file).as_bytes(), &chain.id(), Some(&mut Broken));
    assert!(matches!(verdict, Verdict::Unreadable(_)));
}

#[test]
fn every_changed_byte_of_the_file_is_noticed() {
    let (chain, file) = sealed_single(Suite::Intl);
    let receipt = text(&file);
    for position in 0..CONTENT.len() {
        let mut changed = CONTENT.to_vec();
        changed[position] ^= 1;
        assert_eq!(
            refuted(receipt.as_bytes(), &chain.id(), Some(&changed)),
            Reason::File
        );
    }
    for wrong in [&CONTENT[1..], &[CONTENT, b"\n"].concat(), b""] {
        assert_eq!(
            refuted(receipt.as_bytes(), &chain.id(), Some(wrong)),
            Reason::File
        );
    }
}

#[test]
fn every_changed_byte_of_a_receipt_is_refuted_but_white_space_and_the_stated_file_name() {
    let (chain, file) = sealed_single(Suite::Intl);
    let receipt = serde_json::to_string_pretty(&file).unwrap();
    let original: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    let without_name = |bytes: &[u8]| {
        let mut value: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        value["opening"]["file"]["name"] = serde_json::Value::Null;
        Some(value)
    };
    let named = without_name(receipt.as_bytes());
    let (mut harmless, mut bytes) = (0_u32, receipt.clone().into_bytes());
    for position in 0..bytes.len() {
        let right = bytes[position];
        // A neighbouring digit or letter, and a space.
        for wrong in [right ^ 1, b' '] {
            if wrong == right {
                continue;
            }
            bytes[position] = wrong;
            if let Verdict::Verified(_) = verify(&bytes, &chain.id(), None) {
                let same = serde_json::from_slice::<serde_json::Value>(&bytes).unwrap() == original;
                assert!(
                    same || without_name(&bytes) == named,
                    "byte {position} may be {:?}",
                    char::from(wrong)
                );
                harmless += 1;
            }
        }
        bytes[position] = right;
    }
    assert!(harmless > 0, "white space may change");
}

#[test]
fn a_receipt_in_other_order_and_spacing_is_the_same_receipt() {
    let (chain, file) = sealed_single(Suite::Intl);
    let value = serde_json::to_value(&file).unwrap();
    let pretty = serde_json::to_string_pretty(&value).unwrap();
    assert!(proven(&pretty, &chain.id(), Some(CONTENT)).file_checked);
}

#[test]
fn an_absent_member_is_not_a_null_one() {
    let (chain, file) = sealed_single(Suite::Intl);
    for name in ["ancestry", "item", "opening", "certificate", "receipt"] {
        let mut value = serde_json::to_value(&file).unwrap();
        value.as_object_mut().unwrap().remove(name);
        assert_eq!(
            refuted(value.to_string().as_bytes(), &chain.id(), None),
            Reason::Format,
            "{name}"
        );
    }
    let mut value = serde_json::to_value(&file).unwrap();
    value["opening"].as_object_mut().unwrap().remove("capture");
    assert_eq!(
        refuted(value.to_string().as_bytes(), &chain.id(), None),
        Reason::Format
    );
}

#[test]
fn a_receipt_over_the_size_limit_is_not_looked_at() {
    let (chain, file) = sealed_single(Suite::Intl);
    let mut receipt = text(&file);
    receipt.push_str(&" ".repeat(receipt::MAX_RECEIPT_BYTES - receipt.len()));
    assert!(!proven(&receipt, &chain.id(), None).file_checked);
    receipt.push(' ');
    assert_eq!(refuted(receipt.as_bytes(), &chain.id(), None), Reason::Format);
}

#[test]
fn the_claimed_chain_is_read_without_being_believed() {
    let (chain, file) = sealed_single(Suite::Gm);
    assert_eq!(
        receipt::claimed_chain(text(&file).as_bytes()).unwrap(),
        chain.id()
    );
    assert_eq!(receipt::claimed_chain(b"{}").unwrap_err().reason, Reason::Format);
}

proptest! {
    #[test]
    fn any_bytes_give_a_verdict(bytes: Vec<u8>) {
        prop_assert_eq!(refuted(&bytes, &HashAlgorithm::Sha256.hash(&[]), None), Reason::Format);
    }

    #[test]
    fn a_receipt_cut_or_spliced_anywhere_gives_a_verdict_and_is_never_verified(from: prop::sample::Index, to: prop::sample::Index, with: Vec<u8>) {
        let (chain, file) = sealed_single(Suite::Intl);
        let mut bytes = text(&file).into_bytes();
        let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
        let (from, to) = (from.min(to), from.max(to));
        bytes.splice(from..to, with);
        let same = serde_json::from_slice::<serde_json::Value>(&bytes).ok() == serde_json::to_value(&file).ok();
        let verified = matches!(verify(&bytes, &chain.id(), None), Verdict::Verified(_));
        prop_assert!(!verified || same);
    }
}
