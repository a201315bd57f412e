//! Certificates in the wallets (钱包) of their persons: taken into a wallet, bound to its key, shown to a department from there.
//!
//! ```text
//! person: take (a look, names the digest of the offer's code) ─► holder's seal: bind (the copy, before a byte of it leaves) ─► wallet
//! officer: ask (purpose, case, fields, reader key) ─► wallet shows ─► verifier's seal: present (the look, before he reads) ─► officer
//! ```
//!
//! | operation | arguments | who | outcome |
//! |---|---|---|---|
//! | `sharing.wallet_take` | `certificate`, `fields`, `offer` digest | the subject | `access`, `disclosure` {`certificate`, `fields`, `holder`, `material`, `offer`} |
//! | `sharing.wallet_bind` | `take`, `credential`, `status` {`list`, `index`}, `until` | seal of the holder | `copy`, `concerns` |
//! | `sharing.wallet_end` | `copy` | the subject | `copy`, `concerns` |
//! | `sharing.wallet_ask` | `for` code, `kind`, `fields`, `purpose`, `case`, `reader` | officer of a body | `ask`, `until`, `concerns` |
//! | `sharing.wallet_present` | `ask`, `issuer`, `status` {`list`, `index`}, `credential`, `presentation` digest, `fields` | seal of that body | `access`, `disclosure` {`copy`, `fields`, `holder`, `presentation`, `reader`} |
//!
//! | question | about | answer |
//! |---|---|---|
//! | `sharing.wallet_taken` | `take` | what was taken, and its `copy` or null |
//! | `sharing.wallet_copy` | `copy` | the copy and its `state` (valid, suspended, expired, ended, revoked, erasing, erased) |
//! | `sharing.wallet_asked` | `ask` | what was asked, `until` when it can be answered, and the look that answered it or null |
//!
//! Besides the fields of its kind a copy may have [`AGE_OVER_18`], which the holder computes from the citizen number on the day it issues.

mod arguments;
mod ask;
mod bind;
pub(crate) mod codes;
mod questions;
mod records;

use yinxin_execution::{Operation, Question};

pub(crate) use codes::WALLETS as CODES;
pub use records::{ASK_MS, MAX_COPIES, TAKE_MS};
pub(crate) use records::{Carried, mark_all};

/// The field that says whether somebody was of age when the copy was issued, so that the birth date can stay hidden.
pub const AGE_OVER_18: &str = "age_over_18";

/// The operations of wallets.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "sharing.wallet_take",
        check: arguments::check_take,
        reads: records::reads,
        run: bind::take,
    },
    Operation {
        id: "sharing.wallet_bind",
        check: arguments::check_bind,
        reads: records::reads,
        run: bind::bind,
    },
    Operation {
        id: "sharing.wallet_end",
        check: arguments::check_end,
        reads: records::reads,
        run: bind::end,
    },
    Operation {
        id: "sharing.wallet_ask",
        check: arguments::check_ask,
        reads: records::reads,
        run: ask::ask,
    },
    Operation {
        id: "sharing.wallet_present",
        check: arguments::check_present,
        reads: records::reads,
        run: ask::present,
    },
];

/// The questions of wallets.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "sharing.wallet_taken",
        answer: questions::taken,
    },
    Question {
        id: "sharing.wallet_copy",
        answer: questions::copy,
    },
    Question {
        id: "sharing.wallet_asked",
        answer: questions::asked,
    },
];
