//! The documents that departments draw, governance enacts and this scenario reads: processes (流程), forms (表单) and, once their reader is
//! there, decision tables (决策表). A version stays as it was enacted, and a running case keeps its own (docs/reference/forms.md, processes.md).
//!
//! | name | text | read by |
//! |---|---|---|
//! | `process/<key>` | BPMN 2.0 with exactly the process `<key>` | [`processes`] |
//! | `form/<key>` | a JSON Schema of the subset of [`forms`] | [`forms`] |
//!
//! A further class is one more item of [`DOCUMENTS`].

pub(crate) mod codes;
pub mod forms;
pub mod processes;

use yinxin_execution::DocumentClass;
use yinxin_types::Rejection;

/// How the names of processes begin.
pub const PROCESSES: &str = "process/";
/// How the names of forms begin.
pub const FORMS: &str = "form/";

/// The classes of documents that this scenario reads.
pub(crate) const DOCUMENTS: &[DocumentClass] = &[
    DocumentClass {
        prefix: FORMS,
        check: check_form,
    },
    DocumentClass {
        prefix: PROCESSES,
        check: processes::check,
    },
];

/// `FORM_MALFORMED`, `FORM_PATTERN`, `FORM_PERSONAL`.
fn check_form(_: &str, _: u64, text: &str) -> Result<(), Rejection> {
    forms::Form::read(text).map(drop).map_err(Rejection::from)
}
