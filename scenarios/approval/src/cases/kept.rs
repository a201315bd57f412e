//! Which materials cases name: their holders must keep those, and may destroy what was handed in and is named nowhere.

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{Rejection, StateKey};

use super::records::{Case, Moment};
use crate::SCENARIO;

fn key(call: &Call<'_>, holder: &SocialCreditCode, material: &Digest) -> StateKey {
    let parts = [holder.as_str().as_bytes(), material.bytes().as_slice()];
    StateKey::new(call.hash(), SCENARIO, "kept", &parts)
}

/// Notes the materials that came to a case in this block, under the case that named them last.
pub(crate) fn note(call: &Call<'_>, records: &mut Records<'_>, case: &Case) -> Result<(), Failure> {
    let now = Moment::of(call);
    for material in case.materials.values().filter(|one| one.since == now) {
        records.put(key(call, &material.holder, &material.commitment), &case.number)?;
    }
    let service = case.service.as_ref().filter(|service| service.at == now);
    if let Some(contact) = service.and_then(|service| service.contact) {
        records.put(key(call, &case.handler()?, &contact), &case.number)?;
    }
    Ok(())
}

/// `approval.kept`.
pub(crate) fn kept(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Asked {
        holder: SocialCreditCode,
        material: Digest,
    }
    let asked = Asked::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()))?;
    let found = records.bytes(&key(call, &asked.holder, &asked.material))?;
    Ok(json!({ "kept": found.is_some() }))
}
