//! Complaints: about the quality of what was granted, which the owner answers; about a refusal or a silence, which a member in charge of
//! data answers that is no party to it. Ten working days for either, a rule of this consortium: the national number is not published in
//! a text we could read.

use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;

use super::arguments::{Complain, ComplaintAnswer};
use super::codes;
use super::records::{
    Complaint, ComplaintAnswered, ComplaintKind, Finding, MAX_COMPLAINTS, Request, RequestState,
};
use super::requests::{REQUESTER, at_side, keep, known, permit};
use crate::authority::{member_roles, officer, refuse};
use crate::desk::{self, Clock};

/// Working days for the answer to a complaint.
const COMPLAINT_DAYS: u32 = 10;
/// The role of the members that answer disputes.
const DATA: &str = "data";

/// All that the answer to a complaint surely reads.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    desk::digest(call, "complaint")
        .map(|complaint| Complaint::key(call.hash(), &complaint))
        .into_iter()
        .collect()
}

/// Whether the request gives ground for a complaint of the kind.
fn has_ground(
    call: &Call<'_>,
    records: &Records<'_>,
    kind: ComplaintKind,
    request: &Request,
) -> Result<bool, Failure> {
    match (kind, request.state) {
        (ComplaintKind::Quality, RequestState::Granted) => Ok(request.lives(call.block.time)),
        (ComplaintKind::Dispute, RequestState::Refused) => Ok(true),
        (ComplaintKind::Dispute, RequestState::Open) => request.reply.is_over(call, records),
        _ => Ok(false),
    }
}

/// `sharing.resource_complain`. Refused as `identity.acting`, then with `RES_REQUEST_UNKNOWN`, `RES_NOT_REQUESTER`, `RES_COMPLAINT`,
/// `RES_LIMIT`, `POLICY_*`.
pub(crate) fn complain(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Complain {
        body,
        kind,
        request: id,
        statement,
    } = call.arguments()?;
    let (mut request, who) = at_side(call, records, &body, &id, REQUESTER)?;
    if request.open_complaint.is_some() {
        return refuse(codes::RES_COMPLAINT, "a complaint about the request waits");
    }
    if !has_ground(call, records, kind, &request)? {
        let detail = format!("the request is {:?}, no ground for {kind:?}", request.state);
        return refuse(codes::RES_COMPLAINT, detail);
    }
    if request.complaints >= MAX_COMPLAINTS {
        let detail = format!("{MAX_COMPLAINTS} complaints about the request were made");
        return refuse(codes::RES_LIMIT, detail);
    }
    permit(call, records, &who, &id, Some(&request.purpose))?;

    let complaint = Complaint {
        answer: None,
        clock: Clock::start(call, records, COMPLAINT_DAYS)?,
        kind,
        made: call.block.time,
        owner: request.owner.clone(),
        request: id,
        requester: request.requester.clone(),
        statement,
    };
    request.complaints = request.complaints.saturating_add(1);
    request.open_complaint = Some(call.id);
    records.put(Complaint::key(call.hash(), &call.id), &complaint)?;
    keep(call, records, &id, &request)?;
    Ok(json!({
        "complaint": call.id,
        "concerns": [complaint.requester, complaint.owner],
        "due": complaint.clock.due,
    }))
}

/// `sharing.resource_complaint_answer`. A dispute that is upheld opens the request again, with the owner's full time. Refused as
/// `identity.acting`, then with `RES_COMPLAINT_UNKNOWN`, `RES_NOT_COMPETENT`, `RES_ANSWERED`, `POLICY_*`, `RES_LIMIT`.
pub(crate) fn answer(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: ComplaintAnswer = call.arguments()?;
    let (id, body) = (arguments.complaint, arguments.body);
    let who = officer(call, records, &body, true)?;
    let key = Complaint::key(call.hash(), &id);
    let Some(mut complaint) = records.get::<Complaint>(&key)? else {
        return refuse(
            codes::RES_COMPLAINT_UNKNOWN,
            format!("there is no complaint {id}"),
        );
    };
    let competent = match complaint.kind {
        ComplaintKind::Quality => body == complaint.owner,
        ComplaintKind::Dispute => {
            let party = body == complaint.owner || body == complaint.requester;
            let roles = member_roles(call, records, &body)?.unwrap_or_default();
            !party && roles.iter().any(|role| role == DATA)
        }
    };
    if !competent {
        return refuse(
            codes::RES_NOT_COMPETENT,
            "quality is answered by the owner, a dispute by a member in charge of data that is no party to it",
        );
    }
    if complaint.answer.is_some() {
        return refuse(codes::RES_ANSWERED, "the complaint has been answered");
    }
    let mut request = known(call, records, &complaint.request)?;
    let record = id.to_string();
    let circumstances = Context {
        own: body == complaint.owner,
        purpose: Some(&request.purpose),
        ..Context::default()
    };
    who.permit(call, records, Resource::Record(&record), circumstances)?;

    let late = complaint.clock.is_over(call, records)?;
    request.open_complaint = None;
    if (complaint.kind, arguments.finding, request.state)
        == (ComplaintKind::Dispute, Finding::Upheld, RequestState::Refused)
    {
        request.answered = None;
        request.reply = Clock::start(call, records, request.reply.days)?;
        request.state = RequestState::Open;
    }
    let outcome = json!({
        "complaint": id,
        "concerns": [complaint.requester, complaint.owner, body],
        "finding": arguments.finding,
        "late": late,
    });
    complaint.answer = Some(ComplaintAnswered {
        at: call.block.time,
        body,
        document: arguments.document,
        finding: arguments.finding,
        late,
        reason: arguments.reason,
        remedy: arguments.remedy,
    });
    records.put(key, &complaint)?;
    keep(call, records, &complaint.request, &request)?;
    Ok(outcome)
}
