//! Data sharing (数据共享): a person asks a department for a certificate, leases single fields of it to another department for one purpose
//! and one case, sees every look, and may have it erased. Contents never reach the ledger; see the README for the law.
//!
//! | operation | arguments | who | outcome |
//! |---|---|---|---|
//! | `sharing.request` | `holder` code, `kind`, `principal`?, `purpose` | a person | `request`, `due`, `concerns` |
//! | `sharing.cancel` | `principal`?, `request` | that person | `request`, `concerns` |
//! | `sharing.decline` | `request`, `reason`, `remedy` | officer and seal of the holder | `request`, `concerns` |
//! | `sharing.issue` | `request`, `material`, `credential`, `until`, `status` {`list`, `index`} | officer and seal of the holder, accredited for the kind | `certificate`, `concerns` |
//! | `sharing.suspend`, `sharing.resume`, `sharing.revoke` | `certificate`, `reason` | officer and seal of the issuer | `certificate`, `concerns` |
//! | `sharing.lease` | `certificate`, `grantee` code, `principal`?, `purpose`, `case`, `fields`, `uses`, `until` | the subject | `lease`, `concerns` |
//! | `sharing.end_lease` | `lease`, `principal`? | the subject | `lease`, `concerns` |
//! | `sharing.disclose` | `for` code, `lease`, `purpose`, `case`, `fields`, `reader` | officer of the grantee | `access`, `disclosure` |
//! | `sharing.view` | `certificate`, `fields`, `reader`, `purpose`, `for`? or `principal`?, `case`? | the subject, or an officer of the issuer | `access`, `disclosure` |
//! | `sharing.accept_loan` | `for` code, `case`, `applicant`, `lease`? | officer and seal | `due`, `concerns` |
//! | `sharing.decide_loan` | `for`, `case`, `outcome` approve or refuse, `reason`?, `remedy`? | another officer, and seal | `concerns` |
//! | `sharing.erase` | `certificate`, `principal`? | the subject | `holders`, `concerns` |
//! | `sharing.confirm_erasure` | `certificate` | seal of a holder, alone or beside an officer | `complete`, `concerns` |
//!
//! `due` is `{date, ms_end, provisional}`. A `disclosure` is `{certificate, material, holder, fields, reader}`: what the holder's node needs
//! to hand over exactly these fields, sealed to this reader.
//!
//! With `principal` a guardian or an agent acts in the name of that person, under a mandate whose scope covers the operation; the outcome has
//! `representative` {`holder` party, `mandate`} beside the rest, and so has the record.
//!
//! After its own checks every operation asks the policies in force (`policies/*.cedar` and what governance enacted as `policy/sharing`):
//! `POLICY_DENIED`, `POLICY_MALFORMED`. A look that they deny is refused on record.
//!
//! | question | about | answer |
//! |---|---|---|
//! | `sharing.request` | `request` | the request, its `state` (open, cancelled, declined, issued), `due` and `overdue` |
//! | `sharing.certificate` | `certificate` | the certificate and its `state` (valid, suspended, expired, revoked, erasing, erased) |
//! | `sharing.lease` | `lease` | the lease, its `state` (living, revoked, expired, used_up), uses `left`, and the `certificate_state` |
//! | `sharing.loan` | `for` code, `case` | the case, its `due`, `overdue`, and the `decision` or null |
//! | `sharing.standing` | `certificate` | open to everybody: `issuer`, `kind`, `state`, `issued`, `until`, `credential`, `status` {`list`, `index`} |
//! | `sharing.status` | `issuer` code, `list` | `size`, and the sorted indexes that are `invalid` or `suspended`; all others are valid or not given |
//! | `sharing.erasure` | `certificate` | `asked`, `complete`, `completed`, `holders` [{`holder`, `confirmed` {`height`, `time`} or null}]; null where nobody asked for it |
//!
//! The joint blacklist is the module [`listings`], the data resources and the requests for them are [`catalogue`], bulk data that is delivered
//! under them [`extracts`], certificates in wallets [`wallets`]; each describes its own operations and questions.

mod authority;
mod catalogue;
pub mod certificate;
mod certificates;
pub mod codes;
mod desk;
mod extracts;
pub mod kinds;
mod listings;
mod permission;
mod wallets;

use std::sync::{Arc, LazyLock};

use yinxin_execution::{Operation, Question, Scenario};
use yinxin_types::Code;
use yinxin_types::codes::Texts;

pub use catalogue::{MAX_OPEN_REQUESTS, MAX_PAGE, MAX_RESOURCES};
pub use certificates::arguments::{
    MAX_CASE_CHARACTERS, MAX_PURPOSE_BYTES, MAX_REASON_BYTES, MAX_USES, is_reader_key,
};
pub use certificates::records::{LONGEST_LEASE_MS, MAX_BODIES, MAX_LEASES};
pub use certificates::statuses::{LIST_SIZE, MAX_LISTS};
pub use extracts::{
    MAX_DELIVERIES, MAX_EXTRACT_CANARIES, MAX_EXTRACT_ROWS, MAX_FETCHES, MAX_GRANT_ROWS,
    PAGE as EXTRACTS_PAGE,
};
pub use listings::{MAX_BODY_QUERIES, MAX_HISTORY_PAGE, MAX_LIVE, MAX_OFFICER_QUERIES};
pub use wallets::{AGE_OVER_18, ASK_MS, MAX_COPIES, TAKE_MS};

/// The scenario, to be put into a chain's registry.
pub fn scenario() -> Arc<dyn Scenario> {
    Arc::new(Sharing)
}

struct Sharing;

// The tables of the modules one after another; a further module is one more item in each.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    [
        certificates::OPERATIONS,
        listings::OPERATIONS,
        catalogue::OPERATIONS,
        extracts::OPERATIONS,
        wallets::OPERATIONS,
    ]
    .concat()
});
static QUESTIONS: LazyLock<Vec<Question>> = LazyLock::new(|| {
    [
        certificates::QUESTIONS,
        listings::QUESTIONS,
        catalogue::QUESTIONS,
        extracts::QUESTIONS,
        wallets::QUESTIONS,
    ]
    .concat()
});
static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
    [
        codes::CERTIFICATES,
        listings::CODES,
        catalogue::CODES,
        extracts::CODES,
        wallets::CODES,
    ]
    .concat()
});

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
        &[
            "governance.due",
            "governance.member",
            "identity.acting",
            "identity.actor",
            "identity.issuer",
            "identity.mandate",
            "identity.party",
            "identity.representation",
        ]
    }

    fn open_questions(&self) -> &'static [&'static str] {
        &["sharing.standing", "sharing.status"]
    }

    fn personal_questions(&self) -> &'static [&'static str] {
        // The numbers of cases follow a pattern, and the identifier of a party is known to everybody who dealt with it.
        // Who delivered what to whom is for the two bodies and auditors.
        &[
            "sharing.extract",
            "sharing.extracts",
            "sharing.listing",
            "sharing.listing_history",
            "sharing.loan",
        ]
    }

    fn rights(&self) -> &'static [&'static str] {
        permission::RIGHTS
    }

    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        permission::POLICIES
    }

    fn codes(&self) -> &'static [Code] {
        &CODES
    }

    fn zh(&self) -> &'static Texts {
        &codes::ZH
    }

    fn en(&self) -> &'static Texts {
        &codes::EN
    }
}
