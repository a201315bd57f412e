//! A receipt file from anywhere, with a deposited file beside it: verification ends in a verdict, and only a receipt of the
//! trusted chain is ever verified.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_client::{Reason, Verdict, receipt, verify};
use yinxin_crypto::HashAlgorithm;

/// The file that the example in `seeds/receipt_file` deposits.
const DEPOSITED: &[u8] = b"evidence\n";

fuzz_target!(|data: &[u8]| {
    let Ok(claimed) = receipt::claimed_chain(data) else {
        return;
    };
    let verdict = verify(data, &claimed, Some(&mut &*DEPOSITED));
    if let Verdict::Verified(proven) = &verdict {
        assert!(proven.signers.len() >= proven.quorum && proven.file_checked);
    }
    let other = HashAlgorithm::Sha256.hash(&[b"another chain"]);
    match verify(data, &other, None) {
        Verdict::Refuted(refutation) => assert_eq!(refutation.reason, Reason::Chain),
        _ => panic!("a receipt of a chain that is not trusted was not refuted"),
    }
});
