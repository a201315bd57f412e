//! Keys as JSON, their names, and signatures under them.

use serde_json::{Value, json};
use yinxin_credential::{Algorithm, Ed25519Signer, Es256Key, Jwk, Signer};
use yinxin_crypto::{PrivateKey, SignatureAlgorithm};

use crate::support::{decode, encode, holder, issuer, key, name};

#[test]
fn the_private_keys_of_the_examples_give_their_public_keys() {
    assert_eq!(
        issuer().key().to_value(),
        json!({"kty": "EC", "crv": "P-256", "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ", "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8"})
    );
    assert_eq!(
        holder().key().to_value(),
        json!({"kty": "EC", "crv": "P-256", "x": "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc", "y": "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ"})
    );
}

#[test]
fn the_thumbprint_of_an_ed25519_key_is_that_of_rfc_8037() {
    let key = Jwk::parse(&json!({
        "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    }))
    .unwrap();
    assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn the_thumbprint_of_a_p256_key_is_that_of_the_openid4vci_example() {
    // `issuer_jwks.json` of OpenID4VCI 1.0 names the key by its thumbprint.
    let key = Jwk::parse(&json!({
        "kid": "issuer", "kty": "EC", "crv": "P-256", "alg": "ES256",
        "x": "_LC1FTUl0MltKAOQzXNsofVMpWFV2obLGrNCat_CQ-g",
        "y": "kBjoyjNuMVAOq--qVUgylDoLKuMdk4imS-Kk5ahuYIU",
    }))
    .unwrap();
    assert_eq!(key.thumbprint(), "mlUpog7vEewFBem6Ul09c2dtTwc8dFzVpIDX3sqGWW0");
}

#[test]
fn the_ed25519_signature_of_rfc_8037_is_made_and_verified() {
    let secret: [u8; 32] = decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .try_into()
        .unwrap();
    let secret = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &secret).unwrap();
    let signer = Ed25519Signer::new(&secret).unwrap();
    let message = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    let signature = signer.sign(message).unwrap();
    assert_eq!(
        encode(&signature),
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    );
    assert_eq!(signer.key().verify(message, &signature), Ok(()));
    assert_eq!(
        name(signer.key().verify(b"another", &signature)),
        "CRED_SIGNATURE"
    );
}

#[test]
fn the_es256_signature_of_rfc_7515_is_verified() {
    let key = Jwk::parse(&json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }))
    .unwrap();
    let message = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature: [u8; 64] =
        decode("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
            .try_into()
            .unwrap();
    assert_eq!(key.verify(message, &signature), Ok(()));
    let mut other = signature;
    other[63] ^= 1;
    assert_eq!(name(key.verify(message, &other)), "CRED_SIGNATURE");
    assert_eq!(name(key.verify(message, &[0; 64])), "CRED_SIGNATURE");
}

#[test]
fn a_key_that_others_could_not_use_or_that_shows_too_much_is_refused() {
    let good = issuer().key().to_value();
    let with = |name: &str, value: Value| {
        let mut key = good.clone();
        key[name] = value;
        key
    };
    assert!(Jwk::parse(&with("use", json!("sig"))).is_ok());
    assert!(Jwk::parse(&with("alg", json!("ES256"))).is_ok());
    for bad in [
        json!("key"),
        json!({}),
        with("d", json!("Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g")),
        with("use", json!("enc")),
        with("alg", json!("EdDSA")),
        with("alg", json!("none")),
        with("kty", json!("RSA")),
        with("kty", json!("OKP")),
        with("crv", json!("P-384")),
        with("x", json!("AAAA")),
        with("x", json!(encode(&[1; 32]))),
        with("y", json!(encode(&[0xff; 32]))),
        json!({"kty": "oct", "k": "AAAA"}),
        // The point of small order 1, and an encoding beyond the field.
        json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&[[1].as_slice(), &[0; 31]].concat())}),
        json!({"kty": "OKP", "crv": "Ed25519", "x": encode(&[0xff; 32])}),
    ] {
        assert_eq!(name(Jwk::parse(&bad)), "CRED_KEY", "{bad}");
    }
}

#[test]
fn sm2_keys_do_not_sign_credentials() {
    let secret = PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[5; 32]).unwrap();
    assert_eq!(name(Ed25519Signer::new(&secret)), "CRED_ALGORITHM");
}

#[test]
fn private_keys_are_in_range_new_ones_differ_and_none_is_printed() {
    assert_eq!(name(Es256Key::from_bytes(&[0; 32])), "CRED_KEY");
    assert_eq!(name(Es256Key::from_bytes(&[0xff; 32])), "CRED_KEY");
    assert_ne!(
        Es256Key::random().unwrap().key(),
        Es256Key::random().unwrap().key()
    );
    let secret = key("Ur2bNKuBPOrAaxsRnbSH6hIhmNTxSGXshDSUD1a1y7g");
    assert!(!format!("{secret:?}").contains("Ur2bNKu"));
}

#[test]
fn only_two_algorithms_have_a_name_here() {
    assert_eq!(Algorithm::from_name("ES256"), Ok(Algorithm::Es256));
    assert_eq!(Algorithm::from_name("EdDSA"), Ok(Algorithm::EdDsa));
    assert_eq!(Algorithm::from_name("Ed25519"), Ok(Algorithm::EdDsa));
    for bad in [
        "none", "None", "NONE", "", "HS256", "RS256", "ES384", "ES256K", "es256", "Ed448", "SM2",
    ] {
        assert_eq!(name(Algorithm::from_name(bad)), "CRED_ALGORITHM", "{bad}");
    }
}
