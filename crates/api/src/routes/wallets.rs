//! OpenID4VCI 1.0 and OpenID4VP 1.0: what wallets of citizens look up, fetch and post, and what people and officers start for them.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use yinxin_crypto::Digest;
use yinxin_types::{Rejection, codes};

use super::{for_other_sites, json as answer, rejected, text};
use crate::app::{App, enter};
use crate::form;
use crate::input::{PathOf, body_of, json_body, json_of};
use crate::openapi::{Bodied, Closed, Missing, OfWallets, Plain, Ruled, names};
use crate::problem::Problem;
use crate::wallets::{TokenRequest, WalletAnswer, WalletDocument, WalletRefusal, Wallets};

/// The most bytes of what people and officers post.
const MOST_BYTES: usize = 16 << 10;
/// The most bytes of a request for a token.
const MOST_TOKEN_BYTES: usize = 8 << 10;
/// The most bytes of a request for a credential: a proof is at most 8 KiB.
const MOST_CREDENTIAL_BYTES: usize = 32 << 10;
/// The most bytes of a presentation, percent-encoded: the longest that is kept, three times.
const MOST_ANSWER_BYTES: usize = 192 << 10;
const FORM: &str = "application/x-www-form-urlencoded";

fn closed() -> Rejection {
    Rejection::new(codes::WALLET_CLOSED, "this node has no address for wallets")
}

fn wallets(app: &App) -> Result<&dyn Wallets, Rejection> {
    app.node.wallets().ok_or_else(closed)
}

/// For people and officers.
fn service(app: &App) -> Result<&dyn Wallets, Problem> {
    wallets(app).map_err(|rejection| rejected(app, rejection))
}

/// For wallets.
fn server(app: &App) -> Result<&dyn Wallets, WalletRefusal> {
    wallets(app).map_err(|rejection| WalletRefusal {
        error: "invalid_request",
        rejection,
    })
}

/// A problem of the interface in the form that wallets read.
fn refusal(problem: Problem) -> WalletRefusal {
    let body = problem.into_body();
    let code = codes::PLATFORM.iter().find(|code| code.number == body.number);
    let code = code.copied().unwrap_or(codes::API_REQUEST);
    let error = if body.status == 503 {
        "temporarily_unavailable"
    } else {
        "invalid_request"
    };
    WalletRefusal::new(error, code, body.detail)
}

fn malformed(detail: &str) -> WalletRefusal {
    WalletRefusal::new("invalid_request", codes::API_REQUEST, detail)
}

/// The fields of a posted form; they are taken out by name.
async fn form_of(
    request: Request,
    limit: usize,
) -> Result<std::collections::BTreeMap<String, String>, WalletRefusal> {
    let bytes = body_of(request, FORM, limit).await.map_err(refusal)?;
    form::parse(&bytes).ok_or_else(|| malformed("the body is no form with each field once"))
}

fn document(app: &App, which: WalletDocument) -> Result<Response, Problem> {
    let document = service(app)?.document(which);
    let document = document.map_err(|rejection| rejected(app, rejection))?;
    // Wallets may be pages of other sites.
    Ok(for_other_sites(answer(&document)))
}

/// Where wallets reach this node.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WalletAddress {
    /// `https://` and a host, perhaps with a port; null where the node serves no wallets.
    address: Option<String>,
}

/// Whether this department serves wallets, so that its portal offers what it can do.
#[utoipa::path(
    get, path = "/api/v1/wallets", tag = "wallets",
    responses((status = 200, body = WalletAddress), Plain),
)]
pub(crate) async fn address(State(app): State<App>) -> Result<Response, Problem> {
    let document = wallets(&app).and_then(|wallets| wallets.document(WalletDocument::CredentialIssuer));
    let address = document.ok().and_then(|document| {
        let issuer = document.get("credential_issuer")?;
        issuer.as_str().map(str::to_owned)
    });
    Ok(answer(&WalletAddress { address }))
}

/// What this department issues to wallets: the issuer metadata of OpenID4VCI 1.0.
#[utoipa::path(
    get, path = "/.well-known/openid-credential-issuer", tag = "wallets",
    responses((status = 200, description = "Issuer metadata (OpenID4VCI 1.0, section 12.2)"), Missing, Plain),
)]
pub(crate) async fn issuer(State(app): State<App>) -> Result<Response, Problem> {
    document(&app, WalletDocument::CredentialIssuer)
}

/// How wallets get access.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "wallets",
    responses((status = 200, description = "Authorization server metadata (RFC 8414)"), Missing, Plain),
)]
pub(crate) async fn authorization_server(State(app): State<App>) -> Result<Response, Problem> {
    document(&app, WalletDocument::AuthorizationServer)
}

/// The keys under which credentials of this department verify.
#[utoipa::path(
    get, path = "/.well-known/jwt-vc-issuer", tag = "wallets",
    responses((status = 200, description = "Issuer keys (SD-JWT VC)"), Missing, Plain),
)]
pub(crate) async fn issuer_keys(State(app): State<App>) -> Result<Response, Problem> {
    document(&app, WalletDocument::IssuerKeys)
}

/// The key under which requests of this department verify.
#[utoipa::path(
    get, path = "/.well-known/did.json", tag = "wallets",
    responses((status = 200, description = "DID document (did:web)"), Missing, Plain),
)]
pub(crate) async fn verifier(State(app): State<App>) -> Result<Response, Problem> {
    document(&app, WalletDocument::Verifier)
}

/// What a person took for a wallet.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakeOffer {
    /// The transaction `sharing.wallet_take`.
    #[schema(value_type = names::Digest)]
    take: Digest,
    /// The secret whose digest the transaction names, 64 hexadecimal digits.
    code: String,
}

/// Offers to a wallet what the person who is signed in took with a final `sharing.wallet_take`. The answer holds the link to be shown as a QR
/// code, and the code to be typed into the wallet.
#[utoipa::path(
    post, path = "/api/v1/wallets/offers", tag = "wallets", request_body = MakeOffer,
    responses((status = 200, description = "`{offer, link, tx_code, until}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn offer(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let account = app.account(&headers)?;
    let MakeOffer { take, code } = json_of(request, MOST_BYTES).await?;
    let offered = service(&app)?.offer(account, take, code).await;
    Ok(answer(&offered.map_err(|rejection| rejected(&app, rejection))?))
}

/// Access for the code of an offer (OpenID4VCI 1.0, section 6).
#[utoipa::path(
    post, path = "/wallets/token", tag = "wallets",
    responses((status = 200, description = "`{access_token, token_type, expires_in}`"), OfWallets),
)]
pub(crate) async fn token(State(app): State<App>, request: Request) -> Result<Response, WalletRefusal> {
    let mut form = form_of(request, MOST_TOKEN_BYTES).await?;
    let grant_type = form.remove("grant_type");
    let request = TokenRequest {
        grant_type: grant_type.ok_or_else(|| malformed("`grant_type` is missing"))?,
        code: form.remove("pre-authorized_code").unwrap_or_default(),
        tx_code: form.remove("tx_code"),
        client_id: form.remove("client_id"),
    };
    Ok(answer(&server(&app)?.token(request)?))
}

/// A nonce for one proof of the wallet's key (OpenID4VCI 1.0, section 7).
#[utoipa::path(
    post, path = "/wallets/nonce", tag = "wallets",
    responses((status = 200, description = "`{c_nonce}`"), OfWallets),
)]
pub(crate) async fn nonce(State(app): State<App>) -> Result<Response, WalletRefusal> {
    let nonce = server(&app)?.nonce().map_err(|rejection| WalletRefusal {
        error: "temporarily_unavailable",
        rejection,
    })?;
    Ok(answer(&serde_json::json!({ "c_nonce": nonce })))
}

/// A credential bound to the wallet's key (OpenID4VCI 1.0, section 8). It is on the ledger before it is answered.
#[utoipa::path(
    post, path = "/wallets/credential", tag = "wallets",
    responses((status = 200, description = "`{credentials: [{credential}]}`"), OfWallets),
)]
pub(crate) async fn credential(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, WalletRefusal> {
    let bearer = || {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (scheme, token) = value.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned())
    };
    let token = bearer().ok_or_else(|| {
        WalletRefusal::new(
            "invalid_token",
            codes::WALLET_TOKEN,
            "there is no access token of the kind Bearer",
        )
    })?;
    let bytes = json_body(request, MOST_CREDENTIAL_BYTES).await.map_err(refusal)?;
    let _slot = enter(&app.waiting, "waiting requests").map_err(refusal)?;
    let issued = server(&app)?.credential(token, bytes.to_vec()).await?;
    Ok(answer(&issued))
}

/// What an officer asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenRequest {
    /// The transaction `sharing.wallet_ask`.
    #[schema(value_type = names::Digest)]
    ask: Digest,
}

/// Opens to wallets what the officer who is signed in asked for with a final `sharing.wallet_ask`. The answer holds the link to be shown as a
/// QR code.
#[utoipa::path(
    post, path = "/api/v1/wallets/requests", tag = "wallets", request_body = OpenRequest,
    responses((status = 200, description = "`{link, until}`"), Bodied, Closed, Ruled, Plain),
)]
pub(crate) async fn open(
    State(app): State<App>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let account = app.account(&headers)?;
    let OpenRequest { ask } = json_of(request, MOST_BYTES).await?;
    let opened = service(&app)?.request(account, ask).await;
    Ok(answer(&opened.map_err(|rejection| rejected(&app, rejection))?))
}

/// How a request to wallets stands: `waiting`, `shown`, `refused`, `declined` or `over`; with the look that answered it, whose content
/// `/api/v1/disclosures/{transaction}` releases.
#[utoipa::path(
    get, path = "/api/v1/wallets/requests/{ask}", tag = "wallets",
    params(("ask" = names::Digest, Path, description = "The transaction that asked")),
    responses((status = 200, description = "`{state, look, code}`"), Closed, Ruled, Plain),
)]
pub(crate) async fn state(
    State(app): State<App>,
    headers: HeaderMap,
    PathOf(ask): PathOf<Digest>,
) -> Result<Response, Problem> {
    let account = app.account(&headers)?;
    let state = service(&app)?.request_state(account, ask).await;
    Ok(answer(&state.map_err(|rejection| rejected(&app, rejection))?))
}

/// The signed request object (OpenID4VP 1.0, section 5).
#[utoipa::path(
    get, path = "/wallets/requests/{id}", tag = "wallets",
    params(("id" = String, Path, description = "Identifier of the request")),
    responses((status = 200, description = "application/oauth-authz-req+jwt"), OfWallets),
)]
pub(crate) async fn request_object(
    State(app): State<App>,
    PathOf(id): PathOf<String>,
) -> Result<Response, WalletRefusal> {
    let object = server(&app)?.request_object(&id)?;
    Ok(text("application/oauth-authz-req+jwt", object))
}

/// Takes a wallet's answer (OpenID4VP 1.0, section 8.2, `direct_post`). The look is on the ledger before this is answered.
#[utoipa::path(
    post, path = "/wallets/requests/{id}/response", tag = "wallets",
    params(("id" = String, Path, description = "Identifier of the request")),
    responses((status = 200, description = "`{}`"), OfWallets),
)]
pub(crate) async fn respond(
    State(app): State<App>,
    PathOf(id): PathOf<String>,
    request: Request,
) -> Result<Response, WalletRefusal> {
    let mut form = form_of(request, MOST_ANSWER_BYTES).await?;
    let shown = match (form.remove("vp_token"), form.contains_key("error")) {
        (Some(vp_token), false) => WalletAnswer::Shown {
            vp_token,
            state: form.remove("state"),
        },
        (None, true) => WalletAnswer::Declined,
        _ => return Err(malformed("either `vp_token` or `error`")),
    };
    let _slot = enter(&app.waiting, "waiting requests").map_err(refusal)?;
    server(&app)?.respond(id, shown).await?;
    Ok(answer(&serde_json::json!({})))
}

/// The status list that credentials in wallets name, for everybody.
#[utoipa::path(
    get, path = "/wallets/status-lists/{issuer}/{list}", tag = "wallets",
    params(
        ("issuer" = String, Path, description = "Unified social credit code of the issuer"),
        ("list" = u32, Path, description = "Number of the list"),
    ),
    responses((status = 200, description = "application/statuslist+jwt"), Ruled, Plain),
)]
pub(crate) async fn status_list(
    State(app): State<App>,
    PathOf((issuer, list)): PathOf<(String, u32)>,
) -> Result<Response, Problem> {
    let list = service(&app)?.status_list(issuer, list).await;
    let list = list.map_err(|rejection| rejected(&app, rejection))?;
    Ok(for_other_sites(text("application/statuslist+jwt", list)))
}
