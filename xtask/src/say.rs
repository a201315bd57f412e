//! The only place that prints.

use crate::failure::Failure;

/// One line for the person at the terminal.
#[expect(
    clippy::print_stdout,
    reason = "a command line tool speaks on standard output"
)]
pub fn line(text: &str) {
    println!("{text}");
}

/// The heading of a stage, easy to find in a long log.
pub fn banner(name: &str, purpose: &str) {
    line(&format!("\n━━ {name} ━━ {purpose}"));
}

/// Why the chore stopped.
#[expect(
    clippy::print_stderr,
    reason = "problems go to standard error, so that output can be piped"
)]
pub fn problem(failure: &Failure) {
    eprintln!("xtask: {failure}");
}
