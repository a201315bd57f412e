//! Who acts, as the policies (策略) see it, and the question to them. What the law fixes is checked by the operations themselves; the policies
//! are asked last, before the writes. The default ones lie in `policies/`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Principal, Request, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::Rejection;
use yinxin_types::identifiers::SocialCreditCode;

use crate::authority::{Acting, Actor, Representation, member_roles};

/// The most names of one outcome for which it is found (formats, section 10).
const MAX_CONCERNS: usize = 8;

/// The default policies of the scenario.
pub(crate) const POLICIES: &[(&str, &str)] = &[
    (
        "sharing/catalogue.cedar",
        include_str!("../policies/catalogue.cedar"),
    ),
    (
        "sharing/certificates.cedar",
        include_str!("../policies/certificates.cedar"),
    ),
    (
        "sharing/extracts.cedar",
        include_str!("../policies/extracts.cedar"),
    ),
    (
        "sharing/listings.cedar",
        include_str!("../policies/listings.cedar"),
    ),
    ("sharing/loans.cedar", include_str!("../policies/loans.cedar")),
    ("sharing/looks.cedar", include_str!("../policies/looks.cedar")),
    ("sharing/wallets.cedar", include_str!("../policies/wallets.cedar")),
];

/// What a law gives to the person concerned, or to whoever is listed, and no policy of governance takes away: to withdraw consent, to look, to
/// have erased, to speak and to object (个人信息保护法 §15, §45 to §47, 行政处罚法 §45).
const RIGHTS: &[&str] = &[
    "sharing.cancel",
    "sharing.end_lease",
    "sharing.erase",
    "sharing.listing_object",
    "sharing.listing_statement",
    "sharing.view",
];

/// Who acts in a call.
#[derive(Clone, Debug)]
pub(crate) enum Who {
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
pub(crate) struct Representative {
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
    fn by_right(&self, operation: &str) -> bool {
        let itself = match self {
            Self::Itself(_) => true,
            Self::For(_, representation) => representation.kind == "guardian",
            Self::Officer(..) => false,
        };
        itself && RIGHTS.contains(&operation)
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
            operation: &call.body.operation,
            principal,
            resource,
        };
        if self.by_right(request.operation) {
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
pub(crate) fn own(kind: Option<&str>) -> Context<'_> {
    Context {
        kind,
        own: true,
        ..Context::default()
    }
}

/// A text that says something.
pub(crate) fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.trim().is_empty())
}
