//! The binary frame of a transaction: what is read is what would be written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_types::genesis::Limits;
use yinxin_types::transaction::Transaction;
use yinxin_types::wire::Reader;

fuzz_target!(|data: &[u8]| {
    let limit = usize::try_from(Limits::default().transaction_bytes).expect("fits");
    let mut reader = Reader::new(data);
    if let Ok(transaction) = Transaction::read(&mut reader, limit) {
        let mut written = Vec::new();
        transaction.write(&mut written);
        assert_eq!(written.len(), transaction.wire_len());
        assert!(
            data.starts_with(&written),
            "two encodings of one transaction were accepted"
        );
    }
});
