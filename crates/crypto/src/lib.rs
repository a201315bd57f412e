//! Hash, sign, verify, encrypt: every value carries its algorithm.
//!
//! Two suites stand side by side: the international one (SHA-256, Ed25519, AES-256-GCM) and the national one of
//! China (商用密码: SM3, SM2, SM4-GCM). Passkeys (ECDSA over P-256) are verified beside them, because phones and security
//! keys have no other. A [`Digest`], a [`PublicKey`], a [`Signature`], an [`EncryptionKey`] and an [`envelope`] each name
//! their algorithm, in memory, on the wire and as text, so that nothing is ever interpreted under an algorithm it was not made for.
//!
//! The crate does no input or output but one: it asks the operating system for random bytes where a key, a salt or a
//! nonce is made. Hashing, signing and verifying are functions of their arguments alone, on every machine.

mod text;

pub mod aead;
mod ed25519;
mod encryption_key;
pub mod envelope;
mod hash;
pub mod hmac;
mod key;
pub mod keyfile;
mod passkey;
mod private_key;
mod random;
mod sm2_cache;
pub mod sm2_encryption;
mod sm2_signature;
mod sm2_table;
mod verify;

pub use encryption_key::{DecryptionKey, EncryptionAlgorithm, EncryptionKey};
pub use hash::{Digest, HashAlgorithm, Hasher};
pub use key::{PublicKey, Signature, SignatureAlgorithm};
#[cfg(feature = "authenticator")]
pub use passkey::SoftwarePasskey;
pub use private_key::{KeyError, PrivateKey};
pub use random::{RandomnessError, random_bytes};
pub use text::ParseError;
pub use verify::{SignatureError, Signed, verify, verify_batch};
