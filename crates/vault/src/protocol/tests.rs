//! A vault over every place it knows, cut off at every step.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use yinxin_crypto::{DecryptionKey, EncryptionAlgorithm};
use yinxin_types::Suite;

use super::*;
use crate::files::Files;

type AnyBlobs = Box<dyn Blobs>;

impl Blobs for AnyBlobs {
    fn read(&self, area: Area, address: &Digest, limit: usize) -> Result<Option<Vec<u8>>, VaultError> {
        self.as_ref().read(area, address, limit)
    }

    fn holds(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        self.as_ref().holds(area, address)
    }

    fn write(&self, area: Area, address: &Digest, bytes: &[u8]) -> Result<(), VaultError> {
        self.as_ref().write(area, address, bytes)
    }

    fn remove(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        self.as_ref().remove(area, address)
    }

    fn list(&self, area: Area) -> Result<Listing, VaultError> {
        self.as_ref().list(area)
    }
}

/// A place that can be opened again and again, as after restarts.
struct Place {
    open: Box<dyn Fn() -> AnyBlobs>,
    /// Kept until the place is no longer needed.
    _folder: Option<tempfile::TempDir>,
}

impl Place {
    fn folder() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        Self {
            open: Box::new(move || Box::new(Files::open(&path).unwrap())),
            _folder: Some(folder),
        }
    }

    #[cfg(feature = "s3")]
    fn bucket() -> Self {
        let backend = Arc::new(object_store::memory::InMemory::new());
        Self {
            open: Box::new(move || {
                Box::new(crate::bucket::Bucket::new(backend.clone(), "vaults/a").unwrap())
            }),
            _folder: None,
        }
    }

    fn all() -> Vec<fn() -> Self> {
        vec![
            Self::folder,
            #[cfg(feature = "s3")]
            Self::bucket,
        ]
    }

    fn vault(&self) -> Vault<AnyBlobs> {
        Vault::open((self.open)()).unwrap()
    }

    /// A vault whose place fails at its change number `step`, counted from 0.
    fn failing(&self, step: u64, failure: Failure) -> Vault<Arc<Failing>> {
        Vault::open(Arc::new(Failing {
            blobs: (self.open)(),
            left: AtomicU64::new(step),
            failure,
        }))
        .unwrap()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failure {
    /// The program ends before the change.
    Before,
    /// The program ends after the change, before it learns of it.
    After,
    /// The change fails, and the program goes on.
    Once,
}

impl Failure {
    const ENDINGS: [Self; 2] = [Self::Before, Self::After];
}

/// A place that fails at one of its changes.
struct Failing {
    blobs: AnyBlobs,
    left: AtomicU64,
    failure: Failure,
}

const FAILED: u64 = u64::MAX;

impl Failing {
    fn failed() -> VaultError {
        VaultError::storage("go on", std::io::ErrorKind::Interrupted)
    }

    fn alive(&self) -> Result<(), VaultError> {
        let ended = self.left.load(Ordering::Relaxed) == FAILED && self.failure != Failure::Once;
        if ended { Err(Self::failed()) } else { Ok(()) }
    }

    fn change<T>(&self, change: impl FnOnce() -> Result<T, VaultError>) -> Result<T, VaultError> {
        self.alive()?;
        match self.left.load(Ordering::Relaxed) {
            FAILED => change(),
            0 => {
                self.left.store(FAILED, Ordering::Relaxed);
                if self.failure == Failure::After {
                    change()?;
                }
                Err(Self::failed())
            }
            left => {
                self.left.store(left.saturating_sub(1), Ordering::Relaxed);
                change()
            }
        }
    }
}

impl Blobs for Arc<Failing> {
    fn read(&self, area: Area, address: &Digest, limit: usize) -> Result<Option<Vec<u8>>, VaultError> {
        self.alive()?;
        self.blobs.read(area, address, limit)
    }

    fn holds(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        self.alive()?;
        self.blobs.holds(area, address)
    }

    fn write(&self, area: Area, address: &Digest, bytes: &[u8]) -> Result<(), VaultError> {
        self.change(|| self.blobs.write(area, address, bytes))
    }

    fn remove(&self, area: Area, address: &Digest) -> Result<bool, VaultError> {
        self.change(|| self.blobs.remove(area, address))
    }

    fn list(&self, area: Area) -> Result<Listing, VaultError> {
        self.alive()?;
        self.blobs.list(area)
    }
}

fn key(secret: u8) -> DecryptionKey {
    DecryptionKey::from_bytes(EncryptionAlgorithm::X25519, &[secret; 32]).unwrap()
}

fn material(content: &[u8]) -> Material {
    Material::encrypt(Suite::Intl, content, &[key(1).encryption_key()])
        .unwrap()
        .0
}

fn material_of_others() -> Material {
    material(b"of others")
}

/// The changes a put or an erasure makes at most.
const STEPS: u64 = 8;

fn nothing_lies(vault: &Vault<AnyBlobs>, areas: &[Area]) {
    for area in areas {
        assert_eq!(vault.blobs.list(*area).unwrap().addresses, BTreeSet::new());
    }
}

#[test]
fn what_is_put_is_got_back_listed_and_whole() {
    for place in Place::all() {
        let place = place();
        let kept: Vec<Material> = [b"one".as_slice(), b"two", b""].map(material).into();
        let (gm, _) = Material::encrypt(Suite::Gm, b"gm", &[key(1).encryption_key()]).unwrap();
        let vault = place.vault();
        for material in kept.iter().chain([&gm]) {
            assert!(!vault.contains(material.address()).unwrap());
            vault.put(material).unwrap();
            vault.put(material).unwrap();
        }
        drop(vault);
        let vault = place.vault();
        for material in kept.iter().chain([&gm]) {
            assert!(vault.contains(material.address()).unwrap());
            assert_eq!(&vault.get(material.address()).unwrap(), material);
            assert_eq!(&vault.keys(material.address()).unwrap(), material.keys());
        }
        let mut addresses: Vec<Digest> = kept.iter().chain([&gm]).map(|m| *m.address()).collect();
        addresses.sort();
        assert_eq!(vault.list().unwrap(), addresses);
        let scrub = vault.scrub().unwrap();
        assert_eq!((scrub.whole, scrub.erased), (4, 0));
        assert_eq!(scrub.damage, []);
        nothing_lies(&vault, &[Area::Pending]);
    }
}

#[test]
fn an_unknown_address_is_unknown() {
    for place in Place::all() {
        let place = place();
        let vault = place.vault();
        let unknown = material(b"unknown");
        let address = unknown.address();
        assert!(matches!(vault.get(address), Err(VaultError::Unknown(a)) if a == *address));
        assert!(matches!(vault.keys(address), Err(VaultError::Unknown(a)) if a == *address));
        assert!(matches!(vault.put_keys(unknown.keys()), Err(VaultError::Unknown(a)) if a == *address));
    }
}

#[test]
fn a_put_that_ends_at_any_step_leaves_the_material_whole_or_not_there() {
    for place in Place::all() {
        for failure in Failure::ENDINGS {
            let mut outcomes = BTreeSet::new();
            for step in 0..STEPS {
                let place = place();
                let material = material(b"content");
                let done = place.failing(step, failure).put(&material).is_ok();
                let vault = place.vault();
                match vault.get(material.address()) {
                    Ok(got) => assert_eq!(got, material),
                    Err(VaultError::Unknown(_)) => {
                        assert!(!done, "an acknowledged material is lost");
                        nothing_lies(&vault, &Area::ALL);
                    }
                    Err(error) => panic!("step {step}: {error}"),
                }
                assert_eq!(vault.scrub().unwrap().damage, []);
                nothing_lies(&vault, &[Area::Pending]);
                outcomes.insert((done, vault.contains(material.address()).unwrap()));
                // And it can be put again.
                vault.put(&material).unwrap();
                assert_eq!(vault.get(material.address()).unwrap(), material);
            }
            assert!(outcomes.is_superset(&BTreeSet::from([(false, false), (false, true), (true, true)])));
        }
    }
}

#[test]
fn a_put_that_fails_leaves_nothing_behind_even_before_a_restart() {
    for place in Place::all() {
        for step in 0..3 {
            let place = place();
            let material = material(b"content");
            let vault = place.failing(step, Failure::Once);
            let failed = vault.put(&material).unwrap_err();
            assert_eq!(failed.code(), crate::codes::MAT_STORAGE);
            assert_eq!(vault.scrub().unwrap(), Scrub::default());
            vault.put(&material).unwrap();
            assert_eq!(vault.get(material.address()).unwrap(), material);
        }
    }
}

#[test]
fn an_erasure_that_ends_at_any_step_leaves_the_material_whole_or_erased() {
    for place in Place::all() {
        for failure in Failure::ENDINGS {
            let mut outcomes = BTreeSet::new();
            for step in 0..STEPS {
                let place = place();
                let material = material(b"content");
                let address = material.address();
                place.vault().put(&material).unwrap();
                let done = place.failing(step, failure).erase(address).is_ok();
                let vault = place.vault();
                let erased = match vault.get(address) {
                    Ok(got) => {
                        assert!(!done, "an acknowledged erasure did not happen");
                        assert_eq!(got, material);
                        false
                    }
                    Err(VaultError::Erased(_)) => {
                        nothing_lies(&vault, &[Area::Keys, Area::Materials]);
                        true
                    }
                    Err(error) => panic!("step {step}: {error}"),
                };
                assert_eq!(vault.scrub().unwrap().damage, []);
                nothing_lies(&vault, &[Area::Pending]);
                outcomes.insert((done, erased));
                let again = vault.erase(address).unwrap();
                assert_eq!(again, if erased { Erasure::Before } else { Erasure::Done });
            }
            assert!(outcomes.is_superset(&BTreeSet::from([(false, false), (false, true), (true, true)])));
        }
    }
}

#[test]
fn an_erasure_that_fails_half_way_answers_erased_and_is_finished_by_calling_again() {
    for place in Place::all() {
        for step in 2..4 {
            let place = place();
            let material = material(b"content");
            let address = material.address();
            place.vault().put(&material).unwrap();
            let vault = place.failing(step, Failure::Once);
            vault.erase(address).unwrap_err();
            assert!(matches!(vault.get(address), Err(VaultError::Erased(_))));
            assert!(matches!(vault.keys(address), Err(VaultError::Erased(_))));
            assert!(!vault.contains(address).unwrap());
            assert_eq!(vault.list().unwrap(), []);
            let damage = vault.scrub().unwrap().damage;
            assert_eq!(damage[0].kind, DamageKind::Unfinished);
            assert_eq!(vault.erase(address).unwrap(), Erasure::Done);
            assert_eq!(vault.scrub().unwrap().damage, []);
        }
    }
}

#[test]
fn what_was_erased_does_not_come_back() {
    for place in Place::all() {
        let place = place();
        let (kept, gone, never) = (material(b"kept"), material(b"gone"), material(b"never"));
        let vault = place.vault();
        vault.put(&kept).unwrap();
        vault.put(&gone).unwrap();
        assert_eq!(vault.erase(gone.address()).unwrap(), Erasure::Done);
        assert_eq!(vault.erase(gone.address()).unwrap(), Erasure::Before);
        assert_eq!(vault.erase(never.address()).unwrap(), Erasure::NeverHere);
        drop(vault);
        let vault = place.vault();
        for material in [&gone, &never] {
            let address = material.address();
            assert!(matches!(vault.put(material), Err(VaultError::Erased(a)) if a == *address));
            assert!(matches!(vault.put_keys(material.keys()), Err(VaultError::Erased(a)) if a == *address));
            assert!(matches!(vault.get(address), Err(VaultError::Erased(a)) if a == *address));
            assert!(!vault.contains(address).unwrap());
        }
        assert_eq!(vault.get(kept.address()).unwrap(), kept);
        assert_eq!(vault.list().unwrap(), [*kept.address()]);
        let scrub = vault.scrub().unwrap();
        assert_eq!((scrub.whole, scrub.erased, scrub.damage.len()), (1, 2, 0));
    }
}

#[test]
fn new_keys_replace_the_old_ones_whole_or_not_at_all() {
    for place in Place::all() {
        for failure in Failure::ENDINGS {
            for step in 0..2 {
                let place = place();
                let old = material(b"content");
                place.vault().put(&old).unwrap();
                let mut new = old.clone();
                assert!(new.add_recipient(&key(1), &key(2).encryption_key()).unwrap());
                let done = place.failing(step, failure).put_keys(new.keys()).is_ok();
                let vault = place.vault();
                let keys = vault.keys(old.address()).unwrap();
                assert!(keys == *new.keys() || (!done && keys == *old.keys()));
                vault.put_keys(new.keys()).unwrap();
                let got = vault.get(old.address()).unwrap();
                assert_eq!(got.decrypt(&key(2)).unwrap().bytes(), b"content");
                // Putting the material as it was takes nobody's right away.
                vault.put(&old).unwrap();
                assert_eq!(vault.get(old.address()).unwrap(), new);
            }
        }
    }
}

#[test]
fn damage_is_named_by_a_read_and_by_a_scrub_and_mended_by_a_put() {
    type Harm = fn(&AnyBlobs, &Material);
    let harms: [(Harm, DamageKind); 5] = [
        (
            |blobs, material| {
                let mut bytes = material.object().bytes().to_vec();
                *bytes.last_mut().unwrap() ^= 1;
                blobs.write(Area::Materials, material.address(), &bytes).unwrap();
            },
            DamageKind::Object,
        ),
        (
            |blobs, material| {
                let bytes = [material.object().bytes(), &[0]].concat();
                blobs.write(Area::Materials, material.address(), &bytes).unwrap();
            },
            DamageKind::Object,
        ),
        (
            |blobs, material| blobs.write(Area::Keys, material.address(), &[]).unwrap(),
            DamageKind::Keys,
        ),
        (
            |blobs, material| {
                let other = material_of_others().keys().to_bytes();
                blobs.write(Area::Keys, material.address(), &other).unwrap();
            },
            DamageKind::Keys,
        ),
        (
            |blobs, material| assert!(blobs.remove(Area::Keys, material.address()).unwrap()),
            DamageKind::KeysMissing,
        ),
    ];
    for place in Place::all() {
        for (harm, expected) in harms {
            let place = place();
            let vault = place.vault();
            let (harmed, sound) = (material(b"harmed"), material(b"sound"));
            vault.put(&harmed).unwrap();
            vault.put(&sound).unwrap();
            harm(&vault.blobs, &harmed);
            let address = harmed.address();
            match vault.get(address) {
                Err(VaultError::Damaged { material, kind }) => {
                    assert_eq!((material, kind), (*address, expected));
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(vault.get(sound.address()).unwrap(), sound);
            let scrub = vault.scrub().unwrap();
            assert_eq!(scrub.whole, 1);
            assert_eq!(
                scrub.damage,
                [Damage {
                    name: address.to_string(),
                    kind: expected
                }]
            );
            vault.put(&harmed).unwrap();
            assert_eq!(vault.get(address).unwrap(), harmed);
            assert_eq!(vault.scrub().unwrap().damage, []);
        }
    }
}

#[test]
fn a_keys_record_without_its_ciphertext_is_found() {
    for place in Place::all() {
        let place = place();
        let vault = place.vault();
        let material = material(b"content");
        vault.put(&material).unwrap();
        vault.blobs.remove(Area::Materials, material.address()).unwrap();
        let damage = vault.scrub().unwrap().damage;
        assert_eq!(damage[0].kind, DamageKind::ObjectMissing);
        assert!(matches!(
            vault.get(material.address()),
            Err(VaultError::Unknown(_))
        ));
    }
}

#[test]
fn a_name_stands_for_one_address_only() {
    let address = *material(b"content").address();
    let (shard, name) = place(&address);
    assert_eq!(address_of(&shard, &name), Some(address));
    assert_eq!(name.replacen('-', ":", 1), address.to_string());
    for (shard, name) in [
        ("zz", name.clone()),
        (&shard, name.replace('-', ":")),
        (&shard, name.to_uppercase()),
        (&shard, format!("{name}.bak")),
        ("", String::new()),
    ] {
        assert_eq!(address_of(shard, &name), None);
    }
}
