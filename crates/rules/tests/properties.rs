//! What holds of all texts, documents, numbers and times.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::print_stderr,
    reason = "a helper that fails has failed its test, and a test says that it is skipped"
)]

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use yinxin_rules::decimal::Rounding;
use yinxin_rules::time::{Date, DateTime, Days, Months, Time};
use yinxin_rules::{Budget, Context, Decimal, Document, Expression, Value, decide};

/// Texts that look like FEEL.
fn expression() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "1",
        "2.5",
        "-",
        "+",
        "*",
        "/",
        "**",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ".",
        "..",
        "<",
        ">=",
        "=",
        "!=",
        "and",
        "or",
        "not(",
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "between",
        "instance of",
        "number",
        "list<number>",
        "x",
        "y z",
        "?",
        "item",
        "\"text\"",
        "@\"2026-11-25\"",
        "@\"P1M\"",
        "null",
        "true",
        "sum(",
        "count(",
        "string(",
        "date(",
        "duration(\"P1D\")",
        "sort(",
        "function(a)",
        "substring(",
        "matches(",
        "\"a+\"",
        "concatenate(",
        "range(\"[1..2]\")",
        "abs(",
        "exp(",
        "partial",
    ]);
    prop::collection::vec(words, 1..24).prop_map(|words| words.join(" "))
}

fn facts() -> Context {
    Context::from_json(&json!({ "x": 7, "y z": ["a", { "b": null }], "?": "text" })).unwrap()
}

/// An evaluation ends, and in the same way when it is asked again.
fn ends_alike(text: &str) {
    if let Ok(expression) = Expression::parse(text) {
        let ask = || {
            let mut budget = Budget::new(20_000);
            let value = expression.evaluate(&facts(), &mut budget);
            (format!("{value:?}"), budget.steps(), budget.nulls().to_vec())
        };
        assert_eq!(ask(), ask(), "{text}");
    }
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), -40_i32..40)
        .prop_map(|(coefficient, exponent)| Decimal::new(i128::from(coefficient), exponent).unwrap())
}

fn date() -> impl Strategy<Value = Date> {
    (-200_000_i64..200_000, 1_i64..=12, 1_i64..=28)
        .prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_is_an_expression_or_is_refused_and_ends_alike(text in any::<String>()) {
        ends_alike(&text);
    }

    #[test]
    fn any_words_of_feel_end_within_the_budget_and_alike(text in expression()) {
        ends_alike(&text);
    }

    #[test]
    fn a_number_is_read_as_it_was_written(number in decimal()) {
        prop_assert_eq!(number.to_string().parse::<Decimal>().unwrap(), number);
    }

    #[test]
    fn sums_and_products_keep_the_rules_of_arithmetic(a in decimal(), b in decimal()) {
        prop_assert_eq!(a.plus(b), b.plus(a));
        prop_assert_eq!(a.times(b), b.times(a));
        prop_assert_eq!(a.minus(a), Some(Decimal::ZERO));
        if !b.is_zero() && let Some(quotient) = a.over(b) {
            // The quotient is rounded to 34 digits, so the product differs from the dividend in the last of them only.
            let back = quotient.times(b).unwrap().minus(a).unwrap().absolute();
            let last = a.absolute().over(Decimal::new(10_i128.pow(32), 0).unwrap()).unwrap();
            prop_assert!(back <= last, "{a} / {b}: {back}");
        }
    }

    #[test]
    fn a_rounded_number_is_whole_and_less_than_one_away(number in decimal()) {
        for rounding in [Rounding::HalfEven, Rounding::HalfUp, Rounding::HalfDown, Rounding::Up, Rounding::Down, Rounding::Ceiling, Rounding::Floor] {
            let rounded = number.rounded(0, rounding).unwrap();
            prop_assert!(rounded.is_integer());
            prop_assert!(rounded.minus(number).unwrap().absolute() < Decimal::ONE);
        }
    }

    #[test]
    fn small_numbers_are_computed_as_whole_numbers_are(a in -1_000_000_i64..1_000_000, b in -1_000_i64..1_000) {
        let (left, right) = (Decimal::from(a), Decimal::from(b));
        prop_assert_eq!(left.plus(right), Some(Decimal::from(a + b)));
        prop_assert_eq!(left.times(right), Some(Decimal::from(a * b)));
        prop_assert_eq!(left.cmp(&right), a.cmp(&b));
        if b > 0 {
            prop_assert_eq!(left.modulo(right), Some(Decimal::from(a.rem_euclid(b))));
        }
    }

    #[test]
    fn dates_and_durations_are_read_as_they_were_written_and_go_there_and_back(
        date in date(),
        seconds in 0_i64..86_400,
        nanos in 0_i64..1_000_000_000,
        offset in prop::option::of(-50_000_i32..50_000),
        days in -1_000_000_000_000_000_000_i128..1_000_000_000_000_000_000,
        months in -100_000_i64..100_000,
    ) {
        let time = Time::new(seconds / 3_600, seconds / 60 % 60, seconds % 60, nanos, offset).unwrap();
        let moment = DateTime { date, time };
        let (days, months) = (Days::new(days).unwrap(), Months::new(months).unwrap());
        prop_assert_eq!(date.to_string().parse::<Date>().unwrap(), date);
        prop_assert_eq!(moment.to_string().parse::<DateTime>().unwrap(), moment);
        prop_assert_eq!(days.to_string().parse::<Days>().unwrap(), days);
        prop_assert_eq!(months.to_string().parse::<Months>().unwrap(), months);
        let later = moment.plus(days).unwrap();
        prop_assert_eq!(later.minus(moment), Some(days));
        prop_assert_eq!(later.plus(days.negated()), Some(moment));
        let later = date.plus_months(months).unwrap();
        prop_assert_eq!(date.months_until(later), Some(months));
    }

    #[test]
    fn what_json_says_is_said_again(text in any::<String>(), whole in -9_007_199_254_740_991_i64..=9_007_199_254_740_991) {
        let json = json!({ "a": [text, whole, null, true], "b": { "c": text } });
        prop_assert_eq!(Value::from_json(&json).unwrap().to_json(), json);
    }

    #[test]
    fn any_bytes_are_a_document_or_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = Document::read(&bytes);
    }

    #[test]
    fn a_document_with_anything_changed_is_read_or_refused_and_decides_within_its_budget(
        at in 0_usize..6_000, length in 0_usize..60, put in "[ -~]{0,8}"
    ) {
        let mut text = include_str!("decisions/acceptance.dmn").chars().collect::<Vec<char>>();
        let at = at.min(text.len());
        text.splice(at..(at + length).min(text.len()), put.chars());
        let text: String = text.into_iter().collect();
        if let Ok(document) = Document::read(text.as_bytes()) {
            prop_assert_eq!(document.export(), text.as_bytes());
            let facts: BTreeMap<String, Json> = BTreeMap::from([
                ("kind".to_owned(), json!("repair")),
                ("floor area".to_owned(), json!(100)),
                ("submitted".to_owned(), json!("2026-11-25")),
                ("missing".to_owned(), json!([])),
            ]);
            for decision in document.decisions() {
                let ask = || decide(&decision, &facts, &mut Budget::new(20_000));
                prop_assert_eq!(ask(), ask());
            }
        }
    }
}
