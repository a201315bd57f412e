//! How often a found part of a copy names its delivery among 10,000, whom it names wrongly, and how long that takes. Run with `--release`.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement stops at the first surprise, and prints"
)]

#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Instant;

use support::{Draw, invented, marked};
use yinxin_mark::{Found, Mark, Table, named};

const DELIVERIES: usize = 10_000;
const ROWS: usize = 1000;
const TRIALS: usize = 200;
const WRONG_TRIALS: usize = 3;

/// What is left of the copies of two deliveries.
type Attack = fn(&Table, &Table, &Table, &mut Draw) -> Table;

fn real(original: &Table, copy: &Table) -> Table {
    let mut known: Vec<&Vec<String>> = original.rows.iter().collect();
    known.sort();
    let rows = copy.rows.iter().filter(|row| known.binary_search(row).is_ok());
    Table {
        header: copy.header.clone(),
        rows: rows.cloned().collect(),
    }
}

fn shuffled(mut table: Table, draw: &mut Draw) -> Table {
    draw.shuffle(&mut table.rows);
    table
}

/// So many rows, in their order.
fn sample(table: &Table, size: usize, draw: &mut Draw) -> Table {
    let mut places: Vec<usize> = (0..table.rows.len()).collect();
    draw.shuffle(&mut places);
    places.truncate(size);
    places.sort_unstable();
    Table {
        header: table.header.clone(),
        rows: places.iter().map(|place| table.rows[*place].clone()).collect(),
    }
}

fn main() {
    let attacks: [(&str, Attack); 7] = [
        ("order and canary rows", |_, copy, _, _| copy.clone()),
        ("order alone (canary rows taken out)", |original, copy, _, _| {
            real(original, copy)
        }),
        ("canary rows alone (shuffled)", |_, copy, _, draw| {
            shuffled(copy.clone(), draw)
        }),
        ("neither", |original, copy, _, draw| {
            shuffled(real(original, copy), draw)
        }),
        ("two copies shuffled together", |_, copy, other, draw| {
            let rows = [copy.rows.clone(), other.rows.clone()].concat();
            shuffled(
                Table {
                    header: copy.header.clone(),
                    rows,
                },
                draw,
            )
        }),
        (
            "what two copies have in common, in one's order",
            |original, copy, _, _| real(original, copy),
        ),
        (
            "what two copies have in common, shuffled",
            |original, copy, _, draw| shuffled(real(original, copy), draw),
        ),
    ];
    let mut draw = Draw::new(2026);
    let original = invented(&mut draw, ROWS);
    let start = Instant::now();
    let marks: Vec<Mark> = (0..DELIVERIES).map(|_| marked(&original, &mut draw)).collect();
    println!(
        "{DELIVERIES} marks of {ROWS} rows planned in {:?}",
        start.elapsed()
    );
    let start = Instant::now();
    let copies: Vec<Table> = marks[..20].iter().map(|mark| mark.apply(&original)).collect();
    println!("20 copies made in {:?}", start.elapsed());
    let paid = u64::try_from(DELIVERIES).unwrap();
    println!(
        "what is left | rows found | named in {TRIALS} | wrongly named among {DELIVERIES} in {WRONG_TRIALS} | one question"
    );
    for (what, attack) in attacks {
        for size in [1000, 100, 30, 10] {
            let mut right = 0;
            let mut wrong = 0;
            let mut took = std::time::Duration::ZERO;
            for trial in 0..TRIALS {
                let guilty = trial % 19;
                let left = attack(&original, &copies[guilty], &copies[19], &mut draw);
                let found = Found::read(&sample(&left, size, &mut draw).write()).unwrap();
                right += usize::from(named(&found.evidence(&marks[guilty]), paid).is_some());
                if trial < WRONG_TRIALS {
                    let start = Instant::now();
                    let accused = (0..DELIVERIES)
                        .filter(|place| named(&found.evidence(&marks[*place]), paid).is_some());
                    let two = what.starts_with("two");
                    wrong += accused
                        .filter(|place| *place != guilty && !(two && *place == 19))
                        .count();
                    took += start.elapsed();
                }
            }
            println!(
                "{what} | {size} | {right} | {wrong} | {:?}",
                took / u32::try_from(WRONG_TRIALS).unwrap()
            );
        }
    }
}
