//! Sending signed deposits: as fast as a window of open ones allows, or at a fixed pace.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::bench::signing::Shot;
use crate::bench::wire::Connection;
use crate::cli::failure::Failure;

/// How long a sender waits before it looks again whether there is room.
const PAUSE: Duration = Duration::from_millis(2);
/// How long a sender waits after the network failed it.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
/// How often a sender tries a request that the network loses.
const ATTEMPTS: u32 = 5;

/// When requests are sent.
#[derive(Clone)]
pub(super) enum Pace {
    /// As fast as they are answered, while no more than `window` accepted deposits are not final yet.
    Window {
        /// The most deposits under way.
        window: u64,
        /// How many have become final.
        committed: Arc<dyn Fn() -> u64 + Send + Sync>,
    },
    /// `per_second` deposits, whatever becomes of them; what the nodes do not take is lost.
    Fixed {
        /// Deposits in a second.
        per_second: u64,
    },
}

/// Where a load is sent, and how.
#[derive(Clone)]
pub(super) struct Plan {
    /// The nodes, which take turns.
    pub targets: Vec<SocketAddr>,
    /// Connections that stay open.
    pub connections: usize,
    /// When.
    pub pace: Pace,
    /// When to stop sending.
    pub until: Instant,
}

/// When the deposits of a request were sent, or were due to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    /// Position of the request.
    pub shot: usize,
    /// When.
    pub at: Instant,
}

/// What became of a load.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Requests of which something was accepted.
    pub sent: Vec<Sent>,
    /// Deposits accepted.
    pub accepted: u64,
    /// Deposits that the nodes did not take.
    pub refused: u64,
    /// The last reason of a refusal that was not for want of room.
    pub complaint: Option<String>,
}

/// A load that is being sent.
pub(super) struct Load {
    thread: JoinHandle<io::Result<()>>,
    shared: Arc<Shared>,
    /// The requests.
    pub shots: Arc<Vec<Shot>>,
}

struct Shared {
    next: AtomicUsize,
    accepted: AtomicU64,
    stop: AtomicBool,
    outcome: Mutex<Outcome>,
    begun: Instant,
    committed_before: u64,
}

impl Load {
    /// Begins to send on a thread of its own.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(plan: Plan, shots: Vec<Shot>) -> Result<Self, Failure> {
        let shots = Arc::new(shots);
        let committed_before = match &plan.pace {
            Pace::Window { committed, .. } => committed(),
            Pace::Fixed { .. } => 0,
        };
        let shared = Arc::new(Shared {
            next: AtomicUsize::new(0),
            accepted: AtomicU64::new(0),
            stop: AtomicBool::new(false),
            outcome: Mutex::new(Outcome::default()),
            begun: Instant::now(),
            committed_before,
        });
        let (work, sink) = (Arc::clone(&shots), Arc::clone(&shared));
        let send = move || -> io::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let senders: Vec<_> = plan
                    .targets
                    .iter()
                    .cycle()
                    .take(plan.connections)
                    .map(|target| {
                        let sender = Sender {
                            connection: Connection::new(*target),
                            plan: plan.clone(),
                            shots: Arc::clone(&work),
                            shared: Arc::clone(&sink),
                        };
                        tokio::spawn(sender.run())
                    })
                    .collect();
                for sender in senders {
                    sender.await.map_err(io::Error::other)?;
                }
                Ok(())
            })
        };
        let thread = thread::Builder::new()
            .name("load".to_owned())
            .spawn(send)
            .map_err(|error| Failure::internal(&error))?;
        Ok(Self {
            thread,
            shared,
            shots,
        })
    }

    /// Whether every request was sent, or time is up.
    pub fn is_over(&self) -> bool {
        self.thread.is_finished()
    }

    /// Sends nothing more.
    pub fn stop(&self) {
        self.shared.stop.store(true, Ordering::Relaxed);
    }

    /// Waits for the last answers.
    ///
    /// # Errors
    /// Where the sender could not run.
    pub fn finish(self) -> Result<(Outcome, Arc<Vec<Shot>>), Failure> {
        match self.thread.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(Failure::internal(&error)),
            Err(_) => return Err(Failure::internal(&io::Error::other("the sender stopped"))),
        }
        let mut outcome = std::mem::take(&mut *self.shared.outcome.lock());
        outcome.accepted = self.shared.accepted.load(Ordering::Relaxed);
        Ok((outcome, self.shots))
    }
}

/// What one answer says.
enum Verdict {
    /// So many deposits were accepted.
    Accepted(u64),
    /// No room; try again after this.
    Later(Duration),
    /// Something else.
    Refused(String),
}

struct Sender {
    connection: Connection,
    plan: Plan,
    shots: Arc<Vec<Shot>>,
    shared: Arc<Shared>,
}

impl Sender {
    async fn run(mut self) {
        loop {
            if self.shared.stop.load(Ordering::Relaxed) || Instant::now() >= self.plan.until {
                return;
            }
            let index = self.shared.next.fetch_add(1, Ordering::Relaxed);
            let shots = Arc::clone(&self.shots);
            let Some(shot) = shots.get(index) else { return };
            let Some(at) = self.due(index, shot).await else {
                return;
            };
            self.fire(index, shot, at).await;
        }
    }

    /// Waits until a request may be sent; `None` if there is no time left.
    async fn due(&self, index: usize, shot: &Shot) -> Option<Instant> {
        match &self.plan.pace {
            Pace::Window { window, committed } => {
                while self.under_way(committed().saturating_sub(self.shared.committed_before)) > *window {
                    if self.shared.stop.load(Ordering::Relaxed) || Instant::now() >= self.plan.until {
                        return None;
                    }
                    tokio::time::sleep(PAUSE).await;
                }
                Some(Instant::now())
            }
            Pace::Fixed { per_second } => {
                let before = u64::try_from(index.saturating_mul(shot.ids.len())).unwrap_or(u64::MAX);
                let micros = before
                    .saturating_mul(1_000_000)
                    .checked_div(*per_second)
                    .unwrap_or_default();
                let at = self.shared.begun.checked_add(Duration::from_micros(micros))?;
                if at >= self.plan.until {
                    return None;
                }
                tokio::time::sleep_until(at.into()).await;
                // The time it was due counts, not that at which an overburdened sender comes to it.
                Some(at)
            }
        }
    }

    fn under_way(&self, committed: u64) -> u64 {
        self.shared
            .accepted
            .load(Ordering::Relaxed)
            .saturating_sub(committed)
    }

    async fn fire(&mut self, index: usize, shot: &Shot, at: Instant) {
        let all = u64::try_from(shot.ids.len()).unwrap_or_default();
        let mut attempt = 0_u32;
        let mut complaint = None;
        while attempt < ATTEMPTS && !self.shared.stop.load(Ordering::Relaxed) {
            attempt = attempt.saturating_add(1);
            let pause = match self.connection.ask(&shot.request).await {
                Ok(answer) => match judge(answer.status, answer.retry_after_s, answer.body, all) {
                    Verdict::Accepted(count) => {
                        self.shared.accepted.fetch_add(count, Ordering::Relaxed);
                        let mut outcome = self.shared.outcome.lock();
                        outcome.sent.push(Sent { shot: index, at });
                        outcome.refused = outcome.refused.saturating_add(all.saturating_sub(count));
                        return;
                    }
                    Verdict::Later(pause) => pause,
                    Verdict::Refused(reason) => {
                        complaint = Some(reason);
                        break;
                    }
                },
                Err(error) => {
                    complaint = Some(error.to_string());
                    AFTER_FAILURE
                }
            };
            if matches!(self.plan.pace, Pace::Fixed { .. }) {
                break;
            }
            tokio::time::sleep(pause).await;
        }
        let mut outcome = self.shared.outcome.lock();
        outcome.refused = outcome.refused.saturating_add(all);
        if complaint.is_some() {
            outcome.complaint = complaint;
        }
    }
}

/// Reads no more of an answer than it must. In the verdicts on a batch each accepted deposit has this status.
fn judge(status: u16, retry_after_s: Option<u64>, body: &[u8], all: u64) -> Verdict {
    const PENDING: &[u8] = b"\"status\":\"pending\"";
    match status {
        202 => Verdict::Accepted(1),
        200 if all == 1 => Verdict::Accepted(1),
        200 => {
            let count = body
                .windows(PENDING.len())
                .filter(|window| *window == PENDING)
                .count();
            Verdict::Accepted(u64::try_from(count).unwrap_or_default())
        }
        429 | 503 => Verdict::Later(Duration::from_secs(retry_after_s.unwrap_or(1).min(2))),
        _ => Verdict::Refused(format!(
            "{status} {}",
            String::from_utf8_lossy(body.get(..300).unwrap_or(body))
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepted_deposits_of_a_batch_are_counted() {
        let body = br#"{"items":[{"id":"a","status":"pending"},{"id":"b","problem":{"status":400}},{"id":"c","status":"pending"}]}"#;
        assert!(matches!(judge(200, None, body, 3), Verdict::Accepted(2)));
        assert!(matches!(judge(202, None, b"", 1), Verdict::Accepted(1)));
        assert!(
            matches!(judge(503, Some(1), b"", 3), Verdict::Later(pause) if pause == Duration::from_secs(1))
        );
        assert!(matches!(judge(400, None, b"no", 3), Verdict::Refused(_)));
    }
}
