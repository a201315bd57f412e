//! What is answered about notices: to an applicant its messages, to the desk of a department what it has to send.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

use super::super::handling::Handling;
use super::super::queue::{self, OUTBOX};
use super::super::records::{Case, Entry};
use super::super::{processes, terms::Terms};
use super::inbox::{Inbox, Message};
use super::records::{Kind, Notice};
use crate::documents::forms::Label;
use crate::json::about;

/// How many messages one page has.
const PAGE: u64 = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfParty {
    party: Digest,
    /// Pages from the newest.
    #[serde(default)]
    page: u64,
}

/// `approval.messages`: the notices of a party, the newest first, a page of 20 at a time, and how many of all are unread.
pub(crate) fn messages(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfParty { party, page } = about(value)?;
    let inbox = Inbox::of(call, records, &party)?;
    let mut messages = Vec::new();
    let end = inbox.length.saturating_sub(page.saturating_mul(PAGE));
    for place in (end.saturating_sub(PAGE)..end).rev() {
        let key = Message::key(call.hash(), &party, place);
        let message: Message = records.get(&key)?.ok_or(Failure::Damaged(key))?;
        let case = Case::known(call, records, &message.case)?;
        let found = case.notices.iter().find(|one| one.number == message.notice);
        let notice = found.ok_or(Failure::Damaged(key))?;
        let terms = Terms::of(call, records, &case.item, case.item_version)?;
        messages.push(json!({
            "case": message.case,
            "item": case.item,
            "kind": notice.kind,
            "name": terms.content.name,
            "notice": notice.number,
            "opened": notice.opened,
            "served": notice.served,
            "time_ms": notice.time_ms,
        }));
    }
    Ok(json!({
        "length": inbox.length,
        "messages": messages,
        "page_size": PAGE,
        "party": party,
        "unread": inbox.unread,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfDepartment {
    department: SocialCreditCode,
    #[serde(default)]
    page: u64,
}

/// `approval.outbox`: the notices that the desk of a department has to send, by case, a page of 20 cases at a time: to which contact, of whose, and
/// what they tell.
pub(crate) fn outbox(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfDepartment { department, page } = about(value)?;
    let (numbers, length) = queue::page(call, records, (OUTBOX, &department), page)?;
    let mut cases = Vec::new();
    for number in numbers {
        // What is due by now and stands in no block has no notice yet.
        let handling = Handling::open(call, records, &number)?;
        let case = &handling.case;
        let service = case.service.as_ref();
        let mut notices = Vec::new();
        for notice in case.notices.iter().filter(|notice| notice.is_due(service)) {
            notices.push(told(call, records, &handling, notice)?);
        }
        cases.push(json!({
            "case": number,
            "contact": service.and_then(|service| service.contact),
            "name": handling.terms.content.name,
            "notices": notices,
            "owner": case.applicant.party,
        }));
    }
    let mut told = queue::told(cases, length);
    if let Value::Object(members) = &mut told {
        members.insert("department".to_owned(), json!(department));
    }
    Ok(told)
}

/// A notice with what its text needs: of a request to correct what is to be corrected and in how many working days, in the words of form and
/// item.
fn told(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &Handling,
    notice: &Notice,
) -> Result<Value, Failure> {
    let key = Entry::key(call.hash(), &handling.case.number, notice.number);
    let entry: Entry = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let mut points = Vec::new();
    let mut days = None;
    if let (Kind::Correction, Some(correction)) = (notice.kind, &handling.case.correction) {
        days = correction.days;
        let form = processes::form(call, records, &handling.terms.content.form)?;
        for point in &correction.points {
            let named = |name: &str| Label {
                en: name.to_owned(),
                zh: name.to_owned(),
            };
            let label = match (&point.field, &point.material) {
                (Some(field), _) => form
                    .field(field)
                    .map_or_else(|| named(field), |field| field.label.clone()),
                (None, Some(class)) => handling.terms.material(class)?.name.clone(),
                (None, None) => named(""),
            };
            points.push(json!({ "en": point.en, "label": label, "zh": point.zh }));
        }
    }
    Ok(json!({
        "days": days,
        "kind": notice.kind,
        "notice": notice.number,
        "points": points,
        "time_ms": notice.time_ms,
        "what": entry.what,
    }))
}
