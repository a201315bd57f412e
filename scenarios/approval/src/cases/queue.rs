//! The queues (待办) of departments: which cases wait for them, and for which they have notices to send. A queue is a row of places without a gap; who leaves gives his place to the
//! last, so that every change costs the same whatever its length. Who is first follows from the cases' clocks and is for the reader to sort.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

use super::notices;
use super::records::Case;
use crate::SCENARIO;

/// How many cases one page has.
pub(crate) const PAGE: u64 = 20;

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Length {
    length: u64,
}

/// A kind of queue: the names of its records, which are its length, its places, and the place of a case.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind([&'static str; 3]);

/// The cases that wait for officers of a department.
pub(crate) const QUEUE: Kind = Kind(["queue", "queue-place", "queued"]);
/// The cases with notices that the desk of a department has to send.
pub(crate) const OUTBOX: Kind = Kind(["outbox", "outbox-place", "outboxed"]);

/// The queue of a kind that a department has.
type Which<'a> = (Kind, &'a SocialCreditCode);

fn length_key(algorithm: HashAlgorithm, (Kind([name, _, _]), department): Which<'_>) -> StateKey {
    StateKey::new(algorithm, SCENARIO, name, &[department.as_str().as_bytes()])
}

fn place_key(algorithm: HashAlgorithm, (Kind([_, name, _]), department): Which<'_>, place: u64) -> StateKey {
    let parts = [department.as_str().as_bytes(), &place.to_be_bytes()];
    StateKey::new(algorithm, SCENARIO, name, &parts)
}

fn queued_key(
    algorithm: HashAlgorithm,
    (Kind([_, _, name]), department): Which<'_>,
    number: &str,
) -> StateKey {
    let parts = [department.as_str().as_bytes(), number.as_bytes()];
    StateKey::new(algorithm, SCENARIO, name, &parts)
}

fn length(call: &Call<'_>, records: &Records<'_>, which: Which<'_>) -> Result<u64, Failure> {
    let key = length_key(call.hash(), which);
    Ok(records.get::<Length>(&key)?.unwrap_or_default().length)
}

/// Lets a case stand in the queues of these departments and of no others.
pub(crate) fn change(
    call: &Call<'_>,
    records: &mut Records<'_>,
    case: &mut Case,
    waiting: &[SocialCreditCode],
) -> Result<(), Failure> {
    let wanted: BTreeSet<SocialCreditCode> = waiting.iter().cloned().collect();
    for department in case.queues.difference(&wanted) {
        leave(call, records, (QUEUE, department), &case.number)?;
    }
    for department in wanted.difference(&case.queues) {
        join(call, records, (QUEUE, department), &case.number)?;
    }
    case.queues = wanted;
    Ok(())
}

/// Lets a case stand in the outbox of its department as long as it has a notice to send.
pub(crate) fn change_outbox(
    call: &Call<'_>,
    records: &mut Records<'_>,
    case: &mut Case,
) -> Result<(), Failure> {
    let wanted = notices::is_due(case);
    let department = case.handler()?;
    match (case.outbox, wanted) {
        (false, true) => join(call, records, (OUTBOX, &department), &case.number)?,
        (true, false) => leave(call, records, (OUTBOX, &department), &case.number)?,
        _ => {}
    }
    case.outbox = wanted;
    Ok(())
}

fn join(call: &Call<'_>, records: &mut Records<'_>, which: Which<'_>, number: &str) -> Result<(), Failure> {
    let algorithm = call.hash();
    let place = length(call, records, which)?;
    records.put(place_key(algorithm, which, place), &number)?;
    records.put(queued_key(algorithm, which, number), &place)?;
    let length = place.saturating_add(1);
    records.put(length_key(algorithm, which), &Length { length })
}

fn leave(call: &Call<'_>, records: &mut Records<'_>, which: Which<'_>, number: &str) -> Result<(), Failure> {
    let algorithm = call.hash();
    let key = queued_key(algorithm, which, number);
    let place: u64 = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let length_at = length_key(algorithm, which);
    let last = length(call, records, which)?
        .checked_sub(1)
        .ok_or(Failure::Damaged(length_at))?;
    let last_at = place_key(algorithm, which, last);
    let moved: String = records.get(&last_at)?.ok_or(Failure::Damaged(last_at))?;
    if moved != number {
        records.put(place_key(algorithm, which, place), &moved)?;
        records.put(queued_key(algorithm, which, &moved), &place)?;
    }
    records.delete(last_at);
    records.delete(key);
    records.put(length_at, &Length { length: last })
}

/// The numbers of the cases on one page, and how many the queue has.
pub(crate) fn page(
    call: &Call<'_>,
    records: &Records<'_>,
    which: Which<'_>,
    page: u64,
) -> Result<(Vec<String>, u64), Failure> {
    let length = length(call, records, which)?;
    let first = page.saturating_mul(PAGE);
    let mut numbers = Vec::new();
    for place in first..length.min(first.saturating_add(PAGE)) {
        let key = place_key(call.hash(), which, place);
        numbers.push(records.get(&key)?.ok_or(Failure::Damaged(key))?);
    }
    Ok((numbers, length))
}

/// How answers tell a page.
pub(crate) fn told(cases: Vec<Value>, length: u64) -> Value {
    json!({ "cases": cases, "length": length, "page_size": PAGE })
}
