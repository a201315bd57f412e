//! What a condition and a decision table of twenty rules cost: `cargo run --release -p yinxin-rules --example rules_speed`.

#![expect(
    clippy::print_stdout,
    clippy::arithmetic_side_effects,
    reason = "a measurement, not a part of the product"
)]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use serde_json::json;
use yinxin_rules::{Budget, Context, Document, Expression, decide};

const CONDITION: &str =
    r#"applicant.age >= 18 and area <= 120.5 and kind in ("new", "rebuilt") and not(blocked)"#;

/// The mean of as many runs as a second holds, in microseconds and their thousandths.
fn measured(name: &str, mut run: impl FnMut() -> u64) {
    let steps = run();
    let begun = Instant::now();
    let mut runs: u32 = 0;
    while begun.elapsed() < Duration::from_secs(1) {
        run();
        runs = runs.saturating_add(1);
    }
    let nanos = begun
        .elapsed()
        .as_nanos()
        .checked_div(u128::from(runs))
        .unwrap_or_default();
    println!(
        "{name}: {}.{:03} µs ({steps} steps)",
        nanos.div_euclid(1_000),
        nanos.rem_euclid(1_000)
    );
}

/// A table of twenty rules over three columns, of which the last holds.
fn table() -> String {
    let rules: String = (0..20)
        .map(|rule| {
            format!(
                "<rule><inputEntry><text>[{}..{})</text></inputEntry><inputEntry><text>\"new\", \"rebuilt\"</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>{rule}</text></outputEntry></rule>",
                rule * 10,
                rule * 10 + 10
            )
        })
        .collect();
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="speed" namespace="urn:yinxin:sample">
<inputData id="area" name="area"><variable name="area" typeRef="number"/></inputData>
<inputData id="kind" name="kind"><variable name="kind" typeRef="string"/></inputData>
<decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
<informationRequirement><requiredInput href="#area"/></informationRequirement><informationRequirement><requiredInput href="#kind"/></informationRequirement>
<decisionTable hitPolicy="UNIQUE"><input><inputExpression><text>area</text></inputExpression></input><input><inputExpression><text>kind</text></inputExpression></input>
<input><inputExpression><text>area * 2</text></inputExpression></input><output typeRef="number"/>{rules}</decisionTable></decision></definitions>"##
    )
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let facts = Context::from_json(
        &json!({ "applicant": { "age": 30 }, "area": 99, "kind": "rebuilt", "blocked": false }),
    )?;
    let condition = Expression::parse(CONDITION)?;
    measured("read a condition", || {
        black_box(Expression::parse(CONDITION)).map_or(1, |_| 0)
    });
    measured("a condition", || {
        let mut budget = Budget::new(100_000);
        let _ = black_box(&condition).evaluate(&facts, &mut budget);
        100_000_u64.saturating_sub(budget.steps())
    });
    let text = table();
    let document = Document::read(text.as_bytes())?;
    let decision = document.decision("fee").ok_or("the table is not there")?;
    let variables = BTreeMap::from([("area".to_owned(), json!(195)), ("kind".to_owned(), json!("new"))]);
    measured("read a table of 20 rules", || {
        black_box(Document::read(text.as_bytes())).map_or(1, |_| 0)
    });
    measured("a decision table of 20 rules", || {
        let mut budget = Budget::new(100_000);
        let _ = decide(&decision, &variables, &mut budget);
        100_000_u64.saturating_sub(budget.steps())
    });
    Ok(())
}
