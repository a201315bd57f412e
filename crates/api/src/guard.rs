//! What stands before every route and behind every answer: bounds on requests, and headers that tell browsers what not to do.

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{self, HeaderName};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use yinxin_types::codes;

use crate::app::{App, enter};
use crate::client_address::{PeerAddress, came_over_tls, client_address};
use crate::problem::Problem;

/// Who is asking, for routes that count more than the request itself or set a cookie.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    /// The address whose limits the request uses up.
    pub(crate) address: std::net::IpAddr,
    /// Whether the client came over TLS.
    pub(crate) tls: bool,
}

/// Takes a token of the client's address and a place among the requests being answered.
pub(crate) async fn admit(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<PeerAddress>().copied();
    let address = client_address(peer, request.headers(), &app.limits.proxies);
    let tls = came_over_tls(peer, request.headers(), &app.limits.proxies);
    request.extensions_mut().insert(Client { address, tls });
    let admitted = rate(app.addresses.take(&address, 1, app.node.now().0))
        .and_then(|()| enter(&app.requests, "requests"));
    match admitted {
        Ok(_slot) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// Says when to come again.
pub(crate) fn rate(taken: Result<(), u64>) -> Result<(), Problem> {
    taken
        .map_err(|wait_ms| Problem::new(codes::API_RATE, "the rate limit is used up").retry_after_ms(wait_ms))
}

/// Headers of every answer. Where a route has set one of them already, the route's stays.
const HEADERS: [(HeaderName, &str); 7] = [
    // An answer of the interface is data: nothing in it may be run, framed or loaded.
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// Adds the headers of every answer.
pub(crate) async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in HEADERS {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
