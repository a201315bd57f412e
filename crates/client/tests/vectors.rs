//! The receipt vectors: written here from keys that never change, read by this verifier and by the one in the portal.
//!
//! `YINXIN_WRITE_VECTORS=1 cargo test -p yinxin-client --test vectors` writes them anew. That is an approval of a changed format,
//! not a way to make a test pass.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;
mod vector_list;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::PathBuf;

use serde_json::json;
use vector_list::Vector;
use yinxin_client::{Reason, Verdict, verify};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/vectors/receipts")
}

fn document(vector: &Vector) -> String {
    let file = vector
        .file
        .as_ref()
        .map(|bytes| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let document = json!({
        "chain": vector.chain,
        "expected": vector.expected,
        "file_hex": file,
        "name": vector.name,
        "receipt": vector.receipt,
    });
    format!("{document:#}\n")
}

#[test]
fn the_vectors_are_those_this_program_writes() {
    let expected: BTreeMap<String, String> = vector_list::all()
        .iter()
        .map(|vector| (format!("{}.json", vector.name), document(vector)))
        .collect();
    let folder = folder();
    if std::env::var_os("YINXIN_WRITE_VECTORS").is_some() {
        fs::create_dir_all(&folder).unwrap();
        for entry in fs::read_dir(&folder).unwrap() {
            fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for (name, text) in &expected {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let found: BTreeMap<String, String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .collect();
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (name, text) in expected {
        assert!(found[&name] == text, "{name} is not what this program writes");
    }
}

#[test]
fn every_vector_gets_its_verdict() {
    for vector in vector_list::all() {
        let mut file = vector.file.as_deref();
        let given = file.as_mut().map(|bytes| bytes as &mut dyn Read);
        let (verdict, detail) = match verify(vector.receipt.as_bytes(), &vector.chain, given) {
            Verdict::Verified(_) => ("VERIFIED", String::new()),
            Verdict::Refuted(refutation) => (refutation.reason.code(), refutation.detail),
            Verdict::Unreadable(error) => panic!("{error}"),
        };
        assert_eq!(verdict, vector.expected, "{}: {detail}", vector.name);
    }
}

#[test]
fn there_is_a_vector_for_every_reason() {
    let vectors = vector_list::all();
    for reason in Reason::ALL {
        assert!(
            vectors.iter().any(|vector| vector.expected == reason.code()),
            "{reason}"
        );
    }
    assert!(
        vectors
            .iter()
            .filter(|vector| vector.expected == "VERIFIED")
            .count()
            >= 10
    );
}
