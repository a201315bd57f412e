//! Reading a few members of a document: looks are passed over by the thousand on the way to a page, by who is named and when it is reviewed.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A member that is read, or of which members are read.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: &'static str,
    /// All of it where nothing stands here; otherwise an object of these members, or null where it is no object.
    pub(crate) within: &'static [Self],
}

/// Reads a document as the object of these members, as far as it has them; null where it is no object.
///
/// # Errors
/// A text that is no document.
pub(crate) fn read(text: &str, members: &'static [Member]) -> Result<Value, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Kept(members).deserialize(&mut reader)?;
    reader.end()?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Kept(&'static [Member]);

impl<'de> DeserializeSeed<'de> for Kept {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Kept {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a document")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = members.next_key_seed(Name(self.0))? {
            match name {
                None => {
                    members.next_value::<IgnoredAny>()?;
                }
                Some(Member { name, within: [] }) => {
                    kept.insert((*name).to_owned(), members.next_value()?);
                }
                Some(Member { name, within }) => {
                    kept.insert((*name).to_owned(), members.next_value_seed(Self(within))?);
                }
            }
        }
        Ok(Value::Object(kept))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, _: &str) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

/// Finds a name among those that are read, without keeping those that are not.
struct Name(&'static [Member]);

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Option<&'static Member>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = Option<&'static Member>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|member| member.name == name))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    static MEMBERS: [Member; 2] = [
        Member {
            name: "a",
            within: &[],
        },
        Member {
            name: "b",
            within: &[Member {
                name: "c",
                within: &[],
            }],
        },
    ];

    fn kept(document: &Value) -> Value {
        read(&document.to_string(), &MEMBERS).unwrap()
    }

    #[test]
    fn members_that_are_named_are_kept_whole_and_all_others_dropped() {
        let document =
            json!({ "a": [1, { "a": null }], "b": { "a": 1, "c": { "d": 2 } }, "c": "x", "d": { "a": 1 } });
        assert_eq!(
            kept(&document),
            json!({ "a": [1, { "a": null }], "b": { "c": { "d": 2 } } })
        );
        assert_eq!(kept(&json!({})), json!({}));
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for other in [
            json!(null),
            json!(true),
            json!(-1),
            json!(2),
            json!("a"),
            json!(["a"]),
        ] {
            assert_eq!(kept(&other), Value::Null);
            assert_eq!(kept(&json!({ "b": other })), json!({ "b": null }));
        }
    }

    #[test]
    fn what_is_no_document_is_an_error() {
        for text in ["", "{", "{\"a\":1}}", "{\"d\":}", "{a:1}", "nothing"] {
            assert!(read(text, &MEMBERS).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_where_it_is_a_document_and_never_panics(text in any::<String>()) {
            prop_assert_eq!(read(&text, &MEMBERS).is_ok(), serde_json::from_str::<Value>(&text).is_ok());
        }
    }
}
