//! The decision, what it issues, and what becomes of both: decided when the process has come to its end, delivered, superseded, annulled. What
//! was decided is never overwritten (R14).

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::{Acting, refuse};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

use super::arguments::{Annul, Decide, Deliver, Supersede};
use super::course::completed;
use super::days::{Calendar, working_days};
use super::gates::{self, Gate};
use super::handling::Handling;
use super::intake::{clerk, end_clocks, same_version};
use super::permission::permit_officer;
use super::records::{Act, ClockKind, Delivery, Licence, MAX_ACTS, Moment, Outcome, Stage, State, What};
use super::steps::slice;
use super::{codes, officers};

/// How long the department has to hand over what it decided, in working days (行政许可法 §44).
const DELIVERY_DAYS: u32 = 10;

/// `approval.decide`: the department decides. Refused with `CASE_UNKNOWN`, the codes of `identity.acting`, `AUTH_GRADE`, `AUTH_RECUSED`,
/// `PROC_VERSION_FROZEN`, `FUND_SHORT` and `STATE_ORDER` where the process has not come to its end, `AUTH_TWO_OFFICERS`, `AUTH_SAME_PERSON`,
/// `MAT_CHANGED`, `DEC_NO_REASON`, `DEC_NO_REMEDY`, `MAT_MISSING` where the licence has no content, `POLICY_*`.
pub(crate) fn decide(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Decide = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let grade = handling.terms.content.decision.grade;
    let (acting, department) = clerk(call, records, &handling.case, grade)?;
    if let Some(version) = arguments.version {
        same_version(version, handling.case.item_version)?;
    }
    ready(&handling, arguments.outcome)?;
    let mut deciding = vec![acting];
    if handling.terms.content.decision.two_officers || arguments.second.is_some() {
        let scope = call.body.operation.as_str();
        let first = deciding.first().ok_or_else(nobody)?;
        let key = (first, arguments.second.as_ref(), scope, grade);
        let second = officers::second(call, records, &department, key)?;
        officers::not_recused(&handling.case, &second.officer)?;
        deciding.push(second);
    }
    for one in &deciding {
        handling.case.did(call, one.officer, Stage::Decided)?;
    }
    if slice(&handling.case, handling.case.materials.keys()) != arguments.seen {
        return refuse(codes::MAT_CHANGED, "the materials of the case are others");
    }
    let (reason, remedy) = (arguments.reason.as_deref(), arguments.remedy.as_deref());
    if arguments.outcome == Outcome::Refuse {
        officers::reason(call, reason)?;
        officers::remedy(call, remedy)?;
    }
    let licence = licence(call, records, &handling, (arguments.outcome, arguments.licence))?;
    for one in &deciding {
        permit_officer(call, records, (one, &department), (&arguments.case, true))?;
    }

    let what = What::Decision {
        licence,
        outcome: arguments.outcome,
        supersedes: None,
    };
    put(call, &mut handling, &deciding, (reason, remedy), what);
    end_clocks(&mut handling.case, Moment::of(call));
    handling.case.state = State::Decided;
    let days = working_days(DELIVERY_DAYS);
    handling.start(ClockKind::Delivery, call.block.time.0, Some(days));
    let detail = json!({ "decision": call.id, "outcome": arguments.outcome });
    note(call, &mut handling, "decided", (&deciding, &department), detail);
    let due = handling.due(call, records, ClockKind::Delivery)?;
    handling.save(call, records, json!({ "decision": call.id, "deliver_by": due }))
}

fn nobody() -> Failure {
    yinxin_types::Rejection::new(codes::AUTH_TWO_OFFICERS, "nobody decides").into()
}

/// That the case can be decided so: the process has come to its end, by its own way for an approval, and what it checked still holds.
fn ready(handling: &Handling, outcome: Outcome) -> Result<(), Failure> {
    let case = &handling.case;
    if outcome == Outcome::Approve && matches!(case.state, State::InReview | State::Joined) {
        for gate in &case.gates {
            if let Gate::Shut(why) = gates::ask(gate, case) {
                return refuse(codes::FUND_SHORT, why);
            }
        }
    }
    case.in_state(&[State::Joined])?;
    if outcome == Outcome::Approve && !completed(case) {
        return refuse(
            codes::STATE_ORDER,
            "the process failed, so nothing can be approved on it",
        );
    }
    Ok(())
}

/// What an approval issues, if the item issues anything.
fn licence(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &Handling,
    (outcome, commitment): (Outcome, Option<Digest>),
) -> Result<Option<Licence>, Failure> {
    let Some(terms) = &handling.terms.content.decision.licence else {
        return Ok(None);
    };
    if outcome == Outcome::Refuse {
        return Ok(None);
    }
    let Some(commitment) = commitment else {
        return refuse(codes::MAT_MISSING, "the licence has no content");
    };
    let until_ms = match terms.validity {
        Some(validity) => {
            let due = Calendar::new(call, records).end(call.block.time.0, validity)?;
            Some(due.ms_end)
        }
        None => None,
    };
    Ok(Some(Licence {
        commitment,
        kind: terms.kind.clone(),
        until_ms,
    }))
}

fn put(
    call: &Call<'_>,
    handling: &mut Handling,
    deciding: &[Acting],
    (reason, remedy): (Option<&str>, Option<&str>),
    what: What,
) {
    handling.case.acts.push(Act {
        at: Moment::of(call),
        id: call.id,
        mandate: deciding.first().map(|acting| acting.mandate),
        officers: deciding.iter().map(|acting| acting.officer).collect(),
        reason: reason.map(str::to_owned),
        remedy: remedy.map(str::to_owned),
        what,
    });
}

fn note(
    call: &Call<'_>,
    handling: &mut Handling,
    what: &str,
    (deciding, department): (&[Acting], &SocialCreditCode),
    detail: Value,
) {
    let by = deciding.first().map(|acting| (acting.officer, department));
    handling.note(call, what, by, detail);
}

/// `approval.deliver`: it was handed over. Refused with `CASE_UNKNOWN`, the codes of `identity.acting`, `AUTH_RECUSED`, `STATE_ORDER`,
/// `POLICY_*`.
pub(crate) fn deliver(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Deliver = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    handling.case.in_state(&[State::Decided])?;
    permit_officer(call, records, (&acting, &department), (&arguments.case, true))?;

    let at = Moment::of(call);
    handling.case.stop(ClockKind::Delivery, at);
    handling.case.state = State::Delivered;
    let detail = json!({ "how": arguments.how });
    handling.case.delivery = Some(Delivery {
        at,
        how: arguments.how,
        officer: acting.officer,
    });
    handling.note(call, "delivered", Some((acting.officer, &department)), detail);
    handling.save(call, records, json!({}))
}

/// The head of the department, who decides about a decision, and is none of those who made it: the codes of `identity.acting`, `AUTH_GRADE`,
/// `AUTH_RECUSED`, `STATE_ORDER`, `DEC_NOT_EFFECTIVE`, `AUTH_SAME_PERSON`, `CASE_LIMIT`.
fn over(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &mut Handling,
    act: &Digest,
) -> Result<(Acting, SocialCreditCode), Failure> {
    let grade = handling.terms.content.decision.grade.max(officers::HEAD);
    let (acting, department) = clerk(call, records, &handling.case, grade)?;
    let over = [State::Decided, State::Delivered, State::RenewedByLapse];
    handling.case.in_state(&over)?;
    let made = handling.case.acts.iter().find(|one| one.id == *act);
    let Some(made) = made.filter(|_| handling.case.in_effect(act)) else {
        return refuse(codes::DEC_NOT_EFFECTIVE, "no such act of this case is in effect");
    };
    if made.officers.contains(&acting.officer) {
        let code = yinxin_execution::who::named(call, "AUTH_SAME_PERSON");
        return refuse(code, "whoever decided does not judge the decision");
    }
    if handling.case.acts.len() >= MAX_ACTS {
        return refuse(codes::CASE_LIMIT, "too many acts");
    }
    handling.case.did(call, acting.officer, Stage::Decided)?;
    Ok((acting, department))
}

/// `approval.supersede`: another decision takes the place of one in effect. Refused as [`over`], `DEC_NO_REASON`, `DEC_NO_REMEDY` for a refusal,
/// `MAT_MISSING`, `FUND_SHORT`, `POLICY_*`.
pub(crate) fn supersede(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Supersede = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = over(call, records, &mut handling, &arguments.decision)?;
    let decision = handling.case.decision().map(|act| act.id);
    if decision != Some(arguments.decision) {
        return refuse(codes::DEC_NOT_EFFECTIVE, "it is not the decision in effect");
    }
    let reason = officers::reason(call, arguments.reason.as_deref())?;
    if arguments.outcome == Outcome::Refuse {
        officers::remedy(call, arguments.remedy.as_deref())?;
    } else if !completed(&handling.case) {
        return refuse(
            codes::STATE_ORDER,
            "the process failed, so nothing can be approved on it",
        );
    }
    let licence = licence(call, records, &handling, (arguments.outcome, arguments.licence))?;
    permit_officer(call, records, (&acting, &department), (&arguments.case, true))?;

    let what = What::Decision {
        licence,
        outcome: arguments.outcome,
        supersedes: Some(arguments.decision),
    };
    let deciding = [acting];
    put(
        call,
        &mut handling,
        &deciding,
        (Some(reason), arguments.remedy.as_deref()),
        what,
    );
    let detail =
        json!({ "decision": call.id, "outcome": arguments.outcome, "supersedes": arguments.decision });
    note(
        call,
        &mut handling,
        "superseded",
        (&deciding, &department),
        detail,
    );
    handling.save(call, records, json!({ "decision": call.id }))
}

/// `approval.annul`: a decision is annulled, or an annulment, which restores what it annulled (行政许可法 §69, §70). Refused as [`over`],
/// `DEC_NO_REASON`, `DEC_NO_REMEDY`, `POLICY_*`.
pub(crate) fn annul(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Annul = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = over(call, records, &mut handling, &arguments.act)?;
    let reason = officers::reason(call, arguments.reason.as_deref())?;
    let remedy = officers::remedy(call, arguments.remedy.as_deref())?;
    permit_officer(call, records, (&acting, &department), (&arguments.case, true))?;

    let deciding = [acting];
    let what = What::Annulment { of: arguments.act };
    put(call, &mut handling, &deciding, (Some(reason), Some(remedy)), what);
    let detail = json!({ "act": call.id, "of": arguments.act, "reason": reason });
    note(call, &mut handling, "annulled", (&deciding, &department), detail);
    let in_effect = handling.case.decision().map(|act| act.id);
    handling.save(call, records, json!({ "act": call.id, "in_effect": in_effect }))
}
