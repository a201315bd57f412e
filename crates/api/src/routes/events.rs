//! Live events, as server-sent events (HTML Living Standard section 9.2).

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures::StreamExt;
use futures::future::{self, Either};
use futures::stream::{self, BoxStream};

use super::text;
use crate::answers::BlockRow;
use crate::app::{App, enter};
use crate::gate::Slot;
use crate::node::Node;
use crate::openapi::Plain;
use crate::problem::Problem;

/// Each block as it becomes final: `event: block`, with one row of `/api/v1/blocks` as data.
///
/// A client that cannot keep up misses rows; it asks `/api/v1/blocks` for what lies between.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "ledger",
    responses((status = 200, content_type = "text/event-stream", body = String), Plain),
)]
pub(crate) async fn events(State(app): State<App>) -> Result<Response, Problem> {
    let slot = enter(&app.streams, "event streams")?;
    // A line at once, so that the client sees the stream open although no block comes yet.
    let hello = stream::once(future::ready(
        ": blocks as they become final\nretry: 3000\n\n".to_owned(),
    ));
    let lines = hello
        .chain(lines(app, slot))
        .map(|line| Ok::<_, std::convert::Infallible>(Bytes::from(line)));
    let mut response = text("text/event-stream", Body::from_stream(lines));
    // A proxy must not collect the stream before it passes it on.
    response
        .headers_mut()
        .insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-store, no-transform"),
    );
    Ok(response)
}

struct Feed {
    app: App,
    blocks: BoxStream<'static, BlockRow>,
    /// The place among the open streams, held as long as the client reads.
    _slot: Slot,
}

/// The events as text; a comment after each pause, so that both ends notice when the other is gone.
fn lines(app: App, slot: Slot) -> impl stream::Stream<Item = String> + Send {
    let blocks = app.node.block_events();
    stream::unfold(
        Feed {
            app,
            blocks,
            _slot: slot,
        },
        |mut feed| async move {
            let node: &dyn Node = feed.app.node.as_ref();
            let pause = node.sleep(feed.app.limits.heartbeat_ms);
            let line = match future::select(feed.blocks.next(), pause).await {
                Either::Left((Some(row), _)) => {
                    let data = serde_json::to_string(&row).unwrap_or_default();
                    format!("event: block\nid: {}\ndata: {data}\n\n", row.height)
                }
                Either::Left((None, _)) => return None,
                Either::Right(_) => ":\n\n".to_owned(),
            };
            Some((line, feed))
        },
    )
}
