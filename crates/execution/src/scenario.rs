//! What a scenario (场景) is: a name, a table of operations, its codes and its words.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_types::codes::{self, Texts};
use yinxin_types::{Body, Code, Genesis, Rejection, StateKey};

use crate::records::{Failure, Records};
use crate::registry::Registry;
use crate::run::BlockContext;
use crate::upgrades::{FIRST_VERSION, Migration, Versions};

/// One operation being called: the signed body, its identifier, and the block it runs in.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// What was signed.
    pub body: &'a Body,
    /// Identifier of the transaction.
    pub id: Digest,
    /// Position in the block.
    pub index: u32,
    /// The block it runs in.
    pub block: &'a BlockContext,
    /// The founding document of the chain.
    pub genesis: &'a Genesis,
    /// The scenarios of the chain, which meet by the names of their questions only.
    pub registry: &'a Registry,
    /// By which versions the block runs.
    pub versions: &'a Versions,
}

impl<'a> Call<'a> {
    /// The arguments as the operation's type; unknown, missing or malformed members are [`codes::TX_ARGUMENTS`].
    pub fn arguments<T: Deserialize<'a>>(&self) -> Result<T, Rejection> {
        arguments(self.body)
    }

    /// Whether this key signed: the account's own, or a cosigner's such as the seal of the department for which an officer acts.
    pub fn signed_by(&self, key: &PublicKey) -> bool {
        self.body.account == *key || self.body.cosigners.contains(key)
    }

    /// The algorithm of the chain's digests.
    pub fn hash(&self) -> HashAlgorithm {
        self.genesis.suite.hash()
    }

    /// Asks another scenario a question about the records as they stand at this point of the block, the writes of this operation
    /// included. The answer that is not of the wanted form is damage: answers come from stored records. A scenario whose records are being
    /// migrated refuses with `SCENARIO_MIGRATING`.
    pub fn ask<T: DeserializeOwned>(
        &self,
        records: &Records<'_>,
        question: &str,
        about: &Value,
    ) -> Result<T, Failure> {
        let Some(found) = self.registry.question_at(question, self.versions)? else {
            let detail = format!("no scenario of this chain answers `{question}`");
            return Err(Rejection::new(codes::TX_OPERATION, detail).into());
        };
        let answer = (found.answer)(self, records, about)?;
        serde_json::from_value(answer).map_err(|_| Failure::Damaged(StateKey([0; 32])))
    }
}

/// What a scenario answers to others (问询): read only, from its own records. Scenarios never import each other; they meet here.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Identifier, `<scenario>.<noun>`.
    pub id: &'static str,
    /// The answer as JSON; its form is documented where the question is defined.
    pub answer: fn(&Call<'_>, &Records<'_>, &Value) -> Result<Value, Failure>,
}

/// Decodes the arguments of a body, whose texts the result may borrow; see [`Call::arguments`].
pub fn arguments<'a, T: Deserialize<'a>>(body: &'a Body) -> Result<T, Rejection> {
    T::deserialize(&body.arguments).map_err(|error| Rejection::new(codes::TX_ARGUMENTS, error.to_string()))
}

/// One operation of a scenario.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Identifier, `<scenario>.<verb>`.
    pub id: &'static str,
    /// Checks the arguments alone; runs at the door, before anything waits for a block.
    pub check: fn(&Body) -> Result<(), Rejection>,
    /// The records the operation will surely look at, so that a block's reads are fetched together. Others are fetched on demand.
    pub reads: fn(&Call<'_>) -> Vec<StateKey>,
    /// The operation: checks in documented order, then writes. Its writes are dropped if it fails.
    pub run: fn(&Call<'_>, &mut Records<'_>) -> Result<Value, Failure>,
}

/// What a scenario does when one of its timers (定时器) falls due; see [`Call::schedule`].
///
/// Both are given a call that nobody signed: its operation is `<scenario>.alarm`, its arguments are empty, its account is nobody's, and its
/// identifier is that of the occurrence (到期事件). What it asks, reads, writes and schedules is as in an operation.
#[derive(Clone, Copy, Debug)]
pub struct Alarm {
    /// The records it will surely look at for a timer of this key, so that a block's reads are fetched together.
    pub reads: fn(&Call<'_>, &str) -> Vec<StateKey>,
    /// What is done for a timer of this key. `None` gives no receipt: nobody needs a proof of it, for instance because the deadline was met
    /// long before, or it is only looked at again later. A rejection leaves no writes and is on record with its code.
    pub run: fn(&Call<'_>, &mut Records<'_>, &str) -> Result<Option<Value>, Failure>,
}

/// A class of documents that governance enacts and a scenario reads: their names begin with one prefix, and a check refuses what the
/// scenario could not read later. Versions stay: what runs under one keeps it.
#[derive(Clone, Copy, Debug)]
pub struct DocumentClass {
    /// How the names begin, such as `process/`.
    pub prefix: &'static str,
    /// Checks the text of a document: its whole name, its version, its text. A pure function of these, like everything on the way to a root.
    pub check: fn(name: &str, version: u64, text: &str) -> Result<(), Rejection>,
    /// Checks what such a document rests on, as the records stand: what it names must be enacted before it. It gets name, version and text, after
    /// the check; none where documents of the class name no others.
    pub links: Option<Links>,
}

/// See [`DocumentClass::links`].
pub type Links = fn(&Call<'_>, &Records<'_>, (&str, u64, &str)) -> Result<(), Failure>;

/// A scenario of government, plugged into a chain.
pub trait Scenario: Send + Sync {
    /// Its name, the first part of its operations' identifiers.
    fn name(&self) -> &'static str;
    /// Which version (场景版本) of the scenario this is. A program holds every version that its chain ever had, each whole: blocks are executed
    /// again by the version that was in force, and a new one waits for the height that governance decides.
    fn version(&self) -> u32 {
        FIRST_VERSION
    }
    /// The version before this one; the first has none.
    fn before(&self) -> Option<Arc<dyn Scenario>> {
        None
    }
    /// What takes the records of the version before to this one; none where they stay as they are.
    fn migration(&self) -> Option<Migration> {
        None
    }
    /// Its operations.
    fn operations(&self) -> &'static [Operation];
    /// What it does when its timers fall due; only a scenario with an alarm can set any.
    fn alarm(&self) -> Option<Alarm> {
        None
    }
    /// What it answers to other scenarios.
    fn questions(&self) -> &'static [Question] {
        &[]
    }
    /// Which of its questions anybody may ask at a node, without signing in; the others are answered to whom the node knows.
    fn open_questions(&self) -> &'static [&'static str] {
        &[]
    }
    /// Which of its questions a node answers only to whom the answer names, himself or a body he acts for, and to auditors: what they are about
    /// can be guessed or is known to others.
    fn personal_questions(&self) -> &'static [&'static str] {
        &[]
    }
    /// Which of its questions its policies decide about: they are actions of the policies beside the operations, and ask them themselves
    /// ([`who::Who::permit_as`](crate::who::Who::permit_as)). None has the name of an operation.
    fn decided_questions(&self) -> &'static [&'static str] {
        &[]
    }
    /// The questions of others that its operations ask; a chain without them is refused when it is put together.
    fn asks(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether anybody may see in a node's list of transactions which of its operations happened, and by whose key. Otherwise only who acted and
    /// auditors do: that an officer looked at somebody's data, or when a person's key was revoked, is told to those concerned alone. The same
    /// goes for what came of its timers, whose keys must then be such that nobody can guess them: whoever knows one may ask what came of it.
    fn listed(&self) -> bool {
        false
    }
    /// Its default policies, each source with its name; see [`Call::permit`].
    fn policies(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }

    /// The operations that a law gives to whoever is concerned, and no policy of governance takes away ([`Call::permit_by_right`]).
    fn rights(&self) -> &'static [&'static str] {
        &[]
    }

    /// The documents that it reads, by the beginning of their names. Governance enacts one only if it passes the check.
    fn documents(&self) -> &'static [DocumentClass] {
        &[]
    }

    /// The question, of its own, that says who votes on blocks: about `{height}` it answers the `ValidatorSet` (验证者集合) of that height as
    /// decided until now, its keys in order, its epoch (纪元) the first in which it votes. At most one scenario of a chain has one; without,
    /// the founders vote for ever.
    fn validators(&self) -> Option<&'static str> {
        None
    }
    /// Its rejection codes.
    fn codes(&self) -> &'static [Code];
    /// Its sentences in Chinese, by code name.
    fn zh(&self) -> &'static Texts;
    /// Its sentences in English, by code name.
    fn en(&self) -> &'static Texts;
}
