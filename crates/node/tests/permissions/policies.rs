//! Policies that governance enacts narrow what the matrix allows, and never lock governance out. Those of sharing stand in `looks`.

use serde_json::{Value, json};

use crate::identity;
use crate::world::{About, HOUR, Matrix, ROLES, seed};

const OFFICERS: [&str; 4] = ["officer-1", "officer-2", "officer-3", "officer-4"];

/// A proposal of a version of the policies of a scenario.
pub fn proposal(matrix: &Matrix, scenario: &str, version: u64, text: &str) -> Value {
    let content = json!({
        "class": "policy", "content": text, "digest": matrix.digest(text), "name": format!("policy/{scenario}"),
        "version": version,
    });
    json!({ "deadline": matrix.world.time + HOUR, "decision": { "content": content, "kind": "document" } })
}

/// Enacts a version of `policy/identity` by a majority of the five members.
fn enact(matrix: &mut Matrix, version: u64, text: &str) {
    let arguments = proposal(matrix, "identity", version, text);
    let proposal = matrix.ok(&[seed::DATA], "governance.propose", arguments)["proposal"].clone();
    let votes = [seed::DATA, seed::POLICE, seed::TAX].map(|member| {
        let vote = json!({ "choice": "for", "proposal": proposal });
        matrix.ok(&[member], "governance.vote", vote)["status"].clone()
    });
    assert_eq!(votes, ["open", "open", "enacted"]);
}

/// What an operation on what is its own gives a role now.
fn verdict(matrix: &mut Matrix, way: &str, name: &str) -> String {
    let before = matrix.remember();
    let role = ROLES.iter().find(|role| role.name == name).unwrap();
    let attempt = identity::attempt(matrix, way, About::Own).unwrap();
    let verdict = matrix.verdict(way, role, attempt);
    matrix.restore(before);
    verdict
}

#[test]
fn governance_grades_an_operation_and_takes_it_back() {
    let mut matrix = Matrix::new();
    let recover = |matrix: &mut Matrix| OFFICERS.map(|officer| verdict(matrix, "identity.recover", officer));
    assert_eq!(recover(&mut matrix), ["OK"; 4]);
    enact(
        &mut matrix,
        1,
        "@id(\"heads\") @zh(\"三级以上\") forbid (principal is Officer, action == Action::\"identity.recover\", resource)
         unless { context has grade && context.grade >= 3 };",
    );
    assert_eq!(
        recover(&mut matrix),
        ["POLICY_DENIED", "POLICY_DENIED", "OK", "OK"]
    );
    assert_eq!(verdict(&mut matrix, "identity.enrol", "officer-1"), "OK");
    enact(&mut matrix, 2, "// as the program has it\n");
    assert_eq!(recover(&mut matrix), ["OK"; 4]);
}

#[test]
fn governance_closes_the_office_at_night_and_to_a_department() {
    let mut matrix = Matrix::new();
    let text = format!(
        "@id(\"office-hours\") forbid (principal is Officer, action in Action::\"identity\", resource)
         when {{ context.hour < 8 || context.hour >= 18 || context.weekday > 5 }};
         @id(\"not-the-police\") forbid (principal, action in Action::\"identity\", resource)
         when {{ context has department && context.department == \"{}\" }};",
        crate::world::POLICE
    );
    enact(&mut matrix, 1, &text);
    assert_eq!(verdict(&mut matrix, "identity.enrol", "officer-2"), "OK");
    assert_eq!(
        verdict(&mut matrix, "identity.bind", "seal-elsewhere"),
        "POLICY_DENIED"
    );
    assert_eq!(verdict(&mut matrix, "identity.bind", "seal"), "OK");
    let evening = matrix.world.time + 9 * HOUR;
    matrix.world.at(evening);
    assert_eq!(
        verdict(&mut matrix, "identity.enrol", "officer-2"),
        "POLICY_DENIED"
    );
    assert_eq!(verdict(&mut matrix, "identity.enrol", "seal"), "OK");
}

#[test]
fn a_permit_never_allows_what_the_operation_itself_refuses() {
    let mut matrix = Matrix::new();
    enact(
        &mut matrix,
        1,
        "@id(\"all\") permit (principal, action in Action::\"identity\", resource);",
    );
    assert_eq!(
        verdict(&mut matrix, "identity.enrol", "person"),
        "AUTH_NOT_GRANTOR"
    );
    assert_eq!(
        verdict(&mut matrix, "identity.enrol", "officer-without-seal"),
        "AUTH_SEAL_MISSING"
    );
    assert_eq!(
        verdict(&mut matrix, "identity.recover", "ended-mandate"),
        "AUTH_MANDATE_ENDED"
    );
}

#[test]
fn whatever_is_forbidden_the_members_can_enact_something_else() {
    let mut matrix = Matrix::new();
    enact(
        &mut matrix,
        1,
        "@id(\"none\") forbid (principal, action in Action::\"identity\", resource);",
    );
    for role in ROLES {
        assert_ne!(
            verdict(&mut matrix, "identity.enrol", role.name),
            "OK",
            "{}",
            role.name
        );
    }
    assert_eq!(verdict(&mut matrix, "identity.enrol", "seal"), "POLICY_DENIED");
    enact(&mut matrix, 2, "");
    assert_eq!(verdict(&mut matrix, "identity.enrol", "seal"), "OK");
}

#[test]
fn a_policy_may_name_a_whole_scenario_and_a_question_that_policies_decide_about() {
    let mut matrix = Matrix::new();
    for text in [
        "@id(\"all\") @zh(\"须有职级\") forbid (principal is Officer, action in Action::\"approval\", resource) unless { context has grade && context.grade >= 1 };",
        "@id(\"board\") @zh(\"看板\") forbid (principal is Officer, action == Action::\"approval.board\", resource) unless { context has grade && context.grade >= 3 };",
    ] {
        let before = matrix.remember();
        let arguments = proposal(&matrix, "approval", 1, text);
        matrix.ok(&[seed::DATA], "governance.propose", arguments);
        matrix.restore(before);
    }
}
