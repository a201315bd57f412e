//! Reading: what is taken, what is refused by name, what is kept for the drawing.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use support::{document, process, read, refused, task, with_tasks};
use yinxin_workflow::{Document, Feel, Locale, Severity, check};

/// A process of one step with something more in it.
fn with(more: &str) -> String {
    process(&with_tasks("a", more), "s>a a>e")
}

fn code(inside: &str) -> Vec<String> {
    refused(inside).into_iter().map(|(code, _, _)| code).collect()
}

#[test]
fn an_element_that_cannot_be_executed_is_refused_by_name_and_id() {
    for element in [
        "scriptTask",
        "transaction",
        "adHocSubProcess",
        "complexGateway",
        "choreographyTask",
        "implicitThrowEvent",
        "correlationSubscription",
        "whatever",
    ] {
        let found = refused(&with(&format!(r#"<{element} id="x1"/>"#)));
        assert_eq!(
            found,
            [(
                "ELEMENT_UNSUPPORTED".to_owned(),
                element.to_owned(),
                "x1".to_owned()
            )]
        );
    }
}

#[test]
fn an_event_of_an_unsupported_kind_is_refused_by_its_definition() {
    for definition in ["signal", "compensate", "link", "conditional", "cancel"] {
        let event = format!(
            r#"<intermediateThrowEvent id="t"><{definition}EventDefinition id="d1"/></intermediateThrowEvent>"#
        );
        let found = refused(&process(&with_tasks("", &event), "s>t t>e"));
        assert_eq!(
            found,
            [(
                "ELEMENT_UNSUPPORTED".to_owned(),
                format!("{definition}EventDefinition"),
                "d1".to_owned()
            )]
        );
    }
}

#[test]
fn a_refused_element_brings_no_further_findings_on_the_flows_that_touch_it() {
    let found = refused(&process(&with_tasks("", r#"<scriptTask id="x"/>"#), "s>x x>e"));
    assert_eq!(found.len(), 1);
}

#[test]
fn attributes_that_change_the_meaning_or_that_nobody_knows_are_refused() {
    for (attribute, expected) in [
        (r#"isForCompensation="true""#, "ATTRIBUTE_UNSUPPORTED"),
        (r#"startQuantity="2""#, "ATTRIBUTE_UNSUPPORTED"),
        (r#"completionQuantity="3""#, "ATTRIBUTE_UNSUPPORTED"),
        (r#"priority="1""#, "ATTRIBUTE_UNKNOWN"),
        (r#"yx:colour="red""#, "ATTRIBUTE_UNKNOWN"),
        (r#"yx:operation="x""#, "ATTRIBUTE_UNKNOWN"),
        (
            r#"xmlns:c="http://camunda.org/schema/1.0/bpmn" c:asyncBefore="true""#,
            "EXTENSION_UNSUPPORTED",
        ),
        (r#"xmlns:u="urn:unknown" u:x="1""#, "EXTENSION_UNKNOWN"),
    ] {
        let text = with("").replace(r#"id="a""#, &format!(r#"id="a" {attribute}"#));
        let found = refused(&text);
        assert_eq!(
            found,
            [(expected.to_owned(), "userTask".to_owned(), "a".to_owned())],
            "{attribute}"
        );
    }
    for attribute in [
        r#"isForCompensation="false""#,
        r#"startQuantity="1""#,
        r#"implementation="anything""#,
    ] {
        read(&with("").replace(r#"id="a""#, &format!(r#"id="a" {attribute}"#)));
    }
}

#[test]
fn extensions_of_drawing_tools_and_drawn_elements_are_kept_and_told() {
    let more = r#"<textAnnotation id="t"><text>x</text></textAnnotation>
        <association id="as" sourceRef="a" targetRef="t"/>
        <dataObject id="do"/><extensionElements><c:x xmlns:c="http://www.signavio.com"/></extensionElements>"#;
    let document = read(&with(more));
    let codes: Vec<_> = document
        .notes()
        .iter()
        .map(|note| (note.code.as_str(), note.element.as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            ("DRAWN_ONLY", "association"),
            ("DRAWN_ONLY", "dataObject"),
            ("DRAWN_ONLY", "textAnnotation"),
            ("EXTENSION_DRAWN", "process")
        ]
    );
}

#[test]
fn a_data_association_that_computes_is_refused() {
    let inner = |inner: &str| {
        task("a").replace("/>", &format!(r#"><dataInputAssociation id="di"><sourceRef>x</sourceRef>{inner}</dataInputAssociation></userTask>"#))
    };
    read(&process(&with_tasks("", &inner("")), "s>a a>e"));
    let found = refused(&process(
        &with_tasks("", &inner("<transformation>1</transformation>")),
        "s>a a>e",
    ));
    assert_eq!(
        found,
        [(
            "ELEMENT_UNSUPPORTED".to_owned(),
            "transformation".to_owned(),
            "di".to_owned()
        )]
    );
}

#[test]
fn an_extension_that_must_be_understood_is_refused() {
    let text = |must: &str| {
        document(&with("")).replace(
            "<bpmn:process",
            &format!(r#"<bpmn:extension definition="urn:q" mustUnderstand="{must}"/><bpmn:process"#),
        )
    };
    assert!(Document::read(text("false").as_bytes(), 1, &Feel).is_ok());
    let refusal = Document::read(text("true").as_bytes(), 1, &Feel).unwrap_err();
    assert_eq!(refusal.findings[0].code.as_str(), "EXTENSION_UNKNOWN");
}

#[test]
fn identifiers_are_there_plain_and_given_once() {
    assert_eq!(code(&with(r#"<userTask name="x"/>"#)), ["ID_MISSING"]);
    assert_eq!(code(&with(r#"<userTask id="环节"/>"#)), ["ID_MALFORMED"]);
    assert_eq!(code(&with(r#"<userTask id="a"/>"#)), ["ID_TWICE"]);
    assert_eq!(
        code(&with(&format!(r#"<userTask id="{}"/>"#, "x".repeat(97)))),
        ["ID_MALFORMED"]
    );
}

#[test]
fn references_lead_to_what_is_there() {
    assert_eq!(
        code(&with(
            r#"<sequenceFlow id="f" sourceRef="a" targetRef="nowhere"/>"#
        )),
        ["REFERENCE"]
    );
    assert_eq!(
        code(&with(
            r#"<boundaryEvent id="b" attachedToRef="nowhere"><errorEventDefinition/></boundaryEvent>"#
        )),
        ["REFERENCE"]
    );
    assert_eq!(
        code(&with(
            r#"<boundaryEvent id="b" attachedToRef="s"><errorEventDefinition/></boundaryEvent>"#
        )),
        ["REFERENCE"]
    );
    assert_eq!(
        code(&with(
            r#"<boundaryEvent id="b" attachedToRef="a"><errorEventDefinition errorRef="c1"/></boundaryEvent>"#
        )),
        ["REFERENCE"]
    );
    assert_eq!(
        code(&with(
            r#"<laneSet id="ls"><lane id="l"><flowNodeRef>nowhere</flowNodeRef></lane></laneSet>"#
        )),
        ["REFERENCE"]
    );
    assert_eq!(
        code(&with(r#"<userTask id="b" yx:notSameAs="s"/>"#)),
        ["REFERENCE"]
    );
    assert_eq!(
        code(&with("").replace(
            r#"<bpmn:endEvent id="e"/>"#,
            r#"<bpmn:endEvent id="e"><bpmn:incoming>other</bpmn:incoming></bpmn:endEvent>"#
        )),
        ["REFERENCE"]
    );
}

#[test]
fn our_attributes_have_their_values_and_no_others() {
    for attribute in [
        r#"yx:role="a b""#,
        r#"yx:grade="5""#,
        r#"yx:twoOfficers="yes""#,
        r#"yx:outcomes="a a""#,
        r#"yx:outcomes="a  b""#,
        r#"yx:deadline="soon" yx:atExpiry="escalate""#,
        r#"yx:deadline="5 days""#,
        r#"yx:atExpiry="escalate""#,
        r#"yx:deadline="5 days" yx:atExpiry="approve""#,
        r#"yx:result="a-b""#,
        r#"yx:materials=",""#,
    ] {
        let found = code(&with(&format!(r#"<userTask id="b" {attribute}/>"#)));
        assert!(
            found.iter().all(|code| code == "VALUE") && !found.is_empty(),
            "{attribute} {found:?}"
        );
    }
}

#[test]
fn what_asks_the_world_says_what_it_asks() {
    for (element, expected) in [
        (r#"<serviceTask id="x"/>"#, "OPERATION_MISSING"),
        (
            r#"<businessRuleTask id="x" yx:decision="d"/>"#,
            "DECISION_MISSING",
        ),
        (r#"<businessRuleTask id="x" yx:version="1"/>"#, "DECISION_MISSING"),
        (r#"<callActivity id="x" calledElement="p2"/>"#, "CALL_MISSING"),
        (
            r#"<callActivity id="x" calledElement="p2" yx:version="0"/>"#,
            "CALL_MISSING",
        ),
        (r#"<sendTask id="x"/>"#, "MESSAGE_MISSING"),
        (r#"<receiveTask id="x" messageRef="nowhere"/>"#, "MESSAGE_MISSING"),
        (
            r#"<userTask id="x"><multiInstanceLoopCharacteristics/></userTask>"#,
            "MULTI_INSTANCE",
        ),
        (
            r#"<userTask id="x"><standardLoopCharacteristics id="x2"/></userTask>"#,
            "ELEMENT_UNSUPPORTED",
        ),
        (
            r#"<receiveTask id="x" messageRef="m1" instantiate="true"/>"#,
            "ATTRIBUTE_UNSUPPORTED",
        ),
        (
            r#"<subProcess id="x" triggeredByEvent="true"><startEvent id="x2"/></subProcess>"#,
            "ATTRIBUTE_UNSUPPORTED",
        ),
    ] {
        assert_eq!(code(&with(element)), [expected], "{element}");
    }
}

#[test]
fn timers_have_one_duration_and_events_one_definition() {
    let event = |inner: &str| {
        code(&with(&format!(
            r#"<intermediateCatchEvent id="x">{inner}</intermediateCatchEvent>"#
        )))
    };
    let timer = |inner: &str| event(&format!("<timerEventDefinition>{inner}</timerEventDefinition>"));
    for inner in [
        "",
        "<timeDuration>P1M2D</timeDuration>",
        "<timeDate>2026-01-01</timeDate>",
        "<timeCycle>R3/PT1H</timeCycle>",
    ] {
        assert_eq!(timer(inner), ["TIMER"], "{inner}");
    }
    assert_eq!(event(""), ["EVENT_DEFINITION"]);
    assert_eq!(event("<errorEventDefinition/>"), ["EVENT_DEFINITION"]);
    assert_eq!(
        event(r#"<messageEventDefinition messageRef="m1"/><messageEventDefinition messageRef="m2"/>"#),
        ["EVENT_DEFINITION"]
    );
    assert_eq!(
        code(&with(r#"<endEvent id="x"><errorEventDefinition/></endEvent>"#)),
        ["EVENT_DEFINITION"]
    );
    assert_eq!(
        code(&with(
            r#"<boundaryEvent id="x" attachedToRef="a" cancelActivity="false"><errorEventDefinition/></boundaryEvent>"#
        )),
        ["EVENT_DEFINITION"]
    );
}

#[test]
fn scopes_begin_clearly_and_flows_stay_inside() {
    assert_eq!(code(r#"<bpmn:userTask id="a"/>"#), ["START_MISSING"]);
    assert_eq!(code(&with(r#"<startEvent id="s2"/>"#)), ["START_MISSING"]);
    assert_eq!(code(&with(r#"<subProcess id="sub"/>"#)), ["START_MISSING"]);
    let sub = r#"<subProcess id="sub"><startEvent id="is"/></subProcess>"#;
    assert_eq!(
        code(&process(&with_tasks("a", sub), "s>a a>e sub>e is>a")),
        ["FLOW_ENDS"]
    );
    assert_eq!(code(&process(&with_tasks("a", ""), "s>a a>e a>s")), ["FLOW_ENDS"]);
    assert_eq!(code(&process(&with_tasks("a", ""), "s>a a>e e>a")), ["FLOW_ENDS"]);
    assert_eq!(
        code(&with("").replace(r#"id="a""#, r#"id="a" default="s-a""#)),
        ["DEFAULT_FLOW"]
    );
}

#[test]
fn conditions_are_in_the_language_and_where_a_choice_is() {
    let gateway = r#"<exclusiveGateway id="g"/>"#;
    assert_eq!(
        code(&process(&with_tasks("a", gateway), "s>g g>a[a+] g>e! a>e")),
        ["CONDITION_SYNTAX"]
    );
    // What no variable can be called could never hold; a flow text says a space as `_`.
    assert_eq!(
        code(&process(
            &with_tasks("a", gateway),
            "s>g g>a[two_words=1] g>e! a>e"
        )),
        ["CONDITION_SYNTAX"]
    );
    assert_eq!(
        code(&process(&with_tasks("a", gateway), "s>g g>a[now()=x] g>e! a>e")),
        ["CONDITION_SYNTAX"]
    );
    assert_eq!(
        code(&process(&with_tasks("a", gateway), "s>g[x] g>a! a>e")),
        ["CONDITION_MISPLACED"]
    );
    let text = process(&with_tasks("a", gateway), "s>g g>a[x] g>e! a>e");
    let other = text.replace(
        "<bpmn:conditionExpression",
        r#"<bpmn:conditionExpression language="http://www.w3.org/1999/XPath""#,
    );
    assert_eq!(code(&other), ["CONDITION_LANGUAGE"]);
    read(&text.replace(
        "<bpmn:conditionExpression",
        r#"<bpmn:conditionExpression language="https://www.omg.org/spec/DMN/20191111/FEEL/""#,
    ));
    read(&text.replace(">x<", ">= x<"));
}

#[test]
fn an_event_gateway_leads_to_events_only() {
    let event = r#"<eventBasedGateway id="g"/><receiveTask id="r" messageRef="m1"/>"#;
    assert_eq!(
        code(&process(&with_tasks("a", event), "s>g g>r g>a r>e a>e")),
        ["EVENT_GATEWAY"]
    );
    assert_eq!(
        code(&process(&with_tasks("", event), "s>g g>r r>e")),
        ["EVENT_GATEWAY"]
    );
}

#[test]
fn sub_processes_nest_to_a_depth_and_nodes_are_counted() {
    let nest = |depth: usize| {
        (0..depth).fold(String::new(), |inner, level| {
            format!(r#"<subProcess id="p{level}"><startEvent id="s{level}"/>{inner}</subProcess>"#)
        })
    };
    read(&with(&nest(7)));
    assert_eq!(code(&with(&nest(8))), ["TOO_DEEP"]);
    let many = |count: usize| {
        (0..count)
            .map(|number| format!(r#"<userTask id="n{number}"/>"#))
            .collect::<String>()
    };
    read(&with(&many(509)));
    assert_eq!(code(&with(&many(510))), ["TOO_MANY_ELEMENTS"]);
}

#[test]
fn what_is_no_bpmn_is_refused_with_the_line() {
    let refusal = Document::read(b"<a>\n<b>\n</a>", 1, &Feel).unwrap_err();
    assert_eq!(
        (
            refusal.findings[0].code.as_str(),
            refusal.findings[0].detail.as_str()
        ),
        ("SYNTAX", "line 3")
    );
    let refusal = Document::read(b"<html/>", 1, &Feel).unwrap_err();
    assert_eq!(refusal.findings[0].code.as_str(), "NOT_BPMN");
    assert_eq!(code(""), ["NO_PROCESS"]);
}

#[test]
fn the_sample_process_is_read_checked_exported_and_told_in_both_languages() {
    let text = include_str!("processes/renovation.bpmn");
    let document = Document::read(text.as_bytes(), 1, &Feel).unwrap();
    assert_eq!(document.export(), text.as_bytes());
    assert!(document.notes().is_empty());
    let findings = check(document.model("renovation").unwrap());
    let told: Vec<_> = findings
        .iter()
        .map(|finding| finding.sentence(Locale::En))
        .collect();
    assert!(
        findings
            .iter()
            .all(|finding| finding.code.severity() != Severity::Error),
        "{told:?}"
    );
    let duty = document.model("renovation").unwrap().duty("planning").unwrap();
    assert_eq!(
        (duty.department.as_deref(), duty.two_officers),
        (Some("planning"), true)
    );
}

#[test]
fn the_departments_of_a_step_are_what_the_drawing_says_or_the_list_over_which_it_is_repeated() {
    let text = include_str!("../../../scenarios/approval/processes/construction-joint.bpmn");
    let document = Document::read(text.as_bytes(), 1, &Feel).unwrap();
    let model = &document.models()[0];
    let listed = model.departments("opinion");
    assert_eq!((listed.len(), listed[0].as_str()), (19, "11990100000002014E"));
    assert_eq!(model.departments("nobody"), Vec::<String>::new());
    let single = model.steps().find(|step| *step != "opinion").unwrap();
    assert_eq!(model.departments(single), ["handler"]);
}
