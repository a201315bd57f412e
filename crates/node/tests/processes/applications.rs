//! Enrolment from home on a network of real processes: an application goes from any node to the authority's, waits there sealed, and becomes an
//! enrolment by the officer who was told the check code. And what hostile applicants and a hostile node try.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use yinxin_crypto::{Digest, EncryptionKey, envelope};
use yinxin_identity::consent_statement;
use yinxin_types::transaction::KeyedSignature;
use yinxin_types::{BlockTime, canonical};

use crate::network::{PATIENCE, wait_for};
use crate::town::{AUDIT, AWAY, BUREAU, HOME, Person, Town, call, code};

const NUMBER: &str = "990101199003150015";
const NAME: &str = "王小示";

/// What a browser makes and sends.
struct Applied {
    request: Value,
    id: Digest,
    statement: Vec<u8>,
}

impl Applied {
    /// The code that the applicant's device shows.
    fn code(&self, town: &Town) -> String {
        let algorithm = town.network.chain.algorithm();
        let digest = algorithm.hash_tagged("yinxin/application/code/1", &[&self.statement]);
        let first = u64::from_be_bytes(*digest.bytes().first_chunk::<8>().unwrap());
        format!("{:08}", first % 100_000_000)
    }
}

fn now(town: &Town, at: usize) -> u64 {
    town.network.nodes[at].ask("status").unwrap()["time"]
        .as_u64()
        .unwrap()
}

fn terms(town: &Town, at: usize) -> Value {
    let address = format!("/api/v1/applications/terms?authority={}", code(BUREAU));
    wait_for("the terms of the authority", PATIENCE, || {
        let answer = call(&town.network.nodes[at], "GET", &address, None, None)?;
        (answer.code() == "OK").then(|| answer.json())
    })
}

/// An application of a key that says so, sealed as if by `sealed_for`.
fn made(town: &Town, person: &Person, sealed_for: &str, facts: &Value, until: u64) -> Applied {
    let key: EncryptionKey = terms(town, person.at)["key"].as_str().unwrap().parse().unwrap();
    let plain = facts.to_string();
    let sealed = envelope::seal(
        &key,
        b"yinxin/application/1",
        sealed_for.as_bytes(),
        plain.as_bytes(),
    );
    let sealed = sealed.unwrap();
    let (chain, account) = (town.network.chain, person.key.public_key());
    let id = chain.algorithm().hash(&[&sealed]);
    let statement = consent_statement(&chain, code(BUREAU), &account, &id, BlockTime(until)).unwrap();
    let request = json!({
        "account": account, "authority": code(BUREAU), "sealed": URL_SAFE_NO_PAD.encode(&sealed),
        "signature": KeyedSignature::by(&person.key, &statement), "until": until,
    });
    Applied {
        request,
        id,
        statement,
    }
}

fn good(town: &Town, person: &Person, days: u64) -> Applied {
    let facts = json!({ "name": NAME, "number": NUMBER });
    let account = person.key.public_key().to_string();
    made(
        town,
        person,
        &account,
        &facts,
        now(town, person.at) + days * 86_400_000,
    )
}

fn send(town: &Town, at: usize, request: &Value) -> (String, Value) {
    let node = &town.network.nodes[at];
    let answer = call(
        node,
        "POST",
        "/api/v1/applications",
        None,
        Some(&request.to_string()),
    )
    .unwrap();
    (answer.code(), answer.json())
}

fn standing(town: &Town, person: &Person) -> Value {
    let address = format!("/api/v1/applications?authority={}", code(BUREAU));
    town.call(person, "GET", &address, None).ok()
}

fn desk(town: &Town, officer: &Person, what: &str, body: &Value) -> (String, Value) {
    let address = format!("/api/v1/desk/applications/{what}");
    let answer = town.call_at(BUREAU, officer, "POST", &address, Some(body));
    (answer.code(), answer.json())
}

fn holds(path: &Path, text: &str) -> bool {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        return entries
            .into_iter()
            .any(|entry| holds(&entry.unwrap().path(), text));
    }
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn an_application_waits_sealed_at_its_authority_until_its_own_code_confirms_it() {
    let mut town = Town::start();
    let person = town.newcomer(AWAY);
    // Nothing is there before, and the audit office enrols nobody.
    assert_eq!(standing(&town, &person)["application"], Value::Null);
    let elsewhere = format!("/api/v1/applications/terms?authority={}", code(AUDIT));
    let answer = call(&town.network.nodes[AWAY], "GET", &elsewhere, None, None).unwrap();
    assert_eq!(answer.code(), "APPLICATION_AUTHORITY");
    let applied = good(&town, &person, 14);
    let (sent, kept) = send(&town, AWAY, &applied.request);
    assert_eq!((sent.as_str(), &kept["state"]), ("OK", &json!("waiting")));
    assert_eq!(standing(&town, &person)["application"], json!(applied.id));
    // The same again changes nothing.
    assert_eq!(send(&town, HOME, &applied.request), ("OK".to_owned(), kept));

    // It survives the node being killed, and lies sealed.
    town.network.nodes[BUREAU].kill();
    assert!(!holds(&town.network.nodes[BUREAU].folder, NUMBER));
    town.network.nodes[BUREAU].start();
    town.settle();
    terms(&town, AWAY);
    assert_eq!(standing(&town, &person)["state"], "waiting");

    // Only an officer who may enrol sees the queue; the code opens the way, and nothing else does.
    for officer in [&town.clerk, &town.auditor, &person] {
        let answer = town.call_at(BUREAU, officer, "GET", "/api/v1/desk/applications", None);
        assert!(answer.code().starts_with("AUTH_"), "{}", answer.code());
        let (refused, _) = desk(&town, officer, "open", &json!({ "application": applied.id }));
        assert!(refused.starts_with("AUTH_"), "{refused}");
    }
    let queue = town
        .call(&town.steward, "GET", "/api/v1/desk/applications", None)
        .ok();
    assert_eq!(queue["items"].as_array().unwrap().len(), 1);
    assert!(!queue.to_string().contains(NUMBER));
    let (opened, facts) = desk(
        &town,
        &town.steward,
        "open",
        &json!({ "application": applied.id }),
    );
    assert_eq!(
        (opened.as_str(), &facts["facts"]["number"]),
        ("OK", &json!(NUMBER))
    );
    let confirm = |code: &str| {
        let body = json!({ "application": applied.id, "code": code });
        desk(&town, &town.steward, "confirm", &body)
    };
    assert_eq!(confirm("00000000").0, "APPLICATION_CODE");
    let (confirmed, arguments) = confirm(&applied.code(&town));
    assert_eq!(confirmed, "OK");
    assert!(!arguments.to_string().contains(NUMBER));
    let enrolled = town.act_sealed(&town.steward, "identity.enrol", &arguments).ok();
    town.settle();

    // The person acts with the key from then on, and the application is gone with all it held.
    let session = town.call(&person, "GET", "/api/v1/session", None).ok();
    assert_eq!(session["party"], json!(enrolled.named("party")));
    let queue = town
        .call(&town.steward, "GET", "/api/v1/desk/applications", None)
        .ok();
    assert_eq!(queue["items"], json!([]));
    assert_eq!(standing(&town, &person)["application"], Value::Null);
    assert_eq!(send(&town, AWAY, &applied.request).0, "APPLICATION_STALE");
    for node in &mut town.network.nodes {
        node.kill();
        assert!(!holds(&node.folder, NUMBER), "{}", node.name);
        assert!(
            !node.log().contains(NUMBER) && !node.log().contains(NAME),
            "{}",
            node.name
        );
    }
}

#[test]
fn hostile_applications_are_refused_and_a_refused_one_never_comes_back() {
    let town = Town::start();
    let (person, thief) = (town.newcomer(HOME), town.newcomer(HOME));
    let applied = good(&town, &person, 10);
    let with = |name: &str, value: Value| {
        let mut request = applied.request.clone();
        request[name] = value;
        send(&town, HOME, &request).0
    };
    let now = now(&town, HOME);
    let thiefs = thief.key.public_key();
    let own = |facts: &Value, until: u64| made(&town, &thief, &thiefs.to_string(), facts, until).request;
    let facts = json!({ "name": NAME, "number": NUMBER });
    // Somebody else's key, by name or by signature; another term than was signed; another department.
    assert_eq!(with("account", json!(thiefs)), "APPLICATION_SIGNATURE");
    let forged = KeyedSignature::by(&thief.key, &applied.statement);
    assert_eq!(with("signature", json!(forged)), "APPLICATION_SIGNATURE");
    assert_eq!(
        with("until", json!(now + 5 * 86_400_000)),
        "APPLICATION_SIGNATURE"
    );
    assert_eq!(with("authority", json!(code(AUDIT))), "APPLICATION_AUTHORITY");
    assert_eq!(with("authority", json!("nobody")), "APPLICATION_AUTHORITY");
    assert_eq!(with("sealed", json!("A".repeat(5000))), "API_TOO_LARGE");
    assert_eq!(with("sealed", json!("not base64!")), "API_REQUEST");
    // The sealed facts of another application do not open under this key, and what opens must be a name and a number.
    let copied = made(
        &town,
        &thief,
        &person.key.public_key().to_string(),
        &facts,
        now + 86_400_000,
    );
    assert_eq!(send(&town, HOME, &copied.request).0, "APPLICATION_FACTS");
    for wrong in [
        json!({ "name": NAME, "number": "990101199003150014" }),
        json!({ "name": " ", "number": NUMBER }),
        json!({ "name": "名".repeat(67), "number": NUMBER }),
        json!({ "name": NAME, "number": NUMBER, "phone": "13800000000" }),
        json!([]),
    ] {
        assert_eq!(
            send(&town, HOME, &own(&wrong, now + 86_400_000)).0,
            "APPLICATION_FACTS"
        );
    }
    for until in [now, now + 40 * 86_400_000] {
        assert_eq!(send(&town, HOME, &own(&facts, until)).0, "APPLICATION_TERM");
    }
    // A key that is somebody's already.
    let clerk = good(&town, &town.clerk, 10);
    assert_eq!(send(&town, HOME, &clerk.request).0, "APPLICATION_STALE");

    // Refused with a reason, the sealed facts are gone, and neither it nor an older one comes back.
    assert_eq!(send(&town, HOME, &applied.request).0, "OK");
    let older = good(&town, &person, 9);
    assert_eq!(send(&town, HOME, &older.request).0, "APPLICATION_STALE");
    let of = json!({ "application": applied.id, "reason": "document" });
    let mut wrong = of.clone();
    wrong["reason"] = json!("I do not like him");
    assert_eq!(desk(&town, &town.steward, "refuse", &wrong).0, "API_REQUEST");
    assert_eq!(desk(&town, &town.steward, "refuse", &of).0, "OK");
    assert_eq!(send(&town, HOME, &applied.request).1["state"], "refused");
    assert_eq!(standing(&town, &person)["reason"], "document");
    for what in ["open", "confirm"] {
        let body = match what {
            "open" => json!({ "application": applied.id }),
            _ => json!({ "application": applied.id, "code": applied.code(&town) }),
        };
        assert_eq!(desk(&town, &town.steward, what, &body).0, "APPLICATION_UNKNOWN");
    }
    let sealed = applied.request["sealed"].as_str().unwrap();
    assert!(!holds(&town.network.nodes[BUREAU].folder, sealed));

    // A newer one replaces it, and only its own key takes it back.
    let newer = good(&town, &person, 11);
    assert_eq!(send(&town, HOME, &newer.request).1["state"], "waiting");
    let withdraw = |by: &Person, purpose: &str| {
        let statement = json!({
            "account": by.key.public_key(), "application": newer.id, "authority": code(BUREAU),
            "chain": town.network.chain, "purpose": purpose,
        });
        let signature = KeyedSignature::by(&by.key, &canonical::to_bytes(&statement).unwrap());
        let body = json!({ "application": newer.id, "authority": code(BUREAU), "signature": signature });
        let node = &town.network.nodes[HOME];
        let text = body.to_string();
        call(node, "POST", "/api/v1/applications/withdraw", None, Some(&text))
            .unwrap()
            .code()
    };
    assert_eq!(withdraw(&thief, "yinxin/withdraw/1"), "APPLICATION_UNKNOWN");
    assert_eq!(withdraw(&person, "yinxin/enrol/1"), "APPLICATION_SIGNATURE");
    assert_eq!(withdraw(&person, "yinxin/withdraw/1"), "OK");
    assert_eq!(standing(&town, &person)["application"], Value::Null);
}

#[test]
fn one_client_address_applies_thirty_times_and_others_still_do() {
    let town = Town::start();
    for _ in 0..30 {
        let applied = good(&town, &town.newcomer(HOME), 10);
        assert_eq!(send(&town, HOME, &applied.request).0, "OK");
    }
    let more = good(&town, &town.newcomer(HOME), 10);
    assert_eq!(send(&town, HOME, &more.request).0, "API_RATE");
    let queue = town
        .call(&town.steward, "GET", "/api/v1/desk/applications", None)
        .ok();
    let waiting = queue["items"].as_array().unwrap().len();
    assert_eq!((waiting, &queue["most"]), (30, &json!(512)));
    // At another department's counter people still apply.
    let other = town.newcomer(AWAY);
    let applied = good(&town, &other, 10);
    assert_eq!(send(&town, AWAY, &applied.request).0, "OK");
}
