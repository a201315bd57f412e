//! What the operations take, and what can be refused at the door.

use serde::{Deserialize, Deserializer};
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Body, Rejection};

use crate::codes;
use crate::profile::{MAX_TEXT_BYTES, Profile, text};
use crate::records::{Finding, Kind};

/// The longest number or reference, in bytes.
pub const MAX_NUMBER_BYTES: usize = 128;

/// Arguments of `filing.register`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub profile: Profile,
    pub started: BlockTime,
}

/// Arguments of `filing.amend`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amend {
    pub changed: BlockTime,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    /// Whether new functions go online with it.
    pub functions: bool,
    pub profile: Profile,
}

/// What a number is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Recorded {
    Cancellation,
    Change,
    Filing,
}

/// Arguments of `filing.record`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    pub date: BlockTime,
    pub evidence: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub number: String,
    pub what: Recorded,
}

/// Arguments of `filing.assess`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assess {
    pub assessor: String,
    pub date: BlockTime,
    pub evidence: Digest,
    pub finding: Finding,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    #[serde(default, deserialize_with = "present")]
    pub grade: Option<u8>,
    pub kind: Kind,
    pub reference: String,
}

/// Arguments of `filing.stop`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnounceStop {
    /// When the service ends; absent to take the announcement back.
    #[serde(default, deserialize_with = "present")]
    pub ends: Option<BlockTime>,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub reason: String,
}

/// Arguments of `filing.hide`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hide {
    pub basis: String,
    pub evidence: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub number: String,
    pub reason: String,
    pub transaction: Digest,
}

/// Arguments of `filing.lift`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lift {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub reason: String,
    pub transaction: Digest,
}

/// For a member that may be absent but not null: one meaning has one spelling.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// `TX_ARGUMENTS`, `FILING_TEXT`, `FILING_PROFILE`.
pub(crate) fn check_register(body: &Body) -> Result<(), Rejection> {
    arguments::<Register>(body)?.profile.check()
}

/// As [`check_register`].
pub(crate) fn check_amend(body: &Body) -> Result<(), Rejection> {
    arguments::<Amend>(body)?.profile.check()
}

/// `TX_ARGUMENTS`, `FILING_TEXT`.
pub(crate) fn check_record(body: &Body) -> Result<(), Rejection> {
    text("number", &arguments::<Record>(body)?.number, MAX_NUMBER_BYTES)
}

/// `TX_ARGUMENTS`, `FILING_TEXT`, `FILING_GRADE`.
pub(crate) fn check_assess(body: &Body) -> Result<(), Rejection> {
    let assess: Assess = arguments(body)?;
    text("assessor", &assess.assessor, MAX_TEXT_BYTES)?;
    text("reference", &assess.reference, MAX_NUMBER_BYTES)?;
    let good = match assess.kind {
        Kind::Mlps => assess.grade.is_some_and(|grade| (1..=5).contains(&grade)),
        Kind::Crypto | Kind::Security => assess.grade.is_none(),
    };
    if !good {
        return Err(Rejection::new(
            codes::FILING_GRADE,
            "1 to 5 with `mlps`, else none",
        ));
    }
    Ok(())
}

/// `TX_ARGUMENTS`, `FILING_TEXT`.
pub(crate) fn check_stop(body: &Body) -> Result<(), Rejection> {
    text("reason", &arguments::<AnnounceStop>(body)?.reason, MAX_TEXT_BYTES)
}

/// `TX_ARGUMENTS`, `FILING_TEXT`.
pub(crate) fn check_hide(body: &Body) -> Result<(), Rejection> {
    let hide: Hide = arguments(body)?;
    text("basis", &hide.basis, MAX_TEXT_BYTES)?;
    text("number", &hide.number, MAX_NUMBER_BYTES)?;
    text("reason", &hide.reason, MAX_TEXT_BYTES)
}

/// `TX_ARGUMENTS`, `FILING_TEXT`.
pub(crate) fn check_lift(body: &Body) -> Result<(), Rejection> {
    text("reason", &arguments::<Lift>(body)?.reason, MAX_TEXT_BYTES)
}
