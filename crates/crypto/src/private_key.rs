//! Private keys: making them, signing with them, and forgetting them.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::random::{RandomnessError, random_bytes};
use crate::{ParseError, PublicKey, Signature, SignatureAlgorithm, sm2_signature};

/// Why a private key cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The bytes are no private key of the algorithm. For SM2 the number must lie between 1 and n-2 (GB/T 32918.1,
    /// section 6.1).
    #[error("the bytes are no private key of this algorithm")]
    OutOfRange,
    /// The private half of a passkey stays inside its authenticator: it can be neither made nor read here.
    #[error("the private key of a passkey never leaves its authenticator")]
    Passkey,
    /// The public key that belongs to it would be refused.
    #[error("the public key is refused: {0}")]
    PublicKey(#[from] ParseError),
    /// There were no random bytes to make a key from.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// A private key, wiped from memory when it is dropped. It has no text form and no serde form; `Debug` shows the public
/// key. To keep it, see [`keyfile`](crate::keyfile).
pub struct PrivateKey {
    public: PublicKey,
    secret: Secret,
}

/// The secrets lie behind a pointer, so that moving the key does not leave copies behind.
enum Secret {
    Ed25519(Box<ed25519_zebra::SigningKey>),
    /// Wipes itself when dropped. The library's signing key does not, so one is made for each signature.
    Sm2(Box<sm2::SecretKey>),
}

impl PrivateKey {
    /// The length of an exported private key in bytes: the seed of RFC 8032, or the number d of GB/T 32918.1.
    pub const LENGTH: usize = 32;

    /// The algorithms of private keys: all but passkeys, whose private halves stay inside their authenticators.
    pub const ALGORITHMS: [SignatureAlgorithm; 2] = [SignatureAlgorithm::Ed25519, SignatureAlgorithm::Sm2];

    /// Makes a new key from the operating system's random bytes.
    ///
    /// # Errors
    /// [`KeyError::Passkey`], [`KeyError::Randomness`].
    pub fn generate(algorithm: SignatureAlgorithm) -> Result<Self, KeyError> {
        loop {
            let bytes = Zeroizing::new(random_bytes()?);
            match Self::from_bytes(algorithm, &bytes) {
                // One SM2 candidate in 2^32 is not below the order: drawing again is the standard's own method.
                Err(KeyError::OutOfRange) => {}
                result => return result,
            }
        }
    }

    /// Reads a private key: the seed of RFC 8032 or the big-endian number d of GB/T 32918.1.
    ///
    /// # Errors
    /// [`KeyError::OutOfRange`], [`KeyError::Passkey`].
    pub fn from_bytes(algorithm: SignatureAlgorithm, bytes: &[u8; Self::LENGTH]) -> Result<Self, KeyError> {
        match algorithm {
            SignatureAlgorithm::Ed25519 => {
                let key = Box::new(ed25519_zebra::SigningKey::from(*bytes));
                let encoding: [u8; 32] = ed25519_zebra::VerificationKeyBytes::from(&*key).into();
                let public = PublicKey::from_bytes(algorithm, &encoding)?;
                Ok(Self {
                    public,
                    secret: Secret::Ed25519(key),
                })
            }
            SignatureAlgorithm::Sm2 => {
                let key = Box::new(sm2_signature::secret_key(bytes).ok_or(KeyError::OutOfRange)?);
                let public = PublicKey::from_bytes(algorithm, &sm2_signature::public_key(&key))?;
                Ok(Self {
                    public,
                    secret: Secret::Sm2(key),
                })
            }
            SignatureAlgorithm::Passkey => Err(KeyError::Passkey),
        }
    }

    /// The key under which others verify.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public
    }

    /// The signature scheme.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.public.algorithm()
    }

    /// Signs `message`. Both schemes are deterministic (RFC 8032; RFC 6979 for SM2): no random source can fail and
    /// betray the key, and the same message gives the same signature.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Signature {
        let bytes = match &self.secret {
            Secret::Ed25519(key) => key.sign(message).to_bytes(),
            Secret::Sm2(key) => sm2_signature::sign(key, message),
        };
        Signature::new(self.algorithm(), bytes)
    }

    /// The secret bytes, for a key file. They wipe themselves when dropped.
    #[must_use]
    pub fn export_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        Zeroizing::new(match &self.secret {
            Secret::Ed25519(key) => key.to_bytes(),
            Secret::Sm2(key) => key.to_bytes().into(),
        })
    }

    /// The number d of an SM2 key, for decryption.
    pub(crate) fn sm2_secret(&self) -> Option<&sm2::SecretKey> {
        match &self.secret {
            Secret::Sm2(key) => Some(key),
            Secret::Ed25519(_) => None,
        }
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        match &mut self.secret {
            Secret::Ed25519(key) => key.zeroize(),
            Secret::Sm2(_) => {}
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PrivateKey")
            .field("public", &self.public)
            .finish_non_exhaustive()
    }
}
