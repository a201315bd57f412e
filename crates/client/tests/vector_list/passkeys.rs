//! Receipts of transactions that passkeys signed: some that hold, and for every rule of an assertion one that does not.

use serde_json::{Value, json};
use yinxin_client::deposit::Deposit;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::authenticator::{Authenticator, Draft};
use yinxin_types::passkey::challenge;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{Envelope, ReceiptFile, Suite};

use super::{Edit, Vector, edits, flipped, set, vector};
use crate::support::{CONTENT, Chain, certify, envelope, open, sm2, validators, with_part};

const TRANSACTION: &str = "RECEIPT_TRANSACTION";
const FORMAT: &str = "RECEIPT_FORMAT";

/// Block 1 of a new chain holds one deposit by this passkey, cosigned by an SM2 key; its receipt file with opening.
fn deposited(suite: Suite, passkey: &Authenticator) -> (Chain, ReceiptFile) {
    let deposit = Deposit::single(open(suite.hash(), CONTENT), None, &[]).unwrap();
    let mut chain = Chain::new(suite);
    let until = chain.time_of(1).saturating_add(60_000);
    let (account, cosigner) = (passkey.public_key(), sm2(2));
    let request = &deposit.request;
    let body = request
        .body(chain.id(), until, account, vec![cosigner.public_key()], [1; 16])
        .unwrap();
    let signatures = vec![
        passkey.sign(body.as_bytes()),
        KeyedSignature::by(&cosigner, body.as_bytes()),
    ];
    let envelope = Envelope { body, signatures };
    chain.block(vec![chain.deposited(&deposit, 1, account, envelope)]);
    let file = with_part(chain.receipt(1, 0, None), deposit.parts[0].clone());
    (chain, file)
}

/// The receipt file with the passkey's answer drawn up anew, changed, and signed.
fn drafted(file: &ReceiptFile, passkey: &Authenticator, edit: impl FnOnce(&mut Draft)) -> ReceiptFile {
    let mut file = file.clone();
    let mut draft = passkey.draft(file.transaction().unwrap().body.as_bytes());
    edit(&mut draft);
    envelope(&mut file).signatures[0] = passkey.sign_draft(draft);
    file
}

/// Another value for a member of the client data.
fn with(name: &'static str, value: Value) -> impl FnOnce(&mut Draft) {
    move |draft| {
        let mut client: Value = serde_json::from_str(&draft.client_data).unwrap();
        client[name] = value;
        client.sort_all_objects();
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

pub fn vectors() -> Vec<Vector> {
    let mut all = valid();
    all.extend(broken_answers());
    all.extend(altered_answers());
    all.extend(formats());
    all
}

fn valid() -> Vec<Vector> {
    let passkey = Authenticator::new(1);
    let (chain, file) = deposited(Suite::Intl, &passkey);
    let holds = |name: &str, file: &ReceiptFile| vector(name, chain.id(), file, Some(CONTENT), "VERIFIED");
    let mut high = file.clone();
    let signature = &mut envelope(&mut high).signatures[0].signature;
    *signature = other_s(signature);
    let mut all = vec![
        holds("valid-passkey", &file),
        holds("valid-passkey-with-the-other-s", &high),
        holds(
            "valid-passkey-with-extensions",
            &drafted(&file, &passkey, |draft| {
                draft.authenticator_data[32] = 0x9d;
                draft.authenticator_data.push(0xa0);
            }),
        ),
        holds(
            "valid-passkey-with-more-client-data",
            &drafted(
                &file,
                &passkey,
                replaced(",", ", \"later\" : [ {\"a\":\"\\u0001\"} , -1 ] ,"),
            ),
        ),
    ];
    let (chain, file) = deposited(Suite::Gm, &passkey);
    all.push(vector(
        "valid-passkey-gm-suite",
        chain.id(),
        &file,
        Some(CONTENT),
        "VERIFIED",
    ));
    for (name, relying_party, origin) in [
        ("valid-passkey-localhost", "localhost", "http://localhost:5173"),
        (
            "valid-passkey-of-the-site-itself",
            "example.cn",
            "https://example.cn",
        ),
    ] {
        let (chain, file) = deposited(Suite::Intl, &Authenticator::at(1, relying_party, origin));
        all.push(vector(name, chain.id(), &file, Some(CONTENT), "VERIFIED"));
    }
    all
}

/// The signature with n - s in the place of s, which is as valid.
fn other_s(signature: &yinxin_crypto::Signature) -> yinxin_crypto::Signature {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let mut bytes = *signature.as_bytes();
    let mut borrow = 0;
    for (digit, order) in bytes[32..].iter_mut().zip(ORDER).rev() {
        let difference = 256 + i32::from(order) - i32::from(*digit) - borrow;
        borrow = i32::from(difference < 256);
        *digit = u8::try_from(difference % 256).unwrap();
    }
    yinxin_crypto::Signature::new(signature.algorithm(), bytes)
}

/// Answers that break one rule and are signed all the same.
fn broken_answers() -> Vec<Vector> {
    type Change = Box<dyn FnOnce(&mut Draft)>;
    let passkey = Authenticator::new(1);
    let (chain, file) = deposited(Suite::Intl, &passkey);
    let cases: Vec<(&str, Change)> = vec![
        (
            "type-create",
            Box::new(replaced("webauthn.get", "webauthn.create")),
        ),
        (
            "type-missing",
            Box::new(replaced("\"type\":\"webauthn.get\",", "")),
        ),
        (
            "client-data-not-json",
            Box::new(|draft| draft.client_data.push('}')),
        ),
        (
            "client-data-null",
            Box::new(|draft| draft.client_data = "null".to_owned()),
        ),
        (
            "client-data-with-byte-order-mark",
            Box::new(|draft| draft.client_data.insert(0, '\u{feff}')),
        ),
        (
            "client-data-repeats-a-name",
            Box::new(replaced("{", "{\"origin\":\"https://example.cn\",")),
        ),
        (
            "client-data-repeats-a-name-escaped",
            Box::new(replaced("{", "{\"\\u0074ype\":\"webauthn.create\",")),
        ),
        (
            "client-data-repeats-a-name-inside",
            Box::new(replaced("{", "{\"later\":{\"a\":1,\"a\":2},")),
        ),
        (
            "client-data-with-fraction",
            Box::new(replaced("{", "{\"later\":1.0,")),
        ),
        (
            "client-data-nested-too-deeply",
            Box::new(|draft| {
                let deep = format!("{{\"later\":{}{},", "[".repeat(16), "]".repeat(16));
                draft.client_data = draft.client_data.replacen('{', &deep, 1);
            }),
        ),
        (
            "replayed-from-another-transaction",
            Box::new(|draft| *draft = Authenticator::new(1).draft(b"{\"another\":\"body\"}")),
        ),
        (
            "challenge-with-padding",
            Box::new(replaced("\",\"origin\"", "=\",\"origin\"")),
        ),
        ("challenge-missing", Box::new(with("challenge", Value::Null))),
        ("cross-origin", Box::new(replaced("false", "true"))),
        ("cross-origin-null", Box::new(replaced("false", "null"))),
        (
            "top-origin",
            Box::new(with("topOrigin", json!("https://portal.example.cn:8443"))),
        ),
        ("origin-missing", Box::new(with("origin", Value::Null))),
        (
            "origin-of-another-site",
            Box::new(with("origin", json!("https://example.com"))),
        ),
        (
            "origin-of-a-site-with-a-like-ending",
            Box::new(with("origin", json!("https://evilexample.cn"))),
        ),
        (
            "origin-above-the-relying-party",
            Box::new(with("origin", json!("https://cn"))),
        ),
        (
            "origin-without-encryption",
            Box::new(with("origin", json!("http://example.cn"))),
        ),
        (
            "origin-with-path",
            Box::new(with("origin", json!("https://example.cn/"))),
        ),
        (
            "origin-with-user",
            Box::new(with("origin", json!("https://user@example.cn"))),
        ),
        (
            "origin-in-upper-case",
            Box::new(with("origin", json!("https://Example.cn"))),
        ),
        (
            "origin-with-port-zero",
            Box::new(with("origin", json!("https://example.cn:0"))),
        ),
        (
            "origin-with-port-too-large",
            Box::new(with("origin", json!("https://example.cn:65536"))),
        ),
        (
            "origin-with-final-dot",
            Box::new(with("origin", json!("https://example.cn."))),
        ),
        (
            "relying-party-of-another-site",
            Box::new(|draft| {
                let other = HashAlgorithm::Sha256.hash(&[b"example.com"]);
                draft.authenticator_data[..32].copy_from_slice(other.bytes());
            }),
        ),
        ("user-not-present", Box::new(flags(0x04))),
        ("user-not-verified", Box::new(flags(0x01))),
        ("with-a-new-key", Box::new(flags(0x45))),
        ("backed-up-but-not-eligible", Box::new(flags(0x15))),
        ("extensions-announced-and-absent", Box::new(flags(0x85))),
        (
            "authenticator-data-with-extra-byte",
            Box::new(|draft| draft.authenticator_data.push(0)),
        ),
    ];
    let mut all: Vec<_> = cases
        .into_iter()
        .map(|(name, change)| {
            let name = format!("passkey-{name}");
            vector(
                &name,
                chain.id(),
                &drafted(&file, &passkey, change),
                None,
                TRANSACTION,
            )
        })
        .collect();
    // The challenge is the SHA-256 of the body also where the chain's own digests are of SM3.
    let (chain, file) = deposited(Suite::Gm, &passkey);
    let of_sm3 = drafted(&file, &passkey, |draft| {
        let right = challenge(file.transaction().unwrap().body.as_bytes());
        let digest = HashAlgorithm::Sm3.hash(&[file.transaction().unwrap().body.as_bytes()]);
        draft.client_data = draft.client_data.replace(&right, &base64url(digest.bytes()));
    });
    all.push(vector(
        "passkey-challenge-of-sm3",
        chain.id(),
        &of_sm3,
        None,
        TRANSACTION,
    ));
    // Whoever serves a page by number cannot be told apart from another by its name.
    for (name, relying_party, origin) in [
        ("passkey-origin-by-number", "127.0.0.1", "https://127.0.0.1:8443"),
        (
            "passkey-origin-local-by-number",
            "127.0.0.1",
            "http://127.0.0.1:5173",
        ),
        (
            "passkey-origin-below-localhost",
            "localhost",
            "http://a.localhost",
        ),
    ] {
        let (chain, file) = deposited(Suite::Intl, &Authenticator::at(1, relying_party, origin));
        all.push(vector(name, chain.id(), &file, None, TRANSACTION));
    }
    all
}

fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let digit = |bits: &[u8]| {
        let text = format!("{:0<6}", std::str::from_utf8(bits).unwrap());
        char::from(DIGITS[usize::from_str_radix(&text, 2).unwrap()])
    };
    bits.as_bytes().chunks(6).map(digit).collect()
}

/// Answers that were changed after they were signed, or stand where they do not belong.
fn altered_answers() -> Vec<Vector> {
    let passkey = Authenticator::new(1);
    let base = deposited(Suite::Intl, &passkey);
    let body = base.1.transaction().unwrap().body.clone();
    let first = "/transaction/signatures/0";
    let (by_point, by_site) = (
        Authenticator::new(2),
        Authenticator::at(1, "portal.example.cn", Authenticator::ORIGIN),
    );
    let assertion = base.1.transaction().unwrap().signatures[0].assertion.clone();
    let (key, other_body) = (passkey.public_key(), body.clone());
    edits(
        &base,
        TRANSACTION,
        vec![
            (
                "passkey-signature-flipped",
                flipped("/transaction/signatures/0/signature"),
            ),
            (
                "passkey-authenticator-data-flipped",
                flipped("/transaction/signatures/0/assertion/authenticator_data"),
            ),
            (
                "passkey-client-data-with-white-space-added",
                Box::new(move |value| {
                    let client = &mut value["transaction"]["signatures"][0]["assertion"]["client_data"];
                    *client = json!(format!("{} ", client.as_str().unwrap()));
                }),
            ),
            (
                "passkey-signature-of-zeros",
                set(
                    "/transaction/signatures/0/signature",
                    json!(format!("passkey:{}", "00".repeat(64))),
                ),
            ),
            (
                "passkey-signature-by-another-passkey",
                Box::new(move |value| {
                    let mut signature = by_point.sign(body.as_bytes());
                    signature.key = key;
                    *value.pointer_mut(first).unwrap() = json!(signature);
                }),
            ),
            (
                "passkey-of-another-relying-party",
                Box::new(move |value| {
                    let signature = by_site.sign(other_body.as_bytes());
                    *value.pointer_mut(first).unwrap() = json!(signature);
                }),
            ),
            (
                "passkey-without-assertion",
                Box::new(move |value| {
                    let signature = value.pointer_mut(first).unwrap().as_object_mut().unwrap();
                    signature.remove("assertion");
                }),
            ),
            (
                "passkey-assertion-beside-another-key",
                Box::new(move |value| value["transaction"]["signatures"][1]["assertion"] = json!(assertion)),
            ),
            (
                "passkey-signature-under-the-name-of-sm2",
                Box::new(move |value| {
                    let signature = &mut value["transaction"]["signatures"][0]["signature"];
                    *signature = json!(signature.as_str().unwrap().replace("passkey:", "sm2:"));
                }),
            ),
        ],
    )
}

/// Files that are not in the format.
fn formats() -> Vec<Vector> {
    let passkey = Authenticator::new(1);
    let base = deposited(Suite::Intl, &passkey);
    let mut sealed_by_passkey = base.1.clone();
    sealed_by_passkey.genesis.members[0].account = passkey.public_key();
    let mut all = vec![vector(
        "format-passkey-as-a-department",
        base.0.id(),
        &sealed_by_passkey,
        None,
        FORMAT,
    )];
    let place = "/transaction/signatures/0/assertion/authenticator_data";
    let change = |name: &'static str, edit: fn(&mut Value)| -> (&'static str, Edit) {
        let at = "/transaction/signatures/0/assertion";
        (
            name,
            Box::new(move |value: &mut Value| edit(value.pointer_mut(at).unwrap())),
        )
    };
    all.extend(edits(
        &base,
        FORMAT,
        vec![
            change("format-passkey-assertion-null", |assertion| {
                *assertion = Value::Null
            }),
            change("format-passkey-assertion-with-unknown-name", |assertion| {
                assertion["user"] = json!("7");
            }),
            change("format-passkey-assertion-without-client-data", |assertion| {
                assertion.as_object_mut().unwrap().remove("client_data");
            }),
            change("format-passkey-client-data-empty", |assertion| {
                assertion["client_data"] = json!("");
            }),
            change("format-passkey-client-data-too-long", |assertion| {
                let text = assertion["client_data"].as_str().unwrap();
                assertion["client_data"] = json!(format!("{text:2049}"));
            }),
            change("format-passkey-client-data-too-long-in-bytes", |assertion| {
                assertion["client_data"] = json!("印".repeat(683));
            }),
            change("format-passkey-client-data-is-an-object", |assertion| {
                assertion["client_data"] = json!({});
            }),
            change("format-passkey-authenticator-data-too-long", |assertion| {
                assertion["authenticator_data"] = json!("00".repeat(1025));
            }),
            change("format-passkey-authenticator-data-too-short", |assertion| {
                assertion["authenticator_data"] = json!("00".repeat(36));
            }),
            (
                "format-passkey-authenticator-data-in-upper-case",
                Box::new(move |value: &mut Value| {
                    let text = value.pointer_mut(place).unwrap();
                    *text = json!(text.as_str().unwrap().to_uppercase());
                }),
            ),
            (
                "format-passkey-authenticator-data-with-0x",
                Box::new(move |value: &mut Value| {
                    let text = value.pointer_mut(place).unwrap();
                    *text = json!(format!("0x{}", text.as_str().unwrap()));
                }),
            ),
            (
                "format-passkey-with-point-not-compressed",
                Box::new(|value: &mut Value| {
                    let key = &mut value["transaction"]["signatures"][0]["key"];
                    let text = key.as_str().unwrap();
                    *key = json!(format!("passkey:04{}", &text[10..]));
                }),
            ),
        ],
    ));
    // A vote by passkey: the signature holds, but only Ed25519 votes.
    let mut voted = base.1.clone();
    let message = voted.certificate.message(&voted.header.chain);
    let keys: Vec<_> = validators().into_iter().take(3).collect();
    voted.certificate = certify(&voted.header, &keys);
    voted.certificate.signatures[2].validator = passkey.public_key();
    voted.certificate.signatures[2].signature = passkey.sign(&message).signature;
    all.push(vector(
        "format-passkey-as-a-vote",
        base.0.id(),
        &voted,
        None,
        FORMAT,
    ));
    all.push(vector(
        "format-passkey-as-a-leader",
        base.0.id(),
        &{
            let mut file = base.1.clone();
            file.header.leader = passkey.public_key();
            file
        },
        None,
        FORMAT,
    ));
    all
}
