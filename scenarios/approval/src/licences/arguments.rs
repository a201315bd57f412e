//! The arguments of the operations and the rules that need nothing but them.

use serde::Deserialize;
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_execution::statuses::Place;
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Body, Rejection};

use super::codes;
use crate::cases::arguments::{MAX_PURPOSE_BYTES, is_reader_key, statement, text};
use crate::items::content::{HOLDER_FIELDS, MAX_LICENCE_FIELDS};
use crate::json::present;

/// Arguments of `approval.licence_issue`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issue {
    /// The decision on which it is issued.
    pub act: Digest,
    pub case: String,
    /// Digest of the credential with the issuer's signature.
    pub credential: Digest,
    /// Commitment to the credential as the department keeps it.
    pub material: Digest,
    pub status: Place,
}

/// Arguments of `approval.licence_suspend`, `_resume` and `_revoke`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    pub licence: Digest,
    #[serde(default, deserialize_with = "present")]
    pub reason: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub remedy: Option<String>,
}

/// Arguments of `approval.licence_view`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct View {
    #[serde(rename = "for", default, deserialize_with = "present")]
    pub body: Option<SocialCreditCode>,
    pub fields: Vec<String>,
    pub licence: Digest,
    #[serde(default, deserialize_with = "present")]
    pub principal: Option<Digest>,
    pub purpose: String,
    pub reader: String,
}

/// Stateless rules of `approval.licence_issue`: `TX_ARGUMENTS`. Whether there is such a place is for the operation, which knows the code.
pub(crate) fn check_issue(body: &Body) -> Result<(), Rejection> {
    arguments::<Issue>(body).map(|_| ())
}

/// Stateless rules of `approval.licence_suspend`, `_resume` and `_revoke`: `TX_ARGUMENTS`, `CASE_TEXT`.
pub(crate) fn check_change(body: &Body) -> Result<(), Rejection> {
    let change: Change = arguments(body)?;
    statement("reason", change.reason.as_deref())?;
    statement("remedy", change.remedy.as_deref())
}

/// Stateless rules of `approval.licence_view`: `TX_ARGUMENTS`, `LICENCE_FIELDS`, `CASE_TEXT`. Fields stand in one spelling only: sorted, none
/// twice. That the purpose is missing is left to the look itself, which goes on record.
pub(crate) fn check_view(body: &Body) -> Result<(), Rejection> {
    let view: View = arguments(body)?;
    if view.body.is_some() && view.principal.is_some() {
        return Err(Rejection::new(TX_ARGUMENTS, "either `for` or `principal`"));
    }
    let most = MAX_LICENCE_FIELDS.saturating_add(HOLDER_FIELDS.len());
    if !(1..=most).contains(&view.fields.len()) || !view.fields.is_sorted_by(|one, next| one < next) {
        let detail = format!("1 to {most} different names of fields, sorted");
        return Err(Rejection::new(codes::LICENCE_FIELDS, detail));
    }
    if !is_reader_key(&view.reader) {
        return Err(Rejection::new(
            TX_ARGUMENTS,
            "`reader` is no key of one of the two forms",
        ));
    }
    if view.purpose.is_empty() {
        return Ok(());
    }
    text("purpose", &view.purpose, MAX_PURPOSE_BYTES)
}
