//! What a block means for every table: a pure function, used to write rows and, years later, to compare them.

use serde_json::Value;
use yinxin_crypto::Digest;

use crate::backend::Row;
use crate::chain;
use crate::concern;
use crate::error::IndexError;
use crate::evidence;
use crate::lookup::Key;
use crate::model::FinalBlock;
use crate::occurrence;
use crate::position::Position;
use crate::schema::{BLOCKS, CHALLENGES, EVIDENCE, LINKS, OCCURRENCES, RESOLUTIONS, TRANSACTIONS, Table};

/// The rows and look-up keys of one block. The history is not among them, because it depends on all earlier blocks.
#[derive(Debug, Default)]
pub(crate) struct Projection {
    blocks: Vec<Row>,
    transactions: Vec<Row>,
    /// Rows of evidence entries.
    pub(crate) entries: Vec<Row>,
    /// Rows of links.
    pub(crate) links: Vec<Row>,
    /// Rows of challenges.
    pub(crate) challenges: Vec<Row>,
    /// Rows of resolutions.
    pub(crate) resolutions: Vec<Row>,
    occurrences: Vec<Row>,
    /// Look-up keys, unsorted.
    pub(crate) keys: Vec<Key>,
}

impl Projection {
    /// Projects a block. Refuses parts that do not belong together.
    pub(crate) fn new(chain: &Digest, block: &FinalBlock<'_>) -> Result<Self, IndexError> {
        let height = block.header.height;
        project(chain, block).map_err(|reason| IndexError::Block { height, reason })
    }

    /// The rows with their tables.
    pub(crate) fn into_rows(self) -> [(&'static Table, Vec<Row>); 7] {
        [
            (&BLOCKS, self.blocks),
            (&TRANSACTIONS, self.transactions),
            (&EVIDENCE, self.entries),
            (&LINKS, self.links),
            (&CHALLENGES, self.challenges),
            (&RESOLUTIONS, self.resolutions),
            (&OCCURRENCES, self.occurrences),
        ]
    }
}

fn project(chain: &Digest, block: &FinalBlock<'_>) -> Result<Projection, String> {
    let FinalBlock {
        header,
        transactions,
        receipts,
        ..
    } = *block;
    if header.chain != *chain {
        return Err(format!("it is of chain {}", header.chain));
    }
    if header.hash() != block.hash {
        return Err("the hash is not the header's".to_owned());
    }
    if block
        .certificate
        .is_some_and(|certificate| certificate.block != block.hash)
    {
        return Err("the certificate is of another block".to_owned());
    }
    let count = usize::try_from(header.transactions).unwrap_or(usize::MAX);
    if transactions.len() != count || receipts.len() != count {
        let (transactions, receipts) = (transactions.len(), receipts.len());
        return Err(format!(
            "{transactions} transactions and {receipts} receipts where the header says {count}"
        ));
    }
    let mut out = Projection {
        blocks: vec![chain::block_row(block).ok_or("header or certificate has no canonical form")?],
        transactions: Vec::with_capacity(count),
        entries: Vec::with_capacity(count),
        keys: Vec::with_capacity(count.saturating_mul(4)),
        ..Projection::default()
    };
    for ((transaction, receipt), index) in transactions.iter().zip(receipts).zip(0_u32..) {
        let at = |what: String| format!("transaction {index}: {what}");
        let position =
            Position::new(header.height, index).ok_or_else(|| at("no position is left".to_owned()))?;
        let fits = receipt.transaction == transaction.id()
            && receipt.height == header.height
            && receipt.index == index
            && receipt.time == header.time;
        if !fits {
            return Err(at("the receipt is of another transaction".to_owned()));
        }
        let body = transaction.body();
        let derived = match receipt.code {
            0 => evidence::project(position, body, receipt, chain, &mut out).map_err(at)?,
            _ => Value::Null,
        };
        let row = chain::transaction_row(position, receipt, &body.operation, &body.account, &derived);
        out.transactions
            .push(row.ok_or_else(|| at("the outcome has no canonical form".to_owned()))?);
        out.keys
            .push(chain::transaction_key(position, &receipt.transaction));
        out.keys.extend(concern::keys(chain, position, &receipt.outcome));
    }
    project_occurrences(chain, block, &mut out)?;
    Ok(out)
}

fn project_occurrences(chain: &Digest, block: &FinalBlock<'_>, out: &mut Projection) -> Result<(), String> {
    let header = block.header;
    let found = block.occurrences.len();
    if u32::try_from(found) != Ok(header.occurrences) {
        let stated = header.occurrences;
        return Err(format!("{found} occurrences where the header says {stated}"));
    }
    for (occurred, number) in block.occurrences.iter().zip(0_u32..) {
        let at = |what: &str| format!("occurrence {number}: {what}");
        let place = Position::new(header.height, number).ok_or_else(|| at("no place is left"))?;
        let (occurrence, receipt) = (&occurred.occurrence, &occurred.receipt);
        let fits = occurrence.chain == *chain
            && occurrence.id() == Ok(receipt.transaction)
            && receipt.height == header.height
            && receipt.index == header.transactions.saturating_add(number)
            && receipt.time == header.time;
        if !fits {
            return Err(at("the receipt is of another"));
        }
        let row = occurrence::row(place, occurred).ok_or_else(|| at("the outcome has no canonical form"))?;
        out.occurrences.push(row);
        out.keys
            .extend(occurrence::keys(&receipt.transaction, place, occurrence));
    }
    Ok(())
}
