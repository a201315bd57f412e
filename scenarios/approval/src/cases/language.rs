//! The one place where cases meet the language of conditions (FEEL). Here is the part of it that processes need most: names, texts, whole
//! numbers, truth values, lists of them, comparisons, `and`, `or` and brackets, with the meaning FEEL gives them. Whatever else FEEL has is
//! refused when a process is read, and never guessed.

use std::fmt;

use serde_json::Value;
use yinxin_workflow::{Budget, Evaluation, Expression, Language, Variables};

/// How deep brackets nest.
const DEPTH: usize = 16;

/// The language in which this chain reads conditions.
pub(crate) fn language() -> &'static dyn Language {
    &Conditions
}

struct Conditions;

#[derive(Debug)]
enum Node {
    Name(String),
    Literal(Value),
    List(Vec<Node>),
    Compare(Box<Node>, Operator, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    Literal(Value),
    Operator(Operator),
    Sign(char),
}

impl Language for Conditions {
    fn parse(&self, text: &str) -> Result<Box<dyn Expression>, String> {
        let mut tokens = tokens(text)?;
        tokens.reverse();
        let mut parser = Parser { tokens, depth: 0 };
        let node = parser.either()?;
        match parser.tokens.pop() {
            None => Ok(Box::new(node)),
            Some(token) => Err(format!("`{token}` is not expected")),
        }
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Literal(value) => write!(f, "{value}"),
            Self::Operator(operator) => write!(f, "{operator:?}"),
            Self::Sign(sign) => write!(f, "{sign}"),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '"' => {
                let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                let read = stream.next().and_then(Result::ok).ok_or("a text has no end")?;
                tokens.push(Token::Literal(Value::from(read)));
                stream.byte_offset()
            }
            'a'..='z' | 'A'..='Z' | '_' => {
                let end = rest
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                    .unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                tokens.push(match word {
                    "true" | "false" => Token::Literal(Value::from(word == "true")),
                    "null" => Token::Literal(Value::Null),
                    _ => Token::Name(word.to_owned()),
                });
                end
            }
            '0'..='9' | '-' => {
                let digits = rest.get(1..).unwrap_or_default();
                let more = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
                let end = more.saturating_add(1);
                let number: i64 = rest
                    .get(..end)
                    .and_then(|number| number.parse().ok())
                    .ok_or("no whole number")?;
                tokens.push(Token::Literal(Value::from(number)));
                end
            }
            '(' | ')' | '[' | ']' | ',' => {
                tokens.push(Token::Sign(first));
                1
            }
            _ => {
                let (operator, length) =
                    operator(rest).ok_or_else(|| format!("`{first}` is not known here"))?;
                tokens.push(Token::Operator(operator));
                length
            }
        };
        rest = rest.get(taken..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

fn operator(text: &str) -> Option<(Operator, usize)> {
    let operators = [
        ("!=", Operator::Unequal),
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("<", Operator::Less),
        (">", Operator::More),
        ("=", Operator::Equal),
    ];
    let found = operators.into_iter().find(|(sign, _)| text.starts_with(sign));
    found.map(|(sign, operator)| (operator, sign.len()))
}

struct Parser {
    /// What is left, the next one last.
    tokens: Vec<Token>,
    depth: usize,
}

impl Parser {
    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.tokens.last(), Some(Token::Name(name)) if name == word);
        if found {
            self.tokens.pop();
        }
        found
    }

    fn either(&mut self) -> Result<Node, String> {
        let mut left = self.both()?;
        while self.word("or") {
            left = Node::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Node, String> {
        let mut left = self.comparison()?;
        while self.word("and") {
            left = Node::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Node, String> {
        let left = self.term()?;
        let Some(Token::Operator(operator)) = self.tokens.last() else {
            return Ok(left);
        };
        let operator = *operator;
        self.tokens.pop();
        Ok(Node::Compare(Box::new(left), operator, Box::new(self.term()?)))
    }

    fn term(&mut self) -> Result<Node, String> {
        match self.tokens.pop() {
            Some(Token::Name(name)) if name != "and" && name != "or" => Ok(Node::Name(name)),
            Some(Token::Literal(value)) => Ok(Node::Literal(value)),
            Some(Token::Sign('(')) => {
                self.deeper()?;
                let inside = self.either()?;
                self.sign(')')?;
                Ok(inside)
            }
            Some(Token::Sign('[')) => {
                self.deeper()?;
                let mut items = Vec::new();
                if self.tokens.last() == Some(&Token::Sign(']')) {
                    self.tokens.pop();
                    return Ok(Node::List(items));
                }
                loop {
                    items.push(self.either()?);
                    match self.tokens.pop() {
                        Some(Token::Sign(',')) => {}
                        Some(Token::Sign(']')) => return Ok(Node::List(items)),
                        _ => return Err("a list has no end".to_owned()),
                    }
                }
            }
            Some(token) => Err(format!("`{token}` is not expected")),
            None => Err("something is missing at the end".to_owned()),
        }
    }

    fn sign(&mut self, sign: char) -> Result<(), String> {
        match self.tokens.pop() {
            Some(Token::Sign(found)) if found == sign => Ok(()),
            _ => Err(format!("`{sign}` is missing")),
        }
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEPTH {
            return Err("too many brackets".to_owned());
        }
        Ok(())
    }
}

impl Expression for Node {
    fn evaluate(&self, variables: &Variables, budget: &mut Budget) -> Result<Value, Evaluation> {
        budget.take(1)?;
        Ok(match self {
            Self::Name(name) => variables.get(name).cloned().unwrap_or(Value::Null),
            Self::Literal(value) => value.clone(),
            Self::List(items) => {
                let items: Result<Vec<Value>, Evaluation> = items
                    .iter()
                    .map(|item| item.evaluate(variables, budget))
                    .collect();
                Value::Array(items?)
            }
            Self::Compare(left, operator, right) => {
                let (left, right) = (
                    left.evaluate(variables, budget)?,
                    right.evaluate(variables, budget)?,
                );
                compare(&left, *operator, &right)
            }
            Self::And(left, right) => junction(
                false,
                left.evaluate(variables, budget)?,
                right.evaluate(variables, budget)?,
            ),
            Self::Or(left, right) => junction(
                true,
                left.evaluate(variables, budget)?,
                right.evaluate(variables, budget)?,
            ),
        })
    }
}

/// Values of different kinds cannot be compared, which gives null; only equality with null is a question that has an answer.
fn compare(left: &Value, operator: Operator, right: &Value) -> Value {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let order = match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => None,
        },
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    };
    let same_kind = matches!(
        (left, right),
        (Value::Bool(_), Value::Bool(_))
            | (Value::Array(_), Value::Array(_))
            | (Value::Object(_), Value::Object(_))
    );
    let with_null = left.is_null() || right.is_null();
    let equal = match order {
        Some(order) => Some(order == Equal),
        None if same_kind || with_null => Some(left == right),
        None => None,
    };
    let answer = match operator {
        Operator::Equal => equal,
        Operator::Unequal => equal.map(|equal| !equal),
        Operator::Less => order.map(|order| order == Less),
        Operator::AtMost => order.map(|order| order != Greater),
        Operator::More => order.map(|order| order == Greater),
        Operator::AtLeast => order.map(|order| order != Less),
    };
    answer.map_or(Value::Null, Value::Bool)
}

/// `and` and `or` over true, false and unknown: `decides` is the value that decides alone.
fn junction(decides: bool, left: Value, right: Value) -> Value {
    match (left.as_bool(), right.as_bool()) {
        (Some(one), _) | (_, Some(one)) if one == decides => Value::Bool(decides),
        (left, right) if left == Some(decides) || right == Some(decides) => Value::Bool(decides),
        (Some(_), Some(_)) => Value::Bool(!decides),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gives(text: &str) -> Value {
        let variables = Variables::from([
            ("decision".to_owned(), Value::from("approve")),
            ("count".to_owned(), Value::from(3)),
        ]);
        let parsed = language().parse(text).unwrap();
        parsed.evaluate(&variables, &mut Budget::new(100)).unwrap()
    }

    #[test]
    fn conditions_compare_and_join_and_what_is_unknown_stays_unknown() {
        for (text, answer) in [
            ("decision = \"approve\"", Value::Bool(true)),
            ("decision != \"approve\"", Value::Bool(false)),
            ("count >= 3 and count < 4", Value::Bool(true)),
            (
                "count > 3 or (count <= 3 and decision = \"approve\")",
                Value::Bool(true),
            ),
            ("unknown = null", Value::Bool(true)),
            ("unknown > 1", Value::Null),
            ("unknown > 1 or count = 3", Value::Bool(true)),
            ("unknown > 1 and count = 4", Value::Bool(false)),
            ("unknown > 1 and count = 3", Value::Null),
            ("count = \"3\"", Value::Null),
            ("[1, -2]", serde_json::json!([1, -2])),
            ("[]", serde_json::json!([])),
        ] {
            assert_eq!(gives(text), answer, "{text}");
        }
    }

    #[test]
    fn whatever_is_not_known_here_is_refused_when_it_is_read() {
        for text in [
            "",
            "and",
            "count =",
            "count + 1",
            "f(1)",
            "(count",
            "[1, 2",
            "\"open",
            "count = 1 count",
            "1.5",
            "if a then b",
        ] {
            assert!(language().parse(text).is_err(), "{text}");
        }
        assert!(language().parse(&"(".repeat(100)).is_err());
    }
}
