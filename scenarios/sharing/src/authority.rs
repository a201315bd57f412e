//! Who acts: what every scenario asks of `identity` (`yinxin_execution::who`), with the codes of this one, and what only sharing asks.

use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_execution::who;
pub(crate) use yinxin_execution::who::{Acting, acting, actor, member_roles, officer, refuse, whose};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use crate::codes;
use crate::permission::Who;

/// The person for whom the operation is done, and who does it: [`who::party`], then `SHARE_NOT_PERSON`.
pub(crate) fn person(
    call: &Call<'_>,
    records: &Records<'_>,
    principal: Option<Digest>,
) -> Result<(Digest, Who), Failure> {
    let (person, kind, who) = who::party(call, records, principal)?;
    if kind != "person" {
        return refuse(
            codes::SHARE_NOT_PERSON,
            format!("it would be done for a party of the kind `{kind}`"),
        );
    }
    Ok((person, who))
}

/// Who acts for the person whose data it is: [`who::subject`] with `SHARE_NOT_SUBJECT`.
pub(crate) fn subject(
    call: &Call<'_>,
    records: &Records<'_>,
    subject: &Digest,
    principal: Option<&Digest>,
) -> Result<Who, Failure> {
    who::subject(call, records, subject, principal, codes::SHARE_NOT_SUBJECT)
}

/// [`who::attempt`], where a refusal with `SHARE_NOT_SUBJECT` goes on record too.
pub(crate) fn attempt<T>(acting: Result<T, Failure>) -> Result<Result<T, Rejection>, Failure> {
    who::attempt(acting, &[codes::SHARE_NOT_SUBJECT])
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

/// That a body can be granted something: an active member, or an organisation or department that is a party. `SHARE_GRANTEE`.
pub(crate) fn grantable(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<(), Failure> {
    let unknown = |detail: &str| refuse(codes::SHARE_GRANTEE, format!("{body} {detail}"));
    match who::member(call, records, body)? {
        Some(member) if member.is_active() => return Ok(()),
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
