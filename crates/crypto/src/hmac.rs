//! Message authentication with a shared key: HMAC (RFC 2104, GB/T 15852.2) over SHA-256 or SM3.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sm3::Sm3;

use crate::HashAlgorithm;

/// The length of an authentication code in bytes.
pub const LENGTH: usize = 32;

/// The code is not that of this key and message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the authentication code does not match")]
pub struct MacError;

/// The authentication code of the concatenation of `parts`.
#[must_use]
pub fn authenticate(algorithm: HashAlgorithm, key: &[u8], parts: &[&[u8]]) -> [u8; LENGTH] {
    match algorithm {
        HashAlgorithm::Sha256 => feed(sha256(key), parts).finalize().into_bytes().into(),
        HashAlgorithm::Sm3 => feed(sm3(key), parts).finalize().into_bytes().into(),
    }
}

/// Verifies an authentication code, in a time that tells nothing about it.
///
/// # Errors
/// [`MacError`] where it does not match.
pub fn verify(
    algorithm: HashAlgorithm,
    key: &[u8],
    parts: &[&[u8]],
    code: &[u8; LENGTH],
) -> Result<(), MacError> {
    match algorithm {
        HashAlgorithm::Sha256 => feed(sha256(key), parts).verify(code.into()),
        HashAlgorithm::Sm3 => feed(sm3(key), parts).verify(code.into()),
    }
    .map_err(|_| MacError)
}

fn feed<M: hmac::Mac>(mut mac: M, parts: &[&[u8]]) -> M {
    for part in parts {
        mac.update(part);
    }
    mac
}

#[expect(
    clippy::expect_used,
    reason = "the constructor's error is for other codes: HMAC takes a key of any length"
)]
fn sha256(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

#[expect(
    clippy::expect_used,
    reason = "the constructor's error is for other codes: HMAC takes a key of any length"
)]
fn sm3(key: &[u8]) -> Hmac<Sm3> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}
