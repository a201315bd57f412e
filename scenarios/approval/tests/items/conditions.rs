//! The language of conditions as it is read today.

use serde_json::{Value, json};
use yinxin_approval::documents::conditions::Comparisons;
use yinxin_workflow::{Budget, Language, Variables};

fn value(text: &str) -> Value {
    let variables: Variables = [
        ("area", json!(80)),
        ("decision", json!("approve")),
        ("unknown", Value::Null),
        ("urgent", json!(true)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    let read = Comparisons.parse(text).unwrap();
    read.evaluate(&variables, &mut Budget::new(1000)).unwrap()
}

#[test]
fn comparisons_mean_what_feel_means_by_them() {
    for (text, expected) in [
        ("decision = \"approve\"", json!(true)),
        ("decision != \"approve\"", json!(false)),
        ("decision=\"refuse\"", json!(false)),
        ("area >= 80 and area < 100", json!(true)),
        ("area <= 79", json!(false)),
        ("area > -1", json!(true)),
        ("urgent", json!(true)),
        ("urgent = false", json!(false)),
        ("unknown = null", json!(true)),
        ("decision = null", json!(false)),
        ("unknown != null", json!(false)),
        // What is not known is neither true nor false, but nothing makes false true.
        ("area", Value::Null),
        ("unknown < 3", Value::Null),
        ("decision = 3", Value::Null),
        ("missing", Value::Null),
        ("unknown < 3 and area = 1", json!(false)),
        ("unknown < 3 and area = 80", Value::Null),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn the_rest_of_feel_is_refused_and_not_misread() {
    for text in [
        "",
        "1",
        "\"a\"",
        "a = b",
        "a +1",
        "a = 1 or b = 2",
        "not(a)",
        "if a then b",
        "a = 1.5",
        "a < \"x\"",
        "a = \"x",
        "a = [1]",
        "a in [1..2]",
        "a = 1 and",
        "a = 1 andb",
        "a.b = 1",
        "a == 1",
        "a = \"\\n\"",
        "a = 9007199254740993",
        "a = +1",
        "true",
        "null",
    ] {
        assert!(Comparisons.parse(text).is_err(), "{text}");
    }
    let many = vec!["a = 1"; 17].join(" and ");
    assert!(Comparisons.parse(&many).is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,80}") {
        let _ = Comparisons.parse(&text);
    }
}
