//! An expression of FEEL from anywhere: it is read or refused; what is read ends within its budget, and gives the same when it is asked
//! again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use yinxin_rules::{Budget, Context, Expression};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(expression) = Expression::parse(text) else {
        return;
    };
    let facts = json!({ "x": 7, "y z": ["a", { "b": null }, 3], "when": "2026-11-25", "?": "text" });
    let facts = Context::from_json(&facts).expect("the facts are values");
    let ask = || {
        let mut budget = Budget::new(20_000);
        let value = expression.evaluate(&facts, &mut budget);
        (format!("{value:?}"), budget.steps())
    };
    assert_eq!(ask(), ask(), "another result when asked again");
});
