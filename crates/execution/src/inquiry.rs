//! Questions from outside: what a scenario answers from the records of one final block, without a transaction.

use serde_json::Value;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::{Body, Genesis, Rejection, StateKey, codes};

use crate::records::{Failure, Records, Values};
use crate::registry::Registry;
use crate::run::BlockContext;
use crate::scenario::Call;
use crate::upgrades::Versions;

/// The operation that the call of an inquiry names; no scenario can have it.
const NO_OPERATION: &str = "inquiry";

/// Asks the questions of a chain's scenarios over the state after one block. Whoever holds the state supplies the wanted records, as for a
/// [`crate::Run`]; records of another block must not be mixed in.
#[derive(Debug)]
pub struct Inquiry<'a> {
    registry: &'a Registry,
    genesis: &'a Genesis,
    block: BlockContext,
    body: Body,
    fetched: Values,
}

impl<'a> Inquiry<'a> {
    /// Over the state after `block`. `account` is who asks: questions about who acts are answered for it.
    pub fn new(
        registry: &'a Registry,
        genesis: &'a Genesis,
        chain: Digest,
        block: BlockContext,
        account: PublicKey,
    ) -> Self {
        let body = Body {
            account,
            arguments: serde_json::Map::new(),
            chain,
            cosigners: Vec::new(),
            operation: NO_OPERATION.to_owned(),
            salt: String::new(),
            valid_until: block.time,
        };
        Self {
            registry,
            genesis,
            block,
            body,
            fetched: Values::new(),
        }
    }

    /// Hands over the value of a wanted record.
    pub fn supply(&mut self, key: StateKey, value: Option<Vec<u8>>) {
        self.fetched.insert(key, value);
    }

    /// The answer to a question. [`Failure::Wanted`] names a record to supply before asking again; an unknown question is `TX_OPERATION`,
    /// one to a scenario whose records are being migrated `SCENARIO_MIGRATING`.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn ask(&self, question: &str, about: &Value) -> Result<Value, Failure> {
        let written = Values::new();
        let records = Records::new(&self.fetched, &written);
        let versions = Versions::load(self.genesis.suite.hash(), &records)?;
        let found = self.registry.question_at(question, &versions)?;
        let found = found.ok_or_else(|| {
            Rejection::new(
                codes::TX_OPERATION,
                "no scenario of this chain answers such a question",
            )
        })?;
        let call = Call {
            body: &self.body,
            id: self.block.parent,
            index: 0,
            block: &self.block,
            genesis: self.genesis,
            registry: self.registry,
            versions: &versions,
        };
        (found.answer)(&call, &records, about)
    }
}
