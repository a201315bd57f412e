//! Transactions: every code of a malformed one provoked, the wire form, and the proof in types that both were checked.

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
use serde_json::{Value, json};
use support::{START, body, ed25519, genesis, keyed, rules, signed, signed_bytes, sm2, wire};
use yinxin_types::transaction::{KeyedSignature, MAX_SIGNATURES};
use yinxin_types::wire::{Reader, WireError};
use yinxin_types::{BlockTime, Body, Rejection, Suite, Transaction, VerifiedTransaction, canonical};

fn name(result: Result<impl Sized, Rejection>) -> &'static str {
    result.err().map_or("OK", |rejection| rejection.code.name)
}

/// The verdict over a body that differs from a good one in one member, correctly signed.
fn with(member: &str, value: Value) -> &'static str {
    let genesis = genesis(Suite::Intl, 4);
    let mut document = serde_json::to_value(body(genesis.chain().unwrap(), &ed25519(1))).unwrap();
    document[member] = value;
    let transaction = signed_bytes(canonical::value_to_bytes(&document).unwrap(), &[&ed25519(1)]);
    name(VerifiedTransaction::verify(transaction, &rules(&genesis)))
}

#[test]
fn a_good_transaction_is_verified_in_both_suites_and_named_by_the_hash_of_its_body() {
    for (suite, key) in [(Suite::Intl, ed25519(1)), (Suite::Gm, sm2(1))] {
        let genesis = genesis(suite, 4);
        let rules = rules(&genesis);
        let mut body = body(rules.chain, &key);
        body.cosigners = vec![ed25519(2).public_key(), sm2(3).public_key()];
        let transaction = signed(&body, &[&key, &ed25519(2), &sm2(3)]);
        let verified = VerifiedTransaction::verify(transaction.clone(), &rules).unwrap();
        assert_eq!(verified.id(), suite.hash().hash(&[&transaction.body]));
        assert_eq!((verified.body(), verified.transaction()), (&body, &transaction));
    }
}

#[test]
fn signatures_are_not_part_of_the_identifier() {
    let genesis = genesis(Suite::Intl, 4);
    let body = body(genesis.chain().unwrap(), &ed25519(1));
    let [one, two] = [
        signed(&body, &[&ed25519(1)]),
        signed(&body, &[&ed25519(1), &ed25519(2)]),
    ];
    assert_eq!(one.id(Suite::Intl.hash()), two.id(Suite::Intl.hash()));
}

#[test]
fn what_is_no_envelope_is_malformed() {
    let genesis = genesis(Suite::Intl, 4);
    let good = serde_json::to_string(
        &signed(&body(genesis.chain().unwrap(), &ed25519(1)), &[&ed25519(1)]).to_envelope(),
    );
    let good = good.unwrap();
    assert_eq!(name(Transaction::from_json(good.as_bytes())), "OK");
    let cases = [
        String::new(),
        "[]".to_owned(),
        "{\"body\":\"{}\"}".to_owned(),
        good.replacen('{', "{\"note\":1,", 1),
        good.replacen('{', "{\"body\":\"{}\",", 1),
        good.replace("ed25519:", "rsa:"),
        good.replace("\"key\":\"ed25519:", "\"key\":\"sm2:"),
        format!("{good}x"),
        "[".repeat(100_000),
    ];
    for text in cases {
        assert_eq!(
            name(Transaction::from_json(text.as_bytes())),
            "TX_MALFORMED",
            "{text:.60}"
        );
    }
}

#[test]
fn an_envelope_is_the_same_transaction() {
    let genesis = genesis(Suite::Intl, 4);
    let transaction = signed(&body(genesis.chain().unwrap(), &sm2(1)), &[&sm2(1), &ed25519(1)]);
    let text = serde_json::to_string_pretty(&transaction.to_envelope()).unwrap();
    assert_eq!(Transaction::from_json(text.as_bytes()).unwrap(), transaction);
}

#[test]
fn a_body_over_the_limit_of_the_chain_is_too_large() {
    let mut genesis = genesis(Suite::Intl, 4);
    genesis.limits.transaction_bytes = 1024;
    let rules = rules(&genesis);
    let sized = |bytes: usize| {
        let mut body = body(rules.chain, &ed25519(1));
        body.arguments.insert("padding".to_owned(), json!(""));
        let bare = canonical::to_bytes(&body).unwrap().len();
        body.arguments
            .insert("padding".to_owned(), json!("x".repeat(bytes - bare)));
        let transaction = signed(&body, &[&ed25519(1)]);
        assert_eq!(transaction.body.len(), bytes);
        name(VerifiedTransaction::verify(transaction, &rules))
    };
    assert_eq!((sized(1024), sized(1025)), ("OK", "TX_TOO_LARGE"));
}

#[test]
fn a_body_that_is_not_canonical_is_refused_even_if_it_is_signed() {
    let genesis = genesis(Suite::Intl, 4);
    let good = canonical::to_bytes(&body(genesis.chain().unwrap(), &ed25519(1))).unwrap();
    let text = String::from_utf8(good.clone()).unwrap();
    let duplicate = text.replacen("{\"account\"", "{\"account\":\"\",\"account\"", 1);
    for bytes in [
        [b" ", good.as_slice()].concat(),
        [good.as_slice(), b"\n"].concat(),
        duplicate.into_bytes(),
        text.replace("\"size\":3", "\"size\":3.0").into_bytes(),
        b"deposit".to_vec(),
        b"\xff\xfe".to_vec(),
        Vec::new(),
    ] {
        let transaction = signed_bytes(bytes, &[&ed25519(1)]);
        assert_eq!(
            name(VerifiedTransaction::verify(transaction, &rules(&genesis))),
            "TX_NOT_CANONICAL"
        );
    }
}

#[test]
fn a_body_lacks_nothing_has_nothing_more_and_every_member_its_form() {
    assert_eq!(with("operation", json!("x".repeat(64))), "OK");
    for (member, value) in [
        ("note", json!(1)),
        ("account", json!("ed25519:00")),
        ("account", json!(1)),
        ("arguments", json!([])),
        ("arguments", Value::Null),
        ("chain", json!("sha256:00")),
        ("operation", json!("")),
        ("operation", json!("x".repeat(65))),
        ("salt", json!("00112233445566778899aabbccddeef")),
        ("salt", json!("00112233445566778899AABBCCDDEEFF")),
        ("salt", json!("00112233445566778899aabbccddeefg")),
        ("valid_until", json!(-1)),
        ("valid_until", json!("1")),
    ] {
        assert_eq!(with(member, value.clone()), "TX_BODY", "{member} {value}");
    }
    let genesis = genesis(Suite::Intl, 4);
    for member in [
        "account",
        "arguments",
        "chain",
        "operation",
        "salt",
        "valid_until",
    ] {
        let mut document = serde_json::to_value(body(genesis.chain().unwrap(), &ed25519(1))).unwrap();
        document.as_object_mut().unwrap().remove(member);
        let transaction = signed_bytes(canonical::value_to_bytes(&document).unwrap(), &[&ed25519(1)]);
        assert_eq!(
            name(VerifiedTransaction::verify(transaction, &rules(&genesis))),
            "TX_BODY",
            "{member}"
        );
    }
}

#[test]
fn a_transaction_for_another_chain_is_refused() {
    let other = genesis(Suite::Intl, 5).chain().unwrap();
    assert_eq!(with("chain", json!(other)), "TX_WRONG_CHAIN");
    // The same digits under another algorithm are another chain.
    let sm3 = genesis(Suite::Intl, 4)
        .chain()
        .unwrap()
        .to_string()
        .replace("sha256:", "sm3:");
    assert_eq!(with("chain", json!(sm3)), "TX_WRONG_CHAIN");
}

#[test]
fn the_validity_window_includes_both_its_ends() {
    let rules = rules(&genesis(Suite::Intl, 4));
    let window = rules.limits.window_ms;
    let at = |until: u64| name(rules.check_window(BlockTime(until), BlockTime(START)));
    assert_eq!(at(START), "OK");
    assert_eq!(at(START - 1), "TX_EXPIRED");
    assert_eq!(at(START + window), "OK");
    assert_eq!(at(START + window + 1), "TX_WINDOW");
    assert_eq!(
        name(rules.check_window(BlockTime(u64::MAX), BlockTime(u64::MAX))),
        "OK"
    );
}

#[test]
fn signers_are_one_to_eight_different_keys_the_account_first() {
    let genesis = genesis(Suite::Intl, 4);
    let rules = rules(&genesis);
    let body = body(rules.chain, &ed25519(1));
    let keys: Vec<_> = (1..=9).map(ed25519).collect();
    let by = |numbers: &[usize]| {
        let chosen: Vec<_> = numbers.iter().map(|number| &keys[number - 1]).collect();
        let mut body = body.clone();
        body.cosigners = chosen.iter().skip(1).map(|key| key.public_key()).collect();
        name(VerifiedTransaction::verify(signed(&body, &chosen), &rules))
    };
    assert_eq!(by(&[1]), "OK");
    assert_eq!(by(&[1, 2, 3, 4, 5, 6, 7, 8]), "OK");
    for refused in [
        &[][..],
        &[2],
        &[2, 1],
        &[1, 1],
        &[1, 2, 2],
        &[1, 2, 1],
        &[1, 2, 3, 4, 5, 6, 7, 8, 9],
    ] {
        assert_eq!(by(refused), "TX_SIGNERS", "{refused:?}");
    }
    let mut sealed = body.clone();
    sealed.cosigners = vec![keys[1].public_key(), keys[2].public_key()];
    let as_sealed = |numbers: &[usize]| {
        let chosen: Vec<_> = numbers.iter().map(|number| &keys[number - 1]).collect();
        name(VerifiedTransaction::verify(signed(&sealed, &chosen), &rules))
    };
    assert_eq!(as_sealed(&[1, 2, 3]), "OK");
    for stripped_swapped_or_added in [&[1][..], &[1, 2], &[1, 3], &[1, 3, 2], &[1, 2, 3, 4]] {
        assert_eq!(as_sealed(stripped_swapped_or_added), "TX_SIGNERS");
    }
    let empty = String::from_utf8(signed(&body, &[]).body).unwrap();
    let empty = empty.replace(r#","operation""#, r#","cosigners":[],"operation""#);
    let empty = Transaction {
        signatures: vec![KeyedSignature::by(&keys[0], empty.as_bytes())],
        body: empty.into_bytes(),
    };
    assert_eq!(name(VerifiedTransaction::verify(empty, &rules)), "TX_BODY");
    let mut mixed = signed(&body, &[&ed25519(1)]);
    mixed.signatures[0].signature = sm2(1).sign(&mixed.body);
    assert_eq!(name(VerifiedTransaction::verify(mixed, &rules)), "TX_SIGNERS");
}

#[test]
fn every_signature_must_be_valid() {
    let genesis = genesis(Suite::Intl, 4);
    let rules = rules(&genesis);
    let mut body = body(rules.chain, &ed25519(1));
    for key in [ed25519(2), sm2(2)] {
        body.cosigners = vec![key.public_key()];
        let good = signed(&body, &[&ed25519(1), &key]);
        assert_eq!(name(VerifiedTransaction::verify(good.clone(), &rules)), "OK");
        let mut bad = good.clone();
        bad.signatures[1] = keyed(&key, b"another message");
        assert_eq!(name(VerifiedTransaction::verify(bad, &rules)), "TX_SIGNATURE");
        let mut changed = good;
        changed.body = String::from_utf8(changed.body)
            .unwrap()
            .replace("\"size\":3", "\"size\":4")
            .into_bytes();
        assert_eq!(name(VerifiedTransaction::verify(changed, &rules)), "TX_SIGNATURE");
    }
}

/// One of many transactions: well signed, badly signed, malformed, by one or several keys of both algorithms.
fn any_transaction() -> impl Strategy<Value = Transaction> {
    (
        0..5_u8,
        prop::collection::vec(1..6_u8, 1..4),
        any::<bool>(),
        0..8_u8,
    )
        .prop_map(|(flaw, seeds, use_sm2, extra)| {
            let chain = genesis(Suite::Intl, 4).chain().unwrap();
            let keys: Vec<_> = seeds
                .iter()
                .map(|seed| if use_sm2 { sm2(*seed) } else { ed25519(*seed) })
                .collect();
            let references: Vec<_> = keys.iter().collect();
            let mut body = body(chain, references[0]);
            body.arguments.insert("extra".to_owned(), json!(extra));
            body.cosigners = references.iter().skip(1).map(|key| key.public_key()).collect();
            let mut transaction = signed(&body, &references);
            match flaw {
                1 => transaction.signatures.last_mut().unwrap().signature = references[0].sign(b"another"),
                2 => transaction.body.push(b' '),
                3 => transaction.signatures.clear(),
                _ => {}
            }
            transaction
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_batch_is_judged_like_its_transactions_one_by_one(transactions in prop::collection::vec(any_transaction(), 0..24)) {
        let rules = rules(&genesis(Suite::Intl, 4));
        let alone: Vec<_> =
            transactions.iter().map(|one| name(VerifiedTransaction::verify(one.clone(), &rules))).collect();
        let together: Vec<_> =
            VerifiedTransaction::verify_batch(transactions, &rules).into_iter().map(name).collect();
        prop_assert_eq!(together, alone);
    }
}

proptest! {
    #[test]
    fn the_wire_form_is_read_as_the_same_transaction_and_its_length_is_known(transaction in any_transaction()) {
        let bytes = wire(&transaction);
        prop_assert_eq!(bytes.len(), transaction.wire_len());
        let mut reader = Reader::new(&bytes);
        prop_assert_eq!(Transaction::read(&mut reader, 1 << 16).unwrap(), transaction);
        prop_assert_eq!(reader.end(), Ok(()));
    }

    #[test]
    fn a_wire_form_cut_short_is_no_transaction(transaction in any_transaction(), cut: prop::sample::Index) {
        let bytes = wire(&transaction);
        let cut = &bytes[..cut.index(bytes.len())];
        prop_assert!(Transaction::read(&mut Reader::new(cut), 1 << 16).is_err());
    }

    #[test]
    fn any_bytes_on_the_wire_give_a_transaction_that_writes_them_or_an_error(bytes: Vec<u8>) {
        let mut reader = Reader::new(&bytes);
        if let Ok(transaction) = Transaction::read(&mut reader, 1 << 16) {
            let written = wire(&transaction);
            prop_assert_eq!(written.as_slice(), &bytes[..written.len()]);
        }
    }

    #[test]
    fn any_bytes_as_an_envelope_or_a_body_give_a_transaction_or_a_code(bytes: Vec<u8>) {
        let rules = rules(&genesis(Suite::Intl, 4));
        prop_assert_eq!(name(Transaction::from_json(&bytes)), "TX_MALFORMED");
        let verdict = name(VerifiedTransaction::verify(signed_bytes(bytes, &[&ed25519(1)]), &rules));
        prop_assert!(["TX_NOT_CANONICAL", "TX_BODY"].contains(&verdict));
    }
}

#[test]
fn lengths_over_their_limits_are_refused_before_anything_is_read() {
    let body = vec![b'x'; 100];
    let bytes = wire(&Transaction {
        body,
        signatures: Vec::new(),
    });
    let read =
        |bytes: &[u8], limit| Transaction::read(&mut Reader::new(bytes), limit).map(|read| read.body.len());
    assert_eq!(read(&bytes, 100), Ok(100));
    assert_eq!(read(&bytes, 99), Err(WireError::TooLong));
    assert_eq!(read(&[0xff; 64], 1 << 20), Err(WireError::TooLong));
    let mut signatures = vec![0, 0, 0, 0];
    signatures.push(u8::try_from(MAX_SIGNATURES + 1).unwrap());
    assert_eq!(read(&signatures, 1), Err(WireError::TooLong));
    assert_eq!(
        read(&[0, 0, 0, 0, 1, 4], 1),
        Err(WireError::Undefined),
        "no such algorithm"
    );
}

#[test]
fn a_body_is_what_a_person_reads() {
    let genesis = genesis(Suite::Intl, 4);
    let body: Body = body(genesis.chain().unwrap(), &ed25519(1));
    let text = String::from_utf8(canonical::to_bytes(&body).unwrap()).unwrap();
    assert!(
        text.starts_with("{\"account\":\"ed25519:") && text.contains("\"operation\":\"evidence.deposit\"")
    );
}
