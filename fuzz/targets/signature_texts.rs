//! Texts of digests, keys and signatures: one spelling for each value, and verification of anything at all ends in a verdict.
//!
//! An input is a line with a digest or a key, a line with a signature, and a message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_crypto::{Digest, PublicKey, Signature, Signed, verify, verify_batch};

fuzz_target!(|data: &[u8]| {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut text = || std::str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let (first, second) = (text(), text());
    let message = lines.next().unwrap_or_default();
    if let Ok(digest) = first.parse::<Digest>() {
        assert_eq!(digest.to_string(), first);
    }
    let Ok(key) = first.parse::<PublicKey>() else {
        return;
    };
    assert_eq!(key.to_string(), first);
    let Ok(signature) = second.parse::<Signature>() else {
        return;
    };
    assert_eq!(signature.to_string(), second);
    let single = verify(&key, message, &signature).is_ok();
    let signed = Signed {
        key: &key,
        message,
        signature: &signature,
    };
    assert_eq!(
        verify_batch(&[signed]),
        [single],
        "single and batch verification disagree"
    );
});
