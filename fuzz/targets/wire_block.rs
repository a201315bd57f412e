//! The binary frame of a block: what is read is what would be written, and commits to its own transactions.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_types::Block;
use yinxin_types::genesis::Limits;

fuzz_target!(|data: &[u8]| {
    if let Ok(block) = Block::read(data, &Limits::default()) {
        let mut written = Vec::new();
        block.write(&mut written);
        assert_eq!(written, data, "two encodings of one block were accepted");
    }
});
