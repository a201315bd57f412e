//! The reader of canonical JSON: what it accepts is exactly what the writer would write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_types::canonical;

fuzz_target!(|data: &[u8]| {
    if let Ok(value) = canonical::parse(data) {
        let written = canonical::value_to_bytes(&value).expect("an accepted document has a canonical form");
        assert_eq!(written, data, "two spellings of one document were accepted");
    }
});
