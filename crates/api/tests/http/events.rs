//! Live events.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Body;
use axum::http::Request;
use futures::channel::mpsc;
use futures::executor::block_on;
use futures::{Stream, StreamExt};
use serde_json::json;
use tower::ServiceExt;
use yinxin_api::{BlockRow, HttpLimits};

use crate::call::Api;
use crate::ledger::{Ledger, digest, key};
use crate::node::TestNode;
use yinxin_types::{BlockTime, Height};

fn open(api: &Api) -> impl Stream<Item = String> + Unpin {
    let request = Request::get("/api/v1/events").body(Body::empty()).unwrap();
    let response = block_on(api.router.clone().oneshot(request)).unwrap();
    assert_eq!(response.status(), 200);
    response
        .into_body()
        .into_data_stream()
        .map(|piece| String::from_utf8(piece.unwrap().to_vec()).unwrap())
}

fn row(height: u64) -> BlockRow {
    BlockRow {
        height: Height(height),
        hash: digest("a block"),
        time: BlockTime(9),
        transactions: 2,
        occurrences: 0,
        leader: key(201).public_key(),
    }
}

#[test]
fn each_final_block_is_one_event_with_the_row_of_the_list() {
    let api = Api::new(Ledger::new());
    let (sender, receiver) = mpsc::unbounded();
    *api.node.events.lock().unwrap() = Some(receiver);
    let mut stream = open(&api);
    assert!(block_on(stream.next()).unwrap().starts_with(':'));
    sender.unbounded_send(row(7)).unwrap();
    let event = block_on(stream.next()).unwrap();
    let data = event
        .strip_prefix("event: block\nid: 7\ndata: ")
        .and_then(|rest| rest.strip_suffix("\n\n"))
        .unwrap();
    let expected = json!({ "height": 7, "hash": digest("a block"), "time": 9, "transactions": 2, "occurrences": 0, "leader": key(201).public_key() });
    assert_eq!(serde_json::from_str::<serde_json::Value>(data).unwrap(), expected);
    drop(sender);
    assert_eq!(block_on(stream.next()), None);
}

#[test]
fn a_quiet_chain_still_shows_signs_of_life() {
    let api = Api::new(Ledger::new());
    api.node.restless.store(true, Ordering::SeqCst);
    let mut stream = open(&api);
    block_on(stream.next());
    assert_eq!(block_on(stream.next()).unwrap(), ":\n\n");
    assert_eq!(block_on(stream.next()).unwrap(), ":\n\n");
}

#[test]
fn open_streams_are_bounded_and_a_closed_one_makes_room() {
    let api = Api::with(
        TestNode::new(Ledger::new()),
        HttpLimits {
            streams: 1,
            ..HttpLimits::default()
        },
    );
    let stream = open(&api);
    assert_eq!(api.get("/api/v1/events").code(), "API_UNAVAILABLE");
    drop(stream);
    assert_eq!(api.get("/api/v1/events").status, 200);
    assert_eq!(
        Arc::strong_count(&api.node),
        2,
        "a dropped stream holds nothing of the node"
    );
}
