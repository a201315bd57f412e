//! Leases and looks: the whole staircase, every step kept once and broken once, and what goes on record.

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
use yinxin_execution::access::{OWN_LOOK, SourceRecord};
use yinxin_types::Receipt;

/// A look that is refused with this code, and is on record.
fn denied(world: &mut World, by: &[u8], operation: &str, arguments: Value, code: &str) -> Value {
    let receipt = world.receipt(by, operation, arguments);
    assert_eq!(world.name(&receipt), code);
    let event = receipt.outcome["access"].clone();
    assert_eq!(event["allowed"], json!(false), "{code}");
    assert_eq!(event["code"], json!(receipt.code));
    assert_eq!(receipt.outcome.get("disclosure"), None);
    event
}

/// A look that is refused and leaves nothing.
fn refused(world: &mut World, by: &[u8], operation: &str, arguments: Value, code: &str) {
    let receipt = world.receipt(by, operation, arguments);
    assert_eq!(world.name(&receipt), code);
    assert_eq!(receipt.outcome, Value::Null, "{code}");
}

fn left(world: &mut World, lease: &Digest) -> u64 {
    world.answer("sharing.lease", json!({ "lease": lease }))["left"]
        .as_u64()
        .unwrap()
}

fn events(world: &World, source: &str) -> u64 {
    let bytes = world.state.get(&SourceRecord::key(world.hash(), source));
    bytes.map_or(0, |bytes| {
        serde_json::from_slice::<SourceRecord>(bytes).unwrap().sequence
    })
}

#[test]
fn the_person_grants_and_grantee_and_issuer_are_told() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let arguments = world.lease_arguments(&certificate);
    for (by, code) in [
        (LI, "SHARE_NOT_SUBJECT"),
        (A1, "SHARE_NOT_SUBJECT"),
        (WANG_REVOKED, "AUTH_KEY_REVOKED"),
    ] {
        assert_eq!(world.try_by(&[by], "sharing.lease", arguments.clone()), code);
    }
    let receipt = world.ok(&[WANG], "sharing.lease", arguments);
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), B, A]));
    let lease = id(&receipt, "lease");
    let answer = world.answer("sharing.lease", json!({ "lease": lease }));
    assert_eq!((&answer["state"], &answer["left"]), (&json!("living"), &json!(1)));
    assert_eq!(answer["certificate_state"], "valid");
}

#[test]
fn a_lease_is_bounded_in_every_member() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let whole = world.lease_arguments(&certificate);
    let many: Vec<String> = (0..65).map(|number| format!("a{number:02}")).collect();
    for (name, value, code) in [
        ("purpose", json!(""), "LEASE_PURPOSE_MISSING"),
        ("purpose", json!("Loan"), "SHARE_TEXT"),
        ("case", json!(""), "SHARE_TEXT"),
        ("case", json!("字".repeat(65)), "SHARE_TEXT"),
        ("case", json!("a\tb"), "SHARE_TEXT"),
        ("fields", json!([]), "SHARE_FIELDS"),
        ("fields", json!(["bal", "amt"]), "SHARE_FIELDS"),
        ("fields", json!(["bal", "bal"]), "SHARE_FIELDS"),
        ("fields", json!(["Bal"]), "SHARE_FIELDS"),
        ("fields", json!(["employer"]), "SHARE_FIELDS"),
        ("fields", json!(many), "SHARE_FIELDS"),
        ("uses", json!(0), "SHARE_USES"),
        ("uses", json!(101), "SHARE_USES"),
        ("until", json!(0), "SHARE_TERM"),
        ("until", json!(world.time + 368 * DAY), "SHARE_TERM"),
        ("grantee", json!(REMOVED), "SHARE_GRANTEE"),
        ("grantee", json!("91990101MA000A012B"), "SHARE_GRANTEE"),
        ("certificate", json!(digest("none")), "SHARE_CERTIFICATE_UNKNOWN"),
    ] {
        let arguments = with(whole.clone(), name, value);
        assert_eq!(world.try_by(&[WANG], "sharing.lease", arguments), code, "{name}");
    }
    for (name, value) in [
        ("case", json!("字".repeat(64))),
        ("uses", json!(100)),
        ("until", json!(world.time + 365 * DAY)),
        ("grantee", json!(BANK)),
    ] {
        let arguments = with(whole.clone(), name, value);
        world.ok(&[WANG], "sharing.lease", arguments);
    }
}

#[test]
fn nothing_is_leased_of_a_certificate_that_is_not_valid() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let arguments = world.lease_arguments(&certificate);
    world.change("sharing.suspend", &certificate);
    assert_eq!(
        world.try_by(&[WANG], "sharing.lease", arguments.clone()),
        "CRED_SUSPENDED"
    );
    world.change("sharing.revoke", &certificate);
    assert_eq!(world.try_by(&[WANG], "sharing.lease", arguments), "CRED_REVOKED");
    let certificate = world.certificate(8);
    let time = world.time + 91 * DAY;
    world.at(time);
    let arguments = world.lease_arguments(&certificate);
    assert_eq!(
        world.try_by(&[WANG], "sharing.lease", arguments),
        "SHARE_CERTIFICATE_EXPIRED"
    );
}

#[test]
fn a_certificate_has_at_most_64_living_leases_and_one_that_ends_makes_room() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let leases: Vec<Digest> = (0..64).map(|_| world.lease(&certificate, 1)).collect();
    let arguments = world.lease_arguments(&certificate);
    assert_eq!(
        world.try_by(&[WANG], "sharing.lease", arguments.clone()),
        "SHARE_LEASE_LIMIT"
    );
    world.ok(&[WANG], "sharing.end_lease", json!({ "lease": leases[0] }));
    world.lease(&certificate, 1);
    world.ok(&[B1], "sharing.disclose", look(&leases[1]));
    world.lease(&certificate, 1);
    let time = world.time + 31 * DAY;
    world.at(time);
    world.lease(&certificate, 1);
}

#[test]
fn at_most_seven_bodies_hold_parts_of_a_certificate() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let arguments = world.lease_arguments(&certificate);
    let mut leases = Vec::new();
    for grantee in OTHERS {
        let arguments = with(arguments.clone(), "grantee", json!(grantee));
        leases.push(id(&world.ok(&[WANG], "sharing.lease", arguments), "lease"));
    }
    assert_eq!(
        world.try_by(&[WANG], "sharing.lease", arguments.clone()),
        "SHARE_LEASE_LIMIT"
    );
    world.ok(&[WANG], "sharing.end_lease", json!({ "lease": leases[0] }));
    world.ok(&[WANG], "sharing.lease", arguments);
    let receipt = world.ok(&[WANG], "sharing.erase", json!({ "certificate": certificate }));
    assert_eq!(receipt.outcome["concerns"].as_array().unwrap().len(), 8);
}

#[test]
fn only_the_person_ends_a_lease_and_only_once() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 1);
    let arguments = json!({ "lease": lease });
    assert_eq!(
        world.try_by(&[LI], "sharing.end_lease", arguments.clone()),
        "SHARE_NOT_SUBJECT"
    );
    assert_eq!(
        world.try_by(&[WANG], "sharing.end_lease", json!({ "lease": digest("none") })),
        "LEASE_UNKNOWN"
    );
    let receipt = world.ok(&[WANG], "sharing.end_lease", arguments.clone());
    assert_eq!(receipt.outcome["concerns"], json!([party(WANG), B, A]));
    assert_eq!(
        world.try_by(&[WANG], "sharing.end_lease", arguments),
        "LEASE_REVOKED"
    );
    assert_eq!(world.lease_state(&lease), "revoked");
}

#[test]
fn an_allowed_look_tells_the_holder_what_to_hand_over_to_whom() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 2);
    let Receipt { outcome, .. } = world.ok(&[B1], "sharing.disclose", look(&lease));
    assert_eq!(
        outcome["disclosure"],
        json!({
            "certificate": certificate, "fields": ["bal", "basenum"], "holder": A, "material": digest("material"), "reader": READER,
        })
    );
    assert_eq!(
        outcome["access"],
        json!({
            "allowed": true, "basis": { "kind": "lease", "reference": lease }, "case": "LX-2026-0001", "class": "hpf-certificate",
            "code": 0, "count": 1, "fields": ["bal", "basenum"], "officer": party(B1), "post": digest("mandate 21"), "previous": null,
            "purpose": "loan", "sequence": 1, "source": B, "subject": party(WANG), "withheld": null,
        })
    );
    assert_eq!(left(&mut world, &lease), 1);
    assert_eq!(world.lease_state(&lease), "living");
}

#[test]
fn every_step_of_the_staircase_refuses_on_record_and_uses_up_nothing() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 1);
    let whole = look(&lease);
    let cases = [
        (A_LEAVER, "for", json!(A), "AUTH_MANDATE_ENDED"),
        (WANG, "for", json!(B), "AUTH_MANDATE_MISSING"),
        (SEAL_B, "for", json!(B), "AUTH_MANDATE_MISSING"),
        (BANK1, "for", json!(BANK), "LEASE_GRANTEE"),
        (B1, "purpose", json!(""), "LEASE_PURPOSE_MISSING"),
        (B1, "purpose", json!("marketing"), "LEASE_PURPOSE"),
        (B1, "case", json!("LX-2026-0002"), "LEASE_PURPOSE"),
        (B1, "fields", json!(["bal", "unitaccname"]), "LEASE_FIELD"),
        (B1, "fields", json!(["employer"]), "LEASE_FIELD"),
    ];
    for (by, name, value, code) in cases {
        let arguments = with(whole.clone(), name, value);
        let event = denied(&mut world, &[by], "sharing.disclose", arguments.clone(), code);
        assert_eq!(event["subject"], json!(party(WANG)));
        assert_eq!(event["officer"], json!(party(by)));
        assert_eq!(event["source"], arguments["for"]);
        assert_eq!(event["fields"], arguments["fields"]);
        assert_eq!(event["post"].is_null(), code.starts_with("AUTH_"));
    }
    assert_eq!(left(&mut world, &lease), 1);
    assert_eq!(
        (events(&world, A), events(&world, B), events(&world, BANK)),
        (1, 7, 1)
    );
    world.ok(&[B2], "sharing.disclose", whole);
}

#[test]
fn malformed_looks_and_unknown_lookers_leave_no_event() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 1);
    let whole = look(&lease);
    for (name, value, code) in [
        ("purpose", json!("a loan"), "SHARE_TEXT"),
        ("case", json!(""), "SHARE_TEXT"),
        ("fields", json!([]), "SHARE_FIELDS"),
        ("fields", json!(["basenum", "bal"]), "SHARE_FIELDS"),
        ("reader", json!("x25519:00"), "SHARE_READER_KEY"),
        ("lease", json!(digest("none")), "LEASE_UNKNOWN"),
        ("for", json!(OTHERS[0]), "ID_PARTY_UNKNOWN"),
    ] {
        let arguments = with(whole.clone(), name, value);
        refused(&mut world, &[B1], "sharing.disclose", arguments, code);
    }
    refused(
        &mut world,
        &[STRANGER],
        "sharing.disclose",
        whole.clone(),
        "AUTH_KEY_UNKNOWN",
    );
    refused(
        &mut world,
        &[WANG_REVOKED],
        "sharing.disclose",
        whole,
        "AUTH_KEY_REVOKED",
    );
    assert_eq!(events(&world, B), 0);
}

#[test]
fn a_lease_is_used_as_often_as_it_says_within_its_term_and_until_it_is_ended() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 2);
    world.ok(&[B1], "sharing.disclose", look(&lease));
    world.ok(&[B2], "sharing.disclose", look(&lease));
    denied(
        &mut world,
        &[B1],
        "sharing.disclose",
        look(&lease),
        "LEASE_USED_UP",
    );
    assert_eq!(world.lease_state(&lease), "used_up");
    assert_eq!(
        world.try_by(&[WANG], "sharing.end_lease", json!({ "lease": lease })),
        "LEASE_USED_UP"
    );
    let ended = world.lease(&certificate, 1);
    let old = world.lease(&certificate, 1);
    world.ok(&[WANG], "sharing.end_lease", json!({ "lease": ended }));
    denied(
        &mut world,
        &[B1],
        "sharing.disclose",
        look(&ended),
        "LEASE_REVOKED",
    );
    let time = world.time + 31 * DAY;
    world.at(time);
    denied(&mut world, &[B1], "sharing.disclose", look(&old), "LEASE_EXPIRED");
    assert_eq!(world.lease_state(&old), "expired");
    // A lease that was ended stays ended, also when its term has passed.
    denied(
        &mut world,
        &[B1],
        "sharing.disclose",
        look(&ended),
        "LEASE_REVOKED",
    );
}

#[test]
fn within_one_block_the_order_decides_between_a_look_and_the_end_of_its_lease() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 3);
    let transactions = [
        world.sign(&key(B1), "sharing.disclose", look(&lease)),
        world.sign(&key(WANG), "sharing.end_lease", json!({ "lease": lease })),
        world.sign(&key(B1), "sharing.disclose", look(&lease)),
    ];
    let receipts = world.block(&transactions).receipts;
    let names: Vec<&str> = receipts.iter().map(|receipt| world.name(receipt)).collect();
    assert_eq!(names, ["OK", "OK", "LEASE_REVOKED"]);
}

#[test]
fn a_certificate_that_is_not_valid_is_not_disclosed_and_comes_back_only_from_suspension() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let lease = world.lease(&certificate, 1);
    world.change("sharing.suspend", &certificate);
    denied(
        &mut world,
        &[B1],
        "sharing.disclose",
        look(&lease),
        "CRED_SUSPENDED",
    );
    world.change("sharing.resume", &certificate);
    world.ok(&[B1], "sharing.disclose", look(&lease));
    let lease = world.lease(&certificate, 1);
    world.change("sharing.revoke", &certificate);
    denied(
        &mut world,
        &[B1],
        "sharing.disclose",
        look(&lease),
        "CRED_REVOKED",
    );

    let request = world.request();
    let soon = with(
        world.issue_arguments(&request, 8),
        "until",
        json!(world.time + DAY),
    );
    let certificate = id(&world.ok(&[A1, SEAL_A], "sharing.issue", soon), "certificate");
    let lease = world.lease(&certificate, 1);
    let time = world.time + DAY;
    world.at(time);
    denied(
        &mut world,
        &[B1],
        "sharing.disclose",
        look(&lease),
        "SHARE_CERTIFICATE_EXPIRED",
    );
    assert_eq!(left(&mut world, &lease), 1);
}

#[test]
fn the_person_looks_at_its_own_certificate_whatever_its_state_and_others_are_refused_on_record() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let Receipt { outcome, .. } = world.ok(&[WANG], "sharing.view", own_view(&certificate));
    assert_eq!(outcome["access"]["source"], OWN_LOOK);
    assert_eq!(outcome["access"]["basis"]["kind"], "own");
    assert_eq!(outcome["disclosure"]["material"], json!(digest("material")));
    for by in [LI, A1, SEAL_A] {
        let event = denied(
            &mut world,
            &[by],
            "sharing.view",
            own_view(&certificate),
            "SHARE_NOT_SUBJECT",
        );
        assert_eq!(event["subject"], json!(party(WANG)));
    }
    let unknown = with(own_view(&certificate), "fields", json!(["employer"]));
    denied(&mut world, &[WANG], "sharing.view", unknown, "SHARE_FIELDS");
    world.change("sharing.revoke", &certificate);
    world.ok(&[WANG], "sharing.view", own_view(&certificate));
}

#[test]
fn an_officer_of_the_issuer_looks_for_a_purpose_and_on_duty() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let duty = with(own_view(&certificate), "for", json!(A));
    denied(
        &mut world,
        &[A1],
        "sharing.view",
        duty.clone(),
        "LEASE_PURPOSE_MISSING",
    );
    let duty = with(with(duty, "purpose", json!("complaint")), "case", json!("TS-1"));
    let Receipt { outcome, .. } = world.ok(&[A1], "sharing.view", duty.clone());
    assert_eq!(outcome["access"]["basis"]["kind"], "duty");
    assert_eq!(outcome["access"]["case"], "TS-1");
    assert_eq!(outcome["access"]["source"], A);
    for (by, body, code) in [
        (A_LEAVER, A, "AUTH_MANDATE_ENDED"),
        (SEAL_A, A, "AUTH_MANDATE_MISSING"),
        (B1, A, "AUTH_MANDATE_MISSING"),
        (B1, B, "SHARE_NOT_HOLDER"),
    ] {
        let arguments = with(duty.clone(), "for", json!(body));
        denied(&mut world, &[by], "sharing.view", arguments, code);
    }
    refused(
        &mut world,
        &[A1],
        "sharing.view",
        with(duty.clone(), "certificate", json!(digest("none"))),
        "SHARE_CERTIFICATE_UNKNOWN",
    );
    refused(
        &mut world,
        &[A1],
        "sharing.view",
        with(duty, "for", json!(OTHERS[0])),
        "ID_PARTY_UNKNOWN",
    );
}

#[test]
fn a_reader_key_has_one_of_two_forms() {
    let digits = "0123456789abcdef";
    for good in [READER.to_owned(), format!("sm2:02{}", digits.repeat(4))] {
        assert!(yinxin_sharing::is_reader_key(&good));
    }
    for bad in [
        String::new(),
        digits.repeat(4),
        format!("x25519:{}0", digits.repeat(4)),
        format!("x25519:{}", digits.repeat(4).to_uppercase()),
        format!("x25519:{}g", "0".repeat(63)),
        format!("sm2:{}", digits.repeat(4)),
        format!("ed25519:{}", digits.repeat(4)),
        format!("x25519::{}", "0".repeat(63)),
    ] {
        assert!(!yinxin_sharing::is_reader_key(&bad), "{bad}");
    }
}
