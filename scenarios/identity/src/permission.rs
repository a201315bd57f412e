//! Who acts, as the policies (策略) see it. The operations of this scenario check by themselves who may do what; the policies are asked
//! last, before the writes, and can only narrow it. The default ones lie in `policies/`.

use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Principal, Request, Resource};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;

use crate::authority::{active, party};
use crate::records::{Kind, Mandate, MandateKind, Party};

/// The default policies of the scenario.
pub(crate) const POLICIES: &[(&str, &str)] = &[
    (
        "identity/issuers.cedar",
        include_str!("../policies/issuers.cedar"),
    ),
    (
        "identity/mandates.cedar",
        include_str!("../policies/mandates.cedar"),
    ),
    (
        "identity/parties.cedar",
        include_str!("../policies/parties.cedar"),
    ),
    (
        "identity/recovery.cedar",
        include_str!("../policies/recovery.cedar"),
    ),
];

/// Who acts in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Actor {
    who: Who,
    /// The body for which it acts, or which it is.
    body: Option<SocialCreditCode>,
    sealed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Who {
    /// A party with its own key.
    Itself(Digest, Kind),
    /// A person under a mandate of this grade and kind.
    Officer(Digest, u8, MandateKind),
    Anyone,
}

impl Actor {
    /// A party that acts with its own key; of a body, that is the seal.
    pub fn itself(id: &Digest, party: &Party) -> Self {
        Self {
            who: Who::Itself(*id, party.kind),
            body: party.code.clone(),
            sealed: matches!(party.kind, Kind::Organisation | Kind::Department),
        }
    }

    /// A person under a mandate of a body.
    pub fn officer(officer: &Digest, mandate: &Mandate, body: &Party, sealed: bool) -> Self {
        Self {
            who: Who::Officer(*officer, mandate.grade, mandate.kind),
            body: body.code.clone(),
            sealed,
        }
    }

    /// The party of the account, or nobody who is known.
    pub fn account(call: &Call<'_>, records: &Records<'_>) -> Result<Self, Failure> {
        match active(call, records, &call.body.account) {
            Ok(binding) => Ok(Self::itself(
                &binding.party,
                &party(call, records, &binding.party)?,
            )),
            Err(Failure::Rejected(_)) => Ok(Self {
                who: Who::Anyone,
                body: None,
                sealed: false,
            }),
            Err(failure) => Err(failure),
        }
    }

    /// Asks the policies: `POLICY_DENIED`, `POLICY_MALFORMED`. `own` says whether the resource is the actor's, or that of its body; `kind`
    /// is the kind of party or mandate that it is about.
    pub fn permit(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        resource: Resource<'_>,
        own: bool,
        kind: Option<&str>,
    ) -> Result<(), Failure> {
        let members = call.genesis.members.iter();
        let founder = members
            .filter(|member| self.body.as_ref() == Some(&member.code))
            .map(|member| member.roles.as_slice())
            .next();
        let department = self.body.as_ref().map(SocialCreditCode::as_str);
        let id = match &self.who {
            Who::Itself(id, _) | Who::Officer(id, ..) => id.to_string(),
            Who::Anyone => String::new(),
        };
        let (principal, mandate) = match self.who {
            Who::Itself(_, Kind::Person) => (Principal::Person(&id), None),
            Who::Itself(_, Kind::Organisation) => (Principal::Organisation(&id), None),
            Who::Itself(_, Kind::Department) => (Principal::Department(department.unwrap_or(&id)), None),
            Who::Itself(_, Kind::Device) => (Principal::Device(&id), None),
            Who::Officer(_, grade, kind) => (Principal::Officer(&id), Some((grade, kind))),
            Who::Anyone => (Principal::Anyone, None),
        };
        let context = Context {
            department,
            grade: mandate.map(|(grade, _)| grade),
            kind,
            mandate: mandate.map(|(_, kind)| kind.as_str()),
            own,
            roles: founder.unwrap_or_default(),
            sealed: self.sealed,
            ..Context::default()
        };
        call.permit(
            records,
            &Request {
                context,
                operation: &call.body.operation,
                principal,
                resource,
            },
        )
    }

    /// [`Actor::permit`] on a party.
    pub fn permit_party(
        &self,
        call: &Call<'_>,
        records: &Records<'_>,
        (id, party): (&Digest, &Party),
        own: bool,
    ) -> Result<(), Failure> {
        let record = id.to_string();
        self.permit(
            call,
            records,
            Resource::Record(&record),
            own,
            Some(party.kind.as_str()),
        )
    }
}
