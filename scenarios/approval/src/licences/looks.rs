//! Looks (查阅) at licences: by their holder, and by officers of the department that issued them. Yes and no alike go on record.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::who::{self, Who, attempt};
use yinxin_execution::{Access, Basis, Call, Failure, Records, access, disclose};
use yinxin_types::Rejection;

use super::arguments::View;
use super::codes;
use super::records::Issued;
use crate::cases::codes::{AUTH_GRADE, CASE_TEXT};
use crate::cases::{Case, Terms, applicant, circumstances};
use crate::items::content::HOLDER_FIELDS;

/// On what a look of the department rests: it supervises what it permitted.
const DUTY: &str = "行政许可法 §61";

/// `approval.licence_view`: the holder, or its guardian or agent, looks at its licence, or an officer of the department at what it issued;
/// whatever its state. Refused without an event with `AUTH_KEY_*`, `LICENCE_UNKNOWN`, and where the body is no party; refused with an event,
/// in this order, with `AUTH_NOT_APPLICANT`, `AUTH_MANDATE_*`, `AUTH_GRADE` for another department, `CASE_TEXT` without a purpose,
/// `LICENCE_FIELDS`, `POLICY_*`.
pub(crate) fn view(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: View = call.arguments()?;
    let party = who::actor(call, records)?.party;
    let issued = Issued::known(call, records, &arguments.licence)?;
    let case = Case::known(call, records, &issued.case)?;
    let terms = Terms::of(call, records, &case.item, case.item_version)?;
    // An organisation that holds a licence looks as its officer, at its own.
    let holds = case.applicant.code.is_some() && arguments.body == case.applicant.code;
    let (who, own) = match &arguments.body {
        Some(body) if !holds => (attempt(who::officer(call, records, body, false), &[])?, false),
        _ => {
            let whose = (arguments.body.as_ref(), arguments.principal);
            (attempt(applicant(call, records, &case, whose), &[])?, true)
        }
    };
    let post = who.as_ref().ok().and_then(Who::mandate);
    let lawful = who.and_then(|who| {
        if !own && arguments.body.as_ref() != Some(&issued.issuer) {
            return Err(Rejection::new(
                AUTH_GRADE,
                "another department issued the licence",
            ));
        }
        if who::given(&arguments.purpose).is_none() {
            return Err(Rejection::new(CASE_TEXT, "no purpose is named"));
        }
        fields(&terms, &arguments.fields)?;
        Ok(who)
    });
    let mut context = circumstances(&issued.case, own);
    context.purpose = who::given(&arguments.purpose);
    let allowed = match lawful {
        Ok(who) => who.verdict(call, records, Resource::Case(&issued.case), context)?,
        Err(rejection) => Err(rejection),
    };

    let access = Access {
        source: match &arguments.body {
            Some(body) => body.as_str(),
            None => access::OWN_LOOK,
        },
        officer: Some(party),
        post,
        subject: Some(issued.holder),
        class: "licence",
        fields: &arguments.fields,
        count: 1,
        purpose: &arguments.purpose,
        case: Some(&issued.case),
        basis: match (own, arguments.principal) {
            (true, Some(_)) => Basis::Mandate(post),
            (true, None) => Basis::Own,
            (false, _) => Basis::Duty(DUTY),
        },
        withheld: None,
    };
    let details = json!({
        "fields": arguments.fields,
        "holder": issued.issuer,
        "licence": arguments.licence,
        "material": issued.material,
        "reader": arguments.reader,
    });
    disclose(call, records, &access, allowed.map(|()| details))
}

/// That a licence of the item has these fields: `LICENCE_FIELDS`.
fn fields(terms: &Terms, asked: &[String]) -> Result<(), Rejection> {
    let template = terms
        .content
        .decision
        .licence
        .iter()
        .flat_map(|licence| &licence.fields);
    let known: Vec<&str> = template
        .map(|field| field.name.as_str())
        .chain(HOLDER_FIELDS)
        .collect();
    match asked.iter().find(|field| !known.contains(&field.as_str())) {
        Some(field) => Err(Rejection::new(
            codes::LICENCE_FIELDS,
            format!("the licence has no field `{field}`"),
        )),
        None => Ok(()),
    }
}
