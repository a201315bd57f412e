//! Filing and the duties of whoever operates the platform (备案): the profile of its service, its filing number, its clocks, its
//! assessments, its end; and orders that take public content down without erasing it. See the README for the law.
//!
//! | operation | arguments | who | outcome |
//! |---|---|---|---|
//! | `filing.register` | `for`, `profile` {`algorithms`, `domain`, `form`, `name`, `nodes`}, `started` | officer and seal of an operator | `due`, `concerns` |
//! | `filing.amend` | `for`, `changed`, `functions`, `profile` | the same | `due` or null, `concerns` |
//! | `filing.record` | `for`, `what` (filing, change, cancellation), `number`, `date`, `evidence` | the same | `late`, `concerns` |
//! | `filing.assess` | `for`, `kind` (security, mlps, crypto), `date`, `reference`, `assessor`, `finding` (pass, partial, fail), `evidence`, `grade`? | the same | `due` or null, `concerns` |
//! | `filing.stop` | `for`, `ends`?, `reason`; without `ends` it takes the announcement back | the same | `ends`, `concerns` |
//! | `filing.hide` | `for`, `transaction`, `number`, `basis`, `reason`, `evidence` | officer and seal of a court, the police, the cyberspace administration | `transaction`, `concerns` |
//! | `filing.lift` | `for`, `transaction`, `reason` | the body that ordered it, or a court | `transaction`, `concerns` |
//!
//! Dates are moments in milliseconds; days are those of Shanghai. `due` is `{date, ms_end, provisional}`.
//!
//! All questions are open to everybody: what they tell are public acts.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `filing.notice` | `{}` | what every page shows: `services` [{`operator`, `name`, `domain`, `number`, `filed`, `state`, `ends`}] and the `statement` that a filing is no endorsement |
//! | `filing.services` | `{}` | `services`: the sheet of each, with its open `duties` [{`duty`, `basis`, `from`, `due`, `overdue`, `overdue_since`}] |
//! | `filing.history` | `operator`, `before`? | `events`, newest first, and `next` |
//! | `filing.hidden` | `transactions` | `orders`, for each the order in force {`by`, `number`, `basis`, `time`} or null |
//! | `filing.orders` | `before`? | every order, newest first, lifted ones too |
//!
//! The alarm marks a duty overdue in the first block after its last day, and ends a service on the announced day.

mod arguments;
mod clocks;
pub mod codes;
mod orders;
mod profile;
mod questions;
mod records;
mod service;

use std::sync::Arc;

use yinxin_execution::{Alarm, Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

pub use arguments::MAX_NUMBER_BYTES;
pub use clocks::{CHANGE_DAYS, CRYPTO_MONTHS, FILING_DAYS, STOP_DAYS};
pub use profile::{MAX_LIST, MAX_TEXT_BYTES};
pub use questions::{MAX_ASKED, PAGE};
pub use records::{MAX_OPERATORS, MAX_ORDERS};

/// The name of the scenario.
pub(crate) const SCENARIO: &str = "filing";

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Filing)
}

struct Filing;

macro_rules! operations {
    ($($id:literal, $check:ident, $reads:path, $run:path;)*) => {
        &[$(Operation { id: $id, check: arguments::$check, reads: $reads, run: $run }),*]
    };
}

const OPERATIONS: &[Operation] = operations! {
    "filing.register", check_register, service::reads, service::register;
    "filing.amend", check_amend, service::reads, service::amend;
    "filing.record", check_record, service::reads, service::record;
    "filing.assess", check_assess, service::reads, service::assess;
    "filing.stop", check_stop, service::reads, service::stop;
    "filing.hide", check_hide, orders::reads, orders::hide;
    "filing.lift", check_lift, orders::reads, orders::lift;
};

const QUESTIONS: &[Question] = &[
    Question {
        id: "filing.notice",
        answer: questions::notice,
    },
    Question {
        id: "filing.services",
        answer: questions::all,
    },
    Question {
        id: "filing.history",
        answer: questions::history,
    },
    Question {
        id: "filing.hidden",
        answer: questions::hidden,
    },
    Question {
        id: "filing.orders",
        answer: questions::orders,
    },
];

impl Scenario for Filing {
    fn name(&self) -> &'static str {
        SCENARIO
    }

    fn operations(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn alarm(&self) -> Option<Alarm> {
        Some(Alarm {
            reads: clocks::alarm_reads,
            run: clocks::alarm,
        })
    }

    fn questions(&self) -> &'static [Question] {
        QUESTIONS
    }

    fn open_questions(&self) -> &'static [&'static str] {
        &[
            "filing.hidden",
            "filing.history",
            "filing.notice",
            "filing.orders",
            "filing.services",
        ]
    }

    fn asks(&self) -> &'static [&'static str] {
        &[
            "governance.due",
            "governance.member",
            "governance.span",
            "identity.acting",
        ]
    }

    /// Filings, assessments and orders are public acts.
    fn listed(&self) -> bool {
        true
    }

    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("filing/filing.cedar", include_str!("../policies/filing.cedar")),
            ("filing/orders.cedar", include_str!("../policies/orders.cedar")),
        ]
    }

    fn codes(&self) -> &'static [Code] {
        codes::FILING
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
