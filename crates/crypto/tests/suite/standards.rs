//! Worked examples of the standards.

use sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use yinxin_crypto::aead::{Aead, AeadKey};
use yinxin_crypto::{HashAlgorithm, PrivateKey, PublicKey, Signature, SignatureAlgorithm, hmac, verify};

use crate::{array, bytes};

#[test]
fn sm3_gives_the_examples_of_gb_t_32905() {
    let sm3 = HashAlgorithm::Sm3;
    assert_eq!(
        sm3.hash(&[b"abc"]).to_string(),
        "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    );
    assert_eq!(
        sm3.hash(&[b"abcd"; 16].map(|part| part.as_slice())).to_string(),
        "sm3:debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    );
}

#[test]
fn sha256_gives_the_examples_of_fips_180() {
    let sha256 = HashAlgorithm::Sha256;
    assert_eq!(
        sha256.hash(&[b"abc"]).to_string(),
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        sha256.hash(&[]).to_string(),
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn sm4_gives_the_example_of_gb_t_32907() {
    let block: [u8; 16] = array("0123456789abcdeffedcba9876543210");
    let cipher = sm4::Sm4::new(&block.into());
    let mut state = block.into();
    cipher.encrypt_block(&mut state);
    assert_eq!(hex::encode(state), "681edf34d206965e86b3e94f536e4246");
    cipher.decrypt_block(&mut state);
    assert_eq!(state, block);
    // The second example repeats the encryption a million times.
    for _ in 0..1_000_000 {
        cipher.encrypt_block(&mut state);
    }
    assert_eq!(hex::encode(state), "595298c7c6fd271f0402f804c33d3f66");
}

#[test]
fn sm4_gcm_gives_the_example_of_rfc_8998() {
    let key = AeadKey::new(Aead::Sm4Gcm, &bytes("0123456789abcdeffedcba9876543210")).unwrap();
    let letters = ["aa", "bb", "cc", "dd", "ee", "ff", "ee", "aa"]
        .map(|letter| letter.repeat(8))
        .concat();
    let associated = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let sealed = key
        .seal(array("00001234567800000000abcd"), &associated, &bytes(&letters))
        .unwrap();
    assert_eq!(
        hex::encode(sealed.ciphertext()),
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735\
         d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d\
         83de3541e4c2b58177e065a9bf7b62ec"
    );
    assert_eq!(
        key.open(&associated, &sealed).unwrap().as_slice(),
        bytes(&letters)
    );
}

#[test]
fn hmac_gives_the_examples_of_rfc_4231() {
    let sha256 = HashAlgorithm::Sha256;
    assert_eq!(
        hex::encode(hmac::authenticate(sha256, &[0x0b; 20], &[b"Hi ", b"There"])),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    );
    assert_eq!(
        hex::encode(hmac::authenticate(
            sha256,
            b"Jefe",
            &[b"what do ya want for nothing?"]
        )),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    );
    let long_key = [0xaa; 131];
    let message = b"Test Using Larger Than Block-Size Key - Hash Key First";
    assert_eq!(
        hex::encode(hmac::authenticate(sha256, &long_key, &[message])),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    );
}

/// RFC 8032, section 7.1: private key, public key, message, signature.
const RFC_8032: [[&str; 4]; 4] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
    [
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ],
];

#[test]
fn ed25519_gives_the_examples_of_rfc_8032() {
    for [private, public, message, signature] in RFC_8032 {
        let key = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &array(private)).unwrap();
        assert_eq!(key.public_key().to_string(), format!("ed25519:{public}"));
        let made = key.sign(&bytes(message));
        assert_eq!(made.to_string(), format!("ed25519:{signature}"));
        assert_eq!(verify(&key.public_key(), &bytes(message), &made), Ok(()));
    }
}

#[test]
fn sm2_accepts_the_example_of_gb_t_32918_5() {
    let private = array("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
    let key = PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &private).unwrap();
    let public: PublicKey = "sm2:0309f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
        .parse()
        .unwrap();
    assert_eq!(key.public_key(), public);
    let signature: Signature = "sm2:f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
        b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
        .parse()
        .unwrap();
    assert_eq!(verify(&public, b"message digest", &signature), Ok(()));
    // The example draws its nonce at random; ours comes from RFC 6979, so the signature differs and holds as well.
    let ours = key.sign(b"message digest");
    assert_ne!(ours, signature);
    assert_eq!(ours, key.sign(b"message digest"));
    assert_eq!(verify(&public, b"message digest", &ours), Ok(()));
}
