//! What the interface needs of a node that serves wallets (钱包): OpenID4VCI 1.0 and OpenID4VP 1.0, as D20 uses them.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use yinxin_crypto::{Digest, PublicKey};
use yinxin_types::Rejection;
use yinxin_types::codes::{self, Code};

/// The longest `error_description`.
const MOST_DESCRIPTION: usize = 300;

/// A document by which wallets find out about a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WalletDocument {
    /// What it issues (OpenID4VCI 1.0, section 12.2).
    CredentialIssuer,
    /// How access is given (RFC 8414).
    AuthorizationServer,
    /// The keys under which its credentials verify (SD-JWT VC, section 5).
    IssuerKeys,
    /// The key under which its requests verify (did:web).
    Verifier,
}

/// What a wallet brings for an access token (OpenID4VCI 1.0, section 6.1).
#[derive(Clone, Default)]
pub struct TokenRequest {
    /// The kind of grant.
    pub grant_type: String,
    /// The code of the offer.
    pub code: String,
    /// What the person typed in beside it.
    pub tx_code: Option<String>,
    /// The name of the wallet, if it gives one.
    pub client_id: Option<String>,
}

/// What a wallet answers to a request for a presentation (OpenID4VP 1.0, sections 8.2 and 8.5).
#[derive(Clone)]
pub enum WalletAnswer {
    /// The presentations.
    Shown {
        /// JSON in a text.
        vp_token: String,
        /// The state of the request.
        state: Option<String>,
    },
    /// The holder would not, or the wallet could not.
    Declined,
}

/// A wallet's request that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletRefusal {
    /// The error of OAuth, OpenID4VCI or OpenID4VP.
    pub error: &'static str,
    /// The rule behind it.
    pub rejection: Rejection,
}

impl WalletRefusal {
    /// A refusal by `code`.
    pub fn new(error: &'static str, code: Code, detail: impl Into<String>) -> Self {
        Self {
            error,
            rejection: Rejection::new(code, detail),
        }
    }
}

/// The department's services for wallets. Nothing of a person leaves them but for a look that is final.
pub trait Wallets: Send + Sync {
    /// One of the documents that wallets look up.
    fn document(&self, which: WalletDocument) -> Result<Value, Rejection>;

    /// Offers to a wallet what a person took with a transaction of its own, to whoever brings the code; `account` is who is signed in.
    fn offer(
        &self,
        account: PublicKey,
        take: Digest,
        code: String,
    ) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// Gives access for a code, once.
    fn token(&self, request: TokenRequest) -> Result<Value, WalletRefusal>;

    /// A nonce for one proof.
    fn nonce(&self) -> Result<String, Rejection>;

    /// Issues to a wallet that has access, bound to the key it proves. What is issued is on the ledger before this resolves.
    fn credential(&self, token: String, request: Vec<u8>) -> BoxFuture<'_, Result<Value, WalletRefusal>>;

    /// Opens what an officer asked for with a transaction of his own to wallets; `account` is who is signed in.
    fn request(&self, account: PublicKey, ask: Digest) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// How such a request stands.
    fn request_state(&self, account: PublicKey, ask: Digest) -> BoxFuture<'_, Result<Value, Rejection>>;

    /// The signed request object.
    fn request_object(&self, id: &str) -> Result<String, WalletRefusal>;

    /// Takes a wallet's answer. What it shows is verified, and the look is on the ledger before this resolves.
    fn respond(&self, id: String, answer: WalletAnswer) -> BoxFuture<'_, Result<(), WalletRefusal>>;

    /// The status list that credentials in wallets name.
    fn status_list(&self, issuer: String, list: u32) -> BoxFuture<'_, Result<String, Rejection>>;
}

/// An error as OAuth has it (RFC 6749, section 5.2), with the code of the rule beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WalletError)]
pub(crate) struct WalletErrorBody {
    /// Error of OAuth, OpenID4VCI or OpenID4VP.
    pub(crate) error: String,
    /// What exactly was wrong, in English.
    pub(crate) error_description: String,
    /// Stable name of the code.
    pub(crate) code: String,
    /// Stable number of the code.
    pub(crate) number: u16,
}

impl IntoResponse for WalletRefusal {
    fn into_response(self) -> Response {
        let code = self.rejection.code;
        // What a rule of the ledger forbids is a bad request to a wallet; it knows no other statuses.
        let status = match code.status {
            401 | 413 | 415 | 503 => code.status,
            404 if [codes::WALLET_CLOSED.number, codes::WALLET_REQUEST.number].contains(&code.number) => 404,
            _ => 400,
        };
        // The characters that RFC 6749 allows.
        let plain = |one: char| matches!(one, ' '..='~') && one != '"' && one != '\\';
        let description = self.rejection.detail.chars().filter(|one| plain(*one));
        let body = WalletErrorBody {
            error: self.error.to_owned(),
            error_description: description.take(MOST_DESCRIPTION).collect(),
            code: code.name.to_owned(),
            number: code.number,
        };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, axum::Json(body)).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
