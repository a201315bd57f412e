//! Recovery at a window: two clerks open it, the party has a period of silence in which to object, then the new key takes the place of
//! all old ones. Each step is kept with both clerks.

use serde_json::{Value, json};
use yinxin_execution::policy::Resource;
use yinxin_execution::{Call, Failure, Records};

use crate::arguments::{OfRecovery, Recover, SetSilence};
use crate::authority::{clerks, party, refuse, registry_acts, signer};
use crate::codes;
use crate::keys::unbound;
use crate::permission::Actor;
use crate::records::{
    Binding, KeyState, Moment, Party, Reason, Recovery, RecoveryState, SILENCE_MS, silence_key,
};

/// `identity.recover`: opens a recovery. Refused with `ID_PARTY_UNKNOWN`, as [`clerks`], `ID_RECOVERY_PENDING`, `ID_KEY_BOUND`.
pub(crate) fn recover(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let arguments: Recover<'_> = call.arguments()?;
    let id = arguments.party;
    let mut party = party(call, records, &id)?;
    let (department, clerks, actor) = clerks(
        call,
        records,
        &arguments.window,
        (&id, &party),
        "identity.recover",
    )?;
    if let Some(number) = party.recovery {
        return refuse(
            codes::ID_RECOVERY_PENDING,
            format!("recovery {number} is under way"),
        );
    }
    unbound(call, records, &arguments.key)?;
    let silence = records.get::<u64>(&silence_key(algorithm))?.unwrap_or(SILENCE_MS);
    let count_key = Recovery::count_key(algorithm);
    let count = records.get::<u64>(&count_key)?.unwrap_or_default();
    let number = count.checked_add(1).ok_or(Failure::Damaged(count_key))?;
    actor.permit_party(call, records, (&id, &party), false)?;

    let until = call.block.time.saturating_add(silence);
    let recovery = Recovery {
        clerks,
        department,
        ended: None,
        ended_by: None,
        key: arguments.key,
        opened: Moment::of(call),
        party: id,
        reason: arguments.reason,
        state: RecoveryState::Open,
        until,
    };
    records.put(count_key, &number)?;
    records.put(Recovery::key(algorithm, number), &recovery)?;
    party.recovery = Some(number);
    records.put(Party::key(algorithm, &id), &party)?;
    let binding = Binding::new(call, id, KeyState::Reserved, None);
    records.put(Binding::key(algorithm, &arguments.key), &binding)?;
    Ok(json!({ "concerns": [id], "recovery": number, "until": until }))
}

/// `identity.object`: stops a recovery. Refused with `ID_RECOVERY_UNKNOWN`, `ID_RECOVERY_ENDED`, `AUTH_KEY_*`, `AUTH_KEY_NOT_YOURS`.
pub(crate) fn object(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let (number, mut recovery) = open(call, records)?;
    if recovery.until <= call.block.time {
        return refuse(
            codes::ID_RECOVERY_ENDED,
            format!("the silence period ended at {}", recovery.until),
        );
    }
    let by = signer(call, records, &call.body.account)?;
    if by != recovery.party {
        return refuse(codes::AUTH_KEY_NOT_YOURS, "only the party itself objects");
    }
    let mut party = party(call, records, &recovery.party)?;
    Actor::itself(&by, &party).permit_party(call, records, (&by, &party), true)?;

    // The new key stays with this attempt for ever: a key has one party, and this one got none.
    let key = Binding::key(call.hash(), &recovery.key);
    let mut binding = records.get::<Binding>(&key)?.ok_or(Failure::Damaged(key))?;
    binding.end(call, KeyState::Revoked, vec![by], Some(Reason::Stopped));
    records.put(key, &binding)?;
    party.recovery = None;
    records.put(Party::key(call.hash(), &recovery.party), &party)?;
    end(call, records, number, &mut recovery, RecoveryState::Stopped)?;
    Ok(json!({ "concerns": [recovery.party], "party": recovery.party }))
}

/// `identity.complete`: after the silence period, by anybody. Refused with `ID_RECOVERY_UNKNOWN`, `ID_RECOVERY_ENDED`,
/// `ID_RECOVERY_SILENCE`.
pub(crate) fn complete(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let algorithm = call.hash();
    let (number, mut recovery) = open(call, records)?;
    if call.block.time < recovery.until {
        return refuse(
            codes::ID_RECOVERY_SILENCE,
            format!("until {}, the block is of {}", recovery.until, call.block.time),
        );
    }
    let mut party = party(call, records, &recovery.party)?;
    Actor::account(call, records)?.permit_party(call, records, (&recovery.party, &party), false)?;

    for old in &party.keys {
        let key = Binding::key(algorithm, old);
        let mut binding = Binding::find(call, records, old)?.ok_or(Failure::Damaged(key))?;
        binding.end(
            call,
            KeyState::Revoked,
            recovery.clerks.to_vec(),
            Some(recovery.reason),
        );
        records.put(key, &binding)?;
    }
    party.keys = vec![recovery.key];
    party.recovery = None;
    records.put(Party::key(algorithm, &recovery.party), &party)?;
    let binding = Binding::new(call, recovery.party, KeyState::Active, None);
    records.put(Binding::key(algorithm, &recovery.key), &binding)?;
    end(call, records, number, &mut recovery, RecoveryState::Completed)?;
    Ok(json!({ "concerns": [recovery.party], "party": recovery.party }))
}

/// `identity.set_silence`: sets the silence period of recoveries opened from now on. Refused as [`registry_acts`].
pub(crate) fn set_silence(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let SetSilence { silence_ms } = call.arguments()?;
    let actor = registry_acts(call, records, "identity.set_silence")?;
    actor.permit(call, records, Resource::Record("silence"), false, None)?;

    records.put(silence_key(call.hash()), &silence_ms)?;
    Ok(json!({}))
}

/// The recovery that the arguments name, which must be open.
fn open(call: &Call<'_>, records: &Records<'_>) -> Result<(u64, Recovery), Failure> {
    let number = call.arguments::<OfRecovery>()?.recovery;
    let Some(recovery) = records.get::<Recovery>(&Recovery::key(call.hash(), number))? else {
        return refuse(
            codes::ID_RECOVERY_UNKNOWN,
            format!("there is no recovery {number}"),
        );
    };
    if recovery.state != RecoveryState::Open {
        return refuse(codes::ID_RECOVERY_ENDED, format!("recovery {number} has ended"));
    }
    Ok((number, recovery))
}

fn end(
    call: &Call<'_>,
    records: &mut Records<'_>,
    number: u64,
    recovery: &mut Recovery,
    state: RecoveryState,
) -> Result<(), Failure> {
    recovery.ended = Some(Moment::of(call));
    recovery.ended_by = Some(call.body.account);
    recovery.state = state;
    records.put(Recovery::key(call.hash(), number), recovery)
}
