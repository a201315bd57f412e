//! `cargo xtask simulate`: whole nodes on one seed, with faults.

use crate::failure::Failure;
use crate::process;
use crate::project::{self, Build};
use std::process::Command;

/// Becomes the simulator; `--release` is ours (build optimised, for long campaigns), all else is the simulator's.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| *argument == "--release");
    let build = if ours.is_empty() {
        Build::Test
    } else {
        Build::Release
    };
    Err(process::become_program(&mut command(&theirs, build)?))
}

/// The simulator, built, with these arguments.
pub fn command(arguments: &[&str], build: Build) -> Result<Command, Failure> {
    let mut command = Command::new(project::build_program("yinxin-testkit", "simulate", build)?);
    command.current_dir(project::root()).args(arguments);
    Ok(command)
}
