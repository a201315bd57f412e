//! The documents that a case runs on: the process and the form of its item, as governance enacted them in the version that the item names.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_workflow::{Document, Model, Variables};

use super::{codes, gates};
use crate::documents::forms::{Form, Part};
use crate::documents::{FORMS, PROCESSES, processes};
use crate::items::content;

/// How many documents of a kind are kept read; others are read again when they are asked for.
const KEPT: usize = 64;

/// A process in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcessName {
    pub key: String,
    pub version: u32,
}

impl From<&content::Enacted> for ProcessName {
    fn from(enacted: &content::Enacted) -> Self {
        Self {
            key: enacted.key.clone(),
            version: enacted.version,
        }
    }
}

type Place = (String, u32, Digest);

/// Documents that were read, the oldest leaving first. What is kept changes how long an answer takes, not the answer.
struct Shelf<T> {
    read: BTreeMap<Place, Option<Arc<T>>>,
    order: VecDeque<Place>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            read: BTreeMap::new(),
            order: VecDeque::new(),
        }
    }
}

static READ_PROCESSES: LazyLock<Mutex<Shelf<Document>>> = LazyLock::new(Mutex::default);
static READ_FORMS: LazyLock<Mutex<Shelf<Form>>> = LazyLock::new(Mutex::default);

#[derive(Deserialize)]
struct Enacted {
    content: Option<String>,
    digest: Digest,
}

/// A document in a version, read; none where governance enacted no such version or where it is none that can be read.
fn enacted<T>(
    call: &Call<'_>,
    records: &Records<'_>,
    (prefix, name): (&str, &ProcessName),
    shelf: &Mutex<Shelf<T>>,
    read: fn(&ProcessName, &str) -> Option<T>,
) -> Result<Option<Arc<T>>, Failure> {
    let document = format!("{prefix}{}", name.key);
    let about = json!({ "content": false, "name": document, "version": name.version });
    let Some(Enacted { digest, .. }) = call.ask(records, "governance.document", &about)? else {
        return Ok(None);
    };
    let place = (document, name.version, digest);
    let kept = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.read.get(&place) {
        return Ok(known.clone());
    }
    drop(kept);
    let about = json!({ "name": place.0, "version": name.version });
    let whole: Option<Enacted> = call.ask(records, "governance.document", &about)?;
    let text = whole.and_then(|whole| whole.content).unwrap_or_default();
    let new = read(name, &text).map(Arc::new);
    let mut kept = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.read.insert(place.clone(), new.clone()).is_none() {
        kept.order.push_back(place);
    }
    while kept.order.len() > KEPT {
        if let Some(oldest) = kept.order.pop_front() {
            kept.read.remove(&oldest);
        }
    }
    Ok(new)
}

/// A process that was read.
#[derive(Clone)]
pub(crate) struct Process {
    document: Arc<Document>,
    key: String,
}

impl Process {
    /// The process: `PROC_UNKNOWN` where it is not there, cannot be read, or needs what this chain does not run: decisions and processes that it
    /// would call, checks that nobody knows.
    pub fn load(call: &Call<'_>, records: &Records<'_>, name: &ProcessName) -> Result<Self, Failure> {
        let read = |name: &ProcessName, text: &str| processes::read(&name.key, name.version, text).ok();
        let runs = |document: &Arc<Document>| {
            document.model(&name.key).is_some_and(|model| {
                let asks = model.calls().next().is_some() || model.decisions().next().is_some();
                !asks && model.services().all(gates::known)
            })
        };
        match enacted(call, records, (PROCESSES, name), &READ_PROCESSES, read)?.filter(runs) {
            Some(document) => Ok(Self {
                document,
                key: name.key.clone(),
            }),
            None => refuse(
                codes::PROC_UNKNOWN,
                format!("`{PROCESSES}{}` v{} cannot be run", name.key, name.version),
            ),
        }
    }

    /// Its model; it was there when the process was loaded.
    pub fn model(&self) -> Result<&Model, Failure> {
        match self.document.model(&self.key) {
            Some(model) => Ok(model),
            None => refuse(codes::PROC_UNKNOWN, format!("there is no process `{}`", self.key)),
        }
    }
}

/// The form of an item: `CASE_FORM` where it is not there.
pub(crate) fn form(
    call: &Call<'_>,
    records: &Records<'_>,
    named: &content::Enacted,
) -> Result<Arc<Form>, Failure> {
    let read = |_: &ProcessName, text: &str| Form::read(text).ok();
    let name = ProcessName::from(named);
    match enacted(call, records, (FORMS, &name), &READ_FORMS, read)? {
        Some(form) => Ok(form),
        None => refuse(
            codes::CASE_FORM,
            format!("there is no `{FORMS}{}` v{}", name.key, name.version),
        ),
    }
}

/// That public answers are those of the form: `FORM_VALUE`.
pub(crate) fn check_answers(
    call: &Call<'_>,
    records: &Records<'_>,
    named: &content::Enacted,
    answers: &Variables,
) -> Result<(), Failure> {
    let values = answers.iter().map(|(name, value)| (name.clone(), value.clone()));
    let form = form(call, records, named)?;
    Ok(form.check(Part::Public, &values.collect())?)
}

#[cfg(test)]
mod tests {
    use yinxin_workflow::Severity;

    use super::*;

    /// The processes that come with the program, for departments to take over or to change.
    const READY: [(&str, &str); 5] = [
        (
            "blockchain-filing",
            include_str!("../../processes/blockchain-filing.bpmn"),
        ),
        (
            "construction-joint",
            include_str!("../../processes/construction-joint.bpmn"),
        ),
        (
            "licence-renewal",
            include_str!("../../processes/licence-renewal.bpmn"),
        ),
        (
            "plain-licence",
            include_str!("../../processes/plain-licence.bpmn"),
        ),
        ("renovation", include_str!("../../processes/renovation.bpmn")),
    ];

    #[test]
    fn the_ready_processes_are_read_checked_and_drawn() {
        for (key, text) in READY {
            let document = processes::read(key, 1, text).unwrap();
            let model = document.model(key).unwrap();
            let mut findings = yinxin_workflow::check(model);
            findings.retain(|finding| finding.code.severity() != Severity::Note);
            assert!(findings.is_empty(), "{key}: {findings:#?}");
            assert!(model.services().all(gates::known), "{key}");
            for step in model.steps() {
                assert!(text.contains(&format!("bpmnElement=\"{step}\"")), "{key}: {step}");
            }
        }
    }
}
