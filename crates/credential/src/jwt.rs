//! A JSON Web Token in compact form (RFC 7515, RFC 7519): read, verified under one key and one type, made.

use serde_json::{Map, Value};

use crate::signer::{self, Signer};
use crate::{Algorithm, Error, Jwk, base64url, json};

/// A token that was read, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Jwt {
    text: String,
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signature: [u8; 64],
}

impl Jwt {
    /// Reads a token of at most `limit` bytes.
    pub(crate) fn parse(text: &str, limit: usize) -> Result<Self, Error> {
        if text.len() > limit {
            return Err(Error::TooLarge("the token is longer than accepted"));
        }
        let mut parts = text.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Error::Malformed("a token has three parts"));
        };
        let header = json::parse_object(&base64url::decode(header)?)?;
        // The algorithm is checked before anything that depends on it, so that `none` is called by its name.
        Algorithm::from_name(header.get("alg").and_then(Value::as_str).unwrap_or_default())?;
        if header.contains_key("crit") {
            return Err(Error::Malformed(
                "the header has critical parameters that nobody here understands",
            ));
        }
        Ok(Self {
            text: text.to_owned(),
            claims: json::parse_object(&base64url::decode(claims)?)?,
            signature: base64url::decode_exactly(signature)?,
            header,
        })
    }

    /// Signs `claims` as a token of type `typ`; `header` adds parameters such as `kid` and cannot replace `alg` and `typ`.
    pub(crate) fn sign(
        signer: &dyn Signer,
        typ: &str,
        mut header: Map<String, Value>,
        claims: Map<String, Value>,
    ) -> Result<Self, Error> {
        header.insert("alg".to_owned(), signer::algorithm(signer).as_str().into());
        header.insert("typ".to_owned(), typ.into());
        let part = |members: &Map<String, Value>| {
            serde_json::to_vec(members)
                .map(|bytes| base64url::encode(&bytes))
                .map_err(|_| Error::Malformed("a member cannot be written as JSON"))
        };
        let signed = format!("{}.{}", part(&header)?, part(&claims)?);
        let signature = signer.sign(signed.as_bytes())?;
        Ok(Self {
            text: format!("{signed}.{}", base64url::encode(&signature)),
            header,
            claims,
            signature,
        })
    }

    /// Checks the type and the signature. The algorithm of the header must be that of the key: a token never chooses how it is
    /// verified (RFC 8725, section 3.1).
    pub(crate) fn verify(&self, key: &Jwk, typ: &str) -> Result<(), Error> {
        let name = self.header.get("alg").and_then(Value::as_str).unwrap_or_default();
        if Algorithm::from_name(name)? != key.algorithm() {
            return Err(Error::Algorithm(
                "the header names another algorithm than that of the key",
            ));
        }
        if self.typ() != Some(typ) {
            return Err(Error::Type("the token is of another type than the one expected"));
        }
        let signed = self.text.rsplit_once('.').map_or("", |(signed, _)| signed);
        key.verify(signed.as_bytes(), &self.signature)
    }

    /// The compact form, exactly as it was read.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The header.
    pub(crate) const fn header(&self) -> &Map<String, Value> {
        &self.header
    }

    /// The claims.
    pub(crate) const fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// The type that the header names.
    pub(crate) fn typ(&self) -> Option<&str> {
        self.header.get("typ")?.as_str()
    }
}
