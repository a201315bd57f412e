//! A DMN document from anywhere: it is read or refused; what is read is exported as it came, and each of its decisions ends within its
//! budget and gives the same when it is asked again.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use yinxin_rules::{Budget, Document, decide};

fuzz_target!(|data: &[u8]| {
    let Ok(document) = Document::read(data) else {
        return;
    };
    assert_eq!(document.export(), data, "the export is not what was read");
    for decision in document.decisions() {
        let values = [json!("repair"), json!(100), json!("2026-11-25"), json!([])];
        let facts: BTreeMap<String, Value> = decision
            .input_names()
            .map(str::to_owned)
            .zip(values.into_iter().cycle())
            .collect();
        let ask = || decide(&decision, &facts, &mut Budget::new(20_000));
        assert_eq!(ask(), ask(), "another answer when asked again");
    }
});
