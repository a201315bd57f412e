//! Just enough YAML to read the cases of sd-jwt-python: blocks, one-line lists and maps, scalars, and the tag `!sd` for what is hidden.

use serde_json::{Map, Value};

/// Marks a hidden member by its name, and wraps a hidden element.
const HIDDEN: &str = "!sd ";

/// Reads a document. Hidden members have `!sd ` before their name; hidden elements are `{"!sd ": element}`.
pub fn parse(text: &str) -> Value {
    let mut lines: Vec<(usize, String)> = text
        .lines()
        .map(without_comment)
        .filter(|line| !line.trim().is_empty())
        .map(|line| (line.len() - line.trim_start().len(), line.trim().to_owned()))
        .collect();
    lines.reverse();
    let value = block(&mut lines, 0);
    assert!(lines.is_empty(), "not read: {lines:?}");
    value
}

/// The value without marks, and the places that were marked.
pub fn separate(value: &Value) -> (Value, Vec<Vec<Value>>) {
    let mut hidden = Vec::new();
    let plain = strip(value, &mut Vec::new(), &mut hidden);
    (plain, hidden)
}

fn strip(value: &Value, place: &mut Vec<Value>, hidden: &mut Vec<Vec<Value>>) -> Value {
    match value {
        Value::Array(elements) => {
            let strip_one = |(index, element): (usize, &Value)| {
                place.push(index.into());
                let inner = element.get(HIDDEN);
                if inner.is_some() {
                    hidden.push(place.clone());
                }
                let plain = strip(inner.unwrap_or(element), place, hidden);
                place.pop();
                plain
            };
            elements.iter().enumerate().map(strip_one).collect()
        }
        Value::Object(members) => {
            let mut plain = Map::new();
            for (name, member) in members {
                let bare = name.strip_prefix(HIDDEN).unwrap_or(name);
                place.push(bare.into());
                if bare != name {
                    hidden.push(place.clone());
                }
                plain.insert(bare.to_owned(), strip(member, place, hidden));
                place.pop();
            }
            Value::Object(plain)
        }
        scalar => scalar.clone(),
    }
}

fn without_comment(line: &str) -> &str {
    let is_comment = |(at, _): &(usize, &str)| *at == 0 || line[..*at].ends_with(' ');
    line.match_indices('#')
        .find(is_comment)
        .map_or(line, |(at, _)| &line[..at])
}

/// Lines are kept last first, so that the next one is popped.
fn block(lines: &mut Vec<(usize, String)>, least: usize) -> Value {
    let Some((indent, first)) = lines.last().cloned().filter(|(indent, _)| *indent >= least) else {
        return Value::Null;
    };
    if first == "-" || first.starts_with("- ") {
        return sequence(lines, indent);
    }
    if split_member(&first).is_none() {
        lines.pop();
        return flow_all(&first);
    }
    let mut members = Map::new();
    while let Some((_, line)) = lines.last().cloned().filter(|(at, _)| *at == indent) {
        lines.pop();
        let (name, rest) = split_member(&line).unwrap();
        let value = if rest.is_empty() {
            block(lines, indent + 1)
        } else {
            flow_all(rest)
        };
        members.insert(name, value);
    }
    Value::Object(members)
}

fn sequence(lines: &mut Vec<(usize, String)>, indent: usize) -> Value {
    let mut elements = Vec::new();
    while let Some((_, line)) = lines
        .last()
        .cloned()
        .filter(|(at, line)| *at == indent && line.starts_with('-'))
    {
        lines.pop();
        let rest = line[1..].trim_start();
        let is_block = rest.starts_with("- ") || split_member(rest).is_some();
        elements.push(if rest.is_empty() {
            block(lines, indent + 1)
        } else if rest == HIDDEN.trim() {
            wrap(block(lines, indent + 1))
        } else if is_block {
            lines.push((indent + line.len() - rest.len(), rest.to_owned()));
            block(lines, indent + 1)
        } else {
            flow_all(rest)
        });
    }
    Value::from(elements)
}

fn wrap(value: Value) -> Value {
    Value::from_iter([(HIDDEN.to_owned(), value)])
}

/// Splits `name: rest`, with the mark kept on the name.
fn split_member(line: &str) -> Option<(String, &str)> {
    let (mark, line) = match line.strip_prefix(HIDDEN) {
        Some(rest) => (HIDDEN, rest),
        None => ("", line),
    };
    let (name, rest) = match line.chars().next()? {
        quote @ ('"' | '\'') => line[1..].split_once(quote)?,
        '[' | '{' => return None,
        _ => {
            let at = line.find(": ").or_else(|| line.strip_suffix(':').map(str::len))?;
            (&line[..at], &line[at..])
        }
    };
    let rest = rest.strip_prefix(':')?;
    Some((format!("{mark}{name}"), rest.trim()))
}

fn flow_all(text: &str) -> Value {
    let mut rest = text;
    let value = flow(&mut rest);
    assert!(rest.trim().is_empty(), "not read: {rest}");
    value
}

fn flow(rest: &mut &str) -> Value {
    *rest = rest.trim_start();
    if let Some(after) = rest.strip_prefix(HIDDEN) {
        *rest = after;
        return wrap(flow(rest));
    }
    match rest.chars().next() {
        Some('[') => Value::Array(list(rest, ']', flow)),
        Some('{') => list(rest, '}', |rest| {
            let Value::String(name) = flow(rest) else {
                panic!("no name: {rest}")
            };
            *rest = rest.trim_start().strip_prefix(':').unwrap();
            (name, flow(rest))
        })
        .into_iter()
        .collect(),
        Some(quote @ ('"' | '\'')) => {
            let (text, after) = rest[1..].split_once(quote).unwrap();
            *rest = after;
            Value::from(text)
        }
        _ => {
            // A URL has a colon, a list has commas.
            let end = rest.find([',', ']', '}']).unwrap_or(rest.len());
            let (scalar, after) = rest.split_at(end);
            *rest = after;
            plain(scalar.trim())
        }
    }
}

fn list<T>(rest: &mut &str, end: char, one: impl Fn(&mut &str) -> T) -> Vec<T> {
    let mut elements = Vec::new();
    *rest = rest[1..].trim_start();
    while !rest.starts_with(end) {
        elements.push(one(rest));
        *rest = rest.trim_start();
        *rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    *rest = &rest[1..];
    elements
}

fn plain(scalar: &str) -> Value {
    match scalar {
        "null" => Value::Null,
        "True" | "true" => Value::from(true),
        "False" | "false" => Value::from(false),
        number if !number.starts_with('+') => {
            serde_json::from_str(number).unwrap_or_else(|_| Value::from(number))
        }
        text => Value::from(text),
    }
}
