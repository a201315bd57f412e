//! What service items keep in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | [`Head`] | `item-head`, code | by a publication, a withdrawal |
//! | [`Version`] | `item-version`, code, number from 1 | once, never changed |
//! | last 13 digits of codes, sorted | `item-of`, code of the department | by the first publication of an item, gone with its withdrawal |
//! | last 13 digits of codes, sorted | `item-event`, event, code of the department | with the events of the version in force |
//! | codes of departments, sorted | `item-departments`, event or nothing | by the first item of a department |

use serde::{Deserialize, Serialize};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::{Failure, Records};
use yinxin_types::identifiers::{ServiceItemCode, SocialCreditCode};
use yinxin_types::{BlockTime, StateKey};

use super::content::{Content, LifeEvent};

/// The scenario's name in state keys.
const SCENARIO: &str = "approval";
/// The most items of one department that are offered at a time.
pub const MAX_ITEMS: usize = 4096;
/// The most departments with items.
pub const MAX_DEPARTMENTS: usize = 1024;

/// Whether an item is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Published,
    Withdrawn,
}

/// Where an item stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// Why it was withdrawn.
    pub reason: Option<String>,
    pub state: State,
    /// The version in force.
    pub version: u32,
}

impl Head {
    pub fn key(algorithm: HashAlgorithm, code: &ServiceItemCode) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "item-head", &[code.as_str().as_bytes()])
    }
}

/// One version of an item. Cases keep the one under which they were submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Version {
    pub content: Content,
    pub published: BlockTime,
    pub version: u32,
}

impl Version {
    pub fn key(algorithm: HashAlgorithm, code: &ServiceItemCode, number: u32) -> StateKey {
        let parts = [code.as_str().as_bytes(), &number.to_be_bytes()];
        StateKey::new(algorithm, SCENARIO, "item-version", &parts)
    }

    /// A version by its number.
    pub fn find(
        records: &Records<'_>,
        algorithm: HashAlgorithm,
        code: &ServiceItemCode,
        number: u32,
    ) -> Result<Option<Self>, Failure> {
        records.get(&Self::key(algorithm, code, number))
    }
}

/// An item with its version in force, withdrawn ones included.
pub(crate) fn current(
    records: &Records<'_>,
    algorithm: HashAlgorithm,
    code: &ServiceItemCode,
) -> Result<Option<(Head, Version)>, Failure> {
    let Some(head) = records.get::<Head>(&Head::key(algorithm, code))? else {
        return Ok(None);
    };
    let key = Version::key(algorithm, code, head.version);
    let version = records.get(&key)?.ok_or(Failure::Damaged(key))?;
    Ok(Some((head, version)))
}

/// Where the items of a department are, or those of them that belong to an event.
pub(crate) fn list_key(
    algorithm: HashAlgorithm,
    department: &SocialCreditCode,
    event: Option<LifeEvent>,
) -> StateKey {
    match event {
        None => StateKey::new(algorithm, SCENARIO, "item-of", &[department.as_str().as_bytes()]),
        Some(event) => {
            let parts = [event.as_str().as_bytes(), department.as_str().as_bytes()];
            StateKey::new(algorithm, SCENARIO, "item-event", &parts)
        }
    }
}

/// Where the departments are that have items, or items of an event.
pub(crate) fn departments_key(algorithm: HashAlgorithm, event: Option<LifeEvent>) -> StateKey {
    let name = event.map(LifeEvent::as_str).unwrap_or_default();
    StateKey::new(algorithm, SCENARIO, "item-departments", &[name.as_bytes()])
}
