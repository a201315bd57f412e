//! Certificates: issued by an accredited holder, suspended, resumed and revoked by the issuer alone.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;

use crate::authority::{accredited, officer, refuse};
use crate::certificates::arguments::{Change, Issue};
use crate::certificates::records::{
    Certificate, CertificateState, Changed, Moment, Request, RequestState, Standing,
};
use crate::certificates::requests::close;
use crate::certificates::statuses::{self, Mark};
use crate::permission::own;
use crate::wallets::mark_all;
use crate::{codes, kinds};

/// `sharing.issue`: the holder answers a request with a certificate. Refused with `SHARE_REQUEST_UNKNOWN`, the codes of `identity.acting`,
/// `AUTH_ISSUER_NOT_ACCREDITED`, `SHARE_REQUEST_ENDED`, `SHARE_TERM`, `SHARE_STATUS_INDEX`, `POLICY_*`.
pub(crate) fn issue(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let now = call.block.time;
    let arguments: Issue = call.arguments()?;
    let mut request = Request::known(call, records, &arguments.request)?;
    let who = officer(call, records, &request.holder, true)?;
    accredited(call, records, &request.holder, &request.kind)?;
    request.still_open()?;
    let kind =
        kinds::find(&request.kind).ok_or(Failure::Damaged(Request::key(algorithm, &arguments.request)))?;
    if arguments.until <= now || arguments.until.since(now) > kind.longest_ms {
        return refuse(
            codes::SHARE_TERM,
            format!("until {}, the block is of {now}", arguments.until),
        );
    }
    statuses::take(call, records, &request.holder, arguments.status, &call.id)?;
    let record = arguments.request.to_string();
    who.permit(call, records, Resource::Record(&record), own(Some(&request.kind)))?;

    let certificate = Certificate {
        changed: None,
        copies: Vec::new(),
        credential: arguments.credential,
        erasure: None,
        issued: Moment::of(call),
        issuer: request.holder.clone(),
        kind: request.kind.clone(),
        leases: Vec::new(),
        material: arguments.material,
        readers: Vec::new(),
        request: arguments.request,
        standing: Standing::Valid,
        status: arguments.status,
        subject: request.subject,
        until: arguments.until,
    };
    records.put(Certificate::key(algorithm, &call.id), &certificate)?;
    request.state = RequestState::Issued;
    request.certificate = Some(call.id);
    close(call, records, &arguments.request, request)?;
    Ok(json!({ "certificate": call.id, "concerns": certificate.concerns() }))
}

/// `sharing.suspend`: stops a valid certificate for a time. Refused with `SHARE_CERTIFICATE_UNKNOWN`, the codes of `identity.acting`, then
/// `CRED_REVOKED`, `CRED_SUSPENDED`, `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`, `POLICY_*`.
pub(crate) fn suspend(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    change(call, records, Standing::Suspended, |certificate| {
        Ok(certificate.valid(call.block.time)?)
    })
}

/// `sharing.resume`: makes a suspended certificate valid again. Refused as `suspend`, and with `SHARE_NOT_SUSPENDED`.
pub(crate) fn resume(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    change(call, records, Standing::Valid, |certificate| {
        match certificate.state(call.block.time) {
            CertificateState::Suspended => Ok(()),
            CertificateState::Valid => refuse(codes::SHARE_NOT_SUSPENDED, "the certificate is valid"),
            _ => Ok(certificate.valid(call.block.time)?),
        }
    })
}

/// `sharing.revoke`: ends a certificate for good, also one that is suspended or whose validity has passed. Refused as `suspend`, only with
/// `CRED_REVOKED` and `SHARE_ERASED`.
pub(crate) fn revoke(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    change(
        call,
        records,
        Standing::Revoked,
        |certificate| match certificate.state(call.block.time) {
            CertificateState::Valid | CertificateState::Suspended | CertificateState::Expired => Ok(()),
            _ => Ok(certificate.valid(call.block.time)?),
        },
    )
}

fn change(
    call: &Call<'_>,
    records: &mut Records<'_>,
    to: Standing,
    allowed: impl Fn(&Certificate) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    let Change {
        certificate: id,
        reason,
    } = call.arguments()?;
    let key: StateKey = Certificate::key(call.hash(), &id);
    let mut certificate = Certificate::known(call, records, &id)?;
    let who = officer(call, records, &certificate.issuer, true)?;
    allowed(&certificate)?;
    let record = id.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        own(Some(&certificate.kind)),
    )?;

    certificate.standing = to;
    certificate.changed = Some(Changed {
        at: Moment::of(call),
        officer: who.party(),
        reason: reason.unwrap_or_default().to_owned(),
    });
    let mark = match to {
        Standing::Valid => Mark::Valid,
        Standing::Suspended => Mark::Suspended,
        Standing::Revoked => Mark::Invalid,
    };
    mark_all(call, records, &certificate, mark)?;
    records.put(key, &certificate)?;
    Ok(json!({ "certificate": id, "concerns": certificate.concerns() }))
}
