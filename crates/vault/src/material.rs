//! A material (材料): content encrypted once, readable by each party that its keys record names.

use yinxin_crypto::aead::AeadKey;
use yinxin_crypto::{DecryptionKey, Digest, EncryptionKey, HashAlgorithm, random_bytes};
use yinxin_types::Suite;
use zeroize::Zeroizing;

use crate::commitment::{SALT_LENGTH, commitment};
use crate::error::VaultError;
use crate::keys::{Keys, RECIPIENTS_MAX};
use crate::object::{CONTENT_MAX, Object, cipher};
use crate::store::DamageKind;

/// A ciphertext and the keys that open it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Material {
    object: Object,
    keys: Keys,
}

impl Material {
    /// Encrypts `content` under a fresh data key and a fresh salt, for each of `recipients` (the same key twice counts
    /// once). Returns the material and the commitment for the ledger.
    ///
    /// The commitment binds the bytes of `content`: give them in canonical form where they have one.
    ///
    /// # Errors
    /// [`VaultError::TooLarge`], [`VaultError::Recipients`] or [`VaultError::Randomness`].
    pub fn encrypt(
        suite: Suite,
        content: &[u8],
        recipients: &[EncryptionKey],
    ) -> Result<(Self, Digest), VaultError> {
        if content.len() > CONTENT_MAX {
            return Err(VaultError::TooLarge(content.len()));
        }
        if recipients.is_empty() || recipients.len() > RECIPIENTS_MAX {
            return Err(VaultError::Recipients(recipients.len()));
        }
        let salt = Zeroizing::new(random_bytes::<SALT_LENGTH>()?);
        let mut container = Zeroizing::new(Vec::with_capacity(content.len().saturating_add(SALT_LENGTH)));
        container.extend_from_slice(salt.as_slice());
        container.extend_from_slice(content);
        let data_key = AeadKey::generate(cipher(suite))?;
        let object = Object::encrypt(suite, &data_key, &container)?;
        let keys = Keys::wrap(*object.address(), &data_key, recipients)?;
        Ok((Self { object, keys }, commitment(suite.hash(), &salt, content)))
    }

    /// Puts together a ciphertext and its keys.
    ///
    /// # Errors
    /// [`VaultError::OtherKeys`].
    pub fn new(object: Object, keys: Keys) -> Result<Self, VaultError> {
        if keys.material() != object.address() {
            return Err(VaultError::OtherKeys {
                expected: *object.address(),
                found: *keys.material(),
            });
        }
        Ok(Self { object, keys })
    }

    /// Decrypts the content with the key of a party that is entitled.
    ///
    /// # Errors
    /// [`VaultError::NotEntitled`] or [`VaultError::Damaged`].
    pub fn decrypt(&self, key: &DecryptionKey) -> Result<Content, VaultError> {
        let data_key = self.keys.data_key(key)?;
        let container = self.object.decrypt(&data_key)?;
        Content::new(self.object.suite().hash(), container)
            .ok_or(VaultError::damaged(*self.address(), DamageKind::Object))
    }

    /// Entitles another party, see [`Keys::add_recipient`].
    ///
    /// # Errors
    /// Those of [`Keys::add_recipient`].
    pub fn add_recipient(
        &mut self,
        holder: &DecryptionKey,
        recipient: &EncryptionKey,
    ) -> Result<bool, VaultError> {
        self.keys.add_recipient(holder, recipient)
    }

    /// The digest that names the material.
    #[must_use]
    pub const fn address(&self) -> &Digest {
        self.object.address()
    }

    /// The ciphertext.
    #[must_use]
    pub const fn object(&self) -> &Object {
        &self.object
    }

    /// The wrapped keys.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }
}

/// The content of a material in clear. It wipes itself when dropped, and `Debug` does not show it.
pub struct Content {
    algorithm: HashAlgorithm,
    salt: Zeroizing<[u8; SALT_LENGTH]>,
    container: Zeroizing<Vec<u8>>,
}

impl Content {
    fn new(algorithm: HashAlgorithm, container: Zeroizing<Vec<u8>>) -> Option<Self> {
        let salt = Zeroizing::new(*container.first_chunk()?);
        Some(Self {
            algorithm,
            salt,
            container,
        })
    }

    /// The bytes that were encrypted.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.container.get(SALT_LENGTH..).unwrap_or_default()
    }

    /// The salt of the commitment.
    #[must_use]
    pub fn salt(&self) -> &[u8; SALT_LENGTH] {
        &self.salt
    }

    /// The commitment of this content. The reader compares it with the one on the ledger.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        commitment(self.algorithm, &self.salt, self.bytes())
    }
}

impl std::fmt::Debug for Content {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Content")
            .field("length", &self.bytes().len())
            .finish_non_exhaustive()
    }
}
