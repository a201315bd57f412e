//! Waking proposers: a future that needs a waker and nothing else, so that it runs in any executor, the simulator's included.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

use crate::Shared;

/// Those who wait for arrivals, each under the number it was given when it first waited.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    next: u64,
    wakers: BTreeMap<u64, Waker>,
}

impl Waiting {
    /// Hands out the wakers of all who waited; each asks again whether its condition holds.
    pub(crate) fn take(&mut self) -> Vec<Waker> {
        std::mem::take(&mut self.wakers).into_values().collect()
    }

    /// Remembers a waker under `ticket`, drawing a ticket the first time.
    fn register(&mut self, ticket: Option<u64>, waker: &Waker) -> u64 {
        let ticket = ticket.unwrap_or_else(|| {
            self.next = self.next.saturating_add(1);
            self.next
        });
        self.wakers.insert(ticket, waker.clone());
        ticket
    }
}

/// Resolves when transactions arrive; made by [`Mempool::ready`](crate::Mempool::ready) and [`Mempool::arrival`](crate::Mempool::arrival).
#[must_use = "futures do nothing unless awaited"]
pub struct Arrival {
    shared: Arc<Mutex<Shared>>,
    seen: u64,
    held: bool,
    ticket: Option<u64>,
}

impl fmt::Debug for Arrival {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrival")
            .field("seen", &self.seen)
            .field("ticket", &self.ticket)
            .finish_non_exhaustive()
    }
}

impl Arrival {
    /// Waits for more than `seen` arrivals or, with `held`, for the pool to hold something.
    pub(crate) fn new(shared: Arc<Mutex<Shared>>, seen: u64, held: bool) -> Self {
        Self {
            shared,
            seen,
            held,
            ticket: None,
        }
    }
}

impl Future for Arrival {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        let mut shared = this.shared.lock();
        let reached = if this.held {
            !shared.pool.is_empty()
        } else {
            shared.pool.arrivals() > this.seen
        };
        if reached {
            return Poll::Ready(());
        }
        this.ticket = Some(shared.waiting.register(this.ticket, context.waker()));
        Poll::Pending
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            let waker = self.shared.lock().waiting.wakers.remove(&ticket);
            // Dropped after the lock is released: dropping a waker may drop a task.
            drop(waker);
        }
    }
}
