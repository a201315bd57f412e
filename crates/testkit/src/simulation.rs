//! One simulation from its seed to its verdict.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, UNIX_EPOCH};

use yinxin_consensus::simulated::{begin, resume};

use crate::check::Summary;
use crate::departments::START_MS;
use crate::life::{End, World};
use crate::panics::Watch;
use crate::plan::{Mutant, Plan};

/// The longest a simulation may last, in simulated time.
const LONGEST: Duration = Duration::from_secs(1200);

/// A simulation in which every promise was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// What came of it.
    pub summary: Summary,
    /// Faults that happened, by name.
    pub happened: BTreeMap<&'static str, u64>,
}

/// Runs the simulation of a seed.
///
/// # Errors
/// The promise that was broken, in words. The same seed breaks it again.
pub fn simulate(seed: u64, mutant: Option<Mutant>, verbose: bool) -> Result<Passed, String> {
    run(Plan::draw(seed, mutant), verbose)
}

/// Runs a simulation.
///
/// # Errors
/// As for [`simulate`].
pub fn run(plan: Plan, verbose: bool) -> Result<Passed, String> {
    let seed = plan.seed;
    let mut world = World::new(plan, verbose)?;
    let panics = Watch::begin();
    let lives = catch_unwind(AssertUnwindSafe(|| {
        let start = UNIX_EPOCH + Duration::from_millis(START_MS);
        let (mut end, mut left) = begin(seed, start, LONGEST, |context| world.live(context, &panics));
        loop {
            match end {
                End::Outage => (end, left) = resume(left, |context| world.live(context, &panics)),
                End::Finished(summary) => return Ok(*summary),
                End::Violated(violation) => return Err(violation),
            }
        }
    }));
    let summary = lives.map_err(|_| panics.take().join("; ")).flatten()?;
    Ok(Passed {
        summary,
        happened: world.happened,
    })
}
