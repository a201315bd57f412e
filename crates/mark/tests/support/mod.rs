//! Invented lists of people with accounts.

use std::collections::BTreeMap;

use yinxin_mark::{Mark, Table, usual_canaries};
use yinxin_types::identifiers::CitizenNumber;

/// Numbers that are the same in every run.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (SplitMix64).
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            let other = usize::try_from(self.below(u64::try_from(place + 1).unwrap())).unwrap();
            items.swap(place, other);
        }
    }
}

/// A citizen number in a division that does not exist.
fn number(draw: &mut Draw) -> String {
    let (year, month, day) = (1950 + draw.below(55), 1 + draw.below(12), 1 + draw.below(28));
    let division = ["990101", "990201"][usize::try_from(draw.below(2)).unwrap()];
    let numbered = format!("{division}{year}{month:02}{day:02}{:03}", draw.below(1000));
    let check = "0123456789X"
        .chars()
        .find(|check| CitizenNumber::parse(&format!("{numbered}{check}")).is_ok());
    format!("{numbered}{}", check.unwrap())
}

/// So many rows: number, name, telephone, amount.
pub fn invented(draw: &mut Draw, rows: usize) -> Table {
    let given: Vec<char> = "示例测试样本甲乙丙丁戊己".chars().collect();
    let mut one = || given[usize::try_from(draw.below(12)).unwrap()];
    let names: Vec<String> = (0..rows).map(|_| format!("王{}{}", one(), one())).collect();
    let rows = names.into_iter().map(|name| {
        let mobile = format!("13{:09}", draw.below(1_000_000_000));
        let amount = format!("{}.{:02}", 1 + draw.below(90_000), draw.below(100));
        vec![number(draw), name, mobile, amount]
    });
    Table {
        rows: rows.collect(),
        header: ["certinum", "accname", "mobile", "bal"]
            .map(str::to_owned)
            .to_vec(),
    }
}

/// A mark of its own.
pub fn marked(table: &Table, draw: &mut Draw) -> Mark {
    let mut secret = [0; 32];
    for eight in secret.chunks_mut(8) {
        eight.copy_from_slice(&draw.next().to_be_bytes());
    }
    Mark::plan(
        table,
        "certinum",
        &BTreeMap::new(),
        usual_canaries(table.rows.len()),
        &secret,
    )
    .unwrap()
}
