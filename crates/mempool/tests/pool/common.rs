//! Signed transactions for tests.

use std::sync::Arc;

use serde_json::json;
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_types::transaction::{KeyedSignature, Rules};
use yinxin_types::{BlockTime, Limits, Transaction, VerifiedTransaction, canonical};

pub const WINDOW_MS: u64 = 600_000;

pub fn chain() -> Digest {
    HashAlgorithm::Sha256.hash(&[b"a chain"])
}

pub fn key(account: u8) -> PrivateKey {
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[account; 32]).unwrap()
}

/// A transaction of `account` that no other number repeats, with `filler` more bytes.
pub fn transaction(account: u8, number: u32, valid_until: u64, filler: usize) -> Arc<VerifiedTransaction> {
    let key = key(account);
    let body = canonical::to_bytes(&json!({
        "account": key.public_key(), "arguments": { "filler": "x".repeat(filler) }, "chain": chain(),
        "operation": "test.do", "salt": format!("{number:032x}"), "valid_until": valid_until,
    }))
    .unwrap();
    let signatures = vec![KeyedSignature::by(&key, &body)];
    let rules = Rules {
        chain: chain(),
        hash: HashAlgorithm::Sha256,
        limits: Limits::default(),
    };
    Arc::new(VerifiedTransaction::verify(Transaction { body, signatures }, &rules).unwrap())
}

/// A transaction valid at time 0 and long after.
pub fn plain(account: u8, number: u32) -> Arc<VerifiedTransaction> {
    transaction(account, number, WINDOW_MS, 0)
}

pub fn ids(list: &[Arc<VerifiedTransaction>]) -> Vec<Digest> {
    list.iter().map(|transaction| transaction.id()).collect()
}

pub const NOW: BlockTime = BlockTime(0);
