//! What the scenario answers to others. The forms of questions and answers are those of the table in `lib`.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::{BlockTime, Rejection};

use crate::authority::{
    OFFICES, REPRESENTATIONS, accreditation, held, party, refuse, signer, signs, with_code,
};
use crate::codes;
use crate::edge;
use crate::records::{Binding, Held, Mandate, Party, Recovery};

fn about<T: DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()).into())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Actor {
    account: PublicKey,
    at: Option<BlockTime>,
}

/// `identity.actor`: to which party a key belongs and in which state it is. `AUTH_KEY_UNKNOWN` where it was not bound at the time.
pub(crate) fn actor(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let Actor { account, at } = about(value)?;
    let at = at.unwrap_or(call.block.time);
    let binding = Binding::find(call, records, &account)?;
    let Some((binding, state)) = binding
        .and_then(|binding| Some((binding.state_at(at)?, binding)))
        .map(|(state, binding)| (binding, state))
    else {
        return refuse(codes::AUTH_KEY_UNKNOWN, format!("no party is bound to {account}"));
    };
    let Party { code, kind, .. } = party(call, records, &binding.party)?;
    Ok(json!({
        "code": code,
        "ended": binding.ended.filter(|ended| ended.at.time <= at),
        "from": binding.from,
        "kind": kind,
        "party": binding.party,
        "state": state,
        "until": binding.until,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfParty {
    code: Option<String>,
    party: Option<Digest>,
}

/// `identity.party`: a party by its identifier or, of a body, by its code, with the states of its keys. Refused with `ID_PARTY_UNKNOWN`,
/// `ID_FORMAT` or `ID_CHECKDIGIT`.
pub(crate) fn the_party(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfParty { code, party: id } = about(value)?;
    let id = match (id, code) {
        (Some(id), None) => id,
        (None, Some(code)) => with_code(call, records, &edge::social_credit_code(&code)?)?,
        _ => return refuse(TX_ARGUMENTS, "either `party` or `code`"),
    };
    let found = party(call, records, &id)?;
    let mut keys = Vec::with_capacity(found.keys.len());
    for key in &found.keys {
        let binding = Binding::find(call, records, key)?;
        let state = binding.as_ref().and_then(|one| one.state_at(call.block.time));
        let (from, until) = binding.map_or((None, None), |one| (Some(one.from), one.until));
        keys.push(json!({ "from": from, "key": key, "state": state, "until": until }));
    }
    Ok(json!({
        "code": found.code, "enrolled": found.enrolled, "keys": keys, "kind": found.kind, "party": id,
        "recovery": found.recovery,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acting {
    account: Option<PublicKey>,
    #[serde(rename = "for")]
    body: String,
    scope: String,
    seal: Option<bool>,
}

/// `identity.acting`: which officer acts in the call for a body; the account, or another of the signers. Refused with `AUTH_KEY_UNKNOWN` where
/// that other did not sign, `ID_FORMAT` or `ID_CHECKDIGIT`, `ID_PARTY_UNKNOWN`,
/// `AUTH_KEY_*` of the account, `AUTH_MANDATE_MISSING` or `AUTH_MANDATE_ENDED`, `AUTH_SEAL_MISSING` unless the seal is waived.
pub(crate) fn acting(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let Acting {
        account,
        body,
        scope,
        seal,
    } = about(value)?;
    let body = with_code(call, records, &edge::social_credit_code(&body)?)?;
    let account = account.as_ref().unwrap_or(&call.body.account);
    if !call.signed_by(account) {
        return refuse(codes::AUTH_KEY_UNKNOWN, format!("{account} did not sign"));
    }
    let officer = signer(call, records, account)?;
    let (id, mandate) = held(call, records, &body, &officer, (OFFICES, &scope))?;
    let sealed = signs(call, records, &party(call, records, &body)?)?;
    if seal.unwrap_or(true) && !sealed {
        return refuse(codes::AUTH_SEAL_MISSING, "the seal is not among the cosigners");
    }
    Ok(json!({
        "body": body,
        "grade": mandate.grade,
        "kind": mandate.kind,
        "mandate": id,
        "officer": officer,
        "sealed": sealed,
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Representation {
    principal: Digest,
    scope: String,
}

/// `identity.representation`: under which mandate the party of the account acts in the call in the name of another party, as its guardian or
/// its agent. Refused with `ID_PARTY_UNKNOWN`, `AUTH_KEY_*` of the account, `AUTH_MANDATE_MISSING` or `AUTH_MANDATE_ENDED`.
pub(crate) fn representation(
    call: &Call<'_>,
    records: &Records<'_>,
    value: &Value,
) -> Result<Value, Failure> {
    let Representation { principal, scope } = about(value)?;
    let represented = party(call, records, &principal)?;
    let holder = signer(call, records, &call.body.account)?;
    let (id, mandate) = held(call, records, &principal, &holder, (REPRESENTATIONS, &scope))?;
    Ok(json!({
        "grade": mandate.grade,
        "holder": holder,
        "kind": mandate.kind,
        "mandate": id,
        "principal": { "kind": represented.kind, "party": principal },
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfMandate {
    at: Option<BlockTime>,
    holder: Option<Digest>,
    id: Option<Digest>,
    principal: Option<Digest>,
}

/// `identity.mandate`: one mandate, or those that one party holds of another, and whether each was in force at a time.
/// `ID_MANDATE_UNKNOWN` where none has the identifier; two parties without a mandate have an empty list.
pub(crate) fn mandate(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let question: OfMandate = about(value)?;
    let at = question.at.unwrap_or(call.block.time);
    let ids = match (question.id, question.principal, question.holder) {
        (Some(id), None, None) => vec![id],
        (None, Some(principal), Some(holder)) => {
            records
                .get::<Held>(&Held::key(algorithm, &principal, &holder))?
                .unwrap_or_default()
                .mandates
        }
        _ => return refuse(TX_ARGUMENTS, "either `id` or `principal` and `holder`"),
    };
    let mut mandates = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(mandate) = records.get::<Mandate>(&Mandate::key(algorithm, &id))? else {
            return refuse(codes::ID_MANDATE_UNKNOWN, format!("there is no mandate {id}"));
        };
        mandates.push(json!({ "alive": mandate.alive(at), "id": id, "mandate": mandate }));
    }
    Ok(json!({ "mandates": mandates }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Issuer {
    at: Option<BlockTime>,
    department: String,
    #[serde(rename = "type")]
    credential: String,
}

/// `identity.issuer`: on what the department's right to issue the type rests at a time. Refused with `ID_FORMAT` or `ID_CHECKDIGIT`,
/// `AUTH_ISSUER_NOT_ACCREDITED`.
pub(crate) fn issuer(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let question: Issuer = about(value)?;
    let at = question.at.unwrap_or(call.block.time);
    let department = edge::social_credit_code(&question.department)?;
    match accreditation(call, records, &department, &question.credential, at)? {
        Some((grant, basis)) => Ok(json!({
            "basis": basis,
            "from": grant.from,
            "granted": grant.granted,
            "until": grant.until,
        })),
        None => refuse(
            codes::AUTH_ISSUER_NOT_ACCREDITED,
            format!("{department} is not accredited for this type at {at}"),
        ),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRecovery {
    recovery: u64,
}

/// `identity.recovery`: a recovery by its number, from 1 without a gap, with both clerks. `ID_RECOVERY_UNKNOWN`.
pub(crate) fn recovery(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let OfRecovery { recovery: number } = about(value)?;
    match records.get::<Recovery>(&Recovery::key(call.hash(), number))? {
        Some(recovery) => Ok(json!(recovery)),
        None => refuse(
            codes::ID_RECOVERY_UNKNOWN,
            format!("there is no recovery {number}"),
        ),
    }
}
