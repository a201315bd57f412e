//! Key files: what was sealed opens again, and nothing else does.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// The cheapest derivation that is allowed: these passphrases protect nothing.
fn cheap(cipher: Aead) -> Params {
    Params::new(1_024, 1, 1, cipher).unwrap()
}

const PASSPHRASE: &str = "正确的口令 horse battery";

fn key(algorithm: SignatureAlgorithm) -> PrivateKey {
    PrivateKey::from_bytes(algorithm, &[7; 32]).unwrap()
}

#[test]
fn every_kind_of_key_opens_again_under_every_cipher() {
    for algorithm in PrivateKey::ALGORITHMS {
        for cipher in Aead::ALL {
            let key = key(algorithm);
            let text = seal(&key, PASSPHRASE, cheap(cipher)).unwrap();
            assert_eq!(public_key(&text), Ok(key.public_key()));
            let opened = open(&text, PASSPHRASE).unwrap();
            assert_eq!(opened.public_key(), key.public_key());
            assert_eq!(opened.export_bytes(), key.export_bytes());
        }
    }
}

#[test]
fn a_key_file_does_not_contain_the_key_and_is_never_the_same_twice() {
    let key = key(SignatureAlgorithm::Ed25519);
    let text = seal(&key, PASSPHRASE, cheap(Aead::Aes256Gcm)).unwrap();
    assert!(!text.contains(&hex::encode(key.export_bytes())));
    assert_ne!(text, seal(&key, PASSPHRASE, cheap(Aead::Aes256Gcm)).unwrap());
}

#[test]
fn a_file_that_names_a_passkey_is_no_key_file() {
    let text = seal(&key(SignatureAlgorithm::Sm2), PASSPHRASE, cheap(Aead::Sm4Gcm)).unwrap();
    let named = key(SignatureAlgorithm::Sm2).public_key().to_string();
    let passkey = format!("passkey:02{}", "11".repeat(64));
    let changed = text.replace(&named, &passkey);
    assert_ne!(changed, text);
    assert!(passkey.parse::<PublicKey>().is_ok());
    assert_eq!(open(&changed, PASSPHRASE).unwrap_err(), KeyFileError::Format);
    assert_eq!(public_key(&changed), Err(KeyFileError::Format));
}

/// A file written by an earlier build: the format must stay readable.
const PINNED: &str = include_str!("pinned.json");

#[test]
fn a_file_of_an_earlier_build_opens() {
    let key = open(PINNED, PASSPHRASE).unwrap();
    assert_eq!(key.export_bytes().as_slice(), [7; 32]);
    assert_eq!(key.algorithm(), SignatureAlgorithm::Sm2);
}

#[test]
fn another_passphrase_is_refused() {
    for wrong in ["", "正确的口令 horse battery ", "正确的口令"] {
        assert_eq!(open(PINNED, wrong).unwrap_err(), KeyFileError::Refused);
    }
    assert_eq!(
        seal(&key(SignatureAlgorithm::Sm2), "", cheap(Aead::Sm4Gcm)).unwrap_err(),
        KeyFileError::EmptyPassphrase
    );
}

/// The pinned file with one member replaced.
fn with(pointer: &str, value: Value) -> String {
    let mut file: Value = serde_json::from_str(PINNED).unwrap();
    *file.pointer_mut(pointer).unwrap() = value;
    file.to_string()
}

#[test]
fn every_changed_member_is_noticed() {
    let file: Value = serde_json::from_str(PINNED).unwrap();
    let flipped = |pointer: &str| {
        let text = file.pointer(pointer).unwrap().as_str().unwrap();
        let last = if text.ends_with('0') { "1" } else { "0" };
        json!(format!("{}{last}", text.strip_suffix(|_: char| true).unwrap()))
    };
    let other_key = key(SignatureAlgorithm::Ed25519).public_key().to_string();
    for (pointer, value, expected) in [
        ("/format", json!("yinxin-key/2"), KeyFileError::Format),
        ("/key", json!(other_key), KeyFileError::Refused),
        ("/kdf/name", json!("argon2i"), KeyFileError::Format),
        ("/kdf/memory_kib", json!(1_025), KeyFileError::Refused),
        ("/kdf/iterations", json!(2), KeyFileError::Refused),
        ("/kdf/parallelism", json!(2), KeyFileError::Refused),
        ("/kdf/salt", flipped("/kdf/salt"), KeyFileError::Refused),
        ("/kdf/salt", json!("00"), KeyFileError::Format),
        ("/cipher", json!("aes-256-gcm"), KeyFileError::Refused),
        ("/cipher", json!("aes-128-gcm"), KeyFileError::Format),
        ("/nonce", flipped("/nonce"), KeyFileError::Refused),
        ("/ciphertext", flipped("/ciphertext"), KeyFileError::Refused),
        ("/ciphertext", json!("00"), KeyFileError::Format),
    ] {
        assert_eq!(
            open(&with(pointer, value), PASSPHRASE).unwrap_err(),
            expected,
            "{pointer}"
        );
    }
    let mut more = file.clone();
    more["comment"] = json!("");
    assert_eq!(
        open(&more.to_string(), PASSPHRASE).unwrap_err(),
        KeyFileError::Format
    );
    let twice = PINNED.replacen('{', "{\"format\":\"yinxin-key/1\",", 1);
    assert_eq!(open(&twice, PASSPHRASE).unwrap_err(), KeyFileError::Format);
}

#[test]
fn a_file_cannot_ask_for_unbounded_work_or_none() {
    for (pointer, value) in [
        ("/kdf/memory_kib", json!(u32::MAX)),
        ("/kdf/memory_kib", json!(262_145)),
        ("/kdf/memory_kib", json!(8)),
        ("/kdf/iterations", json!(17)),
        ("/kdf/iterations", json!(0)),
        ("/kdf/parallelism", json!(17)),
        ("/kdf/parallelism", json!(0)),
    ] {
        assert_eq!(
            open(&with(pointer, value), PASSPHRASE).unwrap_err(),
            KeyFileError::Parameters,
            "{pointer}"
        );
    }
    assert_eq!(
        Params::new(1_023, 1, 1, Aead::Sm4Gcm),
        Err(KeyFileError::Parameters)
    );
    let long = format!("{PINNED}{}", " ".repeat(LONGEST_FILE));
    assert_eq!(open(&long, PASSPHRASE).unwrap_err(), KeyFileError::Format);
}

#[test]
fn the_recommended_cost_is_that_of_rfc_9106_and_within_the_bounds() {
    for cipher in Aead::ALL {
        assert_eq!(Params::new(65_536, 3, 4, cipher), Ok(Params::recommended(cipher)));
    }
}

#[test]
fn a_file_that_names_the_public_key_of_another_is_refused_even_when_sealed_so() {
    let cipher = Aead::Aes256Gcm;
    let [mine, other] = [[7; 32], [8; 32]]
        .map(|secret| PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &secret).unwrap());
    let (salt, nonce) = ([1; SALT_LENGTH], [2; NONCE_LENGTH]);
    let sealed = cheap(cipher)
        .derive(PASSPHRASE, &salt)
        .unwrap()
        .seal(
            nonce,
            &associated(&other.public_key(), cipher),
            mine.export_bytes().as_slice(),
        )
        .unwrap();
    let file = json!({
        "format": FORMAT, "key": other.public_key(), "cipher": cipher, "nonce": hex::encode(nonce),
        "kdf": {"name": KDF, "memory_kib": 1_024, "iterations": 1, "parallelism": 1, "salt": hex::encode(salt)},
        "ciphertext": hex::encode(sealed.ciphertext()),
    });
    assert_eq!(
        open(&file.to_string(), PASSPHRASE).unwrap_err(),
        KeyFileError::KeyMismatch
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(open(&text, PASSPHRASE).is_err());
        prop_assert!(open(&String::from_utf8_lossy(&bytes), PASSPHRASE).is_err());
    }
}
