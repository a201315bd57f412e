//! Blocks go in once, in order, whole, and only those of the chain.

use yinxin_types::{Height, Suite};

use super::ledger::{Ledger, eventful, sealed};
use super::places::Place;
use crate::backend::{Cell, Mode};
use crate::schema::META;
use crate::session::Session;
use crate::{EvidenceQuery, FinalBlock, Index, IndexError, Location, backend, row};

#[test]
fn a_gap_is_refused_and_changes_nothing() {
    let ledger = eventful(Suite::Intl, 5);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        let refuse = |height: usize, due: u64| {
            let before = index.height();
            let error = index.apply(&ledger.blocks[height].block()).unwrap_err();
            assert!(
                matches!(error, IndexError::Gap { expected, .. } if expected == Height(due)),
                "{error}"
            );
            assert_eq!(index.height(), before);
        };
        refuse(1, 0);
        index.apply(&ledger.blocks[0].block()).unwrap();
        refuse(2, 1);
        index.apply(&ledger.blocks[1].block()).unwrap();
        index.apply(&ledger.blocks[2].block()).unwrap();
        refuse(1, 3);
        refuse(4, 3);
        index.apply(&ledger.blocks[3].block()).unwrap();
    }
}

#[test]
fn the_current_block_given_again_changes_nothing_but_a_missing_certificate() {
    let mut ledger = Ledger::new(Suite::Intl);
    ledger.make(&[sealed(0, 1), sealed(1, 2)], false);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let mut made = ledger.blocks[1].clone();
        index.apply(&made.block()).unwrap();
        assert_eq!(index.compare_block(&made.block()).unwrap(), []);
        made.certificate = Some(ledger.certify(&made.header, made.hash));
        index.apply(&made.block()).unwrap();
        assert_eq!(
            index.block(Height(1)).unwrap().value.unwrap().certificate,
            made.certificate
        );
        assert_eq!(index.compare_block(&made.block()).unwrap(), []);
        assert_eq!(index.compare_rest().unwrap(), []);
    }
}

#[test]
fn another_block_at_the_same_height_or_on_another_parent_is_a_conflict() {
    let (mut ledger, mut fork) = (Ledger::new(Suite::Intl), Ledger::new(Suite::Intl));
    ledger.make(&[sealed(0, 1)], true);
    fork.make(&[sealed(0, 2)], true);
    fork.make(&[], true);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        assert!(matches!(
            index.apply(&fork.blocks[1].block()),
            Err(IndexError::Conflict(Height(1)))
        ));
        assert!(matches!(
            index.apply(&fork.blocks[2].block()),
            Err(IndexError::Conflict(Height(1)))
        ));
    }
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let mut ledger = Ledger::new(Suite::Intl);
    ledger.make(&[sealed(0, 1), sealed(1, 2)], true);
    let index = Index::open(&Location::Memory, &ledger.genesis).unwrap();
    index.apply(&ledger.blocks[0].block()).unwrap();
    let good = &ledger.blocks[1];
    let other = ledger.blocks[0].hash;
    let mut receipts = good.receipts.clone();
    receipts.swap(0, 1);
    let mut outcome = good.receipts.clone();
    outcome[0].outcome = serde_json::json!({ "repeat": false });
    let mut header = good.header.clone();
    header.chain = other;
    let mut certificate = good.certificate.clone().unwrap();
    certificate.block = other;
    let mut renamed = good.occurrences.clone();
    renamed[0].occurrence.key.push('x');
    let mut moved = good.occurrences.clone();
    moved[0].receipt.index = 0;
    for bad in [
        FinalBlock {
            occurrences: &renamed,
            ..good.block()
        },
        FinalBlock {
            occurrences: &moved,
            ..good.block()
        },
        FinalBlock {
            occurrences: &[],
            ..good.block()
        },
        FinalBlock {
            hash: other,
            ..good.block()
        },
        FinalBlock {
            header: &header,
            hash: header.hash(),
            ..good.block()
        },
        FinalBlock {
            receipts: &receipts,
            ..good.block()
        },
        FinalBlock {
            receipts: &outcome,
            ..good.block()
        },
        FinalBlock {
            receipts: &good.receipts[..1],
            ..good.block()
        },
        FinalBlock {
            transactions: &good.transactions[..1],
            ..good.block()
        },
        FinalBlock {
            certificate: Some(&certificate),
            ..good.block()
        },
    ] {
        assert!(matches!(
            index.apply(&bad),
            Err(IndexError::Block {
                height: Height(1),
                ..
            })
        ));
    }
    index.apply(&good.block()).unwrap();
}

#[test]
fn a_crash_in_the_middle_of_a_block_leaves_the_block_before() {
    let ledger = eventful(Suite::Intl, 4);
    for place in Place::lasting() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        for made in &ledger.blocks[..4] {
            index.apply(&made.block()).unwrap();
        }
        drop(index);
        let mut sessions = backend::open(&place.location).unwrap();
        sessions.writer.begin(Mode::Write).unwrap();
        let mut session = Session::new(&mut *sessions.writer, ledger.chain).unwrap();
        let projection = crate::project::Projection::new(&ledger.chain, &ledger.blocks[4].block()).unwrap();
        crate::write::apply(&mut session, &mut None, &ledger.blocks[4].block(), projection).unwrap();
        drop(sessions);
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        assert_eq!(index.height(), Some(Height(3)));
        assert_eq!(index.compare_rest().unwrap(), []);
        index.apply(&ledger.blocks[4].block()).unwrap();
        for made in &ledger.blocks {
            assert_eq!(index.compare_block(&made.block()).unwrap(), []);
        }
    }
}

#[test]
fn a_block_that_fails_halfway_can_be_applied_again() {
    let ledger = eventful(Suite::Intl, 3);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.blocks[..3]
            .iter()
            .for_each(|made| index.apply(&made.block()).unwrap());
        // A row in the way makes the last insertions fail.
        let run = crate::schema::RUNS.first_key(Height(3));
        let obstacle = vec![Cell::Int(run), Cell::Int(3), Cell::Bytes(vec![0; 28])];
        index
            .write(|session, _| session.insert(&crate::schema::RUNS, vec![obstacle.clone()]))
            .unwrap();
        assert!(matches!(
            index.apply(&ledger.blocks[3].block()),
            Err(IndexError::Damaged(_))
        ));
        assert_eq!(index.height(), Some(Height(2)));
        index
            .write(|session, _| session.delete(&crate::schema::RUNS, run..=run))
            .unwrap();
        index.apply(&ledger.blocks[3].block()).unwrap();
        assert_eq!(index.compare_block(&ledger.blocks[3].block()).unwrap(), []);
        assert_eq!(index.compare_rest().unwrap(), []);
    }
}

#[test]
fn the_index_of_another_chain_or_layout_is_refused_until_it_is_erased() {
    let (ledger, other) = (eventful(Suite::Intl, 2), Ledger::named(Suite::Intl, "另一条链"));
    for place in Place::lasting() {
        ledger.fill(&Index::open(&place.location, &ledger.genesis).unwrap());
        let error = Index::open(&place.location, &other.genesis).unwrap_err();
        assert!(matches!(error, IndexError::Chain { .. }) && error.calls_for_rebuild());
        let mut sessions = backend::open(&place.location).unwrap();
        let newer = vec![Cell::Int(1), Cell::Int(99), row::digest(&ledger.chain)];
        sessions.writer.begin(Mode::Write).unwrap();
        let mut session = Session::new(&mut *sessions.writer, ledger.chain).unwrap();
        session.delete(&META, 1..=1).unwrap();
        session.insert(&META, vec![newer]).unwrap();
        sessions.writer.end(true).unwrap();
        drop(sessions);
        let error = Index::open(&place.location, &ledger.genesis).unwrap_err();
        assert!(matches!(error, IndexError::Schema { found: 99, .. }) && error.calls_for_rebuild());
        Index::erase(&place.location).unwrap();
        other.fill(&Index::open(&place.location, &other.genesis).unwrap());
    }
}

#[test]
fn rows_without_a_named_chain_are_damage() {
    let ledger = eventful(Suite::Intl, 2);
    for place in Place::lasting() {
        ledger.fill(&Index::open(&place.location, &ledger.genesis).unwrap());
        place.execute("DELETE FROM yinxin_meta");
        assert!(matches!(
            Index::open(&place.location, &ledger.genesis),
            Err(IndexError::Damaged(_))
        ));
    }
}

#[test]
fn an_index_continues_after_it_was_closed() {
    let ledger = eventful(Suite::Gm, 20);
    for place in Place::lasting() {
        for made in &ledger.blocks {
            let index = Index::open(&place.location, &ledger.genesis).unwrap();
            index.apply(&made.block()).unwrap();
        }
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        assert_eq!(index.height(), Some(Height(20)));
        assert_eq!(index.compare_rest().unwrap(), []);
        for made in &ledger.blocks {
            assert_eq!(index.compare_block(&made.block()).unwrap(), []);
        }
    }
}

#[test]
fn a_postgresql_database_has_one_writer() {
    let ledger = Ledger::new(Suite::Intl);
    let Some(place) = Place::postgres() else { return };
    let index = Index::open(&place.location, &ledger.genesis).unwrap();
    assert!(matches!(
        Index::open(&place.location, &ledger.genesis),
        Err(IndexError::InUse)
    ));
    drop(index);
    Index::open(&place.location, &ledger.genesis).unwrap();
}

#[test]
fn the_index_is_not_tied_to_the_thread_that_opened_it() {
    fn shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    let ledger = eventful(Suite::Intl, 30);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        shared(&index);
        index.apply(&ledger.blocks[0].block()).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                let reader = index.clone();
                scope.spawn(move || {
                    // Every answer is of one height, whatever the writer does meanwhile.
                    loop {
                        let list = reader.blocks(None, 1).unwrap();
                        assert_eq!(list.value[0].height, list.height);
                        let query = EvidenceQuery {
                            limit: 1,
                            ..EvidenceQuery::default()
                        };
                        let page = reader.evidence(&query).unwrap();
                        let newest = page.value.items.first().map_or(Height(0), |entry| entry.height);
                        assert!(newest <= page.height);
                        if list.height == Height(30) {
                            return;
                        }
                    }
                });
            }
            ledger.blocks[1..]
                .iter()
                .for_each(|made| index.apply(&made.block()).unwrap());
        });
    }
}
