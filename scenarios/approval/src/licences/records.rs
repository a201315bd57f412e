//! What the module keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Issued`] | identifier of the transaction that issued it | by its issue, its suspension, resumption and revocation, by what becomes of its decision, by its renewal |
//! | status lists | see [`yinxin_execution::statuses`], from list 10,000 on | by an issue, and by what makes a licence invalid or suspended |
//!
//! The credential itself never reaches the ledger, nor does anything that it says about its holder. That a term has passed follows from
//! block time and is never stored.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::statuses::{Lists, Mark, Place};
use yinxin_execution::who::refuse;
use yinxin_execution::{Call, Failure, Moment, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, StateKey};

use crate::SCENARIO;
use crate::cases::codes::LICENCE_UNKNOWN;

/// The status lists in which licences have places.
pub(crate) const LISTS: Lists = Lists {
    scenario: SCENARIO,
    first: 10_000,
};

/// What the issuer last said about a licence. Revocation is for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Valid,
    Suspended,
    Revoked,
}

/// What became of the decision on which a licence rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    InEffect,
    Annulled,
    Superseded,
}

/// How a licence stands at a block time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum IssuedState {
    Valid,
    Suspended,
    Revoked,
    Superseded,
    Expired,
}

/// The last change of a licence by its issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changed {
    pub at: Moment,
    pub officer: Digest,
    pub reason: String,
    pub remedy: Option<String>,
}

/// A term by which a licence counts as renewed, because nothing was decided in time (行政许可法 §50).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extension {
    /// The case in which its renewal was asked for.
    pub case: String,
    /// Until when; none where the renewed licence does not end.
    pub until_ms: Option<u64>,
}

/// A licence that was issued. Its identifier is that of the transaction that issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Issued {
    /// The decision on which it rests.
    pub act: Digest,
    pub basis: Basis,
    pub case: String,
    pub changed: Option<Changed>,
    /// Digest of the credential with the issuer's signature.
    pub credential: Digest,
    pub extensions: Vec<Extension>,
    /// When it begins to be valid, in milliseconds UTC: when it was decided.
    pub from_ms: u64,
    /// The party whose licence it is.
    pub holder: Digest,
    pub issued: Moment,
    pub issuer: SocialCreditCode,
    pub kind: String,
    /// Commitment to the credential, which the issuer keeps encrypted.
    pub material: Digest,
    pub number: String,
    pub officer: Digest,
    /// The licence of a renewal that took its place.
    pub replaced_by: Option<Digest>,
    /// The licence whose place it takes.
    pub replaces: Option<Digest>,
    pub standing: Standing,
    pub status: Place,
    /// When it expires; none where it does not.
    pub until_ms: Option<u64>,
}

impl Issued {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "licence", id)
    }

    /// The licence: `LICENCE_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        match records.get(&Self::key(call.hash(), id))? {
            Some(issued) => Ok(issued),
            None => refuse(LICENCE_UNKNOWN, "there is no licence with this identifier"),
        }
    }

    /// A licence that another record names.
    pub fn named(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        let key = Self::key(call.hash(), id);
        records.get(&key)?.ok_or(Failure::Damaged(key))
    }

    /// Until when it counts as renewed by silence, if it does; the inner none where that has no end.
    pub fn extended_until(&self) -> Option<Option<u64>> {
        let mut longest: Option<Option<u64>> = None;
        for extension in &self.extensions {
            longest = Some(match (longest, extension.until_ms) {
                (None, until) => until,
                (Some(None), _) | (_, None) => None,
                (Some(Some(one)), Some(other)) => Some(one.max(other)),
            });
        }
        longest
    }

    /// How it stands at a time.
    pub fn state(&self, at: BlockTime) -> IssuedState {
        let until = self.extended_until().unwrap_or(self.until_ms);
        if self.standing == Standing::Revoked || self.basis == Basis::Annulled {
            IssuedState::Revoked
        } else if self.basis == Basis::Superseded || self.replaced_by.is_some() {
            IssuedState::Superseded
        } else if until.is_some_and(|until_ms| until_ms <= at.0) {
            IssuedState::Expired
        } else if self.standing == Standing::Suspended {
            IssuedState::Suspended
        } else {
            IssuedState::Valid
        }
    }

    /// What its place in the status list says. That it expired stands in the credential itself.
    fn mark(&self) -> Mark {
        match self.state(BlockTime(0)) {
            IssuedState::Revoked | IssuedState::Superseded => Mark::Invalid,
            IssuedState::Suspended => Mark::Suspended,
            IssuedState::Valid | IssuedState::Expired => Mark::Valid,
        }
    }

    /// Writes it, and what its place says where that has changed.
    pub fn write(
        &self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        id: &Digest,
        before: &Self,
    ) -> Result<(), Failure> {
        if self.mark() != before.mark() {
            LISTS.mark(call, records, &self.issuer, self.status, self.mark())?;
        }
        records.put(Self::key(call.hash(), id), self)
    }
}

/// What an operation surely reads: the licence that its arguments name.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let named = call
        .body
        .arguments
        .get("licence")
        .and_then(serde_json::Value::as_str);
    let id: Option<Digest> = named.and_then(|text| text.parse().ok());
    id.map(|id| Issued::key(call.hash(), &id)).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use yinxin_types::Height;

    use super::*;

    fn issued() -> Issued {
        let digest = |text: &str| HashAlgorithm::Sha256.hash(&[text.as_bytes()]);
        Issued {
            act: digest("act"),
            basis: Basis::InEffect,
            case: "1".to_owned(),
            changed: None,
            credential: digest("credential"),
            extensions: Vec::new(),
            from_ms: 1_000,
            holder: digest("holder"),
            issued: Moment {
                height: Height(7),
                time: BlockTime(2_000),
            },
            issuer: "119901000000020229".parse().unwrap(),
            kind: "permit".to_owned(),
            material: digest("material"),
            number: "1-1".to_owned(),
            officer: digest("officer"),
            replaced_by: None,
            replaces: None,
            standing: Standing::Valid,
            status: Place {
                index: 7,
                list: 10_000,
            },
            until_ms: Some(5_000),
        }
    }

    /// docs/reference/formats.md, section 10.
    #[test]
    fn the_record_has_the_form_that_is_written_down() {
        let issued = issued();
        let bytes = yinxin_types::canonical::to_bytes(&issued).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let expected = format!(
            concat!(
                r#"{{"act":"{}","basis":"in_effect","case":"1","changed":null,"credential":"{}","extensions":[],"from_ms":1000,"#,
                r#""holder":"{}","issued":{{"height":7,"time":2000}},"issuer":"119901000000020229","kind":"permit","#,
                r#""material":"{}","number":"1-1","officer":"{}","replaced_by":null,"replaces":null,"standing":"valid","#,
                r#""status":{{"index":7,"list":10000}},"until_ms":5000}}"#,
            ),
            issued.act, issued.credential, issued.holder, issued.material, issued.officer,
        );
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_final_comes_before_what_passes_and_time_before_suspension() {
        let stands = |change: &dyn Fn(&mut Issued), at: u64| {
            let mut one = issued();
            change(&mut one);
            one.state(BlockTime(at))
        };
        assert_eq!(stands(&|_| {}, 4_999), IssuedState::Valid);
        assert_eq!(stands(&|_| {}, 5_000), IssuedState::Expired);
        let suspended = |one: &mut Issued| one.standing = Standing::Suspended;
        assert_eq!(stands(&suspended, 0), IssuedState::Suspended);
        assert_eq!(stands(&suspended, 5_000), IssuedState::Expired);
        let replaced = |one: &mut Issued| one.replaced_by = Some(one.act);
        assert_eq!(stands(&replaced, 5_000), IssuedState::Superseded);
        let annulled = |one: &mut Issued| {
            replaced(one);
            one.basis = Basis::Annulled;
        };
        assert_eq!(stands(&annulled, 5_000), IssuedState::Revoked);
        // The longest extension counts, and one without an end is the longest.
        let extend = |until_ms: &[Option<u64>]| {
            let mut one = issued();
            one.extensions = until_ms
                .iter()
                .map(|until_ms| Extension {
                    case: "2".to_owned(),
                    until_ms: *until_ms,
                })
                .collect();
            one.extended_until()
        };
        assert_eq!(extend(&[]), None);
        assert_eq!(extend(&[Some(9), Some(8)]), Some(Some(9)));
        assert_eq!(extend(&[Some(9), None]), Some(None));
    }
}
