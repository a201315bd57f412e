//! What is answered about items, to everybody.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};

use super::arguments::code;
use super::codes;
use super::content::{Content, Enacted, LifeEvent};
use super::publish::{parts, refuse};
use super::records::{Version, current, departments_key, list_key};
use crate::documents::enacted::{self, Linked};
use crate::json::{about, present};

/// The most items of one answer.
pub const MAX_PAGE: usize = 64;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfItem {
    code: String,
    #[serde(default, deserialize_with = "present")]
    version: Option<u32>,
}

/// Which other departments the process lets see the materials, by class: those of the steps that name the class. None where the process cannot
/// be read.
fn readers(
    call: &Call<'_>,
    records: &Records<'_>,
    (handler, content): (&SocialCreditCode, &Content),
) -> Result<Option<BTreeMap<String, BTreeSet<SocialCreditCode>>>, Failure> {
    let Enacted { key, version } = &content.process;
    let Some(linking) = enacted::linked(call, records, (key, *version))? else {
        return Ok(None);
    };
    let Ok(Linked { model, .. }) = &*linking else {
        return Ok(None);
    };
    let mut readers: BTreeMap<String, BTreeSet<SocialCreditCode>> = BTreeMap::new();
    for step in model.steps() {
        let others: Vec<SocialCreditCode> = model
            .departments(step)
            .iter()
            .filter_map(|text| text.parse().ok())
            .filter(|code| code != handler)
            .collect();
        let classes = model.duty(step).map(|duty| duty.materials.as_slice());
        for class in classes.unwrap_or_default() {
            if !others.is_empty() && content.materials.iter().any(|one| one.class == *class) {
                readers
                    .entry(class.clone())
                    .or_default()
                    .extend(others.iter().cloned());
            }
        }
    }
    Ok(Some(readers))
}

/// `approval.item`: `{code, department, current, state, reason, superseded, version, published, content, readers}`, in the version in force or
/// in the one that is asked for; `readers` has the departments beside its own that the process lets see materials, by class. `ITEM_CODE`,
/// `ITEM_UNKNOWN`.
pub(super) fn item(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfItem { code: text, version } = about(value)?;
    let code = code(&text)?;
    let Some((head, current)) = current(records, call.hash(), &code)? else {
        return refuse(codes::ITEM_UNKNOWN, format!("there is no item `{code}`"));
    };
    let shown = match version {
        None => current,
        Some(number) => match Version::find(records, call.hash(), &code, number)? {
            Some(version) => version,
            None => return refuse(codes::ITEM_UNKNOWN, format!("`{code}` has no version {number}")),
        },
    };
    let department = parts(&code).0;
    let readers = readers(call, records, (&department, &shown.content))?;
    Ok(json!({
        "code": code,
        "content": shown.content,
        "current": head.version,
        "department": department,
        "published": shown.published,
        "readers": readers,
        "reason": head.reason,
        "state": head.state,
        "superseded": shown.version != head.version,
        "version": shown.version,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// The last code of the page before.
    #[serde(default, deserialize_with = "present")]
    after: Option<ServiceItemCode>,
    #[serde(default, deserialize_with = "present")]
    department: Option<SocialCreditCode>,
    #[serde(default, deserialize_with = "present")]
    event: Option<LifeEvent>,
    #[serde(default, deserialize_with = "present")]
    limit: Option<usize>,
}

/// `approval.items`: `{items: [{code, version, published, name, type, events, served, handling, statutory, fee, visits, level}], next}`, those that
/// are offered, sorted by code; the next page is asked for with `after: next`.
pub(super) fn items(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let asked: Asked = about(value)?;
    let algorithm = call.hash();
    let limit = asked.limit.unwrap_or(MAX_PAGE).clamp(1, MAX_PAGE);
    let (from, seen) = match asked.after.as_ref().map(parts) {
        Some((department, digits)) => (Some(department), digits),
        None => (None, ""),
    };
    let departments = match asked.department {
        Some(department) => vec![department],
        None => {
            let all: Option<Vec<SocialCreditCode>> = records.get(&departments_key(algorithm, asked.event))?;
            all.unwrap_or_default()
        }
    };
    let mut found: Vec<String> = Vec::new();
    for department in departments {
        if from.as_ref().is_some_and(|from| department < *from) {
            continue;
        }
        let list: Option<Vec<String>> = records.get(&list_key(algorithm, &department, asked.event))?;
        let past = |digits: &&String| from.as_ref() != Some(&department) || digits.as_str() > seen;
        let room = limit.saturating_add(1).saturating_sub(found.len());
        let list = list.unwrap_or_default();
        found.extend(
            list.iter()
                .filter(past)
                .take(room)
                .map(|digits| format!("{department}{digits}")),
        );
        if found.len() > limit {
            break;
        }
    }
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).cloned();
    let mut items = Vec::with_capacity(found.len());
    for text in found {
        items.push(row(call, records, &code(&text)?)?);
    }
    Ok(json!({ "items": items, "next": next }))
}

fn row(call: &Call<'_>, records: &Records<'_>, code: &ServiceItemCode) -> Result<Value, Failure> {
    let key = list_key(call.hash(), &parts(code).0, None);
    let (_, version) = current(records, call.hash(), code)?.ok_or(Failure::Damaged(key))?;
    let content = version.content;
    Ok(json!({
        "code": code,
        "events": content.events,
        "fee": content.fee,
        "handling": content.handling,
        "level": content.level,
        "name": content.name,
        "published": version.published,
        "served": content.served,
        "statutory": content.statutory,
        "type": content.of,
        "version": version.version,
        "visits": content.visits,
    }))
}
