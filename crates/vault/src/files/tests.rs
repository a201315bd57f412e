//! What lies on the disk: whose it is, and what is left of it.

use std::io::Seek as _;

use yinxin_crypto::{DecryptionKey, EncryptionAlgorithm};
use yinxin_types::Suite;

use super::*;
use crate::material::Material;
use crate::store::{DamageKind, Erasure, Scrub, Store};

const CONTENT: &[u8] = b"indiaccstate 01 bal 4408.76 the content of a certificate";

fn key(secret: u8) -> DecryptionKey {
    DecryptionKey::from_bytes(EncryptionAlgorithm::X25519, &[secret; 32]).unwrap()
}

fn material(content: &[u8]) -> Material {
    Material::encrypt(Suite::Intl, content, &[key(1).encryption_key()])
        .unwrap()
        .0
}

fn path(root: &Path, area: Area, material: &Material) -> PathBuf {
    let (shard, name) = place(material.address());
    root.join(area.folder()).join(shard).join(name)
}

/// Every file and folder below a folder.
fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Whether any file below a folder holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> bool {
    everything(folder)
        .iter()
        .filter(|path| path.is_file())
        .any(|path| {
            let file = fs::read(path).unwrap();
            file.windows(bytes.len()).any(|window| window == bytes)
        })
}

fn rest_of(file: &mut File) -> Vec<u8> {
    file.rewind().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn an_erasure_leaves_neither_keys_nor_ciphertext_nor_plaintext_in_any_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    let mut material = material(CONTENT);
    store.put(&material).unwrap();
    material.add_recipient(&key(1), &key(2).encryption_key()).unwrap();
    store.put_keys(material.keys()).unwrap();
    let record = material.keys().to_bytes();
    let secrets = [
        &record[58..],
        &record[58 + 32..58 + 32 + 81],
        material.object().bytes(),
        &material.object().bytes()[27..],
    ];
    assert!(!holds(folder.path(), CONTENT), "plaintext lies on the disk");
    for secret in secrets {
        assert!(holds(folder.path(), secret));
    }
    // What a failed replacement leaves goes with the rest.
    fs::write(folder.path().join(TEMPORARY).join("left"), &record).unwrap();
    // Whoever has the file open sees it overwritten, not only unlinked.
    let mut open = File::open(path(folder.path(), Area::Keys, &material)).unwrap();
    assert_eq!(store.erase(material.address()).unwrap(), Erasure::Done);
    for secret in secrets {
        assert!(!holds(folder.path(), secret));
    }
    assert!(!holds(folder.path(), CONTENT));
    assert_eq!(rest_of(&mut open), vec![0; record.len()]);
    assert!(!path(folder.path(), Area::Keys, &material).exists());
    assert!(!path(folder.path(), Area::Materials, &material).exists());
}

#[test]
fn a_keys_record_that_is_replaced_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    let mut material = material(CONTENT);
    store.put(&material).unwrap();
    let old = material.keys().to_bytes();
    let mut open = File::open(path(folder.path(), Area::Keys, &material)).unwrap();
    assert_eq!(rest_of(&mut open), old);
    material.add_recipient(&key(1), &key(2).encryption_key()).unwrap();
    store.put_keys(material.keys()).unwrap();
    assert_eq!(rest_of(&mut open), vec![0; old.len()]);
    assert_eq!(store.get(material.address()).unwrap(), material);
    assert_eq!(everything(&folder.path().join(TEMPORARY)).len(), 1);
}

#[test]
fn what_a_crash_left_half_written_is_destroyed_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    let material = material(CONTENT);
    store.put(&material).unwrap();
    drop(store);
    // Half of a keys record, as a crash while writing leaves it; and the record in its place under a second name, as a
    // crash before the rename of its successor leaves it.
    let half = folder.path().join(TEMPORARY).join("0");
    let record = material.keys().to_bytes();
    fs::write(&half, &record[..record.len() / 2]).unwrap();
    let mut open = File::open(&half).unwrap();
    let second = folder.path().join(TEMPORARY).join("1");
    fs::hard_link(path(folder.path(), Area::Keys, &material), &second).unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    assert_eq!(rest_of(&mut open), vec![0; record.len() / 2]);
    assert!(!half.exists());
    assert!(!second.exists());
    assert_eq!(store.get(material.address()).unwrap(), material);
    assert_eq!(store.scrub().unwrap().damage, []);
}

#[test]
fn everything_is_for_the_node_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("deep").join("vault");
    let store = LocalStore::open(&root).unwrap();
    let (kept, erased) = (material(b"kept"), material(b"erased"));
    store.put(&kept).unwrap();
    store.put(&erased).unwrap();
    store.erase(erased.address()).unwrap();
    for path in everything(&root) {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode, expected, "{}", path.display());
    }
    drop(store);
    fs::set_permissions(&root, Permissions::from_mode(0o755)).unwrap();
    drop(LocalStore::open(&root).unwrap());
    assert_eq!(root.metadata().unwrap().permissions().mode() & 0o777, 0o700);
}

#[test]
fn a_second_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    assert!(matches!(LocalStore::open(folder.path()), Err(VaultError::InUse)));
    drop(store);
    LocalStore::open(folder.path()).unwrap();
}

#[test]
fn every_flipped_bit_on_the_disk_is_found_and_gives_no_content() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    let material = material(b"small");
    let address = material.address();
    store.put(&material).unwrap();
    for (area, kind) in [
        (Area::Materials, DamageKind::Object),
        (Area::Keys, DamageKind::Keys),
    ] {
        let path = path(folder.path(), area, &material);
        let sound = fs::read(&path).unwrap();
        for place in 0..sound.len() {
            for bit in 0..8 {
                let mut changed = sound.clone();
                changed[place] ^= 1 << bit;
                fs::write(&path, &changed).unwrap();
                match store.get(address) {
                    Err(VaultError::Damaged {
                        material: named,
                        kind: found,
                    }) => {
                        assert_eq!((named, found), (*address, kind));
                    }
                    other => panic!("byte {place}, bit {bit}: {other:?}"),
                }
            }
        }
        for length in 0..sound.len() {
            fs::write(&path, &sound[..length]).unwrap();
            assert!(matches!(store.get(address), Err(VaultError::Damaged { .. })));
        }
        fs::write(&path, &sound).unwrap();
        assert_eq!(store.get(address).unwrap(), material);
    }
}

#[test]
fn a_file_of_any_size_is_read_up_to_the_limit_only() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    let material = material(b"small");
    store.put(&material).unwrap();
    // A terabyte of nothing, which no memory holds.
    let file = OpenOptions::new()
        .write(true)
        .open(path(folder.path(), Area::Keys, &material))
        .unwrap();
    file.set_len(1 << 40).unwrap();
    assert!(matches!(
        store.get(material.address()),
        Err(VaultError::Damaged {
            kind: DamageKind::Keys,
            ..
        })
    ));
}

#[test]
fn what_the_vault_did_not_put_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::open(folder.path()).unwrap();
    let material = material(b"content");
    store.put(&material).unwrap();
    let (shard, name) = place(material.address());
    let materials = folder.path().join("materials");
    fs::write(materials.join("loose"), b"").unwrap();
    fs::write(materials.join(&shard).join(format!("{name}~")), b"").unwrap();
    fs::create_dir(folder.path().join("keys").join("zz")).unwrap();
    fs::write(folder.path().join("keys").join("zz").join(&name), b"").unwrap();
    let Scrub { whole, damage, .. } = store.scrub().unwrap();
    assert_eq!(whole, 1);
    let names: Vec<&str> = damage.iter().map(|damage| damage.name.as_str()).collect();
    assert_eq!(
        names,
        [
            format!("keys/zz/{name}"),
            format!("materials/{shard}/{name}~"),
            "materials/loose".to_owned()
        ]
    );
    assert!(damage.iter().all(|damage| damage.kind == DamageKind::Stranger));
}

#[test]
fn a_folder_that_cannot_be_made_gives_a_failure_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = LocalStore::open(&file.join("vault")).unwrap_err();
    assert_eq!(error.code(), crate::codes::MAT_STORAGE);
    assert!(error.to_string().contains("vault"), "{error}");
}
