//! A wallet that knows nothing of Yinxin: it follows links, reads metadata, proves its key, keeps credentials and shows them, as OpenID4VCI 1.0
//! and OpenID4VP 1.0 say. Addresses of the outside lead to the nodes of the test.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use serde_json::{Value, json};
use yinxin_credential::openid4vci::{CredentialOffer, CredentialResponse, IssuerMetadata, prove};
use yinxin_credential::openid4vp::AuthorizationRequest;
use yinxin_credential::{Es256Key, Held, Jwk, Policy, Signer};

use crate::network::PATIENCE;

/// How far clocks may differ, in seconds.
const LEEWAY_S: u64 = 60;
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// An answer of a server.
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Media type.
    pub kind: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// The error of OAuth and the code beside it; `OK` where there is none.
    pub fn refusal(&self) -> (String, String) {
        if self.status == 200 {
            return ("OK".to_owned(), "OK".to_owned());
        }
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (text("error"), text("code"))
    }
}

/// The outside: which address leads where.
pub struct Web(pub Vec<(String, SocketAddr)>);

impl Web {
    /// One request to an address.
    pub fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let (origin, at) = self
            .0
            .iter()
            .find(|(origin, _)| url.starts_with(origin.as_str()))
            .unwrap_or_else(|| panic!("nobody is at {url}"));
        let path = &url[origin.len()..];
        let mut stream = TcpStream::connect(at).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\ncontent-length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let kind = head.lines().find_map(|line| line.strip_prefix("content-type: "));
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            kind: kind.unwrap_or_default().to_owned(),
            body: bytes[end + 4..].to_vec(),
        }
    }

    /// A document.
    pub fn get(&self, url: &str) -> Reply {
        self.send("GET", url, &[], b"")
    }

    /// Posts a form.
    pub fn form(&self, url: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", url, &kind, pairs.join("&").as_bytes())
    }
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A parameter of a link.
fn parameter(link: &str, name: &str) -> String {
    let (_, query) = link.split_once('?').unwrap();
    let pair = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    unescaped(pair.unwrap_or_else(|| panic!("{link} has no {name}")))
}

/// An issuer as the wallet found it.
pub struct Issuer {
    /// What it says about itself.
    pub metadata: IssuerMetadata,
    /// Where access is given.
    pub token_endpoint: String,
}

/// A request as the wallet read it, its signature verified.
pub struct Request {
    /// The request.
    pub request: AuthorizationRequest,
}

/// The wallet: its key and what it keeps.
pub struct Wallet {
    /// The key.
    pub key: Es256Key,
    /// Credentials.
    pub held: Vec<Held>,
}

impl Wallet {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            key: Es256Key::random().unwrap(),
            held: Vec::new(),
        }
    }

    /// Reads an offer and finds its issuer.
    pub fn discover(web: &Web, link: &str) -> (CredentialOffer, Issuer) {
        let offer = CredentialOffer::parse(&parameter(link, "credential_offer")).unwrap();
        let document = |name: &str| web.get(&format!("{}/.well-known/{name}", offer.issuer));
        let text = String::from_utf8(document("openid-credential-issuer").body).unwrap();
        let metadata = IssuerMetadata::parse(&text, &offer.issuer).unwrap();
        assert!(metadata.authorization_servers.is_empty());
        let server = document("oauth-authorization-server").json();
        assert_eq!(server["issuer"], json!(offer.issuer));
        let grants = server["grant_types_supported"].as_array().unwrap();
        assert!(grants.contains(&json!(PRE_AUTHORIZED)));
        let issuer = Issuer {
            metadata,
            token_endpoint: server["token_endpoint"].as_str().unwrap().to_owned(),
        };
        (offer, issuer)
    }

    /// Asks for access.
    pub fn token(web: &Web, offer: &CredentialOffer, issuer: &Issuer, tx_code: Option<&str>) -> Reply {
        let code = &offer.pre_authorized_code.as_ref().unwrap().code;
        let mut fields = vec![
            ("grant_type", PRE_AUTHORIZED),
            ("pre-authorized_code", code.as_str()),
        ];
        fields.extend(tx_code.map(|tx_code| ("tx_code", tx_code)));
        web.form(&issuer.token_endpoint, &fields)
    }

    /// Fetches a nonce.
    pub fn nonce(web: &Web, issuer: &Issuer) -> String {
        let nonce = web.send("POST", issuer.metadata.nonce_endpoint.as_ref().unwrap(), &[], b"");
        nonce.json()["c_nonce"].as_str().unwrap().to_owned()
    }

    /// A proof of its key.
    pub fn proof(&self, audience: &str, nonce: &str, now_s: u64) -> String {
        prove(&self.key, audience, Some(nonce), None, now_s).unwrap()
    }

    /// Asks for a credential.
    pub fn credential(web: &Web, issuer: &Issuer, token: &str, configuration: &str, proof: &str) -> Reply {
        let body = json!({
            "credential_configuration_id": configuration, "proofs": { "jwt": [proof] },
        });
        let bearer = format!("Bearer {token}");
        let headers = [
            ("content-type", "application/json"),
            ("authorization", bearer.as_str()),
        ];
        let url = &issuer.metadata.credential_endpoint;
        web.send("POST", url, &headers, body.to_string().as_bytes())
    }

    /// Keeps what was issued, verified under the key that the issuer publishes for wallets.
    pub fn keep(&mut self, web: &Web, issuer: &Issuer, issued: &Reply, now_s: u64) {
        let text = String::from_utf8(issued.body.clone()).unwrap();
        let response = CredentialResponse::parse(&text).unwrap();
        let address = &issuer.metadata.issuer;
        let keys = web.get(&format!("{address}/.well-known/jwt-vc-issuer")).json();
        assert_eq!(keys["issuer"], json!(address));
        let keys = keys["jwks"]["keys"].as_array().unwrap().clone();
        let issuers = |name: &str, kid: Option<&str>| {
            let key = keys.iter().find(|key| key["kid"].as_str() == kid)?;
            (name == address).then(|| Jwk::parse(key).unwrap())
        };
        let policy = Policy {
            issuers: &issuers,
            now_s,
            leeway_s: LEEWAY_S,
            binding: None,
        };
        let held = Held::accept(&response.credentials[0], &policy).unwrap();
        assert_eq!(
            held.verified().holder,
            Some(self.key.key()),
            "bound to this wallet"
        );
        self.held.push(held);
    }

    /// The whole way from an offer to a kept credential.
    pub fn collect(&mut self, web: &Web, link: &str, tx_code: &str, now_s: u64) {
        let (offer, issuer) = Self::discover(web, link);
        let access = Self::token(web, &offer, &issuer, Some(tx_code)).json();
        let token = access["access_token"].as_str().unwrap();
        let nonce = Self::nonce(web, &issuer);
        let proof = self.proof(&offer.issuer, &nonce, now_s);
        let issued = Self::credential(web, &issuer, token, &offer.configurations[0], &proof);
        assert_eq!(
            issued.refusal().1,
            "OK",
            "{}",
            String::from_utf8_lossy(&issued.body)
        );
        self.keep(web, &issuer, &issued, now_s);
    }

    /// Follows a link to a request, and verifies it under the key that its client publishes.
    pub fn read(web: &Web, link: &str, now_s: u64) -> Request {
        let client = parameter(link, "client_id");
        let host = client.strip_prefix("decentralized_identifier:did:web:").unwrap();
        let address = format!("https://{}", host.replace("%3A", ":"));
        let document = web.get(&format!("{address}/.well-known/did.json")).json();
        assert_eq!(document["id"], json!(format!("did:web:{host}")));
        let key = Jwk::parse(&document["verificationMethod"][0]["publicKeyJwk"]).unwrap();
        let object = web.get(&parameter(link, "request_uri"));
        assert_eq!(object.kind, "application/oauth-authz-req+jwt");
        let text = String::from_utf8(object.body).unwrap();
        let request = AuthorizationRequest::verify(&text, &client, &key, now_s, LEEWAY_S).unwrap();
        Request { request }
    }

    /// The smallest answer to a request.
    pub fn answer(&self, asked: &AuthorizationRequest, audience: &str, nonce: &str, now_s: u64) -> Value {
        self.answer_with(&self.key, asked, audience, nonce, now_s)
    }

    /// The same, proven with any key that says it is this one.
    pub fn answer_with(
        &self,
        signer: &dyn Signer,
        asked: &AuthorizationRequest,
        audience: &str,
        nonce: &str,
        now_s: u64,
    ) -> Value {
        let answers = asked.query.select(&self.held, false).unwrap();
        asked
            .query
            .present(&answers, &self.held, &[signer], audience, nonce, now_s)
            .unwrap()
    }

    /// Posts an answer.
    pub fn post(web: &Web, asked: &AuthorizationRequest, vp_token: &Value) -> Reply {
        let state = asked.state.clone().unwrap_or_default();
        let token = vp_token.to_string();
        web.form(&asked.response_uri, &[("vp_token", &token), ("state", &state)])
    }
}
