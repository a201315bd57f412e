//! The queues (待办) of departments: which cases wait for them. A queue is a row of places without a gap; who leaves gives his place to the
//! last, so that every change costs the same whatever its length. Who is first follows from the cases' clocks and is for the reader to sort.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

use super::records::Case;
use crate::SCENARIO;

/// How many cases one page has.
pub(crate) const PAGE: u64 = 20;

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Length {
    length: u64,
}

fn length_key(algorithm: HashAlgorithm, department: &SocialCreditCode) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "queue", &[department.as_str().as_bytes()])
}

fn place_key(algorithm: HashAlgorithm, department: &SocialCreditCode, place: u64) -> StateKey {
    let parts = [department.as_str().as_bytes(), &place.to_be_bytes()];
    StateKey::new(algorithm, SCENARIO, "queue-place", &parts)
}

fn queued_key(algorithm: HashAlgorithm, department: &SocialCreditCode, number: &str) -> StateKey {
    let parts = [department.as_str().as_bytes(), number.as_bytes()];
    StateKey::new(algorithm, SCENARIO, "queued", &parts)
}

fn length(call: &Call<'_>, records: &Records<'_>, department: &SocialCreditCode) -> Result<u64, Failure> {
    let key = length_key(call.hash(), department);
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
        leave(call, records, department, &case.number)?;
    }
    for department in wanted.difference(&case.queues) {
        join(call, records, department, &case.number)?;
    }
    case.queues = wanted;
    Ok(())
}

fn join(
    call: &Call<'_>,
    records: &mut Records<'_>,
    department: &SocialCreditCode,
    number: &str,
) -> Result<(), Failure> {
    let algorithm = call.hash();
    let place = length(call, records, department)?;
    records.put(place_key(algorithm, department, place), &number)?;
    records.put(queued_key(algorithm, department, number), &place)?;
    let length = place.saturating_add(1);
    records.put(length_key(algorithm, department), &Length { length })
}

fn leave(
    call: &Call<'_>,
    records: &mut Records<'_>,
    department: &SocialCreditCode,
    number: &str,
) -> Result<(), Failure> {
    let algorithm = call.hash();
    let key = queued_key(algorithm, department, number);
    let place: u64 = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let length_at = length_key(algorithm, department);
    let last = length(call, records, department)?
        .checked_sub(1)
        .ok_or(Failure::Damaged(length_at))?;
    let last_at = place_key(algorithm, department, last);
    let moved: String = records.get(&last_at)?.ok_or(Failure::Damaged(last_at))?;
    if moved != number {
        records.put(place_key(algorithm, department, place), &moved)?;
        records.put(queued_key(algorithm, department, &moved), &place)?;
    }
    records.delete(last_at);
    records.delete(key);
    records.put(length_at, &Length { length: last })
}

/// The numbers of the cases on one page, and how many the queue has.
pub(crate) fn page(
    call: &Call<'_>,
    records: &Records<'_>,
    department: &SocialCreditCode,
    page: u64,
) -> Result<(Vec<String>, u64), Failure> {
    let length = length(call, records, department)?;
    let first = page.saturating_mul(PAGE);
    let mut numbers = Vec::new();
    for place in first..length.min(first.saturating_add(PAGE)) {
        let key = place_key(call.hash(), department, place);
        numbers.push(records.get(&key)?.ok_or(Failure::Damaged(key))?);
    }
    Ok((numbers, length))
}

/// How answers tell a page.
pub(crate) fn told(cases: Vec<Value>, length: u64) -> Value {
    json!({ "cases": cases, "length": length, "page_size": PAGE })
}
