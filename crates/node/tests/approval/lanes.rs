//! Departments side by side: the renewal of an old quarter, each with its own slice, and the money that is there before anything is decided.

use serde_json::{Value, json};
use yinxin_execution::workbench::key;

use crate::town::*;

const LANES: [(&str, &[u8]); 7] = [
    ("housing", &[REVIEWER, REVIEWER_2]),
    ("urban", &[URBAN_1]),
    ("fire", &[FIRE_1, FIRE_2]),
    ("planning", &[PLANNING_1]),
    ("expropriation", &[EXPROPRIATION_1]),
    ("budget", &[FINANCE_1]),
    ("street", &[STREET_1]),
];

/// A hundred million yuan.
const OWED: i64 = 10_000_000_000;

fn accepted(town: &mut Town) -> String {
    let case = town.submit_by(&[WANG], renovation(OWED));
    town.ok(&[CLERK, 103], "approval.accept", json!({ "case": case }));
    case
}

fn attest(town: &mut Town, case: &str, held_fen: i64) -> &'static str {
    let arguments =
        json!({ "case": case, "for": FINANCE, "held_fen": held_fen, "statement": digest("statement") });
    town.code(&[FINANCE_1, 105], "approval.account", arguments)
}

fn all_lanes(town: &mut Town, case: &str) {
    for (step, officers) in LANES {
        assert_eq!(town.act(case, officers, step, "agree"), "OK", "{step}");
    }
}

#[test]
fn departments_review_side_by_side_and_the_applicant_sees_every_lane() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    let mut expected: Vec<&str> = LANES.iter().map(|lane| lane.0).collect();
    expected.sort_unstable();
    let mut open = town.open(&case);
    open.sort_unstable();
    assert_eq!(open, expected);
    for department in [HOUSING, FIRE, FINANCE, URBAN, PLANNING, EXPROPRIATION, STREET] {
        let queue = town.ask("approval.queue", json!({ "department": department }));
        assert_eq!(queue["length"], 1, "{department}");
        assert_eq!(queue["cases"][0]["case"], case);
    }
    assert_eq!(town.act(&case, &[FIRE_1, FIRE_2], "fire", "agree"), "OK");
    assert_eq!(
        town.ask("approval.queue", json!({ "department": FIRE }))["length"],
        0
    );
    let told = town.case(&case);
    assert_eq!(told["opinions"]["fire"]["outcome"], "agree");
    assert_eq!(told["steps"].as_array().unwrap().len(), 6);
    // Officer and citizen are answered the same.
    let about = json!({ "case": case });
    let officer = town.world.ask(&key(FIRE_1), "approval.case", &about).unwrap();
    assert_eq!(officer, told);
}

/// Hostile: skipping a parallel branch.
#[test]
fn no_lane_is_left_out() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    for (step, officers) in LANES.iter().skip(1) {
        assert_eq!(town.act(&case, officers, step, "agree"), "OK", "{step}");
    }
    assert_eq!(attest(&mut town, &case, OWED), "OK");
    assert_eq!(town.open(&case), ["housing"]);
    let approval = town.decision(&case, "approve");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.decide", approval),
        "STATE_ORDER"
    );
}

/// "S8.12 expropriation decision with account short by 0.01 → refused."
#[test]
fn money_that_is_short_by_a_fen_decides_nothing() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    all_lanes(&mut town, &case);
    // The process waits for the money.
    assert_eq!(town.open(&case), Vec::<String>::new());
    let approval = town.decision(&case, "approve");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.decide", approval.clone()),
        "FUND_SHORT"
    );
    assert_eq!(attest(&mut town, &case, OWED - 1), "OK");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.decide", approval.clone()),
        "FUND_SHORT"
    );
    assert_eq!(town.open(&case), Vec::<String>::new());
    assert_eq!(attest(&mut town, &case, OWED), "OK");
    assert_eq!(town.open(&case), ["propose"]);
    assert_eq!(town.act(&case, &[SECTION], "propose", "approve"), "OK");
    // It is asked once more when the case is decided: the money must still be there.
    assert_eq!(attest(&mut town, &case, OWED - 1), "OK");
    assert_eq!(
        town.code(&[HEAD, 103], "approval.decide", approval.clone()),
        "FUND_SHORT"
    );
    assert_eq!(attest(&mut town, &case, OWED + 1), "OK");
    assert_eq!(town.code(&[HEAD, 103], "approval.decide", approval), "OK");
}

#[test]
fn only_a_finance_department_attests_the_account() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    let attest = |department: &str, held: i64| json!({ "case": case, "for": department, "held_fen": held, "statement": digest("statement") });
    for (by, arguments, code) in [
        (vec![FIRE_1, 104], attest(FIRE, OWED), "POLICY_DENIED"),
        (vec![FIRE_1, 105], attest(FINANCE, OWED), "AUTH_MANDATE_MISSING"),
        (vec![FINANCE_1], attest(FINANCE, OWED), "AUTH_SEAL_MISSING"),
        (vec![FINANCE_1, 105], attest(FINANCE, -1), "TX_ARGUMENTS"),
        (vec![FINANCE_1, 105], attest(FINANCE, OWED), "OK"),
    ] {
        assert_eq!(town.code(&by, "approval.account", arguments), code, "{by:?}");
    }
}

/// "A changed slice re-opens only lanes that depend on it."
#[test]
fn a_material_that_changes_opens_again_what_rests_on_it_and_nothing_else() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    all_lanes(&mut town, &case);
    assert_eq!(attest(&mut town, &case, OWED), "OK");
    assert_eq!(town.act(&case, &[SECTION], "propose", "approve"), "OK");
    assert_eq!(town.state(&case), "joined");

    let supply = |class: &str, text: &str| {
        json!({
            "case": case, "material": { "class": class, "commitment": digest(text), "origin": "submitted" }, "reason": "更新",
        })
    };
    // The same once more changes nothing.
    let receipt = town.ok(&[WANG], "approval.supply", supply("fire-plan", "fire-plan"));
    assert_eq!(receipt.outcome["reopened"], json!([]));
    assert_eq!(
        town.code(&[LI], "approval.supply", supply("fire-plan", "new")),
        "AUTH_NOT_APPLICANT"
    );
    assert_eq!(
        town.code(&[WANG], "approval.supply", supply("diploma", "new")),
        "MAT_CLASS"
    );

    let receipt = town.ok(&[WANG], "approval.supply", supply("fire-plan", "new fire plan"));
    assert_eq!(receipt.outcome["reopened"], json!(["fire"]));
    assert_eq!(receipt.outcome["state"], "in_review");
    assert_eq!(town.open(&case), ["fire"]);
    let told = town.case(&case);
    // The proposal came after the fire brigade's opinion, and falls with it; the other opinions stand.
    let opinions: Vec<&String> = told["opinions"].as_object().unwrap().keys().collect();
    assert_eq!(
        opinions,
        [
            "budget",
            "expropriation",
            "housing",
            "planning",
            "street",
            "urban"
        ]
    );
    // Its time is whole again: fifteen working days from 2026-02-10.
    assert_eq!(told["steps"][0]["due"]["date"], "2026-03-09");
    assert_eq!(town.act(&case, &[FIRE_1, FIRE_2], "fire", "agree"), "OK");
    assert_eq!(town.open(&case), ["propose"]);

    // The site plan is seen by planning and urban management, and by the proposal.
    let receipt = town.ok(&[WANG], "approval.supply", supply("site-plan", "new site plan"));
    assert_eq!(receipt.outcome["reopened"], json!(["planning", "urban"]));
    let mut open = town.open(&case);
    open.sort_unstable();
    assert_eq!(open, ["planning", "urban"]);
}

/// Found by the simulator: the second material that changed took from the lane which the first had opened again the time that it had been given.
#[test]
fn a_lane_that_is_open_again_keeps_its_time_when_another_is_opened_again() {
    let mut town = Town::new();
    let case = accepted(&mut town);
    all_lanes(&mut town, &case);
    let supply = |class: &str, text: &str| {
        json!({
            "case": case, "material": { "class": class, "commitment": digest(text), "origin": "submitted" }, "reason": "更新",
        })
    };
    let lane = |town: &Town, name: &str| {
        let told = town.case(&case);
        let steps = told["steps"].as_array().unwrap();
        steps.iter().find(|step| step["step"] == name).unwrap().clone()
    };
    town.world.at(START + 20 * DAY);
    town.ok(&[WANG], "approval.supply", supply("fire-plan", "new fire plan"));
    let due = lane(&town, "fire")["due"].clone();
    town.world.at(START + 30 * DAY);
    town.ok(&[WANG], "approval.supply", supply("budget", "new budget"));
    assert_eq!(lane(&town, "fire")["due"], due);
    assert_eq!(lane(&town, "fire")["overdue"], false);

    // What is overdue stays so.
    town.world.at(due["ms_end"].as_u64().unwrap() + 120_000);
    town.world.block(&[]);
    assert_eq!(lane(&town, "fire")["overdue"], true);
    let escalated = |town: &Town| {
        let history = town.history(&case);
        history.iter().filter(|what| *what == "escalated").count()
    };
    let before = escalated(&town);
    town.ok(&[WANG], "approval.supply", supply("survey", "new survey"));
    assert_eq!(lane(&town, "fire")["overdue"], true);
    town.world.time += 120_000;
    town.world.block(&[]);
    assert_eq!(escalated(&town), before);
}

#[test]
fn what_a_department_fetched_by_sharing_it_adds_itself_and_what_it_must_be_handed_it_does_not() {
    let mut town = Town::new();
    let case = town.accepted();
    let fetch = |class: &str, origin: &str| {
        json!({
            "case": case, "fetched": true, "reason": "共享获取",
            "material": { "class": class, "commitment": digest(class), "holder": POLICE, "origin": origin },
        })
    };
    for (by, arguments, code) in [
        (vec![CLERK, 103], fetch("plan", "fetched"), "MAT_CLASS"),
        (vec![CLERK, 103], fetch("residence", "submitted"), "MAT_CLASS"),
        (
            vec![FIRE_1, 104],
            fetch("residence", "fetched"),
            "AUTH_MANDATE_MISSING",
        ),
        (vec![CLERK, 103], fetch("residence", "fetched"), "OK"),
    ] {
        assert_eq!(town.code(&by, "approval.supply", arguments), code, "{by:?}");
    }
    assert_eq!(town.case(&case)["materials"]["residence"]["holder"], POLICE);
}

/// Nineteen departments, one step each, drawn once.
#[test]
fn nineteen_departments_approve_a_construction_project_side_by_side() {
    let mut town = Town::new();
    let text = include_str!("../../../../scenarios/approval/processes/construction-joint.bpmn");
    town.enact("process/construction-joint", 1, text);
    let mut item = licence_item("construction-joint", 1);
    for (place, class) in ["application", "design"].iter().enumerate() {
        item["materials"][place]["class"] = json!(class);
    }
    let code = "1199010000000202293990117002014";
    town.publish(code, 1, item);
    let case = town.submit_by(&[WANG], application(code, &["application", "design"]));
    town.ok(&[CLERK, 103], "approval.accept", json!({ "case": case }));
    let mut distribute = town.step(&case, "distribute", "", None);
    distribute.as_object_mut().unwrap().remove("outcome");
    town.ok(&[SECTION, 103], "approval.act", distribute);
    let told = town.case(&case);
    let departments: std::collections::BTreeSet<&str> = told["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["department"].as_str().unwrap())
        .collect();
    assert_eq!(departments.len(), 19);
    assert_eq!(
        town.ask("approval.queue", json!({ "department": FIRE }))["length"],
        1
    );
    // Each takes its own: the first that `step` finds is not the fire brigade's.
    let own = told["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["department"] == FIRE)
        .unwrap()
        .clone();
    let mut arguments = town.step(&case, "opinion", "agree", None);
    assert_eq!(
        town.code(&[FIRE_1, 104], "approval.act", arguments.clone()),
        "AUTH_MANDATE_MISSING"
    );
    arguments["for"] = json!(FIRE);
    arguments["work"] = own["work"].clone();
    assert_eq!(town.code(&[FIRE_1, 104], "approval.act", arguments), "OK");
    let told: Value = town.case(&case);
    assert_eq!(told["steps"].as_array().unwrap().len(), 18);
}
