//! The default policies of cases, what no policy takes away, and the question to them. What the law fixes the operations check themselves; the
//! policies are asked last, before the writes.

use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::who::{Acting, Who};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

/// The default policies.
pub(crate) const POLICIES: &[(&str, &str)] =
    &[("approval/cases.cedar", include_str!("../../policies/cases.cedar"))];

/// What the law gives to an applicant and no policy takes away: to apply, to correct, to take back, to look at its own case, to read what it is
/// told and to say by what (行政许可法 §7, §29, §32, §44).
pub(crate) const RIGHTS: &[&str] = &[
    "approval.look",
    "approval.notice_opened",
    "approval.resubmit",
    "approval.serve",
    "approval.submit",
    "approval.withdraw",
];

/// Asks the policies about a case: `POLICY_DENIED`, `POLICY_MALFORMED`.
pub(crate) fn permit(
    call: &Call<'_>,
    records: &Records<'_>,
    who: &Who,
    (number, own): (&str, bool),
) -> Result<(), Failure> {
    who.permit(call, records, Resource::Case(number), circumstances(number, own))
}

/// The circumstances of an operation on a case.
pub(crate) fn circumstances(number: &str, own: bool) -> Context<'_> {
    Context {
        case: Some(number),
        own,
        ..Context::default()
    }
}

/// [`permit`], of an officer; the case is its department's own where its item is.
pub(crate) fn permit_officer(
    call: &Call<'_>,
    records: &Records<'_>,
    (acting, department): (&Acting, &SocialCreditCode),
    (number, own): (&str, bool),
) -> Result<(), Failure> {
    let who = Who::Officer(acting.clone(), department.clone());
    permit(call, records, &who, (number, own))
}
