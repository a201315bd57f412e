//! The keys under which browsers seal unfinished forms (草稿). A browser keeps the sealed form and never the key; the node keeps a secret and
//! never a form. Who has the browser's disk alone reads nothing, nor does the node.
//!
//! ```text
//! key of the node ─HMAC("yinxin/drafts/1\0")─► secret ─HMAC(account)─► key of one account at this node
//! ```

use yinxin_crypto::{HashAlgorithm, PrivateKey, PublicKey, hmac};

/// What the secret is for, so that no other use of the node's key gives the same.
const LABEL: &[u8] = b"yinxin/drafts/1\0";

/// From which the keys of all accounts at one node are made.
pub struct DraftKeys([u8; hmac::LENGTH]);

impl DraftKeys {
    /// Makes the secret from the key with which the node votes, which every node has and keeps encrypted: nothing more must be stored or
    /// backed up. With another key of the node, drafts sealed before cannot be opened any more.
    pub fn of(root: &PrivateKey) -> Self {
        let root = root.export_bytes();
        Self(hmac::authenticate(HashAlgorithm::Sha256, root.as_ref(), &[LABEL]))
    }

    /// The key of an account: the same each time, and nothing about that of another.
    pub(super) fn of_account(&self, account: &PublicKey) -> [u8; hmac::LENGTH] {
        let account = account.to_string();
        hmac::authenticate(HashAlgorithm::Sha256, &self.0, &[account.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use yinxin_crypto::SignatureAlgorithm;

    use super::*;

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &[seed; 32]).unwrap()
    }

    #[test]
    fn a_draft_key_is_the_same_after_a_restart_and_another_for_every_account_and_node() {
        let keys =
            |node: u8| (10..14).map(move |one| DraftKeys::of(&key(node)).of_account(&key(one).public_key()));
        assert!(keys(1).eq(keys(1)));
        let all: BTreeSet<_> = [1, 2, 3].into_iter().flat_map(keys).collect();
        assert_eq!(all.len(), 12);
    }

    #[test]
    fn a_draft_key_stays_what_it_was_in_earlier_versions() {
        let found = DraftKeys::of(&key(1)).of_account(&key(2).public_key());
        assert_eq!(
            hex::encode(found),
            "4e0fe608267ac0701254ebb05478c8cde7be0d744b00ae76a423f6c810439c9b"
        );
    }
}
