//! Enrolment of somebody who applied at home: what his key signed then stands for its signature under the transaction.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{DATA, DAY, POLICE, START, World, key, nothing_has, police, tax, with};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_identity::{MAX_CONSENT_MS, consent_statement};
use yinxin_types::BlockTime;
use yinxin_types::authenticator::Authenticator;
use yinxin_types::transaction::KeyedSignature;

const ENROL: &str = "identity.enrol";

fn application(text: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[text.as_bytes()])
}

fn statement(world: &World, authority: &str, account: &PublicKey, until: u64) -> Vec<u8> {
    let applied = application("sealed");
    consent_statement(
        &world.genesis.chain().unwrap(),
        authority,
        account,
        &applied,
        BlockTime(until),
    )
    .unwrap()
}

fn consent(signature: KeyedSignature, until: u64) -> Value {
    json!({ "application": application("sealed"), "signature": signature, "until": until })
}

/// What the police enrols for a person that agreed with this key until a time.
fn agreed(world: &World, seed: u8, until: u64) -> Value {
    let message = statement(world, POLICE, &key(seed).public_key(), until);
    let signed = KeyedSignature::by(&key(seed), &message);
    with(world.person_arguments(seed), "consent", consent(signed, until))
}

#[test]
fn whoever_agreed_at_home_is_enrolled_without_being_there_and_acts_from_then_on() {
    let mut world = World::new();
    let arguments = agreed(&world, 1, START + 7 * DAY);
    world.at(START + 5 * DAY);
    let receipt = world.ok(&[&police()], ENROL, arguments.clone());
    let party = world.party_of(&key(1));
    assert_eq!(receipt.outcome["party"], json!(party));
    assert_eq!(world.key_state(&key(1)), "active");
    // The same consent again opens nothing: a key is bound once, and a person is enrolled once.
    assert_eq!(world.code(&police(), ENROL, arguments.clone()), "ID_KEY_BOUND");
    let other = with(
        agreed(&world, 2, START + 7 * DAY),
        "commitment",
        arguments["commitment"].clone(),
    );
    assert_eq!(world.code(&police(), ENROL, other), "ID_ENROLLED");
}

#[test]
fn a_passkey_agrees_like_any_other_key() {
    let mut world = World::new();
    let passkey = Authenticator::new(7);
    let until = START + DAY;
    let message = statement(&world, POLICE, &passkey.public_key(), until);
    let arguments = with(
        with(world.person_arguments(1), "key", json!(passkey.public_key())),
        "consent",
        consent(passkey.sign(&message), until),
    );
    let mut forged = arguments.clone();
    forged["consent"]["until"] = json!(until + 1);
    assert_eq!(world.code(&police(), ENROL, forged), "AUTH_KEY_UNPROVEN");
    world.ok(&[&police()], ENROL, arguments);
}

#[test]
fn a_consent_holds_for_one_key_one_authority_one_chain_one_application_and_one_time() {
    let mut world = World::new();
    let until = START + DAY;
    let good = agreed(&world, 1, until);
    let account = key(1).public_key();
    let by = |message: &[u8]| consent(KeyedSignature::by(&key(1), message), until);
    let elsewhere = consent_statement(
        &nothing_has(),
        POLICE,
        &account,
        &application("sealed"),
        BlockTime(until),
    );
    let another = consent_statement(
        &world.genesis.chain().unwrap(),
        POLICE,
        &account,
        &application("other"),
        BlockTime(until),
    );
    let cases = [
        (
            "of another key",
            consent(
                KeyedSignature::by(&key(2), &statement(&world, POLICE, &account, until)),
                until,
            ),
        ),
        (
            "under the name of this key",
            with(by(&statement(&world, POLICE, &account, until)), "signature", {
                let foreign = KeyedSignature::by(&key(2), &statement(&world, POLICE, &account, until));
                json!({ "key": account, "signature": foreign.signature })
            }),
        ),
        (
            "to another authority",
            by(&statement(&world, DATA, &account, until)),
        ),
        (
            "about another key",
            by(&statement(&world, POLICE, &key(2).public_key(), until)),
        ),
        (
            "until another time",
            by(&statement(&world, POLICE, &account, until - 1)),
        ),
        ("on another chain", by(&elsewhere.unwrap())),
        ("in another application", by(&another.unwrap())),
        ("to something else", by(b"yinxin/session/1")),
    ];
    for (what, consent) in cases {
        let arguments = with(good.clone(), "consent", consent);
        assert_eq!(
            world.code(&police(), ENROL, arguments),
            "AUTH_KEY_UNPROVEN",
            "{what}"
        );
    }
    // Another authority cannot use what was said to the police, and nobody enrols without the right to.
    let moved = with(good.clone(), "authority", json!(DATA));
    assert_eq!(world.code(&police(), ENROL, moved), "AUTH_KEY_UNPROVEN");
    assert_eq!(world.code(&tax(), ENROL, good.clone()), "AUTH_NOT_GRANTOR");
    assert_eq!(
        world.code(
            &key(1),
            ENROL,
            with(good.clone(), "key", json!(key(9).public_key()))
        ),
        "AUTH_KEY_UNPROVEN"
    );
    world.ok(&[&police()], ENROL, good);
}

#[test]
fn a_consent_ends_and_is_not_given_long_ahead() {
    let mut world = World::new();
    let late = agreed(&world, 1, START + DAY);
    let long = agreed(&world, 2, START + DAY + MAX_CONSENT_MS + 60_000);
    let longest = agreed(&world, 3, START + DAY + MAX_CONSENT_MS);
    world.at(START + DAY);
    assert_eq!(world.code(&police(), ENROL, late), "ID_TERM");
    assert_eq!(world.code(&police(), ENROL, long), "ID_TERM");
    world.ok(&[&police()], ENROL, longest);
}

#[test]
fn a_key_that_signs_the_transaction_needs_no_consent_and_a_malformed_one_is_none() {
    let mut world = World::new();
    let good = agreed(&world, 1, START + DAY);
    assert_eq!(
        world.code_by(&[&police(), &key(1)], ENROL, good.clone()),
        "TX_ARGUMENTS"
    );
    let mut more = good.clone();
    more["consent"]["name"] = json!("somebody");
    for wrong in [
        json!(null),
        json!({}),
        json!([]),
        json!("yes"),
        more["consent"].clone(),
    ] {
        let arguments = with(good.clone(), "consent", wrong);
        assert_eq!(world.code(&police(), ENROL, arguments), "TX_ARGUMENTS");
    }
    world.ok(&[&police()], ENROL, good);
}
