//! The process of a case: a document that governance enacted as `process/<key>`, in the version that the item names.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_workflow::{Document, Model};

use super::language::language;
use super::{codes, gates};

/// What the names of documents with processes begin with; the key follows.
pub(crate) const DOCUMENTS: &str = "process/";
/// How many documents are kept read; others are read again when they are asked for.
const KEPT: usize = 64;

/// A process in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcessName {
    pub key: String,
    pub version: u32,
}

/// A process that was read.
#[derive(Clone)]
pub(crate) struct Process {
    document: Arc<Document>,
    key: String,
}

/// Documents by version and digest, the oldest leaving first. What is kept changes how long an answer takes, not the answer.
#[derive(Default)]
struct Kept {
    documents: BTreeMap<(u32, Digest), Option<Arc<Document>>>,
    order: VecDeque<(u32, Digest)>,
}

static READ: LazyLock<Mutex<Kept>> = LazyLock::new(Mutex::default);

#[derive(Deserialize)]
struct Enacted {
    content: Option<String>,
    digest: Digest,
}

impl Process {
    /// The process: `PROC_UNKNOWN` where governance enacted no such version, where it is none that can be read, or where it needs what this
    /// chain does not run.
    pub fn load(call: &Call<'_>, records: &Records<'_>, name: &ProcessName) -> Result<Self, Failure> {
        let ProcessName { key, version } = name;
        let document = format!("{DOCUMENTS}{key}");
        let about = json!({ "content": false, "name": document, "version": version });
        let Some(Enacted { digest, .. }) = call.ask(records, "governance.document", &about)? else {
            return refuse(
                codes::PROC_UNKNOWN,
                format!("there is no `{document}` v{version}"),
            );
        };
        let place = (*version, digest);
        let kept = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.documents.get(&place).cloned();
        drop(kept);
        let read = match known {
            Some(read) => read,
            None => {
                let about = json!({ "name": document, "version": version });
                let whole: Option<Enacted> = call.ask(records, "governance.document", &about)?;
                let text = whole.and_then(|whole| whole.content).unwrap_or_default();
                let read = Document::read(text.as_bytes(), *version, language())
                    .ok()
                    .map(Arc::new);
                let mut kept = READ.lock().unwrap_or_else(PoisonError::into_inner);
                if kept.documents.insert(place, read.clone()).is_none() {
                    kept.order.push_back(place);
                }
                while kept.order.len() > KEPT {
                    if let Some(oldest) = kept.order.pop_front() {
                        kept.documents.remove(&oldest);
                    }
                }
                read
            }
        };
        let unreadable = || format!("`{document}` v{version} cannot be run");
        let Some(document) = read else {
            return refuse(codes::PROC_UNKNOWN, unreadable());
        };
        let process = Self {
            document,
            key: key.clone(),
        };
        let runs = process.document.model(key).is_some_and(|model| {
            let asks = model.calls().next().is_some() || model.decisions().next().is_some();
            !asks && model.services().all(gates::known)
        });
        if !runs {
            return refuse(codes::PROC_UNKNOWN, unreadable());
        }
        Ok(process)
    }

    /// Its model; it was there when the process was loaded.
    pub fn model(&self) -> Result<&Model, Failure> {
        match self.document.model(&self.key) {
            Some(model) => Ok(model),
            None => refuse(codes::PROC_UNKNOWN, format!("there is no process `{}`", self.key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use yinxin_workflow::{Severity, check};

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
            let document = Document::read(text.as_bytes(), 1, language()).unwrap();
            let model = document.model(key).unwrap();
            let errors: Vec<_> = check(model)
                .into_iter()
                .filter(|finding| finding.code.severity() != Severity::Note)
                .collect();
            assert!(errors.is_empty(), "{key}: {errors:#?}");
            assert!(model.services().all(gates::known), "{key}");
            for step in model.steps() {
                assert!(text.contains(&format!("bpmnElement=\"{step}\"")), "{key}: {step}");
            }
        }
    }
}
