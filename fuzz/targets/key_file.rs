//! The key file: reading its public half never fails otherwise than with an error.
//!
//! Opening is not fuzzed: it would spend the memory and time that Argon2id is made to spend. Its parameters are checked by the
//! same reader.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_crypto::keyfile;

fuzz_target!(|text: &str| {
    if let Ok(key) = keyfile::public_key(text) {
        assert_eq!(key.to_string().parse().as_ref(), Ok(&key));
    }
});
