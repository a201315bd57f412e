//! Who acts: asked of `identity` by its questions and refused with its codes, and then shown to the policies (策略). Every scenario
//! needs this; what the law fixes for one operation its scenario checks itself, and asks the policies last, before the writes.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::codes::TX_OPERATION;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Code, Rejection};

use crate::policy::{Context, Principal, Request, Resource};
use crate::records::{Failure, Records};
use crate::scenario::Call;

/// The most names of one outcome for which it is found (formats, section 10).
pub const MAX_CONCERNS: usize = 8;

/// A refusal.
pub fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Rejection::new(code, detail).into())
}

/// Whose key the account is.
#[derive(Clone, Debug, Deserialize)]
pub struct Actor {
    /// Its unified social credit code, of a body.
    pub code: Option<SocialCreditCode>,
    /// `person`, `organisation`, `department` or `device`.
    pub kind: String,
    /// Its party.
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
pub struct Acting {
    /// The body as a party.
    pub body: Digest,
    /// The grade of the mandate, 1 to 4.
    pub grade: u8,
    /// Its kind, `post` or `representative`.
    pub kind: String,
    /// The mandate.
    pub mandate: Digest,
    /// The person as a party.
    pub officer: Digest,
    /// Whether the body's seal signed too.
    pub sealed: bool,
}

/// The mandate of a guardian (监护人) or an agent (代理人) of a party.
#[derive(Clone, Debug, Deserialize)]
pub struct Representation {
    /// The grade of the mandate, 1 to 4.
    pub grade: u8,
    /// The guardian or agent as a party.
    pub holder: Digest,
    /// `guardian` or `agent`.
    pub kind: String,
    /// The mandate.
    pub mandate: Digest,
    principal: Represented,
}

#[derive(Clone, Debug, Deserialize)]
struct Represented {
    kind: String,
}

/// The party of the account, whatever the state of its key: `AUTH_KEY_UNKNOWN` of `identity`.
pub fn whose(call: &Call<'_>, records: &Records<'_>) -> Result<Actor, Failure> {
    let about = json!({ "account": call.body.account });
    call.ask(records, "identity.actor", &about)
}

/// The party of the account, whose key is active: `AUTH_KEY_UNKNOWN`, `AUTH_KEY_REVOKED`, `AUTH_KEY_EXPIRED` of `identity`.
pub fn actor(call: &Call<'_>, records: &Records<'_>) -> Result<Actor, Failure> {
    let actor = whose(call, records)?;
    let name = match actor.state.as_str() {
        "active" => return Ok(actor),
        "rotated" | "revoked" => "AUTH_KEY_REVOKED",
        "expired" => "AUTH_KEY_EXPIRED",
        _ => "AUTH_KEY_UNKNOWN",
    };
    let code = named(call, name);
    refuse(code, format!("the key of the account is {}", actor.state))
}

/// A code that another scenario of the chain defines, by its name: one rule has one code, whoever refuses with it. `TX_OPERATION` on a chain
/// without that scenario.
pub fn named(call: &Call<'_>, name: &str) -> Code {
    let code = call.registry.codes().find(|code| code.name == name);
    code.unwrap_or(TX_OPERATION)
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

/// The party for which the operation is done with its kind, and who does it: the account's own party or, where a principal is named, its
/// guardian or agent. As [`actor`], and the codes of `identity.representation`.
pub fn party(
    call: &Call<'_>,
    records: &Records<'_>,
    principal: Option<Digest>,
) -> Result<(Digest, String, Who), Failure> {
    let actor = actor(call, records)?;
    Ok(match principal {
        None => (actor.party, actor.kind.clone(), Who::Itself(actor)),
        Some(principal) => {
            let representation = representation(call, records, &principal)?;
            let kind = representation.principal.kind.clone();
            (principal, kind, Who::For(actor, representation))
        }
    })
}

/// Who acts for the party concerned: itself or, where a principal is named, its guardian or agent. As [`actor`], then `stranger` where it is
/// somebody else, then the codes of `identity.representation`. That somebody acts for another is never guessed: the signature says it
/// (民法典 §162, 个人信息保护法 §31).
pub fn subject(
    call: &Call<'_>,
    records: &Records<'_>,
    subject: &Digest,
    principal: Option<&Digest>,
    stranger: Code,
) -> Result<Who, Failure> {
    let actor = actor(call, records)?;
    match principal {
        None if actor.party == *subject => Ok(Who::Itself(actor)),
        Some(principal) if principal == subject => {
            let representation = representation(call, records, principal)?;
            Ok(Who::For(actor, representation))
        }
        None => refuse(stranger, "the account is not of the person concerned"),
        Some(_) => refuse(stranger, "the principal is not the person concerned"),
    }
}

/// The officer that acts for a body in this operation, a person with a mandate for it: the codes of `identity.acting`. `sealed` asks for the
/// body's seal beside the officer.
pub fn acting(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    sealed: bool,
) -> Result<Acting, Failure> {
    let scope = &call.body.operation;
    acting_with(call, records, body, (scope, &call.body.account, sealed))
}

/// [`acting`] under a mandate for another scope than the operation, and of another signer than the account: whoever cosigns as a second
/// officer acts too.
pub fn acting_with(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    (scope, account, sealed): (&str, &PublicKey, bool),
) -> Result<Acting, Failure> {
    let mut about = json!({ "for": body, "scope": scope, "seal": sealed });
    if *account != call.body.account
        && let Value::Object(members) = &mut about
    {
        members.insert("account".to_owned(), json!(account));
    }
    call.ask(records, "identity.acting", &about)
}

/// [`acting`], as the policies see it.
pub fn officer(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
    sealed: bool,
) -> Result<Who, Failure> {
    acting(call, records, body, sealed).map(|acting| Who::Officer(acting, body.clone()))
}

/// What [`acting`], [`officer`] and [`subject`] say where the attempt must go on record: the refusal of somebody known who has no authority
/// is itself a verdict. Malformed and unknown bodies, whose records nobody keeps, stay ordinary refusals.
/// `also` are codes of the scenario that are verdicts too.
pub fn attempt<T>(acting: Result<T, Failure>, also: &[Code]) -> Result<Result<T, Rejection>, Failure> {
    match acting {
        Ok(acting) => Ok(Ok(acting)),
        Err(Failure::Rejected(rejection))
            if rejection.code.name.starts_with("AUTH_") || also.contains(&rejection.code) =>
        {
            Ok(Err(rejection))
        }
        Err(failure) => Err(failure),
    }
}

/// A member of the consortium, as far as it matters to others.
#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    /// Its roles.
    pub roles: Vec<String>,
    status: String,
}

impl Member {
    /// Whether it is neither suspended nor removed.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

/// The member with a code, if a body with it is or was one.
pub fn member(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<Option<Member>, Failure> {
    call.ask(records, "governance.member", &json!({ "code": body }))
}

/// The roles of an active member of the consortium, none for others.
pub fn member_roles(
    call: &Call<'_>,
    records: &Records<'_>,
    body: &SocialCreditCode,
) -> Result<Option<Vec<String>>, Failure> {
    let active = member(call, records, body)?.filter(Member::is_active);
    Ok(active.map(|member| member.roles))
}

/// Who acts in a call.
#[derive(Clone, Debug)]
pub enum Who {
    /// A party in its own name; of a body: its seal alone.
    Itself(Actor),
    /// A guardian or an agent in the name of a person.
    For(Actor, Representation),
    /// An officer of a body.
    Officer(Acting, SocialCreditCode),
}

/// Who acted in the name of a person, for the record (个人信息保护法 §31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Representative {
    /// The guardian or the agent.
    pub holder: Digest,
    /// The mandate under which it acted.
    pub mandate: Digest,
}

impl Who {
    /// The party that acts.
    pub fn party(&self) -> Digest {
        match self {
            Self::Itself(actor) | Self::For(actor, _) => actor.party,
            Self::Officer(acting, _) => acting.officer,
        }
    }

    /// The mandate under which it acts for another.
    pub fn mandate(&self) -> Option<Digest> {
        match self {
            Self::Itself(_) => None,
            Self::For(_, representation) => Some(representation.mandate),
            Self::Officer(acting, _) => Some(acting.mandate),
        }
    }

    /// Who acts in the name of a person, where the person does not act itself.
    pub fn representative(&self) -> Option<Representative> {
        match self {
            Self::For(_, representation) => Some(Representative {
                holder: representation.holder,
                mandate: representation.mandate,
            }),
            Self::Itself(_) | Self::Officer(..) => None,
        }
    }

    /// An outcome that says who acted in the name of the person, and, where there is room, is found for it too.
    pub fn signed(&self, mut outcome: Value) -> Value {
        if let (Some(representative), Value::Object(members)) = (self.representative(), &mut outcome) {
            if let Some(Value::Array(concerns)) = members.get_mut("concerns")
                && concerns.len() < MAX_CONCERNS
            {
                concerns.push(json!(representative.holder));
            }
            members.insert("representative".to_owned(), json!(representative));
        }
        outcome
    }

    /// Whether it acts by a right that a law gives: the person itself, or its guardian, through whom alone a child has it (个人信息保护法 §31).
    fn by_right(&self, call: &Call<'_>, operation: &str) -> bool {
        let itself = match self {
            Self::Itself(_) => true,
            Self::For(_, representation) => representation.kind == "guardian",
            Self::Officer(..) => false,
        };
        itself && call.registry.is_right(operation)
    }

    /// Asks the policies, of what is done by right the default ones: `POLICY_DENIED`, `POLICY_MALFORMED`. The circumstances of the operation are
    /// given; those of who acts are added.
    pub fn permit(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        resource: Resource<'_>,
        given: Context<'_>,
    ) -> Result<(), Failure> {
        self.permit_as(call, records, &call.body.operation, (resource, given))
    }

    /// [`Who::permit`] of another action than the operation: of a question about which policies decide
    /// ([`Scenario::decided_questions`](crate::Scenario::decided_questions)).
    pub fn permit_as(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        action: &str,
        (resource, given): (Resource<'_>, Context<'_>),
    ) -> Result<(), Failure> {
        let (body, mandate, sealed) = match self {
            Self::Itself(actor) => (actor.code.as_ref(), None, actor.code.is_some()),
            Self::For(actor, one) => (actor.code.as_ref(), Some((one.grade, one.kind.as_str())), false),
            Self::Officer(acting, code) => (
                Some(code),
                Some((acting.grade, acting.kind.as_str())),
                acting.sealed,
            ),
        };
        let roles = match body {
            Some(code) => member_roles(call, records, code)?.unwrap_or_default(),
            None => Vec::new(),
        };
        let id = self.party().to_string();
        let principal = match self {
            Self::Officer(..) => Principal::Officer(&id),
            Self::Itself(actor) | Self::For(actor, _) => match (actor.kind.as_str(), &actor.code) {
                ("person", _) => Principal::Person(&id),
                ("organisation", _) => Principal::Organisation(&id),
                ("department", code) => {
                    Principal::Department(code.as_ref().map_or(&id, |code| code.as_str()))
                }
                ("device", _) => Principal::Device(&id),
                _ => Principal::Anyone,
            },
        };
        let context = Context {
            department: body.map(SocialCreditCode::as_str),
            grade: mandate.map(|(grade, _)| grade),
            mandate: mandate.map(|(_, kind)| kind),
            roles: &roles,
            sealed,
            ..given
        };
        let request = Request {
            context,
            operation: action,
            principal,
            resource,
        };
        if self.by_right(call, request.operation) {
            return Ok(call.permit_by_right(&request)?);
        }
        call.permit(records, &request)
    }

    /// [`Who::permit`] for a look: what the policies refuse is its verdict, and goes on record.
    pub fn verdict(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        resource: Resource<'_>,
        given: Context<'_>,
    ) -> Result<Result<(), Rejection>, Failure> {
        match self.permit(call, records, resource, given) {
            Ok(()) => Ok(Ok(())),
            Err(Failure::Rejected(rejection)) => Ok(Err(rejection)),
            Err(failure) => Err(failure),
        }
    }
}

/// The circumstances of an operation on what belongs to who acts, or to whom it acts for.
pub fn own(kind: Option<&str>) -> Context<'_> {
    Context {
        kind,
        own: true,
        ..Context::default()
    }
}

/// A text that says something.
pub fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.trim().is_empty())
}
