//! The check at deployment: each thing it finds, once found and once not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a helper that fails has failed its test"
)]

mod support;

use support::{checked, process, read, task, with_tasks};
use yinxin_workflow::{Code, check};

/// Codes and identifiers, without what says that one person could do all.
fn found(inside: &str) -> Vec<(String, String)> {
    checked(inside)
        .into_iter()
        .filter(|(code, _, _)| code != "SEPARATION_MISSING")
        .map(|(code, _, id)| (code, id))
        .collect()
}

fn one(code: &str, id: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), id.to_owned())]
}

const XOR: &str = r#"<exclusiveGateway id="f"/><exclusiveGateway id="j"/>"#;
const AND: &str = r#"<parallelGateway id="f"/><parallelGateway id="j"/>"#;
const OR: &str = r#"<inclusiveGateway id="f"/><inclusiveGateway id="j"/>"#;

#[test]
fn processes_that_split_and_join_alike_have_nothing_against_them() {
    for (gateways, flows) in [
        (XOR, "s>f f>a[x] f>b! a>j b>j j>e"),
        (AND, "s>f f>a f>b a>j b>j j>e"),
        (OR, "s>f f>a[x] f>b! a>j b>j j>e"),
        (OR, "s>f f>a[x] f>b[y] f>j! a>j b>j j>e"),
        (XOR, "s>j j>a a>f f>j[x] f>b! b>e"),
    ] {
        assert_eq!(
            found(&process(&with_tasks("a b", gateways), flows)),
            [],
            "{flows}"
        );
    }
}

#[test]
fn an_exclusive_split_into_a_parallel_join_is_a_deadlock_at_the_join() {
    let gateways = r#"<exclusiveGateway id="f"/><parallelGateway id="j"/>"#;
    let text = process(&with_tasks("a b", gateways), "s>f f>a[x] f>b! a>j b>j j>e");
    assert_eq!(found(&text), one("DEADLOCK", "j"));
    let document = read(&text);
    let findings = check(&document.models()[0]);
    let missing: Vec<_> = findings
        .iter()
        .filter(|finding| finding.code == Code::Deadlock)
        .map(|finding| finding.detail.as_str())
        .collect();
    assert_eq!(missing, ["b-j"]);
}

#[test]
fn an_inclusive_split_into_a_parallel_join_is_a_deadlock_too() {
    let gateways = r#"<inclusiveGateway id="f"/><parallelGateway id="j"/>"#;
    assert_eq!(
        found(&process(
            &with_tasks("a b", gateways),
            "s>f f>a[x] f>b! a>j b>j j>e"
        )),
        one("DEADLOCK", "j")
    );
}

#[test]
fn a_parallel_split_into_an_exclusive_join_is_walked_twice() {
    let gateways = r#"<parallelGateway id="f"/><exclusiveGateway id="j"/>"#;
    let found = found(&process(
        &with_tasks("a b c", gateways),
        "s>f f>a f>b a>j b>j j>c c>e",
    ));
    assert!(
        found.contains(&("TWO_TOKENS".to_owned(), "c".to_owned())),
        "{found:?}"
    );
    assert!(!found.iter().any(|(code, _)| code == "DEADLOCK"));
}

#[test]
fn a_loop_out_of_a_parallel_split_piles_up_tokens() {
    let gateways = r#"<exclusiveGateway id="j"/><parallelGateway id="f"/>"#;
    let found = found(&process(&with_tasks("a b", gateways), "s>j j>a a>f f>j f>b b>e"));
    assert!(found.iter().any(|(code, _)| code == "UNBOUNDED"), "{found:?}");
}

#[test]
fn a_join_in_a_loop_that_waits_for_its_own_output_is_found() {
    assert_eq!(
        found(&process(
            &with_tasks("a b", r#"<parallelGateway id="j"/><exclusiveGateway id="k"/>"#),
            "s>j j>a a>k k>j[x] k>b! b>e"
        )),
        one("DEADLOCK", "j")
    );
}

#[test]
fn what_cannot_be_reached_and_what_cannot_end_is_named() {
    assert_eq!(
        found(&process(&with_tasks("a b", ""), "s>a a>e b>e")),
        one("UNREACHABLE", "b")
    );
    let gateways = r#"<exclusiveGateway id="j"/><exclusiveGateway id="k"/>"#;
    let found = found(&process(
        &with_tasks("a b", gateways),
        "s>k k>j[x] k>a! a>e j>b b>j",
    ));
    assert_eq!(
        found,
        [
            ("NO_END".to_owned(), "j".to_owned()),
            ("NO_END".to_owned(), "b".to_owned())
        ]
    );
}

#[test]
fn a_path_without_end_event_is_a_warning() {
    assert_eq!(
        found(&process(
            &with_tasks("a b", r#"<parallelGateway id="f"/>"#),
            "s>f f>a f>b a>e"
        )),
        one("PATH_ENDS", "b")
    );
}

#[test]
fn a_loop_in_which_nothing_waits_is_endless_and_one_with_a_step_is_not() {
    let gateways = r#"<exclusiveGateway id="g"/><exclusiveGateway id="h"/>"#;
    let found_in = found(&process(&with_tasks("a", gateways), "s>g g>h h>g[x] h>a! a>e"));
    assert_eq!(
        found_in,
        [
            ("ENDLESS_LOOP".to_owned(), "g".to_owned()),
            ("ENDLESS_LOOP".to_owned(), "h".to_owned())
        ]
    );
    assert_eq!(
        found(&process(&with_tasks("a", gateways), "s>g g>a a>h h>g[x] h>e!")),
        []
    );
}

#[test]
fn a_choice_needs_a_condition_on_every_flow_and_a_default() {
    let gateways = r#"<exclusiveGateway id="g"/>"#;
    assert_eq!(
        found(&process(
            &with_tasks("a b", gateways),
            "s>g g>a[x] g>b[y] a>e b>e"
        )),
        one("DEFAULT_MISSING", "g")
    );
    assert_eq!(
        found(&process(&with_tasks("a b", gateways), "s>g g>a g>b! a>e b>e")),
        one("CONDITION_MISSING", "g-a")
    );
}

#[test]
fn a_step_needs_role_department_form_and_deadline() {
    let all = task("a");
    for (attribute, code) in [
        (r#" yx:role="reviewer""#, "ROLE_MISSING"),
        (r#" yx:department="d1""#, "DEPARTMENT_MISSING"),
        (r#" yx:form="f""#, "FORM_MISSING"),
        (
            r#" yx:deadline="20 working days" yx:atExpiry="escalate""#,
            "DEADLINE_MISSING",
        ),
    ] {
        let without = all.replace(attribute, "");
        assert_ne!(without, all);
        assert_eq!(
            found(&process(&with_tasks("", &without), "s>a a>e")),
            one(code, "a")
        );
    }
    assert_eq!(found(&process(&with_tasks("a", ""), "s>a a>e")), []);
}

#[test]
fn a_lane_gives_role_and_department_the_innermost_first_also_to_the_inside_of_sub_processes() {
    let bare = |id: &str| task(id).replace(r#" yx:role="reviewer" yx:department="d1""#, "");
    let lanes = r#"<laneSet id="ls"><lane id="l" yx:department="d1" yx:role="clerk"><flowNodeRef>a</flowNodeRef><flowNodeRef>sub</flowNodeRef>
        <childLaneSet id="cs"><lane id="l2" yx:role="head"><flowNodeRef>a</flowNodeRef></lane></childLaneSet></lane></laneSet>"#;
    let sub = format!(r#"<subProcess id="sub"><startEvent id="is"/>{}<endEvent id="ie"/><sequenceFlow id="1i" sourceRef="is" targetRef="x"/><sequenceFlow id="2i" sourceRef="x" targetRef="ie"/></subProcess>"#, bare("x")).replace("1i", "i1").replace("2i", "i2");
    let document = read(&process(
        &with_tasks("", &format!("{lanes}{}{sub}", bare("a"))),
        "s>a a>sub sub>e",
    ));
    let duty = |id: &str| document.models()[0].duty(id).unwrap().clone();
    assert_eq!(
        (duty("a").role.as_deref(), duty("a").department.as_deref()),
        (Some("head"), Some("d1"))
    );
    assert_eq!(
        (duty("x").role.as_deref(), duty("x").department.as_deref()),
        (Some("clerk"), Some("d1"))
    );
}

#[test]
fn a_condition_may_only_expect_what_comes_out_of_the_step() {
    let review = |more: &str| {
        let outcomes = format!(r#"yx:outcomes="agree object" yx:result="reviewOpinion"{more}/>"#);
        with_tasks(
            "b",
            &format!("{XOR}{}", task("a").replace("/>", &format!(" {outcomes}"))),
        )
    };
    let asked = |more: &str, condition: &str| {
        let text = process(&review(more), "s>a a>f f>b[x] f>j! b>j j>e");
        let condition = condition.replace('>', "&gt;");
        found(&text.replace(
            "<bpmn:conditionExpression>x<",
            &format!("<bpmn:conditionExpression>{condition}<"),
        ))
    };
    for condition in [
        r#"reviewOpinion = "object""#,
        r#"reviewOpinion in ("object", "agree")"#,
        "reviewOpinion != null",
        "days > 30",
    ] {
        assert_eq!(asked("", condition), [], "{condition}");
    }
    for condition in [
        r#"reviewOpinion = "objct""#,
        r#""Object" = reviewOpinion"#,
        r#"reviewOpinion in ("object", "no")"#,
        "days > 30 and reviewOpinion != true",
        r#"reviewOpinion = "renewed-by-lapse""#,
    ] {
        assert_eq!(asked("", condition), one("OUTCOME_UNKNOWN", "f-b"), "{condition}");
    }
    for condition in [r#"reviewopinion = "object""#, r#"reviewOpinon = "object""#] {
        assert_eq!(
            asked("", condition),
            one("VARIABLE_UNKNOWN", "f-b"),
            "{condition}"
        );
    }
    // What silence makes of a step comes out of it too.
    let lapse = r#"reviewOpinion = "renewed-by-lapse""#;
    let text = process(
        &review(r#" yx:basis="行政许可法 §50""#),
        "s>a a>f f>b[x] f>j! b>j j>e",
    );
    let (before, after) = text.split_once(r#"id="a""#).unwrap();
    let text = format!(
        r#"{before}id="a"{}"#,
        after.replacen("escalate", "renew-by-lapse", 1)
    );
    let text = text.replace("Expression>x<", &format!("Expression>{lapse}<"));
    assert_eq!(found(&text), []);
}

#[test]
fn a_role_that_no_ready_process_has_is_worth_a_look() {
    let role = |role: &str| {
        let step = task("a").replace("reviewer", role);
        found(&process(&with_tasks("", &step), "s>a a>e"))
    };
    for known in yinxin_workflow::ROLES {
        assert_eq!(role(known), []);
    }
    assert_eq!(role("sectionhead"), one("ROLE_UNKNOWN", "a"));
}

#[test]
fn silence_that_decides_needs_a_legal_basis() {
    let step = |basis: &str| {
        task("a")
            .replace("escalate", "renew-by-lapse")
            .replace("/>", &format!("{basis}/>"))
    };
    assert_eq!(
        found(&process(&with_tasks("", &step("")), "s>a a>e")),
        one("BASIS_MISSING", "a")
    );
    assert_eq!(
        found(&process(
            &with_tasks("", &step(r#" yx:basis="行政许可法 §50""#)),
            "s>a a>e"
        )),
        []
    );
}

#[test]
fn outcomes_need_a_variable() {
    let step = |result: &str| task("a").replace("/>", &format!(r#" yx:outcomes="approve refuse"{result}/>"#));
    assert_eq!(
        found(&process(&with_tasks("", &step("")), "s>a a>e")),
        one("RESULT_MISSING", "a")
    );
    assert_eq!(
        found(&process(&with_tasks("", &step(r#" yx:result="d""#)), "s>a a>e")),
        []
    );
}

#[test]
fn a_wait_without_a_timer_is_a_warning() {
    let receive = r#"<receiveTask id="r" messageRef="m1"/>"#;
    let timer = r#"<boundaryEvent id="t" attachedToRef="r"><timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition></boundaryEvent>"#;
    assert_eq!(
        found(&process(&with_tasks("", receive), "s>r r>e")),
        one("WAIT_ENDLESS", "r")
    );
    assert_eq!(
        found(&process(
            &with_tasks("", &format!("{receive}{timer}")),
            "s>r r>e t>e"
        )),
        []
    );
}

#[test]
fn steps_that_one_person_could_all_take_are_a_warning() {
    let codes = |text: &str| {
        checked(text)
            .into_iter()
            .map(|(code, _, _)| code)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        codes(&process(&with_tasks("a b", ""), "s>a a>b b>e")),
        ["SEPARATION_MISSING"]
    );
    let other = task("b").replace("/>", r#" yx:notSameAs="a"/>"#);
    assert_eq!(codes(&process(&with_tasks("a", &other), "s>a a>b b>e")), [""; 0]);
}

#[test]
fn a_boundary_event_that_does_not_interrupt_may_not_lead_into_the_join_of_its_own_step() {
    let event = r#"<boundaryEvent id="t" attachedToRef="a" cancelActivity="false"><timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition></boundaryEvent><parallelGateway id="j"/>"#;
    let found_in = found(&process(&with_tasks("a b", event), "s>a t>b a>j b>j j>e"));
    assert_eq!(found_in, one("DEADLOCK", "j"));
    assert_eq!(
        found(
            &process(&with_tasks("a b", event), "s>a t>b a>e b>e")
                .replace(r#"<bpmn:parallelGateway id="j"/>"#, "")
        ),
        []
    );
}

#[test]
fn a_terminate_event_saves_what_would_wait_for_ever_only_if_it_always_comes() {
    let elements = r#"<parallelGateway id="f"/><endEvent id="t"><terminateEventDefinition/></endEvent>"#;
    assert_eq!(
        found(&process(&with_tasks("a b", elements), "s>f f>a f>b a>t b>e")),
        []
    );
}

#[test]
fn many_parallel_lanes_are_shown_sound_within_the_limit() {
    let lanes: Vec<String> = (0..12).map(|lane| format!("a{lane}")).collect();
    let flows: String = lanes.iter().map(|lane| format!("f>{lane} {lane}>j ")).collect();
    assert_eq!(
        found(&process(
            &with_tasks(&lanes.join(" "), AND),
            &format!("s>f {flows} j>e")
        )),
        []
    );
    let broken = AND.replace(r#"<parallelGateway id="f"/>"#, r#"<inclusiveGateway id="f"/>"#);
    let flows: String = (0..5)
        .map(|lane| format!("f>a{lane}[x{lane}] a{lane}>j "))
        .collect();
    let found = found(&process(
        &with_tasks("a0 a1 a2 a3 a4 d", &broken),
        &format!("s>f {flows} f>d! d>e j>e"),
    ));
    assert_eq!(found, one("DEADLOCK", "j"));
}

#[test]
fn a_process_with_more_situations_than_can_be_looked_at_is_refused() {
    // Sixteen lanes that each choose: 2^16 situations meet at the join.
    let mut elements = AND.to_owned();
    let mut flows = String::from("s>f j>e ");
    for lane in 0..16 {
        elements.push_str(&format!(r#"<exclusiveGateway id="x{lane}"/>"#));
        flows.push_str(&format!(
            "f>x{lane} x{lane}>a{lane}[c] x{lane}>b{lane}! a{lane}>y{lane} b{lane}>y{lane} y{lane}>j "
        ));
        elements.push_str(&format!(r#"<parallelGateway id="y{lane}"/>"#));
        elements.push_str(&task(&format!("a{lane}")));
        elements.push_str(&task(&format!("b{lane}")));
    }
    assert_eq!(
        found(&process(&with_tasks("", &elements), &flows)),
        one("TOO_COMPLEX", "p")
    );
}

#[test]
fn a_sub_process_that_only_fails_does_not_go_on() {
    let sub = |end: &str| {
        format!(
            r#"<subProcess id="sub"><startEvent id="is"/><endEvent id="ie">{end}</endEvent><sequenceFlow id="i1" sourceRef="is" targetRef="ie"/></subProcess>
        <boundaryEvent id="c" attachedToRef="sub"><errorEventDefinition errorRef="e1"/></boundaryEvent>"#
        )
    };
    let error = r#"<errorEventDefinition errorRef="e1"/>"#;
    let with = |end: &str| found(&process(&with_tasks("a b", &sub(end)), "s>sub sub>a c>b a>e b>e"));
    assert_eq!(with(error), one("NEVER_TAKEN", "a"));
    assert_eq!(with(""), []);
}

#[test]
fn the_work_of_the_check_is_bounded_for_the_widest_processes_too() {
    // Sixty-four lanes, each an inclusive split of six ways: more ways at once than anybody can look at.
    let mut elements = AND.to_owned();
    let mut flows = String::from("s>f j>e ");
    for lane in 0..64 {
        elements.push_str(&format!(
            r#"<inclusiveGateway id="x{lane}"/><inclusiveGateway id="y{lane}"/>"#
        ));
        flows.push_str(&format!("f>x{lane} x{lane}>y{lane}! y{lane}>j "));
        for way in 0..5 {
            elements.push_str(&task(&format!("a{lane}w{way}")));
            flows.push_str(&format!("x{lane}>a{lane}w{way}[c] a{lane}w{way}>y{lane} "));
        }
    }
    assert_eq!(
        found(&process(&with_tasks("", &elements), &flows)),
        one("TOO_COMPLEX", "p")
    );
}
