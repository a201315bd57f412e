//! The desk (办事台): what a department's own node does for the department. It keeps the seal, the key that signs credentials, the key that
//! opens materials and the secret for commitments, and it serves whom the ledger knows as an officer, never whom a request claims to be.

pub(super) mod applications;
mod extracts;
pub(super) mod handing;
mod licences;
mod materials;

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use thiserror::Error;
use yinxin_credential::sd_jwt::Claims;
use yinxin_credential::{
    Bits, ClaimPath, Credential, Ed25519Signer, Salts, SdJwt, Status, StatusList, StatusReference,
    StatusToken,
};
use yinxin_crypto::{
    DecryptionKey, Digest, EncryptionAlgorithm, EncryptionKey, HashAlgorithm, PrivateKey, PublicKey,
    RandomnessError, SignatureAlgorithm, envelope, hmac, random_bytes,
};
use yinxin_identity::edge;
use yinxin_sharing::LIST_SIZE;
use yinxin_types::identifiers::{CitizenNumber, SocialCreditCode};
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{BlockTime, Body, Rejection, Suite, Transaction, canonical, codes};
use yinxin_vault::{Content, LocalStore, Material, Store as _, VaultError};

use self::applications::{Applications, ApplicationsError};
use super::Core;
use super::composed::{Composed, ComposedError};
use super::notices::mail::{Mail, MailError};
use super::release::Look;
use super::wallets::Counter;
use crate::config::MailSettings;
use crate::platform::blocking;

/// What the sealed content of a release is bound to beside the look.
const RELEASE_INFO: &[u8] = b"yinxin/release/1";
/// How long a certificate holds unless its issuer says otherwise: 180 days, in milliseconds.
const VALID_MS: u64 = 180 * 86_400_000;
/// How long others may keep a copy of a status list, in seconds.
const STATUS_TTL_S: u64 = 300;
/// How long a transaction that the desk makes is valid.
pub(super) const VALIDITY_MS: u64 = 60_000;
/// Where the desk keeps applications for enrolment, in the folder of its materials.
const APPLICATIONS_FOLDER: &str = "applications";
/// Where the desk keeps on record what it composed, in the folder of its materials.
const COMPOSED_FOLDER: &str = "composed";
/// Where it keeps on record what was handed in.
const HANDED_FOLDER: &str = "handed";
/// Where it keeps on record what it composed of licences, in the folder of its materials.
const LICENCES_FOLDER: &str = "licences";

/// Why a desk cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeskError {
    /// The materials cannot be read or written.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The record of what was composed cannot be read or written.
    #[error(transparent)]
    Composed(#[from] ComposedError),
    /// The applications for enrolment cannot be read or written.
    #[error(transparent)]
    Applications(#[from] ApplicationsError),
    /// The key is not one from which the desk's keys can be made.
    #[error("the desk's key must be an Ed25519 key")]
    Key,
    /// The operating system has no random bytes.
    #[error(transparent)]
    Randomness(#[from] RandomnessError),
    /// The server for e-mail is not one that can be used as it is configured.
    #[error(transparent)]
    Mail(#[from] MailError),
}

/// The keys and materials of one department.
pub struct Desk {
    /// The department.
    pub(super) department: SocialCreditCode,
    seal: PrivateKey,
    pub(super) credential: PrivateKey,
    pub(super) opener: DecryptionKey,
    /// Opens what applicants sealed in a browser: X25519 on every chain, which is what browsers have.
    pub(super) applicants: DecryptionKey,
    pub(super) applications: Applications,
    secret: [u8; edge::SECRET_BYTES],
    pub(super) store: LocalStore,
    pub(super) composed: Composed,
    handed: Composed,
    arrivals: handing::Arrivals,
    /// What it composed of licences, by case.
    pub(super) licences: Composed,
    pub(super) suite: Suite,
    /// The side that wallets reach, if the node has an address for them.
    pub(super) counter: Option<Counter>,
    /// The way to the mailboxes of applicants, if the node has a server for it.
    pub(super) mail: Option<Arc<Mail>>,
}

/// A secret of its own for each use, from the one that the desk's key file holds.
fn derive(root: &PrivateKey, what: &[u8]) -> [u8; 32] {
    let root = root.export_bytes();
    hmac::authenticate(HashAlgorithm::Sha256, root.as_ref(), &[b"yinxin/desk/1\0", what])
}

/// The secret with which the department whose desk has this key commits to citizen numbers.
pub fn commitment_secret(root: &PrivateKey) -> [u8; edge::SECRET_BYTES] {
    derive(root, b"commitments")
}

impl Desk {
    /// Opens the desk of the department whose seal is `seal`. Everything else is made from `root`, the key of the desk's own file;
    /// materials lie in `folder`.
    ///
    /// # Errors
    /// [`DeskError`].
    pub fn open(
        department: SocialCreditCode,
        seal: PrivateKey,
        root: &PrivateKey,
        folder: &Path,
        suite: Suite,
    ) -> Result<Self, DeskError> {
        if root.algorithm() != SignatureAlgorithm::Ed25519 {
            return Err(DeskError::Key);
        }
        let credential = PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &derive(root, b"credential"));
        let algorithm = match suite {
            Suite::Intl => EncryptionAlgorithm::X25519,
            Suite::Gm => EncryptionAlgorithm::Sm2,
        };
        let opener = DecryptionKey::from_bytes(algorithm, &derive(root, b"materials"));
        let applicants =
            DecryptionKey::from_bytes(EncryptionAlgorithm::X25519, &derive(root, b"applications"));
        Ok(Self {
            department,
            seal,
            credential: credential.map_err(|_| DeskError::Key)?,
            opener: opener.map_err(|_| DeskError::Key)?,
            applicants: applicants.map_err(|_| DeskError::Key)?,
            applications: Applications::open(&folder.join(APPLICATIONS_FOLDER))?,
            secret: commitment_secret(root),
            store: LocalStore::open(folder)?,
            composed: Composed::open(&folder.join(COMPOSED_FOLDER))?,
            handed: Composed::open(&folder.join(HANDED_FOLDER))?,
            arrivals: handing::Arrivals::default(),
            licences: Composed::open(&folder.join(LICENCES_FOLDER))?,
            suite,
            counter: None,
            mail: None,
        })
    }

    /// The same desk, which sends notices by e-mail.
    ///
    /// # Errors
    /// [`DeskError::Mail`].
    pub fn writing_by(mut self, settings: MailSettings) -> Result<Self, DeskError> {
        self.mail = Some(Arc::new(Mail::open(settings)?));
        Ok(self)
    }

    /// The same desk, reached by wallets at an address: `https://`, a host and perhaps a port.
    ///
    /// # Errors
    /// [`DeskError::Randomness`].
    pub fn reached_at(mut self, address: String) -> Result<Self, DeskError> {
        self.counter = Some(Counter::open(address)?);
        Ok(self)
    }

    /// The department's commitment to a citizen number.
    pub(super) fn commit(&self, algorithm: HashAlgorithm, number: &CitizenNumber) -> Digest {
        edge::keyed_commitment(algorithm, &self.secret, number)
    }

    /// What a material of this desk holds.
    pub(super) fn content_of(&self, material: &Digest) -> Result<Content, Rejection> {
        self.store
            .get(material)
            .and_then(|material| material.decrypt(&self.opener))
            .map_err(|error| error.rejection())
    }

    /// Destroys a material; one that is not here is destroyed already.
    pub(super) fn destroy(&self, material: &Digest) -> Result<(), Rejection> {
        match self.store.erase(material) {
            Ok(_) | Err(VaultError::Unknown(_)) => Ok(()),
            Err(error) => Err(error.rejection()),
        }
    }

    /// The content that a look at a certificate or a licence releases, sealed to its reader, in base64url.
    fn release_credential(&self, look: &Look) -> Result<String, Rejection> {
        #[derive(Deserialize)]
        struct Wanted {
            certificate: Option<Digest>,
            fields: Vec<String>,
            licence: Option<Digest>,
            material: Digest,
            reader: EncryptionKey,
        }
        let nothing = |detail: &str| Rejection::new(codes::RELEASE_NOTHING, detail);
        let wanted = Wanted::deserialize(&look.disclosure)
            .map_err(|_| nothing("the look does not say what it wants of what"))?;
        let content = self.content_of(&wanted.material)?;
        let held = std::str::from_utf8(content.bytes())
            .ok()
            .and_then(|text| SdJwt::parse(text).ok())
            .ok_or_else(|| nothing("the material is no credential"))?;
        let paths: Vec<ClaimPath> = wanted.fields.iter().map(|field| ClaimPath::top(field)).collect();
        let presentation = held
            .reveal(&paths)
            .map_err(|_| nothing("the credential lacks a field that the look names"))?;
        let (kind, id) = match (wanted.certificate, wanted.licence) {
            (Some(certificate), None) => ("certificate", certificate),
            (None, Some(licence)) => ("licence", licence),
            _ => return Err(nothing("the look is at one credential")),
        };
        let content = json!({
            kind: id,
            "presentation": presentation.to_string(),
            "transaction": look.transaction,
        });
        seal_content(&wanted.reader, &look.transaction, &content)
    }

    /// The signed status list with these exceptions, as `sharing.status` answers them, for those who know it by `uri`.
    pub(super) fn status_list(
        &self,
        statuses: &Value,
        now: BlockTime,
        uri: String,
    ) -> Result<String, Rejection> {
        let failed = |_| Rejection::new(codes::API_UNAVAILABLE, "the status list cannot be made");
        let places = usize::try_from(LIST_SIZE).unwrap_or(usize::MAX);
        let mut bits = StatusList::new(Bits::Two, places).map_err(failed)?;
        for (name, status) in [("suspended", Status::Suspended), ("invalid", Status::Invalid)] {
            let indexes = statuses.get(name).and_then(Value::as_array);
            for index in indexes.into_iter().flatten().filter_map(Value::as_u64) {
                bits.set(index, status).map_err(failed)?;
            }
        }
        let signer = Ed25519Signer::new(&self.credential).map_err(failed)?;
        let issued_s = now.0 / 1000;
        let token = StatusToken {
            uri,
            issued_s,
            expires_s: Some(issued_s.saturating_add(STATUS_TTL_S.saturating_mul(12))),
            ttl_s: Some(STATUS_TTL_S),
            list: bits,
        };
        token.sign(None, &signer).map_err(failed)
    }

    /// Composes and keeps the content of a certificate.
    fn compose(
        &self,
        issuer: &str,
        kind: &str,
        request: &Digest,
        fields: Map<String, Value>,
        now: BlockTime,
    ) -> Result<Value, Rejection> {
        let index = drawn_place()?;
        let list = 0;
        let until = now.saturating_add(VALID_MS);
        let credential = Credential {
            vct: kind.to_owned(),
            issuer: issuer.to_owned(),
            issued_s: now.0 / 1000,
            not_before_s: None,
            expires_s: Some(until.0 / 1000),
            holder: None,
            status: Some(StatusReference {
                uri: status_uri(issuer, list),
                index: u64::from(index),
            }),
            content: Claims {
                disclosable: fields.keys().map(|field| ClaimPath::top(field)).collect(),
                claims: fields,
                ..Claims::default()
            },
        };
        let (credential, material) =
            self.keep_credential(&credential, (&self.composed, &request.to_string()))?;
        Ok(json!({
            "credential": credential,
            "material": material,
            "status": { "index": index, "list": list },
            "until": until,
        }))
    }

    /// Signs a credential and keeps it for whoever is to have it: the digest of its signed part, and the address of the material.
    fn keep_credential(
        &self,
        credential: &Credential,
        composed: (&Composed, &str),
    ) -> Result<(Digest, Digest), Rejection> {
        let failed = |detail: &str| Rejection::new(codes::API_UNAVAILABLE, detail.to_owned());
        let signer = Ed25519Signer::new(&self.credential).map_err(|_| failed("the key cannot sign"))?;
        let salts = Salts::random().map_err(|_| failed("no random bytes"))?;
        let text = credential
            .issue(None, &signer, salts)
            .map_err(|_| failed("the credential cannot be composed"))?
            .to_string();
        let material = self.keep_composed(text.as_bytes(), composed)?;
        let signed = text.split('~').next().unwrap_or_default();
        Ok((self.suite.hash().hash(&[signed.as_bytes()]), material))
    }

    /// Encrypts what was composed for a request or a case, and keeps it.
    fn keep_composed(
        &self,
        content: &[u8],
        (composed, about): (&Composed, &str),
    ) -> Result<Digest, Rejection> {
        let recipients = [self.opener.encryption_key()];
        let (material, _) =
            Material::encrypt(self.suite, content, &recipients).map_err(|error| error.rejection())?;
        // On record first: a material that nobody issues is found again by it.
        composed
            .add(about, material.address())
            .map_err(|error| error.rejection())?;
        self.store.put(&material).map_err(|error| error.rejection())?;
        Ok(*material.address())
    }

    pub(super) fn keys(&self) -> [(&'static str, String); 2] {
        [
            ("credential", self.credential.public_key().to_string()),
            ("encryption", self.opener.encryption_key().to_string()),
        ]
    }
}

/// A place in a status list, at random: neighbours say nothing about each other.
pub(super) fn drawn_place() -> Result<u32, Rejection> {
    let chance =
        random_bytes::<4>().map_err(|_| Rejection::new(codes::API_UNAVAILABLE, "no random bytes"))?;
    Ok(u32::from_be_bytes(chance).checked_rem(LIST_SIZE).unwrap_or(0))
}

/// Content sealed to the reader of a look, in base64url.
pub(super) fn seal_content(
    reader: &EncryptionKey,
    look: &Digest,
    content: &Value,
) -> Result<String, Rejection> {
    let nothing = |detail: &str| Rejection::new(codes::RELEASE_NOTHING, detail);
    let plain = canonical::to_bytes(content).map_err(|_| nothing("the content has no canonical form"))?;
    let sealed = envelope::seal(reader, RELEASE_INFO, look.to_string().as_bytes(), &plain);
    let sealed = sealed.map_err(|_| nothing("the reader's key cannot be used"))?;
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The address of a status list, as credentials name it: any node of the network serves it below its own address.
pub(super) fn status_uri(issuer: &str, list: u32) -> String {
    format!("urn:yinxin:status-list:{issuer}:{list}")
}

/// Signatures in the order that the body names: the account's, then the cosigners'. What the body does not name stays behind them, so that it
/// is refused.
fn ordered(body: &[u8], given: Vec<KeyedSignature>, seal: KeyedSignature) -> Vec<KeyedSignature> {
    let named = serde_json::from_slice::<Body>(body);
    let named: Vec<PublicKey> = named
        .map(|body| std::iter::once(body.account).chain(body.cosigners).collect())
        .unwrap_or_default();
    let mut signatures: Vec<KeyedSignature> = given.into_iter().chain([seal]).collect();
    signatures.sort_by_key(|one| named.iter().position(|key| *key == one.key).unwrap_or(usize::MAX));
    signatures
}

fn closed() -> Rejection {
    Rejection::new(codes::DESK_CLOSED, "no department's keys are kept here")
}

impl Core {
    pub(super) fn desk_open(&self) -> Result<Arc<Desk>, Rejection> {
        self.desk.clone().ok_or_else(closed)
    }

    /// Whether the ledger lets an account act for this department in an operation. The seal is what the officer asks for, so it is waived.
    pub(super) async fn check_officer(&self, account: PublicKey, operation: &str) -> Result<(), Rejection> {
        let about = json!({ "for": self.own_code(), "scope": operation, "seal": false });
        self.inquire_one(Some(account), "identity.acting", about)
            .await
            .map(|_| ())
    }

    /// A transaction that the department itself makes, under its seal.
    pub(super) async fn act(
        &self,
        desk: &Desk,
        operation: &str,
        arguments: Value,
    ) -> Result<Digest, Rejection> {
        let unable = |detail: &str| Rejection::new(codes::API_UNAVAILABLE, detail.to_owned());
        let salt = random_bytes::<16>().map_err(|_| unable("no random bytes"))?;
        let Value::Object(arguments) = arguments else {
            return Err(unable("arguments are an object"));
        };
        let body = Body {
            account: desk.seal.public_key(),
            arguments,
            chain: self.rules.chain,
            cosigners: Vec::new(),
            operation: operation.to_owned(),
            salt: hex::encode(salt),
            valid_until: self.platform.now().saturating_add(VALIDITY_MS),
        };
        let body = canonical::to_bytes(&body).map_err(|_| unable("the body has no canonical form"))?;
        let transaction = Transaction {
            signatures: vec![KeyedSignature::by(&desk.seal, &body)],
            body,
        };
        self.submit_one(transaction).await
    }

    async fn submit_one(&self, transaction: Transaction) -> Result<Digest, Rejection> {
        let verdict = self.take_in(vec![transaction]).await.into_iter().next();
        verdict.unwrap_or_else(|| Err(Rejection::new(codes::API_UNAVAILABLE, "the node is stopping")))
    }
}

impl yinxin_api::Desk for Core {
    fn seal(
        &self,
        body: Vec<u8>,
        signatures: Vec<KeyedSignature>,
    ) -> BoxFuture<'_, Result<Digest, Rejection>> {
        Box::pin(async move {
            let desk = self.desk_open()?;
            let given: Vec<PublicKey> = signatures.iter().map(|one| one.key).collect();
            let transaction = Transaction {
                signatures: ordered(&body, signatures, KeyedSignature::by(&desk.seal, &body)),
                body,
            };
            // Decoded and, everybody's signature included, verified before anything leaves this function.
            let verified = yinxin_types::VerifiedTransaction::verify(transaction, &self.rules)?;
            let operation = &verified.body().operation;
            let mut refused = Err(Rejection::new(codes::SESSION_FORBIDDEN, "no officer signed"));
            for key in given {
                refused = self.check_officer(key, operation).await;
                if refused.is_ok() {
                    break;
                }
            }
            refused?;
            self.submit_one(verified.transaction().clone()).await
        })
    }

    fn compose(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Order {
            fields: Map<String, Value>,
            request: Digest,
        }
        Box::pin(async move {
            let desk = self.desk_open()?;
            let order: Order = serde_json::from_value(order)
                .map_err(|error| Rejection::new(codes::API_REQUEST, error.to_string()))?;
            self.check_officer(officer, "sharing.issue").await?;
            let request = self
                .inquire_one(None, "sharing.request", json!({ "request": order.request }))
                .await?;
            if request.get("holder").and_then(Value::as_str) != Some(self.own_code()) {
                return Err(Rejection::new(
                    codes::SESSION_FORBIDDEN,
                    "the request was made to another department",
                ));
            }
            let kind = request
                .get("kind")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            let known = yinxin_sharing::kinds::find(&kind)
                .ok_or_else(|| Rejection::new(codes::API_REQUEST, "no such kind of certificate"))?;
            // Fields and problems by name, never what stands in them.
            (known.check)(&order.fields)
                .map_err(|wrong| Rejection::new(codes::DESK_FIELDS, wrong.to_string()))?;
            if request.get("state") != Some(&json!("open")) {
                return Err(Rejection::new(
                    yinxin_sharing::codes::SHARE_REQUEST_ENDED,
                    "nothing is composed for a request that has ended",
                ));
            }
            let (issuer, now) = (self.own_code().to_owned(), self.platform.now());
            let composed = blocking(self.platform.as_ref(), move || {
                desk.compose(&issuer, &kind, &order.request, order.fields, now)
            });
            composed
                .await
                .unwrap_or_else(|| Err(Rejection::new(codes::API_UNAVAILABLE, "the node is stopping")))
        })
    }

    fn commit_number(&self, officer: PublicKey, number: String) -> BoxFuture<'_, Result<Digest, Rejection>> {
        Box::pin(async move {
            let desk = self.desk_open()?;
            self.check_officer(officer, "identity.enrol").await?;
            let number = edge::citizen_number(&number)?;
            Ok(desk.commit(self.rules.hash, &number))
        })
    }

    fn take(&self, account: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.take_handed(account, order))
    }

    fn licence_content(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.compose_licence_content(officer, order))
    }

    fn licence_credential(
        &self,
        officer: PublicKey,
        order: Value,
    ) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.compose_licence_credential(officer, order))
    }

    fn mark(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.mark_extract(officer, order))
    }

    fn trace(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.trace_found(officer, order))
    }

    fn examine(&self, officer: PublicKey, order: Value) -> BoxFuture<'_, Result<Value, Rejection>> {
        Box::pin(self.examine_proof(officer, order))
    }
}
