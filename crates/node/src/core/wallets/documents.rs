//! What wallets look up about a department: issuer, authorization server, keys.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use yinxin_api::WalletDocument;
use yinxin_credential::dcql::FORMAT;
use yinxin_credential::openid4vci::{Configuration, IssuerMetadata};
use yinxin_credential::{Algorithm, Ed25519Signer, Jwk, Signer as _};
use yinxin_sharing::AGE_OVER_18;
use yinxin_sharing::kinds::{KINDS, Kind};
use yinxin_types::Rejection;

use super::{Core, Counter, Desk, TYPE, unable};

/// The algorithms of proofs that are read.
pub(super) const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::EdDsa];

impl Desk {
    /// The key under which credentials and requests of the department verify.
    pub(super) fn wallet_key(&self) -> Result<Jwk, Rejection> {
        let signer = Ed25519Signer::new(&self.credential).map_err(|_| unable("the key cannot sign"))?;
        Ok(signer.key())
    }
}

impl Counter {
    /// The department as a DID: did:web of its address.
    pub(super) fn did(&self) -> String {
        let host = self.address.strip_prefix("https://").unwrap_or_default();
        format!("did:web:{}", host.replace(':', "%3A"))
    }
}

impl Core {
    /// What is issued under the identifier of a kind.
    pub(super) fn configuration(&self, kind: &Kind) -> Configuration {
        let words = |key: String, plain: &str| {
            let (zh, en) = self.registry.texts(&key).unwrap_or((plain, plain));
            json!([{ "locale": "zh-CN", "name": zh }, { "locale": "en", "name": en }])
        };
        let fields = kind.fields.iter().map(|(field, _)| *field).chain([AGE_OVER_18]);
        let claims: Vec<Value> = fields
            .map(|field| json!({ "display": words(format!("field.{field}"), field), "path": [field] }))
            .collect();
        Configuration {
            format: FORMAT.to_owned(),
            vct: Some(format!("{TYPE}{}", kind.name)),
            scope: None,
            proof_algorithms: ALGORITHMS.to_vec(),
            credential_metadata: Some(json!({
                "claims": claims, "display": words(format!("class.{}", kind.name), kind.name),
            })),
        }
    }

    pub(super) fn wallet_document(&self, which: WalletDocument) -> Result<Value, Rejection> {
        let (desk, counter) = self.counter()?;
        let address = &counter.address;
        let key = desk.wallet_key()?;
        let thumbprint = key.thumbprint();
        Ok(match which {
            WalletDocument::CredentialIssuer => {
                let (_, name) = self.department(&self.validator);
                let kinds = KINDS
                    .iter()
                    .map(|kind| (kind.name.to_owned(), self.configuration(kind)));
                let metadata = IssuerMetadata {
                    issuer: address.clone(),
                    credential_endpoint: format!("{address}/wallets/credential"),
                    nonce_endpoint: Some(format!("{address}/wallets/nonce")),
                    authorization_servers: Vec::new(),
                    batch_size: None,
                    display: Some(json!([{ "locale": "zh-CN", "name": name }])),
                    configurations: kinds.collect::<BTreeMap<_, _>>(),
                };
                metadata.to_value()
            }
            WalletDocument::AuthorizationServer => json!({
                "grant_types_supported": ["urn:ietf:params:oauth:grant-type:pre-authorized_code"],
                "issuer": address,
                "pre-authorized_grant_anonymous_access_supported": true,
                "response_types_supported": [],
                "token_endpoint": format!("{address}/wallets/token"),
                "token_endpoint_auth_methods_supported": ["none"],
            }),
            WalletDocument::IssuerKeys => {
                let mut jwk = key.to_value();
                if let Value::Object(members) = &mut jwk {
                    members.insert("alg".to_owned(), key.algorithm().as_str().into());
                    members.insert("kid".to_owned(), thumbprint.into());
                    members.insert("use".to_owned(), "sig".into());
                }
                json!({ "issuer": address, "jwks": { "keys": [jwk] } })
            }
            WalletDocument::Verifier => {
                let did = counter.did();
                let method = format!("{did}#{thumbprint}");
                json!({
                    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
                    "assertionMethod": [method],
                    "authentication": [method],
                    "id": did,
                    "verificationMethod": [{
                        "controller": did, "id": method, "publicKeyJwk": key.to_value(), "type": "JsonWebKey2020",
                    }],
                })
            }
        })
    }
}
