//! Receipts whose chain, certificate, paths or transaction do not hold: at least one for each reason and each attack we know of.

use serde_json::{Value, json};
use yinxin_client::deposit::Deposit;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{Envelope, ReceiptFile, Suite, canonical};

use super::valid::{alone, ancestry};
use super::{Vector, edits, flipped, one_less, one_more, plain, set, siblings, swapped, vector};
use crate::support::{
    CONTENT, Chain, Entry, certify, ed25519, filler, open, sealed_single, sm2, text, validators, with_part,
};

pub fn vectors() -> Vec<Vector> {
    let mut all = formats();
    all.extend(chains());
    all.extend(validator_sets());
    all.extend(certificates());
    all.extend(ancestries());
    all.extend(paths());
    all.extend(transactions());
    all
}

fn formats() -> Vec<Vector> {
    let (chain, file) = sealed_single(Suite::Intl);
    let (id, good) = (chain.id(), text(&file));
    let format = "RECEIPT_FORMAT";
    let texts = [
        ("format-empty", String::new()),
        ("format-not-json", "这不是回执".to_owned()),
        ("format-null", "null".to_owned()),
        ("format-cut-short", good[..good.len() - 1].to_owned()),
        ("format-text-after-the-end", format!("{good}{{}}")),
        (
            "format-digest-with-0x",
            good.replacen("\"receipts_root\":\"sha256:", "\"receipts_root\":\"sha256:0x", 1),
        ),
        (
            "format-key-with-0x",
            good.replacen("\"validator\":\"ed25519:", "\"validator\":\"ed25519:0x", 1),
        ),
        (
            "format-salt-with-0x",
            good.replacen("\"salt\":\"", "\"salt\":\"0x", 1),
        ),
        ("format-byte-order-mark", format!("\u{feff}{good}")),
        (
            "format-repeated-name",
            good.replacen("{\"ancestry\":null", "{\"ancestry\":null,\"ancestry\":null", 1),
        ),
        (
            "format-repeated-name-escaped",
            good.replacen(
                "{\"ancestry\":null",
                "{\"ancestry\":null,\"\\u0061ncestry\":null",
                1,
            ),
        ),
        (
            "format-repeated-name-inside",
            good.replacen("\"repeat\":false", "\"repeat\":false,\"repeat\":true", 1),
        ),
        (
            "format-number-with-fraction",
            good.replacen("\"height\":1,", "\"height\":1.0,", 1),
        ),
        (
            "format-number-with-exponent",
            good.replacen("\"height\":1,", "\"height\":1e0,", 1),
        ),
        (
            "format-number-too-large",
            good.replacen("\"height\":1,", "\"height\":9007199254740993,", 1),
        ),
    ];
    let mut all: Vec<_> = texts
        .into_iter()
        .map(|(name, receipt)| {
            assert_ne!(receipt, good, "{name}");
            plain(name, id, receipt, format)
        })
        .collect();
    let deep = (0..30).fold(json!(1), |inner, _| json!([inner]));
    let upper = file
        .header
        .state_root
        .to_string()
        .to_uppercase()
        .replace("SHA256", "sha256");
    all.extend(edits(
        &(chain, file),
        format,
        vec![
            ("format-unknown-format", set("/format", json!("yinxin-receipt/2"))),
            ("format-unknown-name", Box::new(|value| value["note"] = json!(""))),
            (
                "format-unknown-name-in-header",
                Box::new(|value| value["header"]["extra"] = json!(0)),
            ),
            (
                "format-unknown-name-in-opening",
                Box::new(|value| value["opening"]["extra"] = json!(0)),
            ),
            (
                "format-missing-name",
                Box::new(|value| {
                    value.as_object_mut().unwrap().remove("item");
                }),
            ),
            (
                "format-missing-name-in-opening",
                Box::new(|value| {
                    value["opening"].as_object_mut().unwrap().remove("salt");
                }),
            ),
            ("format-header-version", set("/header/version", json!(2))),
            (
                "format-digest-in-upper-case",
                set("/header/state_root", json!(upper)),
            ),
            (
                "format-unknown-digest-algorithm",
                set("/header/state_root", json!("md5:00")),
            ),
            ("format-outcome-is-a-list", set("/receipt/outcome", json!([]))),
            (
                "format-nested-too-deeply",
                set("/opening/capture/details", json!({ "deep": deep })),
            ),
            ("format-negative-index", set("/receipt_path/index", json!(-1))),
        ],
    ));
    all
}

fn chains() -> Vec<Vector> {
    let expected = "RECEIPT_CHAIN";
    let base = sealed_single(Suite::Intl);
    let other = Chain::named(Suite::Intl, "乙市存证链");
    let mut all = vec![plain(
        "chain-other-chain-trusted",
        other.id(),
        text(&base.1),
        expected,
    )];
    // The block names another chain and is signed as such; everything else is of the trusted one.
    let mut header = base.1.clone();
    header.header.chain = other.id();
    header.certificate = certify(&header.header, &signing(&[0, 1, 3]));
    all.push(plain(
        "chain-header-of-another",
        base.0.id(),
        text(&header),
        expected,
    ));
    // A transaction signed for another chain was carried over into a block of this one.
    let mut carried = Chain::new(Suite::Intl);
    let deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    carried.block(vec![other.deposit(&deposit, 1, &ed25519(1), &[], 1)]);
    all.push(plain(
        "chain-transaction-of-another",
        carried.id(),
        text(&carried.receipt(1, 0, None)),
        expected,
    ));
    let (chain, mut file) = ancestry();
    file.ancestry.as_mut().unwrap().header.chain = other.id();
    file.certificate = certify(&file.ancestry.as_ref().unwrap().header, &signing(&[0, 1, 3]));
    all.push(plain(
        "chain-certified-header-of-another",
        chain.id(),
        text(&file),
        expected,
    ));
    all.extend(edits(
        &base,
        expected,
        vec![
            (
                "chain-genesis-name-changed",
                set("/genesis/name", json!("甲市存证链2")),
            ),
            ("chain-genesis-time-changed", set("/genesis/time", json!(1))),
            (
                "chain-genesis-member-renamed",
                set("/genesis/members/0/name", json!("乙市人民法院")),
            ),
            ("chain-genesis-suite-changed", set("/genesis/suite", json!("gm"))),
        ],
    ));
    all
}

/// The voting keys of the members at these positions.
fn signing(positions: &[usize]) -> Vec<yinxin_crypto::PrivateKey> {
    positions
        .iter()
        .map(|position| validators().swap_remove(*position))
        .collect()
}

fn validator_sets() -> Vec<Vector> {
    let expected = "RECEIPT_VALIDATORS";
    let (chain, good) = sealed_single(Suite::Intl);
    let mut all = Vec::new();
    let mut other = good.clone();
    other.header.validators = HashAlgorithm::Sha256.hash(&[b"others"]);
    other.certificate = certify(&other.header, &signing(&[0, 1, 3]));
    all.push(vector("validators-other-set", chain.id(), &other, None, expected));
    let mut epoch = good;
    epoch.header.epoch = 1;
    epoch.certificate = certify(&epoch.header, &signing(&[0, 1, 3]));
    all.push(vector(
        "validators-unknown-epoch",
        chain.id(),
        &epoch,
        None,
        expected,
    ));
    let (chain, mut file) = ancestry();
    file.header.validators = HashAlgorithm::Sha256.hash(&[b"others"]);
    all.push(vector(
        "validators-other-set-of-the-ancestor",
        chain.id(),
        &file,
        None,
        expected,
    ));
    all
}

fn certificates() -> Vec<Vector> {
    let expected = "RECEIPT_CERTIFICATE";
    let (chain, good) = sealed_single(Suite::Intl);
    let with = |name: &str, edit: &dyn Fn(&mut ReceiptFile)| {
        let mut file = good.clone();
        edit(&mut file);
        vector(name, chain.id(), &file, None, expected)
    };
    let by = |positions: &'static [usize]| {
        move |file: &mut ReceiptFile| {
            file.certificate = certify(&file.header, &signing(positions));
        }
    };
    let mut all = vec![
        with("certificate-without-signatures", &by(&[])),
        with("certificate-too-few-signers", &by(&[0, 1])),
        with("certificate-one-signer-counted-twice", &by(&[0, 1, 1])),
        with("certificate-one-signer-counted-three-times", &by(&[2, 2, 2])),
        with("certificate-quorum-and-one-signer-twice", &by(&[0, 1, 2, 2])),
        with("certificate-signers-out-of-order", &by(&[1, 0, 3])),
        with("certificate-stranger-completes-the-quorum", &|file| {
            let mut keys = signing(&[0, 1]);
            keys.push(ed25519(1));
            keys.sort_by_key(yinxin_crypto::PrivateKey::public_key);
            file.certificate = certify(&file.header, &keys);
        }),
        with("certificate-quorum-and-a-stranger", &|file| {
            let mut keys = signing(&[0, 1, 2]);
            keys.push(ed25519(1));
            keys.sort_by_key(yinxin_crypto::PrivateKey::public_key);
            file.certificate = certify(&file.header, &keys);
        }),
        with("certificate-of-members-accounts", &|file| {
            let mut keys: Vec<_> = (101..=104).map(ed25519).collect();
            keys.sort_by_key(yinxin_crypto::PrivateKey::public_key);
            file.certificate = certify(&file.header, &keys);
        }),
        with("certificate-quorum-and-a-false-signature", &|file| {
            file.certificate = certify(&file.header, &signing(&[0, 1, 2, 3]));
            file.certificate.signatures[3].signature = file.certificate.signatures[2].signature;
        }),
        with("certificate-of-another-block", &|file| {
            file.certificate = certify(&chain.headers[0], &signing(&[0, 1, 3]));
        }),
        with("certificate-of-another-view", &|file| {
            let mut header = file.header.clone();
            header.view += 1;
            let mut certificate = certify(&header, &signing(&[0, 1, 3]));
            certificate.block = file.header.hash();
            file.certificate = certificate;
        }),
        with("certificate-with-the-message-of-a-notarization", &|file| {
            resign(file, |text| text.replace("_FINALIZE", "_NOTARIZE"));
        }),
        with("certificate-signed-for-another-chain", &|file| {
            let other = Chain::named(Suite::Intl, "乙市存证链").id().to_string();
            let own = chain.id().to_string();
            resign(file, move |text| text.replace(&own, &other));
        }),
    ];
    all.extend(edits(
        &sealed_single(Suite::Intl),
        expected,
        vec![
            (
                "certificate-signature-flipped",
                flipped("/certificate/signatures/1/signature"),
            ),
            ("certificate-block-flipped", flipped("/certificate/block")),
            ("certificate-view-changed", set("/certificate/view", json!(152))),
            (
                "certificate-parent-view-changed",
                set("/certificate/parent_view", json!(1)),
            ),
            ("certificate-epoch-changed", set("/certificate/epoch", json!(1))),
            (
                "certificate-header-state-root-flipped",
                flipped("/header/state_root"),
            ),
            ("certificate-header-time-changed", set("/header/time", json!(1))),
            (
                "certificate-header-receipts-root-flipped",
                flipped("/header/receipts_root"),
            ),
            (
                "certificate-header-state-operations-changed",
                set("/header/state_operations/end", json!(2)),
            ),
        ],
    ));
    all
}

/// Signs the certificate's message after changing its text; the numbers and the digest in it stay as they are.
fn resign(file: &mut ReceiptFile, change: impl Fn(String) -> String) {
    let message = file.certificate.message(&file.header.chain);
    // One byte of length, the namespace, then numbers and digest.
    let length = usize::from(message[0]);
    let namespace = change(String::from_utf8(message[1..=length].to_vec()).unwrap());
    let mut other = vec![u8::try_from(namespace.len()).unwrap()];
    other.extend_from_slice(namespace.as_bytes());
    other.extend_from_slice(&message[length + 1..]);
    assert_ne!(other, message);
    for (vote, key) in file.certificate.signatures.iter_mut().zip(signing(&[0, 1, 3])) {
        vote.signature = key.sign(&other);
    }
}

fn ancestries() -> Vec<Vector> {
    let base = ancestry();
    let mut all = edits(
        &base,
        "RECEIPT_ANCESTRY",
        vec![
            (
                "ancestry-index-of-another-block",
                set("/ancestry/path/index", json!(2)),
            ),
            (
                "ancestry-size-of-another-block",
                set("/ancestry/path/size", json!(5)),
            ),
            ("ancestry-sibling-flipped", flipped("/ancestry/path/siblings/0")),
            (
                "ancestry-sibling-missing",
                siblings("/ancestry/path/siblings", one_less),
            ),
            (
                "ancestry-sibling-too-many",
                siblings("/ancestry/path/siblings", one_more),
            ),
            (
                "ancestry-siblings-swapped",
                siblings("/ancestry/path/siblings", |list| swapped(list)),
            ),
            ("ancestry-header-changed", flipped("/header/state_root")),
            (
                "ancestry-header-with-other-receipts",
                flipped("/header/receipts_root"),
            ),
        ],
    );
    // The certified block itself in the place of its ancestor.
    let mut file = base.1.clone();
    file.header = file.ancestry.as_ref().unwrap().header.clone();
    all.push(vector(
        "ancestry-certified-block-as-its-own-ancestor",
        base.0.id(),
        &file,
        None,
        "RECEIPT_ANCESTRY",
    ));
    all
}

fn paths() -> Vec<Vector> {
    let base = sealed_single(Suite::Intl);
    edits(
        &base,
        "RECEIPT_PATH",
        vec![
            (
                "path-index-of-another-receipt",
                set("/receipt_path/index", json!(0)),
            ),
            (
                "path-index-beyond-the-block",
                set("/receipt_path/index", json!(3)),
            ),
            ("path-size-of-another-block", set("/receipt_path/size", json!(4))),
            ("path-sibling-flipped", flipped("/receipt_path/siblings/0")),
            (
                "path-sibling-missing",
                siblings("/receipt_path/siblings", one_less),
            ),
            (
                "path-sibling-too-many",
                siblings("/receipt_path/siblings", one_more),
            ),
            (
                "path-siblings-swapped",
                siblings("/receipt_path/siblings", |list| swapped(list)),
            ),
            ("path-receipt-of-another-height", set("/receipt/height", json!(2))),
            ("path-receipt-of-another-time", set("/receipt/time", json!(1))),
            ("path-receipt-of-another-index", set("/receipt/index", json!(0))),
            (
                "path-receipt-with-another-code",
                set("/receipt/code", json!(4001)),
            ),
            (
                "path-receipt-of-another-transaction",
                flipped("/receipt/transaction"),
            ),
            (
                "path-receipt-with-another-outcome",
                set("/receipt/outcome/repeat", json!(true)),
            ),
            (
                "path-receipt-with-an-earlier-first",
                set("/receipt/outcome/first/time", json!(1)),
            ),
        ],
    )
}

fn transactions() -> Vec<Vector> {
    let expected = "RECEIPT_TRANSACTION";
    let base = sealed_single(Suite::Intl);
    let other = base.0.receipt(1, 0, None).transaction().cloned();
    let mut all = edits(
        &base,
        expected,
        vec![
            (
                "transaction-of-another-receipt",
                set("/transaction", serde_json::to_value(other).unwrap()),
            ),
            (
                "transaction-signature-flipped",
                flipped("/transaction/signatures/0/signature"),
            ),
            (
                "transaction-without-signatures",
                set("/transaction/signatures", json!([])),
            ),
            (
                "transaction-signed-by-another-account",
                Box::new(|value| {
                    let body = value["transaction"]["body"].as_str().unwrap().to_owned();
                    let signature = KeyedSignature::by(&ed25519(2), body.as_bytes());
                    value["transaction"]["signatures"] = json!([signature]);
                }),
            ),
            (
                "transaction-with-one-signature-twice",
                Box::new(|value| {
                    let signatures = value["transaction"]["signatures"].as_array_mut().unwrap();
                    signatures.push(signatures[0].clone());
                }),
            ),
            (
                "transaction-with-a-false-second-signature",
                Box::new(|value| {
                    let signature = KeyedSignature::by(&ed25519(2), b"another");
                    value["transaction"]["signatures"]
                        .as_array_mut()
                        .unwrap()
                        .push(json!(signature));
                }),
            ),
            (
                "transaction-with-a-signature-that-the-body-does-not-name",
                Box::new(|value| {
                    let body = value["transaction"]["body"].as_str().unwrap().to_owned();
                    let signature = KeyedSignature::by(&ed25519(2), body.as_bytes());
                    value["transaction"]["signatures"]
                        .as_array_mut()
                        .unwrap()
                        .push(json!(signature));
                }),
            ),
            (
                "transaction-with-nine-signatures",
                Box::new(|value| {
                    let body = value["transaction"]["body"].as_str().unwrap().to_owned();
                    let signatures = (1..10).map(|seed| KeyedSignature::by(&ed25519(seed), body.as_bytes()));
                    value["transaction"]["signatures"] = signatures.map(|one| json!(one)).collect();
                }),
            ),
            (
                "transaction-body-changed",
                Box::new(|value| {
                    let body = value["transaction"]["body"]
                        .as_str()
                        .unwrap()
                        .replace("\"size\":29", "\"size\":28");
                    value["transaction"]["body"] = json!(body);
                }),
            ),
        ],
    );
    let deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    let together = alone(Suite::Intl, &deposit, &ed25519(1), &[&sm2(2), &ed25519(3)]);
    all.extend(edits(
        &together,
        expected,
        vec![
            (
                "transaction-without-its-last-cosigner",
                Box::new(|value| {
                    value["transaction"]["signatures"].as_array_mut().unwrap().pop();
                }),
            ),
            (
                "transaction-with-cosigners-in-another-order",
                Box::new(|value| {
                    value["transaction"]["signatures"]
                        .as_array_mut()
                        .unwrap()
                        .swap(1, 2);
                }),
            ),
        ],
    ));
    // Bodies that are signed and in the block, but are not canonical or no body at all.
    let body = canonical::parse(base.1.transaction().unwrap().body.as_bytes()).unwrap();
    let spaced = serde_json::to_string_pretty(&body).unwrap();
    let mut with_more = body.clone();
    with_more["extra"] = json!(0);
    let with_more = String::from_utf8(canonical::value_to_bytes(&with_more).unwrap()).unwrap();
    let mut with_nobody = body.clone();
    with_nobody["cosigners"] = json!([]);
    let with_nobody = String::from_utf8(canonical::value_to_bytes(&with_nobody).unwrap()).unwrap();
    for (name, body) in [
        ("transaction-body-with-white-space", spaced),
        ("transaction-body-with-unknown-name", with_more),
        ("transaction-body-with-empty-cosigners", with_nobody),
        ("transaction-body-is-not-json", "deposit".to_owned()),
    ] {
        let signature = KeyedSignature::by(&ed25519(1), body.as_bytes());
        let mut chain = Chain::new(Suite::Intl);
        let outcome = json!({ "repeat": false });
        chain.block(vec![Entry {
            envelope: Envelope {
                body,
                signatures: vec![signature],
            },
            code: 0,
            outcome,
        }]);
        all.push(vector(
            name,
            chain.id(),
            &chain.receipt(1, 0, None),
            None,
            expected,
        ));
    }
    // A genuine receipt of a rejection.
    let mut chain = Chain::new(Suite::Intl);
    let deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    let Entry { envelope, .. } = chain.deposit(&deposit, 1, &ed25519(1), &[], 1);
    let first = filler(&chain, 1, 11);
    chain.block(vec![
        first,
        Entry {
            envelope,
            code: 4001,
            outcome: Value::Null,
        },
    ]);
    let file = with_part(chain.receipt(1, 1, None), deposit.parts[0].clone());
    all.push(vector(
        "rejected",
        chain.id(),
        &file,
        Some(CONTENT),
        "RECEIPT_REJECTED",
    ));
    all
}
