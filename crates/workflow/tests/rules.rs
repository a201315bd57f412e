//! FEEL and DMN in a case: conditions decide the way, a business rule task is answered by a decision, and a reviewer is told why.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use serde_json::json;
use support::{Case, process, read, these, with_tasks};
use yinxin_rules::Document;
use yinxin_workflow::{Budget, Effect, Evaluation, Event, WorkflowError, answer};

const DECISION: &str = include_str!("../../rules/tests/decisions/acceptance.dmn");

/// A rule task, then a choice by what it gave.
fn asks() -> String {
    let more =
        r#"<businessRuleTask id="r" yx:decision="acceptance" yx:version="1"/><exclusiveGateway id="g"/>"#;
    process(
        &with_tasks("supplement review", more),
        r#"s>r r>g g>supplement[result="supplement"] g>review[days_between_20_and_30_and_result="accept"] g>e! supplement>e review>e"#,
    )
}

#[test]
fn a_rule_task_is_answered_by_a_decision_and_the_case_goes_its_way() {
    let document = read(&asks());
    let rules = Document::read(DECISION.as_bytes()).unwrap();
    let (mut case, effects) = Case::start(&document, &[]);
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::DecisionAsked { decision, .. } => Some(decision.clone()),
        _ => None,
    });
    let decision = rules.decision(&asked.unwrap()).unwrap();
    let facts = these(&[
        ("kind", json!("rebuild")),
        ("floor area", json!("130.25")),
        ("submitted", json!("2026-11-25")),
        ("missing", json!([])),
    ]);
    let answer = answer(&decision, &facts, None, &mut Budget::new(10_000)).unwrap();
    assert_eq!(answer.hits.last().unwrap().notes.as_ref(), ["行政许可法 §42"]);
    assert_eq!(answer.variables["until"], "2026-12-25");
    let work = case.work("r");
    case.event(Event::Completed {
        work,
        actors: Vec::new(),
        outcome: None,
        variables: answer.variables,
    })
    .unwrap();
    assert_eq!(case.open(), ["review"]);
}

#[test]
fn a_decision_without_an_answer_says_why_and_one_over_the_budget_ends() {
    let rules = Document::read(DECISION.as_bytes()).unwrap();
    let decision = rules.decision("risk").unwrap();
    let unknown = these(&[("kind", json!("demolish")), ("floor area", json!(1))]);
    let Err(Evaluation::Failed(reason)) = answer(&decision, &unknown, None, &mut Budget::new(10_000)) else {
        panic!("an unknown kind has no risk");
    };
    assert!(
        reason.contains("NULL_ALLOWED") || reason.contains("no rule"),
        "{reason}"
    );
    assert_eq!(
        answer(&decision, &unknown, None, &mut Budget::new(5)),
        Err(Evaluation::Budget)
    );
}

#[test]
fn a_condition_that_is_not_known_refuses_the_event_with_the_reason() {
    let gateway = r#"<exclusiveGateway id="g"/>"#;
    let document = read(&process(
        &with_tasks("a b", gateway),
        "s>a a>g g>b[days>19] g>e! b>e",
    ));
    let (mut case, _) = Case::start(&document, &[]);
    let Err(WorkflowError::Expression { element, reason }) = case.complete("a") else {
        panic!("the number of days is not known");
    };
    assert_eq!(element, "g-b");
    assert!(reason.contains("NULL_NAME: `days`"), "{reason}");
    assert_eq!(case.open(), ["a"]);
    case.complete_with("a", &["li"], None, &[("days", json!(20))])
        .unwrap();
    assert_eq!(case.open(), ["b"]);
}

#[test]
fn a_condition_takes_its_steps_from_the_budget_of_the_event() {
    let gateway = r#"<exclusiveGateway id="g"/>"#;
    let flows = "s>a a>g g>b[count(for_i_in_1..100000_return_i)=1] g>e! b>e";
    let document = read(&process(&with_tasks("a b", gateway), flows));
    let (mut case, _) = Case::start(&document, &[]);
    assert_eq!(case.complete("a"), Err(WorkflowError::Budget));
    assert_eq!(case.open(), ["a"]);
}
