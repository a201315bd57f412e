//! OpenID4VCI 1.0 between an issuer and a wallet: offer, issuer metadata, credential request with proof of the holder's key, and
//! response. Tokens of access and encryption of messages are not of this module.

mod offer;
mod proof;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Algorithm, Error, Jwk, json};

pub use offer::{AuthorizationCode, CredentialOffer, PreAuthorizedCode, TransactionCode};
pub use proof::{ProofPolicy, prove, verify_proof};

/// The longest message that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 1 << 20;
/// The most entries any list of a message may have.
const MAX_ELEMENTS: usize = 64;

const WRONG: Error = Error::Request("a member of the message is missing or malformed");

/// What an issuer says about himself (section 12.2), at `/.well-known/openid-credential-issuer`.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuerMetadata {
    /// His identifier, an address.
    pub issuer: String,
    /// Where credentials are requested.
    pub credential_endpoint: String,
    /// Where nonces are fetched. Where there is such a place, every proof has a nonce.
    pub nonce_endpoint: Option<String>,
    /// Who gives access; empty where the issuer does so himself.
    pub authorization_servers: Vec<String>,
    /// How many proofs, and so credentials, one request may have; one if it is not said.
    pub batch_size: Option<u64>,
    /// How the issuer is shown, in several languages.
    pub display: Option<Value>,
    /// What is issued, by identifier.
    pub configurations: BTreeMap<String, Configuration>,
}

/// One kind of credential that an issuer offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Configuration {
    /// The format, `dc+sd-jwt` here.
    pub format: String,
    /// The type, in that format.
    pub vct: Option<String>,
    /// The scope under which access is asked for.
    pub scope: Option<String>,
    /// With which algorithms a holder may prove his key. Empty: the credential is bound to no key, and no proof is wanted.
    pub proof_algorithms: Vec<Algorithm>,
    /// How it is shown, and its claims.
    pub credential_metadata: Option<Value>,
}

impl IssuerMetadata {
    /// Reads the metadata that was fetched for `issuer`. Algorithms and members that are not known are passed over.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Request`] for a missing or malformed member, an address that is not
    /// `https`, and metadata of another issuer.
    pub fn parse(text: &str, issuer: &str) -> Result<Self, Error> {
        let members = read(text)?;
        if text_of(&members, "credential_issuer")? != Some(issuer) {
            return Err(Error::Request("the metadata are those of another issuer"));
        }
        let address = |name| {
            text_of(&members, name)?
                .map(|address| https(address).map(str::to_owned))
                .transpose()
        };
        let configurations = members
            .get("credential_configurations_supported")
            .and_then(Value::as_object)
            .filter(|configurations| configurations.len() <= MAX_ELEMENTS)
            .ok_or(WRONG)?
            .iter()
            .map(|(id, value)| Ok((id.clone(), Configuration::parse(value)?)))
            .collect::<Result<_, Error>>()?;
        let batch_size = members
            .get("batch_credential_issuance")
            .map(|batch| batch.get("batch_size").and_then(Value::as_u64).ok_or(WRONG))
            .transpose()?;
        Ok(Self {
            issuer: https(issuer)?.to_owned(),
            credential_endpoint: address("credential_endpoint")?.ok_or(WRONG)?,
            nonce_endpoint: address("nonce_endpoint")?,
            authorization_servers: match members.get("authorization_servers") {
                None => Vec::new(),
                Some(servers) => texts(servers)?,
            },
            batch_size,
            display: members.get("display").cloned(),
            configurations,
        })
    }

    /// The JSON form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let configurations: Map<String, Value> = self
            .configurations
            .iter()
            .map(|(id, configuration)| (id.clone(), configuration.to_value()))
            .collect();
        let mut members = Map::from_iter([
            ("credential_issuer".to_owned(), Value::from(self.issuer.as_str())),
            (
                "credential_endpoint".to_owned(),
                self.credential_endpoint.as_str().into(),
            ),
            (
                "credential_configurations_supported".to_owned(),
                configurations.into(),
            ),
        ]);
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        if let Some(address) = &self.nonce_endpoint {
            add("nonce_endpoint", address.as_str().into());
        }
        if !self.authorization_servers.is_empty() {
            add("authorization_servers", self.authorization_servers.clone().into());
        }
        if let Some(size) = self.batch_size {
            add("batch_credential_issuance", json!({ "batch_size": size }));
        }
        if let Some(display) = &self.display {
            add("display", display.clone());
        }
        Value::Object(members)
    }
}

impl Configuration {
    fn parse(value: &Value) -> Result<Self, Error> {
        let members = value.as_object().ok_or(WRONG)?;
        let text = |name| Ok::<_, Error>(text_of(members, name)?.map(str::to_owned));
        let proof_algorithms = match members.get("proof_types_supported") {
            None => Vec::new(),
            Some(types) => types
                .get("jwt")
                .and_then(|proof| proof.get("proof_signing_alg_values_supported"))
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default()
                .iter()
                .filter_map(|name| Algorithm::from_name(name.as_str()?).ok())
                .collect(),
        };
        Ok(Self {
            format: text("format")?.ok_or(WRONG)?,
            vct: text("vct")?,
            scope: text("scope")?,
            proof_algorithms,
            credential_metadata: members.get("credential_metadata").cloned(),
        })
    }

    fn to_value(&self) -> Value {
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| members.insert(name.to_owned(), value);
        add("format", self.format.as_str().into());
        if let Some(vct) = &self.vct {
            add("vct", vct.as_str().into());
        }
        if let Some(scope) = &self.scope {
            add("scope", scope.as_str().into());
        }
        if !self.proof_algorithms.is_empty() {
            let names: Vec<&str> = self.proof_algorithms.iter().map(|one| one.as_str()).collect();
            add("cryptographic_binding_methods_supported", json!(["jwk"]));
            add(
                "proof_types_supported",
                json!({ "jwt": { "proof_signing_alg_values_supported": names } }),
            );
        }
        if let Some(metadata) = &self.credential_metadata {
            add("credential_metadata", metadata.clone());
        }
        Value::Object(members)
    }
}

/// How a request names what it wants (section 8.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A kind of credential, by the identifier in the metadata.
    Configuration(String),
    /// A data set, by the identifier that came with the access token.
    Identifier(String),
}

/// What a wallet asks the issuer for (section 8.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialRequest {
    /// Which credential.
    pub wanted: Wanted,
    /// Proofs of type `jwt`, one for each key that a credential is to be bound to.
    pub proofs: Vec<String>,
}

impl CredentialRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Request`] where it names not exactly one wish, has proofs of another type,
    /// or asks for an encrypted response.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let members = read(text)?;
        let wanted = match (
            text_of(&members, "credential_configuration_id")?,
            text_of(&members, "credential_identifier")?,
        ) {
            (Some(id), None) => Wanted::Configuration(id.to_owned()),
            (None, Some(id)) => Wanted::Identifier(id.to_owned()),
            _ => {
                return Err(Error::Request(
                    "a request names one configuration or one identifier",
                ));
            }
        };
        if members.contains_key("credential_response_encryption") {
            return Err(Error::Request(
                "responses are not encrypted here beyond the transport",
            ));
        }
        let proofs = match members.get("proofs") {
            None => Vec::new(),
            Some(Value::Object(types)) if types.len() == 1 => texts(
                types
                    .get("jwt")
                    .ok_or(Error::Request("only proofs of type `jwt` are read here"))?,
            )?,
            Some(_) => return Err(Error::Request("proofs are of exactly one type")),
        };
        Ok(Self { wanted, proofs })
    }

    /// The JSON form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let (name, id) = match &self.wanted {
            Wanted::Configuration(id) => ("credential_configuration_id", id),
            Wanted::Identifier(id) => ("credential_identifier", id),
        };
        let mut members = Map::from_iter([(name.to_owned(), Value::from(id.as_str()))]);
        if !self.proofs.is_empty() {
            members.insert("proofs".to_owned(), json!({ "jwt": self.proofs }));
        }
        Value::Object(members)
    }

    /// The holder's keys, each proven to be his: one credential is to be issued for each. Empty where `configuration` binds to no
    /// key. `policy.algorithms` is taken from the configuration.
    ///
    /// # Errors
    /// [`Error::Binding`] where proofs are missing, too many, or two of one key; every error of [`verify_proof`].
    pub fn keys(
        &self,
        configuration: &Configuration,
        batch_size: Option<u64>,
        policy: &ProofPolicy<'_>,
    ) -> Result<Vec<Jwk>, Error> {
        if configuration.proof_algorithms.is_empty() {
            return Ok(Vec::new());
        }
        let most = usize::try_from(batch_size.unwrap_or(1)).unwrap_or(usize::MAX);
        if self.proofs.is_empty() || self.proofs.len() > most {
            return Err(Error::Binding(
                "there are no proofs of the holder's keys, or more than accepted",
            ));
        }
        let policy = ProofPolicy {
            algorithms: &configuration.proof_algorithms,
            ..*policy
        };
        let mut keys: Vec<Jwk> = Vec::new();
        for proof in &self.proofs {
            let key = verify_proof(proof, &policy)?;
            if keys.contains(&key) {
                return Err(Error::Binding("two proofs are of one key"));
            }
            keys.push(key);
        }
        Ok(keys)
    }
}

/// What the issuer answers at once (section 8.3). Issuing later is not offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialResponse {
    /// The credentials, one for each proven key.
    pub credentials: Vec<String>,
    /// Under which name the wallet may say later what became of them.
    pub notification_id: Option<String>,
}

impl CredentialResponse {
    /// Reads a response.
    ///
    /// # Errors
    /// [`Error::Malformed`], [`Error::TooLarge`]; [`Error::Request`] where it holds no credentials of this format.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let members = read(text)?;
        let credentials = members
            .get("credentials")
            .and_then(Value::as_array)
            .filter(|list| (1..=MAX_ELEMENTS).contains(&list.len()))
            .ok_or(Error::Request("the response holds no credentials"))?
            .iter()
            .map(|entry| {
                entry
                    .get("credential")
                    .and_then(Value::as_str)
                    .map(str::to_owned)
                    .ok_or(WRONG)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            credentials,
            notification_id: text_of(&members, "notification_id")?.map(str::to_owned),
        })
    }

    /// The JSON form.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let credentials: Vec<Value> = self
            .credentials
            .iter()
            .map(|credential| json!({ "credential": credential }))
            .collect();
        match &self.notification_id {
            Some(id) => json!({ "credentials": credentials, "notification_id": id }),
            None => json!({ "credentials": credentials }),
        }
    }
}

/// The error code that an issuer answers a credential request with (section 8.3.1.2).
#[must_use]
pub const fn error_code(error: &Error) -> &'static str {
    match error {
        Error::Nonce(_) => "invalid_nonce",
        Error::Binding(_)
        | Error::Signature(_)
        | Error::Key(_)
        | Error::Algorithm(_)
        | Error::Type(_)
        | Error::Expired(_)
        | Error::NotYet(_) => "invalid_proof",
        _ => "invalid_credential_request",
    }
}

pub(crate) fn read(text: &str) -> Result<Map<String, Value>, Error> {
    if text.len() > MAX_BYTES {
        return Err(Error::TooLarge("the message is longer than accepted"));
    }
    json::parse_object(text.as_bytes())
}

pub(crate) fn text_of<'a>(members: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, Error> {
    json::optional_text(members, name, WRONG)
}

/// A list of texts that is not empty.
pub(crate) fn texts(value: &Value) -> Result<Vec<String>, Error> {
    value
        .as_array()
        .filter(|list| (1..=MAX_ELEMENTS).contains(&list.len()))
        .ok_or(WRONG)?
        .iter()
        .map(|text| text.as_str().map(str::to_owned).ok_or(WRONG))
        .collect()
}

pub(crate) fn https(address: &str) -> Result<&str, Error> {
    if address.starts_with("https://") {
        Ok(address)
    } else {
        Err(Error::Request("an address of the issuer is not `https`"))
    }
}
