//! The rules of extracts, each kept once and broken once.

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
    DATA, FUND, LABOUR, REGISTRY, World, at, for_body, key, mandate, officer, party, with, without,
};
use yinxin_execution::access::{SourceRecord, event_digest};
use yinxin_sharing::{MAX_EXTRACT_ROWS, MAX_FETCHES, MAX_GRANT_ROWS};

const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
/// The receiving officer: the first of the registry.
const RECEIVER: u8 = 0;
const RECEIVER_SEED: u8 = 60;

/// The fund offers its deposits, and the registry may have them.
fn granted() -> (World, Value) {
    let mut world = World::starting(at(2026, 3, 2, 9));
    let publication = json!({
        "class": { "conditions": "registration only", "kind": "conditional" }, "cycle": "monthly",
        "fields": [{ "grade": 3, "name": "bal" }, { "grade": 3, "name": "certinum" }, { "grade": 3, "name": "unit" }],
        "item": "hpf-deposit", "on_platform": true, "resource": format!("{FUND}/hpf-deposit"),
        "steward": { "contact": FUND, "post": mandate(31) },
    });
    world.done(FUND, 0, "sharing.resource_publish", publication);
    let request = request(&mut world);
    grant(&mut world, &request);
    (world, request)
}

fn request(world: &mut World) -> Value {
    let asking = json!({
        "basis": "不动产登记暂行条例 §25", "fields": ["bal", "certinum"], "from": at(2026, 3, 1, 0), "need": "mortgages",
        "purpose": "registration", "resource": format!("{FUND}/hpf-deposit"), "until": at(2027, 3, 1, 0),
    });
    world.done(REGISTRY, 0, "sharing.resource_request", asking)["request"].clone()
}

fn grant(world: &mut World, request: &Value) {
    let answer = json!({ "answer": { "kind": "grant" }, "request": request });
    world.done(FUND, 0, "sharing.resource_answer", answer);
}

fn delivery(world: &World, request: &Value, number: &str) -> Value {
    let kept = |what: &str| {
        json!({
            "commitment": world.paper(&format!("commitment of {what} {number}")),
            "material": world.paper(&format!("material of {what} {number}")),
        })
    };
    json!({
        "canaries": 50, "content": kept("content"), "fields": ["bal", "certinum"], "mark": kept("mark"), "number": number,
        "post": mandate(RECEIVER_SEED), "request": request, "rows": 1000,
    })
}

fn deliver(world: &mut World, request: &Value, number: &str) -> Value {
    let arguments = delivery(world, request, number);
    world.done(FUND, 0, "sharing.extract_deliver", arguments)["extract"].clone()
}

fn fetching(extract: &Value) -> Value {
    json!({ "extract": extract, "for": REGISTRY, "purpose": "registration", "reader": READER })
}

fn tracing(world: &World, extract: &Value) -> Value {
    json!({
        "case": "LEAK-2026-1", "extract": extract, "for": FUND, "found": world.paper("found"), "purpose": "leak", "reader": READER,
    })
}

fn fetch(world: &mut World, extract: &Value) -> &'static str {
    world.code(
        &officer(REGISTRY, RECEIVER),
        "sharing.extract_fetch",
        fetching(extract),
    )
}

/// The look fails with this code, and the failure is an event.
fn refused(world: &mut World, by: u8, operation: &str, arguments: Value) -> &'static str {
    let source = arguments["for"].as_str().unwrap().to_owned();
    let before = sequence(world, &source);
    let receipt = world.run(&key(by), operation, arguments);
    assert_eq!(receipt.outcome["access"]["allowed"], json!(false), "{receipt:?}");
    assert_eq!(receipt.outcome["access"]["code"], json!(receipt.code));
    assert!(receipt.outcome.get("disclosure").is_none());
    assert_eq!(sequence(world, &source), before + 1);
    world.name(&receipt)
}

fn sequence(world: &World, source: &str) -> u64 {
    let bytes = world.state.get(&SourceRecord::key(world.hash(), source));
    bytes.map_or(0, |bytes| {
        serde_json::from_slice::<SourceRecord>(bytes).unwrap().sequence
    })
}

#[test]
fn a_delivery_says_for_whom_it_is_and_each_look_of_that_officer_is_an_event_with_its_count() {
    let (mut world, request) = granted();
    let arguments = delivery(&world, &request, "d-1");
    let done = world.done(FUND, 1, "sharing.extract_deliver", arguments.clone());
    assert_eq!(done["concerns"], json!([REGISTRY, FUND, party(RECEIVER_SEED)]));
    let extract = done["extract"].clone();
    let record = world.answer("sharing.extract", json!({ "extract": extract }));
    for (name, value) in [
        ("recipient", json!(REGISTRY)),
        ("receiver", json!(party(RECEIVER_SEED))),
        ("owner", json!(FUND)),
        ("officer", json!(party(31))),
        ("purpose", json!("registration")),
        ("rows", json!(1000)),
        ("canaries", json!(50)),
        ("mark", arguments["mark"].clone()),
        ("content", arguments["content"].clone()),
        ("state", json!("delivered")),
        ("opened", Value::Null),
    ] {
        assert_eq!(record[name], value, "{name}");
    }
    let look = world.run(
        &officer(REGISTRY, RECEIVER),
        "sharing.extract_fetch",
        fetching(&extract),
    );
    assert_eq!(world.name(&look), "OK");
    let event = &look.outcome["access"];
    assert_eq!(event["officer"], json!(party(RECEIVER_SEED)));
    assert_eq!(event["post"], json!(mandate(RECEIVER_SEED)));
    assert_eq!(event["count"], json!(1050), "the canary rows are given out too");
    assert_eq!(event["class"], "extract");
    assert_eq!(event["fields"], json!(["bal", "certinum"]));
    assert_eq!(
        event["basis"],
        json!({ "kind": "duty", "reference": "不动产登记暂行条例 §25" })
    );
    let disclosure = json!({
        "extract": extract, "holder": FUND, "material": arguments["content"]["material"], "reader": READER,
    });
    assert_eq!(look.outcome["disclosure"], disclosure);
    let again = world.run(
        &officer(REGISTRY, RECEIVER),
        "sharing.extract_fetch",
        fetching(&extract),
    );
    assert_eq!(
        again.outcome["access"]["previous"],
        json!(event_digest(world.hash(), event))
    );
    let record = world.answer("sharing.extract", json!({ "extract": extract }));
    assert_eq!(record["fetched"], json!(2));
}

#[test]
fn only_the_owner_delivers_under_its_seal_what_was_granted_while_it_is_in_force() {
    let (mut world, request) = granted();
    let right = delivery(&world, &request, "d-1");
    let unsealed = world.code(
        &officer(FUND, 0),
        "sharing.extract_deliver",
        for_body(right.clone(), FUND),
    );
    assert_eq!(unsealed, "AUTH_SEAL_MISSING");
    let unknown = with(right.clone(), "request", json!(world.paper("none")));
    let fields = with(right.clone(), "fields", json!(["bal", "unit"]));
    let nobody = with(right.clone(), "post", json!(world.paper("none")));
    let elsewhere = with(right.clone(), "post", json!(mandate(10)));
    let left = with(right.clone(), "post", json!(mandate(69)));
    for (by, arguments, code) in [
        (LABOUR, right.clone(), "EXTRACT_NOT_OWNER"),
        (REGISTRY, right.clone(), "EXTRACT_NOT_OWNER"),
        (FUND, unknown, "RES_REQUEST_UNKNOWN"),
        (FUND, fields, "EXTRACT_FIELDS"),
        (FUND, nobody, "EXTRACT_RECEIVER"),
        (FUND, elsewhere, "EXTRACT_RECEIVER"),
        (FUND, left, "EXTRACT_RECEIVER"),
        (FUND, right.clone(), "OK"),
        (FUND, right.clone(), "EXTRACT_REPEATED"),
    ] {
        assert_eq!(
            world.sealed_code(by, 0, "sharing.extract_deliver", arguments.clone()),
            code,
            "{arguments}"
        );
    }
    world.until(at(2027, 3, 1, 0));
    let late = delivery(&world, &request, "d-2");
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.extract_deliver", late),
        "EXTRACT_NOT_GRANTED"
    );
}

#[test]
fn nothing_is_delivered_before_the_grant_or_after_the_resource_was_withdrawn() {
    let (mut world, request_1) = granted();
    let asking = json!({
        "basis": "x", "fields": ["bal"], "from": at(2026, 3, 1, 0), "need": "y", "purpose": "other",
        "resource": format!("{FUND}/hpf-deposit"), "until": at(2028, 3, 1, 0),
    });
    let open = world.done(LABOUR, 0, "sharing.resource_request", asking)["request"].clone();
    let arguments = with(delivery(&world, &open, "d-1"), "fields", json!(["bal"]));
    let arguments = with(arguments, "post", json!(mandate(10)));
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.extract_deliver", arguments.clone()),
        "EXTRACT_NOT_GRANTED"
    );
    grant(&mut world, &open);
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.extract_deliver", arguments),
        "OK"
    );
    let withdrawal = json!({ "reason": "moved", "resource": format!("{FUND}/hpf-deposit") });
    world.done(FUND, 0, "sharing.resource_withdraw", withdrawal);
    let late = delivery(&world, &request_1, "d-2");
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.extract_deliver", late),
        "EXTRACT_NOT_GRANTED"
    );
}

#[test]
fn a_refused_look_at_an_extract_is_an_event_and_uses_up_nothing() {
    let (mut world, request) = granted();
    let extract = deliver(&mut world, &request, "d-1");
    let right = fetching(&extract);
    let other_purpose = with(right.clone(), "purpose", json!("advertising"));
    for (by, arguments, code) in [
        (61, right.clone(), "EXTRACT_OFFICER"),
        (10, for_body(right.clone(), LABOUR), "EXTRACT_RECIPIENT"),
        (31, for_body(right.clone(), FUND), "EXTRACT_RECIPIENT"),
        (31, right.clone(), "AUTH_MANDATE_MISSING"),
        (RECEIVER_SEED, other_purpose, "EXTRACT_PURPOSE"),
        (
            RECEIVER_SEED,
            with(right.clone(), "purpose", json!("")),
            "EXTRACT_PURPOSE",
        ),
    ] {
        assert_eq!(refused(&mut world, by, "sharing.extract_fetch", arguments), code);
    }
    let unknown = fetching(&json!(world.paper("none")));
    assert_eq!(
        world.code(&officer(REGISTRY, 0), "sharing.extract_fetch", unknown),
        "EXTRACT_UNKNOWN"
    );
    for _ in 0..MAX_FETCHES {
        assert_eq!(fetch(&mut world, &extract), "OK");
    }
    assert_eq!(
        refused(&mut world, RECEIVER_SEED, "sharing.extract_fetch", right.clone()),
        "EXTRACT_FETCHED"
    );

    let second = deliver(&mut world, &request, "d-2");
    let withdrawal = json!({ "extract": second, "reason": "wrong rows" });
    assert_eq!(
        world.sealed_code(LABOUR, 0, "sharing.extract_withdraw", withdrawal.clone()),
        "EXTRACT_NOT_OWNER"
    );
    world.done(FUND, 0, "sharing.extract_withdraw", withdrawal.clone());
    assert_eq!(
        world.sealed_code(FUND, 0, "sharing.extract_withdraw", withdrawal),
        "EXTRACT_WITHDRAWN"
    );
    assert_eq!(
        refused(
            &mut world,
            RECEIVER_SEED,
            "sharing.extract_fetch",
            fetching(&second)
        ),
        "EXTRACT_WITHDRAWN"
    );
    let third = deliver(&mut world, &request, "d-3");
    world.until(at(2027, 3, 1, 0));
    assert_eq!(
        refused(
            &mut world,
            RECEIVER_SEED,
            "sharing.extract_fetch",
            fetching(&third)
        ),
        "EXTRACT_EXPIRED"
    );
    let record = world.answer("sharing.extract", json!({ "extract": third }));
    assert_eq!(
        (&record["state"], &record["fetched"]),
        (&json!("expired"), &json!(0))
    );
}

#[test]
fn one_grant_gives_out_no_more_than_a_million_rows_however_it_is_cut() {
    let (mut world, request) = granted();
    let mut given = 0;
    for number in 0_u32.. {
        let arguments = delivery(&world, &request, &format!("d-{number}"));
        let arguments = with(arguments, "rows", json!(MAX_EXTRACT_ROWS));
        let extract = world.done(FUND, 0, "sharing.extract_deliver", arguments)["extract"].clone();
        for _ in 0..MAX_FETCHES {
            let next = given + u64::from(MAX_EXTRACT_ROWS) + 50;
            if next > MAX_GRANT_ROWS {
                let code = refused(
                    &mut world,
                    RECEIVER_SEED,
                    "sharing.extract_fetch",
                    fetching(&extract),
                );
                assert_eq!(code, "EXTRACT_BULK");
                return;
            }
            assert_eq!(fetch(&mut world, &extract), "OK");
            given = next;
        }
    }
}

#[test]
fn a_trace_is_a_look_of_the_owner_at_the_mark_and_says_when_it_was_first_opened() {
    let (mut world, request) = granted();
    let extract = deliver(&mut world, &request, "d-1");
    let right = tracing(&world, &extract);
    let of_recipient = for_body(right.clone(), REGISTRY);
    assert_eq!(
        refused(&mut world, 60, "sharing.extract_trace", of_recipient),
        "EXTRACT_NOT_OWNER"
    );
    let aimless = with(right.clone(), "purpose", json!(""));
    assert_eq!(
        refused(&mut world, 31, "sharing.extract_trace", aimless),
        "EXTRACT_PURPOSE"
    );
    assert_eq!(
        refused(&mut world, 60, "sharing.extract_trace", right.clone()),
        "AUTH_MANDATE_MISSING"
    );
    let record = world.answer("sharing.extract", json!({ "extract": extract }));
    assert_eq!(record["opened"], Value::Null);

    world.done(
        FUND,
        0,
        "sharing.extract_withdraw",
        json!({ "extract": extract, "reason": "leaked" }),
    );
    let look = world.run(&officer(FUND, 1), "sharing.extract_trace", right.clone());
    assert_eq!(world.name(&look), "OK", "what was withdrawn can still be traced");
    assert_eq!(look.outcome["access"]["class"], "extract-mark");
    assert_eq!(look.outcome["access"]["case"], "LEAK-2026-1");
    let record = world.answer("sharing.extract", json!({ "extract": extract }));
    assert_eq!(look.outcome["disclosure"]["material"], record["mark"]["material"]);
    assert_eq!(record["opened"]["height"], json!(look.height));
    world.done_by(&officer(FUND, 1), "sharing.extract_trace", right);
    let later = world.answer("sharing.extract", json!({ "extract": extract }));
    assert_eq!(later["opened"], record["opened"]);
}

#[test]
fn the_extracts_of_an_owner_are_listed_page_by_page() {
    let (mut world, request_1) = granted();
    let mut expected: Vec<Value> = (0..3)
        .map(|one| deliver(&mut world, &request_1, &format!("d-{one}")))
        .collect();
    let page = world.answer("sharing.extracts", json!({ "owner": FUND, "page": 0 }));
    assert_eq!(
        (&page["total"], &page["pages"], &page["owner"]),
        (&json!(3), &json!(1), &json!(FUND))
    );
    let listed: Vec<Value> = page["extracts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["extract"].clone())
        .collect();
    assert_eq!(listed, expected);
    for one in 3..130 {
        expected.push(deliver(&mut world, &request_1, &format!("d-{one}")));
    }
    let second = world.answer("sharing.extracts", json!({ "owner": FUND, "page": 1 }));
    assert_eq!((&second["total"], &second["pages"]), (&json!(130), &json!(2)));
    assert_eq!(second["extracts"].as_array().unwrap().len(), 2);
    assert_eq!(second["extracts"][1]["extract"], expected[129]);
    let none = world.answer("sharing.extracts", json!({ "owner": DATA, "page": 0 }));
    assert_eq!(none["total"], json!(0));
}

#[test]
fn arguments_of_extracts_are_well_formed() {
    let (mut world, request) = granted();
    let right = for_body(delivery(&world, &request, "d-1"), FUND);
    let mut same = right.clone();
    same["mark"]["material"] = same["content"]["material"].clone();
    let mut cases = vec![
        ("sharing.extract_deliver", right.clone(), "OK"),
        ("sharing.extract_deliver", same, "EXTRACT_FIELD"),
        (
            "sharing.extract_deliver",
            without(right.clone(), "mark"),
            "TX_ARGUMENTS",
        ),
    ];
    for (name, value, code) in [
        ("number", json!("D 1"), "EXTRACT_FIELD"),
        ("fields", json!([]), "EXTRACT_FIELD"),
        ("fields", json!(["Bal"]), "EXTRACT_FIELD"),
        ("rows", json!(0), "EXTRACT_ROWS"),
        ("rows", json!(MAX_EXTRACT_ROWS + 1), "EXTRACT_ROWS"),
        ("canaries", json!(0), "EXTRACT_ROWS"),
        ("canaries", json!(501), "EXTRACT_ROWS"),
        ("secret", json!("x"), "TX_ARGUMENTS"),
    ] {
        cases.push(("sharing.extract_deliver", with(right.clone(), name, value), code));
    }
    let extract = json!(world.paper("x"));
    cases.push((
        "sharing.extract_fetch",
        with(fetching(&extract), "reader", json!("x25519:00")),
        "EXTRACT_READER",
    ));
    cases.push((
        "sharing.extract_fetch",
        with(fetching(&extract), "purpose", json!("a\nb")),
        "EXTRACT_FIELD",
    ));
    cases.push((
        "sharing.extract_trace",
        with(tracing(&world, &extract), "case", json!("")),
        "EXTRACT_FIELD",
    ));
    cases.push((
        "sharing.extract_trace",
        with(tracing(&world, &extract), "found", json!("x")),
        "TX_ARGUMENTS",
    ));
    let blank = json!({ "extract": extract, "for": FUND, "reason": " " });
    cases.push(("sharing.extract_withdraw", blank, "EXTRACT_FIELD"));
    for (operation, arguments, code) in cases {
        let transaction = world.sign(&officer(FUND, 0), operation, arguments.clone());
        let refused = world.registry.check(transaction.body());
        assert_eq!(
            refused.err().map_or("OK", |refused| refused.code.name),
            code,
            "{operation} {arguments}"
        );
    }
}
