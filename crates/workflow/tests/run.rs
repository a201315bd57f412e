//! Cases: what each element does, kept once and broken once.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use serde_json::json;
use support::{Case, process, read, task, with_tasks};
use yinxin_workflow::{
    Budget, Closed, Effect, Event, Feel, Instance, Period, Unit, Variables, WorkflowError, step,
};

const WAY: &str = "s>a a>b b>e";

fn three() -> yinxin_workflow::Document {
    read(&process(&with_tasks("a b", ""), WAY))
}

fn names(effects: &[Effect]) -> Vec<String> {
    effects
        .iter()
        .map(|effect| {
            let value = serde_json::to_value(effect).unwrap();
            let node = value["node"].as_str().unwrap_or_default().to_owned();
            format!("{} {node}", value["effect"].as_str().unwrap())
                .trim()
                .to_owned()
        })
        .collect()
}

#[test]
fn a_sequence_of_steps_opens_them_one_after_the_other_and_ends() {
    let document = three();
    let (mut case, effects) = Case::start(&document, &[]);
    assert_eq!(names(&effects), ["step_opened a", "timer_set a"]);
    let effects = case.complete("a").unwrap();
    assert_eq!(
        names(&effects),
        ["timer_cancelled", "work_closed a", "step_opened b", "timer_set b"]
    );
    let effects = case.complete("b").unwrap();
    assert_eq!(
        names(&effects),
        ["timer_cancelled", "work_closed b", "case_ended"]
    );
    assert_eq!(case.ended().as_deref(), Some("completed"));
}

#[test]
fn a_step_that_is_not_open_and_a_case_that_ended_take_no_event() {
    let document = three();
    let (mut case, _) = Case::start(&document, &[]);
    let a = case.work("a");
    let again = |work| Event::Completed {
        work,
        actors: vec!["x".to_owned()],
        outcome: None,
        variables: Variables::new(),
    };
    assert_eq!(case.event(again(99)), Err(WorkflowError::NoWork(99)));
    case.complete("a").unwrap();
    assert_eq!(case.event(again(a)), Err(WorkflowError::NoWork(a)));
    assert_eq!(
        case.event(Event::Started {
            message: None,
            variables: Variables::new()
        }),
        Err(WorkflowError::Started)
    );
    case.event(Event::Cancelled).unwrap();
    assert_eq!(case.ended().as_deref(), Some("cancelled"));
    assert_eq!(case.event(Event::Cancelled), Err(WorkflowError::Ended));
}

#[test]
fn a_refused_event_leaves_the_case_as_it_was() {
    let document = read(&process(
        &with_tasks("a b c", r#"<exclusiveGateway id="g"/>"#),
        "s>a a>g g>b[x_=_1] g>c[x_=_2] b>e c>e",
    ));
    let (mut case, _) = Case::start(&document, &[]);
    let before = case.instance.clone();
    assert_eq!(case.complete("a"), Err(WorkflowError::NoWay("g".to_owned())));
    assert_eq!(case.instance, before);
}

#[test]
fn an_exclusive_gateway_takes_the_first_flow_that_holds_or_its_default() {
    let text = process(
        &with_tasks("a b c", r#"<exclusiveGateway id="g"/>"#),
        "s>g g>a[x>=1] g>b[x>=2] g>c! a>e b>e c>e",
    );
    let document = read(&text);
    for (x, open) in [(1, "a"), (2, "a"), (0, "c")] {
        let (case, _) = Case::start(&document, &[("x", json!(x))]);
        assert_eq!(case.open(), [open], "{x}");
    }
}

#[test]
fn a_condition_that_is_neither_true_nor_false_refuses_the_event() {
    let text = process(
        &with_tasks("a b", r#"<exclusiveGateway id="g"/>"#),
        "s>g g>a[x>=1] g>b! a>e b>e",
    );
    let document = read(&text);
    let mut instance = Instance::new(&document.models()[0]);
    let start = Event::Started {
        message: None,
        variables: Variables::new(),
    };
    let refused = step(
        &document.models()[0],
        &mut instance,
        start,
        1,
        &mut Budget::new(100),
    );
    assert!(matches!(refused, Err(WorkflowError::Expression { element, .. }) if element == "g-a"));
}

#[test]
fn a_parallel_join_waits_for_every_path() {
    let gateways = r#"<parallelGateway id="f"/><parallelGateway id="j"/>"#;
    let document = read(&process(
        &with_tasks("a b c", gateways),
        "s>f f>a f>b a>j b>j j>c c>e",
    ));
    let (mut case, _) = Case::start(&document, &[]);
    assert_eq!(case.open(), ["a", "b"]);
    case.complete("b").unwrap();
    assert_eq!(case.open(), ["a"]);
    case.complete("a").unwrap();
    assert_eq!(case.open(), ["c"]);
}

#[test]
fn an_inclusive_join_waits_for_the_paths_that_were_taken_and_for_no_other() {
    let gateways = r#"<inclusiveGateway id="f"/><inclusiveGateway id="j"/>"#;
    let text = process(
        &with_tasks("a b c d", gateways),
        "s>f f>a[x>=1] f>b[x>=2] f>c! a>j b>j c>j j>d d>e",
    );
    let document = read(&text);
    for (x, open) in [(0, vec!["c"]), (1, vec!["a"]), (2, vec!["a", "b"])] {
        let (mut case, _) = Case::start(&document, &[("x", json!(x))]);
        assert_eq!(case.open(), open, "{x}");
        for node in open.iter().rev() {
            assert_ne!(case.open(), ["d"]);
            case.complete(node).unwrap();
        }
        assert_eq!(case.open(), ["d"], "{x}");
    }
}

#[test]
fn an_inclusive_join_waits_for_a_token_that_can_still_come_back_to_it() {
    let gateways = r#"<inclusiveGateway id="f"/><inclusiveGateway id="j"/><exclusiveGateway id="k"/>"#;
    let flows = "s>f f>a[x>=0] f>b[x>=0] a>k k>b2[again_=_1] k>j! b2>k b>j j>c c>e";
    let document = read(&process(&with_tasks("a b b2 c", gateways), flows));
    let (mut case, _) = Case::start(&document, &[("x", json!(1)), ("again", json!(1))]);
    case.complete("b").unwrap();
    case.complete("a").unwrap();
    assert_eq!(case.open(), ["b2"]);
    case.complete_with("b2", &["o"], None, &[("again", json!(0))])
        .unwrap();
    assert_eq!(case.open(), ["c"]);
}

#[test]
fn an_event_gateway_goes_the_way_of_the_first_event_and_forgets_the_others() {
    let events = r#"<eventBasedGateway id="g"/>
        <intermediateCatchEvent id="t"><timerEventDefinition yx:days="working"><timeDuration>P5D</timeDuration></timerEventDefinition></intermediateCatchEvent>
        <intermediateCatchEvent id="m"><messageEventDefinition messageRef="m1"/></intermediateCatchEvent>"#;
    let document = read(&process(
        &with_tasks("a b", events),
        "s>g g>t g>m t>a m>b a>e b>e",
    ));
    let (mut case, effects) = Case::start(&document, &[]);
    let five = Period {
        count: 5,
        unit: Unit::WorkingDays,
    };
    assert!(matches!(&effects[..], [Effect::TimerSet { due, .. }] if *due == five));
    assert_eq!(
        case.message("withdrawn"),
        Err(WorkflowError::NobodyWaits("withdrawn".to_owned()))
    );
    let timer = case.timer("t");
    let effects = case.message("paid").unwrap();
    assert_eq!(names(&effects)[0], "timer_cancelled");
    assert_eq!(case.open(), ["b"]);
    assert_eq!(
        case.event(Event::TimerFired { timer }),
        Err(WorkflowError::NoTimer(timer))
    );
    let (mut other, _) = Case::start(&document, &[]);
    other.fire("t").unwrap();
    assert_eq!(other.open(), ["a"]);
    assert!(other.message("paid").is_err());
}

#[test]
fn an_interrupting_boundary_timer_ends_its_step_and_another_one_does_not() {
    let boundary = |cancel: bool| {
        let event = format!(
            r#"<boundaryEvent id="t" attachedToRef="a" cancelActivity="{cancel}"><timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>"#
        );
        read(&process(&with_tasks("a b", &event), "s>a a>e t>b b>e"))
    };
    let document = boundary(true);
    let (mut case, _) = Case::start(&document, &[]);
    let effects = case.fire("t").unwrap();
    assert!(effects.contains(&Effect::WorkClosed {
        work: 1,
        node: "a".to_owned(),
        how: Closed::Cancelled
    }));
    assert_eq!(case.open(), ["b"]);
    let document = boundary(false);
    let (mut case, _) = Case::start(&document, &[]);
    case.fire("t").unwrap();
    assert_eq!(case.open(), ["a", "b"]);
    case.complete("a").unwrap();
    assert_eq!(case.ended(), None);
    case.complete("b").unwrap();
    assert_eq!(case.ended().as_deref(), Some("completed"));
}

#[test]
fn a_boundary_message_that_does_not_interrupt_comes_as_often_as_it_is_sent() {
    let event = r#"<boundaryEvent id="m" attachedToRef="a" cancelActivity="false"><messageEventDefinition messageRef="m1"/></boundaryEvent>"#;
    let document = read(&process(&with_tasks("a b", event), "s>a a>e m>b b>e"));
    let (mut case, _) = Case::start(&document, &[]);
    case.message("paid").unwrap();
    case.message("paid").unwrap();
    assert_eq!(case.open(), ["a", "b", "b"]);
    case.complete("a").unwrap();
    assert!(case.message("paid").is_err());
}

#[test]
fn send_receive_throw_service_decision_and_call_ask_the_world_around_them() {
    let elements = r#"<startEvent id="s"/><endEvent id="e"><messageEventDefinition messageRef="m2"/></endEvent>
        <sendTask id="send" messageRef="m1"/><receiveTask id="receive" messageRef="m1"/>
        <intermediateThrowEvent id="throw"><messageEventDefinition messageRef="m2"/></intermediateThrowEvent>
        <serviceTask id="service" yx:operation="approval.issue"/>
        <businessRuleTask id="rule" yx:decision="acceptance" yx:version="3"/>
        <callActivity id="call" calledElement="survey" yx:version="2"/>"#;
    let flows = "s>send send>receive receive>throw throw>service service>rule rule>call call>e";
    let document = read(&process(elements, flows));
    assert_eq!(document.models()[0].calls().collect::<Vec<_>>(), [("survey", 2)]);
    assert_eq!(
        document.models()[0].decisions().collect::<Vec<_>>(),
        [("acceptance", 3)]
    );
    let (mut case, effects) = Case::start(&document, &[]);
    assert_eq!(names(&effects), ["message_sent send"]);
    let effects = case.message("paid").unwrap();
    assert_eq!(names(&effects), ["message_sent throw", "service_called service"]);
    let effects = case
        .complete_with("service", &[], None, &[("licence", json!("L1"))])
        .unwrap();
    assert!(
        matches!(&effects[1], Effect::DecisionAsked { decision, version: 3, .. } if decision == "acceptance")
    );
    let effects = case.complete("rule").unwrap();
    assert!(matches!(&effects[1], Effect::ProcessCalled { process, version: 2, .. } if process == "survey"));
    let effects = case.complete("call").unwrap();
    assert_eq!(
        names(&effects),
        ["work_closed call", "message_sent e", "case_ended"]
    );
    assert_eq!(case.instance.variables["licence"], json!("L1"));
}

#[test]
fn a_process_starts_with_its_message_and_with_no_other() {
    let elements = with_tasks(
        "a b",
        r#"<startEvent id="s2"><messageEventDefinition messageRef="m1"/></startEvent>"#,
    );
    let document = read(&process(&elements, "s>a s2>b a>e b>e"));
    let start = |message: &str| {
        let mut instance = Instance::new(&document.models()[0]);
        let event = Event::Started {
            message: Some(message.to_owned()),
            variables: Variables::new(),
        };
        step(
            &document.models()[0],
            &mut instance,
            event,
            1,
            &mut Budget::new(100),
        )
    };
    assert_eq!(names(&start("paid").unwrap())[0], "step_opened b");
    assert_eq!(
        start("withdrawn"),
        Err(WorkflowError::NoStart("withdrawn".to_owned()))
    );
}

fn with_sub(inner: &str, more: &str, flows: &str) -> yinxin_workflow::Document {
    let sub = format!(r#"<subProcess id="sub">{inner}</subProcess>{more}"#);
    read(&process(&with_tasks("a b", &sub), flows))
}

/// The inside of a sub-process, drawn before the outside.
fn inside(elements: &str, flows: &str) -> String {
    process(elements, flows)
        .replace("<bpmn:", "<")
        .replace("</bpmn:", "</")
}

#[test]
fn a_sub_process_is_done_when_everything_in_it_is() {
    let inner = inside(
        &format!(
            r#"<startEvent id="is"/><parallelGateway id="if"/>{}{}<endEvent id="ie"/>"#,
            task("x"),
            task("y")
        ),
        "is>if if>x if>y x>ie y>ie",
    );
    let document = with_sub(&inner, "", "s>sub sub>a a>b b>e");
    let (mut case, _) = Case::start(&document, &[]);
    assert_eq!(case.open(), ["x", "y"]);
    case.complete("x").unwrap();
    assert_eq!(case.open(), ["y"]);
    case.complete("y").unwrap();
    assert_eq!(case.open(), ["a"]);
}

#[test]
fn an_error_is_caught_by_its_code_from_inside_out_or_fails_the_case() {
    let inner = inside(
        &format!(
            r#"<startEvent id="is"/>{}<endEvent id="ie"><errorEventDefinition errorRef="e1"/></endEvent>"#,
            task("x")
        ),
        "is>x x>ie",
    );
    let catch = |reference: &str| {
        format!(
            r#"<boundaryEvent id="c" attachedToRef="sub"><errorEventDefinition {reference}/></boundaryEvent>"#
        )
    };
    for reference in [r#"errorRef="e1""#, ""] {
        let document = with_sub(&inner, &catch(reference), "s>sub sub>a c>b a>e b>e");
        let (mut case, _) = Case::start(&document, &[]);
        case.complete("x").unwrap();
        assert_eq!(case.open(), ["b"], "{reference}");
        let (mut case, _) = Case::start(&document, &[]);
        let work = case.work("x");
        let other = case
            .event(Event::Error {
                work,
                code: "other".to_owned(),
            })
            .unwrap();
        // Only the event without a code catches whatever comes.
        assert_eq!(
            names(&other).contains(&"case_ended".to_owned()),
            !reference.is_empty()
        );
    }
    let document = with_sub(&inner, "", "s>sub sub>a a>b b>e");
    let (mut case, _) = Case::start(&document, &[]);
    case.complete("x").unwrap();
    assert_eq!(case.ended().as_deref(), Some("failed"));
}

#[test]
fn an_escalation_is_caught_outside_and_its_origin_goes_on_unless_it_is_interrupted() {
    let inner = inside(
        &format!(
            r#"<startEvent id="is"/><intermediateThrowEvent id="it"><escalationEventDefinition escalationRef="c1"/></intermediateThrowEvent>{}<endEvent id="ie"/>"#,
            task("x")
        ),
        "is>it it>x x>ie",
    );
    let catch = |cancel: bool| {
        format!(
            r#"<boundaryEvent id="c" attachedToRef="sub" cancelActivity="{cancel}"><escalationEventDefinition escalationRef="c1"/></boundaryEvent>"#
        )
    };
    for (cancel, open) in [(false, vec!["b", "x"]), (true, vec!["b"])] {
        let document = with_sub(&inner, &catch(cancel), "s>sub sub>a c>b a>e b>e");
        let (case, effects) = Case::start(&document, &[]);
        assert_eq!(case.open(), open);
        assert!(
            effects
                .iter()
                .any(|effect| matches!(effect, Effect::Escalated { caught: Some(by), .. } if by == "c"))
        );
    }
    let document = with_sub(&inner, "", "s>sub sub>a a>b b>e");
    let (case, effects) = Case::start(&document, &[]);
    assert!(matches!(&effects[0], Effect::Escalated { caught: None, code, .. } if code == "help"));
    assert_eq!(case.open(), ["x"]);
}

#[test]
fn a_terminate_event_ends_its_own_scope_only() {
    let inner = inside(
        &format!(
            r#"<startEvent id="is"/><parallelGateway id="if"/>{}{}<endEvent id="ie"><terminateEventDefinition/></endEvent><endEvent id="ie2"/>"#,
            task("x"),
            task("y")
        ),
        "is>if if>x if>y x>ie y>ie2",
    );
    let document = with_sub(&inner, "", "s>sub sub>a a>b b>e");
    let (mut case, _) = Case::start(&document, &[]);
    let effects = case.complete("x").unwrap();
    assert!(names(&effects).contains(&"work_closed y".to_owned()));
    assert_eq!(case.open(), ["a"]);
}

fn several(characteristics: &str) -> yinxin_workflow::Document {
    let task = format!(r#"<userTask id="m">{characteristics}</userTask>"#);
    read(&process(&with_tasks("a", &task), "s>m m>a a>e"))
}

#[test]
fn a_parallel_multi_instance_opens_one_step_for_each_element_and_ends_with_the_last() {
    let document =
        several(r#"<multiInstanceLoopCharacteristics yx:collection="departments" yx:item="department"/>"#);
    let (mut case, _) = Case::start(&document, &[("departments", json!(["d1", "d2", "d3"]))]);
    let locals: Vec<_> = case
        .instance
        .open_steps(case.model)
        .map(|step| step.locals["department"].clone())
        .collect();
    assert_eq!(locals, [json!("d1"), json!("d2"), json!("d3")]);
    for _ in 0..3 {
        assert!(case.open().contains(&"m"));
        case.complete("m").unwrap();
    }
    assert_eq!(case.open(), ["a"]);
}

#[test]
fn a_sequential_multi_instance_opens_the_next_step_when_one_is_done() {
    let document = several(
        r#"<multiInstanceLoopCharacteristics isSequential="true"><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics>"#,
    );
    let (mut case, _) = Case::start(&document, &[("n", json!(2))]);
    assert_eq!(case.open(), ["m"]);
    case.complete("m").unwrap();
    assert_eq!(case.open(), ["m"]);
    case.complete("m").unwrap();
    assert_eq!(case.open(), ["a"]);
}

#[test]
fn a_completion_condition_ends_a_multi_instance_early() {
    let document = several(
        r#"<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><completionCondition>numberOfCompletedInstances >= 2</completionCondition></multiInstanceLoopCharacteristics>"#,
    );
    let (mut case, _) = Case::start(&document, &[]);
    case.complete("m").unwrap();
    let effects = case.complete("m").unwrap();
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::WorkClosed {
            how: Closed::Cancelled,
            ..
        }
    )));
    assert_eq!(case.open(), ["a"]);
}

#[test]
fn a_multi_instance_of_none_is_passed_and_one_of_too_many_or_of_no_number_is_refused() {
    let document = several(
        r#"<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality></multiInstanceLoopCharacteristics>"#,
    );
    let (case, _) = Case::start(&document, &[("n", json!(0))]);
    assert_eq!(case.open(), ["a"]);
    for (n, limit) in [(json!(65), true), (json!(-1), false), (json!("x"), false)] {
        let mut instance = Instance::new(&document.models()[0]);
        let event = Event::Started {
            message: None,
            variables: support::these(&[("n", n)]),
        };
        let refused = step(
            &document.models()[0],
            &mut instance,
            event,
            1,
            &mut Budget::new(1000),
        )
        .unwrap_err();
        assert_eq!(matches!(refused, WorkflowError::Limit(_)), limit);
    }
}

#[test]
fn a_boundary_event_of_a_multi_instance_ends_all_of_it() {
    let task = r#"<userTask id="m"><multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics></userTask>
        <boundaryEvent id="c" attachedToRef="m"><errorEventDefinition/></boundaryEvent>"#;
    let document = read(&process(&with_tasks("a b", task), "s>m m>a c>b a>e b>e"));
    let (mut case, _) = Case::start(&document, &[]);
    let work = case.works("m")[1];
    case.event(Event::Error {
        work,
        code: "any".to_owned(),
    })
    .unwrap();
    assert_eq!(case.open(), ["b"]);
}

#[test]
fn the_same_person_does_not_act_in_steps_that_need_different_ones_in_either_order() {
    let step =
        r#"<userTask id="approve" yx:notSameAs="accept"/><userTask id="accept"/><parallelGateway id="f"/>"#;
    let document = read(&process(
        &with_tasks("", step),
        "s>f f>accept f>approve accept>e approve>e",
    ));
    for (first, second) in [("accept", "approve"), ("approve", "accept")] {
        let (mut case, _) = Case::start(&document, &[]);
        case.complete_with(first, &["wang"], None, &[]).unwrap();
        if second == "approve" {
            let open: Vec<_> = case.instance.open_steps(case.model).collect();
            assert!(open[0].excluded.contains("wang"));
        }
        let refused = case.complete_with(second, &["wang"], None, &[]);
        assert_eq!(
            refused,
            Err(WorkflowError::SamePerson {
                step: second.to_owned(),
                earlier: first.to_owned()
            })
        );
        case.complete_with(second, &["li"], None, &[]).unwrap();
    }
}

#[test]
fn a_step_for_two_officers_needs_two_different_ones() {
    let document = read(&process(
        &with_tasks("", r#"<userTask id="x" yx:twoOfficers="true"/>"#),
        "s>x x>e",
    ));
    let (mut case, _) = Case::start(&document, &[]);
    for actors in [&["wang"][..], &["wang", "wang"], &[]] {
        assert_eq!(
            case.complete_with("x", actors, None, &[]),
            Err(WorkflowError::Officers("x".to_owned()))
        );
    }
    case.complete_with("x", &["wang", "li"], None, &[]).unwrap();
}

#[test]
fn an_outcome_is_one_of_those_of_the_step_and_becomes_its_variable() {
    let document = read(&process(
        &with_tasks(
            "",
            r#"<userTask id="x" yx:outcomes="approve refuse" yx:result="decision"/>"#,
        ),
        "s>x x>e",
    ));
    let (mut case, _) = Case::start(&document, &[]);
    for outcome in [None, Some("perhaps")] {
        assert_eq!(
            case.complete_with("x", &["wang"], outcome, &[]),
            Err(WorkflowError::Outcome("x".to_owned()))
        );
    }
    case.complete_with("x", &["wang"], Some("refuse"), &[]).unwrap();
    assert_eq!(case.instance.variables["decision"], json!("refuse"));
}

#[test]
fn at_its_deadline_a_step_escalates_and_stays_or_is_decided_by_silence() {
    let step = |at: &str| {
        format!(r#"<userTask id="x" yx:deadline="5 days" yx:atExpiry="{at}" yx:result="answer"/>"#)
    };
    let document = read(&process(&with_tasks("a", &step("escalate")), "s>x x>a a>e"));
    let (mut case, _) = Case::start(&document, &[]);
    let effects = case.fire("x").unwrap();
    assert!(matches!(&effects[..], [Effect::Escalated { code, caught: None, .. }] if code == "deadline"));
    assert_eq!(case.open(), ["x"]);
    assert!(case.instance.open_steps(case.model).all(|step| step.overdue));
    for (at, answer) in [
        ("deem-accepted", "deemed-accepted"),
        ("renew-by-lapse", "renewed-by-lapse"),
    ] {
        let document = read(&process(&with_tasks("a", &step(at)), "s>x x>a a>e"));
        let (mut case, _) = Case::start(&document, &[]);
        let effects = case.fire("x").unwrap();
        assert!(effects.iter().any(|effect| matches!(
            effect,
            Effect::WorkClosed {
                how: Closed::Lapsed,
                ..
            }
        )));
        assert_eq!(case.open(), ["a"]);
        assert_eq!(case.instance.variables["answer"], json!(answer));
    }
}

#[test]
fn a_running_case_keeps_its_version_and_time_goes_forward() {
    let document = three();
    let (case, _) = Case::start(&document, &[]);
    let text = support::document(&process(&with_tasks("a b", ""), WAY));
    let newer = yinxin_workflow::Document::read(text.as_bytes(), 2, &Feel).unwrap();
    let mut instance = case.instance.clone();
    let refused = step(
        &newer.models()[0],
        &mut instance,
        Event::Cancelled,
        9_999,
        &mut Budget::new(10),
    );
    assert_eq!(refused, Err(WorkflowError::OtherProcess("p v1".to_owned())));
    let refused = step(
        case.model,
        &mut instance,
        Event::Cancelled,
        1,
        &mut Budget::new(10),
    );
    assert_eq!(refused, Err(WorkflowError::Time));
}

#[test]
fn variables_are_bounded_plain_and_whole() {
    let document = three();
    let (mut case, _) = Case::start(&document, &[]);
    let deep = (0..7).fold(json!(1), |inner, _| json!([inner]));
    for (name, value) in [
        ("面积", json!(1)),
        ("x", json!(1.5)),
        ("x", json!({"a b": 1})),
        ("x", deep),
        ("x", json!(9_007_199_254_740_992_u64)),
    ] {
        let refused = case.complete_with("a", &["o"], None, &[(name, value)]);
        assert_eq!(refused, Err(WorkflowError::Variable(name.to_owned())));
    }
    let refused = case.complete_with("a", &["o"], None, &[("x", json!("y".repeat(20_000)))]);
    assert_eq!(refused, Err(WorkflowError::Limit("variables")));
    case.complete_with(
        "a",
        &["o"],
        None,
        &[("x", json!({"list": [1, "二", null, true]}))],
    )
    .unwrap();
}

#[test]
fn a_budget_ends_what_takes_too_many_steps_and_open_works_are_bounded() {
    let gateways = r#"<exclusiveGateway id="g"/><exclusiveGateway id="h"/>"#;
    let document = read(&process(&with_tasks("a", gateways), "s>g g>h h>g[true] h>a! a>e"));
    let mut instance = Instance::new(&document.models()[0]);
    let start = Event::Started {
        message: None,
        variables: Variables::new(),
    };
    let refused = step(
        &document.models()[0],
        &mut instance,
        start,
        1,
        &mut Budget::new(1000),
    );
    assert_eq!(refused, Err(WorkflowError::Budget));
    let event = r#"<boundaryEvent id="m" attachedToRef="a" cancelActivity="false"><messageEventDefinition messageRef="m1"/></boundaryEvent>"#;
    let document = read(&process(&with_tasks("a b", event), "s>a a>e m>b b>e"));
    let (mut case, _) = Case::start(&document, &[]);
    let refused = (0..300).find_map(|_| case.message("paid").err());
    assert_eq!(refused, Some(WorkflowError::Limit("open works")));
}

#[test]
fn a_case_before_a_join_that_can_never_fire_is_stuck_and_says_so() {
    let gateways = r#"<exclusiveGateway id="f"/><parallelGateway id="j"/>"#;
    let document = read(&process(
        &with_tasks("a b", gateways),
        "s>f f>a[true] f>b! a>j b>j j>e",
    ));
    let (mut case, _) = Case::start(&document, &[]);
    case.complete("a").unwrap();
    assert_eq!(case.ended().as_deref(), Some("stuck"));
}

#[test]
fn a_case_is_the_same_after_it_was_written_and_read() {
    let document = read(&process(
        &with_tasks("a b c", r#"<parallelGateway id="f"/><parallelGateway id="j"/>"#),
        "s>f f>a f>b a>j b>j j>c c>e",
    ));
    let (mut case, _) = Case::start(&document, &[("x", json!({"n": 1}))]);
    case.complete("a").unwrap();
    let bytes = serde_json::to_vec(&case.instance).unwrap();
    let back: Instance = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(back, case.instance);
    assert_eq!(serde_json::to_vec(&back).unwrap(), bytes);
}
