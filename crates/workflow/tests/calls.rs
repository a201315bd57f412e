//! Processes that call each other and decisions that they ask: what goes in and comes out, what an error does, and what the check refuses.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use support::{Case, document, process, these, with_tasks};
use yinxin_workflow::{
    Budget, Document, Event, Feel, Finding, Instance, Library, Model, check_inputs, check_links, step,
};

const RULES: &str = include_str!("../../rules/tests/decisions/acceptance.dmn");

/// A document with a process of another key.
fn named(key: &str, inside: &str) -> Document {
    let text = document(inside).replace("<bpmn:process id=\"p\"", &format!("<bpmn:process id=\"{key}\""));
    Document::read(text.as_bytes(), 1, &Feel).unwrap()
}

fn call(id: &str, key: &str, more: &str) -> String {
    format!(r#"<callActivity id="{id}" calledElement="{key}" yx:version="1" {more}/>"#)
}

/// What a process needs, from these processes and the sample of decisions.
fn library(model: &Model, others: &[(&str, String)]) -> Library {
    let process = |key: &str, version: u32| {
        let found = others.iter().find(|other| other.0 == key && version == 1);
        Ok::<_, ()>(found.map(|(key, inside)| Arc::new(named(key, inside))))
    };
    let decision = |key: &str, _| {
        let rules = yinxin_rules::Document::read(RULES.as_bytes()).unwrap();
        Ok((key == "acceptance").then(|| Arc::new(rules)))
    };
    Library::gather(model, process, decision).unwrap()
}

fn codes(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings
        .iter()
        .map(|finding| (finding.code.as_str(), finding.id.as_str()))
        .collect()
}

/// A case of a process with what it calls in it.
fn begin<'a>(model: &'a Model, variables: &[(&str, serde_json::Value)]) -> Case<'a> {
    let mut case = Case {
        model,
        instance: Instance::new(model),
        now_ms: 1_000,
    };
    let variables = these(variables);
    case.event(Event::Started {
        message: None,
        variables,
    })
    .unwrap();
    case
}

fn called() -> (&'static str, String) {
    let step = r#"<userTask id="look" yx:role="r" yx:department="d1" yx:form="f" yx:deadline="5 days" yx:atExpiry="escalate" yx:outcomes="good bad" yx:result="finding"/>"#;
    (
        "q",
        process(
            &with_tasks(
                "",
                &format!(
                    r#"{step}<exclusiveGateway id="g"/><endEvent id="lost"><errorEventDefinition errorRef="e1"/></endEvent>"#
                ),
            ),
            r#"s>look look>g g>lost[finding="bad"] g>e!"#,
        ),
    )
}

#[test]
fn a_called_process_is_given_what_the_call_names_and_gives_back_what_it_names() {
    let more = call("c", "q", r#"yx:in="area" yx:out="finding""#);
    let caller = named("p", &process(&with_tasks("after", &more), "s>c c>after after>e"));
    let model = caller.model("p").unwrap();
    let linked = model.linked(&library(model, &[called()])).unwrap();
    let mut case = begin(
        &linked,
        &[
            ("area", json!(5)),
            ("name", json!("x")),
            ("finding", json!("old")),
        ],
    );
    assert_eq!(case.open(), ["c/look"]);
    let work = case.work("c/look");
    let seen = case.instance.seen_by(&linked, work).unwrap();
    assert_eq!(seen, these(&[("area", json!(5))]));
    case.complete_with("c/look", &["li"], Some("good"), &[("area", json!(6))])
        .unwrap();
    assert_eq!(case.open(), ["after"]);
    // What it made of the area was its own.
    assert_eq!(
        case.instance.variables,
        these(&[
            ("area", json!(5)),
            ("finding", json!("good")),
            ("name", json!("x"))
        ])
    );
    case.complete("after").unwrap();
    assert_eq!(case.ended().unwrap(), "completed");
}

#[test]
fn without_a_list_a_called_process_is_given_everything_and_gives_nothing_back() {
    let caller = named("p", &process(&with_tasks("", &call("c", "q", "")), "s>c c>e"));
    let model = caller.model("p").unwrap();
    let linked = model.linked(&library(model, &[called()])).unwrap();
    let mut case = begin(&linked, &[("area", json!(5))]);
    let work = case.work("c/look");
    assert_eq!(case.instance.seen_by(&linked, work).unwrap()["area"], 5);
    case.complete_with("c/look", &["li"], Some("good"), &[]).unwrap();
    assert_eq!(case.instance.variables, these(&[("area", json!(5))]));
}

#[test]
fn an_error_of_a_called_process_is_caught_at_the_call_and_its_clock_runs_in_the_case() {
    let boundary =
        r#"<boundaryEvent id="b" attachedToRef="c"><errorEventDefinition errorRef="e1"/></boundaryEvent>"#;
    let more = call("c", "q", r#"yx:out="finding""#) + boundary;
    let caller = named(
        "p",
        &process(&with_tasks("again", &more), "s>c c>e b>again again>e"),
    );
    let model = caller.model("p").unwrap();
    let linked = model.linked(&library(model, &[called()])).unwrap();
    let mut case = begin(&linked, &[]);
    case.fire("c/look").unwrap();
    assert!(case.instance.open_steps(&linked).next().unwrap().overdue);
    case.complete_with("c/look", &["li"], Some("bad"), &[]).unwrap();
    assert_eq!(case.open(), ["again"]);
    // Whoever does not come to the end gives nothing back.
    assert_eq!(case.instance.variables, these(&[]));
}

#[test]
fn a_called_process_keeps_no_more_variables_than_a_case_may() {
    let caller = named("p", &process(&with_tasks("", &call("c", "q", "")), "s>c c>e"));
    let model = caller.model("p").unwrap();
    let linked = model.linked(&library(model, &[called()])).unwrap();
    let mut instance = Instance::new(&linked);
    let started = Event::Started {
        message: None,
        variables: these(&[("long", json!("x".repeat(9_000)))]),
    };
    let before = instance.clone();
    // The copy counts too.
    let refused = step(&linked, &mut instance, started, 1, &mut Budget::new(10_000));
    assert!(refused.unwrap_err().to_string().contains("variables"));
    assert_eq!(instance, before);
}

#[test]
fn a_call_of_nothing_of_itself_or_too_deep_is_refused_by_the_call() {
    let calls = |key: &str| process(&with_tasks("", &call("c", key, "")), "s>c c>e");
    let message =
        r#"<startEvent id="s"><messageEventDefinition messageRef="m1"/></startEvent><endEvent id="e"/>"#;
    let chain: Vec<(&str, String)> = [("q", "r"), ("r", "t"), ("t", "u"), ("u", "v")]
        .map(|(key, next)| (key, calls(next)))
        .into_iter()
        .chain([("v", process(&with_tasks("a", ""), "s>a a>e"))])
        .collect();
    for (others, code) in [
        (vec![], "CALL_UNKNOWN"),
        (vec![("q", calls("p"))], "CALL_CYCLE"),
        (vec![("q", calls("q"))], "CALL_CYCLE"),
        (vec![("q", process(message, "s>e"))], "CALL_START"),
        (chain.clone(), "CALL_DEEP"),
    ] {
        let caller = named("p", &calls("q"));
        let model = caller.model("p").unwrap();
        let findings = check_links(model, &library(model, &others));
        assert_eq!(codes(&findings), [(code, "c")]);
    }
    let caller = named("p", &calls("r"));
    let model = caller.model("p").unwrap();
    assert_eq!(codes(&check_links(model, &library(model, &chain))), []);
}

#[test]
fn a_decision_that_is_not_there_or_whose_answer_has_no_variable_is_refused_by_its_task() {
    let asks = |attributes: &str| {
        let more = format!(r#"<businessRuleTask id="r" {attributes}/>"#);
        named("p", &process(&with_tasks("", &more), "s>r r>e"))
    };
    for (attributes, found) in [
        (r#"yx:decision="other" yx:version="1""#, vec!["DECISION_UNKNOWN"]),
        (
            r##"yx:decision="acceptance#other" yx:version="1""##,
            vec!["DECISION_UNKNOWN"],
        ),
        // Its input is called `floor area`.
        (
            r##"yx:decision="acceptance#risk" yx:version="1" yx:result="risk""##,
            vec!["DECISION_INPUT"],
        ),
    ] {
        let document = asks(attributes);
        let model = document.model("p").unwrap();
        let findings = check_links(model, &library(model, &[]));
        let codes: Vec<&str> = codes(&findings)
            .into_iter()
            .map(|(code, id)| {
                assert_eq!(id, "r");
                code
            })
            .collect();
        assert_eq!(codes, found, "{attributes}");
    }
}

#[test]
fn an_input_is_known_by_a_form_or_an_earlier_step_and_not_by_one_beside_it() {
    let step = |id: &str, result: &str| {
        format!(
            r#"<userTask id="{id}" yx:role="r" yx:department="d1" yx:form="f" yx:deadline="5 days" yx:atExpiry="escalate" yx:outcomes="1 2" yx:result="{result}"/>"#
        )
    };
    let rule =
        r##"<businessRuleTask id="r" yx:decision="acceptance#risk" yx:version="1" yx:result="risk"/>"##;
    let known = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<BTreeSet<_>>()
    };
    let before = process(&with_tasks("", &(step("a", "kind") + rule)), "s>a a>r r>e");
    let beside = process(
        &with_tasks(
            "",
            &(step("a", "kind") + rule + r#"<parallelGateway id="f"/><parallelGateway id="j"/>"#),
        ),
        "s>f f>a f>r a>j r>j j>e",
    );
    for (inside, form, missing) in [
        (&before, known(&["floor area"]), vec![]),
        (&before, known(&[]), vec!["floor area"]),
        (&beside, known(&["floor area"]), vec!["kind"]),
        (&beside, known(&["floor area", "kind"]), vec![]),
    ] {
        let document = named("p", inside);
        let model = document.model("p").unwrap();
        let findings = check_inputs(model, &library(model, &[]), &form);
        let names: Vec<&str> = findings.iter().map(|finding| finding.detail.as_str()).collect();
        assert_eq!(names, missing);
    }
    // A called process knows what it is given.
    let called = ("q", process(&with_tasks("", rule), "s>r r>e"));
    for (passes, missing) in [("", 0), (r#"yx:in="kind""#, 1)] {
        let caller = named("p", &process(&with_tasks("", &call("c", "q", passes)), "s>c c>e"));
        let model = caller.model("p").unwrap();
        let library = library(model, std::slice::from_ref(&called));
        let linked = model.linked(&library).unwrap();
        let findings = check_inputs(&linked, &library, &known(&["floor area", "kind"]));
        assert_eq!(findings.len(), missing);
    }
}
