//! Patterns of texts: a small part of regular expressions that reads the same in every browser (ECMA-262, flag `u`) and is never slow. Letters
//! and classes, each so many times between fixed bounds, one after another from `^` to `$`: no groups, no alternatives, no endless repetition.

/// The most parts of a pattern.
const PARTS: usize = 32;
/// The most parts whose number of characters is not fixed: what a browser tries grows with their product.
const VARIABLE: usize = 4;
/// The longest text that a pattern can match, in characters.
pub(super) const LONGEST: usize = 256;
/// The most ranges of one class.
const RANGES: usize = 32;

/// A pattern that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    ranges: Vec<(char, char)>,
    least: usize,
    most: usize,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn read(text: &str) -> Result<Self, String> {
        let inner = text.strip_prefix('^').and_then(|text| text.strip_suffix('$'));
        let inner = inner.ok_or("it begins with ^ and ends with $")?;
        let mut rest = inner.chars().peekable();
        let mut parts = Vec::new();
        while let Some(one) = rest.next() {
            let ranges = match one {
                '[' => class(&mut rest)?,
                '\\' => escape(rest.next(), false)?,
                '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | ']' | '{' | '}' | '|' => {
                    return Err(format!("`{one}` cannot stand here"));
                }
                plain => vec![(plain, plain)],
            };
            let (least, most) = bounds(&mut rest)?;
            parts.push(Part { ranges, least, most });
        }
        if parts.is_empty() || parts.len() > PARTS {
            return Err(format!("it has 1 to {PARTS} parts"));
        }
        let longest = parts
            .iter()
            .fold(0_usize, |sum, part| sum.saturating_add(part.most));
        if longest > LONGEST {
            return Err(format!("it matches texts of more than {LONGEST} characters"));
        }
        if parts.iter().filter(|part| part.least != part.most).count() > VARIABLE {
            return Err(format!("more than {VARIABLE} parts have no fixed length"));
        }
        Ok(Self(parts))
    }

    /// Whether a whole text is one of those it describes.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let characters: Vec<char> = text.chars().take(LONGEST.saturating_add(1)).collect();
        // Where a match of the parts so far can end.
        let mut ends = vec![0_usize];
        for part in &self.0 {
            let mut next = Vec::new();
            for start in &ends {
                let fits = |one: &&char| part.ranges.iter().any(|(from, to)| (from..=to).contains(one));
                let run = characters
                    .iter()
                    .skip(*start)
                    .take(part.most)
                    .take_while(fits)
                    .count();
                next.extend((part.least..=run).map(|length| start.saturating_add(length)));
            }
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends.contains(&characters.len())
    }
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn escape(one: Option<char>, in_class: bool) -> Result<Vec<(char, char)>, String> {
    match one {
        Some('d') => Ok(vec![('0', '9')]),
        Some(one) if r"^$\.*+?()[]{}|/".contains(one) || (in_class && one == '-') => Ok(vec![(one, one)]),
        Some(one) => Err(format!(r"`\{one}` means nothing here")),
        None => Err("a backslash stands at the end".to_owned()),
    }
}

fn class(rest: &mut Characters<'_>) -> Result<Vec<(char, char)>, String> {
    let mut ranges = Vec::new();
    loop {
        let one = rest.next().ok_or("a class does not end")?;
        let first = match one {
            ']' if !ranges.is_empty() => return Ok(ranges),
            ']' | '[' | '^' | '-' => return Err(format!("`{one}` cannot stand there in a class")),
            '\\' => escape(rest.next(), true)?,
            plain => vec![(plain, plain)],
        };
        match (first.as_slice(), rest.peek()) {
            ([(from, to)], Some('-')) if from == to => {
                rest.next();
                let end = match rest.next() {
                    Some('\\') => escape(rest.next(), true)?,
                    Some(one) if !"[]^-".contains(one) => vec![(one, one)],
                    _ => return Err("a range does not end".to_owned()),
                };
                match end.as_slice() {
                    [(low, high)] if low == high && from <= low => ranges.push((*from, *low)),
                    _ => return Err("a range runs backwards".to_owned()),
                }
            }
            _ => ranges.extend(first),
        }
        if ranges.len() > RANGES {
            return Err(format!("a class has more than {RANGES} ranges"));
        }
    }
}

/// `{n}`, `{m,n}` or `?` behind a part.
fn bounds(rest: &mut Characters<'_>) -> Result<(usize, usize), String> {
    match rest.peek() {
        Some('?') => {
            rest.next();
            return Ok((0, 1));
        }
        Some('{') => {
            rest.next();
        }
        _ => return Ok((1, 1)),
    }
    let mut inner = String::new();
    loop {
        match rest.next() {
            Some('}') => break,
            Some(one) if inner.len() < 8 => inner.push(one),
            _ => return Err("a number of times does not end".to_owned()),
        }
    }
    let number = |text: &str| -> Option<usize> {
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let (least, most) = inner.split_once(',').unwrap_or((&inner, &inner));
    match (number(least), number(most)) {
        (Some(least), Some(most)) if least <= most && most >= 1 => Ok((least, most)),
        _ => Err(format!("`{{{inner}}}` is no number of times with both bounds")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_of_the_subset_matches_whole_texts_only() {
        let matches = |pattern: &str, text: &str| Pattern::read(pattern).is_ok_and(|read| read.matches(text));
        assert!(matches(r"^[A-Z]{2}-\d{4}$", "AB-2026"));
        assert!(!matches(r"^[A-Z]{2}-\d{4}$", "AB-20261"));
        assert!(!matches(r"^[A-Z]{2}-\d{4}$", "xAB-2026"));
        assert!(matches("^[一-龥]{2,4}$", "示范街"));
        assert!(matches("^[0-9]{1,3}[0-9]{2}a?$", "123"));
        assert!(matches(r"^[\-\]a]{3}$", "-]a"));
        assert!(matches(r"^\(\d{4}\)$", "(2026)"));
        assert!(!matches("^a?$", "aa"));
        assert!(matches("^a?$", ""));
    }

    #[test]
    fn what_could_be_slow_or_read_otherwise_elsewhere_is_refused() {
        for wrong in [
            "",
            "a",
            "^a",
            "a$",
            "^$",
            "^a*$",
            "^a+$",
            "^(a|b)$",
            "^.$",
            "^[^a]$",
            "^a{2,}$",
            "^a{,2}$",
            "^a{3,2}$",
            r"^\w$",
            r"^\u{61}$",
            "^[z-a]$",
            "^[a$",
            "^[]$",
            "^a{0}$",
            "^a{257}$",
            "^a??$",
            "^a{1}{2}$",
            r"^\-$",
            r"^\$",
            "^[a-]$",
            "^a?b?c?d?e?$",
        ] {
            assert!(Pattern::read(wrong).is_err(), "{wrong}");
        }
    }
}
