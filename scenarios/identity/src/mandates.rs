//! Mandates: granted by those who can, ended by the grantor, by the holder who resigns, or by their date.

use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::BlockTime;

use crate::arguments::{End, Grant};
use crate::authority::{acts, party, refuse, signer};
use crate::codes;
use crate::permission::Actor;
use crate::records::{Held, Kind, MAX_HELD, Mandate, MandateEnd, MandateKind, Moment, Party};

/// The longest term of a guardian's mandate: 14 years of 366 days, in milliseconds. The law wants a guardian's consent below the age of
/// 14 (个人信息保护法 §31); the authority knows the birthday, and chooses an end before it that does not give it away.
pub const MAX_GUARDIAN_MS: u64 = 14 * 366 * 24 * 3_600_000;

/// `identity.grant`: grants a mandate. Refused with `ID_PARTY_UNKNOWN`, `ID_KIND`, as the grantor's acting (`AUTH_KEY_*`,
/// `AUTH_NOT_GRANTOR`, `AUTH_MANDATE_*`, `AUTH_SEAL_MISSING`), `ID_TERM`, `ID_MANDATE_LIMIT`.
pub(crate) fn grant(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Grant = call.arguments()?;
    let principal = party(call, records, &arguments.principal)?;
    let holder = party(call, records, &arguments.holder)?;
    let grantor = grantor(&arguments, &principal, &holder)?;
    let actor = acts(call, records, &grantor, "identity.grant")?;
    let from = term(call, arguments.from, arguments.until)?;
    if arguments.kind == MandateKind::Guardian
        && arguments
            .until
            .is_none_or(|until| until > from.saturating_add(MAX_GUARDIAN_MS))
    {
        return refuse(codes::ID_TERM, "a guardian's mandate ends within 14 years");
    }
    let held_key = Held::key(algorithm, &arguments.principal, &arguments.holder);
    let mut held = records.get::<Held>(&held_key)?.unwrap_or_default();
    if held.mandates.len() >= MAX_HELD {
        let Some(place) = first_over(call, records, &held)? else {
            return refuse(
                codes::ID_MANDATE_LIMIT,
                format!("{MAX_HELD} mandates between these two are alive"),
            );
        };
        held.mandates.remove(place);
    }
    let record = arguments.principal.to_string();
    let own = grantor == arguments.principal;
    actor.permit(
        call,
        records,
        Resource::Record(&record),
        own,
        Some(arguments.kind.as_str()),
    )?;

    held.mandates.push(call.id);
    records.put(held_key, &held)?;
    let mandate = Mandate {
        ended: None,
        from,
        grade: arguments.grade,
        granted: Moment::of(call),
        grantor,
        holder: arguments.holder,
        kind: arguments.kind,
        principal: arguments.principal,
        scope: arguments.scope,
        until: arguments.until,
    };
    records.put(Mandate::key(algorithm, &call.id), &mandate)?;
    Ok(json!({ "concerns": [arguments.principal, arguments.holder], "mandate": call.id }))
}

/// Who grants: for a post the body, for an agent the party itself, for the others the department that enrolled the party and knows from
/// its own register who stands for it. `ID_KIND` where the kinds do not fit.
fn grantor(arguments: &Grant, principal: &Party, holder: &Party) -> Result<Digest, Failure> {
    let person = holder.kind == Kind::Person;
    let grantor = match (arguments.kind, principal.kind) {
        (MandateKind::Post, Kind::Organisation | Kind::Department) if person => Some(arguments.principal),
        (MandateKind::Agent, Kind::Person | Kind::Organisation)
            if person || holder.kind == Kind::Organisation =>
        {
            Some(arguments.principal)
        }
        (MandateKind::Guardian, Kind::Person) | (MandateKind::Representative, Kind::Organisation)
            if person =>
        {
            principal.authority
        }
        _ => None,
    };
    match grantor {
        Some(grantor) => Ok(grantor),
        None => refuse(
            codes::ID_KIND,
            "these kinds of party do not fit this kind of mandate",
        ),
    }
}

/// When a term begins: now unless it is said otherwise; never before now, and its end after it. `ID_TERM`.
pub(crate) fn term(
    call: &Call<'_>,
    from: Option<BlockTime>,
    until: Option<BlockTime>,
) -> Result<BlockTime, Failure> {
    let now = call.block.time;
    let from = from.unwrap_or(now);
    if from < now || until.is_some_and(|until| until <= from) {
        return refuse(codes::ID_TERM, format!("from {from}, the block is of {now}"));
    }
    Ok(from)
}

/// The place of the oldest mandate that is over.
fn first_over(call: &Call<'_>, records: &Records<'_>, held: &Held) -> Result<Option<usize>, Failure> {
    for (place, id) in held.mandates.iter().enumerate() {
        let key = Mandate::key(call.hash(), id);
        let mandate = records.get::<Mandate>(&key)?.ok_or(Failure::Damaged(key))?;
        if mandate.over(call.block.time) {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// `identity.end`: ends a mandate at once. Refused with `ID_MANDATE_UNKNOWN`, `AUTH_KEY_*`, as the grantor's acting where the account is
/// not the holder's, `AUTH_MANDATE_ENDED`.
pub(crate) fn end(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let End { mandate: id, reason } = call.arguments()?;
    let key = Mandate::key(call.hash(), &id);
    let Some(mut mandate) = records.get::<Mandate>(&key)? else {
        return refuse(codes::ID_MANDATE_UNKNOWN, format!("there is no mandate {id}"));
    };
    let actor = signer(call, records, &call.body.account)?;
    let (by, actor) = if actor == mandate.holder {
        (actor, Actor::itself(&actor, &party(call, records, &actor)?))
    } else {
        (
            mandate.grantor,
            acts(call, records, &mandate.grantor, "identity.end")?,
        )
    };
    if mandate.over(call.block.time) {
        return refuse(codes::AUTH_MANDATE_ENDED, format!("mandate {id} has ended"));
    }
    let record = mandate.principal.to_string();
    let own = by == mandate.holder || by == mandate.principal;
    actor.permit(
        call,
        records,
        Resource::Record(&record),
        own,
        Some(mandate.kind.as_str()),
    )?;

    mandate.ended = Some(MandateEnd {
        at: Moment::of(call),
        by,
        reason,
    });
    records.put(key, &mandate)?;
    Ok(json!({ "concerns": [mandate.principal, mandate.holder], "mandate": id }))
}
