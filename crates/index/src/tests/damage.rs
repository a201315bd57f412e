//! A file that rotted is reported or harmless, never a wrong answer.

use std::fs;

use yinxin_types::{Height, Suite};

use super::ledger::{Ledger, eventful};
use super::places::Place;
use crate::{ConcernQuery, EvidenceQuery, Index, IndexError, Location, Role};

/// What a reader can learn from an index about a ledger.
#[derive(Debug, PartialEq)]
struct Answers(Vec<String>);

fn ask(index: &Index, ledger: &Ledger) -> Result<Answers, IndexError> {
    let mut answers = Vec::new();
    for made in &ledger.blocks {
        let height = made.header.height;
        answers.push(format!("{:?}", index.block(height)?));
        answers.push(format!("{:?}", index.receipts(height)?));
        for transaction in &made.transactions {
            answers.push(format!("{:?}", index.transaction(&transaction.id())?));
        }
        answers.push(format!("{:?}", index.history_path(height.0, ledger.height().0)?));
    }
    answers.push(format!("{:?}", index.blocks(None, 100)?));
    for role in [Role::Concerned, Role::Subject] {
        let mut query = ConcernQuery::new(role, "sha256:aa");
        answers.push(format!("{:?}", index.concerning(&query)?));
        query.since = ledger.blocks.get(5).map(|made| made.header.time);
        query.until = Some(ledger.blocks[9].header.time);
        answers.push(format!("{:?}", index.concerning(&query)?));
    }
    for entry in &ledger.entries {
        answers.push(format!("{:?}", index.evidence_entry(&entry.entry)?));
        let query = EvidenceQuery {
            commitment: Some(entry.commitment),
            limit: 9,
            ..EvidenceQuery::default()
        };
        answers.push(format!("{:?}", index.evidence(&query)?));
    }
    answers.push(format!(
        "{:?}",
        index.evidence(&EvidenceQuery {
            limit: 100,
            ..EvidenceQuery::default()
        })?
    ));
    Ok(Answers(answers))
}

#[test]
fn a_flipped_bit_is_reported_or_harmless() {
    let ledger = eventful(Suite::Intl, 12);
    let place = Place::file();
    let Location::Sqlite { path } = &place.location else {
        panic!("not a file")
    };
    let index = Index::open(&place.location, &ledger.genesis).unwrap();
    ledger.fill(&index);
    let right = ask(&index, &ledger).unwrap();
    drop(index);
    let original = fs::read(path).unwrap();
    let (mut reported, mut harmless) = (0, 0);
    // A step that is prime to the size of pages and rows reaches every kind of place.
    for bit in (0..original.len() * 8).step_by((original.len() * 8 / 400) | 1) {
        let mut bytes = original.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        Index::erase(&place.location).unwrap();
        fs::write(path, &bytes).unwrap();
        let outcome = Index::open(&place.location, &ledger.genesis).and_then(|index| {
            // An index that lost its last block says so by its height, and gets it again.
            assert_eq!(index.height(), Some(ledger.height()));
            ask(&index, &ledger)
        });
        match outcome {
            Ok(answers) => {
                assert_eq!(answers, right, "bit {bit} changed an answer");
                harmless += 1;
            }
            Err(_) => reported += 1,
        }
    }
    assert!(
        reported > 0 && harmless > 0,
        "{reported} reported, {harmless} harmless"
    );
}

#[test]
fn a_file_that_is_cut_short_or_no_database_is_damage() {
    let ledger = eventful(Suite::Intl, 12);
    let place = Place::file();
    let Location::Sqlite { path } = &place.location else {
        panic!("not a file")
    };
    ledger.fill(&Index::open(&place.location, &ledger.genesis).unwrap());
    let original = fs::read(path).unwrap();
    for bytes in [
        &original[..original.len() / 2],
        &original[..4096],
        b"not a database at all, but long enough to see",
    ] {
        Index::erase(&place.location).unwrap();
        fs::write(path, bytes).unwrap();
        let opened = Index::open(&place.location, &ledger.genesis);
        assert!(matches!(opened, Err(IndexError::Damaged(_))), "{opened:?}");
    }
    Index::erase(&place.location).unwrap();
    ledger.fill(&Index::open(&place.location, &ledger.genesis).unwrap());
}

#[test]
fn a_log_that_is_lost_or_cut_leaves_a_shorter_index_that_goes_on() {
    let ledger = eventful(Suite::Intl, 12);
    for keep in [0, 1, 2, 3] {
        let place = Place::file();
        let Location::Sqlite { path } = &place.location else {
            panic!("not a file")
        };
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        // As a killed process leaves it: the file and a log that was never copied into it.
        let copy = tempfile::tempdir().unwrap();
        let to = copy.path().join("index.sqlite");
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        let bytes = fs::read(&log).unwrap();
        fs::copy(path, &to).unwrap();
        fs::write(
            copy.path().join("index.sqlite-wal"),
            &bytes[..bytes.len() * keep / 3],
        )
        .unwrap();
        drop(index);
        let location = Location::Sqlite { path: to };
        let index = Index::open(&location, &ledger.genesis).unwrap();
        let next = index.height().map_or(Height(0), |height| height.next().unwrap());
        for made in &ledger.blocks[next.0 as usize..] {
            index.apply(&made.block()).unwrap();
        }
        for made in &ledger.blocks {
            assert_eq!(index.compare_block(&made.block()).unwrap(), []);
        }
        assert_eq!(index.compare_rest().unwrap(), []);
    }
}

#[test]
fn a_damaged_index_is_reset_and_filled_again() {
    let ledger = eventful(Suite::Intl, 12);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let before = ask(&index, &ledger).unwrap();
        if place.location != Location::Memory {
            place.execute("UPDATE yinxin_blocks SET time = 3");
            assert!(ask(&index, &ledger).unwrap_err().calls_for_rebuild());
        }
        let other_handle = index.clone();
        index.reset().unwrap();
        assert_eq!(other_handle.height(), None);
        assert!(matches!(other_handle.block(Height(0)), Err(IndexError::Empty)));
        ledger.fill(&other_handle);
        assert_eq!(ask(&index, &ledger).unwrap(), before);
    }
}
