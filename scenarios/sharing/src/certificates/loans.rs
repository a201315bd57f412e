//! Loan cases (住房公积金管理条例 §26): accepted by one officer, decided by another within 15 days.

use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::BlockTime;
use yinxin_types::identifiers::SocialCreditCode;

use crate::authority::{Acting, acting, refuse};
use crate::certificates::arguments::{AcceptLoan, DecideLoan};
use crate::certificates::records::{Decision, Lease, Loan, Moment, concerns};
use crate::codes;
use crate::permission::{Who, own};

/// Within how many calendar days a centre decides (住房公积金管理条例 §26).
const DECISION_DAYS: u32 = 15;

/// When a case accepted at a time is to be decided: `{date, ms_end, provisional}`, asked anew each time because calendars come later.
pub(crate) fn due(call: &Call<'_>, records: &Records<'_>, from: BlockTime) -> Result<Value, Failure> {
    let about = json!({ "days": DECISION_DAYS, "from_ms": from, "kind": "calendar" });
    call.ask(records, "governance.due", &about)
}

/// Asks the policies about an officer's step in a case of his body.
fn permit(
    call: &Call<'_>,
    records: &Records<'_>,
    (acting, body): (&Acting, &SocialCreditCode),
    case: &str,
    lease: Option<&str>,
) -> Result<(), Failure> {
    let given = Context {
        case: Some(case),
        lease,
        ..own(None)
    };
    Who::Officer(acting.clone(), body.clone()).permit(call, records, Resource::Case(case), given)
}

/// `sharing.accept_loan`: a body accepts a case, and the clock starts. Refused with the codes of `identity.acting`, `SHARE_CASE_OPEN`, and
/// where a lease is named, `LEASE_UNKNOWN`, `SHARE_LOAN_LEASE`; then `POLICY_*`.
pub(crate) fn accept_loan(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: AcceptLoan<'_> = call.arguments()?;
    let acting = acting(call, records, &arguments.body, true)?;
    let key = Loan::key(call.hash(), &arguments.body, arguments.case);
    if records.bytes(&key)?.is_some() {
        return refuse(
            codes::SHARE_CASE_OPEN,
            format!("{} has accepted a case with this number", arguments.body),
        );
    }
    if let Some(id) = &arguments.lease {
        let lease = Lease::known(call, records, id)?;
        let fits = lease.subject == arguments.applicant
            && lease.grantee == arguments.body
            && lease.case == arguments.case;
        if !fits {
            return refuse(
                codes::SHARE_LOAN_LEASE,
                "the lease is of another applicant, body or case",
            );
        }
    }
    let due = due(call, records, call.block.time)?;
    let lease = arguments.lease.map(|lease| lease.to_string());
    permit(
        call,
        records,
        (&acting, &arguments.body),
        arguments.case,
        lease.as_deref(),
    )?;

    let loan = Loan {
        accepted: Moment::of(call),
        applicant: arguments.applicant,
        decision: None,
        lease: arguments.lease,
        mandate: acting.mandate,
        officer: acting.officer,
    };
    records.put(key, &loan)?;
    Ok(json!({ "concerns": concerns(&loan.applicant, [&arguments.body]), "due": due }))
}

/// `sharing.decide_loan`: another officer decides; late is late, and is shown, but a decision all the same. Refused with the codes of
/// `identity.acting`, `SHARE_CASE_UNKNOWN`, `SHARE_SAME_OFFICER`, `SHARE_CASE_DECIDED`, `POLICY_*`.
pub(crate) fn decide_loan(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: DecideLoan<'_> = call.arguments()?;
    let acting = acting(call, records, &arguments.body, true)?;
    let mut loan = Loan::known(call, records, &arguments.body, arguments.case)?;
    if acting.officer == loan.officer {
        return refuse(
            codes::SHARE_SAME_OFFICER,
            "the officer who accepted the case does not decide it",
        );
    }
    if loan.decision.is_some() {
        return refuse(codes::SHARE_CASE_DECIDED, "the case has been decided");
    }
    let lease = loan.lease.map(|lease| lease.to_string());
    permit(
        call,
        records,
        (&acting, &arguments.body),
        arguments.case,
        lease.as_deref(),
    )?;

    loan.decision = Some(Decision {
        at: Moment::of(call),
        mandate: acting.mandate,
        officer: acting.officer,
        outcome: arguments.outcome,
        reason: arguments.reason.map(str::to_owned),
        remedy: arguments.remedy.map(str::to_owned),
    });
    records.put(Loan::key(call.hash(), &arguments.body, arguments.case), &loan)?;
    Ok(json!({ "concerns": concerns(&loan.applicant, [&arguments.body]) }))
}
