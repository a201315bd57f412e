//! Who acts: always asked of `identity`, and refused with its codes. The questions are those of scenarios/identity.

use serde::Deserialize;
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_OPERATION;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Code, Rejection};

use crate::codes;

/// A refusal.
pub(crate) fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Rejection::new(code, detail).into())
}

/// Whose key the account is.
#[derive(Debug, Deserialize)]
pub(crate) struct Actor {
    pub code: Option<SocialCreditCode>,
    kind: String,
    pub party: Digest,
    state: String,
}

/// The officer that acts for a body.
#[derive(Debug, Deserialize)]
pub(crate) struct Acting {
    body: Digest,
    pub mandate: Digest,
    pub officer: Digest,
}

/// The party of the account, whose key is active: `AUTH_KEY_UNKNOWN`, `AUTH_KEY_REVOKED`, `AUTH_KEY_EXPIRED` of `identity`.
pub(crate) fn actor(call: &Call<'_>, records: &Records<'_>) -> Result<Actor, Failure> {
    let actor: Actor = call.ask(
        records,
        "identity.actor",
        &json!({ "account": call.body.account }),
    )?;
    let name = match actor.state.as_str() {
        "active" => return Ok(actor),
        "rotated" | "revoked" => "AUTH_KEY_REVOKED",
        "expired" => "AUTH_KEY_EXPIRED",
        _ => "AUTH_KEY_UNKNOWN",
    };
    let code = call.registry.codes().find(|code| code.name == name);
    refuse(
        code.unwrap_or(TX_OPERATION),
        format!("the key of the account is {}", actor.state),
    )
}

/// The person whose key the account is: as [`actor`], then `SHARE_NOT_PERSON`.
pub(crate) fn person(call: &Call<'_>, records: &Records<'_>) -> Result<Digest, Failure> {
    let actor = actor(call, records)?;
    if actor.kind != "person" {
        return refuse(
            codes::SHARE_NOT_PERSON,
            format!("the account is of a party of the kind `{}`", actor.kind),
        );
    }
    Ok(actor.party)
}

/// That the account is the person's whose data it is: as [`actor`], then `SHARE_NOT_SUBJECT`.
pub(crate) fn subject(call: &Call<'_>, records: &Records<'_>, subject: &Digest) -> Result<(), Failure> {
    if actor(call, records)?.party != *subject {
        return refuse(
            codes::SHARE_NOT_SUBJECT,
            "the account is not of the person concerned",
        );
    }
    Ok(())
}

/// The officer that acts for a body in this operation, a person with a mandate for it: the codes of `identity.acting`, then
/// `SHARE_OFFICER_MISSING` for a seal that signs alone. `sealed` asks for the body's seal beside the officer.
pub(crate) fn acting(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    sealed: bool,
) -> Result<Acting, Failure> {
    let about = json!({ "for": body, "scope": call.body.operation, "seal": sealed });
    let acting: Acting = call.ask(records, "identity.acting", &about)?;
    if acting.officer == acting.body {
        return refuse(
            codes::SHARE_OFFICER_MISSING,
            format!("the seal of {body} signed without an officer"),
        );
    }
    Ok(acting)
}

/// What [`acting`] says where the attempt must go on record: the refusal of somebody known who has no authority is itself a verdict.
/// Malformed and unknown bodies, whose records nobody keeps, stay ordinary refusals.
pub(crate) fn attempt(acting: Result<Acting, Failure>) -> Result<Result<Acting, Rejection>, Failure> {
    match acting {
        Ok(acting) => Ok(Ok(acting)),
        Err(Failure::Rejected(rejection))
            if rejection.code.name.starts_with("AUTH_") || rejection.code == codes::SHARE_OFFICER_MISSING =>
        {
            Ok(Err(rejection))
        }
        Err(failure) => Err(failure),
    }
}

/// That a department may issue certificates of a kind now: `AUTH_ISSUER_NOT_ACCREDITED` of `identity`.
pub(crate) fn accredited(
    call: &Call<'_>,
    records: &Records<'_>,
    department: &SocialCreditCode,
    kind: &str,
) -> Result<(), Failure> {
    let about = json!({ "department": department, "type": kind });
    call.ask::<serde_json::Value>(records, "identity.issuer", &about)
        .map(|_| ())
}

#[derive(Deserialize)]
struct Member {
    status: String,
}

/// That a body can be granted something: an active member, or an organisation or department that is a party. `SHARE_GRANTEE`.
pub(crate) fn grantable(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<(), Failure> {
    let unknown = |detail: &str| refuse(codes::SHARE_GRANTEE, format!("{body} {detail}"));
    let member: Option<Member> = call.ask(records, "governance.member", &json!({ "code": body }))?;
    match member {
        Some(member) if member.status == "active" => return Ok(()),
        Some(_) => return unknown("is no active member"),
        None => {}
    }
    // Who acts for the body is answered only about a body that is a party: any other refusal says that it is one.
    let about = json!({ "for": body, "scope": "sharing.disclose", "seal": false });
    match call.ask::<serde_json::Value>(records, "identity.acting", &about) {
        Ok(_) => Ok(()),
        Err(Failure::Rejected(rejection)) if rejection.code.name.starts_with("AUTH_") => Ok(()),
        Err(Failure::Rejected(_)) => unknown("is neither a member nor an enrolled body"),
        Err(failure) => Err(failure),
    }
}
