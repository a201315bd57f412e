//! Certificates to look at, made before anything is measured: asked for by people of city 甲, composed and issued there, and leased to the
//! fund centre of city 乙, whose officer looks at them through its own node.

use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use yinxin_client::http::Status;
use yinxin_client::transaction::Request;
use yinxin_crypto::{Digest, EncryptionKey, PrivateKey, SignatureAlgorithm, random_bytes};
use yinxin_types::transaction::KeyedSignature;

use crate::bench::wire::{self, post};
use crate::cli::chain::{Connection, rejected};
use crate::cli::failure::Failure;
use crate::demo::folders::Department;
use crate::demo::personas::{self, DATA, JIA, Persona, YI};
use crate::demo::samples::account_of;

/// How often one lease may be used: the most there is.
const USES: u64 = 100;
/// Leases of one certificate: a record with a few of them, as people have.
const LEASES: u64 = 2;
/// What is leased and looked at, sorted.
const FIELDS: [&str; 4] = ["amt", "bal", "basenum", "endmonth"];
const CASE: &str = "LX-2026-0001";
const PURPOSE: &str = "loan";
const KIND: &str = "hpf-certificate";
/// How long a lease lasts.
const LEASE_MS: u64 = 86_400_000;
/// How long something may take that is expected.
const PATIENCE: Duration = Duration::from_secs(60);
/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(20);

/// What can be looked at, and who looks.
pub(super) struct Shelf {
    /// Chain identifier.
    pub chain: Digest,
    /// The officer's key.
    pub officer: PrivateKey,
    /// His department's node.
    pub node: SocketAddr,
    leases: Vec<Digest>,
}

impl Shelf {
    /// Makes the people, and certificates with leases for so many looks.
    ///
    /// # Errors
    /// Any refusal of the ledger or of the desk.
    pub fn fill(departments: &[Department], addresses: &[SocketAddr], looks: u64) -> Result<Self, Failure> {
        let missing = || Failure::answer("a department is missing");
        let at = |code: &str| {
            let place = departments.iter().position(|one| one.code == code)?;
            departments.get(place).zip(addresses.get(place).copied())
        };
        let (holder, home) = at(JIA).ok_or_else(missing)?;
        let (_, node) = at(YI).ok_or_else(missing)?;
        wait_for_desk(home, JIA)?;
        let connection = Connection::direct(&format!("http://{home}"))?;
        let cast = personas::establish(departments, &connection)?;
        let key = |id: &str| {
            let persona = cast.iter().find(|persona: &&Persona| persona.id == id);
            key_of(&persona.ok_or_else(missing)?.seed)
        };
        let (bureau, _) = at(DATA).ok_or_else(missing)?;
        let founding = Founding {
            connection,
            home,
            bureau: account_of(bureau)?,
            clerk: key("clerk-jia")?,
            seal: account_of(holder)?,
        };
        let shelf = Self {
            chain: founding.connection.chain,
            officer: key("loan-yi")?,
            node,
            leases: founding.leases(looks.div_ceil(USES))?,
        };
        Ok(shelf)
    }

    /// The look of a number, to be sealed to a key.
    ///
    /// # Errors
    /// A number beyond the last.
    pub fn look(&self, number: u64, reader: &EncryptionKey) -> Result<Request, Failure> {
        let place = usize::try_from(number / USES).unwrap_or(usize::MAX);
        let lease = self.leases.get(place);
        let lease = lease.ok_or_else(|| Failure::answer("no look is left"))?;
        let arguments = json!({
            "case": CASE, "fields": FIELDS, "for": YI, "lease": lease, "purpose": PURPOSE, "reader": reader,
        });
        Ok(request("sharing.disclose", &arguments))
    }
}

fn request(operation: &str, arguments: &Value) -> Request {
    Request {
        operation: operation.to_owned(),
        arguments: arguments.as_object().cloned().unwrap_or_default(),
    }
}

/// Those who make certificates.
struct Founding {
    connection: Connection,
    home: SocketAddr,
    bureau: PrivateKey,
    clerk: PrivateKey,
    seal: PrivateKey,
}

/// A certificate, and the key of the person whose it is.
struct Held {
    certificate: Digest,
    person: PrivateKey,
}

impl Founding {
    /// Leases on as many certificates as they need.
    fn leases(&self, count: u64) -> Result<Vec<Digest>, Failure> {
        let mut certificates = Vec::new();
        let mut due = count.div_ceil(LEASES);
        while due > 0 {
            let made = self.certificates(due)?;
            due = due.saturating_sub(u64::try_from(made.len()).unwrap_or(due));
            certificates.extend(made);
        }
        let now = self.connection.client.get::<Value>("status")?;
        let now = now.get("time").and_then(Value::as_u64).unwrap_or_default();
        let until = now.saturating_add(LEASE_MS);
        let asked: Vec<Digest> = certificates
            .iter()
            .flat_map(|held| (0..LEASES).map(move |_| held))
            .map(|held| {
                let arguments = json!({
                    "case": CASE, "certificate": held.certificate, "fields": FIELDS, "grantee": YI, "purpose": PURPOSE,
                    "until": until, "uses": USES,
                });
                self.send(&held.person, &[], "sharing.lease", &arguments)
            })
            .collect::<Result<_, _>>()?;
        asked.iter().map(|id| self.named(id, "lease")).collect()
    }

    /// Enrols somebody new, of whom nothing is known but a commitment to no number at all.
    fn enrol(&self) -> Result<(PrivateKey, Digest), Failure> {
        let key = PrivateKey::generate(SignatureAlgorithm::Ed25519)?;
        let commitment = self.connection.chain.algorithm().hash(&[&random_bytes::<32>()?]);
        let arguments = json!({
            "authority": DATA, "commitment": commitment, "key": key.public_key(), "kind": "person",
        });
        let sent = self.send(&self.bureau, &[&key], "identity.enrol", &arguments)?;
        Ok((key, sent))
    }

    /// Each for somebody of his own: enrolled, asked for, composed and issued, each step for all of them before the next. Some fewer come out
    /// where two drew one place in the status list.
    fn certificates(&self, count: u64) -> Result<Vec<Held>, Failure> {
        let enrolled: Vec<(PrivateKey, Digest)> =
            (0..count).map(|_| self.enrol()).collect::<Result<_, _>>()?;
        for (_, id) in &enrolled {
            self.named(id, "party")?;
        }
        let order = json!({ "holder": JIA, "kind": KIND, "purpose": PURPOSE });
        let asked: Vec<Digest> = enrolled
            .iter()
            .map(|(person, _)| self.send(person, &[], "sharing.request", &order))
            .collect::<Result<_, _>>()?;
        let requests: Vec<Digest> = asked
            .iter()
            .map(|id| self.named(id, "request"))
            .collect::<Result<_, _>>()?;
        let issued: Vec<Digest> = self
            .compose(&requests)?
            .iter()
            .zip(&requests)
            .map(|(composed, request)| {
                let of = |name: &str| composed.get(name).cloned().unwrap_or_default();
                let arguments = json!({
                    "credential": of("credential"), "material": of("material"), "request": request, "status": of("status"),
                    "until": of("until"),
                });
                self.send(&self.clerk, &[&self.seal], "sharing.issue", &arguments)
            })
            .collect::<Result<_, _>>()?;
        let mut certificates = Vec::new();
        for (id, (person, _)) in issued.iter().zip(enrolled) {
            let answer = self.connection.client.wait(id, PATIENCE)?;
            if answer.name.as_deref() != Some("SHARE_STATUS_INDEX") {
                let certificate = self.named(id, "certificate")?;
                certificates.push(Held { certificate, person });
            }
        }
        Ok(certificates)
    }

    /// What the desk composes for these requests.
    fn compose(&self, requests: &[Digest]) -> Result<Vec<Value>, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::internal(&error))?;
        runtime.block_on(async {
            let mut desk = wire::Connection::new(self.home);
            let session = sign_in(&mut desk, &self.clerk).await?;
            let mut composed = Vec::new();
            for request in requests {
                let order = json!({ "fields": personas::sample_certificate(), "request": request });
                let request = post("desk/certificates", Some(&session), &order)?;
                composed.push(asked(&mut desk, &request).await?.0);
            }
            Ok(composed)
        })
    }

    fn send(
        &self,
        key: &PrivateKey,
        cosigners: &[&PrivateKey],
        operation: &str,
        arguments: &Value,
    ) -> Result<Digest, Failure> {
        let envelope = self
            .connection
            .sign_with(&request(operation, arguments), key, cosigners)?;
        self.connection.submit(&envelope)
    }

    /// An identifier in the outcome of a transaction, once it is final.
    fn named(&self, id: &Digest, name: &str) -> Result<Digest, Failure> {
        let answer = self.connection.client.wait(id, PATIENCE)?;
        if answer.status != Status::Committed {
            return Err(rejected(&answer));
        }
        let named = answer
            .outcome
            .as_ref()
            .and_then(|outcome| outcome.get(name)?.as_str());
        named
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| Failure::answer("an outcome lacks an identifier"))
    }
}

/// The key of somebody whose seed is known.
fn key_of(seed: &str) -> Result<PrivateKey, Failure> {
    let wrong = || Failure::answer("somebody has no key");
    let mut bytes = [0; PrivateKey::LENGTH];
    hex::decode_to_slice(seed, &mut bytes).map_err(|_| wrong())?;
    PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &bytes).map_err(|_| wrong())
}

/// Waits until a desk has published the key with which it signs: before that nothing it issues can be verified.
fn wait_for_desk(home: SocketAddr, code: &str) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::internal(&error))?;
    let question =
        json!({ "about": { "code": code, "purpose": "credential" }, "question": "identity.published" });
    let request = post("ask", None, &json!({ "questions": [question] }))?;
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        let mut connection = wire::Connection::new(home);
        let (answer, _) = runtime.block_on(asked(&mut connection, &request))?;
        if answer.pointer("/answers/0/answer/keys/0/key").is_some() {
            return Ok(());
        }
        thread::sleep(LOOK);
    }
    Err(Failure::answer("a desk has published no key"))
}

/// Signs an account in; answers its cookie.
async fn sign_in(connection: &mut wire::Connection, key: &PrivateKey) -> Result<String, Failure> {
    let challenge = post("session/challenge", None, &json!({ "account": key.public_key() }))?;
    let (challenge, _) = asked(connection, &challenge).await?;
    let statement = challenge.get("statement").and_then(Value::as_str);
    let statement = statement.ok_or_else(|| Failure::answer("a challenge without a statement"))?;
    let signature = KeyedSignature::by(key, statement.as_bytes());
    let answer = json!({ "challenge": challenge.get("challenge"), "signature": signature });
    let (_, cookie) = asked(connection, &post("session", None, &answer)?).await?;
    cookie.ok_or_else(|| Failure::answer("a session without a cookie"))
}

/// The answer to a request and the cookie it sets.
async fn asked(
    connection: &mut wire::Connection,
    request: &[u8],
) -> Result<(Value, Option<String>), Failure> {
    let answer = connection
        .ask(request)
        .await
        .map_err(|error| Failure::internal(&error))?;
    let body = serde_json::from_slice(answer.body).unwrap_or_default();
    match answer.status {
        200 | 201 => Ok((body, answer.cookie)),
        status => Err(Failure::answer(&format!("{status} {body}"))),
    }
}
