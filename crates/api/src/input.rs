//! Reading requests: bodies within their limits, paths and queries with problems for answers.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequestParts, Path, Query, Request};
use axum::http::header::{self, HeaderMap};
use axum::http::request::Parts;
use futures::StreamExt;
use serde::de::DeserializeOwned;
use yinxin_types::units::MAX_SAFE_INTEGER;
use yinxin_types::{Height, codes};

use crate::problem::Problem;

/// The parts of the path that a route names.
#[derive(Debug)]
pub(crate) struct PathOf<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let refuse = |rejection: PathRejection| Problem::new(codes::API_REQUEST, rejection.body_text());
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(value)| Self(value))
            .map_err(refuse)
    }
}

/// The query; unknown and repeated names are refused if `T` refuses them.
#[derive(Debug)]
pub(crate) struct QueryOf<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let refuse = |rejection: QueryRejection| Problem::new(codes::API_REQUEST, rejection.body_text());
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(value)| Self(value))
            .map_err(refuse)
    }
}

/// A height as a ledger can have it; larger numbers have no canonical form (formats section 1).
pub(crate) fn height(number: u64) -> Result<Height, Problem> {
    if number > MAX_SAFE_INTEGER {
        return Err(Problem::new(
            codes::API_REQUEST,
            format!("a height is at most {MAX_SAFE_INTEGER}"),
        ));
    }
    Ok(Height(number))
}

/// The size of a page, 1 to `most`, `usual` if it is not given.
pub(crate) fn page(limit: Option<u32>, usual: u32, most: u32) -> Result<u32, Problem> {
    let limit = limit.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::new(
        codes::API_REQUEST,
        format!("`limit` is 1 to {most}"),
    ))
}

/// The body of a request that must be JSON in plain bytes, of at most `limit` bytes.
pub(crate) async fn json_body(request: Request, limit: usize) -> Result<Bytes, Problem> {
    body_of(request, "application/json", limit).await
}

/// The body of a request that must be of a media type.
pub(crate) async fn body_of(request: Request, kind: &str, limit: usize) -> Result<Bytes, Problem> {
    check_media_type(request.headers(), kind)?;
    read_body(request.into_body(), limit).await
}

/// The same as a document of the interface's own; another form is `API_REQUEST`.
pub(crate) async fn json_of<T: DeserializeOwned>(request: Request, limit: usize) -> Result<T, Problem> {
    let bytes = json_body(request, limit).await?;
    serde_json::from_slice(&bytes).map_err(|error| Problem::new(codes::API_REQUEST, error.to_string()))
}

fn check_media_type(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let kind = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case(wanted) {
        return Err(Problem::new(
            codes::API_MEDIA_TYPE,
            format!("the body must be {wanted}"),
        ));
    }
    if text(header::CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        // Compressed bodies are not taken: a small one could unpack to any size.
        return Err(Problem::new(
            codes::API_MEDIA_TYPE,
            "the body must not be compressed",
        ));
    }
    Ok(())
}

async fn read_body(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(codes::API_TOO_LARGE, format!("the body may have {limit} bytes"));
    let size = body.size_hint();
    let within = |bytes: u64| usize::try_from(bytes).is_ok_and(|bytes| bytes <= limit);
    if !within(size.lower()) {
        return Err(too_large());
    }
    let mut stream = body.into_data_stream();
    let mut collected = Vec::new();
    while let Some(piece) = stream.next().await {
        let piece = piece.map_err(|_| Problem::new(codes::API_REQUEST, "the body ended before its end"))?;
        if collected.len().saturating_add(piece.len()) > limit {
            return Err(too_large());
        }
        if collected.is_empty() && size.exact() == u64::try_from(piece.len()).ok() {
            return Ok(piece);
        }
        collected.extend_from_slice(&piece);
    }
    Ok(collected.into())
}
