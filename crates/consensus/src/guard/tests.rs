//! The vote guard against contradictions, damage and torn writes.

use commonware_runtime::deterministic::{self, Context};
use commonware_runtime::{Runner as _, Supervisor as _};
use proptest::prelude::*;

use super::VoteKind::{Finalize, Notarize, Nullify};
use super::*;

const A: [u8; 32] = [0xa; 32];
const B: [u8; 32] = [0xb; 32];
const PREFIX: &str = "node";

fn in_runtime<Fut: Future<Output = ()>>(test: impl FnOnce(Context) -> Fut) {
    deterministic::Runner::default().start(test);
}

async fn open(context: &Context) -> VoteGuard<Context> {
    VoteGuard::open(context, PREFIX).await.unwrap()
}

/// Gives votes and lets them leave.
async fn vote(guard: &mut VoteGuard<Context>, votes: &[(u64, VoteKind)]) {
    for (view, kind) in votes {
        assert_eq!(guard.admit(0, *view, *kind), Verdict::New, "{view} {kind:?}");
        guard.sync().await.unwrap();
    }
}

async fn contents(context: &Context, name: &[u8]) -> Vec<u8> {
    let (file, length) = context
        .open(&VoteGuard::<Context>::partition(PREFIX), name)
        .await
        .unwrap();
    let length = usize::try_from(length).unwrap();
    file.read_at(0, length, ReadOptions::default())
        .await
        .unwrap()
        .coalesce()
        .as_ref()
        .to_vec()
}

async fn overwrite(context: &Context, name: &[u8], offset: usize, bytes: &[u8]) {
    let (file, _) = context
        .open(&VoteGuard::<Context>::partition(PREFIX), name)
        .await
        .unwrap();
    file.write_at(u64::try_from(offset).unwrap(), bytes.to_vec(), WriteOptions::SYNC)
        .await
        .unwrap();
}

#[test]
fn each_rule_is_kept_and_broken() {
    use Verdict::{New, Refused, Repeat};
    let table = [
        // Votes given before, a vote, what the guard says.
        (vec![], Notarize(A), New),
        (vec![Notarize(A)], Notarize(A), Repeat),
        (vec![Notarize(A)], Notarize(B), Refused),
        (vec![Notarize(A)], Nullify, New),
        (vec![Notarize(A)], Finalize(A), New),
        (vec![Nullify], Nullify, Repeat),
        (vec![Nullify], Finalize(A), Refused),
        (vec![Nullify], Notarize(A), New),
        (vec![Finalize(A)], Nullify, Refused),
        (vec![Finalize(A)], Finalize(A), Repeat),
        (vec![Finalize(A)], Finalize(B), Refused),
        (vec![Notarize(A), Finalize(A)], Notarize(B), Refused),
    ];
    for (given, next, expected) in table {
        let mut record = Record::default();
        for kind in &given {
            assert_eq!(record.judge(0, 7, *kind), New);
            record.enter(0, 7, *kind);
        }
        assert_eq!(record.judge(0, 7, next), expected, "{given:?} then {next:?}");
        assert_eq!(record.judge(0, 8, next), New, "another view");
    }
}

#[test]
fn nothing_leaves_for_views_that_were_forgotten_or_epochs_that_are_over() {
    let mut record = Record::default();
    for view in 1..=40 {
        record.enter(0, view, Notarize(A));
    }
    assert_eq!((record.views.len(), record.floor), (MAX_VIEWS, 8));
    for view in 0..=8 {
        assert_eq!(record.judge(0, view, Notarize(A)), Verdict::Refused, "{view}");
    }
    assert_eq!(record.judge(0, 9, Notarize(A)), Verdict::Repeat);
    assert_eq!(record.judge(1, 3, Notarize(B)), Verdict::New);
    record.enter(1, 3, Notarize(B));
    assert_eq!(record.judge(0, 41, Notarize(A)), Verdict::Refused);
    assert_eq!(record.judge(1, 3, Notarize(A)), Verdict::Refused);
}

#[test]
fn a_full_record_fits_its_place_and_comes_back_as_it_was() {
    let mut record = Record {
        sequence: u64::MAX,
        epoch: u64::MAX - 1,
        ..Record::default()
    };
    for view in u64::MAX - 100..u64::MAX {
        for kind in [Notarize(A), Nullify, Finalize(B)] {
            record.enter(u64::MAX - 1, view, kind);
        }
    }
    let (_, place) = record.to_place();
    assert_eq!(place.len(), PLACE_BYTES);
    let read = Reader::new(&place)
        .bytes(PLACE_BYTES)
        .and_then(Record::from_bytes);
    assert_eq!(read, Ok(record));
}

proptest! {
    #[test]
    fn any_bytes_are_a_record_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(record) = Record::from_bytes(&bytes) {
            prop_assert_eq!(record.to_bytes(), bytes);
        }
    }
}

#[test]
fn a_vote_that_left_is_remembered_and_one_that_was_not_synced_never_left() {
    in_runtime(|context| async move {
        let mut guard = open(&context).await;
        assert_eq!(guard.state(), GuardState::Fresh);
        vote(&mut guard, &[(5, Notarize(A)), (5, Finalize(A)), (6, Nullify)]).await;
        assert_eq!(guard.admit(0, 7, Notarize(A)), Verdict::New);
        drop(guard);
        let mut guard = open(&context).await;
        assert_eq!((guard.state(), guard.highest_view()), (GuardState::Intact, 6));
        assert_eq!(guard.admit(0, 5, Notarize(B)), Verdict::Refused);
        assert_eq!(guard.admit(0, 5, Nullify), Verdict::Refused);
        assert_eq!(guard.admit(0, 5, Finalize(A)), Verdict::Repeat);
        assert_eq!(guard.admit(0, 6, Finalize(B)), Verdict::Refused);
        assert_eq!(guard.admit(0, 7, Notarize(B)), Verdict::New);
    });
}

/// Opens the guard after damage and asks for votes that contradict those given: none may leave.
async fn admits_no_contradiction(context: &Context, what: &str) -> GuardState {
    let mut guard = open(context).await;
    for (view, kind) in [(5, Notarize(B)), (5, Nullify), (5, Finalize(B)), (6, Finalize(A))] {
        assert_eq!(
            guard.admit(0, view, kind),
            Verdict::Refused,
            "{what}: {view} {kind:?}"
        );
    }
    guard.state()
}

#[test]
fn no_flipped_bit_of_either_file_lets_a_contradiction_leave() {
    in_runtime(|context| async move {
        let mut guard = open(&context).await;
        vote(&mut guard, &[(5, Notarize(A)), (5, Finalize(A)), (6, Nullify)]).await;
        drop(guard);
        let mut states = [0; 2];
        for name in [b"first".as_slice(), b"second"] {
            let whole = contents(&context, name).await;
            for (offset, byte) in whole.iter().enumerate() {
                for bit in 0..8 {
                    overwrite(&context, name, offset, &[byte ^ (1 << bit)]).await;
                    match admits_no_contradiction(&context, &format!("byte {offset} bit {bit}")).await {
                        GuardState::Intact => states[0] += 1,
                        GuardState::Mended => states[1] += 1,
                        other => panic!("byte {offset} bit {bit}: {other:?}"),
                    }
                }
                overwrite(&context, name, offset, &[*byte]).await;
            }
        }
        // Bits of the newest record are noticed; those of the other place and of the padding are not in use.
        let used = 4 + Record::default().to_bytes().len() + 2 * 75;
        assert_eq!(states[1], 2 * 8 * used);
    });
}

#[test]
fn a_write_torn_at_any_byte_leaves_the_record_before_it() {
    in_runtime(|context| async move {
        let mut guard = open(&context).await;
        vote(&mut guard, &[(5, Notarize(A)), (5, Finalize(A)), (6, Nullify)]).await;
        let before = guard.record.clone();
        assert_eq!(guard.admit(0, 7, Notarize(A)), Verdict::New);
        guard.record.sequence += 1;
        let (offset, place) = guard.record.to_place();
        drop(guard);
        let offset = usize::try_from(offset).unwrap();
        let length = u32::from_be_bytes(place[..4].try_into().unwrap());
        let whole = usize::try_from(length).unwrap() + 4;
        for torn in 0..whole {
            for name in [b"first".as_slice(), b"second"] {
                overwrite(&context, name, offset, &place[..torn]).await;
            }
            assert_eq!(
                admits_no_contradiction(&context, &format!("torn at {torn}")).await,
                GuardState::Intact
            );
            assert_eq!(open(&context).await.record, before, "torn at {torn}");
        }
        overwrite(&context, b"first", offset, &place).await;
        let guard = open(&context).await;
        assert_eq!((guard.state(), guard.highest_view()), (GuardState::Mended, 7));
    });
}

#[test]
fn a_crash_while_the_files_are_made_is_no_damage() {
    in_runtime(|context| async move {
        overwrite(&context, b"first", 0, &[1, 2, 3]).await;
        let mut guard = open(&context).await;
        assert_eq!(guard.state(), GuardState::Fresh);
        vote(&mut guard, &[(1, Notarize(A))]).await;
        drop(guard);
        assert_eq!(open(&context).await.state(), GuardState::Intact);
    });
}

#[test]
fn with_both_files_unreadable_nothing_leaves() {
    in_runtime(|context| async move {
        let mut guard = open(&context).await;
        vote(&mut guard, &[(5, Notarize(A))]).await;
        drop(guard);
        for name in [b"first".as_slice(), b"second"] {
            overwrite(&context, name, 0, &vec![0xff; 2 * PLACE_BYTES]).await;
        }
        let mut guard = open(&context).await;
        assert_eq!(guard.state(), GuardState::Unreadable);
        for (epoch, view) in [(0, 5), (0, 1_000_000), (9, 1)] {
            assert_eq!(guard.admit(epoch, view, Notarize(A)), Verdict::Refused);
        }
    });
}

#[test]
fn an_unreadable_guard_begins_anew_above_everything_that_can_have_left_and_not_before() {
    in_runtime(|context| async move {
        let mut guard = open(&context).await;
        vote(&mut guard, &[(5, Notarize(A))]).await;
        drop(guard);
        for name in [b"first".as_slice(), b"second"] {
            overwrite(&context, name, 0, &vec![0xff; 2 * PLACE_BYTES]).await;
        }
        let mut guard = open(&context).await;
        let watch = GuardWatch::new(guard.state());
        assert_eq!(watch.passed(), None);
        watch.finality_passed(0, 7);
        watch.finality_passed(0, 6);
        let (epoch, floor) = watch.passed().unwrap();
        guard.readmit(epoch, floor);
        assert_eq!(guard.admit(0, 8, Notarize(B)), Verdict::Refused);
        vote(&mut guard, &[(9, Notarize(B))]).await;
        drop(guard);
        let mut guard = open(&context).await;
        assert_eq!(guard.state(), GuardState::Intact);
        assert_eq!(guard.admit(0, 8, Notarize(A)), Verdict::Refused);
        assert_eq!(guard.admit(0, 9, Notarize(A)), Verdict::Refused);
        // One that can be read is never forgiven anything.
        guard.readmit(0, 0);
        assert_eq!(guard.admit(0, 9, Notarize(A)), Verdict::Refused);
    });
}

#[test]
fn an_unreadable_guard_begins_anew_in_the_epoch_that_finality_has_reached() {
    in_runtime(|context| async move {
        let guard = open(&context).await;
        let mut guard = guard.distrusted(&context, PREFIX).await.unwrap();
        let watch = GuardWatch::new(guard.state());
        watch.finality_passed(1, 900);
        watch.finality_passed(2, 3);
        let (epoch, floor) = watch.passed().unwrap();
        assert_eq!((epoch, floor), (2, 4));
        guard.readmit(epoch, floor);
        assert_eq!(guard.admit(1, 5000, Notarize(A)), Verdict::Refused);
        assert_eq!(guard.admit(2, 4, Notarize(A)), Verdict::Refused);
        assert_eq!(guard.admit(2, 5, Notarize(A)), Verdict::New);
        assert_eq!(guard.admit(3, 1, Notarize(B)), Verdict::New);
    });
}

#[test]
fn no_vote_of_an_earlier_epoch_leaves_again_and_views_begin_anew() {
    in_runtime(|context| async move {
        let mut guard = open(&context).await;
        vote(&mut guard, &[(70, Notarize(A)), (70, Finalize(A))]).await;
        assert_eq!(guard.admit(1, 1, Notarize(B)), Verdict::New);
        guard.sync().await.unwrap();
        drop(guard);
        let mut guard = open(&context).await;
        assert_eq!((guard.state(), guard.highest_view()), (GuardState::Intact, 1));
        assert_eq!(guard.admit(0, 70, Finalize(A)), Verdict::Refused);
        assert_eq!(guard.admit(0, 71, Notarize(B)), Verdict::Refused);
        assert_eq!(guard.admit(1, 1, Notarize(A)), Verdict::Refused);
        assert_eq!(guard.admit(1, 1, Notarize(B)), Verdict::Repeat);
    });
}

#[test]
fn a_guard_that_is_missing_where_there_are_blocks_is_no_new_one_and_stays_so() {
    in_runtime(|context| async move {
        let guard = open(&context).await;
        assert_eq!(guard.state(), GuardState::Fresh);
        let mut guard = guard.distrusted(&context, PREFIX).await.unwrap();
        for _ in 0..2 {
            assert_eq!(guard.state(), GuardState::Unreadable);
            assert_eq!(guard.admit(0, 5, Notarize(A)), Verdict::Refused);
            drop(guard);
            guard = open(&context).await;
        }
        guard.readmit(0, 7);
        vote(&mut guard, &[(8, Notarize(A))]).await;
        // One in which votes are entered is not distrusted.
        let guard = guard.distrusted(&context, PREFIX).await.unwrap();
        assert_eq!(guard.state(), GuardState::Mended);
    });
}

#[test]
fn a_disk_that_does_not_sync_is_told() {
    in_runtime(|context| async move {
        let mut guard = open(&context.child("guard")).await;
        let broken = commonware_utils::Probability::new(1, 1);
        context.storage_fault_config().write().sync_rate = broken;
        assert_eq!(guard.admit(0, 5, Notarize(A)), Verdict::New);
        assert!(guard.sync().await.is_err());
    });
}
