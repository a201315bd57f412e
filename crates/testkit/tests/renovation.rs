//! The renewal of an old quarter in whole networks: whatever is tried in whatever order, no rule is broken.

use yinxin_testkit::{Event, Plan, Told, run, simulate_all};

/// Seeds of an ordinary test run; `cargo xtask simulate --story renovation` runs others.
const SLICE: std::ops::Range<u64> = 0..4;

/// "Random orders of opinions, corrections, silence, delegations, crashes and partitions keep I5, I6 and the process's own invariants; the same
/// history gives the same state on every node and on replay."
#[test]
fn officers_applicants_and_strangers_in_any_order_break_no_rule_while_days_pass_and_nodes_fail() {
    let mut sum = Told::default();
    simulate_all(
        SLICE,
        |seed| Plan::renovation(seed, None),
        false,
        |seed, verdict| match verdict {
            Ok(passed) => {
                let told = passed.summary.renovation;
                assert!(told.done > 0, "seed {seed}: {told:?}");
                sum.cases = sum.cases.saturating_add(told.cases);
                sum.hostile = sum.hostile.saturating_add(told.hostile);
                sum.lapses = sum.lapses.saturating_add(told.lapses);
            }
            Err(violation) => panic!("seed {seed}: {violation}"),
        },
    );
    // The slice is of any worth only if all of it happens in it.
    assert!(sum.cases > 4 && sum.hostile > 20 && sum.lapses > 2, "{sum:?}");
}

#[test]
fn the_same_seed_renews_the_same_quarter_to_the_last_byte() {
    let first = run(Plan::renovation(3, None), false);
    assert_eq!(run(Plan::renovation(3, None), false), first);
    assert!(first.is_ok(), "{first:?}");
}

#[test]
fn days_pass_and_every_kind_of_fault_happens_within_forty_seeds() {
    let plans: Vec<Plan> = (0..40).map(|seed| Plan::renovation(seed, None)).collect();
    let events = || plans.iter().flat_map(|plan| &plan.agenda).map(|(_, event)| event);
    assert!(events().any(|event| matches!(event, Event::Leap(_))));
    assert!(events().any(|event| matches!(event, Event::Crash { .. })));
    assert!(events().any(|event| matches!(event, Event::Outage(_))));
    assert!(events().any(|event| matches!(event, Event::Partition(..))));
}
