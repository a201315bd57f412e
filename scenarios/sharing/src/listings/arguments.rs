//! What the operations of listings take, and what can be refused at the door.

use serde::Deserialize;
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Body, Rejection};

use super::codes;
use super::kinds::Kind;
use super::records::Publicity;
use crate::desk::{is_code, is_plain, present};

/// The longest decision number and the longest case number, in bytes.
const MAX_NUMBER_BYTES: usize = 64;
/// The longest purpose, basis and reader key, in bytes.
pub(super) const MAX_TEXT_BYTES: usize = 256;

/// Arguments of `sharing.listing_propose`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Propose {
    pub facts: String,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub kind: String,
    pub publicity: Publicity,
    pub subject: Digest,
}

/// Arguments of `sharing.listing_notify` and `sharing.listing_remove`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paper {
    pub document: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub listing: Digest,
}

/// Arguments of `sharing.listing_statement`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Statement {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub listing: Digest,
    pub statement: Digest,
}

/// Arguments of `sharing.listing_decide`. Whether the document is named is decided by the operation: it is a rule of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Decide {
    #[serde(default, deserialize_with = "present")]
    pub document: Option<Digest>,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub listing: Digest,
    pub number: String,
}

/// Arguments of `sharing.listing_object`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Object {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub grounds: Digest,
    pub listing: Digest,
}

/// What an objection led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Finding {
    Kept,
    Corrected,
}

/// What a correction changes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct What {
    #[serde(default, deserialize_with = "present")]
    pub facts: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub kind: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub number: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub publicity: Option<Publicity>,
}

/// Arguments of `sharing.listing_answer`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    pub answer: Finding,
    pub document: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub listing: Digest,
    #[serde(default, deserialize_with = "present")]
    pub what: Option<What>,
}

/// Arguments of `sharing.listing_promise`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Promise {
    pub corrected: BlockTime,
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub listing: Digest,
    pub promise: Digest,
}

/// Arguments of `sharing.listing_annul`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Annul {
    pub basis: String,
    pub document: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub listing: Digest,
}

/// Arguments of `sharing.listing_query`. A purpose or case that is missing is no matter of form: the attempt goes on record.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    #[serde(default, deserialize_with = "present")]
    pub case: Option<String>,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    #[serde(default, deserialize_with = "present")]
    pub purpose: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub reader: Option<String>,
    pub subject: Digest,
}

fn code(name: &str, text: &str) -> Result<(), Rejection> {
    if is_code(text) {
        return Ok(());
    }
    let detail = format!("`{name}` has 1 to 64 lower-case letters, digits, hyphens and underscores");
    Err(Rejection::new(codes::LIST_FIELD, detail))
}

fn text(name: &str, text: &str, max: usize) -> Result<(), Rejection> {
    if is_plain(text, max) {
        return Ok(());
    }
    let detail = format!("`{name}` has 1 to {max} bytes and no control characters");
    Err(Rejection::new(codes::LIST_FIELD, detail))
}

fn kind(text: &str) -> Result<(), Rejection> {
    match Kind::find(text) {
        Some(_) => Ok(()),
        None => Err(Rejection::new(
            codes::LIST_KIND,
            "there is no such kind of listing",
        )),
    }
}

/// `TX_ARGUMENTS`, `LIST_KIND`, `LIST_FIELD`.
pub(crate) fn check_propose(body: &Body) -> Result<(), Rejection> {
    let propose: Propose = arguments(body)?;
    kind(&propose.kind)?;
    code("facts", &propose.facts)
}

/// `TX_ARGUMENTS`.
pub(crate) fn check_paper(body: &Body) -> Result<(), Rejection> {
    arguments::<Paper>(body).map(drop)
}

/// `TX_ARGUMENTS`.
pub(crate) fn check_statement(body: &Body) -> Result<(), Rejection> {
    arguments::<Statement>(body).map(drop)
}

/// `TX_ARGUMENTS`, `LIST_FIELD`.
pub(crate) fn check_decide(body: &Body) -> Result<(), Rejection> {
    text("number", &arguments::<Decide>(body)?.number, MAX_NUMBER_BYTES)
}

/// `TX_ARGUMENTS`.
pub(crate) fn check_object(body: &Body) -> Result<(), Rejection> {
    arguments::<Object>(body).map(drop)
}

/// `TX_ARGUMENTS`, `LIST_CORRECTION` where the answer and what is corrected do not go together, `LIST_KIND`, `LIST_FIELD`.
pub(crate) fn check_answer(body: &Body) -> Result<(), Rejection> {
    let answer: Answer = arguments(body)?;
    match (answer.answer, &answer.what) {
        (Finding::Kept, None) => Ok(()),
        (Finding::Corrected, Some(what)) => {
            if let Some(new) = &what.kind {
                kind(new)?;
            }
            if let Some(facts) = &what.facts {
                code("facts", facts)?;
            }
            what.number
                .as_ref()
                .map_or(Ok(()), |number| text("number", number, MAX_NUMBER_BYTES))
        }
        (Finding::Kept, Some(_)) => Err(Rejection::new(
            codes::LIST_CORRECTION,
            "what is kept is not corrected",
        )),
        (Finding::Corrected, None) => Err(Rejection::new(codes::LIST_CORRECTION, "`what` is missing")),
    }
}

/// `TX_ARGUMENTS`.
pub(crate) fn check_promise(body: &Body) -> Result<(), Rejection> {
    arguments::<Promise>(body).map(drop)
}

/// `TX_ARGUMENTS`, `LIST_FIELD`.
pub(crate) fn check_annul(body: &Body) -> Result<(), Rejection> {
    text("basis", &arguments::<Annul>(body)?.basis, MAX_TEXT_BYTES)
}

/// `TX_ARGUMENTS`, `LIST_FIELD` for texts that are too long or have control characters. Empty ones pass: their refusal is an access event.
pub(crate) fn check_query(body: &Body) -> Result<(), Rejection> {
    let query: Query = arguments(body)?;
    let bounded = |name: &str, given: &Option<String>, max: usize| match given {
        Some(given) if given.len() > max || given.chars().any(char::is_control) => {
            let detail = format!("`{name}` has at most {max} bytes and no control characters");
            Err(Rejection::new(codes::LIST_FIELD, detail))
        }
        _ => Ok(()),
    };
    bounded("purpose", &query.purpose, MAX_TEXT_BYTES)?;
    bounded("case", &query.case, MAX_NUMBER_BYTES)?;
    query
        .reader
        .as_ref()
        .map_or(Ok(()), |reader| text("reader", reader, MAX_TEXT_BYTES))
}
