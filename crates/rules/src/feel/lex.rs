//! Words and signs of an expression (DMN 1.5 §10.3.1.2).

use std::sync::Arc;

use crate::code::Code;
use crate::decimal::Decimal;
use crate::error::RuleError;
use crate::limits;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sign {
    Word(Arc<str>),
    Number(Decimal),
    Text(Arc<str>),
    /// A sign of one or two characters.
    Mark(&'static str),
    End,
}

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub sign: Sign,
    pub position: usize,
    /// As it stands in the text, so that it can be compared with a part of a name.
    pub raw: Arc<str>,
}

/// Longer ones first.
const MARKS: [&str; 27] = [
    "..", "**", "<=", ">=", "!=", "->", "+", "-", "*", "/", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",",
    ":", ".", "?", "@", "'", ";", "#",
];

/// A character that begins a word (DMN 1.5 §10.3.1.2, rule 28).
fn starts_word(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '_'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
        && !is_space(c)
}

/// A character that continues a word (rule 29).
fn continues_word(c: char) -> bool {
    starts_word(c) || matches!(c, '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// White space (rules 61 and 62).
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{180e}' | '\u{200b}' | '\u{feff}')
}

/// All words and signs of a text; the last is [`Sign::End`].
pub(crate) fn tokens(text: &str) -> Result<Vec<Token>, RuleError> {
    if text.len() > limits::EXPRESSION_BYTES {
        return Err(RuleError::new(Code::TooLarge, 0, "the text is too long"));
    }
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(is_space);
        let position = text.len().saturating_sub(rest.len());
        let Some(first) = rest.chars().next() else {
            found.push(Token {
                sign: Sign::End,
                position,
                raw: "".into(),
            });
            return Ok(found);
        };
        if found.len() >= limits::TOKENS {
            return Err(RuleError::new(
                Code::TooLarge,
                position,
                "too many words and signs",
            ));
        }
        if let Some(after) = comment(rest, position)? {
            rest = after;
            continue;
        }
        let (sign, after) = if starts_word(first) {
            let (word, after) = split(rest, continues_word);
            (Sign::Word(word.into()), after)
        } else if first == '"' {
            text_literal(rest, position)?
        } else if let Some(number) = number(rest) {
            let (digits, after) = number;
            let value = digits
                .parse()
                .map_err(|_| RuleError::new(Code::Syntax, position, "a number is out of range"))?;
            (Sign::Number(value), after)
        } else if let Some((mark, after)) = MARKS
            .iter()
            .find_map(|mark| Some((*mark, rest.strip_prefix(mark)?)))
        {
            (Sign::Mark(mark), after)
        } else {
            return Err(RuleError::new(
                Code::Syntax,
                position,
                "a character has no meaning here",
            ));
        };
        let (raw, _) = rest
            .split_at_checked(rest.len().saturating_sub(after.len()))
            .unwrap_or((rest, ""));
        found.push(Token {
            sign,
            position,
            raw: raw.into(),
        });
        rest = after;
    }
}

fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

fn comment(rest: &str, position: usize) -> Result<Option<&str>, RuleError> {
    if let Some(line) = rest.strip_prefix("//") {
        return Ok(Some(line.split_once('\n').map_or("", |(_, after)| after)));
    }
    let Some(block) = rest.strip_prefix("/*") else {
        return Ok(None);
    };
    match block.split_once("*/") {
        Some((_, after)) => Ok(Some(after)),
        None => Err(RuleError::new(Code::Syntax, position, "a comment does not end")),
    }
}

/// Digits with at most one point, which is followed by a digit: `1..5` begins with 1. An exponent may follow.
fn number(rest: &str) -> Option<(&str, &str)> {
    let digit = |c: char| c.is_ascii_digit();
    let (whole, after) = split(rest, digit);
    let fraction = after
        .strip_prefix('.')
        .map(|after| split(after, digit).0)
        .unwrap_or_default();
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let point = usize::from(!fraction.is_empty());
    let length = whole.len().saturating_add(point).saturating_add(fraction.len());
    let (_, after) = rest.split_at_checked(length)?;
    let exponent = after.strip_prefix(['e', 'E']).map_or(0, |power| {
        let digits = power.strip_prefix(['+', '-']).unwrap_or(power);
        let (digits, rest) = split(digits, digit);
        let ends = !digits.is_empty() && !rest.starts_with(continues_word);
        if ends {
            after.len().saturating_sub(rest.len())
        } else {
            0
        }
    });
    rest.split_at_checked(length.saturating_add(exponent))
}

fn text_literal(rest: &str, position: usize) -> Result<(Sign, &str), RuleError> {
    let wrong = |detail: &str| RuleError::new(Code::Syntax, position, detail);
    let mut text = String::new();
    let mut characters = rest.chars();
    characters.next();
    let mut high: Option<u32> = None;
    loop {
        let c = characters.next().ok_or_else(|| wrong("a text does not end"))?;
        let escape = if c == '\\' { characters.next() } else { None };
        let unit = match (c, escape) {
            ('\\', Some('u')) => Some(hexadecimal(&mut characters, 4)),
            ('\\', Some('U')) => Some(hexadecimal(&mut characters, 6)),
            _ => None,
        };
        if let Some(unit) = unit {
            let unit = unit.ok_or_else(|| wrong("a text has a malformed escape"))?;
            let code = match (high.take(), unit) {
                (None, 0xD800..=0xDBFF) => {
                    high = Some(unit);
                    continue;
                }
                (Some(high), 0xDC00..=0xDFFF) => high
                    .saturating_sub(0xD800)
                    .saturating_mul(0x400)
                    .saturating_add(unit.saturating_sub(0xDC00))
                    .saturating_add(0x1_0000),
                (None, unit) => unit,
                (Some(_), _) => return Err(wrong("a text has half a character")),
            };
            text.push(char::from_u32(code).ok_or_else(|| wrong("a text has an escape of no character"))?);
            continue;
        }
        if high.is_some() {
            return Err(wrong("a text has half a character"));
        }
        match (c, escape) {
            ('"', _) => return Ok((Sign::Text(text.into()), characters.as_str())),
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('r')) => text.push('\r'),
            ('\\', Some('t')) => text.push('\t'),
            ('\\', Some(c @ ('"' | '\\' | '\''))) => text.push(c),
            // What is no escape stands for itself, as in patterns: `"\d"`.
            ('\\', Some(c)) => {
                text.push('\\');
                text.push(c);
            }
            (c, _) => text.push(c),
        }
    }
}

fn hexadecimal(characters: &mut std::str::Chars<'_>, count: usize) -> Option<u32> {
    (0..count).try_fold(0_u32, |value, _| {
        value
            .checked_mul(16)?
            .checked_add(characters.next()?.to_digit(16)?)
    })
}
