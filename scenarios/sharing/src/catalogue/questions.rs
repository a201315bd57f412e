//! What the catalogue answers. The catalogue says nothing about persons; its answers are for every member.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

use super::codes;
use super::records::{
    Complaint, Head, HeadState, Name, Request, RequestState, Version, current, open_key, owned_key,
};
use super::requests::{is_stale, known};
use crate::authority::refuse;
use crate::desk::{about, present};

/// The most items of one answer.
pub const MAX_PAGE: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfResource {
    resource: String,
    #[serde(default, deserialize_with = "present")]
    version: Option<u32>,
}

/// `sharing.resource`: `{resource, owner, state, reason, refreshed, stale, stale_from, current, superseded, version: {…}}`; another version
/// than the one in force with `version`. `RES_NAME`, `RES_UNKNOWN`.
pub(crate) fn resource(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfResource { resource, version } = about(value)?;
    let name = Name::parse(&resource)?;
    let Some((head, current)) = current(records, call.hash(), &name)? else {
        return refuse(codes::RES_UNKNOWN, format!("there is no resource `{resource}`"));
    };
    let shown = match version {
        Some(number) => match records.get::<Version>(&Version::key(call.hash(), &name, number))? {
            Some(version) => version,
            None => return refuse(codes::RES_UNKNOWN, format!("there is no version {number}")),
        },
        None => current.clone(),
    };
    Ok(json!({
        "current": head.version,
        "owner": name.owner,
        "reason": head.reason,
        "refreshed": head.refreshed,
        "resource": resource,
        "stale": offered_but_stale(call, &head, &current),
        "stale_from": current.cycle.stale_from(head.refreshed),
        "state": head.state,
        "superseded": shown.version != head.version,
        "version": shown,
    }))
}

fn offered_but_stale(call: &Call<'_>, head: &Head, version: &Version) -> bool {
    head.state == HeadState::Published && is_stale(version, head.refreshed, call.block.time)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfOwner {
    #[serde(default, deserialize_with = "present")]
    limit: Option<usize>,
    #[serde(default, deserialize_with = "present")]
    offset: Option<usize>,
    owner: SocialCreditCode,
}

impl OfOwner {
    /// The part of a list that is asked for, and where the next part begins.
    fn page<'a, T>(&self, list: &'a [T]) -> (impl Iterator<Item = &'a T>, Option<usize>) {
        let limit = self.limit.unwrap_or(MAX_PAGE).min(MAX_PAGE);
        let offset = self.offset.unwrap_or_default();
        let end = offset.saturating_add(limit);
        let next = (end < list.len()).then_some(end);
        (list.iter().skip(offset).take(limit), next)
    }
}

/// `sharing.resources`: `{total, next, resources: [{resource, item, class, fields, version, state, refreshed, stale}]}`.
pub(crate) fn resources(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let asked: OfOwner = about(value)?;
    let key = owned_key(call.hash(), &asked.owner);
    let names = records.get::<Vec<String>>(&key)?.unwrap_or_default();
    let (page, next) = asked.page(&names);
    let mut resources = Vec::new();
    for text in page {
        let name = Name::parse(text)?;
        let found = current(records, call.hash(), &name)?;
        let (head, version) = found.ok_or(Failure::Damaged(key))?;
        resources.push(json!({
            "class": version.class,
            "fields": version.fields,
            "item": version.item,
            "refreshed": head.refreshed,
            "resource": text,
            "stale": offered_but_stale(call, &head, &version),
            "state": head.state,
            "version": head.version,
        }));
    }
    Ok(json!({ "next": next, "resources": resources, "total": names.len() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRequest {
    request: Digest,
}

/// `sharing.resource_request`: the request with `{in_force, overdue, check_due, due, resource_state, stale}`. `RES_REQUEST_UNKNOWN`.
pub(crate) fn request(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfRequest { request: id } = about(value)?;
    let request = known(call, records, &id)?;
    view(call, records, &id, &request)
}

/// A grant is in force within its period and while the resource is offered.
fn view(call: &Call<'_>, records: &Records<'_>, id: &Digest, request: &Request) -> Result<Value, Failure> {
    let name = Name::parse(&request.resource)?;
    let found = current(records, call.hash(), &name)?;
    let (head, version) = found.ok_or(Failure::Damaged(Head::key(call.hash(), &name)))?;
    let now = call.block.time;
    let due = request.reply.ends(call, records)?;
    let granted = request.state == RequestState::Granted;
    Ok(json!({
        "check_due": request.check.ends(call, records)?,
        "in_force": granted && request.from <= now && now < request.until && head.state == HeadState::Published,
        "overdue": request.state == RequestState::Open && due.ms_end <= now,
        "due": due,
        "id": id,
        "request": request,
        "resource_state": head.state,
        "stale": offered_but_stale(call, &head, &version),
    }))
}

/// `sharing.resource_requests`: `{total, next, requests: [as above]}`, those that wait for the owner, the oldest first.
pub(crate) fn requests(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let asked: OfOwner = about(value)?;
    let key = open_key(call.hash(), &asked.owner);
    let open = records.get::<Vec<Digest>>(&key)?.unwrap_or_default();
    let (page, next) = asked.page(&open);
    let mut requests = Vec::new();
    for id in page {
        requests.push(view(call, records, id, &known(call, records, id)?)?);
    }
    Ok(json!({ "next": next, "requests": requests, "total": open.len() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfComplaint {
    complaint: Digest,
}

/// `sharing.complaint`: `{complaint, due, overdue}`. `RES_COMPLAINT_UNKNOWN`.
pub(crate) fn complaint(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfComplaint { complaint: id } = about(value)?;
    let Some(complaint) = records.get::<Complaint>(&Complaint::key(call.hash(), &id))? else {
        return refuse(
            codes::RES_COMPLAINT_UNKNOWN,
            format!("there is no complaint {id}"),
        );
    };
    let due = complaint.clock.ends(call, records)?;
    let overdue = complaint.answer.is_none() && due.ms_end <= call.block.time;
    Ok(json!({ "complaint": complaint, "due": due, "overdue": overdue }))
}
