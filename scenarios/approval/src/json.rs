//! How arguments and what questions are about are read, wherever they are.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use yinxin_execution::Failure;
use yinxin_types::Rejection;
use yinxin_types::codes::TX_ARGUMENTS;

/// For a member that may be absent but not null: one meaning has one spelling.
pub(crate) fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads what a question is about; another form is `TX_ARGUMENTS`.
pub(crate) fn about<'a, T: Deserialize<'a>>(value: &'a Value) -> Result<T, Failure> {
    T::deserialize(value).map_err(|error| Rejection::new(TX_ARGUMENTS, error.to_string()).into())
}
