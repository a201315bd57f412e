//! The clocks of the duties. A duty keeps from when it counts; the enacted calendar says on which day that ends, so that a year that is
//! published later moves it (R1).

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_execution::{Call, Failure, Moment, Records};
use yinxin_types::{BlockTime, StateKey};

use crate::records::{Duty, Open, Service};

/// Working days to file after the start, to file after a change, and between the announcement and the end of a service.
pub const FILING_DAYS: u32 = 10;
/// As [`FILING_DAYS`], for a change.
pub const CHANGE_DAYS: u32 = 5;
/// As [`FILING_DAYS`], for the end.
pub const STOP_DAYS: u32 = 30;
/// Months between two assessments of the cryptography.
pub const CRYPTO_MONTHS: u32 = 12;

/// Until when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Due {
    /// The last day on which one is in time.
    pub date: String,
    /// The first moment after it.
    pub ms_end: u64,
    /// Whether the calendar of a year on the way is not published yet.
    pub provisional: bool,
}

#[derive(Deserialize)]
struct Span {
    to: String,
}

/// The day of a moment in Shanghai, such as `2026-02-10`.
pub(crate) fn date(call: &Call<'_>, records: &Records<'_>, time: BlockTime) -> Result<String, Failure> {
    let about = json!({ "from_ms": time.0, "to_ms": time.0 });
    Ok(call.ask::<Span>(records, "governance.span", &about)?.to)
}

/// The end of so many working days.
pub(crate) fn working(
    call: &Call<'_>,
    records: &Records<'_>,
    (from, days): (BlockTime, u32),
) -> Result<Due, Failure> {
    let about = json!({ "days": days, "from_ms": from.0, "kind": "working" });
    call.ask(records, "governance.due", &about)
}

/// When a duty is over.
pub(crate) fn due(
    call: &Call<'_>,
    records: &Records<'_>,
    service: &Service,
    (duty, from): (Duty, BlockTime),
) -> Result<Due, Failure> {
    match duty {
        Duty::Filing => working(call, records, (from, FILING_DAYS)),
        Duty::Change => working(call, records, (from, CHANGE_DAYS)),
        // Before the service starts (商用密码管理条例 §38), and each year after an assessment that it passed.
        Duty::Crypto if from == service.started => Ok(Due {
            date: date(call, records, from)?,
            ms_end: from.0,
            provisional: false,
        }),
        Duty::Crypto => {
            let about = json!({ "from_ms": from.0, "months": CRYPTO_MONTHS });
            call.ask(records, "governance.due", &about)
        }
    }
}

/// The key of a timer: of a duty, or of the end of a service.
fn key(service: &Service, what: &str, serial: u32) -> String {
    format!("{}/{what}/{serial}", service.operator)
}

/// Opens a duty and sets its timer, in place of an earlier one of the kind.
pub(crate) fn open(
    call: &Call<'_>,
    records: &mut Records<'_>,
    service: &mut Service,
    (duty, from): (Duty, BlockTime),
) -> Result<Due, Failure> {
    let due = due(call, records, service, (duty, from))?;
    let serial = service.next_serial();
    let open = Open {
        from,
        overdue: None,
        serial,
    };
    service.open.insert(duty, open);
    call.schedule(
        records,
        BlockTime(due.ms_end),
        &key(service, duty.as_str(), serial),
    )?;
    Ok(due)
}

/// Sets the timer of the end of a service.
pub(crate) fn end_at(
    call: &Call<'_>,
    records: &mut Records<'_>,
    service: &Service,
    (ends, serial): (BlockTime, u32),
) -> Result<(), Failure> {
    call.schedule(records, ends, &key(service, "stop", serial))
        .map(drop)
}

fn parts<'a>(key: &'a str, operator: &str) -> Option<(&'a str, u32)> {
    let (what, serial) = key.strip_prefix(operator)?.strip_prefix('/')?.split_once('/')?;
    Some((what, serial.parse().ok()?))
}

/// The record of the service that a timer is about.
fn record(call: &Call<'_>, timer: &str) -> Option<(String, StateKey)> {
    let operator = timer.split('/').next()?.parse().ok()?;
    Some((
        timer.split('/').next()?.to_owned(),
        Service::key(call.hash(), &operator),
    ))
}

/// What an alarm surely looks at.
pub(crate) fn alarm_reads(call: &Call<'_>, timer: &str) -> Vec<StateKey> {
    record(call, timer).map(|(_, key)| key).into_iter().collect()
}

/// A duty is overdue, or a service ends. Nothing where the duty was met, where the calendar has moved its end, or where the announcement was
/// taken back.
pub(crate) fn alarm(
    call: &Call<'_>,
    records: &mut Records<'_>,
    timer: &str,
) -> Result<Option<Value>, Failure> {
    let Some((operator, key)) = record(call, timer) else {
        return Ok(None);
    };
    let Some((mut service, (what, serial))) = records.get::<Service>(&key)?.zip(parts(timer, &operator))
    else {
        return Ok(None);
    };
    if what == "stop" {
        return end(call, records, service, serial);
    }
    let Some(duty) = Duty::ALL.into_iter().find(|duty| duty.as_str() == what) else {
        return Ok(None);
    };
    let Some(open) = service.open.get(&duty).filter(|open| open.serial == serial) else {
        return Ok(None);
    };
    let due = due(call, records, &service, (duty, open.from))?;
    if due.ms_end > call.block.time.0 {
        call.schedule(records, BlockTime(due.ms_end), timer)?;
        return Ok(None);
    }
    if let Some(open) = service.open.get_mut(&duty) {
        open.overdue = Some(Moment::of(call));
    }
    let detail = json!({ "basis": duty.basis(), "due": due.date, "duty": duty });
    service.save(call, records, ("overdue", None, detail))?;
    Ok(Some(json!({
        "basis": duty.basis(), "concerns": [service.operator], "due": due.date, "duty": duty, "operator": service.operator,
    })))
}

fn end(
    call: &Call<'_>,
    records: &mut Records<'_>,
    mut service: Service,
    serial: u32,
) -> Result<Option<Value>, Failure> {
    let waits = |stop: &&mut crate::records::Stop| stop.serial == serial && stop.stopped.is_none();
    let Some(stop) = service.stop.as_mut().filter(waits) else {
        return Ok(None);
    };
    stop.stopped = Some(Moment::of(call));
    service.open.clear();
    service.save(call, records, ("ended", None, json!({})))?;
    Ok(Some(
        json!({ "concerns": [service.operator], "ended": true, "operator": service.operator }),
    ))
}
