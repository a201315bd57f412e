//! Patterns (DMN 1.5 §10.3.4.3: XPath and XQuery functions 3.1, §5.6). They are run by `regex`, in time that grows with the text only, after
//! they were translated. What XPath does not know is refused, and so are references back, which take longer than anybody can bound.

use regex::{Regex, RegexBuilder};

use super::text;
use crate::limits;
use crate::value::{List, Value, weight};

/// The flags of §5.6.2.
struct Flags {
    case: bool,
    dot: bool,
    lines: bool,
    spaces: bool,
    literal: bool,
}

fn flags(value: Option<&Value>) -> Option<Flags> {
    let text = match value {
        None | Some(Value::Null) => "",
        Some(value) => text(value)?,
    };
    let known = text.chars().all(|flag| "smixq".contains(flag));
    known.then(|| Flags {
        case: text.contains('i'),
        dot: text.contains('s'),
        lines: text.contains('m'),
        spaces: text.contains('x'),
        literal: text.contains('q'),
    })
}

fn compiled(pattern: &str, flags: &Flags) -> Option<Regex> {
    if pattern.len() > limits::PATTERN_BYTES {
        return None;
    }
    let translated = if flags.literal {
        regex::escape(pattern)
    } else {
        let pattern = if flags.spaces {
            unspaced(pattern)
        } else {
            pattern.to_owned()
        };
        translate(&pattern, flags.dot)?
    };
    RegexBuilder::new(&translated)
        .case_insensitive(flags.case)
        .dot_matches_new_line(flags.dot)
        .multi_line(flags.lines)
        .size_limit(limits::PATTERN_COMPILED)
        .dfa_size_limit(limits::PATTERN_COMPILED)
        .nest_limit(32)
        .build()
        .ok()
}

/// The pattern without white space, except in classes (flag `x`).
fn unspaced(pattern: &str) -> String {
    let mut open = 0_usize;
    let mut escaped = false;
    let mut is_kept = |c: char| {
        let space = matches!(c, ' ' | '\t' | '\n' | '\r');
        match c {
            '[' if !escaped => open = open.saturating_add(1),
            ']' if !escaped => open = open.saturating_sub(1),
            _ => {}
        }
        escaped = (c == '\\' && !escaped) || (escaped && space);
        !space || open > 0
    };
    pattern.chars().filter(|c| is_kept(*c)).collect()
}

/// Whether a pattern has in it what XPath knows and is not run here: references back, and blocks of characters by name.
pub(crate) fn is_unsupported(pattern: &str) -> bool {
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '\\' {
            continue;
        }
        match characters.next() {
            Some('1'..='9') => return true,
            Some('p' | 'P') => {
                let name: String = characters
                    .clone()
                    .filter(|c| !c.is_whitespace())
                    .take_while(|c| *c != '}')
                    .collect();
                if name.starts_with("{Is") {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// From the syntax of XPath to that of `regex`: the same but for the dot, subtraction in classes, `\i` and `\c`, and what only one of them
/// knows.
fn translate(pattern: &str, dot_is_all: bool) -> Option<String> {
    let mut out = String::new();
    let mut characters = pattern.chars().peekable();
    let mut class = 0_usize;
    while let Some(c) = characters.next() {
        match c {
            '.' if class == 0 && !dot_is_all => out.push_str(r"[^\n\r]"),
            '\\' => escape(&mut out, &mut characters, class > 0)?,
            '[' if class == 0 => {
                class = 1;
                out.push('[');
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
                if characters.peek() == Some(&']') {
                    return None;
                }
            }
            // In a class another one can only be taken away.
            '-' if class > 0 && characters.peek() == Some(&'[') => {
                characters.next();
                out.push_str("--[");
                class = class.saturating_add(1);
                if characters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
            '[' => return None,
            ']' if class > 0 => {
                class = class.saturating_sub(1);
                out.push(']');
            }
            '&' | '~' if class > 0 => {
                out.push('\\');
                out.push(c);
            }
            '-' if class > 0 && characters.peek() == Some(&'-') => return None,
            '(' if class == 0 => {
                out.push('(');
                if characters.next_if_eq(&'?').is_some() {
                    characters.next_if_eq(&':')?;
                    out.push_str("?:");
                }
            }
            c => out.push(c),
        }
    }
    (class == 0).then_some(out)
}

fn escape(
    out: &mut String,
    characters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    in_class: bool,
) -> Option<()> {
    let c = characters.next()?;
    match c {
        'n' | 'r' | 't' | '\\' | '|' | '.' | '?' | '*' | '+' | '(' | ')' | '{' | '}' | '-' | '[' | ']'
        | '^' | '$' | 'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
            out.push('\\');
            out.push(c);
        }
        'p' | 'P' => {
            out.push('\\');
            out.push(c);
            characters.next_if_eq(&'{')?;
            let mut name = String::new();
            loop {
                match characters.next()? {
                    '}' => break,
                    c if c.is_ascii_alphanumeric() || c == '-' => name.push(c),
                    _ => return None,
                }
            }
            // `regex` has general categories, and scripts under names that XPath has not.
            if name.len() > 2 {
                return None;
            }
            out.push('{');
            out.push_str(&name);
            out.push('}');
        }
        'i' | 'I' | 'c' | 'C' => {
            let inner = if c.eq_ignore_ascii_case(&'i') {
                r"_:\p{L}"
            } else {
                r"_:\-.\p{L}\p{Nd}\p{M}\x{b7}"
            };
            match (c.is_ascii_lowercase(), in_class) {
                (true, true) => out.push_str(inner),
                (true, false) => out.push_str(&format!("[{inner}]")),
                (false, _) => out.push_str(&format!("[^{inner}]")),
            }
        }
        _ => return None,
    }
    Some(())
}

fn subject(a: &[Value], flags_at: usize) -> Option<(&str, Regex)> {
    let (input, pattern) = (text(a.first()?)?, text(a.get(1)?)?);
    Some((input, compiled(pattern, &flags(a.get(flags_at))?)?))
}

pub(super) fn matches(a: &[Value]) -> Option<Value> {
    if a.len() > 3 {
        return None;
    }
    let (input, regex) = subject(a, 2)?;
    Some(Value::Boolean(regex.is_match(input)))
}

/// Each place can be replaced by the replacement, in which every reference is at most the text itself.
pub(super) fn replaced_size(a: &[Value]) -> usize {
    let input = a.first().map_or(1, weight);
    let replacement = a.get(2).and_then(text).map_or(0, str::len);
    input
        .saturating_mul(64)
        .saturating_mul(replacement.saturating_add(1))
}

pub(super) fn replace(a: &[Value]) -> Option<Value> {
    if a.len() > 4 {
        return None;
    }
    let replacement = text(a.get(2)?)?;
    let (input, regex) = subject(a, 3)?;
    let literal = a.get(3).and_then(text).is_some_and(|flags| flags.contains('q'));
    // XPath refuses a pattern that matches nothing, because it would be found everywhere.
    if regex.is_match("") {
        return None;
    }
    let parts = if literal {
        vec![Part::Text(replacement.to_owned())]
    } else {
        parts(replacement, regex.captures_len().saturating_sub(1))?
    };
    let mut out = String::new();
    let mut done = 0;
    for found in regex.captures_iter(input) {
        let whole = found.get(0)?;
        out.push_str(input.get(done..whole.start())?);
        for part in &parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(group) => out.push_str(found.get(*group).map_or("", |found| found.as_str())),
            }
        }
        done = whole.end();
    }
    out.push_str(input.get(done..)?);
    Some(Value::String(out.into()))
}

enum Part {
    Text(String),
    Group(usize),
}

/// `$1` is a group, as many digits as there are groups; `\$` and `\\` stand for themselves; anything else after them is refused.
fn parts(replacement: &str, groups: usize) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut characters = replacement.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => plain.push(characters.next().filter(|c| matches!(c, '\\' | '$'))?),
            '$' => {
                let mut group = usize::try_from(characters.next()?.to_digit(10)?).ok()?;
                while let Some(digit) = characters.peek().and_then(|c| c.to_digit(10)) {
                    let longer = group.checked_mul(10)?.checked_add(usize::try_from(digit).ok()?)?;
                    if longer > groups {
                        break;
                    }
                    group = longer;
                    characters.next();
                }
                parts.push(Part::Text(std::mem::take(&mut plain)));
                if group <= groups {
                    parts.push(Part::Group(group));
                }
            }
            c => plain.push(c),
        }
    }
    parts.push(Part::Text(plain));
    Some(parts)
}

/// A text of one part for each place.
pub(super) fn split_size(a: &[Value]) -> usize {
    a.first()
        .and_then(text)
        .map_or(0, str::len)
        .saturating_add(1)
        .saturating_mul(32)
}

pub(super) fn split(a: &[Value]) -> Option<Value> {
    match a {
        [input, delimiter] => {
            let none = flags(None)?;
            let regex = compiled(text(delimiter)?, &none)?;
            let parts = regex.split(text(input)?).map(Value::text).collect();
            List::new(parts).ok().map(Value::List)
        }
        _ => None,
    }
}
