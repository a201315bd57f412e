//! What two nodes must agree on to understand each other. A change of any of this is a change of the protocol.

use yinxin_types::Suite;

use super::chain;
use crate::block::BlockRules;
use crate::channels::{ChannelId, MAX_GOSSIP_BYTES, channel_quotas, max_message_bytes};

#[test]
fn channels_keep_their_numbers_and_each_has_a_quota() {
    use ChannelId::{Backfill, Blocks, Certificates, Messages, Transactions, Views, Votes};
    let numbers = ChannelId::ALL.map(|id| (id, id.number()));
    let pinned = [
        (Votes, 0),
        (Certificates, 1),
        (Views, 2),
        (Backfill, 3),
        (Blocks, 4),
        (Transactions, 5),
        (Messages, 6),
    ];
    assert_eq!(numbers, pinned);
    assert_eq!(channel_quotas().map(|(id, _)| id), ChannelId::ALL);
}

#[test]
fn the_namespace_of_votes_names_product_version_and_chain() {
    for (suite, algorithm) in [(Suite::Intl, "sha256:"), (Suite::Gm, "sm3:")] {
        let id = chain(suite).0.chain().unwrap();
        let namespace = String::from_utf8(yinxin_types::certificate::namespace(&id)).unwrap();
        assert_eq!(namespace, format!("yinxin/1/{id}"));
        assert!(id.to_string().starts_with(algorithm));
    }
}

#[test]
fn every_message_the_limits_allow_fits_the_network() {
    let (genesis, _) = chain(Suite::Intl);
    let rules = BlockRules {
        hash: genesis.suite.hash(),
        limits: genesis.limits,
    };
    let most = usize::try_from(max_message_bytes(4, &rules)).unwrap();
    assert!(most > rules.max_block_bytes());
    assert!(most > MAX_GOSSIP_BYTES);
    assert!(max_message_bytes(64, &rules) >= max_message_bytes(4, &rules));
}
