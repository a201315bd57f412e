//! Public keys and signatures as values: their bytes, their text, and what is refused when they are read.

use std::fmt;
use std::str::FromStr;

use crate::text::{self, ParseError, text_form};
use crate::{ed25519, passkey, sm2_signature};

/// A signature scheme.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureAlgorithm {
    /// Ed25519 (RFC 8032), valid by the rule of ZIP 215.
    Ed25519,
    /// SM2 with SM3 (GB/T 32918.2-2016) and the identity `1234567812345678`.
    Sm2,
    /// ECDSA over P-256 with SHA-256 (FIPS 186-5), as the authenticator of a passkey makes it (WebAuthn Level 3). What such a signature is
    /// over is not the message itself: the rules lie where transactions are verified.
    Passkey,
}

impl SignatureAlgorithm {
    /// Every algorithm, in the order of the wire tags.
    pub const ALL: [Self; 3] = [Self::Ed25519, Self::Sm2, Self::Passkey];

    /// The name in front of the text of a key or a signature: `ed25519`, `sm2` or `passkey`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ed25519 => "ed25519",
            Self::Sm2 => "sm2",
            Self::Passkey => "passkey",
        }
    }

    /// The byte that names the algorithm in binary encodings: 1 for Ed25519, 2 for SM2, 3 for a passkey.
    #[must_use]
    pub const fn tag(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::Sm2 => 2,
            Self::Passkey => 3,
        }
    }

    /// The algorithm a wire tag names, if any.
    #[must_use]
    pub const fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Self::Ed25519),
            2 => Some(Self::Sm2),
            3 => Some(Self::Passkey),
            _ => None,
        }
    }

    /// The length of an encoded public key in bytes: 32 for Ed25519, 33 for SM2 (a compressed point), 65 for a passkey (a compressed point
    /// and a digest).
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Ed25519 => 32,
            Self::Sm2 => 33,
            Self::Passkey => 65,
        }
    }
}

impl fmt::Display for SignatureAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for SignatureAlgorithm {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text)
            .ok_or(ParseError::Algorithm)
    }
}

text_form!(SignatureAlgorithm, "`ed25519`, `sm2` or `passkey`");

/// A public key and its algorithm. As text, and in serde: `ed25519:` and 64, `sm2:` and 66, or `passkey:` and 130 lower-case
/// hexadecimal digits (formats.md, section 1). Ordered by algorithm, then by bytes.
///
/// The key of a passkey is its point and the SHA-256 of the relying-party identifier it was made for: the same point for another
/// site is another account, and whoever verifies knows from the key alone which sites may ask for its signature.
///
/// # What reading a key checks
///
/// One key has one encoding, and nobody can sign for a key he does not hold. For Ed25519 the coordinate y must be less
/// than the field's prime and must not be one of the five of the eight points of small order, for which a signature
/// valid for every message is public knowledge. For SM2 and for a passkey the first byte must be 2 or 3 and the coordinate x
/// must be less than the field's prime; the cofactor of both curves is 1, so there are no points of small order, and the
/// identity has no encoding of 33 bytes.
///
/// That the point lies on the curve is *not* checked when a key is read: it would cost a square root for every copy of
/// every transaction (a quarter of an Ed25519 verification in a batch), and [`verify`](crate::verify) refuses such a
/// key anyway. A key that enters a configuration, such as a genesis, is to be checked in full with
/// [`PublicKey::is_on_curve`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(KeyBytes);

/// The bytes of a key under the algorithm they belong to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KeyBytes {
    /// The encoding of RFC 8032, section 5.1.2.
    Ed25519([u8; 32]),
    /// The compressed point of GB/T 32918.1.
    Sm2([u8; 33]),
    /// The compressed point of SEC 1, section 2.3.3, and the SHA-256 of the relying-party identifier.
    Passkey([u8; 65]),
}

impl PublicKey {
    /// Reads the encoding of a key: 32 bytes (RFC 8032, section 5.1.2), 33 bytes (a compressed point, GB/T 32918.1), or 65
    /// bytes (a compressed point, SEC 1, and the SHA-256 of the relying-party identifier).
    ///
    /// # Errors
    /// [`ParseError::Length`], [`ParseError::NotCanonical`] or [`ParseError::SmallOrder`].
    pub fn from_bytes(algorithm: SignatureAlgorithm, bytes: &[u8]) -> Result<Self, ParseError> {
        Ok(Self(match algorithm {
            SignatureAlgorithm::Ed25519 => {
                let bytes = text::exactly(bytes)?;
                ed25519::check_encoding(&bytes)?;
                KeyBytes::Ed25519(bytes)
            }
            SignatureAlgorithm::Sm2 => {
                let bytes = text::exactly(bytes)?;
                sm2_signature::check_encoding(&bytes)?;
                KeyBytes::Sm2(bytes)
            }
            SignatureAlgorithm::Passkey => {
                let bytes = text::exactly(bytes)?;
                passkey::check_encoding(&bytes)?;
                KeyBytes::Passkey(bytes)
            }
        }))
    }

    /// The signature scheme the key belongs to.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        match self.0 {
            KeyBytes::Ed25519(_) => SignatureAlgorithm::Ed25519,
            KeyBytes::Sm2(_) => SignatureAlgorithm::Sm2,
            KeyBytes::Passkey(_) => SignatureAlgorithm::Passkey,
        }
    }

    /// The encoding of the key, without the algorithm.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            KeyBytes::Ed25519(bytes) => bytes,
            KeyBytes::Sm2(bytes) => bytes,
            KeyBytes::Passkey(bytes) => bytes,
        }
    }

    /// For a passkey, the SHA-256 of the identifier of the relying party it was made for (WebAuthn Level 3, section 4: a domain).
    #[must_use]
    pub const fn relying_party(&self) -> Option<&[u8; 32]> {
        match &self.0 {
            KeyBytes::Ed25519(_) | KeyBytes::Sm2(_) => None,
            KeyBytes::Passkey(bytes) => bytes.last_chunk(),
        }
    }

    /// The encoding of the key, by algorithm.
    pub(crate) const fn encoding(&self) -> &KeyBytes {
        &self.0
    }

    /// Whether the key is a point of its curve, so that signatures for it can exist at all.
    #[must_use]
    pub fn is_on_curve(&self) -> bool {
        match &self.0 {
            KeyBytes::Ed25519(bytes) => ed25519::is_on_curve(bytes),
            KeyBytes::Sm2(bytes) => sm2_signature::is_on_curve(bytes),
            KeyBytes::Passkey(bytes) => passkey::is_on_curve(bytes),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(formatter, self.algorithm().as_str(), self.as_bytes())
    }
}

impl FromStr for PublicKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (algorithm, digits) = text::split(text)?;
        match algorithm.parse()? {
            algorithm @ SignatureAlgorithm::Ed25519 => {
                Self::from_bytes(algorithm, &text::decode::<32>(digits)?)
            }
            algorithm @ SignatureAlgorithm::Sm2 => Self::from_bytes(algorithm, &text::decode::<33>(digits)?),
            algorithm @ SignatureAlgorithm::Passkey => {
                Self::from_bytes(algorithm, &text::decode::<65>(digits)?)
            }
        }
    }
}

text_form!(
    PublicKey,
    "a public key such as `ed25519:` and 64 hexadecimal digits"
);

/// A signature and its algorithm: the 64 bytes of RFC 8032, or `r || s` of GB/T 32918.2 or FIPS 186-5, each 32 bytes, big-endian.
/// As text, and in serde: `ed25519:`, `sm2:` or `passkey:` and 128 lower-case hexadecimal digits.
///
/// Any 64 bytes are a value of this type; whether they sign anything is for [`verify`](crate::verify) to say. The
/// bytes of a signature never identify anything: for one message and key there are many valid SM2 signatures, and
/// for each of a passkey at least one other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature {
    algorithm: SignatureAlgorithm,
    bytes: [u8; Self::LENGTH],
}

impl Signature {
    /// The length of every signature in bytes.
    pub const LENGTH: usize = 64;

    /// Names the algorithm of the bytes of a signature.
    #[must_use]
    pub const fn new(algorithm: SignatureAlgorithm, bytes: [u8; Self::LENGTH]) -> Self {
        Self { algorithm, bytes }
    }

    /// Reads the bytes of a signature.
    ///
    /// # Errors
    /// [`ParseError::Length`] where they are not 64.
    pub fn from_bytes(algorithm: SignatureAlgorithm, bytes: &[u8]) -> Result<Self, ParseError> {
        Ok(Self::new(algorithm, text::exactly(bytes)?))
    }

    /// The signature scheme.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The 64 bytes, without the algorithm.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.bytes
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(formatter, self.algorithm.as_str(), &self.bytes)
    }
}

impl FromStr for Signature {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (algorithm, digits) = text::split(text)?;
        Ok(Self::new(algorithm.parse()?, text::decode(digits)?))
    }
}

text_form!(
    Signature,
    "a signature such as `ed25519:` and 128 hexadecimal digits"
);
