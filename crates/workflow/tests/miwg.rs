//! The public reference models of the BPMN Model Interchange Working Group: each runs, or is refused naming each element.

mod support;

use std::path::PathBuf;
use support::Small;
use yinxin_workflow::{Document, Severity};

#[test]
fn show() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/bpmn");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        println!("== {:?}", file.file_name());
        match Document::read(&bytes, 1, &Small) {
            Ok(d) => println!("  runs, {} models, {} notes", d.models().len(), d.notes().len()),
            Err(r) => {
                for f in r.findings {
                    if f.code.severity() == Severity::Error {
                        println!("  {} <{}> {} [{}]", f.code.as_str(), f.element, f.id, f.detail)
                    }
                }
            }
        }
    }
}
