//! Messages to single nodes over a channel with a quota.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use commonware_cryptography::{Signer as _, ed25519};
use commonware_p2p::simulated::{Config, Link, Network, Receiver, Sender};
use commonware_p2p::{Manager as _, Receiver as _, Recipients, Sender as _};
use commonware_runtime::deterministic::{Context, Runner};
use commonware_runtime::{Clock as _, Metrics as _, Quota, Runner as _, Supervisor as _};
use commonware_utils::Probability;
use commonware_utils::ordered::Set;
use proptest::prelude::*;

use crate::channels::MAX_GOSSIP_BYTES;
use crate::outbox::{MAX_PACKET_BYTES, Outbox, Untold, read_packet};

/// Packets a second.
const QUOTA: u32 = 4;

type Key = ed25519::PublicKey;

fn key(seed: u64) -> Key {
    ed25519::PrivateKey::from_seed(seed).public_key()
}

/// A way from one node to another whose channel takes [`QUOTA`] packets a second.
async fn way(context: &Context) -> (Sender<Key, Context>, Receiver<Key>) {
    let config = Config {
        max_size: u32::try_from(MAX_PACKET_BYTES).unwrap(),
        max_peers_per_set: NonZeroUsize::new(2).unwrap(),
        disconnect_on_block: true,
        tracked_peer_sets: NonZeroUsize::MIN,
    };
    let (network, oracle) = Network::new(context.child("network"), config);
    network.start();
    let (from, to) = (key(1), key(2));
    oracle
        .manager()
        .track(0, Set::from_iter_dedup([from.clone(), to.clone()]));
    let quota = Quota::per_second(NonZeroU32::new(QUOTA).unwrap());
    let (sender, _) = oracle.control(from.clone()).register(0, quota).await.unwrap();
    let (_, receiver) = oracle.control(to.clone()).register(0, quota).await.unwrap();
    let link = Link {
        latency: Duration::from_millis(5),
        jitter: Duration::ZERO,
        success_rate: Probability::new(1, 1).unwrap(),
    };
    oracle.add_link(from, to, link).await.unwrap();
    (sender, receiver)
}

/// A message of a third of a packet, with a number.
fn large(number: u32) -> Vec<u8> {
    let mut message = vec![7; MAX_GOSSIP_BYTES / 3];
    message.splice(..4, number.to_be_bytes());
    message
}

/// The numbers of messages that arrive until nothing more has for ten seconds, and after how many seconds the last did.
async fn arrive(context: &Context, receiver: &mut Receiver<Key>, packed: bool) -> (Vec<u32>, u64) {
    let (start, mut last) = (context.current(), context.current());
    let mut numbers = Vec::new();
    loop {
        let patience = Box::pin(context.sleep(Duration::from_secs(10)));
        let futures::future::Either::Left((received, _)) =
            futures::future::select(Box::pin(receiver.recv()), patience).await
        else {
            return (numbers, last.duration_since(start).unwrap().as_secs());
        };
        let (_, packet) = received.unwrap();
        let messages = if packed {
            read_packet(packet.as_ref()).unwrap()
        } else {
            vec![packet.as_ref()]
        };
        numbers.extend(
            messages
                .iter()
                .map(|message| u32::from_be_bytes(*message.first_chunk().unwrap())),
        );
        last = context.current();
    }
}

#[test]
fn more_than_the_quota_lets_through_waits_and_arrives_whole_and_in_order() {
    Runner::default().start(|context| async move {
        let (sender, mut receiver) = way(&context).await;
        let outbox = Outbox::open(context.child("outbox"), sender);
        for number in 0..40 {
            assert_eq!(outbox.tell(key(2), large(number)), Ok(()));
        }
        let (numbers, seconds) = arrive(&context, &mut receiver, true).await;
        assert_eq!(numbers, (0..40).collect::<Vec<_>>());
        // Twenty packets, four at once and four a second.
        assert_eq!(seconds, 4);
        let metrics = context.encode();
        for counted in [
            "outbox_told_total 40",
            "outbox_packets_total 20",
            "outbox_refused_total 0",
        ] {
            assert!(metrics.contains(counted), "{counted} not in {metrics}");
        }
        assert!(!metrics.contains("outbox_held_total 0"), "{metrics}");
    });
}

#[test]
fn the_channel_alone_drops_what_goes_beyond_its_quota() {
    Runner::default().start(|context| async move {
        let (mut sender, mut receiver) = way(&context).await;
        for number in 0..40 {
            sender.send(Recipients::One(key(2)), large(number), false);
        }
        let (numbers, _) = arrive(&context, &mut receiver, false).await;
        assert_eq!(numbers, (0..QUOTA).collect::<Vec<_>>());
    });
}

#[test]
fn small_messages_share_a_packet_so_that_many_times_the_quota_arrives_at_once() {
    Runner::default().start(|context| async move {
        let (sender, mut receiver) = way(&context).await;
        let outbox = Outbox::open(context.child("outbox"), sender);
        for number in 0..1_000_u32 {
            assert_eq!(outbox.tell(key(2), number.to_be_bytes().to_vec()), Ok(()));
        }
        let (numbers, seconds) = arrive(&context, &mut receiver, true).await;
        assert_eq!((numbers, seconds), ((0..1_000).collect::<Vec<_>>(), 0));
    });
}

#[test]
fn whoever_tells_more_than_may_wait_learns_it_and_others_are_told_all_the_same() {
    Runner::default().start(|context| async move {
        let (sender, mut receiver) = way(&context).await;
        let outbox = Outbox::open(context.child("outbox"), sender);
        let mut taken = 0;
        while outbox.tell(key(2), large(taken)).is_ok() {
            taken += 1;
        }
        assert_eq!(outbox.tell(key(2), large(taken)), Err(Untold::Busy));
        assert_eq!(outbox.tell(key(3), large(0)), Ok(()));
        assert!(context.encode().contains("outbox_refused_total 2"));
        let (numbers, _) = arrive(&context, &mut receiver, true).await;
        assert_eq!(numbers, (0..taken).collect::<Vec<_>>());
        assert_eq!(outbox.tell(key(2), large(taken)), Ok(()));
        for never in [Vec::new(), vec![0; MAX_GOSSIP_BYTES + 1]] {
            assert_eq!(outbox.tell(key(2), never), Err(Untold::Never));
        }
        let longest = vec![0; MAX_GOSSIP_BYTES];
        assert_eq!(outbox.tell(key(2), longest), Ok(()));
    });
}

#[test]
fn a_packet_is_a_length_and_a_message_after_the_other_and_nothing_else_is_one() {
    assert_eq!(
        read_packet(b"\0\0\0\x01a\0\0\0\x02bc"),
        Some(vec![&b"a"[..], b"bc"])
    );
    assert_eq!(read_packet(b""), Some(Vec::new()));
    let empty = [0, 0, 0, 0];
    let torn = b"\0\0\0\x02a";
    let short = b"\0\0\0";
    let endless = [0xff; 64];
    let many = b"\0\0\0\x01a".repeat(257);
    for wrong in [&empty[..], torn, short, &endless, &many] {
        assert_eq!(read_packet(wrong), None);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_packet_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let messages = read_packet(&bytes);
        let length = messages.map(|messages| messages.iter().map(|message| message.len().saturating_add(4)).sum::<usize>());
        prop_assert!(length.is_none_or(|length| length == bytes.len()));
    }
}
