//! The programs outside Rust that the chores need, and how they come onto a Debian machine.

use crate::failure::Failure;
use crate::process;
use crate::say;
use std::path::PathBuf;
use std::process::Command;

/// The oldest Node that the portal's tools run on, as (major, minor).
const NODE_OLDEST: (u32, u32) = (20, 19);

/// Something that must be on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prerequisite {
    /// Builds the memory allocator, which is written in C.
    Make,
    /// Lists the repository's files for `tidy`.
    Git,
    /// Runs the portal's tools.
    Node,
    /// Installs the portal's libraries.
    Npm,
    /// Opens the portal in the end-to-end tests.
    Chromium,
    /// The database of the index tests.
    Postgres,
    /// The second opinion on SM2 signatures.
    OpenSsl,
    /// Chinese characters in Chromium.
    ChineseFonts,
    FakeTime,
}

use Prerequisite::{ChineseFonts, Chromium, FakeTime, Git, Make, Node, Npm, OpenSsl, Postgres};

/// What `cargo xtask demo` needs.
pub const FOR_DEMO: &[Prerequisite] = &[Make, Node, Npm];

/// What `cargo xtask test` needs.
pub const FOR_TEST: &[Prerequisite] = &[
    Make,
    Git,
    Node,
    Npm,
    Chromium,
    Postgres,
    OpenSsl,
    ChineseFonts,
    FakeTime,
];

impl Prerequisite {
    /// The Debian package that brings it.
    fn package(self) -> &'static str {
        match self {
            Make => "make",
            Git => "git",
            Node => "nodejs",
            Npm => "npm",
            Chromium => "chromium",
            Postgres => "postgresql",
            OpenSsl => "openssl",
            ChineseFonts => "fonts-noto-cjk",
            FakeTime => "libfaketime",
        }
    }

    fn present(self) -> bool {
        match self {
            Make => process::find("make").is_some(),
            Git => process::find("git").is_some(),
            Node => process::find("node").is_some(),
            Npm => process::find("npm").is_some(),
            Chromium => process::find("chromium").is_some(),
            Postgres => postgres_programs().is_some(),
            OpenSsl => process::find("openssl").is_some(),
            ChineseFonts => process::capture(Command::new("fc-list").arg(":lang=zh-cn"))
                .is_ok_and(|fonts| !fonts.trim().is_empty()),
            FakeTime => std::fs::read_dir("/usr/lib").is_ok_and(|folders| {
                let mut folders = folders.flatten().map(|folder| folder.path());
                folders.any(|folder| folder.join("faketime/libfaketimeMT.so.1").exists())
            }),
        }
    }
}

/// The folder with `initdb` and `postgres`: the newest that Debian installed, or where the search path finds them.
pub fn postgres_programs() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .collect();
    versions.sort();
    match versions.pop() {
        Some((_, folder)) => Some(folder),
        None => process::find("initdb")?.parent().map(PathBuf::from),
    }
}

/// Installs what is missing through apt, as root or through sudo, or says exactly what to install.
pub fn ensure(needed: &[Prerequisite]) -> Result<(), Failure> {
    let missing = absent(needed);
    if !missing.is_empty() {
        let packages: Vec<&str> = missing
            .iter()
            .map(|prerequisite| prerequisite.package())
            .collect();
        say::line(&format!("installing from Debian: {}", packages.join(" ")));
        install(&packages)?;
        let still: Vec<&str> = absent(needed)
            .iter()
            .map(|prerequisite| prerequisite.package())
            .collect();
        if !still.is_empty() {
            return Err(Failure::new(format!(
                "still missing after the installation: {}",
                still.join(" ")
            )));
        }
    }
    if needed.contains(&Node) {
        check_node(&process::capture(Command::new("node").arg("--version"))?)?;
    }
    Ok(())
}

fn absent(needed: &[Prerequisite]) -> Vec<Prerequisite> {
    needed
        .iter()
        .copied()
        .filter(|prerequisite| !prerequisite.present())
        .collect()
}

fn install(packages: &[&str]) -> Result<(), Failure> {
    let by_hand = format!("Install them by hand: apt-get install {}", packages.join(" "));
    let Some(prefix) = privilege() else {
        return Err(Failure::new(format!(
            "{} missing, and this user may not install packages (neither root nor sudo without a password)",
            packages.join(", ")
        ))
        .remedy(by_hand));
    };
    if process::find("apt-get").is_none() {
        return Err(Failure::new(format!(
            "{} missing, and there is no apt-get here",
            packages.join(", ")
        ))
        .remedy("Install the programs of these Debian packages with this system's own package manager."));
    }
    let apt = |words: &[&str]| {
        let mut all: Vec<&str> = prefix.to_vec();
        all.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]);
        all.extend(words);
        let (program, arguments) = all.split_first().unwrap_or((&"apt-get", &[]));
        process::run(Command::new(program).args(arguments)).map_err(|failure| failure.remedy(by_hand.clone()))
    };
    apt(&["update"])?;
    let mut words = vec!["install", "--no-install-recommends"];
    words.extend(packages);
    apt(&words)
}

/// The words before `apt-get` that give it the right to install: none for root, `sudo` where it asks no password.
fn privilege() -> Option<&'static [&'static str]> {
    let user = process::capture(Command::new("id").arg("-u")).ok()?;
    if user.trim() == "0" {
        return Some(&[]);
    }
    process::find("sudo")?;
    let allowed = process::output(Command::new("sudo").args(["-n", "true"])).ok()?;
    allowed.status.success().then_some(&["sudo", "-n"])
}

/// Refuses a Node older than the portal's tools can use.
fn check_node(version: &str) -> Result<(), Failure> {
    let version = version.trim();
    let mut numbers = version
        .trim_start_matches('v')
        .split('.')
        .map(|number| number.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found >= NODE_OLDEST {
        return Ok(());
    }
    let (major, minor) = NODE_OLDEST;
    Err(Failure::new(format!(
        "Node {version} is too old for the portal: {major}.{minor} or newer is needed"
    ))
    .remedy(
        "Debian 13 has it as `nodejs`; on Debian 12 put Node 20 or 22 from nodejs.org before it on the PATH.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_from_20_19_on_is_accepted_and_older_is_refused_with_the_remedy() {
        for good in ["v20.19.0\n", "v20.20.2", "v22.0.0", "v100.1.0"] {
            assert_eq!(check_node(good), Ok(()), "{good}");
        }
        for bad in ["v18.20.4", "v20.18.9", "", "nonsense", "v"] {
            let failure = check_node(bad).unwrap_err();
            assert!(failure.to_string().contains("nodejs.org"), "{bad}");
        }
    }
}
