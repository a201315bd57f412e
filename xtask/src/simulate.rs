//! `cargo xtask simulate`: whole nodes on one seed, with faults.

use crate::failure::Failure;
use crate::process;
use crate::project;
use std::process::Command;

/// Becomes the simulator; `--release` is ours (build optimised, for long campaigns), all else is the simulator's.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let release = arguments.iter().any(|argument| argument == "--release");
    let rest: Vec<&str> = arguments
        .iter()
        .map(String::as_str)
        .filter(|argument| *argument != "--release")
        .collect();
    Err(process::become_program(&mut command(&rest, release)))
}

/// The simulator with these arguments.
pub fn command(arguments: &[&str], release: bool) -> Command {
    let mut command = project::cargo();
    command.args([
        "run",
        "--locked",
        "--quiet",
        "--package",
        "yinxin-testkit",
        "--bin",
        "simulate",
    ]);
    if release {
        command.arg("--release");
    }
    command.arg("--").args(arguments);
    command
}
