//! Changing the index: a block, or a certificate that came later.

use yinxin_types::merkle::Frontier;
use yinxin_types::{Certificate, Height};

use crate::backend::Row;
use crate::chain;
use crate::error::IndexError;
use crate::history;
use crate::lookup;
use crate::model::FinalBlock;
use crate::project::Projection;
use crate::schema::{BLOCKS, HISTORY};
use crate::session::Session;

/// Applies a block; `frontier` is the right edge of the history if the caller still has it from the block before.
pub(crate) fn apply(
    session: &mut Session<'_>,
    frontier: &mut Option<Frontier>,
    block: &FinalBlock<'_>,
    mut projection: Projection,
) -> Result<(), IndexError> {
    let found = block.header.height;
    let expected = match session.head() {
        None => Height::GENESIS,
        Some(head) => {
            let stored = chain::block(session, head)?.ok_or(IndexError::Empty)?;
            if found == head {
                if stored.hash != block.hash {
                    return Err(IndexError::Conflict(head));
                }
                return match block.certificate {
                    Some(certificate) => add_certificate(session, head, certificate),
                    None => Ok(()),
                };
            }
            let next = head.next().filter(|next| *next == found);
            if next.is_some() && block.header.parent != stored.hash {
                return Err(IndexError::Conflict(head));
            }
            next.unwrap_or_else(|| head.next().unwrap_or(head))
        }
    };
    if found != expected {
        return Err(IndexError::Gap { expected, found });
    }
    let mut edge = match frontier.take().filter(|frontier| frontier.size() == found.0) {
        Some(edge) => edge,
        None => history::frontier(session, found.0)?,
    };
    session.insert(&HISTORY, history::append(&mut edge, &block.hash))?;
    let keys = std::mem::take(&mut projection.keys);
    for (table, rows) in projection.into_rows() {
        session.insert(table, rows)?;
    }
    lookup::add(session, found, keys)?;
    *frontier = Some(edge);
    Ok(())
}

/// Adds a certificate to a block that has none.
pub(crate) fn add_certificate(
    session: &mut Session<'_>,
    height: Height,
    certificate: &Certificate,
) -> Result<(), IndexError> {
    let Some(stored) = chain::block(session, height)? else {
        let expected = session.head().and_then(Height::next).unwrap_or(Height::GENESIS);
        return Err(IndexError::Gap {
            expected,
            found: height,
        });
    };
    if certificate.block != stored.hash {
        return Err(IndexError::Conflict(height));
    }
    if stored.certificate.is_some() {
        return Ok(());
    }
    let block = FinalBlock {
        hash: stored.hash,
        header: &stored.header,
        certificate: Some(certificate),
        transactions: &[],
        receipts: &[],
        occurrences: &[],
    };
    let row: Option<Row> = chain::block_row(&block);
    let (row, keys) = row
        .zip(BLOCKS.keys(height, height))
        .ok_or_else(|| IndexError::Block {
            height,
            reason: "the certificate has no canonical form".to_owned(),
        })?;
    session.delete(&BLOCKS, keys)?;
    session.insert(&BLOCKS, vec![row])
}
