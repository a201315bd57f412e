//! What the scenario keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`First`] | commitment | by the first deposit of a commitment |
//! | [`Later`] | commitment, entry | by the deposit of a commitment that another account deposited before |
//! | [`Links`] | entry | by a link, or a deposit with links |
//! | [`Challenge`] | identifier of the challenge | by a challenge and by its resolution |
//!
//! **One write and one read for each deposit.** The record under the commitment *is* the answer to "who was first": it names the
//! first entry. An entry is stored a second time nowhere; whether an entry exists is seen under its commitment, which is why links
//! and challenges, which are rare, name the commitment beside the entry. Only a later deposit of the same commitment, rarer still,
//! needs a record of its own. Sealed and open commitments are treated alike: a sealed one is unique by its salt, but whoever
//! copied it from the ledger must find himself second.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_execution::{Failure, Records};
use yinxin_types::{BlockTime, Height, StateKey};

const SCENARIO: &str = "evidence";

/// The most links one entry may have in all: its record stays below 8 KiB.
pub const MAX_ENTRY_LINKS: usize = 64;

/// The first deposit of a commitment (在先). This is also what an outcome shows as `first`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct First {
    pub entry: Digest,
    pub height: Height,
    pub time: BlockTime,
}

impl First {
    pub fn key(algorithm: HashAlgorithm, commitment: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "first", commitment)
    }
}

/// The deposit of a commitment that another account had deposited before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Later {
    pub height: Height,
    pub time: BlockTime,
}

impl Later {
    pub fn key(algorithm: HashAlgorithm, commitment: &Digest, entry: &Digest) -> StateKey {
        let parts = [
            commitment.algorithm().as_str().as_bytes(),
            commitment.bytes(),
            entry.bytes(),
        ];
        StateKey::new(algorithm, SCENARIO, "later", &parts)
    }
}

/// How an entry stands to the one it is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Relation {
    /// It adds to it.
    Supplements,
    /// Its depositor wants it to be read instead.
    Replaces,
    /// It has to do with it.
    Relates,
}

/// One link of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LinkTo {
    pub relation: Relation,
    pub target: Digest,
}

/// The links of an entry in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Links {
    pub links: Vec<LinkTo>,
}

impl Links {
    pub fn key(algorithm: HashAlgorithm, entry: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "links", entry)
    }
}

/// How a challenge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Finding {
    /// The court found for the challenger.
    Upheld,
    /// The court found for the depositor.
    Dismissed,
    /// The challenger took it back.
    Withdrawn,
}

/// A challenge (质疑): who made it against which entry, and how it ended. Its identifier is that of the transaction that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Challenge {
    pub account: PublicKey,
    pub commitment: Digest,
    pub entry: Digest,
    pub finding: Option<Finding>,
}

impl Challenge {
    pub fn key(algorithm: HashAlgorithm, challenge: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "challenge", challenge)
    }
}

/// Whether the entry was deposited under the commitment.
pub(crate) fn exists(
    records: &Records<'_>,
    algorithm: HashAlgorithm,
    commitment: &Digest,
    entry: &Digest,
) -> Result<bool, Failure> {
    let Some(first) = records.get::<First>(&First::key(algorithm, commitment))? else {
        return Ok(false);
    };
    Ok(first.entry == *entry
        || records
            .bytes(&Later::key(algorithm, commitment, entry))?
            .is_some())
}
