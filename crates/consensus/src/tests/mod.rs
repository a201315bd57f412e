//! Tests of the doors between our formats and the engine's.

mod blocks;
mod certificates;
mod outbox;
mod pace;
mod protocol;
mod rehearsal;
mod sets;
mod signs;

use yinxin_crypto::{HashAlgorithm, PrivateKey, SignatureAlgorithm};
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::{BlockTime, Genesis, Limits, Member, Suite};

/// A chain of four departments, and the keys they vote with in the order of the genesis document.
fn chain(suite: Suite) -> (Genesis, Vec<PrivateKey>) {
    let codes = [
        "11990100000002129L",
        "1199010000000209X4",
        "119901000000020229",
        "11990100000002014E",
    ];
    let key = |purpose: u8, number: usize| {
        let seed = HashAlgorithm::Sha256.hash(&[&[purpose], &number.to_le_bytes()]);
        PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, seed.bytes()).unwrap()
    };
    let mut validators: Vec<_> = (0..codes.len()).map(|number| key(1, number)).collect();
    validators.sort_by(|a, b| a.public_key().as_bytes().cmp(b.public_key().as_bytes()));
    let members = codes
        .iter()
        .zip(&validators)
        .enumerate()
        .map(|(number, (code, validator))| Member {
            account: key(2, number).public_key(),
            code: SocialCreditCode::parse(code).unwrap(),
            name: format!("部门{number}"),
            roles: Vec::new(),
            validator: validator.public_key(),
        });
    let members = members.collect();
    let genesis = Genesis::new(
        "测试账本".to_owned(),
        suite,
        BlockTime(1_780_272_000_000),
        members,
        Limits::default(),
    );
    (genesis.unwrap(), validators)
}
