//! Certificates in wallets: taken, bound, ended, asked for, shown. Each rule kept once and broken once, and every attempt at data on record.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "a test stops at the first surprise"
)]

mod support;

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use support::{
    A, A1, B, B1, B2, BANK1, HOUR, LI, READER, SEAL_A, SEAL_B, WANG, WANG_REVOKED, World, digest, id,
};
use support::{DAY, party, with};
use yinxin_crypto::Digest;
use yinxin_sharing::{ASK_MS, MAX_COPIES, TAKE_MS};

const SHOWN: [&str; 1] = ["age_over_18"];

fn taking(certificate: &Digest) -> Value {
    json!({ "certificate": certificate, "fields": ["age_over_18", "bal"], "offer": digest("code") })
}

fn binding(world: &World, take: &Digest, index: u32) -> Value {
    json!({
        "credential": digest("copy"), "status": { "index": index, "list": 0 }, "take": take, "until": world.time + 80 * DAY,
    })
}

fn asking() -> Value {
    json!({
        "case": "CJ-2026-0001", "fields": SHOWN, "for": B, "kind": "hpf-certificate", "purpose": "age-check", "reader": READER,
    })
}

fn showing(ask: &Digest, index: u32) -> Value {
    json!({
        "ask": ask, "credential": digest("copy"), "fields": SHOWN, "issuer": A, "presentation": digest("presentation"),
        "status": { "index": index, "list": 0 },
    })
}

/// A copy of a certificate in Wang's wallet, at this place.
fn carried(world: &mut World, certificate: &Digest, index: u32) -> Digest {
    let take = world.ok(&[WANG], "sharing.wallet_take", taking(certificate));
    assert_eq!(take.outcome["access"]["allowed"], json!(true));
    let arguments = binding(world, &take.transaction, index);
    id(&world.ok(&[SEAL_A], "sharing.wallet_bind", arguments), "copy")
}

fn asked(world: &mut World) -> Digest {
    id(&world.ok(&[B1], "sharing.wallet_ask", asking()), "ask")
}

/// The code of an attempt and the event it left, null where it left none.
fn attempt(world: &mut World, by: &[u8], operation: &str, arguments: Value) -> (&'static str, Value) {
    let receipt = world.receipt(by, operation, arguments);
    (world.name(&receipt), receipt.outcome["access"].clone())
}

fn states(world: &mut World) -> (Value, Value) {
    let list = world.answer("sharing.status", json!({ "issuer": A, "list": 0 }));
    (list["invalid"].clone(), list["suspended"].clone())
}

#[test]
fn a_person_shows_one_field_of_what_it_carries_and_the_event_names_who_asked_and_what_for() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let copy = carried(&mut world, &certificate, 8);
    let ask = asked(&mut world);
    let receipt = world.ok(&[SEAL_B], "sharing.wallet_present", showing(&ask, 8));
    let event = &receipt.outcome["access"];
    assert_eq!(
        (
            &event["source"],
            &event["purpose"],
            &event["fields"],
            &event["case"]
        ),
        (
            &json!(B),
            &json!("age-check"),
            &json!(SHOWN),
            &json!("CJ-2026-0001")
        )
    );
    assert_eq!(
        (&event["officer"], &event["subject"]),
        (&json!(party(B1)), &json!(party(WANG)))
    );
    assert_eq!(
        event["basis"],
        json!({ "kind": "presentation", "reference": ask })
    );
    assert_eq!(
        receipt.outcome["disclosure"],
        json!({ "copy": copy, "fields": SHOWN, "holder": B, "presentation": digest("presentation"), "reader": READER })
    );
    let record = world.answer("sharing.wallet_asked", json!({ "ask": ask }));
    assert_eq!(record["answered"], json!(receipt.transaction));
}

#[test]
fn taking_is_a_look_of_the_persons_own_and_refused_attempts_are_on_record() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let take = |world: &mut World, by: u8, change: (&str, Value)| {
        let arguments = with(taking(&certificate), change.0, change.1);
        attempt(world, &[by], "sharing.wallet_take", arguments)
    };
    let same = ("offer", json!(digest("code")));
    let (code, event) = take(&mut world, LI, same.clone());
    assert_eq!((code, &event["allowed"]), ("SHARE_NOT_SUBJECT", &json!(false)));
    let (code, event) = take(&mut world, WANG, ("fields", json!(["height"])));
    assert_eq!((code, &event["subject"]), ("SHARE_FIELDS", &json!(party(WANG))));
    let unknown = ("certificate", json!(digest("none")));
    assert_eq!(
        take(&mut world, WANG, unknown),
        ("SHARE_CERTIFICATE_UNKNOWN", Value::Null)
    );
    assert_eq!(
        take(&mut world, WANG_REVOKED, same.clone()),
        ("AUTH_KEY_REVOKED", Value::Null)
    );
    let (code, event) = take(&mut world, WANG, same.clone());
    assert_eq!(
        (code, &event["source"], &event["purpose"]),
        ("OK", &json!("self"), &json!("wallet"))
    );
    for (change, code) in [
        ("sharing.suspend", "CRED_SUSPENDED"),
        ("sharing.revoke", "CRED_REVOKED"),
    ] {
        let arguments = json!({ "certificate": certificate, "reason": "check" });
        world.ok(&[A1, SEAL_A], change, arguments);
        let (refused, event) = take(&mut world, WANG, same.clone());
        assert_eq!((refused, &event["allowed"]), (code, &json!(false)));
    }
}

#[test]
fn only_the_holders_seal_binds_once_in_time_and_at_a_free_place() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let take = world
        .ok(&[WANG], "sharing.wallet_take", taking(&certificate))
        .transaction;
    let bind = |world: &mut World, by: &[u8], change: (&str, Value)| {
        let arguments = with(binding(world, &take, 8), change.0, change.1);
        world.try_by(by, "sharing.wallet_bind", arguments)
    };
    let same = ("take", json!(take));
    for by in [&[SEAL_B][..], &[WANG], &[A1], &[B1, SEAL_B]] {
        assert_eq!(bind(&mut world, by, same.clone()), "SHARE_NOT_HOLDER", "{by:?}");
    }
    let unknown = ("take", json!(digest("none")));
    assert_eq!(bind(&mut world, &[SEAL_A], unknown), "WALLET_TAKE_UNKNOWN");
    let late = ("until", json!(world.time + 200 * DAY));
    assert_eq!(bind(&mut world, &[SEAL_A], late), "SHARE_TERM");
    let taken = ("status", json!({ "index": 7, "list": 0 }));
    assert_eq!(bind(&mut world, &[SEAL_A], taken), "SHARE_STATUS_INDEX");
    let outside = ("status", json!({ "index": 131_072, "list": 0 }));
    assert_eq!(bind(&mut world, &[SEAL_A], outside), "SHARE_STATUS_INDEX");
    assert_eq!(bind(&mut world, &[SEAL_A], same.clone()), "OK");
    let again = ("status", json!({ "index": 9, "list": 0 }));
    assert_eq!(bind(&mut world, &[SEAL_A], again), "WALLET_TAKE_ENDED");

    let slow = world
        .ok(&[WANG], "sharing.wallet_take", taking(&certificate))
        .transaction;
    let later = world.time + TAKE_MS;
    world.at(later);
    let arguments = binding(&world, &slow, 10);
    assert_eq!(
        world.try_by(&[SEAL_A], "sharing.wallet_bind", arguments),
        "WALLET_TAKE_ENDED"
    );
}

#[test]
fn a_certificate_is_in_so_many_wallets_and_an_ended_copy_makes_room() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let most = u32::try_from(MAX_COPIES).unwrap();
    let copies: Vec<Digest> = (0..most)
        .map(|one| carried(&mut world, &certificate, 100 + one))
        .collect();
    let (code, event) = attempt(&mut world, &[WANG], "sharing.wallet_take", taking(&certificate));
    assert_eq!((code, &event["allowed"]), ("WALLET_LIMIT", &json!(false)));
    let copy = json!({ "copy": copies[0] });
    assert_eq!(
        world.try_by(&[LI], "sharing.wallet_end", copy.clone()),
        "SHARE_NOT_SUBJECT"
    );
    let unknown = json!({ "copy": digest("none") });
    assert_eq!(
        world.try_by(&[WANG], "sharing.wallet_end", unknown),
        "WALLET_COPY_UNKNOWN"
    );
    world.ok(&[WANG], "sharing.wallet_end", copy.clone());
    assert_eq!(
        world.try_by(&[WANG], "sharing.wallet_end", copy.clone()),
        "WALLET_COPY_ENDED"
    );
    assert_eq!(states(&mut world), (json!([100]), json!([])));
    assert_eq!(world.answer("sharing.wallet_copy", copy)["state"], "ended");
    carried(&mut world, &certificate, 200);
}

#[test]
fn copies_share_the_fate_of_their_certificate() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    let copy = carried(&mut world, &certificate, 8);
    let change = json!({ "certificate": certificate, "reason": "check" });
    let state = |world: &mut World| {
        let copy = world.answer("sharing.wallet_copy", json!({ "copy": copy }));
        (copy["state"].clone(), states(world))
    };
    world.ok(&[A1, SEAL_A], "sharing.suspend", change.clone());
    assert_eq!(
        state(&mut world),
        (json!("suspended"), (json!([]), json!([7, 8])))
    );
    world.ok(&[A1, SEAL_A], "sharing.resume", change.clone());
    assert_eq!(state(&mut world), (json!("valid"), (json!([]), json!([]))));
    world.ok(&[A1, SEAL_A], "sharing.revoke", change);
    assert_eq!(state(&mut world), (json!("revoked"), (json!([7, 8]), json!([]))));

    let erased = world.certificate(20);
    carried(&mut world, &erased, 21);
    world.ok(&[WANG], "sharing.erase", json!({ "certificate": erased }));
    assert_eq!(states(&mut world).0, json!([7, 8, 20, 21]));
}

#[test]
fn only_an_officer_asks_and_only_for_fields_that_there_are() {
    let mut world = World::new();
    let mut ask = |by: &[u8], change: (&str, Value)| {
        world.try_by(by, "sharing.wallet_ask", with(asking(), change.0, change.1))
    };
    let same = ("for", json!(B));
    assert_eq!(ask(&[B1], same.clone()), "OK");
    assert_eq!(ask(&[WANG], same.clone()), "AUTH_MANDATE_MISSING");
    assert_eq!(ask(&[SEAL_B], same.clone()), "AUTH_MANDATE_MISSING");
    assert_eq!(ask(&[A1], same), "AUTH_MANDATE_MISSING");
    assert_eq!(ask(&[B1], ("fields", json!(["height"]))), "SHARE_FIELDS");
    assert_eq!(ask(&[B1], ("fields", json!([]))), "SHARE_FIELDS");
    assert_eq!(ask(&[B1], ("fields", json!(["bal", "amt"]))), "SHARE_FIELDS");
    assert_eq!(ask(&[B1], ("purpose", json!(""))), "SHARE_TEXT");
    assert_eq!(ask(&[B1], ("case", json!("x".repeat(65)))), "SHARE_TEXT");
    assert_eq!(ask(&[B1], ("kind", json!("diploma"))), "SHARE_KIND");
    assert_eq!(ask(&[B1], ("reader", json!("x25519:00"))), "SHARE_READER_KEY");
    assert_eq!(ask(&[B1], ("secret", json!(1))), "TX_ARGUMENTS");
}

#[test]
fn what_does_not_hold_is_refused_when_it_is_shown_and_on_record() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    carried(&mut world, &certificate, 8);
    let mut refused = Vec::new();
    for change in [
        ("status", json!({ "index": 7, "list": 0 })),
        ("status", json!({ "index": 99, "list": 0 })),
        ("issuer", json!(B)),
        ("credential", json!(digest("forged"))),
        ("fields", json!(["age_over_18", "bal"])),
    ] {
        let ask = asked(&mut world);
        let arguments = with(showing(&ask, 8), change.0, change.1);
        let (code, event) = attempt(&mut world, &[SEAL_B], "sharing.wallet_present", arguments);
        assert_eq!(
            (&event["allowed"], &event["source"]),
            (&json!(false), &json!(B)),
            "{code}"
        );
        refused.push((code, event["subject"] == json!(party(WANG))));
        // A verdict closes the request, whatever it is.
        let (code, event) = attempt(&mut world, &[SEAL_B], "sharing.wallet_present", showing(&ask, 8));
        assert_eq!((code, &event["allowed"]), ("WALLET_ASK_ENDED", &json!(false)));
    }
    assert_eq!(
        refused,
        [
            ("WALLET_COPY_UNKNOWN", false),
            ("WALLET_COPY_UNKNOWN", false),
            ("WALLET_COPY_UNKNOWN", false),
            ("WALLET_CREDENTIAL", true),
            ("WALLET_FIELD", true),
        ]
    );
}

#[test]
fn a_copy_that_ended_or_whose_certificate_fell_is_refused_and_on_record() {
    let mut world = World::new();
    let (first, second) = (world.certificate(7), world.certificate(30));
    let copy = carried(&mut world, &first, 8);
    carried(&mut world, &second, 31);
    let show = |world: &mut World, index: u32| {
        let ask = asked(world);
        let (code, event) = attempt(world, &[SEAL_B], "sharing.wallet_present", showing(&ask, index));
        assert_eq!(event["subject"], json!(party(WANG)));
        code
    };
    assert_eq!(show(&mut world, 8), "OK");
    world.ok(&[WANG], "sharing.wallet_end", json!({ "copy": copy }));
    assert_eq!(show(&mut world, 8), "WALLET_COPY_ENDED");
    let change = json!({ "certificate": second, "reason": "check" });
    world.ok(&[A1, SEAL_A], "sharing.suspend", change.clone());
    assert_eq!(show(&mut world, 31), "CRED_SUSPENDED");
    world.ok(&[A1, SEAL_A], "sharing.resume", change.clone());
    assert_eq!(show(&mut world, 31), "OK");
    let later = world.time + 81 * DAY;
    world.at(later);
    assert_eq!(
        show(&mut world, 31),
        "SHARE_CERTIFICATE_EXPIRED",
        "the copy ends before the certificate"
    );
    world.ok(&[A1, SEAL_A], "sharing.revoke", change);
    assert_eq!(show(&mut world, 31), "CRED_REVOKED");
}

#[test]
fn only_the_seal_of_who_asked_presents_in_time_and_while_the_officer_is_in_office() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    carried(&mut world, &certificate, 8);
    let ask = asked(&mut world);
    for by in [&[SEAL_A][..], &[B1], &[WANG], &[BANK1]] {
        let found = attempt(&mut world, by, "sharing.wallet_present", showing(&ask, 8));
        assert_eq!(found, ("SHARE_NOT_HOLDER", Value::Null), "{by:?}");
    }
    let unknown = showing(&digest("none"), 8);
    let found = attempt(&mut world, &[SEAL_B], "sharing.wallet_present", unknown);
    assert_eq!(found, ("WALLET_ASK_UNKNOWN", Value::Null));
    let later = world.time + ASK_MS;
    world.at(later);
    let (code, event) = attempt(&mut world, &[SEAL_B], "sharing.wallet_present", showing(&ask, 8));
    assert_eq!((code, &event["allowed"]), ("WALLET_ASK_ENDED", &json!(false)));
    // The stand-in of identity has ended the mandate of B2 since he asked.
    let ask = id(&world.ok(&[B2], "sharing.wallet_ask", asking()), "ask");
    let (code, event) = attempt(&mut world, &[SEAL_B], "sharing.wallet_present", showing(&ask, 8));
    assert_eq!(
        (code, &event["officer"]),
        ("AUTH_MANDATE_ENDED", &json!(party(B2)))
    );
}

/// Sound arguments of every operation of wallets; the digests are those of nothing.
fn sound() -> Vec<(&'static str, Value)> {
    let nothing = digest("nothing");
    let world = World::new();
    vec![
        ("sharing.wallet_take", taking(&nothing)),
        ("sharing.wallet_bind", binding(&world, &nothing, 3)),
        ("sharing.wallet_end", json!({ "copy": nothing })),
        ("sharing.wallet_ask", asking()),
        ("sharing.wallet_present", showing(&nothing, 3)),
    ]
}

fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..=9_007_199_254_740_991_u64).prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        Just(json!(digest("something"))),
        Just(json!(["bal"])),
        Just(json!({ "index": HOUR, "list": 1 })),
        prop::collection::btree_map("[a-z]{1,8}", any::<u32>(), 0..4).prop_map(|members| json!(members)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sound_arguments_with_one_member_changed_give_a_code(
        place in any::<prop::sample::Index>(),
        member in any::<prop::sample::Index>(),
        value in prop::option::of(values()),
    ) {
        let sound = sound();
        let (operation, arguments) = place.get(&sound);
        let mut arguments: Map<String, Value> = arguments.as_object().unwrap().clone();
        let names: Vec<String> = arguments.keys().cloned().collect();
        let name = member.get(&names);
        match value {
            Some(value) => arguments.insert(name.clone(), value),
            None => arguments.remove(name),
        };
        let mut world = World::new();
        let by = if *operation == "sharing.wallet_ask" { B1 } else { SEAL_B };
        let receipt = world.receipt(&[by], operation, Value::Object(arguments));
        prop_assert!(receipt.code == 0 || world.registry.code(receipt.code).is_some());
    }
}
