//! Who acts: always asked of `identity`, and refused with its codes. The questions are those of scenarios/identity.

use serde::Deserialize;
use serde_json::json;
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_OPERATION;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Code, Rejection};

use crate::codes;
use crate::permission::Who;

/// A refusal.
pub(crate) fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Rejection::new(code, detail).into())
}

/// Whose key the account is.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Actor {
    pub code: Option<SocialCreditCode>,
    pub kind: String,
    pub party: Digest,
    state: String,
}

impl Actor {
    /// Whether the key can act now.
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }
}

/// The officer that acts for a body, and under which mandate.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Acting {
    /// The body as a party.
    pub body: Digest,
    pub grade: u8,
    pub kind: String,
    pub mandate: Digest,
    pub officer: Digest,
    pub sealed: bool,
}

/// The mandate of a guardian (监护人) or an agent (代理人) of a party.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Representation {
    pub grade: u8,
    pub holder: Digest,
    pub kind: String,
    pub mandate: Digest,
    principal: Represented,
}

#[derive(Clone, Debug, Deserialize)]
struct Represented {
    kind: String,
}

/// The party of the account, whatever the state of its key: `AUTH_KEY_UNKNOWN` of `identity`.
pub(crate) fn whose(call: &Call<'_>, records: &Records<'_>) -> Result<Actor, Failure> {
    let about = json!({ "account": call.body.account });
    call.ask(records, "identity.actor", &about)
}

/// The party of the account, whose key is active: `AUTH_KEY_UNKNOWN`, `AUTH_KEY_REVOKED`, `AUTH_KEY_EXPIRED` of `identity`.
pub(crate) fn actor(call: &Call<'_>, records: &Records<'_>) -> Result<Actor, Failure> {
    let actor = whose(call, records)?;
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

/// Under which mandate the account acts in the name of a party in this operation: the codes of `identity.representation`.
fn representation(
    call: &Call<'_>,
    records: &Records<'_>,
    principal: &Digest,
) -> Result<Representation, Failure> {
    let about = json!({ "principal": principal, "scope": call.body.operation });
    call.ask(records, "identity.representation", &about)
}

/// The person for whom the operation is done, and who does it: the person itself or, where a principal is named, its guardian or agent. As
/// [`actor`], the codes of `identity.representation`, then `SHARE_NOT_PERSON`.
pub(crate) fn person(
    call: &Call<'_>,
    records: &Records<'_>,
    principal: Option<Digest>,
) -> Result<(Digest, Who), Failure> {
    let actor = actor(call, records)?;
    let (person, kind, who) = match principal {
        None => (actor.party, actor.kind.clone(), Who::Itself(actor)),
        Some(principal) => {
            let representation = representation(call, records, &principal)?;
            let kind = representation.principal.kind.clone();
            (principal, kind, Who::For(actor, representation))
        }
    };
    if kind != "person" {
        return refuse(
            codes::SHARE_NOT_PERSON,
            format!("it would be done for a party of the kind `{kind}`"),
        );
    }
    Ok((person, who))
}

/// Who acts for the person whose data it is: the person itself or, where a principal is named, its guardian or agent. As [`actor`],
/// `SHARE_NOT_SUBJECT`, then the codes of `identity.representation`. That somebody acts for another is never guessed: the signature says it
/// (民法典 §162, 个人信息保护法 §31).
pub(crate) fn subject(
    call: &Call<'_>,
    records: &Records<'_>,
    subject: &Digest,
    principal: Option<&Digest>,
) -> Result<Who, Failure> {
    let actor = actor(call, records)?;
    match principal {
        None if actor.party == *subject => Ok(Who::Itself(actor)),
        Some(principal) if principal == subject => {
            let representation = representation(call, records, principal)?;
            Ok(Who::For(actor, representation))
        }
        None => refuse(
            codes::SHARE_NOT_SUBJECT,
            "the account is not of the person concerned",
        ),
        Some(_) => refuse(
            codes::SHARE_NOT_SUBJECT,
            "the principal is not the person concerned",
        ),
    }
}

/// The officer that acts for a body in this operation, a person with a mandate for it: the codes of `identity.acting`. `sealed` asks for the
/// body's seal beside the officer.
pub(crate) fn acting(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    sealed: bool,
) -> Result<Acting, Failure> {
    let about = json!({ "for": body, "scope": call.body.operation, "seal": sealed });
    call.ask(records, "identity.acting", &about)
}

/// [`acting`], as the policies see it.
pub(crate) fn officer(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    sealed: bool,
) -> Result<Who, Failure> {
    acting(call, records, body, sealed).map(|acting| Who::Officer(acting, body.clone()))
}

/// What [`acting`], [`officer`] and [`subject`] say where the attempt must go on record: the refusal of somebody known who has no authority
/// is itself a verdict. Malformed and unknown bodies, whose records nobody keeps, stay ordinary refusals.
pub(crate) fn attempt<T>(acting: Result<T, Failure>) -> Result<Result<T, Rejection>, Failure> {
    match acting {
        Ok(acting) => Ok(Ok(acting)),
        Err(Failure::Rejected(rejection))
            if rejection.code.name.starts_with("AUTH_") || rejection.code == codes::SHARE_NOT_SUBJECT =>
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
    roles: Vec<String>,
    status: String,
}

fn member(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<Option<Member>, Failure> {
    call.ask(records, "governance.member", &json!({ "code": body }))
}

/// The roles of an active member of the consortium, none for others.
pub(crate) fn member_roles(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<Option<Vec<String>>, Failure> {
    let active = member(call, records, body)?.filter(|member| member.status == "active");
    Ok(active.map(|member| member.roles))
}

/// That a body can be granted something: an active member, or an organisation or department that is a party. `SHARE_GRANTEE`.
pub(crate) fn grantable(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<(), Failure> {
    let unknown = |detail: &str| refuse(codes::SHARE_GRANTEE, format!("{body} {detail}"));
    match member(call, records, body)? {
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
