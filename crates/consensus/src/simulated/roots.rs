//! A second state beside the nodes': every block's changes applied again from nothing, to compare the roots.

use std::num::{NonZeroU16, NonZeroUsize};

use commonware_glue::stateful::db::{DatabaseSet as _, Merkleized as _, Shared, Unmerkleized as _};
use commonware_runtime::buffer::paged::CacheRef;
use yinxin_crypto::Digest;
use yinxin_state::{ChainHash as _, Sha256, Store, Value, key, store_config};
use yinxin_types::StateKey;

use super::Context;

type State = Shared<Store<Context, Sha256>>;

/// A state that nobody voted on.
pub struct Roots(State);

impl Roots {
    /// An empty state in files that bear `prefix`.
    pub async fn open(runtime: Context, prefix: &str) -> Self {
        let page = NonZeroU16::new(4096).unwrap_or(NonZeroU16::MIN);
        let cache = CacheRef::new(page, NonZeroUsize::new(1024).unwrap_or(NonZeroUsize::MIN));
        Self(State::init(runtime, store_config(prefix, cache), None).await)
    }

    /// Applies the changes of the next block; returns the root after it, `None` if the state cannot be read.
    pub async fn apply<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a StateKey, &'a Option<Vec<u8>>)>,
    ) -> Option<Digest> {
        let mut batch = self.0.new_batches().await;
        for (state_key, value) in changes {
            batch = batch.write(key(state_key), value.clone().map(Value));
        }
        let sealed = batch.merkleize().await.ok()?;
        let root = Digest::new(Sha256::ALGORITHM, sealed.root().0);
        self.0.apply(sealed).await;
        Some(root)
    }
}
