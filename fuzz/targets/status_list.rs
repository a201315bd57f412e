//! A compressed status list from anywhere: it inflates to no more than allowed, reads at every index it has and at no other, and
//! comes back from its own compression.
//!
//! An input is a byte for the number of bits and the compressed list.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use yinxin_credential::StatusList;
use yinxin_credential::status_list::MAX_LIST_BYTES;

fuzz_target!(|data: &[u8]| {
    let Some((bits, compressed)) = data.split_first() else {
        return;
    };
    let bits = 1_u8 << (bits & 3);
    let text = URL_SAFE_NO_PAD.encode(compressed);
    let Ok(list) = StatusList::from_value(&json!({ "bits": bits, "lst": text })) else {
        return;
    };
    let capacity = list.capacity();
    assert!(capacity <= MAX_LIST_BYTES * 8 / usize::from(bits));
    assert!(list.get(capacity as u64).is_err());
    if let Some(last) = capacity.checked_sub(1) {
        let status = list.get(last as u64).expect("the last index is in the list");
        let mut changed = list.clone();
        changed
            .set(last as u64, status)
            .expect("a status fits where it was");
        assert_eq!(changed, list);
    }
    let written: Value = list.to_value();
    assert_eq!(StatusList::from_value(&written).as_ref(), Ok(&list));
});
