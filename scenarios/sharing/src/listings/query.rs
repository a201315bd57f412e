//! The look at the lists: one subject, for one purpose, in one case, so often a day. Every attempt of somebody who is known is an access
//! event, whether it is answered or not. Somebody unknown and somebody who is not listed get the same answer.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Access, Basis, Call, Failure, Records, disclose};
use yinxin_types::Rejection;

use super::arguments::Query;
use super::codes;
use super::records::{Entry, ObjectionState, Publicity, Quota, State, Subject};
use super::term::day_of;
use crate::authority::{member_roles, officer, whose};
use crate::permission::Who;

/// How many queries one body may have answered on one day of Asia/Shanghai.
pub const MAX_BODY_QUERIES: u32 = 2000;
/// How many queries one officer may have answered on one day, whatever body he acts for.
pub const MAX_OFFICER_QUERIES: u32 = 200;

/// The class of the records in access events.
const CLASS: &str = "listing";
/// On what the look of a department rests: its duty by law (个人信息保护法 §34).
const DUTY: &str = "个人信息保护法 §34";
/// What is told of an entry, and nothing else.
const FIELDS: [&str; 5] = ["authority", "kind", "listed", "objection_pending", "until"];

/// `sharing.listing_query`. Somebody who is not known is refused as `identity.acting`, without an event. Then, each with an event:
/// `AUTH_MANDATE_*`, `LIST_NOT_MEMBER`, `LIST_PURPOSE_MISSING`, `LIST_CASE_MISSING`, `POLICY_*`, `LIST_QUOTA`.
pub(crate) fn query(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let query: Query = call.arguments()?;
    let (party, post, verdict) = match officer(call, records, &query.body, false) {
        Ok(who) => {
            let verdict = match looked_up(call, records, &query, &who) {
                Ok(entries) => Ok(entries),
                Err(Failure::Rejected(rejection)) => Err(rejection),
                Err(failure) => return Err(failure),
            };
            (who.party(), who.mandate(), verdict)
        }
        Err(Failure::Rejected(rejection)) if rejection.code.name.starts_with("AUTH_MANDATE") => {
            let actor = whose(call, records)?;
            if !actor.is_active() {
                return Err(rejection.into());
            }
            (actor.party, None, Err(rejection))
        }
        Err(failure) => return Err(failure),
    };
    let fields = FIELDS.map(str::to_owned);
    let count = verdict.as_ref().map_or(0, Vec::len);
    let access = Access {
        source: query.body.as_str(),
        officer: Some(party),
        post,
        subject: Some(query.subject),
        class: CLASS,
        fields: &fields,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        purpose: given(&query.purpose).unwrap_or_default(),
        case: given(&query.case),
        basis: Basis::Duty(DUTY),
        withheld: None,
    };
    let verdict = verdict.map(|entries| {
        let mut disclosure = json!({ "entries": entries, "listed": count > 0 });
        if let (Value::Object(members), Some(reader)) = (&mut disclosure, &query.reader) {
            members.insert("reader".to_owned(), json!(reader));
        }
        disclosure
    });
    disclose(call, records, &access, verdict)
}

/// A text that says something.
fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

fn looked_up(
    call: &Call<'_>,
    records: &mut Records<'_>,
    query: &Query,
    who: &Who,
) -> Result<Vec<Value>, Failure> {
    if member_roles(call, records, &query.body)?.is_none() {
        let detail = format!("{} is not an active member", query.body);
        return Err(Rejection::new(codes::LIST_NOT_MEMBER, detail).into());
    }
    if given(&query.purpose).is_none() {
        return Err(Rejection::new(codes::LIST_PURPOSE_MISSING, "`purpose` is empty").into());
    }
    if given(&query.case).is_none() {
        return Err(Rejection::new(codes::LIST_CASE_MISSING, "`case` is empty").into());
    }
    let subject = query.subject.to_string();
    let circumstances = Context {
        case: given(&query.case),
        kind: Some(CLASS),
        purpose: given(&query.purpose),
        ..Context::default()
    };
    who.permit(call, records, Resource::Record(&subject), circumstances)?;
    let found = entries(call, records, query)?;
    spend(call, records, query, &who.party())?;
    Ok(found)
}

/// The active entries about the subject that this body may see.
fn entries(call: &Call<'_>, records: &Records<'_>, query: &Query) -> Result<Vec<Value>, Failure> {
    let subject = Subject::of(records, call.hash(), &query.subject)?;
    let mut found = Vec::new();
    for listing in &subject.live {
        let key = Entry::key(call.hash(), listing);
        let entry: Entry = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        let hidden = entry.content.publicity == Publicity::Internal && entry.authority != query.body;
        if entry.state_at(call.block.time) == State::Active && !hidden {
            found.push(json!({
                "authority": entry.authority,
                "kind": entry.content.kind,
                "objection_pending": entry.objection == ObjectionState::Pending,
                "until": entry.content.until,
            }));
        }
    }
    Ok(found)
}

/// Counts the query of today, for the body and for the officer: `LIST_QUOTA`.
fn spend(call: &Call<'_>, records: &mut Records<'_>, query: &Query, officer: &Digest) -> Result<(), Failure> {
    let day = day_of(call.block.time);
    let limits = [
        (Quota::of_body(call.hash(), &query.body), MAX_BODY_QUERIES),
        (Quota::of_officer(call.hash(), officer), MAX_OFFICER_QUERIES),
    ];
    let mut spent = Vec::with_capacity(limits.len());
    for (key, limit) in limits {
        let quota = records.get::<Quota>(&key)?.filter(|quota| quota.day == day);
        let used = quota.map_or(0, |quota| quota.used).saturating_add(1);
        if used > limit {
            let detail = format!("{limit} queries a day are allowed");
            return Err(Rejection::new(codes::LIST_QUOTA, detail).into());
        }
        spent.push((key, Quota { day, used }));
    }
    for (key, quota) in spent {
        records.put(key, &quota)?;
    }
    Ok(())
}
