//! Whom a transaction concerns and who looked at whose data is found, page by page, newest first.

use serde_json::json;
use yinxin_types::{BlockTime, Suite};

use super::ledger::{Act, Ledger, eventful};
use super::places::Place;
use crate::{ConcernQuery, Index, Role, TransactionDetail};

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
        let mut skipped = ConcernQuery::new(Role::Subject, PERSON);
        skipped.skip = 3;
        assert_eq!(
            numbers(
                &index.concerning(&skipped).unwrap().value.items,
                "/access/sequence"
            ),
            expected[3..]
        );
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
