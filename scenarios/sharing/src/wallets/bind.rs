//! Into a wallet: the person takes, the holder binds what it took to the wallet's key, the person ends it.

use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Access, Basis, Call, Failure, Records, access, disclose};
use yinxin_types::{BlockTime, Rejection};

use super::arguments::{Binding, OfCopy, Taking};
use super::records::{Carried, Copy, MAX_COPIES, TAKE_MS, Take};
use super::{AGE_OVER_18, codes};
use crate::authority::{accredited, actor, refuse, subject};
use crate::certificates::records::{Certificate, Moment, concerns};
use crate::certificates::statuses::{self, Mark};
use crate::codes as of_certificates;
use crate::kinds::Kind;
use crate::permission::{Who, own};

/// What the event of taking is for.
const PURPOSE: &str = "wallet";

/// `sharing.wallet_take`: the person takes fields of its certificate into a wallet, a look at its own data. Refused without an event with
/// `AUTH_KEY_*`, `SHARE_CERTIFICATE_UNKNOWN`; refused with an event, in this order, with `SHARE_NOT_SUBJECT`, `SHARE_FIELDS`, `CRED_REVOKED`,
/// `CRED_SUSPENDED`, `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`, `WALLET_LIMIT`, `POLICY_*`.
pub(crate) fn take(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Taking = call.arguments()?;
    let actor = actor(call, records)?;
    let party = actor.party;
    let key = Certificate::key(algorithm, &arguments.certificate);
    let certificate = Certificate::known(call, records, &arguments.certificate)?;
    let kind = certificate.of_kind(key)?;
    let lawful = if party == certificate.subject {
        takeable(&certificate, kind, &arguments.fields, call.block.time)
    } else {
        let detail = "the account is not of the person concerned";
        Err(Rejection::new(of_certificates::SHARE_NOT_SUBJECT, detail))
    };
    let record = arguments.certificate.to_string();
    let circumstances = Context {
        purpose: Some(PURPOSE),
        ..own(Some(kind.name))
    };
    let allowed = match lawful {
        Ok(()) => Who::Itself(actor).verdict(call, records, Resource::Record(&record), circumstances)?,
        refused => refused,
    };
    if allowed.is_ok() {
        let take = Take {
            certificate: arguments.certificate,
            copy: None,
            fields: arguments.fields.clone(),
            offer: arguments.offer,
            taken: Moment::of(call),
        };
        records.put(Take::key(algorithm, &call.id), &take)?;
    }
    let access = Access {
        source: access::OWN_LOOK,
        officer: Some(party),
        post: None,
        subject: Some(certificate.subject),
        class: kind.name,
        fields: &arguments.fields,
        count: 1,
        purpose: PURPOSE,
        case: None,
        basis: Basis::Own,
        withheld: None,
    };
    let details = json!({
        "certificate": arguments.certificate,
        "fields": arguments.fields,
        "holder": certificate.issuer,
        "material": certificate.material,
        "offer": arguments.offer,
    });
    disclose(call, records, &access, allowed.map(|()| details))
}

fn takeable(
    certificate: &Certificate,
    kind: &Kind,
    fields: &[String],
    now: BlockTime,
) -> Result<(), Rejection> {
    let unknown = |field: &&String| !kind.has(field) && field.as_str() != AGE_OVER_18;
    if let Some(field) = fields.iter().find(unknown) {
        return Err(Rejection::new(
            of_certificates::SHARE_FIELDS,
            format!("`{}` has no field `{field}`", kind.name),
        ));
    }
    certificate.valid(now)?;
    room(certificate, now)
}

fn room(certificate: &Certificate, now: BlockTime) -> Result<(), Rejection> {
    let living = certificate.copies.iter().filter(|copy| copy.until > now);
    if living.count() >= MAX_COPIES {
        return Err(Rejection::new(
            codes::WALLET_LIMIT,
            format!("{MAX_COPIES} copies in wallets are allowed"),
        ));
    }
    Ok(())
}

/// `sharing.wallet_bind`: the holder records the copy that it made for the wallet, with its seal alone. Refused with `WALLET_TAKE_UNKNOWN`,
/// `AUTH_KEY_*`, `SHARE_NOT_HOLDER`, `AUTH_ISSUER_NOT_ACCREDITED`, `WALLET_TAKE_ENDED`, `CRED_REVOKED`, `CRED_SUSPENDED`,
/// `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`, `WALLET_LIMIT`, `SHARE_TERM`, `POLICY_*`, `SHARE_STATUS_INDEX`.
pub(crate) fn bind(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let now = call.block.time;
    let arguments: Binding = call.arguments()?;
    let mut take = Take::known(call, records, &arguments.take)?;
    let key = Certificate::key(algorithm, &take.certificate);
    let mut certificate: Certificate = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let actor = actor(call, records)?;
    if actor.code.as_ref() != Some(&certificate.issuer) {
        return refuse(
            of_certificates::SHARE_NOT_HOLDER,
            "the seal is not of the department that issued the certificate",
        );
    }
    accredited(call, records, &certificate.issuer, &certificate.kind)?;
    if take.copy.is_some() || take.taken.time.saturating_add(TAKE_MS) <= now {
        return refuse(
            codes::WALLET_TAKE_ENDED,
            "it is in a wallet already, or was not fetched in time",
        );
    }
    certificate.valid(now)?;
    room(&certificate, now)?;
    if arguments.until <= now || arguments.until > certificate.until {
        return refuse(
            of_certificates::SHARE_TERM,
            format!("until {}, the certificate {}", arguments.until, certificate.until),
        );
    }
    let record = take.certificate.to_string();
    Who::Itself(actor).permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&certificate.kind)),
    )?;
    statuses::take(call, records, &certificate.issuer, arguments.status, &call.id)?;

    certificate.copies.retain(|copy| copy.until > now);
    certificate.copies.push(Carried {
        copy: call.id,
        status: arguments.status,
        until: arguments.until,
    });
    records.put(key, &certificate)?;
    take.copy = Some(call.id);
    let copy = Copy {
        certificate: take.certificate,
        credential: arguments.credential,
        ended: None,
        fields: take.fields.clone(),
        issued: Moment::of(call),
        status: arguments.status,
        take: arguments.take,
        until: arguments.until,
    };
    records.put(Take::key(algorithm, &arguments.take), &take)?;
    records.put(Copy::key(algorithm, &call.id), &copy)?;
    let concerns = concerns(&certificate.subject, [&certificate.issuer]);
    Ok(json!({ "concerns": concerns, "copy": call.id }))
}

/// `sharing.wallet_end`: the person ends a copy, such as that of a lost telephone; the certificate and other copies go on. Refused with
/// `WALLET_COPY_UNKNOWN`, `AUTH_KEY_*`, `SHARE_NOT_SUBJECT`, `WALLET_COPY_ENDED`, `POLICY_*`.
pub(crate) fn end(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let id = call.arguments::<OfCopy>()?.copy;
    let mut copy = Copy::known(call, records, &id)?;
    let key = Certificate::key(algorithm, &copy.certificate);
    let mut certificate: Certificate = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let who = subject(call, records, &certificate.subject, None)?;
    if copy.ended.is_some() {
        return refuse(codes::WALLET_COPY_ENDED, "the copy was ended before");
    }
    let record = copy.certificate.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&certificate.kind)),
    )?;

    copy.ended = Some(Moment::of(call));
    statuses::LISTS.mark(call, records, &certificate.issuer, copy.status, Mark::Invalid)?;
    certificate.copies.retain(|carried| carried.copy != id);
    records.put(key, &certificate)?;
    records.put(Copy::key(algorithm, &id), &copy)?;
    let concerns = concerns(&certificate.subject, [&certificate.issuer]);
    Ok(json!({ "concerns": concerns, "copy": id }))
}
