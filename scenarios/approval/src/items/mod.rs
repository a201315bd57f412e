//! Service items (事项), each in versions: what may be asked for, on which law, with which form and materials, within how many days, through
//! which process. An item is published by the department whose code its own begins with, and lies open on the ledger.
//!
//! ```text
//! publish ─► version 1 ─publish─► version 2 … ─withdraw─► withdrawn ─publish─► next version
//! ```
//!
//! | operation | signed by | arguments | outcome |
//! |---|---|---|---|
//! | `approval.item_publish` | officer and seal of the department | `for`, `items` [{`code`, `content` ([`content::Content`]), `version`}] | `items` {code: version}, `concerns` |
//! | `approval.item_withdraw` | officer and seal of the department | `code`, `for`, `reason` | `code`, `version`, `concerns` |
//!
//! | question | about | answer |
//! |---|---|---|
//! | `approval.item` | `code`, `version`? | the item in the version in force, or in another |
//! | `approval.items` | `department`?, `event`?, `after`?, `limit`? | the items that are offered, sorted by code |
//!
//! Versions are never overwritten: a case keeps the one under which it was submitted.

mod arguments;
pub(crate) mod codes;
pub mod content;
mod publish;
mod questions;
pub(crate) mod records;

use yinxin_execution::{Operation, Question};

pub use arguments::MAX_BATCH;
pub(crate) use codes::ITEMS as CODES;
pub use questions::MAX_PAGE;
pub use records::{MAX_DEPARTMENTS, MAX_ITEMS};

/// The operations of this module.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "approval.item_publish",
        check: arguments::check_publish,
        reads: publish::publish_reads,
        run: publish::publish,
    },
    Operation {
        id: "approval.item_withdraw",
        check: arguments::check_withdraw,
        reads: publish::withdraw_reads,
        run: publish::withdraw,
    },
];

/// The questions of this module.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "approval.item",
        answer: questions::item,
    },
    Question {
        id: "approval.items",
        answer: questions::items,
    },
];

/// The questions of others that its operations ask.
pub(crate) const ASKS: &[&str] = &[
    "governance.document",
    "governance.member",
    "identity.acting",
    "identity.issuer",
    "sharing.resource",
];

/// The questions that anybody may ask.
pub(crate) const OPEN: &[&str] = &["approval.item", "approval.items"];

/// The default policies.
pub(crate) const POLICIES: &[(&str, &str)] =
    &[("approval/items.cedar", include_str!("../../policies/items.cedar"))];
