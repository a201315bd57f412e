//! How values come from JSON and go there: what variables of a case can hold.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Number, Value as Json};

use super::{Context, List, Value};
use crate::code::Code;
use crate::decimal::Decimal;
use crate::error::RuleError;
use crate::limits;

/// The largest whole number that JSON readers everywhere keep exactly, 2^53 - 1.
const JSON_INTEGER: i64 = 9_007_199_254_740_991;

impl Context {
    /// Reads an object of JSON; see [`Value::from_json`].
    ///
    /// # Errors
    /// [`Code::Value`], [`Code::Size`].
    pub fn from_json(json: &Json) -> Result<Self, RuleError> {
        match Value::from_json(json)? {
            Value::Context(context) => Ok(context),
            _ => Err(RuleError::new(Code::Value, 0, "the facts are no object")),
        }
    }
}

impl Value {
    /// Reads JSON. A number with a fraction is refused, because readers of JSON round it: it stands as a text, and so do dates, times and
    /// durations; [`crate::Decision`] makes of it what the document says the input is, and in a condition `number` and `date` do.
    ///
    /// # Errors
    /// [`Code::Value`], [`Code::Size`].
    pub fn from_json(json: &Json) -> Result<Self, RuleError> {
        Self::read(json, 0)
    }

    fn read(json: &Json, depth: u16) -> Result<Self, RuleError> {
        let refused = |detail: &str| Err(RuleError::new(Code::Value, 0, detail));
        if depth > limits::VALUE_DEPTH {
            return refused("the value nests too deeply");
        }
        let deeper = depth.saturating_add(1);
        Ok(match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Boolean(*value),
            Json::String(text) => Self::text(text),
            Json::Number(number) => match (number.as_i64(), number.as_u64()) {
                (Some(whole), _) => Self::Number(Decimal::from(whole)),
                (None, Some(whole)) => Self::Number(Decimal::from(whole)),
                (None, None) => return refused("a number is not whole"),
            },
            Json::Array(items) => {
                let items: Result<_, _> = items.iter().map(|item| Self::read(item, deeper)).collect();
                Self::List(List::new(items?)?)
            }
            Json::Object(members) => {
                let mut entries = BTreeMap::new();
                for (name, member) in members {
                    entries.insert(Arc::from(name.as_str()), Self::read(member, deeper)?);
                }
                Self::Context(Context::new(entries)?)
            }
        })
    }

    /// Writes JSON: whole numbers up to 2^53 - 1 as such; other numbers, dates, times, durations and ranges as texts; functions as null.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null | Self::Function(_) => Json::Null,
            Self::Boolean(value) => Json::Bool(*value),
            Self::Number(number) => match number.to_i64() {
                Some(whole) if (-JSON_INTEGER..=JSON_INTEGER).contains(&whole) => {
                    Json::Number(Number::from(whole))
                }
                _ => Json::String(number.to_string()),
            },
            Self::String(text) => Json::String(text.to_string()),
            Self::List(list) => Json::Array(list.items().iter().map(Self::to_json).collect()),
            Self::Context(context) => {
                let members: Map<_, _> = context
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.to_json()))
                    .collect();
                Json::Object(members)
            }
            other => Json::String(other.to_string()),
        }
    }
}
