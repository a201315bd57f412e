//! What is answered about licences.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;

use super::records::{Issued, LISTS};
use crate::cases::{Case, Terms};
use crate::items::content::Licence;
use crate::json::about;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfLicence {
    licence: Digest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfList {
    issuer: SocialCreditCode,
    list: u32,
}

/// What an item says of the licence that its cases give, in the version of the case.
fn template(call: &Call<'_>, records: &Records<'_>, case: &Case) -> Result<Licence, Failure> {
    let terms = Terms::of(call, records, &case.item, case.item_version)?;
    let damaged = Failure::Damaged(Case::key(call.hash(), &case.number));
    terms.content.decision.licence.ok_or(damaged)
}

fn open_part(call: &Call<'_>, id: &Digest, issued: &Issued, (case, licence): (&Case, &Licence)) -> Value {
    let (extended, until) = match issued.extended_until() {
        Some(until) => (true, until),
        None => (false, None),
    };
    let fields: Vec<Value> = licence
        .fields
        .iter()
        .map(|field| json!({ "label": field.label, "name": field.name }))
        .collect();
    json!({
        "credential": issued.credential,
        "extended": extended,
        "extended_until_ms": until,
        "fields": fields,
        "from_ms": issued.from_ms,
        "issued": issued.issued,
        "issuer": issued.issuer,
        "item": case.item,
        "kind": issued.kind,
        "licence": id,
        "name": licence.name,
        "number": issued.number,
        "replaced_by": issued.replaced_by,
        "state": issued.state(call.block.time),
        "status": issued.status,
        "until_ms": issued.until_ms,
    })
}

/// `approval.licence_standing`: what anybody may know of a licence whose identifier he was given, nothing about its holder. `LICENCE_UNKNOWN`.
pub(crate) fn standing(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfLicence { licence: id } = about(asked)?;
    let issued = Issued::known(call, records, &id)?;
    let case = Case::known(call, records, &issued.case)?;
    let licence = template(call, records, &case)?;
    Ok(open_part(call, &id, &issued, (&case, &licence)))
}

/// `approval.issued`: the same, and what holder and departments may know beside. `LICENCE_UNKNOWN`.
pub(crate) fn issued(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfLicence { licence: id } = about(asked)?;
    let issued = Issued::known(call, records, &id)?;
    let case = Case::known(call, records, &issued.case)?;
    let licence = template(call, records, &case)?;
    let mut answer = open_part(call, &id, &issued, (&case, &licence));
    if let Value::Object(members) = &mut answer {
        members.extend([
            ("act".to_owned(), json!(issued.act)),
            ("applicant".to_owned(), json!(issued.holder)),
            ("case".to_owned(), json!(issued.case)),
            ("changed".to_owned(), json!(issued.changed)),
            ("applicant_code".to_owned(), json!(case.applicant.code)),
            ("material".to_owned(), json!(issued.material)),
        ]);
    }
    Ok(answer)
}

/// `approval.status`: the exceptions of a list of licences; `TX_ARGUMENTS` for one that is not of licences.
pub(crate) fn status(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfList { issuer, list } = about(asked)?;
    if !LISTS.has(list) {
        return refuse(TX_ARGUMENTS, "no licences have places in this list");
    }
    LISTS.answer(call, records, &issuer, list)
}
