//! Erasure (个人信息保护法 §47): the person withdraws everything, each body that holds a part confirms, the ledger stays whole.
//!
//! From the moment it is asked for, nothing is done with the certificate any more: all leases are withdrawn with it, every look is refused,
//! and its place in the status list says invalid.

use serde_json::{Value, json};
use yinxin_execution::{Call, Failure, Records};

use crate::authority::{acting, actor, attempt, refuse, subject};
use crate::certificates::arguments::OfCertificate;
use crate::certificates::records::{Certificate, Erasure, Holder, Moment, concerns};
use crate::certificates::statuses::Mark;
use crate::codes;
use crate::wallets::mark_all;

/// `sharing.erase`: the person asks for erasure. Holders are the issuer and each body that was allowed a look. Refused with
/// `SHARE_CERTIFICATE_UNKNOWN`, `AUTH_KEY_*`, `SHARE_NOT_SUBJECT`, `SHARE_ERASURE_STATE`.
pub(crate) fn erase(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let id = call.arguments::<OfCertificate>()?.certificate;
    let mut certificate = Certificate::known(call, records, &id)?;
    subject(call, records, &certificate.subject)?;
    if certificate.erasure.is_some() {
        return refuse(codes::SHARE_ERASURE_STATE, "erasure was asked for before");
    }

    // Grantees that never looked hold nothing, but must know that their leases are gone.
    let concerns = certificate.concerns();
    certificate.leases.clear();
    let holders: Vec<Holder> = certificate
        .bodies()
        .into_iter()
        .map(|body| Holder {
            confirmed: None,
            holder: body.clone(),
        })
        .collect();
    let named: Vec<String> = holders.iter().map(|holder| holder.holder.to_string()).collect();
    certificate.erasure = Some(Erasure {
        asked: Moment::of(call),
        holders,
    });
    mark_all(call, records, &certificate, Mark::Invalid)?;
    records.put(Certificate::key(call.hash(), &id), &certificate)?;
    Ok(json!({ "certificate": id, "concerns": concerns, "holders": named }))
}

/// `sharing.confirm_erasure`: a holder says that nothing is left, with its seal alone or beside an officer. Refused with
/// `SHARE_CERTIFICATE_UNKNOWN`, `AUTH_KEY_*`, `SHARE_ERASURE_STATE` where nobody asked, `SHARE_NOT_HOLDER`, `SHARE_ERASURE_STATE` where the
/// holder has confirmed.
pub(crate) fn confirm_erasure(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let id = call.arguments::<OfCertificate>()?.certificate;
    let mut certificate = Certificate::known(call, records, &id)?;
    let code = actor(call, records)?.code;
    let Some(erasure) = &mut certificate.erasure else {
        return refuse(codes::SHARE_ERASURE_STATE, "nobody asked for erasure");
    };
    let mut confirming = None;
    for holder in &mut erasure.holders {
        let sealed = match &code {
            Some(code) => *code == holder.holder,
            None => attempt(acting(call, records, &holder.holder, true))?.is_ok(),
        };
        if sealed {
            confirming = Some(holder);
            break;
        }
    }
    let Some(holder) = confirming else {
        return refuse(codes::SHARE_NOT_HOLDER, "no seal of a holder signed");
    };
    if holder.confirmed.is_some() {
        return refuse(
            codes::SHARE_ERASURE_STATE,
            format!("{} has confirmed", holder.holder),
        );
    }

    holder.confirmed = Some(Moment::of(call));
    let complete = erasure.completed().is_some();
    let holders = erasure.holders.iter().map(|holder| &holder.holder);
    let concerns = concerns(&certificate.subject, holders);
    records.put(Certificate::key(call.hash(), &id), &certificate)?;
    Ok(json!({ "complete": complete, "concerns": concerns }))
}
