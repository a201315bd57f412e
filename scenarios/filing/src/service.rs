//! The operator's own duties: registering its service and its changes, the numbers it is given, the assessments it passed, its end.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::who::{Who, officer, own, refuse};
use yinxin_execution::{Call, Failure, Moment, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, StateKey};

use crate::arguments::{Amend, AnnounceStop, Assess, Record, Recorded, Register};
use crate::clocks::{self, STOP_DAYS};
use crate::codes;
use crate::records::{Assessment, Duty, Finding, Kind, MAX_OPERATORS, Number, Service, Stop, operators_key};

const DAY_MS: u64 = 86_400_000;
/// How far back a date may lie, and how far ahead a start or an end, in milliseconds.
const PAST_MS: u64 = 20 * 366 * DAY_MS;
const AHEAD_MS: u64 = 2 * 366 * DAY_MS;

/// The service that the operation is about.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let body = call.body.arguments.get("for").and_then(Value::as_str);
    let body = body.and_then(|body| SocialCreditCode::parse(body).ok());
    body.map(|body| Service::key(call.hash(), &body))
        .into_iter()
        .collect()
}

/// That something happened, on or after an earlier day: `FILING_DATE`.
fn past(call: &Call<'_>, date: BlockTime, after: BlockTime) -> Result<(), Failure> {
    let now = call.block.time.0;
    if date.0 > now || date < after || date.0.saturating_add(PAST_MS) < now {
        return refuse(
            codes::FILING_DATE,
            format!("{date} is not between {after} and now"),
        );
    }
    Ok(())
}

/// That a moment does not lie too far ahead or back: `FILING_DATE`.
fn near(call: &Call<'_>, date: BlockTime) -> Result<(), Failure> {
    let now = call.block.time.0;
    if date.0 > now.saturating_add(AHEAD_MS) || date.0.saturating_add(PAST_MS) < now {
        return refuse(codes::FILING_DATE, format!("{date} is too far ahead or back"));
    }
    Ok(())
}

/// The service of an operator that has not ended, and its officer beside the seal: the codes of `identity.acting`, `FILING_UNKNOWN`,
/// `FILING_STOPPED`.
fn running(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<(Who, Service), Failure> {
    let (who, service) = known(call, records, body)?;
    if service.has_ended() {
        return refuse(codes::FILING_STOPPED, format!("the service of {body} has ended"));
    }
    Ok((who, service))
}

fn known(call: &Call<'_>, records: &Records<'_>, body: &SocialCreditCode) -> Result<(Who, Service), Failure> {
    let who = officer(call, records, body, true)?;
    match records.get(&Service::key(call.hash(), body))? {
        Some(service) => Ok((who, service)),
        None => refuse(codes::FILING_UNKNOWN, format!("{body} has registered no service")),
    }
}

/// `POLICY_DENIED`, `POLICY_MALFORMED`.
fn permit(call: &Call<'_>, records: &Records<'_>, who: &Who, body: &SocialCreditCode) -> Result<(), Failure> {
    who.permit(call, records, Resource::Record(body.as_str()), own(None))
}

/// `filing.register`: the service with the day on which it starts, which starts the clock of the filing (区块链信息服务管理规定 §11) and that of
/// the assessment of its cryptography (商用密码管理条例 §38). Refused as `identity.acting`, then with `FILING_REGISTERED`, `FILING_DATE`,
/// `FILING_LIMIT`, `POLICY_*`.
pub(crate) fn register(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Register {
        body,
        profile,
        started,
    } = call.arguments()?;
    let who = officer(call, records, &body, true)?;
    let before: Option<Service> = records.get(&Service::key(call.hash(), &body))?;
    if before.as_ref().is_some_and(|service| !service.has_ended()) {
        return refuse(
            codes::FILING_REGISTERED,
            format!("{body} has registered its service"),
        );
    }
    near(call, started)?;
    let key = operators_key(call.hash());
    let mut operators: Vec<SocialCreditCode> = records.get(&key)?.unwrap_or_default();
    let place = operators.binary_search(&body);
    if place.is_err() && operators.len() >= MAX_OPERATORS {
        return refuse(
            codes::FILING_LIMIT,
            format!("there are {MAX_OPERATORS} operators"),
        );
    }
    permit(call, records, &who, &body)?;

    if let Err(place) = place {
        operators.insert(place, body.clone());
        records.put(key, &operators)?;
    }
    let mut service = Service {
        assessments: BTreeMap::new(),
        cancelled: None,
        changed: None,
        events: before.as_ref().map(|service| service.events).unwrap_or_default(),
        filed: None,
        filed_change: None,
        open: BTreeMap::new(),
        operator: body.clone(),
        profile,
        serial: before.map(|service| service.serial).unwrap_or_default(),
        started,
        stop: None,
    };
    let due = clocks::open(call, records, &mut service, (Duty::Filing, started))?;
    clocks::open(call, records, &mut service, (Duty::Crypto, started))?;
    let detail = json!({ "due": due.date, "profile": service.profile, "started": started });
    service.save(call, records, ("register", Some(who.party()), detail))?;
    Ok(json!({ "concerns": [body], "due": due }))
}

/// `filing.amend`: what changed and when. Where the service is filed, the clock of the change starts (§11); new functions use up a security
/// assessment that was passed (§9). Refused as [`running`], then with `FILING_DATE`, `FILING_UNCHANGED`, `FILING_UNASSESSED`, `POLICY_*`.
pub(crate) fn amend(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let amend: Amend = call.arguments()?;
    let (who, mut service) = running(call, records, &amend.body)?;
    past(call, amend.changed, service.changed.unwrap_or(service.started))?;
    if service.profile == amend.profile && !amend.functions {
        return refuse(codes::FILING_UNCHANGED, "the profile says this already");
    }
    if amend.functions {
        let fits = |one: &&mut Assessment| !one.used && one.finding != Finding::Fail;
        match service.assessments.get_mut(&Kind::Security).filter(fits) {
            Some(assessment) => assessment.used = true,
            None => {
                return refuse(
                    codes::FILING_UNASSESSED,
                    "no security assessment waits to be used",
                );
            }
        }
    }
    permit(call, records, &who, &amend.body)?;

    service.profile = amend.profile;
    service.changed = Some(amend.changed);
    // The clock of an earlier change that was not filed yet goes on: what is due first is due.
    let due = match (&service.filed, service.open.get(&Duty::Change)) {
        (None, _) => Value::Null,
        (Some(_), Some(open)) => {
            let open = (Duty::Change, open.from);
            json!(clocks::due(call, records, &service, open)?)
        }
        (Some(_), None) => {
            let change = (Duty::Change, amend.changed);
            json!(clocks::open(call, records, &mut service, change)?)
        }
    };
    let detail =
        json!({ "changed": amend.changed, "functions": amend.functions, "profile": service.profile });
    service.save(call, records, ("amend", Some(who.party()), detail))?;
    Ok(json!({ "concerns": [amend.body], "due": due }))
}

/// `filing.record`: the number that the authority gave to a filing, a change or a cancellation, with the digest of its answer; whether that was
/// in time is judged by its date. Refused as [`running`] (a cancellation also after the end), then with `FILING_NOTHING_DUE`, `FILING_DATE`,
/// `POLICY_*`.
pub(crate) fn record(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let record: Record = call.arguments()?;
    let (who, mut service) = match record.what {
        Recorded::Cancellation => known(call, records, &record.body)?,
        Recorded::Change | Recorded::Filing => running(call, records, &record.body)?,
    };
    let nothing = |detail: &str| refuse(codes::FILING_NOTHING_DUE, detail);
    let (duty, from) = match record.what {
        Recorded::Cancellation => match (&service.stop, &service.cancelled) {
            (Some(_), None) => (None, service.started),
            _ => return nothing("no announced end waits for its cancellation"),
        },
        Recorded::Change | Recorded::Filing => {
            let duty = if record.what == Recorded::Filing {
                Duty::Filing
            } else {
                Duty::Change
            };
            match service.open.get(&duty) {
                Some(open) => (Some(duty), open.from),
                None => return nothing("no such filing is due"),
            }
        }
    };
    // A filing may come before the start; a change is filed after it.
    let after = if record.what == Recorded::Change {
        from
    } else {
        BlockTime(0)
    };
    past(call, record.date, after)?;
    permit(call, records, &who, &record.body)?;

    let late = match duty {
        Some(duty) => {
            let due = clocks::due(call, records, &service, (duty, from))?;
            service.open.remove(&duty);
            record.date.0 >= due.ms_end
        }
        None => false,
    };
    let detail = json!({
        "date": record.date, "evidence": record.evidence, "late": late, "number": record.number,
        "what": match record.what {
            Recorded::Cancellation => "cancellation",
            Recorded::Change => "change",
            Recorded::Filing => "filing",
        },
    });
    let number = Number {
        date: record.date,
        evidence: record.evidence,
        number: record.number,
    };
    match record.what {
        Recorded::Cancellation => service.cancelled = Some(number),
        Recorded::Filing => service.filed = Some(number),
        Recorded::Change => {
            if let Some(filed) = &mut service.filed {
                filed.number.clone_from(&number.number);
            }
            service.filed_change = Some(number);
        }
    }
    service.save(call, records, ("record", Some(who.party()), detail))?;
    Ok(json!({ "concerns": [record.body], "late": late }))
}

/// `filing.assess`: a security assessment (区块链信息服务管理规定 §9), a grade of protection (网络安全法 §21) or an assessment of the cryptography
/// (商用密码管理条例 §38); one of these that was passed starts the year to the next. Refused as [`running`], then with `FILING_DATE`, `POLICY_*`.
pub(crate) fn assess(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let assess: Assess = call.arguments()?;
    let (who, mut service) = running(call, records, &assess.body)?;
    let last = service.assessments.get(&assess.kind).map(|one| one.date);
    past(call, assess.date, last.unwrap_or_default())?;
    permit(call, records, &who, &assess.body)?;

    let due = match (assess.kind, assess.finding) {
        (Kind::Crypto, Finding::Pass | Finding::Partial) => {
            json!(clocks::open(
                call,
                records,
                &mut service,
                (Duty::Crypto, assess.date)
            )?)
        }
        _ => Value::Null,
    };
    let assessment = Assessment {
        assessor: assess.assessor,
        date: assess.date,
        evidence: assess.evidence,
        finding: assess.finding,
        grade: assess.grade,
        reference: assess.reference,
        used: false,
    };
    let detail = json!({ "assessment": assessment, "kind": assess.kind });
    service.assessments.insert(assess.kind, assessment);
    service.save(call, records, ("assess", Some(who.party()), detail))?;
    Ok(json!({ "concerns": [assess.body], "due": due }))
}

/// `filing.stop`: announces the end of the service, 30 working days ahead (区块链信息服务管理规定 §11), or takes that back before it comes. Refused
/// as [`running`], then with `FILING_STOP_STATE`, `FILING_DATE`, `FILING_STOP_SHORT`, `POLICY_*`.
pub(crate) fn stop(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let AnnounceStop { ends, body, reason } = call.arguments()?;
    let (who, mut service) = running(call, records, &body)?;
    if service.stop.is_some() == ends.is_some() {
        return refuse(codes::FILING_STOP_STATE, "it is announced already, or was not");
    }
    let detail = json!({ "ends": ends, "reason": reason });
    if let Some(ends) = ends {
        near(call, ends)?;
        let earliest = clocks::working(call, records, (call.block.time, STOP_DAYS))?;
        // The day on which the service ends comes after the last of the thirty.
        if ends.0 < earliest.ms_end {
            let detail = format!("not before the end of {}", earliest.date);
            return refuse(codes::FILING_STOP_SHORT, detail);
        }
        permit(call, records, &who, &body)?;
        let serial = service.next_serial();
        clocks::end_at(call, records, &service, (ends, serial))?;
        service.stop = Some(Stop {
            announced: Moment::of(call),
            ends,
            reason,
            serial,
            stopped: None,
        });
    } else {
        permit(call, records, &who, &body)?;
        service.stop = None;
    }
    service.save(call, records, ("stop", Some(who.party()), detail))?;
    Ok(json!({ "concerns": [body], "ends": ends }))
}
