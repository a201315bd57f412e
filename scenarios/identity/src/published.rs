//! Keys that a party publishes for others to use: to encrypt to it, and to verify the credentials it issues. They are not accounts and
//! act for nobody.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::StateKey;

use crate::arguments::{Publish, Purpose};
use crate::authority::{party, refuse, signer, with_code};
use crate::codes;
use crate::edge;
use crate::permission::Actor;
use crate::records::Moment;

/// The most keys of one party for one purpose, replaced ones included: what they verified stays verifiable.
pub const MAX_PUBLISHED: usize = 64;

/// One published key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PublishedKey {
    from: Moment,
    key: String,
    /// When another took its place.
    replaced: Option<Moment>,
}

fn place(algorithm: HashAlgorithm, party: &Digest, purpose: Purpose) -> StateKey {
    let parts = [party.bytes().as_slice(), purpose.name().as_bytes()];
    StateKey::new(algorithm, "identity", "published", &parts)
}

/// `identity.publish`: publishes a key of the account's party, which replaces the one before. Refused with `AUTH_KEY_*`, `ID_KEY_LIMIT`.
/// The same key again succeeds and changes nothing.
pub(crate) fn publish(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let Publish { key, purpose } = call.arguments()?;
    let id = signer(call, records, &call.body.account)?;
    let place = place(call.hash(), &id, purpose);
    let mut keys: Vec<PublishedKey> = records.get(&place)?.unwrap_or_default();
    if keys.last().is_some_and(|newest| newest.key == key) {
        return Ok(json!({ "concerns": [id], "party": id }));
    }
    if keys.len() >= MAX_PUBLISHED {
        return refuse(
            codes::ID_KEY_LIMIT,
            format!("the party has published {MAX_PUBLISHED} keys for this"),
        );
    }
    let party = party(call, records, &id)?;
    Actor::itself(&id, &party).permit_party(call, records, (&id, &party), true)?;

    let now = Moment::of(call);
    if let Some(newest) = keys.last_mut() {
        newest.replaced = Some(now);
    }
    keys.push(PublishedKey {
        from: now,
        key: key.to_owned(),
        replaced: None,
    });
    records.put(place, &keys)?;
    Ok(json!({ "concerns": [id], "party": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    code: Option<String>,
    party: Option<Digest>,
    purpose: Purpose,
}

/// `identity.published`: the keys of a party for a purpose, newest first; an empty list where it has published none. Refused with
/// `ID_PARTY_UNKNOWN`, `ID_FORMAT` or `ID_CHECKDIGIT`.
pub(crate) fn published(call: &Call<'_>, records: &Records<'_>, value: &Value) -> Result<Value, Failure> {
    let asked = Asked::deserialize(value).map_err(|error| {
        yinxin_types::Rejection::new(yinxin_types::codes::TX_ARGUMENTS, error.to_string())
    })?;
    let id = match (asked.party, asked.code) {
        (Some(id), None) => id,
        (None, Some(code)) => with_code(call, records, &edge::social_credit_code(&code)?)?,
        _ => return refuse(yinxin_types::codes::TX_ARGUMENTS, "either `party` or `code`"),
    };
    party(call, records, &id)?;
    let mut keys: Vec<PublishedKey> = records
        .get(&place(call.hash(), &id, asked.purpose))?
        .unwrap_or_default();
    keys.reverse();
    Ok(json!({ "keys": keys, "party": id }))
}
