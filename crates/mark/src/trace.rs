//! Finding a mark in a file that was found, and what the finding is worth.
//!
//! Both tests hold for any found file, because the secret of an innocent delivery is independent of it:
//!
//! - **Order.** Under an independent secret every order of the ranks is as likely as another, so a rise of k among n rows has a probability
//!   of at most C(n,k)/k! ([`crate::order`]). It is tried on each column that may be the key, in both directions; each try costs its logarithm.
//! - **Canary rows.** A cell that is drawn from S equally likely ones is among h given ones with a probability of at most h/S. For each canary
//!   row a wager is made that pays S/h where it is found: its expectation is at most 1, the rows are drawn independently, so the product of
//!   the wagers has an expectation of at most 1 and exceeds t with a probability of at most 1/t (Markov). One wager is on single cells anywhere
//!   in the file, another on cells of one row together; taking the better of two costs one bit.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::bits::Bits;
use crate::canary::is_nobody;
use crate::column::Column;
use crate::mark::{Mark, tells};
use crate::order;
use crate::table::{TableError, plain, records};

/// From so many bits on a delivery is named: less than one in a million for the whole question, whoever is innocent.
pub const NAMING_BITS: i64 = 20;
/// Rows whose order is looked at: of more, evenly drawn ones.
const ORDERED: usize = 512;
/// Columns that may be the key where none bears its name.
const KEYS: usize = 8;

/// A found file, prepared for being asked about many deliveries.
#[derive(Debug)]
pub struct Found {
    /// Rows, the names of columns among them where there are any.
    rows: Vec<Vec<String>>,
    /// Every plain cell with the rows in which it stands.
    cells: BTreeMap<String, Vec<u32>>,
    /// Plain names of columns, if the first row are names.
    names: Vec<String>,
    /// Most cells of one row.
    width: u64,
    /// How many different cells might be invented ones of a kind, by what they begin with.
    could: Could,
}

/// Counts of different cells, so that they need not be gone through for every delivery.
#[derive(Debug, Default)]
struct Could {
    all: u64,
    citizens: BTreeMap<String, u64>,
    mobiles: u64,
}

/// What speaks for one delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// By chance an innocent delivery shows as much with a probability of at most 2^-bits.
    pub bits: Bits,
    /// What the canary rows alone are worth.
    pub canary_bits: Bits,
    /// Canary rows of the delivery.
    pub canaries: u32,
    /// Those that were found: an identifier of theirs, or several other cells together in one row.
    pub canaries_found: u32,
    /// What the order alone is worth.
    pub order_bits: Bits,
    /// Rows whose order was looked at.
    pub rows_compared: u32,
    /// Those that stand in the order of the delivery.
    pub rows_in_order: u32,
}

/// Whether evidence names a delivery, after that of so many was looked at.
pub fn named(evidence: &Evidence, deliveries: u64) -> Option<Bits> {
    let bits = evidence.bits - Bits::log_up(deliveries.max(1));
    (bits.floor() >= NAMING_BITS).then_some(bits)
}

impl Found {
    /// Reads a found file, whatever became of its form.
    ///
    /// # Errors
    /// [`TableError`]: too large, or empty.
    pub fn read(bytes: &[u8]) -> Result<Self, TableError> {
        let rows: Vec<Vec<String>> = records(bytes, false)?
            .iter()
            .map(|row| row.iter().map(|cell| plain(cell)).collect())
            .collect();
        let mut cells: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (row, place) in rows.iter().zip(0_u32..) {
            for cell in row.iter().filter(|cell| !cell.is_empty()) {
                let places = cells.entry(cell.clone()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let mut could = Could::default();
        for cell in cells.keys() {
            could.all = could.all.saturating_add(1);
            could.mobiles = could
                .mobiles
                .saturating_add(u64::from((Column::Mobile {}).might(cell)));
            if is_nobody(cell) {
                let count = could
                    .citizens
                    .entry(cell.get(..6).unwrap_or_default().to_owned())
                    .or_default();
                *count = count.saturating_add(1);
            }
        }
        Ok(Self {
            could,
            names: rows.first().cloned().unwrap_or_default(),
            width: u64::try_from(width).unwrap_or(u64::MAX),
            cells,
            rows,
        })
    }

    /// How many rows there are, a row of names counted.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: what is empty is not read.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What speaks for the delivery with this mark.
    pub fn evidence(&self, mark: &Mark) -> Evidence {
        let (order_bits, compared, in_order) = self.order(mark);
        let (canary_bits, found) = self.canaries(mark);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Evidence {
            // The better of two tests.
            bits: (order_bits.max(canary_bits) - Bits::whole(1)).or_none(),
            canary_bits,
            canaries: mark.canaries(),
            canaries_found: found,
            order_bits,
            rows_compared: count(compared),
            rows_in_order: count(in_order),
        }
    }

    fn order(&self, mark: &Mark) -> (Bits, usize, usize) {
        let ranks = mark.ranks();
        let keys = self.keys(mark);
        let tries = u64::try_from(keys.len()).unwrap_or(u64::MAX).saturating_mul(2);
        let mut best = (Bits::NONE, 0, 0);
        for cells in &keys {
            let mut found: Vec<u64> = cells.iter().map(|cell| ranks.of(cell)).collect();
            for _ in 0..2 {
                let longest = order::longest_rise(&found);
                let bits = (order::bits(found.len(), longest) - Bits::log_up(tries)).or_none();
                if bits > best.0 || best.1 == 0 {
                    best = (bits, found.len(), longest);
                }
                found.reverse();
            }
        }
        best
    }

    /// The different cells, in their order, of every column that may be the key.
    fn keys(&self, mark: &Mark) -> Vec<Vec<&str>> {
        let key = plain(mark.key());
        let named: Vec<usize> = (0..)
            .zip(&self.names)
            .filter(|(_, name)| **name == key)
            .map(|(place, _)| place)
            .collect();
        let width = usize::try_from(self.width).unwrap_or(0);
        let of = |place: usize| {
            let mut seen = BTreeSet::new();
            let skip = usize::from(named.contains(&place));
            let cells = self.rows.iter().skip(skip).filter_map(|row| row.get(place));
            let distinct: Vec<&str> = cells
                .map(String::as_str)
                .filter(|cell| !cell.is_empty() && seen.insert(*cell))
                .collect();
            distinct
        };
        if !named.is_empty() {
            return named
                .iter()
                .take(KEYS)
                .map(|place| thinned(&of(*place)))
                .collect();
        }
        let mut columns: Vec<Vec<&str>> = (0..width).map(of).filter(|cells| cells.len() >= 2).collect();
        columns.sort_by_key(|cells| std::cmp::Reverse(cells.len()));
        columns.truncate(KEYS);
        columns.iter().map(|cells| thinned(cells)).collect()
    }

    /// How many different cells of the file might be ones that a column invents.
    fn could(&self, form: &Column) -> u64 {
        match form {
            Column::CitizenNumber { divisions } => {
                let of = |division: &String| self.could.citizens.get(division).copied();
                divisions.iter().filter_map(of).fold(0, u64::saturating_add)
            }
            Column::Mobile {} => self.could.mobiles,
            Column::Reserved { .. } => {
                let count = self.cells.keys().filter(|cell| form.might(cell)).count();
                u64::try_from(count).unwrap_or(u64::MAX)
            }
            _ => self.could.all,
        }
    }

    fn canaries(&self, mark: &Mark) -> (Bits, u32) {
        let telling: Vec<usize> = (0..)
            .zip(mark.columns())
            .filter(|(_, column)| tells(&column.form))
            .map(|(place, _)| place)
            .collect();
        let columns = u64::try_from(telling.len()).unwrap_or(u64::MAX);
        let rows = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        // What a wager on one row costs: there are so many of them; and one on so many canary rows.
        let each = Bits::log_up(u64::from(mark.canaries()));
        // What a single cell pays, and a cell within a row.
        let pays: BTreeMap<usize, (Bits, Bits)> = telling
            .iter()
            .filter_map(|place| {
                let form = &mark.columns().get(*place)?.form;
                let space = Bits::log_down(form.space());
                let anywhere = space - Bits::log_up(self.could(form).max(1));
                let in_row = (space - Bits::log_up(self.width)).or_none();
                Some((*place, (anywhere.or_none(), in_row)))
            })
            .collect();
        let mut by_column: BTreeMap<usize, Bits> = BTreeMap::new();
        let mut by_row = Bits::NONE;
        let mut found = 0_u32;
        for number in 0..mark.canaries() {
            let canary = mark.canary(number);
            let mut rows_hit: BTreeMap<u32, (Bits, u32)> = BTreeMap::new();
            let mut seen = false;
            for (place, (anywhere, in_row)) in &pays {
                let Some(cell) = canary.get(*place) else { continue };
                let Some(places) = self.cells.get(&plain(cell)) else {
                    continue;
                };
                let gain = (*anywhere - each).or_none();
                // A name or an amount alone may be somebody's too: it counts, but it is no row that was found.
                let identifier = mark.columns().get(*place).is_some_and(|column| {
                    matches!(
                        column.form,
                        Column::CitizenNumber { .. } | Column::Mobile {} | Column::Reserved { .. }
                    )
                });
                seen |= identifier;
                let sum = by_column.entry(*place).or_default();
                *sum = *sum + gain;
                for row in places {
                    let (sum, cells) = rows_hit.entry(*row).or_default();
                    *sum = *sum + *in_row;
                    *cells = cells.saturating_add(1);
                }
            }
            let (best, cells) = rows_hit.values().copied().max().unwrap_or_default();
            let price = Bits::log_up(rows) + Bits::whole(i64::try_from(columns).unwrap_or(i64::MAX)) + each;
            let gain = (best - price).or_none();
            // An amount of many digits pays its price alone and is found by chance all the same, once in some thousand files.
            seen |= cells >= 2 && gain > Bits::NONE;
            by_row = by_row + gain;
            found = found.saturating_add(u32::from(seen));
        }
        // A wager that puts 1/K of everything on each of K rows keeps at least a quarter where none is found: two bits.
        let stake = Bits::whole(2);
        let by_column = by_column.values().copied().max().unwrap_or_default() - Bits::log_up(columns);
        let bits = by_column.max(by_row) - stake - Bits::whole(1);
        (bits.or_none(), found)
    }
}

/// Evenly drawn ones of many, in their order.
fn thinned<'a>(cells: &[&'a str]) -> Vec<&'a str> {
    let step = cells.len().div_ceil(ORDERED).max(1);
    cells.iter().step_by(step).copied().collect()
}
