//! Electronic evidence deposit (电子存证): who deposited which commitment first, what is linked to it, who challenged it and
//! what a court found. Contents never reach the ledger; see the README for the law and `records` for what is stored.
//!
//! | operation | who | what it does |
//! |---|---|---|
//! | `evidence.deposit` | anyone | deposits one commitment |
//! | `evidence.deposit_batch` | anyone | deposits the root of a tree of commitments |
//! | `evidence.link` | the depositor of the entry | links it to another entry |
//! | `evidence.challenge` | anyone | records an objection to an entry |
//! | `evidence.resolve` | a court; to withdraw, the challenger | ends a challenge |

mod arguments;
pub mod codes;
mod operations;
mod records;

use std::sync::Arc;

use yinxin_execution::{Operation, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

pub use arguments::{
    MAX_BATCH_ITEMS, MAX_DEPOSIT_LINKS, MAX_ENVIRONMENT_BYTES, MAX_FILE_BYTES, MAX_MEDIA_TYPE_BYTES,
    MAX_TOOL_BYTES, MAX_TOOL_VERSION_BYTES,
};
pub use records::MAX_ENTRY_LINKS;

/// The role of a member that may decide challenges.
pub const COURT: &str = "court";

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Evidence)
}

struct Evidence;

const OPERATIONS: &[Operation] = &[
    Operation {
        id: "evidence.deposit",
        check: arguments::check_deposit,
        reads: operations::deposit_reads,
        run: operations::deposit,
    },
    Operation {
        id: "evidence.deposit_batch",
        check: arguments::check_deposit_batch,
        reads: operations::deposit_batch_reads,
        run: operations::deposit_batch,
    },
    Operation {
        id: "evidence.link",
        check: arguments::check_link,
        reads: operations::link_reads,
        run: operations::link,
    },
    Operation {
        id: "evidence.challenge",
        check: arguments::check_challenge,
        reads: operations::challenge_reads,
        run: operations::challenge,
    },
    Operation {
        id: "evidence.resolve",
        check: arguments::check_resolve,
        reads: operations::resolve_reads,
        run: operations::resolve,
    },
];

impl Scenario for Evidence {
    fn name(&self) -> &'static str {
        "evidence"
    }

    fn operations(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn listed(&self) -> bool {
        true
    }

    fn codes(&self) -> &'static [Code] {
        codes::EVIDENCE
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
