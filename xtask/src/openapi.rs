//! `cargo xtask openapi`: the interface description, written from the code that serves it.

use crate::failure::{During, Failure};
use crate::process;
use crate::project;
use crate::say;

/// Where the description is kept, from the root.
const FILE: &str = "docs/reference/openapi.json";

/// Writes the file, or with `--check` compares it.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => {
            let current = generate()?;
            std::fs::write(project::root().join(FILE), current).during(|| format!("write {FILE}"))?;
            say::line(&format!("{FILE} written"));
            Ok(())
        }
        ["--check"] => check(),
        _ => Err(Failure::usage(
            "`openapi` takes nothing or `--check`",
            "cargo xtask openapi [--check]",
        )),
    }
}

/// Fails when the file in the repository is not what the code describes.
fn check() -> Result<(), Failure> {
    let current = generate()?;
    let kept = std::fs::read_to_string(project::root().join(FILE)).unwrap_or_default();
    if kept == current {
        return Ok(());
    }
    Err(Failure::new(format!("{FILE} is not what the API serves")).remedy(
        "Run `cargo xtask openapi`, read the difference as a change of the interface, and commit it.",
    ))
}

fn generate() -> Result<String, Failure> {
    let text = process::capture(project::cargo().args([
        "run",
        "--locked",
        "--quiet",
        "--package",
        "yinxin-api",
        "--example",
        "openapi",
    ]))?;
    Ok(format!("{}\n", text.trim_end()))
}
