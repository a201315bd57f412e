//! Windows: what two clerks can do to the keys of others, and what stops them.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{
    COMPANY, DATA, DAY, FIRE, HOUR, POLICE, TAX, World, data, key, new_key, nothing_has, police, recover,
    registry, revoke, tax, window, with,
};
use yinxin_crypto::Digest;
use yinxin_identity::{MAX_SILENCE_MS, MIN_SILENCE_MS, SILENCE_MS};

const RECOVER: &str = "identity.recover";
const COMPLETE: &str = "identity.complete";
const OBJECT: &str = "identity.object";

/// A person with key 1 who lost it, and two clerks of the police with keys 11 and 12.
fn lost() -> (World, Digest) {
    let mut world = World::new();
    let person = world.person(1);
    for seed in [11, 12] {
        let clerk = world.person(seed);
        world.post(&police(), &clerk, &["identity.recover", "identity.revoke"]);
    }
    (world, person)
}

fn first() -> Value {
    json!({ "recovery": 1 })
}

#[test]
fn after_the_silence_the_new_key_takes_the_place_of_all_old_ones() {
    let (mut world, person) = lost();
    world.ok(&[&key(1), &key(3)], "identity.bind", new_key(3));
    let opened = world.ok(
        &[&key(11), &key(12), &key(2)],
        RECOVER,
        recover(&person, 2, POLICE, 12),
    );
    assert_eq!(opened.outcome["recovery"], json!(1));
    assert_eq!(opened.outcome["until"], json!(opened.time.0 + SILENCE_MS));
    assert_eq!(world.key_state(&key(2)), "reserved");
    assert_eq!(
        world.code_by(&[&key(2), &key(4)], "identity.bind", new_key(4)),
        "AUTH_KEY_UNKNOWN"
    );
    assert_eq!(world.code(&key(99), COMPLETE, first()), "ID_RECOVERY_SILENCE");
    world.at(opened.time.0 + SILENCE_MS - 2000);
    assert_eq!(world.code(&key(99), COMPLETE, first()), "ID_RECOVERY_SILENCE");
    assert_eq!(
        world.code(&key(99), COMPLETE, first()),
        "OK",
        "anybody, at the very end"
    );
    for (seed, state) in [(1, "revoked"), (3, "revoked"), (2, "active")] {
        assert_eq!(world.key_state(&key(seed)), state);
    }
    assert_eq!(world.party_of(&key(2)), person);
    let answer = world.answer("identity.actor", json!({ "account": key(1).public_key() }));
    assert_eq!(answer["ended"]["reason"], json!("loss"));
    assert_eq!(world.code(&key(99), COMPLETE, first()), "ID_RECOVERY_ENDED");
    assert_eq!(world.code(&key(2), OBJECT, first()), "ID_RECOVERY_ENDED");
    // A second one is possible and has the next number.
    let again = world.ok(
        &[&key(11), &key(12), &key(5)],
        RECOVER,
        recover(&person, 5, POLICE, 12),
    );
    assert_eq!(again.outcome["recovery"], json!(2));
}

#[test]
fn any_active_key_of_the_party_stops_a_recovery_within_the_silence() {
    let (mut world, person) = lost();
    world.ok(&[&key(1), &key(3)], "identity.bind", new_key(3));
    let opened = world.ok(
        &[&key(11), &key(12), &key(2)],
        RECOVER,
        recover(&person, 2, POLICE, 12),
    );
    assert_eq!(world.code(&key(11), OBJECT, first()), "AUTH_KEY_NOT_YOURS");
    assert_eq!(world.code(&key(2), OBJECT, first()), "AUTH_KEY_UNKNOWN");
    assert_eq!(
        world.code(&key(3), OBJECT, json!({ "recovery": 2 })),
        "ID_RECOVERY_UNKNOWN"
    );
    assert_eq!(world.code(&key(3), OBJECT, first()), "OK");
    world.wait(4 * DAY);
    assert_eq!(world.code(&key(99), COMPLETE, first()), "ID_RECOVERY_ENDED");
    assert_eq!(world.key_state(&key(1)), "active");
    let between = json!({ "account": key(2).public_key(), "at": opened.time });
    assert_eq!(
        world.answer("identity.actor", between)["state"],
        json!("reserved"),
        "and never was anybody's"
    );
    assert_eq!(
        world.key_state(&key(2)),
        "revoked",
        "the key of a stopped recovery is nobody's"
    );
    let arguments = recover(&person, 2, POLICE, 12);
    assert_eq!(
        world.code_by(&[&key(11), &key(12), &key(2)], RECOVER, arguments),
        "ID_KEY_BOUND"
    );
}

#[test]
fn after_the_silence_nobody_objects() {
    let (mut world, person) = lost();
    world.ok(
        &[&key(11), &key(12), &key(2)],
        RECOVER,
        recover(&person, 2, POLICE, 12),
    );
    world.wait(SILENCE_MS);
    assert_eq!(world.code(&key(1), OBJECT, first()), "ID_RECOVERY_ENDED");
    assert_eq!(world.code(&key(99), COMPLETE, first()), "OK");
}

#[test]
fn a_revoked_key_does_not_object_so_that_a_thief_cannot_stop_the_owner() {
    let (mut world, person) = lost();
    let stolen = with(revoke(1, "compromise"), "window", window(POLICE, 12));
    world.ok(&[&key(11), &key(12)], "identity.revoke", stolen);
    world.ok(
        &[&key(11), &key(12), &key(2)],
        RECOVER,
        recover(&person, 2, POLICE, 12),
    );
    assert_eq!(world.code(&key(1), OBJECT, first()), "AUTH_KEY_REVOKED");
}

#[test]
fn an_auditor_reads_every_recovery_with_both_clerks_and_every_step() {
    let (mut world, person) = lost();
    world.ok(
        &[&key(11), &key(12), &key(2)],
        RECOVER,
        recover(&person, 2, POLICE, 12),
    );
    let clerks = json!([world.party_of(&key(11)), world.party_of(&key(12))]);
    let read = |world: &mut World| world.answer("identity.recovery", first());
    let open = read(&mut world);
    assert_eq!(open["state"], json!("open"));
    assert_eq!(open["clerks"], clerks);
    assert_eq!(open["department"], json!(world.party_of(&police())));
    assert_eq!(open["party"], json!(person));
    world.ok(&[&key(1)], OBJECT, first());
    let stopped = read(&mut world);
    assert_eq!(stopped["state"], json!("stopped"));
    assert_eq!(stopped["ended_by"], json!(key(1).public_key()));
    assert_eq!(stopped["clerks"], clerks);
    assert_eq!(
        world.asked("identity.recovery", json!({ "recovery": 2 })),
        "ID_RECOVERY_UNKNOWN"
    );
}

#[test]
fn a_window_is_two_persons_with_mandates_of_one_accredited_department_beside_the_party() {
    let (mut world, person) = lost();
    world.person(13);
    let tax_clerk = world.person(14);
    world.post(&tax(), &tax_clerk, &["identity."]);
    world.ok(&[&key(11), &key(15)], "identity.bind", new_key(15));
    let good = recover(&person, 2, POLICE, 12);
    let second = |seed: u8| recover(&person, 2, POLICE, seed);
    let cases: Vec<(&str, [u8; 3], Value, &str)> = vec![
        (
            "one person with two keys",
            [11, 15, 2],
            second(15),
            "AUTH_SAME_PERSON",
        ),
        ("one key for both", [11, 12, 2], second(11), "AUTH_SAME_PERSON"),
        (
            "the second did not sign",
            [11, 13, 2],
            second(12),
            "AUTH_KEY_UNPROVEN",
        ),
        (
            "the new key did not sign",
            [11, 12, 3],
            good.clone(),
            "AUTH_KEY_UNPROVEN",
        ),
        (
            "the second has no mandate",
            [11, 13, 2],
            second(13),
            "AUTH_MANDATE_MISSING",
        ),
        (
            "the first has no mandate",
            [13, 11, 2],
            second(11),
            "AUTH_MANDATE_MISSING",
        ),
        (
            "the second is of another department",
            [11, 14, 2],
            second(14),
            "AUTH_MANDATE_MISSING",
        ),
        (
            "the second is the party",
            [11, 1, 2],
            second(1),
            "AUTH_SAME_PERSON",
        ),
        (
            "the second is nobody",
            [11, 77, 2],
            second(77),
            "AUTH_KEY_UNKNOWN",
        ),
        (
            "a department that enrols nobody",
            [11, 12, 2],
            recover(&person, 2, TAX, 12),
            "AUTH_ISSUER_NOT_ACCREDITED",
        ),
        (
            "no department",
            [11, 12, 2],
            recover(&person, 2, FIRE, 12),
            "ID_PARTY_UNKNOWN",
        ),
        (
            "no party",
            [11, 12, 2],
            recover(&nothing_has(), 2, POLICE, 12),
            "ID_PARTY_UNKNOWN",
        ),
        (
            "a key that is bound",
            [11, 12, 13],
            recover(&person, 13, POLICE, 12),
            "ID_KEY_BOUND",
        ),
        (
            "after death",
            [11, 12, 2],
            with(good.clone(), "reason", json!("death")),
            "TX_ARGUMENTS",
        ),
        ("good", [11, 12, 2], good.clone(), "OK"),
        (
            "a second one",
            [11, 12, 3],
            recover(&person, 3, POLICE, 12),
            "ID_RECOVERY_PENDING",
        ),
    ];
    for (what, signers, arguments, expected) in cases {
        let keys = signers.map(key);
        let by: Vec<_> = keys.iter().collect();
        assert_eq!(world.code_by(&by, RECOVER, arguments), expected, "{what}");
    }
}

#[test]
fn a_clerk_whose_post_has_ended_opens_nothing() {
    let (mut world, person) = lost();
    let clerk = world.person(13);
    let post = world.post(&police(), &clerk, &["identity.recover"]);
    world.ok(&[&key(13)], "identity.end", json!({ "mandate": post }));
    let arguments = recover(&person, 2, POLICE, 13);
    assert_eq!(
        world.code_by(&[&key(11), &key(13), &key(2)], RECOVER, arguments),
        "AUTH_MANDATE_ENDED"
    );
}

#[test]
fn two_clerks_revoke_a_key_at_once_and_one_does_not() {
    let (mut world, _) = lost();
    let by_window = with(revoke(1, "loss"), "window", window(POLICE, 12));
    assert_eq!(
        world.code(&key(11), "identity.revoke", by_window.clone()),
        "AUTH_KEY_UNPROVEN"
    );
    assert_eq!(
        world.code(&key(11), "identity.revoke", revoke(1, "loss")),
        "AUTH_SEAL_MISSING"
    );
    assert_eq!(
        world.code_by(&[&key(11), &key(12)], "identity.revoke", by_window),
        "OK"
    );
    let clerks = json!([world.party_of(&key(11)), world.party_of(&key(12))]);
    let answer = world.answer("identity.actor", json!({ "account": key(1).public_key() }));
    assert_eq!(answer["ended"]["by"], clerks);
}

#[test]
fn the_police_serve_persons_and_the_data_bureau_serves_bodies() {
    let (mut world, _) = lost();
    let company = world.body("organisation", COMPANY, 20);
    let at_police = recover(&company, 2, POLICE, 12);
    assert_eq!(
        world.code_by(&[&key(11), &key(12), &key(2)], RECOVER, at_police),
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
    for seed in [11, 12] {
        let clerk = world.party_of(&key(seed));
        world.post(&data(), &clerk, &["identity.recover"]);
    }
    let at_data = recover(&company, 2, DATA, 12);
    assert_eq!(
        world.code_by(&[&key(11), &key(12), &key(2)], RECOVER, at_data),
        "OK"
    );
}

#[test]
fn the_seal_of_a_founder_is_recovered_at_its_own_window_only() {
    let (mut world, _) = lost();
    let tax_bureau = world.party_of(&tax());
    for seed in [11, 12] {
        let clerk = world.party_of(&key(seed));
        world.post(&tax(), &clerk, &["identity."]);
        world.post(&data(), &clerk, &["identity."]);
    }
    let by = [&key(11), &key(12), &key(2)];
    assert_eq!(
        world.code_by(&by, RECOVER, recover(&tax_bureau, 2, DATA, 12)),
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
    world.ok(&by, RECOVER, recover(&tax_bureau, 2, TAX, 12));
    world.wait(SILENCE_MS);
    world.ok(&[&key(99)], COMPLETE, first());
    assert_eq!(world.key_state(&tax()), "revoked");
    assert_eq!(world.party_of(&key(2)), tax_bureau);
}

#[test]
fn the_registry_sets_the_silence_within_its_range_and_open_recoveries_keep_theirs() {
    let (mut world, person) = lost();
    let before = world.ok(
        &[&key(11), &key(12), &key(2)],
        RECOVER,
        recover(&person, 2, POLICE, 12),
    );
    let set = |ms: u64| json!({ "silence_ms": ms });
    for (what, account, ms, expected) in [
        ("not the registry", police(), 48 * HOUR, "AUTH_NOT_REGISTRY"),
        ("too short", registry(), MIN_SILENCE_MS - 1, "ID_SILENCE_RANGE"),
        ("too long", registry(), MAX_SILENCE_MS + 1, "ID_SILENCE_RANGE"),
        ("the longest", registry(), MAX_SILENCE_MS, "OK"),
        ("the shortest", registry(), MIN_SILENCE_MS, "OK"),
    ] {
        assert_eq!(
            world.code(&account, "identity.set_silence", set(ms)),
            expected,
            "{what}"
        );
    }
    let answer = world.answer("identity.recovery", first());
    assert_eq!(answer["until"], json!(before.time.0 + SILENCE_MS));
    let other = world.person(4);
    let after = world.ok(
        &[&key(11), &key(12), &key(5)],
        RECOVER,
        recover(&other, 5, POLICE, 12),
    );
    assert_eq!(after.outcome["until"], json!(after.time.0 + MIN_SILENCE_MS));
}
