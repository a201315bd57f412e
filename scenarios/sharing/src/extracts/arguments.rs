//! What the operations on extracts take, and what can be refused at the door.

use std::collections::BTreeSet;

use serde::Deserialize;
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Body, Code, Rejection};

use super::codes;
use super::records::{Kept, MAX_EXTRACT_CANARIES, MAX_EXTRACT_ROWS};
use crate::certificates::arguments::is_reader_key;
use crate::desk::{is_code, is_plain};

/// The most fields of an extract.
const MAX_FIELDS: usize = 64;
/// The longest text, in bytes.
const MAX_TEXT_BYTES: usize = 512;

/// Arguments of `sharing.extract_deliver`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deliver {
    pub canaries: u32,
    pub content: Kept,
    pub fields: BTreeSet<String>,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub mark: Kept,
    pub number: String,
    pub post: Digest,
    pub request: Digest,
    pub rows: u32,
}

/// Arguments of `sharing.extract_withdraw`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdraw {
    pub extract: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub reason: String,
}

/// Arguments of `sharing.extract_fetch`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fetch {
    pub extract: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub purpose: String,
    pub reader: String,
}

/// Arguments of `sharing.extract_trace`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Trace {
    pub case: String,
    pub extract: Digest,
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    /// Salted commitment to the file that was found; decoded to be refused where it is none, and kept in what was signed.
    #[expect(
        dead_code,
        reason = "what was found stands in the signed body; the ledger compares it with nothing"
    )]
    pub found: Digest,
    pub purpose: String,
    pub reader: String,
}

fn refuse(code: Code, detail: impl Into<String>) -> Result<(), Rejection> {
    Err(Rejection::new(code, detail))
}

fn text(name: &str, text: &str) -> Result<(), Rejection> {
    if is_plain(text, MAX_TEXT_BYTES) {
        return Ok(());
    }
    let detail = format!("`{name}` is empty, or has more than {MAX_TEXT_BYTES} bytes or control characters");
    refuse(codes::EXTRACT_FIELD, detail)
}

fn reader(key: &str) -> Result<(), Rejection> {
    if is_reader_key(key) {
        return Ok(());
    }
    refuse(codes::EXTRACT_READER, "`reader` is no public key for encryption")
}

/// Empty is refused by the operation, so that the attempt is on record.
fn purpose(purpose: &str) -> Result<(), Rejection> {
    if purpose.is_empty() {
        Ok(())
    } else {
        text("purpose", purpose)
    }
}

/// `TX_ARGUMENTS`, `EXTRACT_FIELD`, `EXTRACT_ROWS`.
pub(crate) fn check_deliver(body: &Body) -> Result<(), Rejection> {
    let deliver: Deliver = arguments(body)?;
    if !is_code(&deliver.number) {
        return refuse(codes::EXTRACT_FIELD, "`number` is no code");
    }
    let fields = &deliver.fields;
    if fields.is_empty() || fields.len() > MAX_FIELDS || !fields.iter().all(|field| is_code(field)) {
        return refuse(
            codes::EXTRACT_FIELD,
            format!("`fields` has 1 to {MAX_FIELDS} codes"),
        );
    }
    if deliver.content.material == deliver.mark.material {
        return refuse(codes::EXTRACT_FIELD, "content and mark are two materials");
    }
    let rows = (1..=MAX_EXTRACT_ROWS).contains(&deliver.rows);
    if !rows || !(1..=MAX_EXTRACT_CANARIES).contains(&deliver.canaries) {
        let detail = format!("1 to {MAX_EXTRACT_ROWS} rows, and 1 to {MAX_EXTRACT_CANARIES} canary rows");
        return refuse(codes::EXTRACT_ROWS, detail);
    }
    Ok(())
}

/// `TX_ARGUMENTS`, `EXTRACT_FIELD`.
pub(crate) fn check_withdraw(body: &Body) -> Result<(), Rejection> {
    text("reason", &arguments::<Withdraw>(body)?.reason)
}

/// `TX_ARGUMENTS`, `EXTRACT_FIELD`, `EXTRACT_READER`.
pub(crate) fn check_fetch(body: &Body) -> Result<(), Rejection> {
    let fetch: Fetch = arguments(body)?;
    purpose(&fetch.purpose)?;
    reader(&fetch.reader)
}

/// `TX_ARGUMENTS`, `EXTRACT_FIELD`, `EXTRACT_READER`.
pub(crate) fn check_trace(body: &Body) -> Result<(), Rejection> {
    let trace: Trace = arguments(body)?;
    purpose(&trace.purpose)?;
    text("case", &trace.case)?;
    reader(&trace.reader)
}
