//! Guardians and agents: what they do in the name of a person, what they do not, and that the record says so.

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
use yinxin_execution::access::OWN_LOOK;

/// The same, in the name of Wang.
fn for_wang(arguments: Value) -> Value {
    with(arguments, "principal", json!(party(WANG)))
}

/// Who acted in the name of Wang.
fn guardian() -> Value {
    json!({ "holder": party(GUARDIAN), "mandate": digest("guardianship") })
}

/// Every operation that a guardian can do for Wang, prepared, with its arguments.
fn operations(world: &mut World, number: u32) -> [(&'static str, Value); 6] {
    let certificate = world.certificate(number);
    let lease = world.lease(&certificate, 1);
    let request = world.request();
    [
        ("sharing.cancel", json!({ "request": request })),
        ("sharing.request", ask_for()),
        ("sharing.lease", world.lease_arguments(&certificate)),
        ("sharing.end_lease", json!({ "lease": lease })),
        ("sharing.view", own_view(&certificate)),
        ("sharing.erase", json!({ "certificate": certificate })),
    ]
}

#[test]
fn a_guardian_acts_in_the_name_of_the_person_and_every_outcome_says_so() {
    let mut world = World::new();
    for (operation, arguments) in operations(&mut world, 1) {
        let receipt = world.ok(&[GUARDIAN], operation, for_wang(arguments));
        if operation == "sharing.view" {
            continue;
        }
        assert_eq!(receipt.outcome["representative"], guardian(), "{operation}");
        let concerns = receipt.outcome["concerns"].as_array().unwrap();
        assert_eq!(concerns.first(), Some(&json!(party(WANG))), "{operation}");
        assert_eq!(concerns.last(), Some(&json!(party(GUARDIAN))), "{operation}");
    }
}

#[test]
fn what_the_person_does_itself_names_no_representative() {
    let mut world = World::new();
    for (operation, arguments) in operations(&mut world, 1) {
        let receipt = world.ok(&[WANG], operation, arguments);
        assert_eq!(receipt.outcome.get("representative"), None, "{operation}");
    }
}

#[test]
fn nobody_acts_for_a_person_without_saying_so_or_without_a_mandate_in_force() {
    let mut world = World::new();
    for (operation, arguments) in operations(&mut world, 1) {
        let own = if operation == "sharing.request" {
            // Without a principal it is the guardian's own request.
            "OK"
        } else {
            "SHARE_NOT_SUBJECT"
        };
        assert_eq!(
            world.try_by(&[GUARDIAN], operation, arguments.clone()),
            own,
            "{operation}"
        );
        for (by, code) in [
            (LI, "AUTH_MANDATE_MISSING"),
            (WANG, "AUTH_MANDATE_MISSING"),
            (FORMER_AGENT, "AUTH_MANDATE_ENDED"),
            (STRANGER, "AUTH_KEY_UNKNOWN"),
            (WANG_REVOKED, "AUTH_KEY_REVOKED"),
        ] {
            let attempt = world.try_by(&[by], operation, for_wang(arguments.clone()));
            assert_eq!(attempt, code, "{operation} by {by}");
        }
        let of_li = with(arguments.clone(), "principal", json!(party(LI)));
        let other = if operation == "sharing.request" {
            "AUTH_MANDATE_MISSING"
        } else {
            "SHARE_NOT_SUBJECT"
        };
        assert_eq!(world.try_by(&[GUARDIAN], operation, of_li), other, "{operation}");
        let null = with(arguments, "principal", Value::Null);
        assert_eq!(world.try_by(&[GUARDIAN], operation, null), "TX_ARGUMENTS");
    }
}

#[test]
fn the_records_keep_who_asked_granted_ended_and_had_it_erased() {
    let mut world = World::new();
    let request = id(
        &world.ok(&[GUARDIAN], "sharing.request", for_wang(ask_for())),
        "request",
    );
    let answer = world.answer("sharing.request", json!({ "request": request }));
    assert_eq!(
        (&answer["subject"], &answer["requested_by"]),
        (&json!(party(WANG)), &guardian())
    );
    assert_eq!(answer.get("ended_by"), None);
    let arguments = world.issue_arguments(&request, 1);
    let certificate = id(
        &world.ok(&[A1, SEAL_A], "sharing.issue", arguments),
        "certificate",
    );
    // The certificate is the person's, whoever asked for it.
    let granted = world.lease_arguments(&certificate);
    let lease = id(
        &world.ok(&[GUARDIAN], "sharing.lease", for_wang(granted)),
        "lease",
    );
    let of_lease =
        |world: &mut World, lease: Digest| world.answer("sharing.lease", json!({ "lease": lease }));
    assert_eq!(of_lease(&mut world, lease)["granted_by"], guardian());
    world.ok(&[WANG], "sharing.end_lease", json!({ "lease": lease }));
    let ended = of_lease(&mut world, lease);
    assert_eq!(
        (ended.get("ended_by"), &ended["state"]),
        (None, &json!("revoked"))
    );
    let own = world.lease(&certificate, 1);
    world.ok(
        &[GUARDIAN],
        "sharing.end_lease",
        for_wang(json!({ "lease": own })),
    );
    let ended = of_lease(&mut world, own);
    assert_eq!((ended.get("granted_by"), &ended["ended_by"]), (None, &guardian()));
    let second = world.request();
    world.ok(
        &[GUARDIAN],
        "sharing.cancel",
        for_wang(json!({ "request": second })),
    );
    let answer = world.answer("sharing.request", json!({ "request": second }));
    assert_eq!(
        (answer.get("requested_by"), &answer["ended_by"]),
        (None, &guardian())
    );
    let about = json!({ "certificate": certificate });
    world.ok(&[GUARDIAN], "sharing.erase", for_wang(about.clone()));
    assert_eq!(world.answer("sharing.erasure", about)["asked_by"], guardian());
}

#[test]
fn a_look_in_the_name_of_the_person_is_an_event_of_the_person_with_who_looked_under_which_mandate() {
    let mut world = World::new();
    let certificate = world.certificate(1);
    let view = for_wang(own_view(&certificate));
    let receipt = world.ok(&[GUARDIAN], "sharing.view", view.clone());
    assert_eq!(
        receipt.outcome["access"],
        json!({
            "allowed": true, "basis": { "kind": "mandate", "reference": digest("guardianship") }, "case": null,
            "class": "hpf-certificate", "code": 0, "count": 1, "fields": ["bal"], "officer": party(GUARDIAN),
            "post": digest("guardianship"), "previous": null, "purpose": "", "sequence": 1, "source": OWN_LOOK,
            "subject": party(WANG), "withheld": null,
        })
    );
    assert_eq!(receipt.outcome["disclosure"]["reader"], READER);
    let refused = world.receipt(&[FORMER_AGENT], "sharing.view", view.clone());
    assert_eq!(world.name(&refused), "AUTH_MANDATE_ENDED");
    let event = &refused.outcome["access"];
    assert_eq!(event["basis"], json!({ "kind": "mandate", "reference": null }));
    assert_eq!(
        (
            &event["officer"],
            &event["post"],
            &event["subject"],
            &event["sequence"]
        ),
        (
            &json!(party(FORMER_AGENT)),
            &Value::Null,
            &json!(party(WANG)),
            &json!(2)
        )
    );
    // Nobody looks for a body and for a person at once.
    let both = with(view, "for", json!(A));
    assert_eq!(world.try_by(&[GUARDIAN], "sharing.view", both), "TX_ARGUMENTS");
}

#[test]
fn an_erasure_that_names_as_many_as_an_outcome_may_leaves_the_representative_to_its_own_member() {
    let mut world = World::new();
    let certificate = world.certificate(7);
    for grantee in OTHERS {
        let arguments = with(world.lease_arguments(&certificate), "grantee", json!(grantee));
        world.ok(&[WANG], "sharing.lease", arguments);
    }
    let about = for_wang(json!({ "certificate": certificate }));
    let receipt = world.ok(&[GUARDIAN], "sharing.erase", about);
    let concerns = receipt.outcome["concerns"].as_array().unwrap();
    assert_eq!(
        (concerns.len(), concerns.contains(&json!(party(GUARDIAN)))),
        (8, false)
    );
    assert_eq!(receipt.outcome["representative"], guardian());
}
