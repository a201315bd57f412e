//! The text forms: pinned, the only ones accepted, and safe to read from anyone.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde::de::DeserializeOwned;
use yinxin_crypto::aead::{Aead, Sealed};
use yinxin_crypto::{
    Digest, HashAlgorithm, KeyError, ParseError, PrivateKey, PublicKey, Signature, SignatureAlgorithm,
};

fn private(algorithm: SignatureAlgorithm) -> PrivateKey {
    PrivateKey::from_bytes(algorithm, &[7; 32]).unwrap()
}

const ED25519_KEY: &str = "ed25519:ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c";
const SM2_KEY: &str = "sm2:02df07dc0b31591dfb63ec895516e5bb4ad05a09c2feba6d496ce523f7303fffcd";
const SM2_SIGNATURE: &str = "sm2:5f1ea5c27e9e3f527fee609d6a548a967d80de524a1b4472de10924bed6f3d5d\
    5b528a8674584f3847b461b7badd5c70ed237e38fe737b00816c2de7308ef0da";
/// The generator of P-256 and the SHA-256 of `example.cn`.
const PASSKEY: &str = "passkey:036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
    0bda735eaac97eb34a98befabaa4acb25b2ff55046344bb311ed60717fcd5799";
const ED25519_SIGNATURE: &str = "ed25519:abdcd37db8de039d2cf5265673ff87f99f8dff80dbb2061a638ee93dd9cc89a3\
    e7cd2041359f6dd3de4c5426286128765bd9fbec7c4f6e9c9a93625698a34c01";

#[test]
fn the_text_of_a_digest_is_pinned() {
    for (digest, text) in [
        (
            HashAlgorithm::Sha256.hash(&[b"yin", b"xin"]),
            "sha256:d437fd321e73eb3f3062f32ed2467e3179c2eaa33c09d671571222ed035233c5",
        ),
        (
            HashAlgorithm::Sm3.hash(&[b"yinxin"]),
            "sm3:32dd6d1229d731851c0dc0b014a2f9a74c7feadb8941461e2eecd6362a766e0b",
        ),
        // H(tag, data): the tag, a zero byte, the data.
        (
            HashAlgorithm::Sha256.hash_tagged("yinxin/test/1", &[b"a", b"b"]),
            "sha256:072e6a9cbba2570a30722fc74260d67c729b8b18307d7426c2ab92bf536551d5",
        ),
    ] {
        assert_eq!(digest.to_string(), text);
        assert_eq!(format!("{digest:?}"), text);
        assert_eq!(text.parse(), Ok(digest));
        assert_eq!(serde_json::to_string(&digest).unwrap(), format!("\"{text}\""));
        assert_eq!(
            serde_json::from_str::<Digest>(&format!("\"{text}\"")).unwrap(),
            digest
        );
        assert_eq!(Digest::new(digest.algorithm(), *digest.bytes()), digest);
    }
    let parts: [&[u8]; 4] = [b"yinxin/test/1", b"\0", b"a", b"b"];
    assert_eq!(
        HashAlgorithm::Sm3.hash_tagged("yinxin/test/1", &[b"ab"]),
        HashAlgorithm::Sm3.hash(&parts)
    );
}

#[test]
fn a_hasher_fed_in_pieces_gives_the_digest_of_the_whole() {
    for algorithm in HashAlgorithm::ALL {
        let mut hasher = algorithm.hasher();
        for piece in [b"yin".as_slice(), b"", b"x", b"in"] {
            hasher.update(piece);
        }
        assert_eq!(hasher.finish(), algorithm.hash(&[b"yinxin"]));
    }
}

#[test]
fn the_texts_of_keys_and_signatures_are_pinned() {
    for (algorithm, key_text, signature_text) in [
        (SignatureAlgorithm::Ed25519, ED25519_KEY, ED25519_SIGNATURE),
        (SignatureAlgorithm::Sm2, SM2_KEY, SM2_SIGNATURE),
    ] {
        let key = private(algorithm);
        let signature = key.sign(b"yinxin");
        assert_eq!(key.public_key().to_string(), key_text);
        assert_eq!(signature.to_string(), signature_text);
        assert_eq!(key_text.parse(), Ok(key.public_key()));
        assert_eq!(signature_text.parse(), Ok(signature));
        let json = serde_json::to_string(&(key.public_key(), signature)).unwrap();
        assert_eq!(json, format!("[\"{key_text}\",\"{signature_text}\"]"));
        let read: (PublicKey, Signature) = serde_json::from_str(&json).unwrap();
        assert_eq!(read, (key.public_key(), signature));
        assert_eq!(
            PublicKey::from_bytes(algorithm, key.public_key().as_bytes()),
            Ok(key.public_key())
        );
        assert_eq!(
            Signature::from_bytes(algorithm, signature.as_bytes()),
            Ok(signature)
        );
        assert!(key.public_key().is_on_curve());
    }
}

#[test]
fn a_passkey_is_its_point_and_the_digest_of_its_relying_party() {
    let key: PublicKey = PASSKEY.parse().unwrap();
    assert_eq!(key.to_string(), PASSKEY);
    assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{PASSKEY}\""));
    assert_eq!(key.as_bytes().len(), 65);
    assert_eq!(
        key.relying_party(),
        Some(HashAlgorithm::Sha256.hash(&[b"example.cn"]).bytes())
    );
    assert!(key.is_on_curve());
    // The same point for another site is another key.
    let other = [&key.as_bytes()[..33], &[1; 32]].concat();
    assert_ne!(
        PublicKey::from_bytes(SignatureAlgorithm::Passkey, &other),
        Ok(key)
    );
    for text in [ED25519_KEY, SM2_KEY] {
        assert_eq!(text.parse::<PublicKey>().unwrap().relying_party(), None);
    }
}

#[test]
fn the_private_half_of_a_passkey_is_not_had() {
    let passkey = SignatureAlgorithm::Passkey;
    assert_eq!(PrivateKey::generate(passkey).unwrap_err(), KeyError::Passkey);
    assert_eq!(
        PrivateKey::from_bytes(passkey, &[7; 32]).unwrap_err(),
        KeyError::Passkey
    );
}

#[test]
fn the_tags_and_names_of_the_algorithms_are_pinned() {
    let hashes = HashAlgorithm::ALL.map(|algorithm| (algorithm.tag(), algorithm.as_str()));
    assert_eq!(hashes, [(1, "sha256"), (2, "sm3")]);
    let signatures = SignatureAlgorithm::ALL.map(|algorithm| (algorithm.tag(), algorithm.as_str()));
    assert_eq!(signatures, [(1, "ed25519"), (2, "sm2"), (3, "passkey")]);
    let ciphers = Aead::ALL.map(|algorithm| (algorithm.tag(), algorithm.as_str()));
    assert_eq!(ciphers, [(1, "aes-256-gcm"), (2, "sm4-gcm")]);
    for tag in 0..=u8::MAX {
        assert_eq!(
            HashAlgorithm::from_tag(tag).map(HashAlgorithm::tag),
            (1..=2).contains(&tag).then_some(tag)
        );
        assert_eq!(
            SignatureAlgorithm::from_tag(tag).map(SignatureAlgorithm::tag),
            (1..=3).contains(&tag).then_some(tag)
        );
        assert_eq!(
            Aead::from_tag(tag).map(Aead::tag),
            (1..=2).contains(&tag).then_some(tag)
        );
    }
    assert_eq!(serde_json::to_string(&HashAlgorithm::Sm3).unwrap(), "\"sm3\"");
    assert_eq!(
        serde_json::from_str::<SignatureAlgorithm>("\"sm2\"").unwrap(),
        SignatureAlgorithm::Sm2
    );
    assert!(serde_json::from_str::<HashAlgorithm>("\"SM3\"").is_err());
}

/// Every spelling but the pinned one is refused.
fn refuses_other_spellings<T: std::str::FromStr<Err = ParseError> + DeserializeOwned + std::fmt::Debug>(
    text: &str,
) {
    let (algorithm, digits) = text.split_once(':').unwrap();
    let wrong_digits = [
        digits.to_uppercase(),
        format!("0x{digits}"),
        format!("0x{}", digits.get(2..).unwrap()),
        format!("{digits}00"),
        digits.get(2..).unwrap().to_owned(),
        format!("{digits}0"),
        digits.replacen('e', "g", 1),
        format!(" {}", digits.get(1..).unwrap()),
        digits.replacen(digits.get(..1).unwrap(), "é", 1),
        String::new(),
    ];
    for wrong in wrong_digits.into_iter().filter(|wrong| wrong != digits) {
        let wrong = format!("{algorithm}:{wrong}");
        assert!(
            matches!(wrong.parse::<T>(), Err(ParseError::Hex { .. })),
            "{wrong}"
        );
    }
    for wrong in [
        digits.to_owned(),
        format!(":{digits}"),
        format!("md5:{digits}"),
        format!(" {text}"),
        format!("{}:{digits}", algorithm.to_uppercase()),
        String::new(),
    ] {
        assert_eq!(wrong.parse::<T>().unwrap_err(), ParseError::Algorithm, "{wrong}");
    }
    assert!(text.parse::<T>().is_ok());
    assert!(serde_json::from_str::<T>("7").is_err());
    assert!(serde_json::from_str::<T>("null").is_err());
}

#[test]
fn one_value_has_one_text() {
    refuses_other_spellings::<Digest>(&HashAlgorithm::Sm3.hash(&[b"yinxin"]).to_string());
    refuses_other_spellings::<PublicKey>(ED25519_KEY);
    refuses_other_spellings::<PublicKey>(SM2_KEY);
    refuses_other_spellings::<Signature>(ED25519_SIGNATURE);
    refuses_other_spellings::<Signature>(SM2_SIGNATURE);
    refuses_other_spellings::<PublicKey>(PASSKEY);
    refuses_other_spellings::<Signature>(&SM2_SIGNATURE.replace("sm2", "passkey"));
    // The digits of one algorithm under the name of the other.
    let digits = ED25519_KEY.split_once(':').unwrap().1;
    assert_eq!(
        format!("sm2:{digits}").parse::<PublicKey>(),
        Err(ParseError::Hex { digits: 66 })
    );
    let digits = SM2_KEY.split_once(':').unwrap().1;
    assert_eq!(
        format!("passkey:{digits}").parse::<PublicKey>(),
        Err(ParseError::Hex { digits: 130 })
    );
}

#[test]
fn bytes_of_the_wrong_length_are_refused_with_both_lengths() {
    for (algorithm, expected) in [
        (SignatureAlgorithm::Ed25519, 32),
        (SignatureAlgorithm::Sm2, 33),
        (SignatureAlgorithm::Passkey, 65),
    ] {
        assert_eq!(algorithm.key_length(), expected);
        for found in [0, 31, 34, 64, 66] {
            assert_eq!(
                PublicKey::from_bytes(algorithm, &vec![2; found]),
                Err(ParseError::Length { expected, found })
            );
        }
        assert_eq!(
            Signature::from_bytes(algorithm, &[0; 65]),
            Err(ParseError::Length {
                expected: 64,
                found: 65
            })
        );
    }
}

#[test]
fn keys_for_which_anyone_could_sign_are_refused() {
    let one = format!("ed25519:01{}", "00".repeat(31));
    assert_eq!(one.parse::<PublicKey>(), Err(ParseError::SmallOrder));
    let largest = format!("ed25519:{}", "ff".repeat(32));
    assert_eq!(largest.parse::<PublicKey>(), Err(ParseError::NotCanonical));
    let uncompressed = format!("sm2:04{}", "00".repeat(32));
    assert_eq!(uncompressed.parse::<PublicKey>(), Err(ParseError::NotCanonical));
    for wrong in [
        format!("passkey:04{}", "00".repeat(64)),
        format!("passkey:02{}", "ff".repeat(64)),
    ] {
        assert_eq!(wrong.parse::<PublicKey>(), Err(ParseError::NotCanonical));
    }
}

#[test]
fn a_private_key_shows_only_its_public_half() {
    for algorithm in PrivateKey::ALGORITHMS {
        let key = private(algorithm);
        let shown = format!("{key:?} {key:#?}");
        assert!(shown.contains(&key.public_key().to_string()));
        assert!(!shown.contains(&hex::encode([7; 32])));
        assert!(!shown.contains("7, 7"));
    }
    assert_eq!(
        PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[0; 32]).unwrap_err(),
        KeyError::OutOfRange
    );
    assert_eq!(
        PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[0xff; 32]).unwrap_err(),
        KeyError::OutOfRange
    );
}

#[test]
fn generated_keys_differ_and_come_back_from_their_bytes() {
    for algorithm in PrivateKey::ALGORITHMS {
        let mut seen = BTreeSet::new();
        for _ in 0..8 {
            let key = PrivateKey::generate(algorithm).unwrap();
            let again = PrivateKey::from_bytes(algorithm, &key.export_bytes()).unwrap();
            assert_eq!(again.public_key(), key.public_key());
            assert!(seen.insert(key.public_key()));
        }
    }
}

/// An accepted text is the text of the value.
fn keeps_what_it_accepts<T: std::str::FromStr + ToString>(text: &str) -> bool {
    text.parse::<T>().map_or(true, |value| value.to_string() == text)
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic_and_what_is_accepted_is_kept(text in prop_oneof![
        any::<String>(),
        "(sha256|sm3|ed25519|sm2|passkey|aes-256-gcm)?:?[0-9a-fA-F]{0,140}",
        "(sha256|sm3|ed25519):[0-9a-f]{64}",
        "sm2:0[0-9][0-9a-f]{64}",
        "passkey:0[0-9][0-9a-f]{128}",
        "(ed25519|sm2|passkey):[0-9a-f]{128}",
    ]) {
        prop_assert!(keeps_what_it_accepts::<Digest>(&text));
        prop_assert!(keeps_what_it_accepts::<PublicKey>(&text));
        prop_assert!(keeps_what_it_accepts::<Signature>(&text));
        prop_assert!(keeps_what_it_accepts::<HashAlgorithm>(&text));
        prop_assert!(keeps_what_it_accepts::<SignatureAlgorithm>(&text));
        prop_assert!(keeps_what_it_accepts::<Aead>(&text));
    }

    #[test]
    fn no_bytes_make_a_reader_panic_and_what_is_accepted_is_kept(bytes in prop::collection::vec(any::<u8>(), 0..70)) {
        for algorithm in SignatureAlgorithm::ALL {
            if let Ok(key) = PublicKey::from_bytes(algorithm, &bytes) {
                prop_assert_eq!(key.as_bytes(), &bytes);
                let _ = key.is_on_curve();
            }
            if let Ok(signature) = Signature::from_bytes(algorithm, &bytes) {
                prop_assert_eq!(signature.as_bytes().as_slice(), &bytes);
            }
        }
        if let Ok(sealed) = Sealed::from_bytes(&bytes) {
            prop_assert_eq!(sealed.to_bytes(), bytes);
        }
    }
}
