//! FEEL by examples from approvals, beside the public tests: numbers, dates, names, nulls with their reasons, limits.

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

use serde_json::{Value as Json, json};
use yinxin_rules::{Budget, Code, Context, Expression, Value, limits};

fn over(text: &str, facts: Json) -> Value {
    let facts = Context::from_json(&facts).unwrap();
    let expression = match Expression::parse(text) {
        Ok(expression) => expression,
        Err(error) => panic!("{text}: {error}"),
    };
    expression.evaluate(&facts, &mut Budget::default()).unwrap()
}

/// The value as FEEL writes it.
fn of(text: &str) -> String {
    over(text, json!({})).to_string()
}

fn refused(text: &str) -> Code {
    Expression::parse(text).unwrap_err().code
}

/// Why it gives null.
fn null(text: &str) -> Code {
    let mut budget = Budget::default();
    let value = Expression::parse(text)
        .unwrap()
        .evaluate(&Context::default(), &mut budget)
        .unwrap();
    assert!(value.is_null(), "{text}");
    budget.nulls()[0].code
}

#[test]
fn money_is_computed_to_the_last_of_34_digits() {
    assert_eq!(of("0.1 + 0.2"), "0.3");
    assert_eq!(of("1 / 3"), "0.3333333333333333333333333333333333");
    assert_eq!(of("2 / 3"), "0.6666666666666666666666666666666667");
    assert_eq!(
        of("99999999999999999999999999999999.99 + 0.01"),
        "100000000000000000000000000000000"
    );
    assert_eq!(of("decimal(2.345, 2)"), "2.34");
    assert_eq!(of("round half up(2.345, 2)"), "2.35");
    assert_eq!(of("modulo(-10, 3)"), "2");
    assert_eq!(of("2 ** 100"), "1267650600228229401496703205376");
    assert_eq!(of("-2 ** 2"), "4");
    assert_eq!(of("2 ** -1"), "0.5");
    assert_eq!(of("4 ** 0.5"), "2");
    assert_eq!(of("sqrt(2)"), "1.414213562373095048801688724209698");
    assert_eq!(of("exp(1)"), "2.718281828459045235360287471352662");
    assert_eq!(of("log(10)"), "2.302585092994045684017991454684364");
}

#[test]
fn days_and_months_are_added_as_the_law_counts_them() {
    assert_eq!(of(r#"date("2026-01-31") + duration("P1M")"#), "2026-02-28");
    assert_eq!(of(r#"date("2024-02-29") + duration("P1Y")"#), "2025-02-28");
    assert_eq!(of(r#"date("2026-03-01") - date("2026-02-01")"#), "P28D");
    assert_eq!(of(r#"@"2026-11-25" in [@"2026-11-01"..@"2026-11-30"]"#), "true");
    assert_eq!(
        of(r#"years and months duration(date("2008-05-01"), date("2026-04-30")).years >= 18"#),
        "false"
    );
    assert_eq!(of(r#"@"2026-11-25".weekday"#), "3");
    assert_eq!(of(r#"day of week(@"2026-11-25")"#), "\"Wednesday\"");
    assert_eq!(
        of(r#"for d in @"2026-02-27"..@"2026-03-01" return d.day"#),
        "[27, 28, 1]"
    );
}

#[test]
fn names_have_spaces_and_chinese_characters() {
    let facts = json!({ "floor area": 99, "面积": 120, "applicant": { "full name": "张三" } });
    assert_eq!(over("floor area + 面积", facts.clone()).to_string(), "219");
    assert_eq!(over("applicant.full name", facts.clone()).to_string(), "\"张三\"");
    assert_eq!(
        over("if floor area > 90 and 面积 > 90 then \"大\" else \"小\"", facts).to_string(),
        "\"大\""
    );
    assert_eq!(of("{a-b: 5, c: a-b - 1}.c"), "4");
}

#[test]
fn lists_are_filtered_searched_and_sorted() {
    let facts = json!({ "materials": [{ "name": "plan", "pages": 3 }, { "name": "deed", "pages": 1 }] });
    assert_eq!(
        over("materials[pages > 1].name", facts.clone()).to_string(),
        "[\"plan\"]"
    );
    assert_eq!(
        over("every m in materials satisfies m.pages > 0", facts.clone()).to_string(),
        "true"
    );
    assert_eq!(
        over(
            "sort(materials, function(a, b) a.pages < b.pages)[1].name",
            facts.clone()
        )
        .to_string(),
        "\"deed\""
    );
    assert_eq!(over("sum(materials.pages)", facts).to_string(), "4");
    assert_eq!(of("[1, 2, 3][-1]"), "3");
}

#[test]
fn a_null_says_why_it_is_one() {
    for (text, code) in [
        ("missing", Code::NullName),
        ("1 + \"1\"", Code::NullType),
        ("1 = \"1\"", Code::NullType),
        ("1 / 0", Code::NullNumber),
        ("10 ** 7000", Code::NullNumber),
        ("sum([])", Code::NullArgument),
        ("date(\"2026-02-30\")", Code::NullArgument),
        ("[1][2]", Code::NullIndex),
        ("\"a\" < 1", Code::NullType),
    ] {
        assert_eq!(null(text), code, "{text}");
    }
}

#[test]
fn three_truth_values_decide_what_they_can() {
    assert_eq!(of("null and false"), "false");
    assert_eq!(of("null or true"), "true");
    assert_eq!(of("null and true"), "null");
    assert_eq!(of("not(null)"), "null");
}

#[test]
fn what_differs_between_nodes_and_what_does_not_exist_is_refused_when_it_is_read() {
    for (text, code) in [
        ("now()", Code::Unsupported),
        ("today() > x", Code::Unsupported),
        ("function(a) external { java: {} }", Code::Unsupported),
        ("@\"10:00:00@Asia/Shanghai\"", Code::Unsupported),
        ("matches(x, \"(a)\\1\")", Code::Unsupported),
        ("foo(1)", Code::Function),
        ("x instance of Money", Code::Type),
        ("1 +", Code::Syntax),
        ("\"open", Code::Syntax),
        ("", Code::Syntax),
        ("{a: 1, a: 2}", Code::Syntax),
    ] {
        assert_eq!(refused(text), code, "{text}");
    }
}

#[test]
fn texts_that_are_too_long_or_too_deep_are_refused() {
    assert_eq!(refused(&"1".repeat(limits::EXPRESSION_BYTES + 1)), Code::TooLarge);
    assert_eq!(refused(&"+1".repeat(limits::TOKENS)), Code::TooLarge);
    assert_eq!(
        refused(&format!("{}1{}", "(".repeat(100), ")".repeat(100))),
        Code::TooLarge
    );
    assert_eq!(
        refused(&format!("1{}", " + 1".repeat(usize::from(limits::HEIGHT)))),
        Code::TooLarge
    );
    let deep = usize::from(limits::NESTING) - 1;
    assert_eq!(of(&format!("{}1{}", "(".repeat(deep), ")".repeat(deep))), "1");
}

#[test]
fn functions_that_call_each_other_end_at_a_depth() {
    // Each is given itself, so that it can call itself without a name.
    let text = "{f: function(g, n) g(g, n + 1), r: f(f, 0)}.r";
    let code = Expression::parse(text)
        .unwrap()
        .evaluate(&Context::default(), &mut Budget::new(1_000_000))
        .unwrap_err()
        .code;
    assert_eq!(code, Code::Depth);
}

#[test]
fn patterns_are_those_of_xpath_and_take_linear_time() {
    assert_eq!(of(r#"matches("430104-2026", "^\d{6}-\d{4}$")"#), "true");
    assert_eq!(of(r#"matches("abc", "[a-z-[aeiou]]bc")"#), "false");
    assert_eq!(
        of(r#"replace("2026-11-25", "(\d+)-(\d+)-(\d+)", "$3.$2.$1")"#),
        "\"25.11.2026\""
    );
    assert_eq!(of(r#"split("a;b;;c", ";")"#), "[\"a\", \"b\", \"\", \"c\"]");
    let long = "a".repeat(5_000);
    assert_eq!(of(&format!(r#"matches("{long}", "^(a|aa)+$b")"#)), "false");
}

#[test]
fn a_result_that_would_be_too_large_ends_the_evaluation() {
    let text = r#"for i in 1..1000 return string join(for j in 1..100 return "0123456789", ",")"#;
    let code = Expression::parse(text)
        .unwrap()
        .evaluate(&Context::default(), &mut Budget::new(u64::MAX))
        .unwrap_err()
        .code;
    assert_eq!(code, Code::Size);
}
