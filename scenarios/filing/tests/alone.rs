//! What the scenario is without a chain: its numbers and words, and its default policies. Its rules and stories are in `crates/node/tests/filing`, with the
//! real scenarios beside it.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use yinxin_execution::policy::{Context, PolicySet, Principal, Request, Resource, Schema};
use yinxin_filing::scenario;

#[test]
fn codes_are_numbered_from_2601_to_2649_and_speak_both_languages() {
    let scenario = scenario();
    for code in scenario.codes() {
        assert!(
            (2601..2650).contains(&code.number) && code.name.starts_with("FILING_"),
            "{}",
            code.name
        );
        assert!(!code.source.is_empty(), "{}", code.name);
    }
    for name in scenario.codes().iter().map(|code| code.name).chain(["statement"]) {
        assert!(
            scenario.zh().get(name).is_some() && scenario.en().get(name).is_some(),
            "{name}"
        );
    }
}

#[test]
fn the_default_policies_ask_for_role_grade_and_seal() {
    let scenario = scenario();
    let operations = scenario.operations().iter().map(|operation| operation.id);
    let policies = PolicySet::parse(&Schema::new(operations).unwrap(), scenario.policies()).unwrap();
    let allowed = |operation, role: &str, grade, own, sealed| {
        let roles = [role.to_owned()];
        let context = Context {
            grade: Some(grade),
            own,
            roles: &roles,
            sealed,
            ..Context::default()
        };
        let request = Request {
            context,
            operation,
            principal: Principal::Officer("officer"),
            resource: Resource::Record("record"),
        };
        policies.decide(&request).allowed
    };
    for (operation, role, grade, own, sealed, permitted) in [
        ("filing.register", "operator", 2, true, true, true),
        ("filing.register", "data", 4, true, true, true),
        ("filing.register", "operator", 1, true, true, false),
        ("filing.register", "operator", 2, true, false, false),
        ("filing.register", "operator", 2, false, true, false),
        ("filing.register", "audit", 4, true, true, false),
        ("filing.record", "any", 2, true, true, true),
        ("filing.record", "any", 2, false, true, false),
        ("filing.stop", "any", 1, true, true, false),
        ("filing.hide", "court", 3, false, true, true),
        ("filing.hide", "police", 3, false, true, true),
        ("filing.hide", "cyberspace", 4, false, true, true),
        ("filing.hide", "cyberspace", 2, false, true, false),
        ("filing.hide", "cyberspace", 3, false, false, false),
        ("filing.hide", "operator", 4, true, true, false),
        ("filing.lift", "any", 3, true, true, true),
        ("filing.lift", "court", 3, false, true, true),
        ("filing.lift", "police", 3, false, true, false),
        ("filing.lift", "court", 2, false, true, false),
    ] {
        assert_eq!(
            allowed(operation, role, grade, own, sealed),
            permitted,
            "{operation} {role} {grade} {own} {sealed}"
        );
    }
}
