//! Clients: they deposit evidence over HTTP, wait, repeat themselves, change nodes, and make mistakes.

use std::time::Duration;

use serde_json::Value;
use yinxin_client::deposit::{Deposit, Part, Piece};
use yinxin_consensus::runtime::Clock as _;
use yinxin_consensus::simulated::Context;
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey};
use yinxin_types::receipt::FileDescription;
use yinxin_types::transaction::Transaction;
use yinxin_types::{Envelope, Height};

use crate::book::{Book, Settled, Submitted};
use crate::chance::Chance;
use crate::http::Doors;
use crate::platform::Leapt;

/// One client.
pub struct Client {
    /// Its runtime.
    pub context: Context,
    /// Its clock.
    pub leapt: Leapt,
    /// Its chance.
    pub chance: Chance,
    /// The chain it deposits in.
    pub chain: Digest,
    /// Its key.
    pub account: PrivateKey,
    /// The nodes it asks.
    pub places: Vec<usize>,
    /// Their doors.
    pub doors: Doors,
    /// Where it writes down what it was told.
    pub book: Book,
}

/// A deposit, signed, and what its depositor keeps.
struct Signed {
    envelope: Envelope,
    content: Vec<u8>,
    part: Part,
}

impl Client {
    /// Goes on until the runtime ends or `tired` says so.
    pub async fn run(mut self, tired: impl Fn() -> bool) {
        while !tired() {
            let pause = self.chance.between(50, 900);
            self.context.sleep(Duration::from_millis(pause)).await;
            let Some(place) = self.chance.pick(&self.places).copied() else {
                return;
            };
            match self.chance.below(100) {
                0..52 => self.deposit(place).await,
                52..62 => self.deposit_many(place).await,
                62..77 => self.repeat(place).await,
                77..90 => self.mistake(place).await,
                _ => self.look(place).await,
            }
        }
    }

    /// Makes a deposit and sees it through to its receipt.
    pub async fn deposit(&mut self, place: usize) {
        if let Some((id, envelope)) = self.prepare() {
            self.submit(place, id, envelope).await;
        }
    }

    /// Signs a deposit and writes it down, before it is sent: a node that dies may have passed it on.
    fn prepare(&mut self) -> Option<(Digest, Vec<u8>)> {
        let window = if self.chance.happens(10) {
            self.chance.between(500, 4000)
        } else {
            300_000
        };
        let signed = self.sign(window);
        let envelope = signed
            .as_ref()
            .and_then(|signed| serde_json::to_vec(&signed.envelope).ok());
        let Some((signed, envelope)) = signed.zip(envelope) else {
            self.book.accuse("a client could not sign a deposit".to_owned());
            return None;
        };
        let id = Transaction::from(signed.envelope).id(self.chain.algorithm());
        let entry = Submitted {
            envelope: envelope.clone(),
            file: Some((signed.content, signed.part)),
            settled: None,
        };
        self.book.lock().submitted.insert(id, entry);
        Some((id, envelope))
    }

    /// Makes several deposits in one request and sees them through.
    async fn deposit_many(&mut self, place: usize) {
        let count = self.chance.between(2, 6);
        let prepared: Vec<_> = (0..count).filter_map(|_| self.prepare()).collect();
        let envelopes: Vec<_> = prepared.iter().map(|(_, envelope)| envelope.as_slice()).collect();
        let body = [b"[".as_slice(), &envelopes.join(b",".as_slice()), b"]"].concat();
        let path = "/api/v1/transactions/batch";
        let Some(answer) = self.doors.post(&self.context, place, path, body).await else {
            return;
        };
        match answer.status {
            200 => {
                for (id, _) in prepared {
                    self.see_through(place, id).await;
                }
            }
            // Full: the client was told that nothing happened.
            429 | 503 => {}
            status => self.book.accuse(format!(
                "node {place} answered {status} to a batch of valid deposits: {}",
                answer.json()
            )),
        }
    }

    async fn submit(&mut self, place: usize, id: Digest, envelope: Vec<u8>) {
        let Some(answer) = self
            .doors
            .post(&self.context, place, "/api/v1/transactions", envelope)
            .await
        else {
            return;
        };
        match answer.status {
            200 | 202 => self.see_through(place, id).await,
            // Full, or clocks that differ too much: the client was told that nothing happened.
            429 | 503 => {}
            _ if ["TX_EXPIRED", "TX_WINDOW", "TX_REPLAYED"].contains(&answer.text("code").as_str()) => {}
            status => self.book.accuse(format!(
                "node {place} answered {status} to a valid deposit: {}",
                answer.json()
            )),
        }
    }

    /// Asks until the transaction is final, perhaps another node, and fetches the receipt.
    async fn see_through(&mut self, first: usize, id: Digest) {
        let mut place = first;
        for _ in 0..6 {
            let path = format!(
                "/api/v1/transactions/{id}?wait_ms={}",
                self.chance.between(0, 3000)
            );
            let answer = self.doors.get(&self.context, place, &path).await;
            if let Some(answer) = answer.filter(|answer| answer.status == 200)
                && let Some(settled) = settled(&answer.json())
            {
                self.book.settle(place, &id, settled);
                return self.fetch_receipt(place, id).await;
            }
            if self.chance.happens(40)
                && let Some(other) = self.chance.pick(&self.places)
            {
                place = *other;
            }
            self.context.sleep(Duration::from_millis(100)).await;
        }
    }

    async fn fetch_receipt(&self, place: usize, id: Digest) {
        let path = format!("/api/v1/receipts/{id}");
        if let Some(answer) = self.doors.get(&self.context, place, &path).await
            && answer.status == 200
        {
            self.book.check_receipt(place, &id, &answer.body, &self.chain);
        }
    }

    /// Sends something again that it sent before; that is never an error.
    async fn repeat(&mut self, place: usize) {
        let again = {
            let book = self.book.lock();
            let known: Vec<_> = book.submitted.iter().collect();
            self.chance
                .pick(&known)
                .map(|(id, entry)| (**id, entry.envelope.clone()))
        };
        if let Some((id, envelope)) = again {
            self.submit(place, id, envelope).await;
        }
    }

    /// Sends what no node may take.
    async fn mistake(&mut self, place: usize) {
        let Some(signed) = self.sign(300_000) else { return };
        let mut envelope = signed.envelope;
        let path = "/api/v1/transactions";
        match self.chance.below(4) {
            0 => envelope.body = envelope.body.replacen("evidence.deposit", "evidence.deposits", 1),
            1 => envelope.body.push(' '),
            2 => envelope.signatures.clear(),
            _ => {
                let answer = self
                    .doors
                    .post(&self.context, place, path, b"{\"body\":1}".to_vec())
                    .await;
                if answer
                    .as_ref()
                    .is_some_and(|answer| !(400..600).contains(&answer.status))
                {
                    self.book
                        .accuse(format!("node {place} took nonsense: {answer:?}"));
                }
                return;
            }
        }
        let id = Transaction::from(envelope.clone()).id(self.chain.algorithm());
        self.book.lock().invalid.push(id);
        let Ok(bytes) = serde_json::to_vec(&envelope) else {
            return;
        };
        let answer = self.doors.post(&self.context, place, path, bytes).await;
        if answer
            .as_ref()
            .is_some_and(|answer| !(400..600).contains(&answer.status))
        {
            self.book
                .accuse(format!("node {place} took an invalid transaction: {answer:?}"));
        }
    }

    /// Looks around: every page must answer, whatever the chain is going through.
    async fn look(&mut self, place: usize) {
        let path = self.chance.pick(&[
            "/healthz",
            "/api/v1/status",
            "/api/v1/why",
            "/api/v1/blocks",
            "/api/v1/evidence",
        ]);
        let Some(path) = path else { return };
        if let Some(answer) = self.doors.get(&self.context, place, path).await
            && ![200, 503].contains(&answer.status)
        {
            self.book.accuse(format!(
                "node {place} answered {} to {path}: {}",
                answer.status,
                answer.json()
            ));
        }
    }

    fn sign(&mut self, window: u64) -> Option<Signed> {
        let piece = |chance: &mut Chance| {
            // Few different contents, so that some are deposited again, by the same account and by others.
            let content = if chance.happens(20) {
                vec![7; chance.place(4)]
            } else {
                chance.bytes::<24>().to_vec()
            };
            let file = FileDescription {
                media_type: "text/plain".to_owned(),
                name: "证据.txt".to_owned(),
                size: u64::try_from(content.len()).unwrap_or(u64::MAX),
            };
            let digest = HashAlgorithm::Sha256.hash(&[&content]);
            (content, digest, file)
        };
        let (deposit, content) = if self.chance.happens(15) {
            let count = self.chance.between(1, 12);
            let pieces: Vec<_> = (0..count).map(|_| piece(&mut self.chance)).collect();
            let content = pieces.first()?.0.clone();
            let salted = pieces
                .into_iter()
                .map(|(_, digest, file)| Piece::sealed(digest, file, self.chance.bytes()));
            let salted = salted.collect();
            (Deposit::batch(salted, None).ok()?, content)
        } else {
            let (content, digest, file) = piece(&mut self.chance);
            let one = if self.chance.happens(50) {
                Piece::open(digest, file)
            } else {
                Piece::sealed(digest, file, self.chance.bytes())
            };
            (Deposit::single(one, None, &[]).ok()?, content)
        };
        let valid_until = self.leapt.now(&self.context).saturating_add(window);
        let salt = self.chance.bytes();
        let envelope = deposit
            .request
            .sign_with_salt(self.chain, valid_until, &self.account, &[], salt)
            .ok()?;
        Some(Signed {
            envelope,
            content,
            part: deposit.parts.into_iter().next()?,
        })
    }
}

/// What an answer says of a transaction, if it is final.
pub fn settled(answer: &Value) -> Option<Settled> {
    let number = |name: &str| answer.get(name).and_then(Value::as_u64);
    Some(Settled {
        height: Height(number("height")?),
        index: number("index")?,
        code: number("code")?,
    })
}
