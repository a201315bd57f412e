//! The values of FEEL (DMN 1.5 §10.3.2).

mod compare;
mod json;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::code::Code;
use crate::decimal::Decimal;
use crate::error::RuleError;
use crate::feel::Function;
use crate::limits;
use crate::time::{Date, DateTime, Days, Months, Time};

pub(crate) use compare::{equal, identical, order, weight, within};

/// A value. Copies share their content.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Value {
    /// Nothing, or what had no result.
    Null,
    /// True or false.
    Boolean(bool),
    /// A decimal number.
    Number(Decimal),
    /// A text.
    String(Arc<str>),
    /// A day.
    Date(Date),
    /// A time of day.
    Time(Time),
    /// A day with a time.
    DateTime(DateTime),
    /// A duration in days and parts of days.
    Days(Days),
    /// A duration in years and months.
    Months(Months),
    /// Values in an order.
    List(List),
    /// Values by name.
    Context(Context),
    /// All values between two.
    Range(Arc<Range>),
    /// Something that can be called.
    Function(Function),
}

/// Values in an order.
#[derive(Clone, Debug, Default)]
pub struct List {
    items: Arc<Vec<Value>>,
    depth: u16,
}

/// Values by name, in the order of the names.
#[derive(Clone, Debug, Default)]
pub struct Context {
    entries: Arc<BTreeMap<Arc<str>, Value>>,
    depth: u16,
}

/// All values between two; an end that is absent is open.
#[derive(Clone, Debug)]
pub struct Range {
    /// The lower end: the value, and whether it belongs to the range.
    pub start: Option<(Value, bool)>,
    /// The upper end.
    pub end: Option<(Value, bool)>,
}

fn too_deep() -> RuleError {
    RuleError::new(
        Code::Size,
        0,
        "lists and contexts nest too deeply, or have too many members",
    )
}

fn above<'a>(values: impl Iterator<Item = &'a Value>) -> u16 {
    values
        .map(Value::depth)
        .max()
        .unwrap_or_default()
        .saturating_add(1)
}

impl List {
    /// A list.
    ///
    /// # Errors
    /// If it nests too deeply.
    pub fn new(items: Vec<Value>) -> Result<Self, RuleError> {
        let depth = above(items.iter());
        if depth > limits::VALUE_DEPTH {
            return Err(too_deep());
        }
        Ok(Self {
            items: Arc::new(items),
            depth,
        })
    }

    /// The values.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Context {
    /// A context.
    ///
    /// # Errors
    /// If it nests too deeply or has too many members.
    pub fn new(entries: BTreeMap<Arc<str>, Value>) -> Result<Self, RuleError> {
        let depth = above(entries.values());
        if depth > limits::VALUE_DEPTH || entries.len() > limits::CONTEXT_ENTRIES {
            return Err(too_deep());
        }
        Ok(Self {
            entries: Arc::new(entries),
            depth,
        })
    }

    /// What stands under a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.get(name)
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        self.entries.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The members, to change them.
    pub(crate) fn to_map(&self) -> BTreeMap<Arc<str>, Value> {
        BTreeMap::clone(&self.entries)
    }
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::String(text.into())
    }

    /// The truth value, where this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// Whether this is nothing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// How deep lists and contexts nest in it.
    pub(crate) fn depth(&self) -> u16 {
        match self {
            Self::List(list) => list.depth,
            Self::Context(context) => context.depth,
            Self::Range(range) => above(
                [&range.start, &range.end]
                    .into_iter()
                    .flatten()
                    .map(|(value, _)| value),
            ),
            Self::Function(function) => function.depth(),
            _ => 0,
        }
    }
}
