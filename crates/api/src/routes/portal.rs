//! Everything that is no route of the interface: the portal's files, or a problem.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use yinxin_types::codes;

use crate::app::App;
use crate::node::Asset;
use crate::problem::Problem;

/// The portal runs its own scripts and talks to its own node; nothing else may be loaded, framed or posted to.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
                      connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// The start page, from which the portal finds its own way: an address that names no file belongs to one of its rooms.
const START: &str = "index.html";

/// Answers what no route answers.
pub(crate) async fn fallback(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let interface = path == "api" || path.starts_with("api/");
    if interface {
        return Problem::new(codes::API_NOT_FOUND, "the interface has no such address").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        let allow = [(header::ALLOW, HeaderValue::from_static("GET, HEAD"))];
        return (allow, method_not_allowed().await).into_response();
    }
    let file = if path.is_empty() { START } else { path };
    let room = || !file.rsplit('/').next().unwrap_or_default().contains('.');
    let asset = app
        .node
        .portal(file)
        .or_else(|| if room() { app.node.portal(START) } else { None });
    match asset {
        Some(asset) => serve(asset, &headers),
        None => Problem::new(codes::API_NOT_FOUND, "there is no such file").into_response(),
    }
}

/// The answer where a route exists for other methods.
pub(crate) async fn method_not_allowed() -> Problem {
    Problem::new(codes::API_METHOD, "the address does not take this method")
}

fn serve(asset: Asset, headers: &HeaderMap) -> Response {
    let keep = if asset.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    // Weak, because a proxy may compress the file.
    let tag = format!("W/\"{}\"", asset.tag);
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let fresh = known
        .flat_map(|list| list.split(','))
        .any(|one| one.trim() == tag);
    let common: [(HeaderName, HeaderValue); 4] = [
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (
            header::ETAG,
            HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("W/\"\"")),
        ),
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type)),
    ];
    if fresh {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let bytes = match asset.bytes {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    };
    (common, Body::from(bytes)).into_response()
}
