//! Trees and proofs of RFC 9162: public vectors, and the three ways of computing them against each other.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and says so when it is skipped"
)]

use std::convert::Infallible;
use std::path::{Path as FilePath, PathBuf};

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::merkle::{
    Frontier, MAX_SIBLINGS, Path, Subtrees, Tree, consistency, consistent, inclusion, leaf_hash, node_hash,
    root_of,
};

/// The public vectors, or `None` where they are not beside the repository.
fn vectors(kind: &str) -> Option<Vec<(PathBuf, Value)>> {
    let folder = FilePath::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/vectors/merkle")
        .join(kind);
    if !folder.is_dir() {
        eprintln!("skipped: {} is absent", folder.display());
        return None;
    }
    let (mut folders, mut found) = (vec![folder], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read(&path).unwrap();
                found.push((path, serde_json::from_slice(&text).unwrap()));
            }
        }
    }
    assert!(!found.is_empty());
    Some(found)
}

/// The bytes of a base64 text with padding.
fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let value = ALPHABET.iter().position(|letter| *letter == byte).unwrap();
        bits = (bits << 6 | u32::try_from(value).unwrap()) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    out
}

fn hash_of(value: &Value) -> Option<[u8; 32]> {
    base64(value.as_str().unwrap_or_default()).try_into().ok()
}

/// A root; one that is no hash at all becomes another hash for other bytes, so that equal ones stay equal.
fn root_of_vector(value: &Value) -> Digest {
    let bytes = base64(value.as_str().unwrap_or_default());
    match <[u8; 32]>::try_from(bytes.as_slice()) {
        Ok(hash) => Digest::new(HashAlgorithm::Sha256, hash),
        Err(_) => HashAlgorithm::Sha256.hash(&[b"no hash", &bytes]),
    }
}

/// The proof of a vector; `None` where one of its parts is no hash, which our types cannot even hold.
fn proof(value: &Value) -> Option<Vec<[u8; 32]>> {
    value
        .as_array()
        .map_or(Some(Vec::new()), |parts| parts.iter().map(hash_of).collect())
}

#[test]
fn inclusion_proofs_are_judged_as_the_public_vectors_say() {
    let Some(vectors) = vectors("inclusion") else {
        return;
    };
    for (path, vector) in vectors {
        let holds = proof(&vector["proof"])
            .zip(hash_of(&vector["leafHash"]))
            .is_some_and(|(siblings, leaf)| {
                let (index, size) = (
                    vector["leafIdx"].as_u64().unwrap(),
                    vector["treeSize"].as_u64().unwrap(),
                );
                Path {
                    index,
                    size,
                    siblings,
                }
                .proves(leaf, &root_of_vector(&vector["root"]))
            });
        assert_eq!(holds, !vector["wantErr"].as_bool().unwrap(), "{}", path.display());
    }
}

#[test]
fn consistency_proofs_are_judged_as_the_public_vectors_say_size_zero_included() {
    let Some(vectors) = vectors("consistency") else {
        return;
    };
    for (path, vector) in vectors {
        let size = |name: &str| vector[name].as_u64().unwrap();
        let roots = [root_of_vector(&vector["root1"]), root_of_vector(&vector["root2"])];
        let holds = proof(&vector["proof"])
            .is_some_and(|proof| consistent((size("size1"), &roots[0]), (size("size2"), &roots[1]), &proof));
        assert_eq!(holds, !vector["wantErr"].as_bool().unwrap(), "{}", path.display());
    }
}

/// Subtrees looked up in a list of leaves.
struct Leaves(HashAlgorithm, Vec<[u8; 32]>);

impl Subtrees for Leaves {
    type Error = Infallible;

    fn subtree(&mut self, level: u32, index: u64) -> Result<[u8; 32], Infallible> {
        let width = 1_usize << level;
        let start = usize::try_from(index).unwrap() * width;
        let tree = Tree::new(self.0, self.1[start..start + width].to_vec());
        Ok(*tree.root().bytes())
    }
}

fn leaves(algorithm: HashAlgorithm, count: usize) -> Vec<[u8; 32]> {
    (0..count)
        .map(|number| leaf_hash(algorithm, &number.to_be_bytes()))
        .collect()
}

/// The root by the definition of RFC 9162, section 2.1.1.
fn defined_root(algorithm: HashAlgorithm, leaves: &[[u8; 32]]) -> [u8; 32] {
    match leaves {
        [] => *algorithm.hash(&[]).bytes(),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            node_hash(
                algorithm,
                &defined_root(algorithm, left),
                &defined_root(algorithm, right),
            )
        }
    }
}

fn frontier(algorithm: HashAlgorithm, leaves: &[[u8; 32]]) -> Frontier {
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.append(algorithm, *leaf));
    frontier
}

#[test]
fn leaves_and_nodes_cannot_be_taken_for_each_other() {
    let algorithm = HashAlgorithm::Sha256;
    // RFC 9162, section 2.1.1: the hash of the empty tree, and of the leaf with no bytes.
    assert_eq!(
        Tree::new(algorithm, Vec::new()).root().to_string(),
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(
        hex::encode(leaf_hash(algorithm, b"")),
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    );
    let [left, right] = [leaf_hash(algorithm, b"l"), leaf_hash(algorithm, b"r")];
    assert_ne!(
        node_hash(algorithm, &left, &right),
        leaf_hash(algorithm, &[left, right].concat())
    );
}

#[test]
fn every_way_gives_the_same_tree_for_every_small_size() {
    for algorithm in HashAlgorithm::ALL {
        let all = leaves(algorithm, 70);
        let mut store = Leaves(algorithm, all.clone());
        for size in 0..=all.len() {
            let tree = Tree::new(algorithm, all[..size].to_vec());
            let n = u64::try_from(size).unwrap();
            assert_eq!(*tree.root().bytes(), defined_root(algorithm, &all[..size]));
            assert_eq!(frontier(algorithm, &all[..size]).root(algorithm), tree.root());
            assert_eq!(root_of(&mut store, algorithm, n).unwrap(), tree.root());
            for (index, leaf) in all.iter().enumerate().take(size + 1) {
                let path = inclusion(&mut store, algorithm, u64::try_from(index).unwrap(), n).unwrap();
                assert_eq!(path, tree.path(index), "leaf {index} of {size}");
                if let Some(path) = path {
                    assert!(path.proves(*leaf, &tree.root()));
                }
            }
        }
    }
}

#[test]
fn every_smaller_tree_is_consistent_with_every_larger_one_and_with_no_other() {
    let algorithm = HashAlgorithm::Sm3;
    let all = leaves(algorithm, 34);
    let roots: Vec<_> = (0..=all.len())
        .map(|size| Tree::new(algorithm, all[..size].to_vec()).root())
        .collect();
    let mut store = Leaves(algorithm, all.clone());
    for (new, new_root) in (0..).zip(&roots) {
        for (old, old_root) in (0..).zip(&roots) {
            let proof = consistency(&mut store, algorithm, old, new).unwrap();
            assert_eq!(proof.is_some(), 0 < old && old <= new, "{old} in {new}");
            let Some(proof) = proof else {
                assert!(!consistent((old, old_root), (new, new_root), &[]));
                continue;
            };
            assert!(
                consistent((old, old_root), (new, new_root), &proof),
                "{old} in {new}"
            );
            let forged = algorithm.hash(&[b"forged"]);
            assert!(!consistent((old, &forged), (new, new_root), &proof));
            assert!(!consistent((old, old_root), (new, &forged), &proof));
            let longer = [proof.as_slice(), &[[0; 32]]].concat();
            assert!(!consistent((old, old_root), (new, new_root), &longer));
            if !proof.is_empty() {
                assert!(!consistent((old, old_root), (new, new_root), &proof[1..]));
            }
        }
    }
}

#[test]
fn roots_of_different_algorithms_are_not_consistent() {
    let root = HashAlgorithm::Sha256.hash(&[b"root"]);
    let same_bytes = Digest::new(HashAlgorithm::Sm3, *root.bytes());
    assert!(consistent((1, &root), (1, &root), &[]));
    assert!(!consistent((1, &root), (1, &same_bytes), &[]));
}

#[test]
fn a_path_has_exactly_the_shape_that_its_tree_demands() {
    let algorithm = HashAlgorithm::Sha256;
    let all = leaves(algorithm, 13);
    let tree = Tree::new(algorithm, all.clone());
    for (index, leaf) in all.iter().enumerate() {
        let good = tree.path(index).unwrap();
        let proves = |change: &dyn Fn(&mut Path)| {
            let mut path = good.clone();
            change(&mut path);
            path.proves(*leaf, &tree.root())
        };
        assert!(proves(&|_| {}));
        assert!(!proves(&|path| path.siblings.push([0; 32])));
        assert!(!proves(&|path| {
            path.siblings.pop();
        }));
        assert!(!proves(&|path| path.siblings[0][31] ^= 1));
        assert!(!proves(&|path| path.size = 0));
        assert!(!proves(&|path| path.index = 13));
        assert!(!proves(&|path| path.index = u64::MAX));
        for other in (0..13).filter(|other| *other != good.index) {
            assert!(!proves(&|path| path.index = other), "{index} shown as {other}");
        }
    }
    let endless = Path {
        index: 0,
        size: u64::MAX,
        siblings: vec![[0; 32]; MAX_SIBLINGS + 1],
    };
    assert_eq!(endless.root(algorithm, [0; 32]), None);
}

#[test]
fn a_path_is_read_strictly_and_with_a_bound() {
    let sibling = "ab".repeat(32);
    let read = |value: Value| serde_json::from_value::<Path>(value).is_ok();
    assert!(read(json!({ "index": 0, "size": 2, "siblings": [sibling] })));
    assert!(!read(
        json!({ "index": 0, "size": 2, "siblings": [sibling.to_uppercase()] })
    ));
    assert!(!read(json!({ "index": 0, "size": 2, "siblings": ["ab"] })));
    assert!(!read(json!({ "index": -1, "size": 2, "siblings": [] })));
    assert!(!read(
        json!({ "index": 0, "size": 2, "siblings": [], "root": sibling })
    ));
    assert!(!read(
        json!({ "index": 0, "size": 2, "siblings": vec![sibling; MAX_SIBLINGS + 2] })
    ));
}

#[test]
fn a_frontier_is_rebuilt_from_its_parts_only_if_they_fit() {
    let algorithm = HashAlgorithm::Sha256;
    for size in 0..20 {
        let frontier = frontier(algorithm, &leaves(algorithm, size));
        let peaks = frontier.peaks().to_vec();
        assert_eq!(
            Frontier::from_parts(frontier.size(), peaks.clone()),
            Some(frontier.clone())
        );
        assert_eq!(
            Frontier::from_parts(frontier.size(), [peaks.as_slice(), &[[0; 32]]].concat()),
            None
        );
    }
}

proptest! {
    #[test]
    fn appending_names_each_perfect_subtree_once_when_it_is_complete(size in 1..200_usize, sm3: bool) {
        let algorithm = if sm3 { HashAlgorithm::Sm3 } else { HashAlgorithm::Sha256 };
        let all = leaves(algorithm, size);
        let mut store = Leaves(algorithm, all.clone());
        let mut frontier = Frontier::default();
        let mut named = std::collections::BTreeSet::new();
        for (position, leaf) in all.iter().enumerate() {
            let mut completed = Vec::new();
            frontier.append_with(algorithm, *leaf, |level, index, hash| completed.push((level, index, *hash)));
            prop_assert_eq!(completed.len(), usize::try_from((position + 1).trailing_zeros()).unwrap() + 1);
            for (level, index, hash) in completed {
                prop_assert_eq!(store.subtree(level, index).unwrap(), hash);
                prop_assert!(named.insert((level, index)));
            }
        }
        prop_assert_eq!(frontier.size(), u64::try_from(size).unwrap());
    }

    #[test]
    fn large_trees_agree_too(size in 1..3000_usize, index: prop::sample::Index, old: prop::sample::Index) {
        let algorithm = HashAlgorithm::Sha256;
        let all = leaves(algorithm, size);
        let (index, old) = (index.index(size), old.index(size) + 1);
        let tree = Tree::new(algorithm, all.clone());
        let mut store = Leaves(algorithm, all.clone());
        let n = u64::try_from(size).unwrap();
        prop_assert_eq!(frontier(algorithm, &all).root(algorithm), tree.root());
        prop_assert_eq!(inclusion(&mut store, algorithm, u64::try_from(index).unwrap(), n).unwrap(), tree.path(index));
        let old_root = Tree::new(algorithm, all[..old].to_vec()).root();
        let old = u64::try_from(old).unwrap();
        let proof = consistency(&mut store, algorithm, old, n).unwrap().unwrap();
        prop_assert!(consistent((old, &old_root), (n, &tree.root()), &proof));
    }

    #[test]
    fn any_path_and_any_proof_give_an_answer(
        index: u64, size: u64, siblings in prop::collection::vec(any::<[u8; 32]>(), 0..70), old: u64, leaf: [u8; 32],
    ) {
        let root = HashAlgorithm::Sha256.hash(&[b"root"]);
        let path = Path { index, size, siblings: siblings.clone() };
        prop_assert!(!path.proves(leaf, &root));
        if old != size {
            prop_assert!(!consistent((old, &root), (size, &root), &siblings));
        }
    }
}
