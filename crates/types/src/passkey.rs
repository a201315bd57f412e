//! Passkeys (通行密钥): what their authenticators sign instead of the bytes they are asked to sign, and when that counts as a signature.
//!
//! ```text
//! message ─SHA-256─► challenge ─browser─► client data ─SHA-256─┐
//!                                         authenticator data ──┴─► signed
//! ```
//!
//! The rules are those that a relying party must keep when it verifies an assertion (W3C WebAuthn Level 3, section 7.2), as far as they
//! need no memory of earlier assertions: an assertion counts for one message only, and a transaction is executed only once, so the
//! authenticator's counter would add nothing. They depend on the arguments alone, so every node gives the same verdict.

use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use yinxin_crypto::HashAlgorithm;

use crate::codes::{self, Code, Rejection};
use crate::wire::{self, WireError};
use crate::{canonical, strict_json};

/// The longest domain (RFC 1035, section 2.3.4, as text).
const MAX_DOMAIN_BYTES: usize = 253;
/// The longest label of a domain.
const MAX_LABEL_BYTES: usize = 63;

/// The authenticator's data up to and including the counter (WebAuthn Level 3, section 6.1): a digest, one byte of flags, 4 of counter.
const FIXED_BYTES: usize = 37;
/// A user was present.
const USER_PRESENT: u8 = 0x01;
/// The user was verified by PIN, fingerprint or face.
const USER_VERIFIED: u8 = 0x04;
/// The passkey may be backed up.
const BACKUP_ELIGIBLE: u8 = 0x08;
/// The passkey is backed up.
const BACKED_UP: u8 = 0x10;
/// The data of a new key follows: never in an assertion.
const ATTESTED: u8 = 0x40;
/// Outputs of extensions follow.
const EXTENSIONS: u8 = 0x80;

/// What an authenticator signed: its own data and the client data that it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
pub struct Assertion {
    authenticator_data: Vec<u8>,
    client_data: String,
}

/// The JSON form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    authenticator_data: String,
    client_data: String,
}

impl TryFrom<Text> for Assertion {
    type Error = &'static str;

    fn try_from(text: Text) -> Result<Self, &'static str> {
        let bytes = hex::decode(&text.authenticator_data).unwrap_or_default();
        // The decoder would take capitals, and a leading `0x`.
        if hex::encode(&bytes) != text.authenticator_data {
            return Err("the authenticator data is not lower-case hexadecimal digits");
        }
        Self::new(bytes, text.client_data)
            .ok_or("the authenticator data has 37 to 1024 bytes, the client data 1 to 2048")
    }
}

impl From<Assertion> for Text {
    fn from(assertion: Assertion) -> Self {
        Self {
            authenticator_data: hex::encode(&assertion.authenticator_data),
            client_data: assertion.client_data,
        }
    }
}

impl Assertion {
    /// How many bytes the authenticator's data may have.
    pub const AUTHENTICATOR_DATA_BYTES: RangeInclusive<usize> = FIXED_BYTES..=1024;
    /// How many bytes the client data may have.
    pub const CLIENT_DATA_BYTES: RangeInclusive<usize> = 1..=2048;

    /// What an authenticator gave, where both parts have a length that they may have.
    pub fn new(authenticator_data: Vec<u8>, client_data: String) -> Option<Self> {
        let fits = Self::AUTHENTICATOR_DATA_BYTES.contains(&authenticator_data.len())
            && Self::CLIENT_DATA_BYTES.contains(&client_data.len());
        fits.then_some(Self {
            authenticator_data,
            client_data,
        })
    }

    /// The authenticator's data.
    pub fn authenticator_data(&self) -> &[u8] {
        &self.authenticator_data
    }

    /// The client data: JSON as the browser wrote it.
    pub fn client_data(&self) -> &str {
        &self.client_data
    }

    /// The bytes that the signature is over: the authenticator's data and the SHA-256 of the client data.
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut bytes = self.authenticator_data.clone();
        bytes.extend_from_slice(HashAlgorithm::Sha256.hash(&[self.client_data.as_bytes()]).bytes());
        bytes
    }

    /// Checks everything but the signature: that a page of the relying party asked for it, that it was asked to sign `message`, and that
    /// the authenticator verified its user. `relying_party` is the digest that the key names.
    ///
    /// # Errors
    /// In this order `PASSKEY_CLIENT_DATA`, `PASSKEY_CHALLENGE`, `PASSKEY_ORIGIN`, `PASSKEY_AUTHENTICATOR`, `PASSKEY_USER`.
    pub fn check(&self, relying_party: &[u8; 32], message: &[u8]) -> Result<(), Rejection> {
        self.check_client_data(relying_party, message)?;
        self.check_authenticator_data(relying_party)
    }

    fn check_client_data(&self, relying_party: &[u8; 32], message: &[u8]) -> Result<(), Rejection> {
        let bytes = self.client_data.as_bytes();
        let client = match strict_json::parse(bytes, canonical::MAX_DEPTH) {
            Ok(Value::Object(client)) => client,
            Ok(_) => return refuse(codes::PASSKEY_CLIENT_DATA, "the client data is no JSON object"),
            Err(error) => {
                let detail = format!("the client data is not JSON that two readers read alike: {error}");
                return refuse(codes::PASSKEY_CLIENT_DATA, detail);
            }
        };
        let text = |name| client.get(name).and_then(Value::as_str);
        require(
            text("type") == Some("webauthn.get"),
            codes::PASSKEY_CLIENT_DATA,
            "the client data is not of the type `webauthn.get`",
        )?;
        require(
            text("challenge") == Some(&challenge(message)),
            codes::PASSKEY_CHALLENGE,
            "the challenge is not the digest of what is to be signed",
        )?;
        require(
            matches!(client.get("crossOrigin"), None | Some(Value::Bool(false))),
            codes::PASSKEY_ORIGIN,
            "the page stood inside one of another origin",
        )?;
        require(
            !client.contains_key("topOrigin"),
            codes::PASSKEY_ORIGIN,
            "the client data names the origin of an outer page",
        )?;
        let Some(host) = text("origin").and_then(host_of) else {
            return refuse(
                codes::PASSKEY_ORIGIN,
                "the origin is neither `https://` and a domain nor `http://localhost`",
            );
        };
        require(
            belongs(host, relying_party),
            codes::PASSKEY_ORIGIN,
            "neither the origin's domain nor one above it is the relying party of the key",
        )
    }

    fn check_authenticator_data(&self, relying_party: &[u8; 32]) -> Result<(), Rejection> {
        let Some((&digest, [flags, rest @ ..])) = self.authenticator_data.split_first_chunk::<32>() else {
            return refuse(
                codes::PASSKEY_AUTHENTICATOR,
                "the authenticator data ends too early",
            );
        };
        let has = |flag| flags & flag != 0;
        require(
            digest == *relying_party,
            codes::PASSKEY_AUTHENTICATOR,
            "the authenticator data is of another relying party than the key",
        )?;
        require(
            !has(ATTESTED),
            codes::PASSKEY_AUTHENTICATOR,
            "the authenticator data holds a new key, as an assertion never does",
        )?;
        require(
            has(BACKUP_ELIGIBLE) || !has(BACKED_UP),
            codes::PASSKEY_AUTHENTICATOR,
            "the authenticator data says that a key is backed up which cannot be",
        )?;
        // After the flags the counter, and then extensions where the flags announce them. They are signed and mean nothing to the ledger.
        let (counter, announced) = (4, has(EXTENSIONS));
        require(
            rest.len() >= counter && (rest.len() > counter) == announced,
            codes::PASSKEY_AUTHENTICATOR,
            "the authenticator data is longer or shorter than its flags say",
        )?;
        require(
            has(USER_PRESENT),
            codes::PASSKEY_USER,
            "the authenticator found no user present",
        )?;
        require(
            has(USER_VERIFIED),
            codes::PASSKEY_USER,
            "the authenticator did not verify its user",
        )
    }

    /// Length of the wire form in bytes.
    pub(crate) fn wire_len(&self) -> usize {
        self.authenticator_data
            .len()
            .saturating_add(self.client_data.len())
            .saturating_add(8)
    }

    /// Appends the wire form (formats section 3).
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        wire::put_bytes(out, &self.authenticator_data);
        wire::put_bytes(out, self.client_data.as_bytes());
    }

    /// Reads the wire form.
    pub(crate) fn read(reader: &mut wire::Reader<'_>) -> Result<Self, WireError> {
        let authenticator_data = reader.bytes(*Self::AUTHENTICATOR_DATA_BYTES.end())?.to_vec();
        let client_data = reader.bytes(*Self::CLIENT_DATA_BYTES.end())?.to_vec();
        let client_data = String::from_utf8(client_data).map_err(|_| WireError::Undefined)?;
        Self::new(authenticator_data, client_data).ok_or(WireError::Undefined)
    }
}

/// The challenge that asks for the signature of a message: base64url without padding of its SHA-256, whatever the chain's suite.
pub fn challenge(message: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(HashAlgorithm::Sha256.hash(&[message]).bytes())
}

fn refuse<T>(code: Code, detail: impl Into<String>) -> Result<T, Rejection> {
    Err(Rejection::new(code, detail))
}

fn require(holds: bool, code: Code, detail: &str) -> Result<(), Rejection> {
    if holds { Ok(()) } else { refuse(code, detail) }
}

/// The host of an origin on which passkeys can be used: `https://` and a domain, or `http://localhost`, and perhaps a port.
fn host_of(origin: &str) -> Option<&str> {
    let (authority, secure) = match origin.strip_prefix("https://") {
        Some(authority) => (authority, true),
        None => (origin.strip_prefix("http://")?, false),
    };
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let known = if secure {
        is_domain(host)
    } else {
        host == "localhost"
    };
    (known && port.is_none_or(is_port)).then_some(host)
}

/// A number from 1 to 65535 as it is usually written.
fn is_port(text: &str) -> bool {
    let plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    plain && text.parse::<u16>().is_ok()
}

/// A domain as a browser writes it in an origin: labels of lower-case letters, digits and inner hyphens. An IP address is none.
fn is_domain(host: &str) -> bool {
    let label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label
                .bytes()
                .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let numeric = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit());
    host.len() <= MAX_DOMAIN_BYTES
        && host.split('.').all(label)
        && !host.rsplit('.').next().is_some_and(numeric)
}

/// Whether the digest is that of the domain or of one above it.
fn belongs(domain: &str, relying_party: &[u8; 32]) -> bool {
    fn parent<'a>(domain: &&'a str) -> Option<&'a str> {
        domain.split_once('.').map(|(_, parent)| parent)
    }
    std::iter::successors(Some(domain), parent)
        .any(|domain| HashAlgorithm::Sha256.hash(&[domain.as_bytes()]).bytes() == relying_party)
}
