//! Documents that a scenario reads: one that it could not read later is refused when it is proposed, and old versions stay.

#![allow(clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod support;

use serde_json::{Value, json};
use support::{World, document, with};

fn song(name: &str, version: u64, text: &str) -> Value {
    with(document(name, version, text), "class", json!("catalogue"))
}

#[test]
fn a_document_that_a_scenario_reads_passes_its_check_with_class_and_text() {
    let mut world = World::new(4);
    for (what, content, code) in [
        ("good", song("song/winter", 1, "song/winter 1"), "OK"),
        ("another text", song("song/winter", 1, "la la"), "PROBE_SONG"),
        (
            "text of another version",
            song("song/winter", 2, "song/winter 1"),
            "PROBE_SONG",
        ),
        (
            "no text",
            with(song("song/winter", 1, ""), "content", Value::Null),
            "GOV_DOCUMENT_CLASS",
        ),
        (
            "a policy",
            document("song/winter", 1, "song/winter 1"),
            "GOV_DOCUMENT_CLASS",
        ),
        ("a name that begins alike", song("songs/winter", 1, "la la"), "OK"),
        (
            "a longer name",
            song("song/winter/first", 1, "song/winter/first 1"),
            "OK",
        ),
    ] {
        assert_eq!(world.try_propose("document", content), code, "{what}");
    }
}

#[test]
fn whoever_kept_a_version_still_finds_it_when_the_next_is_in_force() {
    let mut world = World::new(4);
    for version in [1, 3] {
        let text = format!("song/winter {version}");
        world.decide("document", song("song/winter", version, &text));
    }
    for (about, text) in [
        (json!({ "name": "song/winter" }), "song/winter 3"),
        (json!({ "name": "song/winter", "version": 1 }), "song/winter 1"),
    ] {
        assert_eq!(world.ask("governance.document", about)["content"], text);
    }
    let never = json!({ "name": "song/winter", "version": 2 });
    assert_eq!(world.ask("governance.document", never), Value::Null);
}
