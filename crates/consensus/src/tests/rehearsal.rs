//! Rehearsals of upgrades over a state on disk.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::{Runner as _, Supervisor as _, tokio};
use commonware_storage::qmdb::floor::Proportional;
use serde_json::{Value as Json, json};
use yinxin_crypto::HashAlgorithm;
use yinxin_execution::{
    Call, Failure, Invariant, Migration, Operation, PART_RECORDS, Part, Records, Registry, Scenario,
};
use yinxin_state::{Sha256, Store, Value, key, store_config};
use yinxin_types::codes::{self, Texts};
use yinxin_types::{Code, Height, Rejection, StateKey, Suite};

use super::chain;
use crate::engine::PAGE;
use crate::rehearsal::{RehearsalError, Rehearsed, rehearse};

const LINES: u64 = 1200;
const PREFIX: &str = "rehearsal";

fn line(number: u64) -> StateKey {
    StateKey::new(HashAlgorithm::Sha256, "book", "line", &[&number.to_be_bytes()])
}

/// A book whose second version doubles every number, or forgets to double the last.
struct Book {
    version: u32,
    forgets: bool,
}

fn range(cursor: &Json, limit: u32) -> std::ops::Range<u64> {
    let first = cursor.as_u64().unwrap_or_default();
    first..LINES.min(first.saturating_add(u64::from(limit)))
}

fn part(range: &std::ops::Range<u64>) -> Part {
    Part {
        records: u32::try_from(range.end.saturating_sub(range.start)).unwrap(),
        next: (range.end < LINES).then(|| json!(range.end)),
    }
}

fn number(records: &Records<'_>, at: u64) -> Result<u64, Failure> {
    records.get(&line(at))?.ok_or(Failure::Damaged(line(at)))
}

fn double(
    records: &mut Records<'_>,
    cursor: &Json,
    limit: u32,
    forgotten: Option<u64>,
) -> Result<Part, Failure> {
    let range = range(cursor, limit);
    for at in range.clone().filter(|at| Some(*at) != forgotten) {
        let doubled = number(records, at)?.saturating_mul(2);
        records.put(line(at), &doubled)?;
    }
    Ok(part(&range))
}

fn is_double(_: &Call<'_>, records: &Records<'_>, cursor: &Json, limit: u32) -> Result<Part, Failure> {
    let range = range(cursor, limit);
    for at in range.clone() {
        if number(records, at)? != at.saturating_mul(2) {
            return Err(Rejection::new(codes::TX_ARGUMENTS, format!("line {at} is not doubled")).into());
        }
    }
    Ok(part(&range))
}

impl Scenario for Book {
    fn name(&self) -> &'static str {
        "book"
    }
    fn version(&self) -> u32 {
        self.version
    }
    fn before(&self) -> Option<Arc<dyn Scenario>> {
        let first: Arc<dyn Scenario> = Arc::new(Self {
            version: 1,
            forgets: false,
        });
        (self.version > 1).then_some(first)
    }
    fn migration(&self) -> Option<Migration> {
        const INVARIANTS: &[Invariant] = &[Invariant {
            name: "every line is doubled",
            part: is_double,
        }];
        (self.version > 1).then_some(Migration {
            both_shapes: false,
            reads: |_, cursor, limit| range(cursor, limit).map(line).collect(),
            part: if self.forgets {
                |_, records, cursor, limit| double(records, cursor, limit, Some(700))
            } else {
                |_, records, cursor, limit| double(records, cursor, limit, None)
            },
            invariants: INVARIANTS,
        })
    }
    fn operations(&self) -> &'static [Operation] {
        &[]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));
        &NONE
    }
    fn en(&self) -> &'static Texts {
        self.zh()
    }
}

/// Writes a state of so many lines into a folder.
fn fill(folder: &Path) {
    let config = tokio::Config::new().with_storage_directory(folder);
    tokio::Runner::new(config).start(|context| async move {
        let cache = CacheRef::new(PAGE, NonZeroUsize::new(64).unwrap());
        let store: Store<_, Sha256> = Store::init(context.child("state"), store_config(PREFIX, cache), None)
            .await
            .unwrap();
        let mut batch = store.new_batch();
        for at in 0..LINES {
            let value = Value(serde_json::to_vec(&at).unwrap());
            batch = batch.write(key(&line(at)), Some(value));
        }
        let sealed = batch.merkleize(&store, None, &mut Proportional).await.unwrap();
        let store = store.apply_batch(sealed).await.unwrap();
        store.sync().await.unwrap();
    });
}

fn tried(version: u32, forgets: bool, to: u32) -> Result<Rehearsed, RehearsalError> {
    let folder = tempfile::tempdir().unwrap();
    fill(folder.path());
    let registry = Registry::new(vec![Arc::new(Book { version, forgets })]).unwrap();
    let (genesis, _) = chain(Suite::Intl);
    rehearse(folder.path(), PREFIX, &genesis, &registry, ("book", to))
}

#[test]
fn a_rehearsal_takes_the_migration_to_its_end_in_bounded_blocks_and_looks_at_the_invariants() {
    let rehearsed = tried(2, false, 2).unwrap();
    assert_eq!(rehearsed.height, Height::GENESIS);
    assert_eq!(rehearsed.blocks, LINES.div_ceil(u64::from(PART_RECORDS)));
    assert_eq!(rehearsed.records, LINES);
    assert_ne!(rehearsed.before, rehearsed.after);
    assert!(rehearsed.slowest <= rehearsed.took);
    let [inspected] = &rehearsed.invariants[..] else {
        panic!("one invariant")
    };
    assert_eq!((inspected.records, &inspected.broken), (LINES, &None));
    // Whoever tries it on the same state comes to the same root.
    assert_eq!(tried(2, false, 2).unwrap().after, rehearsed.after);
}

#[test]
fn a_migration_that_forgets_a_record_is_found_by_the_invariant() {
    let rehearsed = tried(2, true, 2).unwrap();
    let broken = rehearsed.invariants.into_iter().find_map(|one| one.broken);
    assert_eq!(broken.as_deref(), Some("line 700 is not doubled"));
}

#[test]
fn a_version_that_the_program_lacks_or_that_is_not_the_next_is_not_tried() {
    assert!(matches!(tried(1, false, 2), Err(RehearsalError::Unsupported(lacking)) if lacking.needed == 2));
    assert!(matches!(
        tried(2, false, 3),
        Err(RehearsalError::Step { active: 1, to: 3 })
    ));
}
