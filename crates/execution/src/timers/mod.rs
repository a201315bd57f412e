//! Timers (定时器): what a scenario wants to be told when a time has come, kept so that a million of them cost nothing while they wait.
//!
//! The state is found by key alone, so what is due must be found by key. Time is cut into minutes, and a minute with timers has its
//! queue: a record that counts, and pages. A calendar of bitmaps, three levels of 1024, says which minutes have one, so that the
//! next is found in three reads, whether it is a minute away or a century.
//!
//! ```text
//! calendar (next minute, eras) ─► era (slots) ─► slot (minutes) ─► queue (set, fired) ─► pages of 32 timers, in the order they were set
//! ```
//!
//! A timer enters a minute after that of the block which sets it, so the queues that a block empties never grow any more: what is due is
//! fired by minute, then in the order of setting, up to the limit of a block ([`yinxin_types::Limits::block_timers`]); the next block goes
//! on where it stopped. Nothing is ever cancelled: a scenario that is told of a deadline which no longer matters does nothing.

mod calendar;
mod queue;

use serde_json::Map;
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey, SignatureAlgorithm};
use yinxin_types::{BlockTime, Body, Occurrence, Rejection, StateKey, codes};

use crate::records::{Failure, Records};
use crate::run::BlockContext;
use crate::scenario::Call;

use calendar::{Calendar, LAST_MINUTE};
use queue::Timer;
pub(crate) use queue::{Due, Stop};

/// To what timers are rounded up, in milliseconds: a minute. Deadlines of law end with a day.
pub const TIMER_GRANULE_MS: u64 = 60_000;

/// The verb in the operation of an alarm's call; no operation can have it.
pub(crate) const ALARM: &str = "alarm";

/// The key of nobody: no point of the curve has this coordinate, so nothing was ever signed for it or can be.
const NOBODY: [u8; 32] = {
    let mut coordinate = [0; 32];
    coordinate[0] = 2;
    coordinate
};

/// A minute since 1970, at most [`LAST_MINUTE`].
pub(crate) type Minute = u32;

/// The minute that has begun at a time.
fn begun(time: BlockTime) -> Minute {
    u32::try_from(time.0 / TIMER_GRANULE_MS).map_or(LAST_MINUTE, |minute| minute.min(LAST_MINUTE))
}

/// When a minute begins.
fn start(minute: Minute) -> BlockTime {
    BlockTime(u64::from(minute).saturating_mul(TIMER_GRANULE_MS))
}

/// When the next timer fires, at this point of the block; none where none waits.
pub(crate) fn next(algorithm: HashAlgorithm, records: &Records<'_>) -> Result<Option<BlockTime>, Failure> {
    Ok(Calendar::read(algorithm, records)?.map(|calendar| start(calendar.next)))
}

/// The record that every block looks at.
pub(crate) fn first_read(algorithm: HashAlgorithm) -> StateKey {
    Calendar::key(algorithm)
}

/// A body that nobody signed, for what the chain itself does or asks.
pub(crate) fn unsigned(chain: Digest, block: &BlockContext, operation: String) -> Option<Body> {
    Some(Body {
        account: PublicKey::from_bytes(SignatureAlgorithm::Ed25519, &NOBODY).ok()?,
        arguments: Map::new(),
        chain,
        cosigners: Vec::new(),
        operation,
        salt: String::new(),
        valid_until: block.time,
    })
}

impl Call<'_> {
    /// Sets a timer: the alarm ([`crate::Scenario::alarm`]) of the scenario whose operation or alarm this is will be told `key` in a block
    /// whose time is `due` or later, rounded up to the minute, and never in this block. It cannot be cancelled, so an alarm looks at the
    /// scenario's own records. Answers the identifier of the occurrence (到期事件), which its receipt will bear.
    ///
    /// # Errors
    /// `TX_ARGUMENTS` for a key that is empty or longer than [`Occurrence::MAX_KEY_BYTES`] bytes, and for a time after the year 4000;
    /// `TX_OPERATION` in a scenario without an alarm. [`Failure::Wanted`] and [`Failure::Damaged`] as every access to records.
    pub fn schedule(&self, records: &mut Records<'_>, due: BlockTime, key: &str) -> Result<Digest, Failure> {
        let scenario = self.body.operation.split_once('.').map_or("", |(name, _)| name);
        if self.registry.alarm_at(scenario, self.versions)?.is_none() {
            return Err(Rejection::new(codes::TX_OPERATION, "its scenario has no alarm").into());
        }
        if key.is_empty() || key.len() > Occurrence::MAX_KEY_BYTES {
            let detail = format!("the key of a timer has 1 to {} bytes", Occurrence::MAX_KEY_BYTES);
            return Err(Rejection::new(codes::TX_ARGUMENTS, detail).into());
        }
        let minute = begun(due.saturating_add(TIMER_GRANULE_MS.saturating_sub(1)));
        let minute = minute.max(begun(self.block.time).saturating_add(1));
        if minute >= LAST_MINUTE {
            let detail = format!("no timer can wait until {due}");
            return Err(Rejection::new(codes::TX_ARGUMENTS, detail).into());
        }
        let timer = Timer { due, scenario, key };
        let sequence = queue::append(self.hash(), records, minute, &timer)?;
        let occurrence = Occurrence {
            chain: self.body.chain,
            due,
            fires: start(minute),
            key: key.to_owned(),
            scenario: scenario.to_owned(),
            sequence,
        };
        // Refused above where the time is beyond what canonical numbers hold.
        Ok(occurrence
            .id()
            .map_err(|error| Rejection::new(codes::TX_ARGUMENTS, error.to_string()))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_of_what_the_chain_does_itself_is_a_key_that_nobody_can_have() {
        let key = PublicKey::from_bytes(SignatureAlgorithm::Ed25519, &NOBODY).unwrap();
        assert!(!key.is_on_curve());
    }
}
