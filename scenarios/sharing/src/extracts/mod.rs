//! Extracts (摘录): bulk data that an owner delivers under a granted request of the catalogue. Content and mark (标记) stay in the owner's
//! vault; the ledger holds commitments to both, for whom the delivery is, and every look at it. A copy found outside names its delivery
//! (T3 of the threats; crate `mark`), and the opened commitment shows to an outsider that the mark was there before the copy was found.
//!
//! ```text
//! deliver ─► Delivered ──look (each an event, counted)──► content released to the receiving officer alone
//!                └──withdraw──► Withdrawn           └──period of the grant over──► Expired
//! trace (an event, at the owner) ─► the mark's opening released to whoever traces
//! ```
//!
//! | operation | signed by | arguments | outcome |
//! |---|---|---|---|
//! | `sharing.extract_deliver` | officer and seal of the owner | `canaries`, `content` {`commitment`, `material`}, `fields`, `for`, `mark` {`commitment`, `material`}, `number`, `post` mandate of the receiving officer, `request`, `rows` | `extract`, `until`, `concerns` |
//! | `sharing.extract_withdraw` | officer and seal of the owner | `extract`, `for`, `reason` | `extract`, `concerns` |
//! | `sharing.extract_fetch` | the receiving officer | `extract`, `for`, `purpose`, `reader` | `access`, `disclosure` |
//! | `sharing.extract_trace` | officer of the owner | `case`, `extract`, `for`, `found` commitment, `purpose`, `reader` | `access`, `disclosure` |
//!
//! A `disclosure` is `{extract, holder, material, reader}`: what the holder's node needs to hand over the content, or the mark, sealed to
//! this reader.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `sharing.extract` | `extract` | the delivery, its `state` (delivered, withdrawn, expired) |
//! | `sharing.extracts` | `owner`, `page` from 0 | `total`, `pages`, `extracts`: [{`extract`, `mark`, `content`, `recipient`, `receiver`, `delivered`}], the oldest first |

mod arguments;
pub(crate) mod codes;
mod deliveries;
mod looks;
mod questions;
mod records;

use yinxin_execution::{Operation, Question};

pub(crate) use codes::EXTRACTS as CODES;
pub use records::{
    MAX_DELIVERIES, MAX_EXTRACT_CANARIES, MAX_EXTRACT_ROWS, MAX_FETCHES, MAX_GRANT_ROWS, PAGE,
};

/// The operations on extracts.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "sharing.extract_deliver",
        check: arguments::check_deliver,
        reads: deliveries::reads,
        run: deliveries::deliver,
    },
    Operation {
        id: "sharing.extract_withdraw",
        check: arguments::check_withdraw,
        reads: deliveries::reads,
        run: deliveries::withdraw,
    },
    Operation {
        id: "sharing.extract_fetch",
        check: arguments::check_fetch,
        reads: deliveries::reads,
        run: looks::fetch,
    },
    Operation {
        id: "sharing.extract_trace",
        check: arguments::check_trace,
        reads: deliveries::reads,
        run: looks::trace,
    },
];

/// What is answered about extracts.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "sharing.extract",
        answer: questions::extract,
    },
    Question {
        id: "sharing.extracts",
        answer: questions::extracts,
    },
];
