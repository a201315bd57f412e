//! The court report: what is proven, what was stated and what was not shown, kept apart; links and challenges from the ledger.

use serde_json::{Value, json};
use yinxin_types::ReceiptFile;

use crate::call::Api;
use crate::ledger::{Ledger, capture, digest, entry};

fn standings(report: &Value) -> Vec<(&str, &str)> {
    let lists = ["six_items", "questions"];
    let items = lists
        .iter()
        .flat_map(|list| report["report"][list].as_array().unwrap());
    items
        .map(|item| (item["item"].as_str().unwrap(), item["standing"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_capture_block_is_stated_where_nothing_would_be_shown() {
    let mut ledger = Ledger::new();
    let (_, with) = ledger.deposit(1, "a file", capture());
    let (_, without) = ledger.deposit(1, "another file", json!({}));
    let api = Api::new(ledger);
    for (entry, standing) in [(with, "stated"), (without, "not_shown")] {
        let report = api.get(&format!("/api/v1/evidence/{entry}/report")).json();
        let expected = [
            ("一", standing),
            ("二", "proven"),
            ("三", "proven"),
            ("四", standing),
            // No file is at hand where the node writes its report.
            ("五", "not_shown"),
            ("六", "proven"),
            ("a", "not_shown"),
            ("b", "not_shown"),
            ("c", standing),
        ];
        assert_eq!(standings(&report), expected);
    }
}

#[test]
fn every_item_speaks_both_languages() {
    let mut ledger = Ledger::new();
    let (_, entry) = ledger.deposit(1, "a file", capture());
    let report = Api::new(ledger)
        .get(&format!("/api/v1/evidence/{entry}/report"))
        .json();
    let report = &report["report"];
    let lists = ["six_items", "questions", "standards", "not_proven"];
    let items = lists.iter().flat_map(|list| report[list].as_array().unwrap());
    let sentences = items.flat_map(|item| match item.get("en") {
        Some(_) => vec![item],
        None => ["question", "answer", "title"]
            .iter()
            .filter_map(|name| item.get(name))
            .collect(),
    });
    for messages in sentences.chain([&report["conclusion"], &report["title"]]) {
        for language in ["en", "zh-CN"] {
            assert!(!messages[language].as_str().unwrap().is_empty(), "{messages}");
        }
    }
}

#[test]
fn the_report_names_depositor_signers_and_whoever_was_first() {
    let mut ledger = Ledger::new();
    let (_, first) = ledger.deposit(102, "a file", json!({}));
    let second = ledger.verified(
        2,
        "evidence.deposit",
        json!({ "commitment": digest("a file"), "kind": "open", "media_type": "text/plain", "size": 6 }),
    );
    let first_deposit = json!({ "entry": first, "height": 1, "time": crate::ledger::START + 1_000 });
    let name = entry(2, &digest("a file"));
    ledger.single(
        second,
        0,
        json!({ "entry": name, "first": first_deposit, "repeat": false }),
    );
    let api = Api::new(ledger);
    let of = |entry| api.get(&format!("/api/v1/evidence/{entry}/report")).json();
    let (of_first, of_second) = (of(first), of(name));
    let deposit = |report: &Value| {
        let deposit = &report["report"]["deposit"];
        (
            deposit["first_in_time"].clone(),
            deposit["member"]["name"].clone(),
        )
    };
    assert_eq!(deposit(&of_first), (json!(true), json!("甲市数据局")));
    assert_eq!(deposit(&of_second), (json!(false), Value::Null));
    let proof = &of_first["report"]["proof"];
    assert_eq!(
        (&proof["quorum"], proof["signers"].as_array().unwrap().len()),
        (&json!(3), 3)
    );
    let receipt: ReceiptFile = serde_json::from_value(of_first["receipt"].clone()).unwrap();
    assert_eq!(receipt.receipt.height.0, 1);
}
