//! Signatures of passkeys: ECDSA over P-256 with SHA-256 (FIPS 186-5; ES256 of WebAuthn Level 3).
//!
//! Both of the two values of s that belong to one r are valid, as they are in FIPS 186-5 and in WebAuthn: authenticators do not normalise
//! theirs, so demanding the lower one would refuse half of all honest signatures, and nothing is lost by taking both, because the bytes of
//! a signature never identify anything.

use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};

use crate::text::ParseError;
use crate::verify::SignatureError;

/// The prime of the field, big-endian (SP 800-186, section 3.2.1.3).
const PRIME: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
];

/// The compressed point in front of the digest of the relying party.
fn point(key: &[u8; 65]) -> &[u8] {
    key.split_first_chunk::<33>().map_or(&[], |(point, _)| point)
}

/// Refuses the encodings of keys that [`PublicKey`](crate::PublicKey) does not admit.
pub(crate) fn check_encoding(key: &[u8; 65]) -> Result<(), ParseError> {
    match point(key) {
        [2 | 3, x @ ..] if *x < PRIME[..] => Ok(()),
        _ => Err(ParseError::NotCanonical),
    }
}

/// Whether the point is one of the curve.
pub(crate) fn is_on_curve(key: &[u8; 65]) -> bool {
    VerifyingKey::from_sec1_bytes(point(key)).is_ok()
}

/// Verifies `r || s` over the SHA-256 of `message`.
pub(crate) fn verify(key: &[u8; 65], message: &[u8], signature: &[u8; 64]) -> Result<(), SignatureError> {
    let key = VerifyingKey::from_sec1_bytes(point(key)).map_err(|_| SignatureError::KeyNotOnCurve)?;
    // Refuses r or s of 0, and either at or above the order.
    let signature = Signature::from_slice(signature).map_err(|_| SignatureError::Invalid)?;
    key.verify(message, &signature)
        .map_err(|_| SignatureError::Invalid)
}

#[cfg(feature = "authenticator")]
pub use software::SoftwarePasskey;

#[cfg(feature = "authenticator")]
mod software {
    use p256::ecdsa::signature::Signer as _;
    use p256::ecdsa::{Signature, SigningKey};

    use crate::{HashAlgorithm, ParseError, PublicKey, SignatureAlgorithm};

    /// The key of a passkey held in software, so that tests can make what an authenticator makes. It is not for use by people: its
    /// private half lies in plain memory.
    pub struct SoftwarePasskey {
        key: SigningKey,
        public: PublicKey,
    }

    impl SoftwarePasskey {
        /// The passkey of 32 bytes, made for a relying party such as `example.cn`.
        ///
        /// # Errors
        /// [`ParseError::NotCanonical`] where the bytes are no number from 1 to n-1.
        pub fn new(seed: &[u8; 32], relying_party: &str) -> Result<Self, ParseError> {
            let key = SigningKey::from_slice(seed).map_err(|_| ParseError::NotCanonical)?;
            let mut bytes = key.verifying_key().to_sec1_point(true).as_bytes().to_vec();
            bytes.extend_from_slice(HashAlgorithm::Sha256.hash(&[relying_party.as_bytes()]).bytes());
            let public = PublicKey::from_bytes(SignatureAlgorithm::Passkey, &bytes)?;
            Ok(Self { key, public })
        }

        /// The key under which others verify.
        #[must_use]
        pub const fn public_key(&self) -> PublicKey {
            self.public
        }

        /// Signs what an authenticator signs: its own data and the digest of the client's. The same bytes give the same signature.
        #[must_use]
        pub fn sign(&self, message: &[u8]) -> crate::Signature {
            let signature: Signature = self.key.sign(message);
            crate::Signature::new(SignatureAlgorithm::Passkey, signature.to_bytes().into())
        }
    }
}

#[cfg(test)]
mod tests;
