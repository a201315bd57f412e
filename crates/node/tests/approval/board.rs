//! The board of supervision: what it counts of a history that is written down here, who may see it, and that it counts the same again.

use serde_json::{Value, json};
use yinxin_execution::workbench::key;
use yinxin_types::StateKey;

use crate::town::*;

const DESK: [u8; 2] = [CLERK, 103];
/// A supervisor of the data bureau.
const SUPERVISOR: u8 = LI;

fn town() -> Town {
    let mut town = Town::new();
    town.post(DATA, SUPERVISOR, 2, &["approval.board"]);
    town
}

fn ask(town: &Town, by: u8, question: &str, about: Value) -> Value {
    town.world.ask(&key(by), question, &about).unwrap()
}

/// Housing, as its supervisor sees it.
fn housing(town: &Town, period: &str) -> Value {
    let board = ask(
        town,
        SUPERVISOR,
        "approval.board",
        json!({ "for": DATA, "period": period }),
    );
    let departments = board["departments"].as_array().unwrap();
    assert_eq!(departments.len(), 1, "{departments:?}");
    assert_eq!(departments[0]["department"], HOUSING);
    departments[0].clone()
}

fn item(town: &Town, period: &str) -> Value {
    let about = json!({ "for": DATA, "item": LICENCE, "period": period, "version": 1 });
    ask(town, SUPERVISOR, "approval.board_steps", about)
}

fn step(told: &Value, name: &str) -> Value {
    let steps = told["steps"].as_array().unwrap();
    steps.iter().find(|step| step["step"] == name).unwrap().clone()
}

/// Green, yellow and red.
fn lamps(town: &Town) -> [u64; 3] {
    let standing = housing(town, "2026")["standing"].clone();
    ["green", "yellow", "red"].map(|lamp| standing[lamp].as_u64().unwrap())
}

/// Nine in the morning so many days after the start; a block comes, and with it what is due.
fn morning(town: &mut Town, day: u64) {
    let time = START + day * DAY;
    if time > town.world.time {
        town.world.at(time);
    }
    town.world.block(&[]);
}

/// One case is decided after twelve working days where ten were promised, one is to be corrected, one is taken back, one is refused on the
/// first day, and of one nobody takes notice. The lamps on the way, by day.
fn written_history(town: &mut Town) -> Vec<(u64, [u64; 3])> {
    let slow = town.joined();
    let corrected = town.submit();
    let points = json!([{ "en": "sign it", "material": "plan", "zh": "请签名" }]);
    town.ok(
        &DESK,
        "approval.correct",
        json!({ "case": corrected, "points": points }),
    );
    let withdrawn = town.submit();
    town.ok(&[WANG], "approval.withdraw", json!({ "case": withdrawn }));
    town.submit();
    let refused = town.joined();
    let refusal = town.decision(&refused, "refuse");
    town.ok(&[HEAD, 103], "approval.decide", refusal);
    let mut seen = Vec::new();
    for day in 0..=36 {
        morning(town, day);
        if day == 22 {
            let approval = town.decision(&slow, "approve");
            town.ok(&[HEAD, 103], "approval.decide", approval);
        }
        let lamps = lamps(town);
        if seen.last().is_none_or(|(_, before)| *before != lamps) {
            seen.push((day, lamps));
        }
    }
    seen
}

#[test]
fn the_board_counts_a_written_history_exactly() {
    let mut town = town();
    let lamps = written_history(&mut town);
    assert_eq!(
        lamps,
        [
            (0, [3, 0, 0]),
            // 2026-02-13: two working days after today the silence would accept.
            (3, [2, 1, 0]),
            // 2026-02-25: it has, and the twenty days run.
            (15, [3, 0, 0]),
            // 2026-02-27: of the ten days that were promised to both the last three have begun.
            (17, [1, 2, 0]),
            // 2026-03-04: one is decided.
            (22, [1, 1, 0]),
            // 2026-03-17: the day after the last of the twenty.
            (35, [1, 0, 1]),
        ]
    );
    let all = housing(&town, "2026-03");
    // Both decisions wait to be handed over, one for longer than ten working days.
    assert_eq!(
        all["standing"],
        json!({ "green": 1, "red": 1, "suspended": 0, "undelivered": 2, "undelivered_late": 1, "yellow": 0 })
    );
    let nothing = json!({
        "accepted": 0, "actual_days": 0, "approved": 0, "corrected": 0, "deemed": 0, "late": 0, "longest_days": 0, "overdue": 0,
        "promised": 0, "promised_actual_days": 0, "promised_days": 0, "promised_late": 0, "refused": 0, "renewed": 0,
        "statutory_days": 0, "submitted": 0, "turned_away": 0, "withdrawn": 0,
    });
    let with = |more: Value| {
        let mut flows = nothing.clone();
        for (name, value) in more.as_object().unwrap() {
            flows[name] = value.clone();
        }
        flows
    };
    assert_eq!(
        housing(&town, "2026-02")["flows"],
        with(json!({
            "accepted": 2, "corrected": 1, "deemed": 1, "promised": 1, "promised_days": 10, "refused": 1, "statutory_days": 20,
            "submitted": 5, "withdrawn": 1,
        }))
    );
    assert_eq!(
        all["flows"],
        with(json!({
            "actual_days": 12, "approved": 1, "longest_days": 12, "overdue": 1, "promised": 1, "promised_actual_days": 12,
            "promised_days": 10, "promised_late": 1, "statutory_days": 20,
        }))
    );
    assert_eq!(
        all["year"],
        with(json!({
            "accepted": 2, "actual_days": 12, "approved": 1, "corrected": 1, "deemed": 1, "longest_days": 12, "overdue": 1, "promised": 2,
            "promised_actual_days": 12, "promised_days": 20, "promised_late": 1, "refused": 1, "statutory_days": 40, "submitted": 5,
            "withdrawn": 1,
        }))
    );
    assert_eq!(housing(&town, "2026-01")["flows"], nothing);

    // All of it is of one item, which waits at one step.
    let told = item(&town, "2026");
    assert_eq!(
        (&told["flows"], &told["standing"]),
        (&all["year"], &all["standing"])
    );
    let review = step(&told, "review");
    let counts = ["waiting", "waiting_late", "taken", "late"].map(|name| review[name].as_u64().unwrap());
    assert_eq!(counts, [1, 1, 2, 1]);
    assert!(review["seconds"].as_u64().unwrap() >= review["longest_seconds"].as_u64().unwrap());
    let propose = step(&told, "propose");
    assert_eq!((&propose["waiting"], &propose["taken"]), (&json!(0), &json!(2)));
    let page = ask(
        &town,
        SUPERVISOR,
        "approval.board_items",
        json!({ "department": HOUSING, "for": DATA, "period": "2026" }),
    );
    assert_eq!(
        (&page["length"], page["items"].as_array().unwrap().len()),
        (&json!(1), 1)
    );
    assert_eq!(page["items"][0]["flows"], all["year"]);
}

#[test]
fn the_same_history_is_counted_the_same_again() {
    let (mut one, mut other) = (town(), town());
    assert_eq!(written_history(&mut one), written_history(&mut other));
    assert_eq!(one.world.state, other.world.state);
}

/// S8: "lane silent past its clock ⇒ escalates", and the extended case is in time again.
#[test]
fn an_extension_takes_the_red_light_back_and_a_procedure_is_told_beside_the_lamp() {
    let mut town = town();
    let case = town.accepted();
    for day in 0..=35 {
        morning(&mut town, day);
    }
    assert_eq!(lamps(&town), [0, 0, 1]);
    let extension = json!({ "case": case, "days": 10, "reason": "案情复杂" });
    town.ok(&[HEAD, 103], "approval.extend", extension);
    // What was promised is over all the same.
    assert_eq!(lamps(&town), [0, 1, 0]);
    let hearing = json!({ "case": case, "days": 12, "procedure": "hearing" });
    town.ok(&DESK, "approval.suspend", hearing);
    assert_eq!(housing(&town, "2026")["standing"]["suspended"], 1);
    assert_eq!(housing(&town, "2026")["flows"]["overdue"], 1);
    town.ok(&DESK, "approval.resume", json!({ "case": case }));
    assert_eq!(housing(&town, "2026")["standing"]["suspended"], 0);
}

#[test]
fn days_on_which_the_clock_stood_are_no_days_that_a_decision_took() {
    let mut town = town();
    let case = town.joined();
    morning(&mut town, 20);
    let hearing = json!({ "case": case, "days": 12, "procedure": "hearing" });
    town.ok(&DESK, "approval.suspend", hearing);
    // From Monday 2026-03-02 to Friday: four working days out of fourteen.
    morning(&mut town, 24);
    town.ok(&DESK, "approval.resume", json!({ "case": case }));
    let approval = town.decision(&case, "approve");
    town.ok(&[HEAD, 103], "approval.decide", approval);
    let flows = housing(&town, "2026-03")["flows"].clone();
    assert_eq!(
        (&flows["actual_days"], &flows["promised_late"]),
        (&json!(10), &json!(0))
    );
}

#[test]
fn a_supervisor_sees_every_department_a_head_his_own_and_nobody_else_any() {
    let mut town = town();
    town.submit();
    let board = |by: u8, body: &str| {
        let answer = town
            .world
            .ask(&key(by), "approval.board", &json!({ "for": body }));
        let told = answer.map_err(|failure| format!("{failure:?}"))?;
        Ok((told["all"].as_bool().unwrap(), told["length"].as_u64().unwrap()))
    };
    let ok = |all: bool, length: u64| Ok::<_, String>((all, length));
    assert_eq!(board(SUPERVISOR, DATA), ok(true, 1));
    assert_eq!(board(HEAD, HOUSING), ok(false, 1));
    for (by, body, code) in [
        (CLERK, HOUSING, "POLICY_DENIED"),
        (FIRE_1, FIRE, "POLICY_DENIED"),
        (FIRE_1, HOUSING, "AUTH_MANDATE_MISSING"),
        (HEAD, DATA, "AUTH_MANDATE_MISSING"),
        (WANG, HOUSING, "AUTH_MANDATE_MISSING"),
        (STRANGER, HOUSING, "AUTH_KEY_UNKNOWN"),
    ] {
        let refused = board(by, body).unwrap_err();
        assert!(refused.contains(code), "{by} for {body}: {refused}");
    }
    town.post(FIRE, FIRE_1, 3, &["approval.board"]);
    for (question, about) in [
        (
            "approval.board_items",
            json!({ "department": HOUSING, "for": FIRE }),
        ),
        (
            "approval.board_steps",
            json!({ "for": FIRE, "item": LICENCE, "version": 1 }),
        ),
    ] {
        let refused = town.world.ask(&key(FIRE_1), question, &about).unwrap_err();
        assert!(format!("{refused:?}").contains("POLICY_DENIED"), "{question}");
    }
    let own = town
        .world
        .ask(&key(FIRE_1), "approval.board", &json!({ "for": FIRE }));
    assert_eq!(own.unwrap()["length"], 0);
}

#[test]
fn nothing_on_the_board_names_a_person_or_a_case() {
    let mut town = town();
    written_history(&mut town);
    let told = [
        ask(&town, SUPERVISOR, "approval.board", json!({ "for": DATA })),
        ask(
            &town,
            SUPERVISOR,
            "approval.board_items",
            json!({ "department": HOUSING, "for": DATA }),
        ),
        item(&town, "2026-02"),
    ]
    .map(|told| told.to_string());
    for text in told {
        assert!(!text.contains("sha256:") && !text.contains("ed25519:"), "{text}");
        // The number of a case is that of its item, the day and four digits.
        assert!(!text.contains(&format!("{LICENCE}2026")), "{text}");
    }
}

#[test]
fn a_period_is_a_month_or_a_year() {
    let mut town = town();
    town.submit();
    for (period, fits) in [
        ("2026", true),
        ("2026-02", true),
        ("2026-00", false),
        ("2026-13", false),
        ("2026-2", false),
        ("2026-02-10", false),
        ("26", false),
        ("", false),
        ("２０２６", false),
    ] {
        let about = json!({ "for": DATA, "period": period });
        let answer = town.world.ask(&key(SUPERVISOR), "approval.board", &about);
        assert_eq!(answer.is_ok(), fits, "{period}");
    }
    let default = ask(&town, SUPERVISOR, "approval.board", json!({ "for": DATA }));
    assert_eq!(default["period"], "2026-02");
    let about = json!({ "for": DATA, "item": RENEWAL, "version": 1 });
    assert!(
        town.world
            .ask(&key(SUPERVISOR), "approval.board_steps", &about)
            .is_err()
    );
}

/// A chain that ran before there were counters goes on: what stands is counted when it moves, what has happened is not.
#[test]
fn a_case_from_before_there_was_a_board_is_counted_from_its_next_step_on() {
    let mut town = town();
    let case = town.accepted();
    let hash = town.world.hash();
    let housing_code = HOUSING.as_bytes();
    let one = 1_u32.to_be_bytes();
    let mut counters = vec![
        StateKey::new(hash, "approval", "board-departments", &[]),
        StateKey::new(hash, "approval", "board", &[housing_code]),
        StateKey::new(
            hash,
            "approval",
            "board-place",
            &[housing_code, &0_u64.to_be_bytes()],
        ),
        StateKey::new(hash, "approval", "board-item", &[LICENCE.as_bytes(), &one]),
    ];
    for period in ["2026", "2026-02"] {
        let period = period.as_bytes();
        counters.push(StateKey::new(
            hash,
            "approval",
            "board-flows",
            &[housing_code, period],
        ));
        let parts = [LICENCE.as_bytes(), &one, period];
        counters.push(StateKey::new(hash, "approval", "board-item-flows", &parts));
    }
    for key in &counters {
        assert!(town.world.state.remove(key).is_some(), "{key:?}");
    }
    let at = StateKey::new(hash, "approval", "case", &[case.as_bytes()]);
    let mut kept: Value = serde_json::from_slice(&town.world.state[&at]).unwrap();
    assert!(kept.as_object_mut().unwrap().remove("board").is_some());
    town.world.state.insert(at, serde_json::to_vec(&kept).unwrap());

    assert_eq!(town.act(&case, &[REVIEWER, REVIEWER_2], "review", "agree"), "OK");
    assert_eq!(lamps(&town), [1, 0, 0]);
    let flows = housing(&town, "2026")["flows"].clone();
    assert_eq!((&flows["submitted"], &flows["accepted"]), (&json!(0), &json!(0)));
    assert_eq!(step(&item(&town, "2026"), "propose")["waiting"], 1);
    assert_eq!(town.act(&case, &[SECTION], "propose", "approve"), "OK");
    assert_eq!(step(&item(&town, "2026"), "propose")["taken"], 1);
}
