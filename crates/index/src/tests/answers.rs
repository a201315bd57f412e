//! Every question gives the answer the ledger gives.

use yinxin_types::merkle::{Frontier, consistent, leaf_hash};
use yinxin_types::receipt::{CommitmentKind, receipts_tree};
use yinxin_types::{Height, Occurred, Suite};

use super::ledger::{Act, Ledger, eventful, sealed};
use super::places::Place;
use crate::{Cursor, EvidenceEntry, EvidenceQuery, Index, IndexError, OccurrenceQuery};

fn filled(place: &Place, ledger: &Ledger) -> Index {
    let index = Index::open(&place.location, &ledger.genesis).unwrap();
    ledger.fill(&index);
    index
}

/// Reads all pages of a query.
fn all(index: &Index, query: EvidenceQuery) -> Vec<EvidenceEntry> {
    let mut entries = Vec::new();
    let mut query = query;
    loop {
        let page = index.evidence(&query).unwrap().value;
        entries.extend(page.items);
        match page.next {
            Some(cursor) => query.before = Some(cursor),
            None => return entries,
        }
    }
}

#[test]
fn blocks_transactions_and_receipts_are_those_of_the_ledger() {
    for suite in [Suite::Intl, Suite::Gm] {
        let ledger = eventful(suite, 40);
        for place in Place::all() {
            let index = filled(&place, &ledger);
            assert_eq!(index.height(), Some(ledger.height()));
            for made in &ledger.blocks {
                let height = made.header.height;
                let row = index.block(height).unwrap();
                assert_eq!(row.height, ledger.height());
                let row = row.value.unwrap();
                assert_eq!(
                    (row.hash, &row.header, &row.certificate),
                    (made.hash, &made.header, &made.certificate)
                );
                let receipts = index.receipts(height).unwrap().value;
                let occurred = made.occurrences.iter().map(|one| one.receipt.clone());
                let all: Vec<_> = made.receipts.iter().cloned().chain(occurred).collect();
                assert_eq!(receipts, all);
                assert_eq!(
                    receipts_tree(ledger.algorithm(), &receipts).root(),
                    made.header.receipts_root
                );
                let rows = index.transactions(height).unwrap().value;
                assert_eq!(rows.len(), made.transactions.len());
                for (row, (transaction, receipt)) in
                    rows.iter().zip(made.transactions.iter().zip(&made.receipts))
                {
                    let body = transaction.body();
                    assert_eq!(
                        (&row.operation, row.account, row.code),
                        (&body.operation, body.account, receipt.code)
                    );
                    let detail = index.transaction(&transaction.id()).unwrap().value.unwrap();
                    assert_eq!((&detail.row, detail.receipt()), (row, receipt.clone()));
                }
            }
        }
    }
}

#[test]
fn occurrences_are_those_of_the_ledger_and_found_by_block_identifier_and_name() {
    for suite in [Suite::Intl, Suite::Gm] {
        let ledger = eventful(suite, 40);
        for place in Place::all() {
            let index = filled(&place, &ledger);
            for made in &ledger.blocks {
                let found = index.occurrences(made.header.height).unwrap();
                assert_eq!((found.height, &found.value), (ledger.height(), &made.occurrences));
                for one in &made.occurrences {
                    let found = index.occurrence(&one.receipt.transaction).unwrap().value;
                    assert_eq!(found.as_ref(), Some(one));
                    let transaction = index.transaction(&one.receipt.transaction).unwrap();
                    assert_eq!(transaction.value, None, "it is no transaction");
                }
            }
            let all: Vec<_> = ledger
                .blocks
                .iter()
                .rev()
                .flat_map(|made| made.occurrences.iter().rev())
                .collect();
            for (scenario, key, limit) in [
                ("first", "case \\3", 3),
                ("second", "case \\0", 100),
                ("first", "case", 5),
            ] {
                let mut query = OccurrenceQuery {
                    scenario: scenario.to_owned(),
                    key: key.to_owned(),
                    before: None,
                    limit,
                };
                let mut found = Vec::new();
                loop {
                    let page = index.occurrences_of(&query).unwrap().value;
                    assert!(page.items.len() <= limit as usize);
                    found.extend(page.items);
                    match page.next {
                        Some(cursor) => query.before = Some(cursor),
                        None => break,
                    }
                }
                let named =
                    |one: &&&Occurred| one.occurrence.scenario == scenario && one.occurrence.key == key;
                let expected: Vec<_> = all.iter().filter(named).copied().cloned().collect();
                assert_eq!(expected.is_empty(), key == "case");
                assert_eq!(found, expected);
            }
        }
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let ledger = eventful(Suite::Intl, 3);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let stranger = ledger.algorithm().hash(&[b"stranger"]);
        for height in [4, 1 << 39, u64::MAX] {
            assert_eq!(index.block(Height(height)).unwrap().value, None);
            assert_eq!(index.transactions(Height(height)).unwrap().value, []);
            assert_eq!(index.receipts(Height(height)).unwrap().value, []);
            assert_eq!(index.certified(Height(height)).unwrap().value, None);
        }
        assert_eq!(index.transaction(&stranger).unwrap().value, None);
        assert_eq!(index.evidence_entry(&stranger).unwrap().value, None);
        let query = EvidenceQuery {
            commitment: Some(stranger),
            ..EvidenceQuery::default()
        };
        let page = index.evidence(&query).unwrap().value;
        assert_eq!((page.items, page.next), (vec![], None));
    }
}

#[test]
fn nothing_is_answered_before_the_first_block() {
    let ledger = Ledger::new(Suite::Intl);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        assert_eq!(index.height(), None);
        assert!(matches!(index.block(Height(0)), Err(IndexError::Empty)));
        assert!(matches!(
            index.evidence(&EvidenceQuery::default()),
            Err(IndexError::Empty)
        ));
        assert!(matches!(index.blocks(None, 10), Err(IndexError::Empty)));
    }
}

#[test]
fn the_list_of_blocks_goes_back_page_by_page() {
    let ledger = eventful(Suite::Intl, 25);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let mut before = None;
        let mut heights = Vec::new();
        loop {
            let page = index.blocks(before, 10).unwrap().value;
            let Some(last) = page.last() else { break };
            before = Some(last.height);
            for line in &page {
                let made = &ledger.blocks[line.height.0 as usize];
                assert_eq!(
                    (line.hash, line.time, line.leader),
                    (made.hash, made.header.time, made.header.leader)
                );
                assert_eq!(line.transactions, made.header.transactions);
            }
            heights.extend(page.iter().map(|line| line.height.0));
        }
        assert_eq!(heights, (0..=25).rev().collect::<Vec<_>>());
        assert_eq!(
            index
                .blocks(Some(Height(u64::MAX)), u32::MAX)
                .unwrap()
                .value
                .len(),
            26
        );
        assert_eq!(index.blocks(None, 0).unwrap().value.len(), 1);
    }
}

#[test]
fn the_next_certified_block_is_found_however_far_it_is() {
    let mut ledger = Ledger::new(Suite::Intl);
    for height in 1..=40 {
        ledger.make(&[], height == 38);
    }
    for place in Place::all() {
        let index = filled(&place, &ledger);
        for height in [0, 1, 37, 38] {
            let (header, certificate) = index.certified(Height(height)).unwrap().value.unwrap();
            assert_eq!(
                (header.height, certificate.block),
                (Height(38), ledger.blocks[38].hash)
            );
        }
        assert_eq!(index.certified(Height(39)).unwrap().value, None);
        let late = ledger.certify(&ledger.blocks[40].header, ledger.blocks[40].hash);
        index.add_certificate(Height(40), &late).unwrap();
        index.add_certificate(Height(40), &late).unwrap();
        assert_eq!(index.certified(Height(39)).unwrap().value.unwrap().1, late);
        assert!(matches!(
            index.add_certificate(Height(39), &late),
            Err(IndexError::Conflict(Height(39)))
        ));
        assert!(matches!(
            index.add_certificate(Height(41), &late),
            Err(IndexError::Gap { .. })
        ));
    }
}

#[test]
fn history_paths_lead_to_the_roots_in_the_headers() {
    let ledger = eventful(Suite::Gm, 33);
    let algorithm = ledger.algorithm();
    let leaves: Vec<_> = ledger
        .blocks
        .iter()
        .map(|made| leaf_hash(algorithm, made.hash.bytes()))
        .collect();
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let mut frontier = Frontier::default();
        for size in 1..=34_u64 {
            frontier.append(algorithm, leaves[size as usize - 1]);
            let root = frontier.root(algorithm);
            if let Some(made) = ledger.blocks.get(size as usize) {
                assert_eq!(made.header.history_root, root);
            }
            for leaf in [0, size / 3, size - 1] {
                let path = index.history_path(leaf, size).unwrap().value.unwrap();
                assert!(path.proves(leaves[leaf as usize], &root));
            }
            for old in [1, size / 2 + 1, size] {
                let old_root = ledger
                    .blocks
                    .get(old as usize)
                    .map_or(root, |made| made.header.history_root);
                let proof = index.history_consistency(old, size).unwrap().value.unwrap();
                assert!(consistent((old, &old_root), (size, &root), &proof));
            }
        }
        assert_eq!(index.history_path(0, 35).unwrap().value, None);
        assert_eq!(index.history_path(5, 5).unwrap().value, None);
        assert_eq!(index.history_consistency(0, 5).unwrap().value, None);
        assert_eq!(index.history_consistency(6, 5).unwrap().value, None);
        assert_eq!(index.history_consistency(5, 35).unwrap().value, None);
    }
}

#[test]
fn evidence_is_found_by_commitment_depositor_and_kind_and_by_all_of_them() {
    let ledger = eventful(Suite::Intl, 60);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let commitments = [
            None,
            Some(Ledger::commitment(7)),
            Some(Ledger::commitment(1_000_005)),
        ];
        let accounts = [
            None,
            Some(ledger.account(0)),
            Some(ledger.account(1)),
            Some(ledger.account(2)),
        ];
        let kinds = [None, Some(CommitmentKind::Open), Some(CommitmentKind::Sealed)];
        for commitment in commitments {
            for account in accounts {
                for kind in kinds {
                    let mut expected: Vec<_> = ledger
                        .entries
                        .iter()
                        .filter(|entry| commitment.is_none_or(|commitment| entry.commitment == commitment))
                        .filter(|entry| account.is_none_or(|account| entry.account == account))
                        .filter(|entry| kind.is_none_or(|kind| entry.kind == kind))
                        .cloned()
                        .collect();
                    expected.reverse();
                    for limit in [1, 7, 1000] {
                        let query = EvidenceQuery {
                            commitment,
                            account,
                            kind,
                            before: None,
                            limit,
                        };
                        assert_eq!(all(&index, query), expected);
                    }
                }
            }
        }
    }
}

#[test]
fn an_entry_shows_its_links_and_challenges() {
    let ledger = eventful(Suite::Gm, 60);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        for entry in &ledger.entries {
            let detail = index.evidence_entry(&entry.entry).unwrap().value.unwrap();
            assert_eq!(detail.entry, *entry);
            let links = ledger
                .links
                .iter()
                .filter(|(of, _)| *of == entry.entry)
                .map(|(_, link)| link.clone());
            assert_eq!(detail.links, links.collect::<Vec<_>>());
            let challenges = ledger.challenges.iter().filter(|(of, _)| *of == entry.entry);
            assert_eq!(
                detail.challenges,
                challenges.map(|(_, one)| one.clone()).collect::<Vec<_>>()
            );
        }
        assert!(
            ledger
                .challenges
                .iter()
                .any(|(_, challenge)| challenge.finding.is_some())
        );
    }
}

#[test]
fn a_repeat_adds_no_entry_and_a_second_depositor_sees_the_first() {
    let mut ledger = Ledger::new(Suite::Intl);
    ledger.make(&[sealed(0, 5), sealed(0, 5), sealed(1, 5)], true);
    ledger.make(&[sealed(0, 5)], true);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let entries = all(
            &index,
            EvidenceQuery {
                limit: 10,
                ..EvidenceQuery::default()
            },
        );
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].first.entry, entries[1].entry);
        assert_eq!(entries[0].account, ledger.account(1));
        assert_eq!(
            index.receipts(Height(2)).unwrap().value[0].outcome["repeat"],
            true
        );
    }
}

#[test]
fn a_cursor_goes_on_where_the_page_ended_while_blocks_arrive() {
    let mut ledger = Ledger::new(Suite::Intl);
    let acts: Vec<Act> = (0..30).map(|content| sealed(0, content)).collect();
    ledger.make(&acts, true);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let mut more = Ledger::new(Suite::Intl);
        more.make(&acts, true);
        let mut query = EvidenceQuery {
            account: Some(ledger.account(0)),
            limit: 7,
            ..EvidenceQuery::default()
        };
        let mut seen = Vec::new();
        for round in 0..20 {
            let page = index.evidence(&query).unwrap();
            assert_eq!(page.height, Height(1 + round));
            seen.extend(page.value.items.iter().map(|entry| entry.size.unwrap() / 1000));
            index
                .apply(&more.make(&[sealed(0, 100 + round as u32)], true).block())
                .unwrap();
            match page.value.next {
                // As a client does: out as text, in as text.
                Some(cursor) => query.before = Some(cursor.to_string().parse().unwrap()),
                None => break,
            }
        }
        assert_eq!(seen, (0..30).rev().collect::<Vec<_>>());
    }
}

#[test]
fn a_cursor_that_was_not_given_out_is_refused() {
    for text in [
        "",
        "0",
        "0000000000000g",
        "00000000000000 ",
        "ffffffffffffff",
        "0000000000000A",
        "+0000000000001",
    ] {
        assert!(
            matches!(text.parse::<Cursor>(), Err(IndexError::Cursor)),
            "{text}"
        );
    }
    assert_eq!(
        "0000000000ff01".parse::<Cursor>().unwrap().to_string(),
        "0000000000ff01"
    );
}

#[test]
fn a_filter_that_nothing_passes_gives_short_pages_that_go_on() {
    let mut ledger = Ledger::new(Suite::Intl);
    ledger.make(
        &[Act::Batch {
            account: 3,
            content: 9,
        }],
        true,
    );
    for block in 0..25_u32 {
        let acts: Vec<Act> = (0..100).map(|n| sealed(0, block * 100 + n + 10)).collect();
        ledger.make(&acts, true);
    }
    let index = filled(&Place::memory(), &ledger);
    let query = EvidenceQuery {
        kind: Some(CommitmentKind::Open),
        limit: 10,
        ..EvidenceQuery::default()
    };
    let page = index.evidence(&query).unwrap().value;
    assert_eq!(page.items, []);
    assert!(page.next.is_some());
    assert_eq!(all(&index, query).len(), 1);
}

#[test]
fn an_identifier_that_was_rejected_and_executed_shows_as_executed() {
    let mut ledger = Ledger::new(Suite::Intl);
    ledger.make(&[sealed(0, 1)], true);
    // The same bytes once more, refused as a repetition.
    let again = ledger.blocks[1].transactions[0].clone();
    ledger.repeat_rejected(again);
    for place in Place::all() {
        let index = filled(&place, &ledger);
        let detail = index
            .transaction(&ledger.blocks[2].transactions[0].id())
            .unwrap()
            .value
            .unwrap();
        assert_eq!((detail.height, detail.row.code), (Height(1), 0));
    }
}

#[test]
fn runs_are_merged_and_everything_is_still_found() {
    let mut ledger = Ledger::new(Suite::Intl);
    for block in 0..600_u32 {
        // Many blocks of one deposit, some of many, so that runs of several levels and pages arise.
        let count = if block % 100 == 0 { 200 } else { 1 };
        let acts: Vec<Act> = (0..count).map(|n| sealed(0, block * 1000 + n)).collect();
        ledger.make(&acts, block % 2 == 0);
    }
    for place in Place::all() {
        let index = filled(&place, &ledger);
        for made in ledger.blocks.iter().step_by(7) {
            for transaction in &made.transactions {
                assert!(index.transaction(&transaction.id()).unwrap().value.is_some());
            }
        }
        for entry in ledger.entries.iter().step_by(13) {
            assert_eq!(
                index.evidence_entry(&entry.entry).unwrap().value.unwrap().entry,
                *entry
            );
        }
        let by_account = EvidenceQuery {
            account: Some(ledger.account(0)),
            limit: 100,
            ..EvidenceQuery::default()
        };
        assert_eq!(all(&index, by_account).len(), ledger.entries.len());
        assert_eq!(index.compare_rest().unwrap(), []);
    }
}
