//! Starting other programs: by name, with a clear complaint when one is missing or fails.

use crate::failure::{During, Failure};
use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// Runs the program to its end with our own input and output.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    check(command, status)
}

/// Runs the program and gives its standard output as text.
pub fn capture(command: &mut Command) -> Result<String, Failure> {
    let output = output(command)?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure::new(format!(
            "{} failed ({}): {complaint}",
            describe(command),
            output.status
        )));
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Failure::new(format!("{} did not print text", describe(command))))
}

/// Runs the program and gives all it printed, whatever its exit code.
pub fn output(command: &mut Command) -> Result<Output, Failure> {
    command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| cannot_start(command, &error))
}

/// Becomes the program: it inherits our terminal, its signals and its exit code. Returns only when that is impossible.
pub fn become_program(command: &mut Command) -> Failure {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    cannot_start(command, &error)
}

/// Judges the exit status of a program that has ended.
pub fn check(command: &Command, status: ExitStatus) -> Result<(), Failure> {
    if status.success() {
        return Ok(());
    }
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1);
    Err(Failure::new(format!("{} failed ({status})", describe(command))).with_code(code.max(1)))
}

/// Asks a process that we started to end by itself, by this signal.
pub fn signal(id: u32, name: &str) -> Result<(), Failure> {
    // The shell's builtin is always there; the program `kill` belongs to a package that small systems lack.
    run(Command::new("sh").args(["-c", "kill -\"$1\" \"$2\"", "signal", name, &id.to_string()]))
}

/// Waits for a process that was told to end; `None` if it has not within this time.
pub fn wait_at_most(child: &mut Child, patience: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        let ended = child.try_wait()?;
        if ended.is_some() || start.elapsed() > patience {
            return Ok(ended);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Where the program is found on the search path.
pub fn find(program: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders)
        .map(|folder| folder.join(program))
        .find(|path| path.is_file())
}

/// A folder for the time of one chore; removed with everything in it when dropped.
#[derive(Debug)]
pub struct TemporaryFolder(PathBuf);

impl TemporaryFolder {
    /// Makes the folder among the system's temporary files; `purpose` becomes part of its name.
    pub fn new(purpose: &str) -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("yinxin-{purpose}-{}", std::process::id()));
        if path.exists() {
            std::fs::remove_dir_all(&path).during(|| format!("remove {}", path.display()))?;
        }
        std::fs::create_dir_all(&path).during(|| format!("create {}", path.display()))?;
        Ok(Self(path))
    }

    /// Where it is.
    pub fn path(&self) -> &std::path::Path {
        &self.0
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // Left-overs in the temporary folder harm nobody, and there is no one left to tell.
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn describe(command: &Command) -> String {
    let words = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy);
    format!("`{}`", words.collect::<Vec<_>>().join(" "))
}

fn cannot_start(command: &Command, error: &io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    let failure = Failure::new(format!("cannot start {}: {error}", describe(command)));
    if error.kind() == io::ErrorKind::NotFound {
        return failure.remedy(format!(
            "Install `{program}`; `cargo xtask test --only install` installs what the checks need."
        ));
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_named_with_its_arguments_and_keeps_its_exit_code() {
        let failure = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        assert!(failure.to_string().contains("`sh -c exit 7` failed"), "{failure}");
        assert_eq!(failure.exit_code(), std::process::ExitCode::from(7));
    }

    #[test]
    fn a_missing_program_is_reported_with_the_way_to_install_it() {
        let failure = run(&mut Command::new("no-such-program-of-ours")).unwrap_err();
        assert!(failure.to_string().contains("--only install"), "{failure}");
    }

    #[test]
    fn a_temporary_folder_is_gone_after_use() {
        let folder = TemporaryFolder::new("test-of-folders").unwrap();
        let path = folder.path().to_owned();
        std::fs::write(path.join("file"), "x").unwrap();
        drop(folder);
        assert!(!path.exists());
    }
}
