//! Delivering an extract, and taking it back.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

use super::arguments::{Deliver, Withdraw};
use super::codes;
use super::records::{
    Extract, Given, MAX_DELIVERIES, MAX_EXTRACTS, When, Withdrawal, count_key, number_key, page_key, page_of,
};
use crate::authority::{self, refuse};
use crate::catalogue::{Head, HeadState, Name, Request, RequestState};
use crate::desk;
use crate::permission::{given as said, own};

/// What the policies are told that this is about.
const KIND: &str = "extract";

/// All that an operation on an extract surely reads.
pub(super) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let extract = desk::digest(call, "extract").map(|id| Extract::key(call.hash(), &id));
    let request = desk::digest(call, "request").map(|id| Request::key(call.hash(), &id));
    extract.into_iter().chain(request).collect()
}

/// The officer who holds a mandate of a body now: `EXTRACT_RECEIVER`.
fn receiver(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    post: &Digest,
) -> Result<Digest, Failure> {
    #[derive(Deserialize)]
    struct Mandates {
        mandates: Vec<Held>,
    }
    #[derive(Deserialize)]
    struct Held {
        alive: bool,
        mandate: Mandate,
    }
    #[derive(Deserialize)]
    struct Mandate {
        holder: Digest,
        principal: Digest,
    }
    #[derive(Deserialize)]
    struct Party {
        party: Digest,
    }
    let unknown = |detail: String| refuse(codes::EXTRACT_RECEIVER, detail);
    let found = call.ask::<Mandates>(records, "identity.mandate", &json!({ "id": post }));
    let found = match found {
        Ok(found) => found.mandates.into_iter().next(),
        Err(Failure::Rejected(_)) => None,
        Err(failure) => return Err(failure),
    };
    let Some(Held { alive, mandate }) = found else {
        return unknown(format!("there is no mandate {post}"));
    };
    let party: Party = call.ask(records, "identity.party", &json!({ "code": body }))?;
    if mandate.principal != party.party || mandate.holder == party.party {
        return unknown(format!("the mandate is not of an officer of {body}"));
    }
    if !alive {
        return unknown(format!("mandate {post} has ended"));
    }
    Ok(mandate.holder)
}

/// That a request is granted and in force now: `EXTRACT_NOT_GRANTED`.
fn in_force(call: &Call<'_>, records: &Records<'_>, request: &Request) -> Result<(), Failure> {
    let now = call.block.time;
    let name = Name::parse(&request.resource)?;
    let key = Head::key(call.hash(), &name);
    let head: Head = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let granted = request.state == RequestState::Granted && head.state == HeadState::Published;
    if granted && request.from <= now && now < request.until {
        return Ok(());
    }
    refuse(
        codes::EXTRACT_NOT_GRANTED,
        "the request is not granted, or not in force now",
    )
}

/// `sharing.extract_deliver`. Refused as `identity.acting`, then with `RES_REQUEST_UNKNOWN`, `EXTRACT_NOT_OWNER`,
/// `EXTRACT_REPEATED`, `EXTRACT_NOT_GRANTED`, `EXTRACT_FIELDS`, `EXTRACT_RECEIVER`, `EXTRACT_LIMIT`, `POLICY_*`.
pub(super) fn deliver(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let Deliver {
        canaries,
        content,
        fields,
        body,
        mark,
        number,
        post,
        request: request_id,
        rows,
    } = call.arguments()?;
    let who = authority::officer(call, records, &body, true)?;
    let officer = who.party();
    let request = crate::catalogue::known(call, records, &request_id)?;
    if request.owner != body {
        return refuse(
            codes::EXTRACT_NOT_OWNER,
            format!("{body} does not own the resource"),
        );
    }
    let numbered = number_key(algorithm, &body, &number);
    if let Some(before) = records.get::<Digest>(&numbered)? {
        return refuse(
            codes::EXTRACT_REPEATED,
            format!("extract {before} has this number"),
        );
    }
    in_force(call, records, &request)?;
    if let Some(field) = fields.iter().find(|field| !request.fields.contains(*field)) {
        return refuse(
            codes::EXTRACT_FIELDS,
            format!("the request does not name `{field}`"),
        );
    }
    let receiver = receiver(call, records, &request.requester, &post)?;

    let grant = Given::key(algorithm, &request_id);
    let mut given = records.get::<Given>(&grant)?.unwrap_or_default();
    let counted = count_key(algorithm, &body);
    let count = records.get::<u64>(&counted)?.unwrap_or_default();
    if given.deliveries >= MAX_DELIVERIES || count >= MAX_EXTRACTS {
        return refuse(
            codes::EXTRACT_LIMIT,
            format!("{MAX_DELIVERIES} extracts under one grant"),
        );
    }
    let circumstances = Context {
        purpose: said(&request.purpose),
        ..own(Some(KIND))
    };
    who.permit(
        call,
        records,
        Resource::Record(&request_id.to_string()),
        circumstances,
    )?;
    given.deliveries = given.deliveries.saturating_add(1);
    records.put(grant, &given)?;
    records.put(numbered, &call.id)?;
    records.put(counted, &count.saturating_add(1))?;
    let page = page_key(algorithm, &body, page_of(count));
    let mut listed = records.get::<Vec<Digest>>(&page)?.unwrap_or_default();
    listed.push(call.id);
    records.put(page, &listed)?;

    let extract = Extract {
        basis: request.basis,
        canaries,
        content,
        delivered: When::now(call),
        fetched: 0,
        fields,
        mark,
        number,
        officer,
        opened: None,
        owner: body,
        post,
        purpose: request.purpose,
        receiver,
        recipient: request.requester,
        request: request_id,
        rows,
        until: request.until,
        withdrawn: None,
    };
    records.put(Extract::key(algorithm, &call.id), &extract)?;
    Ok(json!({
        "concerns": [extract.recipient, extract.owner, extract.receiver],
        "extract": call.id,
        "receiver": extract.receiver,
        "recipient": extract.recipient,
        "until": extract.until,
    }))
}

/// `sharing.extract_withdraw`: nobody can fetch it any more; what was fetched can still be traced. Refused as `identity.acting`, then with
/// `EXTRACT_UNKNOWN`, `EXTRACT_NOT_OWNER`, `EXTRACT_WITHDRAWN`.
pub(super) fn withdraw(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Withdraw {
        extract: id,
        body,
        reason,
    } = call.arguments()?;
    let who = authority::officer(call, records, &body, true)?;
    let mut extract = Extract::known(call, records, &id)?;
    if extract.owner != body {
        return refuse(
            codes::EXTRACT_NOT_OWNER,
            format!("{body} did not deliver the extract"),
        );
    }
    if extract.withdrawn.is_some() {
        return refuse(codes::EXTRACT_WITHDRAWN, "the extract was withdrawn before");
    }
    who.permit(call, records, Resource::Record(&id.to_string()), own(Some(KIND)))?;
    extract.withdrawn = Some(Withdrawal {
        at: When::now(call),
        reason,
    });
    records.put(Extract::key(call.hash(), &id), &extract)?;
    Ok(json!({
        "concerns": [extract.recipient, extract.owner, extract.receiver],
        "extract": id,
    }))
}
