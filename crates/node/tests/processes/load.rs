//! A steady load of deposits, and the account of what the nodes acknowledged.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;
use yinxin_client::deposit::{Deposit, Piece};
use yinxin_client::http::{Client, HttpError, Status};
use yinxin_client::{Verdict, receipt};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, SignatureAlgorithm, random_bytes};
use yinxin_types::receipt::FileDescription;
use yinxin_types::{BlockTime, Envelope};

use crate::network::{Network, Node, PATIENCE, wait_for};

/// How long a sender rests after a node did not answer.
const REST: Duration = Duration::from_millis(50);

/// A deposit that a node said is final.
#[derive(Clone)]
pub struct Acknowledged {
    /// Identifier of the transaction.
    pub id: Digest,
    /// The node that said so.
    pub node: usize,
    /// Its height, as the node said.
    pub height: u64,
    /// Its place in the block, as the node said.
    pub index: u32,
    /// The receipt, where the node still lived to give it.
    pub receipt: Option<Vec<u8>>,
}

/// A signed deposit of a file that never was.
pub fn envelope(chain: Digest, account: &PrivateKey, valid_until: BlockTime) -> Envelope {
    let salt: [u8; 32] = random_bytes().unwrap();
    let content = HashAlgorithm::Sha256.hash(&[&salt]);
    let file = FileDescription {
        media_type: "application/pdf".to_owned(),
        name: "a.pdf".to_owned(),
        size: 1000,
    };
    let deposit = Deposit::single(Piece::sealed(content, file, salt), None, &[]).unwrap();
    deposit.request.sign(chain, valid_until, account, &[]).unwrap()
}

/// A new account.
pub fn account() -> PrivateKey {
    PrivateKey::generate(SignatureAlgorithm::Ed25519).unwrap()
}

/// Half a window from the time a node states.
pub fn valid_until(network: &Network, node: &Node) -> Option<BlockTime> {
    let time = node.ask("status")?["time"].as_u64()?;
    Some(BlockTime(time + network.genesis.limits.window_ms / 2))
}

/// Makes one deposit at a node and returns its height: an idle chain makes no blocks.
pub fn deposit(network: &Network, place: usize) -> u64 {
    let node = &network.nodes[place];
    let until = wait_for("the time", PATIENCE, || valid_until(network, node));
    let envelope = envelope(network.chain, &account(), until);
    let id = wait_for("a submission", PATIENCE, || node.client().submit(&envelope).ok()).id;
    wait_for("a deposit", PATIENCE, || node.client().wait(&id, PATIENCE).ok())
        .height
        .unwrap()
}

/// Clients that deposit at every node, one deposit after the other, until they are told to stop. Whatever a node does not acknowledge
/// they send again, the same bytes, as people do.
pub struct Load {
    stop: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
    clients: Vec<JoinHandle<()>>,
    received: std::sync::mpsc::Receiver<Acknowledged>,
    acknowledged: Vec<Acknowledged>,
}

impl Load {
    /// Begins with `each` clients at each node.
    pub fn start(network: &Network, each: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let count = Arc::new(AtomicU64::new(0));
        let (sender, received) = channel();
        let clients = network
            .nodes
            .iter()
            .enumerate()
            .flat_map(|(place, node)| (0..each).map(move |_| (place, node.client())))
            .map(|(node, client)| {
                let depositor = Depositor {
                    node,
                    client,
                    chain: network.chain,
                    window_ms: network.genesis.limits.window_ms,
                    stop: Arc::clone(&stop),
                    count: Arc::clone(&count),
                    sender: sender.clone(),
                };
                thread::spawn(move || depositor.run())
            })
            .collect();
        Self {
            stop,
            count,
            clients,
            received,
            acknowledged: Vec::new(),
        }
    }

    /// How many deposits were acknowledged.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Waits for `more` acknowledged deposits than there are now.
    pub fn wait_more(&self, more: u64) {
        let until = self.count() + more;
        wait_for(&format!("{more} more deposits"), PATIENCE, || {
            (self.count() >= until).then_some(())
        });
    }

    /// What was acknowledged until now.
    pub fn so_far(&mut self) -> &[Acknowledged] {
        self.acknowledged.extend(self.received.try_iter());
        &self.acknowledged
    }

    /// Stops all clients and returns everything that was acknowledged.
    pub fn stop(mut self) -> Vec<Acknowledged> {
        self.stop.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            client.join().unwrap();
        }
        self.so_far();
        std::mem::take(&mut self.acknowledged)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

struct Depositor {
    node: usize,
    client: Client,
    chain: Digest,
    window_ms: u64,
    stop: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
    sender: Sender<Acknowledged>,
}

impl Depositor {
    fn run(&self) {
        let account = account();
        while !self.stopped() {
            let Ok(status) = self.client.get::<Value>("status") else {
                thread::sleep(REST);
                continue;
            };
            let time = BlockTime(status["time"].as_u64().unwrap());
            let envelope = envelope(self.chain, &account, time.saturating_add(self.window_ms / 2));
            self.deposit(&envelope);
        }
    }

    /// Sends the same bytes until they are acknowledged or the test ends.
    fn deposit(&self, envelope: &Envelope) {
        let id = self.chain.algorithm().hash(&[envelope.body.as_bytes()]);
        while !self.stopped() {
            match self.client.submit(envelope) {
                Ok(submitted) => assert_eq!(submitted.id, id),
                Err(HttpError::Problem(problem)) if problem.code == "TX_REPLAYED" => {}
                Err(HttpError::Problem(problem)) if problem.retry_after_s.is_none() => {
                    panic!("a good deposit is refused: {problem:?}")
                }
                Err(_) => {
                    thread::sleep(REST);
                    continue;
                }
            }
            let Ok(answer) = self.client.transaction(&id, 2_000) else {
                continue;
            };
            match answer.status {
                Status::Committed => {
                    return self.acknowledge(id, answer.height.unwrap(), answer.index.unwrap());
                }
                Status::Rejected => panic!("a good deposit is rejected: {answer:?}"),
                Status::Pending | Status::Unknown => {}
            }
        }
    }

    fn acknowledge(&self, id: Digest, height: u64, index: u32) {
        let receipt = self.client.receipt(&id).ok();
        if let Some(receipt) = &receipt {
            assert_verifies(receipt, &self.chain);
        }
        let acknowledged = Acknowledged {
            id,
            node: self.node,
            height,
            index,
            receipt,
        };
        // The test may be over.
        let _ = self.sender.send(acknowledged);
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Asserts that a receipt verifies against the chain.
pub fn assert_verifies(bytes: &[u8], chain: &Digest) {
    match receipt::verify(bytes, chain, None) {
        Verdict::Verified(_) => {}
        other => panic!(
            "a receipt does not verify: {other:?}\n{}",
            String::from_utf8_lossy(bytes)
        ),
    }
}

/// Asserts that every acknowledged deposit is on every node where it was said to be, exactly once, and has a receipt that verifies there;
/// and that the chain holds no transaction twice.
pub fn assert_kept(network: &Network, acknowledged: &[Acknowledged]) {
    let height = network.agree();
    let mut places: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for height in 1..=height {
        let block = network.nodes[0].ask(&format!("blocks/{height}")).unwrap();
        // The desks' own transactions are listed to auditors only.
        for transaction in block["transactions"].as_array().unwrap() {
            let index = transaction["index"].as_u64().unwrap();
            let id = transaction["id"].as_str().unwrap().to_owned();
            let earlier = places.insert(id.clone(), (height, index));
            assert_eq!(earlier, None, "{id} is executed twice, also at {height}");
        }
    }
    for acknowledged in acknowledged {
        let Acknowledged {
            id, height, index, ..
        } = acknowledged;
        let place = places.get(&id.to_string());
        assert_eq!(
            place,
            Some(&(*height, u64::from(*index))),
            "acknowledged deposit {id} is lost or moved"
        );
        if let Some(receipt) = &acknowledged.receipt {
            assert_verifies(receipt, &network.chain);
        }
    }
    for node in &network.nodes {
        let client = node.client();
        for acknowledged in acknowledged {
            let answer = client.transaction(&acknowledged.id, 0).unwrap();
            assert_eq!(
                (answer.status, answer.height),
                (Status::Committed, Some(acknowledged.height)),
                "{}",
                node.name
            );
        }
        // A receipt is the costly part; those of the newest deposits are the ones at risk.
        for acknowledged in acknowledged.iter().rev().take(20) {
            let receipt = wait_for("a receipt", PATIENCE, || client.receipt(&acknowledged.id).ok());
            assert_verifies(&receipt, &network.chain);
        }
    }
}
