//! Receipts of occurrences: what the ledger itself did because a time had come.

use serde_json::{Value, json};
use yinxin_client::deposit::Deposit;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::receipt::Subject;
use yinxin_types::{BlockTime, Occurrence, ReceiptFile, Suite};

use super::{Edit, Vector, edits, flipped, set, vector};
use crate::support::{CONTENT, Chain, Fired, certify, ed25519, filler, sealed, validators, with_part};

/// The timer with a number in the minute that the block of height 1 ends.
fn occurrence(chain: &Chain, sequence: u64) -> Occurrence {
    let due = chain.time_of(0).0;
    Occurrence {
        chain: chain.id(),
        due: BlockTime(due),
        fires: BlockTime(due),
        key: format!("案件 {sequence}"),
        scenario: "approval".to_owned(),
        sequence,
    }
}

fn fired(chain: &Chain, sequence: u64) -> Fired {
    let (code, outcome) = match sequence {
        2 => (1200, Value::Null),
        _ => (0, json!({ "deemed": sequence })),
    };
    Fired {
        occurrence: occurrence(chain, sequence),
        code,
        outcome,
    }
}

/// A chain whose block 1 holds these numbers of transactions and occurrences.
fn chain(suite: Suite, transactions: u8, occurrences: u64) -> Chain {
    let mut chain = Chain::new(suite);
    let entries = (0..transactions).map(|salt| filler(&chain, 1, salt)).collect();
    let fired = (0..occurrences).map(|sequence| fired(&chain, sequence)).collect();
    chain.block_with(entries, fired);
    chain
}

/// Block 1 holds two transactions and three occurrences; the receipt file of the second of these.
fn base() -> (Chain, ReceiptFile) {
    let chain = chain(Suite::Intl, 2, 3);
    let file = chain.receipt(1, 3, None);
    (chain, file)
}

fn that_hold() -> Vec<Vector> {
    let holds =
        |name: &str, chain: &Chain, file: &ReceiptFile| vector(name, chain.id(), file, None, "VERIFIED");
    let (both, file) = base();
    let alone = chain(Suite::Intl, 0, 1);
    let gm = chain(Suite::Gm, 1, 1);
    let mut long = chain(Suite::Intl, 1, 2);
    for height in 2..6 {
        long.block(vec![filler(&long, height, 1)]);
    }
    vec![
        holds("valid-occurrence", &both, &file),
        holds("valid-occurrence-alone", &alone, &alone.receipt(1, 0, None)),
        holds("valid-occurrence-gm", &gm, &gm.receipt(1, 1, None)),
        holds("valid-occurrence-ancestry", &long, &long.receipt(1, 2, Some(4))),
        holds(
            "valid-transaction-before-occurrences",
            &both,
            &both.receipt(1, 1, None),
        ),
    ]
}

/// A change of the document that adds a member to an object in it, or replaces one.
fn with(place: &'static str, name: &'static str, to: Value) -> Edit {
    Box::new(move |document| document.pointer_mut(place).unwrap()[name] = to)
}

fn without(place: &'static str, name: &'static str) -> Edit {
    Box::new(move |document| {
        let members = document.pointer_mut(place).unwrap().as_object_mut().unwrap();
        members.remove(name).unwrap();
    })
}

fn malformed() -> Vec<Vector> {
    let base = base();
    let envelope = json!(base.0.receipt(1, 0, None).transaction());
    let of_transaction = (
        chain(Suite::Intl, 2, 0),
        chain(Suite::Intl, 2, 0).receipt(1, 0, None),
    );
    let mut all = edits(
        &base,
        "RECEIPT_FORMAT",
        vec![
            (
                "occurrence-beside-a-transaction",
                with("", "transaction", envelope),
            ),
            (
                "occurrence-beside-a-transaction-null",
                with("", "transaction", Value::Null),
            ),
            ("occurrence-missing", without("", "occurrence")),
            ("occurrence-null", set("/occurrence", Value::Null)),
            ("occurrence-without-key", without("/occurrence", "key")),
            ("occurrence-with-more", with("/occurrence", "more", json!(0))),
            ("occurrence-key-not-a-text", set("/occurrence/key", json!(1))),
            ("occurrence-due-negative", set("/occurrence/due", json!(-1))),
            (
                "occurrence-sequence-too-large",
                set("/occurrence/sequence", json!(9_007_199_254_740_992_u64)),
            ),
            (
                "occurrence-header-states-none",
                set("/header/occurrences", json!(0)),
            ),
        ],
    );
    all.extend(edits(
        &of_transaction,
        "RECEIPT_FORMAT",
        vec![
            (
                "occurrence-header-of-a-block-without",
                with("/header", "occurrences", json!(0)),
            ),
            (
                "occurrence-null-beside-a-transaction",
                with("", "occurrence", Value::Null),
            ),
        ],
    ));
    all
}

fn of_another() -> Vec<Vector> {
    let base = base();
    let other = Chain::named(Suite::Intl, "乙市存证链").id();
    let mut all = edits(
        &base,
        "RECEIPT_CHAIN",
        vec![(
            "occurrence-of-another-chain",
            set("/occurrence/chain", json!(other)),
        )],
    );
    all.extend(edits(
        &base,
        "RECEIPT_CERTIFICATE",
        vec![
            (
                "occurrence-header-states-more",
                set("/header/occurrences", json!(4)),
            ),
            (
                "occurrence-header-states-nothing",
                without("/header", "occurrences"),
            ),
        ],
    ));
    all.extend(edits(
        &base,
        "RECEIPT_PATH",
        vec![
            (
                "occurrence-path-of-transactions-alone",
                set("/receipt_path/size", json!(2)),
            ),
            (
                "occurrence-path-of-its-place-among-occurrences",
                set("/receipt_path/index", json!(1)),
            ),
            (
                "occurrence-receipt-of-another-place",
                set("/receipt/index", json!(4)),
            ),
            (
                "occurrence-outcome-changed",
                set("/receipt/outcome/deemed", json!(2)),
            ),
            ("occurrence-receipt-flipped", flipped("/receipt/transaction")),
        ],
    ));
    all.extend(edits(
        &base,
        "RECEIPT_TRANSACTION",
        vec![
            (
                "occurrence-of-another-key",
                set("/occurrence/key", json!("案件 2")),
            ),
            (
                "occurrence-due-changed",
                set("/occurrence/due", json!(1_767_225_599_999_u64)),
            ),
            (
                "occurrence-fires-changed",
                set("/occurrence/fires", json!(1_767_225_660_000_u64)),
            ),
            (
                "occurrence-of-another-scenario",
                set("/occurrence/scenario", json!("evidence")),
            ),
            (
                "occurrence-of-another-sequence",
                set("/occurrence/sequence", json!(0)),
            ),
        ],
    ));
    all
}

/// Signed by a quorum, and yet wrong: a receipt in a place where the header says there are receipts of the other kind.
fn in_the_wrong_place() -> Vec<Vector> {
    let mut first = Chain::new(Suite::Intl);
    let entries = vec![filler(&first, 1, 1), filler(&first, 1, 2)];
    first.block_that_says(entries, Vec::new(), (1, 1));
    let mut second = Chain::new(Suite::Intl);
    let alarms = vec![fired(&second, 0), fired(&second, 1)];
    second.block_that_says(Vec::new(), alarms, (1, 1));
    let (chain, file) = base();
    let mut exchanged = chain.receipt(1, 0, None);
    exchanged.subject = file.subject.clone();
    let mut signed = file.clone();
    signed.subject = chain.receipt(1, 0, None).subject;
    let refuted = |name: &str, chain: &Chain, file: &ReceiptFile| {
        vector(name, chain.id(), file, None, "RECEIPT_TRANSACTION")
    };
    vec![
        refuted(
            "occurrence-place-of-a-transaction",
            &first,
            &first.receipt(1, 1, None),
        ),
        refuted(
            "occurrence-in-the-place-of-a-transaction",
            &second,
            &second.receipt(1, 0, None),
        ),
        refuted("occurrence-with-the-receipt-of-a-transaction", &chain, &exchanged),
        refuted("occurrence-receipt-with-a-transaction", &chain, &signed),
    ]
}

fn without_deposit() -> Vec<Vector> {
    let (chain, file) = base();
    let rejected = chain.receipt(1, 4, None);
    let deposit = Deposit::single(sealed(HashAlgorithm::Sha256, CONTENT, 5), None, &[]).unwrap();
    let opened = with_part(file.clone(), deposit.parts[0].clone());
    let mut item = file.clone();
    item.item = Some(yinxin_types::receipt::Item {
        commitment: HashAlgorithm::Sha256.hash(&[CONTENT]),
        path: file.receipt_path.clone(),
    });
    vec![
        vector(
            "occurrence-rejected",
            chain.id(),
            &rejected,
            None,
            "RECEIPT_REJECTED",
        ),
        vector("occurrence-with-an-item", chain.id(), &item, None, "RECEIPT_ITEM"),
        vector(
            "occurrence-with-an-opening",
            chain.id(),
            &opened,
            None,
            "RECEIPT_OPENING",
        ),
        vector(
            "occurrence-with-a-file",
            chain.id(),
            &file,
            Some(CONTENT),
            "RECEIPT_FILE",
        ),
    ]
}

/// Certified by members of another set.
fn signed_by_strangers() -> Vector {
    let (chain, mut file) = base();
    file.certificate = certify(&file.header, &[ed25519(1), ed25519(2), validators().remove(0)]);
    assert!(matches!(file.subject, Subject::Occurrence(_)));
    vector(
        "occurrence-signed-by-strangers",
        chain.id(),
        &file,
        None,
        "RECEIPT_CERTIFICATE",
    )
}

pub fn vectors() -> Vec<Vector> {
    let mut all = that_hold();
    all.extend(malformed());
    all.extend(of_another());
    all.extend(in_the_wrong_place());
    all.extend(without_deposit());
    all.push(signed_by_strangers());
    all
}
