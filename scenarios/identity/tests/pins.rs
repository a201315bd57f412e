//! Identifiers that others compute too are pinned: they change on purpose only.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use support::{World, genesis, tax};
use yinxin_crypto::HashAlgorithm;
use yinxin_identity::edge::{citizen_number, keyed_commitment};
use yinxin_types::Suite;

#[test]
fn the_commitment_to_a_citizen_number_is_pinned() {
    // Computed with Python's hmac over "yinxin/identity/citizen/1", a zero byte and the number.
    let number = citizen_number("99010120000101009x").unwrap();
    let commitment = keyed_commitment(HashAlgorithm::Sha256, &[7; 32], &number);
    assert_eq!(
        commitment.to_string(),
        "sha256:9e80edad3bb8de690613109cbc01f631a4a6c3b31adb34bb407c622d961337fb"
    );
}

#[test]
fn the_identifier_of_a_founder_is_the_digest_that_the_readme_describes() {
    for suite in [Suite::Intl, Suite::Gm] {
        let chain = genesis(suite, true).chain().unwrap();
        let parts = [chain.bytes().as_slice(), support::TAX.as_bytes()];
        let expected = suite.hash().hash_tagged("yinxin/identity/founder/1", &parts);
        assert_eq!(World::with(suite, true).party_of(&tax()), expected);
    }
}
