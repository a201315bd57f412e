//! Parties and their keys: enrolment, further keys, rotation, revocation.

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PublicKey};
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::{BlockTime, StateKey};

use crate::arguments::{Enrol, MAX_CONSENT_MS, NewKey, Revoke};
use crate::authority::{active, acts, clerks, enrols, party, refuse, signer, with_code};
use crate::codes;
use crate::permission::Actor;
use crate::records::{Binding, KeyState, MAX_KEYS, Moment, Party, code_key, commitment_key, enrolled_by};

/// The bindings of all signers: what every operation looks at.
pub(crate) fn signers_reads(call: &Call<'_>) -> Vec<StateKey> {
    let algorithm = call.hash();
    [&call.body.account]
        .into_iter()
        .chain(&call.body.cosigners)
        .map(|key| Binding::key(algorithm, key))
        .collect()
}

/// That a key was never bound, nor kept for a recovery: `ID_KEY_BOUND`.
pub(crate) fn unbound(call: &Call<'_>, records: &Records<'_>, key: &PublicKey) -> Result<(), Failure> {
    match Binding::find(call, records, key)? {
        Some(_) => refuse(codes::ID_KEY_BOUND, format!("{key} is or was bound")),
        None => Ok(()),
    }
}

/// That an end, if there is one, lies ahead: `ID_TERM`.
pub(crate) fn ahead(call: &Call<'_>, until: Option<BlockTime>) -> Result<(), Failure> {
    match until.filter(|until| *until <= call.block.time) {
        Some(until) => refuse(
            codes::ID_TERM,
            format!("until {until}, the block is of {}", call.block.time),
        ),
        None => Ok(()),
    }
}

/// `identity.enrol`: makes a party and binds its first key, which cosigns or agreed before. Refused with `ID_PARTY_UNKNOWN` (the authority), as the
/// authority's acting (`AUTH_KEY_*`, `AUTH_NOT_GRANTOR`, `AUTH_MANDATE_*`, `AUTH_SEAL_MISSING`), `AUTH_ISSUER_NOT_ACCREDITED`,
/// `ID_KEY_BOUND`, `ID_TERM`, `ID_ENROLLED`.
pub(crate) fn enrol(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Enrol<'_> = call.arguments()?;
    let (code, authority_code) = (arguments.code()?, arguments.authority()?);
    let authority = with_code(call, records, &authority_code)?;
    let actor = acts(call, records, &authority, "identity.enrol")?;
    enrols(call, records, &authority_code, arguments.kind)?;
    unbound(call, records, &arguments.key)?;
    ahead(call, arguments.until)?;
    if let Some(consent) = &arguments.consent {
        ahead(call, Some(consent.until))?;
        if consent.until > call.block.time.saturating_add(MAX_CONSENT_MS) {
            return refuse(codes::ID_TERM, "nobody agrees so long ahead");
        }
    }
    let commitment = arguments
        .commitment
        .map(|commitment| commitment_key(algorithm, &authority, arguments.kind, &commitment));
    if let Some(code) = &code
        && Party::with_code(call, records, code)?.is_some()
    {
        return refuse(codes::ID_ENROLLED, format!("{code} is enrolled"));
    }
    if let Some(key) = &commitment
        && records.bytes(key)?.is_some()
    {
        return refuse(
            codes::ID_ENROLLED,
            "the authority enrolled this commitment before",
        );
    }
    let resource = Resource::Department(authority_code.as_str());
    actor.permit(call, records, resource, true, Some(arguments.kind.as_str()))?;

    let id = enrolled_by(call);
    for key in commitment
        .into_iter()
        .chain(code.as_ref().map(|code| code_key(algorithm, code)))
    {
        records.put(key, &id)?;
    }
    let party = Party {
        authority: Some(authority),
        code,
        enrolled: Moment::of(call),
        keys: vec![arguments.key],
        kind: arguments.kind,
        recovery: None,
    };
    records.put(Party::key(algorithm, &id), &party)?;
    let binding = Binding::new(call, id, KeyState::Active, arguments.until);
    records.put(Binding::key(algorithm, &arguments.key), &binding)?;
    Ok(json!({ "concerns": [id], "party": id }))
}

/// `identity.bind`: binds a further key to the party of the account; the new key cosigns. Refused with `AUTH_KEY_*`, `ID_KEY_BOUND`,
/// `ID_TERM`, `ID_KEY_LIMIT`.
pub(crate) fn bind(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let new: NewKey = call.arguments()?;
    let id = signer(call, records, &call.body.account)?;
    unbound(call, records, &new.key)?;
    ahead(call, new.until)?;
    let mut party = party(call, records, &id)?;
    if party.keys.len() >= MAX_KEYS {
        return refuse(codes::ID_KEY_LIMIT, format!("the party has {MAX_KEYS} keys"));
    }
    Actor::itself(&id, &party).permit_party(call, records, (&id, &party), true)?;

    party.keys.push(new.key);
    records.put(Party::key(call.hash(), &id), &party)?;
    let binding = Binding::new(call, id, KeyState::Active, new.until);
    records.put(Binding::key(call.hash(), &new.key), &binding)?;
    Ok(json!({ "concerns": [id], "party": id }))
}

/// `identity.rotate`: puts a new key, which cosigns, in the place of the account's. Refused with `AUTH_KEY_*`, `ID_KEY_BOUND`, `ID_TERM`.
pub(crate) fn rotate(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let new: NewKey = call.arguments()?;
    let old = &call.body.account;
    let mut binding = active(call, records, old)?;
    unbound(call, records, &new.key)?;
    ahead(call, new.until)?;
    let id = binding.party;
    let mut party = party(call, records, &id)?;
    Actor::itself(&id, &party).permit_party(call, records, (&id, &party), true)?;

    party.keys.retain(|key| key != old);
    party.keys.push(new.key);
    records.put(Party::key(call.hash(), &id), &party)?;
    binding.end(call, KeyState::Rotated, vec![id], None);
    records.put(Binding::key(call.hash(), old), &binding)?;
    let binding = Binding::new(call, id, KeyState::Active, new.until);
    records.put(Binding::key(call.hash(), &new.key), &binding)?;
    Ok(json!({ "concerns": [id], "party": id }))
}

/// `identity.revoke`: ends a key at once. Refused with `AUTH_KEY_UNKNOWN` or `AUTH_KEY_REVOKED` (the key); as [`clerks`] where two
/// clerks act; otherwise `AUTH_KEY_*` of the account, `AUTH_KEY_NOT_YOURS`, `AUTH_MANDATE_*`, `AUTH_SEAL_MISSING`.
pub(crate) fn revoke(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments: Revoke<'_> = call.arguments()?;
    let key = &arguments.key;
    let mut binding = match Binding::find(call, records, key)? {
        Some(binding) if binding.ended.is_some() => {
            return refuse(codes::AUTH_KEY_REVOKED, format!("{key} has ended"));
        }
        Some(binding) if binding.state == KeyState::Active => binding,
        _ => return refuse(codes::AUTH_KEY_UNKNOWN, format!("no party is bound to {key}")),
    };
    let id = binding.party;
    let mut party = party(call, records, &id)?;
    let (by, actor) = match &arguments.window {
        Some(window) => {
            let (_, clerks, actor) = clerks(call, records, window, (&id, &party), "identity.revoke")?;
            (clerks.to_vec(), actor)
        }
        None => {
            let (keeper, actor) = keeper(call, records, (&id, &party))?;
            (vec![keeper], actor)
        }
    };
    actor.permit_party(call, records, (&id, &party), by == [id])?;

    party.keys.retain(|one| one != key);
    records.put(Party::key(call.hash(), &id), &party)?;
    binding.end(call, KeyState::Revoked, by, Some(arguments.reason));
    records.put(Binding::key(call.hash(), key), &binding)?;
    Ok(json!({ "concerns": [id], "party": id }))
}

/// Who, without a window, may revoke a key of the party: the party itself or its authority.
fn keeper(
    call: &Call<'_>,
    records: &Records<'_>,
    (id, party): (&Digest, &Party),
) -> Result<(Digest, Actor), Failure> {
    if signer(call, records, &call.body.account)? == *id {
        return Ok((*id, Actor::itself(id, party)));
    }
    let stranger = || {
        refuse(
            codes::AUTH_KEY_NOT_YOURS,
            "neither the party nor its authority signed",
        )
    };
    let Some(authority) = party.authority else {
        return stranger();
    };
    match acts(call, records, &authority, "identity.revoke") {
        Ok(actor) => Ok((authority, actor)),
        Err(Failure::Rejected(rejection)) if rejection.code == codes::AUTH_NOT_GRANTOR => stranger(),
        Err(failure) => Err(failure),
    }
}
