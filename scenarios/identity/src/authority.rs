//! Who acts: the questions that every operation of this scenario asks about its signers.

use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Code, Rejection};

use crate::arguments::Window;
use crate::codes;
use crate::permission::Actor;
use crate::records::{
    Accreditation, Accreditations, Binding, Held, KeyState, Kind, Mandate, MandateKind, Party, founder,
};
use crate::{DATA, IDENTITY, POLICE, REGISTRY};

/// A refusal.
pub(crate) fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Rejection::new(code, detail).into())
}

/// The party for which a key can act in this block: `AUTH_KEY_UNKNOWN`, `AUTH_KEY_REVOKED`, `AUTH_KEY_EXPIRED`.
pub(crate) fn signer(call: &Call<'_>, records: &Records<'_>, key: &PublicKey) -> Result<Digest, Failure> {
    active(call, records, key).map(|binding| binding.party)
}

/// The binding of a key that is active in this block; refused as [`signer`].
pub(crate) fn active(call: &Call<'_>, records: &Records<'_>, key: &PublicKey) -> Result<Binding, Failure> {
    let binding = Binding::find(call, records, key)?;
    let Some((binding, state)) =
        binding.and_then(|binding| binding.state_at(call.block.time).map(|state| (binding, state)))
    else {
        return refuse(codes::AUTH_KEY_UNKNOWN, format!("no party is bound to {key}"));
    };
    match state {
        KeyState::Active => Ok(binding),
        KeyState::Reserved => refuse(
            codes::AUTH_KEY_UNKNOWN,
            format!("the recovery with {key} is not completed"),
        ),
        KeyState::Rotated | KeyState::Revoked => refuse(codes::AUTH_KEY_REVOKED, format!("{key} has ended")),
        KeyState::Expired => refuse(
            codes::AUTH_KEY_EXPIRED,
            format!("the validity of {key} has passed"),
        ),
    }
}

/// A party that must exist: `ID_PARTY_UNKNOWN`.
pub(crate) fn party(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Party, Failure> {
    match Party::find(call, records, id)? {
        Some(party) => Ok(party),
        None => refuse(codes::ID_PARTY_UNKNOWN, format!("there is no party {id}")),
    }
}

/// The party with a code: `ID_PARTY_UNKNOWN`.
pub(crate) fn with_code(
    call: &Call<'_>,
    records: &Records<'_>,
    code: &SocialCreditCode,
) -> Result<Digest, Failure> {
    match Party::with_code(call, records, code)? {
        Some(id) => Ok(id),
        None => refuse(
            codes::ID_PARTY_UNKNOWN,
            format!("there is no party with the code {code}"),
        ),
    }
}

/// Whether an active key of the party, the seal of a body, is among the signers.
pub(crate) fn signs(call: &Call<'_>, records: &Records<'_>, party: &Party) -> Result<bool, Failure> {
    for key in party.keys.iter().filter(|key| call.signed_by(key)) {
        let binding = Binding::find(call, records, key)?;
        if binding.and_then(|binding| binding.state_at(call.block.time)) == Some(KeyState::Active) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// With what an officer acts for a body.
pub(crate) const OFFICES: &[MandateKind] = &[MandateKind::Post, MandateKind::Representative];
/// With what a party acts for a person, or an agent for whomever authorised it (民法典 §34, §161).
pub(crate) const REPRESENTATIONS: &[MandateKind] = &[MandateKind::Agent, MandateKind::Guardian];

/// A mandate of one of these kinds that covers an operation now, the newest first: `AUTH_MANDATE_MISSING`, or `AUTH_MANDATE_ENDED` where
/// there was one.
pub(crate) fn held(
    call: &Call<'_>,
    records: &Records<'_>,
    principal: &Digest,
    holder: &Digest,
    (kinds, operation): (&[MandateKind], &str),
) -> Result<(Digest, Mandate), Failure> {
    let algorithm = call.hash();
    let held = records
        .get::<Held>(&Held::key(algorithm, principal, holder))?
        .unwrap_or_default();
    let mut ended = false;
    for id in held.mandates.iter().rev() {
        let key = Mandate::key(algorithm, id);
        let mandate = records.get::<Mandate>(&key)?.ok_or(Failure::Damaged(key))?;
        if !kinds.contains(&mandate.kind) || !mandate.covers(operation) {
            continue;
        }
        if mandate.alive(call.block.time) {
            return Ok((*id, mandate));
        }
        ended |= mandate.over(call.block.time);
    }
    if ended {
        return refuse(
            codes::AUTH_MANDATE_ENDED,
            format!("the mandate for `{operation}` has ended"),
        );
    }
    refuse(
        codes::AUTH_MANDATE_MISSING,
        format!("there is no mandate for `{operation}`"),
    )
}

/// That the account acts for a party: it is its own key (of a body: the seal alone, for systems and for the first officers, who cannot be
/// there before somebody has enrolled them), or that of an officer with a mandate for the operation beside the body's seal.
/// `AUTH_KEY_*` of the account, `AUTH_NOT_GRANTOR` for strangers, then `AUTH_MANDATE_*`, `AUTH_SEAL_MISSING`.
pub(crate) fn acts(
    call: &Call<'_>,
    records: &Records<'_>,
    id: &Digest,
    operation: &str,
) -> Result<Actor, Failure> {
    let actor = signer(call, records, &call.body.account)?;
    let principal = party(call, records, id)?;
    if actor == *id {
        return Ok(Actor::itself(id, &principal));
    }
    let body = matches!(principal.kind, Kind::Organisation | Kind::Department);
    let sealed = signs(call, records, &principal)?;
    if !body {
        return refuse(codes::AUTH_NOT_GRANTOR, "the account is not a key of the party");
    }
    match held(call, records, id, &actor, (OFFICES, operation)) {
        Ok((_, mandate)) if sealed => Ok(Actor::officer(&actor, &mandate, &principal, sealed)),
        Ok(_) => refuse(codes::AUTH_SEAL_MISSING, "the seal is not among the cosigners"),
        Err(Failure::Rejected(rejection)) if rejection.code == codes::AUTH_MANDATE_MISSING && !sealed => {
            refuse(
                codes::AUTH_NOT_GRANTOR,
                "neither an officer nor the seal of the body signed",
            )
        }
        Err(failure) => Err(failure),
    }
}

/// The accreditation of a department for a type at a time, if there is one. Roles of founders accredit for enrolment from the genesis on:
/// `identity` for every kind of party, `police` for persons.
pub(crate) fn accreditation(
    call: &Call<'_>,
    records: &Records<'_>,
    department: &SocialCreditCode,
    credential: &str,
    at: BlockTime,
) -> Result<Option<(Accreditation, &'static str)>, Failure> {
    let start = call.genesis.time;
    let member = call
        .genesis
        .members
        .iter()
        .find(|member| member.code == *department);
    let has = |role: &str| member.is_some_and(|member| member.roles.iter().any(|one| one == role));
    let every = [Kind::Person, Kind::Organisation, Kind::Department, Kind::Device];
    let by_role = (has(IDENTITY) && every.iter().any(|kind| kind.enrolment() == credential))
        || (has(POLICE) && Kind::Person.enrolment() == credential);
    if by_role && start <= at {
        let granted = crate::records::Moment {
            height: yinxin_types::Height::GENESIS,
            time: start,
        };
        let accreditation = Accreditation {
            from: start,
            granted,
            until: None,
            withdrawn: None,
        };
        return Ok(Some((accreditation, "role")));
    }
    let key = Accreditations::key(call.hash(), department, credential);
    let granted = records.get::<Accreditations>(&key)?.unwrap_or_default();
    let alive = granted.grants.into_iter().rev().find(|grant| grant.alive(at));
    Ok(alive.map(|grant| (grant, "accreditation")))
}

/// That a department may enrol parties of a kind now: `AUTH_ISSUER_NOT_ACCREDITED`.
pub(crate) fn enrols(
    call: &Call<'_>,
    records: &Records<'_>,
    department: &SocialCreditCode,
    kind: Kind,
) -> Result<(), Failure> {
    let credential = kind.enrolment();
    match accreditation(call, records, department, credential, call.block.time)? {
        Some(_) => Ok(()),
        None => refuse(
            codes::AUTH_ISSUER_NOT_ACCREDITED,
            format!("{department} is not accredited for `{credential}`"),
        ),
    }
}

/// The two clerks of a window who act on the keys of a party, their department, and the first of them with the lower grade of both. Founders are served by their own windows only: no
/// department takes another's seal. Refused in this order: `ID_PARTY_UNKNOWN`, `AUTH_ISSUER_NOT_ACCREDITED`, `AUTH_KEY_*` of each,
/// `AUTH_SAME_PERSON`, `AUTH_MANDATE_*` of each.
pub(crate) fn clerks(
    call: &Call<'_>,
    records: &Records<'_>,
    window: &Window<'_>,
    (id, served): (&Digest, &Party),
    operation: &str,
) -> Result<(Digest, [Digest; 2], Actor), Failure> {
    let code = window.department()?;
    let department = with_code(call, records, &code)?;
    match served.authority {
        Some(_) => enrols(call, records, &code, served.kind)?,
        None if department == *id => {}
        None => {
            return refuse(
                codes::AUTH_ISSUER_NOT_ACCREDITED,
                "the keys of a founding department are served by its own window",
            );
        }
    }
    let first = signer(call, records, &call.body.account)?;
    let second = signer(call, records, &window.second)?;
    if first == second || first == *id || second == *id {
        return refuse(
            codes::AUTH_SAME_PERSON,
            "two clerks and the party they serve are three",
        );
    }
    let (_, mut one) = held(call, records, &department, &first, (OFFICES, operation))?;
    let (_, other) = held(call, records, &department, &second, (OFFICES, operation))?;
    one.grade = one.grade.min(other.grade);
    let body = party(call, records, &department)?;
    let sealed = signs(call, records, &body)?;
    let actor = Actor::officer(&first, &one, &body, sealed);
    Ok((department, [first, second], actor))
}

/// That the registry of trusted issuers acts: a founder with the role `registry`, or, where nobody has it, all founders with the role
/// `data` together. `AUTH_NOT_REGISTRY`, then as [`acts`].
pub(crate) fn registry_acts(
    call: &Call<'_>,
    records: &Records<'_>,
    operation: &str,
) -> Result<Actor, Failure> {
    let with_role = |role: &str| -> Vec<Digest> {
        let members = call.genesis.members.iter();
        members
            .filter(|member| member.roles.iter().any(|one| one == role))
            .map(|member| founder(call, member))
            .collect()
    };
    let registries = with_role(REGISTRY);
    let all_needed = registries.is_empty();
    let bodies = if all_needed { with_role(DATA) } else { registries };
    let mut sealed = Vec::new();
    for id in &bodies {
        if signs(call, records, &party(call, records, id)?)? {
            sealed.push(*id);
        }
    }
    if sealed.is_empty() || (all_needed && sealed.len() < bodies.len()) {
        return refuse(codes::AUTH_NOT_REGISTRY, "a seal of the registry is missing");
    }
    let mut refusal = Rejection::new(codes::AUTH_NOT_REGISTRY, "nobody acts for the registry");
    for id in &sealed {
        match acts(call, records, id, operation) {
            Err(Failure::Rejected(rejection)) => refusal = rejection,
            other => return other,
        }
    }
    Err(refusal.into())
}
