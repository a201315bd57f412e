//! Governance (治理): the consortium's own rules as transactions. Who is a member, how it is decided, which nodes are validators from
//! which height on, which parameters, documents and calendar years are in force: all of it follows from the genesis document and the blocks.
//!
//! | operation | who | what it does |
//! |---|---|---|
//! | `governance.propose` | an active member | opens a proposal |
//! | `governance.vote` | an active member | votes; the vote that reaches the threshold enacts the proposal |
//! | `governance.withdraw` | the member that made the proposal | takes it back |
//!
//! Arguments: `propose` takes `{deadline, decision: {kind, content}}` and gives `{proposal}`; `vote` takes `{choice: "for"|"against", proposal}`
//! and gives `{against, code, for, members, needed, proposal, repeat, status}`; `withdraw` takes `{proposal}` and gives `{proposal, status}`.
//!
//! | kind | content |
//! |---|---|
//! | `admit` | `{account, code, height, level, name, roles, validator}`; `height` and `validator` are null for a member that only reads; heights are the first of an epoch |
//! | `suspend`, `restore`, `remove` | `{code, height}`; `height` is null where the validator set does not change |
//! | `validator` | `{code, height, validator}` |
//! | `threshold` | `{of: kind, threshold: {required: [code], rule: "majority"|"two_thirds"|"all"|{"at_least": n}}}` |
//! | `parameter` | `{name, value}` |
//! | `calendar` | `{edition, holidays: [{date, name}], title, workdays: [date], year}` |
//! | `upgrade` | `{height, scenario, to}`; a null `height` withdraws the upgrade to that version which waits for its height |
//! | `document` | `{class: "policy"|"catalogue", content: text or null, digest, name, version}` |
//!
//! | question | about | answer |
//! |---|---|---|
//! | `governance.check` | `{decision: {kind, content}}` | `{sets: [{height, quorum, validators}]}`, how many validators vote from which height on if it were decided; refused as the decision would be now |
//! | `governance.member` | `{code}` or `{account}` | `{account, code, level, name, roles, since, status, term, until, validator}`, or null |
//! | `governance.members` | anything | a list of what `governance.member` answers |
//! | `governance.parameter` | `{name}` | `{default, name, value}` |
//! | `governance.validators` | `{height}` | `{epoch, validators}` as decided until now; `epoch` is the first in which they vote |
//! | `governance.due` | `{days, from_ms, kind: "working"|"calendar"}` or `{from_ms, months}` | `{date, ms_end, provisional}`; in time is what happens before `ms_end` |
//! | `governance.span` | `{from_ms, to_ms}` | `{from, provisional, to, working}`: the days on which the moments fall, and the working days after the one up to and with the other |
//! | `governance.document` | `{name}` or `{name, version}`, each with `content: false` where the text is not wanted | `{class, content, digest, name, since, version}`, or null |
//! | `governance.versions` | anything | a list of `{active, planned: {height, to} or null, running: {begun, records, to} or null, scenario}` |
//! | `governance.proposal` | `{proposal}` | `{code, deadline, decided, kind, member, proposed, status, votes}` |

pub mod calendar;
pub mod codes;
mod decisions;
mod members;
mod operations;
mod parameters;
mod proposals;
mod questions;
mod records;
mod thresholds;
mod upgrades;
mod validators;
mod years;

use std::sync::Arc;

use yinxin_execution::{Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

pub use decisions::{MAX_DOCUMENT_NAME_BYTES, MAX_ROLES, MAX_TEXT_BYTES};
pub use members::MAX_MEMBERS;
pub use questions::{MAX_DAYS, MAX_MONTHS};
pub use thresholds::MAX_REQUIRED;
pub use validators::{MAX_BLOCKS_AHEAD, MAX_SCHEDULED, MIN_VALIDATORS};
pub use years::founding_years;

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Governance)
}

struct Governance;

const OPERATIONS: &[Operation] = &[
    Operation {
        id: "governance.propose",
        check: operations::check_propose,
        reads: operations::propose_reads,
        run: operations::propose,
    },
    Operation {
        id: "governance.vote",
        check: operations::check_vote,
        reads: operations::vote_reads,
        run: operations::vote,
    },
    Operation {
        id: "governance.withdraw",
        check: operations::check_withdraw,
        reads: operations::withdraw_reads,
        run: operations::withdraw,
    },
];

const QUESTIONS: &[Question] = &[
    Question {
        id: "governance.check",
        answer: questions::check,
    },
    Question {
        id: "governance.document",
        answer: questions::document,
    },
    Question {
        id: "governance.due",
        answer: questions::due,
    },
    Question {
        id: "governance.member",
        answer: questions::member,
    },
    Question {
        id: "governance.members",
        answer: questions::members,
    },
    Question {
        id: "governance.parameter",
        answer: questions::parameter,
    },
    Question {
        id: "governance.proposal",
        answer: questions::proposal,
    },
    Question {
        id: "governance.span",
        answer: questions::span,
    },
    Question {
        id: "governance.validators",
        answer: questions::validators,
    },
    Question {
        id: "governance.versions",
        answer: upgrades::versions,
    },
];

impl Scenario for Governance {
    fn name(&self) -> &'static str {
        "governance"
    }

    fn operations(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn listed(&self) -> bool {
        true
    }

    fn questions(&self) -> &'static [Question] {
        QUESTIONS
    }

    fn open_questions(&self) -> &'static [&'static str] {
        // The rules of the consortium are public, its votes too.
        &[
            "governance.document",
            "governance.due",
            "governance.member",
            "governance.members",
            "governance.parameter",
            "governance.proposal",
            "governance.span",
            "governance.validators",
            "governance.versions",
        ]
    }

    fn validators(&self) -> Option<&'static str> {
        Some("governance.validators")
    }

    fn codes(&self) -> &'static [Code] {
        codes::GOVERNANCE
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
