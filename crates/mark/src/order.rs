//! The order of rows as a mark: rows are sorted by a keyed function of one cell, so that any part of them is still in order.

use crate::bits::Bits;

/// The longest strictly rising subsequence.
pub(crate) fn longest_rise(ranks: &[u64]) -> usize {
    // The smallest last rank of a rise of each length.
    let mut ends: Vec<u64> = Vec::new();
    for rank in ranks {
        let place = ends.partition_point(|end| end < rank);
        match ends.get_mut(place) {
            Some(end) => *end = *rank,
            None => ends.push(*rank),
        }
    }
    ends.len()
}

/// How improbable a rise of `longest` among `rows` is where every order is as likely as another. There are C(n,k) places for a rise and each
/// is one with probability 1/k!, so the probability is at most C(n,k)/k!.
pub(crate) fn bits(rows: usize, longest: usize) -> Bits {
    let longest = longest.min(rows);
    let left = rows.saturating_sub(longest);
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let terms = (1..=longest).map(|i| {
        let twice = Bits::log_down(number(i)).times(2);
        twice - Bits::log_up(number(left.saturating_add(i)))
    });
    terms.sum::<Bits>().or_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_rise_is_found_whatever_lies_between() {
        assert_eq!(longest_rise(&[]), 0);
        assert_eq!(longest_rise(&[5, 5, 5]), 1);
        assert_eq!(longest_rise(&[3, 1, 2, 9, 4, 8, 0, 10]), 5);
        assert_eq!(longest_rise(&[9, 8, 7]), 1);
    }

    #[test]
    fn ten_rows_in_order_are_one_chance_in_3628800() {
        // log2(10!) = 21.79
        assert_eq!(bits(10, 10).floor(), 21);
        assert_eq!(bits(10, 3), Bits::NONE);
        assert_eq!(bits(0, 0), Bits::NONE);
    }
}
