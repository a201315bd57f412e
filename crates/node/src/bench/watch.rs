//! Watching a node's blocks as they become final.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde::Deserialize;
use yinxin_client::http::Client;
use yinxin_crypto::Digest;

use crate::cli::failure::Failure;

/// How often a silent stream is looked after.
const LOOK: Duration = Duration::from_millis(500);
/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// The most rows of one page of blocks.
const PAGE: u64 = 100;

/// A block, and when it was heard of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Its height.
    pub height: u64,
    /// Its transactions.
    pub transactions: u64,
    /// Block time in milliseconds.
    pub time_ms: u64,
    /// When the node said that it is final.
    pub at: Instant,
}

#[derive(Deserialize)]
struct Row {
    height: u64,
    transactions: u64,
    time: u64,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Row>,
}

/// A transaction in a block.
#[derive(Deserialize)]
pub(super) struct Executed {
    /// Its identifier.
    pub id: Digest,
    /// 0 or the number of the rejection.
    pub code: u16,
}

#[derive(Deserialize)]
struct Block {
    transactions: Vec<Executed>,
}

#[derive(Debug, Default)]
struct Shared {
    blocks: Mutex<Vec<Seen>>,
    transactions: AtomicU64,
    stop: AtomicBool,
}

/// Listens to a node on a thread of its own.
#[derive(Debug)]
pub(super) struct Watch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    client: Client,
}

impl Watch {
    /// Begins to listen. Returns when the node has answered, so that nothing after this is missed.
    ///
    /// # Errors
    /// Where the node does not answer.
    pub fn start(address: SocketAddr) -> Result<Self, Failure> {
        let client = Client::new(&format!("http://{address}"));
        let shared = Arc::new(Shared::default());
        let mut stream = open(address).map_err(|error| Failure::internal(&error))?;
        let (sink, pages) = (Arc::clone(&shared), client.clone());
        let listen = move || {
            let mut line = Vec::new();
            while !sink.stop.load(Ordering::Relaxed) {
                match stream.read_until(b'\n', &mut line) {
                    Ok(0) => break,
                    Ok(_) if line.ends_with(b"\n") => {
                        note(&sink, &pages, &line);
                        line.clear();
                    }
                    Ok(_) => break,
                    // A pause between blocks; what was read of the line stays.
                    Err(error)
                        if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                    Err(_) => break,
                }
            }
        };
        let thread = thread::Builder::new()
            .name("watch".to_owned())
            .spawn(listen)
            .map_err(|error| Failure::internal(&error))?;
        Ok(Self {
            shared,
            thread: Some(thread),
            client,
        })
    }

    /// Transactions in final blocks since listening began.
    pub fn transactions(&self) -> u64 {
        self.shared.transactions.load(Ordering::Relaxed)
    }

    /// The counter itself, for whoever must not run ahead of it.
    pub fn counter(&self) -> impl Fn() -> u64 + Send + Sync + Clone + 'static {
        let shared = Arc::clone(&self.shared);
        move || shared.transactions.load(Ordering::Relaxed)
    }

    /// How many blocks were seen.
    pub fn blocks(&self) -> usize {
        self.shared.blocks.lock().len()
    }

    /// The blocks seen after the first `skip`.
    pub fn since(&self, skip: usize) -> Vec<Seen> {
        self.shared.blocks.lock().iter().skip(skip).copied().collect()
    }

    /// The transactions of a block.
    ///
    /// # Errors
    /// Where the node does not answer.
    pub fn executed(&self, block: &Seen) -> Result<Vec<Executed>, Failure> {
        let block: Block = self.client.get(&format!("blocks/{}", block.height))?;
        Ok(block.transactions)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // A listener that panicked has nothing more to say.
            let _ = thread.join();
        }
    }
}

/// Asks for the events in the older protocol, whose answers have no frames around their parts.
fn open(address: SocketAddr) -> io::Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect_timeout(&address, CONNECTING)?;
    stream.set_read_timeout(Some(CONNECTING))?;
    stream.write_all(b"GET /api/v1/events HTTP/1.0\r\nhost: node\r\naccept: text/event-stream\r\n\r\n")?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    if line.split(' ').nth(1) != Some("200") {
        return Err(io::Error::other(format!(
            "the events are not served: {}",
            line.trim()
        )));
    }
    while !line.trim().is_empty() {
        line.clear();
        stream.read_line(&mut line)?;
    }
    stream.get_ref().set_read_timeout(Some(LOOK))?;
    Ok(stream)
}

/// Takes down a block. Rows that were missed in between are asked for.
fn note(shared: &Shared, client: &Client, line: &[u8]) {
    let at = Instant::now();
    let Some(row) = line
        .strip_prefix(b"data:")
        .and_then(|data| serde_json::from_slice::<Row>(data).ok())
    else {
        return;
    };
    let last = shared.blocks.lock().last().map(|seen| seen.height);
    let mut rows = Vec::new();
    if let Some(last) = last {
        let missed = row.height.saturating_sub(last).saturating_sub(1).min(PAGE);
        if missed > 0
            && let Ok(page) = client.get::<Page>(&format!("blocks?before={}&limit={missed}", row.height))
        {
            rows.extend(page.items.into_iter().rev());
        }
    }
    rows.push(row);
    let mut blocks = shared.blocks.lock();
    for row in rows {
        if last.is_some_and(|last| row.height <= last) {
            continue;
        }
        shared.transactions.fetch_add(row.transactions, Ordering::Relaxed);
        blocks.push(Seen {
            height: row.height,
            transactions: row.transactions,
            time_ms: row.time,
            at,
        });
    }
}
