//! The rules of an item's content that need no record.

use serde_json::{Value, json};
use yinxin_approval::items::content::Content;

use crate::support::{content, with};

fn faults(content: Value) -> Vec<(&'static str, String)> {
    let content: Content = serde_json::from_value(content).unwrap();
    content
        .faults()
        .into_iter()
        .map(|fault| (fault.code.name, fault.field))
        .collect()
}

#[test]
fn each_rule_of_the_content_is_kept_once_and_broken_once() {
    assert_eq!(faults(content()), []);
    let long = "长".repeat(700);
    for (pointer, value, code, field) in [
        ("/name/zh", json!(" "), "ITEM_FIELD", "name/zh"),
        ("/name/en", json!("a\u{7}"), "ITEM_FIELD", "name/en"),
        ("/conditions/zh", json!(long), "ITEM_FIELD", "conditions/zh"),
        ("/conditions/en", json!(""), "ITEM_FIELD", "conditions/en"),
        ("/contact/zh", json!(""), "ITEM_FIELD", "contact/zh"),
        ("/events", json!([]), "ITEM_FIELD", "events"),
        ("/served", json!([]), "ITEM_FIELD", "served"),
        ("/visits", json!(10), "ITEM_FIELD", "visits"),
        ("/laws", json!([]), "ITEM_BASIS", "laws"),
        ("/laws/0", json!(""), "ITEM_BASIS", "laws/0"),
        ("/statutory", Value::Null, "ITEM_PERIOD", "statutory"),
        ("/statutory/count", json!(0), "ITEM_PERIOD", "statutory"),
        ("/statutory/unit", json!("seconds"), "ITEM_PERIOD", "statutory"),
        ("/handling/period/count", json!(21), "ITEM_PERIOD", "promised"),
        (
            "/handling/period",
            json!({ "count": 1, "unit": "months" }),
            "ITEM_PERIOD",
            "promised",
        ),
        (
            "/handling",
            json!({ "kind": "immediate" }),
            "ITEM_PERIOD",
            "special",
        ),
        (
            "/fee",
            json!({ "basis": "", "kind": "charged" }),
            "ITEM_FEE",
            "fee/basis",
        ),
        (
            "/fee",
            json!({ "amount": 0, "basis": "价格法", "kind": "charged" }),
            "ITEM_FEE",
            "fee/amount",
        ),
        ("/process/key", json!("Permit"), "ITEM_PROCESS", "process"),
        ("/process/version", json!(0), "ITEM_PROCESS", "process"),
        ("/form/key", json!(""), "ITEM_FORM", "form"),
        (
            "/materials/0/class",
            json!("Plan"),
            "ITEM_MATERIAL",
            "materials/0/class",
        ),
        (
            "/materials/1/class",
            json!("plan"),
            "ITEM_MATERIAL",
            "materials/1/class",
        ),
        (
            "/materials/0/name/en",
            json!(""),
            "ITEM_MATERIAL",
            "materials/0/name/en",
        ),
        (
            "/materials/2/source/type",
            json!("?"),
            "ITEM_MATERIAL",
            "materials/2/source",
        ),
        ("/decision/grade", json!(0), "ITEM_DECISION", "decision/grade"),
        ("/decision/grade", json!(5), "ITEM_DECISION", "decision/grade"),
        (
            "/decision/licence/kind",
            json!(""),
            "ITEM_DECISION",
            "decision/licence/kind",
        ),
        (
            "/decision/licence/validity",
            Value::Null,
            "ITEM_DECISION",
            "decision/licence/renewal",
        ),
        (
            "/type",
            json!("service"),
            "ITEM_DECISION",
            "decision/licence/renewal",
        ),
    ] {
        assert_eq!(
            faults(with(content(), pointer, value.clone())),
            [(code, field.to_owned())],
            "{pointer} {value}"
        );
    }
}

#[test]
fn a_promise_in_days_is_within_a_period_of_working_days_or_months_if_it_surely_ends_no_later() {
    let days = |count: u32, unit: &str, law: u32, of: &str| {
        let period = json!({ "count": count, "unit": unit });
        let content = with(content(), "/handling/period", period);
        faults(with(content, "/statutory", json!({ "count": law, "unit": of }))).is_empty()
    };
    assert!(days(20, "days", 20, "working_days"));
    assert!(!days(21, "days", 20, "working_days"));
    assert!(days(28, "days", 1, "months"));
    assert!(!days(29, "days", 1, "months"));
    assert!(!days(5, "working_days", 20, "days"));
    assert!(days(2, "months", 2, "months"));
}

#[test]
fn what_is_no_field_of_an_item_is_refused() {
    for changed in [
        with(content(), "/owner", json!("x")),
        with(content(), "/name/fr", json!("x")),
        with(content(), "/handling/days", json!(1)),
        with(content(), "/events", json!(["party"])),
        with(content(), "/materials/0/source", json!({ "kind": "found" })),
        with(content(), "/laws", Value::Null),
        with(content(), "/visits", json!(1.5)),
    ] {
        assert!(
            serde_json::from_value::<Content>(changed.clone()).is_err(),
            "{changed}"
        );
    }
}
