//! Receipt files: right or not given at all.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use yinxin_api::HttpLimits;
use yinxin_crypto::Digest;
use yinxin_index::{FinalBlock, Index, Location};
use yinxin_types::merkle::leaf_hash;
use yinxin_types::receipt::Subject;
use yinxin_types::{Header, Receipt, ReceiptFile, VerifiedTransaction};

use crate::call::Api;
use crate::ledger::{ALGORITHM, Ledger, Outcome, certificate};
use crate::node::TestNode;

fn outcome(transaction: &Arc<VerifiedTransaction>, number: u32) -> Outcome {
    Outcome {
        transaction: Arc::clone(transaction),
        code: 0,
        outcome: json!({ "number": number }),
    }
}

/// A chain whose first block holds `count` transactions; gives their identifiers.
fn chain(count: u32, certified: bool) -> (Ledger, Vec<Digest>) {
    let mut ledger = Ledger::new();
    let transactions: Vec<_> = (0..count)
        .map(|_| ledger.verified(1, "evidence.other", json!({})))
        .collect();
    let outcomes = transactions
        .iter()
        .zip(0..)
        .map(|(transaction, number)| outcome(transaction, number));
    ledger.block(outcomes.collect(), certified);
    (
        ledger,
        transactions.iter().map(|transaction| transaction.id()).collect(),
    )
}

fn file(api: &Api, id: &Digest) -> ReceiptFile {
    let answer = api.get(&format!("/api/v1/receipts/{id}"));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).unwrap()
}

/// Rules 2 to 7 of formats section 5, as a verifier applies them.
fn verify(file: &ReceiptFile, ledger: &Ledger) {
    let chain = ledger.genesis.chain().unwrap();
    assert_eq!(file.genesis.chain().unwrap(), chain);
    let certified: &Header = file
        .ancestry
        .as_ref()
        .map_or(&file.header, |ancestry| &ancestry.header);
    assert_eq!(certified.chain, chain);
    assert_eq!(file.certificate.block, certified.hash());
    file.certificate
        .verify(&chain, &file.genesis.validators())
        .unwrap();
    if let Some(ancestry) = &file.ancestry {
        assert_eq!(
            (ancestry.path.index, ancestry.path.size),
            (file.header.height.0, certified.height.0)
        );
        assert!(ancestry.path.proves(
            leaf_hash(ALGORITHM, file.header.hash().bytes()),
            &certified.history_root
        ));
    }
    assert_eq!(file.receipt_path.size, file.header.receipts());
    assert_eq!(file.receipt_path.index, u64::from(file.receipt.index));
    assert!(
        file.receipt_path
            .proves(file.receipt.leaf(ALGORITHM), &file.header.receipts_root)
    );
    match &file.subject {
        Subject::Transaction(envelope) => {
            let id = ALGORITHM.hash(&[envelope.body.as_bytes()]);
            assert_eq!(file.receipt.transaction, id);
            VerifiedTransaction::verify(envelope.clone().into(), &ledger.rules()).unwrap();
        }
        Subject::Occurrence(occurrence) => assert_eq!(file.receipt.transaction, occurrence.id().unwrap()),
    }
}

#[test]
fn every_receipt_of_a_block_verifies_and_its_block_is_read_once() {
    let (ledger, ids) = chain(37, true);
    let api = Api::new(ledger);
    for (id, number) in ids.iter().zip(0_u32..) {
        let file = file(&api, id);
        verify(&file, &api.node.ledger.lock().unwrap());
        assert_eq!(
            (file.receipt.index, &file.receipt.outcome),
            (number, &json!({ "number": number }))
        );
        assert_eq!((file.item, file.opening, file.ancestry), (None, None, None));
    }
    assert_eq!(api.node.blocks_read.load(Ordering::SeqCst), 1);
}

#[test]
fn a_block_without_a_certificate_is_proven_by_a_later_one() {
    let (mut ledger, ids) = chain(3, false);
    ledger.block(Vec::new(), false);
    let later = ledger.block(Vec::new(), true);
    let api = Api::new(ledger);
    let file = file(&api, &ids[1]);
    verify(&file, &api.node.ledger.lock().unwrap());
    assert_eq!(file.ancestry.unwrap().header, later);
}

#[test]
fn a_rejected_transaction_has_a_receipt_too() {
    let mut ledger = Ledger::new();
    let transaction = ledger.verified(1, "evidence.deposit", json!({}));
    let id = transaction.id();
    ledger.single(transaction, 4999, Value::Null);
    let api = Api::new(ledger);
    let file = file(&api, &id);
    verify(&file, &api.node.ledger.lock().unwrap());
    assert_eq!((file.receipt.code, file.receipt.outcome), (4999, Value::Null));
}

#[test]
fn an_occurrence_has_a_receipt_beside_those_of_the_transactions_and_both_verify() {
    let mut ledger = Ledger::new();
    let transaction = ledger.verified(1, "evidence.other", json!({}));
    let id = transaction.id();
    ledger.fire("evidence", "case", 0, json!({ "deemed": true }));
    ledger.fire("evidence", "case", 4999, Value::Null);
    let height = ledger.single(transaction, 0, json!({ "number": 1 })).height;
    let occurred = ledger.index.occurrences(height).unwrap().value;
    let api = Api::new(ledger);
    let of_transaction = file(&api, &id);
    verify(&of_transaction, &api.node.ledger.lock().unwrap());
    assert_eq!(
        (of_transaction.receipt.index, of_transaction.receipt_path.size),
        (0, 3)
    );
    for (one, index) in occurred.iter().zip(1..) {
        let file = file(&api, &one.receipt.transaction);
        verify(&file, &api.node.ledger.lock().unwrap());
        assert_eq!((&file.receipt, file.receipt.index), (&one.receipt, index));
        assert_eq!(file.subject, Subject::Occurrence(one.occurrence.clone()));
    }
    assert_eq!(api.node.blocks_read.load(Ordering::SeqCst), 1);
}

#[test]
fn receipts_of_many_blocks_stay_within_the_memory_allowed() {
    let mut ledger = Ledger::new();
    let mut deposits = Vec::new();
    for number in 0..6 {
        deposits.push(ledger.deposit(1, &format!("file {number}"), json!({})).0);
    }
    let limits = HttpLimits {
        receipt_cache_bytes: 40 << 10,
        ..HttpLimits::default()
    };
    let api = Api::with(TestNode::new(ledger), limits);
    // Two blocks fit: asking in turns for one of each of six reads every one again.
    for round in 1..3 {
        for id in &deposits {
            file(&api, id);
        }
        assert_eq!(api.node.blocks_read.load(Ordering::SeqCst), round * 6);
    }
    file(&api, &deposits[5]);
    file(&api, &deposits[4]);
    assert_eq!(api.node.blocks_read.load(Ordering::SeqCst), 12);
}

#[test]
fn before_its_certificate_arrives_a_block_gives_no_receipt() {
    let (ledger, ids) = chain(1, false);
    let answer = Api::new(ledger).get(&format!("/api/v1/receipts/{}", ids[0]));
    assert_eq!((answer.status, answer.code().as_str()), (503, "API_UNAVAILABLE"));
}

#[test]
fn a_ledger_that_cannot_give_the_block_gives_no_receipt() {
    let (ledger, ids) = chain(1, true);
    let api = Api::new(ledger);
    api.node.lost.store(true, Ordering::SeqCst);
    assert_eq!(
        api.get(&format!("/api/v1/receipts/{}", ids[0])).code(),
        "API_UNAVAILABLE"
    );
}

/// A node whose index says something else than the ledger about block 1.
fn contradicted(
    change: impl FnOnce(&mut Header, &mut Vec<Receipt>, &mut yinxin_types::Certificate),
) -> (Api, Digest) {
    let mut ledger = Ledger::new();
    let transaction = ledger.verified(1, "evidence.other", json!({}));
    let id = transaction.id();
    let mut header = ledger.block(vec![outcome(&transaction, 0)], true);
    let receipt = Receipt {
        code: 0,
        height: header.height,
        index: 0,
        outcome: json!({ "number": 0 }),
        time: header.time,
        transaction: id,
    };
    let (mut receipts, mut signed) = (vec![receipt], certificate(&header));
    change(&mut header, &mut receipts, &mut signed);
    let index = Index::open(&Location::Memory, &ledger.genesis).unwrap();
    let genesis = ledger.blocks.first_key_value().unwrap().1.header.clone();
    for (header, certificate, transactions, receipts) in [
        (&genesis, None, &[][..], &[][..]),
        (&header, Some(&signed), &[transaction][..], &receipts[..]),
    ] {
        let block = FinalBlock {
            hash: header.hash(),
            header,
            certificate,
            transactions,
            receipts,
            occurrences: &[],
        };
        index.apply(&block).unwrap();
    }
    let node = TestNode::with(ledger, Some(index), yinxin_mempool::Limits::default());
    (Api::with(node, HttpLimits::default()), id)
}

#[test]
fn an_index_that_contradicts_the_ledger_yields_no_receipt() {
    let (api, id) = contradicted(|_, _, _| {});
    file(&api, &id);
    let forged_outcome = contradicted(|_, receipts, _| receipts[0].outcome = json!({ "number": 1 }));
    let forged_block = contradicted(|header, receipts, signed| {
        receipts[0].outcome = json!({ "number": 1 });
        header.receipts_root = yinxin_types::receipt::receipts_tree(ALGORITHM, &*receipts).root();
        signed.block = header.hash();
    });
    let too_few = contradicted(|_, _, signed| signed.signatures.truncate(2));
    for (api, id) in [forged_outcome, forged_block, too_few] {
        let answer = api.get(&format!("/api/v1/receipts/{id}"));
        assert_eq!((answer.status, answer.code().as_str()), (503, "API_UNAVAILABLE"));
    }
}
