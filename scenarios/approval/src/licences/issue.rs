//! Issuing: the document of a licence, on the decision in effect (行政许可法 §39, §44).

use serde_json::{Value, json};
use yinxin_execution::who::{named, refuse};
use yinxin_execution::{Call, Failure, Moment, Records};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use super::accredited_type;
use super::arguments::Issue;
use super::codes;
use super::records::{Basis, Issued, LISTS, Standing};
use super::standing::{current, displace, is_revoked};
use crate::cases::codes::{DEC_NOT_EFFECTIVE, LICENCE_STATE, LICENCE_UNKNOWN};
use crate::cases::{Case, Handling, Stage, clerk, permit_officer};

/// `approval.licence_issue`: the document of the licence that the decision in effect gives. Refused with `CASE_UNKNOWN`, the codes of
/// `identity.acting`, `AUTH_RECUSED`, `AUTH_SAME_PERSON` for whoever applied, `DEC_NOT_EFFECTIVE`, `LICENCE_UNKNOWN` where the decision gives
/// none, `LICENCE_ISSUED`, `LICENCE_STATE` where its term has passed or the one that it renews was revoked, `AUTH_ISSUER_NOT_ACCREDITED`, `SHARE_STATUS_INDEX`, `POLICY_*`.
pub(crate) fn issue(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Issue = call.arguments()?;
    let mut handling = Handling::open(call, records, &arguments.case)?;
    let (acting, department) = clerk(call, records, &handling.case, 1)?;
    let stages = handling.case.stages.get(&acting.officer);
    if stages.is_some_and(|stages| stages.contains(&Stage::Applied)) {
        let code = named(call, "AUTH_SAME_PERSON");
        return refuse(code, "nobody issues a licence for which he applied");
    }
    let Some(decision) = handling.case.decision().filter(|act| act.id == arguments.act) else {
        return refuse(DEC_NOT_EFFECTIVE, "it is not the decision in effect");
    };
    let Some(licence) = handling.case.licence().cloned() else {
        return refuse(LICENCE_UNKNOWN, "the decision gives no licence");
    };
    if handling.case.issued.contains_key(&arguments.act) {
        return refuse(codes::LICENCE_ISSUED, "the licence of this decision was issued");
    }
    if licence
        .until_ms
        .is_some_and(|until_ms| until_ms <= call.block.time.0)
    {
        return refuse(LICENCE_STATE, "the term of the licence has passed");
    }
    let about = json!({ "department": department, "type": accredited_type(&licence.kind) });
    call.ask::<Value>(records, "identity.issuer", &about)?;
    let from_ms = decision.at.time.0;
    place(call, records, &arguments, &department)?;
    let replaces = match &handling.case.renews {
        Some(number) => {
            let earlier = Case::known(call, records, number)?;
            if is_revoked(call, records, &earlier)? {
                return refuse(LICENCE_STATE, "the licence that is renewed was revoked");
            }
            current(call, records, &earlier)?
        }
        None => None,
    };
    permit_officer(call, records, (&acting, &department), (&arguments.case, true))?;

    let number = number(&handling.case);
    let issued = Issued {
        act: arguments.act,
        basis: Basis::InEffect,
        case: arguments.case,
        changed: None,
        credential: arguments.credential,
        extensions: Vec::new(),
        from_ms,
        holder: handling.case.applicant.party,
        issued: Moment::of(call),
        issuer: department.clone(),
        kind: licence.kind,
        material: arguments.material,
        number: number.clone(),
        officer: acting.officer,
        replaced_by: None,
        replaces,
        standing: Standing::Valid,
        status: arguments.status,
        until_ms: licence.until_ms,
    };
    records.put(Issued::key(call.hash(), &call.id), &issued)?;
    handling.case.issued.insert(arguments.act, call.id);
    if let Some(earlier) = &replaces {
        displace(call, records, earlier, Some(call.id))?;
    }
    let detail = json!({ "licence": call.id, "number": number });
    handling.note(
        call,
        "licence_issued",
        Some((acting.officer, &department)),
        detail,
    );
    handling.save(call, records, json!({ "licence": call.id, "number": number }))
}

/// Gives the licence its place: `SHARE_STATUS_INDEX` of sharing.
fn place(
    call: &Call<'_>,
    records: &mut Records<'_>,
    arguments: &Issue,
    department: &SocialCreditCode,
) -> Result<(), Failure> {
    let place = arguments.status;
    if LISTS.exists(place) && LISTS.take(call, records, department, place, &call.id)? {
        return Ok(());
    }
    let detail = format!(
        "place {} of list {} is none or was given before",
        place.index, place.list
    );
    Err(Rejection::new(named(call, "SHARE_STATUS_INDEX"), detail).into())
}

/// The number of a licence: that of its case, and the how manieth of the case it is.
fn number(case: &Case) -> String {
    format!("{}-{}", case.number, case.issued.len().saturating_add(1))
}
