//! The clocks (行政许可法 §42 to §45, §50): extension, suspension, delivery, silence, calendars that come late.

use serde_json::json;
use yinxin_execution::workbench::key;

use crate::town::*;

const DESK: [u8; 2] = [CLERK, 103];

/// A case that was accepted by silence as of 2026-02-10, with twenty working days from then.
fn running(town: &mut Town) -> String {
    let case = town.submit();
    town.world.at(START + 20 * DAY);
    assert_eq!(town.clock(&case, "decision")["due"]["date"], "2026-03-16");
    case
}

/// "S8.2 extend once to 2026-03-30 by head with reason; second extension refused."
#[test]
fn the_head_extends_once_and_says_why() {
    let mut town = Town::new();
    let case = running(&mut town);
    let extend = |days: u32| json!({ "case": case, "days": days, "reason": "案情复杂" });
    let mut by_head = extend(10);
    by_head["approver"] = json!(key(HEAD).public_key());
    let mut by_section = extend(10);
    by_section["approver"] = json!(key(SECTION).public_key());
    for (by, arguments, code) in [
        (vec![CLERK, 103], extend(10), "CLOCK_NO_APPROVER"),
        (vec![CLERK, SECTION, 103], by_section, "CLOCK_NO_APPROVER"),
        (vec![CLERK, 103], by_head.clone(), "AUTH_KEY_UNKNOWN"),
        (
            vec![HEAD, 103],
            json!({ "case": case, "days": 10 }),
            "DEC_NO_REASON",
        ),
        (
            vec![HEAD, 103],
            json!({ "case": case, "days": 10, "reason": " " }),
            "DEC_NO_REASON",
        ),
        (vec![HEAD, 103], extend(11), "CLOCK_DAYS"),
        (vec![HEAD, 103], extend(0), "CLOCK_DAYS"),
    ] {
        assert_eq!(
            town.code(&by, "approval.extend", arguments.clone()),
            code,
            "{arguments}"
        );
    }
    let receipt = town.ok(&[CLERK, HEAD, 103], "approval.extend", by_head);
    assert_eq!(receipt.outcome["decide_by"]["date"], "2026-03-30");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.extend", extend(1)),
        "CLOCK_SECOND_EXTENSION"
    );
    assert_eq!(town.clock(&case, "decision")["due"]["date"], "2026-03-30");
}

/// "S8.4 hearing announced 12 wd: clock suspended, both dates shown."
#[test]
fn a_hearing_stops_the_clock_for_the_days_that_are_announced() {
    let mut town = Town::new();
    let case = running(&mut town);
    // 2026-03-02, a Monday.
    let hearing = json!({ "case": case, "days": 12, "procedure": "hearing" });
    let receipt = town.ok(&DESK, "approval.suspend", hearing.clone());
    assert_eq!(
        receipt.outcome["decide_by_without_suspension"]["date"],
        "2026-03-16"
    );
    assert_eq!(receipt.outcome["decide_by"]["date"], "2026-04-01");
    assert_eq!(town.code(&DESK, "approval.suspend", hearing), "CLOCK_SUSPENDED");
    let told = town.case(&case);
    assert_eq!(told["suspended"]["until"]["date"], "2026-03-18");
    let clock = town.clock(&case, "decision");
    assert_eq!(clock["due"]["date"], "2026-04-01");
    assert_eq!(clock["due_without_suspension"]["date"], "2026-03-16");
    // The steps have as much longer.
    assert_eq!(told["steps"][0]["due"]["date"], "2026-03-26");

    // What was announced is over by itself, and the clock has gone on.
    town.world.at(START + 40 * DAY);
    let told = town.case(&case);
    assert_eq!(told["suspended"], json!(null));
    assert_eq!(town.clock(&case, "decision")["due"]["date"], "2026-04-01");
    assert!(!town.clock(&case, "decision")["lapsed"].as_bool().unwrap());
    assert_eq!(
        town.code(&DESK, "approval.resume", json!({ "case": case })),
        "CLOCK_SUSPENDED"
    );
}

#[test]
fn a_procedure_that_ends_early_counts_the_days_that_it_took() {
    let mut town = Town::new();
    let case = running(&mut town);
    town.ok(
        &DESK,
        "approval.suspend",
        json!({ "case": case, "days": 12, "procedure": "inspection" }),
    );
    // Friday of the same week: four working days later.
    town.world.at(START + 24 * DAY);
    let receipt = town.ok(&DESK, "approval.resume", json!({ "case": case }));
    assert_eq!(receipt.outcome["decide_by"]["date"], "2026-03-20");
    for (procedure, days, code) in [
        ("auction", 5, "CLOCK_DAYS"),
        ("hearing", 0, "CLOCK_DAYS"),
        ("hearing", 121, "CLOCK_DAYS"),
        ("holiday", 5, "TX_ARGUMENTS"),
        ("hearing", 5, "OK"),
    ] {
        let arguments = json!({ "case": case, "days": days, "procedure": procedure });
        assert_eq!(
            town.code(&DESK, "approval.suspend", arguments),
            code,
            "{procedure} {days}"
        );
    }
}

/// "I6 no case past a clock without an expiry event"; "a lane silent past its clock ⇒ escalates, never auto-approves".
#[test]
fn silence_past_the_clock_is_told_and_decides_nothing() {
    let mut town = Town::new();
    let case = running(&mut town);
    town.world.at(START + 60 * DAY);
    // Blocks come; nobody touches the case.
    for _ in 0..6 {
        town.world.time += 60_000;
        town.world.block(&[]);
    }
    let history = town.history(&case);
    for what in ["deemed_accepted", "overdue", "escalated"] {
        assert!(history.iter().any(|entry| entry == what), "{what}: {history:?}");
    }
    assert_eq!(town.state(&case), "in_review");
    assert_eq!(town.case(&case)["steps"][0]["overdue"], true);
    assert_eq!(town.open(&case), ["review"]);
    // The step is still taken, late.
    assert_eq!(town.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"), "OK");
}

/// The alarm and whoever touches the case find the same: what time did happened when the period was over.
#[test]
fn it_makes_no_difference_whether_an_alarm_or_an_officer_comes_first() {
    let left_alone = {
        let mut town = Town::new();
        let case = town.submit();
        town.world.at(START + 40 * DAY);
        (town.case(&case), case)
    };
    let alarmed = {
        let mut town = Town::new();
        let case = town.submit();
        for day in 1..=40 {
            town.world.at(START + day * DAY);
            town.world.block(&[]);
        }
        (town.case(&case), case)
    };
    let plain = |told: &serde_json::Value| {
        let mut told = told.clone();
        // The blocks in which it was put down differ, and so how much of the history is written, and of what it tells.
        for name in ["acceptance", "entries", "notices"] {
            told.as_object_mut().unwrap().remove(name);
        }
        for clock in told["clocks"].as_array_mut().unwrap() {
            clock.as_object_mut().unwrap().remove("ended");
        }
        told
    };
    assert_eq!(left_alone.1, alarmed.1);
    assert_eq!(plain(&left_alone.0), plain(&alarmed.0));
    assert_eq!(
        left_alone.0["acceptance"]["as_of_ms"],
        alarmed.0["acceptance"]["as_of_ms"]
    );
}

/// Trap of R1: the calendar of a year is published in November of the year before.
#[test]
fn a_date_in_a_year_that_is_not_published_is_provisional_and_moves_when_it_is() {
    // 2026-12-22, 09:00, a Tuesday.
    let mut town = Town::at(START + 315 * DAY);
    let case = town.submit();
    town.ok(&DESK, "approval.accept", json!({ "case": case }));
    let before = town.clock(&case, "decision")["due"].clone();
    assert_eq!(
        (&before["date"], &before["provisional"]),
        (&json!("2027-01-19"), &json!(true))
    );
    let holidays: Vec<_> = ["2027-01-01", "2027-01-04", "2027-01-05"]
        .iter()
        .map(|date| json!({ "date": date, "name": "元旦" }))
        .collect();
    let content = json!({
        "edition": 1, "holidays": holidays, "title": "2027", "workdays": ["2027-01-10"], "year": 2027,
    });
    let deadline = town.world.time + 3_600_000;
    let arguments = json!({ "deadline": deadline, "decision": { "content": content, "kind": "calendar" } });
    let proposal = id(&town.ok(&[101], "governance.propose", arguments), "proposal");
    for member in 101..=109 {
        let arguments = json!({ "choice": "for", "proposal": proposal });
        if town.receipt(&[member], "governance.vote", arguments).outcome["status"] == "enacted" {
            break;
        }
    }
    let after = town.clock(&case, "decision")["due"].clone();
    assert_eq!(
        (&after["date"], &after["provisional"]),
        (&json!("2027-01-21"), &json!(false))
    );
}

/// R3: delivery within ten working days of the decision.
#[test]
fn a_decision_is_handed_over_within_ten_working_days() {
    let mut town = Town::new();
    let case = town.joined();
    let arguments = town.decision(&case, "approve");
    // 2026-03-16.
    town.world.at(START + 34 * DAY);
    let receipt = town.ok(&[HEAD, 103], "approval.decide", arguments);
    assert_eq!(receipt.outcome["deliver_by"]["date"], "2026-03-30");
    let hand = |how: &str| json!({ "case": case, "how": how });
    assert_eq!(
        town.code(&DESK, "approval.deliver", hand("pigeon")),
        "TX_ARGUMENTS"
    );
    town.ok(&DESK, "approval.deliver", hand("electronic"));
    assert_eq!(town.state(&case), "delivered");
    assert_eq!(town.code(&DESK, "approval.deliver", hand("post")), "STATE_ORDER");
}

/// "S8.11 renewal unanswered at expiry → RenewedByLapse."
#[test]
fn a_renewal_asked_for_in_time_and_not_answered_is_granted_by_lapse() {
    let mut town = Town::new();
    let (first, _) = town.decided();
    let until_ms = town.case(&first)["licence"]["until_ms"].as_u64().unwrap();
    let renew = |town: &mut Town, by: u8| {
        let mut arguments = application(RENEWAL, &["application", "plan"]);
        arguments["renews"] = json!(first);
        let receipt = town.receipt(&[by], "approval.submit", arguments);
        (
            town.world.name(&receipt),
            receipt.outcome["case"].as_str().map(str::to_owned),
        )
    };
    assert_eq!(renew(&mut town, LI).0, "LICENCE_STATE");
    // Forty days before the expiry.
    town.world.at(until_ms - 40 * DAY);
    let (code, case) = renew(&mut town, WANG);
    assert_eq!(code, "OK");
    let case = case.unwrap();
    town.ok(&DESK, "approval.accept", json!({ "case": case }));
    town.world.at(until_ms - DAY);
    assert_eq!(town.state(&case), "in_review");
    town.world.at(until_ms + 120_000);
    town.world.block(&[]);
    assert_eq!(town.state(&case), "renewed_by_lapse");
    let licence = town.ask("approval.licence", json!({ "case": case }));
    assert_eq!(licence["state"], "valid");
    assert_eq!(licence["commitment"], json!(digest("licence")));
    assert!(licence["until_ms"].as_u64().unwrap() > until_ms + 360 * DAY);
    let approval = json!({ "case": case, "outcome": "approve", "seen": {} });
    assert_eq!(
        town.code(&[HEAD, 103], "approval.decide", approval),
        "STATE_ORDER"
    );
    assert_eq!(renew(&mut town, WANG).0, "LICENCE_STATE", "it has expired");
}

#[test]
fn a_renewal_asked_for_too_late_is_not_granted_by_silence() {
    let mut town = Town::new();
    let (first, _) = town.decided();
    let until_ms = town.case(&first)["licence"]["until_ms"].as_u64().unwrap();
    town.world.at(until_ms - 20 * DAY);
    let mut arguments = application(RENEWAL, &["application", "plan"]);
    arguments["renews"] = json!(first);
    let case = town.submit_by(&[WANG], arguments);
    town.ok(&DESK, "approval.accept", json!({ "case": case }));
    town.world.at(until_ms + 120_000);
    assert_eq!(town.state(&case), "in_review");
}
