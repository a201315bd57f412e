//! What is answered about services and orders. The forms stand in the crate's documentation.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Rejection};

use crate::arguments::present;
use crate::clocks::{date, due};
use crate::codes;
use crate::records::{Duty, Event, Length, Number, Orders, Service, operators_key, order_at};

/// How many events, or orders, one page has.
pub const PAGE: u64 = 20;
/// The most transactions of one `filing.hidden`.
pub const MAX_ASKED: usize = 128;

fn about<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()).into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn services(call: &Call<'_>, records: &Records<'_>) -> Result<Vec<Service>, Failure> {
    let operators: Option<Vec<SocialCreditCode>> = records.get(&operators_key(call.hash()))?;
    let mut services = Vec::new();
    for operator in operators.unwrap_or_default() {
        let key = Service::key(call.hash(), &operator);
        services.push(records.get(&key)?.ok_or(Failure::Damaged(key))?);
    }
    Ok(services)
}

fn state(service: &Service) -> &'static str {
    match (&service.stop, &service.filed) {
        (Some(stop), _) if stop.stopped.is_some() => "stopped",
        (Some(_), _) => "stopping",
        (None, Some(_)) => "filed",
        (None, None) => "unfiled",
    }
}

fn day(call: &Call<'_>, records: &Records<'_>, time: Option<BlockTime>) -> Result<Value, Failure> {
    match time {
        Some(time) => Ok(json!(date(call, records, time)?)),
        None => Ok(Value::Null),
    }
}

/// `filing.notice`.
pub(crate) fn notice(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    about::<Nothing>(value)?;
    let mut told = Vec::new();
    for service in services(call, records)?
        .iter()
        .filter(|service| !service.has_ended())
    {
        let filed = service.filed.as_ref();
        told.push(json!({
            "domain": service.profile.domain,
            "ends": day(call, records, service.stop.as_ref().map(|stop| stop.ends))?,
            "filed": day(call, records, filed.map(|filed| filed.date))?,
            "name": service.profile.name,
            "number": filed.map(|filed| &filed.number),
            "operator": service.operator,
            "state": state(service),
        }));
    }
    let statement = json!({ "en": codes::EN.get("statement"), "zh": codes::ZH.get("statement") });
    Ok(json!({ "services": told, "statement": statement }))
}

fn number(call: &Call<'_>, records: &Records<'_>, number: Option<&Number>) -> Result<Value, Failure> {
    let Some(number) = number else {
        return Ok(Value::Null);
    };
    let day = date(call, records, number.date)?;
    Ok(json!({ "date": day, "evidence": number.evidence, "number": number.number }))
}

fn duties(call: &Call<'_>, records: &Records<'_>, service: &Service) -> Result<Vec<Value>, Failure> {
    let mut told = Vec::new();
    for duty in Duty::ALL {
        let Some(open) = service.open.get(&duty) else {
            continue;
        };
        let due = due(call, records, service, (duty, open.from))?;
        told.push(json!({
            "basis": duty.basis(),
            "due": due,
            "duty": duty,
            "from": date(call, records, open.from)?,
            // The ledger marks it in the first block after its end; between the two it is overdue all the same.
            "overdue": due.ms_end <= call.block.time.0,
            "overdue_since": open.overdue,
        }));
    }
    Ok(told)
}

fn sheet(call: &Call<'_>, records: &Records<'_>, service: &Service) -> Result<Value, Failure> {
    let mut assessments = serde_json::Map::new();
    for (kind, one) in &service.assessments {
        let name = serde_json::to_value(kind).ok();
        let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
        let told = json!({
            "assessor": one.assessor, "date": date(call, records, one.date)?, "evidence": one.evidence, "finding": one.finding,
            "grade": one.grade, "reference": one.reference,
        });
        assessments.insert(name.to_owned(), told);
    }
    let stop = match &service.stop {
        Some(stop) => json!({
            "announced": date(call, records, stop.announced.time)?, "ends": date(call, records, stop.ends)?,
            "reason": stop.reason, "stopped": stop.stopped,
        }),
        None => Value::Null,
    };
    Ok(json!({
        "assessments": assessments,
        "cancelled": number(call, records, service.cancelled.as_ref())?,
        "changed": day(call, records, service.changed)?,
        "duties": duties(call, records, service)?,
        "events": service.events,
        "filed": number(call, records, service.filed.as_ref())?,
        "filed_change": number(call, records, service.filed_change.as_ref())?,
        "operator": service.operator,
        "profile": service.profile,
        "started": date(call, records, service.started)?,
        "state": state(service),
        "stop": stop,
    }))
}

/// `filing.services`.
pub(crate) fn all(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    about::<Nothing>(value)?;
    let services = services(call, records)?;
    let told: Result<Vec<Value>, Failure> = services
        .iter()
        .map(|service| sheet(call, records, service))
        .collect();
    Ok(json!({ "services": told? }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfHistory {
    #[serde(default, deserialize_with = "present")]
    before: Option<u64>,
    operator: SocialCreditCode,
}

/// `filing.history`: `FILING_UNKNOWN`.
pub(crate) fn history(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfHistory { before, operator } = about(value)?;
    let Some(service) = records.get::<Service>(&Service::key(call.hash(), &operator))? else {
        return refuse(
            codes::FILING_UNKNOWN,
            format!("{operator} has registered no service"),
        );
    };
    let end = before.unwrap_or(service.events).min(service.events);
    let start = end.saturating_sub(PAGE);
    let mut events = Vec::new();
    for number in (start..end).rev() {
        let key = Event::key(call.hash(), &operator, number);
        let event: Event = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        events.push(json!({ "event": event, "number": number }));
    }
    let next = Some(start).filter(|start| *start > 0);
    Ok(json!({ "events": events, "next": next }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfHidden {
    transactions: Vec<Digest>,
}

/// `filing.hidden`: `TX_ARGUMENTS` for more than [`MAX_ASKED`].
pub(crate) fn hidden(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfHidden { transactions } = about(value)?;
    if transactions.len() > MAX_ASKED {
        return refuse(TX_ARGUMENTS, format!("at most {MAX_ASKED} at a time"));
    }
    let mut told = Vec::with_capacity(transactions.len());
    for transaction in &transactions {
        let orders: Option<Orders> = records.get(&Orders::key(call.hash(), transaction))?;
        told.push(orders.as_ref().and_then(Orders::in_force).map_or(Value::Null, |order| {
            json!({ "basis": order.basis, "by": order.by, "number": order.number, "time": order.at.time })
        }));
    }
    Ok(json!({ "orders": told }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfOrders {
    #[serde(default, deserialize_with = "present")]
    before: Option<u64>,
}

/// `filing.orders`.
pub(crate) fn orders(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfOrders { before } = about(value)?;
    let Length { length } = records.get(&Length::key(call.hash()))?.unwrap_or_default();
    let end = before.unwrap_or(length).min(length);
    let start = end.saturating_sub(PAGE);
    let mut told = Vec::new();
    for number in (start..end).rev() {
        let at = order_at(call.hash(), number);
        let transaction: Digest = records.get(&at)?.ok_or(Failure::Damaged(at))?;
        let key = Orders::key(call.hash(), &transaction);
        let Orders { orders } = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        told.push(json!({ "orders": orders, "transaction": transaction }));
    }
    let next = Some(start).filter(|start| *start > 0);
    Ok(json!({ "items": told, "next": next }))
}
