//! What clients do from the first signature to what they wanted: a deposit until it is final, a look until its content is in hand.
//!
//! Each client does one errand after the other, so that nobody waits for another's answer, and as many clients as there are keep the
//! network busy.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parking_lot::Mutex;
use serde_json::{Value, json};
use yinxin_crypto::{DecryptionKey, Digest, EncryptionAlgorithm, envelope};
use yinxin_types::{BlockTime, Envelope};

use crate::bench::shelf::Shelf;
use crate::bench::wire::{Connection, get, post};
use crate::cli::failure::Failure;

/// What the sealed content of a release is bound to beside the look (`docs/reference/formats.md`).
const RELEASE_INFO: &[u8] = b"yinxin/release/1";
/// How long a client waits after a node had no room for it.
const PAUSE: Duration = Duration::from_millis(20);
/// How long a node is asked to hold a request for a final status.
const WAIT_MS: u64 = 10_000;

/// One errand, signed beforehand.
pub(super) struct Errand {
    request: Vec<u8>,
    id: Digest,
    /// The key to which the content of a look is sealed; none for a deposit.
    reader: Option<DecryptionKey>,
}

impl Errand {
    /// A deposit.
    ///
    /// # Errors
    /// An envelope without a form in JSON.
    pub fn deposit(chain: &Digest, envelope: &Envelope) -> Result<Self, Failure> {
        Self::of(chain, envelope, None)
    }

    /// The look of a number at the certificates of a shelf, with a reader key of its own.
    ///
    /// # Errors
    /// No random bytes; a number beyond the last.
    pub fn look(shelf: &Shelf, number: u64, until: BlockTime) -> Result<Self, Failure> {
        let reader = DecryptionKey::generate(EncryptionAlgorithm::X25519)?;
        let request = shelf.look(number, &reader.encryption_key())?;
        let envelope = request.sign(shelf.chain, until, &shelf.officer, &[])?;
        Self::of(&shelf.chain, &envelope, Some(reader))
    }

    fn of(chain: &Digest, envelope: &Envelope, reader: Option<DecryptionKey>) -> Result<Self, Failure> {
        Ok(Self {
            request: post("transactions", None, &json!(envelope))?,
            id: chain.algorithm().hash(&[envelope.body.as_bytes()]),
            reader,
        })
    }
}

/// When an errand came so far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done {
    /// Sent.
    pub sent: Instant,
    /// The node said that the transaction is final.
    pub settled: Instant,
    /// The end: the same for a deposit, the opened content of a look.
    pub ended: Instant,
}

/// Runs errands at a node with so many clients for so long at most.
///
/// # Errors
/// The first errand that was refused or came to nothing.
pub(super) fn run(
    node: SocketAddr,
    errands: Vec<Errand>,
    clients: usize,
    time: Duration,
) -> Result<Vec<Done>, Failure> {
    let shared = Arc::new(Shared {
        errands,
        next: AtomicUsize::new(0),
        done: Mutex::new(Vec::new()),
        complaint: Mutex::new(None),
        begun: Instant::now(),
        time,
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(&error))?;
    runtime.block_on(async {
        let clients: Vec<_> = (0..clients.max(1))
            .map(|_| tokio::spawn(work(Connection::new(node), Arc::clone(&shared))))
            .collect();
        for client in clients {
            client.await.map_err(|error| Failure::internal(&error))?;
        }
        Ok::<(), Failure>(())
    })?;
    if let Some(complaint) = shared.complaint.lock().take() {
        return Err(Failure::answer(&complaint));
    }
    let done = std::mem::take(&mut *shared.done.lock());
    Ok(done)
}

struct Shared {
    errands: Vec<Errand>,
    next: AtomicUsize,
    done: Mutex<Vec<Done>>,
    complaint: Mutex<Option<String>>,
    begun: Instant,
    time: Duration,
}

async fn work(mut connection: Connection, shared: Arc<Shared>) {
    while shared.begun.elapsed() < shared.time && shared.complaint.lock().is_none() {
        let next = shared.next.fetch_add(1, Ordering::Relaxed);
        let Some(errand) = shared.errands.get(next) else {
            return;
        };
        match see_through(&mut connection, errand).await {
            Ok(done) => shared.done.lock().push(done),
            Err(complaint) => *shared.complaint.lock() = Some(complaint),
        }
    }
}

/// One errand from sending to its end.
async fn see_through(connection: &mut Connection, errand: &Errand) -> Result<Done, String> {
    let sent = Instant::now();
    answered(connection, &errand.request).await?;
    let waiting = get(&format!("transactions/{}?wait_ms={WAIT_MS}", errand.id));
    let found = answered(connection, &waiting).await?;
    if found.get("status") != Some(&json!("committed")) {
        return Err(format!("an errand came to nothing: {found}"));
    }
    let settled = Instant::now();
    if let Some(reader) = &errand.reader {
        let release = get(&format!("disclosures/{}", errand.id));
        let released = answered(connection, &release).await?;
        open(reader, &errand.id, &released).ok_or("what a look released cannot be opened")?;
    }
    Ok(Done {
        sent,
        settled,
        ended: Instant::now(),
    })
}

/// The answer to a request, which is sent again while the node has no room.
async fn answered(connection: &mut Connection, request: &[u8]) -> Result<Value, String> {
    loop {
        let answer = connection.ask(request).await.map_err(said)?;
        match answer.status {
            200 | 202 => return serde_json::from_slice(answer.body).map_err(said),
            429 | 503 if answer.retry_after_s.is_some() => {}
            status => return Err(format!("{status} {}", String::from_utf8_lossy(answer.body))),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn said(error: impl Error) -> String {
    error.to_string()
}

/// The content of a look, opened as the officer's browser opens it.
fn open(reader: &DecryptionKey, look: &Digest, released: &Value) -> Option<Value> {
    let sealed = released.get("content")?.as_str()?;
    let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let plain = envelope::open(reader, RELEASE_INFO, look.to_string().as_bytes(), &sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}
