//! What timers cost: setting one among a hundred and among a million that wait, and ten thousand that fall due together.
//!
//! `cargo run --release -p yinxin-testkit --example timer_speed [MANY]`: execution and the authenticated state of one node, in one run; signatures,
//! consensus, disks and the index are left out. Beside each figure stands that of an operation which writes one record and sets no timer.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a measurement stops at the first surprise and prints what it finds"
)]

use std::sync::{Arc, LazyLock};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};
use yinxin_consensus::simulated::{Roots, begin};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{Alarm, Call, Executed, Failure, Operation, Records, Scenario};
use yinxin_types::codes::Texts;
use yinxin_types::{BlockTime, Code, Genesis, Limits, Member, StateKey, Suite, VerifiedTransaction};

const START: u64 = 1_767_225_600_000;
const DAY: u64 = 86_400_000;
/// How many operations of each kind are measured, and in how many of them a block.
const MEASURED: usize = 20_000;
const A_BLOCK: usize = 500;

struct Clock;

fn number(call: &Call<'_>, name: &str) -> u64 {
    call.body
        .arguments
        .get(name)
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

fn place(call: &Call<'_>, number: u64) -> StateKey {
    StateKey::new(call.hash(), "clock", "case", &[&number.to_be_bytes()])
}

/// A time somewhere in the next year, by a number.
fn some_time(call: &Call<'_>, number: u64) -> BlockTime {
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % (365 * DAY);
    call.block.time.saturating_add(DAY + spread)
}

/// Writes one record, as any operation does.
fn plain(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let number = number(call, "number");
    records.put(place(call, number), &json!({ "number": number, "state": "open" }))?;
    Ok(json!({}))
}

/// The same, and a timer for it.
fn set(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    plain(call, records)?;
    let number = number(call, "number");
    call.schedule(records, some_time(call, number), &format!("{number:064x}"))?;
    Ok(json!({}))
}

/// Many timers, in one minute or all over the year.
fn fill(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let (first, count, due) = (number(call, "first"), number(call, "count"), number(call, "due"));
    for number in first..first + count {
        let due = if due == 0 {
            some_time(call, number)
        } else {
            BlockTime(due)
        };
        call.schedule(records, due, &format!("{number:064x}"))?;
    }
    Ok(json!({}))
}

fn alarm(call: &Call<'_>, records: &mut Records<'_>, key: &str) -> Result<Option<Value>, Failure> {
    let number = u64::from_str_radix(key.get(48..).unwrap_or_default(), 16).unwrap_or_default();
    records.put(
        place(call, number),
        &json!({ "number": number, "state": "deemed" }),
    )?;
    Ok(Some(json!({ "case": key, "state": "deemed" })))
}

const fn operation(
    id: &'static str,
    run: fn(&Call<'_>, &mut Records<'_>) -> Result<Value, Failure>,
) -> Operation {
    Operation {
        id,
        check: |_| Ok(()),
        reads: |_| Vec::new(),
        run,
    }
}

impl Scenario for Clock {
    fn name(&self) -> &'static str {
        "clock"
    }
    fn operations(&self) -> &'static [Operation] {
        const {
            &[
                operation("clock.fill", fill),
                operation("clock.plain", plain),
                operation("clock.set", set),
            ]
        }
    }
    fn alarm(&self) -> Option<Alarm> {
        Some(Alarm {
            reads: |_, _| Vec::new(),
            run: alarm,
        })
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));
        &NONE
    }
    fn en(&self) -> &'static Texts {
        self.zh()
    }
}

fn world() -> Option<World> {
    let member = Member {
        account: key(1).public_key(),
        code: "1199010000000209X4".parse().ok()?,
        name: "甲市数据局".to_owned(),
        roles: Vec::new(),
        validator: key(2).public_key(),
    };
    let limits = Limits::default();
    let genesis = Genesis::new(
        "timers".to_owned(),
        Suite::Intl,
        BlockTime(START),
        vec![member],
        limits,
    );
    Some(World::new(genesis.ok()?, vec![Arc::new(Clock)]))
}

/// The time this thread has spent on a processor, so that other programs do not falsify the figures; zero where the system does not tell.
fn on_processor() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = told
        .split_whitespace()
        .next()
        .and_then(|spent| spent.parse().ok());
    Duration::from_nanos(spent.unwrap_or(0))
}

/// Runs a block and seals its changes; the processor time that it took.
async fn block(
    world: &mut World,
    roots: &Roots,
    transactions: &[Arc<VerifiedTransaction>],
) -> (Executed, Duration) {
    let before = on_processor();
    let executed = world.block(transactions);
    // The map in the memory of the workbench is a part of what is measured.
    roots.apply(executed.changes.iter()).await;
    (executed, on_processor().saturating_sub(before))
}

/// Sets timers until so many more wait.
async fn fill_up(world: &mut World, roots: &Roots, first: u64, count: u64, due: u64) {
    let mut at = first;
    while at < first + count {
        let part = 1000.min(first + count - at);
        let arguments = json!({ "count": part, "due": due, "first": at });
        let filling = world.sign(&key(1), "clock.fill", arguments);
        block(world, roots, &[filling]).await;
        at += part;
    }
}

/// How long one operation takes, in blocks of many.
async fn measure(world: &mut World, roots: &Roots, operation: &str, first: usize) -> Duration {
    let mut total = Duration::ZERO;
    for part in 0..MEASURED / A_BLOCK {
        let transactions: Vec<_> = (0..A_BLOCK)
            .map(|number| {
                world.sign(
                    &key(1),
                    operation,
                    json!({ "number": first + part * A_BLOCK + number }),
                )
            })
            .collect();
        total += block(world, roots, &transactions).await.1;
    }
    total / u32::try_from(MEASURED).unwrap_or(1)
}

async fn run(roots: Roots, many: u64) -> Option<()> {
    let mut world = world()?;
    let mut figures = Vec::new();
    let mut waiting = 0;
    for goal in [100, many] {
        fill_up(&mut world, &roots, 1 << 40, goal.saturating_sub(waiting), 0).await;
        let first = 1_000_000 * usize::try_from(goal).ok()?;
        let plain = measure(&mut world, &roots, "clock.plain", first).await;
        let set = measure(&mut world, &roots, "clock.set", first + 500_000).await;
        let mut idle = Duration::ZERO;
        for _ in 0..1000 {
            idle += block(&mut world, &roots, &[]).await.1;
        }
        waiting = goal + u64::try_from(MEASURED).ok()?;
        println!(
            "{goal} wait: an operation {plain:.1?}, with a timer {set:.1?}, an empty block {:.1?}",
            idle / 1000
        );
        figures.push((plain, set, idle));
    }
    if let [few, last] = figures.as_slice() {
        let ratio = |a: Duration, b: Duration| a.as_secs_f64() / b.as_secs_f64();
        println!(
            "ratios, {many} to 100: an operation {:.2}, with a timer {:.2}, an empty block {:.2}",
            ratio(last.0, few.0),
            ratio(last.1, few.1),
            ratio(last.2, few.2)
        );
    }
    let due = (world.time / 60_000 + 10) * 60_000;
    fill_up(&mut world, &roots, 1 << 50, 10_000, due).await;
    world.at(due);
    let (mut blocks, mut longest, mut total, mut fired) = (0, Duration::ZERO, Duration::ZERO, 0);
    loop {
        let (executed, took) = block(&mut world, &roots, &[]).await;
        blocks += 1;
        (longest, total, fired) = (
            longest.max(took),
            total + took,
            fired + executed.occurrences.len(),
        );
        if executed.next_timer.is_none_or(|next| next.0 > world.time) {
            break;
        }
    }
    println!(
        "{fired} due at once: {blocks} blocks, {:.1?} each, {longest:.1?} at most",
        total / blocks
    );
    Some(())
}

fn main() {
    let many = std::env::args().nth(1).and_then(|many| many.parse().ok());
    let many = many.unwrap_or(1_000_000);
    let start = UNIX_EPOCH + Duration::from_millis(START);
    let (done, _) = begin(1, start, Duration::from_secs(86_400), |context| async move {
        run(Roots::open(context, "timers").await, many).await
    });
    if done.is_none() {
        println!("the chain could not be founded");
    }
}
