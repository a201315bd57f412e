//! The rules of the catalogue, each kept once and broken once.

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
    BANK, DATA, DAY, FUND, LABOUR, OTHER_CITY, REGISTRY, World, at, for_body, key, mandate, officer, with,
    without,
};

fn world() -> World {
    World::starting(at(2026, 3, 2, 9))
}

fn name() -> String {
    format!("{FUND}/hpf-deposit")
}

fn publication() -> Value {
    json!({
        "class": { "conditions": "loans and retirement", "kind": "conditional" },
        "cycle": "monthly",
        "fields": [{ "grade": 1, "name": "center_id" }, { "grade": 3, "name": "bal" }],
        "item": "hpf-deposit",
        "on_platform": true,
        "resource": name(),
        "steward": { "contact": FUND, "post": mandate(31) },
    })
}

fn open_publication() -> Value {
    let opened = with(publication(), "class", json!({ "kind": "unconditional" }));
    with(opened, "fields", json!([{ "grade": 1, "name": "center_id" }]))
}

fn publish(world: &mut World, arguments: Value) -> Value {
    world.done(FUND, 0, "sharing.resource_publish", arguments)
}

fn asking() -> Value {
    json!({
        "basis": "不动产登记暂行条例 §25", "fields": ["bal"], "from": at(2026, 3, 1, 0), "need": "registration of mortgages",
        "purpose": "registration", "resource": name(), "until": at(2027, 3, 1, 0),
    })
}

/// A request by the registry.
fn request(world: &mut World) -> Value {
    world.done(REGISTRY, 0, "sharing.resource_request", asking())["request"].clone()
}

fn answer(request: &Value, answer: Value) -> Value {
    json!({ "answer": answer, "request": request })
}

fn grant() -> Value {
    json!({ "kind": "grant" })
}

fn refusal() -> Value {
    json!({ "kind": "refuse", "reason": "out of scope", "remedy": "复议 within 60 days" })
}

fn shown(world: &mut World, request: &Value) -> Value {
    world.answer("sharing.resource_request", json!({ "request": request }))
}

/// The code with which arguments are refused at the door.
fn at_door(world: &mut World, operation: &str, arguments: Value) -> &'static str {
    let arguments = for_body(arguments, FUND);
    let transaction = world.sign(&officer(FUND, 0), operation, arguments);
    let refused = world.registry.check(transaction.body());
    refused.err().map_or("OK", |refused| refused.code.name)
}

#[test]
fn a_new_version_supersedes_and_the_one_before_stays() {
    let mut world = world();
    let outcome = publish(&mut world, publication());
    assert_eq!(
        (&outcome["version"], &outcome["concerns"]),
        (&json!(1), &json!([FUND]))
    );
    let more = with(publication(), "fields", json!([{ "grade": 2, "name": "amt" }]));
    assert_eq!(publish(&mut world, more)["version"], json!(2));
    let now = world.answer("sharing.resource", json!({ "resource": name() }));
    assert_eq!(now["version"]["fields"][0]["name"], "amt");
    assert_eq!((&now["superseded"], &now["owner"]), (&json!(false), &json!(FUND)));
    let first = world.answer("sharing.resource", json!({ "resource": name(), "version": 1 }));
    assert_eq!(first["version"]["fields"][1]["name"], "bal");
    assert_eq!(first["superseded"], json!(true));
    let third = json!({ "resource": name(), "version": 3 });
    assert_eq!(world.asked("sharing.resource", third), "RES_UNKNOWN");
}

#[test]
fn a_publication_is_well_formed() {
    let mut world = world();
    let field = |grade: u8| json!([{ "grade": grade, "name": "bal" }]);
    let twice = json!([{ "grade": 1, "name": "bal" }, { "grade": 2, "name": "bal" }]);
    let cases = [
        ("resource", json!("hpf-deposit"), "RES_NAME"),
        ("resource", json!(format!("{FUND}/HPF")), "RES_NAME"),
        ("resource", json!("12990100000001011X/a"), "RES_NAME"),
        ("item", json!(""), "RES_NAME"),
        (
            "class",
            json!({ "basis": " ", "kind": "not_shared" }),
            "RES_CLASS",
        ),
        (
            "class",
            json!({ "conditions": "", "kind": "conditional" }),
            "RES_CLASS",
        ),
        ("class", json!({ "kind": "not_shared" }), "TX_ARGUMENTS"),
        ("class", json!({ "kind": "unconditional" }), "RES_GRADE"),
        ("fields", json!([]), "RES_FIELD"),
        ("fields", field(0), "RES_FIELD"),
        ("fields", field(5), "RES_FIELD"),
        ("fields", twice, "RES_FIELD"),
        ("cycle", json!("sometimes"), "TX_ARGUMENTS"),
    ];
    for (name, value, code) in cases {
        let arguments = with(publication(), name, value.clone());
        assert_eq!(
            at_door(&mut world, "sharing.resource_publish", arguments),
            code,
            "{name} {value}"
        );
    }
    assert_eq!(
        at_door(&mut world, "sharing.resource_publish", publication()),
        "OK"
    );
    assert_eq!(
        at_door(&mut world, "sharing.resource_publish", open_publication()),
        "OK"
    );
}

#[test]
fn only_its_owner_with_the_seal_publishes_renews_and_withdraws_and_only_members_own() {
    let mut world = world();
    publish(&mut world, publication());
    let one = json!({ "resource": name() });
    let reasoned = with(one.clone(), "reason", json!("moved"));
    let steps = [
        ("sharing.resource_publish", publication()),
        ("sharing.resource_refresh", one),
        ("sharing.resource_withdraw", reasoned),
    ];
    for (operation, arguments) in steps {
        assert_eq!(
            world.sealed_code(LABOUR, 0, operation, arguments.clone()),
            "RES_NOT_OWNER"
        );
        let alone = for_body(arguments.clone(), FUND);
        assert_eq!(
            world.code(&officer(FUND, 0), operation, alone),
            "AUTH_SEAL_MISSING"
        );
        assert_eq!(world.sealed_code(FUND, 0, operation, arguments), "OK");
    }
    let of_bank = with(publication(), "resource", json!(format!("{BANK}/loans")));
    assert_eq!(
        world.sealed_code(BANK, 0, "sharing.resource_publish", of_bank),
        "RES_NOT_MEMBER"
    );
}

#[test]
fn an_item_has_one_owner_in_a_division_until_it_is_withdrawn() {
    let mut world = world();
    publish(&mut world, publication());
    let of = |code: &str| with(publication(), "resource", json!(format!("{code}/hpf-deposit")));
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.resource_publish", of(LABOUR)),
        "RES_COLLECTED"
    );
    assert_eq!(
        world.sealed_code(OTHER_CITY, 0, "sharing.resource_publish", of(OTHER_CITY)),
        "OK",
        "another city keeps its own"
    );
    let withdrawal = json!({ "reason": "moved", "resource": name() });
    assert_eq!(
        at_door(
            &mut world,
            "sharing.resource_withdraw",
            with(withdrawal.clone(), "reason", json!(""))
        ),
        "RES_NO_REASON"
    );
    world.done(FUND, 0, "sharing.resource_withdraw", withdrawal.clone());
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.resource_withdraw", withdrawal),
        "RES_WITHDRAWN"
    );
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.resource_publish", of(LABOUR)),
        "OK"
    );
    // A version with another item lets the first one go.
    let moved = with(of(LABOUR), "item", json!("labour-deposit"));
    world.done(LABOUR, 0, "sharing.resource_publish", moved);
    publish(&mut world, publication());
}

#[test]
fn data_that_was_not_renewed_within_its_cycle_is_stale_and_answers_say_so() {
    let mut world = world();
    publish(&mut world, publication());
    let about = json!({ "resource": name() });
    let fresh = world.answer("sharing.resource", about.clone());
    assert_eq!(fresh["stale"], json!(false));
    world.wait(31 * DAY);
    assert_eq!(
        world.answer("sharing.resource", about.clone())["stale"],
        json!(true)
    );
    let list = world.answer("sharing.resources", json!({ "owner": FUND }));
    assert_eq!(list["resources"][0]["stale"], json!(true));
    let outcome = world.done(REGISTRY, 0, "sharing.resource_request", asking());
    assert_eq!(outcome["stale"], json!(true));
    world.done(FUND, 0, "sharing.resource_refresh", about.clone());
    assert_eq!(world.answer("sharing.resource", about)["stale"], json!(false));
    let once = with(publication(), "cycle", json!("once"));
    publish(&mut world, once);
    world.wait(4000 * DAY);
    let about = json!({ "resource": name() });
    assert_eq!(world.answer("sharing.resource", about)["stale"], json!(false));
}

#[test]
fn a_body_has_at_most_256_resources_and_they_are_listed_in_pages() {
    let mut world = world();
    for number in 0..yinxin_sharing::MAX_RESOURCES {
        let named = with(publication(), "resource", json!(format!("{FUND}/r{number:03}")));
        publish(&mut world, with(named, "item", json!(format!("r{number:03}"))));
    }
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.resource_publish", publication()),
        "RES_LIMIT"
    );
    let again = with(publication(), "resource", json!(format!("{FUND}/r000")));
    publish(&mut world, with(again, "item", json!("r000")));
    let page = world.answer("sharing.resources", json!({ "offset": 250, "owner": FUND }));
    assert_eq!((&page["total"], &page["next"]), (&json!(256), &Value::Null));
    assert_eq!(page["resources"].as_array().unwrap().len(), 6);
    let page = world.answer("sharing.resources", json!({ "limit": 1000, "owner": FUND }));
    assert_eq!(page["next"], json!(yinxin_sharing::MAX_PAGE));
}

#[test]
fn what_is_shared_without_conditions_is_granted_at_once() {
    let mut world = world();
    publish(&mut world, open_publication());
    let arguments = with(asking(), "fields", json!(["center_id"]));
    let outcome = world.done(REGISTRY, 0, "sharing.resource_request", arguments);
    assert_eq!(outcome["state"], "granted");
    assert_eq!(outcome["concerns"], json!([REGISTRY, FUND]));
    let shown = shown(&mut world, &outcome["request"]);
    assert_eq!(shown["in_force"], json!(true));
    let waiting = world.answer("sharing.resource_requests", json!({ "owner": FUND }));
    assert_eq!(waiting["total"], json!(0));
    assert_eq!(
        world.sealed_code(
            FUND,
            0,
            "sharing.resource_answer",
            answer(&outcome["request"], grant())
        ),
        "RES_ANSWERED"
    );
}

#[test]
fn a_request_says_what_for_on_which_basis_and_until_when() {
    let mut world = world();
    publish(&mut world, publication());
    for (name, value, code) in [
        ("purpose", json!(""), "RES_PURPOSE_MISSING"),
        ("basis", json!("  "), "RES_BASIS_MISSING"),
        ("need", json!(""), "RES_FIELD"),
        ("need", json!("x".repeat(513)), "RES_FIELD"),
        ("fields", json!([]), "RES_FIELD"),
        ("until", json!(at(2026, 3, 1, 0)), "RES_PERIOD"),
        ("resource", json!("x"), "RES_NAME"),
    ] {
        let arguments = with(asking(), name, value);
        assert_eq!(
            at_door(&mut world, "sharing.resource_request", arguments),
            code,
            "{name}"
        );
    }
    let operation = "sharing.resource_request";
    for (arguments, code) in [
        (
            with(
                with(asking(), "from", json!(at(2025, 1, 1, 0))),
                "until",
                json!(at(2026, 1, 1, 0)),
            ),
            "RES_PERIOD",
        ),
        (with(asking(), "until", json!(at(2030, 1, 1, 0))), "RES_PERIOD"),
        (
            with(asking(), "fields", json!(["bal", "employer"])),
            "RES_FIELDS_UNKNOWN",
        ),
        (
            with(asking(), "resource", json!(format!("{FUND}/nothing"))),
            "RES_UNKNOWN",
        ),
    ] {
        assert_eq!(world.sealed_code(REGISTRY, 0, operation, arguments), code);
    }
    assert_eq!(world.sealed_code(FUND, 0, operation, asking()), "RES_OWN");
    assert_eq!(world.sealed_code(BANK, 0, operation, asking()), "RES_NOT_MEMBER");
    let alone = for_body(asking(), REGISTRY);
    assert_eq!(
        world.code(&officer(REGISTRY, 0), operation, alone),
        "AUTH_SEAL_MISSING"
    );
    assert_eq!(world.sealed_code(REGISTRY, 0, operation, asking()), "OK");
}

#[test]
fn what_is_not_shared_or_withdrawn_cannot_be_asked_for() {
    let mut world = world();
    let class = json!({ "basis": "个人信息保护法 §28", "kind": "not_shared" });
    publish(&mut world, with(publication(), "class", class));
    assert_eq!(
        world.sealed_code(REGISTRY, 0, "sharing.resource_request", asking()),
        "RES_NOT_SHARED"
    );
    world.done(
        FUND,
        0,
        "sharing.resource_withdraw",
        json!({ "reason": "moved", "resource": name() }),
    );
    assert_eq!(
        world.sealed_code(REGISTRY, 0, "sharing.resource_request", asking()),
        "RES_WITHDRAWN"
    );
}

#[test]
fn the_owner_has_two_days_to_check_and_five_to_answer_or_ten_off_the_platform() {
    let mut world = world();
    publish(&mut world, publication());
    let outcome = world.done(REGISTRY, 0, "sharing.resource_request", asking());
    assert_eq!(outcome["state"], "open");
    assert_eq!(outcome["check_due"]["ms_end"], json!(at(2026, 3, 5, 0)));
    assert_eq!(outcome["due"]["ms_end"], json!(at(2026, 3, 10, 0)));
    publish(&mut world, with(publication(), "on_platform", json!(false)));
    let outcome = world.done(DATA, 0, "sharing.resource_request", asking());
    assert_eq!(outcome["due"]["ms_end"], json!(at(2026, 3, 17, 0)));
}

#[test]
fn a_grant_is_for_all_that_was_asked_and_adds_no_conditions() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    let operation = "sharing.resource_answer";
    let conditioned = json!({ "conditions": ["pay first"], "kind": "grant" });
    assert_eq!(
        world.sealed_code(FUND, 0, operation, answer(&id, conditioned)),
        "RES_CONDITION"
    );
    let partly = json!({ "fields": [], "kind": "grant" });
    assert_eq!(
        world.sealed_code(FUND, 0, operation, answer(&id, partly)),
        "TX_ARGUMENTS"
    );
    assert_eq!(
        world.sealed_code(LABOUR, 0, operation, answer(&id, grant())),
        "RES_NOT_OWNER"
    );
    let unknown = json!(world.paper("nothing"));
    assert_eq!(
        world.sealed_code(FUND, 0, operation, answer(&unknown, grant())),
        "RES_REQUEST_UNKNOWN"
    );
    let outcome = world.done(FUND, 0, operation, answer(&id, grant()));
    assert_eq!(
        (&outcome["state"], &outcome["late"]),
        (&json!("granted"), &json!(false))
    );
    assert_eq!(shown(&mut world, &id)["in_force"], json!(true));
    assert_eq!(
        world.sealed_code(FUND, 0, operation, answer(&id, refusal())),
        "RES_ANSWERED"
    );

    world.until(at(2027, 3, 1, 0));
    assert_eq!(
        shown(&mut world, &id)["in_force"],
        json!(false),
        "a grant ends with its period"
    );
}

#[test]
fn a_grant_ends_with_the_withdrawal_of_its_resource() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, grant()));
    let withdrawal = json!({ "reason": "moved", "resource": name() });
    world.done(FUND, 0, "sharing.resource_withdraw", withdrawal);
    let shown = shown(&mut world, &id);
    assert_eq!(
        (&shown["in_force"], &shown["resource_state"]),
        (&json!(false), &json!("withdrawn"))
    );
}

#[test]
fn a_refusal_has_a_reason_and_a_remedy() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    let operation = "sharing.resource_answer";
    for (missing, code) in [("reason", "RES_NO_REASON"), ("remedy", "RES_NO_REMEDY")] {
        let arguments = answer(&id, without(refusal(), missing));
        assert_eq!(at_door(&mut world, operation, arguments), code);
    }
    let outcome = world.done(FUND, 0, operation, answer(&id, refusal()));
    assert_eq!(outcome["state"], "refused");
    let shown = shown(&mut world, &id);
    assert_eq!(shown["request"]["reason"], "out of scope");
    assert_eq!(shown["in_force"], json!(false));
    request(&mut world);
}

#[test]
fn a_late_answer_counts_and_is_marked() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    world.until(at(2026, 3, 10, 0) - 1);
    assert_eq!(shown(&mut world, &id)["overdue"], json!(false));
    assert_eq!(shown(&mut world, &id)["overdue"], json!(true));
    let waiting = world.answer("sharing.resource_requests", json!({ "owner": FUND }));
    assert_eq!(waiting["requests"][0]["overdue"], json!(true));
    let outcome = world.done(FUND, 0, "sharing.resource_answer", answer(&id, grant()));
    assert_eq!(outcome["late"], json!(true));
}

#[test]
fn more_is_asked_for_once_within_the_check_and_never_what_the_catalogue_has() {
    let mut world = world();
    publish(&mut world, publication());
    let other = with(
        open_publication(),
        "resource",
        json!(format!("{LABOUR}/contracts")),
    );
    world.done(
        LABOUR,
        0,
        "sharing.resource_publish",
        with(other, "item", json!("contracts")),
    );
    let id = request(&mut world);
    let operation = "sharing.resource_answer";
    let more = |items: Value| json!({ "items": items, "kind": "more" });
    assert_eq!(
        at_door(&mut world, operation, answer(&id, more(json!([])))),
        "RES_FIELD"
    );
    assert_eq!(
        world.sealed_code(
            FUND,
            0,
            operation,
            answer(&id, more(json!(["contracts", "letter"])))
        ),
        "RES_SHARED_AVAILABLE"
    );
    let outcome = world.done(FUND, 0, operation, answer(&id, more(json!(["letter"]))));
    assert_eq!(outcome["state"], "need_more");
    assert_eq!(
        world.sealed_code(FUND, 0, operation, answer(&id, grant())),
        "RES_ANSWERED"
    );

    let supplement = json!({ "document": world.paper("letter"), "request": id });
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.resource_supplement", supplement.clone()),
        "RES_NOT_REQUESTER"
    );
    world.until(at(2026, 3, 4, 9));
    let outcome = world.done(REGISTRY, 0, "sharing.resource_supplement", supplement.clone());
    assert_eq!(
        outcome["due"]["ms_end"],
        json!(at(2026, 3, 12, 0)),
        "the owner's time starts anew"
    );
    assert_eq!(
        world.sealed_code(REGISTRY, 0, "sharing.resource_supplement", supplement),
        "RES_ANSWERED"
    );
    assert_eq!(
        world.sealed_code(FUND, 0, operation, answer(&id, more(json!(["another"])))),
        "RES_SECOND_NEED"
    );
}

#[test]
fn after_the_check_nothing_more_is_asked_for() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    world.until(at(2026, 3, 5, 0));
    let more = json!({ "items": ["letter"], "kind": "more" });
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.resource_answer", answer(&id, more)),
        "RES_CHECK_OVER"
    );
}

#[test]
fn nothing_is_asked_for_twice_while_a_request_or_grant_covers_it() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    let operation = "sharing.resource_request";
    assert_eq!(
        world.sealed_code(REGISTRY, 0, operation, asking()),
        "RES_REPEATED"
    );
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, grant()));
    assert_eq!(
        world.sealed_code(REGISTRY, 0, operation, asking()),
        "RES_REPEATED"
    );
    let more = with(asking(), "fields", json!(["bal", "center_id"]));
    assert_eq!(world.sealed_code(REGISTRY, 0, operation, more), "OK");
    assert_eq!(
        world.sealed_code(LABOUR, 0, operation, asking()),
        "OK",
        "another body asks for itself"
    );
    world.until(at(2027, 3, 1, 0));
    let next = with(asking(), "until", json!(at(2028, 3, 1, 0)));
    assert_eq!(world.sealed_code(REGISTRY, 0, operation, next), "OK");
}

fn complaint(world: &World, kind: &str, request: &Value) -> Value {
    json!({ "kind": kind, "request": request, "statement": world.paper("statement") })
}

fn finding(world: &World, complaint: &Value, finding: &str) -> Value {
    json!({
        "complaint": complaint, "document": world.paper("answer"), "finding": finding, "reason": "looked into",
        "remedy": "复议 within 60 days",
    })
}

#[test]
fn bad_data_that_was_granted_is_complained_about_to_the_owner() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    let operation = "sharing.resource_complain";
    let quality = complaint(&world, "quality", &id);
    assert_eq!(
        world.sealed_code(REGISTRY, 0, operation, quality.clone()),
        "RES_COMPLAINT"
    );
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, grant()));
    assert_eq!(
        world.sealed_code(LABOUR, 0, operation, quality.clone()),
        "RES_NOT_REQUESTER"
    );
    let outcome = world.done(REGISTRY, 0, operation, quality.clone());
    assert_eq!(outcome["concerns"], json!([REGISTRY, FUND]));
    assert_eq!(outcome["due"]["ms_end"], json!(at(2026, 3, 17, 0)));
    assert_eq!(
        world.sealed_code(REGISTRY, 0, operation, quality.clone()),
        "RES_COMPLAINT"
    );

    let complained = outcome["complaint"].clone();
    let about = json!({ "complaint": complained });
    let answering = "sharing.resource_complaint_answer";
    let upheld = without(finding(&world, &complained, "upheld"), "remedy");
    assert_eq!(
        world.sealed_code(DATA, 0, answering, upheld.clone()),
        "RES_NOT_COMPETENT"
    );
    let unknown = with(upheld.clone(), "complaint", json!(world.paper("nothing")));
    assert_eq!(
        world.sealed_code(FUND, 0, answering, unknown),
        "RES_COMPLAINT_UNKNOWN"
    );
    world.until(at(2026, 3, 17, 0));
    assert_eq!(
        world.answer("sharing.complaint", about.clone())["overdue"],
        json!(true)
    );
    let outcome = world.done(FUND, 0, answering, upheld.clone());
    assert_eq!(
        (&outcome["finding"], &outcome["late"]),
        (&json!("upheld"), &json!(true))
    );
    assert_eq!(world.sealed_code(FUND, 0, answering, upheld), "RES_ANSWERED");
    let shown = world.answer("sharing.complaint", about);
    assert_eq!(shown["complaint"]["answer"]["finding"], "upheld");
    assert_eq!(shown["overdue"], json!(false));
    world.done(REGISTRY, 0, operation, quality);
}

#[test]
fn a_dispute_is_answered_by_a_member_in_charge_of_data_that_is_no_party_to_it() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    let operation = "sharing.resource_complain";
    let dispute = complaint(&world, "dispute", &id);
    assert_eq!(
        world.sealed_code(REGISTRY, 0, operation, dispute.clone()),
        "RES_COMPLAINT"
    );
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, refusal()));
    let outcome = world.done(REGISTRY, 0, operation, dispute.clone());
    let answering = "sharing.resource_complaint_answer";
    let upheld = finding(&world, &outcome["complaint"], "upheld");
    for code in [FUND, REGISTRY, LABOUR] {
        assert_eq!(
            world.sealed_code(code, 0, answering, upheld.clone()),
            "RES_NOT_COMPETENT"
        );
    }
    let outcome = world.done(DATA, 0, answering, upheld);
    assert_eq!(outcome["concerns"], json!([REGISTRY, FUND, DATA]));
    assert_eq!(
        shown(&mut world, &id)["request"]["state"],
        "open",
        "the owner must answer anew"
    );
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, refusal()));

    let outcome = world.done(REGISTRY, 0, operation, dispute);
    let dismissed = finding(&world, &outcome["complaint"], "dismissed");
    for (missing, code) in [("reason", "RES_NO_REASON"), ("remedy", "RES_NO_REMEDY")] {
        let arguments = with(dismissed.clone(), missing, json!(""));
        assert_eq!(at_door(&mut world, answering, arguments), code);
    }
    world.done(DATA, 0, answering, dismissed);
    assert_eq!(shown(&mut world, &id)["request"]["state"], "refused");
}

#[test]
fn a_party_in_charge_of_data_does_not_answer_its_own_dispute() {
    let mut world = world();
    publish(&mut world, publication());
    let id = world.done(DATA, 0, "sharing.resource_request", asking())["request"].clone();
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, refusal()));
    let dispute = complaint(&world, "dispute", &id);
    let outcome = world.done(DATA, 0, "sharing.resource_complain", dispute);
    let upheld = finding(&world, &outcome["complaint"], "upheld");
    assert_eq!(
        world.sealed_code(DATA, 0, "sharing.resource_complaint_answer", upheld),
        "RES_NOT_COMPETENT"
    );
}

#[test]
fn the_silence_of_an_owner_is_ground_for_a_dispute() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    world.until(at(2026, 3, 10, 0));
    let dispute = complaint(&world, "dispute", &id);
    world.done(REGISTRY, 0, "sharing.resource_complain", dispute);
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, grant()));
}

#[test]
fn complaints_about_one_request_are_bounded() {
    let mut world = world();
    publish(&mut world, publication());
    let id = request(&mut world);
    world.done(FUND, 0, "sharing.resource_answer", answer(&id, grant()));
    let quality = complaint(&world, "quality", &id);
    for _ in 0..8 {
        let outcome = world.done(REGISTRY, 0, "sharing.resource_complain", quality.clone());
        let upheld = finding(&world, &outcome["complaint"], "upheld");
        world.done(FUND, 0, "sharing.resource_complaint_answer", upheld);
    }
    assert_eq!(
        world.sealed_code(REGISTRY, 0, "sharing.resource_complain", quality),
        "RES_LIMIT"
    );
}

#[test]
fn requests_of_one_body_for_one_resource_are_bounded() {
    let mut world = world();
    publish(&mut world, publication());
    let until = |number: u64| with(asking(), "until", json!(at(2027, 3, 1, number)));
    for number in 0..16 {
        world.done(REGISTRY, 0, "sharing.resource_request", until(number));
    }
    assert_eq!(
        world.sealed_code(REGISTRY, 0, "sharing.resource_request", until(16)),
        "RES_LIMIT"
    );
    let page = json!({ "limit": 10, "offset": 10, "owner": FUND });
    let waiting = world.answer("sharing.resource_requests", page);
    assert_eq!((&waiting["total"], &waiting["next"]), (&json!(16), &Value::Null));
    assert_eq!(waiting["requests"].as_array().unwrap().len(), 6);
}

#[test]
fn the_officer_who_is_nobody_cannot_ask() {
    let mut world = world();
    publish(&mut world, publication());
    let arguments = for_body(asking(), REGISTRY);
    assert_eq!(
        world.code(&key(240), "sharing.resource_request", arguments),
        "AUTH_KEY_UNKNOWN"
    );
}
