//! Versions of scenarios: put in force at a height, with or without a migration, the same on every node and whenever it is executed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may stop at anything it did not expect"
)]

mod upgrading;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{
    BlockContext, Executed, Failure, PART_RECORDS, Progress, Registry, RegistryError, Run, Versions,
};
use yinxin_types::codes::SCENARIO_MIGRATING;
use yinxin_types::{BlockTime, Height, StateKey};

use upgrading::{Book, Council, Fault, START, Shelf, entry, world};

/// The versions after the last block.
fn versions(world: &World) -> Versions {
    let bytes = world.state.get(&Versions::key(world.hash()));
    Versions::from_bytes(bytes.map(Vec::as_slice)).unwrap()
}

/// Decides that the book runs by version `to` from a height on.
fn decide(world: &mut World, to: u32, height: u64) {
    let decided = json!({ "height": height, "to": to });
    assert_eq!(world.code(&key(1), "council.decide", decided), "OK");
}

/// Enters so many lines.
fn fill(world: &mut World, lines: u32) {
    let receipt = world.run(&key(1), "book.fill", json!({ "lines": lines }));
    assert_eq!(receipt.code, 0);
}

#[test]
fn a_version_without_a_migration_is_in_force_from_its_height_on_and_not_before() {
    let mut world = world(Book::newest(2).without_migration());
    decide(&mut world, 2, 4);
    assert_eq!(world.code(&key(1), "book.sum", json!({})), "TX_OPERATION");
    let answer = world.run(&key(1), "book.version", json!({}));
    assert_eq!((world.height, answer.outcome), (3, json!(1)));
    let answer = world.run(&key(1), "book.version", json!({}));
    assert_eq!((world.height, answer.outcome), (4, json!(2)));
    assert_eq!(world.code(&key(1), "book.sum", json!({})), "OK");
    assert_eq!(versions(&world).active("book"), 2);
    assert_eq!(versions(&world).active("council"), 1);
}

#[test]
fn a_chain_on_which_nothing_was_decided_keeps_no_record_of_versions() {
    let mut world = world(Book::newest(3));
    fill(&mut world, 3);
    assert!(!world.state.contains_key(&Versions::key(world.hash())));
    assert_eq!(world.run(&key(1), "book.version", json!({})).outcome, json!(1));
}

#[test]
fn a_migration_takes_one_bounded_part_a_block_while_others_go_on_and_its_own_scenario_is_refused() {
    let mut world = world(Book::newest(2));
    let lines = PART_RECORDS * 2 + 7;
    fill(&mut world, lines);
    decide(&mut world, 2, 3);
    let before = world.state.clone();
    assert_eq!(world.code(&key(1), "council.note", json!({})), "OK");
    // The lines of a part, and what every block and the note write.
    let changed = changes(&before, &world.state);
    assert!(changed <= usize::try_from(PART_RECORDS).unwrap() + 4, "{changed}");
    let running = versions(&world).running("book").cloned().unwrap();
    assert_eq!(running.records, u64::from(PART_RECORDS));
    assert_eq!(versions(&world).active("book"), 1);
    let asked = world.ask(&key(1), "book.line", &json!({ "number": 0 }));
    assert!(matches!(asked, Err(Failure::Rejected(refused)) if refused.code == SCENARIO_MIGRATING));
    // Who asks a scenario that is being migrated is refused as it is; everybody else goes on.
    let transactions = [
        world.sign(&key(1), "book.fill", json!({ "lines": 1 })),
        world.sign(&key(1), "council.ask", json!({})),
        world.sign(&key(1), "council.note", json!({})),
    ];
    let executed = world.block(&transactions);
    let codes: Vec<_> = executed.receipts.iter().map(|receipt| receipt.code).collect();
    assert_eq!(codes, [SCENARIO_MIGRATING.number, SCENARIO_MIGRATING.number, 0]);
    // The last part comes before the transactions of its block.
    assert_eq!(world.code(&key(1), "council.ask", json!({})), "OK");
    assert_eq!(versions(&world).active("book"), 2);
    let last = world.ask(&key(1), "book.line", &json!({ "number": lines - 1 }));
    assert_eq!(last.unwrap(), json!({ "amount": lines - 1, "currency": "CNY" }));
    assert_eq!(world.code(&key(1), "book.sum", json!({})), "OK");
}

#[test]
fn a_migrating_block_says_that_the_next_one_is_due_so_that_an_idle_chain_does_not_wait() {
    let mut world = world(Book::newest(2));
    fill(&mut world, PART_RECORDS + 1);
    decide(&mut world, 2, 3);
    let first = world.block(&[]);
    assert_eq!(first.next_timer, Some(BlockTime(world.time)));
    assert_eq!(world.block(&[]).next_timer, None);
}

#[test]
fn a_version_that_reads_both_shapes_takes_operations_while_its_records_are_migrated() {
    let mut world = world(Book::newest(2).both_shapes());
    fill(&mut world, PART_RECORDS * 2);
    decide(&mut world, 2, 3);
    let total = |n: u64| json!(n * (n - 1) / 2);
    let lines = u64::from(PART_RECORDS * 2);
    for _ in 0..2 {
        let sum = world.run(&key(1), "book.sum", json!({}));
        assert_eq!((sum.code, &sum.outcome), (0, &total(lines)));
    }
    assert_eq!(versions(&world).active("book"), 2);
}

#[test]
fn timers_that_fall_due_during_a_migration_fire_once_in_their_order_when_it_has_ended() {
    let mut world = world(Book::newest(2));
    fill(&mut world, PART_RECORDS + 1);
    for name in ["first", "second"] {
        let due = json!({ "due": START + 60_000, "key": name });
        assert_eq!(world.code(&key(1), "book.remind", due), "OK");
    }
    // One of another scenario, whose alarm asks the one that is migrated.
    let asks = world.run(&key(1), "council.remind", json!({ "due": START + 60_000 }));
    decide(&mut world, 2, 6);
    let during = world.at(START + 120_000).block(&[]);
    assert!(during.occurrences.is_empty());
    let after = world.block(&[]);
    let told: Vec<_> = after
        .occurrences
        .iter()
        .map(|one| one.occurrence.key.as_str())
        .collect();
    assert_eq!(told, ["first", "second", "ask"]);
    assert!(after.occurrences.iter().all(|one| one.receipt.code == 0));
    assert_eq!(json!(after.occurrences[2].receipt.transaction), asks.outcome);
    assert_eq!(after.next_timer, None);
    assert!(world.block(&[]).occurrences.is_empty());
}

/// Runs the next block with a program, wanting records one by one or together, and says what came of it.
fn attempt(world: &World, registry: &Registry, one_by_one: bool) -> Result<Executed, String> {
    let block = BlockContext {
        height: Height(world.height + 1),
        time: BlockTime(world.time + 1000),
        parent: world.hash().hash(&[&(world.height + 1).to_be_bytes()]),
    };
    let mut run = Run::new(registry, &world.genesis, block, &[]);
    loop {
        match run.advance() {
            Progress::Wanted(keys) => {
                let taken = if one_by_one { 1 } else { keys.len() };
                for key in keys.into_iter().take(taken) {
                    run.supply(key, world.state.get(&key).cloned());
                }
            }
            Progress::Done(executed) => return Ok(*executed),
            Progress::Damaged(_) => return Err("damaged".to_owned()),
            Progress::Unsupported(lacking) => {
                assert_eq!(lacking.rejection().code.name, "SCENARIO_VERSION_UNKNOWN");
                return Err(format!("{} {}", lacking.scenario, lacking.needed));
            }
        }
    }
}

fn program(book: Book) -> Registry {
    Registry::new(vec![Arc::new(book), Arc::new(Council), Arc::new(Shelf(2))]).unwrap()
}

#[test]
fn a_program_without_the_version_stops_before_the_block_and_a_newer_one_goes_on_as_if_nothing_had_been() {
    let (mut old, mut new) = (world(Book::newest(1)), world(Book::newest(2)));
    for world in [&mut old, &mut new] {
        fill(world, 700);
        decide(world, 2, 4);
        assert_eq!(world.code(&key(1), "council.note", json!({})), "OK");
    }
    assert_eq!(old.state, new.state, "the height has not come");
    assert_eq!(
        attempt(&old, &program(Book::newest(1)), false).unwrap_err(),
        "book 2"
    );
    old.registry = program(Book::newest(2));
    for world in [&mut old, &mut new] {
        world.block(&[]);
        world.block(&[]);
    }
    assert_eq!(old.state, new.state);
    assert_eq!(versions(&new).active("book"), 2);
    // The data are newer than the program now: it must not begin.
    let lacking = versions(&new)
        .check(&program(Book::newest(1)), Height(6))
        .unwrap_err();
    assert_eq!(
        (lacking.scenario.as_str(), lacking.needed, lacking.newest),
        ("book", 2, 1)
    );
    assert_eq!(
        attempt(&new, &program(Book::newest(1)), false).unwrap_err(),
        "book 2"
    );
}

#[test]
fn a_program_stopped_in_the_middle_of_a_migration_refuses_and_a_newer_one_takes_it_up_where_it_was() {
    let mut world = world(Book::newest(2));
    fill(&mut world, PART_RECORDS * 3);
    decide(&mut world, 2, 3);
    world.block(&[]);
    assert_eq!(
        attempt(&world, &program(Book::newest(1)), false).unwrap_err(),
        "book 2"
    );
    // A program that has more versions runs the migration to the one that was decided.
    world.registry = program(Book::newest(3));
    world.block(&[]);
    world.block(&[]);
    assert_eq!(versions(&world).active("book"), 2);
}

#[test]
fn the_same_blocks_give_the_same_records_whatever_is_fetched_first_and_how_often_they_are_executed() {
    let mut world = world(Book::newest(3));
    fill(&mut world, PART_RECORDS + 100);
    decide(&mut world, 2, 3);
    let registry = program(Book::newest(3));
    for _ in 0..4 {
        let together = attempt(&world, &registry, false).unwrap();
        let one_by_one = attempt(&world, &registry, true).unwrap();
        assert_eq!(together.changes, one_by_one.changes);
        assert_eq!(world.block(&[]).changes, together.changes);
    }
    assert_eq!(versions(&world).active("book"), 2);
    let height = world.height + 2;
    decide(&mut world, 3, height);
    while versions(&world).active("book") < 3 {
        world.block(&[]);
    }
    let line = world.ask(&key(1), "book.line", &json!({ "number": 5 }));
    assert_eq!(
        line.unwrap(),
        json!({ "amount": 5, "currency": "CNY", "paid": false })
    );
}

#[test]
fn a_migration_that_refuses_stands_still_or_writes_too_much_is_damage_and_no_block() {
    for fault in [Fault::Refuses, Fault::StandsStill, Fault::WritesTooMuch] {
        let mut world = world(Book::newest(2).with(fault));
        fill(&mut world, 3);
        decide(&mut world, 2, 3);
        assert_eq!(
            attempt(&world, &world.registry, false).unwrap_err(),
            "damaged",
            "{fault:?}"
        );
    }
}

#[test]
fn two_migrations_decided_for_one_height_run_one_after_the_other() {
    let mut world = world(Book::newest(2));
    fill(&mut world, PART_RECORDS + 1);
    let both = json!({ "height": 3, "to": 2, "with": "shelf" });
    assert_eq!(world.code(&key(1), "council.decide", both), "OK");
    world.block(&[]);
    assert_eq!(
        versions(&world).running("book").unwrap().records,
        u64::from(PART_RECORDS)
    );
    assert_eq!(versions(&world).active("shelf"), 1);
    assert_eq!(versions(&world).running("shelf").unwrap().records, 0);
    world.block(&[]);
    world.block(&[]);
    assert_eq!(
        (versions(&world).active("book"), versions(&world).active("shelf")),
        (2, 2)
    );
}

#[test]
fn versions_that_do_not_follow_one_another_or_would_stop_the_chain_are_no_registry() {
    let refused = |book: Book| {
        let made = Registry::new(vec![Arc::new(book), Arc::new(Council)]);
        matches!(made, Err(RegistryError::Versions(_)))
    };
    assert!(!refused(Book::newest(3)));
    assert!(refused(Book::newest(3).lacking(2)));
    assert!(refused(Book::newest(2).lacking(1)));
    assert!(refused(Book::newest(2).named("governance")));
    assert!(!refused(Book::newest(2).named("governance").both_shapes()));
}

/// How many records differ.
fn changes(before: &BTreeMap<StateKey, Vec<u8>>, after: &BTreeMap<StateKey, Vec<u8>>) -> usize {
    let written = after.iter().filter(|(key, value)| before.get(key) != Some(value));
    written.count() + before.keys().filter(|key| !after.contains_key(key)).count()
}

#[test]
fn a_line_of_the_first_version_lies_where_the_second_looks_for_it() {
    let mut world = world(Book::newest(1));
    fill(&mut world, 1);
    let bytes = world.state.get(&entry("book", 0)).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(bytes).unwrap(),
        json!({ "amount": 0 })
    );
}
