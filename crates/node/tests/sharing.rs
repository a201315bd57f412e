//! Stories of data sharing, told on a chain in memory with the real scenarios: each test quotes the story that it keeps.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value, json};
use yinxin_crypto::{Digest, HashAlgorithm, PrivateKey, verify};
use yinxin_execution::access::{OWN_LOOK, SourceRecord, event_digest};
use yinxin_execution::workbench::{World, key};
use yinxin_execution::{Call, Failure, Operation, Records, Scenario};
use yinxin_types::codes::Texts;
use yinxin_types::{
    BlockTime, Body, Code, Genesis, Limits, Member, Receipt, Rejection, StateKey, Suite, canonical,
};

/// 2026-02-26, 08:00 in Shanghai.
const START: u64 = 1_772_064_000_000;
const MINUTE: u64 = 60_000;
const DAY: u64 = 1440 * MINUTE;
/// 2026-02-27, 09:00 in Shanghai.
const FRIDAY: u64 = 1_772_154_000_000;
/// 2026-03-02, 17:00.
const LEAVING: u64 = 1_772_442_000_000;
/// 2026-03-03, 09:00.
const DAY_AFTER: u64 = 1_772_499_600_000;
/// 2026-09-17, 00:00, 09:00 and 10:00.
const SEPTEMBER_17: u64 = 1_789_574_400_000;
const NINE: u64 = 1_789_606_800_000;
const TEN: u64 = 1_789_610_400_000;
/// 2026-10-09, 00:00: the end of the 8th.
const OCTOBER_8_ENDS: u64 = 1_791_475_200_000;
/// 2026-12-30, 09:00.
const DECEMBER_30: u64 = 1_798_592_400_000;

const POLICE: &str = "11990100000002057U";
const DATA: &str = "1199010000000209X4";
/// Provident fund of city 甲, where 小王 pays in.
const HOME: &str = "12990100000001011T";
/// Provident fund of city 乙, where 小王 wants a loan.
const AWAY: &str = "1299020000000102XP";

const READER: &str = "x25519:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const CASE: &str = "LX-2026-0001";

fn police() -> PrivateKey {
    key(101)
}
fn data() -> PrivateKey {
    key(102)
}
fn home() -> PrivateKey {
    key(103)
}
fn away() -> PrivateKey {
    key(104)
}
fn wang() -> PrivateKey {
    key(1)
}
/// Officers of 甲 and of 乙.
fn home_clerk() -> PrivateKey {
    key(11)
}
fn clerk() -> PrivateKey {
    key(21)
}
fn reviewer() -> PrivateKey {
    key(22)
}

/// Asks what it is told to ask.
struct Probe;

static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::parse("{}"));

fn ask(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let arguments = &call.body.arguments;
    call.ask(
        records,
        arguments["question"].as_str().unwrap(),
        &arguments["about"],
    )
}

impl Scenario for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }
    fn operations(&self) -> &'static [Operation] {
        fn any(_: &Body) -> Result<(), Rejection> {
            Ok(())
        }
        fn nothing(_: &Call<'_>) -> Vec<StateKey> {
            Vec::new()
        }
        &[Operation {
            id: "probe.ask",
            check: any,
            reads: nothing,
            run: ask,
        }]
    }
    fn codes(&self) -> &'static [Code] {
        &[]
    }
    fn zh(&self) -> &'static Texts {
        &NONE
    }
    fn en(&self) -> &'static Texts {
        &NONE
    }
}

/// A chain with both funds, their officers, and 小王.
struct Town {
    world: World,
    wang: Digest,
    clerk: Digest,
    /// The post of the clerk of 乙.
    post: Digest,
    index: u32,
}

impl Town {
    fn new() -> Self {
        let members = [
            (POLICE, "甲市公安局", 101, vec!["police"]),
            (DATA, "甲市政务服务和数据管理局", 102, vec!["identity", "data"]),
            (HOME, "甲市住房公积金管理中心", 103, vec![]),
            (AWAY, "乙市住房公积金管理中心", 104, vec![]),
        ];
        let members = members.map(|(code, name, seed, roles)| Member {
            account: key(seed).public_key(),
            code: code.parse().unwrap(),
            name: name.to_owned(),
            roles: roles.into_iter().map(str::to_owned).collect(),
            validator: key(seed + 100).public_key(),
        });
        let genesis = Genesis::new(
            "数据共享".to_owned(),
            Suite::Intl,
            BlockTime(START),
            members.to_vec(),
            Limits::default(),
        );
        let scenarios: Vec<Arc<dyn Scenario>> = vec![
            yinxin_governance::scenario(),
            yinxin_identity::scenario(),
            yinxin_sharing::scenario(),
            Arc::new(Probe),
        ];
        let world = World::new(genesis.unwrap(), scenarios);
        let nobody = HashAlgorithm::Sha256.hash(&[b"nobody"]);
        let mut town = Self {
            world,
            wang: nobody,
            clerk: nobody,
            post: nobody,
            index: 0,
        };
        town.wang = town.person(1);
        let home_clerk = town.person(11);
        town.clerk = town.person(21);
        let reviewer = town.person(22);
        town.post(
            &home(),
            &home_clerk,
            &["sharing.issue", "sharing.revoke", "sharing.view"],
        );
        let clerk = town.clerk;
        town.post = town.post(&away(), &clerk, &["sharing.disclose", "sharing.accept_loan"]);
        town.post(&away(), &reviewer, &["sharing.decide_loan"]);
        town.ok(
            &[&data()],
            "identity.accredit",
            json!({ "department": HOME, "types": ["hpf-certificate"] }),
        );
        town
    }

    fn person(&mut self, seed: u8) -> Digest {
        let commitment = HashAlgorithm::Sha256.hash(&[b"person", &[seed]]);
        let arguments = json!({
            "authority": POLICE, "commitment": commitment, "key": key(seed).public_key(), "kind": "person",
        });
        id(
            &self.ok(&[&police(), &key(seed)], "identity.enrol", arguments),
            "party",
        )
    }

    fn post(&mut self, seal: &PrivateKey, holder: &Digest, scope: &[&str]) -> Digest {
        let principal =
            self.answer("identity.actor", json!({ "account": seal.public_key() }))["party"].clone();
        let arguments =
            json!({ "grade": 2, "holder": holder, "kind": "post", "principal": principal, "scope": scope });
        id(&self.ok(&[seal], "identity.grant", arguments), "mandate")
    }

    fn receipt(&mut self, by: &[&PrivateKey], operation: &str, arguments: Value) -> Receipt {
        self.world.run_by(by, operation, arguments)
    }

    fn ok(&mut self, by: &[&PrivateKey], operation: &str, arguments: Value) -> Receipt {
        let receipt = self.receipt(by, operation, arguments);
        assert_eq!(self.world.name(&receipt), "OK", "{operation}");
        receipt
    }

    fn code(&mut self, by: &[&PrivateKey], operation: &str, arguments: Value) -> &'static str {
        let receipt = self.receipt(by, operation, arguments);
        self.world.name(&receipt)
    }

    fn answer(&mut self, question: &str, about: Value) -> Value {
        let arguments = json!({ "about": about, "question": question });
        self.ok(&[&key(250)], "probe.ask", arguments).outcome
    }

    /// 小王 asks 甲 and gets a certificate.
    fn certificate(&mut self, credential: &Digest) -> Digest {
        let arguments = json!({ "holder": HOME, "kind": "hpf-certificate", "purpose": "loan" });
        let request = id(&self.ok(&[&wang()], "sharing.request", arguments), "request");
        let arguments = issue(&request, credential, self.index, self.world.time);
        self.index += 1;
        id(
            &self.ok(&[&home_clerk(), &home()], "sharing.issue", arguments),
            "certificate",
        )
    }

    /// 小王 leases to 乙 for one look within 30 days.
    fn lease(&mut self, certificate: &Digest, uses: u32) -> Digest {
        let arguments = json!({
            "case": CASE, "certificate": certificate, "fields": ["amt", "bal", "basenum", "beginmonth", "endmonth"],
            "grantee": AWAY, "purpose": "loan", "until": self.world.time + 30 * DAY, "uses": uses,
        });
        id(&self.ok(&[&wang()], "sharing.lease", arguments), "lease")
    }

    /// The clerk of 乙 looks at these fields.
    fn look(&mut self, lease: &Digest, fields: &[&str]) -> (&'static str, Receipt) {
        let receipt = self.receipt(&[&clerk()], "sharing.disclose", look(lease, fields));
        (self.world.name(&receipt), receipt)
    }

    fn events(&self, source: &str) -> SourceRecord {
        let bytes = &self.world.state[&SourceRecord::key(self.world.hash(), source)];
        serde_json::from_slice(bytes).unwrap()
    }
}

fn id(receipt: &Receipt, name: &str) -> Digest {
    receipt.outcome[name].as_str().unwrap().parse().unwrap()
}

fn some_credential() -> Digest {
    HashAlgorithm::Sha256.hash(&[b"credential"])
}

fn issue(request: &Digest, credential: &Digest, index: u32, now: u64) -> Value {
    json!({
        "credential": credential, "material": HashAlgorithm::Sha256.hash(&[b"material"]), "request": request,
        "status": { "index": index, "list": 0 }, "until": now + 90 * DAY,
    })
}

fn look(lease: &Digest, fields: &[&str]) -> Value {
    json!({ "case": CASE, "fields": fields, "for": AWAY, "lease": lease, "purpose": "loan", "reader": READER })
}

fn accept() -> Value {
    json!({ "case": CASE, "for": AWAY })
}

/// "小王 (home centre 甲) asks → 甲 issues credential (seal) → 小王 grants lease {to 乙 centre, purpose, fields {base, months, balance,
/// outstanding}, 1 use, 30 days} → 乙 presents lease, gets disclosure → event to 小王 → 乙 decides loan within 15 days. 乙's clerk reads
/// outside fields (e.g. employer) → LEASE_FIELD, subject sees refused attempt."
#[test]
fn s6_1_a_loan_in_another_city_from_the_request_to_the_decision() {
    let mut town = Town::new();
    let certificate = town.certificate(&some_credential());
    let lease = town.lease(&certificate, 1);

    let (code, outside) = town.look(&lease, &["bal", "unitaccname"]);
    assert_eq!(code, "LEASE_FIELD");
    assert_eq!(outside.outcome["access"]["subject"], json!(town.wang));
    assert_eq!(outside.outcome["access"]["fields"], json!(["bal", "unitaccname"]));
    assert_eq!(outside.outcome["access"]["allowed"], json!(false));

    let fields = ["amt", "bal", "basenum", "beginmonth", "endmonth"];
    let (code, allowed) = town.look(&lease, &fields);
    assert_eq!(code, "OK");
    let event = &allowed.outcome["access"];
    assert_eq!(event["subject"], json!(town.wang));
    assert_eq!(event["officer"], json!(town.clerk));
    assert_eq!(event["post"], json!(town.post));
    assert_eq!(event["basis"], json!({ "kind": "lease", "reference": lease }));
    assert_eq!(
        event["previous"],
        json!(event_digest(HashAlgorithm::Sha256, &outside.outcome["access"]))
    );
    assert_eq!(allowed.outcome["disclosure"]["fields"], json!(fields));
    assert_eq!(allowed.outcome["disclosure"]["holder"], HOME);
    assert_eq!(allowed.outcome["disclosure"]["reader"], READER);

    let applicant = town.wang;
    let mut arguments = accept();
    arguments["applicant"] = json!(applicant);
    arguments["lease"] = json!(lease);
    town.ok(&[&clerk(), &away()], "sharing.accept_loan", arguments);
    let mut decision = accept();
    decision["outcome"] = json!("approve");
    let receipt = town.ok(&[&reviewer(), &away()], "sharing.decide_loan", decision);
    assert_eq!(receipt.outcome["concerns"], json!([applicant, AWAY]));
    let loan = town.answer("sharing.loan", accept());
    assert_eq!(loan["decision"]["outcome"], "approve");
    assert_eq!(loan["overdue"], json!(false));
}

/// "Lease revoked at 10:00; 10:01 read refused; 09:59 read stays valid."
#[test]
fn s6_2_a_lease_ended_at_ten() {
    let mut town = Town::new();
    town.world.at(NINE);
    let certificate = town.certificate(&some_credential());
    let lease = town.lease(&certificate, 5);
    town.world.at(TEN - MINUTE - 1000);
    let (code, before) = town.look(&lease, &["bal"]);
    assert_eq!((code, before.time.0), ("OK", TEN - MINUTE));
    town.world.at(TEN - 1000);
    let ended = town.ok(&[&wang()], "sharing.end_lease", json!({ "lease": lease }));
    assert_eq!(ended.time.0, TEN);
    town.world.at(TEN + MINUTE - 1000);
    let (code, after) = town.look(&lease, &["bal"]);
    assert_eq!((code, after.time.0), ("LEASE_REVOKED", TEN + MINUTE));
    assert_eq!(after.outcome["access"]["allowed"], json!(false));
    let answer = town.answer("sharing.lease", json!({ "lease": lease }));
    assert_eq!(answer["used"], json!(1));
    assert_eq!(before.outcome["access"]["allowed"], json!(true));
}

/// "Certificate altered (bal 4408.76→44087.60) → seal fails." The seal is the department's signature over the credential, whose digest is on
/// the ledger.
#[test]
fn s6_3_an_altered_certificate() {
    let mut town = Town::new();
    let fields: Map<String, Value> = [
        ("bal", "4408.76"),
        ("basenum", "6000.00"),
        ("indipaysum", "960.00"),
        ("indiprop", "8.000"),
        ("unitprop", "8.000"),
    ]
    .map(|(name, value)| (name.to_owned(), json!(value)))
    .into_iter()
    .collect();
    assert_eq!(yinxin_sharing::certificate::check_disclosed(&fields), Ok(()));
    let content = canonical::to_bytes(&fields).unwrap();
    let seal = home().sign(&content);
    let credential = HashAlgorithm::Sha256.hash(&[&content]);
    let certificate = town.certificate(&credential);
    let answer = town.answer("sharing.certificate", json!({ "certificate": certificate }));
    assert_eq!(answer["credential"], json!(credential));
    assert_eq!(verify(&home().public_key(), &content, &seal), Ok(()));

    let mut altered = fields;
    altered["bal"] = json!("44087.60");
    let altered = canonical::to_bytes(&altered).unwrap();
    assert!(verify(&home().public_key(), &altered, &seal).is_err());
    assert_ne!(
        answer["credential"],
        json!(HashAlgorithm::Sha256.hash(&[&altered]))
    );
}

/// "乙 asks again with the same lease → LEASE_USED_UP."
#[test]
fn s6_4_the_same_lease_again() {
    let mut town = Town::new();
    let certificate = town.certificate(&some_credential());
    let lease = town.lease(&certificate, 1);
    assert_eq!(town.look(&lease, &["bal"]).0, "OK");
    let (code, again) = town.look(&lease, &["bal"]);
    assert_eq!(code, "LEASE_USED_UP");
    assert_eq!(again.outcome["access"]["sequence"], json!(2));
}

/// "Loan accepted 2026-09-17 → due 2026-10-08": the 15th day, 10-02, is a holiday. Whatever the hour of the 17th in Shanghai.
#[test]
fn s6_5_the_day_of_the_decision_rolls_over_the_national_day() {
    let mut town = Town::new();
    let applicant = town.wang;
    for (number, time) in [SEPTEMBER_17, NINE, SEPTEMBER_17 + DAY - 1000]
        .into_iter()
        .enumerate()
    {
        town.world.at(time - 1000);
        let case = format!("LX-2026-{number:04}");
        let arguments = json!({ "applicant": applicant, "case": case, "for": AWAY });
        let receipt = town.ok(&[&clerk(), &away()], "sharing.accept_loan", arguments);
        assert_eq!(receipt.time.0, time);
        assert_eq!(
            receipt.outcome["due"],
            json!({ "date": "2026-10-08", "ms_end": OCTOBER_8_ENDS, "provisional": false })
        );
    }
    let about = json!({ "case": "LX-2026-0000", "for": AWAY });
    town.world.at(OCTOBER_8_ENDS - 2000);
    assert_eq!(
        town.answer("sharing.loan", about.clone())["overdue"],
        json!(false)
    );
    assert_eq!(town.answer("sharing.loan", about)["overdue"], json!(true));
}

/// The promise of three working days: from Thursday 2026-09-17 over the worked Sunday to Monday, and provisional into a year whose calendar
/// nobody has published.
#[test]
fn a_request_is_due_after_three_working_days() {
    let mut town = Town::new();
    let arguments = json!({ "holder": HOME, "kind": "hpf-certificate", "purpose": "loan" });
    town.world.at(NINE);
    let receipt = town.ok(&[&wang()], "sharing.request", arguments.clone());
    assert_eq!(receipt.outcome["due"]["date"], "2026-09-21");
    assert_eq!(receipt.outcome["due"]["provisional"], json!(false));
    town.world.at(DECEMBER_30);
    let receipt = town.ok(&[&clerk()], "sharing.request", arguments);
    assert_eq!(receipt.outcome["due"]["provisional"], json!(true));
    assert_eq!(receipt.outcome["concerns"], json!([town.clerk, HOME]));
}

/// "Withdraw consent + erase: content gone on all holders, receipts per holder, ledger intact and verifiable."
#[test]
fn s6_11_erasure_with_a_receipt_of_each_holder() {
    let mut town = Town::new();
    let certificate = town.certificate(&some_credential());
    let lease = town.lease(&certificate, 3);
    let (_, first) = town.look(&lease, &["bal"]);
    let about = json!({ "certificate": certificate });
    let asked = town.ok(&[&wang()], "sharing.erase", about.clone());
    assert_eq!(asked.outcome["holders"], json!([HOME, AWAY]));
    assert_eq!(asked.outcome["concerns"], json!([town.wang, HOME, AWAY]));

    let (code, refused) = town.look(&lease, &["bal"]);
    assert_eq!(code, "SHARE_ERASED");
    let view = json!({ "certificate": certificate, "fields": ["bal"], "purpose": "", "reader": READER });
    let own = town.receipt(&[&wang()], "sharing.view", view);
    assert_eq!(town.world.name(&own), "SHARE_ERASED");

    let home_done = town.ok(&[&home()], "sharing.confirm_erasure", about.clone());
    assert_eq!(home_done.outcome["complete"], json!(false));
    let away_done = town.ok(&[&away()], "sharing.confirm_erasure", about.clone());
    assert_eq!(away_done.outcome["complete"], json!(true));
    let erasure = town.answer("sharing.erasure", about.clone());
    assert_eq!(
        erasure["holders"],
        json!([
            { "confirmed": { "height": home_done.height, "time": home_done.time }, "holder": HOME },
            { "confirmed": { "height": away_done.height, "time": away_done.time }, "holder": AWAY },
        ])
    );
    assert_eq!(town.answer("sharing.certificate", about)["state"], "erased");
    let status = town.answer("sharing.status", json!({ "issuer": HOME, "list": 0 }));
    assert_eq!(status["invalid"], json!([0]));

    // The events before and after still follow each other, up to the head in the state.
    let digest = |receipt: &Receipt| event_digest(HashAlgorithm::Sha256, &receipt.outcome["access"]);
    assert_eq!(refused.outcome["access"]["previous"], json!(digest(&first)));
    assert_eq!(Some(town.events(AWAY).last), digest(&refused));
    assert_eq!(Some(town.events(OWN_LOOK).last), digest(&own));
}

/// "Officer leaves 2026-03-02; a signature stamped 2026-03-03 is refused, his 2026-02-27 approval still verifies." And the refused attempt
/// is on record.
#[test]
fn s1_3_an_officer_who_has_left() {
    let mut town = Town::new();
    town.world.at(FRIDAY);
    let certificate = town.certificate(&some_credential());
    let lease = town.lease(&certificate, 5);
    let (code, earlier) = town.look(&lease, &["bal"]);
    assert_eq!(code, "OK");
    town.world.at(LEAVING);
    let post = town.post;
    town.ok(&[&away()], "identity.end", json!({ "mandate": post }));
    town.world.at(DAY_AFTER);
    let (code, later) = town.look(&lease, &["bal"]);
    assert_eq!(code, "AUTH_MANDATE_ENDED");
    let event = &later.outcome["access"];
    assert_eq!((&event["allowed"], &event["post"]), (&json!(false), &Value::Null));
    assert_eq!(event["subject"], json!(town.wang));
    let mut arguments = accept();
    arguments["applicant"] = json!(town.wang);
    assert_eq!(
        town.code(&[&clerk(), &away()], "sharing.accept_loan", arguments),
        "AUTH_MANDATE_ENDED"
    );
    // What he did stays, and that he could is answered as of then.
    let about = json!({ "id": post, "at": earlier.time });
    let mandates = town.answer("identity.mandate", about);
    assert_eq!(mandates["mandates"][0]["alive"], json!(true));
    let lease = town.answer("sharing.lease", json!({ "lease": lease }));
    assert_eq!(lease["used"], json!(1));
}

/// "Actions signed after revocation are refused, before stay valid" (P2), and only a person who is enrolled asks at all.
#[test]
fn keys_that_ended_and_keys_of_nobody_are_refused_with_the_codes_of_identity() {
    let mut town = Town::new();
    let certificate = town.certificate(&some_credential());
    let lease = town.lease(&certificate, 5);
    let ended = json!({ "key": wang().public_key(), "reason": "compromise" });
    let next = json!({ "key": key(2).public_key() });
    town.ok(&[&wang(), &key(2)], "identity.bind", next);
    town.ok(&[&wang()], "identity.revoke", ended);
    let arguments = json!({ "lease": lease });
    assert_eq!(
        town.code(&[&wang()], "sharing.end_lease", arguments.clone()),
        "AUTH_KEY_REVOKED"
    );
    assert_eq!(
        town.code(&[&key(77)], "sharing.end_lease", arguments.clone()),
        "AUTH_KEY_UNKNOWN"
    );
    let unknown = town.receipt(&[&key(77)], "sharing.disclose", look(&lease, &["bal"]));
    assert_eq!(town.world.name(&unknown), "AUTH_KEY_UNKNOWN");
    assert_eq!(unknown.outcome, Value::Null);
    town.ok(&[&key(2)], "sharing.end_lease", arguments);
}

/// "Representation (parent <14 PIPL §31, agent, legal rep) explicit in every signature", and S1.3 for a guardian: what he did stays, what he
/// tries after the end of his mandate is refused from that height on, and a refused look is on record.
#[test]
fn a_guardian_acts_for_the_person_until_the_department_ends_the_guardianship() {
    let mut town = Town::new();
    let guardian = key(31);
    let parent = town.person(31);
    let stranger = town.person(32);
    let grant = json!({
        "grade": 1, "holder": parent, "kind": "guardian", "principal": town.wang,
        "scope": ["sharing.request", "sharing.lease", "sharing.end_lease", "sharing.view"],
        "until": town.world.time + 1000 * DAY,
    });
    let mandate = id(&town.ok(&[&police()], "identity.grant", grant), "mandate");
    let representative = json!({ "holder": parent, "mandate": mandate });
    let wang = town.wang;

    let ask = json!({ "holder": HOME, "kind": "hpf-certificate", "principal": wang, "purpose": "loan" });
    let receipt = town.ok(&[&guardian], "sharing.request", ask.clone());
    assert_eq!(receipt.outcome["concerns"], json!([wang, HOME, parent]));
    assert_eq!(receipt.outcome["representative"], representative);
    let arguments = issue(&id(&receipt, "request"), &some_credential(), 0, town.world.time);
    let receipt = town.ok(&[&home_clerk(), &home()], "sharing.issue", arguments);
    let certificate = id(&receipt, "certificate");
    assert_eq!(
        town.answer("sharing.certificate", json!({ "certificate": certificate }))["subject"],
        json!(wang)
    );
    let lease = |town: &Town| {
        json!({
            "case": CASE, "certificate": certificate, "fields": ["bal"], "grantee": AWAY, "principal": wang, "purpose": "loan",
            "until": town.world.time + DAY, "uses": 2,
        })
    };
    let arguments = lease(&town);
    let granted = id(&town.ok(&[&guardian], "sharing.lease", arguments), "lease");
    assert_eq!(town.look(&granted, &["bal"]).0, "OK");
    let view = json!({
        "certificate": certificate, "fields": ["bal"], "principal": wang, "purpose": "", "reader": READER,
    });
    let seen = town.ok(&[&guardian], "sharing.view", view.clone());
    assert_eq!(
        seen.outcome["access"]["basis"],
        json!({ "kind": "mandate", "reference": mandate })
    );

    // Outside of the scope, without saying for whom, and by others.
    let erase = json!({ "certificate": certificate, "principal": wang });
    assert_eq!(
        town.code(&[&guardian], "sharing.erase", erase),
        "AUTH_MANDATE_MISSING"
    );
    let silent = json!({ "certificate": certificate, "fields": ["bal"], "purpose": "", "reader": READER });
    assert_eq!(
        town.code(&[&guardian], "sharing.view", silent),
        "SHARE_NOT_SUBJECT"
    );
    assert_eq!(
        town.code(&[&key(32)], "sharing.view", view.clone()),
        "AUTH_MANDATE_MISSING"
    );

    // The order within one block decides: what stands before the end is done.
    let arguments = lease(&town);
    let block = [
        town.world.sign(&guardian, "sharing.lease", arguments.clone()),
        town.world
            .sign(&police(), "identity.end", json!({ "mandate": mandate })),
        town.world.sign(&guardian, "sharing.lease", arguments),
        town.world.sign(&guardian, "sharing.request", ask),
        town.world.sign(&guardian, "sharing.view", view),
    ];
    let receipts = town.world.block(&block).receipts;
    let names: Vec<&str> = receipts.iter().map(|one| town.world.name(one)).collect();
    let ended = "AUTH_MANDATE_ENDED";
    assert_eq!(names, ["OK", "OK", ended, ended, ended]);
    let event = &receipts[4].outcome["access"];
    assert_eq!(event["basis"], json!({ "kind": "mandate", "reference": null }));
    assert_eq!(
        (&event["officer"], &event["subject"], &event["source"]),
        (&json!(parent), &json!(wang), &json!(OWN_LOOK))
    );
    assert_eq!(
        Some(town.events(OWN_LOOK).last),
        event_digest(HashAlgorithm::Sha256, event)
    );
    // The lease that the guardian granted stays the person's, who ends it.
    assert_eq!(town.look(&granted, &["bal"]).0, "OK");
    let kept = id(&receipts[0], "lease");
    town.ok(&[&self::wang()], "sharing.end_lease", json!({ "lease": kept }));

    // A guardian's mandate is the department's to renew, not the holder's nor a stranger's.
    let again = json!({
        "grade": 1, "holder": stranger, "kind": "guardian", "principal": wang, "scope": ["sharing."],
        "until": town.world.time + 1000 * DAY,
    });
    assert_eq!(
        town.code(&[&guardian], "identity.grant", again.clone()),
        "AUTH_NOT_GRANTOR"
    );
    town.ok(&[&police()], "identity.grant", again);
}

/// "Issuer may issue only types it is accredited for at that time."
#[test]
fn a_fund_without_accreditation_is_not_asked_and_one_that_lost_it_does_not_issue() {
    let mut town = Town::new();
    let arguments = json!({ "holder": AWAY, "kind": "hpf-certificate", "purpose": "loan" });
    assert_eq!(
        town.code(&[&wang()], "sharing.request", arguments.clone()),
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
    let mut at_home = arguments;
    at_home["holder"] = json!(HOME);
    let request = id(&town.ok(&[&wang()], "sharing.request", at_home), "request");
    town.ok(
        &[&data()],
        "identity.withdraw",
        json!({ "department": HOME, "type": "hpf-certificate" }),
    );
    let arguments = issue(&request, &some_credential(), 0, town.world.time);
    assert_eq!(
        town.code(&[&home_clerk(), &home()], "sharing.issue", arguments),
        "AUTH_ISSUER_NOT_ACCREDITED"
    );
}

/// A grantee must be a member or an enrolled body; a seal alone does not look, nor does an officer whose post is for other operations.
#[test]
fn who_can_be_granted_something_and_who_can_look() {
    let mut town = Town::new();
    let certificate = town.certificate(&some_credential());
    let bank = "91990100MA000A055A";
    let mut arguments = json!({
        "case": CASE, "certificate": certificate, "fields": ["bal"], "grantee": bank, "purpose": "loan",
        "until": town.world.time + DAY, "uses": 1,
    });
    assert_eq!(
        town.code(&[&wang()], "sharing.lease", arguments.clone()),
        "SHARE_GRANTEE"
    );
    let enrol =
        json!({ "authority": DATA, "code": bank, "key": key(31).public_key(), "kind": "organisation" });
    town.ok(&[&data(), &key(31)], "identity.enrol", enrol);
    arguments["until"] = json!(town.world.time + DAY);
    town.ok(&[&wang()], "sharing.lease", arguments);

    let lease = town.lease(&certificate, 1);
    for by in [away(), reviewer(), wang()] {
        let receipt = town.receipt(&[&by], "sharing.disclose", look(&lease, &["bal"]));
        assert_eq!(town.world.name(&receipt), "AUTH_MANDATE_MISSING");
        assert_eq!(receipt.outcome["access"]["allowed"], json!(false));
    }
}
