//! How long one decision takes, and how long it takes to read and check policies.
//!
//! `cargo run --release -p yinxin-policy --example policy_speed`

#![expect(
    clippy::print_stdout,
    reason = "a program that measures prints what it measured"
)]
#![expect(clippy::float_arithmetic, reason = "times are shown as decimal fractions")]

use std::error::Error;
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use yinxin_policy::{Context, PolicySet, Principal, Request, Resource, Schema};

/// How long each figure is measured.
const TIME: Duration = Duration::from_millis(1_500);
const OPERATIONS: usize = 20;

/// The time this thread has spent on a processor, so that other programs do not falsify the figures. Where the system
/// does not tell (it is Linux that does), the time on the clock.
fn processor_time(start: Instant) -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanoseconds = statistics
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Repeats `work` for [`TIME`] and returns how many microseconds of one processor core it takes.
fn microseconds(mut work: impl FnMut()) -> f64 {
    work();
    let start = Instant::now();
    let before = processor_time(start);
    let mut runs = 0_u32;
    while start.elapsed() < TIME {
        work();
        runs = runs.saturating_add(1);
    }
    processor_time(start).saturating_sub(before).as_secs_f64() * 1e6 / f64::from(runs)
}

/// `each` policies for each of these operations: rules by grade, by department, by hour, by purpose, by role.
fn policies(operations: &[String], each: usize) -> String {
    const CONDITIONS: [(&str, &str); 5] = [
        (
            "permit",
            "context has grade && context.grade >= 2 && context.own && context.sealed",
        ),
        (
            "permit",
            "context.roles.contains(\"audit\") && context has purpose",
        ),
        (
            "forbid",
            "context.hour < 8 || context.hour >= 20 || context.weekday > 5",
        ),
        (
            "forbid",
            "context has department && [\"11990100000002057U\", \"119901000000020304\"].contains(context.department)",
        ),
        ("forbid", "context has purpose && context.purpose like \"*test*\""),
    ];
    let mut text = String::new();
    for (number, operation) in operations.iter().enumerate() {
        for (turn, (effect, condition)) in CONDITIONS.iter().cycle().take(each).enumerate() {
            _ = writeln!(
                text,
                "@id(\"p{number}-{turn}\") {effect} (principal, action == Action::\"{operation}\", resource) when {{ {condition} }};"
            );
        }
    }
    text
}

fn main() -> Result<(), Box<dyn Error>> {
    let operations: Vec<String> = (0..OPERATIONS)
        .map(|number| format!("sharing.operation{number}"))
        .collect();
    let names = || operations.iter().map(String::as_str);
    let roles = ["data".to_owned()];
    let request = |operation| Request {
        context: Context {
            case: Some("LX-2026-0001"),
            department: Some("12990100000001011T"),
            grade: Some(3),
            kind: Some("hpf-certificate"),
            lease: Some("sha256:5f0c"),
            mandate: Some("post"),
            own: true,
            purpose: Some("loan LX-2026-0001"),
            roles: &roles,
            sealed: true,
            time: 1_772_418_600_000,
        },
        operation,
        principal: Principal::Officer("sha256:1a"),
        resource: Resource::Case("LX-2026-0001"),
    };
    println!(
        "schema of {OPERATIONS} operations: {:.0} microseconds",
        microseconds(|| _ = black_box(Schema::new(names())))
    );
    let schema = Schema::new(names())?;
    let text = policies(&operations, 5);
    println!(
        "reading and checking 100 policies over {OPERATIONS} operations: {:.0} microseconds",
        microseconds(|| _ = black_box(PolicySet::parse(&schema, &[("speed", &text)])))
    );
    let set = PolicySet::parse(&schema, &[("speed", &text)])?;
    let mut next = operations.iter().cycle();
    println!(
        "one decision, 100 policies over {OPERATIONS} operations: {:.1} microseconds",
        microseconds(|| {
            if let Some(operation) = next.next() {
                assert!(black_box(set.decide(&request(operation))).allowed);
            }
        })
    );
    let one: Vec<String> = operations.iter().take(1).cloned().collect();
    let text = policies(&one, 100);
    let set = PolicySet::parse(&schema, &[("speed", &text)])?;
    println!(
        "one decision, 100 policies for one operation: {:.1} microseconds",
        microseconds(|| {
            if let Some(operation) = one.first() {
                assert!(black_box(set.decide(&request(operation))).allowed);
            }
        })
    );
    Ok(())
}
