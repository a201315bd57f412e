//! The adversarial vectors of C2SP Wycheproof, read from `../shared/vectors`.

use std::path::Path;

use ccm::aead::{Aead as _, KeyInit as _, Payload};
use ccm::consts::{U12, U16};
use serde_json::Value;
use yinxin_crypto::aead::{Aead, AeadError, AeadKey, Sealed};
use yinxin_crypto::{HashAlgorithm, PublicKey, Signature, SignatureAlgorithm, hmac, verify};

use crate::{array, bytes, skipped};

/// A group of vectors and one vector of it.
struct Vector {
    group: Value,
    test: Value,
}

impl Vector {
    fn hex(&self, name: &str) -> Vec<u8> {
        bytes(self.test[name].as_str().unwrap())
    }

    fn is_valid(&self) -> bool {
        self.test["result"] == "valid"
    }

    fn name(&self) -> String {
        format!("{}: {}", self.test["tcId"], self.test["comment"])
    }

    /// Whether the group has these sizes in bits.
    fn has(&self, sizes: &[(&str, u64)]) -> bool {
        sizes.iter().all(|(name, size)| self.group[*name] == *size)
    }
}

/// Every vector of a file, or nothing where the files are absent.
fn vectors(file: &str) -> Option<Vec<Vector>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/vectors/wycheproof")
        .join(file);
    let Ok(text) = std::fs::read_to_string(&path) else {
        skipped(&format!("{} is absent", path.display()));
        return None;
    };
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut vectors = Vec::new();
    for group in document["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            vectors.push(Vector {
                group: group.clone(),
                test: test.clone(),
            });
        }
    }
    assert_eq!(document["numberOfTests"], vectors.len());
    Some(vectors)
}

/// The one vector about which ZIP 215 and RFC 8032 disagree: R is the neutral point, written with the sign of x set.
/// ZIP 215 takes every encoding of R so that a verdict never depends on a decoder's habits. Only the holder of the key can
/// make such a signature, so nothing is forged by it, and the bytes of a signature identify nothing in this system.
const ZIP_215_ACCEPTS: [u64; 1] = [151];

#[test]
fn ed25519() {
    let Some(vectors) = vectors("ed25519_test.json") else {
        return;
    };
    for vector in &vectors {
        let key = bytes(vector.group["publicKey"]["pk"].as_str().unwrap());
        let key = PublicKey::from_bytes(SignatureAlgorithm::Ed25519, &key).unwrap();
        let verdict = Signature::from_bytes(SignatureAlgorithm::Ed25519, &vector.hex("sig"))
            .is_ok_and(|signature| verify(&key, &vector.hex("msg"), &signature).is_ok());
        let number = vector.test["tcId"].as_u64().unwrap();
        assert_eq!(
            verdict,
            vector.is_valid() || ZIP_215_ACCEPTS.contains(&number),
            "{}",
            vector.name()
        );
    }
}

/// `r || s` of a strict DER encoding (X.690) with both numbers positive and of at most 32 bytes; browsers do the same.
fn from_der(bytes: &[u8]) -> Option<[u8; 64]> {
    fn integer(bytes: &[u8]) -> Option<([u8; 32], &[u8])> {
        let (&[tag, length], rest) = bytes.split_first_chunk()?;
        let (digits, rest) = rest.split_at_checked(usize::from(length))?;
        let digits = match digits {
            [0, high, ..] if *high >= 0x80 => &digits[1..],
            [first, ..] if *first < 0x80 && (*first != 0 || digits.len() == 1) => digits,
            _ => return None,
        };
        if tag != 2 || digits.len() > 32 {
            return None;
        }
        let mut number = [0; 32];
        number[32 - digits.len()..].copy_from_slice(digits);
        Some((number, rest))
    }
    let (&[tag, length], rest) = bytes.split_first_chunk()?;
    if tag != 0x30 || usize::from(length) != rest.len() {
        return None;
    }
    let (r, rest) = integer(rest)?;
    let (s, rest) = integer(rest)?;
    rest.is_empty()
        .then(|| [r, s].concat().try_into().expect("64 bytes"))
}

#[test]
fn ecdsa_of_passkeys() {
    let Some(vectors) = vectors("ecdsa_secp256r1_sha256_test.json") else {
        return;
    };
    let mut valid = 0;
    for vector in &vectors {
        let point = bytes(vector.group["publicKey"]["uncompressed"].as_str().unwrap());
        let mut key = vec![2 | (point[64] & 1)];
        key.extend_from_slice(&point[1..33]);
        key.extend_from_slice(&[0; 32]);
        let key = PublicKey::from_bytes(SignatureAlgorithm::Passkey, &key).unwrap();
        let verdict = from_der(&vector.hex("sig")).is_some_and(|signature| {
            let signature = Signature::new(SignatureAlgorithm::Passkey, signature);
            verify(&key, &vector.hex("msg"), &signature).is_ok()
        });
        assert_eq!(verdict, vector.is_valid(), "{}", vector.name());
        valid += usize::from(verdict);
    }
    assert!(valid > 100, "{valid} vectors are valid");
}

/// Runs the vectors of a cipher that have the sizes we support; returns how many there were.
fn gcm(cipher: Aead, file: &str) -> Option<usize> {
    let vectors = vectors(file)?;
    let size = u64::try_from(cipher.key_length() * 8).unwrap();
    let supported = vectors
        .iter()
        .filter(|vector| vector.has(&[("keySize", size), ("ivSize", 96), ("tagSize", 128)]));
    let mut count = 0;
    for vector in supported {
        let key = AeadKey::new(cipher, &vector.hex("key")).unwrap();
        let nonce = vector.hex("iv").try_into().unwrap();
        let associated = vector.hex("aad");
        let expected = [vector.hex("ct"), vector.hex("tag")].concat();
        let opened = key.open(
            &associated,
            &Sealed::new(cipher, nonce, expected.clone()).unwrap(),
        );
        if vector.is_valid() {
            assert_eq!(opened.unwrap().as_slice(), vector.hex("msg"), "{}", vector.name());
            let sealed = key.seal(nonce, &associated, &vector.hex("msg")).unwrap();
            assert_eq!(sealed.ciphertext(), expected, "{}", vector.name());
        } else {
            assert_eq!(opened.unwrap_err(), AeadError::Refused, "{}", vector.name());
        }
        count += 1;
    }
    for vector in vectors.iter().filter(|vector| !vector.has(&[("keySize", size)])) {
        assert!(
            AeadKey::new(cipher, &vector.hex("key")).is_err(),
            "{}",
            vector.name()
        );
    }
    Some(count)
}

#[test]
fn sm4_gcm() {
    let Some(count) = gcm(Aead::Sm4Gcm, "sm4_gcm_test.json") else {
        return;
    };
    assert_eq!(
        count, 65,
        "nonces of other lengths cannot be given to our interface"
    );
}

#[test]
fn aes_256_gcm() {
    let Some(count) = gcm(Aead::Aes256Gcm, "aes_gcm_test.json") else {
        return;
    };
    assert_eq!(
        count, 66,
        "nonces of other lengths cannot be given to our interface"
    );
}

/// The product does not use CCM; the vectors prove the block cipher under a second mode.
#[test]
fn sm4_ccm() {
    let Some(vectors) = vectors("sm4_ccm_test.json") else {
        return;
    };
    let mut count = 0;
    for vector in vectors
        .iter()
        .filter(|vector| vector.has(&[("keySize", 128), ("ivSize", 96), ("tagSize", 128)]))
    {
        let cipher = ccm::Ccm::<sm4::Sm4, U16, U12>::new_from_slice(&vector.hex("key")).unwrap();
        let nonce: [u8; 12] = vector.hex("iv").try_into().unwrap();
        let associated = vector.hex("aad");
        let sealed = [vector.hex("ct"), vector.hex("tag")].concat();
        let opened = cipher.decrypt(
            &nonce.into(),
            Payload {
                msg: &sealed,
                aad: &associated,
            },
        );
        if vector.is_valid() {
            assert_eq!(opened.unwrap(), vector.hex("msg"), "{}", vector.name());
            let message = vector.hex("msg");
            let made = cipher
                .encrypt(
                    &nonce.into(),
                    Payload {
                        msg: &message,
                        aad: &associated,
                    },
                )
                .unwrap();
            assert_eq!(made, sealed, "{}", vector.name());
        } else {
            assert!(opened.is_err(), "{}", vector.name());
        }
        count += 1;
    }
    assert_eq!(count, 78);
}

#[test]
fn hmac_sm3() {
    let Some(vectors) = vectors("hmac_sm3_test.json") else {
        return;
    };
    for vector in &vectors {
        let (key, message, code) = (vector.hex("key"), vector.hex("msg"), vector.hex("tag"));
        let made = hmac::authenticate(HashAlgorithm::Sm3, &key, &[&message]);
        assert_eq!(made.starts_with(&code), vector.is_valid(), "{}", vector.name());
        if vector.has(&[("tagSize", 256)]) {
            let verdict = hmac::verify(HashAlgorithm::Sm3, &key, &[&message], &array(&hex::encode(code)));
            assert_eq!(verdict.is_ok(), vector.is_valid(), "{}", vector.name());
        }
    }
}
