//! The clocks (R19, R18): ten working days to file, five for a change, thirty ahead of the end, the cryptography assessed each year.

use serde_json::{Value, json};

use crate::town::{DATA, DAY, HOUR, START, Town, assessment, number, profile};

const MINUTE: u64 = 60_000;
/// The first moment of 2026-03-03 in Shanghai.
const AFTER_2_MARCH: u64 = START + 20 * DAY + 15 * HOUR;

/// S10.1: "start date 2026-02-10 → file by 2026-03-02 (10 wd)".
#[test]
fn a_service_that_starts_on_10_february_2026_is_filed_by_2_march_over_the_spring_festival() {
    let mut town = Town::new();
    let due = town.register(START)["due"].clone();
    assert_eq!(
        due,
        json!({ "date": "2026-03-02", "ms_end": AFTER_2_MARCH, "provisional": false })
    );
    town.operator("filing.assess", assessment("crypto", START - DAY, "pass"));
    assert_eq!(town.service()["state"], "unfiled");

    assert!(town.at(AFTER_2_MARCH - MINUTE).is_empty());
    assert_eq!(town.duty("filing")["overdue"], json!(false));
    let occurred = town.at(AFTER_2_MARCH);
    assert_eq!(
        occurred,
        [json!({
            "basis": "区块链信息服务管理规定 §11", "concerns": [DATA], "due": "2026-03-02", "duty": "filing", "operator": DATA,
        })]
    );
    let duty = town.duty("filing");
    assert_eq!(duty["overdue"], json!(true));
    assert_eq!(duty["overdue_since"]["time"], json!(AFTER_2_MARCH));
    assert_eq!(town.history(), ["register", "assess", "overdue"]);

    // What was filed on the next day is late, and the duty is met.
    assert_eq!(
        town.operator("filing.record", number("filing", AFTER_2_MARCH))["late"],
        json!(true)
    );
    assert_eq!(
        (town.duty("filing"), &town.service()["state"]),
        (Value::Null, &json!("filed"))
    );
}

#[test]
fn a_service_filed_on_the_last_day_is_in_time_even_if_that_is_recorded_later() {
    let mut town = Town::new();
    town.assessed(START);
    town.at(AFTER_2_MARCH + DAY);
    let record = number("filing", AFTER_2_MARCH - 1);
    assert_eq!(town.operator("filing.record", record)["late"], json!(false));
}

#[test]
fn time_says_nothing_about_a_duty_that_was_met() {
    let mut town = Town::new();
    town.filed(START);
    assert!(town.at(AFTER_2_MARCH + MINUTE).is_empty());
    let notice = town.ask("filing.notice", &json!({}));
    let service = &notice["services"][0];
    assert_eq!(
        (&service["number"], &service["filed"], &service["state"]),
        (
            &json!("示例网信备99010126000001号"),
            &json!("2026-02-10"),
            &json!("filed")
        )
    );
    assert!(notice["statement"]["zh"].as_str().unwrap().contains("不代表"));
    assert!(
        notice["statement"]["en"]
            .as_str()
            .unwrap()
            .contains("no endorsement")
    );
}

/// S10.2: "overdue 密评 → banner to operators and regulator": what the banner is drawn from.
#[test]
fn an_assessment_of_the_cryptography_is_due_each_year_and_its_lapse_is_told_to_operators_and_the_regulator() {
    let mut town = Town::new();
    // Assessed on 2025-03-10.
    town.filed(START - 336 * DAY);
    let due = town.duty("crypto")["due"].clone();
    assert_eq!(due["date"], "2026-03-10");
    let end = due["ms_end"].as_u64().unwrap();

    assert!(town.at(end - MINUTE).is_empty());
    assert_eq!(town.duty("crypto")["overdue"], json!(false));
    let occurred = town.at(end);
    assert_eq!(
        (&occurred[0]["duty"], &occurred[0]["basis"]),
        (&json!("crypto"), &json!("商用密码管理条例 §38"))
    );
    assert_eq!(town.duty("crypto")["overdue"], json!(true));

    // One that was failed settles nothing; one that was passed begins the next year, whose calendar nobody knows yet.
    let failed = town.operator("filing.assess", assessment("crypto", end, "fail"));
    assert_eq!(failed["due"], Value::Null);
    assert_eq!(town.duty("crypto")["overdue"], json!(true));
    town.operator("filing.assess", assessment("crypto", end, "partial"));
    let duty = town.duty("crypto");
    assert_eq!(
        (
            &duty["overdue"],
            &duty["due"]["provisional"],
            &duty["overdue_since"]
        ),
        (&json!(false), &json!(true), &Value::Null)
    );
}

#[test]
fn a_service_that_runs_without_an_assessed_cryptography_is_overdue_from_its_start() {
    let mut town = Town::new();
    town.register(START + 2 * DAY);
    assert!(town.at(START + 2 * DAY - MINUTE).is_empty());
    assert_eq!(town.at(START + 2 * DAY)[0]["duty"], "crypto");
}

#[test]
fn a_change_is_filed_within_five_working_days_and_the_oldest_that_waits_counts() {
    let mut town = Town::new();
    town.filed(START - 2 * DAY);
    let mut changed = profile();
    changed["domain"] = json!("new.example.gov.cn");
    let due = town.operator(
        "filing.amend",
        json!({ "changed": START, "functions": false, "profile": changed }),
    )["due"]
        .clone();
    assert_eq!(due["date"], "2026-02-24");
    town.at(START + DAY);
    changed["domain"] = json!("newer.example.gov.cn");
    let again = json!({ "changed": START + DAY, "functions": false, "profile": changed });
    assert_eq!(town.operator("filing.amend", again)["due"]["date"], "2026-02-24");
    assert_eq!(
        town.operator("filing.record", number("change", START + DAY))["late"],
        json!(false)
    );
    assert_eq!(town.duty("change"), Value::Null);
    let service = town.service();
    assert_eq!(
        (&service["filed"]["date"], &service["filed_change"]["date"]),
        (&json!("2026-02-08"), &json!("2026-02-11"))
    );
    assert!(town.at(START + 20 * DAY).is_empty());
}

#[test]
fn a_change_before_the_first_filing_is_filed_with_it() {
    let mut town = Town::new();
    town.assessed(START);
    let mut changed = profile();
    changed["algorithms"] = json!(["SM2"]);
    let amended = town.operator(
        "filing.amend",
        json!({ "changed": START, "functions": false, "profile": changed }),
    );
    assert_eq!(amended["due"], Value::Null);
    assert_eq!(
        town.operator_code("filing.record", number("change", START)),
        "FILING_NOTHING_DUE"
    );
}

#[test]
fn the_end_is_announced_thirty_working_days_ahead_and_comes_by_itself() {
    let mut town = Town::new();
    town.filed(START);
    // Thirty working days after 2026-02-10 end with 2026-03-30.
    let first = START + 48 * DAY + 15 * HOUR;
    let stop = |ends: u64| json!({ "ends": ends, "reason": "平台合并" });
    assert_eq!(
        town.operator_code("filing.stop", stop(first - 1)),
        "FILING_STOP_SHORT"
    );
    town.operator("filing.stop", stop(first));
    assert_eq!(town.service()["state"], "stopping");
    assert_eq!(
        town.ask("filing.notice", &json!({}))["services"][0]["ends"],
        "2026-03-31"
    );
    assert_eq!(
        town.operator_code("filing.stop", stop(first)),
        "FILING_STOP_STATE"
    );

    // Taken back, its timer finds nothing; announced again, it comes.
    town.operator("filing.stop", json!({ "reason": "不再合并" }));
    assert_eq!(
        town.operator_code("filing.stop", json!({ "reason": "不再合并" })),
        "FILING_STOP_STATE"
    );
    assert!(town.at(first).is_empty());
    let later = first + 60 * DAY;
    town.operator("filing.stop", stop(later));
    assert_eq!(
        town.at(later),
        [json!({ "concerns": [DATA], "ended": true, "operator": DATA })]
    );
    assert_eq!(town.service()["state"], "stopped");
    assert_eq!(town.ask("filing.notice", &json!({}))["services"], json!([]));
    let number = number("cancellation", later);
    assert_eq!(town.operator_code("filing.record", number.clone()), "OK");
    assert_eq!(town.operator_code("filing.record", number), "FILING_NOTHING_DUE");
    let crypto = assessment("crypto", later, "pass");
    assert_eq!(town.operator_code("filing.assess", crypto), "FILING_STOPPED");

    // Offered again, it is filed again.
    town.register(later);
    assert_eq!(town.service()["state"], "unfiled");
    assert_eq!(town.history().last().unwrap(), "register");
}
