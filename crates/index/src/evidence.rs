//! Evidence entries (存证条目), links, challenges and their resolutions as rows, projected from the operations of formats.md,
//! section 7. The queries are in [`query`].

pub(crate) mod query;

use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PublicKey};
use yinxin_types::receipt::CommitmentKind;
use yinxin_types::{BlockTime, Body, Height, Receipt};

use crate::backend::{Cell, Row};
use crate::chain::TransactionRecord;
use crate::error::IndexError;
use crate::lookup::{Key, Prefix, Topic};
use crate::model::{EvidenceEntry, FirstDeposit};
use crate::position::Position;
use crate::project::Projection;
use crate::row::{self, Reader};

/// Links of one transaction have four bits in a row's number: a deposit makes at most 16.
pub(crate) const LINK_BITS: u32 = 4;

/// `H("yinxin/evidence/entry/1", JCS({"account":...,"commitment":...}))` (formats section 7).
fn entry_identifier(algorithm: HashAlgorithm, account: &PublicKey, commitment: &Digest) -> Digest {
    // Neither text holds a character that JSON escapes.
    let document = format!("{{\"account\":\"{account}\",\"commitment\":\"{commitment}\"}}");
    algorithm.hash_tagged("yinxin/evidence/entry/1", &[document.as_bytes()])
}

/// The members of an object, read with the name of what is missing.
#[derive(Clone, Copy)]
struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    fn of(value: &'a Value, name: &str) -> Result<Self, String> {
        value
            .as_object()
            .map(Self)
            .ok_or_else(|| format!("`{name}` is not an object"))
    }

    fn get(self, name: &str) -> Result<&'a Value, String> {
        self.0.get(name).ok_or_else(|| format!("`{name}` is missing"))
    }

    fn text(self, name: &str) -> Result<&'a str, String> {
        self.get(name)?
            .as_str()
            .ok_or_else(|| format!("`{name}` is not a text"))
    }

    fn digest(self, name: &str) -> Result<Digest, String> {
        self.text(name)?
            .parse()
            .map_err(|_| format!("`{name}` is not a digest"))
    }

    fn number(self, name: &str) -> Result<u64, String> {
        self.get(name)?
            .as_u64()
            .ok_or_else(|| format!("`{name}` is not a number"))
    }
}

/// Adds what an executed transaction did to the evidence to the rows and keys of its block. Gives the outcome that follows
/// from those rows, null where none does.
pub(crate) fn project(
    position: Position,
    body: &Body,
    receipt: &Receipt,
    chain: &Digest,
    out: &mut Projection,
) -> Result<Value, String> {
    let arguments = Members(&body.arguments);
    match body.operation.as_str() {
        "evidence.deposit" | "evidence.deposit_batch" => {
            let batch = body.operation == "evidence.deposit_batch";
            return deposit(position, body, batch, receipt, chain, out);
        }
        "evidence.link" => {
            let entry = arguments.digest("entry")?;
            out.keys.push(link_key(position, &entry));
            link(
                position,
                0,
                &entry,
                arguments.text("relation")?,
                &arguments.digest("target")?,
                out,
            )?;
        }
        "evidence.challenge" => {
            let entry = arguments.digest("entry")?;
            out.keys.push(challenge_key(position, &entry));
            out.challenges.push(vec![
                Cell::Int(position.number()),
                row::digest(&entry),
                row::text(arguments.text("grounds")?),
                row::digest(&arguments.digest("statement")?),
            ]);
        }
        "evidence.resolve" => {
            let challenge = arguments.digest("challenge")?;
            out.keys.push(resolution_key(position, &challenge));
            out.resolutions.push(vec![
                Cell::Int(position.number()),
                row::digest(&challenge),
                row::text(arguments.text("finding")?),
                row::digest(&arguments.digest("statement")?),
            ]);
        }
        _ => {}
    }
    Ok(Value::Null)
}

fn deposit(
    position: Position,
    body: &Body,
    batch: bool,
    receipt: &Receipt,
    chain: &Digest,
    out: &mut Projection,
) -> Result<Value, String> {
    let outcome = Members::of(&receipt.outcome, "outcome")?;
    if outcome
        .get("repeat")?
        .as_bool()
        .ok_or("`repeat` is not a truth value")?
    {
        return Ok(Value::Null);
    }
    let arguments = Members(&body.arguments);
    let first = Members::of(outcome.get("first")?, "first")?;
    let entry = EvidenceEntry {
        entry: outcome.digest("entry")?,
        account: body.account,
        commitment: arguments.digest(if batch { "root" } else { "commitment" })?,
        kind: match arguments.text("kind")? {
            "open" => CommitmentKind::Open,
            "sealed" => CommitmentKind::Sealed,
            _ => return Err("`kind` is neither open nor sealed".to_owned()),
        },
        items: if batch {
            Some(arguments.number("items")?)
        } else {
            None
        },
        size: if batch {
            None
        } else {
            Some(arguments.number("size")?)
        },
        media_type: if batch {
            None
        } else {
            Some(arguments.text("media_type")?.to_owned())
        },
        capture: body.arguments.get("capture").cloned(),
        transaction: receipt.transaction,
        height: position.height(),
        index: position.index(),
        time: receipt.time,
        first: FirstDeposit {
            entry: first.digest("entry")?,
            height: Height(first.number("height")?),
            time: BlockTime(first.number("time")?),
        },
    };
    out.entries
        .push(entry_row(chain.algorithm(), position, &entry).ok_or("`capture` has no canonical form")?);
    out.keys.extend(entry_keys(chain, position, &entry));
    if let Some(links) = body.arguments.get("links") {
        let links = links.as_array().ok_or("`links` is not a list")?;
        if !links.is_empty() {
            out.keys.push(link_key(position, &entry.entry));
        }
        for (place, one) in (0..).zip(links) {
            let one = Members::of(one, "links")?;
            link(
                position,
                place,
                &entry.entry,
                one.text("relation")?,
                &one.digest("entry")?,
                out,
            )?;
        }
    }
    self::outcome(&entry).map_err(|error| error.to_string())
}

fn link(
    position: Position,
    place: i64,
    entry: &Digest,
    relation: &str,
    target: &Digest,
    out: &mut Projection,
) -> Result<(), String> {
    if place >= 1 << LINK_BITS {
        return Err("more than 16 links".to_owned());
    }
    let number = position.number() << LINK_BITS | place;
    out.links.push(vec![
        Cell::Int(number),
        row::digest(entry),
        row::text(relation),
        row::digest(target),
    ]);
    Ok(())
}

/// The numbers of the links that the transaction at a position made.
pub(crate) fn link_numbers(position: Position) -> RangeInclusive<i64> {
    let first = position.number() << LINK_BITS;
    first..=first | ((1 << LINK_BITS) - 1)
}

/// The position of the transaction that made the link with this number.
pub(crate) fn link_position(number: i64) -> Option<Position> {
    Position::from_number(number >> LINK_BITS)
}

/// The keys by which a deposit is found.
pub(crate) fn entry_keys(chain: &Digest, position: Position, entry: &EvidenceEntry) -> [Key; 3] {
    [
        Key::new(Topic::Entry, Prefix::of_bytes(entry.entry.bytes()), position),
        Key::new(
            Topic::Commitment,
            Prefix::of_claim(chain, &entry.commitment),
            position,
        ),
        Key::new(
            Topic::Account,
            Prefix::of_bytes(entry.account.as_bytes()),
            position,
        ),
    ]
}

/// The key by which the links of an entry are found.
pub(crate) fn link_key(position: Position, entry: &Digest) -> Key {
    Key::new(Topic::Link, Prefix::of_bytes(entry.bytes()), position)
}

/// The key by which a challenge of an entry is found.
pub(crate) fn challenge_key(position: Position, entry: &Digest) -> Key {
    Key::new(Topic::Challenge, Prefix::of_bytes(entry.bytes()), position)
}

/// The key by which the resolution of a challenge is found.
pub(crate) fn resolution_key(position: Position, challenge: &Digest) -> Key {
    Key::new(Topic::Resolution, Prefix::of_bytes(challenge.bytes()), position)
}

/// The outcome of the deposit that made an entry.
pub(crate) fn outcome(entry: &EvidenceEntry) -> Result<Value, IndexError> {
    let first = &entry.first;
    Ok(json!({
        "entry": entry.entry.to_string(),
        "first": { "entry": first.entry.to_string(), "height": first.height.0, "time": first.time.0 },
        "repeat": false,
    }))
}

/// The row of an entry. What follows from the rest is left out.
fn entry_row(algorithm: HashAlgorithm, position: Position, entry: &EvidenceEntry) -> Option<Row> {
    let usual = entry_identifier(algorithm, &entry.account, &entry.commitment) == entry.entry;
    let first = &entry.first;
    let own = first.entry == entry.entry && first.height == entry.height && first.time == entry.time;
    let unless = |follows: bool, cell: Cell| if follows { Cell::Null } else { cell };
    let capture = match &entry.capture {
        Some(capture) => row::document(capture)?,
        None => Cell::Null,
    };
    Some(vec![
        Cell::Int(position.number()),
        unless(usual, row::digest(&entry.entry)),
        row::digest(&entry.commitment),
        Cell::Int(i64::from(entry.kind == CommitmentKind::Sealed)),
        row::maybe(entry.items.map(row::number)),
        row::maybe(entry.size.map(row::number)),
        row::maybe(entry.media_type.as_deref().map(row::text)),
        capture,
        unless(own, row::digest(&first.entry)),
        unless(own, row::number(first.height.0)),
        unless(own, row::number(first.time.0)),
    ])
}

/// Reads the row of the entry that `transaction`, in a block of `time`, deposited.
pub(crate) fn read_entry(
    algorithm: HashAlgorithm,
    mut row: Reader,
    transaction: &TransactionRecord,
    time: BlockTime,
) -> Result<EvidenceEntry, IndexError> {
    let TransactionRecord {
        position,
        id,
        account,
        ..
    } = *transaction;
    let entry = row.maybe_digest()?;
    let commitment = row.digest()?;
    let entry = entry.unwrap_or_else(|| entry_identifier(algorithm, &account, &commitment));
    let kind = match row.integer()? {
        0 => CommitmentKind::Open,
        1 => CommitmentKind::Sealed,
        _ => return Err(row.damaged("neither open nor sealed")),
    };
    let (items, size, media_type, capture) = (
        row.maybe_number()?,
        row.maybe_number()?,
        row.maybe_text()?,
        row.maybe_document()?,
    );
    let (height, index) = (position.height(), position.index());
    let first = match (row.maybe_digest()?, row.maybe_number()?, row.maybe_number()?) {
        (Some(entry), Some(height), Some(time)) => FirstDeposit {
            entry,
            height: Height(height),
            time: BlockTime(time),
        },
        (None, None, None) => FirstDeposit { entry, height, time },
        _ => return Err(row.damaged("half a first deposit")),
    };
    Ok(EvidenceEntry {
        entry,
        account,
        commitment,
        kind,
        items,
        size,
        media_type,
        capture,
        transaction: id,
        height,
        index,
        time,
        first,
    })
}
