//! The timers of one minute, in the order in which they were set.

use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::wire::{Reader, WireError};
use yinxin_types::{BlockTime, Occurrence, StateKey};

use super::{Calendar, Minute, begun, start};
use crate::records::{Failure, Records};

/// Timers of a page. A page is written anew with each timer that joins it, and read once when its timers fire.
const PAGE: u32 = 32;

/// One timer as a page holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timer<'a> {
    /// For when it was set.
    pub(super) due: BlockTime,
    /// Who is told.
    pub(super) scenario: &'a str,
    /// What he is told.
    pub(super) key: &'a str,
}

impl<'a> Timer<'a> {
    /// Eight bytes of time, and two texts with their lengths.
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.due.0.to_be_bytes());
        yinxin_types::wire::put_bytes(out, self.scenario.as_bytes());
        yinxin_types::wire::put_bytes(out, self.key.as_bytes());
    }

    fn read(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let due = BlockTime(u64::from_be_bytes(reader.array()?));
        let mut text = || {
            let bytes = reader.bytes(Occurrence::MAX_KEY_BYTES)?;
            std::str::from_utf8(bytes).map_err(|_| WireError::Undefined)
        };
        Ok(Self {
            due,
            scenario: text()?,
            key: text()?,
        })
    }
}

/// How many timers a minute has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    /// How many were set.
    set: u32,
    /// How many of them have fired.
    fired: u32,
}

impl Count {
    fn key(algorithm: HashAlgorithm, minute: Minute) -> StateKey {
        StateKey::new(algorithm, "system", "timer-count", &[&minute.to_be_bytes()])
    }

    fn read(
        algorithm: HashAlgorithm,
        records: &Records<'_>,
        minute: Minute,
    ) -> Result<Option<Self>, Failure> {
        let key = Self::key(algorithm, minute);
        let Some(bytes) = records.bytes(&key)? else {
            return Ok(None);
        };
        let read = || {
            let mut reader = Reader::new(bytes);
            let count = Self {
                set: reader.u32()?,
                fired: reader.u32()?,
            };
            reader.end().map(|()| count)
        };
        match read() {
            Ok(count) if count.fired < count.set => Ok(Some(count)),
            _ => Err(Failure::Damaged(key)),
        }
    }

    fn write(self, algorithm: HashAlgorithm, records: &mut Records<'_>, minute: Minute) {
        let bytes = [self.set.to_be_bytes(), self.fired.to_be_bytes()].concat();
        records.put_bytes(Self::key(algorithm, minute), bytes);
    }
}

fn page_key(algorithm: HashAlgorithm, minute: Minute, page: u32) -> StateKey {
    let parts: [&[u8]; 2] = [&minute.to_be_bytes(), &page.to_be_bytes()];
    StateKey::new(algorithm, "system", "timer-page", &parts)
}

/// Adds a timer to the queue of a minute; answers its place in it.
pub(super) fn append(
    algorithm: HashAlgorithm,
    records: &mut Records<'_>,
    minute: Minute,
    timer: &Timer<'_>,
) -> Result<u64, Failure> {
    let known = Count::read(algorithm, records, minute)?;
    let count = known.unwrap_or_default();
    let damaged = || Failure::Damaged(Count::key(algorithm, minute));
    let (place, page) = (count.set, page_key(algorithm, minute, count.set / PAGE));
    let mut bytes = match records.bytes(&page) {
        _ if place.is_multiple_of(PAGE) => Vec::new(),
        Ok(Some(bytes)) => bytes.to_vec(),
        Ok(None) => return Err(Failure::Damaged(page)),
        Err(wanted) => return Err(wanted),
    };
    timer.write(&mut bytes);
    if known.is_none() {
        Calendar::enter(algorithm, records, minute)?;
    }
    records.put_bytes(page, bytes);
    let count = Count {
        set: place.checked_add(1).ok_or_else(damaged)?,
        ..count
    };
    count.write(algorithm, records, minute);
    Ok(u64::from(place))
}

/// What is missing, or damaged, before more timers can be taken.
#[derive(Debug)]
pub(crate) enum Stop {
    /// These records.
    Wanted(Vec<StateKey>),
    /// This record cannot be read.
    Damaged(StateKey),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Wanted(key) => Self::Wanted(vec![key]),
            Failure::Damaged(key) => Self::Damaged(key),
            // Nothing here refuses.
            Failure::Rejected(_) | Failure::Denied(_) => Self::Damaged(StateKey([0; 32])),
        }
    }
}

/// The timers that fire in one block, taken out of their queues.
#[derive(Debug, Default)]
pub(crate) struct Due {
    /// In the order in which they fire.
    pub(crate) timers: Vec<Occurrence>,
}

impl Due {
    /// Takes what is due at the time of the block out of the next slot of the calendar, until there are `limit` in all; answers whether
    /// there was any. A block asks three times for the 1024 minutes of a slot. Where it stops for want of records, nothing was taken, and
    /// what it wrote must be forgotten.
    pub(crate) fn take(
        &mut self,
        chain: &Digest,
        records: &mut Records<'_>,
        now: BlockTime,
        limit: usize,
    ) -> Result<bool, Stop> {
        let last = begun(now);
        let calendar = Calendar::read(chain.algorithm(), records)?;
        let Some(calendar) = calendar.filter(|calendar| calendar.next <= last && self.timers.len() < limit)
        else {
            return Ok(false);
        };
        let before = self.timers.len();
        let taken = self.take_slot(chain, records, calendar, last, limit);
        if taken.is_err() {
            self.timers.truncate(before);
        }
        taken.map(|()| true)
    }

    fn take_slot(
        &mut self,
        chain: &Digest,
        records: &mut Records<'_>,
        mut calendar: Calendar,
        last: Minute,
        limit: usize,
    ) -> Result<(), Stop> {
        let algorithm = chain.algorithm();
        let room = limit.saturating_sub(self.timers.len());
        let minutes: Vec<Minute> = calendar
            .slot(algorithm, records, last)?
            .into_iter()
            .take(room)
            .collect();
        want(
            records,
            minutes.iter().map(|minute| Count::key(algorithm, *minute)),
        )?;
        let mut left = u32::try_from(room).unwrap_or(u32::MAX);
        let mut parts = Vec::with_capacity(minutes.len());
        for minute in minutes {
            let damaged = || Failure::Damaged(Count::key(algorithm, minute));
            let count = Count::read(algorithm, records, minute)?.ok_or_else(damaged)?;
            let end = count.set.min(count.fired.saturating_add(left));
            left = left.saturating_sub(end.saturating_sub(count.fired));
            parts.push((minute, count, end));
            if left == 0 {
                break;
            }
        }
        let pages = |(minute, count, end): &(Minute, Count, u32)| {
            let minute = *minute;
            let pages = count.fired / PAGE..=end.saturating_sub(1) / PAGE;
            pages.map(move |page| page_key(algorithm, minute, page))
        };
        want(records, parts.iter().flat_map(pages))?;
        if parts.is_empty() {
            return Err(Stop::Damaged(Calendar::key(algorithm)));
        }
        for (minute, count, end) in parts {
            self.take_part(chain, records, minute, count, end)?;
            if end < count.set {
                Count { fired: end, ..count }.write(algorithm, records, minute);
                return Ok(());
            }
            records.delete(Count::key(algorithm, minute));
            calendar.leave(algorithm, records)?;
            match Calendar::read(algorithm, records)? {
                Some(after) => calendar = after,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Takes the timers of a minute from where it was fired up to `end`, and removes the pages that are empty then.
    fn take_part(
        &mut self,
        chain: &Digest,
        records: &mut Records<'_>,
        minute: Minute,
        count: Count,
        end: u32,
    ) -> Result<(), Stop> {
        let algorithm = chain.algorithm();
        for page in count.fired / PAGE..=end.saturating_sub(1) / PAGE {
            let key = page_key(algorithm, minute, page);
            let first = page.saturating_mul(PAGE);
            let held = count.set.saturating_sub(first).min(PAGE);
            let bytes = records.bytes(&key)?.ok_or(Stop::Damaged(key))?;
            let timers = read_page(bytes, held).map_err(|_| Stop::Damaged(key))?;
            for (timer, place) in timers.into_iter().zip(first..) {
                if (count.fired..end).contains(&place) {
                    self.timers.push(Occurrence {
                        chain: *chain,
                        due: timer.due,
                        fires: start(minute),
                        key: timer.key.to_owned(),
                        scenario: timer.scenario.to_owned(),
                        sequence: u64::from(place),
                    });
                }
            }
            if first.saturating_add(held) <= end {
                records.delete(key);
            }
        }
        Ok(())
    }
}

fn read_page(bytes: &[u8], held: u32) -> Result<Vec<Timer<'_>>, WireError> {
    let mut reader = Reader::new(bytes);
    let timers = (0..held)
        .map(|_| Timer::read(&mut reader))
        .collect::<Result<_, _>>()?;
    reader.end()?;
    Ok(timers)
}

/// Asks for the records that are not there yet, all of them at once.
fn want(records: &Records<'_>, keys: impl Iterator<Item = StateKey>) -> Result<(), Stop> {
    let missing: Vec<StateKey> = keys.filter(|key| records.bytes(key).is_err()).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Stop::Wanted(missing))
    }
}
