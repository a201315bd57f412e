//! SM2 public-key encryption (GB/T 32918.4-2016), for wrapping short secrets such as the key of an envelope.
//!
//! The form is C1 || C3 || C2 with C1 uncompressed: one byte 4, x and y of a fresh point, the SM3 check value, and the
//! message xored with the derived key. It is 97 bytes longer than the message.

use getrandom::SysRng;
use sm2::pke::{DecryptingKey, EncryptingKey};
use zeroize::Zeroizing;

use crate::{PrivateKey, PublicKey, SignatureAlgorithm};

/// The longest message in bytes. Longer ones belong into an envelope ([`aead`](crate::aead)) whose key is encrypted.
pub const LONGEST_MESSAGE: usize = 1_024;

/// What encryption adds to the length of the message, in bytes: C1 (65) and C3 (32).
pub const OVERHEAD: usize = 97;

/// Why something could not be encrypted or decrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Sm2EncryptionError {
    /// The key is not an SM2 key.
    #[error("SM2 encryption takes an SM2 key")]
    NotSm2,
    /// The public key is no point of the curve.
    #[error("the public key is not a point of the curve")]
    KeyNotOnCurve,
    /// The message is empty or longer than [`LONGEST_MESSAGE`].
    #[error("the message must have 1 to {LONGEST_MESSAGE} bytes")]
    MessageLength,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    Randomness,
    /// The ciphertext was changed, is for another key, or is no ciphertext.
    #[error("the ciphertext was changed, or is for another key")]
    Refused,
}

/// Encrypts `message` for the holder of `key`. Each call gives another ciphertext.
///
/// # Errors
/// All of [`Sm2EncryptionError`] but `Refused`.
pub fn encrypt(key: &PublicKey, message: &[u8]) -> Result<Vec<u8>, Sm2EncryptionError> {
    if key.algorithm() != SignatureAlgorithm::Sm2 {
        return Err(Sm2EncryptionError::NotSm2);
    }
    if message.is_empty() || message.len() > LONGEST_MESSAGE {
        return Err(Sm2EncryptionError::MessageLength);
    }
    let key =
        EncryptingKey::from_sec1_bytes(key.as_bytes()).map_err(|_| Sm2EncryptionError::KeyNotOnCurve)?;
    key.encrypt(&mut SysRng, message)
        .map_err(|_| Sm2EncryptionError::Randomness)
}

/// Decrypts what [`encrypt`] made. The message wipes itself when dropped.
///
/// # Errors
/// [`Sm2EncryptionError::NotSm2`] or [`Sm2EncryptionError::Refused`].
pub fn decrypt(key: &PrivateKey, ciphertext: &[u8]) -> Result<Zeroizing<Vec<u8>>, Sm2EncryptionError> {
    let secret = key.sm2_secret().ok_or(Sm2EncryptionError::NotSm2)?;
    let length = ciphertext
        .len()
        .checked_sub(OVERHEAD)
        .ok_or(Sm2EncryptionError::Refused)?;
    // One form only: the library would also take a compressed point.
    if ciphertext.first() != Some(&4) || length == 0 || length > LONGEST_MESSAGE {
        return Err(Sm2EncryptionError::Refused);
    }
    DecryptingKey::new(secret.clone())
        .decrypt(ciphertext)
        .map(Zeroizing::new)
        .map_err(|_| Sm2EncryptionError::Refused)
}
