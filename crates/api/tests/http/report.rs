//! The court report: proven, declared and absent kept apart.

use serde_json::{Value, json};
use yinxin_types::ReceiptFile;

use crate::call::Api;
use crate::ledger::{Ledger, capture, digest, entry};

fn bases(report: &Value) -> Vec<(&str, &str)> {
    let points = report["points"].as_array().unwrap().iter();
    points
        .map(|point| (point["topic"].as_str().unwrap(), point["basis"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_capture_block_makes_declarations_of_what_would_be_absent() {
    let mut ledger = Ledger::new();
    let (_, with) = ledger.deposit(1, "a file", capture());
    let (_, without) = ledger.deposit(1, "another file", json!({}));
    let api = Api::new(ledger);
    for (entry, basis) in [(with, "declared"), (without, "absent")] {
        let report = api.get(&format!("/api/v1/evidence/{entry}/report")).json();
        let expected = [
            ("environment", basis),
            ("origin", "ledger"),
            ("storage", "ledger"),
            ("extraction", basis),
            ("integrity", "ledger"),
            ("verification", "ledger"),
            ("presumption", "ledger"),
            ("platform", "ledger"),
            ("before_chain", basis),
        ];
        assert_eq!(bases(&report), expected);
    }
}

#[test]
fn every_point_speaks_both_languages_and_names_its_article() {
    let mut ledger = Ledger::new();
    let entries = [
        ledger.deposit(1, "a file", capture()).1,
        ledger.deposit(1, "another file", json!({})).1,
    ];
    let api = Api::new(ledger);
    for entry in entries {
        let report = api.get(&format!("/api/v1/evidence/{entry}/report")).json();
        for point in report["points"].as_array().unwrap() {
            let topic = point["topic"].as_str().unwrap();
            assert!(point["source"].as_str().unwrap().contains('§'), "{topic}");
            assert_spoken(&point["messages"], topic);
        }
        let standards = report["standards"].as_array().unwrap();
        let numbers: Vec<_> = standards
            .iter()
            .map(|one| one["number"].as_str().unwrap())
            .collect();
        assert_eq!(
            numbers,
            [
                "GB/T 43580-2023",
                "FIPS 180-4",
                "RFC 8032",
                "RFC 8785",
                "RFC 9162"
            ]
        );
        standards
            .iter()
            .for_each(|one| assert_spoken(&one["name"], "standard"));
    }
}

/// A key without a sentence would show as the key itself.
fn assert_spoken(messages: &Value, key: &str) {
    for language in ["en", "zh-CN"] {
        let text = messages[language].as_str().unwrap();
        assert!(
            !text.is_empty() && !text.starts_with(key),
            "{key} has no sentence in {language}"
        );
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
    assert_eq!(
        (&of(first)["first_in_time"], &of(first)["depositor"]["name"]),
        (&json!(true), &json!("甲市数据局"))
    );
    assert_eq!(
        (&of(name)["first_in_time"], &of(name)["depositor"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(
        (
            &of(first)["finality"]["quorum"],
            of(first)["finality"]["signers"].as_array().unwrap().len()
        ),
        (&json!(3), 3)
    );
    let receipt: ReceiptFile = serde_json::from_value(of(first)["receipt"].clone()).unwrap();
    assert_eq!(receipt.receipt.height.0, 1);
}
