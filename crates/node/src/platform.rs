//! Time, threads and tasks, as a node needs them.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use futures::future::BoxFuture;
use yinxin_consensus::runtime::{Clock, Spawner as _, Supervisor as _, tokio as engine_tokio};
use yinxin_types::BlockTime;

/// What stands around a node: the real world, or the simulator's.
pub trait Platform: Send + Sync + 'static {
    /// The clock.
    fn now(&self) -> BlockTime;

    /// Resolves after a time of this platform's clock.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;

    /// Runs work that reads disks or computes for long, where it holds up nothing else. Resolves when it is done.
    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()>;

    /// Runs a task for as long as the node lives.
    fn spawn(&self, task: BoxFuture<'static, ()>);
}

/// The real world: the engine's tokio runtime.
pub struct RealPlatform {
    context: engine_tokio::Context,
}

impl RealPlatform {
    /// On this runtime.
    pub fn new(context: engine_tokio::Context) -> Arc<Self> {
        Arc::new(Self { context })
    }
}

impl Platform for RealPlatform {
    fn now(&self) -> BlockTime {
        let since = self
            .context
            .current()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(self.context.sleep(time))
    }

    fn run_blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        let task = tokio::task::spawn_blocking(work);
        Box::pin(async move {
            // Fails only while the process stops; whoever waited for the work's answer learns it from the work's own channel.
            let _ = task.await;
        })
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.context.child("node").spawn(move |_| task);
    }
}

/// Runs `work` through a platform and returns its answer; `None` while the process stops.
pub async fn blocking<T: Send + 'static>(
    platform: &dyn Platform,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let (answer, answered) = futures::channel::oneshot::channel();
    platform
        .run_blocking(Box::new(move || {
            // The receiver is gone if whoever asked no longer waits.
            let _ = answer.send(work());
        }))
        .await;
    answered.await.ok()
}
