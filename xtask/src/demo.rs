//! `cargo xtask demo`: from sources to five departments on this machine.

use crate::failure::Failure;
use crate::portal;
use crate::prerequisites;
use crate::process;
use crate::project::{self, Build};
use std::process::Command;

/// Builds the portal and the release binary, then becomes `yinxin demo`, so that Ctrl-C and the exit code are its own.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    prerequisites::ensure(prerequisites::FOR_DEMO)?;
    portal::build()?;
    let binary = project::build_program("yinxin-node", "yinxin", Build::Release)?;
    Err(process::become_program(
        Command::new(binary).arg("demo").args(arguments),
    ))
}
