//! What is particular to an object store; what it shares with a folder is tested with the protocol.

use object_store::memory::InMemory;
use yinxin_crypto::{DecryptionKey, EncryptionAlgorithm};
use yinxin_types::Suite;

use super::*;
use crate::material::Material;
use crate::store::{DamageKind, Erasure, Store as _};

fn material() -> Material {
    let key = DecryptionKey::from_bytes(EncryptionAlgorithm::Sm2, &[1; 32]).unwrap();
    Material::encrypt(Suite::Gm, b"content", &[key.encryption_key()])
        .unwrap()
        .0
}

fn store(backend: &Arc<InMemory>, prefix: &str) -> ObjectStore {
    let bucket = Bucket::new(backend.clone(), prefix).unwrap();
    ObjectStore(Vault::open(bucket).unwrap())
}

#[test]
fn a_store_can_be_used_and_dropped_where_waiting_is_forbidden() {
    let backend = Arc::new(InMemory::new());
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = store(&backend, "a");
        let material = material();
        store.put(&material).unwrap();
        assert_eq!(store.get(material.address()).unwrap(), material);
        drop(store);
    });
}

#[test]
fn vaults_with_different_prefixes_do_not_see_one_another() {
    let backend = Arc::new(InMemory::new());
    let (one, two) = (store(&backend, "vaults/1"), store(&backend, "vaults/12"));
    let material = material();
    one.put(&material).unwrap();
    assert_eq!(two.list().unwrap(), []);
    assert_eq!(two.erase(material.address()).unwrap(), Erasure::NeverHere);
    assert_eq!(one.get(material.address()).unwrap(), material);
    assert_eq!(one.scrub().unwrap().damage, []);
}

#[test]
fn an_object_that_is_too_long_is_not_loaded_and_a_stranger_is_named() {
    let backend = Arc::new(InMemory::new());
    let store = store(&backend, "a");
    let material = material();
    store.put(&material).unwrap();
    let (shard, name) = place(material.address());
    let bucket = Bucket::new(backend.clone(), "a").unwrap();
    let long = bucket.path(Area::Keys, material.address());
    bucket.put(&long, vec![0; 1 << 20].into()).unwrap();
    assert_eq!(
        bucket.read(Area::Keys, material.address(), 1 << 10).unwrap(),
        Some(Vec::new())
    );
    let stranger = Path::parse(format!("a/materials/{shard}/{name}/more")).unwrap();
    bucket.put(&stranger, Bytes::new()).unwrap();
    let damage = store.scrub().unwrap().damage;
    let found: Vec<(&str, DamageKind)> = damage
        .iter()
        .map(|damage| (damage.name.as_str(), damage.kind))
        .collect();
    assert_eq!(
        found,
        [
            (stranger.as_ref(), DamageKind::Stranger),
            (material.address().to_string().as_str(), DamageKind::Keys),
        ]
    );
}

#[test]
fn settings_do_not_show_the_secret() {
    let settings = S3 {
        endpoint: "http://127.0.0.1:9000".to_owned(),
        region: "local".to_owned(),
        bucket: "materials".to_owned(),
        prefix: "vaults/a".to_owned(),
        access_key: "name".to_owned(),
        secret_key: "hidden".to_owned(),
    };
    assert!(!format!("{settings:?}").contains("hidden"));
}
