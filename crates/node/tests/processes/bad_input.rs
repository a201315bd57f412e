//! What a real node answers to requests that break a rule, and that they change nothing.

use serde_json::{Value, json};
use yinxin_crypto::{Digest, PrivateKey, random_bytes};
use yinxin_types::{BlockTime, Body, canonical};

use crate::load::{account, assert_kept, envelope, valid_until};
use crate::network::{Network, Node, PATIENCE, wait_for};

/// Posts a body and returns the status and the name of the code.
fn post(node: &Node, body: &[u8]) -> (u16, String) {
    let head = format!(
        "POST /api/v1/transactions HTTP/1.1\r\nhost: node\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let (status, answer) = node.raw(&[head.as_bytes(), body].concat());
    let problem: Value = serde_json::from_slice(&answer).unwrap_or(Value::Null);
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}

/// What is wrong, the body that is sent, and the documented status and code.
type Case = (&'static str, Vec<u8>, u16, &'static str);

/// The parts of a good deposit, to be spoiled.
struct Parts {
    body: Value,
    signers: Vec<PrivateKey>,
}

impl Parts {
    fn new(chain: Digest, valid_until: BlockTime) -> Self {
        let account = account();
        let salt: [u8; 16] = random_bytes().unwrap();
        let commitment: [u8; 32] = random_bytes().unwrap();
        let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let body = Body {
            account: account.public_key(),
            arguments: json!({
                "commitment": format!("sha256:{}", hexadecimal(&commitment)),
                "kind": "open",
                "media_type": "text/plain",
                "size": 7,
            })
            .as_object()
            .unwrap()
            .clone(),
            chain,
            operation: "evidence.deposit".to_owned(),
            cosigners: Vec::new(),
            salt: hexadecimal(&salt),
            valid_until,
        };
        Self {
            body: serde_json::to_value(&body).unwrap(),
            signers: vec![account],
        }
    }

    fn with(mut self, pointer: &str, value: Value) -> Self {
        *self.body.pointer_mut(pointer).unwrap() = value;
        self
    }

    /// The envelope over the canonical bytes of the body.
    fn sealed(&self) -> Vec<u8> {
        self.sealed_over(&String::from_utf8(canonical::value_to_bytes(&self.body).unwrap()).unwrap())
    }

    /// The envelope over a text, correctly signed.
    fn sealed_over(&self, body: &str) -> Vec<u8> {
        let signatures: Vec<Value> = self
            .signers
            .iter()
            .map(|key| json!({ "key": key.public_key(), "signature": key.sign(body.as_bytes()) }))
            .collect();
        serde_json::to_vec(&json!({ "body": body, "signatures": signatures })).unwrap()
    }
}

#[test]
fn every_broken_submission_gets_its_documented_code_and_changes_nothing() {
    let network = Network::start();
    let node = &network.nodes[0];
    let (chain, window) = (network.chain, network.genesis.limits.window_ms);
    let until = wait_for("the time", PATIENCE, || valid_until(&network, node));
    let good = || Parts::new(chain, until);
    let text = |parts: &Parts| String::from_utf8(canonical::value_to_bytes(&parts.body).unwrap()).unwrap();

    let mut cases: Vec<Case> = vec![
        ("not JSON", b"{\"body\":".to_vec(), 400, "TX_MALFORMED"),
        ("not UTF-8", vec![0xff; 100], 400, "TX_MALFORMED"),
        ("nothing", Vec::new(), 400, "TX_MALFORMED"),
        ("another document", b"{\"hello\":1}".to_vec(), 400, "TX_MALFORMED"),
        (
            "deeply nested",
            [vec![b'['; 50_000], vec![b']'; 50_000]].concat(),
            400,
            "TX_MALFORMED",
        ),
        ("a huge body", vec![b' '; 2_000_000], 413, "API_TOO_LARGE"),
        (
            "another chain",
            good()
                .with("/chain", json!(format!("sha256:{}", "0".repeat(64))))
                .sealed(),
            400,
            "TX_WRONG_CHAIN",
        ),
        (
            "expired",
            good().with("/valid_until", json!(until.0 - window)).sealed(),
            400,
            "TX_EXPIRED",
        ),
        (
            "far in the future",
            good().with("/valid_until", json!(until.0 + 2 * window)).sealed(),
            400,
            "TX_WINDOW",
        ),
        (
            "unknown operation",
            good().with("/operation", json!("evidence.erase")).sealed(),
            400,
            "TX_OPERATION",
        ),
        (
            "missing argument",
            good().with("/arguments", json!({ "kind": "open" })).sealed(),
            400,
            "TX_ARGUMENTS",
        ),
        (
            "too large a file",
            good().with("/arguments/size", json!((1_u64 << 50) + 1)).sealed(),
            400,
            "EVID_SIZE",
        ),
        (
            "over-long field",
            good()
                .with("/arguments/media_type", json!("a".repeat(200)))
                .sealed(),
            400,
            "EVID_FIELD",
        ),
        (
            "control character",
            good().with("/arguments/media_type", json!("a\nb")).sealed(),
            400,
            "EVID_FIELD",
        ),
        (
            "an algorithm that is not accepted",
            good().with("/arguments/commitment", json!("md5:00")).sealed(),
            400,
            "EVID_ALG_UNSUPPORTED",
        ),
    ];
    let parts = good();
    let doubled = text(&parts).replacen("\"chain\":", &format!("\"chain\":\"{chain}\",\"chain\":"), 1);
    cases.push((
        "a name twice",
        parts.sealed_over(&doubled),
        400,
        "TX_NOT_CANONICAL",
    ));
    cases.push((
        "white space",
        parts.sealed_over(&text(&parts).replacen(':', ": ", 1)),
        400,
        "TX_NOT_CANONICAL",
    ));
    let nested = format!("{{\"account\":{}1{}}}", "[".repeat(40), "]".repeat(40));
    cases.push(("nested body", parts.sealed_over(&nested), 400, "TX_NOT_CANONICAL"));
    let mut extra = good();
    extra.body["zeal"] = json!(1);
    cases.push(("an extra member", extra.sealed(), 400, "TX_BODY"));
    let mut lacking = good();
    lacking.body.as_object_mut().unwrap().remove("salt");
    cases.push(("a missing member", lacking.sealed(), 400, "TX_BODY"));
    let large = good().with("/arguments/media_type", json!("a".repeat((512 << 10) + 1)));
    cases.push(("a large body", large.sealed(), 413, "TX_TOO_LARGE"));
    let mut unsigned = good();
    unsigned.signers.clear();
    cases.push(("no signature", unsigned.sealed(), 400, "TX_SIGNERS"));
    let mut stranger = good();
    stranger.signers = vec![account()];
    cases.push(("signed by another", stranger.sealed(), 400, "TX_SIGNERS"));
    let mut many = good();
    many.signers.extend((0..8).map(|_| account()));
    cases.push(("nine signatures", many.sealed(), 400, "TX_SIGNERS"));
    let mut forged: Value = serde_json::from_slice(&good().sealed()).unwrap();
    let honest = good();
    forged["body"] = json!(text(&honest));
    forged["signatures"][0]["key"] = json!(honest.signers[0].public_key());
    cases.push((
        "a signature over something else",
        serde_json::to_vec(&forged).unwrap(),
        400,
        "TX_SIGNATURE",
    ));

    let mut wrong = Vec::new();
    for (what, body, status, code) in &cases {
        let answer = post(node, body);
        if answer != (*status, (*code).to_owned()) {
            wrong.push(format!("{what}: {answer:?} instead of {status} {code}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    // A good one still goes through, once, however often it is sent.
    let envelope = envelope(chain, &account(), until);
    let id = node.client().submit(&envelope).unwrap().id;
    let committed = node.client().wait(&id, PATIENCE).unwrap();
    let again = post(node, &serde_json::to_vec(&envelope).unwrap());
    assert!(matches!(again.0, 200 | 202), "{again:?}");
    let height = network.agree();
    assert!(height >= committed.height.unwrap());
    // Beside it stand only the keys that each department's desk publishes when its node starts.
    let count = |height| {
        let block = node.ask(&format!("blocks/{height}")).unwrap();
        let transactions = block["transactions"].as_array().unwrap().clone();
        let others = transactions
            .iter()
            .filter(|one| one["operation"] != "identity.publish");
        others.count()
    };
    assert_eq!(
        (1..=height).map(count).sum::<usize>(),
        1,
        "nothing else was ever executed"
    );
    assert_eq!(node.ask("status").unwrap()["mempool"]["transactions"], 0);
    assert_kept(&network, &[]);
}
