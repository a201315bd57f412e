//! Authenticated encryption with a shared key: AES-256-GCM and SM4-GCM (NIST SP 800-38D, GB/T 32907-2016, RFC 8998).
//!
//! SM4 is computed with a look-up table, so its time may depend on the key where an attacker shares the processor's
//! cache; AES uses the processor's instructions.

use std::fmt;
use std::str::FromStr;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::aes::cipher::consts::U12;
use aes_gcm::{Aes256Gcm, AesGcm};
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::random::{RandomnessError, random_bytes};
use crate::text::{ParseError, text_form};

type Sm4Gcm = AesGcm<Sm4, U12>;

/// The length of a nonce in bytes.
pub const NONCE_LENGTH: usize = 12;

/// The length that encryption adds: the authentication tag, in bytes.
pub const TAG_LENGTH: usize = 16;

/// An authenticated cipher.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aead {
    /// AES-256-GCM, of the `intl` suite.
    Aes256Gcm,
    /// SM4-GCM, of the `gm` suite.
    Sm4Gcm,
}

impl Aead {
    /// Every cipher, in the order of the wire tags.
    pub const ALL: [Self; 2] = [Self::Aes256Gcm, Self::Sm4Gcm];

    /// The name: `aes-256-gcm` or `sm4-gcm`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aes256Gcm => "aes-256-gcm",
            Self::Sm4Gcm => "sm4-gcm",
        }
    }

    /// The byte that names the cipher in binary encodings: 1 for AES-256-GCM, 2 for SM4-GCM.
    #[must_use]
    pub const fn tag(self) -> u8 {
        match self {
            Self::Aes256Gcm => 1,
            Self::Sm4Gcm => 2,
        }
    }

    /// The cipher a wire tag names, if any.
    #[must_use]
    pub const fn from_tag(tag: u8) -> Option<Self> {
        match tag {
            1 => Some(Self::Aes256Gcm),
            2 => Some(Self::Sm4Gcm),
            _ => None,
        }
    }

    /// The length of a key in bytes: 32 for AES-256, 16 for SM4.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes256Gcm => 32,
            Self::Sm4Gcm => 16,
        }
    }
}

impl fmt::Display for Aead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Aead {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|cipher| cipher.as_str() == text)
            .ok_or(ParseError::Algorithm)
    }
}

text_form!(Aead, "`aes-256-gcm` or `sm4-gcm`");

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AeadError {
    /// The key has another length than the cipher's.
    #[error("{cipher} takes a key of {} bytes", cipher.key_length())]
    KeyLength {
        /// The cipher.
        cipher: Aead,
    },
    /// The key belongs to another cipher than the ciphertext.
    #[error("the ciphertext was made with {found}, the key is for {expected}")]
    Algorithm {
        /// The cipher of the key.
        expected: Aead,
        /// The cipher of the ciphertext.
        found: Aead,
    },
    /// The bytes are too short for a ciphertext, or name no known cipher.
    #[error("the bytes are not a sealed message")]
    Malformed,
    /// The message is longer than the cipher can take: 64 GiB.
    #[error("the message is too long")]
    TooLong,
    /// The key, the associated data, the nonce or the ciphertext is not the one used in sealing.
    #[error("the sealed message was changed, or the key is not the right one")]
    Refused,
}

/// A key for one cipher, wiped from memory when it is dropped.
pub struct AeadKey {
    cipher: Aead,
    bytes: Zeroizing<Vec<u8>>,
}

impl AeadKey {
    /// Takes the bytes of a key.
    ///
    /// # Errors
    /// [`AeadError::KeyLength`].
    pub fn new(cipher: Aead, bytes: &[u8]) -> Result<Self, AeadError> {
        if bytes.len() != cipher.key_length() {
            return Err(AeadError::KeyLength { cipher });
        }
        Ok(Self {
            cipher,
            bytes: Zeroizing::new(bytes.to_vec()),
        })
    }

    /// Makes a new key from the operating system's random bytes.
    ///
    /// # Errors
    /// [`RandomnessError`].
    pub fn generate(cipher: Aead) -> Result<Self, RandomnessError> {
        let bytes = Zeroizing::new(match cipher {
            Aead::Aes256Gcm => random_bytes::<32>()?.to_vec(),
            Aead::Sm4Gcm => random_bytes::<16>()?.to_vec(),
        });
        Ok(Self { cipher, bytes })
    }

    /// The cipher the key is for.
    #[must_use]
    pub const fn cipher(&self) -> Aead {
        self.cipher
    }

    /// The secret bytes, to be wrapped for a recipient.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Encrypts `plaintext` and authenticates it together with `associated`.
    ///
    /// Under one key a nonce must never be used for two messages: both the secrecy of the two and the authenticity of
    /// all would be lost. Random nonces ([`random_bytes`]) are safe for 2^32 messages under one key.
    ///
    /// # Errors
    /// [`AeadError::TooLong`].
    pub fn seal(
        &self,
        nonce: [u8; NONCE_LENGTH],
        associated: &[u8],
        plaintext: &[u8],
    ) -> Result<Sealed, AeadError> {
        let payload = Payload {
            msg: plaintext,
            aad: associated,
        };
        let ciphertext = match self.cipher {
            Aead::Aes256Gcm => self.engine::<Aes256Gcm>()?.encrypt(&nonce.into(), payload),
            Aead::Sm4Gcm => self.engine::<Sm4Gcm>()?.encrypt(&nonce.into(), payload),
        }
        .map_err(|_| AeadError::TooLong)?;
        Ok(Sealed {
            cipher: self.cipher,
            nonce,
            ciphertext,
        })
    }

    /// Decrypts what [`AeadKey::seal`] made. The plaintext wipes itself when dropped.
    ///
    /// # Errors
    /// [`AeadError::Algorithm`] or [`AeadError::Refused`].
    pub fn open(&self, associated: &[u8], sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, AeadError> {
        if sealed.cipher != self.cipher {
            return Err(AeadError::Algorithm {
                expected: self.cipher,
                found: sealed.cipher,
            });
        }
        let payload = Payload {
            msg: &sealed.ciphertext,
            aad: associated,
        };
        let nonce = sealed.nonce.into();
        match self.cipher {
            Aead::Aes256Gcm => self.engine::<Aes256Gcm>()?.decrypt(&nonce, payload),
            Aead::Sm4Gcm => self.engine::<Sm4Gcm>()?.decrypt(&nonce, payload),
        }
        .map(Zeroizing::new)
        .map_err(|_| AeadError::Refused)
    }

    fn engine<C: aes_gcm::KeyInit>(&self) -> Result<C, AeadError> {
        C::new_from_slice(&self.bytes).map_err(|_| AeadError::KeyLength { cipher: self.cipher })
    }
}

impl fmt::Debug for AeadKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AeadKey")
            .field("cipher", &self.cipher)
            .finish_non_exhaustive()
    }
}

/// A ciphertext with its algorithm and nonce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    cipher: Aead,
    nonce: [u8; NONCE_LENGTH],
    ciphertext: Vec<u8>,
}

impl Sealed {
    /// Puts together a ciphertext (with its tag of [`TAG_LENGTH`] bytes at the end) from its parts.
    ///
    /// # Errors
    /// [`AeadError::Malformed`] where the ciphertext is shorter than its tag.
    pub fn new(cipher: Aead, nonce: [u8; NONCE_LENGTH], ciphertext: Vec<u8>) -> Result<Self, AeadError> {
        if ciphertext.len() < TAG_LENGTH {
            return Err(AeadError::Malformed);
        }
        Ok(Self {
            cipher,
            nonce,
            ciphertext,
        })
    }

    /// The cipher it was made with.
    #[must_use]
    pub const fn cipher(&self) -> Aead {
        self.cipher
    }

    /// The nonce it was made with.
    #[must_use]
    pub const fn nonce(&self) -> &[u8; NONCE_LENGTH] {
        &self.nonce
    }

    /// The encrypted message, followed by the tag.
    #[must_use]
    pub fn ciphertext(&self) -> &[u8] {
        &self.ciphertext
    }

    /// The binary form: the cipher's tag (one byte), the nonce, the ciphertext.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.cipher.tag()];
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.ciphertext);
        bytes
    }

    /// Reads the binary form.
    ///
    /// # Errors
    /// [`AeadError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AeadError> {
        let (tag, rest) = bytes.split_first().ok_or(AeadError::Malformed)?;
        let (nonce, ciphertext) = rest.split_first_chunk().ok_or(AeadError::Malformed)?;
        let cipher = Aead::from_tag(*tag).ok_or(AeadError::Malformed)?;
        Self::new(cipher, *nonce, ciphertext.to_vec())
    }
}
