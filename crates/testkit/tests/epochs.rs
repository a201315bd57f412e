//! Networks whose validators change: members join, rotate their keys and leave, under load and with faults.

#![expect(clippy::panic, reason = "a test may stop at anything it did not expect")]

use std::time::Duration;

use yinxin_testkit::{DiskFaults, Event, FAIR, Mutant, Passed, Plan, Turnover, run, simulate_all};
use yinxin_types::Height;

/// Seeds of an ordinary test run; `cargo xtask simulate --story turnover` runs others.
const SLICE: std::ops::Range<u64> = 0..3;

/// A network of four without any fault whose members decide this.
fn quiet(seed: u64, turnover: Vec<Turnover>, agenda: Vec<(u64, Event)>) -> Plan {
    Plan {
        seed,
        nodes: 4,
        byzantine: Vec::new(),
        clocks: vec![0; turnover.len().saturating_add(4)],
        mutant: None,
        links: FAIR,
        disks: DiskFaults::default(),
        heartbeat: Duration::from_millis(200),
        leader_timeout: Duration::from_millis(600),
        clients: 3,
        setters: 0,
        officers: 0,
        turnover,
        safety_ms: 60_000,
        agenda,
    }
}

fn kept(plan: Plan) -> Passed {
    let seed = plan.seed;
    run(plan, false).unwrap_or_else(|violation| panic!("seed {seed}: {violation}"))
}

fn crash(place: usize, down_ms: u64) -> Event {
    Event::Crash {
        place,
        down_ms,
        lose_index: false,
        lose_votes: false,
        lose_guard: false,
    }
}

#[test]
fn one_joins_one_rotates_its_key_and_one_leaves_while_a_node_is_down() {
    let turnover = vec![Turnover::Join, Turnover::Rotate(1), Turnover::Leave(3)];
    let passed = kept(quiet(1, turnover, vec![(20_000, crash(2, 25_000))]));
    assert_eq!(
        passed.happened.get("changes of validators"),
        Some(&3),
        "{passed:?}"
    );
    assert!(passed.summary.acknowledged > 10, "{passed:?}");
    assert!(
        passed.summary.receipts > 4 * passed.summary.acknowledged,
        "{passed:?}"
    );
}

#[test]
fn heights_follow_one_another_without_a_pause_through_every_change_of_epoch_where_nothing_fails() {
    // Views were given up before the heights 193 and 2.
    for seed in [10, 13] {
        let plan = quiet(seed, Vec::new(), Vec::new());
        // A leader has a reason to propose after the heartbeat at the latest, and no view is given up.
        let most = u64::try_from((plan.heartbeat + plan.leader_timeout / 2).as_millis()).unwrap();
        let passed = kept(plan);
        let (gap, height) = passed.summary.longest_gap;
        assert!(
            passed.summary.height >= Height::first_of(3),
            "seed {seed}: {passed:?}"
        );
        assert!(gap <= most, "seed {seed}: {gap} ms before height {height}");
    }
}

#[test]
fn a_node_that_slept_through_several_epochs_follows_all_changes_when_it_returns() {
    let turnover = vec![Turnover::Join, Turnover::Rotate(1), Turnover::Rotate(3)];
    let passed = kept(quiet(2, turnover, vec![(3_000, crash(2, 56_000))]));
    assert_eq!(
        passed.happened.get("changes of validators"),
        Some(&3),
        "{passed:?}"
    );
}

#[test]
fn networks_with_turnover_and_faults_keep_every_promise() {
    let mut failures = Vec::new();
    simulate_all(
        SLICE,
        |seed| Plan::turnover(seed, None),
        false,
        |seed, verdict| match verdict {
            Ok(passed) if passed.happened.contains_key("changes of validators") => {}
            Ok(passed) => failures.push(format!("seed {seed}: nothing changed: {passed:?}")),
            Err(violation) => failures.push(format!("seed {seed}: {violation}")),
        },
    );
    assert_eq!(failures, Vec::<String>::new());
}

#[test]
fn headers_that_keep_the_validators_whatever_was_decided_are_found() {
    let mut plan = quiet(3, vec![Turnover::Join], Vec::new());
    plan.mutant = Some(Mutant::SkipValidators);
    let violation = run(plan, false).expect_err("the mutant is not found");
    assert!(
        violation.contains("its engine stopped") || violation.contains("validators"),
        "{violation}"
    );
}
