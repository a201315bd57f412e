//! S8.13: a BPMN 2.0 file with a parallel gateway, a timer and user tasks is imported and runs, and its export shows the same drawing.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use support::Case;
use yinxin_workflow::{Document, Effect, Event, Feel, Period, Unit, WorkflowError};

const SAMPLE: &str = include_str!("processes/renovation.bpmn");

fn sample() -> Document {
    Document::read(SAMPLE.as_bytes(), 1, &Feel).unwrap()
}

#[test]
fn two_departments_review_side_by_side_one_is_reminded_and_the_head_approves() {
    let document = sample();
    let (mut case, effects) = Case::start(&document, &[]);
    let five = Period {
        count: 5,
        unit: Unit::Days,
    };
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::TimerSet { due, .. } if *due == five))
    );
    case.complete_with("accept", &["zhang"], Some("accept"), &[])
        .unwrap();
    assert_eq!(case.open(), ["fire", "planning"]);
    // Ten working days pass, and the fire brigade is reminded; nothing is decided by it.
    let effects = case.fire("reminder").unwrap();
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::MessageSent { message, .. } if message == "reminder"))
    );
    assert_eq!(case.open(), ["fire", "planning"]);
    case.complete_with("fire", &["li"], Some("agree"), &[]).unwrap();
    assert_eq!(case.open(), ["planning"]);
    let alone = case.complete_with("planning", &["wang"], Some("agree"), &[]);
    assert_eq!(alone, Err(WorkflowError::Officers("planning".to_owned())));
    let same = case.complete_with("planning", &["wang", "zhang"], Some("agree"), &[]);
    assert!(matches!(same, Err(WorkflowError::SamePerson { .. })));
    case.complete_with("planning", &["wang", "zhao"], Some("agree"), &[])
        .unwrap();
    assert_eq!(case.open(), ["approve"]);
    assert!(
        case.complete_with("approve", &["li"], Some("approve"), &[])
            .is_err()
    );
    case.complete_with("approve", &["chen"], Some("approve"), &[])
        .unwrap();
    assert_eq!(case.ended(), Some("completed".to_owned()));
    assert_eq!(case.instance.variables["decision"], "approve");
}

#[test]
fn silence_at_the_window_is_acceptance_and_a_refusal_to_accept_ends_the_case() {
    let document = sample();
    let (mut case, _) = Case::start(&document, &[]);
    let timer = case.timer("accept");
    case.event(Event::TimerFired { timer }).unwrap();
    assert_eq!(case.instance.variables["acceptance"], "deemed-accepted");
    assert_eq!(case.open(), ["fire", "planning"]);
    let (mut case, _) = Case::start(&document, &[]);
    case.complete_with("accept", &["zhang"], Some("decline"), &[])
        .unwrap();
    assert_eq!(case.ended(), Some("completed".to_owned()));
}

#[test]
fn the_export_is_the_drawing_that_was_imported() {
    assert_eq!(sample().export(), SAMPLE.as_bytes());
    assert!(SAMPLE.contains("BPMNShape") && SAMPLE.contains("BPMNEdge"));
}

/// What the ledger keeps of a case. A change of it is a change of format: cases that run were written in the old one.
#[test]
fn the_form_in_which_a_case_is_kept_is_pinned() {
    let document = sample();
    let (mut case, _) = Case::start(&document, &[]);
    case.complete_with("accept", &["zhang"], Some("accept"), &[])
        .unwrap();
    case.complete_with("fire", &["li"], Some("agree"), &[]).unwrap();
    let expected = include_str!("processes/renovation-case.json").trim_end();
    assert_eq!(serde_json::to_string(&case.instance).unwrap(), expected);
    let read: yinxin_workflow::Instance = serde_json::from_str(expected).unwrap();
    assert_eq!(read, case.instance);
    assert!(
        serde_json::from_str::<yinxin_workflow::Instance>(&expected.replacen('{', "{\"more\":1,", 1))
            .is_err()
    );
}
