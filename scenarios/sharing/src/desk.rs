//! What listings and catalogue share: the forms of their texts, and periods.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use yinxin_crypto::Digest;
use yinxin_execution::{Call, Failure, Records};
use yinxin_types::codes::TX_ARGUMENTS;
use yinxin_types::{BlockTime, Rejection};

/// The scenario's name in state keys.
pub(crate) const SCENARIO: &str = "sharing";

/// Reads what a question is about; another form is `TX_ARGUMENTS`.
pub(crate) fn about<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()).into())
}

/// For a member that may be absent but not null: one meaning has one spelling.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// One argument without the cost of decoding all; malformed arguments have no reads and are refused when they run.
pub(crate) fn digest(call: &Call<'_>, name: &str) -> Option<Digest> {
    call.body.arguments.get(name)?.as_str()?.parse().ok()
}

/// Whether a text says something, within `max` bytes and without control characters.
pub(crate) fn is_plain(text: &str, max: usize) -> bool {
    !text.trim().is_empty() && text.len() <= max && !text.chars().any(char::is_control)
}

/// Whether a text is a code: 1 to 64 lower-case letters, digits, hyphens and underscores.
pub(crate) fn is_code(text: &str) -> bool {
    let allowed = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'-' || one == b'_';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// The last day of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Due {
    pub date: String,
    /// In time is what happens before.
    pub ms_end: BlockTime,
    /// It may still move: the calendar of a year it reaches into is not published.
    pub provisional: bool,
}

/// A period in working days that runs (行政许可法 §82).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clock {
    pub days: u32,
    pub due: Due,
    pub from: BlockTime,
}

impl Clock {
    /// A period that starts in this block.
    pub fn start(call: &Call<'_>, records: &Records<'_>, days: u32) -> Result<Self, Failure> {
        let from = call.block.time;
        let due = due(call, records, from, days)?;
        Ok(Self { days, due, from })
    }

    /// When it ends as known now: a provisional day is reckoned anew.
    pub fn ends(&self, call: &Call<'_>, records: &Records<'_>) -> Result<Due, Failure> {
        if self.due.provisional {
            due(call, records, self.from, self.days)
        } else {
            Ok(self.due.clone())
        }
    }

    /// Whether it has ended.
    pub fn is_over(&self, call: &Call<'_>, records: &Records<'_>) -> Result<bool, Failure> {
        Ok(self.ends(call, records)?.ms_end <= call.block.time)
    }
}

fn due(call: &Call<'_>, records: &Records<'_>, from: BlockTime, days: u32) -> Result<Due, Failure> {
    let about = json!({ "days": days, "from_ms": from, "kind": "working" });
    call.ask(records, "governance.due", &about)
}
