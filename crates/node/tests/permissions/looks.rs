//! Policies of sharing that governance enacts: from the vote that enacts them on they grade who may look, when and what for, and what they deny
//! is on record like every other refused look.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yinxin_execution::access::event_digest;
use yinxin_types::Receipt;

use crate::policies::proposal;
use crate::sharing::{self, CASE};
use crate::table::Table;
use crate::world::{About, DATA, HOUR, Matrix, ROLES, key, seed};

/// Proposes the policies and votes but for the last vote that is needed, which is given back.
fn almost(matrix: &mut Matrix, version: u64, text: &str) -> Value {
    let arguments = proposal(matrix, "sharing", version, text);
    let proposal = matrix.ok(&[seed::DATA], "governance.propose", arguments)["proposal"].clone();
    let vote = json!({ "choice": "for", "proposal": proposal });
    for member in [seed::DATA, seed::POLICE] {
        matrix.ok(&[member], "governance.vote", vote.clone());
    }
    vote
}

fn enact(matrix: &mut Matrix, version: u64, text: &str) {
    let vote = almost(matrix, version, text);
    assert_eq!(
        matrix.ok(&[seed::TAX], "governance.vote", vote)["status"],
        "enacted"
    );
}

/// What a way to do something gives a role now, on what is its own.
fn verdict(matrix: &mut Matrix, way: &str, name: &str) -> String {
    let before = matrix.remember();
    let role = ROLES.iter().find(|role| role.name == name).unwrap();
    let attempt = sharing::attempt(matrix, way, About::Own).unwrap();
    let verdict = matrix.verdict(way, role, attempt);
    matrix.restore(before);
    verdict
}

/// The arguments of a look at what the person leased to the data bureau.
fn leased(matrix: &mut Matrix) -> Value {
    let attempt = sharing::attempt(matrix, "sharing.disclose", About::Own);
    attempt.unwrap().arguments
}

fn look(matrix: &mut Matrix, arguments: &Value) -> Receipt {
    matrix
        .world
        .run(&key(seed::OFFICER_2), "sharing.disclose", arguments.clone())
}

fn uses_left(matrix: &Matrix, look: &Value) -> Value {
    matrix.answer("sharing.lease", &json!({ "lease": look["lease"] }))["left"].clone()
}

const OFFICE_HOURS: &str = "@id(\"office-hours\") @zh(\"工作时间以外不得查阅\")
    forbid (principal is Officer, action == Action::\"sharing.disclose\", resource)
    when { context.hour < 9 || context.hour >= 18 || context.weekday > 5 };";

#[test]
fn a_look_after_hours_is_denied_by_a_policy_and_the_denial_is_an_event_that_uses_up_nothing() {
    let mut matrix = Matrix::new();
    enact(&mut matrix, 1, OFFICE_HOURS);
    let arguments = leased(&mut matrix);
    let allowed = look(&mut matrix, &arguments);
    assert_eq!(matrix.world.name(&allowed), "OK");
    assert_eq!(uses_left(&matrix, &arguments), json!(1));

    let evening = matrix.world.time + 9 * HOUR;
    matrix.world.at(evening);
    let denied = look(&mut matrix, &arguments);
    assert_eq!(matrix.world.name(&denied), "POLICY_DENIED");
    let event = &denied.outcome["access"];
    assert_eq!(
        (&event["allowed"], &event["code"]),
        (&json!(false), &json!(denied.code))
    );
    assert_eq!(event["subject"], json!(matrix.party(seed::PERSON)));
    assert_eq!(event["officer"], json!(matrix.party(seed::OFFICER_2)));
    assert_eq!(
        (&event["source"], &event["case"], &event["purpose"]),
        (&json!(DATA), &json!(CASE), &json!("loan"))
    );
    assert_eq!(
        event["basis"],
        json!({ "kind": "lease", "reference": arguments["lease"] })
    );
    assert!(event["post"].is_string());
    assert_eq!(
        event["previous"],
        json!(event_digest(matrix.world.hash(), &allowed.outcome["access"]))
    );
    assert_eq!(denied.outcome.get("disclosure"), None);
    assert_eq!(uses_left(&matrix, &arguments), json!(1));

    let morning = evening + 15 * HOUR;
    matrix.world.at(morning);
    let allowed = look(&mut matrix, &arguments);
    assert_eq!(matrix.world.name(&allowed), "OK");
    assert_eq!(uses_left(&matrix, &arguments), json!(0));
}

#[test]
fn a_policy_holds_from_the_vote_that_enacts_it_and_not_before() {
    let mut matrix = Matrix::new();
    let arguments = leased(&mut matrix);
    let no_loans = "@id(\"no-loans\") forbid (principal, action == Action::\"sharing.disclose\", resource)
         when { context has purpose && context.purpose == \"loan\" };";
    let vote = almost(&mut matrix, 1, no_loans);
    assert_eq!(verdict(&mut matrix, "sharing.disclose", "officer-1"), "OK");
    let block = [
        matrix
            .world
            .sign(&key(seed::OFFICER_2), "sharing.disclose", arguments.clone()),
        matrix.world.sign(&key(seed::TAX), "governance.vote", vote),
        matrix
            .world
            .sign(&key(seed::OFFICER_2), "sharing.disclose", arguments.clone()),
    ];
    let receipts = matrix.world.block(&block).receipts;
    let names: Vec<&str> = receipts
        .iter()
        .map(|receipt| matrix.world.name(receipt))
        .collect();
    assert_eq!(names, ["OK", "OK", "POLICY_DENIED"]);
    assert_eq!(receipts[2].outcome["access"]["sequence"], json!(2));
    // Another purpose is another matter; and an empty version takes the policy back.
    assert_eq!(verdict(&mut matrix, "sharing.view:duty", "officer-1"), "OK");
    enact(&mut matrix, 2, "");
    assert_eq!(verdict(&mut matrix, "sharing.disclose", "officer-1"), "OK");
}

#[test]
fn looks_of_agents_looks_on_duty_and_queries_that_a_policy_denies_are_on_record_too() {
    let mut matrix = Matrix::new();
    let closed = "@id(\"closed\") forbid (principal, action in [Action::\"sharing.view\", Action::\"sharing.listing_query\"], resource);";
    enact(&mut matrix, 1, closed);
    for (way, by, source) in [
        ("sharing.view:for", seed::AGENT, "self"),
        ("sharing.view:duty", seed::OFFICER_2, DATA),
        ("sharing.listing_query", seed::OFFICER_2, DATA),
    ] {
        let before = matrix.remember();
        let arguments = sharing::attempt(&mut matrix, way, About::Own).unwrap().arguments;
        let operation = way.split(':').next().unwrap();
        let receipt = matrix.world.run(&key(by), operation, arguments);
        assert_eq!(matrix.world.name(&receipt), "POLICY_DENIED", "{way}");
        let event = &receipt.outcome["access"];
        assert_eq!(
            (&event["allowed"], &event["source"], &event["officer"]),
            (&json!(false), &json!(source), &json!(matrix.party(by))),
            "{way}"
        );
        assert_eq!(event["subject"], json!(matrix.party(seed::PERSON)), "{way}");
        matrix.restore(before);
    }
}

/// What a law gives to the person itself, or to its guardian in its name.
const RIGHTS: [&str; 6] = [
    "sharing.cancel",
    "sharing.end_lease",
    "sharing.erase",
    "sharing.listing_object",
    "sharing.listing_statement",
    "sharing.view",
];

#[test]
fn every_operation_asks_the_policies_and_what_a_law_gives_no_vote_takes_away() {
    let mut matrix = Matrix::new();
    let nothing = "@id(\"nothing\") forbid (principal, action in Action::\"sharing\", resource);";
    let table = Table::parse(include_str!("verdicts.txt"));
    let mut asked = BTreeSet::new();
    // What belongs to an office is fetched by another one.
    for role in [
        "person",
        "guardian",
        "agent",
        "officer-1",
        "seal",
        "officer-elsewhere",
    ] {
        let role = ROLES.iter().find(|one| one.name == role).unwrap();
        for way in table.ways().into_iter().filter(|way| way.starts_with("sharing.")) {
            if table.verdict(way, "own", role.name) != Some("OK") {
                continue;
            }
            let before = matrix.remember();
            let attempt = crate::attempt(&mut matrix, way, role, About::Own).unwrap();
            enact(&mut matrix, 1, nothing);
            let operation = way.split(':').next().unwrap();
            let by_right = RIGHTS.contains(&operation) && ["person", "guardian"].contains(&role.name);
            let wanted = if by_right { "OK" } else { "POLICY_DENIED" };
            assert_eq!(matrix.verdict(way, role, attempt), wanted, "{way} {}", role.name);
            asked.insert(operation);
            matrix.restore(before);
        }
    }
    let operations = matrix.world.registry.operations();
    let all: BTreeSet<&str> = operations.filter(|id| id.starts_with("sharing.")).collect();
    assert_eq!(asked, all);
}

#[test]
fn a_policy_grades_operations_by_role_department_kind_and_mandate() {
    let mut matrix = Matrix::new();
    let text = format!(
        "@id(\"heads\") forbid (principal is Officer, action == Action::\"sharing.revoke\", resource)
         unless {{ context has grade && context.grade >= 3 }};
         @id(\"not-for-agents\") forbid (principal, action == Action::\"sharing.erase\", resource)
         when {{ context has mandate && context.mandate == \"agent\" }};
         @id(\"one-case\") forbid (principal is Officer, action == Action::\"sharing.decide_loan\", resource == Case::\"{CASE}\");
         @id(\"no-arrears\") forbid (principal, action == Action::\"sharing.listing_propose\", resource)
         when {{ context has department && context.department == \"{DATA}\" && context has kind && context.kind == \"wage-arrears\" }};
         @id(\"not-by-data\") forbid (principal, action == Action::\"sharing.resource_complaint_answer\", resource)
         when {{ context.roles.contains(\"data\") && !context.own }};"
    );
    enact(&mut matrix, 1, &text);
    for (way, role, wanted) in [
        ("sharing.revoke", "officer-2", "POLICY_DENIED"),
        ("sharing.revoke", "officer-3", "OK"),
        ("sharing.suspend", "officer-2", "OK"),
        ("sharing.erase:for", "agent", "POLICY_DENIED"),
        ("sharing.erase:for", "guardian", "OK"),
        ("sharing.erase", "person", "OK"),
        ("sharing.decide_loan", "officer-4", "POLICY_DENIED"),
        ("sharing.accept_loan", "officer-4", "OK"),
        ("sharing.listing_propose", "officer-4", "POLICY_DENIED"),
        ("sharing.listing_query", "officer-4", "OK"),
        (
            "sharing.resource_complaint_answer:dispute",
            "officer-4",
            "POLICY_DENIED",
        ),
        ("sharing.resource_complaint_answer", "officer-4", "OK"),
    ] {
        assert_eq!(verdict(&mut matrix, way, role), wanted, "{way} {role}");
    }
}

#[test]
fn a_permit_of_governance_opens_nothing_that_the_law_closes() {
    let mut matrix = Matrix::new();
    let all = "@id(\"all\") permit (principal, action in Action::\"sharing\", resource);";
    enact(&mut matrix, 1, all);
    for (way, role, wanted) in [
        ("sharing.disclose", "person", "AUTH_MANDATE_MISSING"),
        ("sharing.disclose", "anyone", "AUTH_KEY_UNKNOWN"),
        ("sharing.disclose", "ended-mandate", "AUTH_MANDATE_ENDED"),
        ("sharing.issue", "officer-without-seal", "AUTH_SEAL_MISSING"),
        ("sharing.erase", "officer-4", "SHARE_NOT_SUBJECT"),
        ("sharing.erase:for", "officer-4", "AUTH_MANDATE_MISSING"),
        ("sharing.confirm_erasure", "person", "SHARE_NOT_HOLDER"),
        ("sharing.listing_statement", "officer-4", "LIST_NOT_SUBJECT"),
        ("sharing.request", "seal", "SHARE_NOT_PERSON"),
    ] {
        assert_eq!(verdict(&mut matrix, way, role), wanted, "{way} {role}");
    }
    let mut arguments = leased(&mut matrix);
    arguments["purpose"] = json!("marketing");
    let receipt = look(&mut matrix, &arguments);
    assert_eq!(matrix.world.name(&receipt), "LEASE_PURPOSE");
}

#[test]
fn policies_that_cannot_be_read_or_speak_about_others_are_not_even_proposed() {
    let mut matrix = Matrix::new();
    for (text, code) in [
        (
            "@id(\"a\") forbid (principal, action == Action::\"sharing.disclose\", resource",
            "POLICY_MALFORMED",
        ),
        (
            "forbid (principal, action == Action::\"sharing.disclose\", resource);",
            "POLICY_MALFORMED",
        ),
        (
            "@id(\"a\") forbid (principal, action == Action::\"sharing.disclose\", resource) when { context.mood == 1 };",
            "POLICY_MALFORMED",
        ),
        (
            "@id(\"a\") permit (principal, action == Action::\"sharing.disclose\", resource) when { context.grade >= 1 };",
            "POLICY_MALFORMED",
        ),
        (
            "@id(\"a\") forbid (principal, action == Action::\"sharing.read\", resource);",
            "POLICY_MALFORMED",
        ),
        (
            "@id(\"a\") forbid (principal, action == Action::\"identity.grant\", resource);",
            "POLICY_SCOPE",
        ),
    ] {
        let arguments = proposal(&matrix, "sharing", 1, text);
        let code_found = matrix
            .world
            .code(&key(seed::DATA), "governance.propose", arguments);
        assert_eq!(code_found, code, "{text}");
    }
    enact(&mut matrix, 1, OFFICE_HOURS);
}
