//! Licences (许可证件) as credentials: issued on a decision, suspended, resumed, revoked, looked at by their holders, and found by everybody who
//! has their identifier. See D29.
//!
//! ```text
//! decide (commitment to the content) ─► licence in effect ─issue (officer, seal)─► valid ─► expired, extended by silence
//!                                            ▲                                     │ ▲ └─► superseded, by a renewal or another decision
//!                                            └── annul ends it, annulled annul ────┘ └── suspend, resume; revoke is for good
//! ```
//!
//! | operation | arguments | who | outcome |
//! |---|---|---|---|
//! | `approval.licence_issue` | `case`, `act`, `credential`, `material`, `status` {`list`, `index`} | officer and seal of the department | `licence`, `number` |
//! | `approval.licence_suspend` | `licence`, `reason`, `remedy` | a head and seal of the department | `licence` |
//! | `approval.licence_resume` | `licence`, `reason` | a head and seal of the department | `licence` |
//! | `approval.licence_revoke` | `licence`, `reason`, `remedy` | a head and seal of the department | `licence` |
//! | `approval.licence_view` | `licence`, `fields`, `purpose`, `reader`, `for`? or `principal`? | the holder; an officer of the department | `access`, `disclosure` {`fields`, `holder`, `licence`, `material`, `reader`} |
//!
//! The first four have `case`, `state` and `concerns` beside, as every outcome of a case has.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `approval.licence_standing` | `licence` | open to everybody: `number`, `kind`, `name`, `issuer`, `item`, `state` (valid, suspended, revoked, superseded, expired), `from_ms`, `until_ms`, `extended_until_ms`, `replaced_by`, `credential`, `status`, `fields` [{`name`, `label`}]; nothing about the holder |
//! | `approval.issued` | `licence` | the same and `act`, `applicant`, `applicant_code`, `case`, `changed`, `material` |
//! | `approval.status` | `issuer`, `list` | open to everybody: the places of a list that are `invalid` or `suspended` |

mod arguments;
mod codes;
mod issue;
mod looks;
mod questions;
mod records;
mod standing;

use yinxin_execution::{Operation, Question};
use yinxin_types::Code;

pub(crate) use records::Issued;
pub(crate) use standing::{extend, is_revoked, refresh};

/// The number of the first status list of licences; lists below are those of certificates.
pub const FIRST_LIST: u32 = records::LISTS.first;

/// The type for which a department is accredited that issues licences of a kind: types have hyphens where kinds may have underscores.
#[must_use]
pub fn accredited_type(kind: &str) -> String {
    format!("licence-{}", kind.replace('_', "-"))
}

/// The operations of this module.
pub(crate) const OPERATIONS: &[Operation] = &[
    Operation {
        id: "approval.licence_issue",
        check: arguments::check_issue,
        reads: crate::cases::reads,
        run: issue::issue,
    },
    Operation {
        id: "approval.licence_suspend",
        check: arguments::check_change,
        reads: records::reads,
        run: standing::suspend,
    },
    Operation {
        id: "approval.licence_resume",
        check: arguments::check_change,
        reads: records::reads,
        run: standing::resume,
    },
    Operation {
        id: "approval.licence_revoke",
        check: arguments::check_change,
        reads: records::reads,
        run: standing::revoke,
    },
    Operation {
        id: "approval.licence_view",
        check: arguments::check_view,
        reads: records::reads,
        run: looks::view,
    },
];

/// The questions of this module.
pub(crate) const QUESTIONS: &[Question] = &[
    Question {
        id: "approval.licence_standing",
        answer: questions::standing,
    },
    Question {
        id: "approval.issued",
        answer: questions::issued,
    },
    Question {
        id: "approval.status",
        answer: questions::status,
    },
];

/// The codes of this module.
pub(crate) const CODES: &[Code] = codes::LICENCES;

/// The questions of others that its operations ask, beside those that cases ask.
pub(crate) const ASKS: &[&str] = &["identity.issuer"];

/// The questions that anybody may ask: who has an identifier was given it, and a permit is public (行政许可法 §40).
pub(crate) const OPEN: &[&str] = &["approval.licence_standing", "approval.status"];

/// The questions that are answered only to whom the answer names.
pub(crate) const PERSONAL: &[&str] = &["approval.issued"];

/// What the law gives to a holder and no policy takes away (个人信息保护法 §45).
pub(crate) const RIGHTS: &[&str] = &["approval.licence_view"];

/// The default policies.
pub(crate) const POLICIES: &[(&str, &str)] = &[(
    "approval/licences.cedar",
    include_str!("../../policies/licences.cedar"),
)];
