//! Public keys as JSON (RFC 7517): P-256 (RFC 7518, section 6.2) and Ed25519 (RFC 8037), and nothing else.

use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier as _;
use serde_json::{Map, Value, json};
use yinxin_crypto::{PublicKey, Signature, SignatureAlgorithm};

use crate::{Error, base64url};

/// How a credential or token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256 (RFC 7518, section 3.4).
    Es256,
    /// Ed25519 (RFC 8037), by the rule of ZIP 215 like every Ed25519 signature of the ledger. Written `EdDSA`; the name `Ed25519` of
    /// RFC 9864 is read as well.
    EdDsa,
}

impl Algorithm {
    /// The name in the `alg` of a header.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm a header names.
    ///
    /// # Errors
    /// [`Error::Algorithm`] for `none`, for every MAC, and for every name that is not known.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "ES256" => Ok(Self::Es256),
            "EdDSA" | "Ed25519" => Ok(Self::EdDsa),
            _ => Err(Error::Algorithm(
                "the signature algorithm is neither ES256 nor EdDSA",
            )),
        }
    }
}

/// A public key: a point that lies on its curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jwk(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    P256 { x: [u8; 32], y: [u8; 32] },
    Ed25519(PublicKey),
}

impl Jwk {
    /// The key of P-256 with these coordinates.
    ///
    /// # Errors
    /// [`Error::Key`] where they are no point of the curve.
    pub fn p256(x: [u8; 32], y: [u8; 32]) -> Result<Self, Error> {
        verifying_key(&x, &y)?;
        Ok(Self(Kind::P256 { x, y }))
    }

    /// The key of Ed25519 with this encoding.
    ///
    /// # Errors
    /// [`Error::Key`] where it is no point, not canonical, or of small order.
    pub fn ed25519(encoding: &[u8; 32]) -> Result<Self, Error> {
        const WRONG: Error = Error::Key("the key is no point of Ed25519 that can be used");
        let key = PublicKey::from_bytes(SignatureAlgorithm::Ed25519, encoding).map_err(|_| WRONG)?;
        if key.is_on_curve() {
            Ok(Self(Kind::Ed25519(key)))
        } else {
            Err(WRONG)
        }
    }

    /// Reads a key. Members that say how it may be used are heeded, a name of it is ignored.
    ///
    /// # Errors
    /// [`Error::Key`] for other kinds of key, for points off the curve, for a key meant for encryption or for another algorithm, and
    /// for one that shows its private half.
    pub fn parse(value: &Value) -> Result<Self, Error> {
        let Some(members) = value.as_object() else {
            return Err(Error::Key("a key is an object"));
        };
        if ["d", "p", "q", "k", "oth"]
            .iter()
            .any(|name| members.contains_key(*name))
        {
            return Err(Error::Key("the key shows its private half"));
        }
        let key = match (text(members, "kty"), text(members, "crv")) {
            (Some("EC"), Some("P-256")) => Self::p256(coordinate(members, "x")?, coordinate(members, "y")?)?,
            (Some("OKP"), Some("Ed25519")) => Self::ed25519(&coordinate(members, "x")?)?,
            _ => return Err(Error::Key("the key is neither of P-256 nor of Ed25519")),
        };
        let fits = |value: &Value| {
            value
                .as_str()
                .is_some_and(|name| Algorithm::from_name(name) == Ok(key.algorithm()))
        };
        if members.get("alg").is_some_and(|value| !fits(value)) {
            return Err(Error::Key("the key is meant for another algorithm"));
        }
        if members
            .get("use")
            .is_some_and(|value| value.as_str() != Some("sig"))
        {
            return Err(Error::Key("the key is not meant for signatures"));
        }
        Ok(key)
    }

    /// The key with its required members only.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.0 {
            Kind::P256 { x, y } => json!({
                "crv": "P-256", "kty": "EC", "x": base64url::encode(x), "y": base64url::encode(y),
            }),
            Kind::Ed25519(key) => json!({
                "crv": "Ed25519", "kty": "OKP", "x": base64url::encode(key.as_bytes()),
            }),
        }
    }

    /// The one name of a key (RFC 7638): SHA-256 over its required members in lexicographic order, base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // Written by hand: the order of members in a JSON value is a feature of a library, this one is a standard.
        base64url::sha256(&match &self.0 {
            Kind::P256 { x, y } => format!(
                r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#,
                base64url::encode(x),
                base64url::encode(y)
            ),
            Kind::Ed25519(key) => format!(
                r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#,
                base64url::encode(key.as_bytes())
            ),
        })
    }

    /// The one algorithm of the key.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self.0 {
            Kind::P256 { .. } => Algorithm::Es256,
            Kind::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// Verifies a signature by this key over `message`.
    ///
    /// # Errors
    /// [`Error::Signature`].
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), Error> {
        const WRONG: Error = Error::Signature("the signature does not match the key and the text");
        match &self.0 {
            Kind::P256 { x, y } => {
                let signature = p256::ecdsa::Signature::from_slice(signature).map_err(|_| WRONG)?;
                verifying_key(x, y)?
                    .verify(message, &signature)
                    .map_err(|_| WRONG)
            }
            Kind::Ed25519(key) => {
                let signature = Signature::new(SignatureAlgorithm::Ed25519, *signature);
                yinxin_crypto::verify(key, message, &signature).map_err(|_| WRONG)
            }
        }
    }
}

fn verifying_key(x: &[u8; 32], y: &[u8; 32]) -> Result<VerifyingKey, Error> {
    let mut point = vec![4];
    point.extend_from_slice(x);
    point.extend_from_slice(y);
    VerifyingKey::from_sec1_bytes(&point).map_err(|_| Error::Key("the key is no point of P-256"))
}

fn text<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    members.get(name)?.as_str()
}

fn coordinate(members: &Map<String, Value>, name: &str) -> Result<[u8; 32], Error> {
    const WRONG: Error = Error::Key("a coordinate of the key is not 32 bytes of base64url");
    base64url::decode_exactly(text(members, name).ok_or(WRONG)?).map_err(|_| WRONG)
}
