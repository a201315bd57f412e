//! What the scenario keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Party`] | identifier of the party | by its enrolment and whenever its active keys or its pending recovery change |
//! | [`Binding`] | the public key | when the key is bound, rotated or revoked |
//! | identifier of the party | authority and commitment, or code | by the enrolment: nobody is enrolled twice |
//! | [`Mandate`] | identifier of the transaction that granted it | by its grant and its end |
//! | [`Held`] | in whose name, holder | by a grant |
//! | [`Accreditations`] | code of the department, type | by an accreditation and its withdrawal |
//! | [`Recovery`] | its number | by each of its steps |
//! | number of recoveries | – | by the opening of one, so that an auditor reads them from 1 without a gap |
//! | silence period | – | when it is set |
//!
//! Founding departments are parties without records: they are read from the genesis until something about them changes. Nothing about a
//! person is kept but the keyed commitment, and that only inside a state key, from which it cannot be read back.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
pub(crate) use yinxin_execution::Moment;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Height, Member, StateKey};

const SCENARIO: &str = "identity";

/// The most active keys of one party.
pub const MAX_KEYS: usize = 8;
/// The most mandates between the same two parties that are found by their names; the oldest that is over makes room.
pub const MAX_HELD: usize = 32;
/// The most accreditations of one department for one type, ended ones included: its history stays answerable.
pub const MAX_ACCREDITATIONS: usize = 64;
/// The silence period where none is set: 72 hours, in milliseconds.
pub const SILENCE_MS: u64 = 72 * 3_600_000;

/// What a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Person,
    Organisation,
    Department,
    Device,
}

impl Kind {
    /// The name, as it is written in arguments.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Department => "department",
            Self::Device => "device",
        }
    }

    /// The type of accreditation that lets a department enrol parties of this kind.
    pub const fn enrolment(self) -> &'static str {
        match self {
            Self::Person => "enrol-person",
            Self::Organisation => "enrol-organisation",
            Self::Department => "enrol-department",
            Self::Device => "enrol-device",
        }
    }
}

/// A party: its keys are those that may be active now; ended ones are seen in their bindings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Party {
    /// The department that enrolled it; none for founders.
    pub authority: Option<Digest>,
    pub code: Option<SocialCreditCode>,
    pub enrolled: Moment,
    pub keys: Vec<PublicKey>,
    pub kind: Kind,
    /// Number of the recovery that is under way.
    pub recovery: Option<u64>,
}

impl Party {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "party", id)
    }

    /// The party with this identifier, founders included.
    pub fn find(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Option<Self>, Failure> {
        if let Some(party) = records.get(&Self::key(call.hash(), id))? {
            return Ok(Some(party));
        }
        let founder = call
            .genesis
            .members
            .iter()
            .find(|member| founder(call, member) == *id);
        Ok(founder.map(|member| Self {
            authority: None,
            code: Some(member.code.clone()),
            enrolled: beginning(call),
            keys: vec![member.account],
            kind: Kind::Department,
            recovery: None,
        }))
    }

    /// The identifier of the organisation or department with this code.
    pub fn with_code(
        call: &Call<'_>,
        records: &Records<'_>,
        code: &SocialCreditCode,
    ) -> Result<Option<Digest>, Failure> {
        match call.genesis.members.iter().find(|member| member.code == *code) {
            Some(member) => Ok(Some(founder(call, member))),
            None => records.get(&code_key(call.hash(), code)),
        }
    }
}

/// The identifier of the party that a transaction enrols: a digest of the transaction's own, which says nothing about anybody.
pub(crate) fn enrolled_by(call: &Call<'_>) -> Digest {
    call.hash()
        .hash_tagged("yinxin/identity/party/1", &[call.id.bytes()])
}

/// The identifier of a founding department as a party.
pub(crate) fn founder(call: &Call<'_>, member: &Member) -> Digest {
    let parts = [
        call.body.chain.bytes().as_slice(),
        member.code.as_str().as_bytes(),
    ];
    call.hash().hash_tagged("yinxin/identity/founder/1", &parts)
}

fn beginning(call: &Call<'_>) -> Moment {
    Moment {
        height: Height::GENESIS,
        time: call.genesis.time,
    }
}

/// Where the party with a code is named.
pub(crate) fn code_key(algorithm: HashAlgorithm, code: &SocialCreditCode) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "code", &[code.as_str().as_bytes()])
}

/// Where the party with a commitment by one authority is named.
pub(crate) fn commitment_key(
    algorithm: HashAlgorithm,
    authority: &Digest,
    kind: Kind,
    commitment: &Digest,
) -> StateKey {
    let parts = [
        authority.bytes().as_slice(),
        kind.enrolment().as_bytes(),
        commitment.bytes(),
    ];
    StateKey::new(algorithm, SCENARIO, "commitment", &parts)
}

/// Why a key was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Reason {
    /// The holder no longer has it.
    Loss,
    /// Somebody else may have it.
    Compromise,
    /// The holder died.
    Death,
    /// The holder left.
    Left,
    /// A recovery for which it was kept was stopped.
    Stopped,
}

/// What may be done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyState {
    /// Kept for a recovery that has not been completed.
    Reserved,
    Active,
    Rotated,
    Revoked,
    /// Only in answers: active, but its validity has passed.
    Expired,
}

/// How a key ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyEnd {
    pub at: Moment,
    /// Who ended it: the party, its authority, or the clerks of a window.
    pub by: Vec<Digest>,
    /// None where it was rotated.
    pub reason: Option<Reason>,
}

/// A key binding: to which party a key belongs, from when to when, and how it ended. A key is bound once for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Binding {
    pub ended: Option<KeyEnd>,
    pub from: Moment,
    pub party: Digest,
    pub state: KeyState,
    pub until: Option<BlockTime>,
}

impl Binding {
    pub fn key(algorithm: HashAlgorithm, key: &PublicKey) -> StateKey {
        let parts = [key.algorithm().as_str().as_bytes(), key.as_bytes()];
        StateKey::new(algorithm, SCENARIO, "key", &parts)
    }

    /// A binding that begins in this block.
    pub fn new(call: &Call<'_>, party: Digest, state: KeyState, until: Option<BlockTime>) -> Self {
        Self {
            ended: None,
            from: Moment::of(call),
            party,
            state,
            until,
        }
    }

    /// The binding of a key, founders' accounts included.
    pub fn find(call: &Call<'_>, records: &Records<'_>, key: &PublicKey) -> Result<Option<Self>, Failure> {
        if let Some(binding) = records.get(&Self::key(call.hash(), key))? {
            return Ok(Some(binding));
        }
        let founding = call.genesis.members.iter().find(|member| member.account == *key);
        Ok(founding.map(|member| Self {
            ended: None,
            from: beginning(call),
            party: founder(call, member),
            state: KeyState::Active,
            until: None,
        }))
    }

    /// The state at a time, none before the key was bound.
    pub fn state_at(&self, at: BlockTime) -> Option<KeyState> {
        if at < self.from.time {
            return None;
        }
        if let Some(ended) = &self.ended {
            if ended.at.time <= at {
                return Some(self.state);
            }
            if ended.reason == Some(Reason::Stopped) {
                return Some(KeyState::Reserved);
            }
        } else if self.state == KeyState::Reserved {
            return Some(KeyState::Reserved);
        }
        match self.until {
            Some(until) if until <= at => Some(KeyState::Expired),
            _ => Some(KeyState::Active),
        }
    }

    /// Ends it in this block.
    pub fn end(&mut self, call: &Call<'_>, state: KeyState, by: Vec<Digest>, reason: Option<Reason>) {
        self.state = state;
        self.ended = Some(KeyEnd {
            at: Moment::of(call),
            by,
            reason,
        });
    }
}

/// What a mandate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MandateKind {
    /// Legal representative of an organisation (民法典 §61).
    Representative,
    /// Agent by authorisation (民法典 §165).
    Agent,
    /// Guardian of a minor (民法典 §27, 个人信息保护法 §31).
    Guardian,
    /// Officer's post (民法典 §170).
    Post,
}

impl MandateKind {
    /// The name, as it is written in arguments.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Representative => "representative",
            Self::Agent => "agent",
            Self::Guardian => "guardian",
            Self::Post => "post",
        }
    }
}

/// Why a mandate was ended before its date. A closed list: a text could say something about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MandateReason {
    /// The holder left the body.
    Left,
    /// The holder has other duties now.
    Moved,
    /// Whoever lent his name trusts the holder no longer, or needs him no longer (民法典 §173).
    Withdrawn,
    /// The holder resigned.
    Resigned,
    /// It should never have been granted.
    Mistake,
}

/// How a mandate ended before its date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MandateEnd {
    pub at: Moment,
    /// The grantor, or the holder who resigned.
    pub by: Digest,
    /// None where nobody said why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<MandateReason>,
}

/// A mandate: who may do what in whose name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Mandate {
    pub ended: Option<MandateEnd>,
    pub from: BlockTime,
    pub grade: u8,
    pub granted: Moment,
    pub grantor: Digest,
    pub holder: Digest,
    pub kind: MandateKind,
    pub principal: Digest,
    pub scope: Vec<String>,
    /// The first moment at which it no longer holds.
    pub until: Option<BlockTime>,
}

impl Mandate {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "mandate", id)
    }

    /// Whether it was in force at a time, as the records stand now.
    pub fn alive(&self, at: BlockTime) -> bool {
        self.from <= at && !self.over(at)
    }

    /// Whether it had ended at a time.
    pub fn over(&self, at: BlockTime) -> bool {
        self.ended.is_some_and(|ended| ended.at.time <= at) || self.until.is_some_and(|until| until <= at)
    }

    /// Whether the operation is in its scope: named itself, or by the name of its scenario with the point.
    pub fn covers(&self, operation: &str) -> bool {
        self.scope
            .iter()
            .any(|one| one == operation || (one.ends_with('.') && operation.starts_with(one)))
    }
}

/// The mandates that one party holds of another, in the order of their grants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Held {
    pub mandates: Vec<Digest>,
}

impl Held {
    pub fn key(algorithm: HashAlgorithm, principal: &Digest, holder: &Digest) -> StateKey {
        let parts = [principal.bytes().as_slice(), holder.bytes().as_slice()];
        StateKey::new(algorithm, SCENARIO, "held", &parts)
    }
}

/// One accreditation of a department for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accreditation {
    pub from: BlockTime,
    pub granted: Moment,
    pub until: Option<BlockTime>,
    pub withdrawn: Option<Moment>,
}

impl Accreditation {
    /// Whether it held at a time.
    pub fn alive(&self, at: BlockTime) -> bool {
        self.from <= at
            && self.until.is_none_or(|until| at < until)
            && self.withdrawn.is_none_or(|withdrawn| at < withdrawn.time)
    }
}

/// All accreditations of a department for a type, ended ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Accreditations {
    pub grants: Vec<Accreditation>,
}

impl Accreditations {
    pub fn key(algorithm: HashAlgorithm, department: &SocialCreditCode, credential: &str) -> StateKey {
        let parts = [department.as_str().as_bytes(), credential.as_bytes()];
        StateKey::new(algorithm, SCENARIO, "issuer", &parts)
    }
}

/// How a recovery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RecoveryState {
    Open,
    Stopped,
    Completed,
}

/// A recovery at a window: both clerks and every step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recovery {
    pub clerks: [Digest; 2],
    pub department: Digest,
    /// When it was stopped or completed.
    pub ended: Option<Moment>,
    /// The key that stopped or completed it.
    pub ended_by: Option<PublicKey>,
    pub key: PublicKey,
    pub opened: Moment,
    pub party: Digest,
    pub reason: Reason,
    pub state: RecoveryState,
    /// End of the silence period.
    pub until: BlockTime,
}

impl Recovery {
    pub fn key(algorithm: HashAlgorithm, number: u64) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "recovery", &[&number.to_be_bytes()])
    }

    /// Where the number of recoveries is kept.
    pub fn count_key(algorithm: HashAlgorithm) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "recoveries", &[])
    }
}

/// Where the silence period is kept, in milliseconds.
pub(crate) fn silence_key(algorithm: HashAlgorithm) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "silence", &[])
}
