//! Reading a form strictly: what is not known is refused where it stands.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use yinxin_types::{Rejection, strict_json};

use super::{
    Field, Form, Kind, Label, MAX_FIELDS, MAX_FILE_BYTES, MAX_FORM_BYTES, MAX_HELP_BYTES, MAX_LABEL_BYTES,
    MAX_OPTIONS, MAX_SECTIONS, MAX_TEXT, Pattern, Section, pattern, personal,
};
use crate::documents::codes;

/// The dialect that forms name.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// How deep a form nests: the form, `properties`, a field, its options, a label.
const DEPTH: usize = 6;
/// The most characters that a public number shows beside money: fewer than a telephone number has.
const PUBLIC_NUMBER: i64 = 9_999_999_999;
/// The widest number: what JSON readers keep exactly.
const WIDEST: i64 = (1 << 53) - 1;
/// The most media types of a file.
const MAX_MEDIA: usize = 16;

/// Why a text is no form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct FormError {
    /// Where, as a JSON pointer; empty for the whole form.
    pub path: String,
    /// What is wrong.
    pub reason: String,
    /// Which rule.
    pub fault: Fault,
}

/// Which rule a form breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A keyword, value or reference that forms cannot have.
    Malformed,
    /// A pattern outside the safe subset.
    Pattern,
    /// A public field that could hold personal data.
    Personal,
}

impl From<FormError> for Rejection {
    fn from(error: FormError) -> Self {
        let code = match error.fault {
            Fault::Malformed => codes::FORM_MALFORMED,
            Fault::Pattern => codes::FORM_PATTERN,
            Fault::Personal => codes::FORM_PERSONAL,
        };
        let place = if error.path.is_empty() { "/" } else { &error.path };
        Self::new(code, format!("`{place}`: {}", error.reason))
    }
}

fn wrong<T>(path: &str, reason: impl Into<String>) -> Result<T, FormError> {
    fault(Fault::Malformed, path, reason)
}

fn fault<T>(fault: Fault, path: &str, reason: impl Into<String>) -> Result<T, FormError> {
    let (path, reason) = (path.to_owned(), reason.into());
    Err(FormError { path, reason, fault })
}

/// An object whose members are taken one by one; what is left at the end is not known.
struct Members<'a> {
    path: &'a str,
    left: Map<String, Value>,
}

impl<'a> Members<'a> {
    fn of(path: &'a str, value: Value) -> Result<Self, FormError> {
        match value {
            Value::Object(left) => Ok(Self { path, left }),
            _ => wrong(path, "an object was expected"),
        }
    }

    fn at(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.left.remove(name)
    }

    fn must(&mut self, name: &str) -> Result<Value, FormError> {
        match self.take(name) {
            Some(value) => Ok(value),
            None => wrong(self.path, format!("`{name}` is missing")),
        }
    }

    /// That a member has the one value it may have.
    fn is(&mut self, name: &str, wanted: &Value) -> Result<(), FormError> {
        let value = self.must(name)?;
        if value == *wanted {
            return Ok(());
        }
        wrong(&self.at(name), format!("it is {wanted} in every form"))
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, FormError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => wrong(&self.at(name), "a text was expected"),
        }
    }

    fn number(&mut self, name: &str, from: i64, to: i64) -> Result<Option<i64>, FormError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        match value.as_i64().filter(|number| (from..=to).contains(number)) {
            Some(number) => Ok(Some(number)),
            None => wrong(
                &self.at(name),
                format!("a whole number from {from} to {to} was expected"),
            ),
        }
    }

    fn count(&mut self, name: &str, from: u64, to: u64) -> Result<Option<u64>, FormError> {
        let to = i64::try_from(to).unwrap_or(WIDEST);
        let found = self.number(name, i64::try_from(from).unwrap_or_default(), to)?;
        Ok(found.map(i64::unsigned_abs))
    }

    fn switch(&mut self, name: &str) -> Result<bool, FormError> {
        match self.take(name) {
            None => Ok(false),
            Some(Value::Bool(on)) => Ok(on),
            Some(_) => wrong(&self.at(name), "true or false was expected"),
        }
    }

    /// A list of texts without repetitions.
    fn texts(&mut self, name: &str, most: usize) -> Result<Option<Vec<String>>, FormError> {
        let path = self.at(name);
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let Value::Array(list) = value else {
            return wrong(&path, "a list was expected");
        };
        if list.is_empty() || list.len() > most {
            return wrong(&path, format!("it has 1 to {most} entries"));
        }
        let mut texts = Vec::with_capacity(list.len());
        for (place, one) in list.into_iter().enumerate() {
            match one {
                Value::String(text) if !texts.contains(&text) => texts.push(text),
                Value::String(_) => return wrong(&format!("{path}/{place}"), "it stands twice"),
                _ => return wrong(&format!("{path}/{place}"), "a text was expected"),
            }
        }
        Ok(Some(texts))
    }

    fn label(&mut self, name: &str, most: usize) -> Result<Option<Label>, FormError> {
        let path = self.at(name);
        self.take(name).map(|value| label(&path, value, most)).transpose()
    }

    fn must_label(&mut self, name: &str) -> Result<Label, FormError> {
        match self.label(name, MAX_LABEL_BYTES)? {
            Some(label) => Ok(label),
            None => wrong(self.path, format!("`{name}` is missing")),
        }
    }

    /// That nothing is left.
    fn end(self) -> Result<(), FormError> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(name) => wrong(&self.at(name), "forms do not have this keyword here"),
        }
    }
}

fn label(path: &str, value: Value, most: usize) -> Result<Label, FormError> {
    let label: Label = match serde_json::from_value(value) {
        Ok(label) => label,
        Err(_) => {
            return wrong(
                path,
                "a text in both languages was expected, {\"en\": …, \"zh\": …}",
            );
        }
    };
    let plain = |text: &String| {
        !text.trim().is_empty()
            && text.len() <= most
            && !text.chars().any(|one| one.is_control() && one != '\n')
    };
    if plain(&label.zh) && plain(&label.en) {
        return Ok(label);
    }
    wrong(
        path,
        format!("both languages have 1 to {most} bytes without control characters"),
    )
}

/// Whether a text can be the name of a field or the value of an option.
fn is_name(text: &str) -> bool {
    let allowed = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'_';
    text.len() <= 48 && text.bytes().all(allowed) && text.starts_with(|one: char| one.is_ascii_lowercase())
}

/// Whether a text is a code of lower-case letters, digits, hyphens and underscores.
fn is_code(text: &str) -> bool {
    let allowed = |one: u8| one.is_ascii_lowercase() || one.is_ascii_digit() || one == b'_' || one == b'-';
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

impl Form {
    /// Reads a form. Total: any text gives a form or a reason.
    ///
    /// # Errors
    /// [`FormError`] with the path of what is wrong.
    pub fn read(text: &str) -> Result<Self, FormError> {
        if text.len() > MAX_FORM_BYTES {
            return wrong("", format!("a form has at most {MAX_FORM_BYTES} bytes"));
        }
        let value = match strict_json::parse(text.as_bytes(), DEPTH) {
            Ok(value) => value,
            Err(error) => return wrong("", error.to_string()),
        };
        let mut members = Members::of("", value)?;
        members.is("$schema", &Value::from(DIALECT))?;
        members.is("type", &Value::from("object"))?;
        members.is("additionalProperties", &Value::Bool(false))?;
        let title = members.must_label("x-title")?;
        let required = members.texts("required", MAX_FIELDS)?.unwrap_or_default();
        let properties = match members.must("properties")? {
            Value::Object(map) if !map.is_empty() && map.len() <= MAX_FIELDS => map,
            _ => return wrong("/properties", format!("a form has 1 to {MAX_FIELDS} fields")),
        };
        let mut fields = Vec::with_capacity(properties.len());
        for (name, value) in properties {
            let must = required.contains(&name);
            fields.push(field(name, value, must)?);
        }
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let unknown = |name: &&String| !fields.iter().any(|field| field.name == **name);
        if let Some(name) = required.iter().find(unknown) {
            return wrong("/required", format!("there is no field `{name}`"));
        }
        let sections = sections(members.must("x-sections")?, &fields)?;
        members.end()?;
        Ok(Self {
            title,
            sections,
            fields,
        })
    }
}

/// The sections, which hold every field exactly once.
fn sections(value: Value, fields: &[Field]) -> Result<Vec<Section>, FormError> {
    const PATH: &str = "/x-sections";
    let list = match value {
        Value::Array(list) if !list.is_empty() && list.len() <= MAX_SECTIONS => list,
        _ => return wrong(PATH, format!("a form has 1 to {MAX_SECTIONS} sections")),
    };
    let mut sections = Vec::with_capacity(list.len());
    let mut seen = BTreeSet::new();
    for (place, value) in list.into_iter().enumerate() {
        let path = format!("{PATH}/{place}");
        let mut members = Members::of(&path, value)?;
        let title = members.must_label("x-title")?;
        let help = members.label("x-help", MAX_HELP_BYTES)?;
        let Some(names) = members.texts("fields", MAX_FIELDS)? else {
            return wrong(&path, "`fields` is missing");
        };
        members.end()?;
        for name in &names {
            if !fields.iter().any(|field| field.name == *name) {
                return wrong(&path, format!("there is no field `{name}`"));
            }
            if !seen.insert(name.clone()) {
                return wrong(&path, format!("field `{name}` stands in two sections"));
            }
        }
        sections.push(Section {
            title,
            help,
            fields: names,
        });
    }
    match fields.iter().find(|field| !seen.contains(&field.name)) {
        Some(field) => wrong(PATH, format!("field `{}` stands in no section", field.name)),
        None => Ok(sections),
    }
}

fn field(name: String, value: Value, required: bool) -> Result<Field, FormError> {
    if !is_name(&name) {
        let reason = "a field is named by up to 48 lower-case letters, digits and underscores";
        return wrong(
            "/properties",
            format!("`{}`: {reason}", name.chars().take(48).collect::<String>()),
        );
    }
    let path = format!("/properties/{name}");
    let mut members = Members::of(&path, value)?;
    let label = members.must_label("x-label")?;
    let help = members.label("x-help", MAX_HELP_BYTES)?;
    let public = members.switch("x-public")?;
    let kind = kind(&mut members)?;
    members.end()?;
    if public {
        check_public(&path, &name, &label, &kind)?;
    }
    Ok(Field {
        name,
        label,
        help,
        kind,
        required,
        public,
    })
}

/// That a public field can hardly hold personal data: no free text, no file, no number as long as a telephone number, no name that asks for
/// what identifies somebody.
fn check_public(path: &str, name: &str, label: &Label, kind: &Kind) -> Result<(), FormError> {
    let reason = match kind {
        Kind::Text { .. } => Some("a text can hold personal data".to_owned()),
        Kind::File { .. } => Some("a file can hold personal data".to_owned()),
        Kind::Number { most, least, fen } if !fen && (*most > PUBLIC_NUMBER || *least < -PUBLIC_NUMBER) => {
            Some(format!("a public number is within {PUBLIC_NUMBER}"))
        }
        _ => personal::word(name, &label.zh, &label.en).map(|word| format!("`{word}` speaks of a person")),
    };
    match reason {
        Some(reason) => fault(
            Fault::Personal,
            path,
            format!("{reason}; what is public stays on the ledger for ever"),
        ),
        None => Ok(()),
    }
}

fn kind(members: &mut Members<'_>) -> Result<Kind, FormError> {
    let of = members.text("type")?.unwrap_or_default();
    match of.as_str() {
        "boolean" => Ok(Kind::Boolean),
        "integer" => number(members),
        "string" => match members.text("format")?.as_deref() {
            Some("date") => Ok(Kind::Date),
            Some("x-file") => file(members),
            Some(_) => wrong(&members.at("format"), "the formats are date and x-file"),
            None if members.left.contains_key("enum") => choice(members),
            None => text(members),
        },
        _ => wrong(&members.at("type"), "the types are string, integer and boolean"),
    }
}

fn number(members: &mut Members<'_>) -> Result<Kind, FormError> {
    let least = members.number("minimum", -WIDEST, WIDEST)?;
    let most = members.number("maximum", -WIDEST, WIDEST)?;
    let fen = match members.text("x-unit")?.as_deref() {
        None => false,
        Some("fen") => true,
        Some(_) => return wrong(&members.at("x-unit"), "the only unit is fen"),
    };
    match (least, most) {
        (Some(least), Some(most)) if least <= most => Ok(Kind::Number { least, most, fen }),
        _ => wrong(
            members.path,
            "a number has a `minimum` and a `maximum` that is not smaller",
        ),
    }
}

fn text(members: &mut Members<'_>) -> Result<Kind, FormError> {
    let most = members.count("maxLength", 1, MAX_TEXT)?;
    let Some(most) = most else {
        return wrong(members.path, "a text has a `maxLength`");
    };
    let least = members.count("minLength", 0, most)?.unwrap_or_default();
    let lines = members.count("x-lines", 1, 20)?.unwrap_or(1);
    let path = members.at("pattern");
    let pattern = match members.text("pattern")? {
        None => None,
        Some(_) if usize::try_from(most).unwrap_or(usize::MAX) > pattern::LONGEST => {
            let reason = format!(
                "a text with a pattern has at most {} characters",
                pattern::LONGEST
            );
            return fault(Fault::Pattern, &path, reason);
        }
        Some(text) => match Pattern::read(&text) {
            Ok(pattern) => Some(pattern),
            Err(reason) => return fault(Fault::Pattern, &path, reason),
        },
    };
    Ok(Kind::Text {
        least,
        most,
        pattern,
        lines,
    })
}

fn choice(members: &mut Members<'_>) -> Result<Kind, FormError> {
    let values = members.texts("enum", MAX_OPTIONS)?.unwrap_or_default();
    let path = members.at("x-options");
    let Value::Object(mut labels) = members.must("x-options")? else {
        return wrong(&path, "an object with a label for each option was expected");
    };
    let mut options = Vec::with_capacity(values.len());
    for value in values {
        if !is_code(&value) {
            return wrong(
                &members.at("enum"),
                "an option is up to 64 lower-case letters, digits, hyphens, underscores",
            );
        }
        let Some(text) = labels.remove(&value) else {
            return wrong(&path, format!("option `{value}` has no label"));
        };
        let text = label(&format!("{path}/{value}"), text, MAX_LABEL_BYTES)?;
        options.push((value, text));
    }
    match labels.keys().next() {
        Some(_) => wrong(&path, "a label belongs to no option"),
        None => Ok(Kind::Choice(options)),
    }
}

fn file(members: &mut Members<'_>) -> Result<Kind, FormError> {
    let material = members.text("x-material")?.unwrap_or_default();
    if !is_code(&material) {
        return wrong(members.path, "a file has an `x-material`, the code of its class");
    }
    let path = members.at("x-media");
    let media = members.texts("x-media", MAX_MEDIA)?.unwrap_or_default();
    let is_media = |text: &String| {
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || b".+-".contains(&one))
        };
        text.len() <= 100 && text.split_once('/').is_some_and(|(a, b)| plain(a) && plain(b))
    };
    if !media.iter().all(is_media) {
        return wrong(&path, "media types such as application/pdf were expected");
    }
    let most = members.count("x-max-bytes", 1, MAX_FILE_BYTES)?;
    match most {
        Some(most) => Ok(Kind::File {
            material,
            media,
            most,
        }),
        None => wrong(members.path, "a file has an `x-max-bytes`"),
    }
}
