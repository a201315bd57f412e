//! The order in which a material is written and erased, over any place that keeps small files or objects.
//!
//! A place writes one blob at a time, whole and durably; a material is two of them, and a crash may come between any two
//! steps. So a change first leaves a mark under `pending`, which the next start follows up:
//!
//! - put: mark, keys record, ciphertext, unmark. Marked and without ciphertext, the keys record is destroyed.
//! - erase: mark, tombstone, keys record, ciphertext, unmark. Marked and with a tombstone, the erasure is finished.
//!
//! The tombstone stays for ever: it holds nothing but the address, which tells nothing, and keeps a copy that arrives
//! late from bringing an erased material back.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use yinxin_crypto::Digest;

use crate::error::VaultError;
use crate::keys::{Keys, RECORD_MAX};
use crate::material::Material;
use crate::object::{OBJECT_MAX, Object};
use crate::store::{Damage, DamageKind, Erasure, Scrub, Store};

/// The parts of a vault. Each holds at most one blob for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    /// Ciphertexts.
    Materials,
    /// Keys records.
    Keys,
    /// Tombstones.
    Erased,
    /// Changes under way.
    Pending,
}

impl Area {
    /// Every area.
    pub(crate) const ALL: [Self; 4] = [Self::Materials, Self::Keys, Self::Erased, Self::Pending];

    /// The name of its folder.
    pub(crate) const fn folder(self) -> &'static str {
        match self {
            Self::Materials => "materials",
            Self::Keys => "keys",
            Self::Erased => "erased",
            Self::Pending => "pending",
        }
    }
}

/// The place of a blob within its area: two digits that spread the names, and the address.
pub(crate) fn place(address: &Digest) -> (String, String) {
    let digits = hex::encode(address.bytes());
    let shard = digits.chars().take(2).collect();
    (shard, format!("{}-{digits}", address.algorithm()))
}

/// The address a name stands for, if it is one that [`place`] gives.
pub(crate) fn address_of(shard: &str, name: &str) -> Option<Digest> {
    let address = name.replacen('-', ":", 1).parse().ok()?;
    (place(&address) == (shard.to_owned(), name.to_owned())).then_some(address)
}

/// What lies in an area.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Addresses with a blob.
    pub(crate) addresses: BTreeSet<Digest>,
    /// Names that stand for no address.
    pub(crate) strangers: Vec<String>,
}

/// A place that keeps blobs. The vault over it makes one change at a time, and none while anybody reads.
pub(crate) trait Blobs: Send + Sync {
    /// The blob, up to one byte more than `limit`: what is longer was not written here.
    fn read(&self, area: Area, address: &Digest, limit: usize) -> Result<Option<Vec<u8>>, VaultError>;
    /// Whether there is a blob.
    fn holds(&self, area: Area, address: &Digest) -> Result<bool, VaultError>;
    /// Writes or replaces a blob: all of it durably, or nothing. A keys record that is replaced is overwritten.
    fn write(&self, area: Area, address: &Digest, bytes: &[u8]) -> Result<(), VaultError>;
    /// Removes a blob durably, a keys record after overwriting it. Returns whether there was one.
    fn remove(&self, area: Area, address: &Digest) -> Result<bool, VaultError>;
    /// Everything in an area.
    fn list(&self, area: Area) -> Result<Listing, VaultError>;
}

/// The vault over a place.
pub(crate) struct Vault<B> {
    blobs: B,
    /// Readers may not meet a material between two steps of a change.
    gate: RwLock<()>,
}

impl<B: Blobs> Vault<B> {
    /// Takes a place, and follows up the changes that a crash interrupted.
    pub(crate) fn open(blobs: B) -> Result<Self, VaultError> {
        let vault = Self {
            blobs,
            gate: RwLock::new(()),
        };
        let mut pending = vault.blobs.list(Area::Pending)?.addresses.into_iter();
        pending.try_for_each(|address| vault.follow_up(&address))?;
        Ok(vault)
    }

    fn follow_up(&self, address: &Digest) -> Result<(), VaultError> {
        if self.blobs.holds(Area::Erased, address)? {
            self.destroy(address)?;
        } else if !self.blobs.holds(Area::Materials, address)? {
            self.blobs.remove(Area::Keys, address)?;
        }
        self.blobs.remove(Area::Pending, address)?;
        Ok(())
    }

    /// Destroys the keys, then removes the ciphertext. Returns whether there was either.
    fn destroy(&self, address: &Digest) -> Result<bool, VaultError> {
        let keys = self.blobs.remove(Area::Keys, address)?;
        let object = self.blobs.remove(Area::Materials, address)?;
        Ok(keys || object)
    }

    fn reading(&self) -> RwLockReadGuard<'_, ()> {
        self.gate.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, ()> {
        self.gate.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn not_erased(&self, address: &Digest) -> Result<(), VaultError> {
        match self.blobs.holds(Area::Erased, address)? {
            true => Err(VaultError::Erased(*address)),
            false => Ok(()),
        }
    }

    fn read(&self, address: &Digest) -> Result<Material, VaultError> {
        self.not_erased(address)?;
        let object = self
            .blobs
            .read(Area::Materials, address, OBJECT_MAX)?
            .ok_or(VaultError::Unknown(*address))?;
        let object = Object::at(address, object)?;
        Material::new(object, self.read_keys(address)?)
    }

    fn read_keys(&self, address: &Digest) -> Result<Keys, VaultError> {
        let keys = self
            .blobs
            .read(Area::Keys, address, RECORD_MAX)?
            .ok_or(VaultError::damaged(*address, DamageKind::KeysMissing))?;
        Keys::at(address, &keys)
    }

    fn write(&self, material: &Material) -> Result<(), VaultError> {
        let address = material.address();
        let keys = match self.read_keys(address) {
            Ok(kept) => kept.joined(material.keys())?,
            Err(VaultError::Damaged { .. }) => material.keys().clone(),
            Err(error) => return Err(error),
        };
        self.blobs.write(Area::Pending, address, &[])?;
        self.blobs.write(Area::Keys, address, &keys.to_bytes())?;
        self.blobs
            .write(Area::Materials, address, material.object().bytes())?;
        self.blobs.remove(Area::Pending, address)?;
        Ok(())
    }

    /// What is wrong with an address that some area names, if anything.
    fn examine(&self, address: &Digest, scrub: &mut Scrub) -> Option<DamageKind> {
        let _guard = self.reading();
        let holds = |area| self.blobs.holds(area, address).unwrap_or(true);
        match self.read(address) {
            Ok(material) => {
                scrub.whole = scrub.whole.saturating_add(1);
                let length = material
                    .object()
                    .bytes()
                    .len()
                    .saturating_add(material.keys().to_bytes().len());
                scrub.bytes = scrub
                    .bytes
                    .saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
                None
            }
            Err(VaultError::Damaged { kind, .. }) => Some(kind),
            Err(VaultError::Erased(_)) => {
                (holds(Area::Keys) || holds(Area::Materials)).then_some(DamageKind::Unfinished)
            }
            Err(VaultError::Unknown(_)) => holds(Area::Keys).then_some(DamageKind::ObjectMissing),
            Err(_) => Some(DamageKind::Unreadable),
        }
    }
}

impl<B: Blobs> Store for Vault<B> {
    fn put(&self, material: &Material) -> Result<(), VaultError> {
        let _guard = self.writing();
        let address = material.address();
        match self.read(address) {
            Ok(kept) => {
                let joined = kept.keys().joined(material.keys())?;
                if joined != *kept.keys() {
                    self.blobs.write(Area::Keys, address, &joined.to_bytes())?;
                }
                return Ok(());
            }
            Err(VaultError::Unknown(_) | VaultError::Damaged { .. }) => {}
            Err(error) => return Err(error),
        }
        let written = self.write(material);
        if written.is_err() {
            // What cannot be followed up now is followed up at the next start.
            drop(self.follow_up(address));
        }
        written
    }

    fn get(&self, address: &Digest) -> Result<Material, VaultError> {
        let _guard = self.reading();
        self.read(address)
    }

    fn keys(&self, address: &Digest) -> Result<Keys, VaultError> {
        let _guard = self.reading();
        self.not_erased(address)?;
        if !self.blobs.holds(Area::Materials, address)? {
            return Err(VaultError::Unknown(*address));
        }
        self.read_keys(address)
    }

    fn put_keys(&self, keys: &Keys) -> Result<(), VaultError> {
        let _guard = self.writing();
        let address = keys.material();
        self.not_erased(address)?;
        if !self.blobs.holds(Area::Materials, address)? {
            return Err(VaultError::Unknown(*address));
        }
        self.blobs.write(Area::Keys, address, &keys.to_bytes())
    }

    fn erase(&self, address: &Digest) -> Result<Erasure, VaultError> {
        let _guard = self.writing();
        let was_erased = self.blobs.holds(Area::Erased, address)?;
        self.blobs.write(Area::Pending, address, &[])?;
        if !was_erased {
            self.blobs.write(Area::Erased, address, &[])?;
        }
        let was_here = self.destroy(address)?;
        self.blobs.remove(Area::Pending, address)?;
        Ok(match (was_here, was_erased) {
            (true, _) => Erasure::Done,
            (false, true) => Erasure::Before,
            (false, false) => Erasure::NeverHere,
        })
    }

    fn contains(&self, address: &Digest) -> Result<bool, VaultError> {
        let _guard = self.reading();
        Ok(self.blobs.holds(Area::Materials, address)? && !self.blobs.holds(Area::Erased, address)?)
    }

    fn list(&self) -> Result<Vec<Digest>, VaultError> {
        let _guard = self.reading();
        let materials = self.blobs.list(Area::Materials)?.addresses;
        let erased = self.blobs.list(Area::Erased)?.addresses;
        Ok(materials.difference(&erased).copied().collect())
    }

    fn scrub(&self) -> Result<Scrub, VaultError> {
        let mut scrub = Scrub::default();
        let mut addresses = BTreeSet::new();
        for area in Area::ALL {
            let listing = self.blobs.list(area)?;
            if area == Area::Erased {
                scrub.erased = u64::try_from(listing.addresses.len()).unwrap_or(u64::MAX);
            }
            addresses.extend(listing.addresses);
            scrub
                .damage
                .extend(listing.strangers.into_iter().map(|name| Damage {
                    name,
                    kind: DamageKind::Stranger,
                }));
        }
        for address in addresses {
            if let Some(kind) = self.examine(&address, &mut scrub) {
                let name = address.to_string();
                scrub.damage.push(Damage { name, kind });
            }
        }
        scrub.damage.sort();
        Ok(scrub)
    }
}

/// Gives a public store all that the vault inside it does.
macro_rules! is_a_vault {
    ($store:ty) => {
        impl $crate::store::Store for $store {
            fn put(&self, material: &$crate::Material) -> Result<(), $crate::VaultError> {
                self.0.put(material)
            }

            fn get(&self, address: &yinxin_crypto::Digest) -> Result<$crate::Material, $crate::VaultError> {
                self.0.get(address)
            }

            fn keys(&self, address: &yinxin_crypto::Digest) -> Result<$crate::Keys, $crate::VaultError> {
                self.0.keys(address)
            }

            fn put_keys(&self, keys: &$crate::Keys) -> Result<(), $crate::VaultError> {
                self.0.put_keys(keys)
            }

            fn erase(&self, address: &yinxin_crypto::Digest) -> Result<$crate::Erasure, $crate::VaultError> {
                self.0.erase(address)
            }

            fn contains(&self, address: &yinxin_crypto::Digest) -> Result<bool, $crate::VaultError> {
                self.0.contains(address)
            }

            fn list(&self) -> Result<Vec<yinxin_crypto::Digest>, $crate::VaultError> {
                self.0.list()
            }

            fn scrub(&self) -> Result<$crate::Scrub, $crate::VaultError> {
                self.0.scrub()
            }
        }
    };
}

pub(crate) use is_a_vault;

#[cfg(test)]
mod tests;
