//! Where things are: the repository, its files, its packages.

use crate::failure::{During, Failure};
use crate::process;
use cargo_metadata::{Metadata, MetadataCommand};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the repository.
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// `cargo`, the same that runs this chore, in the root of the repository.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The packages of the lock file as they are used on this machine's platform.
pub fn metadata() -> Result<Metadata, Failure> {
    let version = process::capture(Command::new("rustc").arg("-vV"))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap_or_default()
        .to_owned();
    MetadataCommand::new()
        .current_dir(root())
        .other_options(vec!["--locked".to_owned(), format!("--filter-platform={host}")])
        .exec()
        .map_err(|error| {
            Failure::new(format!("cannot read the packages of the workspace: {error}"))
                .remedy("If Cargo.lock is behind the manifests, run `cargo check` once and commit it.")
        })
}

/// Where this checkout's builds lie (`target`, or what `CARGO_TARGET_DIR` says).
pub fn target_directory() -> Result<PathBuf, Failure> {
    Ok(metadata()?.target_directory.into_std_path_buf())
}

/// Which programs are built, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// As the tests build it: quickly, and with the features of the whole workspace, so that nothing is compiled twice.
    Test,
    /// As it is delivered: optimised, with nothing in it that only the simulator needs.
    Release,
}

/// Builds the program `name` of the package and says where it is.
pub fn build_program(package: &str, name: &str, build: Build) -> Result<PathBuf, Failure> {
    let mut command = cargo();
    command.args(["build", "--locked", "--bin", name]);
    let folder = match build {
        Build::Test => {
            command.arg("--workspace");
            "debug"
        }
        Build::Release => {
            command.args(["--release", "--package", package]);
            "release"
        }
    };
    process::run(&mut command)?;
    Ok(target_directory()?.join(folder).join(name))
}

/// A file of the repository, by its path from the root with `/` between names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// The path from the root.
    pub path: String,
    /// The contents, when they are text.
    pub text: String,
}

/// All text files of the repository: those git tracks and those it would track.
pub fn files() -> Result<Vec<SourceFile>, Failure> {
    // The checkout may belong to another user (a container's volume): reading its list of files is safe all the same.
    let listing = process::capture(Command::new("git").current_dir(root()).args([
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut files = Vec::new();
    for path in listing.split('\0').filter(|path| !path.is_empty()) {
        let full = root().join(path);
        if !full.is_file() {
            continue; // deleted, not yet committed
        }
        let bytes = std::fs::read(&full).during(|| format!("read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(SourceFile {
                path: path.to_owned(),
                text,
            });
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}
