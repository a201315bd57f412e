//! Which minutes have timers.

use yinxin_crypto::HashAlgorithm;
use yinxin_types::StateKey;

use super::Minute;
use crate::records::{Failure, Records};

/// How many bits of a minute's number each level of the calendar takes.
const BITS: u32 = 10;
/// How many minutes a slot has, how many slots an era, and how many eras there are.
const FAN: u32 = 1 << BITS;
/// Bytes of a bitmap.
const BYTES: usize = 128;
/// No timer waits for this minute, in the year 4011, or for a later one.
pub(crate) const LAST_MINUTE: Minute = (1 << (3 * BITS)) - 1;

/// 1024 yes or no, the first in the highest bit of the first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bitmap([u8; BYTES]);

impl Bitmap {
    const NONE: Self = Self([0; BYTES]);

    fn change(&mut self, index: u32, to: bool) {
        let bit = 0x80 >> (index % 8);
        // An index has ten bits, and 1024 of them are 128 bytes.
        if let Some(byte) = usize::try_from(index / 8).ok().and_then(|at| self.0.get_mut(at)) {
            *byte = if to { *byte | bit } else { *byte & !bit };
        }
    }

    fn first(&self) -> Option<u32> {
        self.from(0).next()
    }

    /// The indices from one on whose bit is set, in order.
    fn from(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let bits = self.0.iter().zip(0_u32..).flat_map(|(byte, at)| {
            let set = (0..8).filter(move |bit| byte & (0x80 >> bit) != 0);
            set.map(move |bit| at.saturating_mul(8).saturating_add(bit))
        });
        bits.filter(move |found| *found >= index)
    }

    fn is_empty(&self) -> bool {
        *self == Self::NONE
    }
}

/// The level below which something lies: an era has slots, a slot has minutes.
#[derive(Clone, Copy, Debug)]
enum Level {
    Era,
    Slot,
}

impl Level {
    /// Where the bitmap lies that covers a minute.
    fn key(self, algorithm: HashAlgorithm, minute: Minute) -> StateKey {
        let (record, number) = match self {
            Self::Era => ("timer-era", minute >> (2 * BITS)),
            Self::Slot => ("timer-slot", minute >> BITS),
        };
        StateKey::new(algorithm, "system", record, &[&number.to_be_bytes()])
    }

    fn read(
        self,
        algorithm: HashAlgorithm,
        records: &Records<'_>,
        minute: Minute,
    ) -> Result<Bitmap, Failure> {
        let key = self.key(algorithm, minute);
        match records.bytes(&key)? {
            Some(bytes) => bytes.try_into().map(Bitmap).map_err(|_| Failure::Damaged(key)),
            None => Ok(Bitmap::NONE),
        }
    }

    fn write(self, algorithm: HashAlgorithm, records: &mut Records<'_>, minute: Minute, bitmap: &Bitmap) {
        let key = self.key(algorithm, minute);
        if bitmap.is_empty() {
            records.delete(key);
        } else {
            records.put_bytes(key, bitmap.0.to_vec());
        }
    }
}

/// The place of a minute in the bitmap of its slot, of its slot in that of its era, and of its era in the calendar.
fn places(minute: Minute) -> (u32, u32, u32) {
    (minute % FAN, (minute >> BITS) % FAN, minute >> (2 * BITS))
}

/// The top of the calendar: there is none where no timer waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Calendar {
    /// The first minute with timers.
    pub(crate) next: Minute,
    eras: Bitmap,
}

impl Calendar {
    /// Where it lies.
    pub(crate) fn key(algorithm: HashAlgorithm) -> StateKey {
        StateKey::new(algorithm, "system", "timers", &[])
    }

    /// Four bytes of the next minute and the bitmap of eras.
    pub(crate) fn read(algorithm: HashAlgorithm, records: &Records<'_>) -> Result<Option<Self>, Failure> {
        let key = Self::key(algorithm);
        let Some(bytes) = records.bytes(&key)? else {
            return Ok(None);
        };
        let parts = bytes.split_first_chunk::<4>();
        let calendar = parts.and_then(|(next, eras)| {
            Some(Self {
                next: u32::from_be_bytes(*next),
                eras: Bitmap(eras.try_into().ok()?),
            })
        });
        calendar.map(Some).ok_or(Failure::Damaged(key))
    }

    fn write(&self, algorithm: HashAlgorithm, records: &mut Records<'_>) {
        let mut bytes = self.next.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.eras.0);
        records.put_bytes(Self::key(algorithm), bytes);
    }

    /// Enters a minute that had no timers.
    pub(super) fn enter(
        algorithm: HashAlgorithm,
        records: &mut Records<'_>,
        minute: Minute,
    ) -> Result<(), Failure> {
        let (in_slot, in_era, in_all) = places(minute);
        let mut slot = Level::Slot.read(algorithm, records, minute)?;
        if slot.is_empty() {
            let mut era = Level::Era.read(algorithm, records, minute)?;
            era.change(in_era, true);
            Level::Era.write(algorithm, records, minute, &era);
        }
        slot.change(in_slot, true);
        Level::Slot.write(algorithm, records, minute, &slot);
        let before = Self::read(algorithm, records)?;
        let mut after = before.clone().unwrap_or(Self {
            next: minute,
            eras: Bitmap::NONE,
        });
        after.eras.change(in_all, true);
        after.next = after.next.min(minute);
        if before.as_ref() != Some(&after) {
            after.write(algorithm, records);
        }
        Ok(())
    }

    /// Takes out the next minute, all of whose timers have fired, and finds the one after it.
    pub(super) fn leave(
        mut self,
        algorithm: HashAlgorithm,
        records: &mut Records<'_>,
    ) -> Result<(), Failure> {
        let damaged = || Failure::Damaged(Self::key(algorithm));
        let minute = self.next;
        let (in_slot, in_era, in_all) = places(minute);
        let mut slot = Level::Slot.read(algorithm, records, minute)?;
        slot.change(in_slot, false);
        Level::Slot.write(algorithm, records, minute, &slot);
        if let Some(first) = slot.first() {
            self.next = (minute & !(FAN - 1)) | first;
            self.write(algorithm, records);
            return Ok(());
        }
        let mut era = Level::Era.read(algorithm, records, minute)?;
        era.change(in_era, false);
        Level::Era.write(algorithm, records, minute, &era);
        if era.is_empty() {
            self.eras.change(in_all, false);
        }
        let Some(first) = self.eras.first() else {
            records.delete(Self::key(algorithm));
            return Ok(());
        };
        let era = Level::Era.read(algorithm, records, first << (2 * BITS))?;
        let first = (first << (2 * BITS)) | (era.first().ok_or_else(damaged)? << BITS);
        let slot = Level::Slot.read(algorithm, records, first)?;
        self.next = first | slot.first().ok_or_else(damaged)?;
        self.write(algorithm, records);
        Ok(())
    }

    /// The minutes with timers in the slot of the next one, from it to `last`, in order.
    pub(super) fn slot(
        &self,
        algorithm: HashAlgorithm,
        records: &Records<'_>,
        last: Minute,
    ) -> Result<Vec<Minute>, Failure> {
        let (in_slot, ..) = places(self.next);
        let slot = Level::Slot.read(algorithm, records, self.next)?;
        let first = self.next & !(FAN - 1);
        let minutes = slot.from(in_slot).map(|index| first | index);
        Ok(minutes.take_while(|minute| *minute <= last).collect())
    }
}
