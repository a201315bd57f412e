//! Administrative approval (行政审批): service items (事项) as data, and cases (办件) that run through processes which departments draw and
//! governance enacts. See the README for the law. Each module describes its own operations and questions.

mod cases;
pub mod codes;
pub mod documents;
pub mod items;

use std::sync::{Arc, LazyLock};

use yinxin_execution::{DocumentClass, Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Approval)
}

struct Approval;

// The tables of the modules one after another; a further module is one more item in each.
static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| [items::OPERATIONS, cases::OPERATIONS].concat());
static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| [items::QUESTIONS, cases::QUESTIONS].concat());
static CODES: LazyLock<Vec<Code>> =
    LazyLock::new(|| [cases::CODES, items::CODES, documents::codes::DOCUMENTS].concat());

impl Scenario for Approval {
    fn name(&self) -> &'static str {
        "approval"
    }

    fn operations(&self) -> &'static [Operation] {
        &OPERATIONS
    }

    fn questions(&self) -> &'static [Question] {
        &QUESTIONS
    }

    fn documents(&self) -> &'static [DocumentClass] {
        documents::DOCUMENTS
    }

    fn asks(&self) -> &'static [&'static str] {
        items::ASKS
    }

    fn open_questions(&self) -> &'static [&'static str] {
        items::OPEN
    }

    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        items::POLICIES
    }

    fn codes(&self) -> &'static [Code] {
        &CODES
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
