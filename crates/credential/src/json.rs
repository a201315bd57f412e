//! Reading JSON from outside: no name twice in an object, no deep nesting, no more bytes than allowed.
//!
//! RFC 7519, section 4, leaves it to a reader whether a claim that is named twice is refused or read by its last value. Two readers
//! that differ there see two credentials under one signature, so it is refused.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Error;

/// How deep a document may be nested: as deep as claims may be, with the arrays of digests and of a disclosure around them.
pub(crate) const MAX_DEPTH: usize = 40;

/// Reads one document.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Error> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { left: MAX_DEPTH }
        .deserialize(&mut reader)
        .map_err(|_| Error::Malformed("a part is no JSON, names a member twice, or is nested too deep"))?;
    reader
        .end()
        .map_err(|_| Error::Malformed("something follows a JSON document"))?;
    Ok(value)
}

/// Reads one document that must be an object.
pub(crate) fn parse_object(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    match parse(bytes)? {
        Value::Object(members) => Ok(members),
        _ => Err(Error::Malformed("a part is JSON, but no object")),
    }
}

/// A member that must be a text if it is there.
pub(crate) fn optional_text<'a>(
    members: &'a Map<String, Value>,
    name: &str,
    error: Error,
) -> Result<Option<&'a str>, Error> {
    members
        .get(name)
        .map(|value| value.as_str().ok_or(error))
        .transpose()
}

/// A member that must be a whole number of seconds if it is there. Fractions are allowed by RFC 7519 and refused here: nobody
/// needs them, and there are no floats in this house.
pub(crate) fn optional_seconds(
    members: &Map<String, Value>,
    name: &str,
    error: Error,
) -> Result<Option<u64>, Error> {
    members
        .get(name)
        .map(|value| value.as_u64().ok_or(error))
        .transpose()
}

/// Checks `nbf` and `exp` of a token, where it has them (RFC 7519, sections 4.1.4 and 4.1.5).
pub(crate) fn check_times(members: &Map<String, Value>, now_s: u64, leeway_s: u64) -> Result<(), Error> {
    let seconds = |name| {
        optional_seconds(
            members,
            name,
            Error::Claim("a time is no whole number of seconds"),
        )
    };
    if seconds("nbf")?.is_some_and(|begin_s| now_s.saturating_add(leeway_s) < begin_s) {
        return Err(Error::NotYet("its time has not begun"));
    }
    if seconds("exp")?.is_some_and(|end_s| now_s >= end_s.saturating_add(leeway_s)) {
        return Err(Error::Expired("its time has ended"));
    }
    Ok(())
}

struct Strict {
    left: usize,
}

impl Strict {
    fn inner<E: serde::de::Error>(&self) -> Result<Self, E> {
        self.left
            .checked_sub(1)
            .map(|left| Self { left })
            .ok_or_else(|| E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self.inner()?)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom("a member is named twice"));
            }
            let value = map.next_value_seed(self.inner()?)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_documents_are_read_as_any_reader_reads_them() {
        for text in [
            "null",
            "-1",
            "18446744073709551615",
            "3.14",
            r#"{"a":[1,{"b":"印"}],"c":true}"#,
        ] {
            assert_eq!(
                parse(text.as_bytes()).unwrap(),
                serde_json::from_str::<Value>(text).unwrap()
            );
        }
    }

    #[test]
    fn a_member_named_twice_a_second_document_and_deep_nesting_are_refused() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"c":1,"c":2}}]"#, "1 2", ""] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert!(parse(nested(100_000).as_bytes()).is_err());
    }
}
