//! A person whose only key is a passkey: enrolled at a window, acting, adding a key, and ending the passkey.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use support::{DATA, FIRE, World, data, digest, key, police, with};
use yinxin_crypto::{PrivateKey, PublicKey};
use yinxin_types::authenticator::Authenticator;
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{BlockTime, Body, Receipt, Rejection, Suite, Transaction, VerifiedTransaction, canonical};

/// Whoever can sign.
enum Signer<'a> {
    Key(&'a PrivateKey),
    Passkey(&'a Authenticator),
}
use Signer::{Key, Passkey};

impl Signer<'_> {
    fn public_key(&self) -> PublicKey {
        match self {
            Key(key) => key.public_key(),
            Passkey(passkey) => passkey.public_key(),
        }
    }

    fn sign(&self, message: &[u8]) -> KeyedSignature {
        match self {
            Key(key) => KeyedSignature::by(key, message),
            Passkey(passkey) => passkey.sign(message),
        }
    }
}

/// A transaction by the first signer with the others as cosigners.
fn signed(world: &World, by: &[Signer<'_>], operation: &str, arguments: &Value) -> Transaction {
    let body = Body {
        account: by[0].public_key(),
        arguments: arguments.as_object().unwrap().clone(),
        chain: world.genesis.chain().unwrap(),
        cosigners: by[1..].iter().map(Signer::public_key).collect(),
        operation: operation.to_owned(),
        // One block for each transaction of these tests: the height tells them apart.
        salt: format!("{:032x}", u128::MAX - u128::from(world.height)),
        valid_until: BlockTime(world.time + 60_000),
    };
    let body = canonical::to_bytes(&body).unwrap();
    let signatures = by.iter().map(|signer| signer.sign(&body)).collect();
    Transaction { body, signatures }
}

fn verified(world: &World, transaction: Transaction) -> Result<VerifiedTransaction, Rejection> {
    let rules = Rules {
        chain: world.genesis.chain().unwrap(),
        hash: world.hash(),
        limits: world.genesis.limits,
    };
    VerifiedTransaction::verify(transaction, &rules)
}

fn run(world: &mut World, by: &[Signer<'_>], operation: &str, arguments: &Value) -> Receipt {
    let transaction = signed(world, by, operation, arguments);
    let transaction = verified(world, transaction).unwrap();
    world.block(&[Arc::new(transaction)]).receipts.remove(0)
}

fn code(world: &mut World, by: &[Signer<'_>], operation: &str, arguments: &Value) -> &'static str {
    let receipt = run(world, by, operation, arguments);
    world.name(&receipt)
}

fn person(world: &World, passkey: &Authenticator) -> Value {
    with(world.person_arguments(1), "key", json!(passkey.public_key()))
}

fn state(world: &mut World, of: PublicKey) -> Value {
    world.answer("identity.actor", json!({ "account": of }))["state"].clone()
}

#[test]
fn a_passkey_is_enrolled_acts_and_is_revoked() {
    for suite in [Suite::Intl, Suite::Gm] {
        let mut world = World::with(suite, true);
        let (passkey, clerk) = (Authenticator::new(1), police());

        // Enrolment: the passkey cosigns what binds it.
        let arguments = person(&world, &passkey);
        let enrolled = run(
            &mut world,
            &[Key(&clerk), Passkey(&passkey)],
            "identity.enrol",
            &arguments,
        );
        assert_eq!(world.name(&enrolled), "OK");
        let party = digest(&enrolled, "party");
        assert_eq!(state(&mut world, passkey.public_key()), json!("active"));

        // It acts: for itself, and as an officer beside a seal.
        let seal = key(60);
        world.body("department", FIRE, 60);
        let post = world.post(&seal, &party, &["probe.act"]);
        let act = json!({ "for": FIRE });
        let acting = run(&mut world, &[Passkey(&passkey), Key(&seal)], "probe.act", &act);
        assert_eq!(world.name(&acting), "OK");
        assert_eq!(digest(&acting, "mandate"), post);

        // It binds another passkey of the same person, and then ends itself.
        let second = Authenticator::at(2, "localhost", "http://localhost:5173");
        let arguments = json!({ "key": second.public_key() });
        let both = [Passkey(&passkey), Passkey(&second)];
        assert_eq!(code(&mut world, &both, "identity.bind", &arguments), "OK");
        let arguments = json!({ "key": passkey.public_key(), "reason": "loss" });
        assert_eq!(
            code(&mut world, &[Passkey(&second)], "identity.revoke", &arguments),
            "OK"
        );
        assert_eq!(state(&mut world, passkey.public_key()), json!("revoked"));

        // From then on it is nobody's key, although its signatures still verify.
        let acting = [Passkey(&passkey), Key(&seal)];
        assert_eq!(code(&mut world, &acting, "probe.act", &act), "AUTH_KEY_REVOKED");
        let acting = [Passkey(&second), Key(&seal)];
        assert_eq!(code(&mut world, &acting, "probe.act", &act), "OK");
    }
}

#[test]
fn a_passkey_that_did_not_cosign_is_not_bound() {
    let mut world = World::new();
    let passkey = Authenticator::new(1);
    let arguments = person(&world, &passkey);
    assert_eq!(
        code(&mut world, &[Key(&police())], "identity.enrol", &arguments),
        "AUTH_KEY_UNPROVEN"
    );
    // Nor can another passkey, or the same one on another site, sign in its place.
    for other in [
        Authenticator::new(2),
        Authenticator::at(1, "localhost", "http://localhost"),
    ] {
        let signers = [Key(&police()), Passkey(&other)];
        assert_eq!(
            code(&mut world, &signers, "identity.enrol", &arguments),
            "AUTH_KEY_UNPROVEN"
        );
    }
}

#[test]
fn a_key_is_rotated_into_a_passkey_and_back() {
    let mut world = World::new();
    let party = world.person(1);
    let passkey = Authenticator::new(1);
    let arguments = json!({ "key": passkey.public_key() });
    let into = [Key(&key(1)), Passkey(&passkey)];
    assert_eq!(code(&mut world, &into, "identity.rotate", &arguments), "OK");
    assert_eq!(world.key_state(&key(1)), "rotated");
    let arguments = json!({ "key": key(2).public_key() });
    let back = [Passkey(&passkey), Key(&key(2))];
    assert_eq!(code(&mut world, &back, "identity.rotate", &arguments), "OK");
    assert_eq!(world.party_of(&key(2)), party);
}

#[test]
fn an_answer_of_a_passkey_cannot_be_used_for_another_transaction() {
    let mut world = World::new();
    let passkey = Authenticator::new(1);
    let arguments = person(&world, &passkey);
    let signers = [Key(&police()), Passkey(&passkey)];
    let first = signed(&world, &signers, "identity.enrol", &arguments);
    // The same wish of another authority, with the answer that was given to the first.
    let arguments = with(arguments, "authority", json!(DATA));
    let mut second = signed(
        &world,
        &[Key(&data()), Passkey(&passkey)],
        "identity.enrol",
        &arguments,
    );
    second.signatures[1] = first.signatures[1].clone();
    let refused = verified(&world, second).unwrap_err();
    assert_eq!(refused.code.name, "PASSKEY_CHALLENGE");
    let transaction = verified(&world, first).unwrap();
    let receipt = world.block(&[Arc::new(transaction)]).receipts.remove(0);
    assert_eq!(world.name(&receipt), "OK");
}
