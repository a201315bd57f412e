//! How many checks passed and failed, read from what the programs print.

use crate::failure::{During, Failure};
use crate::process;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

/// A count of checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that passed.
    pub passed: u64,
    /// Checks that failed.
    pub failed: u64,
}

impl Tally {
    /// A stage that is one check.
    pub const ONE_PASSED: Self = Self { passed: 1, failed: 0 };
    /// A stage that stopped.
    pub const ONE_FAILED: Self = Self { passed: 0, failed: 1 };

    /// Both counts together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            passed: self.passed.saturating_add(other.passed),
            failed: self.failed.saturating_add(other.failed),
        }
    }

    /// Reads a line such as `test result: ok. 3 passed; 1 failed; 0 ignored; ...` of `cargo test`.
    fn of_line(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut parts = counts.split("; ");
        let passed = parts.next()?.strip_suffix(" passed")?.parse().ok()?;
        let failed = parts.next()?.strip_suffix(" failed")?.parse().ok()?;
        Some(Self { passed, failed })
    }
}

/// Runs `cargo test ...`, shows what it prints, and adds up its results.
pub fn of_cargo_test(command: &mut Command) -> Result<Tally, Failure> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .during(|| "start `cargo test`".to_owned())?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        let mut screen = std::io::stdout();
        while reader
            .read_until(b'\n', &mut line)
            .during(|| "read what the tests print".to_owned())?
            > 0
        {
            screen.write_all(&line).during(|| "print".to_owned())?;
            tally = tally.plus(Tally::of_line(String::from_utf8_lossy(&line).trim_end()).unwrap_or_default());
            line.clear();
        }
    }
    let status = child.wait().during(|| "wait for `cargo test`".to_owned())?;
    match process::check(command, status) {
        // Tests that failed are counted already; anything else (it did not compile) is a failure of its own.
        Err(failure) if tally.failed == 0 => Err(failure),
        _ => Ok(tally),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_test_are_read_and_other_lines_are_not() {
        let line = "test result: FAILED. 12 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(
            Tally::of_line(line),
            Some(Tally {
                passed: 12,
                failed: 3
            })
        );
        for other in [
            "",
            "test result: ok.",
            "test result: ok. many passed; 0 failed",
            "running 3 tests",
        ] {
            assert_eq!(Tally::of_line(other), None, "{other}");
        }
    }
}
