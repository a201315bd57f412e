//! Encrypted key files (密钥文件): a private key under a passphrase.
//!
//! ```json
//! {"format":"yinxin-key/1","key":"ed25519:...",
//!  "kdf":{"name":"argon2id","memory_kib":65536,"iterations":3,"parallelism":4,"salt":"<32 hex>"},
//!  "cipher":"aes-256-gcm","nonce":"<24 hex>","ciphertext":"<96 hex>"}
//! ```
//!
//! Argon2id (RFC 9106, version 0x13) turns the passphrase, as UTF-8, and the salt into a key of the cipher's length.
//! The cipher encrypts the 32 bytes of the private key; the associated data is `yinxin-key/1`, a zero byte, the text of
//! the public key, a zero byte, and the name of the cipher.

use argon2::{Algorithm, Argon2, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::aead::{Aead, AeadKey, NONCE_LENGTH, Sealed, TAG_LENGTH};
use crate::random::{RandomnessError, random_bytes};
use crate::{PrivateKey, PublicKey, SignatureAlgorithm, text};

const FORMAT: &str = "yinxin-key/1";
const KDF: &str = "argon2id";
const SALT_LENGTH: usize = 16;
const CIPHERTEXT_LENGTH: usize = PrivateKey::LENGTH + TAG_LENGTH;

/// A longer text is no key file.
const LONGEST_FILE: usize = 2_048;

/// The cost of trying one passphrase, and the cipher.
///
/// The bounds hold for writing and for reading: a file from elsewhere can neither take all memory nor pass off a key
/// derivation that costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Params {
    memory_kib: u32,
    iterations: u32,
    parallelism: u32,
    cipher: Aead,
}

impl Params {
    /// The bounds of the memory, in KiB: 1 MiB to 256 MiB.
    pub const MEMORY_KIB: std::ops::RangeInclusive<u32> = 1_024..=262_144;
    /// The bounds of the number of passes over the memory.
    pub const ITERATIONS: std::ops::RangeInclusive<u32> = 1..=16;
    /// The bounds of the number of lanes.
    pub const PARALLELISM: std::ops::RangeInclusive<u32> = 1..=16;

    /// The second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
    #[must_use]
    pub const fn recommended(cipher: Aead) -> Self {
        Self {
            memory_kib: 65_536,
            iterations: 3,
            parallelism: 4,
            cipher,
        }
    }

    /// Chooses the cost.
    ///
    /// # Errors
    /// [`KeyFileError::Parameters`] outside the bounds.
    pub fn new(
        memory_kib: u32,
        iterations: u32,
        parallelism: u32,
        cipher: Aead,
    ) -> Result<Self, KeyFileError> {
        let within = Self::MEMORY_KIB.contains(&memory_kib)
            && Self::ITERATIONS.contains(&iterations)
            && Self::PARALLELISM.contains(&parallelism);
        within
            .then_some(Self {
                memory_kib,
                iterations,
                parallelism,
                cipher,
            })
            .ok_or(KeyFileError::Parameters)
    }

    /// The key that the passphrase gives.
    fn derive(&self, passphrase: &str, salt: &[u8; SALT_LENGTH]) -> Result<AeadKey, KeyFileError> {
        let mut bytes = Zeroizing::new(vec![0; self.cipher.key_length()]);
        let params = argon2::Params::new(
            self.memory_kib,
            self.iterations,
            self.parallelism,
            Some(bytes.len()),
        );
        let params = params.map_err(|_| KeyFileError::Parameters)?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, &mut bytes)
            .map_err(|_| KeyFileError::Parameters)?;
        AeadKey::new(self.cipher, &bytes).map_err(|_| KeyFileError::Parameters)
    }
}

/// Why a key file could not be written or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The text is not a key file of a format this version knows.
    #[error("this is not a key file of the format {FORMAT}")]
    Format,
    /// The cost of the key derivation is outside the bounds.
    #[error("the key derivation asks for less or more than is allowed")]
    Parameters,
    /// The passphrase is empty.
    #[error("the passphrase must not be empty")]
    EmptyPassphrase,
    /// The passphrase is not the right one, or the file was changed.
    #[error("the passphrase is wrong, or the key file was changed")]
    Refused,
    /// The private key is not that of the public key the file names.
    #[error("the file names another public key than that of its private key")]
    KeyMismatch,
    /// There were no random bytes for salt and nonce.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    key: PublicKey,
    kdf: Kdf,
    cipher: Aead,
    nonce: String,
    ciphertext: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kdf {
    name: String,
    memory_kib: u32,
    iterations: u32,
    parallelism: u32,
    salt: String,
}

/// What the cipher authenticates beside the private key.
fn associated(key: &PublicKey, cipher: Aead) -> Vec<u8> {
    format!("{FORMAT}\0{key}\0{cipher}").into_bytes()
}

/// Encrypts a private key under a passphrase. The result is the text of a key file.
///
/// # Errors
/// [`KeyFileError::EmptyPassphrase`], [`KeyFileError::Randomness`].
pub fn seal(key: &PrivateKey, passphrase: &str, params: Params) -> Result<String, KeyFileError> {
    if passphrase.is_empty() {
        return Err(KeyFileError::EmptyPassphrase);
    }
    let salt = random_bytes()?;
    let nonce = random_bytes()?;
    let public = key.public_key();
    let sealed = params
        .derive(passphrase, &salt)?
        .seal(
            nonce,
            &associated(&public, params.cipher),
            key.export_bytes().as_slice(),
        )
        .map_err(|_| KeyFileError::Format)?;
    let file = File {
        format: FORMAT.to_owned(),
        key: public,
        kdf: Kdf {
            name: KDF.to_owned(),
            memory_kib: params.memory_kib,
            iterations: params.iterations,
            parallelism: params.parallelism,
            salt: hex::encode(salt),
        },
        cipher: params.cipher,
        nonce: hex::encode(nonce),
        ciphertext: hex::encode(sealed.ciphertext()),
    };
    serde_json::to_string_pretty(&file).map_err(|_| KeyFileError::Format)
}

/// Decrypts a key file, and checks that the private key is the one of the public key it names.
///
/// # Errors
/// [`KeyFileError`] names the reason. A wrong passphrase and a changed file cannot be told apart.
pub fn open(text: &str, passphrase: &str) -> Result<PrivateKey, KeyFileError> {
    let file = read(text)?;
    if file.kdf.name != KDF {
        return Err(KeyFileError::Format);
    }
    let params = Params::new(
        file.kdf.memory_kib,
        file.kdf.iterations,
        file.kdf.parallelism,
        file.cipher,
    )?;
    let salt = text::decode(&file.kdf.salt).map_err(|_| KeyFileError::Format)?;
    let nonce = text::decode::<NONCE_LENGTH>(&file.nonce).map_err(|_| KeyFileError::Format)?;
    let ciphertext = text::decode::<CIPHERTEXT_LENGTH>(&file.ciphertext).map_err(|_| KeyFileError::Format)?;
    let sealed = Sealed::new(file.cipher, nonce, ciphertext.to_vec()).map_err(|_| KeyFileError::Format)?;
    let secret = params
        .derive(passphrase, &salt)?
        .open(&associated(&file.key, file.cipher), &sealed)
        .map_err(|_| KeyFileError::Refused)?;
    let secret = secret.as_slice().try_into().map_err(|_| KeyFileError::Refused)?;
    let key = PrivateKey::from_bytes(file.key.algorithm(), secret).map_err(|_| KeyFileError::KeyMismatch)?;
    if key.public_key() != file.key {
        return Err(KeyFileError::KeyMismatch);
    }
    Ok(key)
}

/// The public key that a key file names, without opening it. Nothing proves that the file holds the private one.
///
/// # Errors
/// [`KeyFileError::Format`].
pub fn public_key(text: &str) -> Result<PublicKey, KeyFileError> {
    read(text).map(|file| file.key)
}

fn read(text: &str) -> Result<File, KeyFileError> {
    if text.len() > LONGEST_FILE {
        return Err(KeyFileError::Format);
    }
    let file: File = serde_json::from_str(text).map_err(|_| KeyFileError::Format)?;
    // The private half of a passkey cannot be in a file.
    if file.format != FORMAT || file.key.algorithm() == SignatureAlgorithm::Passkey {
        return Err(KeyFileError::Format);
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
