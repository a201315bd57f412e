//! How values are written as text: what the function `string` gives.

use std::fmt;

use super::Value;

impl Value {
    /// The text of the function `string`: a text as it is, everything else as FEEL writes it. Null has none.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::String(text) => Some(text.to_string()),
            other => Some(other.to_string()),
        }
    }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
        .replace('\t', "\\t");
    write!(f, "\"{escaped}\"")
}

/// Writes values with commas between them.
fn joined<T>(
    f: &mut fmt::Formatter<'_>,
    items: impl Iterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (place, item) in items.enumerate() {
        if place > 0 {
            f.write_str(", ")?;
        }
        write(f, item)?;
    }
    Ok(())
}

impl fmt::Display for Value {
    /// As FEEL writes it: texts in quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => quoted(f, text),
            Self::Date(date) => write!(f, "{date}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::DateTime(moment) => write!(f, "{moment}"),
            Self::Days(days) => write!(f, "{days}"),
            Self::Months(months) => write!(f, "{months}"),
            Self::List(list) => {
                f.write_str("[")?;
                joined(f, list.items().iter(), |f, item| write!(f, "{item}"))?;
                f.write_str("]")
            }
            Self::Context(context) => {
                f.write_str("{")?;
                joined(f, context.iter(), |f, (name, value)| {
                    let plain = name
                        .chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, '_' | ' '));
                    if plain {
                        f.write_str(name)?;
                    } else {
                        quoted(f, name)?;
                    }
                    write!(f, ": {value}")
                })?;
                f.write_str("}")
            }
            Self::Range(range) => match (&range.start, &range.end) {
                (Some((start, from)), Some((end, to))) => {
                    let (open, close) = (if *from { '[' } else { '(' }, if *to { ']' } else { ')' });
                    write!(f, "{open}{start}..{end}{close}")
                }
                (Some((start, included)), None) => {
                    write!(f, "{}{start}", if *included { ">=" } else { ">" })
                }
                (None, Some((end, included))) => write!(f, "{}{end}", if *included { "<=" } else { "<" }),
                (None, None) => f.write_str("(..)"),
            },
            Self::Function(_) => f.write_str("function"),
        }
    }
}
