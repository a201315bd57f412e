//! Whatever somebody changes, adds or deletes in any table, checksum and all, the comparison with the ledger finds.

use yinxin_types::{Height, Suite};

use super::ledger::{Ledger, eventful};
use super::places::Place;
use crate::backend::Cell;
use crate::schema::{self, BLOCKS, PAGES, RUNS, Table};
use crate::session::{Order, Session};
use crate::{Difference, Fault, Index, IndexError};

/// Compares every block, then the rest.
fn audit(index: &Index, ledger: &Ledger) -> Vec<Difference> {
    let mut differences = Vec::new();
    for made in &ledger.blocks {
        differences.extend(index.compare_block(&made.block()).unwrap());
    }
    differences.extend(index.compare_rest().unwrap());
    differences
}

fn filled(place: &Place, ledger: &Ledger) -> Index {
    let index = Index::open(&place.location, &ledger.genesis).unwrap();
    ledger.fill(&index);
    index
}

/// Does something behind the handle and undoes it afterwards.
fn with_tampering(
    index: &Index,
    table: &'static Table,
    key: i64,
    tamper: impl FnOnce(&mut Session<'_>) -> Result<(), IndexError>,
    check: impl FnOnce(),
) {
    let original = index
        .write(|session, _| session.raw_rows(table, key..=key, Order::Ascending, 1))
        .unwrap();
    index.write(|session, _| tamper(session)).unwrap();
    check();
    index
        .write(|session, _| {
            session.delete(table, key..=key)?;
            let rows = original.into_iter().map(|mut row| {
                row.pop();
                row
            });
            session.insert(table, rows.collect())
        })
        .unwrap();
}

#[test]
fn an_index_made_from_the_ledger_has_no_difference() {
    for suite in [Suite::Intl, Suite::Gm] {
        let ledger = eventful(suite, 30);
        for place in Place::all() {
            assert_eq!(audit(&filled(&place, &ledger), &ledger), []);
        }
    }
}

#[test]
fn edited_deleted_and_added_rows_are_found_in_every_table() {
    let ledger = eventful(Suite::Intl, 18);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        for table in schema::tables() {
            let rows = index
                .write(|session, _| {
                    session.raw_rows(table, i64::MIN..=i64::MAX, Order::Ascending, usize::MAX)
                })
                .unwrap();
            assert!(!rows.is_empty(), "{} has no rows to tamper with", table.name);
            for row in rows.iter().step_by(3) {
                let Cell::Int(key) = row[0] else { panic!("no key") };
                let says = |fault: Fault| {
                    let found = audit(&index, &ledger);
                    let expected = Difference {
                        table: table.name,
                        key,
                        fault,
                    };
                    // A run that is not what it should be makes the others not meet: the table is named, not the row.
                    let blamed = found.contains(&expected)
                        || (table.name == RUNS.name && found.iter().any(|one| one.table == table.name));
                    assert!(blamed, "{expected:?} is not in {found:?}");
                };
                // The last block's own row is the height: without it the block was never applied.
                let last_block = table.name == BLOCKS.name && key == 18;
                if !last_block {
                    let delete = |session: &mut Session<'_>| session.delete(table, key..=key);
                    with_tampering(&index, table, key, delete, || says(Fault::Missing));
                }
                for column in 1..row.len() - 1 {
                    let mut edited = row[..row.len() - 1].to_vec();
                    edited[column] = match &edited[column] {
                        Cell::Int(number) => Cell::Int(number ^ 1),
                        Cell::Bytes(bytes) => Cell::Bytes(bytes.iter().map(|byte| byte ^ 1).collect()),
                        Cell::Text(text) => Cell::Text(format!("{text} ")),
                        Cell::Null => continue,
                        Cell::Foreign => panic!("a foreign cell"),
                    };
                    let edit = |session: &mut Session<'_>| {
                        session.delete(table, key..=key)?;
                        session.insert(table, vec![edited])
                    };
                    with_tampering(&index, table, key, edit, || says(Fault::Changed));
                }
            }
            // Added: behind the last row, before the first, and in the gap behind a row.
            for key in [
                i64::MAX,
                -1,
                *row_key(&rows[0]) + 1,
                *row_key(&rows[rows.len() - 1]) + 1,
            ] {
                let taken = rows.iter().any(|row| *row_key(row) == key);
                if taken || (table.name == BLOCKS.name && key > 18) {
                    continue;
                }
                let mut added = rows[0][..rows[0].len() - 1].to_vec();
                added[0] = Cell::Int(key);
                with_tampering(
                    &index,
                    table,
                    key,
                    |session| session.insert(table, vec![added]),
                    || {
                        let found = audit(&index, &ledger);
                        assert!(
                            found.iter().any(|one| one.table == table.name),
                            "{} {key} added: {found:?}",
                            table.name
                        );
                    },
                );
            }
        }
        assert_eq!(audit(&index, &ledger), []);
    }
}

fn row_key(row: &[Cell]) -> &i64 {
    match &row[0] {
        Cell::Int(key) => key,
        _ => panic!("no key"),
    }
}

#[test]
fn a_row_edited_in_sql_is_reported_as_damage_when_it_is_read() {
    let ledger = eventful(Suite::Intl, 10);
    let id = ledger.blocks[1].transactions[0].id();
    for place in Place::lasting() {
        let index = filled(&place, &ledger);
        assert!(!index.is_damaged());
        place.execute("UPDATE yinxin_transactions SET code = 7 WHERE position = 65536");
        for answer in [
            index.transaction(&id).map(drop),
            index.receipts(Height(1)).map(drop),
        ] {
            assert!(matches!(answer, Err(IndexError::Damaged(_))));
        }
        assert!(index.is_damaged(), "remembered until it is drawn again");
        let expected = Difference {
            table: "yinxin_transactions",
            key: 65536,
            fault: Fault::Changed,
        };
        assert_eq!(
            index.compare_block(&ledger.blocks[1].block()).unwrap(),
            [expected]
        );
    }
}

#[test]
fn deleted_rows_are_never_an_answer_of_nothing_there() {
    let ledger = eventful(Suite::Intl, 10);
    let id = ledger.blocks[1].transactions[0].id();
    for table in [&*RUNS, &*PAGES] {
        for place in Place::lasting() {
            let index = filled(&place, &ledger);
            place.execute(&format!("DELETE FROM {}", table.name));
            assert!(matches!(index.transaction(&id), Err(IndexError::Damaged(_))));
            assert!(matches!(
                index.evidence_entry(&ledger.entries[0].entry),
                Err(IndexError::Damaged(_))
            ));
        }
    }
    for place in Place::lasting() {
        let index = filled(&place, &ledger);
        place.execute("DELETE FROM yinxin_transactions WHERE position = 65537");
        assert!(matches!(index.receipts(Height(1)), Err(IndexError::Damaged(_))));
        place.execute("DELETE FROM yinxin_blocks WHERE height = 5");
        assert!(matches!(index.block(Height(5)), Err(IndexError::Damaged(_))));
        assert!(matches!(index.blocks(None, 10), Err(IndexError::Damaged(_))));
    }
}
