//! Who votes on blocks (验证者集合), as the records have it.

use serde_json::json;
use yinxin_types::{BlockTime, Genesis, Height, StateKey, ValidatorSet};

use crate::history::ChainRecord;
use crate::records::{Failure, Records, Values};
use crate::registry::Registry;
use crate::run::BlockContext;
use crate::scenario::Call;
use crate::timers::unsigned;
use crate::upgrades::Versions;

/// The set of a height, as decided until now. Without a scenario that says so, the founders vote for ever.
pub(crate) fn validators(
    registry: &Registry,
    genesis: &Genesis,
    block: &BlockContext,
    records: &Records<'_>,
    height: Height,
) -> Result<ValidatorSet, Failure> {
    let Some(id) = registry.validators() else {
        return Ok(genesis.validators());
    };
    let versions = Versions::load(genesis.suite.hash(), records)?;
    let damaged = || Failure::Damaged(ChainRecord::key(genesis.suite.hash()));
    // The question is asked by the chain itself; what it is asked through is nobody's transaction.
    let chain = genesis.chain().map_err(|_| damaged())?;
    let body = unsigned(chain, block, String::new()).ok_or_else(damaged)?;
    let call = Call {
        body: &body,
        id: block.parent,
        index: 0,
        block,
        genesis,
        registry,
        versions: &versions,
    };
    let question = registry.question_at(id, &versions)?.ok_or_else(damaged)?;
    let answer = (question.answer)(&call, records, &json!({ "height": height }));
    let answer = answer.map_err(|failure| match failure {
        Failure::Rejected(_) | Failure::Denied(_) => damaged(),
        wanted_or_damaged => wanted_or_damaged,
    })?;
    let set: ValidatorSet = serde_json::from_value(answer).map_err(|_| damaged())?;
    // A set begins with an epoch and has voters; anything else is no answer.
    if set.validators.is_empty() || set.epoch > height.epoch() {
        return Err(damaged());
    }
    Ok(set)
}

/// How far a question about the validators has come.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// This record is needed; [`ValidatorsAt::supply`] it, then go on.
    Wanted(StateKey),
    /// The set.
    Done(ValidatorSet),
    /// A stored record cannot be read.
    Damaged(StateKey),
}

/// The question who votes at a height, put to the records of a state outside any block.
#[derive(Debug)]
pub struct ValidatorsAt<'a> {
    registry: &'a Registry,
    genesis: &'a Genesis,
    height: Height,
    fetched: Values,
}

impl<'a> ValidatorsAt<'a> {
    /// Prepares to ask.
    pub fn new(registry: &'a Registry, genesis: &'a Genesis, height: Height) -> Self {
        Self {
            registry,
            genesis,
            height,
            fetched: Values::new(),
        }
    }

    /// Hands over the value of a wanted record.
    pub fn supply(&mut self, key: StateKey, value: Option<Vec<u8>>) {
        self.fetched.insert(key, value);
    }

    /// Goes on until a record is wanted or the answer is known.
    pub fn advance(&self) -> Asked {
        let nothing = Values::new();
        let records = Records::new(&self.fetched, &nothing);
        let block = BlockContext {
            height: self.height,
            time: BlockTime(0),
            parent: self.genesis.suite.hash().hash(&[]),
        };
        match validators(self.registry, self.genesis, &block, &records, self.height) {
            Ok(set) => Asked::Done(set),
            Err(Failure::Wanted(key)) => Asked::Wanted(key),
            Err(Failure::Damaged(key)) => Asked::Damaged(key),
            Err(Failure::Rejected(_) | Failure::Denied(_)) => {
                Asked::Damaged(ChainRecord::key(self.genesis.suite.hash()))
            }
        }
    }
}
