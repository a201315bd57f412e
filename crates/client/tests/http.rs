//! The client against a node that says what the test tells it to, over a real connection on the loopback.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use serde_json::{Value, json};
use support::{CONTENT, Chain, ed25519, genesis, open};
use yinxin_client::deposit::Deposit;
use yinxin_client::http::{Client, HttpError, Status};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::{Envelope, Suite};

/// A server that gives these answers, one for each connection, and remembers the requests.
struct Server {
    address: String,
    requests: JoinHandle<Vec<(String, Vec<u8>)>>,
}

fn serve(answers: Vec<String>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let requests = std::thread::spawn(move || {
        answers
            .into_iter()
            .map(|answer| {
                let (mut stream, _) = listener.accept().unwrap();
                let request = request(&stream);
                stream.write_all(answer.as_bytes()).unwrap();
                request
            })
            .collect()
    });
    Server { address, requests }
}

/// The request line and the body of one request.
fn request(stream: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let line = line.trim().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (first.trim().to_owned(), body)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn ok(body: &Value) -> String {
    answer("200 OK", "", &body.to_string())
}

fn id() -> Digest {
    HashAlgorithm::Sha256.hash(&[b"transaction"])
}

fn envelope() -> Envelope {
    let chain = Chain::new(Suite::Intl);
    let deposit = Deposit::single(open(HashAlgorithm::Sha256, CONTENT), None, &[]).unwrap();
    deposit
        .request
        .sign(chain.id(), chain.time_of(1), &ed25519(1), &[])
        .unwrap()
}

#[test]
fn a_transaction_is_posted_as_its_envelope() {
    let server = serve(vec![answer(
        "202 Accepted",
        "",
        &json!({ "id": id(), "status": "pending" }).to_string(),
    )]);
    let envelope = envelope();
    let submitted = Client::new(&format!("{}/", server.address))
        .submit(&envelope)
        .unwrap();
    assert_eq!((submitted.id, submitted.status), (id(), Status::Pending));
    let requests = server.requests.join().unwrap();
    assert_eq!(requests[0].0, "POST /api/v1/transactions HTTP/1.1");
    assert_eq!(
        serde_json::from_slice::<Envelope>(&requests[0].1).unwrap(),
        envelope
    );
}

#[test]
fn a_problem_keeps_code_sentences_and_the_time_to_try_again() {
    let problem = json!({
        "type": "about:blank", "title": "x", "status": 503, "code": "POOL_FULL", "number": 1101, "detail": "8192 wait",
        "messages": { "en": "Full.", "zh-CN": "已满。" }, "source": "http-api",
    });
    let server = serve(vec![answer(
        "503 Service Unavailable",
        "retry-after: 2\r\n",
        &problem.to_string(),
    )]);
    let Err(HttpError::Problem(problem)) = Client::new(&server.address).submit(&envelope()) else {
        panic!("a problem")
    };
    assert_eq!(
        (problem.status, problem.number, problem.code.as_str()),
        (503, 1101, "POOL_FULL")
    );
    assert_eq!(
        (problem.messages.zh.as_str(), problem.messages.en.as_str()),
        ("已满。", "Full.")
    );
    assert_eq!(problem.retry_after_s, Some(2));
}

#[test]
fn waiting_ends_when_the_transaction_is_final() {
    let server = serve(vec![
        ok(&json!({ "id": id(), "status": "pending", "at_height": 1 })),
        ok(
            &json!({ "id": id(), "status": "rejected", "height": 2, "index": 0, "code": 4002, "name": "EVID_FIELD",
            "messages": { "en": "a", "zh-CN": "文" }, "at_height": 2 }),
        ),
    ]);
    let status = Client::new(&server.address)
        .wait(&id(), Duration::from_secs(60))
        .unwrap();
    assert_eq!(
        (status.status, status.code, status.height),
        (Status::Rejected, Some(4002), Some(2))
    );
    let requests = server.requests.join().unwrap();
    assert_eq!(
        requests[0].0,
        format!("GET /api/v1/transactions/{}?wait_ms=10000 HTTP/1.1", id())
    );
}

#[test]
fn patience_ends_and_an_unknown_transaction_is_not_waited_for() {
    for (status, patience) in [("pending", Duration::ZERO), ("unknown", Duration::from_secs(60))] {
        let server = serve(vec![ok(&json!({ "id": id(), "status": status }))]);
        let waited = Client::new(&server.address).wait(&id(), patience);
        assert!(
            matches!(waited, Err(HttpError::NotFinal(of)) if of == id()),
            "{status}"
        );
    }
}

#[test]
fn a_receipt_comes_as_the_bytes_that_are_to_be_verified() {
    let server = serve(vec![answer("200 OK", "", "{\"any\": 1}")]);
    assert_eq!(
        Client::new(&server.address).receipt(&id()).unwrap(),
        b"{\"any\": 1}"
    );
}

#[test]
fn a_genesis_is_checked_before_it_is_believed_to_be_one() {
    let good = genesis(Suite::Gm, "链");
    let mut bad = good.clone();
    bad.members.reverse();
    let server = serve(vec![ok(&json!(good)), ok(&json!(bad))]);
    let client = Client::new(&server.address);
    assert_eq!(client.genesis().unwrap(), good);
    assert!(matches!(client.genesis(), Err(HttpError::Answer { .. })));
}

#[test]
fn answers_that_are_not_of_the_interface_are_named_as_such() {
    let server = serve(vec![
        answer("200 OK", "", "<html>"),
        answer("404 Not Found", "", "<html>"),
        answer("302 Found", "location: http://example.invalid/\r\n", ""),
    ]);
    let client = Client::new(&server.address);
    for expected in [200, 404, 302] {
        let Err(HttpError::Answer { status, .. }) = client.transaction(&id(), 0) else {
            panic!("an answer")
        };
        assert_eq!(status, expected);
    }
}

#[test]
fn nobody_at_the_address_is_said_with_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let Err(HttpError::Unreachable { url, .. }) = Client::new(&address).transaction(&id(), 0) else {
        panic!("unreachable")
    };
    assert!(url.starts_with(&address));
}
