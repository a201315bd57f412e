//! Loan decisions and erasure: each rule kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::*;
use yinxin_crypto::Digest;

fn accept() -> Value {
    json!({ "applicant": party(WANG), "case": "LX-2026-0001", "for": B })
}

fn decide(outcome: &str) -> Value {
    json!({ "case": "LX-2026-0001", "for": B, "outcome": outcome })
}

fn case(world: &mut World) -> Value {
    world.answer("sharing.loan", json!({ "case": "LX-2026-0001", "for": B }))
}

#[test]
fn a_case_is_accepted_once_by_an_officer_with_the_seal_and_has_fifteen_days() {
    let mut world = World::new();
    for (by, code) in [
        (vec![B1], "AUTH_SEAL_MISSING"),
        (vec![SEAL_B], "AUTH_MANDATE_MISSING"),
        (vec![A1, SEAL_A], "AUTH_MANDATE_MISSING"),
    ] {
        assert_eq!(world.try_by(&by, "sharing.accept_loan", accept()), code);
    }
    let receipt = world.ok(&[B1, SEAL_B], "sharing.accept_loan", accept());
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), B]));
    assert_eq!(receipt.outcome["due"]["ms_end"], json!(receipt.time.0 + 15 * DAY));
    assert_eq!(receipt.outcome["due"]["date"], "calendar");
    assert_eq!(
        world.try_by(&[B2, SEAL_B], "sharing.accept_loan", accept()),
        "SHARE_CASE_OPEN"
    );
    let malformed = with(accept(), "case", json!(""));
    assert_eq!(
        world.try_by(&[B1, SEAL_B], "sharing.accept_loan", malformed),
        "SHARE_TEXT"
    );
}

#[test]
fn a_case_rests_on_a_lease_of_the_same_applicant_body_and_case_or_on_none() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 1);
    let whole = with(accept(), "lease", json!(lease));
    for (name, value, code) in [
        ("applicant", json!(party(LI)), "SHARE_LOAN_LEASE"),
        ("case", json!("LX-2026-0002"), "SHARE_LOAN_LEASE"),
        ("lease", json!(digest("none")), "LEASE_UNKNOWN"),
    ] {
        let arguments = with(whole.clone(), name, value);
        assert_eq!(
            world.try_by(&[B1, SEAL_B], "sharing.accept_loan", arguments),
            code
        );
    }
    let bank = with(whole.clone(), "for", json!(BANK));
    assert_eq!(
        world.try_by(&[BANK1, SEAL_BANK], "sharing.accept_loan", bank),
        "SHARE_LOAN_LEASE"
    );
    world.ok(&[B1, SEAL_B], "sharing.accept_loan", whole);
    assert_eq!(case(&mut world)["lease"], json!(lease));
}

#[test]
fn another_officer_decides_once() {
    let mut world = World::new();
    assert_eq!(
        world.try_by(&[B2, SEAL_B], "sharing.decide_loan", decide("approve")),
        "SHARE_CASE_UNKNOWN"
    );
    world.ok(&[B1, SEAL_B], "sharing.accept_loan", accept());
    assert_eq!(
        world.try_by(&[B1, SEAL_B], "sharing.decide_loan", decide("approve")),
        "SHARE_SAME_OFFICER"
    );
    assert_eq!(
        world.try_by(&[B2], "sharing.decide_loan", decide("approve")),
        "AUTH_SEAL_MISSING"
    );
    let receipt = world.ok(&[B2, SEAL_B], "sharing.decide_loan", decide("approve"));
    assert_eq!(receipt.outcome, json!({ "concerns": [party(WANG), B] }));
    assert_eq!(
        world.try_by(&[B2, SEAL_B], "sharing.decide_loan", decide("approve")),
        "SHARE_CASE_DECIDED"
    );
    let case = case(&mut world);
    assert_eq!(case["decision"]["outcome"], "approve");
    assert_eq!(case["decision"]["officer"], json!(party(B2)));
    assert_eq!(case["overdue"], json!(false));
}

#[test]
fn a_refused_loan_says_why_and_names_a_remedy() {
    let mut world = World::new();
    world.ok(&[B1, SEAL_B], "sharing.accept_loan", accept());
    let whole = with(
        with(decide("refuse"), "reason", json!("缴存不足六个月")),
        "remedy",
        json!("六十日内申请行政复议"),
    );
    for (arguments, code) in [
        (without(whole.clone(), "reason"), "DEC_NO_REASON"),
        (without(whole.clone(), "remedy"), "DEC_NO_REMEDY"),
        (with(whole.clone(), "remedy", json!(" ")), "DEC_NO_REMEDY"),
        (
            with(whole.clone(), "reason", json!("a".repeat(501))),
            "SHARE_TEXT",
        ),
        (with(decide("approve"), "reason", json!("a\u{7}")), "SHARE_TEXT"),
        (decide("perhaps"), "TX_ARGUMENTS"),
    ] {
        assert_eq!(
            world.try_by(&[B2, SEAL_B], "sharing.decide_loan", arguments),
            code
        );
    }
    world.ok(&[B2, SEAL_B], "sharing.decide_loan", whole.clone());
    assert_eq!(case(&mut world)["decision"]["reason"], whole["reason"]);
}

#[test]
fn a_case_past_its_day_is_overdue_and_a_late_decision_stays_late() {
    let mut world = World::new();
    let accepted = world.ok(&[B1, SEAL_B], "sharing.accept_loan", accept()).time.0;
    world.at(accepted + 15 * DAY - 2000);
    assert_eq!(case(&mut world)["overdue"], json!(false));
    world.at(accepted + 15 * DAY);
    assert_eq!(case(&mut world)["overdue"], json!(true));
    world.ok(&[B2, SEAL_B], "sharing.decide_loan", decide("approve"));
    assert_eq!(case(&mut world)["overdue"], json!(true));
}

fn confirm(world: &mut World, by: &[u8], certificate: &Digest) -> &'static str {
    world.try_by(
        by,
        "sharing.confirm_erasure",
        json!({ "certificate": certificate }),
    )
}

#[test]
fn erasure_names_the_issuer_and_every_body_that_was_allowed_a_look() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 3);
    world.ok(&[B1], "sharing.disclose", look(&lease));
    world.ok(&[B1], "sharing.disclose", look(&lease));
    let unread = with(world.lease_arguments(&certificate), "grantee", json!(BANK));
    world.ok(&[WANG], "sharing.lease", unread);
    let arguments = json!({ "certificate": certificate });
    assert_eq!(
        world.try_by(&[LI], "sharing.erase", arguments.clone()),
        "SHARE_NOT_SUBJECT"
    );
    assert_eq!(world.answer("sharing.erasure", arguments.clone()), Value::Null);
    let receipt = world.ok(&[WANG], "sharing.erase", arguments.clone());
    assert_eq!(receipt.outcome["holders"], json!([A, B]));
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), A, B, BANK]));
    assert_eq!(
        world.try_by(&[WANG], "sharing.erase", arguments),
        "SHARE_ERASURE_STATE"
    );
    assert_eq!(world.state(&certificate), "erasing");
    assert_eq!(world.lease_state(&lease), "revoked");
}

#[test]
fn from_the_moment_erasure_is_asked_for_nothing_is_done_with_the_certificate() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 3);
    world.ok(&[WANG], "sharing.erase", json!({ "certificate": certificate }));
    let looks = [
        (B1, "sharing.disclose", look(&lease)),
        (WANG, "sharing.view", own_view(&certificate)),
    ];
    for (by, operation, arguments) in looks {
        let receipt = world.receipt(&[by], operation, arguments);
        assert_eq!(world.name(&receipt), "SHARE_ERASED");
        assert_eq!(receipt.outcome["access"]["allowed"], json!(false));
    }
    let arguments = world.lease_arguments(&certificate);
    assert_eq!(world.try_by(&[WANG], "sharing.lease", arguments), "SHARE_ERASED");
    for operation in ["sharing.suspend", "sharing.resume", "sharing.revoke"] {
        assert_eq!(world.change(operation, &certificate), "SHARE_ERASED");
    }
    let list = world.answer("sharing.status", json!({ "issuer": A, "list": 0 }));
    assert_eq!(list["invalid"], json!([7]));
}

#[test]
fn each_holder_confirms_once_with_its_seal_and_the_last_one_completes() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 1);
    world.ok(&[B1], "sharing.disclose", look(&lease));
    assert_eq!(
        confirm(&mut world, &[SEAL_A], &certificate),
        "SHARE_ERASURE_STATE"
    );
    world.ok(&[WANG], "sharing.erase", json!({ "certificate": certificate }));
    for by in [vec![SEAL_BANK], vec![B1], vec![WANG], vec![A_LEAVER, SEAL_A]] {
        assert_eq!(confirm(&mut world, &by, &certificate), "SHARE_NOT_HOLDER");
    }
    let about = json!({ "certificate": certificate });
    let receipt = world.ok(&[B1, SEAL_B], "sharing.confirm_erasure", about.clone());
    assert_eq!(receipt.outcome["complete"], json!(false));
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), A, B]));
    assert_eq!(
        confirm(&mut world, &[SEAL_B], &certificate),
        "SHARE_ERASURE_STATE"
    );
    assert_eq!(
        world.answer("sharing.erasure", about.clone())["complete"],
        json!(false)
    );
    let last = world.ok(&[SEAL_A], "sharing.confirm_erasure", about.clone());
    assert_eq!(last.outcome["complete"], json!(true));
    assert_eq!(world.state(&certificate), "erased");
    let answer = world.answer("sharing.erasure", about);
    let moment = |receipt: &yinxin_types::Receipt| json!({ "height": receipt.height, "time": receipt.time });
    assert_eq!(answer["completed"], moment(&last));
    assert_eq!(
        answer["holders"],
        json!([{ "confirmed": moment(&last), "holder": A }, { "confirmed": moment(&receipt), "holder": B }])
    );
    assert_eq!(
        confirm(&mut world, &[SEAL_A], &digest("none")),
        "SHARE_CERTIFICATE_UNKNOWN"
    );
}
