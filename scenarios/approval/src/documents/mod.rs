//! The documents that departments draw, governance enacts and this scenario reads: processes (流程), forms (表单) and decisions (决策). A version stays as it was enacted, and a running case keeps its own (docs/reference/forms.md, processes.md).
//!
//! | name | text | read by |
//! |---|---|---|
//! | `process/<key>` | BPMN 2.0 with exactly the process `<key>` | [`processes`] |
//! | `form/<key>` | a JSON Schema of the subset of [`forms`] | [`forms`] |
//! | `decision/<key>` | DMN with the decision `<key>` | [`decisions`] |
//!
//! A further class is one more item of [`DOCUMENTS`]. What a process asks and calls is enacted before it; [`enacted`] finds it.

pub(crate) mod codes;
pub mod decisions;
pub(crate) mod enacted;
pub mod forms;
pub mod processes;

use std::fmt::Write as _;

use yinxin_execution::DocumentClass;
use yinxin_types::Rejection;

/// How the names of processes begin.
pub const PROCESSES: &str = "process/";
/// How the names of forms begin.
pub const FORMS: &str = "form/";

/// How the names of documents with decisions begin.
pub const DECISIONS: &str = "decision/";

/// How many findings a refusal lists; the modeller shows all of them.
const LISTED: usize = 8;

/// The classes of documents that this scenario reads.
pub(crate) const DOCUMENTS: &[DocumentClass] = &[
    DocumentClass {
        prefix: DECISIONS,
        check: decisions::check,
        links: None,
    },
    DocumentClass {
        prefix: FORMS,
        check: check_form,
        links: None,
    },
    DocumentClass {
        prefix: PROCESSES,
        check: processes::check,
        links: Some(processes::links),
    },
];

/// `FORM_MALFORMED`, `FORM_PATTERN`, `FORM_PERSONAL`.
fn check_form(_: &str, _: u64, text: &str) -> Result<(), Rejection> {
    forms::Form::read(text).map(drop).map_err(Rejection::from)
}

/// Findings by code, element, identifier and detail, in one line: `ELEMENT_UNSUPPORTED <scriptTask> pay: …; and 3 more`.
fn listed<'a>(findings: impl Iterator<Item = (&'a str, &'a str, &'a str, &'a str)>) -> String {
    let mut text = String::new();
    let mut more = 0_usize;
    for (place, (code, element, id, detail)) in findings.enumerate() {
        if place >= LISTED {
            more = more.saturating_add(1);
            continue;
        }
        if place > 0 {
            text.push_str("; ");
        }
        text.push_str(code);
        // Writing to a text does not fail.
        if !element.is_empty() {
            let _ = write!(text, " <{element}>");
        }
        if !id.is_empty() {
            let _ = write!(text, " {id}");
        }
        if !detail.is_empty() {
            let _ = write!(text, ": {detail}");
        }
    }
    if more > 0 {
        let _ = write!(text, "; and {more} more");
    }
    text
}
