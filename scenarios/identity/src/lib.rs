//! Identity (身份): parties, the keys that are theirs, who may act in whose name, and who may issue what. Names and citizen numbers never
//! reach the ledger; see the README for the law and `records` for what is stored.
//!
//! | operation | arguments | who | outcome |
//! |---|---|---|---|
//! | `identity.enrol` | `authority` code, `kind`, `key`, `commitment` or `code`, `until`?, `consent`? {`application` digest, `signature`, `until`} | an accredited department; the key cosigns, or signed the consent | `party` |
//! | `identity.bind` | `key`, `until`? | an active key of the party; the new key cosigns | `party` |
//! | `identity.rotate` | `key`, `until`? | the old key; the new key cosigns | `party` |
//! | `identity.revoke` | `key`, `reason`, `window`? {`department` code, `second` key} | the party, its authority, or two clerks | `party` |
//! | `identity.recover` | `party`, `key`, `reason`, `window` | two clerks; the new key cosigns | `recovery` number, `until` |
//! | `identity.object` | `recovery` | an active key of the party, within the silence period | `party` |
//! | `identity.complete` | `recovery` | anybody, after the silence period | `party` |
//! | `identity.grant` | `kind`, `principal`, `holder`, `scope`, `grade`, `from`?, `until`? | the grantor | `mandate` |
//! | `identity.end` | `mandate`, `reason`? (left, moved, withdrawn, resigned, mistake) | the grantor, or the holder | `mandate` |
//! | `identity.accredit` | `department` code, `types`, `from`?, `until`? | the registry of trusted issuers | – |
//! | `identity.withdraw` | `department` code, `type` | the registry | – |
//! | `identity.publish` | `purpose` (credential, encryption), `key` | an active key of the party | `party` |
//! | `identity.set_silence` | `silence_ms` | the registry | – |
//!
//! | question | about | answer |
//! |---|---|---|
//! | `identity.actor` | `account`, `at`? | `party`, `kind`, `code` or null, `state` (reserved, active, rotated, revoked, expired), `from` {`height`, `time`}, `until`, `ended` {`at`, `by`, `reason`} or null |
//! | `identity.acting` | `for` code, `scope` operation, `seal`? (true), `account`? a cosigner | `officer` party, `body` party, `mandate`, `kind`, `grade`, `sealed` |
//! | `identity.mandate` | `id`, or `principal` and `holder`; `at`? | `mandates`: list of {`id`, `alive`, `mandate` {`kind`, `principal`, `holder`, `grantor`, `scope`, `grade`, `from`, `until`, `granted`, `ended`}} |
//! | `identity.representation` | `principal` party, `scope` operation | `holder` party, `mandate`, `kind` (agent, guardian), `grade`, `principal` {`kind`, `party`} |
//! | `identity.issuer` | `department` code, `type`, `at`? | `basis` (role or accreditation), `from`, `until`, `granted` |
//! | `identity.party` | `party`, or `code` of a body | `party`, `kind`, `code`, `enrolled`, `keys` [{`key`, `state`, `from`, `until`}], `recovery` |
//! | `identity.published` | `party`, or `code` of a body; `purpose` | `party`, `keys` [{`key`, `from`, `replaced`}], newest first |
//! | `identity.recovery` | `recovery` number | the recovery with its `clerks`, `party`, `state`, `opened`, `until`, `ended` |
//!
//! After its own checks every operation asks the policies in force (`policies/*.cedar` and what governance enacted as `policy/identity`):
//! `POLICY_DENIED`, `POLICY_MALFORMED`.
//!
//! `at` is a block time, that of the call where it is left out. A question that finds nothing is refused with the code that the asking
//! operation passes on.

mod arguments;
mod authority;
pub mod codes;
pub mod edge;
mod issuers;
mod keys;
mod mandates;
mod permission;
mod personal;
mod published;
mod questions;
mod records;
mod recovery;

use std::sync::Arc;

use yinxin_execution::{Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

pub use arguments::{
    MAX_CONSENT_MS, MAX_GRADE, MAX_LIST, MAX_NAME_BYTES, MAX_SILENCE_MS, MIN_SILENCE_MS, consent_statement,
};
pub use mandates::MAX_GUARDIAN_MS;
pub use personal::looks_personal;
pub use published::MAX_PUBLISHED;
pub use records::{MAX_ACCREDITATIONS, MAX_HELD, MAX_KEYS, SILENCE_MS};

/// The role of a founder that may enrol parties of every kind.
pub const IDENTITY: &str = "identity";
/// The role of a founder that may enrol persons.
pub const POLICE: &str = "police";
/// The role of a founder that keeps the registry of trusted issuers.
pub const REGISTRY: &str = "registry";
/// The role of the founders that keep that registry together where none has the role [`REGISTRY`].
pub const DATA: &str = "data";

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Identity)
}

struct Identity;

macro_rules! operations {
    ($($id:literal, $check:ident, $run:path;)*) => {
        &[$(Operation { id: $id, check: arguments::$check, reads: keys::signers_reads, run: $run }),*]
    };
}

const OPERATIONS: &[Operation] = operations! {
    "identity.enrol", check_enrol, keys::enrol;
    "identity.bind", check_new_key, keys::bind;
    "identity.rotate", check_new_key, keys::rotate;
    "identity.revoke", check_revoke, keys::revoke;
    "identity.recover", check_recover, recovery::recover;
    "identity.object", check_of_recovery, recovery::object;
    "identity.complete", check_of_recovery, recovery::complete;
    "identity.grant", check_grant, mandates::grant;
    "identity.end", check_end, mandates::end;
    "identity.accredit", check_accredit, issuers::accredit;
    "identity.withdraw", check_withdraw, issuers::withdraw;
    "identity.set_silence", check_set_silence, recovery::set_silence;
    "identity.publish", check_publish, published::publish;
};

const QUESTIONS: &[Question] = &[
    Question {
        id: "identity.actor",
        answer: questions::actor,
    },
    Question {
        id: "identity.acting",
        answer: questions::acting,
    },
    Question {
        id: "identity.mandate",
        answer: questions::mandate,
    },
    Question {
        id: "identity.representation",
        answer: questions::representation,
    },
    Question {
        id: "identity.party",
        answer: questions::the_party,
    },
    Question {
        id: "identity.published",
        answer: published::published,
    },
    Question {
        id: "identity.issuer",
        answer: questions::issuer,
    },
    Question {
        id: "identity.recovery",
        answer: questions::recovery,
    },
];

impl Scenario for Identity {
    fn name(&self) -> &'static str {
        "identity"
    }

    fn operations(&self) -> &'static [Operation] {
        OPERATIONS
    }

    fn questions(&self) -> &'static [Question] {
        QUESTIONS
    }

    fn open_questions(&self) -> &'static [&'static str] {
        &["identity.issuer", "identity.published"]
    }

    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        permission::POLICIES
    }

    fn codes(&self) -> &'static [Code] {
        codes::IDENTITY
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
