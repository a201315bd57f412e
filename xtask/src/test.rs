//! `cargo xtask test`: the whole check of a change, stage by stage.

use crate::end_to_end;
use crate::failure::Failure;
use crate::portal;
use crate::postgres::Postgres;
use crate::prerequisites;
use crate::process;
use crate::project::{self, Build};
use crate::say;
use crate::simulate;
use crate::tally::{self, Tally};
use crate::tidy;
use std::time::{Duration, Instant};

/// Seeds of the simulation in an ordinary run; `simulate --seeds N` runs more.
const SEEDS: &str = "20";
/// Seeds of the renewal of an old quarter, which takes several seconds each where nothing is optimised.
const STORY_SEEDS: &str = "4";

/// Where the index tests find their server.
const POSTGRES_VARIABLE: &str = "YINXIN_TEST_POSTGRES";

/// One step of the check.
struct Stage {
    name: &'static str,
    purpose: &'static str,
    run: fn(&Options) -> Result<Tally, Failure>,
}

/// In this order: what is quick or needed by others comes first.
const STAGES: &[Stage] = &[
    Stage {
        name: "install",
        purpose: "programs outside Rust, from Debian where missing",
        run: install,
    },
    Stage {
        name: "fmt",
        purpose: "rustfmt",
        run: format,
    },
    Stage {
        name: "tidy",
        purpose: "the rules of the house",
        run: house_rules,
    },
    Stage {
        name: "portal",
        purpose: "libraries, lint, unit tests, build",
        run: portal_checks,
    },
    Stage {
        name: "clippy",
        purpose: "lints, all targets, warnings are errors",
        run: clippy,
    },
    Stage {
        name: "unit",
        purpose: "tests of all crates, PostgreSQL and real processes included",
        run: unit,
    },
    Stage {
        name: "simulate",
        purpose: "whole networks with faults on a few seeds",
        run: simulation,
    },
    Stage {
        name: "e2e",
        purpose: "the portal in Chromium against five departments",
        run: browser,
    },
];

/// What was asked on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    only: Vec<String>,
    skip: Vec<String>,
    seeds: String,
}

/// How one stage went.
struct Outcome {
    stage: &'static str,
    tally: Tally,
    duration: Duration,
}

/// Runs the chosen stages, all of them even if one fails, and fails if any did.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let options = parse(arguments)?;
    let mut outcomes = Vec::new();
    for stage in STAGES.iter().filter(|stage| options.wants(stage.name)) {
        say::banner(stage.name, stage.purpose);
        let start = Instant::now();
        let tally = (stage.run)(&options).unwrap_or_else(|failure| {
            say::problem(&failure);
            Tally::ONE_FAILED
        });
        outcomes.push(Outcome {
            stage: stage.name,
            tally,
            duration: start.elapsed(),
        });
        if stage.name == "install" && tally.failed > 0 {
            break; // every later stage would fail for the same reason
        }
    }
    summary(&outcomes)
}

fn summary(outcomes: &[Outcome]) -> Result<(), Failure> {
    say::banner("summary", "");
    let mut total = Tally::default();
    for Outcome {
        stage,
        tally,
        duration,
    } in outcomes
    {
        let mark = if tally.failed == 0 { "ok  " } else { "FAIL" };
        say::line(&format!(
            "{mark} {stage:<10} {:>5} s  {} passed, {} failed",
            duration.as_secs(),
            tally.passed,
            tally.failed
        ));
        total = total.plus(*tally);
    }
    say::line(&format!("\n{} passed, {} failed", total.passed, total.failed));
    if total.failed == 0 {
        return Ok(());
    }
    let failed: Vec<&str> = outcomes
        .iter()
        .filter(|outcome| outcome.tally.failed > 0)
        .map(|outcome| outcome.stage)
        .collect();
    let names = failed.join(",");
    Err(Failure::new(format!("failed: {names}"))
        .remedy(format!("Run them alone with `cargo xtask test --only {names}`.")))
}

impl Options {
    fn wants(&self, stage: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == stage);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }
}

fn parse(arguments: &[String]) -> Result<Options, Failure> {
    let names: Vec<&str> = STAGES.iter().map(|stage| stage.name).collect();
    let usage = |what: String| Failure::usage(what, format!("Stages: {}", names.join(", ")));
    let mut options = Options {
        only: Vec::new(),
        skip: Vec::new(),
        seeds: SEEDS.to_owned(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let value = rest
            .next()
            .ok_or_else(|| usage(format!("`{argument}` needs a value")))?;
        let list = match argument.as_str() {
            "--only" => &mut options.only,
            "--skip" => &mut options.skip,
            "--seeds" => {
                options.seeds = value
                    .parse::<u32>()
                    .map_err(|_| usage(format!("`{value}` is not a number")))?
                    .to_string();
                continue;
            }
            _ => return Err(usage(format!("`{argument}` is not an option of `test`"))),
        };
        for name in value.split(',') {
            if !names.contains(&name) {
                return Err(usage(format!("`{name}` is not a stage")));
            }
            list.push(name.to_owned());
        }
    }
    Ok(options)
}

fn install(_: &Options) -> Result<Tally, Failure> {
    prerequisites::ensure(prerequisites::FOR_TEST).map(|()| Tally::ONE_PASSED)
}

fn format(_: &Options) -> Result<Tally, Failure> {
    // The fuzz targets are a workspace of their own.
    for workspace in ["Cargo.toml", "fuzz/Cargo.toml"] {
        process::run(project::cargo().args(["fmt", "--all", "--check", "--manifest-path", workspace]))
            .map_err(|failure| {
                failure.remedy(format!("Run `cargo fmt --all --manifest-path {workspace}`."))
            })?;
    }
    Ok(Tally::ONE_PASSED)
}

fn house_rules(_: &Options) -> Result<Tally, Failure> {
    tidy::run(&[]).map(|()| Tally::ONE_PASSED)
}

fn portal_checks(_: &Options) -> Result<Tally, Failure> {
    portal::install_libraries()?;
    process::run(&mut portal::npm(&["run", "lint"]))?;
    process::run(&mut portal::npm(&["run", "test"]))?;
    portal::build()?;
    Ok(Tally::ONE_PASSED)
}

fn clippy(_: &Options) -> Result<Tally, Failure> {
    process::run(project::cargo().args([
        "clippy",
        "--locked",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
    .map(|()| Tally::ONE_PASSED)
}

fn unit(_: &Options) -> Result<Tally, Failure> {
    portal::build()?; // the binary embeds it
    let postgres = Postgres::start()?;
    tally::of_cargo_test(
        project::cargo()
            .args(["test", "--locked", "--workspace", "--no-fail-fast"])
            .env(POSTGRES_VARIABLE, postgres.url()),
    )
}

fn simulation(options: &Options) -> Result<Tally, Failure> {
    for arguments in [
        &["--seeds", &options.seeds][..],
        &["--seeds", STORY_SEEDS, "--story", "renovation"],
    ] {
        process::run(&mut simulate::command(arguments, Build::Test)?)?;
    }
    Ok(Tally::ONE_PASSED)
}

fn browser(_: &Options) -> Result<Tally, Failure> {
    end_to_end::run().map(|()| Tally::ONE_PASSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &[&str]) -> Result<Options, Failure> {
        parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn without_options_every_stage_runs() {
        let all = options(&[]).unwrap();
        assert!(STAGES.iter().all(|stage| all.wants(stage.name)));
    }

    #[test]
    fn only_and_skip_choose_stages() {
        let some = options(&["--only", "fmt,tidy,unit", "--skip", "unit"]).unwrap();
        let chosen: Vec<&str> = STAGES
            .iter()
            .map(|stage| stage.name)
            .filter(|name| some.wants(name))
            .collect();
        assert_eq!(chosen, ["fmt", "tidy"]);
    }

    #[test]
    fn wrong_command_lines_are_refused_with_the_list_of_stages() {
        for words in [
            &["--only"][..],
            &["--only", "nothing"],
            &["--seeds", "many"],
            &["--fast", "x"],
        ] {
            let failure = options(words).unwrap_err();
            assert!(failure.to_string().contains("simulate"), "{words:?}");
        }
    }
}
