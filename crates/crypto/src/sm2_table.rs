//! Multiplication of a point that is known in advance, by a table of its multiples. For public data only: which entries
//! are read depends on the number.

#![expect(
    clippy::arithmetic_side_effects,
    reason = "points and numbers of the curve are added modulo a prime: nothing overflows"
)]

use sm2::elliptic_curve::{BatchNormalize as _, PrimeField as _};
use sm2::{AffinePoint, ProjectivePoint, Scalar};

/// How many bits of the number one window covers.
#[derive(Clone, Copy)]
pub(crate) enum Width {
    /// 960 points, 69 KB: for the keys of accounts.
    Four,
    /// 8160 points, 588 KB: for the one generator of the curve.
    Eight,
}

impl Width {
    /// The multiples that one window needs: every digit but zero.
    const fn entries(self) -> usize {
        match self {
            Self::Four => 15,
            Self::Eight => 255,
        }
    }

    /// The windows of a number of 256 bits.
    const fn windows(self) -> usize {
        match self {
            Self::Four => 64,
            Self::Eight => 32,
        }
    }
}

/// For every window w and digit d from 1, the point `d * 2^(bits * w) * P`. A multiplication is then one addition for
/// each window and no doubling.
pub(crate) struct Table {
    width: Width,
    points: Vec<AffinePoint>,
}

impl Table {
    /// Computes the table of `point`.
    pub(crate) fn new(point: ProjectivePoint, width: Width) -> Self {
        let mut multiples = Vec::with_capacity(width.windows().saturating_mul(width.entries()));
        let mut base = point;
        for _ in 0..width.windows() {
            let mut multiple = base;
            for _ in 0..width.entries() {
                multiples.push(multiple);
                multiple += base;
            }
            base = multiple;
        }
        let points = ProjectivePoint::batch_normalize(multiples.as_slice());
        Self { width, points }
    }

    /// The product of the point and `number`.
    pub(crate) fn multiply(&self, number: &Scalar) -> ProjectivePoint {
        let bytes = number.to_repr();
        let mut windows = self.points.chunks_exact(self.width.entries());
        let mut product = ProjectivePoint::IDENTITY;
        let mut add = |digit: u8| {
            let window = windows.next().unwrap_or_default();
            if let Some(multiple) = usize::from(digit)
                .checked_sub(1)
                .and_then(|index| window.get(index))
            {
                product += multiple;
            }
        };
        for byte in bytes.iter().rev() {
            match self.width {
                Width::Four => {
                    add(byte & 0x0f);
                    add(byte >> 4);
                }
                Width::Eight => add(*byte),
            }
        }
        product
    }
}
