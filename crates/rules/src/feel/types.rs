//! Types: what `instance of` asks for and what a document says of its variables (DMN 1.5 §10.3.2.9).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ast::Tests;
use crate::value::Value;

/// A type.
#[derive(Clone, Debug)]
pub(crate) enum Type {
    Any,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Time,
    DateTime,
    Days,
    Months,
    List(Arc<Type>),
    Range(Arc<Type>),
    /// Contexts with at least these members.
    Context(Arc<BTreeMap<Arc<str>, Type>>),
    /// Functions that can be called with these and give that.
    Function(Arc<(Vec<Type>, Type)>),
    /// Of a type, and passing the tests.
    Allowed(Arc<(Type, Tests)>),
}

impl Type {
    /// The type that FEEL itself calls so.
    pub fn built_in(name: &str) -> Option<Self> {
        Some(match name {
            "Any" => Self::Any,
            "Null" => Self::Null,
            "boolean" => Self::Boolean,
            "number" => Self::Number,
            "string" => Self::String,
            "date" => Self::Date,
            "time" => Self::Time,
            "date and time" | "dateTime" => Self::DateTime,
            "days and time duration" | "dayTimeDuration" => Self::Days,
            "years and months duration" | "yearMonthDuration" => Self::Months,
            "context" => Self::Context(Arc::new(BTreeMap::new())),
            "list" => Self::List(Arc::new(Self::Any)),
            "range" => Self::Range(Arc::new(Self::Any)),
            "function" => Self::Function(Arc::new((Vec::new(), Self::Any))),
            _ => return None,
        })
    }

    /// What FEEL calls it; tests on values and what lists and contexts hold are left out.
    pub fn name(&self) -> &'static str {
        match self.bare() {
            Self::Any | Self::Allowed(_) => "Any",
            Self::Null => "Null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Date => "date",
            Self::Time => "time",
            Self::DateTime => "date and time",
            Self::Days => "days and time duration",
            Self::Months => "years and months duration",
            Self::List(_) => "list",
            Self::Range(_) => "range",
            Self::Context(_) => "context",
            Self::Function(_) => "function",
        }
    }

    /// What it is without the tests on its values.
    pub fn bare(&self) -> &Self {
        match self {
            Self::Allowed(allowed) => allowed.0.bare(),
            other => other,
        }
    }

    /// Whether a value is of the type; tests on values are not looked at.
    pub fn admits(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Any, value) => !value.is_null(),
            (Self::Allowed(allowed), value) => allowed.0.admits(value),
            (Self::Null, Value::Null)
            | (Self::Boolean, Value::Boolean(_))
            | (Self::Number, Value::Number(_))
            | (Self::String, Value::String(_))
            | (Self::Date, Value::Date(_))
            | (Self::Time, Value::Time(_))
            | (Self::DateTime, Value::DateTime(_))
            | (Self::Days, Value::Days(_))
            | (Self::Months, Value::Months(_)) => true,
            (Self::List(of), Value::List(list)) => list.items().iter().all(|item| of.takes(item)),
            (Self::Range(of), Value::Range(range)) => [&range.start, &range.end]
                .into_iter()
                .flatten()
                .all(|(end, _)| of.takes(end)),
            (Self::Context(members), Value::Context(context)) => members
                .iter()
                .all(|(name, of)| context.get(name).is_some_and(|member| of.takes(member))),
            (Self::Function(asked), Value::Function(function)) => {
                let definition = &function.definition;
                let (parameters, result) = &**asked;
                parameters.len() == definition.parameters.len()
                    && parameters
                        .iter()
                        .zip(&definition.parameters)
                        .all(|(asked, (_, takes))| asked.conforms(takes))
                    && definition.result.conforms(result)
            }
            _ => false,
        }
    }

    /// Whether a value can stand for a variable of the type: null always can.
    pub fn takes(&self, value: &Value) -> bool {
        value.is_null() || self.admits(value)
    }

    /// Whether every value of this type is one of another. Types share their parts, so that written out they can be longer than anybody
    /// can look through: what is too long does not conform.
    pub fn conforms(&self, other: &Self) -> bool {
        self.conforms_within(other, &mut 4_096)
    }

    fn conforms_within(&self, other: &Self, left: &mut u32) -> bool {
        let Some(less) = left.checked_sub(1) else {
            return false;
        };
        *left = less;
        match (self.bare(), other.bare()) {
            (_, Self::Any) | (Self::Null, _) => true,
            (Self::Boolean, Self::Boolean)
            | (Self::Number, Self::Number)
            | (Self::String, Self::String)
            | (Self::Date, Self::Date)
            | (Self::Time, Self::Time)
            | (Self::DateTime, Self::DateTime)
            | (Self::Days, Self::Days)
            | (Self::Months, Self::Months) => true,
            (Self::List(of), Self::List(other)) | (Self::Range(of), Self::Range(other)) => {
                of.conforms_within(other, left)
            }
            (Self::Context(own), Self::Context(other)) => other
                .iter()
                .all(|(name, of)| own.get(name).is_some_and(|own| own.conforms_within(of, left))),
            (Self::Function(own), Self::Function(other)) => {
                own.0.len() == other.0.len()
                    && other
                        .0
                        .iter()
                        .zip(&own.0)
                        .all(|(other, own)| other.conforms_within(own, left))
                    && own.1.conforms_within(&other.1, left)
            }
            _ => false,
        }
    }
}
