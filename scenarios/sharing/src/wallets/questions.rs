//! What the module answers: its records, and what follows from block time.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;

use super::arguments::OfCopy;
use super::records::{Ask, Copy, TAKE_MS, Take};
use crate::certificates::records::{Certificate, CertificateState};
use crate::desk::about;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfTake {
    take: Digest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAsk {
    ask: Digest,
}

fn answer<T: Serialize, const N: usize>(
    key: StateKey,
    record: &T,
    more: [(&str, Value); N],
) -> Result<Value, Failure> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(record) else {
        return Err(Failure::Damaged(key));
    };
    members.extend(more.map(|(name, value)| (name.to_owned(), value)));
    Ok(Value::Object(members))
}

/// `sharing.wallet_taken`. `WALLET_TAKE_UNKNOWN`.
pub(crate) fn taken(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfTake { take: id } = about(asked)?;
    let take = Take::known(call, records, &id)?;
    let until = take.taken.time.saturating_add(TAKE_MS);
    answer(
        Take::key(call.hash(), &id),
        &take,
        [("take", json!(id)), ("until", json!(until))],
    )
}

/// `sharing.wallet_copy`. `WALLET_COPY_UNKNOWN`.
pub(crate) fn copy(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfCopy { copy: id } = about(asked)?;
    let copy = Copy::known(call, records, &id)?;
    let key = Certificate::key(call.hash(), &copy.certificate);
    let certificate: Certificate = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let of_certificate = certificate.state(call.block.time);
    let state = match of_certificate {
        CertificateState::Valid | CertificateState::Suspended if copy.ended.is_some() => json!("ended"),
        CertificateState::Valid if copy.until <= call.block.time => json!("expired"),
        state => json!(state),
    };
    answer(
        Copy::key(call.hash(), &id),
        &copy,
        [
            ("copy", json!(id)),
            ("issuer", json!(certificate.issuer)),
            ("kind", json!(certificate.kind)),
            ("state", state),
            ("subject", json!(certificate.subject)),
        ],
    )
}

/// `sharing.wallet_asked`. `WALLET_ASK_UNKNOWN`.
pub(crate) fn asked(call: &Call<'_>, records: &Records<'_>, about_it: &Value) -> Result<Value, Failure> {
    let OfAsk { ask: id } = about(about_it)?;
    let ask = Ask::known(call, records, &id)?;
    let until = ask.until();
    answer(
        Ask::key(call.hash(), &id),
        &ask,
        [("ask", json!(id)), ("until", json!(until))],
    )
}
