//! The store's concrete type and its configuration on disk.

use std::num::{NonZeroU64, NonZeroUsize};

use bytes::BufMut;
use commonware_codec::{Buf, EncodeSize, Error as CodecError, RangeCfg, Read, Write};
use commonware_parallel::Sequential;
use commonware_runtime::buffer::paged::CacheRef;
use commonware_storage::journal::contiguous::variable::Config as LogConfig;
use commonware_storage::merkle::full::Config as MerkleConfig;
use commonware_storage::merkle::mmr;
use commonware_storage::qmdb::current::{VariableConfig, ordered::variable};
use commonware_storage::translator::EightCap;
use commonware_utils::sequence::FixedBytes;
use yinxin_types::StateKey;

/// The most bytes one record may have. The replay record of a full block is the largest there is.
pub const MAX_VALUE_BYTES: usize = 2 << 20;

/// Bytes of one chunk of the activity bitmap: 256 operations share one grafted leaf.
pub(crate) const CHUNK: usize = 32;

/// A key in the engine's own type.
pub type Key = FixedBytes<32>;

/// The engine's form of a state key.
pub fn key(key: &StateKey) -> Key {
    Key::new(key.0)
}

/// The bytes of one record, at most [`MAX_VALUE_BYTES`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value(pub Vec<u8>);

impl Write for Value {
    fn write(&self, buf: &mut impl BufMut) {
        self.0.write(buf);
    }
}

impl EncodeSize for Value {
    fn encode_size(&self) -> usize {
        self.0.encode_size()
    }
}

impl Read for Value {
    type Cfg = ();

    fn read_cfg(buf: &mut impl Buf, (): &()) -> Result<Self, CodecError> {
        Vec::read_cfg(buf, &(RangeCfg::from(0..=MAX_VALUE_BYTES), ())).map(Self)
    }
}

/// The authenticated store over runtime `E` and hash function `H`.
pub type Store<E, H> = variable::Db<mmr::Family, E, Key, Value, H, EightCap, CHUNK, Sequential>;

/// How a [`Store`] is opened.
pub type Config = VariableConfig<EightCap, ((), ()), Sequential>;

/// The configuration of a store whose files bear `prefix`. The figures are part of the format on disk: a store is reopened with those it was made with.
pub fn store_config(prefix: &str, page_cache: CacheRef) -> Config {
    const ITEMS: NonZeroU64 = NonZeroU64::new(1 << 16).expect("not zero");
    const BUFFER: NonZeroUsize = NonZeroUsize::new(1 << 16).expect("not zero");
    const REPLAY: NonZeroUsize = NonZeroUsize::new(1 << 20).expect("not zero");
    VariableConfig {
        merkle_config: MerkleConfig {
            journal_partition: format!("{prefix}-state-tree-journal"),
            metadata_partition: format!("{prefix}-state-tree-pins"),
            items_per_blob: ITEMS,
            write_buffer: BUFFER,
            replay_buffer: REPLAY,
            strategy: Sequential,
            page_cache: page_cache.clone(),
        },
        journal_config: LogConfig {
            partition: format!("{prefix}-state-log"),
            items_per_section: ITEMS,
            compression: None,
            codec_config: ((), ()),
            page_cache,
            write_buffer: BUFFER,
            replay_buffer: REPLAY,
        },
        grafted_metadata_partition: format!("{prefix}-state-activity"),
        translator: EightCap,
        init_cache: NonZeroUsize::new(1 << 16),
        init_buffer: REPLAY,
        init_concurrency: (),
    }
}
