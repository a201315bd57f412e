//! Time, threads and tasks of a simulated node.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use futures::future::BoxFuture;
use yinxin_consensus::runtime::{Clock as _, Spawner as _, Supervisor as _};
use yinxin_consensus::simulated::Context;
use yinxin_node::platform::Platform;
use yinxin_types::BlockTime;

use crate::chance::Chance;

/// The simulator around one node.
pub struct SimulatedPlatform {
    context: Context,
    ahead_ms: Arc<AtomicI64>,
    chance: Mutex<Chance>,
}

impl SimulatedPlatform {
    /// A platform whose clock is ahead of the runtime's by so many milliseconds.
    pub fn new(context: Context, ahead_ms: Arc<AtomicI64>, chance: Chance) -> Self {
        Self {
            context,
            ahead_ms,
            chance: Mutex::new(chance),
        }
    }
}

/// The time of the simulation.
pub fn now(context: &Context) -> BlockTime {
    let since = context.current().duration_since(UNIX_EPOCH).unwrap_or_default();
    BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The days that were let pass: everybody's clock is so much ahead of the runtime's.
#[derive(Clone, Debug, Default)]
pub struct Leapt(Arc<AtomicI64>);

impl Leapt {
    /// Lets so many milliseconds pass.
    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    /// How many have passed.
    pub fn ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The time on a right clock.
    pub fn now(&self, context: &Context) -> BlockTime {
        BlockTime(now(context).0.saturating_add_signed(self.ms()))
    }
}

impl Platform for SimulatedPlatform {
    fn now(&self) -> BlockTime {
        let ahead_ms = self.ahead_ms.load(Ordering::Relaxed);
        BlockTime(now(&self.context).0.saturating_add_signed(ahead_ms))
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.context.sleep(time))
    }

    /// Work on a thread takes a while; meanwhile everything else goes on, and the node may die.
    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        let pause = self
            .chance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .below(4);
        let pause = self.context.sleep(Duration::from_millis(pause));
        Box::pin(async move {
            pause.await;
            work();
        })
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.context.child("node").spawn(move |_| task);
    }
}
