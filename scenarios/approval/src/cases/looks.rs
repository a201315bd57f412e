//! Looks (查阅) at the materials of a case: the applicant sees all of its own, the department whose item it is all of the case's, every other
//! department those of its own steps. Yes and no alike go on record.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::who::{self, Who, acting_with, attempt};
use yinxin_execution::{Access, Basis, Call, Failure, Records, access, disclose};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use super::arguments::Look;
use super::course::{Step, open_steps};
use super::handling::Handling;
use super::permission::circumstances;
use super::{codes, officers};

/// On what a department's look rests.
const DUTY: &str = "行政许可法 §34";

/// `approval.look`: refused without an event with `AUTH_KEY_*`, `CASE_UNKNOWN`, `MAT_CLASS`, and where the body is no party; refused with an
/// event, in this order, with `AUTH_NOT_APPLICANT`, `AUTH_MANDATE_*`, `AUTH_RECUSED`, `AUTH_GRADE` for what is another department's,
/// `CASE_TEXT` without a purpose, `MAT_MISSING`, `POLICY_*`.
pub(crate) fn look(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Look = call.arguments()?;
    let party = who::actor(call, records)?.party;
    let handling = Handling::open(call, records, &arguments.case)?;
    handling.terms.material(&arguments.class)?;
    let case = &handling.case;
    // An organisation that applied looks as its officer, at its own case.
    let applicant = case.applicant.code.is_some() && arguments.body == case.applicant.code;
    let (who, own) = match &arguments.body {
        Some(body) if !applicant => {
            let officer = who::officer(call, records, body, false);
            (attempt(officer, &[])?, false)
        }
        _ => {
            let whose = (arguments.body.as_ref(), arguments.principal);
            let applicant = officers::applicant(call, records, case, whose);
            (attempt(applicant, &[])?, true)
        }
    };
    let post = who.as_ref().ok().and_then(Who::mandate);
    let lawful = match (who, &arguments.body) {
        (Ok(who), Some(body)) if !own => on_duty(call, records, &handling, (body, &arguments))?.map(|()| who),
        (who, _) => who,
    };
    let found = case.materials.get(&arguments.class);
    let lawful = lawful.and_then(|who| match found {
        Some(_) => Ok(who),
        None => Err(Rejection::new(codes::MAT_MISSING, "there is no such material")),
    });
    let mut context = circumstances(&arguments.case, own);
    context.purpose = who::given(&arguments.purpose);
    let allowed = match lawful {
        Ok(who) => who.verdict(call, records, Resource::Case(&arguments.case), context)?,
        Err(rejection) => Err(rejection),
    };

    let fields = [arguments.class.clone()];
    let access = Access {
        source: match &arguments.body {
            Some(body) => body.as_str(),
            None => access::OWN_LOOK,
        },
        officer: Some(party),
        post,
        subject: Some(case.applicant.party),
        class: "case-material",
        fields: &fields,
        count: 1,
        purpose: &arguments.purpose,
        case: Some(&arguments.case),
        basis: match (own, arguments.principal) {
            (true, Some(_)) => Basis::Mandate(post),
            (true, None) => Basis::Own,
            (false, _) => Basis::Duty(DUTY),
        },
        withheld: None,
    };
    let details = found.map(|material| {
        json!({
            "case": arguments.case,
            "class": arguments.class,
            "holder": material.holder,
            "material": material.commitment,
            "reader": arguments.reader,
        })
    });
    disclose(
        call,
        records,
        &access,
        allowed.map(|()| details.unwrap_or_default()),
    )
}

/// That an officer's department needs this class of materials for the case: it is the department of the item, or that of a step which sees
/// the class and for whose role and grade the officer's mandate is enough.
fn on_duty(
    call: &Call<'_>,
    records: &Records<'_>,
    handling: &Handling,
    (body, arguments): (&SocialCreditCode, &Look),
) -> Result<Result<(), Rejection>, Failure> {
    let case = &handling.case;
    if let Err(Failure::Rejected(rejection)) = officers::not_recused(case, &who::actor(call, records)?.party)
    {
        return Ok(Err(rejection));
    }
    let mut seen = *body == case.handler()?;
    let mut lacking = None;
    if !seen {
        for step in steps_of(handling, body)? {
            if !step.duty.materials.contains(&arguments.class) {
                continue;
            }
            let scope = officers::scope_of(step.duty.role.as_deref().unwrap_or_default());
            let account = &call.body.account;
            match attempt(acting_with(call, records, body, (&scope, account, false)), &[])? {
                Ok(acting) if acting.grade >= step.duty.grade.unwrap_or(1) => seen = true,
                Ok(_) => {}
                Err(rejection) => lacking = Some(rejection),
            }
        }
    }
    if !seen {
        let other = || {
            Rejection::new(
                codes::AUTH_GRADE,
                "the material is for another department's steps",
            )
        };
        return Ok(Err(lacking.unwrap_or_else(other)));
    }
    if who::given(&arguments.purpose).is_none() {
        return Ok(Err(Rejection::new(codes::CASE_TEXT, "no purpose is named")));
    }
    Ok(Ok(()))
}

/// The steps of a department that are open, and those that it took.
fn steps_of(handling: &Handling, department: &SocialCreditCode) -> Result<Vec<Step>, Failure> {
    let mut steps = open_steps(handling)?;
    steps.retain(|step| step.department.as_ref() == Some(department));
    let model = handling.process.model()?;
    for (place, opinion) in &handling.case.opinions {
        let node = place.split('#').next().unwrap_or_default();
        if let (true, Some(duty)) = (opinion.department == *department, model.duty(node)) {
            steps.push(Step {
                department: Some(department.clone()),
                duty: duty.clone(),
                name: String::new(),
                node: node.to_owned(),
                opened_ms: opinion.at.time.0,
                overdue: false,
                place: place.clone(),
                work: 0,
            });
        }
    }
    Ok(steps)
}
