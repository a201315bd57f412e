//! Trusted issuers: which department may issue which type of credential, from when to when.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};

use crate::arguments::{Accredit, Withdraw};
use crate::authority::{party, refuse, registry_acts, with_code};
use crate::codes;
use crate::mandates::term;
use crate::records::{Accreditation, Accreditations, Kind, MAX_ACCREDITATIONS, Moment};

/// `identity.accredit`: accredits a department for types. Refused as [`registry_acts`], `ID_PARTY_UNKNOWN`, `ID_KIND`, `ID_TERM`,
/// `ID_ACCREDITATION_LIMIT`.
pub(crate) fn accredit(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Accredit<'_> = call.arguments()?;
    let actor = registry_acts(call, records, "identity.accredit")?;
    let department = arguments.department()?;
    let id = with_code(call, records, &department)?;
    if party(call, records, &id)?.kind != Kind::Department {
        return refuse(codes::ID_KIND, format!("{department} is not a department"));
    }
    let from = term(call, arguments.from, arguments.until)?;
    let grant = Accreditation {
        from,
        granted: Moment::of(call),
        until: arguments.until,
        withdrawn: None,
    };
    let mut issuers = Vec::with_capacity(arguments.types.len());
    for credential in &arguments.types {
        let key = Accreditations::key(call.hash(), &department, credential);
        let mut issuer = records.get::<Accreditations>(&key)?.unwrap_or_default();
        if issuer.grants.len() >= MAX_ACCREDITATIONS {
            return refuse(
                codes::ID_ACCREDITATION_LIMIT,
                format!("{MAX_ACCREDITATIONS} accreditations for `{credential}`"),
            );
        }
        issuer.grants.push(grant);
        issuers.push((key, issuer));
    }
    actor.permit(
        call,
        records,
        Resource::Department(department.as_str()),
        false,
        None,
    )?;

    for (key, issuer) in issuers {
        records.put(key, &issuer)?;
    }
    Ok(json!({}))
}

/// `identity.withdraw`: ends every accreditation of a department for a type at once, those to come included. Refused as
/// [`registry_acts`], `ID_ACCREDITATION_UNKNOWN`.
pub(crate) fn withdraw(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Withdraw<'_> = call.arguments()?;
    let actor = registry_acts(call, records, "identity.withdraw")?;
    let department = arguments.department()?;
    let key = Accreditations::key(call.hash(), &department, arguments.credential);
    let mut issuer = records.get::<Accreditations>(&key)?.unwrap_or_default();
    let now = call.block.time;
    let mut found = false;
    for grant in &mut issuer.grants {
        if grant.withdrawn.is_none() && grant.until.is_none_or(|until| now < until) {
            grant.withdrawn = Some(Moment::of(call));
            found = true;
        }
    }
    if !found {
        return refuse(
            codes::ID_ACCREDITATION_UNKNOWN,
            format!("{department} has no accreditation for `{}`", arguments.credential),
        );
    }
    actor.permit(
        call,
        records,
        Resource::Department(department.as_str()),
        false,
        None,
    )?;

    records.put(key, &issuer)?;
    Ok(json!({}))
}
