//! What a client posts: the envelope, its body, and the agreement of single with batch verification.
#![no_main]

use libfuzzer_sys::fuzz_target;
use yinxin_crypto::HashAlgorithm;
use yinxin_types::canonical;
use yinxin_types::genesis::Limits;
use yinxin_types::transaction::{Rules, Transaction, VerifiedTransaction};

fuzz_target!(|data: &[u8]| {
    let Ok(transaction) = Transaction::from_json(data) else {
        return;
    };
    let hash = HashAlgorithm::Sha256;
    // The chain that the body names, so that the checks behind the one for the chain are reached too.
    let named = canonical::parse(&transaction.body)
        .ok()
        .and_then(|body| serde_json::from_value(body.get("chain")?.clone()).ok())
        .unwrap_or_else(|| hash.hash(&[b"fuzz"]));
    let rules = Rules {
        chain: named,
        hash,
        limits: Limits::default(),
    };
    let single = VerifiedTransaction::verify(transaction.clone(), &rules);
    let batch = VerifiedTransaction::verify_batch(vec![transaction.clone(), transaction.clone()], &rules);
    for verdict in &batch {
        assert_eq!(
            single.is_ok(),
            verdict.is_ok(),
            "single and batch verification disagree"
        );
    }
    if let Ok(verified) = single {
        assert_eq!(
            canonical::to_bytes(verified.body()).as_deref(),
            Ok(transaction.body.as_slice())
        );
    }
});
