//! The place of a transaction in the chain as one number, by which rows of all tables are kept in the order of the chain.

use yinxin_types::Height;

/// Bits for the place in the block: a chain's limits allow at most 65,536 transactions a block.
pub(crate) const INDEX_BITS: u32 = 16;

/// Bits for the height: 2^39 blocks are 1,700 years at ten blocks a second. Together the number has at most 55 bits.
const HEIGHT_BITS: u32 = 39;

/// Height and place in the block as one ordered number: `height * 65536 + index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position(i64);

impl Position {
    /// The first position.
    pub(crate) const FIRST: Self = Self(0);

    /// The last position there can be.
    pub(crate) const LAST: Self = Self((1 << (INDEX_BITS + HEIGHT_BITS)) - 1);

    /// The position of transaction `index` of a block, or `None` beyond the last one there can be.
    pub(crate) fn new(height: Height, index: u32) -> Option<Self> {
        let height = i64::try_from(height.0)
            .ok()
            .filter(|height| *height < 1 << HEIGHT_BITS)?;
        let index = i64::from(u16::try_from(index).ok()?);
        Some(Self(height.checked_shl(INDEX_BITS)? | index))
    }

    /// The first position of a block, or `None` beyond the last block there can be.
    pub(crate) fn first_of(height: Height) -> Option<Self> {
        Self::new(height, 0)
    }

    /// The last position of a block, or `None` beyond the last block there can be.
    pub(crate) fn last_of(height: Height) -> Option<Self> {
        Self::new(height, u32::from(u16::MAX))
    }

    /// The number, from 0.
    pub(crate) fn number(self) -> i64 {
        self.0
    }

    /// Reads a number made by [`Position::number`].
    pub(crate) fn from_number(number: i64) -> Option<Self> {
        (0..=Self::LAST.0).contains(&number).then_some(Self(number))
    }

    /// The height of the block.
    pub(crate) fn height(self) -> Height {
        Height((self.0 >> INDEX_BITS).unsigned_abs())
    }

    /// The place in the block.
    pub(crate) fn index(self) -> u32 {
        u32::try_from(self.0 & 0xffff).unwrap_or(0)
    }

    /// The position before this one.
    pub(crate) fn before(self) -> Option<Self> {
        self.0.checked_sub(1).and_then(Self::from_number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_gives_back_height_and_index() {
        for (height, index) in [(0, 0), (1, 65_535), ((1 << 39) - 1, 65_535)] {
            let position = Position::new(Height(height), index).unwrap();
            assert_eq!((position.height(), position.index()), (Height(height), index));
            assert_eq!(Position::from_number(position.number()), Some(position));
        }
    }

    #[test]
    fn what_does_not_fit_has_no_position() {
        assert_eq!(Position::new(Height(1 << 39), 0), None);
        assert_eq!(Position::new(Height(0), 65_536), None);
        assert_eq!(Position::from_number(-1), None);
        assert_eq!(Position::from_number(1 << 55), None);
    }
}
