//! What is kept of extracts, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Extract`] | `extract`, identifier of its transaction | by the delivery, each look, a withdrawal, the first trace |
//! | identifier of an extract | `extract-number`, code of the owner, number | by the delivery |
//! | identifiers of extracts | `extract-page`, code of the owner, page from 0 | by the delivery, [`PAGE`] to a page |
//! | how many | `extract-count`, code of the owner | by the delivery |
//! | [`Given`] | `extract-grant`, identifier of the request | by the delivery and each look |

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Height, StateKey};

use super::codes;
use crate::authority::refuse;
use crate::desk::SCENARIO;

/// The most rows of one extract, without its canary rows.
pub const MAX_EXTRACT_ROWS: u32 = 50_000;
/// The most canary rows of one extract.
pub const MAX_EXTRACT_CANARIES: u32 = 500;
/// The most extracts under one grant.
pub const MAX_DELIVERIES: u32 = 256;
/// How often one extract can be fetched.
pub const MAX_FETCHES: u32 = 3;
/// The most rows that looks under one grant give out together.
pub const MAX_GRANT_ROWS: u64 = 1_000_000;
/// Extracts of one page.
pub const PAGE: usize = 128;
/// The most extracts of one owner.
pub(super) const MAX_EXTRACTS: u64 = 1_000_000;

/// Something in the owner's vault, and the commitment to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// Salted: it tells nothing to whoever has not been shown salt and content.
    pub commitment: Digest,
    /// Address of the material.
    pub material: Digest,
}

/// When something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    pub height: Height,
    pub time: BlockTime,
}

impl When {
    pub fn now(call: &Call<'_>) -> Self {
        Self {
            height: call.block.height,
            time: call.block.time,
        }
    }
}

/// That an owner took a delivery back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    pub at: When,
    pub reason: String,
}

/// One delivery to one officer of one body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extract {
    /// The legal basis that the request names.
    pub basis: String,
    pub canaries: u32,
    pub content: Kept,
    pub delivered: When,
    pub fetched: u32,
    pub fields: BTreeSet<String>,
    pub mark: Kept,
    pub number: String,
    /// The officer of the owner who delivered.
    pub officer: Digest,
    /// When the mark was first released for a trace: from then on others know it.
    pub opened: Option<When>,
    pub owner: SocialCreditCode,
    /// The mandate of the receiving officer.
    pub post: Digest,
    pub purpose: String,
    /// The officer for whom it is.
    pub receiver: Digest,
    pub recipient: SocialCreditCode,
    pub request: Digest,
    pub rows: u32,
    pub until: BlockTime,
    pub withdrawn: Option<Withdrawal>,
}

impl Extract {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "extract", id)
    }

    /// An extract that exists: `EXTRACT_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        match records.get(&Self::key(call.hash(), id))? {
            Some(extract) => Ok(extract),
            None => refuse(codes::EXTRACT_UNKNOWN, format!("there is no extract {id}")),
        }
    }

    /// All rows that the recipient gets.
    pub fn all_rows(&self) -> u32 {
        self.rows.saturating_add(self.canaries)
    }

    /// How it stands at a time.
    pub fn state(&self, now: BlockTime) -> &'static str {
        match &self.withdrawn {
            Some(_) => "withdrawn",
            None if self.until <= now => "expired",
            None => "delivered",
        }
    }
}

/// What one grant has led to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Given {
    pub deliveries: u32,
    /// Rows that looks gave out.
    pub rows: u64,
}

impl Given {
    pub fn key(algorithm: HashAlgorithm, request: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "extract-grant", request)
    }
}

/// Where it is said which extract bears a number of an owner's.
pub(super) fn number_key(algorithm: HashAlgorithm, owner: &SocialCreditCode, number: &str) -> StateKey {
    let parts = [owner.as_str().as_bytes(), number.as_bytes()];
    StateKey::new(algorithm, SCENARIO, "extract-number", &parts)
}

/// Where it is said how many extracts an owner has delivered.
pub(super) fn count_key(algorithm: HashAlgorithm, owner: &SocialCreditCode) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "extract-count", &[owner.as_str().as_bytes()])
}

/// Where one page of an owner's extracts is.
pub(super) fn page_key(algorithm: HashAlgorithm, owner: &SocialCreditCode, page: u64) -> StateKey {
    let parts = [owner.as_str().as_bytes(), &page.to_be_bytes()];
    StateKey::new(algorithm, SCENARIO, "extract-page", &parts)
}

/// The page on which an extract stands that has so many before it.
pub(super) fn page_of(place: u64) -> u64 {
    place
        .checked_div(u64::try_from(PAGE).unwrap_or(u64::MAX))
        .unwrap_or_default()
}
