//! The public reference models of the BPMN Model Interchange Working Group: each runs, or is refused naming what cannot be executed.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use support::Case;
use yinxin_workflow::{Document, Feel, Finding, Severity, check};

/// For each model: `runs`, or how many findings of which code refuse it, with the first identifier of each.
const EXPECTED: &[(&str, &str)] = &[
    ("A.1.0.bpmn", "runs"),
    (
        "A.3.0.bpmn",
        "MESSAGE_MISSING 1 boundaryEvent; START_MISSING 1 subProcess",
    ),
    (
        "B.1.0.bpmn",
        "CALL_MISSING 3 callActivity; ELEMENT_UNSUPPORTED 1 globalTask; EVENT_DEFINITION 1 startEvent; MESSAGE_MISSING 2 endEvent; OPERATION_MISSING 2 serviceTask; START_MISSING 1 subProcess; TIMER 1 startEvent",
    ),
    (
        "C.1.0.bpmn",
        "CONDITION_LANGUAGE 4 conditionExpression; EXTENSION_UNSUPPORTED 2 serviceTask; MESSAGE_MISSING 3 intermediateCatchEvent; OPERATION_MISSING 1 serviceTask; TIMER 1 intermediateCatchEvent",
    ),
    (
        "C.1.1.bpmn",
        "CONDITION_LANGUAGE 4 conditionExpression; EXTENSION_UNSUPPORTED 3 serviceTask; OPERATION_MISSING 1 serviceTask",
    ),
    (
        "C.3.0.bpmn",
        "ATTRIBUTE_UNSUPPORTED 2 userTask; CONDITION_LANGUAGE 1 conditionExpression; START_MISSING 1 subProcess",
    ),
    (
        "C.4.0.bpmn",
        "ELEMENT_UNSUPPORTED 5 signalEventDefinition; MESSAGE_MISSING 6 endEvent; OPERATION_MISSING 1 serviceTask",
    ),
    (
        "C.6.0.bpmn",
        "ATTRIBUTE_UNSUPPORTED 3 serviceTask; ELEMENT_UNSUPPORTED 6 compensateEventDefinition; MESSAGE_MISSING 9 intermediateCatchEvent; OPERATION_MISSING 6 serviceTask; TIMER 2 boundaryEvent",
    ),
    (
        "C.7.0.bpmn",
        "DECISION_MISSING 1 businessRuleTask; EXTENSION_UNSUPPORTED 3 serviceTask; MULTI_INSTANCE 1 multiInstanceLoopCharacteristics; OPERATION_MISSING 2 serviceTask",
    ),
    (
        "C.8.0.bpmn",
        "CONDITION_SYNTAX 3 conditionExpression; DECISION_MISSING 1 businessRuleTask; EXTENSION_UNSUPPORTED boundaryEvent; MESSAGE_MISSING 4 sendTask; OPERATION_MISSING 3 serviceTask",
    ),
    (
        "C.8.1.bpmn",
        "CONDITION_SYNTAX 3 conditionExpression; DECISION_MISSING 1 businessRuleTask; ELEMENT_UNSUPPORTED 3 transformation; EXTENSION_UNSUPPORTED businessRuleTask; MESSAGE_MISSING 4 sendTask; OPERATION_MISSING 3 serviceTask",
    ),
];

/// The bytes of a model; `None` where the public vectors are not on this machine.
#[expect(clippy::print_stderr, reason = "a test says that it is skipped")]
fn model(name: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/bpmn");
    let bytes = std::fs::read(folder.join(name)).ok();
    if bytes.is_none() {
        eprintln!("skipped: the public vectors with {name} are not here");
    }
    bytes
}

fn summary(findings: &[Finding]) -> String {
    let mut codes: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings
        .iter()
        .filter(|finding| finding.code.severity() == Severity::Error)
    {
        codes.entry(finding.code.as_str()).or_default().push(finding);
    }
    let told = codes.iter().map(|(code, findings)| {
        // Of the many extensions of other engines only the kind is pinned.
        let count = if findings.len() > 9 {
            String::new()
        } else {
            format!("{} ", findings.len())
        };
        format!(
            "{code} {count}{}",
            findings.first().map_or("", |finding| finding.element.as_str())
        )
    });
    told.collect::<Vec<_>>().join("; ")
}

#[test]
fn each_reference_model_runs_or_is_refused_naming_every_element_that_cannot() {
    for (name, expected) in EXPECTED {
        let Some(bytes) = model(name) else {
            return;
        };
        let found = match Document::read(&bytes, 1, &Feel) {
            Ok(_) => "runs".to_owned(),
            Err(refusal) => {
                let named = |finding: &Finding| !finding.element.is_empty() && !finding.id.is_empty();
                assert!(
                    refusal
                        .findings
                        .iter()
                        .filter(|finding| finding.code.severity() == Severity::Error)
                        .all(named)
                );
                summary(&refusal.findings)
            }
        };
        assert_eq!(&found, expected, "{name}");
    }
}

#[test]
fn a_reference_model_that_is_imported_runs_to_its_end_and_is_exported_byte_for_byte() {
    let Some(bytes) = model("A.1.0.bpmn") else {
        return;
    };
    let document = Document::read(&bytes, 1, &Feel).unwrap();
    assert_eq!(document.export(), bytes);
    // It says nothing of who may act, so it runs in a test and is not enacted.
    assert!(
        check(&document.models()[0])
            .iter()
            .any(|finding| finding.code.as_str() == "ROLE_MISSING")
    );
    let (mut case, _) = Case::start(&document, &[]);
    for _ in 0..3 {
        let node = case.open()[0].to_owned();
        case.complete(&node).unwrap();
    }
    assert_eq!(case.ended(), Some("completed".to_owned()));
}

#[test]
fn a_reference_model_runs_once_exactly_what_was_named_is_mended() {
    let Some(bytes) = model("C.1.1.bpmn") else {
        return;
    };
    // Each replacement answers one finding: the language and text of conditions, and what another engine would execute.
    let mut text = String::from_utf8(bytes).unwrap();
    for (from, to) in [
        (
            "http://www.w3.org/1999/XPath",
            "https://www.omg.org/spec/DMN/20191111/FEEL/",
        ),
        ("not(bpmn:getDataObject('approved'))", "approved = false"),
        ("bpmn:getDataObject('approved')", "approved"),
        ("bpmn:getDataObject('clarified') = 'yes'", "clarified"),
        ("bpmn:getDataObject('clarified') = 'no'", "clarified = false"),
        (
            " id=\"archiveInvoice\"",
            " xmlns:yx=\"urn:yinxin:process:1\" yx:operation=\"invoice.archive\" id=\"archiveInvoice\"",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text = without(&text, " camunda:delegateExpression=\"", "\"");
    text = without(&text, " w4:serviceName=\"", "\"");
    while text.contains("<camunda:field") {
        text = without(&text, "<camunda:field", "</camunda:field>");
    }
    let document = match Document::read(text.as_bytes(), 1, &Feel) {
        Ok(document) => document,
        Err(refusal) => panic!("{}", summary(&refusal.findings)),
    };
    let variables = [
        ("approved", serde_json::json!(true)),
        ("clarified", serde_json::json!(true)),
    ];
    let (mut case, _) = Case::start(&document, &variables);
    for _ in 0..20 {
        let Some(node) = case.open().first().map(|node| (*node).to_owned()) else {
            break;
        };
        case.complete(&node).unwrap();
    }
    case.complete("archiveInvoice").unwrap();
    assert_eq!(case.ended(), Some("completed".to_owned()));
}

fn without(text: &str, from: &str, to: &str) -> String {
    let Some((before, rest)) = text.split_once(from) else {
        return text.to_owned();
    };
    let (_, after) = rest.split_once(to).unwrap_or(("", ""));
    format!("{before}{after}")
}
