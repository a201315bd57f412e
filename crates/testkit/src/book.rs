//! What the clients of a simulation know: what they submitted, what was promised to them, what broke a promise.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use yinxin_client::deposit::Part;
use yinxin_client::{Verdict, deposit, verify};
use yinxin_crypto::Digest;
use yinxin_types::Height;

/// What a node answered about a transaction that is final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Height of the block.
    pub height: Height,
    /// Place in it.
    pub index: u64,
    /// 0, or the number of the rejection.
    pub code: u64,
}

/// One transaction of a client.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// The envelope as it is sent.
    pub envelope: Vec<u8>,
    /// For a deposit: the first file and what belongs into its receipt.
    pub file: Option<(Vec<u8>, Part)>,
    /// Set as soon as any node says that it is final: from then on this must never change, anywhere.
    pub settled: Option<Settled>,
}

/// The book of all clients.
#[derive(Debug, Default)]
pub struct Entries {
    /// Transactions that a node took in, or may have taken in.
    pub submitted: BTreeMap<Digest, Submitted>,
    /// Identifiers of transactions that must never be executed.
    pub invalid: Vec<Digest>,
    /// Promises that were broken, in words.
    pub violations: Vec<String>,
    /// Receipts verified.
    pub receipts: u64,
}

/// The book, shared by all clients. Outlives outages.
#[derive(Clone, Debug, Default)]
pub struct Book(Arc<Mutex<Entries>>);

impl Book {
    /// The entries.
    pub fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes down a broken promise.
    pub fn accuse(&self, what: String) {
        self.lock().violations.push(what);
    }

    /// A node says that a transaction is final; whatever was said before must agree.
    pub fn settle(&self, place: usize, id: &Digest, settled: Settled) {
        let mut book = self.lock();
        let Some(entry) = book.submitted.get_mut(id) else {
            return;
        };
        match &entry.settled {
            None => entry.settled = Some(settled),
            Some(known) if *known == settled => {}
            Some(known) => {
                let what = format!("node {place} says {settled:?} of {id}, before it was {known:?}");
                book.violations.push(what);
            }
        }
    }

    /// Verifies a receipt as its depositor would, file and all.
    pub fn check_receipt(&self, place: usize, id: &Digest, receipt: &[u8], chain: &Digest) {
        let Some(entry) = self.lock().submitted.get(id).cloned() else {
            return;
        };
        let verdict = match &entry.file {
            None => verify(receipt, chain, None),
            Some((content, part)) => match deposit::attach(receipt, part.clone()) {
                Ok(whole) => verify(&whole, chain, Some(&mut content.as_slice())),
                Err(refutation) => Verdict::Refuted(refutation),
            },
        };
        let mut book = self.lock();
        match verdict {
            Verdict::Verified(proven) => {
                book.receipts += 1;
                let known = entry.settled.map(|settled| settled.height);
                if known.is_some_and(|height| height != proven.height) {
                    book.violations.push(format!(
                        "the receipt of {id} from node {place} is of height {}",
                        proven.height
                    ));
                }
            }
            other => book.violations.push(format!(
                "the receipt of {id} from node {place} does not verify: {other:?}"
            )),
        }
    }
}
