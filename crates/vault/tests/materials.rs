//! Materials from outside: what the formats say, byte by byte, who can read, and what is refused.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use proptest::prelude::*;
use yinxin_crypto::aead::{Aead, AeadKey};
use yinxin_crypto::{DecryptionKey, Digest, EncryptionAlgorithm, EncryptionKey, HashAlgorithm, envelope};
use yinxin_types::Suite;
use yinxin_vault::{CONTENT_MAX, Keys, Material, Object, RECIPIENTS_MAX, VaultError, codes, commitment};

const SUITES: [Suite; 2] = [Suite::Intl, Suite::Gm];
const MIB: usize = 1 << 20;

fn key(algorithm: EncryptionAlgorithm, secret: u8) -> DecryptionKey {
    DecryptionKey::from_bytes(algorithm, &[secret; 32]).unwrap()
}

fn x25519(secret: u8) -> DecryptionKey {
    key(EncryptionAlgorithm::X25519, secret)
}

fn public(keys: &[&DecryptionKey]) -> Vec<EncryptionKey> {
    keys.iter().map(|key| key.encryption_key()).collect()
}

fn suite_tag(suite: Suite) -> u8 {
    match suite {
        Suite::Intl => 1,
        Suite::Gm => 2,
    }
}

fn cipher(suite: Suite) -> Aead {
    match suite {
        Suite::Intl => Aead::Aes256Gcm,
        Suite::Gm => Aead::Sm4Gcm,
    }
}

/// An object written as formats.md, section 9, says, without the crate.
fn object_by_hand(suite: Suite, data_key: &AeadKey, container: &[u8]) -> Vec<u8> {
    let mut object = b"yinxin-material/1\0".to_vec();
    object.push(suite_tag(suite));
    object.extend(u64::try_from(container.len()).unwrap().to_be_bytes());
    let header = object.clone();
    for (index, chunk) in (0_u32..).zip(container.chunks(MIB)) {
        let mut nonce = [0; 12];
        nonce[8..].copy_from_slice(&index.to_be_bytes());
        object.extend(data_key.seal(nonce, &header, chunk).unwrap().ciphertext());
    }
    object
}

/// A keys record for one recipient, likewise.
fn keys_by_hand(address: &Digest, data_key: &AeadKey, recipient: &EncryptionKey) -> Vec<u8> {
    let suite = match address.algorithm() {
        HashAlgorithm::Sha256 => 1,
        HashAlgorithm::Sm3 => 2,
    };
    let mut record = b"yinxin-material-keys/1\0".to_vec();
    record.push(suite);
    record.extend(address.bytes());
    record.push(1);
    record.push(recipient.algorithm().tag());
    record.extend(recipient.as_bytes());
    let aad = [&[suite], address.bytes().as_slice()].concat();
    record.extend(envelope::seal(recipient, b"yinxin/material-key/1", &aad, data_key.as_bytes()).unwrap());
    let check = address
        .algorithm()
        .hash_tagged("yinxin/material-keys/1", &[&record]);
    record.extend(check.bytes());
    record
}

fn material_by_hand(object: Vec<u8>, data_key: &AeadKey, recipient: &EncryptionKey) -> Material {
    let object = Object::from_bytes(object).unwrap();
    let keys = Keys::from_bytes(&keys_by_hand(object.address(), data_key, recipient)).unwrap();
    Material::new(object, keys).unwrap()
}

#[test]
fn content_comes_back_for_every_recipient_in_both_suites() {
    for suite in SUITES {
        let readers = [
            key(EncryptionAlgorithm::X25519, 1),
            key(EncryptionAlgorithm::Sm2, 2),
            key(EncryptionAlgorithm::Sm2, 3),
        ];
        let recipients = public(&readers.each_ref());
        for length in [0, 1, MIB - 33, MIB - 32, MIB - 31, 2 * MIB - 32, 2 * MIB + 5] {
            let content: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            let (material, committed) = Material::encrypt(suite, &content, &recipients).unwrap();
            assert_eq!(material.object().suite(), suite);
            assert_eq!(material.address().algorithm(), suite.hash());
            let object = Object::at(material.address(), material.object().bytes().to_vec()).unwrap();
            let keys = Keys::at(material.address(), &material.keys().to_bytes()).unwrap();
            let material = Material::new(object, keys).unwrap();
            for reader in &readers {
                let got = material.decrypt(reader).unwrap();
                assert_eq!(got.bytes(), content);
                assert_eq!(got.commitment(), committed);
            }
        }
    }
}

#[test]
fn the_same_content_twice_gives_nothing_that_can_be_compared() {
    let recipients = public(&[&x25519(1)]);
    let (one, first) = Material::encrypt(Suite::Intl, b"content", &recipients).unwrap();
    let (two, second) = Material::encrypt(Suite::Intl, b"content", &recipients).unwrap();
    assert_ne!(first, second);
    assert_ne!(one.address(), two.address());
    assert_ne!(one.object().bytes()[27..], two.object().bytes()[27..]);
}

#[test]
fn a_material_written_by_hand_after_the_formats_is_read() {
    for suite in SUITES {
        for algorithm in EncryptionAlgorithm::ALL {
            let reader = key(algorithm, 5);
            let data_key = AeadKey::generate(cipher(suite)).unwrap();
            let content = vec![7; MIB + 1];
            let container = [&[9; 32], content.as_slice()].concat();
            let bytes = object_by_hand(suite, &data_key, &container);
            let address = suite.hash().hash_tagged("yinxin/material/1", &[&bytes]);
            let material = material_by_hand(bytes, &data_key, &reader.encryption_key());
            assert_eq!(material.address(), &address);
            let got = material.decrypt(&reader).unwrap();
            assert_eq!(got.bytes(), content);
            assert_eq!(got.salt(), &[9; 32]);
            let tag = [suite.hash().tag()];
            assert_eq!(
                got.commitment(),
                suite
                    .hash()
                    .hash_tagged("yinxin/material-commitment/1", &[&tag, &[9; 32], &content])
            );
        }
    }
}

/// Computed by other software from formats.md, section 9.
#[test]
fn addresses_and_commitments_are_pinned() {
    let mut bytes = b"yinxin-material/1\0\x01\0\0\0\0\0\0\0\x20".to_vec();
    bytes.extend([0; 48]);
    let mut gm = bytes.clone();
    gm[18] = 2;
    for (object, address, commitment) in [
        (
            bytes,
            "sha256:302124f2fa66554ce811000f5ed3e10d8bd922b2f099ec8a12f58adea7eca6c0",
            commitment(HashAlgorithm::Sha256, &[1; 32], b"content"),
        ),
        (
            gm,
            "sm3:8fbde1eb79ddee92f613579a267e2d04e26c8d8eda3febe387de91cccbf5ed09",
            commitment(HashAlgorithm::Sm3, &[1; 32], b"content"),
        ),
    ] {
        let object = Object::from_bytes(object).unwrap();
        let expected = match object.suite() {
            Suite::Intl => "sha256:d7cccabefcd2a0f61d75a07ea0b702154c3bebb431b6fa06a633c7ef6f5bec77",
            Suite::Gm => "sm3:b35f7a6d702c76b4389f4d9607d4c5abcfb5942480bd5756108a7ecaeccb04a3",
        };
        assert_eq!(object.address().to_string(), address);
        assert_eq!(commitment.to_string(), expected);
    }
}

#[test]
fn a_key_that_is_not_entitled_is_refused() {
    let (material, _) = Material::encrypt(Suite::Gm, b"content", &public(&[&x25519(1)])).unwrap();
    for stranger in [x25519(2), key(EncryptionAlgorithm::Sm2, 1)] {
        let refused = material.decrypt(&stranger).unwrap_err();
        assert!(matches!(&refused, VaultError::NotEntitled(address) if address == material.address()));
        assert_eq!(refused.rejection().code, codes::MAT_NOT_ENTITLED);
        let mut copy = material.clone();
        let refused = copy.add_recipient(&stranger, &stranger.encryption_key());
        assert!(matches!(refused, Err(VaultError::NotEntitled(_))));
        assert_eq!(copy, material);
    }
}

#[test]
fn whoever_can_read_can_entitle_another() {
    for suite in SUITES {
        let (first, second) = (x25519(1), key(EncryptionAlgorithm::Sm2, 2));
        let (mut material, committed) = Material::encrypt(suite, b"content", &public(&[&first])).unwrap();
        let address = *material.address();
        assert!(material.add_recipient(&first, &second.encryption_key()).unwrap());
        assert!(!material.add_recipient(&first, &second.encryption_key()).unwrap());
        assert_eq!(material.address(), &address);
        let got = material.decrypt(&second).unwrap();
        assert_eq!(
            (got.bytes(), got.commitment()),
            (b"content".as_slice(), committed)
        );
        let recipients: Vec<EncryptionKey> = material.keys().recipients().copied().collect();
        assert_eq!(recipients, public(&[&first, &second]));
    }
}

#[test]
fn a_material_is_for_somebody_and_not_for_everybody() {
    let encrypt = |recipients: &[EncryptionKey]| Material::encrypt(Suite::Intl, b"content", recipients);
    assert!(matches!(encrypt(&[]), Err(VaultError::Recipients(0))));
    let many: Vec<EncryptionKey> = (1..=65).map(|secret| x25519(secret).encryption_key()).collect();
    assert!(matches!(encrypt(&many), Err(VaultError::Recipients(65))));
    let (mut full, _) = encrypt(&many[..RECIPIENTS_MAX]).unwrap();
    let refused = full.add_recipient(&x25519(1), &many[64]).unwrap_err();
    assert_eq!(refused.code(), codes::MAT_RECIPIENTS);
    let keys = Keys::from_bytes(&full.keys().to_bytes()).unwrap();
    assert_eq!(&keys, full.keys());
    // The same key twice counts once.
    let (twice, _) = encrypt(&[many[0], many[0]]).unwrap();
    assert_eq!(twice.keys().recipients().count(), 1);
}

#[test]
fn content_over_the_limit_is_refused() {
    let refused =
        Material::encrypt(Suite::Intl, &vec![0; CONTENT_MAX + 1], &public(&[&x25519(1)])).unwrap_err();
    assert!(matches!(refused, VaultError::TooLarge(length) if length == CONTENT_MAX + 1));
    assert_eq!(refused.code(), codes::MAT_TOO_LARGE);
}

#[test]
fn chunks_that_were_swapped_cut_off_or_taken_from_elsewhere_are_refused() {
    let reader = x25519(1);
    let data_key = AeadKey::generate(Aead::Aes256Gcm).unwrap();
    let object = object_by_hand(Suite::Intl, &data_key, &vec![7; 2 * MIB]);
    let decrypt = |bytes: Vec<u8>| {
        material_by_hand(bytes, &data_key, &reader.encryption_key())
            .decrypt(&reader)
            .map(|content| content.bytes().len())
    };
    assert!(matches!(decrypt(object.clone()), Ok(length) if length == 2 * MIB - 32));
    let chunk = MIB + 16;
    let swapped = [&object[..27], &object[27 + chunk..], &object[27..27 + chunk]].concat();
    assert!(matches!(decrypt(swapped), Err(VaultError::Damaged { .. })));
    // Cut off, with a header that agrees.
    let mut shorter = object[..27 + chunk].to_vec();
    shorter[19..27].copy_from_slice(&u64::try_from(MIB).unwrap().to_be_bytes());
    assert!(matches!(decrypt(shorter), Err(VaultError::Damaged { .. })));
    // Cut off, with the header it had.
    assert!(matches!(
        Object::from_bytes(object[..27 + chunk].to_vec()),
        Err(VaultError::Malformed(_))
    ));
    let other_key = AeadKey::generate(Aead::Aes256Gcm).unwrap();
    let other = material_by_hand(object, &other_key, &reader.encryption_key());
    assert!(matches!(other.decrypt(&reader), Err(VaultError::Damaged { .. })));
}

#[test]
fn keys_of_another_material_are_refused() {
    let reader = x25519(1);
    let recipients = public(&[&reader]);
    let (one, _) = Material::encrypt(Suite::Intl, b"one", &recipients).unwrap();
    let (two, _) = Material::encrypt(Suite::Intl, b"two", &recipients).unwrap();
    assert!(matches!(
        Material::new(one.object().clone(), two.keys().clone()),
        Err(VaultError::OtherKeys { .. })
    ));
    assert!(matches!(
        Keys::at(one.address(), &two.keys().to_bytes()),
        Err(VaultError::Damaged { .. })
    ));
    assert!(matches!(
        Object::at(one.address(), two.object().bytes().to_vec()),
        Err(VaultError::Damaged { .. })
    ));
    // An envelope moved into the record of another material does not open there.
    let mut moved = two.keys().to_bytes();
    let start = 23 + 1 + 32 + 1 + 1 + 32;
    let end = moved.len() - 32;
    moved[start..end].copy_from_slice(&one.keys().to_bytes()[start..end]);
    let check = HashAlgorithm::Sha256.hash_tagged("yinxin/material-keys/1", &[&moved[..end]]);
    moved[end..].copy_from_slice(check.bytes());
    let moved = Material::new(two.object().clone(), Keys::from_bytes(&moved).unwrap()).unwrap();
    assert!(matches!(moved.decrypt(&reader), Err(VaultError::Damaged { .. })));
}

#[test]
fn every_flipped_bit_of_a_material_and_of_its_keys_is_detected() {
    for suite in SUITES {
        let (material, _) = Material::encrypt(suite, b"small", &public(&[&x25519(1)])).unwrap();
        let address = material.address();
        let object = material.object().bytes().to_vec();
        let record = material.keys().to_bytes();
        let flips = |bytes: &[u8]| -> Vec<Vec<u8>> {
            (0..bytes.len() * 8)
                .map(|bit| {
                    let mut changed = bytes.to_vec();
                    changed[bit / 8] ^= 1 << (bit % 8);
                    changed
                })
                .collect()
        };
        for changed in flips(&object) {
            let refused = Object::at(address, changed).unwrap_err();
            assert!(refused.to_string().contains(&address.to_string()));
        }
        for changed in flips(&record) {
            assert!(Keys::from_bytes(&changed).is_err());
            let refused = Keys::at(address, &changed).unwrap_err();
            assert!(refused.to_string().contains(&address.to_string()));
        }
    }
}

#[test]
fn a_keys_record_has_one_encoding() {
    let (material, _) = Material::encrypt(Suite::Intl, b"m", &public(&[&x25519(1), &x25519(2)])).unwrap();
    let record = material.keys().to_bytes();
    let entry = 1 + 32 + 81;
    let (head, rest) = record.split_at(57);
    let (first, rest) = rest.split_at(entry);
    let (second, _) = rest.split_at(entry);
    let with_check = |parts: &[&[u8]]| {
        let mut bytes = parts.concat();
        let check = HashAlgorithm::Sha256.hash_tagged("yinxin/material-keys/1", &[&bytes]);
        bytes.extend(check.bytes());
        Keys::from_bytes(&bytes)
    };
    assert_eq!(&with_check(&[head, first, second]).unwrap(), material.keys());
    assert!(with_check(&[head, second, first]).is_err());
    assert!(with_check(&[head, first, first]).is_err());
    assert!(with_check(&[head, first, second, &[0]]).is_err());
    let count = |count: u8| [&head[..56], &[count]].concat();
    assert!(with_check(&[&count(0)]).is_err());
    assert!(with_check(&[&count(1), first]).is_ok());
    assert!(with_check(&[&count(3), first, second]).is_err());
    assert!(with_check(&[&count(65), first, second]).is_err());
}

#[test]
fn nothing_in_clear_shows_in_a_debug_text() {
    let reader = x25519(1);
    let (material, _) = Material::encrypt(Suite::Intl, b"secret content", &public(&[&reader])).unwrap();
    let content = material.decrypt(&reader).unwrap();
    assert_eq!(format!("{content:?}"), "Content { length: 14, .. }");
    assert_eq!(
        format!("{material:?}"),
        format!(
            "Material {{ object: Object {{ address: {0}, .. }}, keys: Keys {{ material: {0}, recipients: 1, .. }} }}",
            material.address()
        )
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_give_a_material_or_an_error(
        magic in any::<bool>(),
        suite in 0..4_u8,
        length in prop_oneof![0..200_u64, any::<u64>()],
        tail in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let mut bytes = Vec::new();
        if magic {
            bytes.extend(b"yinxin-material/1\0");
            bytes.push(suite);
            bytes.extend(length.to_be_bytes());
        }
        bytes.extend(&tail);
        if let Ok(object) = Object::from_bytes(bytes.clone()) {
            prop_assert_eq!(object.bytes(), &bytes);
            prop_assert_eq!(length + 16, u64::try_from(tail.len()).unwrap());
        }
    }

    #[test]
    fn any_bytes_give_keys_or_an_error(
        suite in 0..4_u8,
        count in 0..4_u8,
        algorithm in 0..4_u8,
        tail in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let mut bytes = b"yinxin-material-keys/1\0".to_vec();
        bytes.push(suite);
        bytes.extend([7; 32]);
        bytes.push(count);
        bytes.push(algorithm);
        bytes.extend(&tail);
        prop_assert!(Keys::from_bytes(&tail).is_err());
        let hash = if suite == 2 { HashAlgorithm::Sm3 } else { HashAlgorithm::Sha256 };
        bytes.extend(hash.hash_tagged("yinxin/material-keys/1", &[&bytes]).bytes());
        if let Ok(keys) = Keys::from_bytes(&bytes) {
            prop_assert_eq!(keys.to_bytes(), bytes);
        }
    }
}
