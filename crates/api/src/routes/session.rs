//! Signing in and out.

use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yinxin_crypto::PublicKey;
use yinxin_types::codes;
use yinxin_types::transaction::KeyedSignature;

use super::json;
use crate::app::App;
use crate::guard::Client;
use crate::input::json_of;
use crate::openapi::{Bodied, Closed, Plain, names};
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

/// The key of somebody's drafts.
#[derive(Serialize, ToSchema)]
pub(crate) struct DraftKey {
    /// Whose it is.
    #[schema(value_type = names::PublicKey)]
    account: PublicKey,
    /// 64 hexadecimal digits.
    key: String,
}

/// A challenge to sign in with.
#[utoipa::path(
    post, path = "/api/v1/session/challenge", tag = "session", request_body = AskChallenge,
    responses((status = 200, body = ChallengeAnswer), Bodied, Plain),
)]
pub(crate) async fn challenge(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    request: Request,
) -> Result<Response, Problem> {
    let AskChallenge { account } = json_of(request, MOST_BYTES).await?;
    let challenge = app
        .sessions
        .challenge(account, client.address, app.node.now().0)?;
    let statement = crate::session::statement(&app.chain, &account, &challenge).unwrap_or_default();
    Ok(json(&ChallengeAnswer {
        challenge,
        expires_ms: CHALLENGE_MS,
        statement: String::from_utf8(statement).unwrap_or_default(),
    }))
}

/// Signs in: the answer sets a cookie that scripts cannot read and other sites cannot use. A session that the request had before ends.
#[utoipa::path(
    post, path = "/api/v1/session", tag = "session", request_body = SignIn,
    responses((status = 200, body = SessionAnswer), Bodied, Closed, Plain),
)]
pub(crate) async fn sign_in(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let SignIn { challenge, signature } = json_of(request, MOST_BYTES).await?;
    let now_ms = app.node.now().0;
    let secret = app
        .sessions
        .open(&app.chain, &challenge, &signature, client.address, now_ms)?;
    let name = app.cookie_name();
    // Two people at one window: the first must not stay signed in behind the second.
    if let Some(before) = cookie(&headers, &name) {
        app.sessions.close(before);
    }
    let who = match app.who_is(signature.key).await {
        Ok(who) => who,
        Err(problem) => {
            // Nobody will ever hold its cookie.
            app.sessions.close(&secret);
            return Err(problem);
        }
    };
    let mut response = json(&SessionAnswer {
        who,
        idle_ms: IDLE_MS,
    });
    set_cookie(&mut response, client, &format!("{name}={secret}"));
    Ok(response)
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "session",
    responses((status = 200, body = SessionAnswer), Closed, Plain),
)]
pub(crate) async fn session(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let who = app.who(&headers).await?;
    Ok(json(&SessionAnswer {
        who,
        idle_ms: IDLE_MS,
    }))
}

/// The key under which the browser of whoever is signed in seals its drafts: the same each time, at this node. Not for an account that cannot
/// act any more: who took a key must not read with it what its owner had begun to write.
#[utoipa::path(
    get, path = "/api/v1/session/draft-key", tag = "session",
    responses((status = 200, body = DraftKey), Closed, Plain),
)]
pub(crate) async fn draft_key(State(app): State<App>, headers: HeaderMap) -> Result<Response, Problem> {
    let who = app.who(&headers).await?;
    if who.state.is_some() && !who.acts() {
        return Err(Problem::new(
            codes::SESSION_FORBIDDEN,
            "the account cannot act any more",
        ));
    }
    Ok(json(&DraftKey {
        account: who.account,
        key: hex::encode(app.node.draft_key(&who.account)),
    }))
}

/// Signs out.
#[utoipa::path(
    delete, path = "/api/v1/session", tag = "session",
    responses((status = 200, description = "nobody is signed in any more"), Plain),
)]
pub(crate) async fn sign_out(
    State(app): State<App>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = app.cookie_name();
    if let Some(token) = cookie(&headers, &name) {
        app.sessions.close(token);
    }
    let mut response = json(&serde_json::json!({}));
    set_cookie(&mut response, client, &format!("{name}=; Max-Age=0"));
    Ok(response)
}

/// Sets a cookie for the interface only. A client that came over TLS gives it back over TLS only.
fn set_cookie(response: &mut Response, client: Client, cookie: &str) {
    let secure = if client.tls { "; Secure" } else { "" };
    let cookie = format!("{cookie}; Path=/api; HttpOnly; SameSite=Strict{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
}
