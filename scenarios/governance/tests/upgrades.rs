//! Upgrades of scenarios as decisions: each rule kept once and broken once.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::{Value, json};
use support::{World, account};

/// An upgrade of the probe.
fn upgrade(to: u32, height: Option<u64>) -> Value {
    json!({ "height": height, "scenario": "probe", "to": to })
}

/// The code with which a proposal is refused.
fn refused(world: &mut World, content: Value) -> &'static str {
    let arguments = world.proposal("upgrade", content);
    world.code(&account(0), "governance.propose", arguments)
}

fn probe(world: &mut World) -> Value {
    let all = world.ask("governance.versions", json!({}));
    let mut all = all.as_array().unwrap().iter();
    all.find(|one| one["scenario"] == "probe").unwrap().clone()
}

#[test]
fn an_upgrade_waits_for_its_height_with_two_thirds_of_the_members() {
    let mut world = World::new(4);
    let height = world.height + 200;
    let proposal = world.propose("upgrade", upgrade(2, Some(height)));
    for member in [0, 1] {
        assert_eq!(world.vote(member, &proposal, "for")["status"], "open");
    }
    assert_eq!(world.vote(2, &proposal, "for")["status"], "enacted");
    assert_eq!(
        probe(&mut world),
        json!({ "active": 1, "planned": { "height": height, "to": 2 }, "running": null, "scenario": "probe" })
    );
}

#[test]
fn only_the_next_version_of_a_scenario_of_the_chain_is_decided_with_notice() {
    let mut world = World::new(4);
    let height = world.height + 200;
    let unknown = json!({ "height": height, "scenario": "prope", "to": 2 });
    assert_eq!(refused(&mut world, unknown), "GOV_UPGRADE_SCENARIO");
    for to in [0, 1, 3, u32::MAX] {
        assert_eq!(
            refused(&mut world, upgrade(to, Some(height))),
            "GOV_UPGRADE_STEP",
            "{to}"
        );
    }
    for (ahead, code) in [
        (0, "GOV_HEIGHT"),
        (99, "GOV_HEIGHT"),
        (100, "OK"),
        (100_000_001, "GOV_HEIGHT"),
    ] {
        let height = world.height + 1 + ahead;
        assert_eq!(refused(&mut world, upgrade(2, Some(height))), code, "{ahead}");
    }
    for malformed in [
        json!({ "scenario": "probe", "to": 2 }),
        json!({ "height": height, "scenario": "probe", "to": -1 }),
    ] {
        assert_eq!(refused(&mut world, malformed), "TX_ARGUMENTS");
    }
}

#[test]
fn no_second_upgrade_of_a_scenario_waits_and_the_one_that_does_is_withdrawn_by_a_decision() {
    let mut world = World::new(4);
    let height = world.height + 500;
    assert_eq!(refused(&mut world, upgrade(2, None)), "GOV_UPGRADE_NONE");
    world.decide("upgrade", upgrade(2, Some(height)));
    assert_eq!(
        refused(&mut world, upgrade(2, Some(height + 1))),
        "GOV_UPGRADE_PENDING"
    );
    assert_eq!(refused(&mut world, upgrade(3, None)), "GOV_UPGRADE_NONE");
    // Another scenario has its own.
    world.decide(
        "upgrade",
        json!({ "height": height, "scenario": "governance", "to": 2 }),
    );
    world.decide("upgrade", upgrade(2, None));
    assert_eq!(probe(&mut world)["planned"], Value::Null);
    assert_eq!(refused(&mut world, upgrade(2, None)), "GOV_UPGRADE_NONE");
    world.decide("upgrade", upgrade(2, Some(height)));
}

#[test]
fn its_threshold_and_its_notice_are_decided_like_others() {
    let mut world = World::new(4);
    world.decide(
        "threshold",
        json!({ "of": "upgrade", "threshold": { "required": [], "rule": "all" } }),
    );
    world.decide("parameter", json!({ "name": "upgrade_notice", "value": 2 }));
    let height = world.height + 50;
    let proposal = world.propose("upgrade", upgrade(2, Some(height)));
    for member in 0..3 {
        assert_eq!(world.vote(member, &proposal, "for")["status"], "open");
    }
    assert_eq!(world.vote(3, &proposal, "for")["status"], "enacted");
}
