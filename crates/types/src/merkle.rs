//! Merkle trees and proofs of RFC 9162 section 2.1, over the hash of the chain or of a depositor's choice.

use serde::{Deserialize, Serialize};
use yinxin_crypto::{Digest, HashAlgorithm};

/// The most siblings a path can have: trees of up to 2^63 leaves.
pub const MAX_SIBLINGS: usize = 63;

/// `leaf(d) = H(0x00 || d)`.
pub fn leaf_hash(algorithm: HashAlgorithm, data: &[u8]) -> [u8; 32] {
    *algorithm.hash(&[&[0], data]).bytes()
}

/// `node(l, r) = H(0x01 || l || r)`.
pub fn node_hash(algorithm: HashAlgorithm, left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    *algorithm.hash(&[&[1], left, right]).bytes()
}

/// The place of a leaf in a tree and the siblings from it to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// Position of the leaf, from 0.
    pub index: u64,
    /// Number of leaves.
    pub size: u64,
    /// Sibling hashes from the leaf upwards.
    #[serde(with = "hashes")]
    pub siblings: Vec<[u8; 32]>,
}

/// Lists of bare hashes as lower-case hexadecimal texts.
pub mod hashes {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _, ser::SerializeSeq};

    /// Writes each hash as 64 digits.
    pub fn serialize<S: Serializer>(list: &[[u8; 32]], serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(list.len()))?;
        for hash in list {
            sequence.serialize_element(&hex::encode(hash))?;
        }
        sequence.end()
    }

    /// Reads at most [`super::MAX_SIBLINGS`] + 1 texts of 64 lower-case digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<[u8; 32]>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        if texts.len() > super::MAX_SIBLINGS.saturating_add(1) {
            return Err(D::Error::custom("too many hashes"));
        }
        texts
            .iter()
            .map(|text| one(text).ok_or_else(|| D::Error::custom("not 64 lower-case hexadecimal digits")))
            .collect()
    }

    fn one(text: &str) -> Option<[u8; 32]> {
        let lower = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut hash = [0; 32];
        (lower && hex::decode_to_slice(text, &mut hash).is_ok()).then_some(hash)
    }
}

impl Path {
    /// The root this path leads to from the leaf hash, or `None` if the path has not the shape its tree demands.
    pub fn root(&self, algorithm: HashAlgorithm, leaf: [u8; 32]) -> Option<[u8; 32]> {
        if self.index >= self.size || self.siblings.len() > MAX_SIBLINGS {
            return None;
        }
        let (mut position, mut last) = (self.index, self.size.checked_sub(1)?);
        let mut hash = leaf;
        let mut siblings = self.siblings.iter();
        while last > 0 {
            if position % 2 == 1 {
                hash = node_hash(algorithm, siblings.next()?, &hash);
            } else if position < last {
                hash = node_hash(algorithm, &hash, siblings.next()?);
            }
            // Otherwise the node is the last of an odd level and moves up unchanged.
            position /= 2;
            last /= 2;
        }
        siblings.next().is_none().then_some(hash)
    }

    /// Whether the path proves that `leaf` (a leaf hash) is in the tree with `root`.
    pub fn proves(&self, leaf: [u8; 32], root: &Digest) -> bool {
        self.root(root.algorithm(), leaf) == Some(*root.bytes())
    }
}

/// Every level of a tree over leaf hashes, so that a path is a look-up. For the few thousand leaves of a block or batch.
#[derive(Clone, Debug)]
pub struct Tree {
    algorithm: HashAlgorithm,
    levels: Vec<Vec<[u8; 32]>>,
}

impl Tree {
    /// Builds the tree over leaf hashes made by [`leaf_hash`].
    pub fn new(algorithm: HashAlgorithm, leaves: Vec<[u8; 32]>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|level| level.len() > 1) {
            let above = below
                .chunks(2)
                .map(|pair| match pair {
                    [left, right] => node_hash(algorithm, left, right),
                    [single] => *single,
                    _ => [0; 32],
                })
                .collect();
            levels.push(above);
        }
        Self { algorithm, levels }
    }

    /// Builds the tree over the leaves' data.
    pub fn of_data<'a>(algorithm: HashAlgorithm, leaves: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self::new(
            algorithm,
            leaves
                .into_iter()
                .map(|data| leaf_hash(algorithm, data))
                .collect(),
        )
    }

    /// The root; of an empty tree the hash of the empty string.
    pub fn root(&self) -> Digest {
        match self.levels.last().and_then(|level| level.first()) {
            Some(hash) => Digest::new(self.algorithm, *hash),
            None => self.algorithm.hash(&[]),
        }
    }

    /// The path of the leaf at `index`, or `None` if there is no such leaf.
    pub fn path(&self, index: usize) -> Option<Path> {
        let leaves = self.levels.first()?.len();
        if index >= leaves {
            return None;
        }
        let mut position = index;
        let mut siblings = Vec::new();
        for level in &self.levels {
            if level.len() > 1
                && let Some(sibling) = level.get(position ^ 1)
            {
                siblings.push(*sibling);
            }
            position /= 2;
        }
        Some(Path {
            index: u64::try_from(index).ok()?,
            size: u64::try_from(leaves).ok()?,
            siblings,
        })
    }
}

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first. Appending needs nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<[u8; 32]>,
}

impl Frontier {
    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, largest first: one for each bit that is set in [`Frontier::size`].
    pub fn peaks(&self) -> &[[u8; 32]] {
        &self.peaks
    }

    /// Rebuilds a frontier from its parts, or `None` if the number of peaks does not fit the size.
    pub fn from_parts(size: u64, peaks: Vec<[u8; 32]>) -> Option<Self> {
        (usize::try_from(size.count_ones()).ok()? == peaks.len()).then_some(Self { size, peaks })
    }

    /// Appends a leaf hash and calls `completed(level, index, hash)` for each perfect subtree it completes, the leaf itself first.
    pub fn append_with(
        &mut self,
        algorithm: HashAlgorithm,
        leaf: [u8; 32],
        mut completed: impl FnMut(u32, u64, &[u8; 32]),
    ) {
        let mut hash = leaf;
        let mut position = self.size;
        let mut level = 0_u32;
        completed(level, position, &hash);
        while position % 2 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(algorithm, &left, &hash);
            position /= 2;
            level = level.saturating_add(1);
            completed(level, position, &hash);
        }
        self.peaks.push(hash);
        self.size = self.size.saturating_add(1);
    }

    /// Appends a leaf hash.
    pub fn append(&mut self, algorithm: HashAlgorithm, leaf: [u8; 32]) {
        self.append_with(algorithm, leaf, |_, _, _| {});
    }

    /// The root of the tree so far.
    pub fn root(&self, algorithm: HashAlgorithm) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            Some(smallest) => {
                let root = peaks.fold(*smallest, |right, left| node_hash(algorithm, left, &right));
                Digest::new(algorithm, root)
            }
            None => algorithm.hash(&[]),
        }
    }
}

/// Looks up the root of a perfect subtree: `level` counts from the leaves, `index` from the left.
pub trait Subtrees {
    /// What can go wrong when looking.
    type Error;

    /// The hash over leaves `index * 2^level` to `(index + 1) * 2^level - 1`.
    fn subtree(&mut self, level: u32, index: u64) -> Result<[u8; 32], Self::Error>;
}

/// The root of the first `size` leaves.
pub fn root_of<S: Subtrees>(store: &mut S, algorithm: HashAlgorithm, size: u64) -> Result<Digest, S::Error> {
    if size == 0 {
        return Ok(algorithm.hash(&[]));
    }
    Ok(Digest::new(algorithm, range_hash(store, algorithm, 0, size)?))
}

/// The inclusion path of leaf `index` in the tree of the first `size` leaves; `None` if there is no such leaf.
pub fn inclusion<S: Subtrees>(
    store: &mut S,
    algorithm: HashAlgorithm,
    index: u64,
    size: u64,
) -> Result<Option<Path>, S::Error> {
    if index >= size {
        return Ok(None);
    }
    let (mut start, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end.saturating_sub(start) > 1 {
        let middle = start.saturating_add(split(end.saturating_sub(start)));
        if index < middle {
            siblings.push(range_hash(store, algorithm, middle, end)?);
            end = middle;
        } else {
            siblings.push(range_hash(store, algorithm, start, middle)?);
            start = middle;
        }
    }
    siblings.reverse();
    Ok(Some(Path {
        index,
        size,
        siblings,
    }))
}

/// The consistency proof of RFC 9162 section 2.1.4 between the trees of the first `old` and the first `new` leaves; `None` unless `0 < old <= new`.
pub fn consistency<S: Subtrees>(
    store: &mut S,
    algorithm: HashAlgorithm,
    old: u64,
    new: u64,
) -> Result<Option<Vec<[u8; 32]>>, S::Error> {
    if old == 0 || old > new {
        return Ok(None);
    }
    let (mut start, mut end, mut whole) = (0_u64, new, true);
    let mut proof = Vec::new();
    while end != old {
        let middle = start.saturating_add(split(end.saturating_sub(start)));
        if old <= middle {
            proof.push(range_hash(store, algorithm, middle, end)?);
            end = middle;
        } else {
            proof.push(range_hash(store, algorithm, start, middle)?);
            start = middle;
            whole = false;
        }
    }
    if !whole {
        proof.push(range_hash(store, algorithm, start, end)?);
    }
    proof.reverse();
    Ok(Some(proof))
}

/// Checks a consistency proof (RFC 9162 section 2.1.4.2). Equal sizes need equal roots and no proof; size 0 is consistent with
/// nothing: the empty tree proves nothing about later ones.
pub fn consistent(old: (u64, &Digest), new: (u64, &Digest), proof: &[[u8; 32]]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    let algorithm = new_root.algorithm();
    if old_size == 0 || old_size > new_size || old_root.algorithm() != algorithm {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    let mut rest = proof.iter();
    let first = if old_size.is_power_of_two() {
        Some(old_root.bytes())
    } else {
        rest.next()
    };
    let Some(first) = first else { return false };
    let (mut position, mut last) = (old_size.saturating_sub(1), new_size.saturating_sub(1));
    while position % 2 == 1 {
        position /= 2;
        last /= 2;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if position % 2 == 1 || position == last {
            old_hash = node_hash(algorithm, sibling, &old_hash);
            new_hash = node_hash(algorithm, sibling, &new_hash);
            while position % 2 == 0 && position != 0 {
                position /= 2;
                last /= 2;
            }
        } else {
            new_hash = node_hash(algorithm, &new_hash, sibling);
        }
        position /= 2;
        last /= 2;
    }
    last == 0 && old_hash == *old_root.bytes() && new_hash == *new_root.bytes()
}

/// The largest power of two smaller than `n`, for `n >= 2`.
fn split(n: u64) -> u64 {
    let below = n.saturating_sub(1);
    1_u64.checked_shl(below.checked_ilog2().unwrap_or(0)).unwrap_or(1)
}

/// The hash of leaves `start` to `end - 1`, where `start` is a multiple of the size of every perfect subtree of the range.
fn range_hash<S: Subtrees>(
    store: &mut S,
    algorithm: HashAlgorithm,
    start: u64,
    end: u64,
) -> Result<[u8; 32], S::Error> {
    let n = end.saturating_sub(start);
    if n.is_power_of_two() {
        let level = n.trailing_zeros();
        return store.subtree(level, start.checked_shr(level).unwrap_or(0));
    }
    let middle = start.saturating_add(split(n));
    let left = range_hash(store, algorithm, start, middle)?;
    let right = range_hash(store, algorithm, middle, end)?;
    Ok(node_hash(algorithm, &left, &right))
}
