//! Timers: set by operations, fired inside blocks, in one order on every node, whatever the times of blocks are.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may stop at anything it did not expect"
)]

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{
    Alarm, Call, Denial, Executed, Failure, Operation, Question, Records, Registry, RegistryError, Scenario,
    TIMER_GRANULE_MS,
};
use yinxin_types::codes::{self, Texts};
use yinxin_types::receipt::receipts_tree;
use yinxin_types::{BlockTime, Body, Code, Genesis, Limits, Member, Occurrence, Rejection, StateKey, Suite};

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

/// A full minute.
const START: u64 = 1_767_225_600_000;

fn any(_: &Body) -> Result<(), Rejection> {
    Ok(())
}

fn nothing(_: &Call<'_>) -> Vec<StateKey> {
    Vec::new()
}

fn place(name: &str) -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, "clock", name, &[])
}

/// Sets timers: a list of `[due, key]`.
fn set(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let timers = call.body.arguments["timers"].as_array().unwrap();
    let mut ids = Vec::new();
    for timer in timers {
        let (due, key) = (timer[0].as_u64().unwrap(), timer[1].as_str().unwrap());
        ids.push(json!(call.schedule(records, BlockTime(due), key)?));
    }
    Ok(json!({ "ids": ids }))
}

/// Sets a timer and then refuses.
fn refuse(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    set(call, records)?;
    Err(Rejection::new(codes::TX_ARGUMENTS, "refused").into())
}

/// Reads what the alarms wrote.
fn read(_: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    Ok(json!(records.get::<String>(&place("last"))?))
}

/// Does what the key says.
fn alarm(call: &Call<'_>, records: &mut Records<'_>, key: &str) -> Result<Option<Value>, Failure> {
    let (what, rest) = key.split_once(' ').unwrap_or((key, ""));
    records.put(place("last"), &key)?;
    match what {
        "quiet" => Ok(None),
        "refuse" => Err(Rejection::new(codes::TX_ARGUMENTS, "refused").into()),
        "deny" => Err(Failure::Denied(Box::new(Denial {
            rejection: Rejection::new(codes::POLICY_DENIED, "denied"),
            outcome: json!({ "attempt": key }),
        }))),
        "again" => {
            call.schedule(records, BlockTime(0), rest)?;
            Ok(None)
        }
        "ask" => Ok(Some(call.ask(records, "clock.hour", &json!({}))?)),
        "who" => Ok(Some(json!({
            "account": call.body.account,
            "id": call.id,
            "index": call.index,
            "operation": call.body.operation,
        }))),
        _ => Ok(Some(json!({ "key": key }))),
    }
}

fn reads(_: &Call<'_>, key: &str) -> Vec<StateKey> {
    vec![place(key)]
}

fn hour(call: &Call<'_>, _: &Records<'_>, _: &Value) -> Result<Value, Failure> {
    Ok(json!({ "hour": call.block.time.0 / 3_600_000 }))
}

/// A scenario with timers, or one that has none.
struct Clock {
    name: &'static str,
    alarm: bool,
    operations: &'static [Operation],
    questions: &'static [Question],
}

const fn operation(
    id: &'static str,
    run: fn(&Call<'_>, &mut Records<'_>) -> Result<Value, Failure>,
) -> Operation {
    Operation {
        id,
        check: any,
        reads: nothing,
        run,
    }
}

const CLOCK: Clock = Clock {
    name: "clock",
    alarm: true,
    operations: &[
        operation("clock.read", read),
        operation("clock.refuse", refuse),
        operation("clock.set", set),
    ],
    questions: &[Question {
        id: "clock.hour",
        answer: hour,
    }],
};
const DEAF: Clock = Clock {
    name: "deaf",
    alarm: false,
    operations: &[operation("deaf.set", set)],
    questions: &[],
};

impl Scenario for Clock {
    fn name(&self) -> &'static str {
        self.name
    }
    fn operations(&self) -> &'static [Operation] {
        self.operations
    }
    fn alarm(&self) -> Option<Alarm> {
        self.alarm.then_some(Alarm { reads, run: alarm })
    }
    fn questions(&self) -> &'static [Question] {
        self.questions
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

/// A chain whose blocks fire at most `limit` timers.
fn world(limit: u32) -> World {
    let member = Member {
        account: key(1).public_key(),
        code: "1199010000000209X4".parse().unwrap(),
        name: "甲市数据局".to_owned(),
        roles: Vec::new(),
        validator: key(2).public_key(),
    };
    let limits = Limits {
        block_transactions: limit * 8,
        ..Limits::default()
    };
    let genesis = Genesis::new(
        "test".to_owned(),
        Suite::Intl,
        BlockTime(START),
        vec![member],
        limits,
    )
    .unwrap();
    World::new(genesis, vec![Arc::new(CLOCK), Arc::new(DEAF)])
}

/// Runs a block that sets these timers; answers the identifiers they were given.
fn set_in(world: &mut World, timers: &[(u64, String)]) -> Vec<Value> {
    let receipt = world.run(&key(1), "clock.set", json!({ "timers": timers }));
    assert_eq!(receipt.code, 0);
    receipt.outcome["ids"].as_array().unwrap().clone()
}

fn keys(executed: &Executed) -> Vec<&str> {
    let occurrences = executed.occurrences.iter();
    occurrences
        .map(|occurred| occurred.occurrence.key.as_str())
        .collect()
}

fn one(due: u64, key: &str) -> [(u64, String); 1] {
    [(due, key.to_owned())]
}

#[test]
fn a_timer_fires_in_the_first_block_of_its_minute_or_later_and_only_once() {
    let mut world = world(10);
    let due = START + 90_000;
    let ids = set_in(&mut world, &one(due, "case"));
    assert!(world.block(&[]).occurrences.is_empty(), "it is not due yet");
    let before = world.at(due).block(&[]);
    assert!(before.occurrences.is_empty(), "the minute is not full yet");
    assert_eq!(before.next_timer, Some(BlockTime(START + 120_000)));
    let fired = world.at(START + 119_000).block(&[]);
    assert_eq!(fired.next_timer, None);
    let [occurred] = fired.occurrences.as_slice() else {
        panic!("{:?}", fired.occurrences)
    };
    let expected = Occurrence {
        chain: world.genesis.chain().unwrap(),
        due: BlockTime(due),
        fires: BlockTime(START + 120_000),
        key: "case".to_owned(),
        scenario: "clock".to_owned(),
        sequence: 0,
    };
    assert_eq!(occurred.occurrence, expected);
    assert_eq!(
        json!(expected.id().unwrap()),
        ids[0],
        "it was named when it was set"
    );
    let receipt = &occurred.receipt;
    assert_eq!(receipt.transaction, expected.id().unwrap());
    assert_eq!((receipt.code, &receipt.outcome), (0, &json!({ "key": "case" })));
    assert_eq!(
        (receipt.height.0, receipt.time.0),
        (world.height, START + 120_000)
    );
    for _ in 0..3 {
        assert!(world.block(&[]).occurrences.is_empty());
    }
}

#[test]
fn alarms_run_before_the_transactions_and_their_receipts_stand_after_theirs() {
    let mut world = world(10);
    set_in(
        &mut world,
        &[
            (START + 60_000, "a".to_owned()),
            (START + 60_000, "who".to_owned()),
        ],
    );
    world.at(START + 60_000);
    let read = world.sign(&key(1), "clock.read", json!({}));
    let executed = world.block(&[read]);
    assert_eq!(executed.receipts[0].outcome, json!("who"), "the alarms had run");
    assert_eq!(executed.receipts[0].index, 0);
    let receipts: Vec<_> = executed.occurrences.iter().map(|one| &one.receipt).collect();
    assert_eq!((receipts[0].index, receipts[1].index), (1, 2));
    assert_eq!(receipts[1].outcome["operation"], "clock.alarm");
    assert_eq!(receipts[1].outcome["id"], json!(receipts[1].transaction));
    assert_eq!(receipts[1].outcome["index"], 2);
    let all = executed.receipts.iter().chain(receipts);
    assert_eq!(executed.tree.root(), receipts_tree(world.hash(), all).root());
}

#[test]
fn an_alarm_that_is_refused_leaves_its_code_and_no_writes_and_spoils_no_other() {
    let mut world = world(10);
    let timers = ["a", "refuse", "b", "deny", "quiet"].map(|key| (START + 60_000, key.to_owned()));
    set_in(&mut world, &timers);
    world.at(START + 60_000);
    let executed = world.block(&[]);
    assert_eq!(
        keys(&executed),
        ["a", "refuse", "b", "deny"],
        "nothing is told of what did nothing"
    );
    let told: Vec<_> = executed
        .occurrences
        .iter()
        .map(|one| (one.receipt.code, one.receipt.outcome.clone()))
        .collect();
    assert_eq!(told[0], (0, json!({ "key": "a" })));
    assert_eq!(told[1], (codes::TX_ARGUMENTS.number, Value::Null));
    assert_eq!(told[2], (0, json!({ "key": "b" })));
    assert_eq!(
        told[3],
        (codes::POLICY_DENIED.number, json!({ "attempt": "deny" }))
    );
    let order: Vec<_> = executed.occurrences.iter().map(|one| one.receipt.index).collect();
    assert_eq!(order, [0, 1, 2, 3], "positions have no gap");
    assert_eq!(
        world.state[&place("last")],
        b"\"quiet\"",
        "what a quiet alarm writes stays"
    );
}

#[test]
fn a_refused_alarm_writes_nothing() {
    let mut world = world(10);
    set_in(&mut world, &one(START + 60_000, "refuse"));
    world.at(START + 60_000);
    assert_eq!(world.block(&[]).occurrences.len(), 1);
    assert!(world.records().is_empty());
}

#[test]
fn alarms_ask_other_scenarios_and_act_for_nobody() {
    let mut world = world(10);
    set_in(
        &mut world,
        &[(START, "ask".to_owned()), (START, "who".to_owned())],
    );
    world.at(START + 60_000);
    let executed = world.block(&[]);
    assert_eq!(
        executed.occurrences[0].receipt.outcome["hour"],
        (START + 60_000) / 3_600_000
    );
    let account = executed.occurrences[1].receipt.outcome["account"]
        .as_str()
        .unwrap();
    let account: yinxin_crypto::PublicKey = account.parse().unwrap();
    assert!(!account.is_on_curve(), "nobody can sign for it");
}

#[test]
fn a_timer_that_is_due_already_fires_in_the_next_minute_and_never_in_the_block_that_sets_it() {
    let mut world = world(10);
    set_in(&mut world, &one(START - 1_000_000, "again b"));
    assert_eq!(world.block(&[]).next_timer, Some(BlockTime(START + 60_000)));
    let first = world.at(START + 60_000).block(&[]);
    assert!(first.occurrences.is_empty(), "it only set another");
    assert_eq!(first.next_timer, Some(BlockTime(START + 120_000)));
    assert_eq!(keys(&world.at(START + 120_000).block(&[])), ["b"]);
}

#[test]
fn more_than_a_block_takes_is_spread_over_the_next_ones_in_order() {
    let mut world = world(7);
    let names: Vec<String> = (0..100).map(|number| format!("case {number:03}")).collect();
    for (part, minute) in names.chunks(40).zip(1..) {
        let timers: Vec<_> = part
            .iter()
            .map(|name| (START + 60_000 * minute, name.clone()))
            .collect();
        set_in(&mut world, &timers);
    }
    world.at(START + 600_000);
    let mut fired = Vec::new();
    for block in 1..=15 {
        let executed = world.block(&[]);
        assert_eq!(executed.occurrences.len(), if block < 15 { 7 } else { 2 });
        assert_eq!(
            executed.next_timer.is_some(),
            block < 15,
            "what is left over is known"
        );
        fired.extend(keys(&executed).into_iter().map(str::to_owned));
    }
    assert_eq!(fired, names);
    assert!(world.records().len() == 1, "nothing is left of the timers");
}

#[test]
fn a_refused_operation_sets_no_timer() {
    let mut world = world(10);
    let timers = one(START, "a");
    assert_eq!(
        world.code(&key(1), "clock.refuse", json!({ "timers": timers })),
        "TX_ARGUMENTS"
    );
    assert_eq!(world.at(START + 120_000).block(&[]).next_timer, None);
    assert!(world.records().is_empty());
}

#[test]
fn a_timer_without_key_or_with_a_long_one_or_for_the_end_of_time_is_refused() {
    let mut world = world(10);
    let (year_4000, longest) = (64_060_588_800_000, "k".repeat(Occurrence::MAX_KEY_BYTES));
    for (due, key_of, code) in [
        (START, String::new(), "TX_ARGUMENTS"),
        (START, format!("{longest}k"), "TX_ARGUMENTS"),
        (START, longest.clone(), "OK"),
        (year_4000, "a".to_owned(), "OK"),
        (
            yinxin_types::units::MAX_SAFE_INTEGER,
            "a".to_owned(),
            "TX_ARGUMENTS",
        ),
    ] {
        let timers = [(due, key_of)];
        assert_eq!(
            world.code(&key(1), "clock.set", json!({ "timers": timers })),
            code,
            "{timers:?}"
        );
    }
}

#[test]
fn a_scenario_without_an_alarm_sets_no_timers_and_no_operation_is_called_as_an_alarm() {
    let mut world = world(10);
    let timers = one(START, "a");
    assert_eq!(
        world.code(&key(1), "deaf.set", json!({ "timers": timers })),
        "TX_OPERATION"
    );
    const CALLED: &[Operation] = &[operation("clock.alarm", set)];
    let called = Clock {
        operations: CALLED,
        ..CLOCK
    };
    let refused = Registry::new(vec![Arc::new(called)]).unwrap_err();
    assert_eq!(refused, RegistryError::Operation("clock.alarm"));
}

/// A later version of the program may know a scenario no more whose timers still wait: the chain goes on.
#[test]
fn a_timer_whose_scenario_is_gone_is_on_record_as_refused() {
    let mut world = world(10);
    set_in(&mut world, &one(START, "a"));
    world.registry = Registry::new(vec![Arc::new(DEAF)]).unwrap();
    let executed = world.at(START + 60_000).block(&[]);
    assert_eq!(executed.occurrences[0].receipt.code, codes::TX_OPERATION.number);
    assert_eq!(executed.next_timer, None);
}

#[test]
fn what_waits_costs_a_block_and_an_operation_nothing() {
    let mut world = world(100);
    let mut changes = Vec::new();
    for waiting in [10, 3000] {
        let timers: Vec<_> = (0..waiting)
            .map(|number| (START + 86_400_000 + number * 7_000, format!("case {number}")))
            .collect();
        for part in timers.chunks(1000) {
            set_in(&mut world, part);
        }
        let idle = world.block(&[]).changes.len();
        let one = [(START + 86_400_000 * 400 + waiting, "one".to_owned())];
        let set = world.sign(&key(1), "clock.set", json!({ "timers": one }));
        changes.push((idle, world.block(&[set]).changes.len()));
    }
    // The chain's record; with a transaction also its replay record, a page, a count, and where minute and slot are new their bitmaps.
    assert!(
        changes.iter().all(|(idle, set)| *idle == 1 && *set <= 6),
        "{changes:?}"
    );
}

/// Timers in two minutes of one slot and in another era, one of them with a page that is full.
#[test]
fn the_records_of_timers_are_pinned() {
    let mut world = world(10);
    let many = (0..34).map(|number| (START + 60_000, format!("case {number}")));
    let few = [
        (START + 61_000, "案件".to_owned()),
        (START + 86_400_000 * 800, "later".to_owned()),
    ];
    set_in(&mut world, &many.chain(few).collect::<Vec<_>>());
    let mut bytes = Vec::new();
    for (key, value) in world.records() {
        bytes.extend_from_slice(&key.0);
        bytes.extend_from_slice(&u32::try_from(value.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(&value);
    }
    let records = world.records().len();
    let digest = HashAlgorithm::Sha256.hash(&[&bytes]).to_string();
    assert_eq!(
        (records, digest.as_str()),
        (
            12,
            "sha256:4463e63d1c7089e1cf1a6008d4e5bbbe7878ccbfe76b7ca4f67d7c1436443e99"
        )
    );
}

/// What the timers do, in the simplest words: a sorted list.
#[derive(Default)]
struct Model {
    /// Minute, place in it, time it was set for, key.
    waiting: BTreeSet<(u64, u64, u64, String)>,
    /// How many were ever set for a minute that has not fired completely.
    set: std::collections::BTreeMap<u64, u64>,
}

impl Model {
    fn set(&mut self, now: u64, due: u64, key: &str) {
        let minute = due.div_ceil(TIMER_GRANULE_MS).max(now / TIMER_GRANULE_MS + 1);
        let place = self.set.entry(minute).or_default();
        self.waiting.insert((minute, *place, due, key.to_owned()));
        *place += 1;
    }

    fn fire(&mut self, now: u64, limit: usize) -> Vec<(u64, u64, u64, String)> {
        let due = self
            .waiting
            .iter()
            .take_while(|timer| timer.0 * TIMER_GRANULE_MS <= now);
        let due: Vec<_> = due.take(limit).cloned().collect();
        for timer in &due {
            self.waiting.remove(timer);
        }
        due
    }

    fn next(&self) -> Option<BlockTime> {
        self.waiting
            .first()
            .map(|timer| BlockTime(timer.0 * TIMER_GRANULE_MS))
    }
}

/// A block: how long after the one before, and for when its timers are set, from its time on; some lie in the past.
fn block() -> impl Strategy<Value = (u64, Vec<i64>)> {
    const DAY: i64 = 86_400_000;
    let pause = prop_oneof![
        6 => 1_u64..5_000,
        3 => 5_000_u64..120_000,
        2 => 120_000_u64..86_400_000,
        1 => 86_400_000_u64..86_400_000 * 200,
        1 => Just(86_400_000 * 365 * 20),
    ];
    let due = prop_oneof![
        1 => -DAY..0,
        4 => 0_i64..180_000,
        2 => Just(DAY),
        2 => 0_i64..DAY,
        2 => 0_i64..DAY * 90,
        1 => 0_i64..DAY * 365 * 30,
    ];
    (pause, prop::collection::vec(due, 0..40))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]
    #[test]
    fn timers_do_what_a_sorted_list_does(limit in 1_u32..40, blocks in prop::collection::vec(block(), 1..40)) {
        let (mut world, mut model) = (world(limit), Model::default());
        let limit = usize::try_from(limit).unwrap();
        let mut ids: BTreeSet<Digest> = BTreeSet::new();
        let mut number = 0;
        let (mut left, mut blocks) = (1, blocks.into_iter());
        while left > 0 {
            let (pause, dues) = blocks.next().unwrap_or((86_400_000 * 365, Vec::new()));
            world.at(world.time + pause);
            let now = world.time + 1000;
            let timers: Vec<(u64, String)> = dues.iter().map(|due| {
                number += 1;
                (now.saturating_add_signed(*due), format!("case {number}"))
            }).collect();
            let fired = model.fire(now, limit);
            for (due, key) in &timers {
                model.set(now, *due, key);
            }
            let set = (!timers.is_empty()).then(|| world.sign(&key(1), "clock.set", json!({ "timers": timers })));
            let executed = world.block(&set.into_iter().collect::<Vec<_>>());
            let occurred: Vec<_> = executed.occurrences.iter().map(|one| {
                let it = &one.occurrence;
                (it.fires.0 / TIMER_GRANULE_MS, it.sequence, it.due.0, it.key.clone())
            }).collect();
            prop_assert_eq!(&occurred, &fired);
            prop_assert_eq!(executed.next_timer, model.next());
            for one in &executed.occurrences {
                prop_assert!(ids.insert(one.occurrence.id().unwrap()), "a name is given once");
            }
            left = blocks.len() + model.waiting.len();
        }
        prop_assert_eq!(ids.len(), number, "none is lost and none fires twice");
        let rest = world.records();
        prop_assert!(rest.keys().all(|key| *key == place("last")), "{} records are left", rest.len());
    }
}
