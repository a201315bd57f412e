//! Whom a transaction concerns and who looked at whose data is found, page by page, newest first.

use serde_json::json;
use yinxin_types::{BlockTime, Suite};

use super::ledger::{Act, Ledger, eventful};
use super::places::Place;
use crate::{ConcernQuery, Cursor, Index, Role, TransactionDetail};

const PERSON: &str = "sha256:aa";

/// Reads all pages.
fn all(index: &Index, query: &ConcernQuery) -> Vec<TransactionDetail> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let page = index.concerning(&query).unwrap().value;
        found.extend(page.items);
        match page.next {
            Some(cursor) => query.before = Some(cursor),
            None => return found,
        }
    }
}

fn numbers(found: &[TransactionDetail], pointer: &str) -> Vec<u64> {
    found
        .iter()
        .map(|one| one.outcome.pointer(pointer).unwrap().as_u64().unwrap())
        .collect()
}

#[test]
fn what_concerns_somebody_is_found_newest_first_in_pages_of_any_size() {
    let ledger = eventful(Suite::Intl, 60);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let expected: Vec<u64> = (0..60).filter(|n| n % 7 == 0).rev().collect();
        for limit in [1, 2, 100] {
            for name in [PERSON, "12990100000001011T"] {
                let mut query = ConcernQuery::new(Role::Concerned, name);
                query.limit = limit;
                assert_eq!(numbers(&all(&index, &query), "/n"), expected);
            }
            for (role, name) in [
                (Role::Subject, PERSON),
                (Role::Source, "1299020000000102XP"),
                (Role::Officer, "sha256:bb"),
            ] {
                let mut query = ConcernQuery::new(role, name);
                query.limit = limit;
                assert_eq!(numbers(&all(&index, &query), "/access/sequence"), expected);
            }
        }
        // A page ends where its last transaction lies, and the next begins after it.
        let mut query = ConcernQuery::new(Role::Subject, PERSON);
        query.limit = 3;
        let page = index.concerning(&query).unwrap().value;
        assert_eq!(page.next, Cursor::at(page.items.last().unwrap()));
        (query.before, query.limit) = (page.next, 100);
        let page = index.concerning(&query).unwrap().value;
        assert_eq!(numbers(&page.items, "/access/sequence"), expected[3..]);
        query.before = Cursor::at(page.items.last().unwrap());
        assert_eq!(index.concerning(&query).unwrap().value.items, []);
        // Nobody is found under the part that another has.
        assert_eq!(all(&index, &ConcernQuery::new(Role::Officer, PERSON)), []);
        assert_eq!(all(&index, &ConcernQuery::new(Role::Subject, "sha256:bb")), []);
    }
}

#[test]
fn conditions_of_time_operation_and_verdict_hold_together() {
    let ledger = eventful(Suite::Intl, 30);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let everything = all(&index, &ConcernQuery::new(Role::Subject, PERSON));
        let times: Vec<BlockTime> = everything.iter().map(|one| one.time).collect();
        let (newest, oldest) = (times[0], *times.last().unwrap());
        let mut query = ConcernQuery::new(Role::Subject, PERSON);
        query.since = Some(times[1]);
        assert_eq!(all(&index, &query).len(), 2);
        query.until = Some(times[1]);
        assert_eq!(all(&index, &query), everything[1..2]);
        query.since = Some(newest.saturating_add(1));
        query.until = None;
        assert_eq!(all(&index, &query), []);
        let mut query = ConcernQuery::new(Role::Subject, PERSON);
        query.until = Some(oldest);
        assert_eq!(all(&index, &query).len(), 1);
        query.operation = Some("no.such".to_owned());
        assert_eq!(all(&index, &query), []);
        let mut query = ConcernQuery::new(Role::Subject, PERSON);
        query.allowed = Some(true);
        assert_eq!(all(&index, &query), everything);
        query.allowed = Some(false);
        assert_eq!(all(&index, &query), []);
    }
}

#[test]
fn any_bounds_of_time_give_what_a_reader_of_all_blocks_finds() {
    let ledger = eventful(Suite::Intl, 40);
    let times: Vec<BlockTime> = ledger.blocks.iter().map(|made| made.header.time).collect();
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let everything = all(&index, &ConcernQuery::new(Role::Subject, PERSON));
        let edges = times.iter().step_by(3);
        let bounds = edges.flat_map(|time| [BlockTime(time.0 - 1), *time, BlockTime(time.0 + 1)]);
        let bounds: Vec<Option<BlockTime>> = bounds.map(Some).chain([None]).collect();
        for since in &bounds {
            for until in &bounds {
                let mut query = ConcernQuery::new(Role::Subject, PERSON);
                (query.since, query.until, query.limit) = (*since, *until, 2);
                let expected: Vec<_> = everything
                    .iter()
                    .filter(|one| since.is_none_or(|since| one.time >= since))
                    .filter(|one| until.is_none_or(|until| one.time <= until))
                    .cloned()
                    .collect();
                assert_eq!(all(&index, &query), expected, "{since:?} to {until:?}");
            }
        }
    }
}

/// A chain of looks at the person's data, in blocks of 500, of which every third is withheld until a time.
fn withheld(looks: u64, review: BlockTime) -> Ledger {
    let mut ledger = Ledger::new(Suite::Intl);
    let acts: Vec<Act> = (0..looks)
        .map(|n| {
            let withheld = n
                .is_multiple_of(3)
                .then(|| json!({ "basis": "some article", "review": review }));
            let event = json!({ "sequence": n, "subject": PERSON, "withheld": withheld });
            Act::Other {
                account: 0,
                outcome: json!({ "access": event, "disclosure": { "subject": "sha256:cc" } }),
            }
        })
        .collect();
    for acts in acts.chunks(500) {
        ledger.make(acts, true);
    }
    ledger
}

#[test]
fn looks_withheld_at_a_time_are_left_out_and_count_nowhere() {
    let review = BlockTime(1_700_000_100_000);
    let ledger = withheld(100, review);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let found = |open_at: Option<u64>, limit: u32| {
            let mut query = ConcernQuery::new(Role::Subject, PERSON);
            (query.open_at, query.limit) = (open_at.map(BlockTime), limit);
            numbers(&all(&index, &query), "/access/sequence")
        };
        let everything: Vec<u64> = (0..100).rev().collect();
        let open: Vec<u64> = (0..100).rev().filter(|n| n % 3 != 0).collect();
        for limit in [1, 7, 100] {
            assert_eq!(found(None, limit), everything);
            assert_eq!(found(Some(review.0), limit), everything);
            assert_eq!(found(Some(review.0 - 1), limit), open);
        }
    }
}

#[test]
fn the_work_for_one_page_is_bounded_and_the_next_goes_on_where_it_ended() {
    let ledger = withheld(5_050, BlockTime(1 << 50));
    let index = Index::open(&Place::memory().location, &ledger.genesis).unwrap();
    ledger.fill(&index);
    let mut query = ConcernQuery::new(Role::Subject, PERSON);
    query.allowed = Some(false);
    let page = index.concerning(&query).unwrap().value;
    assert!(page.items.is_empty() && page.next.is_some());
    query.before = page.next;
    assert_eq!(index.concerning(&query).unwrap().value.next, None);
    // A page that fills ends with its last transaction, one that is cut short among those that were looked at.
    let mut query = ConcernQuery::new(Role::Subject, PERSON);
    (query.open_at, query.limit) = (Some(BlockTime(0)), 1_000);
    let first = index.concerning(&query).unwrap().value;
    assert_eq!(
        (first.items.len(), first.next),
        (1_000, Cursor::at(first.items.last().unwrap()))
    );
    query.operation = Some("no.such".to_owned());
    let cut = index.concerning(&query).unwrap().value;
    assert!(cut.items.is_empty() && cut.next.is_some());
}

#[test]
fn names_beyond_the_eighth_and_names_that_are_no_texts_lead_nowhere() {
    let mut ledger = Ledger::new(Suite::Gm);
    let mut names: Vec<_> = (0..10).map(|n| json!(format!("name {n}"))).collect();
    names[2] = json!(2);
    let outcome = json!({ "access": [], "concerns": names });
    ledger.make(&[Act::Other { account: 0, outcome }], true);
    for place in Place::all() {
        let index = Index::open(&place.location, &ledger.genesis).unwrap();
        ledger.fill(&index);
        let found = |name: &str| all(&index, &ConcernQuery::new(Role::Concerned, name)).len();
        assert_eq!((found("name 0"), found("name 7")), (1, 1));
        assert_eq!((found("2"), found("name 8"), found("name 9")), (0, 0, 0));
        assert!(index.compare_rest().unwrap().is_empty());
    }
}
