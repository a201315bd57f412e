//! Sockets: accepting connections, and closing those that cost more than they should.
//!
//! Everything that needs a runtime's timers is here: how long the head of a request may take, how long a request, how long a client may
//! leave an answer lying, how many connections there are in all and from one address.

mod patient;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use parking_lot::Mutex;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower::ServiceExt;
use yinxin_types::codes;

use crate::client_address::PeerAddress;
use crate::gate::{Gate, Slot};
use crate::limits::HttpLimits;
use crate::problem::Problem;

use patient::Patient;

/// How long to wait before accepting again after accepting failed, which happens when the process has no more files to open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves the router on a listener until `shutdown` resolves; then no more connections are accepted, those that answer a request may
/// finish it, and whatever is still open after [`HttpLimits::stop_ms`] is cut.
///
/// Connections over the limits are closed at once. HTTP/1.1 only; encryption is the business of a proxy in front.
///
/// # Errors
/// Only if the listener has no address, that is, never after it was bound.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: HttpLimits,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    tracing::info!(address = %listener.local_addr()?, "serving HTTP");
    let all = Gate::new(limits.connections);
    let addresses = Addresses::default();
    let limits = Arc::new(limits);
    let (stop, stopped) = watch::channel(());
    let mut open = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => accepted,
            Some(_) = open.join_next(), if !open.is_empty() => continue,
        };
        let (stream, peer) = match accepted {
            Ok((stream, peer)) => (stream, peer.ip().to_canonical()),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let most = if limits.proxies.contains(&peer) {
            limits.connections
        } else {
            limits.address_connections
        };
        if let Some(slot) = all.enter()
            && let Some(place) = addresses.enter(peer, most)
        {
            let connection = Connection {
                router: router.clone(),
                limits: Arc::clone(&limits),
                peer,
                _held: (slot, place),
            };
            open.spawn(connection.run(stream, stopped.clone()));
        }
    }
    drop(stop);
    drop(listener);
    let finish = async { while open.join_next().await.is_some() {} };
    // Streams of events never end by themselves; they are cut when the time is over.
    let _ = timeout(Duration::from_millis(limits.stop_ms), finish).await;
    open.shutdown().await;
    Ok(())
}

struct Connection {
    router: Router,
    limits: Arc<HttpLimits>,
    peer: IpAddr,
    /// The places among all connections and among those of the address.
    _held: (Slot, Place),
}

impl Connection {
    async fn run(self, stream: TcpStream, mut stopped: watch::Receiver<()>) {
        // Answers are written whole; waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(Patient::new(stream, Duration::from_millis(self.limits.write_ms)));
        let service = service_fn(|request| self.answer(request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(self.limits.head_ms))
            .max_headers(self.limits.headers)
            .max_buf_size(self.limits.head_bytes.max(8 << 10))
            .serve_connection(io, service);
        let mut connection = std::pin::pin!(connection);
        // A client that breaks the connection or the protocol has only itself to inform, so errors end the connection and no more.
        tokio::select! {
            _ = connection.as_mut() => return,
            _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response, Infallible> {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(PeerAddress(self.peer));
        let answer = self.router.clone().oneshot(request);
        let limit = Duration::from_millis(self.limits.request_ms);
        timeout(limit, answer).await.unwrap_or_else(|_| {
            Ok(Problem::new(
                codes::API_UNAVAILABLE,
                "the request could not be read and answered in time",
            )
            .into_response())
        })
    }
}

/// Open connections by address.
#[derive(Clone, Default)]
struct Addresses(Arc<Mutex<BTreeMap<IpAddr, usize>>>);

/// One open connection of an address, given back when dropped.
struct Place {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    fn enter(&self, address: IpAddr, most: usize) -> Option<Place> {
        let mut open = self.0.lock();
        let count = open.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place {
            addresses: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.addresses.0.lock();
        if let Some(count) = open.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}
