//! Who may act on a case: the officers of its department, those of its steps, the applicant. Every refusal of `identity` is passed on.

use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::who::{self, Acting, Who, acting_with, named, refuse};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use super::codes;
use super::course::Step;
use super::records::{Applicant, Case};

/// The grade from which an officer is the head of his department, who extends periods and takes officers off a case.
pub(crate) const HEAD: u8 = 3;
/// What the scopes of mandates for the roles of steps begin with: `approval.as_reviewer` lets its holder act as a reviewer. A mandate for
/// `approval.` covers every role.
const ROLE_SCOPE: &str = "approval.as_";

/// The scope of a role: as scopes have small letters, digits and underscores only, everything else is an underscore.
pub(crate) fn scope_of(role: &str) -> String {
    let plain = role.chars().map(|c| match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        _ => '_',
    });
    ROLE_SCOPE.chars().chain(plain).collect()
}

/// The officer of a department beside its seal, of at least a grade: the codes of `identity.acting`, `AUTH_GRADE`.
pub(crate) fn officer(
    call: &Call<'_>,
    records: &Records<'_>,
    department: &SocialCreditCode,
    grade: u8,
) -> Result<Acting, Failure> {
    let acting = who::acting(call, records, department, true)?;
    high_enough(&acting, grade)?;
    Ok(acting)
}

/// Another signer of the same department who acts too: `AUTH_TWO_OFFICERS` where nobody is named or it is the same person, then as [`officer`].
pub(crate) fn second(
    call: &Call<'_>,
    records: &Records<'_>,
    department: &SocialCreditCode,
    (first, key, scope, grade): (&Acting, Option<&PublicKey>, &str, u8),
) -> Result<Acting, Failure> {
    let Some(key) = key else {
        return refuse(codes::AUTH_TWO_OFFICERS, "no second officer is named");
    };
    let acting = acting_with(call, records, department, (scope, key, true))?;
    if acting.officer == first.officer {
        return refuse(codes::AUTH_TWO_OFFICERS, "both keys are of one person");
    }
    high_enough(&acting, grade)?;
    Ok(acting)
}

fn high_enough(acting: &Acting, grade: u8) -> Result<(), Rejection> {
    if acting.grade < grade {
        let detail = format!("the mandate has grade {}, {grade} is needed", acting.grade);
        return Err(Rejection::new(codes::AUTH_GRADE, detail));
    }
    Ok(())
}

/// That an officer was not taken off the case: `AUTH_RECUSED`.
pub(crate) fn not_recused(case: &Case, officer: &Digest) -> Result<(), Failure> {
    if case.recused.contains(officer) {
        return refuse(codes::AUTH_RECUSED, "the officer was taken off the case");
    }
    Ok(())
}

/// The officers who take a step, the account first, all of the step's department, role and grade, or lent it: `AUTH_GRADE`, the codes of
/// `identity.acting`, `AUTH_TWO_OFFICERS`, `AUTH_RECUSED`.
pub(crate) fn of_step(
    call: &Call<'_>,
    records: &Records<'_>,
    case: &Case,
    (step, body, key): (&Step, &SocialCreditCode, Option<&PublicKey>),
) -> Result<Vec<Acting>, Failure> {
    let Some(department) = step.department.as_ref().filter(|department| *department == body) else {
        return refuse(codes::AUTH_GRADE, "the step is another department's");
    };
    let scope = scope_of(step.duty.role.as_deref().unwrap_or_default());
    let grade = step.duty.grade.unwrap_or(1);
    let lent = |party: &Digest| {
        let mut delegations = case.delegations.iter();
        delegations.any(|one| {
            let lives = call.block.time.0 < one.until_ms;
            one.place == step.place && one.to == *party && one.grade >= grade && lives
        })
    };
    let first = match acting_with(call, records, department, (&scope, &call.body.account, true)) {
        Ok(acting) if acting.grade >= grade || lent(&acting.officer) => acting,
        Ok(acting) => {
            let detail = format!("the mandate has grade {}, the step needs {grade}", acting.grade);
            return refuse(codes::AUTH_GRADE, detail);
        }
        // Without the role it may have been lent, to whoever acts for the department at all.
        Err(Failure::Rejected(missing)) => match who::acting(call, records, department, true) {
            Ok(acting) if lent(&acting.officer) => acting,
            Ok(_) | Err(Failure::Rejected(_)) => return Err(missing.into()),
            Err(failure) => return Err(failure),
        },
        Err(failure) => return Err(failure),
    };
    let mut officers = vec![first];
    if step.duty.two_officers || key.is_some() {
        let first = officers
            .first()
            .ok_or_else(|| Rejection::new(codes::AUTH_TWO_OFFICERS, ""))?;
        let other = second(call, records, department, (first, key, &scope, grade))?;
        officers.push(other);
    }
    for acting in &officers {
        not_recused(case, &acting.officer)?;
    }
    Ok(officers)
}

/// Who applies: a person, an organisation by its officer and seal, or either through a guardian or agent. `AUTH_KEY_*`, the codes of
/// `identity.acting` or `identity.representation`, `AUTH_NOT_APPLICANT` for a body by its seal alone and for devices.
pub(crate) fn applying(
    call: &Call<'_>,
    records: &Records<'_>,
    body: Option<&SocialCreditCode>,
    principal: Option<Digest>,
) -> Result<(Applicant, Who), Failure> {
    if let Some(body) = body {
        let acting = who::acting(call, records, body, true)?;
        let applicant = Applicant {
            code: Some(body.clone()),
            party: acting.body,
            submitted_by: None,
        };
        return Ok((applicant, Who::Officer(acting, body.clone())));
    }
    let (party, kind, who) = who::party(call, records, principal)?;
    let alone = matches!(who, Who::Itself(_)) && kind != "person";
    if alone || kind == "device" {
        return refuse(
            codes::AUTH_NOT_APPLICANT,
            "a body applies by an officer beside its seal",
        );
    }
    let applicant = Applicant {
        code: None,
        party,
        submitted_by: who.representative(),
    };
    Ok((applicant, who))
}

/// Who acts for the applicant of a case: as [`applying`], and `AUTH_NOT_APPLICANT` where that is somebody else.
pub(crate) fn applicant(
    call: &Call<'_>,
    records: &Records<'_>,
    case: &Case,
    (body, principal): (Option<&SocialCreditCode>, Option<Digest>),
) -> Result<Who, Failure> {
    let (applicant, who) = applying(call, records, body, principal)?;
    if applicant.party != case.applicant.party {
        return refuse(codes::AUTH_NOT_APPLICANT, "the case is of another applicant");
    }
    Ok(who)
}

/// That a reason is given: `DEC_NO_REASON` of sharing.
pub(crate) fn reason<'a>(call: &Call<'_>, text: Option<&'a str>) -> Result<&'a str, Failure> {
    said(call, text, "DEC_NO_REASON", "no reason is given")
}

/// That a remedy is named: `DEC_NO_REMEDY` of sharing.
pub(crate) fn remedy<'a>(call: &Call<'_>, text: Option<&'a str>) -> Result<&'a str, Failure> {
    said(call, text, "DEC_NO_REMEDY", "no remedy is named")
}

fn said<'a>(call: &Call<'_>, text: Option<&'a str>, code: &str, detail: &str) -> Result<&'a str, Failure> {
    match text.and_then(who::given) {
        Some(text) => Ok(text),
        None => refuse(named(call, code), detail),
    }
}
