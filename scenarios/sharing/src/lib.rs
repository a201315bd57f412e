//! Sharing (数据共享): what departments tell each other. The parts keep themselves to themselves: [`listings`] is the joint blacklist,
//! [`catalogue`] the data resources and the requests for them. Each has its table of operations, questions and codes.

mod catalogue;
mod desk;
mod listings;

use std::sync::{Arc, LazyLock};

use yinxin_execution::{Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

pub use catalogue::{MAX_FIELDS, MAX_OPEN_REQUESTS, MAX_PAGE, MAX_RESOURCES};
pub use listings::{MAX_BODY_QUERIES, MAX_HISTORY_PAGE, MAX_LIVE, MAX_OFFICER_QUERIES};

static OPERATIONS: LazyLock<Vec<Operation>> =
    LazyLock::new(|| [listings::OPERATIONS, catalogue::OPERATIONS].concat());
static QUESTIONS: LazyLock<Vec<Question>> =
    LazyLock::new(|| [listings::QUESTIONS, catalogue::QUESTIONS].concat());
static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| [listings::CODES, catalogue::CODES].concat());
static ZH: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/zh-CN.json")));
static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("../locales/en.json")));

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Sharing)
}

struct Sharing;

impl Scenario for Sharing {
    fn name(&self) -> &'static str {
        "sharing"
    }

    fn operations(&self) -> &'static [Operation] {
        &OPERATIONS
    }

    fn questions(&self) -> &'static [Question] {
        &QUESTIONS
    }

    fn asks(&self) -> &'static [&'static str] {
        desk::ASKS
    }

    fn codes(&self) -> &'static [Code] {
        &CODES
    }

    fn zh(&self) -> &'static Texts {
        &ZH
    }

    fn en(&self) -> &'static Texts {
        &EN
    }
}
