//! What is answered about cases: the same to the applicant and to every department, at one height. Contents of materials, sealed answers and
//! sealed opinions are never in an answer, because they are not on the ledger.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_workflow::{Period, Waiting};

use super::course::{Step, open_steps};
use super::days::Calendar;
use super::handling::Handling;
use super::records::{Act, Case, Entry, What};
use super::{clocks, codes, queue};
use crate::json::{about, present};
use crate::licences::Issued;

/// How many entries of a history one answer has.
const HISTORY_PAGE: u64 = 50;

fn json_of<T: serde::Serialize>(value: &T) -> Result<Value, Failure> {
    serde_json::to_value(value).map_err(|_| Failure::Damaged(StateKey([0; 32])))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCase {
    case: String,
    /// The last entry of the history that is known already.
    #[serde(default, deserialize_with = "present")]
    after: Option<u64>,
}

/// `approval.case`: the case as it stands, with everything that is due by now. `CASE_UNKNOWN`.
pub(crate) fn case(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfCase { case: number, .. } = about(value)?;
    let handling = Handling::open(call, records, &number)?;
    let calendar = Calendar::new(call, records);
    let case = &handling.case;
    let mut clocks_told = Vec::new();
    for clock in &case.clocks {
        clocks_told.push(clocks::told(&calendar, case, clock)?);
    }
    let mut steps = Vec::new();
    for step in open_steps(&handling)? {
        steps.push(step_told(&calendar, case, &step)?);
    }
    let suspended = match case.suspended() {
        Some(suspension) => json!({
            "days": suspension.days,
            "procedure": suspension.procedure,
            "since_ms": suspension.from_ms,
            "until": clocks::announced(&calendar, suspension)?,
        }),
        None => Value::Null,
    };
    let decided = !case.acts.is_empty();
    Ok(json!({
        "acceptance": json_of(&case.acceptance)?,
        "account": json_of(&case.account)?,
        "acts": case.acts.iter().map(|act| act_told(case, act)).collect::<Result<Vec<_>, _>>()?,
        "annulled": decided && case.decision().is_none(),
        "answers": json_of(&case.answers)?,
        "applicant": { "code": case.applicant.code, "party": case.applicant.party },
        "case": number,
        "clocks": clocks_told,
        "correction": json_of(&case.correction)?,
        "delegations": json_of(&case.delegations)?,
        "delivery": json_of(&case.delivery)?,
        "department": case.handler()?,
        "entries": case.entries,
        "extension": json_of(&case.extension)?,
        "issued": json_of(&case.issued)?,
        "item": case.item,
        "licence": json_of(&case.licence())?,
        "materials": json_of(&case.materials)?,
        "notices": json_of(&case.notices)?,
        "opinions": json_of(&case.opinions)?,
        "process": json_of(&case.process)?,
        "recused": json_of(&case.recused)?,
        "renews": case.renews,
        "sealed": case.sealed,
        "service": json_of(&case.service)?,
        "state": case.state,
        "steps": steps,
        "submitted": case.submitted,
        "suspended": suspended,
        "version": case.item_version,
    }))
}

fn act_told(case: &Case, act: &Act) -> Result<Value, Failure> {
    let mut told = json_of(act)?;
    if let Value::Object(members) = &mut told {
        members.insert("in_effect".to_owned(), json!(case.in_effect(&act.id)));
    }
    Ok(told)
}

fn step_told(calendar: &Calendar<'_>, case: &Case, step: &Step) -> Result<Value, Failure> {
    // The timer of a step bears its element and began when it did, or when it was opened again.
    let mut due = Value::Null;
    for (timer, node, period) in timers(case) {
        if let (true, Some(from_ms)) = (node == step.node, case.timers.get(&timer)) {
            due = json!(clocks::timer(calendar, case, *from_ms, period)?);
        }
    }
    let delegated: Vec<&Digest> = case
        .delegations
        .iter()
        .filter(|one| one.place == step.place)
        .map(|one| &one.to)
        .collect();
    Ok(json!({
        "delegated": delegated,
        "department": step.department,
        "due": due,
        "fault": step.fault,
        "form": step.duty.form,
        "grade": step.duty.grade,
        "materials": step.duty.materials,
        "name": step.name,
        "opened_ms": step.opened_ms,
        "outcomes": step.duty.outcomes,
        "overdue": step.overdue,
        "role": step.duty.role,
        "step": step.node,
        "two_officers": step.duty.two_officers,
        "work": step.work,
    }))
}

fn timers(case: &Case) -> impl Iterator<Item = (u64, &str, Period)> {
    let waiting = case.instance.iter().flat_map(yinxin_workflow::Instance::waiting);
    waiting.filter_map(|waiting| match waiting {
        Waiting::Timer(timer, node, period) => Some((timer, node, period)),
        Waiting::Message(..) | Waiting::Answer(..) => None,
    })
}

/// `approval.history`: what happened in a case, at most 50 entries after the one that is named. `CASE_UNKNOWN`.
pub(crate) fn history(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfCase { case: number, after } = about(value)?;
    let case = Case::known(call, records, &number)?;
    let first = after.unwrap_or_default();
    let last = case.entries.min(first.saturating_add(HISTORY_PAGE));
    let mut entries = Vec::new();
    for place in first..last {
        let place = place.saturating_add(1);
        let key = Entry::key(call.hash(), &number, place);
        let entry: Entry = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        entries.push(json!({ "entry": json_of(&entry)?, "place": place }));
    }
    Ok(json!({
        "applicant": case.applicant.party,
        "case": number,
        "department": case.handler()?,
        "departments": case.queues,
        "entries": entries,
        "more": last < case.entries,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfQueue {
    department: SocialCreditCode,
    #[serde(default)]
    page: u64,
}

/// `approval.queue`: the cases that wait for a department, a page of 20 at a time, each with its state, its open steps and the end of its
/// clocks.
pub(crate) fn of_queue(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfQueue { department, page } = about(value)?;
    let (numbers, length) = queue::page(call, records, (queue::QUEUE, &department), page)?;
    let mut cases = Vec::new();
    for number in numbers {
        let handling = Handling::open(call, records, &number)?;
        let calendar = Calendar::new(call, records);
        let case = &handling.case;
        let mut steps = Vec::new();
        for step in open_steps(&handling)? {
            if step.department.as_ref() == Some(&department) {
                steps.push(step_told(&calendar, case, &step)?);
            }
        }
        let mut running = Vec::new();
        for clock in case.clocks.iter().filter(|clock| clock.ended.is_none()) {
            running.push(clocks::told(&calendar, case, clock)?);
        }
        cases.push(json!({
            "case": number,
            "clocks": running,
            "item": case.item,
            "state": case.state,
            "steps": steps,
            "submitted": case.submitted,
            "suspended": case.suspended().is_some(),
            "version": case.item_version,
        }));
    }
    let mut told = queue::told(cases, length);
    if let Value::Object(members) = &mut told {
        members.insert("department".to_owned(), json!(department));
    }
    Ok(told)
}

/// `approval.licence`: open to everybody, because permits are public (行政许可法 §40): the licence that a case issued, and whether it is valid
/// now. `CASE_UNKNOWN`, `LICENCE_UNKNOWN`.
pub(crate) fn licence(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfCase { case: number, .. } = about(value)?;
    let case = Case::known(call, records, &number)?;
    let issued = case.acts.iter().rev().find_map(|act| match &act.what {
        What::Decision {
            licence: Some(licence),
            ..
        } => Some((act, licence)),
        _ => None,
    });
    let Some((act, licence)) = issued else {
        return refuse(codes::LICENCE_UNKNOWN, "the case issued no licence");
    };
    let now_ms = call.block.time.0;
    let document = case.issued.get(&act.id);
    let state = match document {
        _ if !case.in_effect(&act.id) => json!("annulled"),
        Some(id) => json!(Issued::named(call, records, id)?.state(call.block.time)),
        None if licence.until_ms.is_some_and(|until_ms| until_ms <= now_ms) => json!("expired"),
        None => json!("valid"),
    };
    Ok(json!({
        "case": number,
        "commitment": licence.commitment,
        "decided": act.at,
        "department": case.handler()?,
        "item": case.item,
        "kind": licence.kind,
        "licence": document,
        "state": state,
        "until_ms": licence.until_ms,
    }))
}
