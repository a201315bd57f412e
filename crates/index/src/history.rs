//! The tree over the hashes of all blocks (历史树): the roots of its perfect subtrees, from which every path and every
//! consistency proof is put together with a handful of look-ups.

use yinxin_crypto::Digest;
use yinxin_types::Height;
use yinxin_types::merkle::{self, Frontier, Path, Subtrees};

use crate::backend::{Cell, Row};
use crate::error::IndexError;
use crate::schema::HISTORY;
use crate::session::Session;

/// Levels have six bits in a row's number.
pub(crate) const LEVEL_BITS: u32 = 6;

/// The number of a subtree's row: 64 times the last leaf under it, plus its level. Subtrees come in this order as the tree
/// grows, and all that a block completes stand together.
fn row_number(level: u32, index: u64) -> Option<i64> {
    let leaves = 1_u64.checked_shl(level)?;
    let last = index.checked_add(1)?.checked_mul(leaves)?.checked_sub(1)?;
    i64::try_from(last.checked_mul(1 << LEVEL_BITS)?.checked_add(u64::from(level))?).ok()
}

impl Subtrees for Session<'_> {
    type Error = IndexError;

    fn subtree(&mut self, level: u32, index: u64) -> Result<[u8; 32], IndexError> {
        let number = row_number(level, index)
            .ok_or_else(|| IndexError::damaged("a history larger than there can be"))?;
        let mut row = self.promised_row(&HISTORY, number)?;
        row.bytes()?.try_into().map_err(|_| row.damaged("not 32 bytes"))
    }
}

/// The right edge of the tree over the first `size` blocks.
pub(crate) fn frontier(session: &mut Session<'_>, size: u64) -> Result<Frontier, IndexError> {
    let mut peaks = Vec::new();
    for level in (0..u64::BITS).rev() {
        let count = size.checked_shr(level).unwrap_or(0);
        if count % 2 == 1 {
            peaks.push(session.subtree(level, count.saturating_sub(1))?);
        }
    }
    Frontier::from_parts(size, peaks).ok_or_else(|| IndexError::damaged("the history has no right edge"))
}

/// Appends a block's hash to the right edge; gives the rows of the subtrees it completes.
pub(crate) fn append(frontier: &mut Frontier, hash: &Digest) -> Vec<Row> {
    let algorithm = hash.algorithm();
    let mut rows = Vec::new();
    frontier.append_with(
        algorithm,
        merkle::leaf_hash(algorithm, hash.bytes()),
        |level, index, subtree| {
            if let Some(number) = row_number(level, index) {
                rows.push(vec![Cell::Int(number), Cell::Bytes(subtree.to_vec())]);
            }
        },
    );
    rows
}

/// The rows a block's hash completes when it is appended to what the session holds for earlier blocks.
pub(crate) fn rows(session: &mut Session<'_>, height: Height, hash: &Digest) -> Result<Vec<Row>, IndexError> {
    Ok(append(&mut frontier(session, height.0)?, hash))
}

/// The number of leaves of the largest tree the session can see.
fn leaves(session: &Session<'_>) -> Result<u64, IndexError> {
    Ok(session.height()?.0.saturating_add(1))
}

/// The path of block `index` in the tree over the first `size` blocks; `None` beyond what is there.
pub(crate) fn path(session: &mut Session<'_>, index: u64, size: u64) -> Result<Option<Path>, IndexError> {
    if size > leaves(session)? {
        return Ok(None);
    }
    let algorithm = session.algorithm();
    merkle::inclusion(session, algorithm, index, size)
}

/// The consistency proof between the trees over the first `old` and `new` blocks; `None` beyond what is there.
pub(crate) fn consistency(
    session: &mut Session<'_>,
    old: u64,
    new: u64,
) -> Result<Option<Vec<[u8; 32]>>, IndexError> {
    if new > leaves(session)? {
        return Ok(None);
    }
    let algorithm = session.algorithm();
    merkle::consistency(session, algorithm, old, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtrees_are_numbered_in_the_order_in_which_they_are_completed() {
        let mut frontier = Frontier::default();
        let mut numbers = Vec::new();
        for height in 0..9_u64 {
            let numbers_of_block = HISTORY.keys(Height(height), Height(height)).unwrap();
            for row in append(
                &mut frontier,
                &yinxin_crypto::HashAlgorithm::Sha256.hash(&[&height.to_be_bytes()]),
            ) {
                let Cell::Int(number) = row[0] else {
                    panic!("no number")
                };
                assert!(numbers_of_block.contains(&number));
                numbers.push(number);
            }
        }
        assert_eq!(numbers.len(), 9 + 4 + 2 + 1);
        assert!(numbers.is_sorted());
    }
}
