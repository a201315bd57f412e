//! OpenSSL 3 verifies our SM2 signatures and we verify its; the same for encryption.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use yinxin_crypto::{PrivateKey, PublicKey, Signature, SignatureAlgorithm, sm2_encryption, verify};

use crate::{bytes, skipped};

/// A folder with a message and the two halves of a key in files that OpenSSL reads.
struct Desk {
    folder: TempDir,
}

/// The algorithm and curve of an SM2 key in DER (RFC 5480; curve 1.2.156.10197.1.301).
const CURVE: &str = "06082a811ccf5501822d";

impl Desk {
    /// Or nothing, where there is no OpenSSL 3.
    fn new(key: &PrivateKey, message: &[u8]) -> Option<Self> {
        let version = match Command::new("openssl").arg("version").output() {
            Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => panic!("{error}"),
        };
        if !version.starts_with("OpenSSL 3.") {
            skipped(&format!("needs OpenSSL 3, found {version:?}"));
            return None;
        }
        let desk = Self {
            folder: TempDir::new().unwrap(),
        };
        // ECPrivateKey of RFC 5915: version 1, the number d, the curve.
        let private = ["303102010104 20", &hex::encode(key.export_bytes()), "a00a", CURVE].concat();
        // SubjectPublicKeyInfo of RFC 5480 with the compressed point.
        let public = hex::encode(key.public_key().as_bytes());
        let public = ["303930130607 2a8648ce3d0201", CURVE, "032200", &public].concat();
        desk.write("private.der", &bytes(&private.replace(' ', "")));
        desk.write("public.der", &bytes(&public.replace(' ', "")));
        desk.write("message", message);
        Some(desk)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, contents: &[u8]) {
        std::fs::write(self.path(name), contents).unwrap();
    }

    /// Runs `openssl pkeyutl` in the folder; the output and whether it succeeded.
    fn pkeyutl(&self, arguments: &str) -> (Vec<u8>, bool) {
        let output = Command::new("openssl")
            .arg("pkeyutl")
            .args(arguments.split_whitespace())
            .current_dir::<&Path>(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        (output.stdout, output.status.success())
    }
}

const WITH_IDENTITY: &str = "-rawin -digest sm3 -pkeyopt distid:1234567812345678";

/// One DER value with a length below 256: its tag and its contents.
fn der(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u8::try_from(contents.len()).unwrap();
    let mut value = vec![tag];
    if length >= 0x80 {
        value.push(0x81);
    }
    value.push(length);
    value.extend_from_slice(contents);
    value
}

/// A DER INTEGER of a number without sign.
fn der_integer(number: &[u8]) -> Vec<u8> {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    let mut contents = number[start..].to_vec();
    if contents.first().is_none_or(|byte| *byte >= 0x80) {
        contents.insert(0, 0);
    }
    der(2, &contents)
}

/// Splits one DER value off the front: its contents, and the rest.
fn take(tag: u8, value: &[u8]) -> (&[u8], &[u8]) {
    assert_eq!(value[0], tag);
    let (length, header) = if value[1] == 0x81 {
        (value[2], 3)
    } else {
        (value[1], 2)
    };
    value[header..].split_at(usize::from(length))
}

/// Splits a DER INTEGER off the front, as 32 bytes.
fn take_integer(value: &[u8]) -> ([u8; 32], &[u8]) {
    let (contents, rest) = take(2, value);
    let start = contents.len().saturating_sub(32);
    assert!(contents[..start].iter().all(|byte| *byte == 0));
    let mut number = [0; 32];
    let digits = &contents[start..];
    number[32 - digits.len()..].copy_from_slice(digits);
    (number, rest)
}

fn signature_from_der(value: &[u8]) -> Signature {
    let (sequence, rest) = take(0x30, value);
    assert!(rest.is_empty());
    let (r, rest) = take_integer(sequence);
    let (s, rest) = take_integer(rest);
    assert!(rest.is_empty());
    Signature::from_bytes(SignatureAlgorithm::Sm2, &[r, s].concat()).unwrap()
}

fn signature_to_der(signature: &Signature) -> Vec<u8> {
    let (r, s) = signature.as_bytes().split_at(32);
    der(0x30, &[der_integer(r), der_integer(s)].concat())
}

fn keys() -> [PrivateKey; 4] {
    [1, 2, 3, 200].map(|number| PrivateKey::from_bytes(SignatureAlgorithm::Sm2, &[number; 32]).unwrap())
}

#[test]
fn openssl_verifies_our_sm2_signatures() {
    for key in keys() {
        let Some(desk) = Desk::new(&key, "存证 deposit".as_bytes()) else {
            return;
        };
        let signature = key.sign("存证 deposit".as_bytes());
        desk.write("signature", &signature_to_der(&signature));
        let command = format!(
            "-verify -pubin -inkey public.der -keyform DER -in message -sigfile signature {WITH_IDENTITY}"
        );
        assert!(desk.pkeyutl(&command).1);
        desk.write("message", "存证 deposits".as_bytes());
        assert!(!desk.pkeyutl(&command).1);
    }
}

#[test]
fn we_verify_the_sm2_signatures_of_openssl() {
    for key in keys() {
        let Some(desk) = Desk::new(&key, b"deposit") else {
            return;
        };
        for _ in 0..3 {
            let (signature, made) = desk.pkeyutl(&format!(
                "-sign -inkey private.der -keyform DER -in message {WITH_IDENTITY}"
            ));
            assert!(made);
            let signature = signature_from_der(&signature);
            assert_eq!(verify(&key.public_key(), b"deposit", &signature), Ok(()));
            assert!(verify(&key.public_key(), b"deposits", &signature).is_err());
        }
        // Without the identity OpenSSL takes the empty one: another message, for us.
        let (signature, made) =
            desk.pkeyutl("-sign -inkey private.der -keyform DER -in message -rawin -digest sm3");
        assert!(made);
        assert!(verify(&key.public_key(), b"deposit", &signature_from_der(&signature)).is_err());
    }
}

#[test]
fn openssl_finds_the_public_key_we_find() {
    for key in keys() {
        let Some(desk) = Desk::new(&key, b"") else { return };
        let output = Command::new("openssl")
            .args([
                "pkey",
                "-inform",
                "DER",
                "-in",
                "private.der",
                "-pubout",
                "-outform",
                "DER",
            ])
            .current_dir::<&Path>(desk.folder.path())
            .output()
            .unwrap();
        let point = output.stdout.last_chunk::<65>().unwrap();
        let mut compressed = vec![2 + point[64] % 2];
        compressed.extend_from_slice(&point[1..33]);
        assert_eq!(
            PublicKey::from_bytes(SignatureAlgorithm::Sm2, &compressed),
            Ok(key.public_key())
        );
    }
}

#[test]
fn openssl_decrypts_what_we_encrypt_and_we_what_it_encrypts() {
    for key in keys() {
        let Some(desk) = Desk::new(&key, b"sixteen byte key") else {
            return;
        };
        let ours = sm2_encryption::encrypt(&key.public_key(), b"sixteen byte key").unwrap();
        let parts = [
            der_integer(&ours[1..33]),
            der_integer(&ours[33..65]),
            der(4, &ours[65..97]),
            der(4, &ours[97..]),
        ];
        desk.write("ciphertext", &der(0x30, &parts.concat()));
        let (message, _) = desk.pkeyutl("-decrypt -inkey private.der -keyform DER -in ciphertext");
        assert_eq!(message, b"sixteen byte key");

        let (theirs, made) = desk.pkeyutl("-encrypt -pubin -inkey public.der -keyform DER -in message");
        assert!(made);
        let (sequence, _) = take(0x30, &theirs);
        let (x, rest) = take_integer(sequence);
        let (y, rest) = take_integer(rest);
        let (check, rest) = take(4, rest);
        let (masked, _) = take(4, rest);
        let ciphertext = [&[4], x.as_slice(), &y, check, masked].concat();
        let message = sm2_encryption::decrypt(&key, &ciphertext).unwrap();
        assert_eq!(message.as_slice(), b"sixteen byte key");
    }
}
