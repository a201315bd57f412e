//! What survives of a mark, whom it names, and whom it must never name.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use support::{Draw, invented, marked};
use yinxin_mark::{Found, Mark, MarkError, Table, named, usual_canaries};

const DELIVERIES: usize = 60;
const GUILTY: usize = 17;
/// As many deliveries as the bound pays for.
const OF: u64 = 10_000;

/// Deliveries of one table, and the copy of the guilty one.
fn deliveries(rows: usize) -> (Table, Vec<Mark>, Table) {
    let mut draw = Draw::new(7);
    let table = invented(&mut draw, rows);
    let marks: Vec<Mark> = (0..DELIVERIES).map(|_| marked(&table, &mut draw)).collect();
    let copy = marks[GUILTY].apply(&table);
    (table, marks, copy)
}

/// The deliveries that a file names.
fn accused(marks: &[Mark], file: &[u8]) -> Vec<usize> {
    let found = Found::read(file).unwrap();
    (0..marks.len())
        .filter(|place| named(&found.evidence(&marks[*place]), OF).is_some())
        .collect()
}

#[test]
fn every_copy_holds_all_rows_and_the_invented_ones_and_two_copies_differ() {
    let (table, marks, copy) = deliveries(300);
    let canaries = usize::try_from(usual_canaries(300)).unwrap();
    assert_eq!(copy.rows.len(), 300 + canaries);
    assert!(table.rows.iter().all(|row| copy.rows.contains(row)));
    let invented: Vec<_> = copy.rows.iter().filter(|row| !table.rows.contains(row)).collect();
    assert_eq!(invented.len(), canaries);
    assert!(
        invented
            .iter()
            .all(|row| yinxin_types::identifiers::CitizenNumber::parse(&row[0]).is_err())
    );
    assert_ne!(marks[0].apply(&table), copy);
    assert_eq!(
        marks[GUILTY].apply(&table),
        copy,
        "the same mark gives the same copy"
    );
}

#[test]
fn the_unmarked_original_names_nobody() {
    let (table, marks, _) = deliveries(1000);
    assert!(accused(&marks, &table.write()).is_empty());
    let another = invented(&mut Draw::new(99), 1000);
    assert!(accused(&marks, &another.write()).is_empty());
}

#[test]
fn a_copy_names_its_delivery_whatever_became_of_its_form() {
    let (_, marks, copy) = deliveries(1000);
    let sorted = {
        let mut rows = copy.rows.clone();
        rows.sort();
        Table { rows, ..copy.clone() }
    };
    let keep = |columns: &[usize]| {
        let pick = |row: &Vec<String>| columns.iter().map(|place| row[*place].clone()).collect();
        Table {
            header: pick(&copy.header),
            rows: copy.rows.iter().map(pick).collect(),
        }
    };
    let part = |of: std::ops::Range<usize>| Table {
        rows: copy.rows[of].to_vec(),
        ..copy.clone()
    };
    let text = String::from_utf8(copy.write()).unwrap();
    let headless: String = text.lines().skip(1).map(|line| format!("{line}\r\n")).collect();
    let quoted: String = text
        .lines()
        .map(|line| format!("\"{}\"\n", line.replace(',', "\" ;\" ")))
        .collect();
    let (gb, _, _) = encoding_rs::GB18030.encode(&text);
    let wide: String = text
        .chars()
        .map(|one| {
            if one.is_ascii_digit() {
                char::from_u32(u32::from(one) + 0xfee0).unwrap()
            } else {
                one
            }
        })
        .collect();
    let reversed = Table {
        rows: copy.rows.iter().rev().cloned().collect(),
        ..copy.clone()
    };
    for (what, file) in [
        ("as it is", copy.write()),
        ("sorted", sorted.write()),
        ("reversed", reversed.write()),
        ("without the names of columns", headless.into_bytes()),
        ("quoted, with another separator and spaces", quoted.into_bytes()),
        ("in GB18030", gb.into_owned()),
        ("in full-width digits", wide.into_bytes()),
        ("100 rows of it", part(400..500).write()),
        ("the number alone", keep(&[0]).write()),
        ("without the number", keep(&[3, 2, 1]).write()),
        ("names and amounts", keep(&[1, 3]).write()),
    ] {
        assert_eq!(accused(&marks, &file), [GUILTY], "{what}");
    }
}

#[test]
fn without_canary_rows_the_order_names_and_without_order_the_canary_rows_do() {
    let (table, marks, copy) = deliveries(1000);
    let real: Vec<_> = copy
        .rows
        .iter()
        .filter(|row| table.rows.contains(row))
        .cloned()
        .collect();
    let stripped = Table {
        rows: real.clone(),
        ..copy.clone()
    };
    assert_eq!(accused(&marks, &stripped.write()), [GUILTY]);
    let few = Table {
        rows: real[100..130].to_vec(),
        ..copy.clone()
    };
    assert_eq!(accused(&marks, &few.write()), [GUILTY]);
    // Ten rows in order are one chance in 3.6 million, and ten thousand were asked: that names nobody.
    let ten = Table {
        rows: real[100..110].to_vec(),
        ..copy.clone()
    };
    assert!(accused(&marks, &ten.write()).is_empty());
    let mut shuffled = copy.clone();
    Draw::new(3).shuffle(&mut shuffled.rows);
    assert_eq!(accused(&marks, &shuffled.write()), [GUILTY]);
    // Both at once leave nothing, and that is said of it.
    let mut clean = stripped;
    clean.rows.sort();
    assert!(accused(&marks, &clean.write()).is_empty());
}

#[test]
fn two_who_join_their_copies_are_both_named_and_what_both_have_kept_names_whose_order_it_has() {
    let (table, marks, copy) = deliveries(1000);
    let other = marks[5].apply(&table);
    let after = Table {
        rows: [copy.rows.clone(), other.rows.clone()].concat(),
        ..copy.clone()
    };
    assert_eq!(accused(&marks, &after.write()), [5, GUILTY]);
    let mut union = after.clone();
    union.rows.sort();
    union.rows.dedup();
    assert_eq!(accused(&marks, &union.write()), [5, GUILTY]);
    let both: Vec<_> = copy
        .rows
        .iter()
        .filter(|row| other.rows.contains(row))
        .cloned()
        .collect();
    let common = Table {
        rows: both,
        ..copy.clone()
    };
    assert_eq!(accused(&marks, &common.write()), [GUILTY]);
}

#[test]
fn rows_that_cannot_be_marked_are_refused_by_name() {
    let mut draw = Draw::new(1);
    let table = invented(&mut draw, 50);
    let none = BTreeMap::new();
    let plan =
        |table: &Table, key: &str, canaries| Mark::plan(table, key, &none, canaries, &[7; 32]).map(drop);
    assert_eq!(plan(&table, "certinum", 8), Ok(()));
    assert_eq!(
        plan(&table, "absent", 8),
        Err(MarkError::NoColumn("absent".to_owned()))
    );
    assert_eq!(plan(&table, "certinum", 3), Err(MarkError::Canaries));
    assert_eq!(plan(&table, "certinum", 501), Err(MarkError::Canaries));
    let mut account = table.clone();
    account.header.push("account".to_owned());
    for (row, number) in account.rows.iter_mut().zip(6_222_020_200_112_233_u64..) {
        row.push(number.to_string());
    }
    assert_eq!(
        plan(&account, "certinum", 8),
        Err(MarkError::Undeclared("account".to_owned()))
    );
    let declared = BTreeMap::from([("account".to_owned(), "reserved:99:10".to_owned())]);
    assert!(Mark::plan(&account, "certinum", &declared, 8, &[7; 32]).is_ok());
    let copy = Mark::plan(&table, "certinum", &none, 8, &[7; 32])
        .unwrap()
        .apply(&table);
    assert!(
        plan(&copy, "certinum", 8).is_err(),
        "what is marked is not marked again as if it were the original"
    );
    let same = Table {
        header: vec!["a".to_owned()],
        rows: vec![vec!["1".to_owned()]; 50],
    };
    assert_eq!(plan(&same, "a", 8), Err(MarkError::Repeated("a".to_owned())));
}

/// A table, two deliveries of it, and any hundred rows of the copy of the first.
fn hundred_rows(seed: u64) -> (Table, [Mark; 2], Table) {
    let mut draw = Draw::new(seed);
    let table = invented(&mut draw, 500);
    let marks = [marked(&table, &mut draw), marked(&table, &mut draw)];
    let mut copy = marks[0].apply(&table);
    draw.shuffle(&mut copy.rows);
    copy.rows.truncate(100);
    (table, marks, copy)
}

/// An amount of a canary row that somebody real has too is worth something, and is no canary row that was found. The seeds are ones in
/// which it happens.
#[test]
fn an_amount_that_somebody_has_too_is_no_canary_row() {
    for seed in [12_694_304_425_807_009_441, 18_089_592_028_431_148_399] {
        let (table, [mark, _], copy) = hundred_rows(seed);
        let (real, canaries): (Vec<_>, Vec<_>) = copy.rows.iter().partition(|row| table.rows.contains(row));
        let amount_of_both = (0..mark.canaries())
            .map(|number| mark.canary(number))
            .any(|canary| real.iter().any(|row| row[3] == canary[3]));
        assert!(
            amount_of_both,
            "{seed}: the invented rows have changed, find other seeds"
        );
        let found = Found::read(&copy.write()).unwrap().evidence(&mark).canaries_found;
        assert_eq!(usize::try_from(found).unwrap(), canaries.len());
    }
}

#[test]
fn innocent_deliveries_reach_so_many_bits_no_more_often_than_the_bound_allows() {
    let mut draw = Draw::new(21);
    let table = invented(&mut draw, 200);
    let copy = marked(&table, &mut draw).apply(&table);
    let found = Found::read(&copy.write()).unwrap();
    let innocents = 400;
    let mut reached = [0_u32; 64];
    for _ in 0..innocents {
        let bits = found.evidence(&marked(&table, &mut draw)).bits.floor();
        for one in reached.iter_mut().take(usize::try_from(bits + 1).unwrap_or(0)) {
            *one += 1;
        }
    }
    for (bits, count) in reached.iter().enumerate().skip(1).take(10) {
        // Four standard deviations and one above what is allowed.
        let allowed = f64::from(innocents) / f64::from(1_u32 << bits);
        assert!(
            f64::from(*count) <= allowed + 4.0 * allowed.sqrt() + 1.0,
            "{bits} bits: {count}"
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_table_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..4096)) {
        let _ = Table::read(&bytes);
        if let Ok(found) = Found::read(&bytes) {
            let mark = marked(&invented(&mut Draw::new(1), 40), &mut Draw::new(2));
            prop_assert!(named(&found.evidence(&mark), 1).is_none());
        }
    }

    #[test]
    fn any_text_of_cells_is_a_table_or_an_error(text in "[0-9X,;\t\"'\n =a王\u{ff10}]{0,400}") {
        let _ = Table::read(text.as_bytes());
        let _ = Found::read(text.as_bytes());
    }

    #[test]
    fn any_hundred_rows_of_a_copy_with_a_few_canary_rows_name_it(seed in any::<u64>()) {
        let (table, [mark, other], copy) = hundred_rows(seed);
        let canaries = copy.rows.iter().filter(|row| !table.rows.contains(row)).count();
        let found = Found::read(&copy.write()).unwrap();
        let evidence = found.evidence(&mark);
        prop_assert_eq!(named(&evidence, OF).is_some(), canaries > 0);
        prop_assert_eq!(usize::try_from(evidence.canaries_found).unwrap(), canaries);
        prop_assert!(named(&found.evidence(&other), OF).is_none());
    }
}
