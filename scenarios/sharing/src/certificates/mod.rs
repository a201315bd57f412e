//! Certificates: asked for, issued, leased, looked at, used for a decision, erased.

pub(crate) mod arguments;
mod erasure;
mod issue;
mod leases;
mod loans;
mod looks;
mod questions;
pub(crate) mod records;
mod requests;
pub(crate) mod statuses;

use serde_json::Value;
use yinxin_execution::{Call, Failure, Operation, Question, Records};

/// A question as its module answers it.
type Answer = fn(&Call<'_>, &Records<'_>, &Value) -> Result<Value, Failure>;

const fn question(id: &'static str, answer: Answer) -> Question {
    Question { id, answer }
}

macro_rules! operations {
    ($($id:literal, $check:ident, $run:path;)*) => {
        &[$(Operation { id: $id, check: arguments::$check, reads: records::reads, run: $run }),*]
    };
}

/// The operations of this module.
pub(crate) const OPERATIONS: &[Operation] = operations! {
    "sharing.request", check_request, requests::request;
    "sharing.cancel", check_cancel, requests::cancel;
    "sharing.decline", check_decline, requests::decline;
    "sharing.issue", check_issue, issue::issue;
    "sharing.suspend", check_change, issue::suspend;
    "sharing.resume", check_change, issue::resume;
    "sharing.revoke", check_change, issue::revoke;
    "sharing.lease", check_lease, leases::lease;
    "sharing.end_lease", check_end_lease, leases::end_lease;
    "sharing.disclose", check_disclose, looks::disclosure;
    "sharing.view", check_view, looks::view;
    "sharing.accept_loan", check_accept_loan, loans::accept_loan;
    "sharing.decide_loan", check_decide_loan, loans::decide_loan;
    "sharing.erase", check_erase, erasure::erase;
    "sharing.confirm_erasure", check_of_certificate, erasure::confirm_erasure;
};

/// The questions of this module.
pub(crate) const QUESTIONS: &[Question] = &[
    question("sharing.request", questions::request),
    question("sharing.certificate", questions::certificate),
    question("sharing.lease", questions::lease),
    question("sharing.loan", questions::loan),
    question("sharing.standing", questions::standing),
    question("sharing.status", questions::status),
    question("sharing.erasure", questions::erasure),
];
