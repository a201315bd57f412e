//! Finding rows by something random: an identifier, a commitment, an account.
//!
//! An ordinary SQL index on such a column gets slower as it grows: every insertion lands on another page, and each page is
//! read, logged and written for a few bytes. Here the keys of each block are sorted and stored as one *run*; eight runs of one
//! level are merged into one of the next, so that a key is rewritten a few times in its life, always together with its
//! neighbours. A run holds at most [`MAX_RUN_KEYS`] keys, so that no merge takes longer than a fraction of a second; beyond
//! that runs stand side by side, one for each million keys, and a search asks each of them.
//!
//! ```text
//! blocks          0 ────────────────────────── 63 64 ── 71 72 73 74
//! runs, level     2                               1        0  0  0
//! ```
//!
//! A key is a number of 96 bits: what it names (4 bits), the first 37 bits of the identifier, and the position of the
//! transaction, or the place of the occurrence, (55 bits). Two identifiers may share their first bits; whoever searches looks at the row itself in the end.

use std::ops::{ControlFlow, RangeInclusive};

use yinxin_crypto::Digest;
use yinxin_types::Height;

use crate::backend::{Cell, Row};
use crate::error::IndexError;
use crate::position::Position;
use crate::row::Reader;
use crate::schema::{PAGES, RUNS};
use crate::session::{Order, Session};

/// Bytes of a stored key.
const KEY_BYTES: usize = 12;
/// Keys of a page. 1920 bytes stay in the row in both databases, and two of them fill a page of SQLite.
const PAGE_KEYS: u64 = 160;
/// How many runs of one level become one of the next.
const FAN_IN: usize = 8;
/// The most keys a merge may bring together.
const MAX_RUN_KEYS: u64 = 1 << 20;
/// Levels have four bits in a run's number.
pub(crate) const LEVEL_BITS: u32 = 4;
/// Pages have twenty bits in a page's number.
pub(crate) const PAGE_BITS: u32 = 20;
/// Bits of an identifier in a key.
const PREFIX_BITS: u32 = 37;
/// Bits of a position in a key.
const POSITION_BITS: u32 = 55;

/// What a key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    /// A transaction, by its identifier.
    Transaction,
    /// The deposit that made an entry, by the entry.
    Entry,
    /// Deposits of a commitment.
    Commitment,
    /// Deposits by an account.
    Account,
    /// Transactions that link an entry to others.
    Link,
    /// Challenges of an entry.
    Challenge,
    /// Resolutions of a challenge.
    Resolution,
    /// Transactions whose outcomes say that they concern somebody.
    Concern,
    /// Looks at the data of a party.
    Subject,
    /// Looks by a body.
    Source,
    /// Looks by an officer.
    Officer,
    /// An occurrence, by its identifier.
    Occurrence,
    /// Occurrences of the timers of one name.
    Timer,
}

impl Topic {
    const ALL: [Self; 13] = [
        Self::Transaction,
        Self::Entry,
        Self::Commitment,
        Self::Account,
        Self::Link,
        Self::Challenge,
        Self::Resolution,
        Self::Concern,
        Self::Subject,
        Self::Source,
        Self::Officer,
        Self::Occurrence,
        Self::Timer,
    ];

    fn tag(self) -> u8 {
        match self {
            Self::Transaction => 0,
            Self::Entry => 1,
            Self::Commitment => 2,
            Self::Account => 3,
            Self::Link => 4,
            Self::Challenge => 5,
            Self::Resolution => 6,
            Self::Concern => 7,
            Self::Subject => 8,
            Self::Source => 9,
            Self::Officer => 10,
            Self::Occurrence => 11,
            Self::Timer => 12,
        }
    }
}

/// The beginning of an identifier, as far as keys hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix(u64);

impl Prefix {
    /// Of bytes that nobody could choose: a hash or a key.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        let first = bytes.first_chunk::<8>().copied().unwrap_or_default();
        Self(u64::from_be_bytes(first) >> (u64::BITS - PREFIX_BITS))
    }

    /// Of a digest that somebody claims, such as a commitment. Hashed first, so that nobody can make a million entries whose
    /// keys crowd around another's.
    pub(crate) fn of_claim(chain: &Digest, claim: &Digest) -> Self {
        let tag = [claim.algorithm().tag()];
        Self::of_bytes(
            chain
                .algorithm()
                .hash_tagged("yinxin/index/1", &[&tag, claim.bytes()])
                .bytes(),
        )
    }
}

/// A sorted number that leads to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(u128);

impl Key {
    /// The key by which `topic` with this prefix is found at `position`.
    pub(crate) fn new(topic: Topic, prefix: Prefix, position: Position) -> Self {
        let topic = u128::from(topic.tag()) << (PREFIX_BITS + POSITION_BITS);
        let prefix = u128::from(prefix.0) << POSITION_BITS;
        Self(topic | prefix | u128::from(position.number().unsigned_abs()))
    }

    fn position(self) -> Option<Position> {
        let number = self.0 & ((1 << POSITION_BITS) - 1);
        Position::from_number(i64::try_from(number).ok()?)
    }

    /// The prefix as a number, for guessing where a key lies.
    fn prefix(self) -> u128 {
        (self.0 >> POSITION_BITS) & ((1 << PREFIX_BITS) - 1)
    }

    fn tag(self) -> u128 {
        self.0 >> (PREFIX_BITS + POSITION_BITS)
    }

    fn write(self, out: &mut Vec<u8>) {
        // The upper four of the sixteen bytes are zero.
        out.extend_from_slice(
            self.0
                .to_be_bytes()
                .last_chunk::<KEY_BYTES>()
                .unwrap_or(&[0; KEY_BYTES]),
        );
    }

    fn read(bytes: &[u8]) -> Self {
        Self(
            bytes
                .iter()
                .fold(0, |number, byte| number << 8 | u128::from(*byte)),
        )
    }
}

/// A sorted sequence of keys of a range of blocks, and where its pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    level: u8,
    /// Height of the first block.
    pub(crate) first: Height,
    /// Height of the last block.
    pub(crate) last: Height,
    /// Keys of each topic.
    counts: [u32; Topic::ALL.len()],
}

impl Run {
    /// The description of sorted keys.
    pub(crate) fn new(level: u8, first: Height, last: Height, keys: &[Key]) -> Self {
        let counts = Topic::ALL.map(|topic| {
            let tag = u128::from(topic.tag());
            let start = keys.partition_point(|key| key.tag() < tag);
            let end = keys.partition_point(|key| key.tag() <= tag);
            u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX)
        });
        Self {
            level,
            first,
            last,
            counts,
        }
    }

    /// The number of its row: sixteen times the last height, plus the level. Runs in this order are in the order of the chain.
    pub(crate) fn number(&self) -> Option<i64> {
        let last = i64::try_from(self.last.0).ok()?;
        Some(last.checked_mul(1 << LEVEL_BITS)? | i64::from(self.level))
    }

    /// The same place in the chain and level with other keys.
    pub(crate) fn remade(&self, keys: &[Key]) -> Self {
        Self::new(self.level, self.first, self.last, keys)
    }

    fn keys(&self) -> u64 {
        self.counts
            .iter()
            .fold(0, |sum, count| sum.saturating_add(u64::from(*count)))
    }

    /// Which of the run's keys are of a topic: number of the first, and of the one after the last.
    fn range(&self, topic: Topic) -> (u64, u64) {
        let before = self.counts.iter().take(usize::from(topic.tag()));
        let start = before.fold(0_u64, |sum, count| sum.saturating_add(u64::from(*count)));
        let count = self.counts.get(usize::from(topic.tag())).copied().unwrap_or(0);
        (start, start.saturating_add(u64::from(count)))
    }

    /// The number of the row of a page.
    fn page_number(&self, page: u64) -> Result<i64, IndexError> {
        let run = self
            .number()
            .and_then(|number| number.checked_mul(1 << PAGE_BITS));
        let page = i64::try_from(page).ok().filter(|page| *page < 1 << PAGE_BITS);
        run.zip(page)
            .map(|(run, page)| run | page)
            .ok_or_else(|| IndexError::damaged("a look-up page beyond the last"))
    }

    /// The numbers of the rows of all pages.
    pub(crate) fn page_numbers(&self) -> Result<(i64, i64), IndexError> {
        Ok((self.page_number(0)?, self.page_number((1 << PAGE_BITS) - 1)?))
    }

    /// The run's row.
    pub(crate) fn row(&self) -> Option<Row> {
        let counts = self.counts.iter().flat_map(|count| count.to_be_bytes()).collect();
        Some(vec![
            Cell::Int(self.number()?),
            Cell::Int(i64::try_from(self.first.0).ok()?),
            Cell::Bytes(counts),
        ])
    }

    fn from_row(mut row: Reader) -> Result<Self, IndexError> {
        let number = row.key();
        let first = Height(row.number()?);
        let last = Height((number >> LEVEL_BITS).unsigned_abs());
        let bytes = row.bytes()?;
        let mut counts = [0; Topic::ALL.len()];
        let (chunks, rest) = bytes.as_chunks::<4>();
        if number < 0 || first > last || !rest.is_empty() || chunks.len() != counts.len() {
            return Err(row.damaged("not a look-up run"));
        }
        for (count, chunk) in counts.iter_mut().zip(chunks) {
            *count = u32::from_be_bytes(*chunk);
        }
        let level = u8::try_from(number & ((1 << LEVEL_BITS) - 1)).unwrap_or(0);
        Ok(Self {
            level,
            first,
            last,
            counts,
        })
    }

    /// The rows of the pages that hold `keys`.
    pub(crate) fn page_rows(&self, keys: &[Key]) -> Result<Vec<Row>, IndexError> {
        let size = usize::try_from(PAGE_KEYS).unwrap_or(usize::MAX);
        let pages = keys.chunks(size).zip(0_u64..);
        pages
            .map(|(chunk, page)| {
                let mut bytes = Vec::with_capacity(chunk.len().saturating_mul(KEY_BYTES));
                chunk.iter().for_each(|key| key.write(&mut bytes));
                Ok(vec![Cell::Int(self.page_number(page)?), Cell::Bytes(bytes)])
            })
            .collect()
    }
}

fn read_page(mut row: Reader) -> Result<Vec<Key>, IndexError> {
    let bytes = row.bytes()?;
    let (chunks, rest) = bytes.as_chunks::<KEY_BYTES>();
    if chunks.is_empty() || !rest.is_empty() {
        return Err(row.damaged("not a look-up page"));
    }
    Ok(chunks.iter().map(|chunk| Key::read(chunk)).collect())
}

/// Every run, newest first. Together they must cover every block exactly once: a missing run would make rows unfindable.
pub(crate) fn runs(session: &mut Session<'_>) -> Result<Vec<Run>, IndexError> {
    let rows = session.rows(&RUNS, i64::MIN..=i64::MAX, Order::Descending, usize::MAX)?;
    let runs = rows
        .into_iter()
        .map(Run::from_row)
        .collect::<Result<Vec<_>, _>>()?;
    let mut due = session.head();
    for run in &runs {
        if Some(run.last) != due {
            return Err(IndexError::damaged(format!(
                "look-up runs do not meet at height {}",
                run.last
            )));
        }
        due = run.first.0.checked_sub(1).map(Height);
    }
    match due {
        Some(height) => Err(IndexError::damaged(format!(
            "no look-up run covers height {height}"
        ))),
        None => Ok(runs),
    }
}

/// Adds the keys of a block and merges runs where eight of a level have come together.
pub(crate) fn add(session: &mut Session<'_>, height: Height, mut keys: Vec<Key>) -> Result<(), IndexError> {
    keys.sort_unstable();
    let mut newest = Run::new(0, height, height, &keys);
    write(session, &newest, &keys)?;
    while let Some(merged) = merge(session, &newest)? {
        newest = merged;
    }
    Ok(())
}

fn write(session: &mut Session<'_>, run: &Run, keys: &[Key]) -> Result<(), IndexError> {
    let row = run
        .row()
        .ok_or_else(|| IndexError::damaged("more blocks than there can be"))?;
    session.insert(&RUNS, vec![row])?;
    session.insert(&PAGES, run.page_rows(keys)?)
}

/// Merges the newest runs if the last eight are of one level and together not too large.
fn merge(session: &mut Session<'_>, newest: &Run) -> Result<Option<Run>, IndexError> {
    let rows = session.rows(&RUNS, i64::MIN..=i64::MAX, Order::Descending, FAN_IN)?;
    let runs = rows
        .into_iter()
        .map(Run::from_row)
        .collect::<Result<Vec<_>, _>>()?;
    let alike = runs.len() == FAN_IN && runs.iter().all(|run| run.level == newest.level);
    let total = runs.iter().fold(0_u64, |sum, run| sum.saturating_add(run.keys()));
    let level = newest.level.saturating_add(1);
    if !alike || total > MAX_RUN_KEYS || u32::from(level) >= 1 << LEVEL_BITS {
        return Ok(None);
    }
    let mut keys = Vec::with_capacity(usize::try_from(total).unwrap_or(0));
    for run in runs.iter().rev() {
        keys.append(&mut read_run(session, run)?);
    }
    // The stable sort recognises what is sorted already and merges it.
    keys.sort();
    let first = runs.last().map_or(newest.first, |oldest| oldest.first);
    let merged = Run::new(level, first, newest.last, &keys);
    for run in &runs {
        let (low, high) = run.page_numbers()?;
        session.delete(&PAGES, low..=high)?;
        let number = run.number().unwrap_or(i64::MIN);
        session.delete(&RUNS, number..=number)?;
    }
    write(session, &merged, &keys)?;
    Ok(Some(merged))
}

/// All keys of a run.
fn read_run(session: &mut Session<'_>, run: &Run) -> Result<Vec<Key>, IndexError> {
    let (low, high) = run.page_numbers()?;
    let mut keys = Vec::with_capacity(usize::try_from(run.keys()).unwrap_or(0));
    for row in session.rows(&PAGES, low..=high, Order::Ascending, usize::MAX)? {
        keys.append(&mut read_page(row)?);
    }
    if run.remade(&keys) != *run {
        return Err(IndexError::damaged(format!(
            "the look-up run up to height {} is incomplete",
            run.last
        )));
    }
    Ok(keys)
}

/// Visits the positions of a range at which `topic` with this prefix may be found, newest first, until the visitor breaks off.
pub(crate) fn visit(
    session: &mut Session<'_>,
    topic: Topic,
    prefix: Prefix,
    range: RangeInclusive<Position>,
    mut visitor: impl FnMut(&mut Session<'_>, Position) -> Result<ControlFlow<()>, IndexError>,
) -> Result<(), IndexError> {
    let (first, last) = range.into_inner();
    let target = Key::new(topic, prefix, last);
    for run in runs(session)? {
        if run.first > last.height() {
            continue;
        }
        if run.last < first.height() {
            break;
        }
        let Some(mut place) = search(session, &run, topic, target)? else {
            continue;
        };
        loop {
            let key = place.key()?;
            if (key.tag(), key.prefix()) != (target.tag(), target.prefix()) {
                break;
            }
            let position = key
                .position()
                .ok_or_else(|| IndexError::damaged("a look-up key without a position"))?;
            if position < first || visitor(session, position)?.is_break() {
                return Ok(());
            }
            match place.step_back(session, &run)? {
                Some(before) => place = before,
                None => break,
            }
        }
    }
    Ok(())
}

/// A key of a run and the page around it.
#[derive(Debug)]
struct Place {
    page: u64,
    keys: Vec<Key>,
    within: usize,
}

impl Place {
    fn key(&self) -> Result<Key, IndexError> {
        self.keys
            .get(self.within)
            .copied()
            .ok_or_else(|| IndexError::damaged("a look-up page is too short"))
    }

    /// The key before this one, `None` at the start of the run.
    fn step_back(mut self, session: &mut Session<'_>, run: &Run) -> Result<Option<Self>, IndexError> {
        if let Some(within) = self.within.checked_sub(1) {
            self.within = within;
            return Ok(Some(self));
        }
        let Some(page) = self.page.checked_sub(1) else {
            return Ok(None);
        };
        let keys = fetch(session, run, page)?;
        Ok(Some(Self {
            page,
            within: keys.len().saturating_sub(1),
            keys,
        }))
    }
}

fn fetch(session: &mut Session<'_>, run: &Run, page: u64) -> Result<Vec<Key>, IndexError> {
    read_page(session.promised_row(&PAGES, run.page_number(page)?)?)
}

/// The last key of a topic in a run that is not greater than `target`.
///
/// Prefixes are spread evenly, so the page is guessed from the prefix and then approached in growing steps, and by halves
/// once the page lies between two others. Where they are not spread, as with few accounts, halving still bounds the search.
fn search(
    session: &mut Session<'_>,
    run: &Run,
    topic: Topic,
    target: Key,
) -> Result<Option<Place>, IndexError> {
    let (start, end) = run.range(topic);
    if start == end {
        return Ok(None);
    }
    let (mut low, mut high) = (start / PAGE_KEYS, end.saturating_sub(1) / PAGE_KEYS);
    let guess = target
        .prefix()
        .saturating_mul(u128::from(end.saturating_sub(start)))
        >> PREFIX_BITS;
    let guess = start.saturating_add(u64::try_from(guess).unwrap_or(u64::MAX)) / PAGE_KEYS;
    let mut probe = guess.clamp(low, high);
    let (mut below, mut above) = (false, false);
    let mut step = 1_u64;
    let mut best = None;
    while low <= high {
        let keys = fetch(session, run, probe)?;
        let within = keys.partition_point(|key| *key <= target);
        let whole = within == keys.len();
        match within.checked_sub(1) {
            Some(within) => {
                best = Some(Place {
                    page: probe,
                    keys,
                    within,
                });
                if !whole {
                    break;
                }
                low = probe.saturating_add(1);
                below = true;
            }
            None => {
                let Some(before) = probe.checked_sub(1) else { break };
                high = before;
                above = true;
            }
        }
        let next = match (below, above) {
            (true, true) => u64::midpoint(low, high),
            (true, false) => probe.saturating_add(step),
            _ => probe.saturating_sub(step),
        };
        step = step.saturating_mul(2);
        if low <= high {
            probe = next.clamp(low, high);
        }
    }
    Ok(best)
}
