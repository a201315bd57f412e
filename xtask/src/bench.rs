//! `cargo xtask bench`: measures the release binary.

use crate::failure::Failure;
use crate::portal;
use crate::prerequisites;
use crate::process;
use crate::project::{self, Build};
use std::process::Command;

/// Builds what is delivered and becomes `yinxin bench`.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    prerequisites::ensure(prerequisites::FOR_DEMO)?;
    portal::build()?;
    let binary = project::build_program("yinxin-node", "yinxin", Build::Release)?;
    Err(process::become_program(
        Command::new(binary).arg("bench").args(arguments),
    ))
}
