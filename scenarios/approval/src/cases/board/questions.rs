//! What is answered of the board.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::who::{Acting, Who, refuse};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};

use super::super::days::Calendar;
use super::super::processes::{Process, ProcessName};
use super::super::records::handler;
use super::super::terms::Terms;
use super::ACTION;
use super::figures::{
    Flows, ItemFlows, Listed, OfDepartment, OfItem, department_key, departments_key, flows_key,
    item_flows_key, item_key, place_key,
};
use crate::json::{about, present};

/// How many departments, and how many items, one page has.
const PAGE: u64 = 20;

/// Who asks, in the name of which body.
struct Reader {
    acting: Acting,
    body: SocialCreditCode,
}

impl Reader {
    /// The officer that asks, under a mandate for the board: the codes of `identity.acting`.
    fn of(call: &Call<'_>, records: &Records<'_>, body: SocialCreditCode) -> Result<Self, Failure> {
        let asked = json!({ "for": body, "scope": ACTION, "seal": false });
        let acting = call.ask(records, "identity.acting", &asked)?;
        Ok(Self { acting, body })
    }

    /// Whether the policies let him see the figures of a department: `POLICY_DENIED`, `POLICY_MALFORMED`.
    fn permit(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        department: &SocialCreditCode,
    ) -> Result<(), Failure> {
        let who = Who::Officer(self.acting.clone(), self.body.clone());
        let circumstances = Context {
            own: *department == self.body,
            ..Context::default()
        };
        let resource = Resource::Department(department.as_str());
        who.permit_as(call, records, ACTION, (resource, circumstances))
    }

    /// [`Reader::permit`] as a yes or a no.
    fn may_see(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        department: &SocialCreditCode,
    ) -> Result<bool, Failure> {
        match self.permit(call, records, department) {
            Ok(()) => Ok(true),
            Err(Failure::Rejected(rejection)) if rejection.code == yinxin_types::codes::POLICY_DENIED => {
                Ok(false)
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The month or the year that is asked about, by default the month of the block: `TX_ARGUMENTS` where it is neither.
fn period(call: &Call<'_>, records: &Records<'_>, asked: Option<String>) -> Result<String, Failure> {
    let Some(asked) = asked else {
        let date = Calendar::new(call, records).date(call.block.time.0)?;
        return Ok(date.get(..7).unwrap_or_default().to_owned());
    };
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    let is_one = match asked.split_once('-') {
        None => digits(&asked, 4),
        Some((year, month)) => digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month),
    };
    if is_one {
        return Ok(asked);
    }
    refuse(
        TX_ARGUMENTS,
        "a period is a year or a month, such as 2026 or 2026-03",
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Departments {
    #[serde(rename = "for")]
    body: SocialCreditCode,
    #[serde(default)]
    page: u64,
    #[serde(default, deserialize_with = "present")]
    period: Option<String>,
}

/// `approval.board`: the departments that have had a case, or the reader's own where he does not see all. Refused with the codes of
/// `identity.acting`, `POLICY_DENIED`, `POLICY_MALFORMED`, `TX_ARGUMENTS`.
pub(super) fn departments(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let Departments {
        body,
        page,
        period: asked,
    } = about(value)?;
    let reader = Reader::of(call, records, body)?;
    let period = period(call, records, asked)?;
    let key = departments_key(call.hash());
    let all = records.get::<Vec<SocialCreditCode>>(&key)?.unwrap_or_default();
    // Policies speak of all departments alike or of the reader's own: one of the others stands for them.
    let other = all.iter().find(|department| **department != reader.body);
    let sees_others = match other {
        Some(other) => reader.may_see(call, records, other)?,
        None => false,
    };
    let seen = if sees_others {
        all
    } else {
        reader.permit(call, records, &reader.body)?;
        all.into_iter()
            .filter(|department| *department == reader.body)
            .collect()
    };
    let (first, length) = (page.saturating_mul(PAGE), count(seen.len()));
    let year = period.get(..4).unwrap_or_default();
    let mut departments = Vec::new();
    for department in seen.into_iter().skip(place(first)).take(place(PAGE)) {
        let key = department_key(call.hash(), &department);
        let of: OfDepartment = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        let flows = |period: &str| {
            let key = flows_key(call.hash(), &department, period);
            Ok::<_, Failure>(records.get::<Flows>(&key)?.unwrap_or_default())
        };
        departments.push(json!({
            "department": department,
            "flows": flows(&period)?,
            "items": of.items,
            "standing": of.standing,
            "year": flows(year)?,
        }));
    }
    Ok(json!({
        "all": sees_others,
        "departments": departments,
        "length": length,
        "page_size": PAGE,
        "period": period,
    }))
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn place(place: u64) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Items {
    department: SocialCreditCode,
    #[serde(rename = "for")]
    body: SocialCreditCode,
    #[serde(default)]
    page: u64,
    #[serde(default, deserialize_with = "present")]
    period: Option<String>,
}

/// `approval.board_items`: the items of a department that have had cases, each in each version, in the order in which they had the first.
/// Refused as [`departments`].
pub(super) fn items(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let Items {
        department,
        body,
        page,
        period: asked,
    } = about(value)?;
    let reader = Reader::of(call, records, body)?;
    reader.permit(call, records, &department)?;
    let period = period(call, records, asked)?;
    let key = department_key(call.hash(), &department);
    let of = records.get::<OfDepartment>(&key)?.unwrap_or_default();
    let first = page.saturating_mul(PAGE);
    let mut items = Vec::new();
    for place in first..of.items.min(first.saturating_add(PAGE)) {
        let key = place_key(call.hash(), &department, place);
        let listed: Listed = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        let (_, _, told) = item(call, records, (&listed.item, listed.version), &period)?;
        items.push(told);
    }
    Ok(json!({
        "department": department,
        "items": items,
        "length": of.items,
        "page_size": PAGE,
        "period": period,
    }))
}

/// An item in one version as the board tells it: its counters, the ones by step beside, and the names.
fn item(
    call: &Call<'_>,
    records: &Records<'_>,
    (code, version): (&ServiceItemCode, u32),
    period: &str,
) -> Result<(OfItem, ItemFlows, Value), Failure> {
    let key = item_key(call.hash(), code, version);
    let of: OfItem = records.get(&key)?.unwrap_or_default();
    let key = item_flows_key(call.hash(), (code, version), period);
    let flows = records.get::<ItemFlows>(&key)?.unwrap_or_default();
    let content = Terms::of(call, records, code, version)?.content;
    let told = json!({
        "flows": flows.flows,
        "item": code,
        "name": content.name,
        "process": { "key": content.process.key, "version": content.process.version },
        "standing": of.standing,
        "version": version,
    });
    Ok((of, flows, told))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    #[serde(rename = "for")]
    body: SocialCreditCode,
    item: ServiceItemCode,
    #[serde(default, deserialize_with = "present")]
    period: Option<String>,
    version: u32,
}

/// `approval.board_steps`: an item in one version with every step of its process: how many wait there, how many were taken and how long they
/// waited, how many ran over their time. Refused as [`departments`], and `TX_ARGUMENTS` where the item has had no case in this version.
pub(super) fn steps(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let Steps {
        body,
        item: code,
        period: asked,
        version,
    } = about(value)?;
    let reader = Reader::of(call, records, body)?;
    reader.permit(call, records, &handler(&code)?)?;
    let period = period(call, records, asked)?;
    if records.bytes(&item_key(call.hash(), &code, version))?.is_none() {
        return refuse(TX_ARGUMENTS, "the item has had no case in this version");
    }
    let (of, flows, mut told) = item(call, records, (&code, version), &period)?;
    let content = Terms::of(call, records, &code, version)?.content;
    let process = Process::load(call, records, &ProcessName::from(&content.process))?;
    let model = process.model()?;
    // The steps as they are drawn, then the tasks of tables that an officer had to answer.
    let drawn: Vec<&str> = model.steps().collect();
    let counted: BTreeSet<&str> = of
        .steps
        .keys()
        .chain(flows.steps.keys())
        .map(String::as_str)
        .collect();
    let others = counted.into_iter().filter(|node| !drawn.contains(node));
    let mut steps = Vec::new();
    for node in drawn.iter().copied().chain(others) {
        let waiting = of.steps.get(node).copied().unwrap_or_default();
        let flows = flows.steps.get(node).cloned().unwrap_or_default();
        steps.push(json!({
            "late": flows.late,
            "longest_seconds": flows.longest_seconds,
            "name": model.name_of(node).unwrap_or_default(),
            "seconds": flows.seconds,
            "step": node,
            "taken": flows.taken,
            "waiting": waiting.waiting,
            "waiting_late": waiting.late,
        }));
    }
    if let Value::Object(members) = &mut told {
        members.insert("period".to_owned(), json!(period));
        members.insert("steps".to_owned(), Value::Array(steps));
    }
    Ok(told)
}
