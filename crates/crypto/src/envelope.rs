//! Envelopes (信封): a message encrypted once, for the holder of one [`EncryptionKey`].
//!
//! Nothing says who sealed it: where that matters, a signature or the ledger must. `info` names the purpose, so that
//! an envelope made for one is refused for another; `aad` is what else must be the same at both ends. Neither is part
//! of the envelope. The bytes are defined in formats.md, section 8, so that a browser can open them:
//!
//! - X25519: the byte 1, then HPKE (RFC 9180) in base mode, single shot: the encapsulated key and the ciphertext.
//! - SM2: the byte 2, a fresh SM4 key encrypted with SM2 (GB/T 32918.4), a nonce, and the ciphertext of SM4-GCM.

use std::convert::Infallible;

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::{
    Deserializable as _, Kem, OpModeR, OpModeS, Serializable as _, single_shot_open,
    single_shot_seal_with_rng,
};
use rand_core::{TryCryptoRng, TryRng};
use zeroize::Zeroizing;

use crate::aead::{Aead, AeadKey, NONCE_LENGTH, Sealed};
use crate::encryption_key::{
    DecryptionKey, EncryptionAlgorithm, EncryptionKey, PrivateForm, PublicForm, X25519Public, X25519Secret,
};
use crate::random::{RandomnessError, random_bytes};
use crate::sm2_encryption::{self, Sm2EncryptionError};
use crate::{HashAlgorithm, PrivateKey, PublicKey};

/// The domain of the associated data of the SM2 form.
const SM2_DOMAIN: &[u8] = b"yinxin/envelope/sm2/1\0";

/// The length of the encapsulated key of the X25519 form.
const ENCAPSULATED_LENGTH: usize = 32;

/// The length of the wrapped SM4 key of the SM2 form: 16 bytes and what SM2 encryption adds.
const WRAPPED_LENGTH: usize = 113;

/// Why something could not be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The bytes are too short for an envelope, or name no known algorithm.
    #[error("the bytes are not an envelope")]
    Malformed,
    /// The envelope was made for a key of another algorithm.
    #[error("the envelope was made with {found}, the key is for {expected}")]
    Algorithm {
        /// The algorithm of the key.
        expected: EncryptionAlgorithm,
        /// The algorithm of the envelope.
        found: EncryptionAlgorithm,
    },
    /// The message is longer than the cipher can take: 64 GiB.
    #[error("the message is too long")]
    TooLong,
    /// The envelope is for another key, another purpose or other associated data, or was changed.
    #[error("the envelope was changed, or is not for this key and purpose")]
    Refused,
    /// The recipient's key is none that can be encrypted for.
    #[error("nothing can be encrypted for this key")]
    Key,
    /// There were no random bytes to seal with.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

/// What an envelope adds to the length of its message, in bytes: 49 for X25519, 142 for SM2.
#[must_use]
pub const fn overhead(algorithm: EncryptionAlgorithm) -> usize {
    match algorithm {
        EncryptionAlgorithm::X25519 => 49,
        EncryptionAlgorithm::Sm2 => 142,
    }
}

/// Encrypts `plaintext` for the holder of `recipient`. Each call gives another envelope.
///
/// # Errors
/// [`EnvelopeError::TooLong`] or [`EnvelopeError::Randomness`].
pub fn seal(
    recipient: &EncryptionKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let mut envelope = vec![recipient.algorithm().tag()];
    match recipient.form().map_err(|_| EnvelopeError::Key)? {
        PublicForm::X25519(key) => {
            let drawn = Drawn(Zeroizing::new(random_bytes()?));
            seal_hpke(&mut envelope, &key, info, aad, plaintext, drawn)?;
        }
        PublicForm::Sm2(key) => seal_sm2(&mut envelope, key, info, aad, plaintext)?,
    }
    Ok(envelope)
}

/// Decrypts what [`seal`] made with the same `info` and `aad`. The message wipes itself when dropped.
///
/// # Errors
/// [`EnvelopeError::Malformed`], [`EnvelopeError::Algorithm`] or [`EnvelopeError::Refused`].
pub fn open(
    key: &DecryptionKey,
    info: &[u8],
    aad: &[u8],
    envelope: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let (tag, rest) = envelope.split_first().ok_or(EnvelopeError::Malformed)?;
    let found = EncryptionAlgorithm::from_tag(*tag).ok_or(EnvelopeError::Malformed)?;
    if envelope.len() < overhead(found) {
        return Err(EnvelopeError::Malformed);
    }
    if found != key.algorithm() {
        return Err(EnvelopeError::Algorithm {
            expected: key.algorithm(),
            found,
        });
    }
    match key.form().map_err(|_| EnvelopeError::Key)? {
        PrivateForm::X25519(secret) => open_hpke(&secret, info, aad, rest),
        PrivateForm::Sm2(secret) => open_sm2(secret, info, aad, rest),
    }
}

fn seal_hpke(
    envelope: &mut Vec<u8>,
    key: &X25519Public,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
    mut drawn: Drawn,
) -> Result<(), EnvelopeError> {
    let (encapsulated, ciphertext) = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeS::Base,
        key,
        info,
        plaintext,
        aad,
        &mut drawn,
    )
    .map_err(|error| match error {
        hpke::HpkeError::EncapError => EnvelopeError::Key,
        _ => EnvelopeError::TooLong,
    })?;
    envelope.extend_from_slice(&encapsulated.to_bytes());
    envelope.extend_from_slice(&ciphertext);
    Ok(())
}

fn open_hpke(
    secret: &X25519Secret,
    info: &[u8],
    aad: &[u8],
    rest: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let (encapsulated, ciphertext) = rest
        .split_at_checked(ENCAPSULATED_LENGTH)
        .ok_or(EnvelopeError::Malformed)?;
    // One form only: the curve would also take other encodings of the same point.
    let encapsulated = EncryptionKey::from_bytes(EncryptionAlgorithm::X25519, encapsulated)
        .map_err(|_| EnvelopeError::Refused)?;
    let encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated.as_bytes())
        .map_err(|_| EnvelopeError::Malformed)?;
    single_shot_open::<AesGcm256, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        secret,
        &encapsulated,
        info,
        ciphertext,
        aad,
    )
    .map(Zeroizing::new)
    .map_err(|_| EnvelopeError::Refused)
}

fn seal_sm2(
    envelope: &mut Vec<u8>,
    key: &PublicKey,
    info: &[u8],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<(), EnvelopeError> {
    let content_key = AeadKey::generate(Aead::Sm4Gcm)?;
    let nonce: [u8; NONCE_LENGTH] = random_bytes()?;
    let wrapped = sm2_encryption::encrypt(key, content_key.as_bytes()).map_err(|error| match error {
        Sm2EncryptionError::Randomness => RandomnessError::from(getrandom::Error::UNEXPECTED).into(),
        _ => EnvelopeError::Key,
    })?;
    let associated = sm2_associated(key, &wrapped, info, aad)?;
    let sealed = content_key
        .seal(nonce, &associated, plaintext)
        .map_err(|_| EnvelopeError::TooLong)?;
    envelope.extend_from_slice(&wrapped);
    envelope.extend_from_slice(&nonce);
    envelope.extend_from_slice(sealed.ciphertext());
    Ok(())
}

fn open_sm2(
    secret: &PrivateKey,
    info: &[u8],
    aad: &[u8],
    rest: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let (wrapped, rest) = rest
        .split_at_checked(WRAPPED_LENGTH)
        .ok_or(EnvelopeError::Malformed)?;
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_LENGTH>()
        .ok_or(EnvelopeError::Malformed)?;
    let content_key = sm2_encryption::decrypt(secret, wrapped).map_err(|_| EnvelopeError::Refused)?;
    let content_key = AeadKey::new(Aead::Sm4Gcm, &content_key).map_err(|_| EnvelopeError::Refused)?;
    let associated = sm2_associated(&secret.public_key(), wrapped, info, aad)?;
    let sealed =
        Sealed::new(Aead::Sm4Gcm, *nonce, ciphertext.to_vec()).map_err(|_| EnvelopeError::Malformed)?;
    content_key
        .open(&associated, &sealed)
        .map_err(|_| EnvelopeError::Refused)
}

/// What SM4-GCM authenticates beside the message: the recipient, the wrapped key, the purpose and the caller's data.
/// With the wrapped key in it, one ciphertext cannot be made to open under two keys.
fn sm2_associated(
    key: &PublicKey,
    wrapped: &[u8],
    info: &[u8],
    aad: &[u8],
) -> Result<Vec<u8>, EnvelopeError> {
    let length = u32::try_from(info.len()).map_err(|_| EnvelopeError::TooLong)?;
    Ok([
        SM2_DOMAIN,
        key.as_bytes(),
        wrapped,
        &length.to_be_bytes(),
        info,
        aad,
    ]
    .concat())
}

/// Random bytes drawn beforehand, so that a system without them gives an error where the library knows panics only.
/// HPKE draws 32 bytes once: the key material of the ephemeral key. Should it ever ask for more, they follow from
/// those drawn.
struct Drawn(Zeroizing<[u8; 32]>);

impl TryRng for Drawn {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_be_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for part in to.chunks_mut(self.0.len()) {
            for (to, from) in part.iter_mut().zip(self.0.iter()) {
                *to = *from;
            }
            let next = HashAlgorithm::Sha256.hash_tagged("yinxin/drawn/1", &[self.0.as_slice()]);
            *self.0 = *next.bytes();
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn {}

#[cfg(test)]
mod tests;
