//! Each rule of policies kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use yinxin_policy::{
    Context, Decision, PolicyError, PolicySet, Principal, Request, Resource, Schema, limits,
};

const OPERATIONS: [&str; 4] = [
    "approval.accept",
    "approval.decide",
    "sharing.disclose",
    "sharing.lease",
];

/// 2026-03-02, a Monday, 10:30 in Shanghai.
const MONDAY: u64 = 1_772_418_600_000;
const HOUR: u64 = 3_600_000;

fn schema() -> Schema {
    Schema::new(OPERATIONS).unwrap()
}

fn parse(text: &str) -> Result<PolicySet, PolicyError> {
    PolicySet::parse(&schema(), &[("test", text)])
}

fn set(text: &str) -> PolicySet {
    parse(text).unwrap()
}

fn request() -> Request<'static> {
    Request {
        context: Context {
            department: Some("12990100000001011T"),
            grade: Some(2),
            own: true,
            sealed: true,
            time: MONDAY,
            ..Context::default()
        },
        operation: "approval.decide",
        principal: Principal::Officer("sha256:1a"),
        resource: Resource::Case("LX-2026-0001"),
    }
}

fn names(decision: &Decision) -> Vec<&str> {
    decision.determining.iter().map(|name| name.as_str()).collect()
}

/// A policy with a condition.
fn with(effect: &str, id: &str, condition: &str) -> String {
    format!(
        "@id(\"{id}\") {effect} (principal, action == Action::\"approval.decide\", resource) when {{ {condition} }};"
    )
}

/// Whether the one policy with this condition permits the request.
fn permits(condition: &str, request: &Request<'_>) -> bool {
    set(&with("permit", "one", condition)).decide(request).allowed
}

#[test]
fn what_nothing_permits_is_denied_and_names_nobody() {
    let policies = set(&with("permit", "other", "context.grade == 9 && context.own")
        .replace("context.grade", "context has grade && context.grade"));
    for policies in [set(""), set("// nothing yet\n"), policies] {
        let decision = policies.decide(&request());
        assert_eq!(
            decision,
            Decision {
                allowed: false,
                determining: Vec::new()
            }
        );
    }
    let unknown = Request {
        operation: "approval.annul",
        ..request()
    };
    assert!(
        !set(&with("permit", "one", "true || context.own"))
            .decide(&unknown)
            .allowed
    );
}

#[test]
fn a_forbid_overrides_every_permit_and_the_names_are_sorted() {
    let permits = with("permit", "b", "context.own") + &with("permit", "a", "context.sealed");
    let decision = set(&permits).decide(&request());
    assert!(decision.allowed);
    assert_eq!(names(&decision), ["test:a", "test:b"]);
    let forbids = with("forbid", "z", "context.own") + &with("forbid", "y", "context.sealed");
    let decision = set(&(permits + &forbids)).decide(&request());
    assert!(!decision.allowed);
    assert_eq!(names(&decision), ["test:y", "test:z"]);
}

#[test]
fn sources_add_to_each_other() {
    let (mine, theirs) = (
        with("permit", "one", "context.own"),
        with("forbid", "one", "context.sealed"),
    );
    let policies = PolicySet::parse(
        &schema(),
        &[("approval/a.cedar", &mine), ("policy/approval", &theirs)],
    )
    .unwrap();
    let decision = policies.decide(&request());
    assert_eq!(names(&decision), ["policy/approval:one"]);
    let twice = PolicySet::parse(&schema(), &[("a", &mine), ("a", &theirs)]).unwrap_err();
    assert_eq!(twice, PolicyError::Source("a".to_owned()));
}

#[test]
fn an_error_in_a_permit_permits_nothing_and_in_a_forbid_forbids() {
    let overflow = "context.time * 9223372036854775807 > 0";
    let decision = set(&with("permit", "broken", overflow)).decide(&request());
    assert_eq!(
        decision,
        Decision {
            allowed: false,
            determining: Vec::new()
        }
    );
    let sound = with("permit", "sound", "context.own");
    assert!(
        set(&(sound.clone() + &with("permit", "broken", overflow)))
            .decide(&request())
            .allowed
    );
    let decision = set(&(sound + &with("forbid", "broken", overflow))).decide(&request());
    assert!(!decision.allowed);
    assert_eq!(names(&decision), ["test:broken"]);
}

#[test]
fn role_department_grade_case_lease_and_time_are_all_asked() {
    let roles = ["audit".to_owned(), "data".to_owned()];
    let mut full = request();
    full.context = Context {
        case: Some("LX-2026-0001"),
        kind: Some("hpf-certificate"),
        lease: Some("sha256:2b"),
        mandate: Some("post"),
        purpose: Some("异地贷款"),
        roles: &roles,
        ..full.context
    };
    let yes = [
        "context.roles.contains(\"audit\")",
        "context has department && context.department == \"12990100000001011T\"",
        "context has grade && context.grade >= 2",
        "context has case && context.case like \"LX-*\"",
        "context has lease",
        "context has mandate && context.mandate == \"post\"",
        "context has purpose && context.purpose == \"异地贷款\"",
        "context has kind && context.kind == \"hpf-certificate\"",
        "context.hour == 10 && context.weekday == 1",
        "context.time < 1772418600001",
        "principal is Officer && resource is Case",
        "principal == Officer::\"sha256:1a\"",
        "resource == Case::\"LX-2026-0001\"",
        "context.own && context.sealed",
    ];
    for condition in yes {
        assert!(permits(condition, &full), "{condition}");
        assert!(!permits(&format!("!({condition})"), &full), "{condition}");
    }
    for condition in yes.iter().skip(1).take(7) {
        let bare = Request {
            context: Context {
                time: MONDAY,
                ..Context::default()
            },
            ..request()
        };
        assert!(!permits(condition, &bare), "{condition}");
    }
    let other = Request {
        principal: Principal::Person("sha256:1a"),
        resource: Resource::Record("x"),
        ..full
    };
    assert!(!permits("principal is Officer", &other) && !permits("resource is Case", &other));
}

#[test]
fn hours_and_weekdays_are_those_of_shanghai() {
    let at = |time: u64, hour: u64, weekday: u64| {
        let request = Request {
            context: Context {
                time,
                ..request().context
            },
            ..request()
        };
        permits(
            &format!("context.hour == {hour} && context.weekday == {weekday}"),
            &request,
        )
    };
    assert!(at(0, 8, 4), "the first of January 1970 was a Thursday");
    assert!(at(MONDAY, 10, 1));
    assert!(at(MONDAY + 13 * HOUR, 23, 1));
    assert!(at(MONDAY + 14 * HOUR, 0, 2));
    assert!(at(MONDAY - 11 * HOUR, 23, 7));
}

#[test]
fn a_policy_may_name_several_operations_or_a_whole_scenario() {
    let text = r#"
        @id("two") permit (principal, action in [Action::"approval.accept", Action::"sharing.lease"], resource);
        @id("all") forbid (principal is Anyone, action in Action::"sharing", resource);"#;
    let policies = set(text);
    let named: Vec<_> = policies
        .policies()
        .map(|(name, forbids, operations)| {
            (
                name.as_str(),
                forbids,
                operations.iter().map(String::as_str).collect::<Vec<_>>(),
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            ("test:all", true, vec!["sharing.disclose", "sharing.lease"]),
            ("test:two", false, vec!["approval.accept", "sharing.lease"]),
        ]
    );
    let ask = |operation, principal| {
        policies
            .decide(&Request {
                operation,
                principal,
                ..request()
            })
            .allowed
    };
    assert!(ask("approval.accept", Principal::Anyone));
    assert!(ask("sharing.lease", Principal::Person("p")));
    assert!(!ask("sharing.lease", Principal::Anyone));
    assert!(!ask("approval.decide", Principal::Person("p")));
}

#[test]
fn a_policy_that_does_not_fit_the_schema_is_refused() {
    for condition in [
        "context.salary > 1",
        "context.grade > 1",
        "context has grade && context.grade == \"2\"",
        "principal.name == \"x\"",
        "principal is Minister",
        "resource == Bank::\"x\"",
        "context.own > true",
        "context.purpose like \"x\"",
        "context.time > 1.5",
        "action == Action::\"approval.annul\"",
        "false",
        "context has grade && context.grade == 1 && false",
    ] {
        let error = parse(&with("permit", "one", condition)).expect_err(condition);
        assert!(
            matches!(error, PolicyError::Invalid { .. } | PolicyError::Syntax { .. }),
            "{condition}: {error}"
        );
    }
}

#[test]
fn no_function_is_called_but_those_of_sets() {
    for condition in [
        "decimal(\"1.5\").greaterThan(decimal(\"1.0\"))",
        "datetime(\"2026-03-02\") > datetime(\"2026-03-01\")",
        "context.own && duration (\"1h\") == duration(\"60m\")",
        "ip // an address\n(\"127.0.0.1\").isLoopback()",
        "resource.hasTag(\"a\")",
        "principal.getTag(\"a\") == 1",
    ] {
        let error = parse(&with("permit", "one", condition)).expect_err(condition);
        let source_name = "test".to_owned();
        assert_eq!(
            error,
            PolicyError::Function {
                source_name,
                place: 1
            },
            "{condition}"
        );
    }
    for condition in [
        "(ip)(\"127.0.0.1\") == (ip)(\"127.0.0.1\")",
        "\"ip\"(\"127.0.0.1\") == \"ip\"(\"127.0.0.1\")",
        "context[\"roles\"][\"contains\"](\"a\")",
        "context.roles.contains(\"a\")(\"b\")",
    ] {
        let error = parse(&with("permit", "one", condition)).expect_err(condition);
        assert!(
            matches!(error, PolicyError::Syntax { .. }),
            "{condition}: {error}"
        );
    }
    for condition in [
        "context.roles.contains(\"ip(\") || context.roles.containsAll([\"a\"]) || context.roles.containsAny([\"a\"])",
        "context.roles.isEmpty() && context.own",
        "if (context.own) then (context.sealed) else (!(context.sealed))",
        "(context.time) in [] || context.own",
    ] {
        let error = parse(&with("permit", "one", condition)).err();
        assert!(
            !matches!(error, Some(PolicyError::Function { .. })),
            "{condition}"
        );
    }
}

#[test]
fn a_policy_names_itself_and_its_operations() {
    let head = |text: &str| parse(&format!("{text} when {{ context.own }};")).unwrap_err();
    let source = || "test".to_owned();
    let one = "(principal, action == Action::\"approval.decide\", resource)";
    assert_eq!(head(&format!("permit {one}")), PolicyError::Id(source()));
    for id in ["", "Up", "a b", "9", "异地", &"a".repeat(65)] {
        assert_eq!(
            head(&format!("@id(\"{id}\") permit {one}")),
            PolicyError::Id(source()),
            "{id}"
        );
    }
    let twice = format!("@id(\"a\") permit {one}; @id(\"a\") forbid {one}");
    assert_eq!(head(&twice), PolicyError::Id(source()));
    let noted = format!(
        "@id(\"a\") @law(\"条例 §26\") @zh(\"负责人审批 loan\") @en(\"The head decides\") permit {one};"
    );
    assert!(parse(&noted).is_ok());
    let unknown = format!("@id(\"a\") @author(\"me\") permit {one}");
    assert_eq!(head(&unknown), PolicyError::Annotation("test:a".to_owned()));
    for action in [
        "action",
        "action == Action::\"approval.annul\"",
        "action in []",
        "action in [Action::\"taxes\"]",
    ] {
        let text = format!("@id(\"a\") permit (principal, {action}, resource)");
        assert_eq!(head(&text), PolicyError::Unnamed("test:a".to_owned()), "{action}");
    }
    let blank =
        "@id(\"a\") permit (principal == ?principal, action == Action::\"approval.decide\", resource);";
    assert!(matches!(parse(blank).unwrap_err(), PolicyError::Syntax { .. }));
}

#[test]
fn what_could_run_long_is_refused() {
    let one = with("permit", "one", "context.own");
    let filled = |bytes: usize| format!("{one}//{}", "x".repeat(bytes - one.len() - 2));
    assert!(parse(&filled(limits::SOURCE_BYTES)).is_ok());
    let long = parse(&filled(limits::SOURCE_BYTES + 1)).unwrap_err();
    assert_eq!(long, PolicyError::Size("test".to_owned()));

    let many = |count: usize| -> String {
        (0..count)
            .map(|number| {
                format!("@id(\"p{number}\")permit(principal,action==Action::\"approval.decide\",resource);")
            })
            .collect()
    };
    assert!(parse(&many(limits::POLICIES)).is_ok());
    assert_eq!(
        parse(&many(limits::POLICIES + 1)).unwrap_err(),
        PolicyError::Count("test".to_owned())
    );

    // Four words and signs for each link of the chain, and 31 for the rest of the policy.
    let chain = |links: usize| with("permit", "one", &["context.own"; 1].repeat(links).join("&&"));
    let most = (1..limits::TOKENS)
        .rev()
        .find(|links| parse(&chain(*links)).is_ok())
        .unwrap();
    assert!(most >= 90, "{most}");
    assert!(set(&chain(most)).decide(&request()).allowed);
    assert!(matches!(
        parse(&chain(most + 1)).unwrap_err(),
        PolicyError::Tokens { place: 1, .. }
    ));

    let nested = |depth: usize| {
        with(
            "permit",
            "one",
            &format!("{}context.own{}", "(".repeat(depth), ")".repeat(depth)),
        )
    };
    assert!(set(&nested(limits::NESTING - 1)).decide(&request()).allowed);
    assert!(matches!(
        parse(&nested(limits::NESTING)).unwrap_err(),
        PolicyError::Nesting { place: 1, .. }
    ));

    let operations: Vec<String> = (0..400).map(|number| format!("wide.verb{number}")).collect();
    let wide = Schema::new(operations.iter().map(String::as_str)).unwrap();
    let all = |text: &str| PolicySet::parse(&wide, &[("test", text)]);
    let group = "@id(\"a\") permit (principal, action in Action::\"wide\", resource)";
    assert!(all(&format!("{group};")).is_ok());
    let long = format!("{group} when {{ {} }};", ["context.own"; 20].join("&&"));
    assert_eq!(all(&long).unwrap_err(), PolicyError::Work("test".to_owned()));
}

#[test]
fn a_policy_looks_like_what_it_says() {
    for hidden in ["\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}", "\u{7}", "\r"] {
        let text = format!("// {hidden}\n{}", with("permit", "one", "context.own"));
        assert_eq!(
            parse(&text).unwrap_err(),
            PolicyError::Character("test".to_owned()),
            "{hidden:?}"
        );
    }
    assert!(parse(&format!("// 甲市\n\t{}", with("permit", "one", "context.own"))).is_ok());
}

#[test]
fn a_request_that_is_longer_than_allowed_is_denied() {
    let policies = set(&with("permit", "one", "context.own"));
    let text = |length: usize| "x".repeat(length);
    let roles = |count: usize| vec!["data".to_owned(); count];
    let ask = |purpose: &str, id: &str, roles: &[String], time: u64| {
        let context = Context {
            purpose: Some(purpose),
            roles,
            time,
            ..request().context
        };
        policies
            .decide(&Request {
                context,
                resource: Resource::Case(id),
                ..request()
            })
            .allowed
    };
    assert!(ask(
        &text(limits::TEXT_BYTES),
        &text(limits::TEXT_BYTES),
        &roles(limits::ROLES),
        MONDAY
    ));
    assert!(!ask(&text(limits::TEXT_BYTES + 1), "a", &[], MONDAY));
    assert!(!ask("a", &text(limits::TEXT_BYTES + 1), &[], MONDAY));
    assert!(!ask("a", "a", &roles(limits::ROLES + 1), MONDAY));
    assert!(!ask("a", "a", &[], u64::MAX));
}

#[test]
fn operations_are_named_by_scenario_and_verb() {
    for bad in [
        "",
        "approval",
        "Approval.decide",
        "approval.decide.now",
        "approval.",
        ".decide",
        "a\".b",
    ] {
        assert_eq!(
            Schema::new([bad]).unwrap_err(),
            PolicyError::Operation(bad.to_owned())
        );
    }
    let many: Vec<String> = (0..=limits::OPERATIONS)
        .map(|number| format!("a.b{number}"))
        .collect();
    assert!(Schema::new(many.iter().skip(1).map(String::as_str)).is_ok());
    assert!(Schema::new(many.iter().map(String::as_str)).is_err());
    assert!(Schema::new([]).is_ok());
}

/// How much stack a caller has left must not decide: Cedar gives up where little is left, and is never left with little.
#[test]
fn the_decision_is_the_same_on_a_small_stack() {
    let deep = set(&(with("permit", "one", "context.own")
        + &with(
            "forbid",
            "deep",
            &format!("!({})", ["context.own"; 90].join("&&")),
        )));
    let here = deep.decide(&request());
    assert!(here.allowed);
    let small = std::thread::Builder::new().stack_size(64 << 10);
    let there = std::thread::scope(|scope| {
        small
            .spawn_scoped(scope, || deep.decide(&request()))
            .unwrap()
            .join()
            .unwrap()
    });
    assert_eq!(here, there);
}

proptest! {
    #[test]
    fn arbitrary_text_gives_policies_or_an_error(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn arbitrary_words_give_policies_or_an_error(words in prop::collection::vec(prop::sample::select(vec![
        "permit", "forbid", "(", ")", "{", "}", "[", "]", "principal", "action", "resource", "context", ".", ",", ";", "==", "in", "is",
        "has", "like", "when", "unless", "if", "then", "else", "&&", "||", "!", "-", "1", "\"a\"", "@id(\"a\")", "Action::\"approval.decide\"",
        "own", "grade", "Officer", "::", "?principal", "contains", "true", "//", "\n", "\"", "\\",
    ]), 0..60)) {
        let _ = parse(&words.join(" "));
    }

    #[test]
    fn arbitrary_requests_get_a_decision(
        text in any::<String>(), grade in any::<Option<u8>>(), time in any::<u64>(), own in any::<bool>(), roles in prop::collection::vec(any::<String>(), 0..4),
    ) {
        let policies = set(&with("permit", "one", "context has purpose && context.purpose like \"*a*\" && context.own"));
        let context = Context { grade, own, purpose: Some(&text), roles: &roles, time, ..Context::default() };
        let asked = Request { context, principal: Principal::Person(&text), ..request() };
        let decision = policies.decide(&asked);
        prop_assert_eq!(&decision, &policies.decide(&asked));
        if text.len() <= limits::TEXT_BYTES && time < 1 << 62 {
            prop_assert_eq!(decision.allowed, own && text.contains('a'));
        }
    }
}
