//! Invariants, looked at over a state outside any block.

use serde_json::Value;
use yinxin_types::{Genesis, StateKey};

use super::{Invariant, MIGRATE, PART_RECORDS, Part, Versions};
use crate::history::ChainRecord;
use crate::records::{Failure, Records, Values};
use crate::registry::Registry;
use crate::run::BlockContext;
use crate::scenario::Call;
use crate::timers::unsigned;

/// Looks at the invariants of a scenario over the records of one state, which its driver supplies as for a [`crate::Run`].
#[derive(Debug)]
pub struct Inspection<'a> {
    registry: &'a Registry,
    genesis: &'a Genesis,
    block: BlockContext,
    versions: Versions,
    fetched: Values,
}

impl<'a> Inspection<'a> {
    /// Over the state after `block`, by the versions that it left.
    pub fn new(
        registry: &'a Registry,
        genesis: &'a Genesis,
        block: BlockContext,
        versions: Versions,
    ) -> Self {
        Self {
            registry,
            genesis,
            block,
            versions,
            fetched: Values::new(),
        }
    }

    /// Hands over the value of a wanted record.
    pub fn supply(&mut self, key: StateKey, value: Option<Vec<u8>>) {
        self.fetched.insert(key, value);
    }

    /// Forgets what was handed over, so that a million records need not be held together.
    pub fn forget(&mut self) {
        self.fetched.clear();
    }

    /// Looks at one part from a place, null at first.
    ///
    /// # Errors
    /// [`Failure::Wanted`] names a record to supply before asking again; a rejection says what breaks the rule.
    pub fn look(&self, scenario: &str, invariant: &Invariant, cursor: &Value) -> Result<Part, Failure> {
        let damaged = || Failure::Damaged(ChainRecord::key(self.genesis.suite.hash()));
        let chain = self.genesis.chain().map_err(|_| damaged())?;
        let body = unsigned(chain, &self.block, format!("{scenario}.{MIGRATE}")).ok_or_else(damaged)?;
        let nothing = Values::new();
        let records = Records::new(&self.fetched, &nothing);
        let call = Call {
            body: &body,
            id: self.block.parent,
            index: 0,
            block: &self.block,
            genesis: self.genesis,
            registry: self.registry,
            versions: &self.versions,
        };
        (invariant.part)(&call, &records, cursor, PART_RECORDS)
    }
}
