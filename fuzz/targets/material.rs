//! Materials and their keys records: what is read is what would be written. The first byte chooses which.
//!
//! The check value of a keys record is computed here, so that the reader behind it is reached.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_crypto::HashAlgorithm;
use yinxin_vault::{Keys, Object};

fuzz_target!(|data: &[u8]| {
    let Some((choice, rest)) = data.split_first() else {
        return;
    };
    if choice % 2 == 0 {
        if let Ok(object) = Object::from_bytes(rest.to_vec()) {
            assert_eq!(object.bytes(), rest);
            assert!(Object::at(object.address(), rest.to_vec()).is_ok());
        }
        return;
    }
    let mut record = rest.to_vec();
    let algorithm = match rest.get(23) {
        Some(2) => HashAlgorithm::Sm3,
        _ => HashAlgorithm::Sha256,
    };
    let check = algorithm.hash_tagged("yinxin/material-keys/1", &[rest]);
    record.extend_from_slice(check.bytes());
    if let Ok(keys) = Keys::from_bytes(&record) {
        assert_eq!(
            keys.to_bytes(),
            record,
            "two encodings of one record were accepted"
        );
        assert!(keys.recipients().count() <= yinxin_vault::RECIPIENTS_MAX);
    }
});
