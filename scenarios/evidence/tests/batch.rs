//! A batch of ten thousand: one entry, each item provable with at most 14 siblings (story S2.4).

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

use serde_json::json;
use support::{World, key, open};
use yinxin_crypto::HashAlgorithm;
use yinxin_types::merkle::{Tree, leaf_hash};

#[test]
fn each_of_ten_thousand_items_is_proven_by_at_most_fourteen_siblings() {
    let algorithm = HashAlgorithm::Sha256;
    let commitments: Vec<_> = (0..10_000)
        .map(|number| open(&format!("item {number}")))
        .collect();
    let tree = Tree::of_data(
        algorithm,
        commitments.iter().map(|commitment| commitment.bytes().as_slice()),
    );
    let root = tree.root();

    let mut world = World::new();
    let receipt = world.run(
        &key(1),
        "evidence.deposit_batch",
        json!({ "items": 10_000, "kind": "open", "root": root }),
    );
    assert_eq!(receipt.code, 0);
    assert_eq!(world.records().len(), 1);

    for (index, commitment) in commitments.iter().enumerate() {
        let path = tree.path(index).unwrap();
        assert!(path.siblings.len() <= 14);
        assert!(path.proves(leaf_hash(algorithm, commitment.bytes()), &root));
        let neighbour = &commitments[(index + 1) % commitments.len()];
        assert!(!path.proves(leaf_hash(algorithm, neighbour.bytes()), &root));
    }
}
