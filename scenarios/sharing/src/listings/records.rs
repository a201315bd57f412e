//! What listings keep in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Entry`] | `listing-entry`, identifier of the proposal's transaction | by each step |
//! | [`Step`] | `listing-step`, entry, number from 0 | once, never changed |
//! | [`Subject`] | `listing-subject`, party | by a proposal, a removal, an annulment |
//! | identifier of an entry | `listing-of`, party, number from 0 | by a proposal: the history reads them all |
//! | [`Quota`] | `listing-quota-body`, code; `listing-quota-officer`, party | by an allowed query |
//!
//! The entry is where it stands now; how it came there is in its steps, each with the content it gave the entry.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Height, StateKey};

use super::kinds::{Kind, Since};
use super::term::after_months;
use crate::desk::{Clock, SCENARIO};

/// The most entries of one subject that have not ended.
pub const MAX_LIVE: usize = 32;
/// The most statements before a decision.
pub(super) const MAX_STATEMENTS: u8 = 4;
/// The most objections to one entry, and the most promises.
pub(super) const MAX_OBJECTIONS: u8 = 8;

/// Who may see an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Publicity {
    /// Anybody: the authority publishes it.
    Public,
    /// Members that ask with a purpose in a case.
    Shared,
    /// The authority alone.
    Internal,
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Content {
    /// Digest of the decision document.
    pub document: Option<Digest>,
    pub facts: String,
    pub from: Option<BlockTime>,
    pub kind: String,
    /// Number of the decision.
    pub number: Option<String>,
    pub publicity: Publicity,
    /// The first moment at which it no longer stands.
    pub until: Option<BlockTime>,
}

/// How an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Proposed,
    Notified,
    Active,
    /// By time; never stored.
    Expired,
    Removed,
    Annulled,
}

/// How the newest objection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ObjectionState {
    None,
    Pending,
    Kept,
    Corrected,
}

/// The subject's written promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Promised {
    /// When what was wrong had been corrected, as the subject says and the authority checks.
    pub corrected: BlockTime,
    pub promise: Digest,
}

/// An entry of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// The entering authority: it alone corrects, removes and annuls.
    pub authority: SocialCreditCode,
    pub content: Content,
    pub objection: ObjectionState,
    /// Until when the newest objection is answered.
    pub objection_clock: Option<Clock>,
    pub objections: u8,
    pub promise: Option<Promised>,
    pub promises: u8,
    /// The officer who proposed it.
    pub proposer: Digest,
    pub state: State,
    /// Until when the subject can make statements.
    pub statement_clock: Option<Clock>,
    pub statements: u8,
    pub steps: u32,
    pub subject: Digest,
    /// Counted from 1; a correction makes the next.
    pub version: u32,
}

impl Entry {
    pub fn key(algorithm: HashAlgorithm, listing: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "listing-entry", listing)
    }

    pub fn find(
        records: &Records<'_>,
        algorithm: HashAlgorithm,
        id: &Digest,
    ) -> Result<Option<Self>, Failure> {
        records.get(&Self::key(algorithm, id))
    }

    /// How it stands at a time.
    pub fn state_at(&self, now: BlockTime) -> State {
        match (self.state, self.content.until) {
            (State::Active, Some(until)) if until <= now => State::Expired,
            (state, _) => state,
        }
    }

    /// Whether it has ended at a time.
    pub fn ended(&self, now: BlockTime) -> bool {
        matches!(
            self.state_at(now),
            State::Expired | State::Removed | State::Annulled
        )
    }

    /// From when on it can be removed early, if the subject has promised.
    pub fn removable(&self) -> Option<BlockTime> {
        let kind = Kind::find(&self.content.kind)?;
        let (decided, promise) = (self.content.from?, self.promise?);
        let since = match kind.early_since {
            Since::Decision => decided,
            Since::Correction => decided.max(promise.corrected),
        };
        Some(after_months(since, kind.early_months))
    }

    /// Keeps the entry with the step that led to it.
    pub fn advance(
        &mut self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        listing: &Digest,
        step: &Step,
    ) -> Result<(), Failure> {
        let key = Self::key(call.hash(), listing);
        records.put(Step::key(call.hash(), listing, self.steps), step)?;
        self.steps = self.steps.checked_add(1).ok_or(Failure::Damaged(key))?;
        records.put(key, self)
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Action {
    Propose,
    Notify,
    Statement,
    Decide,
    Object,
    Keep,
    Correct,
    Promise,
    Remove,
    Annul,
}

/// One step in the life of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    pub action: Action,
    pub at: BlockTime,
    /// On what an annulment rests.
    pub basis: Option<String>,
    /// The party that acted.
    pub by: Digest,
    /// What the entry says from here on, where the step changes it.
    pub content: Option<Content>,
    /// Digest of the paper behind it.
    pub document: Option<Digest>,
    pub height: Height,
    /// The mandate under which it acted.
    pub post: Option<Digest>,
}

impl Step {
    pub fn key(algorithm: HashAlgorithm, listing: &Digest, number: u32) -> StateKey {
        let parts = [
            listing.algorithm().as_str().as_bytes(),
            listing.bytes(),
            &number.to_be_bytes(),
        ];
        StateKey::new(algorithm, SCENARIO, "listing-step", &parts)
    }

    /// A step of this block.
    pub fn new(call: &Call<'_>, action: Action, by: Digest, post: Option<Digest>) -> Self {
        Self {
            action,
            at: call.block.time,
            basis: None,
            by,
            content: None,
            document: None,
            height: call.block.height,
            post,
        }
    }

    /// With the paper behind it.
    pub fn on(mut self, document: Digest) -> Self {
        self.document = Some(document);
        self
    }

    /// With what the entry says from here on.
    pub fn saying(mut self, content: &Content) -> Self {
        self.content = Some(content.clone());
        self
    }
}

/// The entries about one party.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Subject {
    /// Those that had not ended when they were last looked at.
    pub live: Vec<Digest>,
    /// How many there ever were.
    pub total: u64,
}

impl Subject {
    pub fn key(algorithm: HashAlgorithm, subject: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "listing-subject", subject)
    }

    /// Where the entry with a number is named.
    pub fn place(algorithm: HashAlgorithm, subject: &Digest, number: u64) -> StateKey {
        let parts = [
            subject.algorithm().as_str().as_bytes(),
            subject.bytes(),
            &number.to_be_bytes(),
        ];
        StateKey::new(algorithm, SCENARIO, "listing-of", &parts)
    }

    /// The entries about a party.
    pub fn of(records: &Records<'_>, algorithm: HashAlgorithm, subject: &Digest) -> Result<Self, Failure> {
        Ok(records.get(&Self::key(algorithm, subject))?.unwrap_or_default())
    }
}

/// How often was asked on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Quota {
    /// Days since 1970-01-01 in Asia/Shanghai.
    pub day: u64,
    pub used: u32,
}

impl Quota {
    pub fn of_body(algorithm: HashAlgorithm, body: &SocialCreditCode) -> StateKey {
        StateKey::new(
            algorithm,
            SCENARIO,
            "listing-quota-body",
            &[body.as_str().as_bytes()],
        )
    }

    pub fn of_officer(algorithm: HashAlgorithm, officer: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "listing-quota-officer", officer)
    }
}
