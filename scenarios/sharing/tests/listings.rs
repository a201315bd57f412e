//! The rules of listings, each kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

#[path = "bodies/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::{
    BANK, COMPANY, DATA, DAY, FUND, HOUR, LABOUR, OTHER_CITY, World, at, body_party, for_body, key, mandate,
    officer, party, seal, with, without,
};
use yinxin_types::StateKey;

/// A person who may be listed.
const PERSON: u8 = 150;

fn world() -> World {
    World::starting(at(2023, 2, 13, 9))
}

fn proposal() -> Value {
    json!({ "facts": "unpaid-wages", "kind": "wage-arrears", "publicity": "shared", "subject": party(PERSON) })
}

fn propose(world: &mut World, arguments: Value) -> Value {
    let outcome = world.done(LABOUR, 0, "sharing.listing_propose", arguments);
    outcome["listing"].clone()
}

fn paper(world: &World, listing: &Value) -> Value {
    json!({ "document": world.paper("paper"), "listing": listing })
}

fn decision(world: &World, listing: &Value) -> Value {
    with(paper(world, listing), "number", json!("甲人社列〔2023〕1号"))
}

fn notify(world: &mut World, listing: &Value) -> Value {
    let arguments = paper(world, listing);
    world.done(LABOUR, 0, "sharing.listing_notify", arguments)
}

fn listed_with(world: &mut World, arguments: Value) -> Value {
    let listing = propose(world, arguments);
    notify(world, &listing);
    world.wait(14 * DAY);
    let arguments = decision(world, &listing);
    world.done(LABOUR, 1, "sharing.listing_decide", arguments);
    listing
}

/// An entry that stands.
fn listed(world: &mut World) -> Value {
    listed_with(world, proposal())
}

fn object(world: &mut World, listing: &Value) -> Value {
    let grounds = world.paper("grounds");
    world.done_by(
        &key(PERSON),
        "sharing.listing_object",
        json!({ "grounds": grounds, "listing": listing }),
    )
}

fn promise(world: &World, listing: &Value, corrected: u64) -> Value {
    json!({ "corrected": corrected, "listing": listing, "promise": world.paper("promise") })
}

fn query() -> Value {
    json!({ "case": "LX-2026-0001", "purpose": "loan", "subject": party(PERSON) })
}

/// What an officer of a body is told.
fn asked(world: &mut World, code: &str, arguments: Value) -> Value {
    let arguments = for_body(arguments, code);
    world.done_by(&officer(code, 3), "sharing.listing_query", arguments)["disclosure"].clone()
}

fn is_listed(world: &mut World) -> bool {
    asked(world, FUND, query())["listed"] == json!(true)
}

#[test]
fn an_entry_goes_from_proposal_by_notice_and_decision_to_its_term() {
    let mut world = world();
    let outcome = world.done(LABOUR, 0, "sharing.listing_propose", proposal());
    assert_eq!(outcome["state"], "proposed");
    assert_eq!(outcome["concerns"], json!([party(PERSON), LABOUR]));
    let listing = outcome["listing"].clone();
    assert!(!is_listed(&mut world));

    let outcome = notify(&mut world, &listing);
    assert_eq!(
        outcome["due"]["ms_end"],
        json!(at(2023, 2, 21, 0)),
        "five working days after Monday the 13th"
    );
    assert!(!is_listed(&mut world));

    world.until(at(2023, 3, 1, 9));
    let arguments = decision(&world, &listing);
    let outcome = world.done(LABOUR, 1, "sharing.listing_decide", arguments);
    assert_eq!(outcome["state"], "active");
    assert_eq!(outcome["from"], json!(at(2023, 3, 1, 9)));
    assert_eq!(outcome["until"], json!(at(2026, 3, 2, 0)));
    assert_eq!(
        asked(&mut world, FUND, query()),
        json!({
            "entries": [{
                "authority": LABOUR, "kind": "wage-arrears", "objection_pending": false, "until": at(2026, 3, 2, 0),
            }],
            "listed": true,
        })
    );
}

#[test]
fn s6_6_an_entry_of_three_years_answers_no_more_after_its_last_day_and_audit_still_sees_it() {
    let mut world = world();
    let listing = propose(&mut world, proposal());
    notify(&mut world, &listing);
    world.until(at(2023, 3, 1, 9));
    let arguments = decision(&world, &listing);
    world.done(LABOUR, 1, "sharing.listing_decide", arguments);

    world.until(at(2026, 3, 2, 0) - 1);
    assert!(
        is_listed(&mut world),
        "the last day, a Sunday, belongs to the term"
    );
    world.wait(9 * HOUR);
    let answer = asked(&mut world, FUND, query());
    assert_eq!(answer, json!({ "entries": [], "listed": false }));
    assert_eq!(
        world.asked("sharing.listing", json!({ "listing": listing })),
        "LIST_UNKNOWN"
    );

    let history = world.answer("sharing.listing_history", json!({ "subject": party(PERSON) }));
    let entry = &history["entries"][0];
    assert_eq!(history["total"], json!(1));
    assert_eq!(entry["state"], "expired");
    assert_eq!(entry["listing"], listing);
    let actions: Vec<&Value> = entry["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["action"])
        .collect();
    assert_eq!(actions, [&json!("propose"), &json!("notify"), &json!("decide")]);
}

#[test]
fn s6_7_another_city_cannot_remove_an_entry() {
    let mut world = world();
    let listing = listed(&mut world);
    let corrected = world.time;
    let arguments = promise(&world, &listing, corrected);
    world.done_by(&key(PERSON), "sharing.listing_promise", arguments);
    world.wait(200 * DAY);
    let arguments = paper(&world, &listing);
    assert_eq!(
        world.sealed_code(OTHER_CITY, 0, "sharing.listing_remove", arguments.clone()),
        "LIST_NOT_ENTERING_AUTHORITY"
    );
    let annul = with(arguments.clone(), "basis", json!("x"));
    assert_eq!(
        world.sealed_code(OTHER_CITY, 0, "sharing.listing_annul", annul),
        "LIST_NOT_ENTERING_AUTHORITY"
    );
    assert!(is_listed(&mut world));
    world.done(LABOUR, 0, "sharing.listing_remove", arguments);
    assert!(!is_listed(&mut world));
}

#[test]
fn every_step_of_the_authority_needs_an_officer_with_the_seal_and_the_authority_itself() {
    let mut world = world();
    let listing = propose(&mut world, proposal());
    let alone = for_body(proposal(), LABOUR);
    let by = officer(LABOUR, 0);
    assert_eq!(
        world.code(&by, "sharing.listing_propose", alone),
        "AUTH_SEAL_MISSING"
    );
    let steps = [
        ("sharing.listing_notify", paper(&world, &listing)),
        ("sharing.listing_decide", decision(&world, &listing)),
        (
            "sharing.listing_answer",
            with(paper(&world, &listing), "answer", json!("kept")),
        ),
        ("sharing.listing_remove", paper(&world, &listing)),
        (
            "sharing.listing_annul",
            with(paper(&world, &listing), "basis", json!("x")),
        ),
    ];
    for (operation, arguments) in steps {
        let alone = for_body(arguments.clone(), LABOUR);
        assert_eq!(
            world.code(&by, operation, alone),
            "AUTH_SEAL_MISSING",
            "{operation}"
        );
        assert_eq!(
            world.sealed_code(FUND, 1, operation, arguments.clone()),
            "LIST_NOT_ENTERING_AUTHORITY",
            "{operation}"
        );
        let unknown = with(arguments, "listing", json!(world.paper("nothing")));
        assert_eq!(
            world.sealed_code(LABOUR, 1, operation, unknown),
            "LIST_UNKNOWN",
            "{operation}"
        );
    }
}

#[test]
fn only_active_members_list() {
    let mut world = world();
    assert_eq!(
        world.sealed_code(BANK, 0, "sharing.listing_propose", proposal()),
        "LIST_NOT_MEMBER"
    );
    let listing = propose(&mut world, proposal());
    notify(&mut world, &listing);
    world.wait(14 * DAY);
    world.done_by(&key(250), "governance.suspend", json!({ "code": LABOUR }));
    let arguments = decision(&world, &listing);
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", arguments),
        "LIST_NOT_MEMBER"
    );
}

#[test]
fn a_proposal_has_a_known_kind_and_a_code_for_the_facts() {
    let mut world = world();
    for (name, value, code) in [
        ("kind", "no-such-kind", "LIST_KIND"),
        ("facts", "", "LIST_FIELD"),
        ("facts", "Owes money", "LIST_FIELD"),
    ] {
        let arguments = for_body(with(proposal(), name, json!(value)), LABOUR);
        let transaction = world.sign(&officer(LABOUR, 0), "sharing.listing_propose", arguments);
        let refused = world.registry.check(transaction.body()).unwrap_err();
        assert_eq!(refused.code.name, code, "{name} {value}");
    }
}

#[test]
fn nobody_acts_on_an_entry_about_himself() {
    let mut world = world();
    for subject in [party(10), body_party(LABOUR)] {
        let arguments = with(proposal(), "subject", json!(subject));
        assert_eq!(
            world.sealed_code(LABOUR, 0, "sharing.listing_propose", arguments),
            "LIST_OWN_CASE"
        );
    }
    let listing = propose(&mut world, with(proposal(), "subject", json!(party(12))));
    let arguments = with(paper(&world, &listing), "basis", json!("x"));
    assert_eq!(
        world.sealed_code(LABOUR, 2, "sharing.listing_annul", arguments.clone()),
        "LIST_OWN_CASE"
    );
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_annul", arguments),
        "OK"
    );
}

#[test]
fn the_subject_speaks_within_its_time_and_the_decision_waits_for_its_end() {
    let mut world = world();
    let listing = propose(&mut world, proposal());
    let statement = json!({ "listing": listing, "statement": world.paper("statement") });
    let operation = "sharing.listing_statement";
    assert_eq!(
        world.code(&key(PERSON), operation, statement.clone()),
        "LIST_STATE"
    );
    let arguments = decision(&world, &listing);
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", arguments.clone()),
        "LIST_STATE"
    );
    notify(&mut world, &listing);
    assert_eq!(world.code(&key(PERSON), operation, statement.clone()), "OK");
    assert_eq!(
        world.code(&key(PERSON + 1), operation, statement.clone()),
        "LIST_NOT_SUBJECT"
    );
    assert_eq!(
        world.code(&key(160), operation, statement.clone()),
        "LIST_NOT_SUBJECT"
    );

    world.until(at(2023, 2, 21, 0) - 1);
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", arguments.clone()),
        "LIST_STATEMENT_OPEN"
    );
    assert_eq!(
        world.code(&key(PERSON), operation, statement),
        "LIST_STATEMENT_CLOSED"
    );
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", arguments),
        "OK"
    );
}

#[test]
fn a_provisional_time_for_statements_moves_when_the_calendar_is_published() {
    let mut world = World::starting(at(2026, 12, 28, 9));
    let listing = propose(&mut world, proposal());
    let outcome = notify(&mut world, &listing);
    assert_eq!(outcome["due"]["provisional"], json!(true));
    assert_eq!(outcome["due"]["ms_end"], json!(at(2027, 1, 5, 0)));
    world.done_by(&key(250), "governance.publish", json!({}));
    let shown = world.answer("sharing.listing", json!({ "listing": listing }));
    assert_eq!(shown["statement_due"]["ms_end"], json!(at(2027, 1, 6, 0)));
    world.until(at(2027, 1, 5, 12));
    let arguments = decision(&world, &listing);
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", arguments),
        "LIST_STATEMENT_OPEN"
    );
    let statement = json!({ "listing": listing, "statement": world.paper("statement") });
    world.done_by(&key(PERSON), "sharing.listing_statement", statement);
}

#[test]
fn a_decision_needs_its_document_its_number_and_another_officer() {
    let mut world = world();
    let listing = propose(&mut world, proposal());
    notify(&mut world, &listing);
    world.wait(14 * DAY);
    let arguments = decision(&world, &listing);
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.listing_decide", arguments.clone()),
        "LIST_SAME_OFFICER"
    );
    let undocumented = without(arguments.clone(), "document");
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", undocumented),
        "LIST_NO_DECISION_DOC"
    );
    let long = for_body(with(arguments.clone(), "number", json!("x".repeat(65))), LABOUR);
    let transaction = world.sign(&officer(LABOUR, 1), "sharing.listing_decide", long);
    let refused = world.registry.check(transaction.body()).unwrap_err();
    assert_eq!(refused.code.name, "LIST_FIELD");
    assert!(!is_listed(&mut world));
    world.done(LABOUR, 1, "sharing.listing_decide", arguments.clone());
    assert_eq!(
        world.sealed_code(LABOUR, 1, "sharing.listing_decide", arguments),
        "LIST_STATE"
    );
}

#[test]
fn an_objection_is_told_with_the_entry_and_ends_with_keeping_or_correcting() {
    let mut world = world();
    let listing = listed(&mut world);
    let kept = with(paper(&world, &listing), "answer", json!("kept"));
    let operation = "sharing.listing_answer";
    assert_eq!(
        world.sealed_code(LABOUR, 0, operation, kept.clone()),
        "LIST_NO_OBJECTION"
    );
    let outcome = object(&mut world, &listing);
    assert!(outcome["due"]["ms_end"].as_u64().unwrap() > world.time);
    assert_eq!(
        asked(&mut world, FUND, query())["entries"][0]["objection_pending"],
        json!(true)
    );
    let again = json!({ "grounds": world.paper("grounds"), "listing": listing });
    assert_eq!(
        world.code(&key(PERSON), "sharing.listing_object", again.clone()),
        "LIST_OBJECTION_PENDING"
    );
    assert_eq!(
        world.code(&key(PERSON + 1), "sharing.listing_object", again.clone()),
        "LIST_NOT_SUBJECT"
    );
    let outcome = world.done(LABOUR, 0, operation, kept.clone());
    assert_eq!(outcome["late"], json!(false));
    assert_eq!(
        asked(&mut world, FUND, query())["entries"][0]["objection_pending"],
        json!(false)
    );

    world.done_by(&key(PERSON), "sharing.listing_object", again);
    world.wait(60 * DAY);
    let shown = world.answer("sharing.listing", json!({ "listing": listing }));
    assert_eq!(shown["overdue"], json!(true));
    assert_eq!(
        world.done(LABOUR, 0, operation, kept)["late"],
        json!(true),
        "a late answer counts and says so"
    );
}

#[test]
fn a_correction_makes_the_next_version_and_the_one_before_stays_in_the_steps() {
    let mut world = world();
    let listing = listed(&mut world);
    let before = world.answer("sharing.listing", json!({ "listing": listing }));
    object(&mut world, &listing);
    let operation = "sharing.listing_answer";
    let corrected = with(paper(&world, &listing), "answer", json!("corrected"));
    let same = with(corrected.clone(), "what", json!({ "facts": "unpaid-wages" }));
    assert_eq!(world.sealed_code(LABOUR, 0, operation, same), "LIST_CORRECTION");
    let changed = with(
        corrected.clone(),
        "what",
        json!({ "facts": "late-wages", "kind": "hpf-fraud" }),
    );
    let outcome = world.done(LABOUR, 0, operation, changed);
    assert_eq!(outcome["version"], json!(2));
    assert_eq!(
        outcome["until"], before["content"]["until"],
        "a correction never lengthens a term"
    );
    let history = world.answer("sharing.listing_history", json!({ "subject": party(PERSON) }));
    let entry = &history["entries"][0];
    assert_eq!(entry["content"]["facts"], "late-wages");
    assert_eq!(entry["objection"], "corrected");
    assert_eq!(entry["steps"][2]["content"], before["content"]);
    assert_eq!(entry["steps"][4]["content"], entry["content"]);

    for malformed in [
        corrected.clone(),
        with(
            with(corrected.clone(), "answer", json!("kept")),
            "what",
            json!({ "facts": "x" }),
        ),
    ] {
        let arguments = for_body(malformed, LABOUR);
        let transaction = world.sign(&officer(LABOUR, 0), operation, arguments);
        let refused = world.registry.check(transaction.body()).unwrap_err();
        assert_eq!(refused.code.name, "LIST_CORRECTION");
    }
}

#[test]
fn early_removal_waits_for_a_promise_and_for_six_months_after_decision_and_correction() {
    let mut world = world();
    let listing = propose(&mut world, proposal());
    notify(&mut world, &listing);
    world.until(at(2023, 3, 1, 9));
    let arguments = decision(&world, &listing);
    world.done(LABOUR, 1, "sharing.listing_decide", arguments);
    let arguments = paper(&world, &listing);
    let operation = "sharing.listing_remove";
    assert_eq!(
        world.sealed_code(LABOUR, 0, operation, arguments.clone()),
        "LIST_NO_PROMISE"
    );
    let early = promise(&world, &listing, at(2023, 2, 1, 0));
    let outcome = world.done_by(&key(PERSON), "sharing.listing_promise", early.clone());
    assert_eq!(
        outcome["removable"],
        json!(at(2023, 9, 2, 0)),
        "not before the decision"
    );
    world.until(at(2023, 5, 10, 9));
    let late = promise(&world, &listing, at(2023, 5, 9, 0));
    let outcome = world.done_by(&key(PERSON), "sharing.listing_promise", late);
    assert_eq!(
        outcome["removable"],
        json!(at(2023, 11, 10, 0)),
        "the newest promise counts"
    );
    let future = promise(&world, &listing, at(2024, 1, 1, 0));
    assert_eq!(
        world.code(&key(PERSON), "sharing.listing_promise", future),
        "LIST_CORRECTED_TIME"
    );
    assert_eq!(
        world.code(&key(PERSON + 1), "sharing.listing_promise", early),
        "LIST_NOT_SUBJECT"
    );

    world.until(at(2023, 11, 10, 0) - 1);
    assert_eq!(
        world.sealed_code(LABOUR, 0, operation, arguments.clone()),
        "LIST_TOO_EARLY"
    );
    assert!(is_listed(&mut world));
    let outcome = world.done(LABOUR, 0, operation, arguments.clone());
    assert_eq!(outcome["state"], "removed");
    assert!(!is_listed(&mut world));
    assert_eq!(world.sealed_code(LABOUR, 0, operation, arguments), "LIST_ENDED");
}

#[test]
fn an_annulled_entry_answers_no_more_and_its_basis_is_on_record() {
    let mut world = world();
    let listing = listed(&mut world);
    let arguments = with(paper(&world, &listing), "basis", json!("行政复议决定"));
    let outcome = world.done(LABOUR, 0, "sharing.listing_annul", arguments.clone());
    assert_eq!(outcome["state"], "annulled");
    assert!(!is_listed(&mut world));
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.listing_annul", arguments),
        "LIST_ENDED"
    );
    let grounds = json!({ "grounds": world.paper("x"), "listing": listing });
    assert_eq!(
        world.code(&key(PERSON), "sharing.listing_object", grounds),
        "LIST_ENDED"
    );
    let history = world.answer("sharing.listing_history", json!({ "subject": party(PERSON) }));
    assert_eq!(history["entries"][0]["steps"][3]["basis"], "行政复议决定");
    assert_eq!(history["entries"][0]["state"], "annulled");
}

#[test]
fn a_listed_body_speaks_by_its_seal_or_by_an_officer_with_the_seal() {
    let mut world = world();
    let listing = listed_with(
        &mut world,
        with(proposal(), "subject", json!(body_party(COMPANY))),
    );
    let grounds = json!({ "grounds": world.paper("grounds"), "listing": listing });
    assert_eq!(
        world.code(&officer(COMPANY, 0), "sharing.listing_object", grounds.clone()),
        "LIST_NOT_SUBJECT"
    );
    assert_eq!(
        world.sealed_code(BANK, 0, "sharing.listing_object", grounds.clone()),
        "LIST_NOT_SUBJECT"
    );
    world.done(COMPANY, 0, "sharing.listing_object", grounds.clone());
    let kept = with(paper(&world, &listing), "answer", json!("kept"));
    world.done(LABOUR, 0, "sharing.listing_answer", kept);
    world.done_by(&seal(COMPANY), "sharing.listing_object", grounds);
}

#[test]
fn statements_objections_and_entries_are_bounded() {
    let mut world = world();
    let listing = propose(&mut world, proposal());
    notify(&mut world, &listing);
    let statement = json!({ "listing": listing, "statement": world.paper("statement") });
    for _ in 0..4 {
        world.done_by(&key(PERSON), "sharing.listing_statement", statement.clone());
    }
    assert_eq!(
        world.code(&key(PERSON), "sharing.listing_statement", statement),
        "LIST_LIMIT"
    );
    for _ in 1..yinxin_sharing::MAX_LIVE {
        propose(&mut world, proposal());
    }
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.listing_propose", proposal()),
        "LIST_LIMIT"
    );
    let annul = with(paper(&world, &listing), "basis", json!("x"));
    world.done(LABOUR, 0, "sharing.listing_annul", annul);
    propose(&mut world, proposal());
    let about = json!({ "after": 30, "limit": 1, "subject": party(PERSON) });
    let page = world.answer("sharing.listing_history", about);
    assert_eq!(
        (&page["total"], &page["next"]),
        (&json!(33), &json!(31)),
        "the history has pages"
    );
    assert_eq!(page["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn entries_that_have_expired_make_room() {
    let mut world = world();
    let listing = listed(&mut world);
    for _ in 1..yinxin_sharing::MAX_LIVE {
        propose(&mut world, proposal());
    }
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.listing_propose", proposal()),
        "LIST_LIMIT"
    );
    world.wait(3 * 367 * DAY);
    propose(&mut world, proposal());
    assert_eq!(
        world.asked("sharing.listing", json!({ "listing": listing })),
        "LIST_UNKNOWN"
    );
}

#[test]
fn a_query_leaves_an_event_of_the_duty_with_the_number_of_hits_and_nothing_else() {
    let mut world = world();
    listed(&mut world);
    let outcome = world.done_by(
        &officer(FUND, 3),
        "sharing.listing_query",
        for_body(query(), FUND),
    );
    let event = &outcome["access"];
    assert_eq!(event["allowed"], json!(true));
    assert_eq!(event["class"], "listing");
    assert_eq!(event["count"], json!(1));
    assert_eq!(event["source"], FUND);
    assert_eq!(event["subject"], json!(party(PERSON)));
    assert_eq!(event["officer"], json!(party(33)));
    assert_eq!(event["post"], json!(mandate(33)));
    assert_eq!(
        (&event["purpose"], &event["case"]),
        (&json!("loan"), &json!("LX-2026-0001"))
    );
    assert_eq!(event["basis"]["kind"], "duty");
    let told: Vec<&String> = outcome["disclosure"]["entries"][0]
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(told, ["authority", "kind", "objection_pending", "until"]);
}

#[test]
fn an_unknown_subject_answers_like_one_that_is_not_listed() {
    let mut world = world();
    let known = asked(&mut world, FUND, query());
    let unknown = with(query(), "subject", json!(world.paper("nobody")));
    assert_eq!(asked(&mut world, FUND, unknown), known);
    assert_eq!(known, json!({ "entries": [], "listed": false }));
}

#[test]
fn a_reader_is_named_in_the_disclosure_only_where_one_was_given() {
    let mut world = world();
    let told = asked(&mut world, FUND, with(query(), "reader", json!("x25519:abc")));
    assert_eq!(told["reader"], "x25519:abc");
}

#[test]
fn an_internal_entry_answers_to_its_authority_alone() {
    let mut world = world();
    listed_with(&mut world, with(proposal(), "publicity", json!("internal")));
    assert_eq!(asked(&mut world, FUND, query())["listed"], json!(false));
    assert_eq!(asked(&mut world, LABOUR, query())["listed"], json!(true));
}

#[test]
fn a_query_without_purpose_or_case_or_by_no_member_is_refused_and_on_record() {
    let mut world = world();
    let refused = [
        (FUND, without(query(), "purpose"), "LIST_PURPOSE_MISSING"),
        (
            FUND,
            with(query(), "purpose", json!("  ")),
            "LIST_PURPOSE_MISSING",
        ),
        (FUND, without(query(), "case"), "LIST_CASE_MISSING"),
        (BANK, query(), "LIST_NOT_MEMBER"),
    ];
    for (code, arguments, name) in refused {
        let arguments = for_body(arguments, code);
        let receipt = world.run(&officer(code, 3), "sharing.listing_query", arguments);
        assert_eq!(world.name(&receipt), name);
        assert_eq!(receipt.outcome.get("disclosure"), None);
        let event = &receipt.outcome["access"];
        assert_eq!(event["allowed"], json!(false));
        assert_eq!(event["subject"], json!(party(PERSON)));
        assert_eq!(event["source"], code);
        assert_eq!(event["count"], json!(0));
    }
    // Somebody known without a post is on record, somebody unknown or with a revoked key is nobody.
    let arguments = for_body(query(), FUND);
    let receipt = world.run(&key(PERSON + 1), "sharing.listing_query", arguments.clone());
    assert_eq!(world.name(&receipt), "AUTH_MANDATE_MISSING");
    assert_eq!(receipt.outcome["access"]["officer"], json!(party(PERSON + 1)));
    assert_eq!(receipt.outcome["access"]["post"], Value::Null);
    for (nobody, name) in [(240, "AUTH_KEY_UNKNOWN"), (160, "AUTH_KEY_REVOKED")] {
        let receipt = world.run(&key(nobody), "sharing.listing_query", arguments.clone());
        assert_eq!(world.name(&receipt), name);
        assert_eq!(receipt.outcome, Value::Null);
    }
    let long = with(arguments, "purpose", json!("x".repeat(257)));
    let transaction = world.sign(&officer(FUND, 3), "sharing.listing_query", long);
    let refused = world.registry.check(transaction.body()).unwrap_err();
    assert_eq!(refused.code.name, "LIST_FIELD");
}

#[test]
fn an_officer_asks_two_hundred_times_a_day_and_refused_looks_do_not_count() {
    let mut world = world();
    world.until(at(2023, 2, 14, 9));
    let by = officer(FUND, 3);
    let arguments = for_body(query(), FUND);
    let purposeless = without(arguments.clone(), "purpose");
    world.code(&by, "sharing.listing_query", purposeless);
    let transactions: Vec<_> = (0..=yinxin_sharing::MAX_OFFICER_QUERIES)
        .map(|_| world.sign(&by, "sharing.listing_query", arguments.clone()))
        .collect();
    let receipts = world.block(&transactions).receipts;
    let (last, before) = receipts.split_last().unwrap();
    assert!(before.iter().all(|receipt| receipt.code == 0));
    assert_eq!(world.name(last), "LIST_QUOTA");
    assert_eq!(last.outcome["access"]["allowed"], json!(false));
    assert_eq!(
        world.code(&officer(FUND, 4), "sharing.listing_query", arguments.clone()),
        "OK"
    );
    world.until(at(2023, 2, 15, 0) - 1);
    assert_eq!(
        world.code(&by, "sharing.listing_query", arguments.clone()),
        "LIST_QUOTA"
    );
    assert_eq!(
        world.code(&by, "sharing.listing_query", arguments),
        "OK",
        "the day begins at midnight in Asia/Shanghai"
    );
}

#[test]
fn a_body_asks_two_thousand_times_a_day() {
    let mut world = world();
    world.until(at(2023, 2, 14, 9));
    let day = (at(2023, 2, 14, 0) + 8 * HOUR) / DAY;
    let key = StateKey::new(world.hash(), "sharing", "listing-quota-body", &[FUND.as_bytes()]);
    let used = yinxin_sharing::MAX_BODY_QUERIES - 1;
    let record = serde_json::to_vec(&json!({ "day": day, "used": used })).unwrap();
    world.state.insert(key, record);
    let arguments = for_body(query(), FUND);
    let ask = |world: &mut World, number| {
        world.code(&officer(FUND, number), "sharing.listing_query", arguments.clone())
    };
    assert_eq!(ask(&mut world, 3), "OK");
    assert_eq!(ask(&mut world, 4), "LIST_QUOTA");
    world.until(at(2023, 2, 15, 9));
    assert_eq!(ask(&mut world, 4), "OK");
}

#[test]
fn the_kinds_are_told_with_their_terms_and_sources() {
    let mut world = world();
    let answer = world.answer("sharing.listing_kinds", json!({}));
    let kinds = answer["kinds"].as_array().unwrap();
    let wages = kinds.iter().find(|kind| kind["code"] == "wage-arrears").unwrap();
    assert_eq!(
        (&wages["months"], &wages["early_months"], &wages["early_since"]),
        (&json!(36), &json!(6), &json!("correction"))
    );
    assert!(kinds.iter().all(|kind| !kind["law"].as_str().unwrap().is_empty()));
}

#[test]
fn another_authority_lists_the_same_person_and_each_entry_is_its_own() {
    let mut world = world();
    let first = listed(&mut world);
    let mut arguments = with(proposal(), "kind", json!("hpf-fraud"));
    let outcome = world.done(DATA, 0, "sharing.listing_propose", arguments.clone());
    arguments = paper(&world, &outcome["listing"]);
    world.done(DATA, 0, "sharing.listing_notify", arguments);
    world.wait(14 * DAY);
    arguments = decision(&world, &outcome["listing"]);
    world.done(DATA, 1, "sharing.listing_decide", arguments);
    assert_eq!(
        asked(&mut world, FUND, query())["entries"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let annul = with(paper(&world, &first), "basis", json!("x"));
    world.done(LABOUR, 0, "sharing.listing_annul", annul);
    let told = asked(&mut world, FUND, query());
    assert_eq!(told["entries"].as_array().unwrap().len(), 1);
    assert_eq!(told["entries"][0]["authority"], DATA);
}
