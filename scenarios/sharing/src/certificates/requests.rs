//! Requests for certificates: made and cancelled by a person, declined by the holder. To issue is to answer one, see `issue`.

use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::BlockTime;

use crate::authority::{accredited, officer, person, refuse, subject};
use crate::certificates::arguments::{Cancel, Decline, MakeRequest};
use crate::certificates::records::{Moment, Request, RequestState, concerns};
use crate::codes;
use crate::kinds::{self, Kind};
use crate::permission::own;

/// When a request made at a time is to be answered: `{date, ms_end, provisional}`, asked anew each time because calendars come later.
pub(crate) fn due(
    call: &Call<'_>,
    records: &Records<'_>,
    kind: &Kind,
    from: BlockTime,
) -> Result<Value, Failure> {
    let about = json!({ "days": kind.answer_days, "from_ms": from, "kind": "working" });
    call.ask(records, "governance.due", &about)
}

/// `sharing.request`: a person, or its guardian or agent, asks for a certificate. Refused with `AUTH_KEY_*`, `AUTH_MANDATE_*`,
/// `SHARE_NOT_PERSON`, `AUTH_ISSUER_NOT_ACCREDITED` where the holder could not issue it, `SHARE_REQUEST_OPEN`, `POLICY_*`.
pub(crate) fn request(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: MakeRequest<'_> = call.arguments()?;
    let (subject, who) = person(call, records, arguments.principal)?;
    accredited(call, records, &arguments.holder, arguments.kind)?;
    let open = Request::open_key(algorithm, &subject, &arguments.holder, arguments.kind);
    if records.bytes(&open)?.is_some() {
        return refuse(
            codes::SHARE_REQUEST_OPEN,
            "a request for the same has not been answered yet",
        );
    }
    let Some(kind) = kinds::find(arguments.kind) else {
        return refuse(codes::SHARE_KIND, "there is no such kind of certificate");
    };
    let due = due(call, records, kind, call.block.time)?;
    who.permit(
        call,
        records,
        Resource::Department(arguments.holder.as_str()),
        Context {
            purpose: Some(arguments.purpose),
            ..own(Some(kind.name))
        },
    )?;

    records.put(open, &call.id)?;
    let request = Request {
        certificate: None,
        ended: None,
        ended_by: None,
        holder: arguments.holder,
        kind: kind.name.to_owned(),
        purpose: arguments.purpose.to_owned(),
        reason: None,
        remedy: None,
        requested: Moment::of(call),
        requested_by: who.representative(),
        state: RequestState::Open,
        subject,
    };
    records.put(Request::key(algorithm, &call.id), &request)?;
    Ok(who.signed(json!({
        "concerns": concerns(&subject, [&request.holder]),
        "due": due,
        "request": call.id,
    })))
}

/// `sharing.cancel`: the person, or its guardian or agent, takes the request back. Refused with `SHARE_REQUEST_UNKNOWN`, `AUTH_KEY_*`,
/// `SHARE_NOT_SUBJECT`, `AUTH_MANDATE_*`, `SHARE_REQUEST_ENDED`, `POLICY_*`.
pub(crate) fn cancel(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Cancel {
        principal,
        request: id,
    } = call.arguments()?;
    let mut request = Request::known(call, records, &id)?;
    let who = subject(call, records, &request.subject, principal.as_ref())?;
    request.still_open()?;
    let record = id.to_string();
    who.permit(call, records, Resource::Record(&record), own(Some(&request.kind)))?;

    request.state = RequestState::Cancelled;
    request.ended_by = who.representative();
    end(call, records, &id, request).map(|outcome| who.signed(outcome))
}

/// `sharing.decline`: the holder will not issue, and says why and what the person can do. Refused with `SHARE_REQUEST_UNKNOWN`, the codes of
/// `identity.acting`, `SHARE_REQUEST_ENDED`, `POLICY_*`.
pub(crate) fn decline(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Decline {
        reason,
        remedy,
        request: id,
    } = call.arguments()?;
    let mut request = Request::known(call, records, &id)?;
    let who = officer(call, records, &request.holder, true)?;
    request.still_open()?;
    let record = id.to_string();
    who.permit(call, records, Resource::Record(&record), own(Some(&request.kind)))?;

    request.state = RequestState::Declined;
    request.reason = reason.map(str::to_owned);
    request.remedy = remedy.map(str::to_owned);
    end(call, records, &id, request)
}

fn end(
    call: &Call<'_>,
    records: &mut Records<'_>,
    id: &yinxin_crypto::Digest,
    request: Request,
) -> Result<Value, Failure> {
    let concerns = concerns(&request.subject, [&request.holder]);
    close(call, records, id, request)?;
    Ok(json!({ "concerns": concerns, "request": id }))
}

/// Writes a request that has ended, which makes room for another for the same.
pub(crate) fn close(
    call: &Call<'_>,
    records: &mut Records<'_>,
    id: &yinxin_crypto::Digest,
    mut request: Request,
) -> Result<(), Failure> {
    let algorithm = call.hash();
    records.delete(Request::open_key(
        algorithm,
        &request.subject,
        &request.holder,
        &request.kind,
    ));
    request.ended = Some(Moment::of(call));
    records.put(Request::key(algorithm, id), &request)
}
