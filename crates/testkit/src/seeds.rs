//! Many seeds, on every processor.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::plan::Plan;
use crate::simulation::{Passed, run};

/// What a seed gave: its outcome, or the promise that was broken.
pub type Verdict = Result<Passed, String>;

/// Simulates the plan that `draw` gives for every seed of the range; `tell` hears each verdict as soon as it is there, in no particular order.
pub fn simulate_all(
    seeds: Range<u64>,
    draw: impl Fn(u64) -> Plan + Sync,
    verbose: bool,
    tell: impl FnMut(u64, Verdict) + Send,
) {
    // What several simulations log would be mixed up.
    let threads = if verbose {
        1
    } else {
        thread::available_parallelism().map_or(1, usize::from)
    };
    let (next, tell) = (AtomicU64::new(seeds.start), Mutex::new(tell));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let verdict = run(draw(seed), verbose);
                    if let Ok(mut tell) = tell.lock() {
                        tell(seed, verdict);
                    }
                }
            });
        }
    });
}
