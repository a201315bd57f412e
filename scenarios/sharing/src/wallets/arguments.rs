//! The arguments of the operations and the rules that need nothing but them.

use serde::Deserialize;
use yinxin_crypto::Digest;
use yinxin_execution::arguments;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Body, Rejection};

use crate::certificates::arguments::{check_case, check_fields, check_purpose, is_reader_key};
use crate::certificates::statuses::{self, Place};
use crate::{codes, kinds};

/// Arguments of `sharing.wallet_take`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Taking {
    pub certificate: Digest,
    pub fields: Vec<String>,
    pub offer: Digest,
}

/// Arguments of `sharing.wallet_bind`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Binding {
    pub credential: Digest,
    pub status: Place,
    pub take: Digest,
    pub until: BlockTime,
}

/// Arguments of `sharing.wallet_end`, and what `sharing.wallet_copy` is asked about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfCopy {
    pub copy: Digest,
}

/// Arguments of `sharing.wallet_ask`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asking<'a> {
    #[serde(rename = "for")]
    pub body: SocialCreditCode,
    pub case: &'a str,
    pub fields: Vec<String>,
    pub kind: &'a str,
    pub purpose: &'a str,
    pub reader: &'a str,
}

/// Arguments of `sharing.wallet_present`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Presenting {
    pub ask: Digest,
    pub credential: Digest,
    pub fields: Vec<String>,
    pub issuer: SocialCreditCode,
    pub presentation: Digest,
    pub status: Place,
}

/// Stateless rules of `sharing.wallet_take`: `TX_ARGUMENTS`, `SHARE_FIELDS`.
pub(crate) fn check_take(body: &Body) -> Result<(), Rejection> {
    check_fields(&arguments::<Taking>(body)?.fields)
}

/// Stateless rules of `sharing.wallet_bind`: `TX_ARGUMENTS`, `SHARE_STATUS_INDEX`.
pub(crate) fn check_bind(body: &Body) -> Result<(), Rejection> {
    statuses::check(arguments::<Binding>(body)?.status)
}

/// Stateless rules of `sharing.wallet_end`: `TX_ARGUMENTS`.
pub(crate) fn check_end(body: &Body) -> Result<(), Rejection> {
    arguments::<OfCopy>(body).map(|_| ())
}

/// Stateless rules of `sharing.wallet_ask`: `TX_ARGUMENTS`, `SHARE_KIND`, `SHARE_TEXT` (purpose, case), `SHARE_FIELDS`, `SHARE_READER_KEY`.
pub(crate) fn check_ask(body: &Body) -> Result<(), Rejection> {
    let asking: Asking<'_> = arguments(body)?;
    if kinds::find(asking.kind).is_none() {
        return Err(Rejection::new(
            codes::SHARE_KIND,
            "there is no such kind of certificate",
        ));
    }
    check_purpose(asking.purpose)?;
    check_case(asking.case)?;
    check_fields(&asking.fields)?;
    if !is_reader_key(asking.reader) {
        return Err(Rejection::new(
            codes::SHARE_READER_KEY,
            "`reader` is not a key to seal to",
        ));
    }
    Ok(())
}

/// Stateless rules of `sharing.wallet_present`: `TX_ARGUMENTS`, `SHARE_FIELDS`, `SHARE_STATUS_INDEX`.
pub(crate) fn check_present(body: &Body) -> Result<(), Rejection> {
    let presenting: Presenting = arguments(body)?;
    check_fields(&presenting.fields)?;
    statuses::check(presenting.status)
}
