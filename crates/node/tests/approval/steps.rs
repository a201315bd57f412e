//! Who takes which step (R6, I5): department, role and grade; two officers; nobody in two stages; nothing out of order.

use serde_json::json;
use yinxin_execution::workbench::key;

use crate::town::*;

const HOUSING_SEAL: u8 = 103;

#[test]
fn a_step_is_taken_by_its_department_with_the_grade_it_asks_for_and_two_officers_where_it_asks_for_two() {
    let mut town = Town::new();
    let case = town.accepted();
    let good = town.step(&case, "review", "agree", Some(REVIEWER_2));
    let alone = town.step(&case, "review", "agree", None);
    let elsewhere = {
        let mut arguments = good.clone();
        arguments["for"] = json!(FIRE);
        arguments
    };
    let same = town.step(&case, "review", "agree", Some(REVIEWER));
    for (by, arguments, code) in [
        (vec![FIRE_1, REVIEWER_2, 104], elsewhere, "AUTH_GRADE"),
        (
            vec![FIRE_1, REVIEWER_2, HOUSING_SEAL],
            good.clone(),
            "AUTH_MANDATE_MISSING",
        ),
        (vec![REVIEWER, REVIEWER_2], good.clone(), "AUTH_SEAL_MISSING"),
        (vec![REVIEWER, HOUSING_SEAL], alone, "AUTH_TWO_OFFICERS"),
        // The second officer is named but does not sign.
        (vec![REVIEWER, HOUSING_SEAL], good.clone(), "AUTH_KEY_UNKNOWN"),
        (vec![REVIEWER, HOUSING_SEAL], same, "AUTH_TWO_OFFICERS"),
        (vec![REVIEWER, REVIEWER_2, HOUSING_SEAL], good.clone(), "OK"),
        (
            vec![REVIEWER, REVIEWER_2, HOUSING_SEAL],
            good.clone(),
            "STATE_ORDER",
        ),
    ] {
        assert_eq!(town.code(&by, "approval.act", arguments), code, "{by:?}");
    }
    // The proposal needs grade 2.
    assert_eq!(town.act(&case, &[JUNIOR], "propose", "approve"), "AUTH_GRADE");
    assert_eq!(town.act(&case, &[SECTION], "propose", "perhaps"), "STATE_OUTCOME");
    assert_eq!(
        town.act(&case, &[REVIEWER], "propose", "approve"),
        "AUTH_SAME_PERSON"
    );
    assert_eq!(town.act(&case, &[SECTION], "propose", "approve"), "OK");
    assert_eq!(town.state(&case), "joined");
}

/// A role is a scope of mandates.
#[test]
fn a_mandate_for_one_role_takes_the_steps_of_that_role_only() {
    let mut town = Town::new();
    let case = town.accepted();
    for officer in [STREET_1, PLANNING_1] {
        town.post(HOUSING, officer, 2, &["approval.as_reviewer"]);
    }
    assert_eq!(town.act(&case, &[STREET_1, PLANNING_1], "review", "agree"), "OK");
    town.post(HOUSING, URBAN_1, 2, &["approval.as_reviewer", "approval.act"]);
    assert_eq!(
        town.act(&case, &[URBAN_1], "propose", "approve"),
        "AUTH_MANDATE_MISSING"
    );
}

/// "S8.6 same officer accepts and approves → AUTH_SAME_PERSON", also by another key or another post.
#[test]
fn nobody_accepts_reviews_and_approves_the_same_case() {
    let mut town = Town::new();
    let case = town.accepted();
    // The clerk who accepted does not review, not by another key of his either.
    assert_eq!(
        town.act(&case, &[CLERK, REVIEWER], "review", "agree"),
        "AUTH_SAME_PERSON"
    );
    assert_eq!(
        town.act(&case, &[REVIEWER, CLERK_OTHER_KEY], "review", "agree"),
        "AUTH_SAME_PERSON"
    );
    assert_eq!(town.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"), "OK");
    assert_eq!(town.act(&case, &[SECTION], "propose", "approve"), "OK");
    // A second post, of a head, does not make another person of the clerk or of a reviewer.
    let approval = town.decision(&case, "approve");
    for officer in [CLERK, REVIEWER, CLERK_OTHER_KEY] {
        if officer != CLERK_OTHER_KEY {
            town.post(HOUSING, officer, 3, &["approval.decide"]);
        }
        let by = [officer, HOUSING_SEAL];
        assert_eq!(
            town.code(&by, "approval.decide", approval.clone()),
            "AUTH_SAME_PERSON",
            "{officer}"
        );
    }
    assert_eq!(
        town.code(&[HEAD, HOUSING_SEAL], "approval.decide", approval),
        "OK"
    );
}

#[test]
fn whoever_applies_does_not_handle_his_own_case() {
    let mut town = Town::new();
    town.post(HOUSING, WANG, 3, &["approval."]);
    let case = town.submit();
    let by = [WANG, HOUSING_SEAL];
    assert_eq!(
        town.code(&by, "approval.accept", json!({ "case": case })),
        "AUTH_SAME_PERSON"
    );
}

#[test]
fn an_officer_who_withdrew_or_was_taken_off_does_nothing_more() {
    let mut town = Town::new();
    let case = town.accepted();
    let recuse = |party: Option<u8>, town: &Town| {
        let mut arguments = json!({ "case": case, "for": HOUSING, "reason": "与申请人有利害关系" });
        if let Some(party) = party {
            arguments["party"] = json!(town.parties[&party]);
        }
        arguments
    };
    let own = recuse(None, &town);
    town.ok(&[REVIEWER, HOUSING_SEAL], "approval.recuse", own);
    assert_eq!(
        town.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"),
        "AUTH_RECUSED"
    );
    let other = recuse(Some(JUNIOR), &town);
    assert_eq!(
        town.code(&[SECTION, HOUSING_SEAL], "approval.recuse", other.clone()),
        "AUTH_GRADE"
    );
    town.ok(&[HEAD, HOUSING_SEAL], "approval.recuse", other);
    assert_eq!(
        town.act(&case, &[REVIEWER_2, JUNIOR], "review", "agree"),
        "AUTH_RECUSED"
    );
    assert_eq!(town.act(&case, &[REVIEWER_2, SECTION], "review", "agree"), "OK");
    // A department that takes no part has nobody to take off.
    let stranger = json!({ "case": case, "for": FIRE, "reason": "x" });
    assert_eq!(
        town.code(&[FIRE_1, 104], "approval.recuse", stranger),
        "AUTH_GRADE"
    );
}

#[test]
fn a_step_is_lent_to_a_colleague_until_a_time_and_not_lent_on() {
    let mut town = Town::new();
    let case = town.accepted();
    assert_eq!(town.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"), "OK");
    assert_eq!(town.act(&case, &[JUNIOR], "propose", "approve"), "AUTH_GRADE");
    let lend = |to: u8, days: u64, town: &Town| {
        let work = town.case(&case)["steps"][0]["work"].clone();
        json!({
            "case": case, "for": HOUSING, "step": "propose", "to": town.parties[&to], "until": town.world.time + days * DAY,
            "work": work,
        })
    };
    let outside = lend(FIRE_1, 3, &town);
    assert_eq!(
        town.code(&[SECTION, HOUSING_SEAL], "approval.delegate", outside),
        "AUTH_DELEGATE"
    );
    let long = lend(JUNIOR, 61, &town);
    assert_eq!(
        town.code(&[SECTION, HOUSING_SEAL], "approval.delegate", long),
        "AUTH_DELEGATE"
    );
    let good = lend(JUNIOR, 3, &town);
    assert_eq!(
        town.code(&[JUNIOR, HOUSING_SEAL], "approval.delegate", good.clone()),
        "AUTH_GRADE"
    );
    town.ok(&[SECTION, HOUSING_SEAL], "approval.delegate", good);
    let on = lend(CLERK, 2, &town);
    assert_eq!(
        town.code(&[JUNIOR, HOUSING_SEAL], "approval.delegate", on),
        "AUTH_DELEGATE"
    );
    town.world.at(town.world.time + 4 * DAY);
    assert_eq!(town.act(&case, &[JUNIOR], "propose", "approve"), "AUTH_GRADE");
    let again = lend(JUNIOR, 3, &town);
    town.ok(&[SECTION, HOUSING_SEAL], "approval.delegate", again);
    assert_eq!(town.act(&case, &[JUNIOR], "propose", "approve"), "OK");
}

/// "I5 no step executed by a party lacking mandate at that block time."
#[test]
fn a_mandate_that_has_ended_takes_no_step() {
    let mut town = Town::new();
    let case = town.accepted();
    let mandate = town.post(HOUSING, STREET_1, 2, &["approval."]);
    town.ok(&[HOUSING_SEAL], "identity.end", json!({ "mandate": mandate }));
    assert_eq!(
        town.act(&case, &[STREET_1, REVIEWER], "review", "agree"),
        "AUTH_MANDATE_ENDED"
    );
}

/// A swapped attachment: the commitment differs from what the officer looked at.
#[test]
fn an_officer_acts_on_the_materials_that_he_saw() {
    let mut town = Town::new();
    let case = town.accepted();
    let seen = town.step(&case, "review", "agree", Some(REVIEWER_2));
    let swap = json!({
        "case": case, "reason": "更新图纸",
        "material": { "class": "plan", "commitment": digest("another plan"), "origin": "submitted" },
    });
    town.ok(&[WANG], "approval.supply", swap);
    let by = [REVIEWER, REVIEWER_2, HOUSING_SEAL];
    assert_eq!(town.code(&by, "approval.act", seen), "MAT_CHANGED");
    assert_eq!(town.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"), "OK");
}

#[test]
fn two_who_take_the_same_step_in_one_block_do_not_both_take_it() {
    let mut town = Town::new();
    let case = town.accepted();
    let sign = |town: &mut Town, first: u8, second: u8| {
        let arguments = town.step(&case, "review", "agree", Some(second));
        let keys = [key(first), key(second), key(HOUSING_SEAL)];
        town.world
            .sign_by(&keys.iter().collect::<Vec<_>>(), "approval.act", arguments)
    };
    let one = sign(&mut town, REVIEWER, REVIEWER_2);
    let other = sign(&mut town, SECTION, JUNIOR);
    let receipts = town.world.block(&[one, other]).receipts;
    let codes: Vec<&str> = receipts.iter().map(|receipt| town.world.name(receipt)).collect();
    assert_eq!(codes, ["OK", "STATE_ORDER"]);
}

#[test]
fn a_step_is_opened_by_the_process_alone() {
    let mut town = Town::new();
    let case = town.accepted();
    let mut early = town.step(&case, "review", "agree", Some(REVIEWER_2));
    early["step"] = json!("propose");
    early["outcome"] = json!("approve");
    let by = [REVIEWER, REVIEWER_2, HOUSING_SEAL];
    assert_eq!(town.code(&by, "approval.act", early.clone()), "STATE_ORDER");
    early["work"] = json!(99);
    assert_eq!(town.code(&by, "approval.act", early), "STATE_ORDER");
    let approval = town.decision(&case, "approve");
    assert_eq!(
        town.code(&[HEAD, HOUSING_SEAL], "approval.decide", approval),
        "STATE_ORDER"
    );
}
