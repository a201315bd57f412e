//! Documents with policies: what cannot be put in force is refused when it is proposed, and nothing that is enacted locks governance out.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{World, document, key, with};

fn policy(effect: &str, action: &str) -> String {
    format!("@id(\"x\") {effect} (principal, {action}, resource);")
}

#[test]
fn a_policy_document_fits_the_schema_and_speaks_of_its_own_scenario() {
    let mut world = World::new(4);
    let forbid = policy("forbid", "action == Action::\"probe.ask\"");
    let good = || document("policy/probe", 1, &forbid);
    let of = |name: &str, effect: &str, action: &str| document(name, 1, &policy(effect, action));
    let probe = "action in Action::\"probe\"";
    let governance = "action in [Action::\"probe\", Action::\"governance.vote\"]";
    for (what, content, code) in [
        ("good", good(), "OK"),
        ("a whole scenario", of("policy/probe", "permit", probe), "OK"),
        ("nothing", document("policy/probe", 1, ""), "OK"),
        (
            "no policies",
            document("policy/probe", 1, "permit all"),
            "POLICY_MALFORMED",
        ),
        (
            "all operations",
            of("policy/probe", "forbid", "action"),
            "POLICY_MALFORMED",
        ),
        (
            "unknown operation",
            of("policy/probe", "forbid", "action == Action::\"probe.tell\""),
            "POLICY_MALFORMED",
        ),
        (
            "no text",
            with(good(), "content", Value::Null),
            "POLICY_MALFORMED",
        ),
        (
            "catalogue",
            with(good(), "class", json!("catalogue")),
            "POLICY_MALFORMED",
        ),
        (
            "governance forbidden",
            of("policy/probe", "forbid", governance),
            "POLICY_SCOPE",
        ),
        (
            "governance permitted",
            of("policy/probe", "permit", governance),
            "POLICY_SCOPE",
        ),
        (
            "for governance",
            of("policy/governance", "permit", "action in Action::\"governance\""),
            "POLICY_SCOPE",
        ),
        (
            "for nobody",
            of("policy/sharing", "permit", probe),
            "POLICY_SCOPE",
        ),
        ("deeper", of("policy/probe/more", "permit", probe), "POLICY_SCOPE"),
        ("another document", document("rules", 1, "permit all"), "OK"),
    ] {
        assert_eq!(world.try_propose("document", content), code, "{what}");
    }
    let stranger = world.proposal("document", document("policy/probe", 1, "permit all"));
    assert_eq!(
        world.code(&key(200), "governance.propose", stranger),
        "GOV_NOT_MEMBER"
    );
}

#[test]
fn members_decide_whatever_is_enacted() {
    let mut world = World::new(4);
    world.decide(
        "document",
        document(
            "policy/probe",
            1,
            &policy("forbid", "action in Action::\"probe\""),
        ),
    );
    let answer = world.ask(
        "governance.document",
        json!({ "content": false, "name": "policy/probe" }),
    );
    assert_eq!(
        (&answer["version"], &answer["content"]),
        (&json!(1), &Value::Null)
    );
    world.decide("document", document("policy/probe", 2, "// none\n"));
    let answer = world.ask("governance.document", json!({ "name": "policy/probe" }));
    assert_eq!(
        (&answer["version"], &answer["content"]),
        (&json!(2), &json!("// none\n"))
    );
}
