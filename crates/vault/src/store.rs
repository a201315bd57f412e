//! What a place that keeps materials must do, wherever it keeps them.

use std::fmt;

use yinxin_crypto::Digest;

use crate::error::VaultError;
use crate::keys::Keys;
use crate::material::Material;

/// A place that keeps materials. Every read checks what it reads: a changed bit gives [`VaultError::Damaged`] with the
/// name of the material, never content.
///
/// The calls block until the disk or the object store has answered; what returned `Ok` survives a crash.
pub trait Store: Send + Sync {
    /// Keeps a material. Where it is kept already and whole, its keys record gains the entries it lacks; where it is
    /// damaged, it is written again. A crash leaves the material whole or not there.
    ///
    /// # Errors
    /// [`VaultError::Erased`]: what was erased does not come back. [`VaultError::Storage`].
    fn put(&self, material: &Material) -> Result<(), VaultError>;

    /// The material at an address.
    ///
    /// # Errors
    /// [`VaultError::Unknown`], [`VaultError::Erased`], [`VaultError::Damaged`] or [`VaultError::Storage`].
    fn get(&self, address: &Digest) -> Result<Material, VaultError>;

    /// The keys record of a material, without its ciphertext.
    ///
    /// # Errors
    /// Those of [`Store::get`].
    fn keys(&self, address: &Digest) -> Result<Keys, VaultError>;

    /// Replaces the keys record of a material that is kept, and destroys the one before.
    ///
    /// # Errors
    /// [`VaultError::Unknown`], [`VaultError::Erased`] or [`VaultError::Storage`].
    fn put_keys(&self, keys: &Keys) -> Result<(), VaultError>;

    /// Erases a material: destroys its keys record, then removes its ciphertext. From then on the address answers
    /// [`VaultError::Erased`], also where it was never kept. A crash leaves the material whole or erased; call again to be
    /// sure.
    ///
    /// # Errors
    /// [`VaultError::Storage`]. The material may then be half erased; it answers [`VaultError::Erased`] already, and
    /// calling again finishes it.
    fn erase(&self, address: &Digest) -> Result<Erasure, VaultError>;

    /// Whether a material can be asked for. It may still be damaged.
    ///
    /// # Errors
    /// [`VaultError::Storage`].
    fn contains(&self, address: &Digest) -> Result<bool, VaultError>;

    /// The addresses of all materials that can be asked for, in order.
    ///
    /// # Errors
    /// [`VaultError::Storage`].
    fn list(&self) -> Result<Vec<Digest>, VaultError>;

    /// Reads everything again and compares it with its digests. Changes nothing.
    ///
    /// # Errors
    /// [`VaultError::Storage`] where not even the names can be read.
    fn scrub(&self) -> Result<Scrub, VaultError>;
}

/// What there was to erase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The material, or a part of it, was there and is gone now.
    Done,
    /// It was erased before, and nothing of it was left.
    Before,
    /// It was never here. It will not be accepted from now on.
    NeverHere,
}

/// The result of reading everything again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrub {
    /// Materials that are whole.
    pub whole: u64,
    /// Bytes of their ciphertexts and keys records.
    pub bytes: u64,
    /// Addresses that were erased.
    pub erased: u64,
    /// What is wrong, by name.
    pub damage: Vec<Damage>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// The address of the material; for what is no material, the name it lies under.
    pub name: String,
    /// What is wrong with it.
    pub kind: DamageKind,
}

/// What can be wrong with what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DamageKind {
    /// The ciphertext is not the one its address names.
    Object,
    /// The ciphertext is missing, the keys record is there.
    ObjectMissing,
    /// The keys record is changed, or is of another material.
    Keys,
    /// The keys record is missing, the ciphertext is there.
    KeysMissing,
    /// The disk or the object store refused to read it.
    Unreadable,
    /// An erasure was begun and not finished.
    Unfinished,
    /// Something lies in the vault that the vault did not put there.
    Stranger,
}

impl fmt::Display for DamageKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Object => "its ciphertext was changed",
            Self::ObjectMissing => "its ciphertext is missing",
            Self::Keys => "its keys record was changed",
            Self::KeysMissing => "its keys record is missing",
            Self::Unreadable => "it cannot be read",
            Self::Unfinished => "its erasure is not finished",
            Self::Stranger => "the vault did not put it there",
        })
    }
}
