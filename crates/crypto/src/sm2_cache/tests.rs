//! The cache is bounded, keeps what is used, and is not earned by single signatures.

use super::*;
use crate::sm2_signature;

fn key(number: u16) -> Encoding {
    let mut encoding = [2; 33];
    encoding[31..].copy_from_slice(&number.to_be_bytes());
    encoding
}

/// Any verifying key will do: the cache does not look at it.
fn value() -> Arc<VerifyingKey> {
    let mut secret = [0; 32];
    secret[31] = 5;
    let encoding = sm2_signature::public_key(&sm2_signature::secret_key(&secret).unwrap());
    Arc::new(VerifyingKey::new(&encoding).unwrap())
}

#[test]
fn a_key_earns_its_table_with_the_fourth_valid_signature_and_only_once() {
    let mut cache = Cache::new();
    let earned: Vec<_> = (0..4).map(|_| cache.count(&key(1))).collect();
    assert_eq!(earned, [false, false, false, true]);
    cache.insert(key(1), value());
    assert!((0..10).all(|_| !cache.count(&key(1))));
    assert!(cache.find(&key(1)).is_some());
    assert!(cache.find(&key(2)).is_none());
}

#[test]
fn the_least_recently_used_table_makes_room() {
    let mut cache = Cache::new();
    let value = value();
    let tables = u16::try_from(TABLES).unwrap();
    for number in 0..tables {
        cache.insert(key(number), Arc::clone(&value));
    }
    for number in (0..tables).filter(|number| *number != 17) {
        assert!(cache.find(&key(number)).is_some());
    }
    cache.insert(key(tables), value);
    assert_eq!(cache.tables.len(), TABLES);
    assert!(cache.find(&key(17)).is_none());
    assert!(cache.find(&key(0)).is_some());
    assert!(cache.find(&key(tables)).is_some());
}

#[test]
fn keys_that_sign_once_are_forgotten_in_bounded_memory() {
    let mut cache = Cache::new();
    for number in 0..10_000 {
        assert!(!cache.count(&key(number)));
        assert!(cache.candidates.len() <= CANDIDATES);
    }
    assert!(cache.tables.is_empty());
}
