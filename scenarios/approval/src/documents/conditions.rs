//! The language of conditions in processes as the ledger reads it today: the comparisons of FEEL, a proper part of it. What is read here means
//! the same in the whole language, so a document that was enacted stays what it was when the whole language follows in this place.
//!
//! ```text
//! expression = condition | list
//! list       = "[" [ literal { "," literal } ] "]"
//! condition  = comparison { "and" comparison }
//! comparison = variable [ ("=" | "!=" | "<" | "<=" | ">" | ">=") literal ]
//! literal    = "text" | whole number | true | false | null
//! ```

use std::cmp::Ordering;

use serde_json::Value;
use yinxin_workflow::{Budget, Evaluation, Expression, Language, Variables};

/// The most comparisons of one condition.
const COMPARISONS: usize = 16;

/// The most elements of one list.
const ELEMENTS: usize = 64;

/// The language of comparisons.
#[derive(Clone, Copy, Debug)]
pub struct Comparisons;

/// The operators, the longer ones first.
const OPERATORS: &[(&str, Operator)] = &[
    ("!=", Operator::Differs),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("=", Operator::Equals),
    ("<", Operator::Below),
    (">", Operator::Above),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equals,
    Differs,
    Below,
    AtMost,
    Above,
    AtLeast,
}

#[derive(Debug)]
struct Comparison {
    variable: String,
    with: Option<(Operator, Value)>,
}

#[derive(Debug)]
struct Condition(Vec<Comparison>);

impl Language for Comparisons {
    fn parse(&self, text: &str) -> Result<Box<dyn Expression>, String> {
        let mut rest = text.trim();
        if let Some(inside) = rest.strip_prefix('[') {
            return Ok(Box::new(List(elements(inside)?)));
        }
        let mut list = Vec::new();
        loop {
            if list.len() == COMPARISONS {
                return Err(format!("more than {COMPARISONS} comparisons"));
            }
            let (comparison, after) = comparison(rest)?;
            list.push(comparison);
            let after = after.trim_start();
            if after.is_empty() {
                return Ok(Box::new(Condition(list)));
            }
            rest = after
                .strip_prefix("and")
                .filter(|rest| rest.starts_with(char::is_whitespace))
                .ok_or_else(|| format!("`and` or the end was expected before `{after}`"))?
                .trim_start();
        }
    }
}

fn comparison(text: &str) -> Result<(Comparison, &str), String> {
    let end = text
        .find(|one: char| !one.is_ascii_alphanumeric() && one != '_')
        .unwrap_or(text.len());
    let (variable, rest) = text.split_at(end);
    let keyword = [
        "and", "or", "not", "true", "false", "null", "if", "in", "some", "every", "for",
    ];
    if variable.is_empty()
        || variable.starts_with(|one: char| one.is_ascii_digit())
        || keyword.contains(&variable)
    {
        return Err(format!("a variable was expected before `{text}`"));
    }
    let variable = variable.to_owned();
    let rest = rest.trim_start();
    let found = OPERATORS
        .iter()
        .find_map(|(sign, operator)| rest.strip_prefix(sign).map(|rest| (*operator, rest.trim_start())));
    let Some((operator, rest)) = found else {
        return Ok((Comparison { variable, with: None }, rest));
    };
    let (value, rest) = literal(rest)?;
    let ordered = !matches!(operator, Operator::Equals | Operator::Differs);
    if ordered && !value.is_number() {
        return Err(format!("only numbers have an order, {value} is none"));
    }
    let with = Some((operator, value));
    Ok((Comparison { variable, with }, rest))
}

fn literal(text: &str) -> Result<(Value, &str), String> {
    if let Some(inner) = text.strip_prefix('"') {
        let (inner, rest) = inner.split_once('"').ok_or("a text does not end")?;
        if inner.contains('\\') {
            return Err("a text has no backslash".to_owned());
        }
        return Ok((Value::from(inner), rest));
    }
    let end = text
        .find(|one: char| !one.is_ascii_alphanumeric() && one != '-')
        .unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let value = match word {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        digits => {
            let number: i64 = digits.parse().map_err(|_| {
                format!("a text, a whole number, true, false or null was expected before `{text}`")
            })?;
            if number.unsigned_abs() > (1 << 53) - 1 || digits.starts_with('+') {
                return Err(format!("{digits} is no whole number within 2^53"));
            }
            Value::from(number)
        }
    };
    Ok((value, rest))
}

/// A list of literals, which a drawing gives to an activity that is done once for each.
#[derive(Debug)]
struct List(Vec<Value>);

/// The literals up to the bracket that closes a list, after which there is nothing.
fn elements(text: &str) -> Result<Vec<Value>, String> {
    let mut rest = text.trim_start();
    let mut list = Vec::new();
    if let Some(after) = rest.strip_prefix(']') {
        return if after.trim().is_empty() {
            Ok(list)
        } else {
            Err("nothing follows a list".to_owned())
        };
    }
    loop {
        if list.len() == ELEMENTS {
            return Err(format!("a list of more than {ELEMENTS}"));
        }
        let (value, after) = literal(rest)?;
        list.push(value);
        let after = after.trim_start();
        match (after.strip_prefix(','), after.strip_prefix(']')) {
            (Some(next), _) => rest = next.trim_start(),
            (None, Some(end)) if end.trim().is_empty() => return Ok(list),
            _ => {
                return Err(format!(
                    "`,` or the end of the list was expected before `{after}`"
                ));
            }
        }
    }
}

impl Expression for List {
    fn evaluate(&self, _: &Variables, budget: &mut Budget) -> Result<Value, Evaluation> {
        budget.take(1)?;
        Ok(Value::Array(self.0.clone()))
    }
}

impl Expression for Condition {
    fn evaluate(&self, variables: &Variables, _: &mut Budget) -> Result<Value, Evaluation> {
        // Three-valued as in FEEL: false wins over what is not known.
        let mut known = true;
        for comparison in &self.0 {
            match comparison.holds(variables) {
                Some(true) => {}
                Some(false) => return Ok(Value::Bool(false)),
                None => known = false,
            }
        }
        Ok(if known { Value::Bool(true) } else { Value::Null })
    }
}

impl Comparison {
    /// Whether it holds; `None` where that is not known.
    fn holds(&self, variables: &Variables) -> Option<bool> {
        let value = variables.get(&self.variable).unwrap_or(&Value::Null);
        let Some((operator, literal)) = &self.with else {
            return value.as_bool();
        };
        // Null is equal to itself only; two values of different kinds are not comparable.
        let equal = if value.is_null() || literal.is_null() {
            Some(value == literal)
        } else {
            (kind(value) == kind(literal)).then(|| value == literal)
        };
        let order = || Some(value.as_i64()?.cmp(&literal.as_i64()?));
        match operator {
            Operator::Equals => equal,
            Operator::Differs => equal.map(|equal| !equal),
            Operator::Below => order().map(Ordering::is_lt),
            Operator::AtMost => order().map(Ordering::is_le),
            Operator::Above => order().map(Ordering::is_gt),
            Operator::AtLeast => order().map(Ordering::is_ge),
        }
    }
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}
