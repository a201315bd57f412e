//! A scenario gets a new version in a running network: one program comes late, a node dies in the middle of the migration.

#![expect(clippy::panic, reason = "a test may stop at anything it did not expect")]

use std::time::Duration;

use yinxin_testkit::{DiskFaults, Event, FAIR, Passed, Plan, Turnover, run};

/// A network of four whose members upgrade a scenario.
fn upgraded(seed: u64, agenda: Vec<(u64, Event)>) -> Passed {
    let plan = Plan {
        seed,
        nodes: 4,
        byzantine: Vec::new(),
        clocks: vec![0; 4],
        mutant: None,
        links: FAIR,
        disks: DiskFaults::default(),
        heartbeat: Duration::from_millis(200),
        leader_timeout: Duration::from_millis(600),
        clients: 3,
        setters: 0,
        officers: 0,
        turnover: vec![Turnover::Upgrade],
        safety_ms: 75_000,
        agenda,
    };
    run(plan, false).unwrap_or_else(|violation| panic!("seed {seed}: {violation}"))
}

#[test]
fn the_chain_is_upgraded_without_stopping_though_one_program_is_late_and_one_node_dies_in_the_migration() {
    for seed in [1, 2] {
        let passed = upgraded(seed, Vec::new());
        for happened in ["programs without the version", "crashes in a migration"] {
            assert_eq!(passed.happened.get(happened), Some(&1), "seed {seed}: {passed:?}");
        }
        assert!(passed.summary.acknowledged > 10, "seed {seed}: {passed:?}");
    }
}

#[test]
fn a_node_that_slept_over_the_height_catches_up_across_the_migration() {
    let crash = Event::Crash {
        place: 3,
        down_ms: 55_000,
        lose_index: true,
        lose_votes: false,
        lose_guard: false,
    };
    let passed = upgraded(3, vec![(3000, crash)]);
    assert_eq!(
        passed.happened.get("programs without the version"),
        Some(&1),
        "{passed:?}"
    );
}
