//! Keys for encryption: the public half that others encrypt to, and the private half that opens.
//!
//! They are kept apart from the keys that sign, by type and by the text of the international suite: a key that signs is
//! published for good, while one that opens is destroyed to forget what it could open.

use std::fmt;
use std::str::FromStr;

use hpke::kem::X25519HkdfSha256;
use hpke::{Deserializable as _, Kem as _, Serializable as _};
use zeroize::Zeroizing;

use crate::aead::Aead;
use crate::private_key::{KeyError, PrivateKey};
use crate::random::random_bytes;
use crate::text::{self, ParseError, text_form};
use crate::{PublicKey, SignatureAlgorithm};

/// The private key of the X25519 form, as the library takes it.
pub(crate) type X25519Secret = <X25519HkdfSha256 as hpke::Kem>::PrivateKey;
/// The public key of the X25519 form, as the library takes it.
pub(crate) type X25519Public = <X25519HkdfSha256 as hpke::Kem>::PublicKey;

/// The largest coordinate u that is less than the field's prime 2^255-19, little-endian.
const LARGEST_U: [u8; 32] = [
    0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
];

/// The coordinates u of the points of small order on the curve and its twist, little-endian. With each of them every
/// private key agrees on zero (RFC 7748, section 6.1).
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ],
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda,
        0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49, 0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04,
        0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f, 0x11, 0x57,
    ],
    LARGEST_U,
];

/// How something is encrypted for the holder of a key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EncryptionAlgorithm {
    /// HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM.
    X25519,
    /// SM2 encryption (GB/T 32918.4-2016) of a key for SM4-GCM.
    Sm2,
}

impl EncryptionAlgorithm {
    /// Every algorithm, in the order of the wire tags.
    pub const ALL: [Self; 2] = [Self::X25519, Self::Sm2];

    /// The name in front of the text of a key: `x25519` or `sm2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::X25519 => "x25519",
            Self::Sm2 => "sm2",
        }
    }

    /// The byte that names the algorithm in binary encodings: 1 for X25519, 2 for SM2.
    #[must_use]
    pub const fn tag(self) -> u8 {
        match self {
            Self::X25519 => 1,
            Self::Sm2 => 2,
        }
    }

    /// The algorithm a wire tag names, if any.
    #[must_use]
    pub const fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Self::X25519),
            2 => Some(Self::Sm2),
            _ => None,
        }
    }

    /// The length of an encoded public key in bytes: 32 for X25519, 33 for SM2 (a compressed point).
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::X25519 => 32,
            Self::Sm2 => 33,
        }
    }

    /// The cipher that encrypts the content.
    #[must_use]
    pub const fn cipher(self) -> Aead {
        match self {
            Self::X25519 => Aead::Aes256Gcm,
            Self::Sm2 => Aead::Sm4Gcm,
        }
    }
}

impl fmt::Display for EncryptionAlgorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for EncryptionAlgorithm {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == text)
            .ok_or(ParseError::Algorithm)
    }
}

text_form!(EncryptionAlgorithm, "`x25519` or `sm2`");

/// A public key to encrypt for, and its algorithm. As text, and in serde: `x25519:` and 64, or `sm2:` and 66 lower-case
/// hexadecimal digits (formats.md, section 8). Ordered by algorithm, then by bytes.
///
/// One key has one encoding, and only the holder of its private key can read what is encrypted for it. So for X25519 the
/// coordinate u must be less than the field's prime and be none of the five of small order; for SM2 the bytes must be
/// the compressed form of a point of the curve.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EncryptionKey(KeyBytes);

/// The bytes of a key under the algorithm they belong to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum KeyBytes {
    /// The coordinate u of RFC 7748, little-endian.
    X25519([u8; 32]),
    /// A point of the curve. The type is shared with the keys that sign; the texts are told apart by where they stand.
    Sm2(PublicKey),
}

impl EncryptionKey {
    /// Reads the encoding of a key: 32 bytes (RFC 7748) or 33 bytes (a compressed point, GB/T 32918.1).
    ///
    /// # Errors
    /// [`ParseError::Length`], [`ParseError::NotCanonical`], [`ParseError::SmallOrder`] or [`ParseError::NotOnCurve`].
    pub fn from_bytes(algorithm: EncryptionAlgorithm, bytes: &[u8]) -> Result<Self, ParseError> {
        Ok(Self(match algorithm {
            EncryptionAlgorithm::X25519 => {
                let bytes: [u8; 32] = text::exactly(bytes)?;
                if bytes.iter().rev().gt(LARGEST_U.iter().rev()) {
                    return Err(ParseError::NotCanonical);
                }
                if SMALL_ORDER.contains(&bytes) {
                    return Err(ParseError::SmallOrder);
                }
                KeyBytes::X25519(bytes)
            }
            EncryptionAlgorithm::Sm2 => {
                let key = PublicKey::from_bytes(SignatureAlgorithm::Sm2, bytes)?;
                if !key.is_on_curve() {
                    return Err(ParseError::NotOnCurve);
                }
                KeyBytes::Sm2(key)
            }
        }))
    }

    /// How something is encrypted for the holder.
    #[must_use]
    pub const fn algorithm(&self) -> EncryptionAlgorithm {
        match self.0 {
            KeyBytes::X25519(_) => EncryptionAlgorithm::X25519,
            KeyBytes::Sm2(_) => EncryptionAlgorithm::Sm2,
        }
    }

    /// The encoding of the key, without the algorithm.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            KeyBytes::X25519(bytes) => bytes,
            KeyBytes::Sm2(key) => key.as_bytes(),
        }
    }

    /// The key by algorithm, as the ciphers take it.
    pub(crate) fn form(&self) -> Result<PublicForm<'_>, ParseError> {
        Ok(match &self.0 {
            KeyBytes::X25519(bytes) => {
                PublicForm::X25519(X25519Public::from_bytes(bytes).map_err(|_| ParseError::NotCanonical)?)
            }
            KeyBytes::Sm2(key) => PublicForm::Sm2(key),
        })
    }
}

/// A public key as the ciphers take it.
pub(crate) enum PublicForm<'a> {
    X25519(X25519Public),
    Sm2(&'a PublicKey),
}

impl fmt::Display for EncryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(formatter, self.algorithm().as_str(), self.as_bytes())
    }
}

impl FromStr for EncryptionKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (algorithm, digits) = text::split(text)?;
        match algorithm.parse()? {
            algorithm @ EncryptionAlgorithm::X25519 => {
                Self::from_bytes(algorithm, &text::decode::<32>(digits)?)
            }
            algorithm @ EncryptionAlgorithm::Sm2 => Self::from_bytes(algorithm, &text::decode::<33>(digits)?),
        }
    }
}

text_form!(
    EncryptionKey,
    "an encryption key such as `x25519:` and 64 hexadecimal digits"
);

/// A private key that opens envelopes, wiped from memory when it is dropped. It has no text form and no serde form;
/// `Debug` shows the public key.
pub struct DecryptionKey {
    public: EncryptionKey,
    secret: Secret,
}

/// The secrets lie behind a pointer, so that moving the key does not leave copies behind.
enum Secret {
    X25519(Box<Zeroizing<[u8; DecryptionKey::LENGTH]>>),
    Sm2(PrivateKey),
}

impl DecryptionKey {
    /// The length of an exported private key in bytes: the scalar of RFC 7748, or the number d of GB/T 32918.1.
    pub const LENGTH: usize = 32;

    /// Makes a new key from the operating system's random bytes.
    ///
    /// # Errors
    /// [`KeyError::Randomness`].
    pub fn generate(algorithm: EncryptionAlgorithm) -> Result<Self, KeyError> {
        loop {
            let bytes = Zeroizing::new(random_bytes()?);
            match Self::from_bytes(algorithm, &bytes) {
                // One SM2 candidate in 2^32 is not below the order: drawing again is the standard's own method.
                Err(KeyError::OutOfRange) => {}
                result => return result,
            }
        }
    }

    /// Reads a private key: the 32 bytes of RFC 7748 (clamped where they are used) or the big-endian number d of
    /// GB/T 32918.1.
    ///
    /// # Errors
    /// [`KeyError::OutOfRange`].
    pub fn from_bytes(algorithm: EncryptionAlgorithm, bytes: &[u8; Self::LENGTH]) -> Result<Self, KeyError> {
        let (secret, public) = match algorithm {
            EncryptionAlgorithm::X25519 => {
                let secret = X25519Secret::from_bytes(bytes).map_err(|_| KeyError::OutOfRange)?;
                let public = X25519HkdfSha256::sk_to_pk(&secret).to_bytes();
                (Secret::X25519(Box::new(Zeroizing::new(*bytes))), public.to_vec())
            }
            EncryptionAlgorithm::Sm2 => {
                let secret = PrivateKey::from_bytes(SignatureAlgorithm::Sm2, bytes)?;
                let public = secret.public_key().as_bytes().to_vec();
                (Secret::Sm2(secret), public)
            }
        };
        let public = EncryptionKey::from_bytes(algorithm, &public)?;
        Ok(Self { public, secret })
    }

    /// The key under which others encrypt.
    #[must_use]
    pub const fn encryption_key(&self) -> EncryptionKey {
        self.public
    }

    /// How something is encrypted for this key.
    #[must_use]
    pub const fn algorithm(&self) -> EncryptionAlgorithm {
        self.public.algorithm()
    }

    /// The secret bytes, to be kept. They wipe themselves when dropped.
    #[must_use]
    pub fn export_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        match &self.secret {
            Secret::X25519(bytes) => (**bytes).clone(),
            Secret::Sm2(key) => key.export_bytes(),
        }
    }

    /// The key by algorithm, as the ciphers take it.
    pub(crate) fn form(&self) -> Result<PrivateForm<'_>, KeyError> {
        Ok(match &self.secret {
            Secret::X25519(bytes) => PrivateForm::X25519(
                X25519Secret::from_bytes(bytes.as_slice()).map_err(|_| KeyError::OutOfRange)?,
            ),
            Secret::Sm2(key) => PrivateForm::Sm2(key),
        })
    }
}

/// A private key as the ciphers take it.
pub(crate) enum PrivateForm<'a> {
    X25519(X25519Secret),
    Sm2(&'a PrivateKey),
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecryptionKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}
