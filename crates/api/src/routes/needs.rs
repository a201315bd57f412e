//! What a drawing asks and calls: from what is sent with it, else as it is enacted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use yinxin_crypto::PublicKey;
use yinxin_types::codes;
use yinxin_workflow::{Document, Feel, Library, Model, limits};

use crate::app::App;
use crate::node;
use crate::problem::Problem;

/// How the documents are called that drawings need.
const PROCESS: &str = "process/";
const DECISION: &str = "decision/";
/// How often the ledger is asked for what the documents of the last round need: a process is called by one that is called, and so on.
const ROUNDS: usize = limits::CALL_DEPTH + 2;
/// The most documents that are sent with a drawing.
const MOST_OTHERS: usize = limits::LINKED;

/// A document that a drawing needs and that is not enacted, or not in this version.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherDocument {
    /// `process/<key>` or `decision/<key>`.
    name: String,
    /// The version that the drawing names.
    version: u32,
    /// The BPMN 2.0 or DMN document.
    document: String,
}

type Name = (String, u32);

/// The documents that are known; none where there is no such document or it cannot be read.
#[derive(Clone, Default)]
pub(super) struct Needs {
    processes: BTreeMap<Name, Option<Arc<Document>>>,
    decisions: BTreeMap<Name, Option<Arc<yinxin_rules::Document>>>,
}

impl Needs {
    fn put(&mut self, name: &str, version: u32, text: Option<&str>) {
        if let Some(key) = name.strip_prefix(PROCESS) {
            let read = text.and_then(|text| Document::read(text.as_bytes(), version, &Feel).ok());
            self.processes
                .insert((key.to_owned(), version), read.map(Arc::new));
        } else if let Some(key) = name.strip_prefix(DECISION) {
            let read = text.and_then(|text| yinxin_rules::Document::read(text.as_bytes()).ok());
            self.decisions
                .insert((key.to_owned(), version), read.map(Arc::new));
        }
    }

    /// What a process needs, and the names and versions of what is not known yet.
    pub fn library(&self, model: &Model) -> (Library, BTreeSet<Name>) {
        let mut missing = BTreeSet::new();
        let mut wanted = BTreeSet::new();
        let gathered = Library::gather(
            model,
            |key, version| {
                let known = self.processes.get(&(key.to_owned(), version));
                if known.is_none() {
                    missing.insert((format!("{PROCESS}{key}"), version));
                }
                Ok::<_, std::convert::Infallible>(known.cloned().flatten())
            },
            |key, version| {
                let known = self.decisions.get(&(key.to_owned(), version));
                if known.is_none() {
                    wanted.insert((format!("{DECISION}{key}"), version));
                }
                Ok(known.cloned().flatten())
            },
        );
        let Ok(library) = gathered;
        missing.extend(wanted);
        (library, missing)
    }

    /// What the processes of a drawing need that is not known yet.
    fn missing(&self, drawing: &str) -> BTreeSet<Name> {
        let Ok(document) = Document::read(drawing.as_bytes(), 1, &Feel) else {
            return BTreeSet::new();
        };
        let missing = document.models().iter().flat_map(|model| self.library(model).1);
        missing.take(limits::LINKED).collect()
    }
}

/// Gathers what a drawing needs: from what was sent with it, then from the ledger.
pub(super) async fn gather(
    app: &App,
    account: PublicKey,
    drawing: &Arc<str>,
    others: Vec<OtherDocument>,
) -> Result<Needs, Problem> {
    if others.len() > MOST_OTHERS {
        let detail = format!("at most {MOST_OTHERS} other documents");
        return Err(Problem::new(codes::API_REQUEST, detail));
    }
    let mut found: Vec<(String, u32, Option<String>)> = others
        .into_iter()
        .map(|other| (other.name, other.version, Some(other.document)))
        .collect();
    let mut needs = Needs::default();
    for _ in 0..ROUNDS {
        let text = Arc::clone(drawing);
        let read = node::blocking(&app.node, move |_| {
            for (name, version, text) in found {
                needs.put(&name, version, text.as_deref());
            }
            let missing = needs.missing(&text);
            (needs, missing)
        });
        let Some((known, missing)) = read.await else {
            return Err(Problem::new(
                codes::API_UNAVAILABLE,
                "the node has too much other work",
            ));
        };
        needs = known;
        if missing.is_empty() {
            break;
        }
        let question = |(name, version): &Name| {
            let about = json!({ "name": name, "version": version });
            ("governance.document".to_owned(), about)
        };
        let asked = app
            .inquire(Some(account), missing.iter().map(question).collect())
            .await?;
        let text = |answer: Option<Value>| answer?.get("content")?.as_str().map(str::to_owned);
        found = missing
            .into_iter()
            .zip(asked.answers)
            .map(|((name, version), answer)| (name, version, text(answer.ok())))
            .collect();
    }
    Ok(needs)
}
