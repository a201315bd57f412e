//! Deposits as they are built, signed and kept: what a depositor does before and after the ledger.

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

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{CONTENT, Chain, capture, ed25519, open, sealed, sealed_single, sm2, text};
use yinxin_client::deposit::{
    Deposit, DepositError, Link, MAX_BATCH_ITEMS, Piece, Relation, attach, measure,
};
use yinxin_client::transaction::{BuildError, Request};
use yinxin_client::{Reason, Verdict, report, verify};
use yinxin_crypto::HashAlgorithm;
use yinxin_types::receipt::CommitmentKind;
use yinxin_types::transaction::Rules;
use yinxin_types::{Suite, Transaction, VerifiedTransaction};

#[test]
fn what_is_signed_passes_the_check_of_a_node_and_salts_differ() {
    for (suite, key) in [(Suite::Intl, ed25519(1)), (Suite::Gm, sm2(1))] {
        let chain = Chain::new(suite);
        let rules = Rules {
            chain: chain.id(),
            hash: chain.hash(),
            limits: chain.genesis.limits,
        };
        let deposit = Deposit::single(open(suite.hash(), CONTENT), Some(&capture()), &[]).unwrap();
        let sign = || {
            deposit
                .request
                .sign(chain.id(), chain.time_of(1), &key, &[&ed25519(2)])
                .unwrap()
        };
        let ids = [sign(), sign()].map(|envelope| {
            VerifiedTransaction::verify(Transaction::from(envelope), &rules)
                .unwrap()
                .id()
        });
        assert_ne!(ids[0], ids[1]);
    }
}

#[test]
fn at_most_eight_keys_sign() {
    let chain = Chain::new(Suite::Intl);
    let request = Request {
        operation: "evidence.deposit".to_owned(),
        arguments: serde_json::Map::new(),
    };
    let keys: Vec<_> = (1..9).map(ed25519).collect();
    let others: Vec<_> = keys[1..].iter().collect();
    assert_eq!(
        request
            .sign(chain.id(), chain.time_of(1), &keys[0], &others)
            .unwrap()
            .signatures
            .len(),
        8
    );
    let ninth: Vec<_> = keys.iter().collect();
    assert_eq!(
        request.sign(chain.id(), chain.time_of(1), &ed25519(9), &ninth),
        Err(BuildError::Signers)
    );
}

#[test]
fn a_fraction_cannot_be_signed() {
    let chain = Chain::new(Suite::Intl);
    let arguments = json!({ "size": 1.5 }).as_object().unwrap().clone();
    let request = Request {
        operation: "evidence.deposit".to_owned(),
        arguments,
    };
    let signed = request.sign(chain.id(), chain.time_of(1), &ed25519(1), &[]);
    assert!(matches!(signed, Err(BuildError::NotCanonical(_))));
}

#[test]
fn a_file_is_read_once_in_pieces_and_sealed_with_a_fresh_salt() {
    let content = vec![7; 200_000];
    let piece = |kind| {
        let mut heard = Vec::new();
        let mut reader = content.as_slice();
        let piece = Piece::from_reader(
            HashAlgorithm::Sm3,
            kind,
            "a.bin",
            "application/octet-stream",
            &mut reader,
            &mut |bytes| {
                heard.push(bytes);
            },
        );
        assert_eq!(heard.last(), Some(&200_000));
        assert!(heard.len() > 1);
        piece.unwrap()
    };
    assert_eq!(
        piece(CommitmentKind::Open).commitment,
        HashAlgorithm::Sm3.hash(&[&content])
    );
    let [one, two] = [piece(CommitmentKind::Sealed), piece(CommitmentKind::Sealed)];
    assert_ne!(one.commitment, two.commitment);
    assert_eq!(one.opening.content, two.opening.content);
    assert_eq!(one.opening.file.size, 200_000);
}

#[test]
fn the_arguments_are_those_of_the_formats() {
    let (piece, earlier) = (
        open(HashAlgorithm::Sha256, CONTENT),
        HashAlgorithm::Sha256.hash(&[b"earlier"]),
    );
    let commitment = piece.commitment;
    let link = Link {
        entry: earlier,
        commitment: earlier,
        relation: Relation::Replaces,
    };
    let arguments = Value::Object(Deposit::single(piece, None, &[link]).unwrap().request.arguments);
    assert_eq!(
        arguments,
        json!({
            "commitment": commitment, "kind": "open", "media_type": "text/plain", "size": CONTENT.len(),
            "links": [{ "commitment": earlier, "entry": earlier, "relation": "replaces" }],
        })
    );
}

#[test]
fn a_batch_is_not_empty_and_of_one_kind_and_algorithm() {
    let mixed = |other| Deposit::batch(vec![open(HashAlgorithm::Sha256, b"a"), other], None);
    assert!(matches!(
        Deposit::batch(Vec::new(), None),
        Err(DepositError::BatchSize)
    ));
    assert!(matches!(
        mixed(sealed(HashAlgorithm::Sha256, b"b", 1)),
        Err(DepositError::Mixed)
    ));
    assert!(matches!(
        mixed(open(HashAlgorithm::Sm3, b"b")),
        Err(DepositError::Mixed)
    ));
    assert_eq!(mixed(open(HashAlgorithm::Sha256, b"b")).unwrap().parts.len(), 2);
    let too_many = vec![open(HashAlgorithm::Sha256, b"a"); MAX_BATCH_ITEMS + 1];
    assert!(matches!(
        Deposit::batch(too_many, None),
        Err(DepositError::BatchSize)
    ));
}

#[test]
fn details_that_cannot_be_canonical_are_refused() {
    let mut capture = capture();
    capture.details.insert("temperature".to_owned(), json!(36.6));
    let deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), Some(&capture), &[]);
    assert!(matches!(deposit, Err(DepositError::Details(_))));
}

#[test]
fn a_receipt_of_the_node_with_the_part_of_the_depositor_verifies() {
    let mut chain = Chain::new(Suite::Intl);
    let deposit = Deposit::single(sealed(HashAlgorithm::Sha256, CONTENT, 5), Some(&capture()), &[]).unwrap();
    chain.block(vec![chain.deposit(&deposit, 1, &ed25519(1), &[], 1)]);
    let kept = attach(
        text(&chain.receipt(1, 0, None)).as_bytes(),
        deposit.parts[0].clone(),
    )
    .unwrap();
    assert!(
        matches!(verify(&kept, &chain.id(), Some(&mut &CONTENT[..])), Verdict::Verified(proven) if proven.file_checked)
    );
    assert_eq!(
        attach(b"{}", deposit.parts[0].clone()).unwrap_err().reason,
        Reason::Format
    );
}

fn report_of(
    receipt: &yinxin_types::ReceiptFile,
    chain: &Chain,
    content: Option<&[u8]>,
    platform: &report::Platform,
) -> Value {
    let mut content = content;
    let file = content.as_mut().map(|bytes| bytes as &mut dyn std::io::Read);
    let Verdict::Verified(proven) = verify(text(receipt).as_bytes(), &chain.id(), file) else {
        panic!("verified")
    };
    report::report(&proven, platform)
}

fn standing(report: &Value, list: &str) -> Vec<String> {
    report[list]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["standing"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_court_report_answers_six_items_and_three_questions_and_claims_no_more_than_is_proven() {
    let (chain, receipt) = sealed_single(Suite::Gm);
    let platform = report::Platform {
        filing: Some("99000000000000000001号".to_owned()),
    };
    let checked = report_of(&receipt, &chain, Some(CONTENT), &platform);
    assert_eq!(
        standing(&checked, "six_items"),
        ["stated", "proven", "proven", "stated", "proven", "proven"]
    );
    assert_eq!(standing(&checked, "questions"), ["proven", "stated", "stated"]);
    assert_eq!(checked["capture"]["tool"], json!("web-capture"));
    assert_eq!(checked["capture"]["details"]["operator"], json!("取证员 001"));
    assert_eq!(
        checked["deposit"]["time"]["shanghai"],
        json!("2026-01-01T08:00:01.000+08:00")
    );
    assert_eq!(checked["proof"]["signers"].as_array().unwrap().len(), 3);
    let standards: Vec<_> = checked["standards"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert!(standards.contains(&"GB/T 43580-2023") && standards.contains(&"GB/T 32905-2016"));
    assert!(!standards.contains(&"FIPS 180-4"));

    let mut bare = receipt;
    bare.opening = None;
    let unchecked = report_of(&bare, &chain, None, &report::Platform::default());
    assert_eq!(
        standing(&unchecked, "six_items"),
        ["stated", "proven", "proven", "stated", "not_shown", "proven"]
    );
    assert_eq!(
        standing(&unchecked, "questions"),
        ["not_shown", "not_shown", "stated"]
    );
    assert_eq!(unchecked["capture"]["details"], Value::Null);
    assert!(
        unchecked["not_proven"].as_array().unwrap().len() > checked["not_proven"].as_array().unwrap().len()
    );
}

#[test]
fn a_report_without_capture_leaves_the_time_before_the_deposit_open() {
    let mut chain = Chain::new(Suite::Intl);
    let deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    chain.block(vec![chain.deposit(&deposit, 1, &ed25519(1), &[], 1)]);
    let report = report_of(
        &chain.receipt(1, 0, None),
        &chain,
        Some(CONTENT),
        &report::Platform::default(),
    );
    assert_eq!(report["capture"], Value::Null);
    assert_eq!(
        standing(&report, "questions"),
        ["proven", "not_shown", "not_shown"]
    );
}

#[test]
fn every_sentence_of_a_report_is_there_in_both_languages() {
    fn walk(value: &Value) {
        let chinese = |text: &str| {
            text.chars()
                .any(|character| matches!(character, '\u{4e00}'..='\u{9fff}'))
        };
        if let Some(english) = value.get("en") {
            assert!(
                english
                    .as_str()
                    .is_some_and(|text| !text.is_empty() && !chinese(text)),
                "{english}"
            );
            assert!(value["zh-CN"].as_str().is_some_and(chinese), "{english}");
        }
        match value {
            Value::Array(items) => items.iter().for_each(walk),
            Value::Object(members) => members.values().for_each(walk),
            _ => {}
        }
    }
    let (chain, receipt) = sealed_single(Suite::Intl);
    for content in [None, Some(CONTENT)] {
        walk(&report_of(
            &receipt,
            &chain,
            content,
            &report::Platform::default(),
        ));
    }
}

proptest! {
    #[test]
    fn a_digest_does_not_depend_on_how_the_reader_cuts_the_file(content: Vec<u8>, step in 1..9_usize) {
        struct Slow<'a>(&'a [u8], usize);
        impl std::io::Read for Slow<'_> {
            fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
                let read = self.1.min(self.0.len()).min(out.len());
                let (head, rest) = self.0.split_at(read);
                out[..read].copy_from_slice(head);
                self.0 = rest;
                Ok(read)
            }
        }
        let measured = measure(HashAlgorithm::Sm3, &mut Slow(&content, step), &mut |_| {}).unwrap();
        prop_assert_eq!(measured, (HashAlgorithm::Sm3.hash(&[&content]), u64::try_from(content.len()).unwrap()));
    }
}
