//! The documents that a case runs on: the process and the form of its item, as governance enacted them in the version that the item names.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_workflow::{Library, Model, Variables};

use super::{codes, gates};
use crate::documents::enacted::{self, Linked, Linking};
use crate::documents::forms::{Form, Part};
use crate::documents::{FORMS, PROCESSES, processes};
use crate::items::content;

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

/// A process that was read, with everything that it calls in it.
#[derive(Clone)]
pub(crate) struct Process {
    linked: Arc<Linking>,
    name: ProcessName,
}

impl Process {
    /// The process: `PROC_UNKNOWN` where it is not there, cannot be read, or needs what this chain does not run: decisions and processes that are
    /// not enacted, checks that nobody knows.
    pub fn load(call: &Call<'_>, records: &Records<'_>, name: &ProcessName) -> Result<Self, Failure> {
        let told = format!("`{PROCESSES}{}` v{} cannot be run", name.key, name.version);
        let Some(linked) = enacted::linked(call, records, (&name.key, name.version))? else {
            return refuse(codes::PROC_UNKNOWN, told);
        };
        let process = Self {
            linked,
            name: name.clone(),
        };
        if let Some(service) = process.model()?.services().find(|service| !gates::known(service)) {
            return refuse(
                codes::PROC_UNKNOWN,
                format!("{told}: there is no check `{service}`"),
            );
        }
        Ok(process)
    }

    fn linked(&self) -> Result<&Linked, Failure> {
        match &*self.linked {
            Ok(linked) => Ok(linked),
            Err(findings) => {
                let ProcessName { key, version } = &self.name;
                let why = processes::told(findings);
                refuse(
                    codes::PROC_UNKNOWN,
                    format!("`{PROCESSES}{key}` v{version} cannot be run: {why}"),
                )
            }
        }
    }

    /// Its model: `PROC_UNKNOWN` as [`Process::load`].
    pub fn model(&self) -> Result<&Model, Failure> {
        Ok(&self.linked()?.model)
    }

    /// The decisions that it asks.
    pub fn library(&self) -> Result<&Library, Failure> {
        Ok(&self.linked()?.library)
    }
}

/// The form of an item: `CASE_FORM` where it is not there.
pub(crate) fn form(
    call: &Call<'_>,
    records: &Records<'_>,
    named: &content::Enacted,
) -> Result<Arc<Form>, Failure> {
    match enacted::form(call, records, (&named.key, named.version))? {
        Some(form) => Ok(form),
        None => refuse(
            codes::CASE_FORM,
            format!("there is no `{FORMS}{}` v{}", named.key, named.version),
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
    use crate::documents::decisions;

    /// The processes that come with the program, for departments to take over or to change.
    const READY: [(&str, &str); 7] = [
        (
            "blockchain-filing",
            include_str!("../../processes/blockchain-filing.bpmn"),
        ),
        (
            "construction-joint",
            include_str!("../../processes/construction-joint.bpmn"),
        ),
        (
            "expert-review",
            include_str!("../../processes/expert-review.bpmn"),
        ),
        (
            "graded-licence",
            include_str!("../../processes/graded-licence.bpmn"),
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

    /// The decisions that they ask.
    const RULES: &str = include_str!("../../processes/licence-risk.dmn");

    #[test]
    fn what_the_ready_processes_ask_and_call_is_ready_too() {
        for (key, text) in READY {
            let document = processes::read(key, 1, text).unwrap();
            let model = document.model(key).unwrap();
            let process = |key: &str, _| {
                let found = READY.iter().find(|ready| ready.0 == key);
                Ok::<_, ()>(found.map(|(key, text)| Arc::new(processes::read(key, 1, text).unwrap())))
            };
            let decision = |key: &str, _| {
                let rules = (key == "licence-risk").then(|| decisions::read(key, RULES).unwrap());
                Ok(rules.map(Arc::new))
            };
            let library = Library::gather(model, process, decision).unwrap();
            assert_eq!(yinxin_workflow::check_links(model, &library), [], "{key}");
            let known = ["crowded", "floor_area"].map(str::to_owned).into();
            let linked = model.linked(&library).unwrap();
            assert_eq!(
                yinxin_workflow::check_inputs(&linked, &library, &known),
                [],
                "{key}"
            );
        }
    }

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
