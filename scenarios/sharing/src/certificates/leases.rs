//! Leases (授权使用): what a person allows one body, for one purpose and one case, and takes back when it likes (个人信息保护法 §14, §15).

use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Call, Failure, Records};

use crate::authority::{grantable, refuse, subject};
use crate::certificates::arguments::{EndLease, Grant};
use crate::certificates::records::{
    Certificate, LONGEST_LEASE_MS, Lease, Living, MAX_BODIES, MAX_LEASES, Moment, concerns,
};
use crate::codes;
use crate::permission::own;

/// `sharing.lease`: grants a lease. Refused with `SHARE_CERTIFICATE_UNKNOWN`, `AUTH_KEY_*`, `SHARE_NOT_SUBJECT`, `AUTH_MANDATE_*` of a
/// guardian or an agent, `CRED_REVOKED`, `CRED_SUSPENDED`, `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`, `SHARE_FIELDS`, `SHARE_TERM`,
/// `SHARE_GRANTEE`, `SHARE_LEASE_LIMIT`, `POLICY_*`.
pub(crate) fn lease(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let now = call.block.time;
    let arguments: Grant<'_> = call.arguments()?;
    let key = Certificate::key(algorithm, &arguments.certificate);
    let mut certificate = Certificate::known(call, records, &arguments.certificate)?;
    let who = subject(call, records, &certificate.subject, arguments.principal.as_ref())?;
    certificate.valid(now)?;
    let kind = certificate.of_kind(key)?;
    if let Some(field) = arguments.fields.iter().find(|field| !kind.has(field)) {
        return refuse(
            codes::SHARE_FIELDS,
            format!("`{}` has no field `{field}`", kind.name),
        );
    }
    if arguments.until <= now || arguments.until.since(now) > LONGEST_LEASE_MS {
        return refuse(
            codes::SHARE_TERM,
            format!("until {}, the block is of {now}", arguments.until),
        );
    }
    grantable(call, records, &arguments.grantee)?;
    certificate.leases.retain(|living| living.until > now);
    certificate.leases.push(Living {
        grantee: arguments.grantee.clone(),
        lease: call.id,
        until: arguments.until,
    });
    if certificate.leases.len() > MAX_LEASES || certificate.bodies().len() > MAX_BODIES {
        return refuse(
            codes::SHARE_LEASE_LIMIT,
            format!("{MAX_LEASES} living leases and {MAX_BODIES} bodies with the issuer are allowed"),
        );
    }
    let record = arguments.certificate.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        Context {
            case: Some(arguments.case),
            purpose: Some(arguments.purpose),
            ..own(Some(kind.name))
        },
    )?;

    records.put(key, &certificate)?;
    let lease = Lease {
        case: arguments.case.to_owned(),
        certificate: arguments.certificate,
        ended: None,
        ended_by: None,
        fields: arguments.fields,
        granted: Moment::of(call),
        granted_by: who.representative(),
        grantee: arguments.grantee,
        purpose: arguments.purpose.to_owned(),
        subject: certificate.subject,
        until: arguments.until,
        used: 0,
        uses: arguments.uses,
    };
    records.put(Lease::key(algorithm, &call.id), &lease)?;
    let concerns = concerns(&lease.subject, [&lease.grantee, &certificate.issuer]);
    Ok(who.signed(json!({ "concerns": concerns, "lease": call.id })))
}

/// `sharing.end_lease`: the person ends a lease; looks in earlier blocks, and earlier in this one, stay valid. Refused with `LEASE_UNKNOWN`,
/// `AUTH_KEY_*`, `SHARE_NOT_SUBJECT`, `AUTH_MANDATE_*`, `LEASE_REVOKED`, `LEASE_EXPIRED`, `LEASE_USED_UP`, `POLICY_*`.
pub(crate) fn end_lease(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let EndLease { lease: id, principal } = call.arguments()?;
    let mut lease = Lease::known(call, records, &id)?;
    let who = subject(call, records, &lease.subject, principal.as_ref())?;
    lease.living(call.block.time)?;
    let key = Certificate::key(algorithm, &lease.certificate);
    let mut certificate: Certificate = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let record = id.to_string();
    who.permit(
        call,
        records,
        Resource::Record(&record),
        Context {
            case: Some(&lease.case),
            lease: Some(&record),
            purpose: Some(&lease.purpose),
            ..own(Some(&certificate.kind))
        },
    )?;

    lease.ended = Some(Moment::of(call));
    lease.ended_by = who.representative();
    records.put(Lease::key(algorithm, &id), &lease)?;
    certificate.leases.retain(|living| living.lease != id);
    records.put(key, &certificate)?;
    let concerns = concerns(&lease.subject, [&lease.grantee, &certificate.issuer]);
    Ok(who.signed(json!({ "concerns": concerns, "lease": id })))
}
