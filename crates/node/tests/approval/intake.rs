//! Intake: what the law fixes for every item (行政许可法 §32).

use serde_json::json;

use crate::town::*;

const DESK: [u8; 2] = [CLERK, 103];

/// 2026-02-24, 09:00 in Shanghai: the last day to say a word about what was submitted on the 10th.
const LAST_DAY: u64 = START + 14 * DAY;
/// 2026-02-25, 00:00.
const OVER: u64 = 1_771_948_800_000;

/// "S8.1 submitted 2026-02-10, no word by 2026-02-24 → DeemedAccepted as of 2026-02-10, decision due 2026-03-16."
#[test]
fn silence_accepts_as_of_the_day_of_receipt() {
    let mut town = Town::new();
    let receipt = town.ok(
        &[WANG],
        "approval.submit",
        application(LICENCE, &["application", "plan"]),
    );
    let case = receipt.outcome["case"].as_str().unwrap().to_owned();
    assert_eq!(case, format!("{LICENCE}202602100001"));
    assert_eq!(receipt.outcome["accept_by"]["date"], "2026-02-24");

    town.world.at(LAST_DAY);
    town.world.block(&[]);
    assert_eq!(town.state(&case), "submitted");
    town.world.at(OVER - 1000);
    // Nobody does anything: the alarm of the block does.
    town.world.block(&[]);
    town.world.block(&[]);
    town.world.at(OVER + 120_000);
    town.world.block(&[]);
    let stored = town.ask("approval.history", json!({ "case": case }));
    assert_eq!(stored["entries"][1]["entry"]["what"], "deemed_accepted");
    assert_eq!(stored["entries"][1]["entry"]["time_ms"], OVER);
    let told = town.case(&case);
    assert_eq!(told["state"], "in_review");
    assert_eq!(told["acceptance"]["deemed"], true);
    assert_eq!(town.clock(&case, "decision")["from"], "2026-02-10");
    assert_eq!(town.clock(&case, "decision")["due"]["date"], "2026-03-16");
    assert_eq!(town.open(&case), ["review"]);
    // The word comes too late, and changes nothing.
    assert_eq!(
        town.code(&DESK, "approval.accept", json!({ "case": case })),
        "STATE_ORDER"
    );
    // The steps of its process have their own time, from when they opened.
    assert_eq!(told["steps"][0]["due"]["date"], "2026-03-10");
}

#[test]
fn a_word_in_time_accepts_as_of_its_own_day() {
    let mut town = Town::new();
    let case = town.submit();
    town.world.at(LAST_DAY);
    let receipt = town.ok(&DESK, "approval.accept", json!({ "case": case }));
    assert_eq!(receipt.outcome["decide_by"]["date"], "2026-03-23");
    assert_eq!(receipt.outcome["state"], "in_review");
    assert_eq!(town.clock(&case, "intake")["lapsed"], false);
    assert_eq!(town.history(&case), ["submitted", "accepted", "step_opened"]);
}

#[test]
fn cases_of_an_item_are_numbered_by_the_day_and_the_applicant_and_the_department_find_them() {
    let mut town = Town::new();
    for serial in 1..=3 {
        let receipt = town.ok(&[WANG], "approval.submit", application(LICENCE, &["application"]));
        assert_eq!(receipt.outcome["case"], format!("{LICENCE}20260210{serial:04}"));
        assert_eq!(receipt.outcome["concerns"], json!([town.parties[&WANG], HOUSING]));
    }
    town.world.at(START + DAY);
    let next = town.submit();
    assert_eq!(next, format!("{LICENCE}202602110001"));
    let queue = town.ask("approval.queue", json!({ "department": HOUSING }));
    assert_eq!(queue["length"], 4);
    assert_eq!(queue["cases"].as_array().unwrap().len(), 4);
}

/// "S8.7 second correction notice → MAT_SECOND_CORRECTION"; "S9.2 correction shows field label + reason".
#[test]
fn everything_to_be_corrected_is_told_once() {
    let mut town = Town::new();
    let case = town.submit();
    let point = |name: &str, class: &str| json!({ name: class, "en": "Unreadable", "zh": "无法辨认" });
    let points = json!({ "case": case, "points": [point("material", "plan"), point("field", "applicant")] });
    let receipt = town.ok(&DESK, "approval.correct", points.clone());
    assert_eq!(receipt.outcome["state"], "correction");
    assert_eq!(
        town.code(&DESK, "approval.correct", points.clone()),
        "MAT_SECOND_CORRECTION"
    );
    assert_eq!(town.case(&case)["correction"]["points"][0]["zh"], "无法辨认");
    assert_eq!(
        town.code(&DESK, "approval.accept", json!({ "case": case })),
        "STATE_ORDER"
    );

    // Silence does not accept what is not complete.
    town.world.at(START + 40 * DAY);
    assert_eq!(town.state(&case), "correction");
    let again = |classes: &[&str]| {
        let mut arguments = application(LICENCE, classes);
        let members = arguments.as_object_mut().unwrap();
        members.remove("item");
        members.remove("version");
        members.insert("case".to_owned(), json!(case));
        arguments
    };
    let missing = again(&["application"]);
    assert_eq!(town.code(&[WANG], "approval.resubmit", missing), "MAT_MISSING");
    assert_eq!(
        town.code(&[LI], "approval.resubmit", again(&["plan"])),
        "AUTH_NOT_APPLICANT"
    );
    let receipt = town.ok(&[WANG], "approval.resubmit", again(&["plan"]));
    // 2026-03-22 was a Sunday: five working days later.
    assert_eq!(receipt.outcome["accept_by"]["date"], "2026-03-27");
    assert_eq!(
        town.code(&DESK, "approval.correct", points),
        "MAT_SECOND_CORRECTION"
    );
    town.world.at(START + 60 * DAY);
    let clock = town.clock(&case, "decision");
    assert_eq!(clock["from"], "2026-03-22");
}

/// R7, "S9.4 a paper already held by the platform … cannot be asked again".
#[test]
fn what_sharing_gives_is_not_asked_for() {
    let mut town = Town::new();
    let case = town.submit();
    let points = |name: &str, class: &str| json!({ "case": case, "points": [{ name: class, "en": "Hand it in", "zh": "请提交" }] });
    for (name, class, code) in [
        ("material", "residence", "MAT_SHARED_AVAILABLE"),
        ("material", "diploma", "MAT_CLASS"),
        ("field", "diploma", "CASE_FORM"),
        ("material", "plan", "OK"),
    ] {
        assert_eq!(
            town.code(&DESK, "approval.correct", points(name, class)),
            code,
            "{class}"
        );
    }
}

#[test]
fn an_application_is_refused_at_the_window_only_with_a_reason_and_a_remedy() {
    for (operation, state) in [
        ("approval.not_competent", "not_competent"),
        ("approval.not_needed", "not_needed"),
    ] {
        let mut town = Town::new();
        let case = town.submit();
        let mut arguments = json!({ "case": case });
        assert_eq!(town.code(&DESK, operation, arguments.clone()), "DEC_NO_REASON");
        arguments["reason"] = json!("属于甲市自然资源和规划局职权");
        assert_eq!(town.code(&DESK, operation, arguments.clone()), "DEC_NO_REMEDY");
        arguments["remedy"] = json!("可在六十日内申请行政复议");
        let receipt = town.ok(&DESK, operation, arguments.clone());
        assert_eq!(receipt.outcome["state"], state);
        assert_eq!(town.code(&DESK, operation, arguments), "STATE_ORDER");
        // The case is over: silence accepts nothing.
        town.world.at(START + 100 * DAY);
        assert_eq!(town.state(&case), state);
        assert_eq!(
            town.ask("approval.queue", json!({ "department": HOUSING }))["length"],
            0
        );
    }
}

#[test]
fn what_is_submitted_fits_the_item_and_its_form() {
    let mut town = Town::new();
    let good = application(LICENCE, &["application", "plan"]);
    let with = |name: &str, value: serde_json::Value| {
        let mut arguments = good.clone();
        arguments[name] = value;
        arguments
    };
    let handed = json!({ "class": "plan", "commitment": digest("plan"), "origin": "submitted" });
    for (arguments, code) in [
        (
            with("item", json!("1199010000000202293990117002099")),
            "CASE_ITEM",
        ),
        (with("version", json!(2)), "PROC_VERSION_FROZEN"),
        (with("materials", json!([handed, handed])), "MAT_CLASS"),
        (with("answers", json!({ "applicant": "王小示" })), "FORM_VALUE"),
        (
            with("answers", json!({ "compensation_fen": "much" })),
            "FORM_VALUE",
        ),
        (with("answers", json!({ "compensation_fen": [1] })), "CASE_FORM"),
        (with("renews", json!("1")), "LICENCE_UNKNOWN"),
        (with("for", json!(FIRE)), "AUTH_MANDATE_MISSING"),
        (with("answers", json!({ "compensation_fen": 5 })), "OK"),
    ] {
        assert_eq!(
            town.code(&[WANG], "approval.submit", arguments.clone()),
            code,
            "{arguments}"
        );
    }
    assert_eq!(
        town.code(&[STRANGER], "approval.submit", good.clone()),
        "AUTH_KEY_UNKNOWN"
    );
    // A department by its seal alone applies for nothing.
    assert_eq!(
        town.code(&[104], "approval.submit", good.clone()),
        "AUTH_NOT_APPLICANT"
    );
    // Commitments are open: naming another's gives nobody his content.
    let by = [FIRE_1, 104];
    assert_eq!(
        town.code(&by, "approval.submit", with("for", json!(FIRE))),
        "MAT_CLAIMED"
    );
    let own =
        json!([{ "class": "plan", "commitment": digest("plan of the brigade"), "origin": "submitted" }]);
    let elsewhere =
        json!([{ "class": "plan", "commitment": digest("x"), "holder": POLICE, "origin": "submitted" }]);
    let fetched = json!([{ "class": "residence", "commitment": digest("x"), "origin": "fetched" }]);
    for materials in [elsewhere, fetched] {
        assert_eq!(
            town.code(&[WANG], "approval.submit", with("materials", materials)),
            "MAT_CLASS"
        );
    }
    let mut arguments = with("for", json!(FIRE));
    arguments["materials"] = own;
    let receipt = town.ok(&by, "approval.submit", arguments);
    assert_eq!(receipt.outcome["concerns"][1], HOUSING);
}

#[test]
fn papers_that_the_item_requires_are_there_before_it_is_accepted_by_word() {
    let mut town = Town::new();
    let case = town.submit_by(&[WANG], application(LICENCE, &["application"]));
    assert_eq!(
        town.code(&DESK, "approval.accept", json!({ "case": case })),
        "MAT_MISSING"
    );
}

/// "S8.10 item v3 published mid-case → running case stays on v2 (PROC_VERSION_FROZEN), new cases v3."
#[test]
fn a_running_case_keeps_the_version_under_which_it_was_submitted() {
    let mut town = Town::new();
    town.publish(
        LICENCE,
        2,
        licence_item("plain-licence", 1).tap(|item| item["visits"] = json!(0)),
    );
    let mut second = application(LICENCE, &["application", "plan"]);
    second["version"] = json!(2);
    let running = town.submit_by(&[WANG], second);
    town.ok(&DESK, "approval.accept", json!({ "case": running }));
    let other = include_str!("../../../../scenarios/approval/processes/licence-renewal.bpmn")
        .replace("licence-renewal", "plain-licence");
    town.enact("process/plain-licence", 2, &other);
    town.publish(LICENCE, 3, licence_item("plain-licence", 2));

    let mut step = town.step(&running, "review", "agree", Some(REVIEWER_2));
    step["version"] = json!(3);
    let by = [REVIEWER, REVIEWER_2, 103];
    assert_eq!(
        town.code(&by, "approval.act", step.clone()),
        "PROC_VERSION_FROZEN"
    );
    step["version"] = json!(2);
    assert_eq!(town.code(&by, "approval.act", step), "OK");
    assert_eq!(town.open(&running), ["propose"]);
    let told = town.case(&running);
    assert_eq!(
        (&told["version"], &told["process"]["version"]),
        (&json!(2), &json!(1))
    );

    let mut third = application(LICENCE, &["application", "plan"]);
    third["version"] = json!(3);
    let new = town.submit_by(&[WANG], third);
    let told = town.case(&new);
    assert_eq!(
        (&told["version"], &told["process"]["version"]),
        (&json!(3), &json!(2))
    );
}

#[test]
fn an_applicant_takes_an_application_back_and_nothing_is_approved_after() {
    let mut town = Town::new();
    let case = town.joined();
    assert_eq!(
        town.code(&[LI], "approval.withdraw", json!({ "case": case })),
        "AUTH_NOT_APPLICANT"
    );
    let approval = town.decision(&case, "approve");
    town.ok(&[WANG], "approval.withdraw", json!({ "case": case }));
    assert_eq!(town.state(&case), "withdrawn");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.decide", approval),
        "STATE_ORDER"
    );
    assert_eq!(
        town.code(&[WANG], "approval.withdraw", json!({ "case": case })),
        "STATE_ORDER"
    );
    assert_eq!(
        town.ask("approval.queue", json!({ "department": HOUSING }))["length"],
        0
    );
}

/// Changes a value in place.
trait Tap: Sized {
    fn tap(self, change: impl FnOnce(&mut Self)) -> Self;
}

impl Tap for serde_json::Value {
    fn tap(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}
