//! When something happened.

use serde::{Deserialize, Serialize};
use yinxin_types::{BlockTime, Height};

use crate::scenario::Call;

/// When something happened: the block's height and time. In records it is `{"height":h,"time":t}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// Height of the block.
    pub height: Height,
    /// Its time.
    pub time: BlockTime,
}

impl Moment {
    /// The block of the call.
    pub fn of(call: &Call<'_>) -> Self {
        Self {
            height: call.block.height,
            time: call.block.time,
        }
    }
}
