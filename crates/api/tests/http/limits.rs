//! Rates and bounds.

use std::sync::atomic::Ordering;

use serde_json::json;
use yinxin_api::{HttpLimits, Rate};
use yinxin_types::Transaction;

use crate::call::Api;
use crate::ledger::{Ledger, key};
use crate::node::TestNode;

const RATE: Rate = Rate {
    per_second: 1,
    burst: 2,
};

fn with(limits: HttpLimits) -> Api {
    Api::with(TestNode::new(Ledger::new()), limits)
}

fn post(api: &Api, transaction: &Transaction) -> crate::call::Answer {
    api.post(
        "/api/v1/transactions",
        serde_json::to_vec(&transaction.to_envelope()).unwrap(),
    )
}

#[test]
fn a_large_submission_needs_a_place_among_the_large_requests_and_an_ordinary_one_does_not() {
    const LONGEST_ORDINARY: usize = 192 << 10;
    let full = with(HttpLimits {
        batches: 0,
        ..HttpLimits::default()
    });
    let code = |api: &Api, length: usize| api.post("/api/v1/transactions", vec![b' '; length]).code();
    assert_eq!(code(&full, LONGEST_ORDINARY + 1), "API_UNAVAILABLE");
    assert_eq!(post(&full, &sign(&full, 1)).status, 202);
    // The chain of these tests takes 72 KiB: what is longer is too large, once it has a place.
    assert_eq!(code(&full, LONGEST_ORDINARY), "API_TOO_LARGE");
    assert_eq!(
        code(&with(HttpLimits::default()), LONGEST_ORDINARY + 1),
        "API_TOO_LARGE"
    );
}

fn sign(api: &Api, by: u8) -> Transaction {
    api.node
        .ledger
        .lock()
        .unwrap()
        .sign(by, "evidence.deposit", json!({}))
}

#[test]
fn an_address_that_asks_too_often_is_told_when_to_come_again() {
    let api = with(HttpLimits {
        address_rate: RATE,
        ..HttpLimits::default()
    });
    assert_eq!(
        (api.get("/healthz").status, api.get("/healthz").status),
        (200, 200)
    );
    let refused = api.get("/healthz");
    assert_eq!(
        (
            refused.status,
            refused.code().as_str(),
            refused.header("retry-after")
        ),
        (429, "API_RATE", "1")
    );
    api.node.now.fetch_add(1_000, Ordering::SeqCst);
    assert_eq!(api.get("/healthz").status, 200);
}

#[test]
fn one_address_does_not_use_up_the_rate_of_another() {
    let limits = HttpLimits {
        address_rate: RATE,
        proxies: vec!["127.0.0.1".parse().unwrap()],
        ..HttpLimits::default()
    };
    let api = with(limits);
    let from = |address: &str| {
        api.send("GET", "/healthz", &[("x-forwarded-for", address)], Vec::new())
            .status
    };
    assert_eq!(
        [from("10.0.0.1"), from("10.0.0.1"), from("10.0.0.1")],
        [200, 200, 429]
    );
    assert_eq!(from("10.0.0.2"), 200);
}

#[test]
fn each_transaction_of_a_batch_counts() {
    let api = with(HttpLimits {
        address_rate: Rate {
            per_second: 1,
            burst: 5,
        },
        ..HttpLimits::default()
    });
    let batch: Vec<_> = (1..=5).map(|by| sign(&api, by).to_envelope()).collect();
    let batch = serde_json::to_vec(&batch).unwrap();
    assert_eq!(api.post("/api/v1/transactions/batch", batch).status, 200);
    assert_eq!(api.get("/healthz").status, 429);
}

#[test]
fn an_account_that_submits_too_often_is_slowed_and_others_are_not() {
    let api = with(HttpLimits {
        account_rate: RATE,
        ..HttpLimits::default()
    });
    let transactions = [1, 1, 1, 2].map(|by| sign(&api, by));
    let statuses = transactions
        .each_ref()
        .map(|transaction| post(&api, transaction).status);
    assert_eq!(statuses, [202, 202, 429, 202]);
    let batch = serde_json::to_vec(&[transactions[2].to_envelope(), transactions[3].to_envelope()]).unwrap();
    let items = api.post("/api/v1/transactions/batch", batch).json()["items"].clone();
    assert_eq!(
        (&items[0]["problem"]["code"], &items[1]["status"]),
        (&json!("API_RATE"), &json!("pending"))
    );
}

#[test]
fn nobody_uses_up_the_rate_of_an_account_without_its_signature() {
    let api = with(HttpLimits {
        account_rate: RATE,
        ..HttpLimits::default()
    });
    for _ in 0..5 {
        let mut forged = sign(&api, 1);
        forged.signatures[0].signature = key(2).sign(&forged.body);
        assert_eq!(post(&api, &forged).code(), "TX_SIGNATURE");
    }
    assert_eq!(post(&api, &sign(&api, 1)).status, 202);
}

#[test]
fn bounds_on_what_happens_at_once_answer_busy() {
    let closed = |change: fn(&mut HttpLimits)| {
        let mut limits = HttpLimits::default();
        change(&mut limits);
        with(limits)
    };
    let id = crate::ledger::digest("x");
    let requests = closed(|limits| limits.requests = 0).get("/healthz");
    let waiting = closed(|limits| limits.waiting = 0).get(&format!("/api/v1/transactions/{id}?wait_ms=5"));
    let assemblies = closed(|limits| limits.assemblies = 0);
    let receipt = assemblies.get(&format!("/api/v1/receipts/{id}"));
    let report = assemblies.get(&format!("/api/v1/evidence/{id}/report"));
    let batches = closed(|limits| limits.batches = 0).post("/api/v1/transactions/batch", "[]");
    for answer in [requests, waiting, receipt, report, batches] {
        assert_eq!((answer.status, answer.code().as_str()), (503, "API_UNAVAILABLE"));
    }
}

#[test]
fn a_node_that_can_run_no_more_work_says_so() {
    let api = with(HttpLimits::default());
    api.node.busy.store(true, Ordering::SeqCst);
    let id = crate::ledger::digest("x");
    for address in [
        "blocks".to_owned(),
        "evidence".to_owned(),
        format!("receipts/{id}"),
        format!("transactions/{id}"),
    ] {
        assert_eq!(
            api.get(&format!("/api/v1/{address}")).code(),
            "API_UNAVAILABLE",
            "{address}"
        );
    }
    assert_eq!(api.get("/api/v1/status").status, 200);
}
