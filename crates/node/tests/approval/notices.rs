//! Notices and their service (P15): what is told, how it counts as received (电子签名法 §11), and what counts from then.

use serde_json::{Value, json};

use crate::town::*;

const DESK: [u8; 2] = [CLERK, 103];
const SEAL: u8 = 103;
const HOUR: u64 = 3_600_000;

/// A case of Wang that is to be corrected within ten working days, and the number of the notice.
fn to_correct(town: &mut Town) -> (String, u64) {
    let case = town.submit();
    correct(town, &case);
    let number = notice(town, &case, 0)["number"].as_u64().unwrap();
    (case, number)
}

fn correct(town: &mut Town, case: &str) {
    let point = json!({ "en": "Unreadable", "material": "plan", "zh": "无法辨认" });
    let asked = json!({ "case": case, "days": 10, "points": [point] });
    town.ok(&DESK, "approval.correct", asked);
}

fn notice(town: &Town, case: &str, place: usize) -> Value {
    town.case(case)["notices"][place].clone()
}

/// Wang designates a mailbox, whose address is in a material that he handed in.
fn by_mail(town: &mut Town, case: &str, contact: &str) {
    let agreed = json!({ "by": "email", "case": case, "contact": digest(contact) });
    town.ok(&[WANG], "approval.serve", agreed);
}

fn sent(town: &Town, case: &str, notice: u64) -> Value {
    json!({
        "case": case, "contact": digest("wang@mail.example"), "digest": digest("letter"), "notice": notice, "sent_ms": town.world.time,
    })
}

fn received(town: &Town, case: &str, notice: u64) -> Value {
    let mut arguments = sent(town, case, notice);
    arguments["received"] = json!({ "evidence": digest("250 OK"), "time_ms": town.world.time });
    arguments
}

fn failed(town: &Town, case: &str, notice: u64) -> Value {
    let mut arguments = sent(town, case, notice);
    arguments["reason"] = json!("refused");
    arguments
}

fn clocks(town: &Town, case: &str) -> Vec<String> {
    let told = town.case(case);
    let clocks = told["clocks"].as_array().unwrap().iter();
    clocks
        .map(|clock| clock["kind"].as_str().unwrap().to_owned())
        .collect()
}

fn messages(town: &Town) -> Value {
    town.ask("approval.messages", json!({ "party": town.parties[&WANG] }))
}

fn outbox(town: &Town) -> Value {
    town.ask("approval.outbox", json!({ "department": HOUSING }))
}

#[test]
fn what_nobody_has_opened_is_not_served_and_the_period_counts_from_the_day_on_which_it_is() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    assert_eq!(notice(&town, &case, 0)["kind"], "correction");
    assert_eq!(notice(&town, &case, 0)["served"], Value::Null);
    assert_eq!(clocks(&town, &case), ["intake"]);
    assert_eq!(messages(&town)["unread"], 1);

    // 2026-02-26, a Thursday: ten working days, one of them a Saturday, end on 2026-03-11.
    town.world.at(START + 16 * DAY);
    let opened = json!({ "case": case, "notice": number });
    assert_eq!(
        town.code(&[LI], "approval.notice_opened", opened.clone()),
        "AUTH_NOT_APPLICANT"
    );
    assert_eq!(
        town.code(&DESK, "approval.notice_opened", opened.clone()),
        "AUTH_NOT_APPLICANT"
    );
    town.ok(&[WANG], "approval.notice_opened", opened.clone());
    assert_eq!(notice(&town, &case, 0)["served"]["how"], "opened");
    let clock = town.clock(&case, "correction");
    assert_eq!(
        (&clock["from"], &clock["due"]["date"]),
        (&json!("2026-02-26"), &json!("2026-03-11"))
    );
    assert_eq!(messages(&town)["unread"], 0);
    assert_eq!(
        town.code(&[WANG], "approval.notice_opened", opened),
        "NOTICE_RECORDED"
    );
    let unknown = json!({ "case": case, "notice": number + 7 });
    assert_eq!(
        town.code(&[WANG], "approval.notice_opened", unknown),
        "NOTICE_UNKNOWN"
    );

    // Whoever corrects stops the clock; whoever does not learns that the period is over, and nothing is decided by that.
    town.world.at(START + 40 * DAY);
    town.world.block(&[]);
    town.world.block(&[]);
    assert_eq!(town.clock(&case, "correction")["lapsed"], true);
    assert_eq!(town.history(&case).last().unwrap(), "period_over");
    assert_eq!(town.state(&case), "correction");
}

#[test]
fn what_was_corrected_stops_the_period() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    town.ok(
        &[WANG],
        "approval.notice_opened",
        json!({ "case": case, "notice": number }),
    );
    let mut again = application(LICENCE, &["plan"]);
    let members = again.as_object_mut().unwrap();
    members.remove("item");
    members.remove("version");
    members.insert("case".to_owned(), json!(case));
    town.ok(&[WANG], "approval.resubmit", again);
    assert_ne!(town.clock(&case, "correction")["ended"], Value::Null);
}

#[test]
fn the_days_to_correct_are_bounded() {
    let mut town = Town::new();
    let case = town.submit();
    let point = json!({ "en": "Unreadable", "material": "plan", "zh": "无法辨认" });
    for (days, code) in [(0, "CLOCK_DAYS"), (61, "CLOCK_DAYS"), (60, "OK")] {
        let asked = json!({ "case": case, "days": days, "points": [point] });
        assert_eq!(town.code(&DESK, "approval.correct", asked), code, "{days}");
    }
}

/// 电子签名法 §11: received when it enters the system that the addressee designated.
#[test]
fn the_designated_portal_has_a_notice_with_the_block_and_that_serves_it_unread() {
    let mut town = Town::new();
    let case = town.submit();
    town.ok(&[WANG], "approval.serve", json!({ "by": "portal", "case": case }));
    town.world.at(START + DAY);
    correct(&mut town, &case);
    let told = notice(&town, &case, 0);
    assert_eq!(told["served"]["how"], "portal");
    assert_eq!(told["opened"], Value::Null);
    assert_eq!(town.clock(&case, "correction")["from"], "2026-02-11");
    assert_eq!(messages(&town)["unread"], 1);
    // Opening it later moves nothing.
    town.world.at(START + 3 * DAY);
    let opened = json!({ "case": case, "notice": told["number"] });
    town.ok(&[WANG], "approval.notice_opened", opened);
    assert_eq!(notice(&town, &case, 0)["served"], told["served"]);
    assert_eq!(town.clock(&case, "correction")["from"], "2026-02-11");
    // Who takes the agreement back is served by opening only.
    town.ok(&[WANG], "approval.serve", json!({ "case": case }));
    assert_eq!(town.case(&case)["service"], Value::Null);
}

#[test]
fn a_receipt_of_the_mailbox_serves_and_the_period_counts_from_it() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    assert_eq!(outbox(&town)["length"], 0);
    by_mail(&mut town, &case, "wang@mail.example");
    let due = outbox(&town);
    assert_eq!(due["cases"][0]["contact"], json!(digest("wang@mail.example")));
    assert_eq!(due["cases"][0]["owner"], json!(town.parties[&WANG]));
    let told = &due["cases"][0]["notices"][0];
    assert_eq!(
        (&told["what"], &told["days"]),
        (&json!("correction_asked"), &json!(10))
    );
    assert_eq!(told["points"][0]["label"], json!({ "en": "plan", "zh": "plan" }));
    assert_eq!(told["points"][0]["zh"], "无法辨认");

    town.world.at(START + 2 * DAY);
    let receipt = received(&town, &case, number);
    town.ok(&[SEAL], "approval.notice_sent", receipt.clone());
    let told = notice(&town, &case, 0);
    assert_eq!(told["served"]["how"], "email");
    assert_eq!(told["dispatches"][0]["digest"], json!(digest("letter")));
    assert_eq!(town.clock(&case, "correction")["from"], "2026-02-12");
    assert_eq!(outbox(&town)["length"], 0);
    assert_eq!(
        &town.history(&case)[2..],
        ["service_agreed", "notice_sent", "served"]
    );
    // Once.
    assert_eq!(
        town.code(&[SEAL], "approval.notice_sent", receipt),
        "NOTICE_RECORDED"
    );
    let late = failed(&town, &case, number);
    assert_eq!(
        town.code(&[SEAL], "approval.notice_failed", late),
        "NOTICE_RECORDED"
    );
}

#[test]
fn what_a_server_only_passes_on_is_sent_and_serves_nothing_until_it_is_opened() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    by_mail(&mut town, &case, "wang@mail.example");
    let passed_on = sent(&town, &case, number);
    town.ok(&[SEAL], "approval.notice_sent", passed_on);
    assert_eq!(notice(&town, &case, 0)["served"], Value::Null);
    assert_eq!(clocks(&town, &case), ["intake"]);
    assert_eq!(outbox(&town)["length"], 0);
    town.ok(
        &[WANG],
        "approval.notice_opened",
        json!({ "case": case, "notice": number }),
    );
    assert_eq!(clocks(&town, &case), ["intake", "correction"]);
}

#[test]
fn what_could_not_be_delivered_says_why_starts_nothing_and_goes_to_another_mailbox_once_there_is_one() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    by_mail(&mut town, &case, "wang@mail.example");
    let refused = failed(&town, &case, number);
    town.ok(&[SEAL], "approval.notice_failed", refused);
    let told = notice(&town, &case, 0);
    assert_eq!(told["dispatches"][0]["failed"], "refused");
    assert_eq!(told["served"], Value::Null);
    assert_eq!(clocks(&town, &case), ["intake"]);
    assert_eq!(outbox(&town)["length"], 0);
    by_mail(&mut town, &case, "wang@other.example");
    assert_eq!(outbox(&town)["cases"][0]["notices"][0]["notice"], number);
    let mut again = received(&town, &case, number);
    again["contact"] = json!(digest("wang@other.example"));
    town.ok(&[SEAL], "approval.notice_sent", again);
    assert_eq!(notice(&town, &case, 0)["served"]["how"], "email");
}

#[test]
fn only_the_desk_of_the_department_puts_down_what_it_sent_to_whom_it_may() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    let early = received(&town, &case, number);
    assert_eq!(
        town.code(&[SEAL], "approval.notice_sent", early),
        "NOTICE_CHANNEL"
    );
    by_mail(&mut town, &case, "wang@mail.example");
    let receipt = received(&town, &case, number);
    for (by, code) in [
        (&[WANG][..], "NOTICE_SENDER"),
        (&DESK, "NOTICE_SENDER"),
        (&[seal(FIRE)], "NOTICE_SENDER"),
        (&[STRANGER], "AUTH_KEY_UNKNOWN"),
    ] {
        assert_eq!(
            town.code(by, "approval.notice_sent", receipt.clone()),
            code,
            "{by:?}"
        );
    }
    let mut elsewhere = receipt.clone();
    elsewhere["contact"] = json!(digest("li@mail.example"));
    assert_eq!(
        town.code(&[SEAL], "approval.notice_sent", elsewhere),
        "NOTICE_CHANNEL"
    );
    let mut unknown = receipt.clone();
    unknown["notice"] = json!(99);
    assert_eq!(
        town.code(&[SEAL], "approval.notice_sent", unknown),
        "NOTICE_UNKNOWN"
    );
    let mut nowhere = receipt.clone();
    nowhere["case"] = json!("199");
    assert_eq!(
        town.code(&[SEAL], "approval.notice_sent", nowhere),
        "CASE_UNKNOWN"
    );
    town.ok(&[SEAL], "approval.notice_sent", receipt);
}

#[test]
fn a_receipt_is_neither_before_the_notice_nor_before_it_was_sent_nor_to_come_nor_long_ago() {
    let mut town = Town::new();
    let (case, number) = to_correct(&mut town);
    by_mail(&mut town, &case, "wang@mail.example");
    town.world.at(START + 2 * HOUR);
    let at = |town: &Town, sent_ms: u64, time_ms: u64| {
        let mut arguments = received(town, &case, number);
        arguments["sent_ms"] = json!(sent_ms);
        arguments["received"]["time_ms"] = json!(time_ms);
        arguments
    };
    let now = town.world.time;
    for (sent_ms, time_ms) in [
        (START - HOUR, now),
        (START - HOUR, START - HOUR),
        (now, now - 1),
        (now + HOUR, now + HOUR),
        (now, now + HOUR),
        (now - HOUR - 60_000, now - HOUR - 60_000),
    ] {
        let arguments = at(&town, sent_ms, time_ms);
        assert_eq!(
            town.code(&[SEAL], "approval.notice_sent", arguments),
            "NOTICE_TIME"
        );
    }
    // Clocks differ a little: what a fast one says counts as now.
    let arguments = at(&town, town.world.time, town.world.time + 30_000);
    let receipt = town.ok(&[SEAL], "approval.notice_sent", arguments);
    assert!(receipt.outcome["received_ms"].as_u64().unwrap() <= town.world.time);
}

#[test]
fn a_mailbox_is_the_applicants_own_and_named_by_its_material() {
    let mut town = Town::new();
    let case = town.submit();
    let agree = |by: Value, contact: Value| json!({ "by": by, "case": case, "contact": contact });
    let contact = json!(digest("wang@mail.example"));
    assert_eq!(
        town.code(&[LI], "approval.serve", agree(json!("email"), contact.clone())),
        "AUTH_NOT_APPLICANT"
    );
    let without = json!({ "by": "email", "case": case });
    assert_eq!(town.code(&[WANG], "approval.serve", without), "TX_ARGUMENTS");
    assert_eq!(
        town.code(&[WANG], "approval.serve", agree(json!("portal"), contact.clone())),
        "TX_ARGUMENTS"
    );
    town.ok(&[WANG], "approval.serve", agree(json!("email"), contact.clone()));
    // The material is kept, and nobody else can name it.
    let kept = town.ask("approval.kept", json!({ "holder": HOUSING, "material": contact }));
    assert_eq!(kept["kept"], true);
    let other = town.submit_by(
        &[LI],
        json!({ "answers": {}, "item": LICENCE, "materials": [], "version": 1 }),
    );
    let stolen = json!({ "by": "email", "case": other, "contact": contact });
    assert_eq!(town.code(&[LI], "approval.serve", stolen), "MAT_CLAIMED");
}

/// 行政复议法 §20: sixty days from when one knows of what was decided.
#[test]
fn the_time_for_reconsideration_counts_from_the_service_of_the_decision() {
    let mut town = Town::new();
    let (case, _) = town.decided();
    let told = town.case(&case);
    let kinds: Vec<&Value> = told["notices"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["acceptance", "decision"]);
    assert!(!clocks(&town, &case).contains(&"reconsideration".to_owned()));
    town.world.at(START + 20 * DAY);
    let number = notice(&town, &case, 1)["number"].clone();
    town.ok(
        &[WANG],
        "approval.notice_opened",
        json!({ "case": case, "notice": number }),
    );
    assert_eq!(town.clock(&case, "reconsideration")["from"], "2026-03-02");
    // A later act has a period of its own.
    let act = told["acts"][0]["id"].clone();
    let annulled =
        json!({ "act": act, "case": case, "reason": "依据有误", "remedy": "可在六十日内申请行政复议" });
    town.ok(&[HEAD_2, SEAL], "approval.annul", annulled);
    town.world.at(START + 30 * DAY);
    let number = notice(&town, &case, 2)["number"].clone();
    town.ok(
        &[WANG],
        "approval.notice_opened",
        json!({ "case": case, "notice": number }),
    );
    let running: Vec<Value> = town.case(&case)["clocks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|clock| clock["kind"] == "reconsideration" && clock["ended"].is_null())
        .map(|clock| clock["from"].clone())
        .collect();
    assert_eq!(running, ["2026-03-12"]);
}

#[test]
fn messages_come_newest_first_a_page_at_a_time() {
    let mut town = Town::new();
    for _ in 0..22 {
        let case = town.submit();
        correct(&mut town, &case);
    }
    let first = messages(&town);
    assert_eq!((&first["length"], &first["unread"]), (&json!(22), &json!(22)));
    assert_eq!(first["messages"].as_array().unwrap().len(), 20);
    assert_eq!(first["messages"][0]["case"], format!("{LICENCE}202602100022"));
    let about = json!({ "page": 1, "party": town.parties[&WANG] });
    let second = town.ask("approval.messages", about);
    assert_eq!(second["messages"][1]["case"], format!("{LICENCE}202602100001"));
}
