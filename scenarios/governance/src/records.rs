//! Where the scenario's records lie, and the plan of writes that an enactment either makes whole or not at all.
//!
//! | record | key | what it holds |
//! |---|---|---|
//! | `member` | code | a member that was admitted or changed; a founder without one stands as the genesis document has it |
//! | `roster` | – | the codes of members that were admitted, in their order |
//! | `account` | account | the code of the member that uses or used it |
//! | `validator` | validator key | the code of the member whose node uses or used it |
//! | `schedule` | – | the validator set in force and those that wait for their height |
//! | `epoch` | number of the epoch | a validator set that was in force |
//! | `thresholds` | – | the thresholds that differ from the default |
//! | `parameter` | name | a parameter that differs from the default |
//! | `year` | year | a calendar year that was decided |
//! | `document` | name | the version in force |
//! | `version` | name, version | one version |
//! | `proposal` | identifier of the proposal | its votes and what became of it |
//! | `content` | identifier of the proposal | what it would decide; apart, because votes rewrite the other record |
//! | `open` | code | the open proposals of a member |

use serde::Serialize;
use serde_json::Value;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_execution::{Failure, Records};
use yinxin_types::StateKey;
use yinxin_types::identifiers::SocialCreditCode;

const SCENARIO: &str = "governance";

fn key(algorithm: HashAlgorithm, kind: &str, parts: &[&[u8]]) -> StateKey {
    StateKey::new(algorithm, SCENARIO, kind, parts)
}

fn of_key(algorithm: HashAlgorithm, kind: &str, named: &PublicKey) -> StateKey {
    key(
        algorithm,
        kind,
        &[named.algorithm().as_str().as_bytes(), named.as_bytes()],
    )
}

pub(crate) fn member(algorithm: HashAlgorithm, code: &SocialCreditCode) -> StateKey {
    key(algorithm, "member", &[code.as_str().as_bytes()])
}

pub(crate) fn roster(algorithm: HashAlgorithm) -> StateKey {
    key(algorithm, "roster", &[])
}

pub(crate) fn account(algorithm: HashAlgorithm, account: &PublicKey) -> StateKey {
    of_key(algorithm, "account", account)
}

pub(crate) fn validator(algorithm: HashAlgorithm, validator: &PublicKey) -> StateKey {
    of_key(algorithm, "validator", validator)
}

pub(crate) fn schedule(algorithm: HashAlgorithm) -> StateKey {
    key(algorithm, "schedule", &[])
}

pub(crate) fn epoch(algorithm: HashAlgorithm, epoch: u64) -> StateKey {
    key(algorithm, "epoch", &[&epoch.to_be_bytes()])
}

pub(crate) fn thresholds(algorithm: HashAlgorithm) -> StateKey {
    key(algorithm, "thresholds", &[])
}

pub(crate) fn parameter(algorithm: HashAlgorithm, name: &str) -> StateKey {
    key(algorithm, "parameter", &[name.as_bytes()])
}

pub(crate) fn year(algorithm: HashAlgorithm, year: u32) -> StateKey {
    key(algorithm, "year", &[&year.to_be_bytes()])
}

pub(crate) fn document(algorithm: HashAlgorithm, name: &str) -> StateKey {
    key(algorithm, "document", &[name.as_bytes()])
}

pub(crate) fn version(algorithm: HashAlgorithm, name: &str, version: u64) -> StateKey {
    key(algorithm, "version", &[name.as_bytes(), &version.to_be_bytes()])
}

pub(crate) fn proposal(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
    StateKey::of_digest(algorithm, SCENARIO, "proposal", id)
}

pub(crate) fn content(algorithm: HashAlgorithm, id: &Digest) -> StateKey {
    StateKey::of_digest(algorithm, SCENARIO, "content", id)
}

pub(crate) fn open(algorithm: HashAlgorithm, code: &SocialCreditCode) -> StateKey {
    key(algorithm, "open", &[code.as_str().as_bytes()])
}

/// The writes of a decision. It is made by checks that can only read, so a decision that is refused has written nothing.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    writes: Vec<(StateKey, Value)>,
}

impl Plan {
    /// Adds one record.
    pub fn put<T: Serialize>(&mut self, key: StateKey, record: &T) -> Result<(), Failure> {
        let value = serde_json::to_value(record).map_err(|_| Failure::Damaged(key))?;
        self.writes.push((key, value));
        Ok(())
    }

    /// What would be written under a key.
    pub fn get(&self, key: &StateKey) -> Option<&Value> {
        let found = self.writes.iter().rfind(|(one, _)| one == key);
        found.map(|(_, value)| value)
    }

    /// Writes all of it.
    pub fn write(self, records: &mut Records<'_>) -> Result<(), Failure> {
        self.writes
            .into_iter()
            .try_for_each(|(key, value)| records.put(key, &value))
    }
}
