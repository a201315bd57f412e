//! What applicants and desks put down about notices.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::{self, Who, refuse};
use yinxin_execution::{Call, Failure, Records};

use super::super::arguments::{NoticeFailed, NoticeOpened, NoticeSent, Serve};
use super::super::handling::Handling;
use super::super::intake::claim;
use super::super::permission::permit;
use super::super::records::Moment;
use super::super::{codes, officers};
use super::records::{Channel, Dispatch, Failed, How, MAX_DISPATCHES, Notice, Service};
use super::{inbox, served};

/// By how much the clock of a desk may differ from that of the chain, in milliseconds.
const SKEW_MS: u64 = 60_000;
/// How late a desk may put down what it sent, in milliseconds: an hour. What it could not put down by then it sends again, so that nobody
/// learns of a receipt long after the periods that count from it began.
const LATE_MS: u64 = 3_600_000;

/// `approval.serve`: the applicant agrees to electronic service and says by what, or takes that back. Refused with `CASE_UNKNOWN`, as
/// [`officers::applicant`], `POLICY_*`, `MAT_CLAIMED` where the contact is another's material.
pub(crate) fn serve(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Serve = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let whose = (arguments.body.as_ref(), arguments.principal);
    let who = officers::applicant(call, records, &handling.case, whose)?;
    permit(call, records, &who, (&arguments.case, true))?;

    let party = handling.case.applicant.party;
    claim(call, records, &party, arguments.contact.as_ref())?;
    let department = handling.case.handler()?;
    let what = match arguments.by {
        Some(_) => "service_agreed",
        None => "service_ended",
    };
    let detail = json!({ "by": arguments.by });
    handling.note(call, what, Some((who.party(), &department)), detail);
    handling.case.service = arguments.by.map(|by| Service {
        at: Moment::of(call),
        by,
        contact: arguments.contact,
    });
    let outcome = handling.save(call, records, json!({ "by": arguments.by }))?;
    Ok(who.signed(outcome))
}

/// `approval.notice_opened`: the applicant opened a notice in the portal; one that was not served before is served by that. Refused with
/// `CASE_UNKNOWN`, as [`officers::applicant`], `NOTICE_UNKNOWN`, `NOTICE_RECORDED` where it was opened before, `POLICY_*`.
pub(crate) fn notice_opened(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: NoticeOpened = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let whose = (arguments.body.as_ref(), arguments.principal);
    let who = officers::applicant(call, records, &handling.case, whose)?;
    let notice = named(&mut handling, arguments.notice)?;
    if notice.opened.is_some() {
        return refuse(codes::NOTICE_RECORDED, "the notice was opened before");
    }
    notice.opened = Some(Moment::of(call));
    permit(call, records, &who, (&arguments.case, true))?;

    let party = handling.case.applicant.party;
    inbox::opened(call, records, &party)?;
    let opened = (How::Opened, call.block.time.0);
    served(call, &mut handling, arguments.notice, opened);
    let outcome = handling.save(call, records, json!({ "notice": arguments.notice }))?;
    Ok(who.signed(outcome))
}

/// `approval.notice_sent`: the department's node sent a notice to the designated mailbox; with a receipt where the server of the mailbox took
/// it, which serves it. Refused with `CASE_UNKNOWN`, as [`department`], as [`designated`], `NOTICE_TIME`, `POLICY_*`.
pub(crate) fn notice_sent(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: NoticeSent = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let who = department(call, records, &handling)?;
    let made_ms = designated(&mut handling, arguments.notice, arguments.contact)?
        .at
        .time
        .0;
    let sent_ms = in_time(call, made_ms, arguments.sent_ms)?;
    let received_ms = match &arguments.received {
        None => None,
        Some(receipt) if receipt.time_ms < arguments.sent_ms => {
            return refuse(codes::NOTICE_TIME, "nothing is received before it is sent");
        }
        Some(receipt) => Some(in_time(call, made_ms, receipt.time_ms)?),
    };
    permit(call, records, &who, (&arguments.case, true))?;

    let dispatch = Dispatch {
        at: Moment::of(call),
        contact: arguments.contact,
        digest: arguments.digest,
        evidence: arguments.received.as_ref().map(|receipt| receipt.evidence),
        failed: None,
        received_ms,
        sent_ms,
    };
    named(&mut handling, arguments.notice)?.dispatches.push(dispatch);
    let detail = json!({ "digest": arguments.digest, "notice": arguments.notice });
    handling.note_at(call, sent_ms, "notice_sent", None, detail);
    if let Some(received_ms) = received_ms {
        served(call, &mut handling, arguments.notice, (How::Email, received_ms));
    }
    let outcome = json!({ "notice": arguments.notice, "received_ms": received_ms });
    handling.save(call, records, outcome)
}

/// `approval.notice_failed`: the department's node could not send a notice, and says why; nothing begins to count. Refused as [`notice_sent`].
pub(crate) fn notice_failed(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: NoticeFailed = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let who = department(call, records, &handling)?;
    let made_ms = designated(&mut handling, arguments.notice, arguments.contact)?
        .at
        .time
        .0;
    let sent_ms = in_time(call, made_ms, arguments.sent_ms)?;
    permit(call, records, &who, (&arguments.case, true))?;

    let reason: Failed = arguments.reason;
    let dispatch = Dispatch {
        at: Moment::of(call),
        contact: arguments.contact,
        digest: arguments.digest,
        evidence: None,
        failed: Some(reason),
        received_ms: None,
        sent_ms,
    };
    named(&mut handling, arguments.notice)?.dispatches.push(dispatch);
    let detail = json!({ "notice": arguments.notice, "reason": reason });
    handling.note_at(call, sent_ms, "notice_failed", None, detail);
    let outcome = json!({ "notice": arguments.notice, "reason": reason });
    handling.save(call, records, outcome)
}

/// The department of the case by its seal alone, which is what its desk signs with: `AUTH_KEY_*`, `NOTICE_SENDER`.
fn department(call: &Call<'_>, records: &Records<'_>, handling: &Handling) -> Result<Who, Failure> {
    let actor = who::actor(call, records)?;
    if actor.code != Some(handling.case.handler()?) {
        return refuse(
            codes::NOTICE_SENDER,
            "the desk of the case's department did not sign",
        );
    }
    Ok(Who::Itself(actor))
}

fn named(handling: &mut Handling, number: u64) -> Result<&mut Notice, Failure> {
    let mut notices = handling.case.notices.iter_mut();
    match notices.find(|notice| notice.number == number) {
        Some(notice) => Ok(notice),
        None => refuse(codes::NOTICE_UNKNOWN, "the case has no such notice"),
    }
}

/// The notice, if it is to be sent to this contact: `NOTICE_UNKNOWN`, `NOTICE_CHANNEL` where the applicant designated no mailbox or another,
/// `NOTICE_RECORDED` where that was put down before or it is served, `CASE_LIMIT`.
fn designated(handling: &mut Handling, number: u64, contact: Digest) -> Result<&Notice, Failure> {
    let service = handling.case.service.clone();
    let notice = &*named(handling, number)?;
    let by_mail = service.filter(|service| service.by == Channel::Email);
    if by_mail.and_then(|service| service.contact) != Some(contact) {
        return refuse(codes::NOTICE_CHANNEL, "the applicant designated no such mailbox");
    }
    if notice.served.is_some() || notice.dispatches.iter().any(|one| one.contact == contact) {
        return refuse(codes::NOTICE_RECORDED, "it is served, or was sent there before");
    }
    if notice.dispatches.len() >= MAX_DISPATCHES {
        return refuse(codes::CASE_LIMIT, "it was sent too often");
    }
    Ok(notice)
}

/// A moment that a desk states: not before the notice was made, not after this block, and not long ago. Within what clocks differ it is moved
/// between the two. `NOTICE_TIME`.
fn in_time(call: &Call<'_>, made_ms: u64, stated_ms: u64) -> Result<u64, Failure> {
    let now_ms = call.block.time.0;
    let early = stated_ms.saturating_add(SKEW_MS) < made_ms;
    let late = stated_ms.saturating_add(LATE_MS) < now_ms;
    if early || late || stated_ms > now_ms.saturating_add(SKEW_MS) {
        return refuse(
            codes::NOTICE_TIME,
            "the moment is before the notice, long ago or to come",
        );
    }
    Ok(stated_ms.max(made_ms).min(now_ms))
}
