//! `simulate`: runs whole networks on seeds and names the seed that breaks a promise.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it speaks to a person at a terminal"
)]

use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use yinxin_testkit::{Mutant, Plan, Story, simulate_all};

/// Simulates networks of whole nodes with faults. Exit code 0 if every seed passed, 1 if one failed.
#[derive(Debug, Parser)]
#[command(name = "simulate")]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 20)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// Plants a defect into every honest node: skip-guard-sync, skip-root-check or skip-validators. Seeds should then fail.
    #[arg(long)]
    mutant: Option<Mutant>,
    /// What is told beside the faults: renovation, timers or turnover; deposits of evidence if nothing is named.
    #[arg(long)]
    story: Option<Story>,
    /// Tells what happens and what the nodes log.
    #[arg(long)]
    verbose: bool,
}

fn main() -> ExitCode {
    let Arguments {
        seeds,
        start,
        mutant,
        story,
        verbose,
    } = Arguments::parse();
    if verbose {
        let level = tracing_subscriber::filter::LevelFilter::INFO;
        tracing_subscriber::fmt()
            .with_max_level(level)
            .with_writer(std::io::stderr)
            .with_ansi(false)
            .without_time()
            .init();
    }
    let began = Instant::now();
    let (mut passed, mut failed) = (0_u64, 0_u64);
    let mut totals: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut add = |name, count| {
        let total = totals.entry(name).or_default();
        *total = total.saturating_add(count);
    };
    let mut done = 0_u64;
    let progress = std::io::stderr().is_terminal() && !verbose;
    simulate_all(
        start..start.saturating_add(seeds),
        |seed| match story {
            None => Plan::draw(seed, mutant),
            Some(Story::Renovation) => Plan::renovation(seed, mutant),
            Some(Story::Timers) => Plan::timers(seed, mutant),
            Some(Story::Turnover) => Plan::turnover(seed, mutant),
        },
        verbose,
        |seed, verdict| {
            match verdict {
                Ok(outcome) => {
                    passed = passed.saturating_add(1);
                    add("blocks", outcome.summary.height.0);
                    add("acknowledged deposits", outcome.summary.acknowledged);
                    add("receipts verified", outcome.summary.receipts);
                    add("timers fired", outcome.summary.occurrences);
                    if story == Some(Story::Renovation) {
                        let told = &outcome.summary.renovation;
                        add("cases", told.cases);
                        add("acts executed", told.done);
                        add("acts refused in blocks", told.refused);
                        add("of these hostile", told.hostile);
                        add("things that time did", told.lapses);
                        add("steps taken by whom they were lent", told.lent);
                        add("decisions", told.decided);
                    }
                    outcome
                        .happened
                        .iter()
                        .for_each(|(name, count)| add(name, *count));
                    if verbose {
                        println!("seed {seed}: {:?} {:?}", outcome.summary, outcome.happened);
                    }
                }
                Err(violation) => {
                    failed = failed.saturating_add(1);
                    let planted = mutant
                        .map(|mutant| format!(" --mutant {mutant}"))
                        .unwrap_or_default();
                    println!("seed {seed} FAILED: {violation}");
                    let kind = story.map(|story| format!(" --story {story}")).unwrap_or_default();
                    println!(
                        "  again: cargo xtask simulate --start {seed} --seeds 1{kind}{planted} --verbose"
                    );
                }
            }
            done = done.saturating_add(1);
            if progress {
                eprint!("\r{done} of {seeds} seeds");
                // A terminal that is gone shows no progress.
                let _ = std::io::stderr().flush();
            }
        },
    );
    let totals: Vec<String> = totals
        .iter()
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    println!("\n{} in {:.1?}", totals.join(", "), began.elapsed());
    println!("{passed} passed, {failed} failed");
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
