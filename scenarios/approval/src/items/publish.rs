//! Publishing items and withdrawing them, by the department that issued their codes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Principal, Request, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};
use yinxin_types::{Code, Rejection, StateKey};
use yinxin_workflow::check_inputs;

use super::arguments::{Entry, Publish, Withdraw, code};
use super::codes;
use super::content::{Content, Enacted, LifeEvent, Source};
use super::records::{Head, MAX_DEPARTMENTS, MAX_ITEMS, State, Version, current, departments_key, list_key};
use crate::cases;
use crate::documents::enacted::{self, Linked};
use crate::documents::forms::Form;
use crate::documents::{FORMS, PROCESSES, processes};

/// A refusal.
pub(super) fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Rejection::new(code, detail).into())
}

/// The officer that acts for the department beside its seal, as `identity.acting` answers.
#[derive(Deserialize)]
struct Acting {
    grade: u8,
    kind: String,
    officer: String,
    sealed: bool,
}

#[derive(Deserialize)]
struct Member {
    roles: Vec<String>,
    status: String,
}

/// Who acts for which department, with what the policies want to know of it.
struct Who {
    acting: Acting,
    body: SocialCreditCode,
    roles: Vec<String>,
}

impl Who {
    /// The officer and the seal: the codes of `identity.acting`.
    fn find(call: &Call<'_>, records: &Records<'_>, body: &SocialCreditCode) -> Result<Self, Failure> {
        let about = json!({ "for": body, "scope": call.body.operation, "seal": true });
        let acting = call.ask(records, "identity.acting", &about)?;
        let member: Option<Member> = call.ask(records, "governance.member", &json!({ "code": body }))?;
        let active = member.filter(|member| member.status == "active");
        Ok(Self {
            acting,
            body: body.clone(),
            roles: active.map(|member| member.roles).unwrap_or_default(),
        })
    }

    /// Asks the policies: `POLICY_DENIED`, `POLICY_MALFORMED`.
    fn permit(&self, call: &Call<'_>, records: &Records<'_>, code: &ServiceItemCode) -> Result<(), Failure> {
        let request = Request {
            context: Context {
                department: Some(self.body.as_str()),
                grade: Some(self.acting.grade),
                mandate: Some(self.acting.kind.as_str()),
                own: true,
                roles: &self.roles,
                sealed: self.acting.sealed,
                ..Context::default()
            },
            operation: &call.body.operation,
            principal: Principal::Officer(&self.acting.officer),
            resource: Resource::Record(code.as_str()),
        };
        call.permit(records, &request)
    }
}

/// The department that issued a code, and its own 13 digits.
pub(super) fn parts(code: &ServiceItemCode) -> (SocialCreditCode, &str) {
    (code.issuer(), code.digits())
}

/// That a department issued a code: `ITEM_ISSUER`.
fn own(body: &SocialCreditCode, code: &ServiceItemCode) -> Result<(), Failure> {
    let issuer = code.issuer();
    if issuer == *body {
        return Ok(());
    }
    refuse(codes::ITEM_ISSUER, format!("`{code}` is a code of {issuer}"))
}

/// What the operations surely read.
pub(super) fn publish_reads(call: &Call<'_>) -> Vec<StateKey> {
    let items = call.body.arguments.get("items").and_then(Value::as_array);
    let codes = items.into_iter().flatten().filter_map(|item| item.get("code"));
    codes
        .filter_map(|code| ServiceItemCode::parse(code.as_str()?).ok())
        .map(|code| Head::key(call.hash(), &code))
        .collect()
}

/// As [`publish_reads`].
pub(super) fn withdraw_reads(call: &Call<'_>) -> Vec<StateKey> {
    let code = call.body.arguments.get("code").and_then(Value::as_str);
    let code = code.and_then(|code| ServiceItemCode::parse(code).ok());
    code.map(|code| Head::key(call.hash(), &code))
        .into_iter()
        .collect()
}

/// `approval.item_publish`: items, each a first or a next version; all of them or none. Refused as `identity.acting`, then of each item with
/// `ITEM_ISSUER`, `ITEM_VERSION`, `ITEM_UNCHANGED`, `ITEM_PROCESS`, `ITEM_FORM`, `ITEM_MATERIAL`, `ITEM_SOURCE`, `POLICY_*`, `ITEM_LIMIT`.
pub(super) fn publish(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Publish { body, items } = call.arguments()?;
    let who = Who::find(call, records, &body)?;
    let mut lists = Lists::new(call, &body);
    let mut versions = BTreeMap::new();
    for entry in items {
        let code = code(&entry.code)?;
        own(&body, &code)?;
        let before = current(records, call.hash(), &code)?;
        follows(&entry, before.as_ref())?;
        documents(call, records, &entry)?;
        sources(call, records, &entry)?;
        who.permit(call, records, &code)?;

        let (_, digits) = parts(&code);
        let old = before.filter(|(head, _)| head.state == State::Published);
        let events = old.map(|(_, version)| version.content.events);
        lists.replace(records, digits, events.as_ref(), Some(&entry.content.events))?;
        let version = Version {
            content: entry.content,
            published: call.block.time,
            version: entry.version,
        };
        let head = Head {
            reason: None,
            state: State::Published,
            version: entry.version,
        };
        records.put(Version::key(call.hash(), &code, entry.version), &version)?;
        records.put(Head::key(call.hash(), &code), &head)?;
        versions.insert(entry.code, entry.version);
    }
    lists.write(records)?;
    Ok(json!({ "concerns": [body], "items": versions }))
}

/// `approval.item_withdraw`: the item is offered no more; its versions stay, and so do its cases. Refused as `identity.acting`, then with
/// `ITEM_ISSUER`, `ITEM_UNKNOWN`, `ITEM_WITHDRAWN`, `POLICY_*`.
pub(super) fn withdraw(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Withdraw {
        body,
        code: text,
        reason,
    } = call.arguments()?;
    let who = Who::find(call, records, &body)?;
    let code = code(&text)?;
    own(&body, &code)?;
    let Some((mut head, version)) = current(records, call.hash(), &code)? else {
        return refuse(codes::ITEM_UNKNOWN, format!("there is no item `{code}`"));
    };
    if head.state == State::Withdrawn {
        return refuse(codes::ITEM_WITHDRAWN, format!("`{code}` has been withdrawn"));
    }
    who.permit(call, records, &code)?;

    let mut lists = Lists::new(call, &body);
    lists.replace(records, parts(&code).1, Some(&version.content.events), None)?;
    lists.write(records)?;
    head.state = State::Withdrawn;
    head.reason = Some(reason);
    records.put(Head::key(call.hash(), &code), &head)?;
    Ok(json!({ "code": code, "concerns": [body], "version": head.version }))
}

/// That a version is the next one and says something new: `ITEM_VERSION`, `ITEM_UNCHANGED`.
fn follows(entry: &Entry, before: Option<&(Head, Version)>) -> Result<(), Failure> {
    let in_force = before.map(|(head, _)| head.version).unwrap_or_default();
    if in_force.checked_add(1) != Some(entry.version) {
        let detail = format!(
            "`{}` is in version {in_force}, {} was given",
            entry.code, entry.version
        );
        return refuse(codes::ITEM_VERSION, detail);
    }
    match before {
        Some((head, version)) if head.state == State::Published && version.content == entry.content => {
            refuse(
                codes::ITEM_UNCHANGED,
                format!("`{}` says this already", entry.code),
            )
        }
        _ => Ok(()),
    }
}

/// That process and form are enacted in the versions that the item names, and fit each other and the materials: `ITEM_PROCESS`, `ITEM_FORM`,
/// `ITEM_MATERIAL`.
fn documents(call: &Call<'_>, records: &Records<'_>, entry: &Entry) -> Result<(), Failure> {
    let Content { process, form, .. } = &entry.content;
    for (code, prefix, Enacted { key, version }) in [
        (codes::ITEM_PROCESS, PROCESSES, process),
        (codes::ITEM_FORM, FORMS, form),
    ] {
        let about = json!({ "content": false, "name": format!("{prefix}{key}"), "version": version });
        let found: Value = call.ask(records, "governance.document", &about)?;
        if found.is_null() {
            let detail = format!("`{}`: `{prefix}{key}` has no version {version}", entry.code);
            return refuse(code, detail);
        }
    }
    let form = enacted::form(call, records, (&form.key, form.version))?;
    let unkept = form.as_ref().and_then(|form| entry.content.sealed_answers(form));
    if let Some(fault) = unkept {
        return refuse(fault.code, format!("`{}`: {}", entry.code, fault.reason));
    }
    inputs(call, records, entry, form.as_deref())
}

/// That every decision which the process asks is told what it needs, by a public field of the form or by an earlier step, and that what the
/// process calls is there: `ITEM_PROCESS`.
fn inputs(call: &Call<'_>, records: &Records<'_>, entry: &Entry, form: Option<&Form>) -> Result<(), Failure> {
    let process = &entry.content.process;
    let Some(linking) = enacted::linked(call, records, (&process.key, process.version))? else {
        return Ok(());
    };
    let public = form
        .iter()
        .flat_map(|form| &form.fields)
        .filter(|field| field.public);
    let findings = match &*linking {
        Ok(Linked { model, library }) => {
            let told = model
                .services()
                .flat_map(cases::tells)
                .map(|name| (*name).to_owned());
            let known = public.map(|field| field.name.clone()).chain(told).collect();
            check_inputs(model, library, &known)
        }
        Err(findings) => findings.clone(),
    };
    if findings.is_empty() {
        return Ok(());
    }
    let detail = format!("`{}`: {}", entry.code, processes::told(&findings));
    refuse(codes::ITEM_PROCESS, detail)
}

/// That whoever shares a material can: `ITEM_SOURCE`.
fn sources(call: &Call<'_>, records: &Records<'_>, entry: &Entry) -> Result<(), Failure> {
    for material in &entry.content.materials {
        let (question, about) = match &material.source {
            Source::Submitted {} => continue,
            Source::Certificate { holder, of } => {
                ("identity.issuer", json!({ "department": holder, "type": of }))
            }
            Source::Resource { resource } => ("sharing.resource", json!({ "resource": resource })),
        };
        let detail = match call.ask::<Value>(records, question, &about) {
            Ok(answer) if answer.get("state").is_some_and(|state| state == "withdrawn") => {
                "the resource has been withdrawn".to_owned()
            }
            Ok(_) => continue,
            Err(Failure::Rejected(rejection)) => rejection.code.name.to_owned(),
            Err(failure) => return Err(failure),
        };
        let detail = format!("`{}`, material `{}`: {detail}", entry.code, material.class);
        return refuse(codes::ITEM_SOURCE, detail);
    }
    Ok(())
}

/// The lists of one department, read once and written once however many items change.
struct Lists<'a> {
    call: &'a Call<'a>,
    department: &'a SocialCreditCode,
    changed: BTreeMap<Option<LifeEvent>, Vec<String>>,
}

impl<'a> Lists<'a> {
    fn new(call: &'a Call<'a>, department: &'a SocialCreditCode) -> Self {
        Self {
            call,
            department,
            changed: BTreeMap::new(),
        }
    }

    /// Takes an item out of the lists in which it was and puts it into those in which it is; `None` where it was or is not offered.
    fn replace(
        &mut self,
        records: &Records<'_>,
        digits: &str,
        before: Option<&BTreeSet<LifeEvent>>,
        after: Option<&BTreeSet<LifeEvent>>,
    ) -> Result<(), Failure> {
        let lists = |events: Option<&BTreeSet<LifeEvent>>| -> BTreeSet<Option<LifeEvent>> {
            let own = events.is_some().then_some(None);
            own.into_iter()
                .chain(events.into_iter().flatten().copied().map(Some))
                .collect()
        };
        let (before, after) = (lists(before), lists(after));
        for event in before.symmetric_difference(&after) {
            let list = match self.changed.get_mut(event) {
                Some(list) => list,
                None => {
                    let key = list_key(self.call.hash(), self.department, *event);
                    let list = records.get::<Vec<String>>(&key)?.unwrap_or_default();
                    self.changed.entry(*event).or_insert(list)
                }
            };
            match list.binary_search_by(|one| one.as_str().cmp(digits)) {
                Ok(place) => _ = list.remove(place),
                Err(_) if list.len() >= MAX_ITEMS => {
                    return refuse(
                        codes::ITEM_LIMIT,
                        format!("a department has at most {MAX_ITEMS} items"),
                    );
                }
                Err(place) => list.insert(place, digits.to_owned()),
            }
        }
        Ok(())
    }

    fn write(self, records: &mut Records<'_>) -> Result<(), Failure> {
        let algorithm = self.call.hash();
        for (event, list) in self.changed {
            let key = departments_key(algorithm, event);
            let mut departments = records.get::<Vec<SocialCreditCode>>(&key)?.unwrap_or_default();
            match departments.binary_search(self.department) {
                Ok(place) if list.is_empty() => {
                    departments.remove(place);
                    records.put(key, &departments)?;
                }
                Err(_) if departments.len() >= MAX_DEPARTMENTS => {
                    return refuse(
                        codes::ITEM_LIMIT,
                        format!("at most {MAX_DEPARTMENTS} departments have items"),
                    );
                }
                Err(place) if !list.is_empty() => {
                    departments.insert(place, self.department.clone());
                    records.put(key, &departments)?;
                }
                _ => {}
            }
            records.put(list_key(algorithm, self.department, event), &list)?;
        }
        Ok(())
    }
}
