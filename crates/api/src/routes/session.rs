//! Signing in and out.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yinxin_crypto::PublicKey;
use yinxin_types::codes;
use yinxin_types::transaction::KeyedSignature;

use super::json;
use crate::app::App;
use crate::input::json_body;
use crate::openapi::{Plain, names};
use crate::problem::Problem;
use crate::session::{CHALLENGE_MS, IDLE_MS, cookie};
use crate::who::Who;

/// The most bytes of a request of these routes; an answer of a passkey is the longest.
const MOST_BYTES: usize = 16 << 10;

/// Who wants to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskChallenge {
    /// The account.
    #[schema(value_type = names::PublicKey)]
    account: PublicKey,
}

/// What is to be signed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChallengeAnswer {
    /// 64 hexadecimal digits, good for one attempt.
    challenge: String,
    /// For how many milliseconds.
    expires_ms: u64,
    /// The characters to sign: canonical JSON of account, chain, challenge and purpose.
    statement: String,
}

/// The answer to a challenge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The challenge.
    challenge: String,
    /// Key and signature, as in an envelope.
    #[schema(value_type = names::KeyedSignature)]
    signature: KeyedSignature,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionAnswer {
    /// Who is signed in.
    #[serde(flatten)]
    who: Who,
    /// After how many milliseconds without a request the session ends.
    idle_ms: u64,
}

async fn parse<T: for<'a> Deserialize<'a>>(request: Request) -> Result<T, Problem> {
    let bytes = json_body(request, MOST_BYTES).await?;
    serde_json::from_slice(&bytes).map_err(|error| Problem::new(codes::API_REQUEST, error.to_string()))
}

/// A challenge to sign in with.
#[utoipa::path(
    post, path = "/api/v1/session/challenge", tag = "session", request_body = AskChallenge,
    responses((status = 200, body = ChallengeAnswer), Plain),
)]
pub(crate) async fn challenge(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let AskChallenge { account } = parse(request).await?;
    let challenge = app.sessions.challenge(account, app.node.now().0)?;
    let statement = crate::session::statement(&app.chain, &account, &challenge).unwrap_or_default();
    Ok(json(&ChallengeAnswer {
        challenge,
        expires_ms: CHALLENGE_MS,
        statement: String::from_utf8(statement).unwrap_or_default(),
    }))
}

/// Signs in: the answer sets a cookie that scripts cannot read and other sites cannot use.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = SessionAnswer), Plain),
)]
pub(crate) async fn sign_in(State(app): State<App>, request: Request) -> Result<Response, Problem> {
    let SignIn { challenge, signature } = parse(request).await?;
    let token = app
        .sessions
        .open(&app.chain, &challenge, &signature, app.node.now().0)?;
    let who = app.who_is(signature.key).await?;
    let mut response = json(&SessionAnswer {
        who,
        idle_ms: IDLE_MS,
    });
    let name = app.cookie_name();
    set_cookie(
        &mut response,
        &format!("{name}={token}; Path=/api; HttpOnly; SameSite=Strict"),
    );
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = SessionAnswer), Plain),
)]
pub(crate) async fn session(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let who = app.who(&headers).await?;
    Ok(json(&SessionAnswer {
        who,
        idle_ms: IDLE_MS,
    }))
}

/// Signs out.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "nobody is signed in any more"), Plain),
)]
pub(crate) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let name = app.cookie_name();
    if let Some(token) = cookie(&headers, &name) {
        app.sessions.close(token);
    }
    let mut response = json(&serde_json::json!({}));
    set_cookie(
        &mut response,
        &format!("{name}=; Path=/api; HttpOnly; SameSite=Strict; Max-Age=0"),
    );
    Ok(response)
}

fn set_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}
