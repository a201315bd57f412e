//! OpenID4VP 1.0 between a verifier and a wallet: the request object, and the response posted to the verifier (`direct_post`).

use serde_json::{Map, Value, json};

use crate::dcql::Query;
use crate::jwt::Jwt;
use crate::{Binding, Error, Jwk, Signer, json};

/// The type of a signed request (RFC 9101, section 4).
const TYPE: &str = "oauth-authz-req+jwt";
/// The longest signed request that is read, in bytes.
const MAX_REQUEST_BYTES: usize = 65_536;
/// The receiver of a request to any wallet (OpenID4VP 1.0, section 5.8).
const ANY_WALLET: &str = "https://self-issued.me/v2";
/// The longest nonce or state.
const MAX_NONCE_BYTES: usize = 256;

/// What a verifier asks of a wallet (section 5).
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationRequest {
    /// Who asks, with the prefix that says how the wallet finds his key.
    pub client_id: String,
    /// Where the response is posted.
    pub response_uri: String,
    /// What binds the proofs in the response to this request.
    pub nonce: String,
    /// What comes back unchanged with the response. Required where a credential is accepted without its holder's proof.
    pub state: Option<String>,
    /// What is asked for.
    pub query: Query,
    /// What the verifier says about himself, such as the algorithms he reads.
    pub client_metadata: Option<Value>,
}

impl AuthorizationRequest {
    /// Reads a request object.
    ///
    /// # Errors
    /// [`Error::Request`] for what is not supported or lacking: another response type than `vp_token`, another mode than
    /// `direct_post`, a query by `scope`, transaction data; [`Error::Query`].
    pub fn parse(members: &Map<String, Value>) -> Result<Self, Error> {
        const WRONG: Error = Error::Request("a member of the request is missing or malformed");
        let text = |name| json::optional_text(members, name, WRONG);
        if text("response_type")? != Some("vp_token") || text("response_mode")? != Some("direct_post") {
            return Err(Error::Request(
                "only `vp_token` by `direct_post` is answered here",
            ));
        }
        if ["redirect_uri", "scope", "transaction_data"]
            .iter()
            .any(|name| members.contains_key(*name))
        {
            return Err(Error::Request(
                "the request has a member that is not supported or does not go with the others",
            ));
        }
        let request = Self {
            client_id: text("client_id")?.ok_or(WRONG)?.to_owned(),
            response_uri: text("response_uri")?.ok_or(WRONG)?.to_owned(),
            nonce: text("nonce")?.ok_or(WRONG)?.to_owned(),
            state: text("state")?.map(str::to_owned),
            query: Query::parse(members.get("dcql_query").ok_or(WRONG)?)?,
            client_metadata: members.get("client_metadata").cloned(),
        };
        request.check()?;
        Ok(request)
    }

    /// Verifies a signed request under the key that its `client_id` stands for, which the wallet found before.
    ///
    /// # Errors
    /// [`Error::Type`], [`Error::Algorithm`], [`Error::Signature`], those of [`AuthorizationRequest::parse`]; [`Error::Request`] where
    /// it is signed for another client or another wallet; [`Error::Expired`], [`Error::NotYet`].
    pub fn verify(text: &str, client_id: &str, key: &Jwk, now_s: u64, leeway_s: u64) -> Result<Self, Error> {
        let token = Jwt::parse(text, MAX_REQUEST_BYTES)?;
        token.verify(key, TYPE)?;
        let claims = token.claims();
        let request = Self::parse(claims)?;
        if request.client_id != client_id {
            return Err(Error::Request("the request is that of another client"));
        }
        if claims
            .get("aud")
            .is_some_and(|wallet| wallet.as_str() != Some(ANY_WALLET))
        {
            return Err(Error::Request("the request is for another wallet"));
        }
        json::check_times(claims, now_s, leeway_s)?;
        Ok(request)
    }

    /// The request object.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.members())
    }

    /// The signed request object; `kid` names the verifier's key where he has several.
    ///
    /// # Errors
    /// [`Error::Request`] for a malformed nonce or state or where a state is lacking, [`Error::Signature`].
    pub fn sign(&self, kid: Option<&str>, signer: &dyn Signer) -> Result<String, Error> {
        self.check()?;
        let mut claims = self.members();
        claims.insert("aud".to_owned(), ANY_WALLET.into());
        let mut header = Map::new();
        if let Some(kid) = kid {
            header.insert("kid".to_owned(), kid.into());
        }
        Jwt::sign(signer, TYPE, header, claims).map(|token| token.text().to_owned())
    }

    /// What the holders' proofs in the response must have.
    #[must_use]
    pub fn binding(&self, max_age_s: u64) -> Binding<'_> {
        Binding {
            audience: &self.client_id,
            nonce: &self.nonce,
            max_age_s,
        }
    }

    fn check(&self) -> Result<(), Error> {
        let plain = |text: &str| {
            (1..=MAX_NONCE_BYTES).contains(&text.len())
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~'))
        };
        if self.client_id.is_empty() || !plain(&self.nonce) || !self.state.as_deref().is_none_or(plain) {
            return Err(Error::Request(
                "nonce and state have letters, digits, `-`, `.`, `_` and `~` only",
            ));
        }
        // Section 5.3: without a proof, only the state ties the response to the request.
        if self.state.is_none() && self.query.credentials.iter().any(|query| !query.holder_binding) {
            return Err(Error::Request("a request without holder's proof needs a state"));
        }
        Ok(())
    }

    fn members(&self) -> Map<String, Value> {
        let mut members = Map::from_iter([
            ("client_id".to_owned(), Value::from(self.client_id.as_str())),
            ("dcql_query".to_owned(), self.query.to_value()),
            ("nonce".to_owned(), self.nonce.as_str().into()),
            ("response_mode".to_owned(), "direct_post".into()),
            ("response_type".to_owned(), "vp_token".into()),
            ("response_uri".to_owned(), self.response_uri.as_str().into()),
        ]);
        if let Some(state) = &self.state {
            members.insert("state".to_owned(), state.as_str().into());
        }
        if let Some(metadata) = &self.client_metadata {
            members.insert("client_metadata".to_owned(), metadata.clone());
        }
        members
    }
}

/// What a wallet posts to the verifier (sections 8.1 and 8.2).
#[derive(Clone, Debug, PartialEq)]
pub struct AuthorizationResponse {
    /// The presentations, by credential query.
    pub vp_token: Value,
    /// The state of the request.
    pub state: Option<String>,
}

impl AuthorizationResponse {
    /// Reads the values of the form that was posted: `vp_token` is JSON in a text.
    ///
    /// # Errors
    /// [`Error::Malformed`], and [`Error::TooLarge`] beyond a mebibyte.
    pub fn parse(vp_token: &str, state: Option<&str>) -> Result<Self, Error> {
        if vp_token.len() > 1 << 20 {
            return Err(Error::TooLarge("the response is longer than accepted"));
        }
        Ok(Self {
            vp_token: Value::Object(json::parse_object(vp_token.as_bytes())?),
            state: state.map(str::to_owned),
        })
    }

    /// Checks that it answers `request`: the state is the one given out. The presentations are for [`Query::verify`].
    ///
    /// # Errors
    /// [`Error::Request`].
    pub fn check_state(&self, request: &AuthorizationRequest) -> Result<(), Error> {
        if self.state == request.state {
            Ok(())
        } else {
            Err(Error::Request("the response belongs to another request"))
        }
    }

    /// The JSON form, whose members are the fields of the form to post.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match &self.state {
            Some(state) => json!({ "state": state, "vp_token": self.vp_token }),
            None => json!({ "vp_token": self.vp_token }),
        }
    }
}

/// The error code of OAuth that a wallet answers a request with (section 8.5).
#[must_use]
pub const fn error_code(error: &Error) -> &'static str {
    match error {
        Error::Binding(_) | Error::NoMatch(_) => "access_denied",
        Error::Signature(_) | Error::Key(_) => "invalid_client",
        _ => "invalid_request",
    }
}
