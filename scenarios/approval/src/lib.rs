//! Administrative approval (行政审批): service items (事项) as data, and cases (办件) that run through processes which departments draw and
//! governance enacts. See the README for the law. Each module describes its own operations and questions.

mod cases;
pub mod codes;
pub mod documents;
pub mod items;
mod json;
pub mod licences;

use std::sync::{Arc, LazyLock};

use yinxin_execution::{Alarm, DocumentClass, Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

/// The name of the scenario.
pub(crate) const SCENARIO: &str = "approval";

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Approval)
}

struct Approval;

// The tables of the modules one after another; a further module is one more item in each.
static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| [items::OPERATIONS, cases::OPERATIONS, licences::OPERATIONS].concat());
static QUESTIONS: LazyLock<Vec<Question>> =
    LazyLock::new(|| [items::QUESTIONS, cases::QUESTIONS, licences::QUESTIONS].concat());
static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
    [
        cases::CODES,
        licences::CODES,
        items::CODES,
        documents::codes::DOCUMENTS,
    ]
    .concat()
});

static ASKS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| [items::ASKS, cases::ASKS, licences::ASKS].concat());
static OPEN: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| [items::OPEN, cases::OPEN, licences::OPEN].concat());
static PERSONAL: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| [cases::PERSONAL, licences::PERSONAL].concat());
static RIGHTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| [cases::RIGHTS, licences::RIGHTS].concat());
static POLICIES: LazyLock<Vec<(&'static str, &'static str)>> =
    LazyLock::new(|| [items::POLICIES, cases::POLICIES, licences::POLICIES].concat());

impl Scenario for Approval {
    fn name(&self) -> &'static str {
        SCENARIO
    }

    fn operations(&self) -> &'static [Operation] {
        &OPERATIONS
    }

    fn alarm(&self) -> Option<Alarm> {
        Some(cases::ALARM)
    }

    fn questions(&self) -> &'static [Question] {
        &QUESTIONS
    }

    fn documents(&self) -> &'static [DocumentClass] {
        documents::DOCUMENTS
    }

    fn asks(&self) -> &'static [&'static str] {
        &ASKS
    }

    fn open_questions(&self) -> &'static [&'static str] {
        &OPEN
    }

    fn decided_questions(&self) -> &'static [&'static str] {
        cases::DECIDED
    }

    fn personal_questions(&self) -> &'static [&'static str] {
        &PERSONAL
    }

    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        &POLICIES
    }

    fn rights(&self) -> &'static [&'static str] {
        &RIGHTS
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
