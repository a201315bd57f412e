//! One disclosure: a salt, a name where it is a member of an object, and a value (RFC 9901, section 4.2).

use serde_json::Value;

use crate::{Error, base64url, json};

/// What a digest in a credential is of. The digest is over the text as the issuer wrote it, so that text is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Disclosure {
    encoded: String,
    digest: String,
    name: Option<String>,
    value: Value,
}

impl Disclosure {
    /// Reads the base64url of `[salt, name, value]` or `[salt, value]`.
    ///
    /// # Errors
    /// [`Error::Malformed`] for no base64url or JSON, [`Error::Disclosure`] for another form.
    pub fn parse(encoded: &str) -> Result<Self, Error> {
        const WRONG: Error = Error::Disclosure("a disclosure has a salt, a name in an object, and a value");
        let Value::Array(parts) = json::parse(&base64url::decode(encoded)?)? else {
            return Err(WRONG);
        };
        let mut parts = parts.into_iter();
        let (name, value) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Value::String(_)), Some(value), None, None) => (None, value),
            (Some(Value::String(_)), Some(Value::String(name)), Some(value), None) => (Some(name), value),
            _ => return Err(WRONG),
        };
        Ok(Self {
            digest: base64url::sha256(encoded),
            encoded: encoded.to_owned(),
            name,
            value,
        })
    }

    /// Makes one.
    pub(super) fn new(salt: &str, name: Option<&str>, value: Value) -> Self {
        let parts = match name {
            Some(name) => Value::from(vec![Value::from(salt), Value::from(name), value.clone()]),
            None => Value::from(vec![Value::from(salt), value.clone()]),
        };
        let encoded = base64url::encode(parts.to_string().as_bytes());
        Self {
            digest: base64url::sha256(&encoded),
            encoded,
            name: name.map(str::to_owned),
            value,
        }
    }

    /// The text as it travels.
    #[must_use]
    pub fn encoded(&self) -> &str {
        &self.encoded
    }

    /// The digest that stands in its place, base64url.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The name of the claim; none for an element of an array.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The value, which may itself hold digests.
    #[must_use]
    pub const fn value(&self) -> &Value {
        &self.value
    }
}

impl std::fmt::Debug for Disclosure {
    /// Shows the digest alone: the rest is about a person.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Disclosure")
            .field("digest", &self.digest)
            .finish_non_exhaustive()
    }
}
