//! What the catalogue keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Head`] | `resource-head`, name | by a publication, a refreshment, a withdrawal |
//! | [`Version`] | `resource-version`, name, number from 1 | once, never changed |
//! | names of resources | `resource-of`, code of the owner | by the first publication of each |
//! | name of a resource | `resource-item`, division, item | by a publication; gone with its withdrawal |
//! | [`Request`] | `resource-request`, identifier of its transaction | by each step |
//! | identifiers of requests | `resource-open`, code of the owner | while they wait for it |
//! | identifiers of requests | `resource-asked`, name, code of the requester | by a request |
//! | [`Complaint`] | `resource-complaint`, identifier of its transaction | by the complaint and its answer |

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Rejection, StateKey};

use super::codes;
use crate::desk::{Clock, SCENARIO, is_code};

/// The most resources of one body, withdrawn ones included.
pub const MAX_RESOURCES: usize = 256;
/// The most requests that wait for one owner.
pub const MAX_OPEN_REQUESTS: usize = 256;
/// The most requests of one body for one resource that have not ended.
pub(super) const MAX_ASKED: usize = 16;
/// The most complaints about one request.
pub(super) const MAX_COMPLAINTS: u8 = 8;

const DAY_MS: u64 = 86_400_000;

/// The name of a resource: its owner and a code, `12990100000001011T/hpf-deposit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub owner: SocialCreditCode,
    text: String,
}

impl Name {
    /// Reads a name: `RES_NAME`.
    pub fn parse(text: &str) -> Result<Self, Rejection> {
        let parts = text.split_once('/').filter(|(_, name)| is_code(name));
        match parts.and_then(|(owner, _)| SocialCreditCode::parse(owner).ok()) {
            Some(owner) => Ok(Self {
                owner,
                text: text.to_owned(),
            }),
            None => Err(Rejection::new(
                codes::RES_NAME,
                "a resource is named by the code of its owner, a slash and a code",
            )),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The division in the code of a body (GB 32100): who is responsible where.
pub(crate) fn division(body: &SocialCreditCode) -> &str {
    body.as_str().get(2..8).unwrap_or_default()
}

/// On what terms others may have the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Class {
    Unconditional {},
    Conditional {
        /// All the conditions there are.
        conditions: String,
    },
    NotShared {
        /// The law that keeps it back.
        basis: String,
    },
}

/// How often the data is renewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Cycle {
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
    /// It does not change.
    Once,
}

impl Cycle {
    /// The most days between two renewals.
    const fn days(self) -> Option<u64> {
        match self {
            Self::Daily => Some(1),
            Self::Weekly => Some(7),
            Self::Monthly => Some(31),
            Self::Quarterly => Some(92),
            Self::Yearly => Some(366),
            Self::Once => None,
        }
    }

    /// When data renewed at a time is stale.
    pub fn stale_from(self, refreshed: BlockTime) -> Option<BlockTime> {
        let days = self.days()?;
        Some(refreshed.saturating_add(days.saturating_mul(DAY_MS)))
    }
}

/// A field and how sensitive it is, 1 (least) to 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub grade: u8,
    pub name: String,
}

/// Who looks after the data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Steward {
    /// The body to turn to.
    pub contact: SocialCreditCode,
    /// The mandate of the post in charge.
    pub post: Digest,
}

/// Whether a resource is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HeadState {
    Published,
    Withdrawn,
}

/// Where a resource stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub reason: Option<String>,
    /// When the data was renewed.
    pub refreshed: BlockTime,
    pub state: HeadState,
    /// The version in force.
    pub version: u32,
}

impl Head {
    pub fn key(algorithm: HashAlgorithm, name: &Name) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "resource-head", &[name.as_str().as_bytes()])
    }
}

/// One version of a resource; the next one supersedes it and it stays (P16 of the domain's rules).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub class: Class,
    pub cycle: Cycle,
    /// Digest of a paper that describes it.
    pub description: Option<Digest>,
    pub fields: Vec<Field>,
    /// The item of data that it holds: one body of a division keeps it.
    pub item: String,
    /// Whether it can be had on the platform at once.
    pub on_platform: bool,
    pub published: BlockTime,
    pub steward: Steward,
    pub version: u32,
}

impl Version {
    pub fn key(algorithm: HashAlgorithm, name: &Name, number: u32) -> StateKey {
        let parts = [name.as_str().as_bytes(), &number.to_be_bytes()];
        StateKey::new(algorithm, SCENARIO, "resource-version", &parts)
    }
}

/// A resource with the version in force, if there is one.
pub(crate) fn current(
    records: &Records<'_>,
    algorithm: HashAlgorithm,
    name: &Name,
) -> Result<Option<(Head, Version)>, Failure> {
    let Some(head) = records.get::<Head>(&Head::key(algorithm, name))? else {
        return Ok(None);
    };
    let key = Version::key(algorithm, name, head.version);
    let version = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    Ok(Some((head, version)))
}

/// Where the names of a body's resources are.
pub(crate) fn owned_key(algorithm: HashAlgorithm, owner: &SocialCreditCode) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "resource-of", &[owner.as_str().as_bytes()])
}

/// Where it is said which resource of a division holds an item.
pub(crate) fn item_key(algorithm: HashAlgorithm, body: &SocialCreditCode, item: &str) -> StateKey {
    let parts = [division(body).as_bytes(), item.as_bytes()];
    StateKey::new(algorithm, SCENARIO, "resource-item", &parts)
}

/// How a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RequestState {
    Open,
    NeedMore,
    Granted,
    Refused,
}

/// A request for a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// When the owner answered.
    pub answered: Option<BlockTime>,
    pub asked: BlockTime,
    pub basis: String,
    /// Until when the owner can ask for more.
    pub check: Clock,
    pub complaints: u8,
    pub fields: BTreeSet<String>,
    pub from: BlockTime,
    /// Whether the answer came after its time.
    pub late: bool,
    /// What the owner asked for once.
    pub more: BTreeSet<String>,
    pub need: String,
    /// The complaint that waits for its answer.
    pub open_complaint: Option<Digest>,
    pub owner: SocialCreditCode,
    pub purpose: String,
    pub reason: Option<String>,
    pub remedy: Option<String>,
    /// Until when the owner answers.
    pub reply: Clock,
    pub requester: SocialCreditCode,
    pub resource: String,
    pub state: RequestState,
    pub supplement: Option<Digest>,
    pub until: BlockTime,
    /// The version that was asked for.
    pub version: u32,
}

impl Request {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "resource-request", id)
    }

    /// Whether it waits or is in force.
    pub fn lives(&self, now: BlockTime) -> bool {
        match self.state {
            RequestState::Open | RequestState::NeedMore => true,
            RequestState::Granted => now < self.until,
            RequestState::Refused => false,
        }
    }
}

/// Where the requests are that wait for an owner.
pub(crate) fn open_key(algorithm: HashAlgorithm, owner: &SocialCreditCode) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "resource-open", &[owner.as_str().as_bytes()])
}

/// Where the requests of one body for one resource are.
pub(crate) fn asked_key(algorithm: HashAlgorithm, resource: &Name, requester: &SocialCreditCode) -> StateKey {
    let parts = [resource.as_str().as_bytes(), requester.as_str().as_bytes()];
    StateKey::new(algorithm, SCENARIO, "resource-asked", &parts)
}

/// What a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ComplaintKind {
    /// The data is wrong, incomplete or old.
    Quality,
    /// The owner refuses, or does not answer.
    Dispute,
}

/// What a complaint led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Finding {
    Upheld,
    Dismissed,
}

/// The answer to a complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ComplaintAnswered {
    pub at: BlockTime,
    pub body: SocialCreditCode,
    pub document: Digest,
    pub finding: Finding,
    pub late: bool,
    pub reason: String,
    pub remedy: Option<String>,
}

/// A complaint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Complaint {
    pub answer: Option<ComplaintAnswered>,
    pub clock: Clock,
    pub kind: ComplaintKind,
    pub made: BlockTime,
    pub owner: SocialCreditCode,
    pub request: Digest,
    pub requester: SocialCreditCode,
    pub statement: Digest,
}

impl Complaint {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "resource-complaint", id)
    }
}
