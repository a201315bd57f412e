//! Length and first line of source files.

use super::Finding;
use crate::project::SourceFile;

/// The longest a source file may be, in lines.
const LINES_MAX: usize = 800;
/// The endings of files that people write and read as code.
const CODE: &[&str] = &[".rs", ".ts", ".tsx", ".mjs", ".css"];

/// Findings for files that are too long, and for Rust files that do not say what they are.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    files
        .iter()
        .flat_map(|file| [too_long(file), undocumented(file)])
        .flatten()
        .collect()
}

fn too_long(file: &SourceFile) -> Option<Finding> {
    let lines = file.text.lines().count();
    let is_code = CODE.iter().any(|ending| file.path.ends_with(ending));
    (is_code && lines > LINES_MAX).then(|| {
        Finding::new(
            &file.path,
            format!("has {lines} lines, more than {LINES_MAX}; split it by responsibility"),
        )
    })
}

fn undocumented(file: &SourceFile) -> Option<Finding> {
    (file.path.ends_with(".rs") && !file.text.starts_with("//! ")).then(|| {
        Finding::new(
            &file.path,
            "does not begin with `//! `; say in its first line what the file is for",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&[SourceFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }])
        .len()
    }

    #[test]
    fn code_may_have_800_lines_and_not_801() {
        assert_eq!(findings("a.ts", &"x\n".repeat(800)), 0);
        assert_eq!(findings("a.ts", &"x\n".repeat(801)), 1);
        assert_eq!(findings("a.json", &"x\n".repeat(801)), 0);
    }

    #[test]
    fn a_rust_file_says_first_what_it_is_for() {
        assert_eq!(findings("a.rs", "//! Adds.\n"), 0);
        assert_eq!(findings("a.rs", "use std::fmt;\n"), 1);
        assert_eq!(findings("a.rs", ""), 1);
    }
}
