//! The schedule of validator sets and the guard that keeps a quorum, through the execution of whole blocks.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use serde_json::json;
use support::{World, admit, named, rotate, validator, with};
use yinxin_types::units::EPOCH_BLOCKS;

#[test]
fn a_change_counts_from_its_height_on_and_not_before() {
    let mut world = World::new(4);
    let height = world.boundary(300);
    world.decide("admit", admit(9, Some(height)));
    assert_eq!(world.validators(0).len(), 4);
    assert_eq!(world.validators(height - 1).len(), 4);
    let after = world.ask("governance.validators", json!({ "height": height }));
    assert_eq!(after["epoch"], height / EPOCH_BLOCKS);
    assert!(world.validators(height + 1_000_000).contains(&validator(9, 0)));
}

#[test]
fn fewer_than_four_validators_never_remain() {
    let mut world = World::new(4);
    let height = world.boundary(300);
    for kind in ["suspend", "remove"] {
        assert_eq!(
            world.try_propose(kind, named(0, Some(height))),
            "GOV_VALIDATORS_FEW"
        );
    }
    let reader = with(rotate(0, 1, Some(height)), "validator", json!(null));
    assert_eq!(
        world.try_propose("validator", reader.clone()),
        "GOV_VALIDATORS_FEW"
    );
    world.decide("admit", admit(9, Some(height)));
    // Before the fifth enters, the guard still refuses; from then on it does not.
    assert_eq!(
        world.try_propose("suspend", named(0, Some(height - EPOCH_BLOCKS))),
        "GOV_VALIDATORS_FEW"
    );
    assert_eq!(
        world.try_propose("suspend", named(0, Some(height + EPOCH_BLOCKS))),
        "OK"
    );
    // At the same height, one takes the place of the other.
    assert_eq!(world.try_propose("suspend", named(0, Some(height))), "OK");
    world.decide("validator", with(reader, "height", json!(height + EPOCH_BLOCKS)));
    assert_eq!(world.validators(height + EPOCH_BLOCKS).len(), 4);
}

#[test]
fn the_last_of_two_suspensions_that_were_fine_alone_fails_when_it_is_enacted() {
    let mut world = World::new(5);
    let height = world.boundary(300);
    let first = world.propose("suspend", named(3, Some(height)));
    let second = world.propose("suspend", named(4, Some(height + EPOCH_BLOCKS)));
    assert_eq!(world.enact(0, &first)["status"], "enacted");
    let outcome = world.enact(0, &second);
    assert_eq!(
        (&outcome["status"], &outcome["code"]),
        (&json!("failed"), &json!(3021))
    );
    assert_eq!(world.member(4)["status"], "active");
    assert_eq!(world.validators(height + EPOCH_BLOCKS).len(), 4);
}

#[test]
fn at_most_a_third_of_the_validators_changes_at_one_height() {
    let mut world = World::new(7);
    let height = world.boundary(500);
    world.decide("validator", rotate(0, 1, Some(height)));
    world.decide("validator", rotate(1, 1, Some(height)));
    assert_eq!(
        world.try_propose("validator", rotate(2, 1, Some(height))),
        "GOV_VALIDATORS_THIRD"
    );
    assert_eq!(
        world.try_propose("suspend", named(2, Some(height))),
        "GOV_VALIDATORS_THIRD"
    );
    world.decide("validator", rotate(2, 1, Some(height + EPOCH_BLOCKS)));
    let set = world.validators(height + EPOCH_BLOCKS);
    for number in 0..3 {
        assert!(set.contains(&validator(number, 1)) && !set.contains(&validator(number, 0)));
    }
}

#[test]
fn a_height_is_far_enough_ahead_and_not_too_far() {
    let mut world = World::new(4);
    let next = world.height + 1;
    let nearest = (next + 100).next_multiple_of(EPOCH_BLOCKS);
    let refused = |world: &mut World, height: u64| {
        assert_eq!(world.try_propose("admit", admit(9, Some(height))), "GOV_HEIGHT");
    };
    refused(&mut world, nearest - EPOCH_BLOCKS);
    assert_eq!(world.try_propose("admit", admit(9, Some(nearest))), "OK");
    let farthest = (world.height + yinxin_governance::MAX_BLOCKS_AHEAD) / EPOCH_BLOCKS * EPOCH_BLOCKS;
    assert_eq!(world.try_propose("admit", admit(9, Some(farthest))), "OK");
    refused(&mut world, farthest + 2 * EPOCH_BLOCKS);
    world.decide("parameter", json!({ "name": "validator_notice", "value": 20 }));
    let soon = world.boundary(21);
    assert_eq!(world.try_propose("admit", admit(9, Some(soon))), "OK");
}

#[test]
fn validators_change_at_the_beginning_of_an_epoch_and_nowhere_else() {
    let mut world = World::new(4);
    let height = world.boundary(300);
    for other in [height - 1, height + 1, height + EPOCH_BLOCKS / 2] {
        assert_eq!(
            world.try_propose("admit", admit(9, Some(other))),
            "GOV_HEIGHT",
            "{other}"
        );
    }
    assert_eq!(world.try_propose("admit", admit(9, Some(height))), "OK");
}

#[test]
fn a_restoration_before_the_suspension_takes_effect_leaves_the_set_as_it_was() {
    let mut world = World::new(5);
    let height = world.boundary(600);
    world.decide("suspend", named(4, Some(height)));
    assert_eq!(world.validators(height).len(), 4);
    world.decide("restore", named(4, Some(height - 2 * EPOCH_BLOCKS)));
    for height in [height - 2 * EPOCH_BLOCKS, height, height + 1] {
        assert_eq!(world.validators(height).len(), 5);
    }
    let answer = world.ask("governance.validators", json!({ "height": height }));
    assert_eq!(answer["epoch"], 0);
}

#[test]
fn a_suspended_member_rotates_its_key_without_a_height_and_returns_with_the_new_one() {
    let mut world = World::new(5);
    let height = world.boundary(300);
    world.decide("suspend", named(4, Some(height)));
    assert_eq!(
        world.try_propose("validator", rotate(4, 1, Some(height))),
        "GOV_HEIGHT"
    );
    world.decide("validator", rotate(4, 1, None));
    world.decide("restore", named(4, Some(height + EPOCH_BLOCKS)));
    assert!(!world.validators(height).contains(&validator(4, 0)));
    assert!(world.validators(height + EPOCH_BLOCKS).contains(&validator(4, 1)));
}

#[test]
fn a_key_that_is_exchanged_before_it_enters_enters_at_the_height_that_was_decided() {
    let mut world = World::new(4);
    let height = world.boundary(900);
    world.decide("admit", admit(9, Some(height)));
    world.decide("validator", rotate(9, 1, Some(height - 5 * EPOCH_BLOCKS)));
    assert_eq!(world.validators(height - 1).len(), 4);
    let set = world.validators(height);
    assert!(set.contains(&validator(9, 1)) && !set.contains(&validator(9, 0)));
}

#[test]
fn changes_wait_for_at_most_eight_heights() {
    let mut world = World::new(6);
    let height = world.boundary(5000);
    for nth in 1..=8 {
        let at = Some(height + EPOCH_BLOCKS * u64::from(nth));
        world.decide("validator", rotate(0, nth, at));
    }
    assert_eq!(
        world.try_propose("validator", rotate(1, 1, Some(height + 9 * EPOCH_BLOCKS))),
        "GOV_SCHEDULE_LIMIT"
    );
    assert_eq!(
        world.try_propose("admit", admit(9, Some(height + 8 * EPOCH_BLOCKS))),
        "OK"
    );
    world.until(height + 8 * EPOCH_BLOCKS);
    assert_eq!(
        world.try_propose("validator", rotate(1, 1, Some(height + 20 * EPOCH_BLOCKS))),
        "OK"
    );
}

#[test]
fn every_set_there_ever_was_is_answered_by_its_height() {
    let mut world = World::new(4);
    let mut heights = vec![0];
    for nth in 1..=9 {
        let height = world.boundary(120);
        world.decide("validator", rotate(nth % 4, 1 + nth / 4, Some(height)));
        heights.push(height);
        world.until(height);
    }
    for from in &heights {
        for height in [*from, from + 1] {
            let answer = world.ask("governance.validators", json!({ "height": height }));
            assert_eq!(answer["epoch"], from / EPOCH_BLOCKS, "height {height}");
        }
    }
    // The ninth change gave member 1 its third further key in place of the second.
    assert!(world.validators(heights[9]).contains(&validator(1, 3)));
    assert!(world.validators(heights[9] - 1).contains(&validator(1, 2)));
}

#[test]
fn a_chain_of_three_grows_to_four_and_does_nothing_else_to_its_validators() {
    let mut world = World::new(3);
    let height = world.boundary(300);
    assert_eq!(
        world.try_propose("validator", rotate(0, 1, Some(height))),
        "GOV_VALIDATORS_FEW"
    );
    world.decide("admit", admit(9, Some(height)));
    assert_eq!(world.validators(height).len(), 4);
}

#[test]
fn the_last_block_of_an_epoch_says_who_votes_in_the_next_and_no_other_block_does() {
    let mut world = World::new(4);
    let height = world.boundary(110);
    world.decide("admit", admit(9, Some(height)));
    world.until(height - EPOCH_BLOCKS - 3);
    for ahead in [1, 0] {
        let executed = world.block(&[]);
        let next = executed.next;
        assert_eq!(next.is_some(), ahead == 0, "height {}", world.height);
        if let Some(set) = next {
            assert_eq!(set, world.genesis.validators());
        }
    }
    world.until(height - 2);
    let next = world.block(&[]).next.unwrap();
    assert_eq!((next.epoch, next.validators.len()), (height / EPOCH_BLOCKS, 5));
    let asked = world.ask("governance.validators", json!({ "height": height }));
    assert_eq!(serde_json::to_value(&next).unwrap(), asked);
    // Whoever has the state alone comes to the same answer.
    let mut at =
        yinxin_execution::ValidatorsAt::new(&world.registry, &world.genesis, yinxin_types::Height(height));
    let found = loop {
        match at.advance() {
            yinxin_execution::Asked::Wanted(key) => at.supply(key, world.state.get(&key).cloned()),
            yinxin_execution::Asked::Done(set) => break Some(set),
            yinxin_execution::Asked::Damaged(_) => break None,
        }
    };
    assert_eq!(found, Some(next));
}

#[test]
fn what_would_be_decided_is_told_before_it_is_proposed_and_nothing_is_written() {
    let mut world = World::new(4);
    let height = world.boundary(300);
    let about =
        |kind: &str, content: serde_json::Value| json!({ "decision": { "content": content, "kind": kind } });
    let told = world.ask("governance.check", about("admit", admit(9, Some(height))));
    assert_eq!(
        told["sets"],
        json!([
            { "height": 0, "quorum": 3, "validators": 4 },
            { "height": height, "quorum": 4, "validators": 5 },
        ])
    );
    // A member that only reads changes no set.
    let told = world.ask("governance.check", about("admit", admit(9, None)));
    assert_eq!(
        told["sets"],
        json!([{ "height": 0, "quorum": 3, "validators": 4 }])
    );
    // The same guard and the same rules as a proposal meets.
    for (kind, content) in [
        ("suspend", named(0, Some(height))),
        ("admit", admit(9, Some(height + 1))),
        ("admit", admit(0, Some(height))),
        ("validator", rotate(0, 0, Some(height))),
        ("parameter", json!({ "name": "proposal_days", "value": 0 })),
    ] {
        let refused = world.try_propose(kind, content.clone());
        assert_ne!(refused, "OK", "{kind}");
        assert_eq!(world.try_ask("governance.check", about(kind, content)), refused);
    }
    assert_eq!(world.try_ask("governance.check", json!({})), "TX_ARGUMENTS");
    assert_eq!(world.validators(height).len(), 4);
}
