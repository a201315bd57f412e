//! What the scenario keeps in the state, and where.
//!
//! | record | key | when it is written |
//! |---|---|---|
//! | codes of operators, sorted | `operators` | by a first registration |
//! | [`Service`] | `service`, code of the operator | by every operation on it, and when time is over |
//! | [`Event`] | `event`, code of the operator, number from 0 | once, never changed |
//! | [`Orders`] | `orders`, transaction | by an order to hide it, and when that is lifted |
//! | [`Length`] | `order-count` | by a further order |
//! | transaction | `order-at`, number from 0 | once, never changed |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_execution::{Call, Failure, Moment, Records};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, StateKey};

use crate::SCENARIO;
use crate::profile::Profile;

/// The most operators of one chain: each node may have one of its own (区块链信息服务管理规定 §2 counts nodes among the providers).
pub const MAX_OPERATORS: usize = 64;
/// The most orders about one transaction.
pub const MAX_ORDERS: usize = 16;

/// A duty with a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Duty {
    /// To file the service.
    Filing,
    /// To file a change.
    Change,
    /// To have the commercial cryptography assessed (密评).
    Crypto,
}

impl Duty {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Filing, Self::Change, Self::Crypto];

    /// Its name in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Filing => "filing",
            Self::Change => "change",
            Self::Crypto => "crypto",
        }
    }

    /// On what it rests.
    pub const fn basis(self) -> &'static str {
        match self {
            Self::Filing | Self::Change => "区块链信息服务管理规定 §11",
            Self::Crypto => "商用密码管理条例 §38",
        }
    }
}

/// A duty that is not met yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    /// From when its clock counts.
    pub from: BlockTime,
    /// When the ledger found it overdue.
    pub overdue: Option<Moment>,
    /// Which duty of this operator it is, so that a timer of an earlier one finds nothing.
    pub serial: u32,
}

/// A number that the filing authority gave, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Number {
    /// When it was filed.
    pub date: BlockTime,
    /// The digest of the authority's answer.
    pub evidence: Digest,
    pub number: String,
}

/// What is assessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// The commercial cryptography in use (密评, GB/T 39786).
    Crypto,
    /// Graded protection (网络安全等级保护).
    Mlps,
    /// The security of the service and its new functions.
    Security,
}

/// What an assessment found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Finding {
    Fail,
    /// Basically conforms: 基本符合.
    Partial,
    Pass,
}

/// The newest assessment of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assessment {
    /// By whom.
    pub assessor: String,
    pub date: BlockTime,
    /// The digest of the report.
    pub evidence: Digest,
    pub finding: Finding,
    /// Of graded protection, 1 to 5.
    pub grade: Option<u8>,
    /// The number of the report.
    pub reference: String,
    /// Of a security assessment: whether new functions have gone online under it.
    pub used: bool,
}

/// The announced end of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stop {
    pub announced: Moment,
    pub ends: BlockTime,
    pub reason: String,
    pub serial: u32,
    /// When the ledger ended it.
    pub stopped: Option<Moment>,
}

/// The service of one operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    pub assessments: BTreeMap<Kind, Assessment>,
    pub cancelled: Option<Number>,
    /// When it was changed last.
    pub changed: Option<BlockTime>,
    /// How many events it has.
    pub events: u64,
    /// The number in force, with the first filing's date and evidence.
    pub filed: Option<Number>,
    /// The newest change that was filed.
    pub filed_change: Option<Number>,
    pub open: BTreeMap<Duty, Open>,
    pub operator: SocialCreditCode,
    pub profile: Profile,
    /// How many duties and ends it has had.
    pub serial: u32,
    pub started: BlockTime,
    pub stop: Option<Stop>,
}

impl Service {
    pub fn key(algorithm: HashAlgorithm, operator: &SocialCreditCode) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "service", &[operator.as_str().as_bytes()])
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.stopped.is_some())
    }

    /// The next number of a duty or an end.
    pub fn next_serial(&mut self) -> u32 {
        self.serial = self.serial.saturating_add(1);
        self.serial
    }

    /// Writes it with one more event.
    pub fn save(
        &mut self,
        call: &Call<'_>,
        records: &mut Records<'_>,
        (what, officer, detail): (&str, Option<Digest>, Value),
    ) -> Result<(), Failure> {
        let event = Event {
            at: Moment::of(call),
            detail,
            officer,
            what: what.to_owned(),
        };
        let key = Event::key(call.hash(), &self.operator, self.events);
        records.put(key, &event)?;
        self.events = self.events.saturating_add(1);
        records.put(Self::key(call.hash(), &self.operator), self)
    }
}

/// What happened to a service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    pub at: Moment,
    pub detail: Value,
    /// Who did it; nobody where time did.
    pub officer: Option<Digest>,
    /// The verb of the operation, `overdue` or `ended`.
    pub what: String,
}

impl Event {
    pub fn key(algorithm: HashAlgorithm, operator: &SocialCreditCode, number: u64) -> StateKey {
        let parts = [operator.as_str().as_bytes(), &number.to_be_bytes()];
        StateKey::new(algorithm, SCENARIO, "event", &parts)
    }
}

/// Where the list of operators is.
pub(crate) fn operators_key(algorithm: HashAlgorithm) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "operators", &[])
}

/// An order (处置命令) to hide what a transaction made public.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub at: Moment,
    /// The law it rests on.
    pub basis: String,
    /// The body that ordered it.
    pub by: SocialCreditCode,
    /// The digest of the written order.
    pub evidence: Digest,
    pub lifted: Option<Lifted>,
    /// Its number at that body.
    pub number: String,
    pub officer: Digest,
    pub reason: String,
}

/// How an order ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lifted {
    pub at: Moment,
    pub by: SocialCreditCode,
    pub officer: Digest,
    pub reason: String,
}

/// The orders about one transaction, oldest first; only the last may be in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Orders {
    pub orders: Vec<Order>,
}

impl Orders {
    pub fn key(algorithm: HashAlgorithm, transaction: &Digest) -> StateKey {
        StateKey::of_digest(algorithm, SCENARIO, "orders", transaction)
    }

    /// The order in force.
    pub fn in_force(&self) -> Option<&Order> {
        self.orders.last().filter(|order| order.lifted.is_none())
    }
}

/// How many transactions were ever ordered hidden.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Length {
    pub length: u64,
}

impl Length {
    pub fn key(algorithm: HashAlgorithm) -> StateKey {
        StateKey::new(algorithm, SCENARIO, "order-count", &[])
    }
}

/// Where the transaction of an order is.
pub(crate) fn order_at(algorithm: HashAlgorithm, number: u64) -> StateKey {
    StateKey::new(algorithm, SCENARIO, "order-at", &[&number.to_be_bytes()])
}
