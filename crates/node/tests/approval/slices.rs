//! Looks at the materials of a case: each department its own slice, on record either way.

use serde_json::{Value, json};
use yinxin_execution::access::SourceRecord;

use crate::town::*;

fn look(case: &str, department: Option<&str>, class: &str) -> Value {
    let mut arguments = json!({ "case": case, "class": class, "purpose": "review", "reader": READER });
    if let Some(department) = department {
        arguments["for"] = json!(department);
    }
    arguments
}

fn accepted(town: &mut Town) -> String {
    let case = town.submit_by(&[WANG], renovation(1));
    town.ok(&[CLERK, 103], "approval.accept", json!({ "case": case }));
    case
}

/// "S8.9 fire officer opens finance slice → AUTH_GRADE + event."
#[test]
fn an_officer_sees_the_slice_of_his_own_step_and_no_other_and_both_are_events() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    let receipt = town.receipt(&[FIRE_1], "approval.look", look(&case, Some(FIRE), "budget"));
    assert_eq!(town.world.name(&receipt), "AUTH_GRADE");
    let event = &receipt.outcome["access"];
    assert_eq!(
        (&event["allowed"], &event["sequence"]),
        (&json!(false), &json!(1))
    );
    assert_eq!(event["subject"], json!(town.parties[&WANG]));
    assert_eq!(receipt.outcome.get("disclosure"), None);

    let receipt = town.ok(&[FIRE_1], "approval.look", look(&case, Some(FIRE), "fire-plan"));
    assert_eq!(receipt.outcome["access"]["sequence"], 2);
    assert_eq!(receipt.outcome["access"]["basis"]["kind"], "duty");
    let disclosure = &receipt.outcome["disclosure"];
    assert_eq!(disclosure["material"], json!(digest("fire-plan")));
    assert_eq!(
        (&disclosure["holder"], &disclosure["reader"]),
        (&json!(HOUSING), &json!(READER))
    );
    let bytes = &town.world.state[&SourceRecord::key(town.world.hash(), FIRE)];
    let head: SourceRecord = serde_json::from_slice(bytes).unwrap();
    assert_eq!(head.sequence, 2);
}

#[test]
fn the_department_of_the_item_sees_all_and_one_that_takes_no_part_nothing() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    for class in ["budget", "fire-plan", "survey"] {
        assert_eq!(
            town.code(&[CLERK], "approval.look", look(&case, Some(HOUSING), class)),
            "OK",
            "{class}"
        );
    }
    // The street office has a part in one case and none in the other.
    assert_eq!(
        town.code(&[STREET_1], "approval.look", look(&case, Some(STREET), "survey")),
        "OK"
    );
    let other = town.accepted();
    assert_eq!(
        town.code(&[STREET_1], "approval.look", look(&other, Some(STREET), "plan")),
        "AUTH_GRADE"
    );
    // A step that was taken is still the department's to look at.
    assert_eq!(town.act(&case, &[STREET_1], "street", "agree"), "OK");
    assert_eq!(
        town.code(&[STREET_1], "approval.look", look(&case, Some(STREET), "survey")),
        "OK"
    );
}

#[test]
fn a_look_without_a_purpose_a_role_or_a_place_in_the_case_is_refused_on_record() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    let mut aimless = look(&case, Some(FIRE), "fire-plan");
    aimless["purpose"] = json!("");
    town.post(FIRE, JUNIOR, 1, &["approval."]);
    for (by, arguments, code) in [
        (FIRE_1, aimless, "CASE_TEXT"),
        (JUNIOR, look(&case, Some(FIRE), "fire-plan"), "AUTH_GRADE"),
        (
            URBAN_1,
            look(&case, Some(FIRE), "fire-plan"),
            "AUTH_MANDATE_MISSING",
        ),
        (LI, look(&case, None, "fire-plan"), "AUTH_NOT_APPLICANT"),
    ] {
        let receipt = town.receipt(&[by], "approval.look", arguments);
        assert_eq!(town.world.name(&receipt), code);
        assert_eq!(receipt.outcome["access"]["allowed"], false, "{code}");
    }
    for (by, arguments, code) in [
        (STRANGER, look(&case, None, "fire-plan"), "AUTH_KEY_UNKNOWN"),
        (WANG, look("nothing", None, "fire-plan"), "CASE_UNKNOWN"),
        (WANG, look(&case, None, "diploma"), "MAT_CLASS"),
    ] {
        let receipt = town.receipt(&[by], "approval.look", arguments);
        assert_eq!(town.world.name(&receipt), code);
        assert_eq!(receipt.outcome, json!(null), "{code}");
    }
}

#[test]
fn the_applicant_looks_at_all_of_its_own_and_sees_who_looked() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    let receipt = town.ok(&[WANG], "approval.look", look(&case, None, "budget"));
    assert_eq!(receipt.outcome["access"]["source"], "self");
    assert_eq!(receipt.outcome["access"]["basis"]["kind"], "own");
}

#[test]
fn an_officer_who_was_taken_off_the_case_looks_no_more() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    let recuse = json!({ "case": case, "for": FIRE, "reason": "近亲属" });
    town.ok(&[FIRE_1, 104], "approval.recuse", recuse);
    let arguments = look(&case, Some(FIRE), "fire-plan");
    assert_eq!(
        town.code(&[FIRE_1], "approval.look", arguments.clone()),
        "AUTH_RECUSED"
    );
    assert_eq!(town.code(&[FIRE_2], "approval.look", arguments), "OK");
}
