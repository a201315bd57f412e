//! Receipts of later epochs: the changes of validators lie in the file.

use serde_json::json;
use yinxin_client::deposit::Deposit;
use yinxin_crypto::{HashAlgorithm, PrivateKey};
use yinxin_types::{Height, ReceiptFile, Suite};

use super::{Vector, edits, flipped, set, vector};
use crate::support::{CONTENT, Chain, certify, ed25519, filler, sealed, validators, with_part};

const VERIFIED: &str = "VERIFIED";
const VALIDATORS: &str = "RECEIPT_VALIDATORS";

/// Those who vote from epoch 1 on: a fifth has joined. From epoch 3 on: one key is rotated, and one of the founders has left.
const FIVE: [u8; 5] = [201, 202, 203, 204, 205];
const ROTATED: [u8; 4] = [206, 203, 204, 205];

/// A chain of 200 blocks with two changes; deposits in the blocks 60, 63, 64, 100 and 199.
fn chain(suite: Suite) -> (Chain, Deposit) {
    let deposit = Deposit::single(sealed(suite.hash(), CONTENT, 5), None, &[]).unwrap();
    let mut chain = Chain::new(suite);
    chain.change(1, &FIVE);
    chain.change(3, &ROTATED);
    for height in [60, 63, 64, 100, 199] {
        chain.until(height - 1);
        let entries = vec![
            filler(&chain, height, 11),
            chain.deposit(&deposit, height, &ed25519(1), &[], 1),
        ];
        chain.block(entries);
    }
    (chain, deposit)
}

fn file(chain: &Chain, deposit: &Deposit, height: usize, through: Option<usize>) -> ReceiptFile {
    with_part(chain.receipt(height, 1, through), deposit.parts[0].clone())
}

pub fn vectors() -> Vec<Vector> {
    let mut all = valid();
    all.extend(broken());
    all
}

fn valid() -> Vec<Vector> {
    let mut all = Vec::new();
    for (suite, name) in [(Suite::Intl, ""), (Suite::Gm, "-gm")] {
        let (chain, deposit) = chain(suite);
        let mut holds = |what: &str, file: &ReceiptFile| {
            all.push(vector(
                &format!("valid-epochs-{what}{name}"),
                chain.id(),
                file,
                Some(CONTENT),
                VERIFIED,
            ));
        };
        holds("before-the-change", &file(&chain, &deposit, 60, None));
        holds("in-the-last-block-of-an-epoch", &file(&chain, &deposit, 63, None));
        holds("after-one-change", &file(&chain, &deposit, 64, None));
        holds("between-the-changes", &file(&chain, &deposit, 100, None));
        holds("after-two-changes", &file(&chain, &deposit, 199, None));
        holds(
            "certified-in-a-later-epoch",
            &file(&chain, &deposit, 60, Some(198)),
        );
    }
    let (chain, deposit) = chain(Suite::Intl);
    let mut again = file(&chain, &deposit, 63, None);
    again.certificate = certified_again(&again, &validators());
    all.push(vector(
        "valid-epochs-last-block-proposed-again",
        chain.id(),
        &again,
        Some(CONTENT),
        VERIFIED,
    ));
    all
}

/// The certificate of a block that became final when it was proposed again, three views later.
fn certified_again(file: &ReceiptFile, keys: &[PrivateKey]) -> yinxin_types::Certificate {
    let mut certificate = certify(&file.header, keys);
    (certificate.view, certificate.parent_view) = (file.header.view + 3, file.header.view);
    let message = certificate.message(&file.header.chain);
    for (vote, key) in certificate.signatures.iter_mut().zip(keys) {
        vote.signature = key.sign(&message);
    }
    certificate
}

fn broken() -> Vec<Vector> {
    let (chain, deposit) = chain(Suite::Intl);
    let id = chain.id();
    let late = file(&chain, &deposit, 199, None);
    let middle = file(&chain, &deposit, 100, None);
    let mut all = Vec::new();
    let mut refuted = |name: &str, base: &ReceiptFile, edit: &dyn Fn(&mut ReceiptFile), expected| {
        let mut file = base.clone();
        edit(&mut file);
        all.push(vector(&format!("epochs-{name}"), id, &file, None, expected));
    };
    refuted("without-history", &late, &|file| file.history.clear(), VALIDATORS);
    refuted(
        "first-change-left-out",
        &late,
        &|file| _ = file.history.remove(0),
        VALIDATORS,
    );
    refuted(
        "last-change-left-out",
        &late,
        &|file| _ = file.history.pop(),
        VALIDATORS,
    );
    refuted(
        "changes-exchanged",
        &late,
        &|file| file.history.swap(0, 1),
        VALIDATORS,
    );
    refuted(
        "change-after-the-certified-block",
        &middle,
        &|file| file.history.clone_from(&late.history),
        VALIDATORS,
    );
    refuted(
        "change-signed-by-the-new-validators",
        &late,
        &|file| {
            let change = &mut file.history[1];
            change.certificate = certify(&change.header, &chain.voters(3));
        },
        VALIDATORS,
    );
    refuted(
        "change-signed-by-too-few",
        &late,
        &|file| _ = file.history[1].certificate.signatures.pop(),
        VALIDATORS,
    );
    refuted(
        "change-in-the-middle-of-an-epoch",
        &middle,
        &|file| {
            let mut header = file.history[0].header.clone();
            header.height = Height(62);
            file.history[0].certificate = certify(&header, &validators());
            file.history[0].header = header;
        },
        VALIDATORS,
    );
    refuted(
        "another-set-than-the-header-names",
        &middle,
        &|file| file.history[0].validators.validators.swap(0, 1),
        VALIDATORS,
    );
    refuted(
        "a-set-from-another-epoch-on",
        &middle,
        &|file| file.history[0].validators.epoch = 2,
        VALIDATORS,
    );
    refuted(
        "signed-by-those-who-left",
        &late,
        &|file| file.certificate = certify(&file.header, &chain.voters(2)),
        "RECEIPT_CERTIFICATE",
    );
    refuted(
        "signed-by-the-founders",
        &middle,
        &|file| file.certificate = certify(&file.header, &validators()[..3]),
        "RECEIPT_CERTIFICATE",
    );
    refuted(
        "epoch-of-another-height",
        &middle,
        &|file| {
            file.header.epoch = 2;
            file.certificate = certify(&file.header, &chain.voters(2));
        },
        VALIDATORS,
    );
    refuted(
        "a-later-view-in-the-middle-of-an-epoch",
        &middle,
        &|file| file.certificate = certified_again(file, &chain.voters(1)),
        "RECEIPT_CERTIFICATE",
    );
    refuted(
        "change-of-another-chain",
        &middle,
        &|file| file.history[0].header.chain = HashAlgorithm::Sha256.hash(&[b"another"]),
        "RECEIPT_CHAIN",
    );
    let base = (chain, middle);
    all.extend(edits(
        &base,
        "RECEIPT_FORMAT",
        vec![
            ("epochs-history-null", set("/history", json!(null))),
            ("epochs-history-empty", set("/history", json!([]))),
            (
                "epochs-change-without-certificate",
                set("/history/0/certificate", json!(null)),
            ),
            ("epochs-change-with-more", {
                Box::new(|value| {
                    _ = value["history"][0]
                        .as_object_mut()
                        .unwrap()
                        .insert("more".to_owned(), json!(1))
                })
            }),
            ("epochs-change-with-an-sm2-key", {
                Box::new(|value| {
                    let key = crate::support::sm2(1).public_key();
                    value["history"][0]["validators"]["validators"][0] = json!(key);
                })
            }),
        ],
    ));
    all.extend(edits(
        &base,
        VALIDATORS,
        vec![
            (
                "epochs-change-header-changed",
                flipped("/history/0/header/state_root"),
            ),
            (
                "epochs-change-names-another-set",
                flipped("/history/0/header/validators"),
            ),
        ],
    ));
    all
}
