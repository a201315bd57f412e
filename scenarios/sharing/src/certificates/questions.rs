//! What the module answers: its records, and what follows from block time. The forms stand in the crate's documentation.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Rejection, StateKey};

use crate::certificates::arguments::OfCertificate;
use crate::certificates::records::{Certificate, Lease, Loan, Request};
use crate::certificates::{loans, requests, statuses};
use crate::{codes, kinds};

fn about<T: DeserializeOwned>(value: &Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()).into())
}

/// A record as its members, with more beside them.
fn answer<T: serde::Serialize, const N: usize>(
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

/// Whether something that ended, or has not ended yet, is past its end.
fn overdue(due: &Value, ended: Option<BlockTime>, now: BlockTime) -> bool {
    let end = due.get("ms_end").and_then(Value::as_u64);
    end.is_some_and(|end| ended.unwrap_or(now).0 >= end)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfRequest {
    request: Digest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfLease {
    lease: Digest,
}

/// `sharing.request`. `SHARE_REQUEST_UNKNOWN`.
pub(crate) fn request(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfRequest { request: id } = about(asked)?;
    let key = Request::key(call.hash(), &id);
    let request = Request::known(call, records, &id)?;
    let kind = kinds::find(&request.kind).ok_or(Failure::Damaged(key))?;
    let due = requests::due(call, records, kind, request.requested.time)?;
    let ended = request.ended.map(|ended| ended.time);
    let overdue = overdue(&due, ended, call.block.time);
    answer(
        key,
        &request,
        [("due", due), ("overdue", json!(overdue)), ("request", json!(id))],
    )
}

/// `sharing.certificate`. `SHARE_CERTIFICATE_UNKNOWN`.
pub(crate) fn certificate(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfCertificate { certificate: id } = about(asked)?;
    let certificate = Certificate::known(call, records, &id)?;
    let state = certificate.state(call.block.time);
    answer(
        Certificate::key(call.hash(), &id),
        &certificate,
        [("certificate", json!(id)), ("state", json!(state))],
    )
}

/// `sharing.standing`: what anybody may know of a certificate whose identifier he was given, nothing about the person.
/// `SHARE_CERTIFICATE_UNKNOWN`.
pub(crate) fn standing(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfCertificate { certificate: id } = about(asked)?;
    let certificate = Certificate::known(call, records, &id)?;
    Ok(json!({
        "certificate": id,
        "credential": certificate.credential,
        "issued": certificate.issued,
        "issuer": certificate.issuer,
        "kind": certificate.kind,
        "state": certificate.state(call.block.time),
        "status": certificate.status,
        "until": certificate.until,
    }))
}

/// `sharing.lease`. `LEASE_UNKNOWN`.
pub(crate) fn lease(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let now = call.block.time;
    let OfLease { lease: id } = about(asked)?;
    let lease = Lease::known(call, records, &id)?;
    let key = Certificate::key(call.hash(), &lease.certificate);
    let certificate: Certificate = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    // An erasure withdraws every lease that still lived.
    let state = match lease.living(now) {
        Ok(()) if certificate.erasure.is_some() => "revoked",
        Ok(()) => "living",
        Err(refused) if refused.code == codes::LEASE_REVOKED => "revoked",
        Err(refused) if refused.code == codes::LEASE_EXPIRED => "expired",
        Err(_) => "used_up",
    };
    answer(
        Lease::key(call.hash(), &id),
        &lease,
        [
            ("certificate_state", json!(certificate.state(now))),
            ("issuer", json!(certificate.issuer)),
            ("kind", json!(certificate.kind)),
            ("lease", json!(id)),
            ("left", json!(lease.left())),
            ("state", json!(state)),
        ],
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfLoan {
    #[serde(rename = "for")]
    body: SocialCreditCode,
    case: String,
}

/// `sharing.loan`. `SHARE_CASE_UNKNOWN`.
pub(crate) fn loan(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfLoan { body, case } = about(asked)?;
    let loan = Loan::known(call, records, &body, &case)?;
    let due = loans::due(call, records, loan.accepted.time)?;
    let decided = loan.decision.as_ref().map(|decision| decision.at.time);
    let overdue = overdue(&due, decided, call.block.time);
    answer(
        Loan::key(call.hash(), &body, &case),
        &loan,
        [
            ("case", json!(case)),
            ("due", due),
            ("for", json!(body)),
            ("overdue", json!(overdue)),
        ],
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfList {
    issuer: SocialCreditCode,
    list: u32,
}

/// `sharing.status`. A list of which no place was ever given answers as one without exceptions.
pub(crate) fn status(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfList { issuer, list } = about(asked)?;
    statuses::LISTS.answer(call, records, &issuer, list)
}

/// `sharing.erasure`: the certificate of erasure, or null. `SHARE_CERTIFICATE_UNKNOWN`.
pub(crate) fn erasure(call: &Call<'_>, records: &Records<'_>, asked: &Value) -> Result<Value, Failure> {
    let OfCertificate { certificate: id } = about(asked)?;
    let certificate = Certificate::known(call, records, &id)?;
    let Some(erasure) = &certificate.erasure else {
        return Ok(Value::Null);
    };
    let completed = erasure.completed();
    answer(
        Certificate::key(call.hash(), &id),
        erasure,
        [
            ("certificate", json!(id)),
            ("complete", json!(completed.is_some())),
            ("completed", json!(completed)),
            ("subject", json!(certificate.subject)),
        ],
    )
}
