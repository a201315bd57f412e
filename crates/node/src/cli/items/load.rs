//! Publishing in batches, each signed by an officer and sealed, and each proven by a verified receipt.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};
use yinxin_approval::items::MAX_BATCH;
use yinxin_client::http::Status;
use yinxin_client::session::Session;
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, PrivateKey, PublicKey, random_bytes};
use yinxin_types::canonical;
use yinxin_types::identifiers::SocialCreditCode;
use yinxin_types::transaction::KeyedSignature;

use super::keep;
use super::ledger::Step;
use crate::cli::chain::{Connection, rejected};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::language::words;

/// What a batch leaves of the chain's limit of a transaction for the rest of its body, in bytes.
const ENVELOPE: usize = 4 << 10;
/// The most bytes of the items of a batch where the chain allows more: a publication that people can still look through.
const COMFORTABLE: usize = 96 << 10;

/// Who signs for a department.
pub(crate) struct Signer {
    /// The officer's key.
    pub key: PrivateKey,
    /// Where the seal is.
    pub seal: Seal,
}

/// Where a department's seal is.
pub(crate) enum Seal {
    /// At hand.
    Key(Box<PrivateKey>),
    /// In the department's node, which is asked by the officer.
    Desk {
        /// The seal.
        seal: PublicKey,
        /// The officer at the node.
        session: Session,
    },
}

impl Seal {
    /// The seal that the department's node keeps.
    ///
    /// # Errors
    /// A department that is no member.
    pub fn desk(session: &Session, department: &SocialCreditCode) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct Member {
            account: PublicKey,
        }
        let member = session.ask("governance.member", &json!({ "code": department }))?;
        let member: Option<Member> = serde_json::from_value(member).unwrap_or_default();
        let Some(Member { account }) = member else {
            return Err(Failure::usage(words!(
                "{department} 不是链上成员,其印章不在节点中。请用 --seal 指定印章密钥文件。",
                "{department} is no member, so no node keeps its seal. Give the key of the seal with --seal."
            )));
        };
        Ok(Self::Desk {
            seal: account,
            session: session.clone(),
        })
    }
}

/// A batch that the ledger refused.
#[derive(Debug)]
pub(crate) struct RefusedBatch {
    pub words: crate::cli::language::Words,
}

/// What came of a publication.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Items that were published, each proven.
    pub items: usize,
    /// How many of them are first versions, and how many next ones.
    pub versions: (usize, usize),
    /// The highest block.
    pub height: u64,
    /// Batches that were refused.
    pub refused: Vec<RefusedBatch>,
    /// The transactions, with how many items each has, its height and its receipt.
    pub batches: Vec<(Digest, usize, u64, Option<PathBuf>)>,
}

impl Loaded {
    /// Counts a batch that is final.
    fn published(&mut self, (count, first): (usize, usize), height: u64) {
        self.items = self.items.saturating_add(count);
        self.versions.0 = self.versions.0.saturating_add(first);
        self.versions.1 = self.versions.1.saturating_add(count.saturating_sub(first));
        self.height = self.height.max(height);
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let batch = |(id, items, height, receipt): &(Digest, usize, u64, Option<PathBuf>)| json!({ "height": height, "id": id, "items": items, "receipt": receipt });
        self.batches.iter().map(batch).collect()
    }
}

/// One publication.
struct Batch {
    department: SocialCreditCode,
    items: Vec<Value>,
    /// How many of them are first versions.
    first: usize,
    /// The row of the table in which its first item stands.
    row: usize,
}

/// The items as arguments, in batches of one department each.
fn batches(steps: &[Step], limit: usize) -> Result<Vec<Batch>, Failure> {
    let mut of: BTreeMap<SocialCreditCode, Vec<&Step>> = BTreeMap::new();
    for step in steps {
        of.entry(step.row.code.issuer()).or_default().push(step);
    }
    let mut batches = Vec::new();
    for (department, steps) in of {
        let mut open: Option<Batch> = None;
        let mut bytes = 0_usize;
        for step in steps {
            let item = json!({ "code": step.row.code, "content": step.row.content, "version": step.version });
            let written = canonical::to_bytes(&item);
            let length = written
                .map_err(|_| Failure::answer("an item has no canonical form"))?
                .len();
            let full = |batch: &Batch| batch.items.len() == MAX_BATCH || bytes.saturating_add(length) > limit;
            if open.as_ref().is_some_and(full) {
                batches.extend(open.take());
                bytes = 0;
            }
            bytes = bytes.saturating_add(length);
            let batch = open.get_or_insert_with(|| Batch {
                department: department.clone(),
                items: Vec::new(),
                first: 0,
                row: step.row.row,
            });
            batch.items.push(item);
            batch.first = batch.first.saturating_add(usize::from(step.version == 1));
        }
        batches.extend(open);
    }
    Ok(batches)
}

/// Publishes, waits until everything is final, and verifies a receipt for each batch. A batch that the ledger refuses does not stop the others.
///
/// # Errors
/// A node that does not answer, a receipt that does not verify, a department without a signer.
pub(crate) fn load(
    console: &Console,
    connection: &Connection,
    signers: &BTreeMap<SocialCreditCode, Signer>,
    steps: &[Step],
    folder: Option<&Path>,
) -> Result<Loaded, Failure> {
    let limit = usize::try_from(connection.genesis.limits.transaction_bytes).unwrap_or(usize::MAX);
    let batches = batches(steps, limit.saturating_sub(ENVELOPE).min(COMFORTABLE))?;
    let bar = console.bar(
        u64::try_from(steps.len()).unwrap_or(u64::MAX),
        &words!("发布事项", "publishing"),
        false,
    );
    let mut sent = Vec::with_capacity(batches.len());
    for batch in batches {
        let signer = signers.get(&batch.department);
        let signer = signer.ok_or_else(|| Failure::answer("a department without a signer"))?;
        let count = batch.items.len();
        let first = batch.first;
        let id = submit(connection, signer, &batch.department, batch.items)?;
        sent.push((id, (count, first), batch.row));
    }
    let mut loaded = Loaded::default();
    for (id, (count, first), row) in sent {
        let answer = connection.client.wait(&id, PATIENCE)?;
        bar.inc(u64::try_from(count).unwrap_or_default());
        if answer.status != Status::Committed {
            let failure = rejected(&answer);
            let (zh, en) = (&failure.words.zh, &failure.words.en);
            loaded.refused.push(RefusedBatch {
                words: words!(
                    "✗ 自第 {row} 行起的 {count} 项未发布:{zh}",
                    "✗ The {count} items from row {row} on were not published: {en}"
                ),
            });
            continue;
        }
        let receipt = connection.receipt(&id)?;
        connection.verify(&receipt)?;
        let path = folder.map(|folder| keep(folder, &id, &receipt)).transpose()?;
        let height = answer.height.unwrap_or_default();
        loaded.published((count, first), height);
        loaded.batches.push((id, count, height, path));
    }
    bar.finish_and_clear();
    Ok(loaded)
}

/// How long a batch may take to become final.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);

fn submit(
    connection: &Connection,
    signer: &Signer,
    department: &SocialCreditCode,
    items: Vec<Value>,
) -> Result<Digest, Failure> {
    #[derive(Deserialize)]
    struct Sealed {
        id: Digest,
    }
    let arguments = json!({ "for": department, "items": items });
    let request = Request {
        operation: "approval.item_publish".to_owned(),
        arguments: arguments.as_object().cloned().unwrap_or_default(),
    };
    match &signer.seal {
        Seal::Key(seal) => connection.submit(&connection.sign_with(&request, &signer.key, &[seal])?),
        Seal::Desk { seal, session } => {
            let until = connection.valid_until()?;
            let account = signer.key.public_key();
            let body = request.body(connection.chain, until, account, vec![*seal], random_bytes()?)?;
            let signature = KeyedSignature::by(&signer.key, body.as_bytes());
            let sealed: Sealed =
                session.post("desk/seal", &json!({ "body": body, "signature": signature }))?;
            Ok(sealed.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_final_is_counted_as_published() {
        let mut loaded = Loaded::default();
        assert_eq!((loaded.items, loaded.versions), (0, (0, 0)));
        loaded.published((64, 60), 9);
        loaded.published((3, 0), 8);
        assert_eq!((loaded.items, loaded.versions, loaded.height), (67, (60, 7), 9));
    }
}
