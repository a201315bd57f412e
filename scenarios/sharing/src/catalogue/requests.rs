//! Requests for resources and what their owners say to them.
//!
//! | time | working days | source |
//! |---|---|---|
//! | compliance check: the owner asks for what is missing, once | 2 | 山西省高平市, sxgp.gov.cn 2024-03-06: a local rule, which a chain elsewhere changes here |
//! | answer | 5; 10 where the resource is not yet on the platform | the same |

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Code, StateKey};

use super::arguments::{Answer, Ask, Reply, Supplement};
use super::codes;
use super::records::{
    Class, HeadState, MAX_ASKED, MAX_OPEN_REQUESTS, Name, Request, RequestState, Version, asked_key, current,
    item_key, open_key,
};
use super::resources::{member, offered};
use crate::authority::{officer, refuse};
use crate::desk::{self, Clock};
use crate::permission::{Who, own};

/// Working days for the compliance check.
const CHECK_DAYS: u32 = 2;
/// Working days for the answer.
const REPLY_DAYS: u32 = 5;
/// Working days for the answer where the resource is not yet on the platform.
const REPLY_OFF_PLATFORM_DAYS: u32 = 10;
/// The longest period of a grant: three years, in milliseconds.
const MAX_PERIOD_MS: u64 = 3 * 366 * 86_400_000;

/// All that an operation on a request surely reads.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    desk::digest(call, "request")
        .map(|request| Request::key(call.hash(), &request))
        .into_iter()
        .collect()
}

/// A request: `RES_REQUEST_UNKNOWN`.
pub(crate) fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Request, Failure> {
    match records.get(&Request::key(call.hash(), id))? {
        Some(request) => Ok(request),
        None => refuse(codes::RES_REQUEST_UNKNOWN, format!("there is no request {id}")),
    }
}

/// The request, for whose one side an officer acts with the seal: as `identity.acting`, `RES_REQUEST_UNKNOWN`, then the code of the side.
pub(super) fn at_side(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    id: &Digest,
    side: (fn(&Request) -> &SocialCreditCode, Code),
) -> Result<(Request, Who), Failure> {
    let who = officer(call, records, body, true)?;
    let request = known(call, records, id)?;
    if side.0(&request) != body {
        return refuse(
            side.1,
            format!("{body} has no part in the request, or another one"),
        );
    }
    Ok((request, who))
}

/// Asks the policies about a step of a request or a complaint that is the actor's own.
pub(super) fn permit(
    call: &Call<'_>,
    records: &Records<'_>,
    who: &Who,
    id: &Digest,
    purpose: Option<&str>,
) -> Result<(), Failure> {
    let record = id.to_string();
    let circumstances = Context { purpose, ..own(None) };
    who.permit(call, records, Resource::Record(&record), circumstances)
}

/// The side of the owner.
pub(super) const OWNER: (fn(&Request) -> &SocialCreditCode, Code) =
    (|request| &request.owner, codes::RES_NOT_OWNER);
/// The side of the requester.
pub(super) const REQUESTER: (fn(&Request) -> &SocialCreditCode, Code) =
    (|request| &request.requester, codes::RES_NOT_REQUESTER);

fn outcome(id: &Digest, request: &Request, more: Value) -> Value {
    let mut outcome = json!({
        "concerns": [request.requester, request.owner],
        "request": id,
        "state": request.state,
    });
    if let (Value::Object(outcome), Value::Object(more)) = (&mut outcome, more) {
        outcome.extend(more);
    }
    outcome
}

/// Keeps a request and whether it waits for its owner: `RES_LIMIT`.
pub(super) fn keep(
    call: &Call<'_>,
    records: &mut Records<'_>,
    id: &Digest,
    request: &Request,
) -> Result<(), Failure> {
    let key = open_key(call.hash(), &request.owner);
    let mut open = records.get::<Vec<Digest>>(&key)?.unwrap_or_default();
    let waits = request.state == RequestState::Open;
    if waits != open.contains(id) {
        if waits && open.len() >= MAX_OPEN_REQUESTS {
            let detail = format!("{MAX_OPEN_REQUESTS} requests wait for {}", request.owner);
            return refuse(codes::RES_LIMIT, detail);
        }
        open.retain(|one| one != id);
        if waits {
            open.push(*id);
        }
        records.put(key, &open)?;
    }
    records.put(Request::key(call.hash(), id), request)
}

/// The clock of the answer.
pub(super) fn reply_clock(
    call: &Call<'_>,
    records: &Records<'_>,
    version: &Version,
) -> Result<Clock, Failure> {
    let days = if version.on_platform {
        REPLY_DAYS
    } else {
        REPLY_OFF_PLATFORM_DAYS
    };
    Clock::start(call, records, days)
}

/// The requests of a body for a resource that wait or are in force: `RES_REPEATED` where one of them covers the fields, `RES_LIMIT`.
fn others(call: &Call<'_>, records: &Records<'_>, ask: &Ask, key: &StateKey) -> Result<Vec<Digest>, Failure> {
    let mut living = Vec::new();
    for id in records.get::<Vec<Digest>>(key)?.unwrap_or_default() {
        let other = known(call, records, &id)?;
        if !other.lives(call.block.time) {
            continue;
        }
        let within = other.from <= ask.from && ask.until <= other.until;
        if within && ask.fields.is_subset(&other.fields) {
            return refuse(codes::RES_REPEATED, format!("request {id} covers it"));
        }
        living.push(id);
    }
    if living.len() >= MAX_ASKED {
        let detail = format!("{MAX_ASKED} requests for the resource wait or are in force");
        return refuse(codes::RES_LIMIT, detail);
    }
    Ok(living)
}

/// `sharing.resource_request`. Refused as `identity.acting`, then with `RES_NOT_MEMBER`, `RES_OWN`, `RES_UNKNOWN`, `RES_WITHDRAWN`,
/// `RES_NOT_SHARED`, `RES_FIELDS_UNKNOWN`, `RES_PERIOD`, `RES_REPEATED`, `POLICY_*`, `RES_LIMIT`. What is shared without conditions is granted at once.
pub(crate) fn request(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let ask: Ask = call.arguments()?;
    let (algorithm, now) = (call.hash(), call.block.time);
    let who = officer(call, records, &ask.body, true)?;
    member(call, records, &ask.body)?;
    let name = Name::parse(&ask.resource)?;
    if name.owner == ask.body {
        return refuse(codes::RES_OWN, "the resource is the body's own");
    }
    let (head, version) = offered(call, records, &name)?;
    if let Class::NotShared { basis } = &version.class {
        return refuse(
            codes::RES_NOT_SHARED,
            format!("the owner keeps it back by {basis}"),
        );
    }
    let has = |name: &String| version.fields.iter().any(|field| field.name == *name);
    if let Some(field) = ask.fields.iter().find(|name| !has(name)) {
        return refuse(
            codes::RES_FIELDS_UNKNOWN,
            format!("the resource has no field `{field}`"),
        );
    }
    if ask.until <= now || ask.until.since(ask.from) > MAX_PERIOD_MS {
        return refuse(
            codes::RES_PERIOD,
            "the period is past, or longer than three years",
        );
    }
    let asked = asked_key(algorithm, &name, &ask.body);
    let mut living = others(call, records, &ask, &asked)?;
    // What is asked for is the owner's.
    let circumstances = Context {
        purpose: Some(&ask.purpose),
        ..Context::default()
    };
    who.permit(call, records, Resource::Record(name.as_str()), circumstances)?;

    let at_once = version.class == Class::Unconditional {};
    let request = Request {
        answered: at_once.then_some(now),
        asked: now,
        basis: ask.basis,
        check: Clock::start(call, records, CHECK_DAYS)?,
        complaints: 0,
        fields: ask.fields,
        from: ask.from,
        late: false,
        more: Default::default(),
        need: ask.need,
        open_complaint: None,
        owner: name.owner.clone(),
        purpose: ask.purpose,
        reason: None,
        remedy: None,
        reply: reply_clock(call, records, &version)?,
        requester: ask.body,
        resource: ask.resource,
        state: if at_once {
            RequestState::Granted
        } else {
            RequestState::Open
        },
        supplement: None,
        until: ask.until,
        version: version.version,
    };
    living.push(call.id);
    records.put(asked, &living)?;
    keep(call, records, &call.id, &request)?;
    let stale = is_stale(&version, head.refreshed, now);
    let dues = if at_once {
        json!({ "stale": stale })
    } else {
        json!({ "check_due": request.check.due, "due": request.reply.due, "stale": stale })
    };
    Ok(outcome(&call.id, &request, dues))
}

/// Whether the data should have been renewed by now.
pub(super) fn is_stale(version: &Version, refreshed: BlockTime, now: BlockTime) -> bool {
    version
        .cycle
        .stale_from(refreshed)
        .is_some_and(|from| from <= now)
}

/// `sharing.resource_answer`: all or nothing, or what is missing. A late answer counts and is marked. Refused as [`at_side`], then with
/// `RES_ANSWERED`; to grant: `RES_CONDITION`; to ask for more: `RES_SECOND_NEED`, `RES_CHECK_OVER`, `RES_SHARED_AVAILABLE`; then `POLICY_*`.
pub(crate) fn answer(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Answer {
        answer,
        body,
        request: id,
    } = call.arguments()?;
    let (mut request, who) = at_side(call, records, &body, &id, OWNER)?;
    if request.state != RequestState::Open {
        return refuse(codes::RES_ANSWERED, "the request does not wait for its owner");
    }
    match answer {
        Reply::Grant { conditions } => {
            if !conditions.is_empty() {
                return refuse(
                    codes::RES_CONDITION,
                    "the conditions are those that were published, and no others",
                );
            }
            request.state = RequestState::Granted;
        }
        Reply::Refuse { reason, remedy } => {
            request.state = RequestState::Refused;
            request.reason = Some(reason);
            request.remedy = Some(remedy);
        }
        Reply::More { items } => {
            if !request.more.is_empty() {
                return refuse(codes::RES_SECOND_NEED, "the owner has asked for more before");
            }
            if request.check.is_over(call, records)? {
                return refuse(
                    codes::RES_CHECK_OVER,
                    "the time for the compliance check has ended",
                );
            }
            for item in &items {
                if is_offered(call, records, &request.owner, item)? {
                    return refuse(codes::RES_SHARED_AVAILABLE, format!("the catalogue has `{item}`"));
                }
            }
            request.more = items;
            request.state = RequestState::NeedMore;
        }
    }
    if request.state != RequestState::NeedMore {
        request.answered = Some(call.block.time);
        request.late = request.reply.is_over(call, records)?;
    }
    permit(call, records, &who, &id, Some(&request.purpose))?;

    keep(call, records, &id, &request)?;
    Ok(outcome(&id, &request, json!({ "late": request.late })))
}

/// Whether a resource of the division offers the item, so that nobody need be asked for it.
fn is_offered(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    item: &str,
) -> Result<bool, Failure> {
    let Some(holder) = records.get::<String>(&item_key(call.hash(), body, item))? else {
        return Ok(false);
    };
    let found = current(records, call.hash(), &Name::parse(&holder)?)?;
    Ok(found.is_some_and(|(head, version)| {
        head.state == HeadState::Published && !matches!(version.class, Class::NotShared { .. })
    }))
}

/// `sharing.resource_supplement`: what was missing is there, and the owner's time starts anew. Refused as [`at_side`], then with
/// `RES_ANSWERED`, `POLICY_*`, `RES_LIMIT`.
pub(crate) fn supplement(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Supplement {
        document,
        body,
        request: id,
    } = call.arguments()?;
    let (mut request, who) = at_side(call, records, &body, &id, REQUESTER)?;
    if request.state != RequestState::NeedMore {
        return refuse(codes::RES_ANSWERED, "the owner has not asked for more");
    }
    permit(call, records, &who, &id, Some(&request.purpose))?;

    request.reply = Clock::start(call, records, request.reply.days)?;
    request.state = RequestState::Open;
    request.supplement = Some(document);
    keep(call, records, &id, &request)?;
    Ok(outcome(&id, &request, json!({ "due": request.reply.due })))
}
