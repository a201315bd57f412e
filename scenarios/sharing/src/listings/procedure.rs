//! The life of an entry. Each operation checks in the order that its documentation gives, then writes.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

use super::arguments::{Annul, Answer, Decide, Finding, Object, Paper, Promise, Propose, Statement, What};
use super::codes;
use super::kinds::Kind;
use super::records::{
    Action, Content, Entry, MAX_LIVE, MAX_OBJECTIONS, MAX_STATEMENTS, ObjectionState, Promised, State, Step,
    Subject,
};
use super::term::after_months;
use crate::authority::{acting, member_roles, officer, refuse, whose};
use crate::desk::{self, Clock};
use crate::permission::{Who, own};

/// All that an operation on an entry surely reads.
pub(crate) fn entry_reads(call: &Call<'_>) -> Vec<StateKey> {
    desk::digest(call, "listing")
        .map(|listing| Entry::key(call.hash(), &listing))
        .into_iter()
        .collect()
}

/// All that an operation about a subject surely reads.
pub(crate) fn subject_reads(call: &Call<'_>) -> Vec<StateKey> {
    desk::digest(call, "subject")
        .map(|subject| Subject::key(call.hash(), &subject))
        .into_iter()
        .collect()
}

/// An entry: `LIST_UNKNOWN`.
fn known(call: &Call<'_>, records: &Records<'_>, listing: &Digest) -> Result<Entry, Failure> {
    match Entry::find(records, call.hash(), listing)? {
        Some(entry) => Ok(entry),
        None => refuse(codes::LIST_UNKNOWN, format!("there is no entry {listing}")),
    }
}

/// The entry, and the officer who acts on it with the seal of the entering authority: as `identity.acting`, `LIST_UNKNOWN`,
/// `LIST_NOT_ENTERING_AUTHORITY`, `LIST_OWN_CASE`.
fn at_authority(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    listing: &Digest,
) -> Result<(Entry, Who), Failure> {
    let who = officer(call, records, body, true)?;
    let entry = known(call, records, listing)?;
    if entry.authority != *body {
        let detail = format!("the entry is of {}", entry.authority);
        return refuse(codes::LIST_NOT_ENTERING_AUTHORITY, detail);
    }
    if who.party() == entry.subject {
        return refuse(codes::LIST_OWN_CASE, "the officer is the subject of the entry");
    }
    Ok((entry, who))
}

/// The entry, and who acts for its subject under which mandate: as `identity.actor` or `identity.acting`, `LIST_UNKNOWN`, `LIST_NOT_SUBJECT`.
fn at_subject(
    call: &Call<'_>,
    records: &Records<'_>,
    body: Option<&SocialCreditCode>,
    listing: &Digest,
) -> Result<(Entry, Who), Failure> {
    let (acts_for, who) = match body {
        Some(body) => {
            let acting = acting(call, records, body, true)?;
            (Some(acting.body), Who::Officer(acting, body.clone()))
        }
        None => {
            let actor = whose(call, records)?;
            (actor.is_active().then_some(actor.party), Who::Itself(actor))
        }
    };
    let entry = known(call, records, listing)?;
    if acts_for != Some(entry.subject) {
        return refuse(
            codes::LIST_NOT_SUBJECT,
            "the account does not act for the subject, or its key has ended",
        );
    }
    Ok((entry, who))
}

/// Asks the policies about a step of an entry that is the actor's own.
fn permit(
    call: &Call<'_>,
    records: &Records<'_>,
    who: &Who,
    listing: &Digest,
    entry: &Entry,
) -> Result<(), Failure> {
    let record = listing.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&entry.content.kind)),
    )
}

/// That an entry stands where the step needs it: `LIST_ENDED`, `LIST_STATE`.
fn expect(call: &Call<'_>, entry: &Entry, state: State) -> Result<(), Failure> {
    if entry.ended(call.block.time) {
        return refuse(codes::LIST_ENDED, "the entry has ended");
    }
    if entry.state != state {
        let detail = format!("the entry is {:?}, the step needs {state:?}", entry.state);
        return refuse(codes::LIST_STATE, detail);
    }
    Ok(())
}

/// Counts one more, up to a limit: `LIST_LIMIT`.
fn one_more(count: u8, limit: u8) -> Result<u8, Failure> {
    match count.checked_add(1) {
        Some(next) if next <= limit => Ok(next),
        _ => refuse(codes::LIST_LIMIT, format!("{limit} are allowed")),
    }
}

/// What every outcome tells.
fn outcome(call: &Call<'_>, listing: &Digest, entry: &Entry, more: Value) -> Value {
    let mut outcome = json!({
        "concerns": [entry.subject, entry.authority],
        "listing": listing,
        "state": entry.state_at(call.block.time),
    });
    if let (Value::Object(outcome), Value::Object(more)) = (&mut outcome, more) {
        outcome.extend(more);
    }
    outcome
}

/// That a body is an active member: `LIST_NOT_MEMBER`.
fn member(call: &Call<'_>, records: &Records<'_>, body: &SocialCreditCode) -> Result<(), Failure> {
    match member_roles(call, records, body)? {
        Some(_) => Ok(()),
        None => refuse(codes::LIST_NOT_MEMBER, format!("{body} is not an active member")),
    }
}

/// `sharing.listing_propose`. Refused as `identity.acting`, then with `LIST_NOT_MEMBER`, `LIST_OWN_CASE`, `LIST_LIMIT`.
pub(crate) fn propose(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Propose = call.arguments()?;
    let algorithm = call.hash();
    let acting = acting(call, records, &arguments.body, true)?;
    member(call, records, &arguments.body)?;
    if [acting.officer, acting.body].contains(&arguments.subject) {
        return refuse(codes::LIST_OWN_CASE, "nobody lists himself");
    }
    let mut subject = Subject::of(records, algorithm, &arguments.subject)?;
    if subject.live.len() >= MAX_LIVE {
        forget_ended(call, records, &mut subject)?;
    }
    let key = Subject::key(algorithm, &arguments.subject);
    if subject.live.len() >= MAX_LIVE {
        return refuse(
            codes::LIST_LIMIT,
            format!("the subject has {MAX_LIVE} entries that have not ended"),
        );
    }
    let who = Who::Officer(acting, arguments.body.clone());
    let record = arguments.subject.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&arguments.kind)),
    )?;

    let mut entry = Entry {
        authority: arguments.body,
        content: Content {
            document: None,
            facts: arguments.facts,
            from: None,
            kind: arguments.kind,
            number: None,
            publicity: arguments.publicity,
            until: None,
        },
        objection: ObjectionState::None,
        objection_clock: None,
        objections: 0,
        promise: None,
        promises: 0,
        proposer: who.party(),
        state: State::Proposed,
        statement_clock: None,
        statements: 0,
        steps: 0,
        subject: arguments.subject,
        version: 1,
    };
    let step = Step::new(call, Action::Propose, who.party(), who.mandate()).saying(&entry.content);
    records.put(Subject::place(algorithm, &entry.subject, subject.total), &call.id)?;
    subject.live.push(call.id);
    subject.total = subject.total.checked_add(1).ok_or(Failure::Damaged(key))?;
    records.put(key, &subject)?;
    entry.advance(call, records, &call.id, &step)?;
    Ok(outcome(call, &call.id, &entry, json!({})))
}

/// Drops the entries that have ended from those that are looked through by queries.
fn forget_ended(call: &Call<'_>, records: &Records<'_>, subject: &mut Subject) -> Result<(), Failure> {
    let mut live = Vec::with_capacity(subject.live.len());
    for listing in &subject.live {
        let key = Entry::key(call.hash(), listing);
        let entry: Entry = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        if !entry.ended(call.block.time) {
            live.push(*listing);
        }
    }
    subject.live = live;
    Ok(())
}

/// `sharing.listing_notify`: the notice has reached the subject, the time for statements runs. Refused as [`at_authority`], then with
/// `LIST_ENDED`, `LIST_STATE`.
pub(crate) fn notify(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Paper {
        document,
        body,
        listing,
    } = call.arguments()?;
    let (mut entry, who) = at_authority(call, records, &body, &listing)?;
    expect(call, &entry, State::Proposed)?;
    let clock = Clock::start(call, records, kind(&entry)?.statement_days)?;
    permit(call, records, &who, &listing, &entry)?;

    let due = clock.due.clone();
    entry.statement_clock = Some(clock);
    entry.state = State::Notified;
    let step = Step::new(call, Action::Notify, who.party(), who.mandate()).on(document);
    entry.advance(call, records, &listing, &step)?;
    Ok(outcome(call, &listing, &entry, json!({ "due": due })))
}

/// The kind of an entry: `LIST_KIND` where a program no longer knows it.
pub(super) fn kind(entry: &Entry) -> Result<&'static Kind, Failure> {
    match Kind::find(&entry.content.kind) {
        Some(kind) => Ok(kind),
        None => refuse(codes::LIST_KIND, "the kind of the entry is no longer known"),
    }
}

/// Whether the time for statements has ended; an entry without one has not been notified.
fn heard(call: &Call<'_>, records: &Records<'_>, entry: &Entry) -> Result<bool, Failure> {
    match &entry.statement_clock {
        Some(clock) => clock.is_over(call, records),
        None => Ok(false),
    }
}

/// `sharing.listing_statement`: the subject says its part. Refused as [`at_subject`], then with `LIST_ENDED`, `LIST_STATE`,
/// `LIST_STATEMENT_CLOSED`, `LIST_LIMIT`.
pub(crate) fn statement(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Statement {
        body,
        listing,
        statement,
    } = call.arguments()?;
    let (mut entry, who) = at_subject(call, records, body.as_ref(), &listing)?;
    expect(call, &entry, State::Notified)?;
    if heard(call, records, &entry)? {
        return refuse(codes::LIST_STATEMENT_CLOSED, "the time for statements has ended");
    }
    entry.statements = one_more(entry.statements, MAX_STATEMENTS)?;
    permit(call, records, &who, &listing, &entry)?;

    let step = Step::new(call, Action::Statement, who.party(), who.mandate()).on(statement);
    entry.advance(call, records, &listing, &step)?;
    Ok(outcome(call, &listing, &entry, json!({})))
}

/// `sharing.listing_decide`: the entry stands from now on. Refused as [`at_authority`], then with `LIST_NOT_MEMBER`, `LIST_SAME_OFFICER`,
/// `LIST_NO_DECISION_DOC`, `LIST_ENDED`, `LIST_STATE`, `LIST_STATEMENT_OPEN`.
pub(crate) fn decide(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Decide {
        document,
        body,
        listing,
        number,
    } = call.arguments()?;
    let (mut entry, who) = at_authority(call, records, &body, &listing)?;
    member(call, records, &body)?;
    if who.party() == entry.proposer {
        return refuse(codes::LIST_SAME_OFFICER, "the officer proposed the entry");
    }
    let Some(document) = document else {
        return refuse(codes::LIST_NO_DECISION_DOC, "`document` is missing");
    };
    expect(call, &entry, State::Notified)?;
    if !heard(call, records, &entry)? {
        return refuse(codes::LIST_STATEMENT_OPEN, "the time for statements runs");
    }
    permit(call, records, &who, &listing, &entry)?;
    let (from, until) = (
        call.block.time,
        after_months(call.block.time, kind(&entry)?.months),
    );

    entry.content.document = Some(document);
    entry.content.from = Some(from);
    entry.content.number = Some(number);
    entry.content.until = Some(until);
    entry.state = State::Active;
    let step = Step::new(call, Action::Decide, who.party(), who.mandate())
        .on(document)
        .saying(&entry.content);
    entry.advance(call, records, &listing, &step)?;
    Ok(outcome(
        call,
        &listing,
        &entry,
        json!({ "from": from, "until": until }),
    ))
}

/// `sharing.listing_object`: the subject objects to the entry, which stands meanwhile. Refused as [`at_subject`], then with `LIST_ENDED`,
/// `LIST_STATE`, `LIST_OBJECTION_PENDING`, `LIST_LIMIT`.
pub(crate) fn object(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Object {
        body,
        grounds,
        listing,
    } = call.arguments()?;
    let (mut entry, who) = at_subject(call, records, body.as_ref(), &listing)?;
    expect(call, &entry, State::Active)?;
    if entry.objection == ObjectionState::Pending {
        return refuse(codes::LIST_OBJECTION_PENDING, "an objection waits for its answer");
    }
    entry.objections = one_more(entry.objections, MAX_OBJECTIONS)?;
    let clock = Clock::start(call, records, kind(&entry)?.answer_days)?;
    permit(call, records, &who, &listing, &entry)?;

    let due = clock.due.clone();
    entry.objection = ObjectionState::Pending;
    entry.objection_clock = Some(clock);
    let step = Step::new(call, Action::Object, who.party(), who.mandate()).on(grounds);
    entry.advance(call, records, &listing, &step)?;
    Ok(outcome(call, &listing, &entry, json!({ "due": due })))
}

/// `sharing.listing_answer`: the authority keeps the entry or corrects it. A correction makes the next version; it can shorten the term and
/// never lengthen it. Refused as [`at_authority`], then with `LIST_ENDED`, `LIST_STATE`, `LIST_NO_OBJECTION`, `LIST_CORRECTION`.
pub(crate) fn answer(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Answer {
        answer,
        document,
        body,
        listing,
        what,
    } = call.arguments()?;
    let (mut entry, who) = at_authority(call, records, &body, &listing)?;
    expect(call, &entry, State::Active)?;
    let Some(clock) = entry
        .objection_clock
        .as_ref()
        .filter(|_| entry.objection == ObjectionState::Pending)
    else {
        return refuse(codes::LIST_NO_OBJECTION, "no objection waits for an answer");
    };
    let late = clock.is_over(call, records)?;
    permit(call, records, &who, &listing, &entry)?;

    let step = match answer {
        Finding::Kept => {
            entry.objection = ObjectionState::Kept;
            Step::new(call, Action::Keep, who.party(), who.mandate()).on(document)
        }
        Finding::Corrected => {
            let before = entry.content.clone();
            correct(&mut entry.content, what.unwrap_or_default());
            if entry.content == before {
                return refuse(codes::LIST_CORRECTION, "the correction changes nothing");
            }
            entry.objection = ObjectionState::Corrected;
            let key = Entry::key(call.hash(), &listing);
            entry.version = entry.version.checked_add(1).ok_or(Failure::Damaged(key))?;
            Step::new(call, Action::Correct, who.party(), who.mandate())
                .on(document)
                .saying(&entry.content)
        }
    };
    entry.advance(call, records, &listing, &step)?;
    let more = json!({ "late": late, "until": entry.content.until, "version": entry.version });
    Ok(outcome(call, &listing, &entry, more))
}

fn correct(content: &mut Content, what: What) {
    if let Some(code) = what.kind
        && let Some(kind) = Kind::find(&code)
    {
        let ends = content.from.map(|from| after_months(from, kind.months));
        content.until = content.until.min(ends);
        content.kind = code;
    }
    if let Some(facts) = what.facts {
        content.facts = facts;
    }
    if let Some(number) = what.number {
        content.number = Some(number);
    }
    if let Some(publicity) = what.publicity {
        content.publicity = publicity;
    }
}

/// `sharing.listing_promise`: the subject has corrected what was wrong and promises in writing. The newest promise counts. Refused as
/// [`at_subject`], then with `LIST_ENDED`, `LIST_STATE`, `LIST_CORRECTED_TIME`, `LIST_LIMIT`.
pub(crate) fn promise(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Promise {
        corrected,
        body,
        listing,
        promise,
    } = call.arguments()?;
    let (mut entry, who) = at_subject(call, records, body.as_ref(), &listing)?;
    expect(call, &entry, State::Active)?;
    if corrected > call.block.time {
        let detail = format!("{corrected} is after the block, which is of {}", call.block.time);
        return refuse(codes::LIST_CORRECTED_TIME, detail);
    }
    entry.promises = one_more(entry.promises, MAX_OBJECTIONS)?;
    permit(call, records, &who, &listing, &entry)?;

    entry.promise = Some(Promised { corrected, promise });
    let step = Step::new(call, Action::Promise, who.party(), who.mandate()).on(promise);
    entry.advance(call, records, &listing, &step)?;
    let more = json!({ "removable": entry.removable() });
    Ok(outcome(call, &listing, &entry, more))
}

/// `sharing.listing_remove`: the authority takes the entry off before its time. Refused as [`at_authority`], then with `LIST_ENDED`,
/// `LIST_STATE`, `LIST_NO_PROMISE`, `LIST_TOO_EARLY`.
pub(crate) fn remove(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Paper {
        document,
        body,
        listing,
    } = call.arguments()?;
    let (mut entry, who) = at_authority(call, records, &body, &listing)?;
    expect(call, &entry, State::Active)?;
    let Some(removable) = entry.removable() else {
        return refuse(codes::LIST_NO_PROMISE, "the subject has promised nothing");
    };
    if call.block.time < removable {
        let detail = format!("from {removable} on, the block is of {}", call.block.time);
        return refuse(codes::LIST_TOO_EARLY, detail);
    }
    permit(call, records, &who, &listing, &entry)?;
    let step = Step::new(call, Action::Remove, who.party(), who.mandate()).on(document);
    end(call, records, &listing, &mut entry, State::Removed, &step)
}

/// `sharing.listing_annul`: the authority takes the proposal, the notice or the decision back, with its basis. Refused as [`at_authority`],
/// then with `LIST_ENDED`.
pub(crate) fn annul(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Annul {
        basis,
        document,
        body,
        listing,
    } = call.arguments()?;
    let (mut entry, who) = at_authority(call, records, &body, &listing)?;
    expect(call, &entry, entry.state)?;
    permit(call, records, &who, &listing, &entry)?;
    let mut step = Step::new(call, Action::Annul, who.party(), who.mandate()).on(document);
    step.basis = Some(basis);
    end(call, records, &listing, &mut entry, State::Annulled, &step)
}

/// Ends an entry: it answers no more, its record and steps stay.
fn end(
    call: &Call<'_>,
    records: &mut Records<'_>,
    listing: &Digest,
    entry: &mut Entry,
    state: State,
    step: &Step,
) -> Result<Value, Failure> {
    let mut subject = Subject::of(records, call.hash(), &entry.subject)?;
    subject.live.retain(|one| one != listing);
    records.put(Subject::key(call.hash(), &entry.subject), &subject)?;
    entry.state = state;
    entry.advance(call, records, listing, step)?;
    Ok(outcome(call, listing, entry, json!({})))
}
