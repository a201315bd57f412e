//! Every endpoint of the OpenAPI document answers as it is described.

use serde_json::{Value, json};
use yinxin_types::transaction::KeyedSignature;

use crate::call::Api;
use crate::ledger::{Ledger, START, capture, digest, key};
use crate::{drawings, schema, session};

/// A chain with entries, a link, a challenge with its finding, a batch and a rejected transaction.
struct Story {
    api: Api,
    deposit: String,
    entry: String,
    rejected: String,
    /// What came of a timer in the same block as the rejected transaction.
    occurrence: String,
}

fn story() -> Story {
    let mut ledger = Ledger::new();
    let (deposit, entry) = ledger.deposit(1, "first file", capture());
    let (_, other) = ledger.deposit(2, "second file", json!({}));
    let names = json!({ "commitment": digest("first file"), "entry": entry });
    let mut link = names.clone();
    link["relation"] = json!("relates");
    link["target"] = json!(other);
    link["target_commitment"] = json!(digest("second file"));
    let link = ledger.verified(1, "evidence.link", link);
    ledger.single(link, 0, json!({ "repeat": false }));
    let mut challenge = names;
    challenge["grounds"] = json!("technical");
    challenge["statement"] = json!(digest("objection"));
    let challenge = ledger.verified(2, "evidence.challenge", challenge);
    let id = challenge.id();
    ledger.single(challenge, 0, json!({ "challenge": id }));
    let finding = json!({ "challenge": id, "finding": "dismissed", "statement": digest("finding") });
    let finding = ledger.verified(101, "evidence.resolve", finding);
    ledger.single(finding, 0, json!({ "entry": entry }));
    let refused = ledger.verified(
        3,
        "evidence.link",
        json!({ "commitment": digest("x"), "entry": digest("x") }),
    );
    let rejected = refused.id().to_string();
    ledger.fire("evidence", "case 1", 0, json!({ "deemed": true }));
    ledger.fire("evidence", "case 2", 4999, Value::Null);
    let height = ledger.single(refused, 4999, Value::Null).height;
    let occurred = ledger.index.occurrences(height).unwrap().value;
    Story {
        api: Api::new(ledger),
        deposit: deposit.to_string(),
        entry: entry.to_string(),
        rejected,
        occurrence: occurred[0].receipt.transaction.to_string(),
    }
}

const RISK: &str = include_str!("../../../../scenarios/approval/processes/licence-risk.dmn");

/// A check of one endpoint.
type Check = fn(&Story);

/// One check for each endpoint of the document; [`every_endpoint_of_the_description_is_tested`] fails when one is missing.
const CHECKS: &[(&str, Check)] = &[
    ("get /healthz", |story| {
        assert_eq!(story.api.get("/healthz").json(), json!({ "status": "ok" }))
    }),
    ("get /metrics", |story| {
        let answer = story.api.get("/metrics");
        assert_eq!(
            answer.header("content-type"),
            "text/plain; version=0.0.4; charset=utf-8"
        );
        assert!(answer.body.starts_with(b"# TYPE yinxin_height gauge"));
    }),
    ("get /api/openapi.json", |story| {
        assert_eq!(story.api.get("/api/openapi.json").json(), *schema::document())
    }),
    ("get /api/v1/status", |story| {
        let status = story.api.get("/api/v1/status").json();
        assert_eq!((&status["height"], &status["suite"]), (&json!(6), &json!("intl")));
        assert_eq!(status["validators"][0]["self"], true);
    }),
    ("get /api/v1/genesis", |story| {
        let genesis = story.api.get("/api/v1/genesis").json();
        assert_eq!(genesis, json!(story.api.node.ledger.lock().unwrap().genesis));
    }),
    ("get /api/v1/why", |story| {
        let why = story.api.get("/api/v1/why").json();
        assert_eq!((&why["state"], &why["quorum"]), (&json!("running"), &json!(3)));
        assert_eq!(why["validators"][3]["last_vote_view"], Value::Null);
    }),
    ("post /api/v1/transactions", |story| {
        let transaction = story
            .api
            .node
            .ledger
            .lock()
            .unwrap()
            .sign(9, "evidence.deposit", json!({}));
        let answer = story.api.post(
            "/api/v1/transactions",
            serde_json::to_vec(&transaction.to_envelope()).unwrap(),
        );
        assert_eq!(
            (answer.status, &answer.json()["status"]),
            (202, &json!("pending"))
        );
    }),
    ("post /api/v1/transactions/batch", |story| {
        let transaction = story
            .api
            .node
            .ledger
            .lock()
            .unwrap()
            .sign(9, "evidence.deposit", json!({}));
        let batch = serde_json::to_vec(&[transaction.to_envelope()]).unwrap();
        let answer = story.api.post("/api/v1/transactions/batch", batch);
        assert_eq!(
            (answer.status, &answer.json()["items"][0]["status"]),
            (200, &json!("pending"))
        );
    }),
    ("get /api/v1/transactions/{id}", |story| {
        let executed = story
            .api
            .get(&format!("/api/v1/transactions/{}", story.deposit))
            .json();
        assert_eq!(
            (&executed["status"], &executed["code"], &executed["height"]),
            (&json!("committed"), &json!(0), &json!(1))
        );
        assert_eq!(executed["outcome"]["entry"], story.entry);
        assert_eq!(executed["at_height"], 6);
        let rejected = story
            .api
            .get(&format!("/api/v1/transactions/{}", story.rejected))
            .json();
        assert_eq!(
            (&rejected["status"], &rejected["name"]),
            (&json!("rejected"), &json!("TEST_TAKEN"))
        );
        assert_eq!(
            rejected["messages"],
            json!({ "en": "Taken.", "zh-CN": "已被占用。" })
        );
        assert!(rejected.get("outcome").is_none());
        let unknown = story
            .api
            .get(&format!("/api/v1/transactions/{}", digest("never sent")))
            .json();
        assert_eq!(
            unknown,
            json!({ "id": digest("never sent"), "status": "unknown", "at_height": 6 })
        );
    }),
    ("get /api/v1/receipts/{id}", |story| {
        let file = story
            .api
            .get(&format!("/api/v1/receipts/{}", story.deposit))
            .json();
        assert_eq!(
            (&file["format"], &file["item"]),
            (&json!("yinxin-receipt/1"), &Value::Null)
        );
        let missing = story
            .api
            .get(&format!("/api/v1/receipts/{}", digest("never sent")));
        assert_eq!((missing.status, missing.code().as_str()), (404, "API_NOT_FOUND"));
    }),
    ("get /api/v1/blocks", |story| {
        let page = story.api.get("/api/v1/blocks?before=5&limit=2").json();
        assert_eq!(page["at_height"], 6);
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        assert_eq!(
            (&page["items"][0]["height"], &page["items"][1]["height"]),
            (&json!(4), &json!(3))
        );
        assert_eq!(
            story.api.get("/api/v1/blocks").json()["items"]
                .as_array()
                .unwrap()
                .len(),
            7
        );
    }),
    ("get /api/v1/blocks/{height}", |story| {
        let block = story.api.get("/api/v1/blocks/1").json();
        assert_eq!(block["transactions"][0]["operation"], "evidence.deposit");
        assert_eq!(block["certificate"]["block"], block["hash"]);
        assert_eq!(
            story.api.get("/api/v1/blocks/0").json()["certificate"],
            Value::Null
        );
        let last = story.api.get("/api/v1/blocks/6").json();
        assert_eq!(
            (&last["header"]["transactions"], &last["header"]["occurrences"]),
            (&json!(1), &json!(2))
        );
        assert_eq!(last["occurrences"][0]["id"], story.occurrence);
        assert_eq!(last["occurrences"][1]["code"], 4999);
        assert_eq!(story.api.get("/api/v1/blocks/7").code(), "API_NOT_FOUND");
    }),
    ("get /api/v1/occurrences", |story| {
        let get = |query: &str| story.api.get(&format!("/api/v1/occurrences?{query}"));
        let page = get("scenario=evidence&key=case%201").json();
        let items = page["items"].as_array().unwrap();
        assert_eq!(
            (items.len(), &page["next"], &page["at_height"]),
            (1, &Value::Null, &json!(6))
        );
        assert_eq!(items[0]["id"], story.occurrence);
        assert_eq!(items[0]["outcome"], json!({ "deemed": true }));
        assert_eq!(get("scenario=evidence&key=case%203").json()["items"], json!([]));
        assert_eq!(get("scenario=sharing&key=case%201").json()["items"], json!([]));
        assert_eq!(get("scenario=evidence").code(), "API_REQUEST");
    }),
    ("get /api/v1/occurrences/{id}", |story| {
        let get = |id: &str| story.api.get(&format!("/api/v1/occurrences/{id}"));
        let found = get(&story.occurrence).json();
        assert_eq!(
            (&found["scenario"], &found["key"], &found["code"]),
            (&json!("evidence"), &json!("case 1"), &json!(0))
        );
        assert_eq!((&found["height"], &found["index"]), (&json!(6), &json!(1)));
        assert_eq!(
            (&found["due"], &found["time"]),
            (&json!(START + 5_500), &json!(START + 6_000))
        );
        assert_eq!(
            get(&story.rejected).code(),
            "API_NOT_FOUND",
            "that is a transaction"
        );
        let of_the_other = story
            .api
            .get("/api/v1/occurrences?scenario=evidence&key=case%202");
        let refused = &of_the_other.json()["items"][0];
        assert_eq!(
            (&refused["code"], &refused["name"]),
            (&json!(4999), &json!("TEST_TAKEN"))
        );
        assert!(refused["messages"]["zh-CN"].is_string() && refused.get("outcome").is_none());
    }),
    ("get /api/v1/checkpoints/{from}/{to}", |story| {
        let proof = story.api.get("/api/v1/checkpoints/3/6").json();
        let header =
            |height: u64| story.api.get(&format!("/api/v1/blocks/{height}")).json()["header"].clone();
        assert_eq!(
            proof["from"],
            json!({ "size": 3, "root": header(3)["history_root"] })
        );
        assert_eq!(
            proof["to"],
            json!({ "size": 6, "root": header(6)["history_root"] })
        );
        assert_eq!(
            story.api.get("/api/v1/checkpoints/6/6").json()["proof"],
            json!([])
        );
        assert_eq!(story.api.get("/api/v1/checkpoints/3/7").code(), "API_NOT_FOUND");
        for refused in ["0/3", "4/3"] {
            assert_eq!(
                story.api.get(&format!("/api/v1/checkpoints/{refused}")).code(),
                "API_REQUEST"
            );
        }
    }),
    ("get /api/v1/evidence", |story| {
        let all = story.api.get("/api/v1/evidence?limit=1").json();
        assert_eq!(all["items"][0]["height"], 2);
        let next = story
            .api
            .get(&format!(
                "/api/v1/evidence?limit=1&before={}",
                all["next"].as_str().unwrap()
            ))
            .json();
        assert_eq!(next["items"][0]["entry"], story.entry);
        let by_hash = story
            .api
            .get(&format!(
                "/api/v1/evidence?commitment={}&kind=open",
                digest("first file")
            ))
            .json();
        assert_eq!(
            (&by_hash["items"][0]["entry"], &by_hash["next"]),
            (&json!(story.entry), &Value::Null)
        );
        let by_account = story
            .api
            .get(&format!(
                "/api/v1/evidence?account={}&kind=sealed",
                key(1).public_key()
            ))
            .json();
        assert_eq!(by_account["items"], json!([]));
    }),
    ("get /api/v1/evidence/{entry}", |story| {
        let entry = story.api.get(&format!("/api/v1/evidence/{}", story.entry)).json();
        assert_eq!(entry["first"]["entry"], story.entry);
        assert_eq!(entry["links"][0]["relation"], "relates");
        assert_eq!(entry["challenges"][0]["finding"], "dismissed");
        assert_eq!(
            story
                .api
                .get(&format!("/api/v1/evidence/{}", digest("none")))
                .code(),
            "API_NOT_FOUND"
        );
    }),
    ("get /api/v1/evidence/{entry}/report", |story| {
        let report = story
            .api
            .get(&format!("/api/v1/evidence/{}/report", story.entry))
            .json();
        assert_eq!(
            (
                &report["report"]["format"],
                &report["report"]["deposit"]["first_in_time"],
            ),
            (&json!("yinxin-report/1"), &json!(true))
        );
        assert_eq!(report["entry"]["challenges"][0]["grounds"], "technical");
        assert_eq!(
            story
                .api
                .get(&format!("/api/v1/evidence/{}/report", digest("none")))
                .code(),
            "API_NOT_FOUND"
        );
    }),
    ("post /api/v1/session/challenge", |story| {
        let body = json!({ "account": key(1).public_key() }).to_string();
        let answer = story.api.post("/api/v1/session/challenge", body);
        assert_eq!(
            (answer.status, &answer.json()["expires_ms"]),
            (200, &json!(120_000))
        );
    }),
    ("post /api/v1/session", |story| {
        assert_eq!(session::answer(&story.api, 1).status, 200);
    }),
    ("get /api/v1/session", |story| {
        let cookie = session::sign_in(&story.api, 1);
        let answer = story.api.get_with("/api/v1/session", &cookie).json();
        assert_eq!(
            (&answer["account"], &answer["posts"]),
            (&json!(key(1).public_key()), &json!([]))
        );
    }),
    ("get /api/v1/session/draft-key", |story| {
        let cookie = session::sign_in(&story.api, 1);
        let answer = story.api.get_with("/api/v1/session/draft-key", &cookie).json();
        assert_eq!(answer["account"], json!(key(1).public_key()));
        assert_eq!(hex::decode(answer["key"].as_str().unwrap()).unwrap().len(), 32);
    }),
    ("delete /api/v1/session", |story| {
        let answer = story.api.send("DELETE", "/api/v1/session", &[], Vec::new());
        assert_eq!((answer.status, answer.json()), (200, json!({})));
    }),
    ("post /api/v1/ask", |story| {
        let body = json!({ "questions": [{ "question": "evidence.open", "about": {} }] }).to_string();
        let answers = story.api.post("/api/v1/ask", body).json();
        assert_eq!(answers["answers"][0]["problem"]["code"], "TX_OPERATION");
    }),
    ("post /api/v1/processes/check", |story| {
        drawings::check(&story.api)
    }),
    ("post /api/v1/processes/try", |story| drawings::tried(&story.api)),
    ("post /api/v1/decisions/check", |story| {
        let address = "/api/v1/decisions/check";
        let body = json!({ "document": RISK }).to_string();
        assert_eq!(story.api.post(address, body.clone()).code(), "SESSION_NEEDED");
        let cookie = session::sign_in(&story.api, 1);
        let check = |body: String| story.api.post_with(address, &cookie, body);
        let verdict = check(body).json();
        assert_eq!(
            (&verdict["accepted"], &verdict["decisions"][0]["key"]),
            (&json!(true), &json!("licence-risk"))
        );
        assert_eq!(
            verdict["decisions"][0]["inputs"],
            json!([{ "name": "floor_area", "of": "number" }, { "name": "crowded", "of": "boolean" }])
        );
        // A cell that cannot be read is named by its own identifier, in both languages.
        let broken = RISK.replace("[0..300)", "[0..");
        let verdict = check(json!({ "document": broken }).to_string()).json();
        let finding = &verdict["findings"][0];
        assert_eq!(
            (&verdict["accepted"], &finding["code"], &finding["id"]),
            (&json!(false), &json!("DMN_EXPRESSION"), &json!("i4"))
        );
        let said = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        assert!(said("en").contains("is no expression of FEEL"), "{finding}");
        assert!(
            said("zh").contains("FEEL") && said("zh") != said("en"),
            "{finding}"
        );
        assert_eq!(check("{}".to_owned()).code(), "API_REQUEST");
    }),
    ("post /api/v1/decisions/try", |story| {
        let cookie = session::sign_in(&story.api, 1);
        let ask = |decision: &str, facts: Value| {
            let body = json!({ "document": RISK, "decision": decision, "facts": facts });
            story
                .api
                .post_with("/api/v1/decisions/try", &cookie, body.to_string())
        };
        let tried = ask("licence-risk", json!({ "crowded": false, "floor_area": "299.5" })).json();
        assert_eq!(
            (&tried["answered"], &tried["answer"], &tried["rules"][0]["id"]),
            (&json!(true), &json!("low"), &json!("small")),
            "{tried}"
        );
        // What is no number is said of its input, and nothing is answered.
        let tried = ask("licence-risk", json!({ "crowded": false, "floor_area": "wide" })).json();
        assert_eq!(
            (&tried["answered"], &tried["answer"], &tried["misread"]),
            (&json!(false), &Value::Null, &json!(["floor_area"])),
            "{tried}"
        );
        let tried = ask("licence-risk", json!({ "crowded": false, "floor_area": 0.5 })).json();
        assert_eq!(tried["misread"], json!(["floor_area"]), "{tried}");
        assert_eq!(
            ask("licence-risk", json!({ "colour": "red" })).code(),
            "API_REQUEST"
        );
        assert_eq!(ask("another", json!({})).code(), "API_REQUEST");
    }),
    ("get /api/v1/concerns", |story| {
        let answer = story.api.get("/api/v1/concerns?about=governance");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("get /api/v1/access", |story| {
        assert_eq!(
            story.api.get("/api/v1/access?source=self").code(),
            "SESSION_NEEDED"
        );
    }),
    ("get /api/v1/members", |story| {
        assert_eq!(
            story.api.get("/api/v1/members").json(),
            json!({ "height": 1, "members": [] })
        );
    }),
    ("get /api/v1/usage", |story| {
        assert_eq!(story.api.get("/api/v1/usage").code(), "SESSION_NEEDED");
    }),
    ("get /api/v1/usage/period", |story| {
        assert_eq!(
            story.api.get("/api/v1/usage/period").json(),
            json!({ "period_end": START + 6_000, "period_start": START })
        );
    }),
    ("get /api/v1/heartbeat", |story| {
        assert_eq!(
            story.api.get("/api/v1/heartbeat").json(),
            json!({ "height": 6, "time": START + 6_000, "version": "0.1.0" })
        );
    }),
    ("post /api/v1/desk/seal", |story| {
        let signature = KeyedSignature::by(&key(1), b"{}");
        let body = json!({ "body": "{}", "signature": signature }).to_string();
        assert_eq!(story.api.post("/api/v1/desk/seal", body).code(), "DESK_CLOSED");
    }),
    ("post /api/v1/desk/certificates", |story| {
        let answer = story.api.post("/api/v1/desk/certificates", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/licences/content", |story| {
        let answer = story.api.post("/api/v1/desk/licences/content", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/licences/credential", |story| {
        let answer = story.api.post("/api/v1/desk/licences/credential", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/enrol", |story| {
        let answer = story.api.post("/api/v1/desk/enrol", r#"{"number":""}"#);
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("get /api/v1/applications/terms", |story| {
        let answer = story.api.get("/api/v1/applications/terms?authority=none");
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "APPLICATION_AUTHORITY")
        );
    }),
    ("get /api/v1/applications", |story| {
        let answer = story.api.get("/api/v1/applications?authority=authority");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/applications", |story| {
        let application = crate::applications::application(9).to_string();
        assert_eq!(story.api.post("/api/v1/applications", application).status, 200);
    }),
    ("post /api/v1/applications/withdraw", |story| {
        let answer = story.api.post("/api/v1/applications/withdraw", "{}");
        assert_eq!(answer.code(), "API_REQUEST");
    }),
    ("get /api/v1/desk/applications", |story| {
        assert_eq!(
            story.api.get("/api/v1/desk/applications").code(),
            "SESSION_NEEDED"
        );
    }),
    ("post /api/v1/desk/applications/open", |story| {
        let answer = story.api.post("/api/v1/desk/applications/open", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/applications/confirm", |story| {
        let answer = story.api.post("/api/v1/desk/applications/confirm", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/applications/refuse", |story| {
        let answer = story.api.post("/api/v1/desk/applications/refuse", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/extracts", |story| {
        let answer = story.api.post("/api/v1/desk/extracts", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/materials", |story| {
        let answer = story.api.post("/api/v1/desk/materials", r#"{"sealed":"AA"}"#);
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/extracts/trace", |story| {
        let answer = story.api.post("/api/v1/desk/extracts/trace", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /api/v1/desk/extracts/examine", |story| {
        let answer = story.api.post("/api/v1/desk/extracts/examine", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("get /api/v1/disclosures/{transaction}", |story| {
        let answer = story.api.get(&format!("/api/v1/disclosures/{}", story.deposit));
        assert_eq!((answer.status, answer.code().as_str()), (404, "RELEASE_NOTHING"));
    }),
    ("get /api/v1/status-lists/{issuer}/{list}", |story| {
        let answer = story.api.get("/api/v1/status-lists/11990100000002081C/0");
        assert_eq!(answer.header("content-type"), "application/statuslist+jwt");
        assert_eq!(answer.body, b"a.b.c");
    }),
    ("get /api/v1/wallets", |story| {
        let answer = story.api.get("/api/v1/wallets");
        assert_eq!(answer.json(), json!({ "address": null }));
    }),
    ("get /.well-known/openid-credential-issuer", |story| {
        let answer = story.api.get("/.well-known/openid-credential-issuer");
        assert_eq!(answer.code(), "WALLET_CLOSED");
    }),
    ("get /.well-known/oauth-authorization-server", |story| {
        let answer = story.api.get("/.well-known/oauth-authorization-server");
        assert_eq!(answer.code(), "WALLET_CLOSED");
    }),
    ("get /.well-known/jwt-vc-issuer", |story| {
        assert_eq!(
            story.api.get("/.well-known/jwt-vc-issuer").code(),
            "WALLET_CLOSED"
        );
    }),
    ("get /.well-known/did.json", |story| {
        assert_eq!(story.api.get("/.well-known/did.json").code(), "WALLET_CLOSED");
    }),
    ("post /api/v1/wallets/offers", |story| {
        assert_eq!(
            story.api.post("/api/v1/wallets/offers", "{}").code(),
            "SESSION_NEEDED"
        );
    }),
    ("post /api/v1/wallets/requests", |story| {
        let answer = story.api.post("/api/v1/wallets/requests", "{}");
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("get /api/v1/wallets/requests/{ask}", |story| {
        let answer = story
            .api
            .get(&format!("/api/v1/wallets/requests/{}", story.deposit));
        assert_eq!(answer.code(), "SESSION_NEEDED");
    }),
    ("post /wallets/token", |story| {
        assert_eq!(story.api.post("/wallets/token", "{}").status, 415);
    }),
    ("post /wallets/nonce", |story| {
        assert_eq!(story.api.post("/wallets/nonce", "").status, 404);
    }),
    ("post /wallets/credential", |story| {
        assert_eq!(story.api.post("/wallets/credential", "{}").status, 401);
    }),
    ("get /wallets/requests/{id}", |story| {
        assert_eq!(story.api.get("/wallets/requests/one").status, 404);
    }),
    ("post /wallets/requests/{id}/response", |story| {
        assert_eq!(story.api.post("/wallets/requests/one/response", "{}").status, 415);
    }),
    ("get /wallets/status-lists/{issuer}/{list}", |story| {
        let answer = story.api.get("/wallets/status-lists/11990100000002081C/0");
        assert_eq!(answer.code(), "WALLET_CLOSED");
    }),
    ("get /api/v1/demo", |story| {
        assert_eq!(story.api.get("/api/v1/demo").code(), "API_NOT_FOUND");
    }),
    ("get /api/v1/events", |story| {
        assert_eq!(
            story.api.get("/api/v1/events").header("content-type"),
            "text/event-stream"
        );
    }),
];

#[test]
fn every_endpoint_answers_as_described() {
    let story = story();
    for (_, check) in CHECKS {
        check(&story);
    }
}

#[test]
fn every_endpoint_of_the_description_is_tested() {
    let mut tested: Vec<&str> = CHECKS.iter().map(|(endpoint, _)| *endpoint).collect();
    let mut described = schema::endpoints();
    tested.sort_unstable();
    described.sort_unstable();
    assert_eq!(
        tested, described,
        "add a check for each endpoint of the OpenAPI document to CHECKS"
    );
}

#[test]
fn the_committed_description_is_what_the_code_serves() {
    let committed = include_str!("../../../../docs/reference/openapi.json");
    assert!(
        committed == yinxin_api::document(),
        "run `cargo xtask openapi` and commit docs/reference/openapi.json"
    );
}

#[test]
fn the_description_refers_to_nothing_that_is_not_there() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    references(schema::document(), &mut found);
    for reference in found {
        let target = schema::document().pointer(reference.trim_start_matches('#'));
        // A name that `documents.json` does not describe would leave an empty schema behind, which allows anything.
        assert!(
            target.is_some_and(|schema| schema != &json!({ "type": "object" })),
            "{reference}"
        );
    }
}

#[test]
fn every_answer_drawn_from_the_index_states_its_height() {
    let story = story();
    let (deposit, entry) = (&story.deposit, &story.entry);
    for address in [
        format!("transactions/{deposit}"),
        "blocks".to_owned(),
        "blocks/1".to_owned(),
        "occurrences?scenario=evidence&key=case%201".to_owned(),
        format!("occurrences/{}", story.occurrence),
        "evidence".to_owned(),
        format!("evidence/{entry}"),
        format!("evidence/{entry}/report"),
    ] {
        assert_eq!(
            story.api.get(&format!("/api/v1/{address}")).json()["at_height"],
            6,
            "{address}"
        );
    }
}
