//! The authenticated state: its root, proofs of presence and absence, and what a crash leaves, for both suites.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at anything it did not expect"
)]

use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroUsize};

use commonware_runtime::buffer::paged::CacheRef;
use commonware_runtime::deterministic::{Context, Runner};
use commonware_runtime::{Runner as _, Supervisor as _};
use commonware_storage::qmdb::floor::Proportional;
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_state::{
    ChainHash, Claim, ProofError, Sha256, Sm3, Store, Value, key, prove, store_config, verify,
};
use yinxin_types::StateKey;

type Records = BTreeMap<StateKey, Vec<u8>>;

fn state_key(number: u32) -> StateKey {
    StateKey(*HashAlgorithm::Sha256.hash(&[&number.to_be_bytes()]).bytes())
}

async fn open<H: ChainHash>(context: &Context) -> Store<Context, H> {
    let cache = CacheRef::new(NonZeroU16::new(4096).unwrap(), NonZeroUsize::new(64).unwrap());
    Store::init(context.child("state"), store_config("test", cache), None)
        .await
        .unwrap()
}

/// Writes records as one block does; `None` removes.
async fn write<H: ChainHash>(
    store: Store<Context, H>,
    changes: &[(StateKey, Option<Vec<u8>>)],
) -> Store<Context, H> {
    let mut batch = store.new_batch();
    for (state_key, value) in changes {
        batch = batch.write(key(state_key), value.clone().map(Value));
    }
    let sealed = batch.merkleize(&store, None, &mut Proportional).await.unwrap();
    store.apply_batch(sealed).await.unwrap()
}

fn root<H: ChainHash>(store: &Store<Context, H>) -> Digest {
    Digest::new(H::ALGORITHM, store.root().0)
}

async fn shows_everything<H: ChainHash>(store: &Store<Context, H>, records: &Records) {
    let root = root(store);
    for number in 0..40 {
        let state_key = state_key(number);
        let (value, proof) = prove(store, &state_key).await.unwrap();
        assert_eq!(value.as_ref(), records.get(&state_key), "{number}");
        let claim = value.as_deref().map_or(Claim::Absent, Claim::Present);
        verify::<H>(&root, &state_key, claim, &proof).unwrap();
    }
}

fn blocks() -> Vec<Vec<(StateKey, Option<Vec<u8>>)>> {
    vec![
        (0..20)
            .map(|n| (state_key(n), Some(vec![1; usize::try_from(n).unwrap()])))
            .collect(),
        (10..30)
            .map(|n| (state_key(n), Some(format!("second {n}").into_bytes())))
            .collect(),
        (0..30).step_by(3).map(|n| (state_key(n), None)).collect(),
    ]
}

fn presence_and_absence<H: ChainHash>() {
    Runner::default().start(|context| async move {
        let mut store = open::<H>(&context).await;
        let mut records = Records::new();
        let mut roots = vec![root(&store)];
        shows_everything(&store, &records).await;
        for changes in blocks() {
            store = write(store, &changes).await;
            for (state_key, value) in changes {
                match value {
                    Some(value) => records.insert(state_key, value),
                    None => records.remove(&state_key),
                };
            }
            shows_everything(&store, &records).await;
            assert!(!roots.contains(&root(&store)));
            roots.push(root(&store));
        }
    });
}

#[test]
fn presence_and_absence_of_every_record_are_proven_after_every_block_with_sha256() {
    presence_and_absence::<Sha256>();
}

#[test]
fn presence_and_absence_of_every_record_are_proven_after_every_block_with_sm3() {
    presence_and_absence::<Sm3>();
}

fn tampering<H: ChainHash>() {
    Runner::default().start(|context| async move {
        let store = open::<H>(&context).await;
        let earlier = root(&store);
        let store = write(store, &blocks()[0]).await;
        let root = root(&store);
        let (present, absent) = (state_key(7), state_key(33));
        let (value, inclusion) = prove(&store, &present).await.unwrap();
        let value = value.unwrap();
        let (_, exclusion) = prove(&store, &absent).await.unwrap();
        let refuted = |root: &Digest, state_key: &StateKey, claim: Claim<'_>, proof: &[u8]| {
            verify::<H>(root, state_key, claim, proof).is_err()
        };
        let mut longer = value.clone();
        longer.push(1);
        assert!(
            refuted(&root, &present, Claim::Present(&longer), &inclusion),
            "another value"
        );
        assert!(
            refuted(&root, &present, Claim::Absent, &inclusion),
            "absence by a proof of presence"
        );
        assert!(
            refuted(&root, &absent, Claim::Present(&value), &exclusion),
            "presence by a proof of absence"
        );
        assert!(
            refuted(&root, &absent, Claim::Present(&value), &inclusion),
            "another key"
        );
        assert!(
            refuted(&root, &present, Claim::Absent, &exclusion),
            "absence of what is there"
        );
        assert!(
            refuted(&earlier, &present, Claim::Present(&value), &inclusion),
            "another root"
        );
        let other = if H::ALGORITHM == HashAlgorithm::Sm3 {
            HashAlgorithm::Sha256
        } else {
            HashAlgorithm::Sm3
        };
        let renamed = Digest::new(other, *root.bytes());
        assert!(
            refuted(&renamed, &present, Claim::Present(&value), &inclusion),
            "another algorithm"
        );
        for (state_key, claim, proof) in [
            (&present, Claim::Present(&value), &inclusion),
            (&absent, Claim::Absent, &exclusion),
        ] {
            verify::<H>(&root, state_key, claim, proof).unwrap();
            for place in 0..proof.len() {
                for bit in 0..8 {
                    let mut changed = proof.clone();
                    changed[place] ^= 1 << bit;
                    assert!(
                        refuted(&root, state_key, claim, &changed),
                        "byte {place} bit {bit}"
                    );
                }
                assert!(
                    refuted(&root, state_key, claim, &proof[..place]),
                    "cut at {place}"
                );
            }
            let mut longer = proof.clone();
            longer.push(0);
            assert!(matches!(
                verify::<H>(&root, state_key, claim, &longer),
                Err(ProofError::Malformed)
            ));
        }
    });
}

#[test]
fn a_changed_claim_and_every_flipped_bit_of_a_proof_are_refuted_with_sha256() {
    tampering::<Sha256>();
}

#[test]
fn a_changed_claim_and_every_flipped_bit_of_a_proof_are_refuted_with_sm3() {
    tampering::<Sm3>();
}

#[test]
fn after_a_crash_the_last_synced_block_is_there_and_goes_on_to_the_same_roots() {
    let [first, second, third] = blocks().try_into().unwrap();
    let expected = Runner::default().start({
        let (first, second, third) = (first.clone(), second.clone(), third.clone());
        |context| async move {
            let store = write(open::<Sha256>(&context).await, &first).await;
            let store = write(store, &second).await;
            root(&write(store, &third).await)
        }
    });
    let (kept, checkpoint) = Runner::default().start_and_recover({
        let second = second.clone();
        |context| async move {
            let store = write(open::<Sha256>(&context).await, &first)
                .await
                .sync()
                .await
                .unwrap();
            let kept = root(&store);
            let lost = write(store, &second).await;
            assert_ne!(root(&lost), kept);
            kept
        }
    });
    Runner::from(checkpoint).start(|context| async move {
        let store = open::<Sha256>(&context).await;
        assert_eq!(root(&store), kept);
        let store = write(store, &second).await;
        assert_eq!(root(&write(store, &third).await), expected);
    });
}

/// What every chain's state grows from: a change of these digests is a change of the format.
#[test]
fn the_roots_of_an_empty_state_are_pinned() {
    fn empty<H: ChainHash>() -> String {
        Runner::default().start(|context| async move { root(&open::<H>(&context).await).to_string() })
    }
    assert_eq!(
        [empty::<Sha256>(), empty::<Sm3>()],
        [
            "sha256:505b3447d8343ec2a5f551e8af7499dd39b86f4d9e4c768f15cd57bc6089f993",
            "sm3:6c2b00fae3e91c5b2f6ca0198cfddb025e74e8ad09929ae0ccf00a0c3d2f0646"
        ]
    );
}

proptest::proptest! {
    #[test]
    fn arbitrary_bytes_are_no_proof(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let root = HashAlgorithm::Sha256.hash(&[b"root"]);
        for claim in [Claim::Absent, Claim::Present(b"value")] {
            proptest::prop_assert!(verify::<Sha256>(&root, &state_key(1), claim, &bytes).is_err());
        }
    }
}
