//! Receipts whose block holds, but not what they say about the deposit: item, opening, file.

use serde_json::json;
use yinxin_client::deposit::Deposit;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::Suite;

use super::valid::{alone, batch, challenge};
use super::{Vector, edits, flipped, one_less, one_more, set, siblings, vector};
use crate::support::{CONTENT, ed25519, open, sealed, sealed_single, with_part};

pub fn vectors() -> Vec<Vector> {
    let mut all = items();
    all.extend(openings());
    all.extend(files());
    all
}

fn items() -> Vec<Vector> {
    let expected = "RECEIPT_ITEM";
    let (chain, deposit, file, _) = batch();
    let relabelled = file
        .item
        .as_ref()
        .unwrap()
        .commitment
        .to_string()
        .replace("sha256:", "sm3:");
    let item = serde_json::to_value(&file.item).unwrap();
    let neighbour = deposit.parts[12].item.as_ref().unwrap().commitment;
    let mut all = edits(
        &(chain, file),
        expected,
        vec![
            ("item-index-of-another", set("/item/path/index", json!(12))),
            ("item-index-beyond-the-batch", set("/item/path/index", json!(21))),
            ("item-size-of-another-batch", set("/item/path/size", json!(22))),
            ("item-sibling-flipped", flipped("/item/path/siblings/2")),
            ("item-sibling-missing", siblings("/item/path/siblings", one_less)),
            ("item-sibling-too-many", siblings("/item/path/siblings", one_more)),
            ("item-commitment-flipped", flipped("/item/commitment")),
            (
                "item-commitment-of-another",
                set("/item/commitment", json!(neighbour)),
            ),
            (
                "item-commitment-under-another-algorithm",
                set("/item/commitment", json!(relabelled)),
            ),
        ],
    );
    all.extend(edits(
        &sealed_single(Suite::Intl),
        expected,
        vec![("item-of-a-single-deposit", set("/item", item.clone()))],
    ));
    all.extend(edits(
        &challenge(),
        expected,
        vec![("item-of-a-challenge", set("/item", item))],
    ));
    all
}

fn openings() -> Vec<Vector> {
    let expected = "RECEIPT_OPENING";
    let base = sealed_single(Suite::Intl);
    let opening = serde_json::to_value(&base.1.opening).unwrap();
    let content = HashAlgorithm::Sha256.hash(&[b"another file"]);
    let sm3 = HashAlgorithm::Sm3.hash(&[CONTENT]);
    let mut all = edits(
        &base,
        expected,
        vec![
            ("opening-salt-flipped", flipped("/opening/salt")),
            (
                "opening-content-of-another-file",
                set("/opening/content", json!(content)),
            ),
            (
                "opening-content-under-another-algorithm",
                set("/opening/content", json!(sm3)),
            ),
            ("opening-size-changed", set("/opening/file/size", json!(30))),
            (
                "opening-media-type-changed",
                set("/opening/file/media_type", json!("text/html")),
            ),
            ("opening-sealed-called-open", set("/opening/kind", json!("open"))),
            ("opening-sealed-without-salt", set("/opening/salt", json!(null))),
            ("opening-capture-salt-flipped", flipped("/opening/capture/salt")),
            (
                "opening-capture-details-changed",
                set("/opening/capture/details/operator", json!("取证员 002")),
            ),
            (
                "opening-capture-details-with-more",
                Box::new(|value| value["opening"]["capture"]["details"]["x"] = json!(1)),
            ),
        ],
    );
    let open_deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    let salt = json!("07".repeat(32));
    all.extend(edits(
        &alone(Suite::Intl, &open_deposit, &ed25519(1), &[]),
        expected,
        vec![
            ("opening-open-with-salt", set("/opening/salt", salt.clone())),
            (
                "opening-open-called-sealed",
                Box::new(move |value| {
                    value["opening"]["kind"] = json!("sealed");
                    value["opening"]["salt"] = salt;
                }),
            ),
            (
                "opening-capture-that-was-not-deposited",
                set("/opening/capture", opening["capture"].clone()),
            ),
        ],
    ));
    let (chain, _, file, _) = batch();
    all.extend(edits(
        &(chain, file),
        expected,
        vec![
            ("opening-of-a-batch-without-item", set("/item", json!(null))),
            ("opening-of-another-item", set("/opening", opening.clone())),
        ],
    ));
    all.extend(edits(
        &challenge(),
        expected,
        vec![("opening-of-a-challenge", set("/opening", opening))],
    ));
    all
}

fn files() -> Vec<Vector> {
    let expected = "RECEIPT_FILE";
    let (chain, file) = sealed_single(Suite::Intl);
    let mut changed = CONTENT.to_vec();
    changed[3] ^= 1;
    let with = |name: &str, content: &[u8]| vector(name, chain.id(), &file, Some(content), expected);
    let mut all = vec![
        with("file-changed", &changed),
        with("file-cut-short", &CONTENT[..CONTENT.len() - 1]),
        with("file-longer", &[CONTENT, b"\n"].concat()),
        with("file-empty", b""),
    ];
    let mut sealed_alone = file.clone();
    sealed_alone.opening = None;
    all.push(vector(
        "file-with-sealed-receipt-without-opening",
        chain.id(),
        &sealed_alone,
        Some(CONTENT),
        expected,
    ));
    // Whoever holds a sealed receipt without opening cannot pass the commitment off as the digest of a file.
    let commitment = Deposit::single(sealed(HashAlgorithm::Sha256, CONTENT, 5), None, &[]).unwrap();
    let (other, file) = alone(Suite::Intl, &commitment, &ed25519(1), &[]);
    let mut file = file;
    file.opening = None;
    all.push(vector(
        "file-changed-with-sealed-receipt-without-opening",
        other.id(),
        &file,
        Some(&changed),
        expected,
    ));
    let open_deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    let (chain, _) = alone(Suite::Intl, &open_deposit, &ed25519(1), &[]);
    all.push(vector(
        "file-changed-with-open-receipt-without-opening",
        chain.id(),
        &chain.receipt(1, 0, None),
        Some(&changed),
        expected,
    ));
    let (chain, deposit, file, content) = batch();
    let other_item = with_part(file.clone(), deposit.parts[12].clone());
    all.push(vector(
        "file-of-another-item",
        chain.id(),
        &other_item,
        Some(&content),
        expected,
    ));
    all.push(vector(
        "file-with-batch-as-a-whole",
        chain.id(),
        &chain.receipt(1, 2, None),
        Some(&content),
        expected,
    ));
    let (chain, file) = challenge();
    all.push(vector(
        "file-with-a-challenge",
        chain.id(),
        &file,
        Some(CONTENT),
        expected,
    ));
    all
}
