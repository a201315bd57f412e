//! Deposits signed before they are needed, as requests ready to be sent.

use std::io::Write as _;
use std::thread;

use yinxin_client::deposit::{Deposit, Piece};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, SignatureAlgorithm, random_bytes};
use yinxin_types::receipt::FileDescription;
use yinxin_types::{BlockTime, Envelope};

use crate::cli::failure::Failure;

/// Bytes of the files that are said to be deposited. Their content is random, and only its digest is needed.
const FILE_BYTES: u64 = 100_000;

/// A request, and the transactions in it.
#[derive(Debug)]
pub(super) struct Shot {
    /// The bytes to send.
    pub request: Vec<u8>,
    /// Identifiers of the transactions, in their order.
    pub ids: Vec<Digest>,
}

/// Who signs, and for which chain.
#[derive(Debug)]
pub(super) struct Signer {
    chain: Digest,
    accounts: Vec<PrivateKey>,
}

impl Signer {
    /// New accounts for a chain.
    ///
    /// # Errors
    /// No random bytes.
    pub fn new(chain: Digest, accounts: u32) -> Result<Self, Failure> {
        let accounts = (0..accounts)
            .map(|_| PrivateKey::generate(SignatureAlgorithm::Ed25519))
            .collect::<Result<_, _>>()?;
        Ok(Self { chain, accounts })
    }

    /// Signs `count` single sealed deposits, `each` of them to a request, with every core of the machine. They may be executed until
    /// `valid_until`.
    ///
    /// # Errors
    /// No random bytes.
    pub fn sign(&self, count: u64, each: u64, valid_until: BlockTime) -> Result<Vec<Shot>, Failure> {
        let shots = count.div_ceil(each.max(1));
        let threads =
            thread::available_parallelism().map_or(1, |cores| u64::try_from(cores.get()).unwrap_or(1));
        let share = shots.div_ceil(threads.max(1));
        let parts: Vec<Result<Vec<Shot>, Failure>> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|thread| {
                    let from = thread.saturating_mul(share);
                    let to = from.saturating_add(share).min(shots);
                    scope.spawn(move || {
                        (from..to)
                            .map(|shot| self.shot(shot, each, valid_until))
                            .collect()
                    })
                })
                .collect();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap_or_else(|_| Ok(Vec::new())))
                .collect()
        });
        let mut all = Vec::new();
        for part in parts {
            all.extend(part?);
        }
        Ok(all)
    }

    /// One request with `each` deposits.
    fn shot(&self, number: u64, each: u64, valid_until: BlockTime) -> Result<Shot, Failure> {
        let mut body = Vec::new();
        let mut ids = Vec::new();
        for place in 0..each {
            let envelope = self.deposit(number.saturating_mul(each).saturating_add(place), valid_until)?;
            ids.push(self.chain.algorithm().hash(&[envelope.body.as_bytes()]));
            body.push(if place == 0 { b'[' } else { b',' });
            serde_json::to_writer(&mut body, &envelope).map_err(|error| Failure::internal(&error))?;
        }
        body.push(b']');
        let (path, body) = match each {
            // A single transaction goes alone, without the list around it.
            1 => (
                "transactions",
                body.get(1..body.len().saturating_sub(1)).unwrap_or_default(),
            ),
            _ => ("transactions/batch", body.as_slice()),
        };
        let mut request = Vec::with_capacity(body.len().saturating_add(160));
        let length = body.len();
        write!(
            request,
            "POST /api/v1/{path} HTTP/1.1\r\nhost: node\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
        )
        .map_err(|error| Failure::internal(&error))?;
        request.extend_from_slice(body);
        Ok(Shot { request, ids })
    }

    /// One signed deposit of a file that never was.
    pub fn deposit(&self, number: u64, valid_until: BlockTime) -> Result<Envelope, Failure> {
        let index = usize::try_from(number)
            .unwrap_or_default()
            .checked_rem(self.accounts.len())
            .unwrap_or_default();
        let account = self
            .accounts
            .get(index)
            .ok_or_else(|| Failure::internal(&std::io::Error::other("no accounts")))?;
        let salt: [u8; 32] = random_bytes()?;
        let content = HashAlgorithm::Sha256.hash(&[&salt]);
        let file = FileDescription {
            media_type: "application/pdf".to_owned(),
            name: String::new(),
            size: FILE_BYTES,
        };
        let deposit = Deposit::single(Piece::sealed(content, file, salt), None, &[])?;
        Ok(deposit.request.sign(self.chain, valid_until, account, &[])?)
    }
}

#[cfg(test)]
mod tests {
    use yinxin_types::transaction::Rules;
    use yinxin_types::{Limits, Transaction, VerifiedTransaction};

    use super::*;

    #[test]
    fn what_is_sent_is_what_a_node_accepts() {
        let chain = HashAlgorithm::Sha256.hash(&[b"chain"]);
        let rules = Rules {
            hash: chain.algorithm(),
            chain,
            limits: Limits::default(),
        };
        let signer = Signer::new(chain, 3).unwrap();
        let shots = signer.sign(10, 4, BlockTime(1)).unwrap();
        assert_eq!(shots.iter().map(|shot| shot.ids.len()).sum::<usize>(), 12);
        for shot in shots {
            let text = String::from_utf8(shot.request).unwrap();
            let (head, body) = text.split_once("\r\n\r\n").unwrap();
            assert!(
                head.contains("/transactions/batch")
                    && head.contains(&format!("content-length: {}", body.len()))
            );
            let envelopes: Vec<Envelope> = serde_json::from_str(body).unwrap();
            for (envelope, id) in envelopes.into_iter().zip(&shot.ids) {
                let verified = VerifiedTransaction::verify(Transaction::from(envelope), &rules).unwrap();
                assert_eq!(verified.id(), *id);
            }
        }
        let single = signer.sign(1, 1, BlockTime(1)).unwrap();
        let text = String::from_utf8(single[0].request.clone()).unwrap();
        assert!(Transaction::from_json(text.split_once("\r\n\r\n").unwrap().1.as_bytes()).is_ok());
    }
}
