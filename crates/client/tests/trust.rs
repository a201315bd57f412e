//! The trust store: what is written is read, and nothing else is taken for one.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use std::fs;

use yinxin_client::trust::{TrustError, TrustStore};
use yinxin_crypto::{Digest, HashAlgorithm};

fn chain(name: &str) -> Digest {
    HashAlgorithm::Sha256.hash(&[name.as_bytes()])
}

#[test]
fn a_store_that_was_saved_is_loaded_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust.json");
    assert_eq!(TrustStore::load(&path).unwrap(), TrustStore::default());
    let mut store = TrustStore::default();
    store.add(chain("a"), "甲市存证链", 1).unwrap();
    store.add(chain("b"), "乙市存证链", 2).unwrap();
    store.save(&path).unwrap();
    assert_eq!(TrustStore::load(&path).unwrap(), store);
    assert!(store.remove(&chain("a")));
    assert!(!store.remove(&chain("a")));
    store.save(&path).unwrap();
    let loaded = TrustStore::load(&path).unwrap();
    assert_eq!(loaded.chains().len(), 1);
    assert!(loaded.find(&chain("a")).is_none());
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing is left beside the store"
    );
}

#[test]
fn a_chain_trusted_again_is_renamed_and_keeps_its_date() {
    let mut store = TrustStore::default();
    store.add(chain("a"), "old", 1).unwrap();
    store.add(chain("a"), "new", 2).unwrap();
    let trusted = store.find(&chain("a")).unwrap();
    assert_eq!(
        (trusted.name.as_str(), trusted.since, store.chains().len()),
        ("new", 1, 1)
    );
}

#[test]
fn a_name_is_not_empty_and_not_long() {
    let mut store = TrustStore::default();
    assert!(matches!(store.add(chain("a"), "", 1), Err(TrustError::Name)));
    assert!(matches!(
        store.add(chain("a"), &"x".repeat(201), 1),
        Err(TrustError::Name)
    ));
    assert!(store.add(chain("a"), &"x".repeat(200), 1).is_ok());
}

#[test]
fn a_file_that_is_no_store_is_refused_and_not_taken_for_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("trust.json");
    let unknown = format!(
        "[{{\"chain\":\"{}\",\"name\":\"a\",\"since\":1,\"by\":\"x\"}}]",
        chain("a")
    );
    let large = format!("[]{}", " ".repeat(1 << 20));
    for text in ["", "{}", "[1]", &unknown, &large] {
        fs::write(&path, text).unwrap();
        assert!(
            matches!(TrustStore::load(&path), Err(TrustError::Damaged { .. })),
            "{text:.20}"
        );
    }
    assert!(matches!(
        TrustStore::load(folder.path()),
        Err(TrustError::File { .. })
    ));
}
