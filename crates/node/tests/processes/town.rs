//! Departments with desks, and the people who deal with them: enrolment, sessions, seals, certificates and looks, each over the interface of
//! the node where it happens, as the portal does it.

use std::cell::RefCell;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use yinxin_client::http::{HttpError, Status, TransactionStatus};
use yinxin_client::transaction::Request;
use yinxin_crypto::{
    DecryptionKey, Digest, EncryptionAlgorithm, PrivateKey, PublicKey, SignatureAlgorithm, envelope, keyfile,
    random_bytes,
};
use yinxin_node::config::{ACCOUNT_KEY_FILE, DESK_KEY_FILE, PASSPHRASE_FILE, Passphrase};
use yinxin_node::core::commitment_secret;
use yinxin_types::transaction::KeyedSignature;

use crate::clock::Clock;
use crate::load;
use crate::network::{Network, Node, PATIENCE, Seat, wait_for};

/// Place of the fund centre where people pay in, which holds and issues certificates.
pub const HOME: usize = 0;
/// Place of the fund centre of the other city, which looks.
pub const AWAY: usize = 1;
/// Place of the data bureau, which enrols and accredits.
pub const BUREAU: usize = 2;
/// Place of the audit office.
pub const AUDIT: usize = 3;
/// The founding members, by these places.
pub const SEATS: [Seat; 4] = [
    ("甲市住房公积金管理中心", "12990100000001011T", &[]),
    ("乙市住房公积金管理中心", "1299020000000102XP", &[]),
    (
        "甲市政务服务和数据管理局",
        "1199010000000209X4",
        &["identity", "registry", "data"],
    ),
    ("甲市审计局", "11990100000002081C", &["audit", "cyberspace"]),
];
/// The kind of the certificate.
pub const KIND: &str = "hpf-certificate";
/// What the sealed content of a release is bound to beside the look.
const RELEASE_INFO: &[u8] = b"yinxin/release/1";

/// Code of the member at a place.
pub fn code(at: usize) -> &'static str {
    SEATS[at].1
}

/// Somebody with a key, and the place of the node that he uses.
pub struct Person {
    /// His key.
    pub key: PrivateKey,
    /// His party.
    pub party: Digest,
    /// The node.
    pub at: usize,
    session: RefCell<Option<String>>,
}

impl Person {
    /// A second hold on the same key, for somebody who works beside the test.
    pub fn same_key(&self) -> PrivateKey {
        PrivateKey::from_bytes(self.key.algorithm(), &self.key.export_bytes()).unwrap()
    }
}

/// An answer of the interface.
pub struct Answer {
    /// Status.
    pub status: u16,
    head: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    /// The name of the problem; `OK` where there is none.
    pub fn code(&self) -> String {
        if (200..300).contains(&self.status) {
            return "OK".to_owned();
        }
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The body, which must be no problem.
    pub fn ok(&self) -> Value {
        assert_eq!(self.code(), "OK", "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }
}

/// One request on a connection of its own; none where nobody answers.
pub fn call(
    node: &Node,
    method: &str,
    path: &str,
    session: Option<&str>,
    body: Option<&str>,
) -> Option<Answer> {
    let mut stream = TcpStream::connect(node.http).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let body = body.unwrap_or_default();
    let cookie = session.map(|session| format!("cookie: {session}\r\n"));
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}\r\n{body}",
        node.http,
        body.len(),
        cookie.unwrap_or_default(),
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok()?;
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
    assert!(!head.contains("transfer-encoding"), "{head}");
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head,
        body: bytes[end + 4..].to_vec(),
    })
}

/// A transaction under way.
pub struct Sent {
    at: usize,
    /// Its identifier, or the code with which a node did not take it.
    pub id: Result<Digest, String>,
}

/// What became of a transaction.
#[derive(Debug)]
pub struct Done {
    /// Its identifier, where it is on the ledger.
    pub id: Option<Digest>,
    /// Height and place in the block.
    pub place: (u64, u32),
    /// Name of the refusal, or `OK`.
    pub code: String,
    /// What the operation answered.
    pub outcome: Value,
}

impl Done {
    fn of(answer: &TransactionStatus) -> Self {
        let code = match answer.status {
            Status::Committed => "OK".to_owned(),
            _ => answer.name.clone().unwrap(),
        };
        Self {
            id: Some(answer.id),
            place: (answer.height.unwrap(), answer.index.unwrap()),
            code,
            outcome: answer.outcome.clone().unwrap_or_default(),
        }
    }

    /// That it was executed.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, "OK", "{self:?}");
        self
    }

    /// The identifier.
    pub fn id(&self) -> Digest {
        self.id.unwrap()
    }

    /// A digest of the outcome.
    pub fn named(&self, name: &str) -> Digest {
        let text = self.outcome[name].as_str();
        text.unwrap_or_else(|| panic!("no {name}: {self:?}"))
            .parse()
            .unwrap()
    }
}

/// A certificate as its holder issued it.
pub struct Issued {
    /// Its identifier.
    pub certificate: Digest,
    /// Address of its material.
    pub material: Digest,
    /// Digest of what was signed.
    pub credential: Digest,
    /// Place in the status list.
    pub status: Value,
}

/// The network and those who work in it.
pub struct Town {
    /// The nodes.
    pub network: Network,
    /// Clerk of the home centre.
    pub clerk: Person,
    /// Loan officer of the other centre.
    pub loan: Person,
    /// His superior.
    pub chief: Person,
    /// Clerk of the bureau, who enrols.
    pub steward: Person,
    /// Auditor.
    pub auditor: Person,
    /// Mandate of the superior.
    pub chief_mandate: Digest,
}

impl Town {
    /// Founds and starts the network, enrols and appoints everybody, accredits both centres.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    /// The same at a time in milliseconds since 1970, by a clock that can be set.
    pub fn start_at(at: u64) -> (Self, Clock) {
        let (network, clock) = Network::found_at(&SEATS, at);
        (Self::settled_on(network), clock)
    }

    /// The same after the founded network was made ready for the test.
    pub fn start_with(ready: impl FnOnce(&Network)) -> Self {
        let network = Network::found_by(&SEATS);
        ready(&network);
        Self::settled_on(network)
    }

    fn settled_on(mut network: Network) -> Self {
        network.start_all();
        for at in [HOME, AWAY] {
            published(&network, at, "credential");
        }
        let commitments = root_secret(&network);
        let officer = |number: &str, at: usize| {
            let number = yinxin_identity::edge::citizen_number(number).unwrap();
            let algorithm = network.chain.algorithm();
            let commitment = yinxin_identity::edge::keyed_commitment(algorithm, &commitments, &number);
            enrol(&network, &commitment, at)
        };
        let (clerk, loan) = (
            officer("990101199205052018", HOME),
            officer("990201199512010139", AWAY),
        );
        let (chief, steward) = (
            officer("990201197911090245", AWAY),
            officer("990101197507072058", BUREAU),
        );
        let auditor = officer("990201198501011019", AUDIT);
        let mut mandates = Vec::new();
        for (person, scope) in [
            (&clerk, "sharing."),
            (&loan, "sharing."),
            (&chief, "sharing."),
            (&steward, "identity."),
            (&auditor, "evidence."),
        ] {
            let arguments = json!({
                "grade": 3, "holder": person.party, "kind": "post", "principal": principal(&network, person.at), "scope": [scope],
            });
            let granted = act(
                &network,
                person.at,
                &seal(&network, person.at),
                &[],
                "identity.grant",
                &arguments,
            );
            mandates.push(granted.ok().named("mandate"));
        }
        for at in [HOME, AWAY] {
            let arguments = json!({ "department": code(at), "types": [KIND] });
            act(
                &network,
                BUREAU,
                &seal(&network, BUREAU),
                &[],
                "identity.accredit",
                &arguments,
            )
            .ok();
        }
        network.agree();
        Self {
            network,
            clerk,
            loan,
            chief,
            steward,
            auditor,
            chief_mandate: mandates[2],
        }
    }

    /// The node of a person.
    pub fn node(&self, who: &Person) -> &Node {
        &self.network.nodes[who.at]
    }

    /// Waits until every node has recorded what the highest has.
    pub fn settle(&self) {
        let height = self.network.highest();
        for node in &self.network.nodes {
            node.wait_height(height);
        }
    }

    /// A request at the person's node, signed in; again where the session has ended with its node.
    pub fn call(&self, who: &Person, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.call_at(who.at, who, method, path, body)
    }

    /// The same with the text of a body that need not be JSON.
    pub fn call_text(&self, who: &Person, path: &str, body: &str) -> Answer {
        let session = self.sign_in(who.at, who);
        call(self.node(who), "POST", path, Some(&session), Some(body)).unwrap()
    }

    /// A request at any node, signed in there.
    pub fn call_at(&self, at: usize, who: &Person, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let node = &self.network.nodes[at];
        let text = body.map(Value::to_string);
        let known = who.session.borrow().clone().filter(|_| at == who.at);
        if let Some(session) = known {
            let answer = call(node, method, path, Some(&session), text.as_deref()).unwrap();
            if answer.status != 401 {
                return answer;
            }
        }
        let session = self.sign_in(at, who);
        if at == who.at {
            who.session.replace(Some(session.clone()));
        }
        call(node, method, path, Some(&session), text.as_deref()).unwrap()
    }

    fn sign_in(&self, at: usize, who: &Person) -> String {
        let node = &self.network.nodes[at];
        let post = |path: &str, body: Value| {
            call(node, "POST", path, None, Some(&body.to_string()))
                .unwrap_or_else(|| panic!("{}", node.log()))
        };
        let account = who.key.public_key();
        let challenge = post("/api/v1/session/challenge", json!({ "account": account })).ok();
        let statement = challenge["statement"].as_str().unwrap();
        let signature = KeyedSignature::by(&who.key, statement.as_bytes());
        let opened = post(
            "/api/v1/session",
            json!({ "challenge": challenge["challenge"], "signature": signature }),
        );
        opened.ok();
        let cookie = opened
            .head
            .lines()
            .find_map(|line| line.strip_prefix("set-cookie: "));
        let cookie = cookie.unwrap();
        assert!(
            cookie.contains("httponly") && cookie.contains("samesite=strict"),
            "{cookie}"
        );
        cookie.split(';').next().unwrap().to_owned()
    }

    /// An answer to a question at the person's node, or the name of the problem.
    pub fn ask(&self, who: &Person, question: &str, about: &Value) -> Result<Value, String> {
        self.ask_at(who.at, who, question, about)
    }

    /// The same at any node.
    pub fn ask_at(&self, at: usize, who: &Person, question: &str, about: &Value) -> Result<Value, String> {
        let body = json!({ "questions": [{ "about": about, "question": question }] });
        one_answer(&self.call_at(at, who, "POST", "/api/v1/ask", Some(&body)))
    }

    /// Signs, submits at the person's node and waits.
    pub fn act(&self, who: &Person, operation: &str, arguments: &Value) -> Done {
        self.done(self.send(who, operation, arguments))
    }

    /// Signs and submits.
    pub fn send(&self, who: &Person, operation: &str, arguments: &Value) -> Sent {
        send(&self.network, who.at, &who.key, &[], operation, arguments)
    }

    /// Signs, submits at any node and waits.
    pub fn act_at(&self, at: usize, who: &Person, operation: &str, arguments: &Value) -> Done {
        act(&self.network, at, &who.key, &[], operation, arguments)
    }

    /// A department acts with its seal alone.
    pub fn seal_acts(&self, at: usize, operation: &str, arguments: &Value) -> Done {
        act(
            &self.network,
            at,
            &seal(&self.network, at),
            &[],
            operation,
            arguments,
        )
    }

    /// Has his department's desk set its seal beside the officer's signature, and waits.
    pub fn act_sealed(&self, who: &Person, operation: &str, arguments: &Value) -> Done {
        self.done(self.send_sealed(who, operation, arguments))
    }

    /// The same without waiting.
    pub fn send_sealed(&self, who: &Person, operation: &str, arguments: &Value) -> Sent {
        let node = self.node(who);
        let until = wait_for("the time", PATIENCE, || load::valid_until(&self.network, node));
        let members = &self.network.genesis.members;
        let own = members.iter().find(|member| member.code.as_str() == code(who.at));
        let body = request(operation, arguments)
            .body(
                self.network.chain,
                until,
                who.key.public_key(),
                vec![own.unwrap().account],
                random_bytes().unwrap(),
            )
            .unwrap();
        let signature = KeyedSignature::by(&who.key, body.as_bytes());
        let body = json!({ "body": body, "signature": signature });
        let answer = self.call(who, "POST", "/api/v1/desk/seal", Some(&body));
        let id = match answer.code().as_str() {
            "OK" => Ok(answer.json()["id"].as_str().unwrap().parse().unwrap()),
            refused => Err(refused.to_owned()),
        };
        Sent { at: who.at, id }
    }

    /// Signs beside the seals of departments and submits at any node, whatever a desk would say to it.
    pub fn send_at(
        &self,
        at: usize,
        who: &Person,
        seals: &[usize],
        operation: &str,
        arguments: &Value,
    ) -> Sent {
        let seals: Vec<PrivateKey> = seals.iter().map(|at| seal(&self.network, *at)).collect();
        let seals: Vec<&PrivateKey> = seals.iter().collect();
        send(&self.network, at, &who.key, &seals, operation, arguments)
    }

    /// Waits for what was sent.
    pub fn done(&self, sent: Sent) -> Done {
        done(&self.network, sent)
    }

    /// Enrols a person through the desk of the bureau: the number is turned into a commitment there and forgotten.
    pub fn enrol(&self, number: &str, at: usize) -> Person {
        let (key, sent) = self.send_enrolment(number);
        self.enrolled(key, sent, at)
    }

    /// The same without waiting.
    pub fn send_enrolment(&self, number: &str) -> (PrivateKey, Sent) {
        let typed = json!({ "number": number });
        let answer = self
            .call(&self.steward, "POST", "/api/v1/desk/enrol", Some(&typed))
            .ok();
        let commitment = answer["commitment"].as_str().unwrap().parse().unwrap();
        send_enrolment(&self.network, &commitment)
    }

    /// Enrols an organisation through the bureau, with a new key as its seal.
    pub fn enrol_body(&self, code_of: &str, at: usize) -> Person {
        let key =
            PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &random_bytes::<32>().unwrap()).unwrap();
        let arguments = json!({
            "authority": code(BUREAU), "code": code_of, "key": key.public_key(), "kind": "organisation",
        });
        let bureau = seal(&self.network, BUREAU);
        let sent = send(
            &self.network,
            BUREAU,
            &bureau,
            &[&key],
            "identity.enrol",
            &arguments,
        );
        self.enrolled(key, sent, at)
    }

    /// Somebody whom the ledger does not know, with a new key; his party is nobody's.
    pub fn newcomer(&self, at: usize) -> Person {
        Person {
            key: PrivateKey::from_bytes(SignatureAlgorithm::Ed25519, &random_bytes::<32>().unwrap()).unwrap(),
            party: self.network.chain,
            at,
            session: RefCell::new(None),
        }
    }

    /// Waits for an enrolment.
    pub fn enrolled(&self, key: PrivateKey, sent: Sent, at: usize) -> Person {
        enrolled(&self.network, key, sent, at)
    }

    /// The clerk composes what a request asks for.
    pub fn compose(&self, request: &Digest, fields: &Map<String, Value>) -> Answer {
        let order = json!({ "fields": fields, "request": request });
        self.call(&self.clerk, "POST", "/api/v1/desk/certificates", Some(&order))
    }

    /// A certificate from the request to its issue.
    pub fn certificate(&self, person: &Person, fields: &Map<String, Value>) -> Issued {
        let asked = self
            .act(person, "sharing.request", &request_of_certificate())
            .ok();
        self.network.nodes[self.clerk.at].wait_height(asked.place.0);
        let request = asked.named("request");
        let composed = self.compose(&request, fields).ok();
        let issued = self.act_sealed(&self.clerk, "sharing.issue", &issue(&request, &composed));
        self.issued(&issued.ok(), &composed)
    }

    /// What a final issue made.
    pub fn issued(&self, issue: &Done, composed: &Value) -> Issued {
        let digest = |name: &str| composed[name].as_str().unwrap().parse().unwrap();
        Issued {
            certificate: issue.named("certificate"),
            material: digest("material"),
            credential: digest("credential"),
            status: composed["status"].clone(),
        }
    }

    /// The person lets the other centre look, so many times within 30 days.
    pub fn lease(
        &self,
        person: &Person,
        certificate: &Digest,
        case: &str,
        fields: &[&str],
        uses: u32,
    ) -> Digest {
        let arguments = self.lease_arguments(certificate, case, fields, uses);
        self.act(person, "sharing.lease", &arguments).ok().named("lease")
    }

    /// The arguments of such a lease.
    pub fn lease_arguments(&self, certificate: &Digest, case: &str, fields: &[&str], uses: u32) -> Value {
        let now = self.network.nodes[HOME].ask("status").unwrap()["time"]
            .as_u64()
            .unwrap();
        json!({
            "case": case, "certificate": certificate, "fields": fields, "grantee": code(AWAY), "purpose": "loan",
            "until": now + 30 * 86_400_000, "uses": uses,
        })
    }

    /// Every look of a department, oldest first, as the auditor finds it at a node.
    pub fn trail(&self, at: usize, source: &str) -> Vec<Value> {
        let mut found: Vec<Value> = Vec::new();
        let mut before = String::new();
        loop {
            let path = format!("/api/v1/access?source={source}&limit=100{before}");
            let page = self.call_at(at, &self.auditor, "GET", &path, None).ok();
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => before = format!("&before={next}"),
                None => break,
            }
        }
        found.reverse();
        found
    }
}

/// Arguments of a request at the home centre.
pub fn request_of_certificate() -> Value {
    json!({ "holder": code(HOME), "kind": KIND, "purpose": "loan" })
}

/// Arguments of an issue of what was composed.
pub fn issue(request: &Digest, composed: &Value) -> Value {
    json!({
        "credential": composed["credential"], "material": composed["material"], "request": request,
        "status": composed["status"], "until": composed["until"],
    })
}

/// Arguments of a look by the other centre.
pub fn look(lease: &Digest, case: &str, fields: &[&str], reader: &DecryptionKey) -> Value {
    json!({
        "case": case, "fields": fields, "for": code(AWAY), "lease": lease, "purpose": "loan",
        "reader": reader.encryption_key(),
    })
}

/// A key for one look.
pub fn reader() -> DecryptionKey {
    DecryptionKey::generate(EncryptionAlgorithm::X25519).unwrap()
}

/// Fetches at a node what a look releases.
pub fn fetch(node: &Node, look: &Digest) -> Answer {
    call(node, "GET", &format!("/api/v1/disclosures/{look}"), None, None).unwrap()
}

/// The content that an answer releases, opened by its reader: `{certificate, presentation, transaction}`.
pub fn open(
    reader: &DecryptionKey,
    look: &Digest,
    released: &Value,
) -> Result<Value, envelope::EnvelopeError> {
    let sealed = URL_SAFE_NO_PAD
        .decode(released["content"].as_str().unwrap())
        .unwrap();
    let plain = envelope::open(reader, RELEASE_INFO, look.to_string().as_bytes(), &sealed)?;
    Ok(serde_json::from_slice(&plain).unwrap())
}

/// The answer to the one question of a request, or the name of the problem.
pub fn one_answer(answer: &Answer) -> Result<Value, String> {
    match answer.code().as_str() {
        "OK" => {}
        refused => return Err(refused.to_owned()),
    }
    let answer = answer.json()["answers"][0].clone();
    match answer["problem"]["code"].as_str() {
        Some(refused) => Err(refused.to_owned()),
        None => Ok(answer["answer"].clone()),
    }
}

/// Asks an open question without a session.
pub fn ask_openly(node: &Node, question: &str, about: &Value) -> Result<Value, String> {
    let body = json!({ "questions": [{ "about": about, "question": question }] });
    one_answer(&call(node, "POST", "/api/v1/ask", None, Some(&body.to_string())).unwrap())
}

/// The newest key that a department published for a purpose; its desk publishes it by itself.
pub fn published(network: &Network, at: usize, purpose: &str) -> PublicKey {
    wait_for("a desk's key", PATIENCE, || {
        let about = json!({ "code": code(at), "purpose": purpose });
        let answer = ask_openly(&network.nodes[at], "identity.published", &about).ok()?;
        answer["keys"][0]["key"].as_str()?.parse().ok()
    })
}

fn principal(network: &Network, at: usize) -> Value {
    let about = json!({ "code": code(at), "purpose": "credential" });
    ask_openly(&network.nodes[at], "identity.published", &about).unwrap()["party"].clone()
}

/// A department's seal, from the folder of its node.
fn seal(network: &Network, at: usize) -> PrivateKey {
    opened(network, at, ACCOUNT_KEY_FILE)
}

fn root_secret(network: &Network) -> [u8; yinxin_identity::edge::SECRET_BYTES] {
    commitment_secret(&opened(network, BUREAU, DESK_KEY_FILE))
}

fn opened(network: &Network, at: usize, name: &str) -> PrivateKey {
    let folder = &network.nodes[at].folder;
    let passphrase = Passphrase::read(&folder.join(PASSPHRASE_FILE)).unwrap();
    let text = fs::read_to_string(folder.join(name)).unwrap();
    keyfile::open(&text, passphrase.as_str()).unwrap()
}

fn request(operation: &str, arguments: &Value) -> Request {
    Request {
        operation: operation.to_owned(),
        arguments: arguments.as_object().unwrap().clone(),
    }
}

fn send(
    network: &Network,
    at: usize,
    key: &PrivateKey,
    cosigners: &[&PrivateKey],
    operation: &str,
    arguments: &Value,
) -> Sent {
    let node = &network.nodes[at];
    let until = wait_for("the time", PATIENCE, || load::valid_until(network, node));
    let signed = request(operation, arguments).sign(network.chain, until, key, cosigners);
    let id = match node.client().submit(&signed.unwrap()) {
        Ok(submitted) => Ok(submitted.id),
        Err(HttpError::Problem(problem)) => Err(problem.code),
        Err(error) => panic!("{operation}: {error}\n{}", node.log()),
    };
    Sent { at, id }
}

fn done(network: &Network, sent: Sent) -> Done {
    let id = match sent.id {
        Ok(id) => id,
        Err(code) => {
            return Done {
                id: None,
                place: (0, 0),
                code,
                outcome: Value::Null,
            };
        }
    };
    Done::of(&network.nodes[sent.at].client().wait(&id, PATIENCE).unwrap())
}

fn act(
    network: &Network,
    at: usize,
    key: &PrivateKey,
    cosigners: &[&PrivateKey],
    operation: &str,
    arguments: &Value,
) -> Done {
    done(network, send(network, at, key, cosigners, operation, arguments))
}

fn enrol(network: &Network, commitment: &Digest, at: usize) -> Person {
    let (key, sent) = send_enrolment(network, commitment);
    enrolled(network, key, sent, at)
}

fn send_enrolment(network: &Network, commitment: &Digest) -> (PrivateKey, Sent) {
    let key = PrivateKey::generate(SignatureAlgorithm::Ed25519).unwrap();
    let arguments = json!({
        "authority": code(BUREAU), "commitment": commitment, "key": key.public_key(), "kind": "person",
    });
    let bureau = seal(network, BUREAU);
    let sent = send(network, BUREAU, &bureau, &[&key], "identity.enrol", &arguments);
    (key, sent)
}

fn enrolled(network: &Network, key: PrivateKey, sent: Sent, at: usize) -> Person {
    Person {
        party: done(network, sent).ok().named("party"),
        key,
        at,
        session: RefCell::new(None),
    }
}
