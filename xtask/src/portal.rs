//! The portal's chores: libraries, lint, unit tests, build.

use crate::failure::{During, Failure};
use crate::process;
use crate::project;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// `npm ARGUMENTS` in the portal's folder.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder()).args(arguments);
    command
}

/// Installs the libraries of the lock file, without running their scripts, unless they are installed already.
pub fn install_libraries() -> Result<(), Failure> {
    let lock = folder().join("package-lock.json");
    let digest = digest_of(&[lock])?;
    let stamp = stamp("libraries");
    if is_current(&stamp, digest) {
        return Ok(());
    }
    process::run(&mut npm(&["ci", "--ignore-scripts"]))?;
    write_stamp(&stamp, digest)
}

/// Builds the pages that the binary embeds, unless they are built from exactly these sources already.
pub fn build() -> Result<(), Failure> {
    install_libraries()?;
    let digest = digest_of(&sources()?)?;
    let stamp = stamp("build");
    if is_current(&stamp, digest) && folder().join("dist/index.html").is_file() {
        return Ok(());
    }
    process::run(&mut npm(&["run", "build"]))?;
    write_stamp(&stamp, digest)
}

fn folder() -> PathBuf {
    project::root().join("portal")
}

/// Everything the build reads: the portal's own files, and the interface description its types come from.
fn sources() -> Result<Vec<PathBuf>, Failure> {
    Ok(project::files()?
        .into_iter()
        .map(|file| file.path)
        .filter(|path| path.starts_with("portal/") || path == "docs/reference/openapi.json")
        .map(|path| project::root().join(path))
        .collect())
}

/// Stamps lie beside the installed libraries: whoever deletes those gets everything made anew.
fn stamp(name: &str) -> PathBuf {
    folder().join("node_modules/.yinxin").join(name)
}

/// The standard hasher may change with the compiler; then the portal is built once more, which harms nobody.
fn digest_of(files: &[PathBuf]) -> Result<u64, Failure> {
    let mut hasher = DefaultHasher::new();
    for path in files {
        path.strip_prefix(project::root())
            .unwrap_or(path)
            .hash(&mut hasher);
        std::fs::read(path)
            .during(|| format!("read {}", path.display()))?
            .hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn is_current(stamp: &Path, digest: u64) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|text| text == format!("{digest:016x}"))
}

fn write_stamp(stamp: &Path, digest: u64) -> Result<(), Failure> {
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder).during(|| format!("create {}", folder.display()))?;
    }
    std::fs::write(stamp, format!("{digest:016x}")).during(|| format!("write {}", stamp.display()))
}
