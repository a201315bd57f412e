//! The clock of the decision: it stands while a hearing, an inspection or the like takes place, and is extended once (行政许可法 §42, §45).

use serde_json::{Value, json};
use yinxin_execution::who::{acting_with, refuse};
use yinxin_execution::{Call, Failure, Records};

use super::arguments::{Extend, OfCase, Suspend};
use super::clocks::announced;
use super::days::Calendar;
use super::handling::Handling;
use super::intake::{both_dates, clerk};
use super::permission::permit_officer;
use super::records::{Extension, MAX_SUSPENSIONS, Moment, State, Suspension};
use super::{codes, officers};

/// `approval.suspend`: the clock stands for a procedure of the item, for as many working days as are announced. Refused with
/// `CASE_UNKNOWN`, the codes of `identity.acting`, `AUTH_RECUSED`, `STATE_ORDER`, `CLOCK_SUSPENDED`, `CLOCK_DAYS` for a procedure that the item
/// has not, `CASE_LIMIT`, `POLICY_*`.
pub(crate) fn suspend(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Suspend = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    handling.case.in_state(&[State::InReview, State::Joined])?;
    if handling.case.suspended().is_some() {
        return refuse(codes::CLOCK_SUSPENDED, "the clock stands already");
    }
    if !handling.terms.is_special(arguments.procedure) {
        return refuse(codes::CLOCK_DAYS, "the item has no such procedure");
    }
    if handling.case.suspensions.len() >= MAX_SUSPENSIONS {
        return refuse(codes::CASE_LIMIT, "the clock stood too often");
    }
    permit_officer(call, records, (&acting, &department), (&arguments.case, true))?;

    let suspension = Suspension {
        days: arguments.days,
        ended_ms: None,
        from_ms: call.block.time.0,
        officer: acting.officer,
        over: false,
        procedure: arguments.procedure,
    };
    let until = announced(&Calendar::new(call, records), &suspension)?;
    let detail = json!({ "days": suspension.days, "procedure": suspension.procedure, "until": until });
    handling.case.suspensions.push(suspension);
    handling.note(call, "suspended", Some((acting.officer, &department)), detail);
    told(call, records, handling)
}

/// `approval.resume`: the procedure is over before what was announced. Refused with `CASE_UNKNOWN`, the codes of `identity.acting`,
/// `AUTH_RECUSED`, `CLOCK_SUSPENDED` where the clock does not stand, `POLICY_*`.
pub(crate) fn resume(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let OfCase { case } = call.arguments()?;
    let mut handling = Handling::open(call, records, &case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    if handling.case.suspended().is_none() {
        return refuse(codes::CLOCK_SUSPENDED, "the clock does not stand");
    }
    permit_officer(call, records, (&acting, &department), (&case, true))?;

    for suspension in handling.case.suspensions.iter_mut().filter(|one| !one.over) {
        suspension.over = true;
        suspension.ended_ms = Some(call.block.time.0);
    }
    let detail = json!({ "announced": false });
    handling.note(call, "resumed", Some((acting.officer, &department)), detail);
    told(call, records, handling)
}

/// `approval.extend`: the period is extended, once, by the head, who says why. Refused with `CASE_UNKNOWN`, the codes of `identity.acting`,
/// `AUTH_RECUSED`, `STATE_ORDER`, `CLOCK_SECOND_EXTENSION`, `DEC_NO_REASON`, `CLOCK_DAYS`, `CLOCK_NO_APPROVER`, `POLICY_*`.
pub(crate) fn extend(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Extend = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    handling.case.in_state(&[State::InReview, State::Joined])?;
    if handling.case.extension.is_some() {
        return refuse(codes::CLOCK_SECOND_EXTENSION, "the period was extended before");
    }
    let reason = officers::reason(call, arguments.reason.as_deref())?.to_owned();
    let most = handling.terms.extension();
    if !(1..=most).contains(&arguments.days) {
        return refuse(codes::CLOCK_DAYS, format!("1 to {most} working days"));
    }
    let head = match &arguments.approver {
        None => acting.clone(),
        Some(key) => {
            let scope = call.body.operation.as_str();
            acting_with(call, records, &department, (scope, key, true))?
        }
    };
    if head.grade < officers::HEAD {
        return refuse(
            codes::CLOCK_NO_APPROVER,
            "the head of the department does not approve",
        );
    }
    officers::not_recused(&handling.case, &head.officer)?;
    permit_officer(call, records, (&head, &department), (&arguments.case, true))?;

    let detail = json!({ "approver": head.officer, "days": arguments.days, "reason": reason });
    handling.case.extension = Some(Extension {
        approver: head.officer,
        at: Moment::of(call),
        days: arguments.days,
        reason,
    });
    // A clock that was past its end runs again, towards a later one.
    if let Some(clock) = handling.case.clock(super::records::ClockKind::Decision) {
        clock.lapsed = false;
    }
    handling.note(call, "extended", Some((acting.officer, &department)), detail);
    told(call, records, handling)
}

fn told(call: &Call<'_>, records: &mut Records<'_>, handling: Handling) -> Result<Value, Failure> {
    let outcome = both_dates(call, records, &handling)?;
    handling.save(call, records, outcome)
}
