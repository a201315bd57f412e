//! Looks (查阅) at certificates. Once somebody known asks for a certificate or lease that exists, yes and no alike go on record.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::{Access, Basis, Call, Failure, Records, access, disclose};
use yinxin_types::{BlockTime, Rejection};

use crate::authority::{actor, attempt, officer, subject};
use crate::certificates::arguments::{Disclose, View};
use crate::certificates::records::{Certificate, Lease};
use crate::codes;
use crate::kinds::Kind;
use crate::permission::{Who, given, own};

/// `sharing.disclose`: an officer of the grantee looks at leased fields. Refused without an event with `AUTH_KEY_*`, `LEASE_UNKNOWN`, and
/// where the body is no party; refused with an event, in this order, with `AUTH_MANDATE_*`, `LEASE_GRANTEE`, `LEASE_REVOKED`,
/// `LEASE_EXPIRED`, `LEASE_USED_UP`, `LEASE_PURPOSE_MISSING`, `LEASE_PURPOSE`, `LEASE_FIELD`, `CRED_REVOKED`, `CRED_SUSPENDED`,
/// `SHARE_CERTIFICATE_EXPIRED`, `SHARE_ERASED`, `POLICY_*`. A refusal uses up nothing.
pub(crate) fn disclosure(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Disclose<'_> = call.arguments()?;
    let party = actor(call, records)?.party;
    let mut lease = Lease::known(call, records, &arguments.lease)?;
    let key = Certificate::key(algorithm, &lease.certificate);
    let mut certificate: Certificate = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    let kind = certificate.of_kind(key)?;
    let who = attempt(officer(call, records, &arguments.body, false))?;
    let post = who.as_ref().ok().and_then(Who::mandate);
    let lawful = who.and_then(|who| {
        permitted(&arguments, &lease, &certificate, call.block.time)?;
        Ok(who)
    });
    let circumstances = Context {
        case: Some(arguments.case),
        kind: Some(kind.name),
        lease: Some(&arguments.lease.to_string()),
        purpose: given(arguments.purpose),
        ..Context::default()
    };
    let allowed = verdict(call, records, lawful, &lease.certificate, circumstances)?;

    if allowed.is_ok() {
        lease.used = lease.used.saturating_add(1);
        if lease.left() == 0 {
            certificate
                .leases
                .retain(|living| living.lease != arguments.lease);
        }
        if !certificate.readers.contains(&arguments.body) {
            certificate.readers.push(arguments.body.clone());
        }
        records.put(Lease::key(algorithm, &arguments.lease), &lease)?;
        records.put(key, &certificate)?;
    }
    let access = Access {
        source: arguments.body.as_str(),
        officer: Some(party),
        post,
        subject: Some(lease.subject),
        class: kind.name,
        fields: &arguments.fields,
        count: 1,
        purpose: arguments.purpose,
        case: Some(arguments.case),
        basis: Basis::Lease(arguments.lease),
        withheld: None,
    };
    let details = details(
        &lease.certificate,
        &certificate,
        &arguments.fields,
        arguments.reader,
    );
    disclose(call, records, &access, allowed.map(|()| details))
}

/// Of a look that the law allows, what the policies say.
fn verdict(
    call: &Call<'_>,
    records: &Records<'_>,
    lawful: Result<Who, Rejection>,
    certificate: &Digest,
    circumstances: Context<'_>,
) -> Result<Result<(), Rejection>, Failure> {
    match lawful {
        Ok(who) => who.verdict(
            call,
            records,
            Resource::Record(&certificate.to_string()),
            circumstances,
        ),
        Err(rejection) => Ok(Err(rejection)),
    }
}

/// The part of the staircase that needs nothing but the records and the time.
fn permitted(
    arguments: &Disclose<'_>,
    lease: &Lease,
    certificate: &Certificate,
    now: BlockTime,
) -> Result<(), Rejection> {
    if arguments.body != lease.grantee {
        return Err(Rejection::new(
            codes::LEASE_GRANTEE,
            format!("the lease was not granted to {}", arguments.body),
        ));
    }
    lease.living(now)?;
    if arguments.purpose.is_empty() {
        return Err(Rejection::new(
            codes::LEASE_PURPOSE_MISSING,
            "no purpose is named",
        ));
    }
    if arguments.purpose != lease.purpose || arguments.case != lease.case {
        return Err(Rejection::new(
            codes::LEASE_PURPOSE,
            "the lease is for another purpose or case",
        ));
    }
    let outside = |field: &&String| !lease.fields.contains(field);
    if let Some(field) = arguments.fields.iter().find(outside) {
        return Err(Rejection::new(
            codes::LEASE_FIELD,
            format!("the lease does not name `{field}`"),
        ));
    }
    certificate.valid(now)
}

/// `sharing.view`: the person, or its guardian or agent, looks at its own certificate, or an officer of the issuer at what his department
/// issued; also when it is suspended, revoked or expired. Refused without an event with `AUTH_KEY_*`, `SHARE_CERTIFICATE_UNKNOWN`, and where
/// the body is no party; refused with an event, in this order, with `SHARE_NOT_SUBJECT`, `AUTH_MANDATE_*` of a guardian or an agent (without
/// `for`), or `AUTH_MANDATE_*`, `SHARE_NOT_HOLDER` and `LEASE_PURPOSE_MISSING` (with it), then `SHARE_FIELDS`, `SHARE_ERASED`, `POLICY_*`.
pub(crate) fn view(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: View<'_> = call.arguments()?;
    let party = actor(call, records)?.party;
    let key = Certificate::key(call.hash(), &arguments.certificate);
    let certificate = Certificate::known(call, records, &arguments.certificate)?;
    let kind = certificate.of_kind(key)?;
    let principal = arguments.principal.as_ref();
    let who = match &arguments.body {
        None => attempt(subject(call, records, &certificate.subject, principal))?,
        Some(body) => attempt(officer(call, records, body, false))?,
    };
    let post = who.as_ref().ok().and_then(Who::mandate);
    let lawful = who.and_then(|who| {
        if let Some(body) = &arguments.body {
            on_duty(*body == certificate.issuer, arguments.purpose)?;
        }
        viewable(&certificate, kind, &arguments.fields)?;
        Ok(who)
    });
    let circumstances = Context {
        case: arguments.case,
        purpose: given(arguments.purpose),
        ..own(Some(kind.name))
    };
    let allowed = verdict(call, records, lawful, &arguments.certificate, circumstances)?;

    let access = Access {
        source: arguments
            .body
            .as_ref()
            .map_or(access::OWN_LOOK, |body| body.as_str()),
        officer: Some(party),
        post,
        subject: Some(certificate.subject),
        class: kind.name,
        fields: &arguments.fields,
        count: 1,
        purpose: arguments.purpose,
        case: arguments.case,
        basis: match arguments.body {
            None if principal.is_some() => Basis::Mandate(post),
            None => Basis::Own,
            Some(_) => Basis::Duty(kind.duty),
        },
        withheld: None,
    };
    let details = details(
        &arguments.certificate,
        &certificate,
        &arguments.fields,
        arguments.reader,
    );
    disclose(call, records, &access, allowed.map(|()| details))
}

fn on_duty(issuer: bool, purpose: &str) -> Result<(), Rejection> {
    if !issuer {
        return Err(Rejection::new(
            codes::SHARE_NOT_HOLDER,
            "another department issued the certificate",
        ));
    }
    if purpose.is_empty() {
        return Err(Rejection::new(
            codes::LEASE_PURPOSE_MISSING,
            "no purpose is named",
        ));
    }
    Ok(())
}

fn viewable(certificate: &Certificate, kind: &Kind, fields: &[String]) -> Result<(), Rejection> {
    if let Some(field) = fields.iter().find(|field| !kind.has(field)) {
        return Err(Rejection::new(
            codes::SHARE_FIELDS,
            format!("`{}` has no field `{field}`", kind.name),
        ));
    }
    if certificate.erasure.is_some() {
        return Err(Rejection::new(
            codes::SHARE_ERASED,
            "the person asked for erasure of the certificate",
        ));
    }
    Ok(())
}

/// What the holder's node needs to hand over exactly these fields, sealed to this reader.
fn details(id: &Digest, certificate: &Certificate, fields: &[String], reader: &str) -> Value {
    json!({
        "certificate": id,
        "fields": fields,
        "holder": certificate.issuer,
        "material": certificate.material,
        "reader": reader,
    })
}
