//! Values against a form: what is public at the door of the ledger, what is sealed where it is sealed and where it is opened.

use serde_json::{Map, Value};
use yinxin_crypto::Digest;
use yinxin_types::Rejection;

use super::{Field, Form, Kind};
use crate::documents::codes;

/// Which fields of a form are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Those that are public on the ledger.
    Public,
    /// Those that are sealed material.
    Sealed,
}

/// What is wrong with a value. Its sentence is a text of the scenario: `value.missing` and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A required field is not there.
    Missing,
    /// The form has no such field in this part.
    Unknown,
    /// Another type than the field's.
    Type,
    /// Too short or too long.
    Length,
    /// Not of the form that the pattern describes.
    Pattern,
    /// Too small or too great.
    Range,
    /// None of the options.
    Option,
    /// No day of the calendar.
    Date,
}

impl Problem {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Missing,
        Self::Unknown,
        Self::Type,
        Self::Length,
        Self::Pattern,
        Self::Range,
        Self::Option,
        Self::Date,
    ];

    /// The name of its sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Missing => "value.missing",
            Self::Unknown => "value.unknown",
            Self::Type => "value.type",
            Self::Length => "value.length",
            Self::Pattern => "value.pattern",
            Self::Range => "value.range",
            Self::Option => "value.option",
            Self::Date => "value.date",
        }
    }
}

/// A field with what is wrong with its value. The value itself is not repeated: it may be about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The name of the field.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
}

impl Form {
    /// Every value of a part that does not fit, in the order of the fields' names, unknown ones last.
    #[must_use]
    pub fn problems(&self, part: Part, values: &Map<String, Value>) -> Vec<Wrong> {
        let in_part = |field: &&Field| field.public == (part == Part::Public);
        let mut found = Vec::new();
        for field in self.fields.iter().filter(in_part) {
            let problem = match values.get(&field.name) {
                None if field.required => Some(Problem::Missing),
                None => None,
                Some(value) => field.problem(value),
            };
            found.extend(problem.map(|problem| Wrong {
                field: field.name.clone(),
                problem,
            }));
        }
        let known = |name: &str| self.field(name).is_some_and(|field| in_part(&field));
        let unknown = values.keys().filter(|name| !known(name));
        found.extend(unknown.map(|name| Wrong {
            field: name.chars().take(64).collect(),
            problem: Problem::Unknown,
        }));
        found
    }

    /// Refuses values of a part that do not fit.
    ///
    /// # Errors
    /// `FORM_VALUE`, with every field and what is wrong with it.
    pub fn check(&self, part: Part, values: &Map<String, Value>) -> Result<(), Rejection> {
        let problems = self.problems(part, values);
        if problems.is_empty() {
            return Ok(());
        }
        let told: Vec<String> = problems
            .iter()
            .map(|wrong| format!("{}: {}", wrong.field, wrong.problem.name()))
            .collect();
        Err(Rejection::new(codes::FORM_VALUE, told.join(", ")))
    }
}

impl Field {
    /// What is wrong with a value.
    fn problem(&self, value: &Value) -> Option<Problem> {
        match (&self.kind, value) {
            (Kind::Boolean, Value::Bool(_)) => None,
            (Kind::Number { least, most, .. }, Value::Number(number)) => match number.as_i64() {
                Some(number) if (least..=most).contains(&&number) => None,
                Some(_) => Some(Problem::Range),
                None => Some(Problem::Type),
            },
            (Kind::Choice(options), Value::String(text)) => {
                let known = options.iter().any(|(option, _)| option == text);
                (!known).then_some(Problem::Option)
            }
            (Kind::Date, Value::String(text)) => (!is_date(text)).then_some(Problem::Date),
            (Kind::File { .. }, Value::String(text)) => text.parse::<Digest>().err().map(|_| Problem::Type),
            (
                Kind::Text {
                    least,
                    most,
                    pattern,
                    lines,
                },
                Value::String(text),
            ) => {
                let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
                let control = |one: char| one.is_control() && !(one == '\n' && *lines > 1);
                if !(least..=most).contains(&&length) {
                    Some(Problem::Length)
                } else if text.chars().any(control) {
                    Some(Problem::Type)
                } else {
                    let fits = pattern.as_ref().is_none_or(|pattern| pattern.matches(text));
                    (!fits).then_some(Problem::Pattern)
                }
            }
            _ => Some(Problem::Type),
        }
    }
}

/// Whether a text is a day of the Gregorian calendar from 1900 to 2999, `2026-11-25`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &&str, length: usize| -> Option<u32> {
        let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let [year, month, day] = parts.as_slice() else {
        return false;
    };
    let (Some(year), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1900..3000).contains(&year) && (1..=days).contains(&day)
}
