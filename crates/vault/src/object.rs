//! The ciphertext of a material as one object of bytes (formats.md, section 9), named by its digest.

use yinxin_crypto::aead::{Aead, AeadKey, NONCE_LENGTH, Sealed, TAG_LENGTH};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::Suite;
use yinxin_types::wire::{Reader, WireError};
use zeroize::Zeroizing;

use crate::commitment::SALT_LENGTH;
use crate::error::VaultError;
use crate::store::DamageKind;

/// The most bytes of content that a material holds: 64 MiB.
pub const CONTENT_MAX: usize = 64 << 20;

/// The domain of addresses.
const DOMAIN: &str = "yinxin/material/1";
/// The first bytes of every object.
const MAGIC: &[u8; 18] = b"yinxin-material/1\0";
/// The first bytes, the suite, the length of the container.
const HEADER_LENGTH: usize = 27;
/// The bytes of the container that one chunk encrypts: 1 MiB.
pub(crate) const CHUNK: usize = 1 << 20;
/// The longest container: the salt and the content.
const CONTAINER_MAX: usize = CONTENT_MAX.saturating_add(SALT_LENGTH);
/// The most bytes of an object: header, container, and a tag for each chunk.
pub(crate) const OBJECT_MAX: usize = HEADER_LENGTH
    .saturating_add(CONTAINER_MAX)
    .saturating_add(CONTAINER_MAX.div_ceil(CHUNK).saturating_mul(TAG_LENGTH));

/// The byte that names a suite: 1 for SHA-256 and AES-256-GCM, 2 for SM3 and SM4-GCM.
pub(crate) const fn suite_tag(suite: Suite) -> u8 {
    match suite {
        Suite::Intl => 1,
        Suite::Gm => 2,
    }
}

/// The suite a byte names, if any.
pub(crate) const fn suite_of(tag: u8) -> Option<Suite> {
    match tag {
        1 => Some(Suite::Intl),
        2 => Some(Suite::Gm),
        _ => None,
    }
}

/// The suite whose digests an address is one of.
pub(crate) const fn suite_of_address(address: &Digest) -> Suite {
    match address.algorithm() {
        HashAlgorithm::Sha256 => Suite::Intl,
        HashAlgorithm::Sm3 => Suite::Gm,
    }
}

/// The cipher of a suite.
pub(crate) const fn cipher(suite: Suite) -> Aead {
    match suite {
        Suite::Intl => Aead::Aes256Gcm,
        Suite::Gm => Aead::Sm4Gcm,
    }
}

/// A ciphertext with its header, whole and named by its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Object {
    address: Digest,
    suite: Suite,
    container_length: usize,
    bytes: Vec<u8>,
}

impl Object {
    /// Reads an object from anywhere, and computes its address.
    ///
    /// # Errors
    /// [`VaultError::Malformed`]. Whether the ciphertext is whole shows when it is decrypted; whether it is the one that
    /// was meant, when its address is compared.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, VaultError> {
        let (suite, container_length) = header(&bytes).map_err(|_| VaultError::Malformed("material"))?;
        Ok(Self {
            address: suite.hash().hash_tagged(DOMAIN, &[&bytes]),
            suite,
            container_length,
            bytes,
        })
    }

    /// Reads the object that must have this address.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] where it has another, or is no object at all.
    pub fn at(address: &Digest, bytes: Vec<u8>) -> Result<Self, VaultError> {
        Self::from_bytes(bytes)
            .ok()
            .filter(|object| object.address == *address)
            .ok_or(VaultError::damaged(*address, DamageKind::Object))
    }

    /// The digest that names the material.
    #[must_use]
    pub const fn address(&self) -> &Digest {
        &self.address
    }

    /// The algorithms of the address and of the ciphertext.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// The object as it is stored and sent.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Encrypts a container under a key that encrypts nothing else.
    pub(crate) fn encrypt(suite: Suite, key: &AeadKey, container: &[u8]) -> Result<Self, VaultError> {
        let too_large = || VaultError::TooLarge(container.len().saturating_sub(SALT_LENGTH));
        if container.len() > CONTAINER_MAX {
            return Err(too_large());
        }
        let length = u64::try_from(container.len()).map_err(|_| too_large())?;
        let mut bytes = Vec::with_capacity(object_length(container.len()));
        bytes.extend_from_slice(MAGIC);
        bytes.push(suite_tag(suite));
        bytes.extend_from_slice(&length.to_be_bytes());
        let header = bytes.clone();
        for (index, chunk) in (0_u32..).zip(container.chunks(CHUNK)) {
            let sealed = key.seal(nonce(index), &header, chunk).map_err(|_| too_large())?;
            bytes.extend_from_slice(sealed.ciphertext());
        }
        Self::from_bytes(bytes)
    }

    /// Decrypts the container. It wipes itself when dropped.
    pub(crate) fn decrypt(&self, key: &AeadKey) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let damaged = || VaultError::damaged(self.address, DamageKind::Object);
        let (header, body) = self.bytes.split_at_checked(HEADER_LENGTH).ok_or_else(damaged)?;
        // All of it at once, so that the vector never moves and leaves plaintext behind.
        let mut container = Zeroizing::new(Vec::with_capacity(self.container_length));
        for (index, chunk) in (0_u32..).zip(body.chunks(CHUNK.saturating_add(TAG_LENGTH))) {
            let sealed =
                Sealed::new(cipher(self.suite), nonce(index), chunk.to_vec()).map_err(|_| damaged())?;
            container.extend_from_slice(&key.open(header, &sealed).map_err(|_| damaged())?);
        }
        Ok(container)
    }
}

/// Shows the address and not the ciphertext.
impl std::fmt::Debug for Object {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Object")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Reads the header, and checks that the object has exactly the length it says.
fn header(bytes: &[u8]) -> Result<(Suite, usize), WireError> {
    let mut reader = Reader::new(bytes);
    if reader.array()? != *MAGIC {
        return Err(WireError::Undefined);
    }
    let suite = suite_of(reader.u8()?).ok_or(WireError::Undefined)?;
    let length = u64::from_be_bytes(reader.array()?);
    let length = usize::try_from(length).map_err(|_| WireError::TooLong)?;
    if !(SALT_LENGTH..=CONTAINER_MAX).contains(&length) {
        return Err(WireError::TooLong);
    }
    if bytes.len() != object_length(length) {
        return Err(WireError::Short);
    }
    Ok((suite, length))
}

/// The length of the object for a container of `length` bytes.
const fn object_length(length: usize) -> usize {
    HEADER_LENGTH
        .saturating_add(length)
        .saturating_add(length.div_ceil(CHUNK).saturating_mul(TAG_LENGTH))
}

/// The nonce of a chunk: its number. The key is used for one object only, so no nonce is used twice.
fn nonce(index: u32) -> [u8; NONCE_LENGTH] {
    let mut nonce = [0; NONCE_LENGTH];
    for (to, from) in nonce.iter_mut().rev().zip(index.to_be_bytes().iter().rev()) {
        *to = *from;
    }
    nonce
}
