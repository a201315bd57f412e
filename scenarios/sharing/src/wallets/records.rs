//! What the module keeps in the state, and where: each record under the identifier of the transaction that made it.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Code, Rejection, StateKey};

use super::codes;
use crate::certificates::records::{Certificate, Moment, SCENARIO};
use crate::certificates::statuses::{self, Mark, Place};

/// How long after a person took something its wallet can fetch it: ten minutes, in milliseconds.
pub const TAKE_MS: u64 = 10 * 60_000;
/// How long a request to a wallet can be answered: ten minutes, in milliseconds.
pub const ASK_MS: u64 = 10 * 60_000;
/// In how many wallets one certificate may be at a time.
pub const MAX_COPIES: usize = 8;

/// What a person takes into a wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Take {
    pub certificate: Digest,
    /// The copy that came of it.
    pub copy: Option<Digest>,
    pub fields: Vec<String>,
    /// Digest of the code that the wallet brings.
    pub offer: Digest,
    pub taken: Moment,
}

/// A copy of some fields of a certificate, bound to the key of a wallet. The key itself is not on the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Copy {
    pub certificate: Digest,
    /// Digest of the credential with the issuer's signature.
    pub credential: Digest,
    /// When the person ended it.
    pub ended: Option<Moment>,
    pub fields: Vec<String>,
    pub issued: Moment,
    pub status: Place,
    pub take: Digest,
    pub until: BlockTime,
}

/// A copy as far as its certificate needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Carried {
    pub copy: Digest,
    pub status: Place,
    pub until: BlockTime,
}

/// What an officer asks a wallet for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ask {
    /// The look that answered it, allowed or refused.
    pub answered: Option<Digest>,
    pub asked: Moment,
    pub body: SocialCreditCode,
    pub case: String,
    pub fields: Vec<String>,
    pub kind: String,
    pub mandate: Digest,
    pub officer: Digest,
    pub purpose: String,
    pub reader: String,
}

impl Take {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "wallet-take", id)
    }

    /// `WALLET_TAKE_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        known(
            records,
            &Self::key(call.hash(), id),
            codes::WALLET_TAKE_UNKNOWN,
            id,
        )
    }
}

impl Copy {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "wallet-copy", id)
    }

    /// `WALLET_COPY_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        known(
            records,
            &Self::key(call.hash(), id),
            codes::WALLET_COPY_UNKNOWN,
            id,
        )
    }

    /// The copy that has a place in an issuer's list, if one has.
    pub fn at(
        call: &Call<'_>,
        records: &Records<'_>,
        issuer: &SocialCreditCode,
        place: Place,
    ) -> Result<Option<(Digest, Self)>, Failure> {
        let Some(id) = statuses::LISTS.given(call, records, issuer, place)? else {
            return Ok(None);
        };
        let copy = records.get::<Self>(&Self::key(call.hash(), &id))?;
        Ok(copy.map(|copy| (id, copy)))
    }
}

impl Ask {
    pub fn key(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "wallet-ask", id)
    }

    /// `WALLET_ASK_UNKNOWN`.
    pub fn known(call: &Call<'_>, records: &Records<'_>, id: &Digest) -> Result<Self, Failure> {
        known(
            records,
            &Self::key(call.hash(), id),
            codes::WALLET_ASK_UNKNOWN,
            id,
        )
    }

    /// Until when it can be answered.
    pub fn until(&self) -> BlockTime {
        self.asked.time.saturating_add(ASK_MS)
    }
}

fn known<T: serde::de::DeserializeOwned>(
    records: &Records<'_>,
    key: &StateKey,
    unknown: Code,
    id: &Digest,
) -> Result<T, Failure> {
    match records.get(key)? {
        Some(record) => Ok(record),
        None => Err(Rejection::new(unknown, format!("there is no {id}")).into()),
    }
}

/// Writes what the place of a certificate, and of every copy of it in a wallet, says: they share its fate.
pub(crate) fn mark_all(
    call: &Call<'_>,
    records: &mut Records<'_>,
    certificate: &Certificate,
    mark: Mark,
) -> Result<(), Failure> {
    let copies = certificate.copies.iter().map(|copy| copy.status);
    for place in std::iter::once(certificate.status).chain(copies) {
        statuses::LISTS.mark(call, records, &certificate.issuer, place, mark)?;
    }
    Ok(())
}

/// What an operation surely reads: the records that its arguments name by identifier.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let algorithm = call.hash();
    type Key = fn(HashAlgorithm, &Digest) -> StateKey;
    let named: [(&str, Key); 4] = [
        ("certificate", Certificate::key),
        ("take", Take::key),
        ("copy", Copy::key),
        ("ask", Ask::key),
    ];
    let key = |(name, key): (&str, Key)| Some(key(algorithm, &crate::desk::digest(call, name)?));
    named.into_iter().filter_map(key).collect()
}
