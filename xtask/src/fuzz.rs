//! `cargo xtask fuzz`: random bytes against one parser, guided by coverage.

use crate::failure::{During, Failure};
use crate::process;
use crate::project;
use crate::say;
use std::process::Command;

/// The longest input tried, in bytes: above every limit of the parsers, so that the refusals are exercised too.
const INPUT_BYTES_MAX: u32 = 131_072;
/// Memory above which a run counts as a failure, in MiB.
const MEMORY_MIB_MAX: u32 = 512;
/// Seconds after which one input counts as a hang.
const INPUT_SECONDS_MAX: u32 = 5;

/// Fuzzes the target `NAME` for `SECONDS`; without arguments lists the targets.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let usage = || {
        Failure::usage(
            "`fuzz` takes a target and a number of seconds",
            "cargo xtask fuzz NAME SECONDS",
        )
    };
    let (name, seconds) = match arguments {
        [] => {
            say::line(&targets()?.join("\n"));
            return Ok(());
        }
        [name, seconds] => (name, seconds.parse::<u32>().map_err(|_| usage())?),
        _ => return Err(usage()),
    };
    let known = targets()?;
    if !known.contains(name) {
        return Err(Failure::usage(
            format!("`{name}` is not a fuzz target"),
            format!("Targets: {}", known.join(", ")),
        ));
    }
    if process::find("cargo-fuzz").is_none() {
        process::run(project::cargo().args(["install", "--locked", "cargo-fuzz"]))?;
    }
    // Found inputs go to the corpus (not kept in git); the seeds are valid examples and stay as they are.
    let corpus = format!("fuzz/corpus/{name}");
    let seeds = format!("fuzz/seeds/{name}");
    std::fs::create_dir_all(project::root().join(&corpus)).during(|| format!("create {corpus}"))?;
    process::run(cargo_fuzz().args(["build", name]))?;
    let mut command = cargo_fuzz();
    command.args(["run", name, &corpus]);
    if project::root().join(&seeds).is_dir() {
        command.arg(&seeds);
    }
    command.arg("--").args([
        format!("-max_total_time={seconds}"),
        format!("-max_len={INPUT_BYTES_MAX}"),
        format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
        format!("-timeout={INPUT_SECONDS_MAX}"),
    ]);
    process::run(&mut command).map_err(|failure| {
        failure.remedy(format!(
            "The input that failed lies in fuzz/artifacts/{name}; make it a test of the parser."
        ))
    })
}

/// The sanitizer is unstable; the switch makes the stable compiler accept it for this build only.
fn cargo_fuzz() -> Command {
    let mut command = project::cargo();
    command.env("RUSTC_BOOTSTRAP", "1").arg("fuzz");
    command
}

fn targets() -> Result<Vec<String>, Failure> {
    let folder = project::root().join("fuzz/targets");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .during(|| format!("list {}", folder.display()))?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}
