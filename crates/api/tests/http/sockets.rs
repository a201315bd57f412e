//! Limits that only exist on real connections.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use yinxin_api::{HttpLimits, router, serve};

use crate::ledger::Ledger;
use crate::node::TestNode;

/// Runs a client against a server with these limits, then stops the server.
fn with_server<F: Future<Output = ()>>(limits: HttpLimits, client: impl FnOnce(SocketAddr) -> F) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let router = router(Arc::new(TestNode::new(Ledger::new())), limits.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(serve(listener, router, limits, async move {
            stopped.await.unwrap_or(())
        }));
        client(address).await;
        drop(stop);
        assert!(server.await.unwrap().is_ok());
    });
}

/// Everything the server sends until it closes the connection.
async fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is a close, too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8(bytes).unwrap()
}

async fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    read_all(&mut stream).await
}

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: node\r\nConnection: close\r\n\r\n";

#[test]
fn a_request_over_a_socket_is_answered_with_a_date() {
    with_server(HttpLimits::default(), |address| async move {
        let answer = ask(address, HEALTH).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(
            answer.contains("\r\ndate: ") && answer.ends_with("{\"status\":\"ok\"}"),
            "{answer}"
        );
    });
}

#[test]
fn a_client_that_sends_its_request_drop_by_drop_is_cut_off() {
    let limits = HttpLimits {
        head_ms: 200,
        ..HttpLimits::default()
    };
    with_server(limits, |address| async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: no")
            .await
            .unwrap();
        let begin = Instant::now();
        let answer = read_all(&mut stream).await;
        assert!(!answer.contains("200 OK"), "{answer}");
        assert!(begin.elapsed() < Duration::from_secs(10));
    });
}

#[test]
fn a_connection_that_asks_nothing_is_closed() {
    let limits = HttpLimits {
        head_ms: 200,
        ..HttpLimits::default()
    };
    with_server(limits, |address| async move {
        let mut silent = TcpStream::connect(address).await.unwrap();
        assert_eq!(read_all(&mut silent).await, "");
        let mut kept = TcpStream::connect(address).await.unwrap();
        kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n")
            .await
            .unwrap();
        assert!(read_all(&mut kept).await.starts_with("HTTP/1.1 200 OK"));
    });
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for_longer_than_a_request_may_take() {
    let limits = HttpLimits {
        request_ms: 200,
        ..HttpLimits::default()
    };
    with_server(limits, |address| async move {
        let head = "POST /api/v1/transactions HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
        let answer = ask(address, head).await;
        assert!(
            answer.starts_with("HTTP/1.1 503 ") && answer.contains("API_UNAVAILABLE"),
            "{answer}"
        );
    });
}

#[test]
fn an_announced_body_over_the_limit_is_refused_before_it_is_sent() {
    with_server(HttpLimits::default(), |address| async move {
        let head = "POST /api/v1/transactions HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n\
                    Content-Length: 10000000000\r\n\r\n";
        let answer = ask(address, head).await;
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("API_TOO_LARGE"),
            "{answer}"
        );
    });
}

#[test]
fn a_body_that_grows_over_the_limit_is_refused_on_the_way() {
    with_server(HttpLimits::default(), |address| async move {
        let head = "POST /api/v1/transactions HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\n\
                    Transfer-Encoding: chunked\r\n\r\n";
        let chunk = format!("1000\r\n{}\r\n", " ".repeat(0x1000));
        let answer = ask(address, &format!("{head}{}", chunk.repeat(19))).await;
        assert!(
            answer.starts_with("HTTP/1.1 413 ") && answer.contains("API_TOO_LARGE"),
            "{answer}"
        );
    });
}

#[test]
fn too_many_or_too_large_headers_are_refused() {
    with_server(HttpLimits::default(), |address| async move {
        let many = "X-Filler: 1\r\n".repeat(100);
        let large = format!("X-Filler: {}\r\n", "x".repeat(64 << 10));
        for headers in [many, large] {
            let answer = ask(
                address,
                &format!("GET /healthz HTTP/1.1\r\nHost: node\r\n{headers}\r\n"),
            )
            .await;
            assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
        }
    });
}

#[test]
fn connections_over_the_limit_are_closed_and_a_free_place_is_taken_again() {
    let limits = HttpLimits {
        address_connections: 1,
        ..HttpLimits::default()
    };
    with_server(limits, |address| async move {
        let mut first = TcpStream::connect(address).await.unwrap();
        first
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: node\r\n\r\n")
            .await
            .unwrap();
        let mut begin = [0; 15];
        first.read_exact(&mut begin).await.unwrap();
        assert_eq!(&begin, b"HTTP/1.1 200 OK");
        let mut second = TcpStream::connect(address).await.unwrap();
        assert_eq!(read_all(&mut second).await, "");
        drop(first);
        // The server notices in its own time that the first is gone.
        while !ask_if_open(address).await.starts_with("HTTP/1.1 200 OK") {}
    });
}

/// The answer to a request, or nothing from a server that closes at once.
async fn ask_if_open(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let _ = stream.write_all(HEALTH.as_bytes()).await;
    read_all(&mut stream).await
}

#[test]
fn a_client_that_takes_no_answer_is_cut_off() {
    let limits = HttpLimits {
        write_ms: 200,
        ..HttpLimits::default()
    };
    with_server(limits, |address| async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let many = "GET /api/openapi.json HTTP/1.1\r\nHost: node\r\n\r\n".repeat(500);
        // Reads nothing: the answers fill the buffers of both ends, then the server gives up and the connection breaks.
        while stream.write_all(many.as_bytes()).await.is_ok() {}
    });
}

#[test]
fn stopping_cuts_streams_that_never_end() {
    let limits = HttpLimits {
        stop_ms: 100,
        ..HttpLimits::default()
    };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let router = router(Arc::new(TestNode::new(Ledger::new())), limits.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(serve(listener, router, limits, async move {
            stopped.await.unwrap_or(())
        }));
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET /api/v1/events HTTP/1.1\r\nHost: node\r\n\r\n")
            .await
            .unwrap();
        let mut begin = [0; 15];
        stream.read_exact(&mut begin).await.unwrap();
        drop(stop);
        assert!(server.await.unwrap().is_ok());
        read_all(&mut stream).await;
    });
}
