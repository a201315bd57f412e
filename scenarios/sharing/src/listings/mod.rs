//! Listings (失信名单): who is on the joint blacklist, for what, until when. An entry comes about by notice, statement and decision, and it
//! ends by time, by early removal or by annulment; from that moment on it answers no more. Nothing is overwritten: each step is a record
//! of its own, and a correction makes the next version of the entry (P13, P16 of the domain's rules).
//!
//! ```text
//! propose ─► Proposed ─notify─► Notified ──decide──► Active ─┬─ by time ─► Expired
//!                               │    ▲                 │  ▲   ├─ promise, remove ─► Removed
//!                               statement              object, answer (kept or corrected)
//! annul, from every state that is not an end ─► Annulled
//! ```
//!
//! | operation | signed by | arguments | outcome |
//! |---|---|---|---|
//! | `sharing.listing_propose` | officer and seal of a member | `facts`, `for` code, `kind`, `publicity`, `subject` party | `listing`, `state`, `concerns` |
//! | `sharing.listing_notify` | the same authority | `document`, `for`, `listing` | + `due`, the end of the time for statements |
//! | `sharing.listing_statement` | the subject | `for`?, `listing`, `statement` | as above |
//! | `sharing.listing_decide` | the authority, another officer than the one who proposed | `document`, `for`, `listing`, `number` | + `from`, `until` |
//! | `sharing.listing_object` | the subject | `for`?, `grounds`, `listing` | + `due` of the answer |
//! | `sharing.listing_answer` | the authority | `answer` (`kept`, `corrected`), `document`, `for`, `listing`, `what`? {`facts`?, `kind`?, `number`?, `publicity`?} | + `late`, `until`, `version` |
//! | `sharing.listing_promise` | the subject | `corrected` time, `for`?, `listing`, `promise` | + `removable` from when |
//! | `sharing.listing_remove` | the authority | `document`, `for`, `listing` | as above |
//! | `sharing.listing_annul` | the authority | `basis`, `document`, `for`, `listing` | as above |
//! | `sharing.listing_query` | officer of a member, no seal | `case`, `for`, `purpose`, `reader`?, `subject` | `access`, `disclosure` {`listed`, `entries`: [{`authority`, `kind`, `objection_pending`, `until`}], `reader`?} |
//!
//! `document`, `statement`, `grounds` and `promise` are digests of papers that stay off the ledger. A body that is listed acts by its seal
//! alone, or by an officer and the seal with `for`.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `sharing.listing` | `listing` | an entry that has not ended, for its authority and its subject |
//! | `sharing.listing_history` | `subject`, `after`?, `limit`? | **for audit only**: every entry there ever was, with all versions and steps |
//! | `sharing.listing_kinds` | – | the kinds of listings with their terms and sources |

mod arguments;
pub(crate) mod codes;
mod kinds;
mod procedure;
mod query;
mod questions;
mod records;
mod term;

use yinxin_execution::{Operation, Question};

pub(crate) use codes::LISTINGS as CODES;
pub use query::{MAX_BODY_QUERIES, MAX_OFFICER_QUERIES};
pub use questions::MAX_HISTORY_PAGE;
pub use records::MAX_LIVE;

/// The operations of listings.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "sharing.listing_propose",
        check: arguments::check_propose,
        reads: procedure::subject_reads,
        run: procedure::propose,
    },
    Operation {
        id: "sharing.listing_notify",
        check: arguments::check_paper,
        reads: procedure::entry_reads,
        run: procedure::notify,
    },
    Operation {
        id: "sharing.listing_statement",
        check: arguments::check_statement,
        reads: procedure::entry_reads,
        run: procedure::statement,
    },
    Operation {
        id: "sharing.listing_decide",
        check: arguments::check_decide,
        reads: procedure::entry_reads,
        run: procedure::decide,
    },
    Operation {
        id: "sharing.listing_object",
        check: arguments::check_object,
        reads: procedure::entry_reads,
        run: procedure::object,
    },
    Operation {
        id: "sharing.listing_answer",
        check: arguments::check_answer,
        reads: procedure::entry_reads,
        run: procedure::answer,
    },
    Operation {
        id: "sharing.listing_promise",
        check: arguments::check_promise,
        reads: procedure::entry_reads,
        run: procedure::promise,
    },
    Operation {
        id: "sharing.listing_remove",
        check: arguments::check_paper,
        reads: procedure::entry_reads,
        run: procedure::remove,
    },
    Operation {
        id: "sharing.listing_annul",
        check: arguments::check_annul,
        reads: procedure::entry_reads,
        run: procedure::annul,
    },
    Operation {
        id: "sharing.listing_query",
        check: arguments::check_query,
        reads: procedure::subject_reads,
        run: query::query,
    },
];

/// What listings answer.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "sharing.listing",
        answer: questions::listing,
    },
    Question {
        id: "sharing.listing_history",
        answer: questions::history,
    },
    Question {
        id: "sharing.listing_kinds",
        answer: questions::kinds,
    },
];
