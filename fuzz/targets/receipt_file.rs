//! A receipt file from anywhere: reading and verifying it ends in a verdict.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_types::ReceiptFile;

fuzz_target!(|data: &[u8]| {
    let _ = serde_json::from_slice::<ReceiptFile>(data);
});
