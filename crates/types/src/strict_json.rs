//! JSON read strictly: no repeated name, no number but the integers of canonical JSON, bounded nesting.
//!
//! An ordinary reader keeps the last of two equal names and rounds large numbers, so two readers could see two documents
//! in the same bytes. A receipt that two courts read differently would be worthless, and so would an assertion that two nodes read
//! differently; this reader refuses both.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::units::MAX_SAFE_INTEGER;

/// Reads one document of at most `max_depth` levels, the outermost array or object counting as one, and nothing after it. Total: any bytes
/// give a value or a reason.
///
/// # Errors
/// Whatever is not JSON, repeats a name, nests too deeply or has a number that is no integer within 2^53 - 1.
pub fn parse(bytes: &[u8], max_depth: usize) -> Result<Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { left: max_depth }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    /// How many levels may still follow.
    left: usize,
}

impl Strict {
    fn inner<E: Error>(self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left }),
            None => Err(E::custom("nested too deeply")),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON document with integers only")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_SAFE_INTEGER {
            return Err(E::custom("an integer is over 2^53-1"));
        }
        Ok(Value::from(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_SAFE_INTEGER {
            return Err(E::custom("an integer is under -(2^53-1)"));
        }
        Ok(Value::from(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("the name `{name}` is repeated")));
            }
            members.insert(name, entries.next_value_seed(inner)?);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse as parse_to;
    use super::*;
    use crate::canonical;

    const MAX_DEPTH: usize = 20;

    fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
        parse_to(bytes, MAX_DEPTH)
    }

    #[test]
    fn white_space_and_order_are_free() {
        let value = parse(b" {\n\"b\" : [ 1 , -2 ] , \"a\":null }\t").unwrap();
        assert_eq!(value, serde_json::json!({ "a": null, "b": [1, -2] }));
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        let deepest = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let refused = [
            r#"{"a":1,"a":1}"#.to_owned(),
            r#"[{"a":{"b":1,"\u0062":2}}]"#.to_owned(),
            "9007199254740992".to_owned(),
            "-9007199254740992".to_owned(),
            "1.0".to_owned(),
            "1e3".to_owned(),
            "-0".to_owned(),
            "01".to_owned(),
            "{} {}".to_owned(),
            "\u{feff}{}".to_owned(),
            r#""\ud800""#.to_owned(),
            String::new(),
            deepest(MAX_DEPTH + 1),
            deepest(100_000),
        ];
        for text in refused {
            assert!(parse(text.as_bytes()).is_err(), "{text:.40}");
        }
        assert!(parse(deepest(MAX_DEPTH).as_bytes()).is_ok());
        assert!(parse(b"[9007199254740991,-9007199254740991,0]").is_ok());
        assert!(parse(b"\"\xff\"").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_value_or_a_reason(bytes: Vec<u8>) {
            let _ = parse(&bytes);
        }

        #[test]
        fn a_canonical_document_is_read_as_what_it_says(numbers: Vec<u32>, text: String) {
            let value = serde_json::json!({ "numbers": numbers, "text": text });
            prop_assert_eq!(parse(&canonical::value_to_bytes(&value).unwrap()).unwrap(), value);
        }
    }
}
