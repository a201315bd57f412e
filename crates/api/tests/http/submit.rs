//! Submitting: what is taken, what is refused, and that repeating is no error.

use axum::http::StatusCode;
use serde_json::{Value, json};
use yinxin_mempool::Limits;
use yinxin_types::Transaction;

use crate::call::{Answer, Api};
use crate::ledger::{Ledger, digest, key};
use crate::node::TestNode;

const SINGLE: &str = "/api/v1/transactions";
const BATCH: &str = "/api/v1/transactions/batch";

fn bytes(transaction: &Transaction) -> Vec<u8> {
    serde_json::to_vec(&transaction.to_envelope()).unwrap()
}

fn batch(transactions: &[Transaction]) -> Vec<u8> {
    serde_json::to_vec(
        &transactions
            .iter()
            .map(Transaction::to_envelope)
            .collect::<Vec<_>>(),
    )
    .unwrap()
}

fn sign(api: &Api, by: u8, arguments: Value) -> Transaction {
    api.node
        .ledger
        .lock()
        .unwrap()
        .sign(by, "evidence.other", arguments)
}

fn refused(transaction: Transaction) -> String {
    code(&Api::new(Ledger::new()).post(SINGLE, bytes(&transaction)))
}

fn code(answer: &Answer) -> String {
    format!("{} {}", answer.status, answer.code())
}

#[test]
fn a_transaction_is_pending_until_its_block_is_final_and_repeating_it_is_no_error() {
    let api = Api::new(Ledger::new());
    let transaction = sign(&api, 1, json!({}));
    let first = api.post(SINGLE, bytes(&transaction));
    let id = first.json()["id"].as_str().unwrap().to_owned();
    let again = api.post(SINGLE, bytes(&transaction));
    assert_eq!((first.status, again.status), (202, 202));
    assert_eq!(again.json(), json!({ "id": id, "status": "pending" }));
    assert_eq!(api.get(&format!("{SINGLE}/{id}")).json()["status"], "pending");
    api.node.commit(0, &json!({ "done": true }));
    assert_eq!(api.get(&format!("{SINGLE}/{id}")).json()["status"], "committed");
    let late = api.post(SINGLE, bytes(&transaction));
    assert_eq!(
        (late.status, late.json()),
        (200, json!({ "id": id, "status": "committed" }))
    );
}

#[test]
fn waiting_answers_with_the_final_status_as_soon_as_there_is_one() {
    let api = Api::new(Ledger::new());
    let transaction = sign(&api, 1, json!({}));
    let id = api.post(SINGLE, bytes(&transaction)).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    *api.node.while_waiting.lock().unwrap() = Some(Box::new(|node| node.commit(4999, &Value::Null)));
    let answer = api.get(&format!("{SINGLE}/{id}?wait_ms=10000")).json();
    assert_eq!(
        (&answer["status"], &answer["code"]),
        (&json!("rejected"), &json!(4999))
    );
}

#[test]
fn waiting_that_ends_without_a_final_status_says_where_the_transaction_stands() {
    let api = Api::new(Ledger::new());
    let answer = api
        .get(&format!("{SINGLE}/{}?wait_ms=1", digest("never sent")))
        .json();
    assert_eq!(answer["status"], "unknown");
}

#[test]
fn each_rule_at_the_door_has_its_code() {
    let mut ledger = Ledger::new();
    let good = ledger.sign(1, "evidence.other", json!({}));
    let with_body = |body: Vec<u8>| {
        let signature = yinxin_types::transaction::KeyedSignature::by(&key(1), &body);
        Transaction {
            body,
            signatures: vec![signature],
        }
    };
    let text = String::from_utf8(good.body.clone()).unwrap();
    let replaced = |from: &str, to: &str| with_body(text.replace(from, to).into_bytes());
    let valid_until = (crate::ledger::START + 60_000).to_string();
    let padding = format!("\"arguments\":{{\"x\":\"{}\"}}", "x".repeat(4096));
    let mut unsigned = good.clone();
    unsigned.signatures.clear();
    let mut forged = good.clone();
    forged.signatures[0].signature = key(1).sign(b"something else");
    for (transaction, expected) in [
        (replaced("\"salt\"", " \"salt\""), "400 TX_NOT_CANONICAL"),
        (
            replaced("\"arguments\":{}", "\"arguments\":{\"a\":1,\"a\":2}"),
            "400 TX_NOT_CANONICAL",
        ),
        (
            replaced(
                "\"arguments\":{}",
                &format!("\"arguments\":{{\"a\":{}{}}}", "[".repeat(900), "]".repeat(900)),
            ),
            "400 TX_NOT_CANONICAL",
        ),
        (replaced("\"arguments\":{}", &padding), "413 TX_TOO_LARGE"),
        (replaced("\"salt\"", "\"pepper\""), "400 TX_BODY"),
        (replaced("\"arguments\":{},", ""), "400 TX_BODY"),
        (
            replaced(
                &ledger.rules().chain.to_string(),
                &digest("another chain").to_string(),
            ),
            "400 TX_WRONG_CHAIN",
        ),
        (replaced(&valid_until, "1"), "400 TX_EXPIRED"),
        (replaced(&valid_until, "9007199254740991"), "400 TX_WINDOW"),
        (unsigned, "400 TX_SIGNERS"),
        (forged, "400 TX_SIGNATURE"),
        (ledger.sign(1, "evidence.unknown", json!({})), "400 TX_OPERATION"),
        (
            ledger.sign(1, "evidence.other", json!({ "refuse": true })),
            "400 TX_ARGUMENTS",
        ),
    ] {
        assert_eq!(refused(transaction), expected);
    }
}

#[test]
fn what_is_no_envelope_is_malformed_and_changes_nothing() {
    let api = Api::new(Ledger::new());
    let good = String::from_utf8(bytes(&sign(&api, 1, json!({})))).unwrap();
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "null",
        "{}",
        "[]",
        "not json",
        "{\"body\":\"\"}",
        &good[..good.len() - 1],
        &format!("{good}{good}"),
        &good.replacen('{', "{\"extra\":1,", 1),
        &good.replacen('{', "{\"body\":\"\",", 1),
        &good.replace("ed25519:", "ed448:"),
        &deep[..8_000],
    ] {
        assert_eq!(code(&api.post(SINGLE, body)), "400 TX_MALFORMED", "{body}");
        assert_eq!(
            code(&api.post(BATCH, body)),
            if body == "[]" {
                "400 API_REQUEST"
            } else {
                "400 TX_MALFORMED"
            },
            "{body}"
        );
    }
    assert_eq!(api.node.mempool_load(), 0);
}

#[test]
fn a_full_pool_is_busy_not_broken() {
    let pool = Limits {
        transactions: 1,
        ..Limits::default()
    };
    let api = Api::with(
        TestNode::with(Ledger::new(), None, pool),
        yinxin_api::HttpLimits::default(),
    );
    let transactions: Vec<Transaction> = (1..4).map(|by| sign(&api, by, json!({}))).collect();
    assert_eq!(api.post(SINGLE, bytes(&transactions[0])).status, 202);
    assert_eq!(code(&api.post(SINGLE, bytes(&transactions[1]))), "503 POOL_FULL");
    assert_eq!(code(&api.post(BATCH, batch(&transactions[1..]))), "503 POOL_FULL");
    let mixed = api.post(BATCH, batch(&transactions));
    assert_eq!(mixed.status, 200);
    assert_eq!(mixed.json()["items"][0]["status"], "pending");
    assert_eq!(mixed.json()["items"][1]["problem"]["code"], "POOL_FULL");
}

#[test]
fn an_account_with_too_many_waiting_is_told_so() {
    let pool = Limits {
        account_transactions: 1,
        ..Limits::default()
    };
    let api = Api::with(
        TestNode::with(Ledger::new(), None, pool),
        yinxin_api::HttpLimits::default(),
    );
    assert_eq!(api.post(SINGLE, bytes(&sign(&api, 1, json!({})))).status, 202);
    assert_eq!(
        code(&api.post(SINGLE, bytes(&sign(&api, 1, json!({}))))),
        "429 POOL_ACCOUNT"
    );
    assert_eq!(api.post(SINGLE, bytes(&sign(&api, 2, json!({})))).status, 202);
}

#[test]
fn a_batch_judges_each_transaction_for_itself_and_in_order() {
    let api = Api::new(Ledger::new());
    let old = sign(&api, 1, json!({}));
    api.post(SINGLE, bytes(&old));
    api.node.commit(0, &json!({}));
    let new = sign(&api, 1, json!({}));
    let mut forged = sign(&api, 2, json!({}));
    forged.signatures[0].signature = key(2).sign(b"something else");
    let malformed = sign(&api, 3, json!({ "refuse": 1 }));
    let answer = api.post(BATCH, batch(&[forged, new.clone(), malformed, old, new]));
    assert_eq!(answer.status, 200);
    let items = answer.json()["items"].clone();
    let verdict = |item: &Value| {
        item.get("status")
            .unwrap_or(&item["problem"]["code"])
            .as_str()
            .unwrap()
            .to_owned()
    };
    let verdicts: Vec<String> = items.as_array().unwrap().iter().map(verdict).collect();
    assert_eq!(
        verdicts,
        ["TX_SIGNATURE", "pending", "TX_ARGUMENTS", "committed", "pending"]
    );
    assert!(
        items
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item.get("status").is_some() != item.get("problem").is_some())
    );
}

#[test]
fn a_batch_holds_one_to_five_hundred() {
    let api = Api::new(Ledger::new());
    let one = sign(&api, 1, json!({}));
    assert_eq!(api.post(BATCH, batch(&vec![one.clone(); 500])).status, 200);
    assert_eq!(code(&api.post(BATCH, batch(&vec![one; 501]))), "400 API_REQUEST");
    assert_eq!(code(&api.post(BATCH, "[]")), "400 API_REQUEST");
}

#[test]
fn only_plain_json_within_the_limit_is_read() {
    let api = Api::new(Ledger::new());
    let good = bytes(&sign(&api, 1, json!({})));
    for (headers, expected) in [
        (vec![], "415 API_MEDIA_TYPE"),
        (vec![("content-type", "text/plain")], "415 API_MEDIA_TYPE"),
        (
            vec![("content-type", "application/json"), ("content-encoding", "gzip")],
            "415 API_MEDIA_TYPE",
        ),
    ] {
        for address in [SINGLE, BATCH] {
            assert_eq!(code(&api.send("POST", address, &headers, good.clone())), expected);
        }
    }
    let charset = [("content-type", "application/json; charset=utf-8")];
    assert_eq!(
        api.send("POST", SINGLE, &charset, good).status,
        StatusCode::ACCEPTED
    );
    // Twice the chain's 4 KiB and 64 KiB for the signatures.
    assert_eq!(code(&api.post(SINGLE, vec![b' '; 72 * 1024])), "400 TX_MALFORMED");
    assert_eq!(
        code(&api.post(SINGLE, vec![b' '; 72 * 1024 + 1])),
        "413 API_TOO_LARGE"
    );
    assert_eq!(
        code(&api.post(BATCH, vec![b' '; (2 << 20) + 1])),
        "413 API_TOO_LARGE"
    );
}
