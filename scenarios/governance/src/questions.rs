//! What the scenario answers to others. The forms stand in the crate's documentation.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Height, Rejection, StateKey, ValidatorSet};

use crate::calendar::Date;
use crate::decisions::{Decision, Version};
use crate::validators::{Entry, Schedule};
use crate::{codes, members, operations, parameters, records as keys, years};

/// The longest period in days.
pub const MAX_DAYS: u32 = 3660;
/// The longest period in months.
pub const MAX_MONTHS: u32 = 600;

/// Reads what is asked about; another form is `TX_ARGUMENTS`.
fn about<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, Rejection> {
    T::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()))
}

fn answer<T: serde::Serialize>(value: &T) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|_| Failure::Damaged(StateKey([0; 32])))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum OfMember {
    Account(PublicKey),
    Code(SocialCreditCode),
}

/// `governance.member`.
pub(crate) fn member(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let member = match about(asked)? {
        OfMember::Account(account) => members::by_account(call, records, &account)?,
        OfMember::Code(code) => members::find(call, records, &code)?,
    };
    answer(&member)
}

/// `governance.members`: every body that is or was a member.
pub(crate) fn members(call: &Call<'_>, records: &Records<'_>, _: &Value) -> Result<Value, Failure> {
    answer(&members::all(call, records)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfParameter {
    name: String,
}

/// `governance.parameter`.
pub(crate) fn parameter(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfParameter { name } = about(asked)?;
    let parameter = parameters::find(&name)?;
    let value = parameter.setting(call, records)?;
    Ok(json!({ "default": parameter.default(), "name": name, "value": value }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfHeight {
    height: Height,
}

/// `governance.validators`.
pub(crate) fn validators(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfHeight { height } = about(asked)?;
    answer(&Schedule::load(call, records)?.at(call, records, height)?)
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Days {
    Working,
    Calendar,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OfPeriod {
    Days(OfDays),
    Months(OfMonths),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDays {
    days: u32,
    from_ms: u64,
    kind: Days,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfMonths {
    from_ms: u64,
    months: u32,
}

/// `governance.due`. Refused with `GOV_PERIOD`.
pub(crate) fn due(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let check = |length: u32, limit: u32| match length {
        length if (1..=limit).contains(&length) => Ok(()),
        length => Err(Rejection::new(
            codes::GOV_PERIOD,
            format!("{length}, 1 to {limit} are allowed"),
        )),
    };
    let due = match about(asked)? {
        OfPeriod::Days(OfDays { days, from_ms, kind }) => {
            check(days, MAX_DAYS)?;
            let from = Date::of_ms(from_ms);
            years::due(call, records, from, |calendar| match kind {
                Days::Working => calendar.add_working_days(from, days),
                Days::Calendar => calendar.add_days(from, days),
            })?
        }
        OfPeriod::Months(OfMonths { from_ms, months }) => {
            check(months, MAX_MONTHS)?;
            let from = Date::of_ms(from_ms);
            years::due(call, records, from, |calendar| calendar.add_months(from, months))?
        }
    };
    Ok(json!({ "date": due.date, "ms_end": due.date.end_ms(), "provisional": due.provisional }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfSpan {
    from_ms: u64,
    to_ms: u64,
}

/// `governance.span`. Refused with `GOV_PERIOD` where it is longer than [`MAX_DAYS`].
pub(crate) fn span(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfSpan { from_ms, to_ms } = about(asked)?;
    let (from, to) = (Date::of_ms(from_ms), Date::of_ms(to_ms));
    if from.plus_days(MAX_DAYS) < to {
        let detail = format!("from {from} to {to}, {MAX_DAYS} days are allowed");
        return Err(Rejection::new(codes::GOV_PERIOD, detail).into());
    }
    let (working, provisional) = years::working_days(call, records, from, to)?;
    Ok(json!({ "from": from, "provisional": provisional, "to": to, "working": working }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDocument {
    /// Whether the text is wanted too; it is, unless this says no.
    content: Option<bool>,
    name: String,
    version: Option<u64>,
}

/// `governance.document`.
pub(crate) fn document(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfDocument {
        content,
        name,
        version,
    } = about(asked)?;
    let key = match version {
        Some(version) => keys::version(call.hash(), &name, version),
        None => keys::document(call.hash(), &name),
    };
    let Some(version) = records.get::<Version>(&key)? else {
        return Ok(Value::Null);
    };
    if content == Some(false) {
        return Ok(version.answer(&name, None));
    }
    let key = keys::content(call.hash(), &version.proposal);
    match records.get(&key)? {
        Some(Decision::Document(published)) => Ok(version.answer(&name, published.content)),
        _ => Err(Failure::Damaged(key)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfProposal {
    proposal: Digest,
}

/// `governance.proposal`. Refused with `GOV_PROPOSAL_UNKNOWN`.
pub(crate) fn proposal(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfProposal { proposal } = about(asked)?;
    answer(&operations::known(call, records, &proposal)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDecision {
    decision: Decision,
}

/// `governance.check`: whether a decision would be allowed now, by the same rules as a proposal and its enactment, and what the schedule of
/// validator sets (验证者集合) would be. Refused as the decision would be; nothing is written.
pub(crate) fn check(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfDecision { decision } = about(asked)?;
    let plan = decision.prepare(call, records, &call.id)?;
    let schedule = match plan.get(&keys::schedule(call.hash())) {
        Some(changed) => Schedule::deserialize(changed).map_err(|_| Failure::Damaged(StateKey([0; 32])))?,
        None => Schedule::load(call, records)?,
    };
    let set = |entry: &Entry| {
        let size = entry.validators.len();
        json!({ "height": entry.height, "quorum": ValidatorSet::quorum_of(size), "validators": size })
    };
    Ok(json!({ "sets": schedule.entries.iter().map(set).collect::<Vec<_>>() }))
}
