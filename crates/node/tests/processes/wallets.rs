//! Citizens' wallets from outside: a certificate taken into one, and one field of it shown to a department. "王小示 presents only {ageOver18};
//! verifier sees no birth date; access event names verifier + purpose" (story S1.2), and everything that is refused on the way.

use std::cell::Cell;
use std::fs;

use serde_json::{Value, json};
use yinxin_credential::openid4vp::AuthorizationRequest;
use yinxin_credential::sd_jwt::Claims;
use yinxin_credential::{
    ClaimPath, Credential, Error, Es256Key, Held, Jwk, Policy, Salts, SdJwt, Signer, Status, StatusReference,
    StatusToken,
};
use yinxin_crypto::{DecryptionKey, Digest, random_bytes};
use yinxin_node::config::CONFIG_FILE;

use crate::invented::{Draw, Invented};
use crate::town::{
    AUDIT, AWAY, Done, HOME, Issued, KIND, Person, Town, code, fetch, open, published, reader,
};
use crate::wallet::{Wallet, Web};

const CASE: &str = "CJ-2026-0001";
const HOME_ADDRESS: &str = "https://fund-a.example";
const AWAY_ADDRESS: &str = "https://fund-b.example:8443";
const TAKEN: [&str; 3] = ["age_over_18", "bal", "certinum"];

/// A town whose fund centres wallets reach.
fn town() -> (Town, Web) {
    let places = [(HOME_ADDRESS, HOME), (AWAY_ADDRESS, AWAY)];
    let town = Town::start_with(|network| {
        for (address, at) in places {
            network.nodes[at]
                .configure(|file| file.desk.as_mut().unwrap().wallets = Some(address.to_owned()));
        }
    });
    let web = places.map(|(address, at)| (address.to_owned(), town.network.nodes[at].http));
    (town, Web(web.to_vec()))
}

/// The time of the newest block: a test has no clock of its own.
fn now_s(town: &Town) -> u64 {
    let status = town.network.nodes[HOME].ask("status").unwrap();
    status["time"].as_u64().unwrap() / 1000
}

fn take(town: &Town, who: &Person, certificate: &Digest, secret: &str) -> Done {
    let offer = town.network.chain.algorithm().hash(&[secret.as_bytes()]);
    let arguments = json!({ "certificate": certificate, "fields": TAKEN, "offer": offer });
    town.act(who, "sharing.wallet_take", &arguments)
}

fn secret() -> String {
    let bytes: [u8; 32] = random_bytes().unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the person's page shows: the link and the code to be typed in.
fn offer(town: &Town, who: &Person, certificate: &Digest) -> (String, String) {
    let secret = secret();
    let taken = take(town, who, certificate, &secret).ok();
    assert_eq!(taken.outcome["access"]["purpose"], "wallet");
    let body = json!({ "code": secret, "take": taken.id() });
    let offered = town.call(who, "POST", "/api/v1/wallets/offers", Some(&body)).ok();
    let text = |name: &str| offered[name].as_str().unwrap().to_owned();
    (text("link"), text("tx_code"))
}

/// What the officer asked, as the wallet reads it, with the transaction and the key of the answer.
struct Asked {
    ask: Digest,
    link: String,
    request: AuthorizationRequest,
    reader: DecryptionKey,
}

fn ask(town: &Town, web: &Web, fields: &[&str]) -> Asked {
    let reader = reader();
    let arguments = json!({
        "case": CASE, "fields": fields, "for": code(AWAY), "kind": KIND, "purpose": "age-check",
        "reader": reader.encryption_key(),
    });
    let ask = town.act(&town.loan, "sharing.wallet_ask", &arguments).ok().id();
    let opened = town
        .call(
            &town.loan,
            "POST",
            "/api/v1/wallets/requests",
            Some(&json!({ "ask": ask })),
        )
        .ok();
    let link = opened["link"].as_str().unwrap().to_owned();
    let request = Wallet::read(web, &link, now_s(town)).request;
    Asked {
        ask,
        link,
        request,
        reader,
    }
}

fn stand(town: &Town, asked: &Asked) -> Value {
    let path = format!("/api/v1/wallets/requests/{}", asked.ask);
    town.call(&town.loan, "GET", &path, None).ok()
}

/// Posts an honest answer to a request and gives the error and the code.
fn show(town: &Town, web: &Web, wallet: &Wallet, asked: &Asked) -> (String, String) {
    let request = &asked.request;
    let token = wallet.answer(request, &request.client_id, &request.nonce, now_s(town));
    Wallet::post(web, request, &token).refusal()
}

fn certificate(town: &Town, who: &Person, somebody: &Invented) -> Issued {
    let issued = town.certificate(who, &somebody.fields());
    town.settle();
    issued
}

#[test]
fn a_wallet_from_outside_is_issued_a_certificate_and_shows_only_that_its_holder_is_of_age() {
    let (town, web) = town();
    let somebody = Invented::draw(&mut Draw::new(7));
    let wang = town.enrol(&somebody.number, HOME);
    let issued = certificate(&town, &wang, &somebody);

    let mut wallet = Wallet::new();
    let (link, tx_code) = offer(&town, &wang, &issued.certificate);
    wallet.collect(&web, &link, &tx_code, now_s(&town));
    let held = wallet.held[0].verified();
    assert_eq!(held.claims["age_over_18"], json!(true));
    assert_eq!(held.claims["certinum"], json!(somebody.number));
    assert_eq!(held.claims.len(), TAKEN.len(), "what was taken and nothing else");
    // The status list is where the credential says, for whoever may ask.
    let reference = held.status.clone().unwrap();
    let listed = |reference: &StatusReference| {
        let text = String::from_utf8(web.get(&reference.uri).body).unwrap();
        let key = published(&town.network, HOME, "credential");
        let key = Jwk::ed25519(key.as_bytes().try_into().unwrap()).unwrap();
        let now = now_s(&town);
        let token = StatusToken::verify(&text, &key, &reference.uri, now, now, 600).unwrap();
        token.status(reference).unwrap()
    };
    assert_eq!(listed(&reference), Status::Valid);

    let asked = ask(&town, &web, &["age_over_18"]);
    assert_eq!(stand(&town, &asked)["state"], "waiting");
    let path = format!("/api/v1/wallets/requests/{}", asked.ask);
    let chief = town.call(&town.chief, "GET", &path, None).code();
    assert_eq!(chief, "SESSION_FORBIDDEN", "another officer asked");
    assert_eq!(
        show(&town, &web, &wallet, &asked),
        ("OK".to_owned(), "OK".to_owned())
    );
    let stood = stand(&town, &asked);
    assert_eq!(stood["state"], "shown");
    let look: Digest = stood["look"].as_str().unwrap().parse().unwrap();

    // The event was final before this; it names who, for whom, what for, and which field.
    let node = town.node(&town.loan);
    let released = fetch(node, &look).ok();
    let event = node.ask(&format!("transactions/{look}")).unwrap()["outcome"]["access"].clone();
    assert_eq!(
        (&event["source"], &event["purpose"], &event["fields"]),
        (&json!(code(AWAY)), &json!("age-check"), &json!(["age_over_18"]))
    );
    assert_eq!(
        (&event["officer"], &event["subject"], &event["case"]),
        (&json!(town.loan.party), &json!(wang.party), &json!(CASE))
    );
    let content = open(&asked.reader, &look, &released).unwrap();
    assert!(open(&reader(), &look, &released).is_err(), "for its reader alone");
    let shown = SdJwt::parse(content["presentation"].as_str().unwrap()).unwrap();
    let names: Vec<Option<&str>> = shown.disclosures().iter().map(|one| one.name()).collect();
    assert_eq!(names, [Some("age_over_18")], "neither number nor birth date");
    assert!(!content.to_string().contains(&somebody.number[6..14]));
    assert!(shown.has_proof());

    town.settle();
    let usage = town.call(&wang, "GET", "/api/v1/usage", None).ok();
    let purposes: Vec<&Value> = usage["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["purpose"])
        .collect();
    assert_eq!(purposes, [&json!("age-check"), &json!("wallet")]);
    assert_eq!(usage["items"][0]["receiver_code"], code(AWAY));
    let trail = town.trail(AUDIT, code(AWAY));
    assert_eq!(trail.last().unwrap()["id"], json!(look));

    // The same answer again, and the same request.
    assert_eq!(show(&town, &web, &wallet, &asked).1, "WALLET_REQUEST");
    let object = asked.link.split("request_uri=").nth(1).unwrap();
    let object = object.replace("%3A", ":").replace("%2F", "/");
    assert_eq!(web.get(&object).refusal().1, "WALLET_REQUEST");

    // The telephone is lost.
    let copies = town
        .ask(
            &wang,
            "sharing.certificate",
            &json!({ "certificate": issued.certificate }),
        )
        .unwrap();
    let copy = copies["copies"][0]["copy"].clone();
    town.act(&wang, "sharing.wallet_end", &json!({ "copy": copy }))
        .ok();
    town.settle();
    assert_eq!(listed(&reference), Status::Invalid);
    let asked = ask(&town, &web, &["age_over_18"]);
    assert_eq!(show(&town, &web, &wallet, &asked).1, "WALLET_COPY_ENDED");
    let stood = stand(&town, &asked);
    assert_eq!(
        (&stood["state"], &stood["code"]),
        (&json!("refused"), &json!("WALLET_COPY_ENDED"))
    );
    let refused: Digest = stood["look"].as_str().unwrap().parse().unwrap();
    assert_eq!(fetch(node, &refused).code(), "RELEASE_NOTHING");
    let event = node.ask(&format!("transactions/{refused}")).unwrap()["outcome"]["access"].clone();
    assert_eq!(
        (&event["allowed"], &event["subject"]),
        (&json!(false), &json!(wang.party)),
        "the person sees what was refused"
    );

    // The certificate falls, and every copy with it.
    let (link, tx_code) = offer(&town, &wang, &issued.certificate);
    let mut second = Wallet::new();
    second.collect(&web, &link, &tx_code, now_s(&town));
    let change = json!({ "certificate": issued.certificate, "reason": "check" });
    town.act_sealed(&town.clerk, "sharing.revoke", &change).ok();
    town.settle();
    let asked = ask(&town, &web, &["age_over_18"]);
    assert_eq!(show(&town, &web, &second, &asked).1, "CRED_REVOKED");
    assert_eq!(
        take(&town, &wang, &issued.certificate, &secret()).code,
        "CRED_REVOKED"
    );
}

#[test]
fn what_does_not_hold_gets_neither_access_nor_a_credential() {
    let (town, web) = town();
    let somebody = Invented::draw(&mut Draw::new(8));
    let wang = town.enrol(&somebody.number, HOME);
    let issued = certificate(&town, &wang, &somebody);

    // Only whoever took it, only with the code the transaction names, only here.
    let code = secret();
    let taken = take(&town, &wang, &issued.certificate, &code).ok();
    let offers = |who: &Person, at: usize, code: &str| {
        let body = json!({ "code": code, "take": taken.id() });
        town.call_at(at, who, "POST", "/api/v1/wallets/offers", Some(&body))
            .code()
    };
    assert_eq!(offers(&town.clerk, HOME, &code), "SESSION_FORBIDDEN");
    assert_eq!(offers(&wang, HOME, &secret()), "RELEASE_NOTHING");
    assert_eq!(offers(&wang, HOME, "short"), "API_REQUEST");
    town.settle();
    assert_eq!(offers(&wang, AWAY, &code), "RELEASE_NOTHING");
    assert_eq!(offers(&wang, AUDIT, &code), "WALLET_CLOSED");

    let (link, tx_code) = offer(&town, &wang, &issued.certificate);
    let (offer_read, issuer) = Wallet::discover(&web, &link);
    let wrong = if tx_code == "000000" { "000001" } else { "000000" };
    let refusal = |typed: Option<&str>| Wallet::token(&web, &offer_read, &issuer, typed).refusal();
    let pair = |error: &str, code: &str| (error.to_owned(), code.to_owned());
    assert_eq!(refusal(None), pair("invalid_request", "WALLET_TX_CODE"));
    assert_eq!(refusal(Some(wrong)), pair("invalid_grant", "WALLET_TX_CODE"));
    let grant = web.form(&issuer.token_endpoint, &[("grant_type", "authorization_code")]);
    assert_eq!(grant.refusal(), pair("unsupported_grant_type", "API_REQUEST"));
    let access = Wallet::token(&web, &offer_read, &issuer, Some(&tx_code)).json();
    assert_eq!(
        refusal(Some(&tx_code)),
        pair("invalid_grant", "WALLET_CODE"),
        "used"
    );
    let token = access["access_token"].as_str().unwrap().to_owned();

    let mut wallet = Wallet::new();
    let now = now_s(&town);
    let nonce = Wallet::nonce(&web, &issuer);
    let asks = |token: &str, configuration: &str, proof: &str| {
        Wallet::credential(&web, &issuer, token, configuration, proof)
    };
    let here = &offer_read.issuer;
    let good = wallet.proof(here, &nonce, now);
    let elsewhere = wallet.proof("https://elsewhere.example", &nonce, now);
    assert_eq!(
        asks(&token, KIND, &elsewhere).refusal(),
        pair("invalid_proof", "CRED_BINDING")
    );
    let invented = wallet.proof(here, &"0".repeat(64), now);
    assert_eq!(
        asks(&token, KIND, &invented).refusal(),
        pair("invalid_nonce", "CRED_NONCE")
    );
    let old = wallet.proof(here, &nonce, now - 1_000);
    assert_eq!(
        asks(&token, KIND, &old).refusal(),
        pair("invalid_proof", "CRED_BINDING")
    );
    // Header and signature of one key, claims signed by another: the proof is by nobody.
    let other = Wallet::new().proof(here, &nonce, now);
    let part = |text: &str, at: usize| text.split('.').nth(at).unwrap().to_owned();
    let forged = format!("{}.{}.{}", part(&good, 0), part(&good, 1), part(&other, 2));
    assert_eq!(
        asks(&token, KIND, &forged).refusal(),
        pair("invalid_proof", "CRED_SIGNATURE")
    );
    assert_eq!(
        asks(&token, "diploma", &good).refusal(),
        pair("unknown_credential_configuration", "CRED_REQUEST")
    );
    let stranger = asks("0000", KIND, &good);
    assert_eq!(stranger.status, 401);
    assert_eq!(stranger.refusal(), pair("invalid_token", "WALLET_TOKEN"));
    let long = asks(&token, KIND, &"x".repeat(40 << 10));
    assert_eq!((long.status, long.refusal().1.as_str()), (413, "API_TOO_LARGE"));

    let given = asks(&token, KIND, &good);
    assert_eq!(
        given.refusal().1,
        "OK",
        "{}",
        String::from_utf8_lossy(&given.body)
    );
    wallet.keep(&web, &issuer, &given, now);
    assert_eq!(
        asks(&token, KIND, &good).refusal(),
        pair("invalid_token", "WALLET_TOKEN"),
        "spent"
    );
    // Another access, and the nonce that was used.
    let (link, tx_code) = offer(&town, &wang, &issued.certificate);
    let (offer_read, issuer) = Wallet::discover(&web, &link);
    let access = Wallet::token(&web, &offer_read, &issuer, Some(&tx_code)).json();
    let token = access["access_token"].as_str().unwrap();
    let reused = Wallet::credential(&web, &issuer, token, KIND, &good);
    assert_eq!(reused.refusal(), pair("invalid_nonce", "CRED_NONCE"));
    // What the ledger does not have anybody's word for is not on it.
    let record = town
        .ask(
            &wang,
            "sharing.certificate",
            &json!({ "certificate": issued.certificate }),
        )
        .unwrap();
    assert_eq!(record["copies"].as_array().unwrap().len(), 1);
}

/// A signer that says it is another key.
struct Pretending<'a> {
    claimed: Jwk,
    key: &'a Es256Key,
    asked: Cell<usize>,
}

impl Signer for Pretending<'_> {
    fn key(&self) -> Jwk {
        self.claimed
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], Error> {
        self.asked.set(self.asked.get() + 1);
        self.key.sign(message)
    }
}

/// A credential that looks like one of the home centre and is signed by somebody else.
fn forged(wallet: &Wallet, like: &Held, address: &str, kid: Option<&str>, now_s: u64) -> Held {
    let forger = Es256Key::random().unwrap();
    let status = like.verified().status.clone().unwrap();
    let uri = status.uri.replace(HOME_ADDRESS, address);
    let credential = Credential {
        vct: like.verified().vct.clone(),
        issuer: address.to_owned(),
        issued_s: now_s,
        not_before_s: None,
        expires_s: Some(now_s + 1_000),
        holder: Some(wallet.key.key()),
        status: Some(StatusReference { uri, ..status }),
        content: Claims {
            claims: json!({ "age_over_18": true }).as_object().unwrap().clone(),
            disclosable: vec![ClaimPath::top("age_over_18")],
            ..Claims::default()
        },
    };
    let text = credential
        .issue(kid, &forger, Salts::random().unwrap())
        .unwrap()
        .to_string();
    let key = forger.key();
    let issuers = |_: &str, _: Option<&str>| Some(key);
    let policy = Policy {
        issuers: &issuers,
        now_s,
        leeway_s: 60,
        binding: None,
    };
    Held::accept(&text, &policy).unwrap()
}

#[test]
fn what_is_not_proven_here_and_now_is_not_shown_to_anybody() {
    let (town, web) = town();
    let somebody = Invented::draw(&mut Draw::new(9));
    let wang = town.enrol(&somebody.number, HOME);
    let issued = certificate(&town, &wang, &somebody);
    let mut wallet = Wallet::new();
    let (link, tx_code) = offer(&town, &wang, &issued.certificate);
    wallet.collect(&web, &link, &tx_code, now_s(&town));
    let looks = town.trail(AUDIT, code(AWAY)).len();

    let asked = ask(&town, &web, &["age_over_18"]);
    let request = &asked.request;
    let (client, nonce, now) = (&request.client_id, &request.nonce, now_s(&town));
    let post = |token: &Value| Wallet::post(&web, request, token).refusal().1;
    assert_eq!(
        post(&wallet.answer(request, "https://elsewhere.example", nonce, now)),
        "CRED_BINDING"
    );
    assert_eq!(
        post(&wallet.answer(request, client, "another", now)),
        "CRED_NONCE"
    );
    assert_eq!(
        post(&wallet.answer(request, client, nonce, now - 1_000)),
        "CRED_BINDING"
    );
    let thief = Wallet::new();
    let pretending = Pretending {
        claimed: wallet.key.key(),
        key: &thief.key,
        asked: Cell::new(0),
    };
    assert_eq!(
        post(&wallet.answer_with(&pretending, request, client, nonce, now)),
        "CRED_SIGNATURE"
    );
    assert_eq!(pretending.asked.get(), 1);
    // Of an issuer nobody knows, with the keys of one whom everybody knows, and by a forger in the name of the centre.
    let kid = wallet.held[0].sd_jwt().header()["kid"]
        .as_str()
        .unwrap()
        .to_owned();
    for (address, kid, refused) in [
        (HOME_ADDRESS, None, "CRED_ISSUER"),
        (HOME_ADDRESS, Some("unknown"), "CRED_ISSUER"),
        (HOME_ADDRESS, Some(kid.as_str()), "CRED_ALGORITHM"),
    ] {
        let mut other = Wallet {
            key: Es256Key::random().unwrap(),
            held: Vec::new(),
        };
        other
            .held
            .push(forged(&other, &wallet.held[0], address, kid, now));
        assert_eq!(
            post(&other.answer(request, client, nonce, now)),
            refused,
            "{kid:?}"
        );
    }
    assert_eq!(post(&json!({})), "CRED_NO_MATCH");
    assert_eq!(
        post(&json!({ "certificate": ["x".repeat(65 << 10)] })),
        "CRED_TOO_LARGE"
    );
    let beyond = web.form(&request.response_uri, &[("vp_token", &"x".repeat(200 << 10))]);
    assert_eq!(
        (beyond.status, beyond.refusal().1.as_str()),
        (413, "API_TOO_LARGE")
    );
    let state = web.form(&request.response_uri, &[("vp_token", "{}"), ("state", "another")]);
    assert_eq!(state.refusal().1, "CRED_REQUEST");
    assert_eq!(
        town.trail(AUDIT, code(AWAY)).len(),
        looks,
        "whatever strangers post stays off the ledger"
    );

    // More than was asked for: nothing of it is used, and the attempt is on record.
    let asked = ask(&town, &web, &["age_over_18"]);
    let request = &asked.request;
    let more = wallet.held[0]
        .sd_jwt()
        .reveal(&[ClaimPath::top("age_over_18"), ClaimPath::top("bal")])
        .unwrap()
        .prove(&wallet.key, &request.client_id, &request.nonce, now_s(&town))
        .unwrap();
    let token = json!({ "certificate": [more.to_string()] });
    assert_eq!(Wallet::post(&web, request, &token).refusal().1, "WALLET_FIELD");
    let stood = stand(&town, &asked);
    let look: Digest = stood["look"].as_str().unwrap().parse().unwrap();
    assert_eq!(fetch(town.node(&town.loan), &look).code(), "RELEASE_NOTHING");
    town.settle();
    let trail = town.trail(AUDIT, code(AWAY));
    let last = &trail.last().unwrap()["outcome"]["access"];
    assert_eq!(
        (&last["allowed"], &last["fields"]),
        (&json!(false), &json!(["age_over_18", "bal"]))
    );

    // The holder declines.
    let asked = ask(&town, &web, &["bal"]);
    let declined = web.form(&asked.request.response_uri, &[("error", "access_denied")]);
    assert_eq!(declined.status, 200);
    assert_eq!(stand(&town, &asked)["state"], "declined");

    // Nothing of the person is in a log, nor in a ledger or an index of anybody.
    for node in &town.network.nodes {
        assert!(!node.log().contains(&somebody.number), "{}", node.name);
        let config = fs::read_to_string(node.folder.join(CONFIG_FILE)).unwrap();
        assert!(!config.contains(&somebody.number));
    }
}
