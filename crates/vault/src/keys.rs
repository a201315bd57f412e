//! The keys record (密钥记录): the data key of one material, wrapped for each party that may read it (formats.md, section 9).
//!
//! It is kept apart from the ciphertext, because it is what erasure destroys.

use std::collections::BTreeMap;

use yinxin_crypto::aead::AeadKey;
use yinxin_crypto::envelope::{self, EnvelopeError};
use yinxin_crypto::{DecryptionKey, Digest, EncryptionAlgorithm, EncryptionKey};
use yinxin_types::wire::{Reader, WireError};

use crate::error::VaultError;
use crate::object::{cipher, suite_of, suite_of_address, suite_tag};
use crate::store::DamageKind;

/// The most parties that one material is wrapped for.
pub const RECIPIENTS_MAX: usize = 64;

/// The domain of the record's check value.
const DOMAIN: &str = "yinxin/material-keys/1";
/// The first bytes of every record.
const MAGIC: &[u8; 23] = b"yinxin-material-keys/1\0";
/// The purpose of the envelopes in it.
const INFO: &[u8] = b"yinxin/material-key/1";
/// No record is longer: first bytes, suite, address, count, check value, and 64 of the longest entries.
pub(crate) const RECORD_MAX: usize = 16 << 10;

/// The wrapped data keys of one material.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    material: Digest,
    wrapped: BTreeMap<EncryptionKey, Vec<u8>>,
}

impl Keys {
    /// Wraps a data key for everybody who may read.
    pub(crate) fn wrap(
        material: Digest,
        data_key: &AeadKey,
        recipients: &[EncryptionKey],
    ) -> Result<Self, VaultError> {
        let mut keys = Self {
            material,
            wrapped: BTreeMap::new(),
        };
        for recipient in recipients {
            let envelope = keys.wrap_for(recipient, data_key)?;
            keys.wrapped.insert(*recipient, envelope);
        }
        keys.bounded()
    }

    /// Reads a record from anywhere.
    ///
    /// # Errors
    /// [`VaultError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VaultError> {
        read(bytes).map_err(|_| VaultError::Malformed("keys record"))
    }

    /// Reads the record that must be of this material.
    ///
    /// # Errors
    /// [`VaultError::Damaged`] where it is of another, or is no record at all.
    pub fn at(material: &Digest, bytes: &[u8]) -> Result<Self, VaultError> {
        read(bytes)
            .ok()
            .filter(|keys| keys.material == *material)
            .ok_or(VaultError::damaged(*material, DamageKind::Keys))
    }

    /// The record as it is stored: one encoding for each value.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(suite_tag(suite_of_address(&self.material)));
        bytes.extend_from_slice(self.material.bytes());
        // Never more than RECIPIENTS_MAX: every way to a value of this type checks it.
        bytes.push(u8::try_from(self.wrapped.len()).unwrap_or(u8::MAX));
        for (recipient, envelope) in &self.wrapped {
            bytes.push(recipient.algorithm().tag());
            bytes.extend_from_slice(recipient.as_bytes());
            bytes.extend_from_slice(envelope);
        }
        let check = self.material.algorithm().hash_tagged(DOMAIN, &[&bytes]);
        bytes.extend_from_slice(check.bytes());
        bytes
    }

    /// The address of the material.
    #[must_use]
    pub const fn material(&self) -> &Digest {
        &self.material
    }

    /// Who may read, in the order of their keys.
    pub fn recipients(&self) -> impl Iterator<Item = &EncryptionKey> {
        self.wrapped.keys()
    }

    /// Entitles another party. `holder` is a key that is entitled already: only whoever can read can pass on. Returns
    /// whether the party was not entitled before.
    ///
    /// # Errors
    /// [`VaultError::NotEntitled`], [`VaultError::Damaged`], [`VaultError::Recipients`] or [`VaultError::Randomness`].
    pub fn add_recipient(
        &mut self,
        holder: &DecryptionKey,
        recipient: &EncryptionKey,
    ) -> Result<bool, VaultError> {
        let data_key = self.data_key(holder)?;
        if self.wrapped.contains_key(recipient) {
            return Ok(false);
        }
        if self.wrapped.len() >= RECIPIENTS_MAX {
            return Err(VaultError::Recipients(self.wrapped.len().saturating_add(1)));
        }
        let envelope = self.wrap_for(recipient, &data_key)?;
        self.wrapped.insert(*recipient, envelope);
        Ok(true)
    }

    /// The data key, unwrapped with the key of a party that may read.
    pub(crate) fn data_key(&self, key: &DecryptionKey) -> Result<AeadKey, VaultError> {
        let envelope = self
            .wrapped
            .get(&key.encryption_key())
            .ok_or(VaultError::NotEntitled(self.material))?;
        let damaged = || VaultError::damaged(self.material, DamageKind::Keys);
        let bytes = envelope::open(key, INFO, &self.associated(), envelope).map_err(|_| damaged())?;
        AeadKey::new(cipher(suite_of_address(&self.material)), &bytes).map_err(|_| damaged())
    }

    /// This record with the entries of another record of the same material that it lacks.
    pub(crate) fn joined(&self, other: &Self) -> Result<Self, VaultError> {
        let mut joined = self.clone();
        for (recipient, envelope) in &other.wrapped {
            joined
                .wrapped
                .entry(*recipient)
                .or_insert_with(|| envelope.clone());
        }
        joined.bounded()
    }

    fn wrap_for(&self, recipient: &EncryptionKey, data_key: &AeadKey) -> Result<Vec<u8>, VaultError> {
        envelope::seal(recipient, INFO, &self.associated(), data_key.as_bytes()).map_err(
            |error| match error {
                EnvelopeError::Randomness(error) => error.into(),
                _ => VaultError::Malformed("key to encrypt for"),
            },
        )
    }

    /// What binds an envelope to its material: the suite and the address.
    fn associated(&self) -> Vec<u8> {
        let mut bytes = vec![suite_tag(suite_of_address(&self.material))];
        bytes.extend_from_slice(self.material.bytes());
        bytes
    }

    fn bounded(self) -> Result<Self, VaultError> {
        let count = self.wrapped.len();
        (1..=RECIPIENTS_MAX)
            .contains(&count)
            .then_some(self)
            .ok_or(VaultError::Recipients(count))
    }
}

/// Shows whose keys they are and for whom, and no envelope.
impl std::fmt::Debug for Keys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Keys")
            .field("material", &self.material)
            .field("recipients", &self.wrapped.len())
            .finish_non_exhaustive()
    }
}

fn read(bytes: &[u8]) -> Result<Keys, WireError> {
    let length = bytes.len().checked_sub(Digest::LENGTH).ok_or(WireError::Short)?;
    if length > RECORD_MAX {
        return Err(WireError::TooLong);
    }
    let (record, check) = bytes.split_at_checked(length).ok_or(WireError::Short)?;
    let mut reader = Reader::new(record);
    if reader.array()? != *MAGIC {
        return Err(WireError::Undefined);
    }
    let suite = suite_of(reader.u8()?).ok_or(WireError::Undefined)?;
    if suite.hash().hash_tagged(DOMAIN, &[record]).bytes() != check {
        return Err(WireError::Undefined);
    }
    let material = Digest::new(suite.hash(), reader.array()?);
    let count = usize::from(reader.u8()?);
    if !(1..=RECIPIENTS_MAX).contains(&count) {
        return Err(WireError::TooLong);
    }
    let data_key_length = cipher(suite).key_length();
    let mut wrapped = BTreeMap::new();
    for _ in 0..count {
        let algorithm = EncryptionAlgorithm::from_tag(reader.u8()?).ok_or(WireError::Undefined)?;
        let recipient = EncryptionKey::from_bytes(algorithm, reader.take(algorithm.key_length())?)
            .map_err(|_| WireError::Undefined)?;
        let length = envelope::overhead(algorithm).saturating_add(data_key_length);
        // One encoding: sorted by key, each once.
        let is_next = wrapped.last_key_value().is_none_or(|(last, _)| *last < recipient);
        if !is_next {
            return Err(WireError::Undefined);
        }
        wrapped.insert(recipient, reader.take(length)?.to_vec());
    }
    reader.end()?;
    Ok(Keys { material, wrapped })
}
