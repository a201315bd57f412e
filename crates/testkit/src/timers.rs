//! A scenario that only the simulator has: it sets timers (定时器), and its alarms do what their keys say. With it goes whoever sets them, and
//! what must be true of them in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::{Value, json};
use yinxin_client::transaction::Request;
use yinxin_consensus::runtime::Clock as _;
use yinxin_consensus::simulated::Context;
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_execution::{Alarm, Call, Executed, Failure, Operation, Records, Scenario, TIMER_GRANULE_MS};
use yinxin_types::codes::{self, Texts};
use yinxin_types::{BlockTime, Code, Header, Rejection, StateKey};

use crate::chance::Chance;
use crate::http::Doors;
use crate::platform::now;

/// The scenario.
const NAME: &str = "clock";
/// The operation that sets timers: a list of times, each with a key.
const SET: &str = "clock.set";
/// What an alarm does that its key does not ask for anything else.
const PLAIN: &str = "plain";
/// It refuses.
const REFUSE: &str = "refuse";
/// It does nothing that is told.
const QUIET: &str = "quiet";
/// It sets another timer for at once.
const AGAIN: &str = "again";

/// The scenario, to be put into a registry.
pub struct Clock;

fn count(call: &Call<'_>) -> StateKey {
    StateKey::new(call.hash(), NAME, "count", &[])
}

fn malformed(what: &str) -> Failure {
    Rejection::new(codes::TX_ARGUMENTS, what).into()
}

/// Answers identifier and time of each timer of which something will be told.
fn set(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let timers = call.body.arguments.get("timers").and_then(Value::as_array);
    let timers = timers.ok_or_else(|| malformed("no timers"))?;
    let mut told = Vec::new();
    for timer in timers {
        let due = timer
            .get(0)
            .and_then(Value::as_u64)
            .ok_or_else(|| malformed("no time"))?;
        let key = timer
            .get(1)
            .and_then(Value::as_str)
            .ok_or_else(|| malformed("no key"))?;
        let id = call.schedule(records, BlockTime(due), key)?;
        if key != QUIET && key != AGAIN {
            told.push(json!({ "due": due, "id": id }));
        }
    }
    Ok(json!({ "told": told }))
}

fn alarm(call: &Call<'_>, records: &mut Records<'_>, key: &str) -> Result<Option<Value>, Failure> {
    let place = count(call);
    let number = records.get::<u64>(&place)?.unwrap_or_default() + 1;
    records.put(place, &number)?;
    match key {
        REFUSE => Err(Rejection::new(codes::TX_ARGUMENTS, "refused").into()),
        QUIET => Ok(None),
        AGAIN => {
            call.schedule(records, call.block.time, QUIET)?;
            Ok(None)
        }
        _ => Ok(Some(json!({ "number": number }))),
    }
}

impl Scenario for Clock {
    fn name(&self) -> &'static str {
        NAME
    }

    fn operations(&self) -> &'static [Operation] {
        &[Operation {
            id: SET,
            check: |_| Ok(()),
            reads: |_| Vec::new(),
            run: set,
        }]
    }

    fn alarm(&self) -> Option<Alarm> {
        Some(Alarm {
            reads: |call, _| vec![count(call)],
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

/// Somebody who sets timers through HTTP.
pub struct Setter {
    /// Its runtime.
    pub context: Context,
    /// Its chance.
    pub chance: Chance,
    /// The chain.
    pub chain: Digest,
    /// Its key.
    pub account: PrivateKey,
    /// The nodes it asks.
    pub places: Vec<usize>,
    /// Their doors.
    pub doors: Doors,
}

impl Setter {
    /// Goes on until `tired` says so. Whether a node took something is not asked: the chain itself tells what was set.
    pub async fn run(mut self, tired: impl Fn() -> bool) {
        while !tired() {
            let pause = self.chance.between(200, 2500);
            self.context.sleep(Duration::from_millis(pause)).await;
            let Some(envelope) = self.sign() else { return };
            if let Some(place) = self.chance.pick(&self.places).copied() {
                let path = "/api/v1/transactions";
                self.doors.post(&self.context, place, path, envelope).await;
            }
        }
    }

    /// Some timers: a few are due already, most within the next two minutes, many at the same time.
    fn sign(&mut self) -> Option<Vec<u8>> {
        let now = now(&self.context);
        let together = now.0 + self.chance.between(0, 70_000);
        let timers: Vec<(u64, &str)> = (0..self.chance.between(1, 30))
            .map(|_| {
                let due = match self.chance.below(10) {
                    0 => now.0 - self.chance.between(0, 100_000),
                    1..4 => now.0 + self.chance.between(0, 120_000),
                    _ => together,
                };
                let key = match self.chance.below(10) {
                    0 => REFUSE,
                    1 => QUIET,
                    2 => AGAIN,
                    _ => PLAIN,
                };
                (due, key)
            })
            .collect();
        let arguments = json!({ "timers": timers });
        let request = Request {
            operation: SET.to_owned(),
            arguments: arguments.as_object().cloned()?,
        };
        let salt = self.chance.bytes();
        let until = now.saturating_add(300_000);
        let envelope = request.sign_with_salt(self.chain, until, &self.account, &[], salt);
        serde_json::to_vec(&envelope.ok()?).ok()
    }
}

/// The timers of a chain, as its blocks are executed again: all that were set must fire, once, in their order.
#[derive(Debug, Default)]
pub struct Watch {
    /// Those that were set and must be told of, with the time from which they fire.
    waiting: BTreeMap<Digest, BlockTime>,
    /// Those that fired, of any scenario.
    seen: BTreeSet<Digest>,
    /// When the last one fired, by its minute and place.
    last: Option<(BlockTime, u64)>,
    /// Those that fired, with their codes.
    pub fired: Vec<(Digest, u16)>,
    /// The longest that one was late, in milliseconds.
    pub latest_ms: u64,
}

impl Watch {
    /// Looks at the next block.
    ///
    /// # Errors
    /// The promise that was broken, in words.
    pub fn see(&mut self, header: &Header, executed: &Executed) -> Result<(), String> {
        let height = header.height;
        if usize::try_from(header.occurrences) != Ok(executed.occurrences.len()) {
            return Err(format!("block {height} states other occurrences than it gives"));
        }
        for one in &executed.occurrences {
            let (it, id) = (&one.occurrence, one.receipt.transaction);
            let known = it.scenario != NAME || self.waiting.remove(&id).is_some();
            if !known || !self.seen.insert(id) {
                return Err(format!(
                    "block {height} fires a timer that was not set or fired before: {it:?}"
                ));
            }
            if header.time < it.fires || self.last >= Some((it.fires, it.sequence)) {
                return Err(format!(
                    "block {height} fires a timer too early or out of its order: {it:?}"
                ));
            }
            self.last = Some((it.fires, it.sequence));
            self.latest_ms = self.latest_ms.max(header.time.since(it.fires));
            self.fired.push((id, one.receipt.code));
        }
        let told = executed.receipts.iter().filter_map(|one| one.outcome.get("told"));
        for one in told.filter_map(Value::as_array).flatten() {
            let id = one
                .get("id")
                .and_then(Value::as_str)
                .and_then(|id| id.parse().ok());
            let due = one.get("due").and_then(Value::as_u64);
            let (Some(id), Some(due)) = (id, due) else {
                return Err(format!("block {height} names a timer by {one}"));
            };
            // The full minute that is not before it, and not that of this block.
            let minute = due
                .div_ceil(TIMER_GRANULE_MS)
                .max(header.time.0 / TIMER_GRANULE_MS + 1);
            self.waiting.insert(id, BlockTime(minute * TIMER_GRANULE_MS));
        }
        Ok(())
    }

    /// How many should have fired and did not. `next` is when the next timer fires, by what the last block left: all that come before it have.
    pub fn lost(&self, next: Option<BlockTime>) -> usize {
        let before = self
            .waiting
            .values()
            .filter(|fires| next.is_none_or(|next| **fires < next));
        before.count()
    }
}
