//! What becomes of an issued licence: by its issuer, by what becomes of its decision, by its renewal.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Moment, Records};

use super::arguments::Change;
use super::records::{Basis, Changed, Extension, Issued, IssuedState, Standing};
use crate::cases::codes::LICENCE_STATE;
use crate::cases::{Case, HEAD, Handling, State, What, clerk, permit_officer, reason, remedy};

/// How many renewals by silence, one after the other, are followed back to the licence that was issued. A chain of them without a document for
/// ever so many terms is none that a department lets grow.
const MAX_CHAIN: usize = 16;

/// `approval.licence_suspend`: a valid licence is withheld for a time (行政处罚法 §9, 暂扣). Refused with `LICENCE_UNKNOWN`, the codes of
/// `identity.acting`, `AUTH_GRADE` unless a head signs, `AUTH_RECUSED`, `LICENCE_STATE`, `DEC_NO_REASON`, `DEC_NO_REMEDY`, `POLICY_*`.
pub(crate) fn suspend(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    change(
        call,
        records,
        (Standing::Suspended, "licence_suspended"),
        |state| state == IssuedState::Valid,
    )
}

/// `approval.licence_resume`: a suspended licence holds again. Refused as [`suspend`], without `DEC_NO_REMEDY`.
pub(crate) fn resume(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    change(call, records, (Standing::Valid, "licence_resumed"), |state| {
        state == IssuedState::Suspended
    })
}

/// `approval.licence_revoke`: a licence is taken for good, as a penalty (行政处罚法 §9, 吊销), also one that is suspended or whose term has
/// passed. Refused as [`suspend`].
pub(crate) fn revoke(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    change(call, records, (Standing::Revoked, "licence_revoked"), |state| {
        matches!(
            state,
            IssuedState::Valid | IssuedState::Suspended | IssuedState::Expired
        )
    })
}

fn change(
    call: &Call<'_>,
    records: &mut Records<'_>,
    (to, what): (Standing, &str),
    allowed: impl Fn(IssuedState) -> bool,
) -> Result<Value, Failure> {
    let arguments: Change = call.arguments()?;
    let id = arguments.licence;
    let before = Issued::known(call, records, &id)?;
    let mut handling = Handling::open(call, records, &before.case)?;
    let grade = handling.terms.content.decision.grade.max(HEAD);
    let (acting, department) = clerk(call, records, &handling.case, grade)?;
    let state = before.state(call.block.time);
    if !allowed(state) {
        return refuse(LICENCE_STATE, format!("the licence is {state:?}"));
    }
    let why = reason(call, arguments.reason.as_deref())?;
    if to != Standing::Valid {
        remedy(call, arguments.remedy.as_deref())?;
    }
    permit_officer(call, records, (&acting, &department), (&before.case, true))?;

    let mut issued = before.clone();
    issued.standing = to;
    issued.changed = Some(Changed {
        at: Moment::of(call),
        officer: acting.officer,
        reason: why.to_owned(),
        remedy: arguments.remedy.clone(),
    });
    issued.write(call, records, &id, &before)?;
    let detail = json!({ "licence": id, "reason": why });
    handling.note(call, what, Some((acting.officer, &department)), detail);
    handling.save(call, records, json!({ "licence": id }))
}

/// The licence of a case that was issued and rests on a decision in effect; where silence renewed one and none was issued since, the one that it
/// renewed.
pub(crate) fn current(
    call: &Call<'_>,
    records: &Records<'_>,
    case: &Case,
) -> Result<Option<Digest>, Failure> {
    let mut case = case.clone();
    for _ in 0..MAX_CHAIN {
        let issued = case.decision().and_then(|act| case.issued.get(&act.id));
        if let Some(id) = issued {
            return Ok(Some(*id));
        }
        let Some(number) = &case.renews else {
            return Ok(None);
        };
        case = Case::known(call, records, number)?;
    }
    Ok(None)
}

/// Whether the licence of a case was taken for good: it is not renewed, by nobody's word and by no silence.
pub(crate) fn is_revoked(call: &Call<'_>, records: &Records<'_>, case: &Case) -> Result<bool, Failure> {
    match current(call, records, case)? {
        Some(id) => Ok(Issued::named(call, records, &id)?.standing == Standing::Revoked),
        None => Ok(false),
    }
}

/// Says of a licence which one took its place.
pub(crate) fn displace(
    call: &Call<'_>,
    records: &mut Records<'_>,
    id: &Digest,
    by: Option<Digest>,
) -> Result<(), Failure> {
    let before = Issued::named(call, records, id)?;
    if before.replaced_by == by {
        return Ok(());
    }
    let mut issued = before.clone();
    issued.replaced_by = by;
    issued.write(call, records, id, &before)
}

/// What became of the decision of a licence.
fn basis(case: &Case, act: &Digest) -> Basis {
    if case.in_effect(act) {
        return Basis::InEffect;
    }
    let ended = case.acts.iter().find(|later| {
        let ends = match &later.what {
            What::Annulment { of } => of == act,
            What::Decision { supersedes, .. } => supersedes.as_ref() == Some(act),
        };
        ends && case.in_effect(&later.id)
    });
    match ended.map(|later| &later.what) {
        Some(What::Decision { .. }) => Basis::Superseded,
        _ => Basis::Annulled,
    }
}

/// Brings the licences of a case to what became of its decisions, and those that they replaced or extended: what an annulment ends, the annulment
/// of it restores (行政许可法 §69, §70).
pub(crate) fn refresh(call: &Call<'_>, records: &mut Records<'_>, case: &Case) -> Result<(), Failure> {
    for (act, id) in &case.issued {
        let before = Issued::named(call, records, id)?;
        let mut issued = before.clone();
        issued.basis = basis(case, act);
        if issued != before {
            issued.write(call, records, id, &before)?;
        }
    }
    let Some(number) = &case.renews else {
        return Ok(());
    };
    let Some(earlier) = current(call, records, &Case::known(call, records, number)?)? else {
        return Ok(());
    };
    let taken = case.decision().and_then(|act| case.issued.get(&act.id));
    displace(call, records, &earlier, taken.copied())?;
    extend(call, records, case)
}

/// Says of the licence that a case is to renew until when it counts as renewed by silence, if it does (行政许可法 §50).
pub(crate) fn extend(call: &Call<'_>, records: &mut Records<'_>, case: &Case) -> Result<(), Failure> {
    let Some(number) = &case.renews else {
        return Ok(());
    };
    let Some(id) = current(call, records, &Case::known(call, records, number)?)? else {
        return Ok(());
    };
    let before = Issued::named(call, records, &id)?;
    let mut issued = before.clone();
    issued
        .extensions
        .retain(|extension| extension.case != case.number);
    // Until a document is issued for it, also where another approval has taken the place of silence.
    let renewed = case.licence().filter(|_| case.state == State::RenewedByLapse);
    if let Some(licence) = renewed {
        issued.extensions.push(Extension {
            case: case.number.clone(),
            until_ms: licence.until_ms,
        });
    }
    if issued == before {
        return Ok(());
    }
    issued.write(call, records, &id, &before)
}
