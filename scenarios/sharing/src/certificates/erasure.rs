//! Erasure (个人信息保护法 §47): the person withdraws everything, each body that holds a part confirms, the ledger stays whole.
//!
//! From the moment it is asked for, nothing is done with the certificate any more: all leases are withdrawn with it, every look is refused,
//! and its place in the status list says invalid.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};

use crate::authority::{actor, attempt, officer, refuse, subject};
use crate::certificates::arguments::{Erase, OfCertificate};
use crate::certificates::records::{Certificate, Erasure, Holder, Moment, concerns};
use crate::certificates::statuses::Mark;
use crate::codes;
use crate::permission::{Who, own};
use crate::wallets::mark_all;

/// `sharing.erase`: the person asks for erasure. Holders are the issuer and each body that was allowed a look. Refused with
/// `SHARE_CERTIFICATE_UNKNOWN`, `AUTH_KEY_*`, `SHARE_NOT_SUBJECT`, `AUTH_MANDATE_*`, `SHARE_ERASURE_STATE`, `POLICY_*`.
pub(crate) fn erase(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Erase {
        certificate: id,
        principal,
    } = call.arguments()?;
    let mut certificate = Certificate::known(call, records, &id)?;
    let who = subject(call, records, &certificate.subject, principal.as_ref())?;
    if certificate.erasure.is_some() {
        return refuse(codes::SHARE_ERASURE_STATE, "erasure was asked for before");
    }
    let record = id.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&certificate.kind)),
    )?;

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
        asked_by: who.representative(),
        holders,
    });
    mark_all(call, records, &certificate, Mark::Invalid)?;
    records.put(Certificate::key(call.hash(), &id), &certificate)?;
    Ok(who.signed(json!({ "certificate": id, "concerns": concerns, "holders": named })))
}

/// `sharing.confirm_erasure`: a holder says that nothing is left, with its seal alone or beside an officer. Refused with
/// `SHARE_CERTIFICATE_UNKNOWN`, `AUTH_KEY_*`, `SHARE_ERASURE_STATE` where nobody asked, `SHARE_NOT_HOLDER`, `SHARE_ERASURE_STATE` where the
/// holder has confirmed, `POLICY_*`.
pub(crate) fn confirm_erasure(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let id = call.arguments::<OfCertificate>()?.certificate;
    let mut certificate = Certificate::known(call, records, &id)?;
    let actor = actor(call, records)?;
    let Some(erasure) = &mut certificate.erasure else {
        return refuse(codes::SHARE_ERASURE_STATE, "nobody asked for erasure");
    };
    let mut confirming = None;
    for holder in &mut erasure.holders {
        let who = match &actor.code {
            Some(code) if *code == holder.holder => Some(Who::Itself(actor.clone())),
            Some(_) => None,
            None => attempt(officer(call, records, &holder.holder, true))?.ok(),
        };
        if let Some(who) = who {
            confirming = Some((holder, who));
            break;
        }
    }
    let Some((holder, who)) = confirming else {
        return refuse(codes::SHARE_NOT_HOLDER, "no seal of a holder signed");
    };
    if holder.confirmed.is_some() {
        return refuse(
            codes::SHARE_ERASURE_STATE,
            format!("{} has confirmed", holder.holder),
        );
    }
    let record = id.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&certificate.kind)),
    )?;

    holder.confirmed = Some(Moment::of(call));
    let complete = erasure.completed().is_some();
    let holders = erasure.holders.iter().map(|holder| &holder.holder);
    let concerns = concerns(&certificate.subject, holders);
    records.put(Certificate::key(call.hash(), &id), &certificate)?;
    Ok(json!({ "complete": complete, "concerns": concerns }))
}
