//! Asking scenarios over the newest state.

use serde_json::Value;
use tracing::error;
use yinxin_api::Answers;
use yinxin_crypto::PublicKey;
use yinxin_execution::{BlockContext, ChainRecord, Failure, Inquiry};
use yinxin_types::{BlockTime, Height, Rejection, StateKey, codes};

use super::Core;

/// How often a set of questions begins anew because a block became final in between.
const ATTEMPTS: usize = 8;

/// How an attempt to answer ended.
enum Attempt {
    Done(Answers),
    Moved,
    Unreadable,
}

impl Core {
    /// The answers to questions, all over the state of one height. None while the state cannot be read.
    pub(super) async fn inquire(
        &self,
        account: Option<PublicKey>,
        questions: &[(String, Value)],
    ) -> Option<Answers> {
        for _ in 0..ATTEMPTS {
            match self.attempt(account, questions).await {
                Attempt::Done(answers) => return Some(answers),
                Attempt::Moved => {}
                Attempt::Unreadable => return None,
            }
        }
        None
    }

    /// One answer, for the node's own use.
    pub(super) async fn inquire_one(
        &self,
        account: Option<PublicKey>,
        question: &str,
        about: Value,
    ) -> Result<Value, Rejection> {
        let unreadable = || Rejection::new(codes::API_UNAVAILABLE, "the state cannot be read now");
        let asked = [(question.to_owned(), about)];
        let answers = self.inquire(account, &asked).await.ok_or_else(unreadable)?;
        answers.answers.into_iter().next().ok_or_else(unreadable)?
    }

    async fn attempt(&self, account: Option<PublicKey>, questions: &[(String, Value)]) -> Attempt {
        let mut wanted = Vec::new();
        let Some((height, _)) = self.read_at(&mut wanted).await else {
            return Attempt::Unreadable;
        };
        let block = BlockContext {
            height,
            time: self.time_of(height),
            parent: self.rules.chain,
        };
        // Nobody signs for a question; where nobody is signed in, it is asked in the name of this node's validator, which is no party.
        let account = account.unwrap_or(self.validator);
        let mut inquiry = Inquiry::new(&self.registry, &self.genesis, self.rules.chain, block, account);
        let mut answers = Vec::with_capacity(questions.len());
        for (question, about) in questions {
            loop {
                match inquiry.ask(question, about) {
                    Ok(answer) => answers.push(Ok(answer)),
                    Err(Failure::Rejected(rejection)) => answers.push(Err(rejection)),
                    Err(Failure::Denied(denial)) => answers.push(Err(denial.rejection)),
                    Err(Failure::Damaged(key)) => {
                        error!(record = hex::encode(key.0), "a record cannot be read");
                        return Attempt::Unreadable;
                    }
                    Err(Failure::Wanted(key)) => {
                        let mut keys = vec![key];
                        match self.read_at(&mut keys).await {
                            Some((at, values)) if at == height => {
                                for (key, value) in keys.into_iter().zip(values) {
                                    inquiry.supply(key, value);
                                }
                                continue;
                            }
                            Some(_) => return Attempt::Moved,
                            None => return Attempt::Unreadable,
                        }
                    }
                }
                break;
            }
        }
        Attempt::Done(Answers {
            height,
            time: block.time,
            answers,
        })
    }

    /// The values of records, and the height whose state they are of.
    async fn read_at(&self, keys: &mut Vec<StateKey>) -> Option<(Height, Vec<Option<Vec<u8>>>)> {
        keys.push(ChainRecord::key(self.rules.hash));
        let mut values = self.ledger.get()?.read(keys.clone()).await?;
        keys.pop();
        let height = match values.pop()? {
            Some(bytes) => Height(serde_json::from_slice::<ChainRecord>(&bytes).ok()?.blocks),
            None => Height::GENESIS,
        };
        Some((height, values))
    }

    /// The time of a block that is final; of one that is not recorded here yet, the newest time that is.
    fn time_of(&self, height: Height) -> BlockTime {
        let tip = *self.tip.lock();
        if tip.height == height {
            return tip.time;
        }
        let recorded = self.index.block(height).ok().and_then(|found| found.value);
        recorded.map_or(tip.time, |block| block.header.time)
    }
}
