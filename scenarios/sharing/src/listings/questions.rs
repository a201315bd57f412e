//! What listings answer. Their forms stand in the table of the module.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};

use super::codes;
use super::kinds::KINDS;
use super::records::{Entry, ObjectionState, Step, Subject};
use crate::authority::refuse;
use crate::desk::{about, present};

/// The most entries of one answer of the history.
pub const MAX_HISTORY_PAGE: u64 = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfListing {
    listing: Digest,
}

/// `sharing.listing`: an entry that has not ended, for its authority and its subject: `{listing, authority, subject, state, content,
/// version, statement_due, objection, objection_due, overdue, removable}`. One that has ended is `LIST_UNKNOWN`, as one that never was.
pub(crate) fn listing(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfListing { listing } = about(value)?;
    let entry = Entry::find(records, call.hash(), &listing)?;
    match entry.filter(|entry| !entry.ended(call.block.time)) {
        Some(entry) => view(call, records, &listing, &entry),
        None => refuse(codes::LIST_UNKNOWN, format!("there is no entry {listing}")),
    }
}

fn view(call: &Call<'_>, records: &Records<'_>, listing: &Digest, entry: &Entry) -> Result<Value, Failure> {
    let ends = |clock: &Option<crate::desk::Clock>| match clock {
        Some(clock) => clock.ends(call, records).map(Some),
        None => Ok(None),
    };
    let objection_due = ends(&entry.objection_clock)?;
    let pending = entry.objection == ObjectionState::Pending;
    let overdue = pending
        && objection_due
            .as_ref()
            .is_some_and(|due| due.ms_end <= call.block.time);
    Ok(json!({
        "authority": entry.authority,
        "content": entry.content,
        "listing": listing,
        "objection": entry.objection,
        "objection_due": objection_due,
        "overdue": overdue,
        "removable": entry.removable(),
        "state": entry.state_at(call.block.time),
        "statement_due": ends(&entry.statement_clock)?,
        "subject": entry.subject,
        "version": entry.version,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfHistory {
    #[serde(default, deserialize_with = "present")]
    after: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    limit: Option<u64>,
    subject: Digest,
}

/// `sharing.listing_history`, **for audit only**: `{total, next, entries: [{…as sharing.listing, steps}]}`, the oldest first, ended ones
/// included; `after` skips so many. The interface answers it to a session with an audit post and to nobody else.
pub(crate) fn history(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfHistory {
        after,
        limit,
        subject: id,
    } = about(value)?;
    let algorithm = call.hash();
    let subject = Subject::of(records, algorithm, &id)?;
    let first = after.unwrap_or_default();
    let limit = limit.unwrap_or(MAX_HISTORY_PAGE).min(MAX_HISTORY_PAGE);
    let end = first.saturating_add(limit).min(subject.total);
    let mut entries = Vec::new();
    for number in first..end {
        let place = Subject::place(algorithm, &id, number);
        let listing: Digest = records.get(&place)?.ok_or(Failure::Damaged(place))?;
        let key = Entry::key(algorithm, &listing);
        let entry: Entry = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        let mut steps = Vec::new();
        for number in 0..entry.steps {
            let key = Step::key(algorithm, &listing, number);
            steps.push(records.get::<Step>(&key)?.ok_or(Failure::Damaged(key))?);
        }
        let mut shown = view(call, records, &listing, &entry)?;
        if let Value::Object(members) = &mut shown {
            members.insert("steps".to_owned(), json!(steps));
        }
        entries.push(shown);
    }
    let next = (end < subject.total).then_some(end);
    Ok(json!({ "entries": entries, "next": next, "total": subject.total }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfNothing {}

/// `sharing.listing_kinds`: `{kinds: [{code, months, early_months, early_since, statement_days, answer_days, law}]}`.
pub(crate) fn kinds(_: &Call<'_>, _: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfNothing {} = about(value)?;
    Ok(json!({ "kinds": KINDS }))
}
