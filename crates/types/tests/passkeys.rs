//! Transactions signed with passkeys: what counts as a signature, and every rule broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};
use support::{START, arguments, ed25519, genesis, rules, sm2, wire};
use yinxin_crypto::{PublicKey, Signature, SignatureAlgorithm};
use yinxin_types::authenticator::{Authenticator, Draft};
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::wire::{Reader, WireError};
use yinxin_types::{
    Assertion, BlockTime, Body, Rejection, Suite, Transaction, VerifiedTransaction, canonical,
};

const SITE: &str = "example.cn";

fn body_by(suite: Suite, account: PublicKey, cosigners: Vec<PublicKey>) -> Vec<u8> {
    let body = Body {
        account,
        arguments: arguments(),
        chain: genesis(suite, 4).chain().unwrap(),
        cosigners,
        operation: "evidence.deposit".to_owned(),
        salt: "00112233445566778899aabbccddeeff".to_owned(),
        valid_until: BlockTime(START + 60_000),
    };
    canonical::to_bytes(&body).unwrap()
}

fn verify(suite: Suite, transaction: Transaction) -> Result<(), Rejection> {
    let rules = rules(&genesis(suite, 4));
    let alone = VerifiedTransaction::verify(transaction.clone(), &rules).map(|_| ());
    let in_batch = VerifiedTransaction::verify_batch(vec![transaction], &rules).remove(0);
    let code = |result: Result<(), Rejection>| result.map_err(|rejection| rejection.code.name);
    assert_eq!(code(alone.clone()), code(in_batch.map(|_| ())));
    alone
}

/// The verdict over a transaction by a passkey whose answer was changed before it was signed: `OK`, or code and detail.
fn drafted_by(authenticator: &Authenticator, edit: impl FnOnce(&mut Draft)) -> String {
    let body = body_by(Suite::Intl, authenticator.public_key(), Vec::new());
    let mut draft = authenticator.draft(&body);
    edit(&mut draft);
    let signatures = vec![authenticator.sign_draft(draft)];
    match verify(Suite::Intl, Transaction { body, signatures }) {
        Ok(()) => "OK".to_owned(),
        Err(rejection) => rejection.to_string(),
    }
}

fn drafted(edit: impl FnOnce(&mut Draft)) -> String {
    drafted_by(&Authenticator::new(1), edit)
}

/// The verdict over an answer that was changed after it was signed.
fn altered(edit: impl FnOnce(&mut KeyedSignature)) -> String {
    let authenticator = Authenticator::new(1);
    let body = body_by(Suite::Intl, authenticator.public_key(), Vec::new());
    let mut signature = authenticator.sign(&body);
    edit(&mut signature);
    let signatures = vec![signature];
    match verify(Suite::Intl, Transaction { body, signatures }) {
        Ok(()) => "OK".to_owned(),
        Err(rejection) => rejection.to_string(),
    }
}

/// Another value for a member of the client data, or none.
fn with(name: &'static str, value: Option<Value>) -> impl FnOnce(&mut Draft) {
    move |draft| {
        let mut client: Value = serde_json::from_str(&draft.client_data).unwrap();
        let members = client.as_object_mut().unwrap();
        match value {
            Some(value) => _ = members.insert(name.to_owned(), value),
            None => assert!(members.remove(name).is_some()),
        }
        draft.client_data = client.to_string();
    }
}

fn replaced(from: &'static str, to: &'static str) -> impl FnOnce(&mut Draft) {
    move |draft| {
        assert!(draft.client_data.contains(from), "{}", draft.client_data);
        draft.client_data = draft.client_data.replacen(from, to, 1);
    }
}

fn flags(byte: u8) -> impl FnOnce(&mut Draft) {
    move |draft| draft.authenticator_data[32] = byte
}

fn parts(assertion: &Assertion) -> (Vec<u8>, String) {
    (
        assertion.authenticator_data().to_vec(),
        assertion.client_data().to_owned(),
    )
}

#[test]
fn a_passkey_signs_in_both_suites_alone_and_as_a_cosigner() {
    for suite in [Suite::Intl, Suite::Gm] {
        let (passkey, other) = (Authenticator::new(1), Authenticator::new(2));
        let body = body_by(suite, passkey.public_key(), Vec::new());
        let signatures = vec![passkey.sign(&body)];
        assert_eq!(verify(suite, Transaction { body, signatures }), Ok(()));
        let keys = [ed25519(1), sm2(2)];
        let cosigners = vec![passkey.public_key(), keys[1].public_key(), other.public_key()];
        let body = body_by(suite, keys[0].public_key(), cosigners);
        let signatures = vec![
            KeyedSignature::by(&keys[0], &body),
            passkey.sign(&body),
            KeyedSignature::by(&keys[1], &body),
            other.sign(&body),
        ];
        let transaction = Transaction { body, signatures };
        assert_eq!(verify(suite, transaction.clone()), Ok(()));
        let mut one_false = transaction;
        one_false.signatures[3] = KeyedSignature {
            signature: passkey.sign(&one_false.body).signature,
            ..one_false.signatures[3].clone()
        };
        assert_eq!(verify(suite, one_false).unwrap_err().code.name, "TX_SIGNATURE");
    }
}

#[test]
fn what_browsers_and_authenticators_may_write_is_accepted() {
    type Edit = Box<dyn FnOnce(&mut Draft)>;
    let accepted: Vec<(&str, Edit)> = vec![
        ("as it is", Box::new(|_| ())),
        ("without crossOrigin", Box::new(with("crossOrigin", None))),
        (
            "with members of later versions",
            Box::new(replaced(
                "{",
                r#"{"other_keys_can_be_added_here":"do not compare","later":[1,{"a":null}],"#,
            )),
        ),
        ("with white space", Box::new(replaced(",", " ,\r\n\t"))),
        ("with escapes", Box::new(replaced("https://", r"https:\/\u002f"))),
        ("backed up", Box::new(flags(0x1d))),
        ("backup only eligible", Box::new(flags(0x0d))),
        ("with flags of later versions", Box::new(flags(0x27))),
        (
            "with extensions",
            Box::new(|draft| {
                draft.authenticator_data[32] = 0x85;
                draft.authenticator_data.extend_from_slice(&[0xa0]);
            }),
        ),
        (
            "with another counter",
            Box::new(|draft| draft.authenticator_data[33..37].fill(0)),
        ),
        (
            "of the greatest lengths",
            Box::new(|draft| {
                draft.authenticator_data[32] = 0x85;
                draft.authenticator_data.resize(1024, 0);
                let padding = 2048 - draft.client_data.len();
                draft.client_data.push_str(&" ".repeat(padding));
            }),
        ),
    ];
    for (what, edit) in accepted {
        assert_eq!(drafted(edit), "OK", "{what}");
    }
}

#[test]
fn every_rule_is_broken_once() {
    type Edit = Box<dyn FnOnce(&mut Draft)>;
    let other_body = || {
        let passkey = Authenticator::new(1);
        let body = body_by(Suite::Intl, passkey.public_key(), vec![sm2(1).public_key()]);
        passkey.draft(&body)
    };
    let cases: Vec<(Edit, &str)> = vec![
        // What the browser said.
        (
            Box::new(|draft| draft.client_data = "get".to_owned()),
            "PASSKEY_CLIENT_DATA: the client data is not JSON",
        ),
        (
            Box::new(|draft| draft.client_data = "[]".to_owned()),
            "PASSKEY_CLIENT_DATA: the client data is no JSON object",
        ),
        (
            Box::new(|draft| draft.client_data.push('}')),
            "PASSKEY_CLIENT_DATA: the client data is not JSON",
        ),
        (
            Box::new(|draft| draft.client_data.insert(0, '\u{feff}')),
            "PASSKEY_CLIENT_DATA: the client data is not JSON",
        ),
        (
            Box::new(|draft| _ = draft.client_data.pop()),
            "PASSKEY_CLIENT_DATA: the client data is not JSON",
        ),
        (
            Box::new(replaced("{", r#"{"type":"webauthn.create","#)),
            "PASSKEY_CLIENT_DATA: the client data is not JSON that two readers read alike: the name `type` is repeated",
        ),
        (
            Box::new(replaced("{", r#"{"\u006frigin":"https://example.cn","#)),
            "PASSKEY_CLIENT_DATA: the client data is not JSON that two readers read alike: the name `origin` is repeated",
        ),
        (
            Box::new(replaced("{", r#"{"later":{"a":1,"a":2},"#)),
            "PASSKEY_CLIENT_DATA: the client data is not JSON that two readers read alike: the name `a` is repeated",
        ),
        (
            Box::new(replaced("{", r#"{"later":1.5,"#)),
            "PASSKEY_CLIENT_DATA: the client data is not JSON",
        ),
        (
            Box::new(|draft| {
                let deep = format!("{{\"later\":{}{},", "[".repeat(16), "]".repeat(16));
                draft.client_data = draft.client_data.replacen('{', &deep, 1);
            }),
            "PASSKEY_CLIENT_DATA: the client data is not JSON that two readers read alike: nested too deeply",
        ),
        (
            Box::new(replaced("webauthn.get", "webauthn.create")),
            "PASSKEY_CLIENT_DATA: the client data is not of the type",
        ),
        (
            Box::new(replaced("webauthn.get", "payment.get")),
            "PASSKEY_CLIENT_DATA: the client data is not of the type",
        ),
        (
            Box::new(with("type", None)),
            "PASSKEY_CLIENT_DATA: the client data is not of the type",
        ),
        (
            Box::new(with("type", Some(json!(["webauthn.get"])))),
            "PASSKEY_CLIENT_DATA: the client data is not of the type",
        ),
        // What was to be signed.
        (
            Box::new(move |draft| *draft = other_body()),
            "PASSKEY_CHALLENGE: the challenge is not the digest",
        ),
        (
            Box::new(with("challenge", None)),
            "PASSKEY_CHALLENGE: the challenge is not the digest",
        ),
        (
            Box::new(with("challenge", Some(json!(1)))),
            "PASSKEY_CHALLENGE: the challenge is not the digest",
        ),
        (
            Box::new(replaced(r#"","origin""#, r#"=","origin""#)),
            "PASSKEY_CHALLENGE: the challenge is not the digest",
        ),
        (
            Box::new(|draft| {
                let body = body_by(Suite::Intl, Authenticator::new(1).public_key(), Vec::new());
                let hex = yinxin_crypto::HashAlgorithm::Sha256.hash(&[&body]).to_string();
                with("challenge", Some(json!(hex)))(draft);
            }),
            "PASSKEY_CHALLENGE: the challenge is not the digest",
        ),
        // Where it was asked.
        (
            Box::new(with("crossOrigin", Some(json!(true)))),
            "PASSKEY_ORIGIN: the page stood inside one of another origin",
        ),
        (
            Box::new(with("crossOrigin", Some(json!("false")))),
            "PASSKEY_ORIGIN: the page stood inside one of another origin",
        ),
        (
            Box::new(with("crossOrigin", Some(Value::Null))),
            "PASSKEY_ORIGIN: the page stood inside one of another origin",
        ),
        (
            Box::new(with("topOrigin", Some(json!("https://portal.example.cn")))),
            "PASSKEY_ORIGIN: the client data names the origin of an outer page",
        ),
        (
            Box::new(with("origin", None)),
            "PASSKEY_ORIGIN: the origin is neither",
        ),
        (
            Box::new(with("origin", Some(json!(true)))),
            "PASSKEY_ORIGIN: the origin is neither",
        ),
        (
            Box::new(replaced("portal.example.cn", "portal.example.com")),
            "PASSKEY_ORIGIN: neither the origin's domain",
        ),
        (
            Box::new(replaced("portal.example.cn", "portalexample.cn")),
            "PASSKEY_ORIGIN: neither the origin's domain",
        ),
        (
            Box::new(replaced("portal.example.cn", "example.cn.evil.net")),
            "PASSKEY_ORIGIN: neither the origin's domain",
        ),
        (
            Box::new(replaced("portal.example.cn", "cn")),
            "PASSKEY_ORIGIN: neither the origin's domain",
        ),
        // What the authenticator said.
        (
            Box::new(|draft| draft.authenticator_data[..32].copy_from_slice(&[0; 32])),
            "PASSKEY_AUTHENTICATOR: the authenticator data is of another relying party",
        ),
        (
            Box::new(|draft| {
                let other = Authenticator::at(1, "portal.example.cn", Authenticator::ORIGIN);
                draft.authenticator_data = other.draft(b"").authenticator_data;
            }),
            "PASSKEY_AUTHENTICATOR: the authenticator data is of another relying party",
        ),
        (
            Box::new(flags(0x45)),
            "PASSKEY_AUTHENTICATOR: the authenticator data holds a new key",
        ),
        (
            Box::new(flags(0x15)),
            "PASSKEY_AUTHENTICATOR: the authenticator data says that a key is backed up",
        ),
        (
            Box::new(|draft| draft.authenticator_data.push(0)),
            "PASSKEY_AUTHENTICATOR: the authenticator data is longer or shorter",
        ),
        (
            Box::new(flags(0x85)),
            "PASSKEY_AUTHENTICATOR: the authenticator data is longer or shorter",
        ),
        (
            Box::new(flags(0x04)),
            "PASSKEY_USER: the authenticator found no user present",
        ),
        (
            Box::new(flags(0x01)),
            "PASSKEY_USER: the authenticator did not verify its user",
        ),
        (
            Box::new(flags(0x00)),
            "PASSKEY_USER: the authenticator found no user present",
        ),
    ];
    assert!(cases.len() >= 30);
    for (number, (edit, expected)) in cases.into_iter().enumerate() {
        let found = drafted(edit);
        assert!(
            found.starts_with(expected),
            "{number}: {found} instead of {expected}"
        );
    }
}

#[test]
fn what_was_changed_after_signing_does_not_verify() {
    let change = |edit: fn(&mut Vec<u8>, &mut String)| {
        move |signature: &mut KeyedSignature| {
            let (mut data, mut client) = parts(signature.assertion.as_ref().unwrap());
            edit(&mut data, &mut client);
            signature.assertion = Assertion::new(data, client);
        }
    };
    let unsigned = "TX_SIGNATURE: the signature by passkey:";
    let cases = [
        altered(change(|data, _| data[36] ^= 1)),
        altered(change(|data, _| data[32] |= 0x08)),
        altered(change(|_, client| client.push(' '))),
        altered(change(|_, client| *client = client.replace("portal.", "other."))),
        altered(|signature| {
            let mut bytes = *signature.signature.as_bytes();
            bytes[63] ^= 1;
            signature.signature = Signature::new(SignatureAlgorithm::Passkey, bytes);
        }),
        altered(|signature| {
            signature.signature = Signature::new(SignatureAlgorithm::Passkey, [0; 64]);
        }),
        // The signature over the body itself, by whoever could read the private key.
        altered(|signature| {
            let body = body_by(Suite::Intl, signature.key, Vec::new());
            let passkey = yinxin_crypto::SoftwarePasskey::new(&[1; 32], SITE).unwrap();
            signature.signature = passkey.sign(&body);
        }),
        altered(|signature| {
            let body = body_by(Suite::Intl, signature.key, Vec::new());
            signature.signature = Authenticator::new(2).sign(&body).signature;
        }),
    ];
    for found in cases {
        assert!(found.starts_with(unsigned), "{found}");
    }
}

#[test]
fn an_assertion_stands_beside_passkeys_and_nothing_else() {
    let without = altered(|signature| signature.assertion = None);
    assert_eq!(
        without,
        "TX_SIGNERS: the signature of a passkey comes without its assertion"
    );
    let renamed = altered(|signature| {
        signature.signature = Signature::new(SignatureAlgorithm::Sm2, *signature.signature.as_bytes());
    });
    assert_eq!(
        renamed,
        "TX_SIGNERS: a signature is of another algorithm than its key"
    );
    for key in [ed25519(1), sm2(1)] {
        let body = body_by(Suite::Intl, key.public_key(), Vec::new());
        let signatures = vec![KeyedSignature {
            assertion: Authenticator::new(1).sign(&body).assertion,
            ..KeyedSignature::by(&key, &body)
        }];
        let found = verify(Suite::Intl, Transaction { body, signatures }).unwrap_err();
        assert_eq!(
            found.detail,
            "an assertion stands beside a key that is no passkey"
        );
    }
}

#[test]
fn a_passkey_signs_for_its_own_account_only() {
    // The same point under another relying party, and another point: neither is the account that the body names.
    let passkey = Authenticator::new(1);
    for other in [
        Authenticator::at(1, "portal.example.cn", Authenticator::ORIGIN),
        Authenticator::new(2),
    ] {
        let body = body_by(Suite::Intl, passkey.public_key(), Vec::new());
        let signatures = vec![other.sign(&body)];
        let found = verify(Suite::Intl, Transaction { body, signatures }).unwrap_err();
        assert_eq!(found.code.name, "TX_SIGNERS");
        // Under the account's own name the signature of another point does not hold.
        let body = body_by(Suite::Intl, passkey.public_key(), Vec::new());
        let signatures = vec![KeyedSignature {
            key: passkey.public_key(),
            ..other.sign(&body)
        }];
        assert!(verify(Suite::Intl, Transaction { body, signatures }).is_err());
    }
}

#[test]
fn the_domain_of_the_page_is_the_relying_party_or_below_it() {
    let label = "a".repeat(63);
    let long = format!("https://{label}.{label}.{label}.{}.example.cn", "a".repeat(50));
    assert_eq!(long.len(), "https://".len() + 253);
    let at = |relying_party: &str, origin: &str| {
        let found = drafted_by(&Authenticator::at(1, relying_party, origin), |_| ());
        assert!(found == "OK" || found.starts_with("PASSKEY_ORIGIN"), "{found}");
        found == "OK"
    };
    for (relying_party, origin) in [
        (SITE, "https://example.cn"),
        (SITE, "https://example.cn:1"),
        (SITE, "https://a.b.c.example.cn:65535"),
        (SITE, "https://xn--0zwm56d.example.cn"),
        (SITE, long.as_str()),
        ("localhost", "http://localhost"),
        ("localhost", "http://localhost:5173"),
        ("localhost", "https://localhost:8443"),
        ("gateway", "https://gateway"),
    ] {
        assert!(at(relying_party, origin), "{origin}");
    }
    for (relying_party, origin) in [
        (SITE, ""),
        (SITE, "https://"),
        (SITE, "example.cn"),
        (SITE, "http://example.cn"),
        (SITE, "HTTPS://example.cn"),
        (SITE, "ftp://example.cn"),
        (SITE, "android:apk-key-hash:example.cn"),
        (SITE, "https://example.cn/"),
        (SITE, "https://example.cn/portal"),
        (SITE, "https://example.cn?a"),
        (SITE, "https://evil.net#.example.cn"),
        (SITE, "https://evil.net@example.cn"),
        (SITE, "https://example.cn:"),
        (SITE, "https://example.cn:0"),
        (SITE, "https://example.cn:080"),
        (SITE, "https://example.cn:+80"),
        (SITE, "https://example.cn:65536"),
        (SITE, "https://example.cn:80:80"),
        (SITE, "https://Example.cn"),
        (SITE, "https://example.cn."),
        (SITE, "https://.example.cn"),
        (SITE, "https://a..example.cn"),
        (SITE, "https://-a.example.cn"),
        (SITE, "https://a-.example.cn"),
        (SITE, "https://a_b.example.cn"),
        (SITE, "https://印信.example.cn"),
        (SITE, &format!("https://a{label}.example.cn")),
        (SITE, &long.replace("https://", "https://a")),
        ("localhost", "http://a.localhost"),
        ("localhost", "http://127.0.0.1:5173"),
        ("127.0.0.1", "http://127.0.0.1:5173"),
        ("127.0.0.1", "https://127.0.0.1"),
        ("10.0.0.8", "https://10.0.0.8:8443"),
        ("[::1]", "https://[::1]"),
    ] {
        assert!(!at(relying_party, origin), "{origin}");
    }
}

#[test]
fn parts_have_lengths_within_their_limits_in_every_form() {
    let body = b"body".to_vec();
    let (data, client) = parts(Authenticator::new(1).sign(&body).assertion.as_ref().unwrap());
    for (data_bytes, client_bytes, fits) in [
        (37, 1, true),
        (1024, 2048, true),
        (36, 1, false),
        (0, 1, false),
        (1025, 1, false),
        (37, 0, false),
        (37, 2049, false),
    ] {
        let (data, client) = (vec![0; data_bytes], "a".repeat(client_bytes));
        assert_eq!(Assertion::new(data.clone(), client.clone()).is_some(), fits);
        let json = json!({ "authenticator_data": hex::encode(&data), "client_data": client });
        assert_eq!(serde_json::from_value::<Assertion>(json).is_ok(), fits);
        let wire = [
            &[0, 0, 0, 0, 1, 3][..],
            Authenticator::new(1).public_key().as_bytes(),
            &[0; 64],
            &u32::try_from(data.len()).unwrap().to_be_bytes(),
            &data,
            &u32::try_from(client.len()).unwrap().to_be_bytes(),
            client.as_bytes(),
        ]
        .concat();
        let read = Transaction::read(&mut Reader::new(&wire), 100);
        assert_eq!(read.is_ok(), fits, "{data_bytes} {client_bytes}");
        if data_bytes > 1024 || client_bytes > 2048 {
            assert_eq!(read, Err(WireError::TooLong));
        }
    }
    let good = json!({ "authenticator_data": hex::encode(&data), "client_data": client });
    assert!(serde_json::from_value::<Assertion>(good.clone()).is_ok());
    for (name, value) in [
        ("authenticator_data", json!(hex::encode(&data).to_uppercase())),
        ("authenticator_data", json!(format!("0x{}", hex::encode(&data)))),
        ("authenticator_data", json!(format!("{}0", hex::encode(&data)))),
        ("authenticator_data", json!(data)),
        ("client_data", Value::Null),
        ("extra", json!(1)),
    ] {
        let mut wrong = good.clone();
        wrong[name] = value;
        assert!(serde_json::from_value::<Assertion>(wrong).is_err(), "{name}");
    }
    // Client data that is not UTF-8 has no JSON form and so no wire form.
    let mut wire = wire(&Transaction {
        signatures: vec![Authenticator::new(1).sign(&body)],
        body,
    });
    *wire.last_mut().unwrap() = 0xff;
    assert_eq!(
        Transaction::read(&mut Reader::new(&wire), 100),
        Err(WireError::Undefined)
    );
}

#[test]
fn an_assertion_in_an_envelope_is_given_or_left_out_and_never_null() {
    let passkey = Authenticator::new(1);
    let body = body_by(Suite::Intl, passkey.public_key(), Vec::new());
    let signatures = vec![passkey.sign(&body)];
    let transaction = Transaction { body, signatures };
    let text = serde_json::to_string(&transaction.to_envelope()).unwrap();
    assert_eq!(Transaction::from_json(text.as_bytes()), Ok(transaction));
    let mut value: Value = serde_json::from_str(&text).unwrap();
    value["signatures"][0]["assertion"] = Value::Null;
    let refused = Transaction::from_json(value.to_string().as_bytes());
    assert_eq!(refused.unwrap_err().code.name, "TX_MALFORMED");
    let key = ed25519(1);
    let plain = serde_json::to_value(KeyedSignature::by(&key, b"body")).unwrap();
    assert_eq!(
        plain.as_object().unwrap().keys().collect::<BTreeSet<_>>(),
        BTreeSet::from([&"key".to_owned(), &"signature".to_owned()])
    );
}

#[test]
fn the_signature_of_a_passkey_may_be_verified_over_any_message() {
    let passkey = Authenticator::new(1);
    let signature = passkey.sign(b"challenge of a session");
    assert_eq!(signature.verify(b"challenge of a session"), Ok(()));
    let found = signature.verify(b"challenge of another");
    assert_eq!(found.unwrap_err().code.name, "PASSKEY_CHALLENGE");
    let plain = KeyedSignature::by(&sm2(1), b"message");
    assert_eq!(plain.verify(b"message"), Ok(()));
    assert_eq!(plain.verify(b"another").unwrap_err().code.name, "TX_SIGNATURE");
}

#[test]
fn what_a_real_browser_answered_is_a_signature() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/reference/vectors/passkeys/chromium.json"
    );
    let document: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let message = document["message"].as_str().unwrap().as_bytes();
    let signatures: Vec<KeyedSignature> = serde_json::from_value(document["signatures"].clone()).unwrap();
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        assert_eq!(signature.verify(message), Ok(()));
        assert!(signature.verify(b"another").is_err());
    }
}

/// An assertion that says anything at all.
fn any_draft() -> impl Strategy<Value = Draft> {
    let client = prop_oneof![
        any::<String>(),
        r#"\{("type":"webauthn\.get")?,?("origin":"https?://[a-z0-9.:-]{0,40}")?,?("challenge":"[a-zA-Z0-9_-]{43}")?\}"#,
        r#"(\{|\}|\[|\]|"|:|,|[0-9]|true|\\u00){1,60}"#,
    ];
    let client = client.prop_filter("of an allowed length", |text| {
        Assertion::CLIENT_DATA_BYTES.contains(&text.len())
    });
    (prop::collection::vec(any::<u8>(), 37..80), client).prop_map(|(authenticator_data, client_data)| Draft {
        authenticator_data,
        client_data,
    })
}

proptest! {
    #[test]
    fn no_assertion_that_was_made_up_is_accepted_or_makes_the_reader_panic(draft in any_draft()) {
        let passkey = Authenticator::new(1);
        let body = body_by(Suite::Intl, passkey.public_key(), Vec::new());
        let signatures = vec![passkey.sign_draft(draft)];
        let transaction = Transaction { body, signatures };
        let bytes = wire(&transaction);
        prop_assert_eq!(bytes.len(), transaction.wire_len());
        let mut reader = Reader::new(&bytes);
        prop_assert_eq!(&Transaction::read(&mut reader, 1 << 16).unwrap(), &transaction);
        prop_assert_eq!(reader.end(), Ok(()));
        let rejection = verify(Suite::Intl, transaction).unwrap_err();
        prop_assert!(rejection.code.name.starts_with("PASSKEY_"));
    }

    #[test]
    fn any_flipped_bit_of_an_answer_is_refused(place: prop::sample::Index, bit in 0..8_u32) {
        let passkey = Authenticator::new(1);
        let body = body_by(Suite::Intl, passkey.public_key(), Vec::new());
        let signature = passkey.sign(&body);
        let mut bytes = Vec::new();
        Transaction { body: body.clone(), signatures: vec![signature] }.write(&mut bytes);
        // Behind the body and the key: the signature and the assertion.
        let start = 4 + body.len() + 1 + 66;
        let place = start + place.index(bytes.len() - start);
        bytes[place] ^= 1 << bit;
        if let Ok(transaction) = Transaction::read(&mut Reader::new(&bytes), 1 << 16) {
            prop_assert!(verify(Suite::Intl, transaction).is_err());
        }
    }

    #[test]
    fn a_wire_form_cut_short_is_no_transaction(cut: prop::sample::Index) {
        let passkey = Authenticator::new(1);
        let body = body_by(Suite::Intl, passkey.public_key(), Vec::new());
        let signatures = vec![passkey.sign(&body)];
        let bytes = wire(&Transaction { body, signatures });
        let cut = &bytes[..cut.index(bytes.len())];
        prop_assert!(Transaction::read(&mut Reader::new(cut), 1 << 16).is_err());
    }
}
