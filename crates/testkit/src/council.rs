//! The members of a simulated chain decide who votes: they propose, vote and try again until it is enacted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use yinxin_client::transaction::Request;
use yinxin_consensus::runtime::Clock as _;
use yinxin_consensus::simulated::Context;
use yinxin_crypto::{Digest, PrivateKey};
use yinxin_types::units::EPOCH_BLOCKS;
use yinxin_types::{Member, Transaction};

use crate::chance::Chance;
use crate::http::Doors;
use crate::platform::now;
use crate::shelf;

/// How far ahead of a height a change is told, in blocks; the first thing the council decides.
const NOTICE: u64 = 8;
/// Blocks that may pass until a proposal has all its votes.
const SLACK: u64 = 24;
/// How far ahead of its height an upgrade is proposed: what is told at least, and blocks for the votes.
const UPGRADE_NOTICE: u64 = 130;
/// How long a council tries, in milliseconds.
const PATIENCE_MS: u64 = 200_000;
/// Codes with which a decision is only too early or too late, and may be tried again.
const AGAIN: [&str; 4] = [
    "GOV_HEIGHT",
    "GOV_VALIDATORS_THIRD",
    "GOV_VALIDATORS_FEW",
    "GOV_SCHEDULE_LIMIT",
];

/// A change of the validators.
#[derive(Clone, Debug)]
pub enum Change {
    /// A department becomes a member and its node votes.
    Join(Box<Member>),
    /// A member's node votes with another key.
    Rotate(Box<Member>),
    /// A member is removed.
    Leave(Box<Member>),
    /// Records that will be migrated are made. No decision.
    Fill,
    /// A scenario gets its second version.
    Upgrade,
    /// Its migration has ended. No decision, but waited for.
    Migrated,
}

impl Change {
    fn decision(&self, height: u64) -> Value {
        match self {
            Self::Fill | Self::Migrated => Value::Null,
            Self::Upgrade => json!({ "kind": "upgrade", "content": {
                "height": height, "scenario": shelf::NAME, "to": 2,
            } }),
            Self::Join(member) => json!({ "kind": "admit", "content": {
                "account": member.account, "code": member.code, "height": height, "level": "city",
                "name": member.name, "roles": [], "validator": member.validator,
            } }),
            Self::Rotate(member) => json!({ "kind": "validator", "content": {
                "code": member.code, "height": height, "validator": member.validator,
            } }),
            Self::Leave(member) => json!({ "kind": "remove", "content": {
                "code": member.code, "height": height,
            } }),
        }
    }
}

/// What is still to be decided, in its order. Outlives outages.
#[derive(Clone, Debug, Default)]
pub struct Business(Arc<Mutex<Vec<Change>>>);

impl Business {
    /// Business to be done in this order.
    pub fn new(changes: impl IntoIterator<Item = Change>) -> Self {
        Self(Arc::new(Mutex::new(changes.into_iter().collect())))
    }

    fn next(&self) -> Option<Change> {
        let left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        left.first().cloned()
    }

    fn done(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !left.is_empty() {
            left.remove(0);
        }
    }

    /// How much is left.
    pub fn left(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// What became of a transaction.
enum Fate {
    Done(Value),
    Refused(String),
    Unknown,
}

/// The founders, who decide.
pub struct Council {
    /// Its runtime.
    pub context: Context,
    /// Its chance.
    pub chance: Chance,
    /// The chain.
    pub chain: Digest,
    /// The accounts of the founders.
    pub accounts: Vec<PrivateKey>,
    /// The nodes it asks.
    pub places: Vec<usize>,
    /// Their doors.
    pub doors: Doors,
    /// What it decides.
    pub business: Business,
}

impl Council {
    /// Decides everything, or gives up when patience ends.
    pub async fn run(mut self) {
        let end = now(&self.context).saturating_add(PATIENCE_MS);
        let notice =
            json!({ "kind": "parameter", "content": { "name": "validator_notice", "value": NOTICE } });
        let mut told = self.business.left() == 0;
        while now(&self.context) < end && self.business.left() > 0 {
            self.context.sleep(Duration::from_millis(300)).await;
            if !told {
                told = self.decide(&notice).await;
                continue;
            }
            let (Some(change), Some(height)) = (self.business.next(), self.height().await) else {
                continue;
            };
            let at = height
                .saturating_add(NOTICE + SLACK)
                .next_multiple_of(EPOCH_BLOCKS);
            let done = match change {
                Change::Fill => matches!(self.act(0, shelf::FILL, &json!({})).await, Fate::Done(_)),
                Change::Upgrade => self.decide(&change.decision(height + UPGRADE_NOTICE)).await,
                Change::Migrated => self.is_migrated().await,
                _ => self.decide(&change.decision(at)).await,
            };
            if done {
                self.business.done();
            }
        }
    }

    async fn is_migrated(&mut self) -> bool {
        let Some(place) = self.chance.pick(&self.places).copied() else {
            return false;
        };
        let Some(answer) = self.doors.get(&self.context, place, "/api/v1/status").await else {
            return false;
        };
        let status = answer.json();
        let scenarios = status.get("scenarios").and_then(Value::as_array);
        let mut scenarios = scenarios.into_iter().flatten();
        let shelf = scenarios.find(|one| one.get("scenario") == Some(&json!(shelf::NAME)));
        shelf.and_then(|one| one.get("active")) == Some(&json!(2))
    }

    async fn height(&mut self) -> Option<u64> {
        let place = *self.chance.pick(&self.places)?;
        let answer = self.doors.get(&self.context, place, "/api/v1/status").await?;
        answer.json().get("height")?.as_u64()
    }

    /// Whether it is decided, or need not be tried again.
    async fn decide(&mut self, decision: &Value) -> bool {
        let deadline = now(&self.context).saturating_add(86_400_000);
        let arguments = json!({ "deadline": deadline, "decision": decision });
        let proposal = match self.act(0, "governance.propose", &arguments).await {
            Fate::Done(outcome) => outcome.get("proposal").cloned().unwrap_or_default(),
            Fate::Refused(code) => return !AGAIN.contains(&code.as_str()),
            Fate::Unknown => return false,
        };
        let vote = json!({ "choice": "for", "proposal": proposal });
        for by in 0..self.accounts.len() {
            for _ in 0..8 {
                match self.act(by, "governance.vote", &vote).await {
                    Fate::Done(outcome) => match outcome.get("status").and_then(Value::as_str) {
                        Some("open") => break,
                        Some("enacted") => return true,
                        _ => return false,
                    },
                    Fate::Refused(_) => break,
                    Fate::Unknown => {}
                }
            }
        }
        false
    }

    /// Signs, submits and waits; from node to node, because some are down or apart.
    async fn act(&mut self, by: usize, operation: &str, arguments: &Value) -> Fate {
        let valid_until = now(&self.context).saturating_add(300_000);
        let request = Request {
            operation: operation.to_owned(),
            arguments: arguments.as_object().cloned().unwrap_or_default(),
        };
        let salt = self.chance.bytes();
        let Some(account) = self.accounts.get(by) else {
            return Fate::Unknown;
        };
        let Ok(envelope) = request.sign_with_salt(self.chain, valid_until, account, &[], salt) else {
            return Fate::Unknown;
        };
        let bytes = serde_json::to_vec(&envelope).unwrap_or_default();
        let id = Transaction::from(envelope).id(self.chain.algorithm());
        for _ in 0..12 {
            let Some(place) = self.chance.pick(&self.places).copied() else {
                return Fate::Unknown;
            };
            // Whether it was taken in is seen below; taken in twice, it is executed once.
            self.doors
                .post(&self.context, place, "/api/v1/transactions", bytes.clone())
                .await;
            let path = format!("/api/v1/transactions/{id}?wait_ms=3000");
            let Some(answer) = self.doors.get(&self.context, place, &path).await else {
                self.context.sleep(Duration::from_millis(200)).await;
                continue;
            };
            let answer = answer.json();
            match answer.get("status").and_then(Value::as_str) {
                Some("committed") => {
                    return Fate::Done(answer.get("outcome").cloned().unwrap_or_default());
                }
                Some("rejected") => {
                    let name = answer.get("name").and_then(Value::as_str).unwrap_or_default();
                    return Fate::Refused(name.to_owned());
                }
                _ => self.context.sleep(Duration::from_millis(200)).await,
            }
        }
        Fate::Unknown
    }
}
