//! The records an operation sees and writes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use yinxin_types::canonical;
use yinxin_types::{Rejection, StateKey};

/// Why an operation did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A rule refused it.
    Rejected(Rejection),
    /// A rule refused it, and the refusal itself goes on record: what the operation wrote so far stays, and the receipt bears both the code
    /// and an outcome. An attempt to read protected data is an event whether it succeeds or not (R11 of the domain's rules; PIPL §45, §54).
    Denied(Box<Denial>),
    /// A record was needed that has not been fetched yet; the operation runs again when it has.
    Wanted(StateKey),
    /// A stored record cannot be read, or an outcome cannot be stored: the state or the program is damaged, and the node must stop.
    Damaged(StateKey),
}

/// A refusal that is itself on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The rule that refused it.
    pub rejection: Rejection,
    /// What the receipt tells of the attempt.
    pub outcome: Value,
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

pub(crate) type Values = BTreeMap<StateKey, Option<Vec<u8>>>;

/// The state as one operation sees it: what was fetched, over it what earlier transactions of the block wrote, over that its own writes.
#[derive(Debug)]
pub struct Records<'a> {
    fetched: &'a Values,
    block: &'a Values,
    own: Values,
}

impl<'a> Records<'a> {
    /// Over the values fetched from the parent's state and those already written in this block.
    pub(crate) fn new(fetched: &'a Values, block: &'a Values) -> Self {
        Self {
            fetched,
            block,
            own: BTreeMap::new(),
        }
    }

    /// The writes of the operation.
    pub(crate) fn into_writes(self) -> Values {
        self.own
    }

    /// The bytes of a record, if there is one.
    pub fn bytes(&self, key: &StateKey) -> Result<Option<&[u8]>, Failure> {
        let layers = [&self.own, self.block, self.fetched];
        match layers.into_iter().find_map(|layer| layer.get(key)) {
            Some(value) => Ok(value.as_deref()),
            None => Err(Failure::Wanted(*key)),
        }
    }

    /// A record, if there is one.
    pub fn get<T: DeserializeOwned>(&self, key: &StateKey) -> Result<Option<T>, Failure> {
        match self.bytes(key)? {
            Some(bytes) => serde_json::from_slice(bytes)
                .map(Some)
                .map_err(|_| Failure::Damaged(*key)),
            None => Ok(None),
        }
    }

    /// Stores a record as canonical JSON.
    pub fn put<T: Serialize>(&mut self, key: StateKey, record: &T) -> Result<(), Failure> {
        let bytes = canonical::to_bytes(record).map_err(|_| Failure::Damaged(key))?;
        self.own.insert(key, Some(bytes));
        Ok(())
    }

    /// Stores the bytes of a record that has a form of its own.
    pub(crate) fn put_bytes(&mut self, key: StateKey, bytes: Vec<u8>) {
        self.own.insert(key, Some(bytes));
    }

    /// Removes a record.
    pub fn delete(&mut self, key: StateKey) {
        self.own.insert(key, None);
    }
}
