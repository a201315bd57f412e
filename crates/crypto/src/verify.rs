//! Verifying signatures, one at a time or many together.

use crate::key::KeyBytes;
use crate::{PublicKey, Signature, ed25519, passkey, sm2_signature};

/// Why a signature does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignatureError {
    /// The key and the signature belong to different schemes.
    #[error("the signature is of another algorithm than the key")]
    AlgorithmMismatch,
    /// The key is no point of its curve: nothing can be signed for it.
    #[error("the public key is not a point of the curve")]
    KeyNotOnCurve,
    /// The signature was not made by this key over this message.
    #[error("the signature does not match the key and the message")]
    Invalid,
}

/// Verifies that `signature` was made by the holder of `key` over exactly `message`.
///
/// Ed25519 follows ZIP 215; SM2 follows GB/T 32918.2 with the identity `1234567812345678`; a passkey follows FIPS 186-5 over
/// P-256 and SHA-256, s on either side of half the order. An authenticator signs its own data and the digest of the client's, never a
/// message as it is: for a passkey `message` is those bytes, and what they must say is for the caller to check.
///
/// # Errors
/// [`SignatureError`] names the reason.
pub fn verify(key: &PublicKey, message: &[u8], signature: &Signature) -> Result<(), SignatureError> {
    if key.algorithm() != signature.algorithm() {
        return Err(SignatureError::AlgorithmMismatch);
    }
    match key.encoding() {
        KeyBytes::Ed25519(key) => ed25519::verify(key, message, signature.as_bytes()),
        KeyBytes::Sm2(key) => sm2_signature::verify(key, message, signature.as_bytes()),
        KeyBytes::Passkey(key) => passkey::verify(key, message, signature.as_bytes()),
    }
}

/// One question for [`verify_batch`].
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// Who is said to have signed.
    pub key: &'a PublicKey,
    /// What is said to have been signed.
    pub message: &'a [u8],
    /// The signature.
    pub signature: &'a Signature,
}

/// How many signatures share one equation at most. The gain flattens out here (see `examples/speed.rs`), and a batch with
/// a bad signature takes long enough: some 50 ms.
const BATCH: usize = 1_024;

/// Verifies many signatures of any algorithms: one verdict for each item, in order, always the verdict of [`verify`].
///
/// It costs less than verifying them one by one: Ed25519 signatures share an equation, and those of one key a part of
/// it; SM2 signatures share an inversion. Those of passkeys are verified one by one.
#[must_use]
pub fn verify_batch(items: &[Signed<'_>]) -> Vec<bool> {
    items.chunks(BATCH).flat_map(verify_chunk).collect()
}

/// Verifies at most [`BATCH`] signatures.
fn verify_chunk(items: &[Signed<'_>]) -> Vec<bool> {
    let mut ed25519 = ed25519::Batch::default();
    let mut sm2 = sm2_signature::Batch::default();
    let mut passkeys = Vec::new();
    for (
        index,
        Signed {
            key,
            message,
            signature,
        },
    ) in items.iter().enumerate()
    {
        if key.algorithm() != signature.algorithm() {
            continue;
        }
        match key.encoding() {
            KeyBytes::Ed25519(key) => ed25519.push(index, key, message, signature.as_bytes()),
            KeyBytes::Sm2(key) => sm2.push(index, key, message, signature.as_bytes()),
            KeyBytes::Passkey(key) => {
                if passkey::verify(key, message, signature.as_bytes()).is_ok() {
                    passkeys.push(index);
                }
            }
        }
    }
    let mut verdicts = vec![false; items.len()];
    for index in ed25519.valid().into_iter().chain(sm2.valid()).chain(passkeys) {
        if let Some(verdict) = verdicts.get_mut(index) {
            *verdict = true;
        }
    }
    verdicts
}
