//! Receipts that hold.

use serde_json::json;
use yinxin_client::deposit::Deposit;
use yinxin_client::transaction::Request;
use yinxin_crypto::{HashAlgorithm, PrivateKey};
use yinxin_types::{ReceiptFile, Suite};

use super::{Vector, vector};
use crate::support::{
    CONTENT, Chain, Entry, capture, ed25519, filler, open, sealed, sealed_single, sm2, text, with_part,
};

const VERIFIED: &str = "VERIFIED";

/// Block 1 of a new chain holds one deposit alone; its receipt file with opening.
pub fn alone(
    suite: Suite,
    deposit: &Deposit,
    by: &PrivateKey,
    cosigners: &[&PrivateKey],
) -> (Chain, ReceiptFile) {
    let mut chain = Chain::new(suite);
    chain.block(vec![chain.deposit(deposit, 1, by, cosigners, 1)]);
    let file = with_part(chain.receipt(1, 0, None), deposit.parts[0].clone());
    (chain, file)
}

/// A batch of 21 sealed items as the third of five transactions; the receipt file of item 13 and its content.
pub fn batch() -> (Chain, Deposit, ReceiptFile, Vec<u8>) {
    let content = |number: u8| format!("批次第 {number} 项 item {number}\n").into_bytes();
    let pieces = (0..21)
        .map(|number| sealed(HashAlgorithm::Sha256, &content(number), 40 + number))
        .collect();
    let deposit = Deposit::batch(pieces, Some(&capture())).unwrap();
    let mut chain = Chain::new(Suite::Intl);
    let entries = vec![
        filler(&chain, 1, 11),
        filler(&chain, 1, 12),
        chain.deposit(&deposit, 1, &ed25519(1), &[], 1),
        filler(&chain, 1, 13),
        filler(&chain, 1, 14),
    ];
    chain.block(entries);
    let file = with_part(chain.receipt(1, 2, None), deposit.parts[13].clone());
    (chain, deposit, file, content(13))
}

/// A chain of seven blocks; the receipt file of a sealed deposit in block 3, certified through block 6.
pub fn ancestry() -> (Chain, ReceiptFile) {
    let deposit = Deposit::single(sealed(HashAlgorithm::Sha256, CONTENT, 5), None, &[]).unwrap();
    let mut chain = Chain::new(Suite::Intl);
    for height in 1..7_u8 {
        let mut entries = vec![filler(&chain, height.into(), height)];
        if height == 3 {
            entries.push(chain.deposit(&deposit, 3, &ed25519(1), &[], 1));
        }
        chain.block(entries);
    }
    let file = with_part(chain.receipt(3, 1, Some(6)), deposit.parts[0].clone());
    (chain, file)
}

/// The receipt file of a challenge, which is no deposit.
pub fn challenge() -> (Chain, ReceiptFile) {
    let mut chain = Chain::new(Suite::Intl);
    let digest = HashAlgorithm::Sha256.hash(&[b"entry"]);
    let arguments =
        json!({ "commitment": digest, "entry": digest, "grounds": "before_chain", "statement": digest });
    let request = Request {
        operation: "evidence.challenge".to_owned(),
        arguments: arguments.as_object().unwrap().clone(),
    };
    let until = chain.time_of(1).saturating_add(60_000);
    let envelope = request
        .sign_with_salt(chain.id(), until, &ed25519(2), &[], [1; 16])
        .unwrap();
    chain.block(vec![Entry {
        envelope,
        code: 0,
        outcome: json!({ "challenge": digest }),
    }]);
    let file = chain.receipt(1, 0, None);
    (chain, file)
}

pub fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    let mut holds = |name: &str, chain: &Chain, file: &ReceiptFile, content: Option<&[u8]>| {
        all.push(vector(name, chain.id(), file, content, VERIFIED));
    };

    let (chain, file) = sealed_single(Suite::Intl);
    holds("valid-sealed-single", &chain, &file, Some(CONTENT));
    holds("valid-sealed-single-without-file", &chain, &file, None);
    let mut all_signed = file.clone();
    all_signed.certificate = chain.certify(&file.header, &[0, 1, 2, 3]);
    holds("valid-signed-by-all", &chain, &all_signed, Some(CONTENT));
    let mut without_opening = file.clone();
    without_opening.opening = None;
    holds("valid-sealed-without-opening", &chain, &without_opening, None);

    let one = |suite: Suite, deposit: &Deposit, by: &PrivateKey, cosigners: &[&PrivateKey]| {
        alone(suite, deposit, by, cosigners)
    };
    let open_deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    let (chain, file) = one(Suite::Intl, &open_deposit, &ed25519(1), &[]);
    holds("valid-open-single", &chain, &file, Some(CONTENT));
    holds(
        "valid-open-single-without-opening",
        &chain,
        &chain.receipt(1, 0, None),
        Some(CONTENT),
    );
    let empty = Deposit::single(open(HashAlgorithm::Sha256, b""), None, &[]).unwrap();
    let (chain, file) = one(Suite::Intl, &empty, &ed25519(1), &[]);
    holds("valid-empty-file", &chain, &file, Some(b""));
    let (chain, file) = one(Suite::Intl, &open_deposit, &sm2(1), &[]);
    holds("valid-sm2-account", &chain, &file, Some(CONTENT));
    let (chain, file) = one(Suite::Intl, &open_deposit, &ed25519(1), &[&sm2(2), &ed25519(3)]);
    holds("valid-three-signatures", &chain, &file, Some(CONTENT));
    let sm3_deposit = Deposit::single(sealed(HashAlgorithm::Sm3, CONTENT, 6), Some(&capture()), &[]).unwrap();
    let (chain, file) = one(Suite::Intl, &sm3_deposit, &ed25519(1), &[]);
    holds("valid-sm3-commitment-on-intl", &chain, &file, Some(CONTENT));
    let (chain, file) = one(Suite::Gm, &sm3_deposit, &sm2(1), &[]);
    holds("valid-gm-suite-sm2-account", &chain, &file, Some(CONTENT));
    let (chain, file) = sealed_single(Suite::Gm);
    holds("valid-gm-suite", &chain, &file, Some(CONTENT));

    let (chain, _, file, content) = batch();
    holds("valid-batch-item", &chain, &file, Some(&content));
    holds("valid-batch-as-a-whole", &chain, &chain.receipt(1, 2, None), None);
    let (chain, file) = ancestry();
    holds("valid-ancestry", &chain, &file, Some(CONTENT));
    let (chain, file) = challenge();
    holds("valid-challenge", &chain, &file, None);

    let (chain, file) = sealed_single(Suite::Intl);
    let spelled = |name: &str, receipt: String| Vector {
        name: name.to_owned(),
        chain: chain.id(),
        receipt,
        file: Some(CONTENT.to_vec()),
        expected: VERIFIED,
    };
    all.push(spelled(
        "valid-with-white-space",
        format!("\r\n\t{} ", serde_json::to_string_pretty(&file).unwrap()),
    ));
    // The same text in other escapes; only the documents inside are canonical, not the file.
    let escaped = text(&file)
        .replace("甲市数据局", "\\u7532\\u5E02\\u6570\\u636e\\u5c40")
        .replace("yinxin-receipt/1", "yinxin-receipt\\/1");
    all.push(spelled("valid-with-other-escapes", escaped));
    all
}
