//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use yinxin_types::BlockTime;

/// Now, in milliseconds since 1970-01-01T00:00:00Z; 0 on a machine whose clock is before that.
#[expect(
    clippy::disallowed_methods,
    reason = "the node is where the wall clock is read; everything below it is told the time"
)]
pub fn now() -> BlockTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    BlockTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
