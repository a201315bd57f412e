//! A certificate that goes from one city to another, over the nodes of the departments: the story "S6.1" and what may never happen in it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use yinxin_client::{Reason, Verdict, receipt};
use yinxin_credential::{ClaimPath, Error, Jwk, Policy, SdJwt, Status, StatusReference, StatusToken};
use yinxin_crypto::{Digest, PublicKey};

use crate::invented::{Draw, Invented};
use crate::load::assert_verifies;
use crate::network::{PATIENCE, wait_for};
use crate::search::files;
use crate::town::{
    AUDIT, AWAY, BUREAU, Done, HOME, Person, Town, ask_openly, call, code, fetch, issue, look, open,
    published, reader, request_of_certificate,
};

const CASE: &str = "LX-2026-0001";
/// What the other centre may see, sorted.
const LEASED: [&str; 5] = ["amt", "bal", "basenum", "beginmonth", "endmonth"];

/// How far the clocks of issuer and reader may differ, in seconds; the reader's here is the time of the newest block.
const LEEWAY_S: u64 = 600;

fn now_s(town: &Town) -> u64 {
    town.network.nodes[AWAY].ask("status").unwrap()["time"]
        .as_u64()
        .unwrap()
        / 1000
}

fn jwk(key: &PublicKey) -> Jwk {
    Jwk::ed25519(key.as_bytes().try_into().unwrap()).unwrap()
}

/// What a presentation shows, verified against the key that its issuer published.
pub fn shown(town: &Town, presentation: &str, key: &PublicKey) -> Result<Map<String, Value>, Error> {
    let key = jwk(key);
    let issuers = |issuer: &str, _: Option<&str>| (issuer == code(HOME)).then_some(key);
    let policy = Policy {
        issuers: &issuers,
        now_s: now_s(town),
        leeway_s: LEEWAY_S,
        binding: None,
    };
    let verified = yinxin_credential::verify(presentation, &policy)?;
    // Nothing is shown that was not asked for.
    let shown: BTreeSet<ClaimPath> = verified.claims.keys().map(|name| ClaimPath::top(name)).collect();
    assert_eq!(verified.disclosed.into_iter().collect::<BTreeSet<_>>(), shown);
    Ok(verified.claims)
}

/// The status of a certificate, from the list that a node which did not issue it serves to everybody.
pub fn listed(town: &Town, at: usize, place: &Value) -> Status {
    let list = place["list"].as_u64().unwrap();
    let path = format!("/api/v1/status-lists/{}/{list}", code(HOME));
    let answer = call(&town.network.nodes[at], "GET", &path, None, None).unwrap();
    assert_eq!(answer.code(), "OK", "{}", String::from_utf8_lossy(&answer.body));
    let uri = format!("urn:yinxin:status-list:{}:{list}", code(HOME));
    let key = jwk(&published(&town.network, AWAY, "credential"));
    let text = String::from_utf8(answer.body).unwrap();
    let now = now_s(town);
    assert!(
        StatusToken::verify(&text, &key, &uri, now, now, LEEWAY_S).is_err(),
        "signed by another department"
    );
    let key = jwk(&published(&town.network, HOME, "credential"));
    let token = StatusToken::verify(&text, &key, &uri, now, now, LEEWAY_S).unwrap();
    let index = place["index"].as_u64().unwrap();
    token.status(&StatusReference { uri, index }).unwrap()
}

/// Refused without a session, and to everybody but an auditor.
fn assert_trail_is_closed(town: &Town, others: &[&Person]) {
    let path = format!("/api/v1/access?source={}", code(AWAY));
    let stranger = call(&town.network.nodes[AWAY], "GET", &path, None, None).unwrap();
    assert_eq!(
        (stranger.status, stranger.code().as_str()),
        (401, "SESSION_NEEDED")
    );
    for other in others {
        let refused = town.call(other, "GET", &path, None);
        assert_eq!(
            (refused.status, refused.code().as_str()),
            (403, "SESSION_FORBIDDEN")
        );
    }
}

fn usage(town: &Town, person: &Person) -> Vec<Value> {
    let answer = town.call(person, "GET", "/api/v1/usage", None).ok();
    answer["items"].as_array().unwrap().clone()
}

/// Files in a part of the folder of the holder's desk.
fn held(town: &Town, part: &str) -> usize {
    let folder = town.network.nodes[HOME].folder.join("materials").join(part);
    files(&folder).len()
}

/// "小王 (home centre 甲) asks → 甲 issues credential (seal) → 小王 grants lease → 乙 presents lease, gets disclosure → event to 小王 → 乙 decides loan
/// within 15 days. 乙's clerk reads outside fields → LEASE_FIELD, subject sees refused attempt." And then 小王 has it erased.
#[test]
fn the_certificate_across_two_cities() {
    let mut town = Town::start();
    let somebody = Invented::draw(&mut Draw::new(1));
    let wang = town.enrol(&somebody.number, HOME);

    // The request is found by the department it was made to, and by nobody else.
    let asked = town.act(&wang, "sharing.request", &request_of_certificate()).ok();
    let request = asked.named("request");
    town.settle();
    let path = format!("/api/v1/concerns?about={}", code(HOME));
    let waiting = town.call(&town.clerk, "GET", &path, None).ok();
    assert_eq!(waiting["items"][0]["id"], json!(asked.id()));
    assert_eq!(
        town.call(&town.loan, "GET", &path, None).code(),
        "SESSION_FORBIDDEN"
    );

    // Who is no officer of the holder composes nothing, and a certificate whose sum is wrong is not composed.
    let fields = somebody.fields();
    let order = json!({ "fields": fields, "request": request });
    let stranger = town.call(&wang, "POST", "/api/v1/desk/certificates", Some(&order));
    assert_eq!(stranger.code(), "AUTH_MANDATE_MISSING");
    let elsewhere = town.call(&town.loan, "POST", "/api/v1/desk/certificates", Some(&order));
    assert_eq!(elsewhere.code(), "SESSION_FORBIDDEN");
    let mut wrong = fields.clone();
    wrong["indipaysum"] = json!("1.00");
    assert_eq!(town.compose(&request, &wrong).code(), "DESK_FIELDS");
    // Composed twice, in two windows perhaps, and issued once: what nobody issued is destroyed.
    let composed = town.compose(&request, &fields).ok();
    let again = town.compose(&request, &fields).ok();
    assert_ne!(composed["material"], again["material"]);
    assert_eq!(held(&town, "materials"), 2);
    let made = town
        .act_sealed(&town.clerk, "sharing.issue", &issue(&request, &composed))
        .ok();
    wait_for("the other material to be destroyed", PATIENCE, || {
        (held(&town, "keys") == 1 && held(&town, "composed") == 0).then_some(())
    });
    assert_eq!(town.compose(&request, &fields).code(), "SHARE_REQUEST_ENDED");
    let issued = town.issued(&made, &composed);
    assert_eq!(listed(&town, AUDIT, &issued.status), Status::Valid);

    let leased = {
        let arguments = town.lease_arguments(&issued.certificate, CASE, &LEASED, 1);
        town.act(&wang, "sharing.lease", &arguments).ok()
    };
    let lease = leased.named("lease");
    town.settle();

    // A field that is not leased: refused, and on record.
    let key = reader();
    let outside = town.act(
        &town.loan,
        "sharing.disclose",
        &look(&lease, CASE, &["unitaccname"], &key),
    );
    assert_eq!(outside.code, "LEASE_FIELD");
    assert_eq!(outside.outcome["access"]["allowed"], json!(false));
    assert_eq!(
        fetch(town.node(&town.loan), &outside.id()).code(),
        "RELEASE_NOTHING"
    );

    // The leased ones, at the node of the other city: the content comes from the holder.
    let looked = town
        .act(&town.loan, "sharing.disclose", &look(&lease, CASE, &LEASED, &key))
        .ok();
    let released = fetch(town.node(&town.loan), &looked.id()).ok();
    assert_eq!(released["holder"], code(HOME));
    assert_eq!(released["height"], json!(looked.place.0));
    let content = open(&key, &looked.id(), &released).unwrap();
    assert!(
        open(&reader(), &looked.id(), &released).is_err(),
        "for its reader alone"
    );
    assert!(
        open(&key, &outside.id(), &released).is_err(),
        "for its look alone"
    );
    assert_eq!(content["certificate"], json!(issued.certificate));
    assert_eq!(content["transaction"], json!(looked.id()));
    let presentation = content["presentation"].as_str().unwrap();
    let key_of_issuer = published(&town.network, HOME, "credential");
    let wanted: Map<String, Value> = LEASED
        .iter()
        .map(|name| ((*name).to_owned(), fields[*name].clone()))
        .collect();
    assert_eq!(shown(&town, presentation, &key_of_issuer).unwrap(), wanted);
    let another = published(&town.network, AWAY, "credential");
    assert!(matches!(
        shown(&town, presentation, &another),
        Err(Error::Signature(_))
    ));
    let signed = presentation.split('~').next().unwrap();
    let algorithm = town.network.chain.algorithm();
    assert_eq!(algorithm.hash(&[signed.as_bytes()]), issued.credential);
    assert_eq!(
        SdJwt::parse(presentation).unwrap().disclosures().len(),
        LEASED.len()
    );
    // The same look again gives the same again, and uses up nothing.
    let again = open(
        &key,
        &looked.id(),
        &fetch(town.node(&town.loan), &looked.id()).ok(),
    )
    .unwrap();
    assert_eq!(again, content);

    let used_up = town.act(
        &town.loan,
        "sharing.disclose",
        &look(&lease, CASE, &["amt"], &key),
    );
    assert_eq!(used_up.code, "LEASE_USED_UP");
    town.settle();
    let uses = usage(&town, &wang);
    let seen: Vec<(bool, &Value)> = uses
        .iter()
        .map(|one| (one["allowed"].as_bool().unwrap(), &one["transaction"]))
        .collect();
    assert_eq!(
        seen,
        [
            (false, &json!(used_up.id())),
            (true, &json!(looked.id())),
            (false, &json!(outside.id()))
        ]
    );
    for one in &uses {
        assert_eq!(one["receiver_code"], code(AWAY));
        for language in ["zh-CN", "en"] {
            assert!(
                one["action"][language]
                    .as_str()
                    .unwrap()
                    .contains("乙市住房公积金管理中心")
            );
        }
    }

    assert_trail_is_closed(&town, &[&wang, &town.clerk, &town.loan, &town.steward]);
    let trail = town.trail(AUDIT, code(AWAY));
    let trail: Vec<&Value> = trail.iter().map(|one| &one["id"]).collect();
    assert_eq!(
        trail,
        [&json!(outside.id()), &json!(looked.id()), &json!(used_up.id())]
    );

    let mut loan = json!({ "applicant": wang.party, "case": CASE, "for": code(AWAY), "lease": lease });
    town.act_sealed(&town.loan, "sharing.accept_loan", &loan).ok();
    loan = json!({ "case": CASE, "for": code(AWAY), "outcome": "approve" });
    assert_eq!(
        town.act_sealed(&town.loan, "sharing.decide_loan", &loan).code,
        "SHARE_SAME_OFFICER"
    );
    town.act_sealed(&town.chief, "sharing.decide_loan", &loan).ok();
    let about = json!({ "case": CASE, "for": code(AWAY) });
    let decided = town.ask(&town.chief, "sharing.loan", &about).unwrap();
    assert_eq!(
        (&decided["decision"]["outcome"], &decided["overdue"]),
        (&json!("approve"), &json!(false))
    );

    // How it stands anybody may ask who was given its identifier; whose it is, nobody.
    town.settle();
    let about = json!({ "certificate": issued.certificate });
    let standing = ask_openly(&town.network.nodes[BUREAU], "sharing.standing", &about).unwrap();
    assert_eq!(standing["state"], "valid");
    assert_eq!(standing["credential"], json!(issued.credential));
    assert!(!standing.to_string().contains(&wang.party.to_string()));
    assert_eq!(
        ask_openly(&town.network.nodes[BUREAU], "sharing.certificate", &about),
        Err("SESSION_NEEDED".to_owned())
    );

    let erased = town.act(&wang, "sharing.erase", &about).ok();
    assert_eq!(erased.outcome["holders"], json!([code(HOME), code(AWAY)]));
    let erasure = wait_for("both holders confirm", PATIENCE, || {
        let erasure = town.ask(&wang, "sharing.erasure", &about).unwrap();
        (erasure["complete"] == json!(true)).then_some(erasure)
    });
    for holder in erasure["holders"].as_array().unwrap() {
        assert!(holder["confirmed"]["height"].as_u64().unwrap() > erased.place.0);
    }
    let view = json!({
        "certificate": issued.certificate, "fields": ["bal"], "purpose": "own-look", "reader": key.encryption_key(),
    });
    let own = town.act(&wang, "sharing.view", &view);
    assert_eq!(own.code, "SHARE_ERASED");
    assert_eq!(own.outcome["access"]["allowed"], json!(false));
    assert_eq!(fetch(town.node(&town.loan), &looked.id()).code(), "MAT_ERASED");
    town.settle();
    assert_eq!(listed(&town, BUREAU, &issued.status), Status::Invalid);
    let standing = ask_openly(&town.network.nodes[AWAY], "sharing.standing", &about).unwrap();
    assert_eq!(standing["state"], "erased");

    // Receipts are files: no node has to run.
    let client = town.node(&wang).client();
    let receipts = [&leased, &looked, &outside]
        .map(|one| wait_for("a receipt", PATIENCE, || client.receipt(&one.id()).ok()));
    town.network.agree();
    town.network.stop_all();
    for (bytes, done) in receipts.iter().zip([&leased, &looked]) {
        let Verdict::Verified(proven) = receipt::verify(bytes, &town.network.chain, None) else {
            panic!("{}", String::from_utf8_lossy(bytes));
        };
        assert_eq!(proven.receipt.receipt.outcome, done.outcome);
        assert_eq!(proven.receipt.receipt.transaction, done.id());
    }
    let refuted = |bytes: &[u8]| match receipt::verify(bytes, &town.network.chain, None) {
        Verdict::Refuted(refutation) => refutation.reason,
        other => panic!("{other:?}"),
    };
    // Of a refused look everything holds but that it was carried out; nobody makes an allowed one of it.
    assert_eq!(refuted(&receipts[2]), Reason::Rejected);
    let mut forged: Value = serde_json::from_slice(&receipts[2]).unwrap();
    *forged.pointer_mut("/receipt/code").unwrap() = json!(0);
    *forged.pointer_mut("/receipt/outcome/access/allowed").unwrap() = json!(true);
    assert_ne!(refuted(&serde_json::to_vec(&forged).unwrap()), Reason::Rejected);
}

#[test]
fn content_is_released_only_for_a_look_that_is_final() {
    let mut town = Town::start();
    let somebody = Invented::draw(&mut Draw::new(2));
    let wang = town.enrol(&somebody.number, HOME);
    let issued = town.certificate(&wang, &somebody.fields());
    let lease = town.lease(&wang, &issued.certificate, CASE, &LEASED, 2);
    town.settle();
    let unknown = town.network.chain.algorithm().hash(&[b"no such look"]);
    for at in [HOME, AWAY, AUDIT] {
        assert_eq!(fetch(&town.network.nodes[at], &unknown).code(), "RELEASE_NOTHING");
        assert_eq!(
            fetch(&town.network.nodes[at], &issued.certificate).code(),
            "RELEASE_NOTHING",
            "it is no look"
        );
    }

    // Holder and reader live, the two others do not: nothing becomes final.
    town.network.nodes[BUREAU].kill();
    town.network.nodes[AUDIT].kill();
    let key = reader();
    let sent = town.send(&town.loan, "sharing.disclose", &look(&lease, CASE, &LEASED, &key));
    let id = *sent.id.as_ref().unwrap();
    wait_for("the chain stands still", PATIENCE, || {
        for at in [HOME, AWAY] {
            let node = &town.network.nodes[at];
            assert_eq!(
                fetch(node, &id).code(),
                "RELEASE_NOTHING",
                "released before it was final"
            );
            assert_eq!(
                node.ask(&format!("transactions/{id}")).unwrap()["height"],
                Value::Null
            );
        }
        let halted = |at: usize| town.network.nodes[at].ask("why").unwrap()["state"] == "halted";
        (halted(HOME) && halted(AWAY)).then_some(())
    });
    let about = json!({ "lease": lease });
    assert_eq!(
        town.ask(&town.loan, "sharing.lease", &about).unwrap()["used"],
        json!(0)
    );

    town.network.nodes[BUREAU].start();
    let done = town.done(sent).ok();
    // From whichever node it is fetched: it is released at the height of its event, which the node has.
    for at in [AWAY, HOME, BUREAU] {
        let node = &town.network.nodes[at];
        let released = wait_for("the content", PATIENCE, || {
            let answer = fetch(node, &id);
            (answer.code() == "OK").then(|| answer.json())
        });
        assert!(done.place.0 <= node.height().unwrap());
        assert_eq!(released["height"], json!(done.place.0));
        let event = node.ask(&format!("transactions/{id}")).unwrap();
        assert_eq!(event["outcome"]["access"]["allowed"], json!(true));
        let content = open(&key, &id, &released).unwrap();
        let key_of_issuer = published(&town.network, HOME, "credential");
        let claims = shown(&town, content["presentation"].as_str().unwrap(), &key_of_issuer).unwrap();
        assert_eq!(claims.len(), LEASED.len());
    }
    assert_eq!(
        town.ask(&town.loan, "sharing.lease", &about).unwrap()["used"],
        json!(1)
    );
    town.network.start_all();
    town.network.agree();
}

/// Looks by an officer at every node while what he acts under ends: by the order of the ledger, every look before it is allowed and every
/// later one refused with this code, on every node alike.
fn assert_ends(town: &Town, officer: &Person, lease: &Digest, refused: &str, end: &dyn Fn() -> Done) -> Done {
    let key = reader();
    let arguments = look(lease, CASE, &["bal"], &key);
    let before = town.act(officer, "sharing.disclose", &arguments).ok();
    let mut burst = Vec::new();
    let ended = std::thread::scope(|scope| {
        let (network, same) = (&town.network, officer.same_key());
        let nodes: Vec<_> = network.nodes.iter().map(crate::network::Node::client).collect();
        let until = crate::load::valid_until(network, &network.nodes[AWAY]).unwrap();
        let chain = network.chain;
        let arguments = arguments.as_object().unwrap().clone();
        let looking = scope.spawn(move || {
            let mut ids = Vec::new();
            for turn in 0..48 {
                let request = yinxin_client::transaction::Request {
                    operation: "sharing.disclose".to_owned(),
                    arguments: arguments.clone(),
                };
                let signed = request.sign(chain, until, &same, &[]).unwrap();
                ids.push(nodes[turn % nodes.len()].submit(&signed).unwrap().id);
                // One after the other becomes final, so that they fall into many blocks.
                if turn % 6 == 5 {
                    nodes[turn % nodes.len()].wait(&ids[turn], PATIENCE).unwrap();
                }
            }
            ids
        });
        let ended = end().ok();
        burst.extend(looking.join().unwrap());
        ended
    });
    for at in 0..town.network.nodes.len() {
        let after = town.act_at(at, officer, "sharing.disclose", &arguments);
        assert_eq!(after.code, refused, "at {}", town.network.nodes[at].name);
        burst.push(after.id());
    }
    burst.push(before.id());
    town.settle();
    let (mut allowed, mut denied) = (0, 0);
    for node in &town.network.nodes {
        let client = node.client();
        for id in &burst {
            let answer = client.wait(id, PATIENCE).unwrap();
            let place = (answer.height.unwrap(), answer.index.unwrap());
            let expected = if place < ended.place { "OK" } else { refused };
            assert_eq!(
                answer.name.as_deref().unwrap_or("OK"),
                expected,
                "at {place:?}, ended at {:?}, on {}",
                ended.place,
                node.name
            );
            match expected {
                "OK" => allowed += 1,
                _ => denied += 1,
            }
        }
    }
    eprintln!("measured: {allowed} answers about looks before and {denied} after {refused}");
    // What was final before stays so, and releases.
    let released = fetch(town.node(officer), &before.id()).ok();
    assert!(open(&key, &before.id(), &released).is_ok());
    let receipt = town.node(officer).client().receipt(&before.id()).unwrap();
    assert_verifies(&receipt, &town.network.chain);
    ended
}

#[test]
fn a_revoked_key_and_an_ended_mandate_are_refused_on_every_node_from_their_height_on() {
    let town = Town::start();
    let somebody = Invented::draw(&mut Draw::new(5));
    let wang = town.enrol(&somebody.number, HOME);
    let issued = town.certificate(&wang, &somebody.fields());
    let lease = town.lease(&wang, &issued.certificate, CASE, &LEASED, 100);
    let second = town.lease(&wang, &issued.certificate, CASE, &LEASED, 100);
    town.settle();
    let accept = |case: &str| json!({ "applicant": wang.party, "case": case, "for": code(AWAY) });
    town.act_sealed(&town.loan, "sharing.accept_loan", &accept("LX-2026-0002"))
        .ok();
    town.act_sealed(&town.chief, "sharing.accept_loan", &accept("LX-2026-0003"))
        .ok();

    // The bureau, which enrolled him, revokes the officer's key.
    let key = town.loan.key.public_key();
    let revoked = assert_ends(&town, &town.loan, &lease, "AUTH_KEY_REVOKED", &|| {
        town.seal_acts(
            BUREAU,
            "identity.revoke",
            &json!({ "key": key, "reason": "compromise" }),
        )
    });
    for node in &town.network.nodes {
        node.wait_height(revoked.place.0);
    }
    for at in 0..town.network.nodes.len() {
        let actor = town
            .ask_at(at, &town.auditor, "identity.actor", &json!({ "account": key }))
            .unwrap();
        assert_eq!(actor["state"], "revoked");
        assert_eq!(actor["ended"]["at"]["height"], json!(revoked.place.0));
    }
    // The desk serves whom the ledger knows: his session opens nothing any more.
    let sealed = town.act_sealed(&town.loan, "sharing.accept_loan", &accept("LX-2026-0004"));
    assert_eq!((sealed.code.as_str(), sealed.id), ("AUTH_KEY_REVOKED", None));
    let path = format!("/api/v1/concerns?about={}", code(AWAY));
    assert_eq!(
        town.call(&town.loan, "GET", &path, None).code(),
        "SESSION_FORBIDDEN"
    );
    assert_eq!(town.call(&town.chief, "GET", &path, None).code(), "OK");

    // The centre ends its officer's mandate.
    let mandate = town.chief_mandate;
    let ended = assert_ends(&town, &town.chief, &second, "AUTH_MANDATE_ENDED", &|| {
        town.seal_acts(AWAY, "identity.end", &json!({ "mandate": mandate }))
    });
    for node in &town.network.nodes {
        node.wait_height(ended.place.0);
    }
    let sealed = town.act_sealed(&town.chief, "sharing.accept_loan", &accept("LX-2026-0005"));
    assert_eq!((sealed.code.as_str(), sealed.id), ("AUTH_MANDATE_ENDED", None));
    assert_eq!(
        town.call(&town.chief, "GET", &path, None).code(),
        "SESSION_FORBIDDEN"
    );
    // Whoever is known is on record with what he was refused.
    let trail = town.trail(AUDIT, code(AWAY));
    let chief = json!(town.chief.party);
    let refused = trail
        .iter()
        .filter(|one| one["outcome"]["access"]["officer"] == chief && one["name"] == "AUTH_MANDATE_ENDED");
    assert!(refused.count() >= town.network.nodes.len());
    town.network.agree();
}
