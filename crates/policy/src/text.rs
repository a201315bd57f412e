//! The first look at a source, before Cedar sees it: its length, its characters, and how long and deep each policy is.

use crate::error::PolicyError;
use crate::limits;

/// What may stand before a bracket: the functions of sets, and words that are no functions. Cedar is built with its extensions (decimal
/// fractions, addresses, dates) whatever features are asked of it, so they are kept out here.
const BEFORE_BRACKET: &[&str] = &[
    "permit",
    "forbid",
    "contains",
    "containsAll",
    "containsAny",
    "isEmpty",
    "if",
    "then",
    "else",
    "in",
    "has",
    "like",
    "is",
];

/// The number of words and signs of each policy of a source, in order. Counts what lies between two semicolons outside of brackets; whether
/// that is a policy, Cedar will say.
pub(crate) fn measure(source: &str, text: &str) -> Result<Vec<usize>, PolicyError> {
    if text.len() > limits::SOURCE_BYTES {
        return Err(PolicyError::Size(source.to_owned()));
    }
    if text.chars().any(is_unseen) {
        return Err(PolicyError::Character(source.to_owned()));
    }
    let mut policies = Vec::new();
    let (mut tokens, mut depth) = (0_usize, 0_usize);
    let (mut before, mut last) = ("", "");
    let mut rest = text;
    loop {
        let (token, after) = next_token(rest);
        rest = after;
        if token.is_empty() {
            return Ok(policies);
        }
        tokens = tokens.saturating_add(1);
        match token {
            "(" | "[" | "{" => depth = depth.saturating_add(1),
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let place = policies.len().saturating_add(1);
        let source_name = source.to_owned();
        if tokens > limits::TOKENS {
            return Err(PolicyError::Tokens { source_name, place });
        }
        if depth > limits::NESTING {
            return Err(PolicyError::Nesting { source_name, place });
        }
        let calls = token == "(" && last.starts_with(is_word) && before != "@";
        if calls && !BEFORE_BRACKET.contains(&last) {
            return Err(PolicyError::Function { source_name, place });
        }
        if token == ";" && depth == 0 {
            if place > limits::POLICIES {
                return Err(PolicyError::Count(source_name));
            }
            policies.push(std::mem::take(&mut tokens));
        }
        before = std::mem::replace(&mut last, token);
    }
}

/// The next word, sign or quoted text, empty at the end, and what follows it. Spaces and comments are passed over.
fn next_token(text: &str) -> (&str, &str) {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("//") {
        rest = comment
            .split_once('\n')
            .map_or("", |(_, after)| after)
            .trim_start();
    }
    let Some(first) = rest.chars().next() else {
        return ("", "");
    };
    let length = if first == '"' {
        let mut escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, next)| {
            let ends = *next == '"' && !escaped;
            escaped = *next == '\\' && !escaped;
            ends
        });
        end.map_or(rest.len(), |(place, _)| place.saturating_add(1))
    } else if is_word(first) {
        rest.find(|next| !is_word(next)).unwrap_or(rest.len())
    } else {
        first.len_utf8()
    };
    rest.split_at_checked(length).unwrap_or((rest, ""))
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Characters with which a text can look different from what it says.
fn is_unseen(char: char) -> bool {
    (char.is_control() && !matches!(char, '\n' | '\t'))
        || matches!(char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// Whether a text is 1 to [`limits::NAME_BYTES`] small letters, digits and one more sign, beginning with a letter.
pub(crate) fn is_name(text: &str, sign: u8) -> bool {
    (1..=limits::NAME_BYTES).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == sign)
}
