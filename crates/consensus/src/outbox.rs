//! The way of messages out to single nodes: what waits for one peer leaves in its order, many in one packet, as fast as the channel's quota
//! lets it.
//!
//! ```text
//! tell ─► queue of the peer, bounded ─► packet: u32 length, message, u32 length, message, … ─► quota ─► link
//! ```
//!
//! Invariants: (1) a message is taken, or whoever tells it learns at once that it was not; (2) what the quota holds back waits and is not
//! dropped; (3) messages to one peer keep their order; (4) no queue grows beyond [`MOST_MESSAGES`] and [`MOST_BYTES`].

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use commonware_actor::{Feedback, Unreliable};
use commonware_cryptography::ed25519;
use commonware_p2p::{CheckedSender as _, Recipients, Sender};
use commonware_runtime::telemetry::metrics::{Counter, MetricsExt as _};
use commonware_runtime::{Clock, Metrics, Spawner};
use commonware_utils::channel::mpsc;
use futures::future::select;
use thiserror::Error;
use tracing::debug;

use crate::channels::MAX_GOSSIP_BYTES;

/// The most messages that wait for one peer.
const MOST_MESSAGES: usize = 1024;
/// The most bytes that wait for one peer; one message always finds room.
const MOST_BYTES: usize = 16 * MAX_GOSSIP_BYTES;
/// The most messages of one packet.
const MOST_TOGETHER: usize = 256;
/// Bytes of the length before each message.
const LENGTH_BYTES: usize = size_of::<u32>();
/// The most bytes of a packet: the longest message with its length.
pub(crate) const MAX_PACKET_BYTES: usize = MAX_GOSSIP_BYTES + LENGTH_BYTES;

/// Why a message to a node was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Untold {
    /// As much as may wait for that node waits already. It may be told later.
    #[error("too much waits for that node")]
    Busy,
    /// It is empty, longer than [`MAX_GOSSIP_BYTES`], or to a key that no node has. It can never be told.
    #[error("the message cannot be sent to that node")]
    Never,
}

/// What waits for one peer.
#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<Vec<u8>>,
    bytes: usize,
    /// Whether the quota holds it back.
    held: bool,
}

impl Queue {
    fn add(&mut self, message: Vec<u8>) -> Result<(), Untold> {
        let bytes = self.bytes.saturating_add(message.len());
        if self.messages.len() >= MOST_MESSAGES || (bytes > MOST_BYTES && !self.messages.is_empty()) {
            return Err(Untold::Busy);
        }
        self.bytes = bytes;
        self.messages.push_back(message);
        Ok(())
    }

    /// As many of the first messages as one packet holds.
    fn packet(&mut self) -> Vec<u8> {
        let mut packet = Vec::new();
        for _ in 0..MOST_TOGETHER {
            let with = |message: &Vec<u8>| {
                packet
                    .len()
                    .saturating_add(LENGTH_BYTES)
                    .saturating_add(message.len())
            };
            if self
                .messages
                .front()
                .is_none_or(|first| with(first) > MAX_PACKET_BYTES)
            {
                break;
            }
            let Some(message) = self.messages.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(message.len());
            let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
            packet.extend_from_slice(&length.to_be_bytes());
            packet.extend_from_slice(&message);
        }
        packet
    }
}

/// The messages of a packet; `None` for bytes that are no packet.
pub(crate) fn read_packet(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<LENGTH_BYTES>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        if length == 0 || length > MAX_GOSSIP_BYTES || messages.len() == MOST_TOGETHER {
            return None;
        }
        let (message, rest) = rest.split_at_checked(length)?;
        messages.push(message);
        bytes = rest;
    }
    Some(messages)
}

/// What became of messages, for operators.
#[derive(Clone)]
struct Counts {
    told: Counter,
    packets: Counter,
    held: Counter,
    refused: Counter,
    lost: Counter,
}

impl Counts {
    fn new(runtime: &impl Metrics) -> Self {
        Self {
            told: runtime.counter("told", "messages to single nodes that were taken"),
            packets: runtime.counter("packets", "packets in which they left"),
            held: runtime.counter(
                "held",
                "times that the quota of the channel made the messages to a node wait",
            ),
            refused: runtime.counter(
                "refused",
                "messages refused because too much waited for their node",
            ),
            lost: runtime.counter("lost", "packets that the link did not take"),
        }
    }
}

type Queues = BTreeMap<ed25519::PublicKey, Queue>;

/// The door to the queues. Clones lead to the same ones.
#[derive(Clone)]
pub(crate) struct Outbox {
    queues: Arc<Mutex<Queues>>,
    wake: mpsc::Sender<()>,
    counts: Counts,
}

fn lock(queues: &Mutex<Queues>) -> MutexGuard<'_, Queues> {
    queues.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Outbox {
    /// Opens the queues before a channel. They are emptied until every door is gone.
    pub(crate) fn open<E, S>(runtime: E, sender: S) -> Self
    where
        E: Clock + Metrics + Spawner,
        S: Sender<PublicKey = ed25519::PublicKey>,
    {
        let (wake, woken) = mpsc::channel(1);
        let counts = Counts::new(&runtime);
        let outbox = Self {
            queues: Arc::default(),
            wake,
            counts: counts.clone(),
        };
        let queues = outbox.queues.clone();
        let carrier = Carrier {
            queues,
            sender,
            counts,
        };
        runtime.spawn(move |runtime| carrier.run(runtime, woken));
        outbox
    }

    /// Takes a message to one peer.
    pub(crate) fn tell(&self, to: ed25519::PublicKey, message: Vec<u8>) -> Result<(), Untold> {
        if message.is_empty() || message.len() > MAX_GOSSIP_BYTES {
            return Err(Untold::Never);
        }
        let taken = lock(&self.queues).entry(to).or_default().add(message);
        match taken {
            Ok(()) => self.counts.told.inc(),
            Err(_) => self.counts.refused.inc(),
        };
        // One that is full wakes as well.
        let _ = self.wake.try_send(());
        taken
    }
}

/// Takes what waits to the link.
struct Carrier<S> {
    queues: Arc<Mutex<Queues>>,
    sender: S,
    counts: Counts,
}

impl<S: Sender<PublicKey = ed25519::PublicKey>> Carrier<S> {
    async fn run(mut self, runtime: impl Clock, mut woken: mpsc::Receiver<()>) {
        loop {
            let more = match self.carry() {
                None => woken.recv().await,
                Some(at) => {
                    let until = Box::pin(runtime.sleep_until(at));
                    match select(Box::pin(woken.recv()), until).await {
                        futures::future::Either::Left((more, _)) => more,
                        futures::future::Either::Right(_) => Some(()),
                    }
                }
            };
            if more.is_none() {
                return;
            }
        }
    }

    /// Sends what the quota allows; says when it will allow more of what still waits.
    fn carry(&mut self) -> Option<SystemTime> {
        let mut queues = lock(&self.queues);
        let mut earliest: Option<SystemTime> = None;
        for (peer, queue) in queues.iter_mut() {
            while !queue.messages.is_empty() {
                match self.sender.check(Recipients::One(peer.clone())) {
                    Ok(checked) => {
                        queue.held = false;
                        self.counts.packets.inc();
                        if let Unreliable::Rejected | Unreliable::Outcome(Feedback::Closed) =
                            checked.send(queue.packet(), false)
                        {
                            self.counts.lost.inc();
                            debug!("the link did not take a packet of messages");
                        }
                    }
                    Err(until) => {
                        if !queue.held {
                            self.counts.held.inc();
                        }
                        queue.held = true;
                        earliest = Some(earliest.map_or(until, |earliest| earliest.min(until)));
                        break;
                    }
                }
            }
        }
        queues.retain(|_, queue| !queue.messages.is_empty());
        earliest
    }
}
