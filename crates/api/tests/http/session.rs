//! Signing in and out: what a signature opens, and what closes it.

use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use serde_json::{Value, json};
use yinxin_api::HttpLimits;
use yinxin_crypto::PublicKey;
use yinxin_types::authenticator::Authenticator;
use yinxin_types::canonical;
use yinxin_types::transaction::KeyedSignature;

use crate::call::{Answer, Api};
use crate::ledger::{Ledger, digest, key};
use crate::node::TestNode;
use crate::world;

const CHALLENGE: &str = "/api/v1/session/challenge";
const SESSION: &str = "/api/v1/session";
const DRAFT_KEY: &str = "/api/v1/session/draft-key";
const MINUTE: u64 = 60_000;

fn api() -> Api {
    world::api(world::granted())
}

/// A challenge for an account, with the statement to be signed.
fn challenge_of(api: &Api, account: &PublicKey) -> (String, String) {
    let answer = api
        .post(CHALLENGE, json!({ "account": account }).to_string())
        .json();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    (text("challenge"), text("statement"))
}

fn challenge(api: &Api, by: u8) -> (String, String) {
    challenge_of(api, &key(by).public_key())
}

fn attempt(challenge: &str, signature: &KeyedSignature) -> String {
    json!({ "challenge": challenge, "signature": signature }).to_string()
}

fn signed(by: u8, (challenge, statement): &(String, String)) -> String {
    attempt(challenge, &KeyedSignature::by(&key(by), statement.as_bytes()))
}

/// Signs in with the key that has this seed.
pub fn answer(api: &Api, by: u8) -> Answer {
    let challenge = challenge(api, by);
    api.post(SESSION, signed(by, &challenge))
}

/// The name and the value of the cookie that an answer sets.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

/// The cookie of a new session.
pub fn sign_in(api: &Api, by: u8) -> String {
    let answer = answer(api, by);
    assert_eq!(answer.status, 200);
    cookie(&answer)
}

fn is_open(api: &Api, cookie: &str) -> bool {
    let answer = api.get_with(SESSION, cookie);
    answer.status == 200 || {
        assert_eq!((answer.status, answer.code().as_str()), (401, "SESSION_NEEDED"));
        false
    }
}

fn pass(api: &Api, ms: u64) {
    api.node.now.fetch_add(ms, Ordering::SeqCst);
}

#[test]
fn a_signed_challenge_opens_a_session_whose_cookie_is_for_the_interface_alone() {
    let api = api();
    let opened = answer(&api, world::CLERK);
    let cookie = cookie(&opened);
    let (name, secret) = cookie.split_once('=').unwrap();
    let validator = api.node.ledger.lock().unwrap().genesis.members[0].validator;
    assert_eq!(
        name,
        format!("yinxin_{}", hex::encode(&validator.as_bytes()[..4]))
    );
    assert_eq!((secret.len(), hex::decode(secret).is_ok()), (64, true));
    assert_eq!(
        opened.header("set-cookie"),
        format!("{cookie}; Path=/api; HttpOnly; SameSite=Strict")
    );
    let who = api.get_with(SESSION, &cookie);
    assert_eq!(who.header("set-cookie"), "");
    assert_eq!(who.json(), opened.json());
    let who = who.json();
    assert_eq!(
        (&who["account"], &who["party"]),
        (
            &json!(key(world::CLERK).public_key()),
            &json!(world::party(world::CLERK))
        )
    );
    assert_eq!(
        (&who["kind"], &who["state"]),
        (&json!("person"), &json!("active"))
    );
    assert_eq!(who["idle_ms"], 15 * MINUTE);
    assert_eq!(
        who["posts"],
        json!([{
            "body": world::CENTRE, "grade": 2, "kind": "post", "mandate": digest(&format!("mandate {}", world::CLERK)),
            "name": "甲市住房公积金管理中心", "principal": world::body("centre"), "roles": [], "scope": ["sharing."], "until": null,
        }])
    );
}

#[test]
fn what_is_signed_names_account_chain_challenge_and_purpose() {
    let api = api();
    let (challenge, statement) = challenge(&api, 1);
    let expected = json!({
        "account": key(1).public_key(), "chain": api.node.ledger.lock().unwrap().rules().chain, "challenge": challenge,
        "purpose": "yinxin/session/1",
    });
    assert_eq!(statement.as_bytes(), canonical::to_bytes(&expected).unwrap());
    for (name, other) in [
        ("purpose", json!("yinxin/session/2")),
        ("chain", json!(digest("another chain"))),
        ("account", json!(key(2).public_key())),
    ] {
        let mut wrong = expected.clone();
        wrong[name] = other;
        let (challenge, _) = challenge_of(&api, &key(1).public_key());
        wrong["challenge"] = json!(challenge);
        let wrong = String::from_utf8(canonical::to_bytes(&wrong).unwrap()).unwrap();
        let refused = api.post(SESSION, signed(1, &(challenge, wrong)));
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "SESSION_SIGNATURE"),
            "{name}"
        );
        assert_eq!(refused.header("set-cookie"), "");
    }
}

#[test]
fn a_passkey_signs_in_with_its_assertion() {
    let api = api();
    let passkey = Authenticator::new(3);
    let (challenge, statement) = challenge_of(&api, &passkey.public_key());
    let signature = passkey.sign(statement.as_bytes());
    let opened = api.post(SESSION, attempt(&challenge, &signature));
    assert_eq!(
        (opened.status, &opened.json()["account"]),
        (200, &json!(passkey.public_key()))
    );
    // An assertion over other bytes, or none, is no signature.
    let (challenge, _) = challenge_of(&api, &passkey.public_key());
    let refused = api.post(SESSION, attempt(&challenge, &passkey.sign(b"something else")));
    assert_eq!(refused.code(), "SESSION_SIGNATURE");
    let (challenge, statement) = challenge_of(&api, &passkey.public_key());
    let bare = KeyedSignature {
        assertion: None,
        ..passkey.sign(statement.as_bytes())
    };
    assert_eq!(
        api.post(SESSION, attempt(&challenge, &bare)).code(),
        "SESSION_SIGNATURE"
    );
}

#[test]
fn a_challenge_serves_one_account_once_whatever_comes_of_it() {
    let api = api();
    let of_another = challenge(&api, 1);
    let refused = api.post(SESSION, signed(2, &of_another));
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "SESSION_CHALLENGE")
    );
    assert_eq!(
        api.post(SESSION, signed(1, &of_another)).code(),
        "SESSION_CHALLENGE"
    );

    let used = challenge(&api, 1);
    assert_eq!(api.post(SESSION, signed(1, &used)).status, 200);
    assert_eq!(api.post(SESSION, signed(1, &used)).code(), "SESSION_CHALLENGE");

    let failed = challenge(&api, 1);
    let forged = KeyedSignature {
        signature: key(2).sign(failed.1.as_bytes()),
        ..KeyedSignature::by(&key(1), failed.1.as_bytes())
    };
    assert_eq!(
        api.post(SESSION, attempt(&failed.0, &forged)).code(),
        "SESSION_SIGNATURE"
    );
    assert_eq!(api.post(SESSION, signed(1, &failed)).code(), "SESSION_CHALLENGE");
}

#[test]
fn a_challenge_is_good_for_two_minutes() {
    let api = api();
    let [in_time, too_late] = [challenge(&api, 1), challenge(&api, 1)];
    pass(&api, 2 * MINUTE - 1);
    assert_eq!(api.post(SESSION, signed(1, &in_time)).status, 200);
    pass(&api, 1);
    assert_eq!(
        api.post(SESSION, signed(1, &too_late)).code(),
        "SESSION_CHALLENGE"
    );
}

#[test]
fn a_session_ends_fifteen_minutes_after_its_last_request() {
    let api = api();
    let cookie = sign_in(&api, 1);
    for _ in 0..3 {
        pass(&api, 15 * MINUTE - 1);
        assert!(is_open(&api, &cookie));
    }
    pass(&api, 15 * MINUTE);
    assert!(!is_open(&api, &cookie));
    // Nor does a clock that is set back wake it.
    api.node.now.fetch_sub(15 * MINUTE, Ordering::SeqCst);
    assert!(!is_open(&api, &cookie));
}

#[test]
fn a_session_ends_after_eight_hours_however_busy_it_is() {
    let api = api();
    let cookie = sign_in(&api, 1);
    for _ in 0..47 {
        pass(&api, 10 * MINUTE);
        assert!(is_open(&api, &cookie));
    }
    pass(&api, 10 * MINUTE - 1);
    assert!(is_open(&api, &cookie));
    pass(&api, 1);
    assert!(!is_open(&api, &cookie));
}

#[test]
fn whoever_signs_out_is_out_and_his_cookie_opens_nothing() {
    let api = api();
    let (cookie, other) = (sign_in(&api, 1), sign_in(&api, 1));
    let answer = api.send("DELETE", SESSION, &[("cookie", &cookie)], Vec::new());
    let name = cookie.split('=').next().unwrap();
    assert_eq!(
        answer.header("set-cookie"),
        format!("{name}=; Max-Age=0; Path=/api; HttpOnly; SameSite=Strict")
    );
    assert_eq!((answer.status, is_open(&api, &cookie)), (200, false));
    assert!(is_open(&api, &other));
    assert_eq!(
        api.send("DELETE", SESSION, &[("cookie", &cookie)], Vec::new())
            .status,
        200
    );
}

#[test]
fn of_the_sessions_of_an_account_the_one_unused_the_longest_makes_room_for_the_ninth() {
    let api = api();
    let of_another = sign_in(&api, 2);
    let mut own: Vec<String> = (0..8)
        .map(|_| {
            pass(&api, 1);
            sign_in(&api, 1)
        })
        .collect();
    pass(&api, 1);
    assert!(is_open(&api, &own[0]));
    pass(&api, 1);
    own.push(sign_in(&api, 1));
    let open: Vec<bool> = own.iter().map(|cookie| is_open(&api, cookie)).collect();
    assert_eq!(open, [true, false, true, true, true, true, true, true, true]);
    assert!(is_open(&api, &of_another));
}

/// An interface for few people, behind a proxy that tells their addresses apart.
fn small() -> Api {
    let limits = HttpLimits {
        sessions: 16,
        proxies: vec!["127.0.0.1".parse().unwrap()],
        ..HttpLimits::default()
    };
    Api::with(TestNode::new(Ledger::new()), limits)
}

fn from(api: &Api, address: u8, uri: &str, body: String) -> Answer {
    let address = format!("10.0.0.{address}");
    let headers = [
        ("content-type", "application/json"),
        ("x-forwarded-for", address.as_str()),
    ];
    api.send("POST", uri, &headers, body.into_bytes())
}

fn challenge_from(api: &Api, address: u8, by: u8) -> Answer {
    pass(api, 1);
    let body = json!({ "account": key(by).public_key() }).to_string();
    from(api, address, CHALLENGE, body)
}

fn asked(answer: &Answer) -> (String, String) {
    let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
    (text("challenge"), text("statement"))
}

#[test]
fn challenges_are_bounded_and_one_address_uses_up_its_own_share_only() {
    let api = small();
    let of_another = asked(&challenge_from(&api, 2, 1));
    let own: Vec<_> = (0..3).map(|_| asked(&challenge_from(&api, 1, 1))).collect();
    assert_eq!(api.post(SESSION, signed(1, &own[0])).code(), "SESSION_CHALLENGE");
    for open in [&own[1], &of_another] {
        assert_eq!(api.post(SESSION, signed(1, open)).status, 200);
    }
    // One of the first address is left; eight addresses more have room for fifteen together.
    let statuses: Vec<u16> = (11..=18)
        .flat_map(|address| [address, address])
        .map(|address| challenge_from(&api, address, 1).status)
        .collect();
    assert_eq!(statuses[..15], [200; 15]);
    let full = challenge_from(&api, 19, 1);
    assert_eq!(
        (statuses[15], full.status, full.code().as_str()),
        (503, 503, "API_UNAVAILABLE")
    );
    pass(&api, 2 * MINUTE);
    assert_eq!(challenge_from(&api, 19, 1).status, 200);
}

#[test]
fn sessions_are_bounded_and_one_address_uses_up_its_own_share_only() {
    let api = small();
    let enter = |address: u8, by: u8| {
        let challenge = asked(&challenge_from(&api, address, by));
        from(&api, address, SESSION, signed(by, &challenge))
    };
    let of_another = cookie(&enter(2, 50));
    let own: Vec<String> = (51..54).map(|by| cookie(&enter(1, by))).collect();
    let open: Vec<bool> = own.iter().map(|cookie| is_open(&api, cookie)).collect();
    assert_eq!(open, [false, true, true]);
    assert!(is_open(&api, &of_another));
    let statuses: Vec<u16> = (0..13).map(|n| enter(11 + n / 2, 60 + n).status).collect();
    assert_eq!(statuses, [200; 13]);
    let full = enter(30, 90);
    assert_eq!((full.status, full.code().as_str()), (503, "API_UNAVAILABLE"));
    assert_eq!(full.header("set-cookie"), "");
    pass(&api, 15 * MINUTE);
    assert_eq!(enter(30, 90).status, 200);
}

#[test]
fn cookies_of_other_nodes_and_cookies_that_are_none_open_nothing() {
    let api = api();
    let cookie = sign_in(&api, 1);
    let (name, secret) = cookie.split_once('=').unwrap();
    for opens in [
        cookie.clone(),
        format!("theme=dark; yinxin_00000000={secret}; {cookie} ; a"),
    ] {
        assert!(is_open(&api, &opens), "{opens}");
    }
    for wrong in [
        format!("yinxin_00000000={secret}"),
        format!("{}={secret}", name.to_uppercase()),
        format!("{name}={}", secret.to_uppercase()),
        format!("{name}={}", &secret[1..]),
        format!("{name}={secret}0"),
        format!("{name}=\"{secret}\""),
        format!("{name}={}", "0".repeat(64)),
        format!("{name}={}", "x".repeat(64)),
        format!("{name}="),
        name.to_owned(),
        secret.to_owned(),
        "=".to_owned(),
        ";;;".to_owned(),
        String::new(),
        // Two of one name: one of them is somebody else's.
        format!("{cookie}; {name}={}", "0".repeat(64)),
        format!("{cookie}; {cookie}"),
    ] {
        assert!(!is_open(&api, &wrong), "{wrong}");
    }
    let headers = [("cookie", "a=b"), ("cookie", cookie.as_str())];
    assert_eq!(api.send("GET", SESSION, &headers, Vec::new()).status, 200);
}

#[test]
fn nobody_chooses_the_secret_of_a_session_and_a_new_one_ends_the_one_before() {
    let api = api();
    let first = sign_in(&api, 1);
    let name = first.split('=').next().unwrap();
    let chosen = format!("{name}={}", "5".repeat(64));
    let opened = api.post_with(SESSION, &chosen, signed(2, &challenge(&api, 2)));
    assert_ne!(cookie(&opened), chosen);
    assert!(!is_open(&api, &chosen) && is_open(&api, &cookie(&opened)) && is_open(&api, &first));
    let second = api.post_with(SESSION, &first, signed(2, &challenge(&api, 2)));
    assert!(!is_open(&api, &first) && is_open(&api, &cookie(&second)));
    // An attempt that fails ends nothing.
    let refused = api.post_with(SESSION, &cookie(&second), signed(1, &challenge(&api, 2)));
    assert_eq!(refused.code(), "SESSION_CHALLENGE");
    assert!(is_open(&api, &cookie(&second)));
}

#[test]
fn a_cookie_is_secure_where_a_known_proxy_says_that_the_client_came_over_tls() {
    let set = |proxies: &[&str], said: &[(&str, &str)]| {
        let limits = HttpLimits {
            proxies: proxies.iter().map(|proxy| proxy.parse().unwrap()).collect(),
            ..HttpLimits::default()
        };
        let api = Api::with(TestNode::new(Ledger::new()), limits);
        let body = signed(1, &challenge(&api, 1)).into_bytes();
        let headers = [said, &[("content-type", "application/json")]].concat();
        let opened = api.send("POST", SESSION, &headers, body);
        let out = api.send("DELETE", SESSION, said, Vec::new());
        [opened, out].map(|answer| answer.header("set-cookie").ends_with("; SameSite=Strict; Secure"))
    };
    let https = [("x-forwarded-proto", "https")];
    assert_eq!(set(&["127.0.0.1"], &https), [true, true]);
    assert_eq!(
        set(&["127.0.0.1"], &[("x-forwarded-proto", "http")]),
        [false, false]
    );
    assert_eq!(set(&["127.0.0.1"], &[]), [false, false]);
    assert_eq!(set(&["10.0.0.9"], &https), [false, false]);
}

#[test]
fn a_session_that_its_holder_cannot_be_told_of_does_not_begin() {
    let api = api();
    let challenge = challenge(&api, 1);
    api.node.unreadable.store(true, Ordering::SeqCst);
    let answer = api.post(SESSION, signed(1, &challenge));
    assert_eq!(
        (answer.status, answer.code().as_str(), answer.header("set-cookie")),
        (503, "API_UNAVAILABLE", "")
    );
}

#[test]
fn a_key_that_was_revoked_is_told_so_and_has_no_posts() {
    let answer = answer(&api(), world::STOLEN).json();
    assert_eq!(
        (&answer["state"], &answer["posts"]),
        (&json!("revoked"), &json!([]))
    );
}

/// What an account with this seed is answered that asks for the key of its drafts.
fn draft_key(api: &Api, by: u8) -> Answer {
    api.get_with(DRAFT_KEY, &sign_in(api, by))
}

#[test]
fn an_account_has_one_draft_key_in_all_its_sessions_and_no_other_account_has_it() {
    let api = api();
    let key = |by: u8| draft_key(&api, by).json()["key"].clone();
    let own = key(world::CLERK);
    assert_eq!(own, key(world::CLERK));
    assert_ne!(own, key(world::AUDITOR));
    // Whoever is not enrolled yet has drafts, too.
    assert_ne!(key(world::STRANGER), own);
}

#[test]
fn a_draft_key_is_answered_to_its_account_alone_and_kept_by_nobody_on_the_way() {
    let api = api();
    assert_eq!(draft_key(&api, world::CLERK).header("cache-control"), "no-store");
    let refused = api.get(DRAFT_KEY);
    assert_eq!((refused.status, refused.code().as_str()), (401, "SESSION_NEEDED"));
    let cookie = sign_in(&api, world::CLERK);
    assert_eq!(
        api.send("DELETE", SESSION, &[("cookie", &cookie)], Vec::new())
            .status,
        200
    );
    assert_eq!(api.get_with(DRAFT_KEY, &cookie).code(), "SESSION_NEEDED");
}

#[test]
fn a_stolen_key_does_not_open_what_its_owner_began_to_write() {
    let refused = draft_key(&api(), world::STOLEN);
    assert_eq!(
        (refused.status, refused.code().as_str()),
        (403, "SESSION_FORBIDDEN")
    );
}

#[test]
fn a_key_of_nobody_may_sign_in_and_is_nobody() {
    let answer = answer(&api(), world::STRANGER).json();
    for name in ["party", "kind", "code", "state"] {
        assert_eq!(answer[name], Value::Null, "{name}");
    }
    assert_eq!(answer["posts"], json!([]));
}

#[test]
fn posts_are_found_however_many_grants_of_others_came_after() {
    let mut ledger = world::granted();
    let holder = world::party(world::CLERK);
    let transactions: Vec<_> = (0..300)
        .map(|_| {
            let transaction = ledger.verified(1, "identity.grant", json!({}));
            let outcome = json!({ "concerns": [digest("a nuisance"), holder], "mandate": transaction.id() });
            crate::ledger::Outcome {
                transaction,
                code: 0,
                outcome,
            }
        })
        .collect();
    ledger.block(transactions, true);
    let posts = answer(&world::api(ledger), world::CLERK).json()["posts"].clone();
    assert_eq!(posts[0]["body"], world::CENTRE);
}

#[test]
fn roles_are_those_of_active_members() {
    let roles = |seed| answer(&api(), seed).json()["posts"][0]["roles"].clone();
    assert_eq!(roles(world::AUDITOR), json!(["audit"]));
    assert_eq!(roles(world::SUSPENDED), json!([]));
}

#[test]
fn malformed_requests_are_refused_before_anything_is_looked_up() {
    let api = api();
    let (challenge, statement) = challenge(&api, 1);
    let signature = KeyedSignature::by(&key(1), statement.as_bytes());
    let mut more = json!({ "challenge": challenge, "signature": signature });
    more["account"] = json!(key(1).public_key());
    for (address, body) in [
        (CHALLENGE, "{}".to_owned()),
        (CHALLENGE, "[]".to_owned()),
        (CHALLENGE, r#"{"account":"ed25519:00"}"#.to_owned()),
        (SESSION, "{}".to_owned()),
        (SESSION, more.to_string()),
        (
            SESSION,
            json!({ "challenge": 1, "signature": signature }).to_string(),
        ),
    ] {
        let answer = api.post(address, body.clone());
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (400, "API_REQUEST"),
            "{body}"
        );
    }
    for address in [CHALLENGE, SESSION] {
        assert_eq!(
            api.post(address, vec![b' '; (16 << 10) + 1]).code(),
            "API_TOO_LARGE"
        );
        let answer = api.send("POST", address, &[("content-type", "text/plain")], b"{}".to_vec());
        assert_eq!(answer.code(), "API_MEDIA_TYPE");
    }
    for unknown in ["", "00", "é", "0".repeat(64).as_str(), "é".repeat(32).as_str()] {
        assert_eq!(
            api.post(SESSION, attempt(unknown, &signature)).code(),
            "SESSION_CHALLENGE"
        );
    }
    // None of it used the challenge up.
    assert_eq!(api.post(SESSION, attempt(&challenge, &signature)).status, 200);
}

/// One interface for all cases: nothing that is refused may change it.
static API: LazyLock<Api> = LazyLock::new(api);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_header_that_anybody_makes_up_is_a_session(value in "[ -~]{0,120}") {
        let name = sign_in(&API, 1).split_once('=').unwrap().0.to_owned();
        for value in [value.clone(), format!("{name}{value}"), format!("{name}={value}")] {
            prop_assert!(!is_open(&API, &value));
        }
    }

    #[test]
    fn no_bytes_that_anybody_makes_up_open_one(body in prop::collection::vec(any::<u8>(), 0..200)) {
        for address in [CHALLENGE, SESSION] {
            prop_assert_eq!(API.post(address, body.clone()).code(), "API_REQUEST");
        }
    }
}
