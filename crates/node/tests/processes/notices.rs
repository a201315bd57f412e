//! Notices by e-mail, on a network of real processes and with a real server: from the officer's request to correct to the mailbox that the
//! applicant designated, and the clock that counts from when it got there.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use yinxin_node::config::{MailFile, MailSecurity};

use crate::materials::{hand_in, publish, submission};
use crate::network::{PATIENCE, wait_for};
use crate::post_office::PostOffice;
use crate::town::{AWAY, HOME, Person, Town};

/// A town whose department at home has a server for e-mail, which keeps the mailboxes of `mail.example`.
fn start(office: &PostOffice) -> Town {
    let mail = MailFile {
        host: office.address.ip().to_string(),
        port: office.address.port(),
        security: MailSecurity::None,
        from: "no-reply@gov.example".to_owned(),
        portal: "https://portal.gov.example".to_owned(),
        final_domains: vec!["mail.example".to_owned()],
        user: None,
        password_file: None,
        ca_file: None,
        timeout_ms: 20_000,
        retry_ms: 20,
        attempts: 8,
    };
    let town = Town::start_with(|network| {
        network.nodes[HOME].configure(|file| file.desk.as_mut().unwrap().mail = Some(mail));
    });
    publish(&town);
    town
}

/// A case of a person who wants to be told at this address, and whose plan is to be corrected within ten working days.
fn to_correct(town: &Town, who: &Person, address: &str) -> String {
    let application = hand_in(town, who, "application.json", b"{}").ok();
    let plan = hand_in(town, who, "plan.pdf", address.as_bytes()).ok();
    let done = town
        .act(who, "approval.submit", &submission(&application, &plan))
        .ok();
    let case = done.outcome["case"].as_str().unwrap().to_owned();
    let contact = json!({ "email": address }).to_string();
    let contact = hand_in(town, who, "contact.json", contact.as_bytes()).ok();
    let agreed = json!({ "by": "email", "case": case, "contact": contact["material"] });
    town.act(who, "approval.serve", &agreed).ok();
    let point = json!({ "en": "Unreadable", "material": "plan", "zh": "无法辨认" });
    let asked = json!({ "case": case, "days": 10, "points": [point] });
    town.act_sealed(&town.clerk, "approval.correct", &asked).ok();
    case
}

fn told(town: &Town, who: &Person, case: &str) -> Value {
    town.ask(who, "approval.case", &json!({ "case": case })).unwrap()
}

/// Waits until something was put down about the first notice of a case.
fn put_down(town: &Town, who: &Person, case: &str) -> Value {
    wait_for("a record of the notice", PATIENCE, || {
        let told = told(town, who, case);
        told["notices"][0]["dispatches"].is_array().then_some(told)
    })
}

/// The text of a message.
fn text(data: &str) -> String {
    let (head, body) = data.split_once("\n\n").unwrap();
    let bytes = if head.to_lowercase().contains("base64") {
        STANDARD
            .decode(body.split_whitespace().collect::<String>())
            .unwrap()
    } else {
        let joined = body.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let [first, more @ ..] = rest {
            rest = more;
            match (first, more) {
                (b'=', [high, low, after @ ..]) => {
                    let digits = [*high, *low];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
                    rest = after;
                }
                _ => bytes.push(*first),
            }
        }
        bytes
    };
    String::from_utf8(bytes).unwrap()
}

fn header(data: &str, name: &str) -> String {
    let start = format!("{name}: ");
    let found = data.lines().find_map(|line| line.strip_prefix(&start));
    found.unwrap_or_else(|| panic!("no {name}: {data}")).to_owned()
}

/// Whether a file below a folder has these bytes.
fn found(folder: &std::path::Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return found(&path, bytes);
        }
        // A file may go while the node runs.
        let content = fs::read(&path).unwrap_or_default();
        content.windows(bytes.len()).any(|some| some == bytes)
    })
}

#[test]
fn a_request_to_correct_reaches_the_mailbox_and_the_period_counts_from_there() {
    let office = PostOffice::open();
    let town = start(&office);
    let li = town.enrol("990101199003150015", AWAY);
    town.settle();
    let case = to_correct(&town, &li, "li@mail.example");
    let told = put_down(&town, &li, &case);
    let notice = &told["notices"][0];
    assert_eq!(notice["served"]["how"], "email", "{notice}");
    assert_eq!(
        notice["served"]["time_ms"],
        notice["dispatches"][0]["received_ms"]
    );
    let clocks = told["clocks"].as_array().unwrap();
    let clock = clocks.iter().find(|clock| clock["kind"] == "correction").unwrap();
    assert_eq!(clock["ended"], Value::Null);

    let taken = office.taken("li@mail.example");
    assert_eq!(taken.len(), 1);
    let text = text(&taken[0].data);
    for part in [
        &case,
        "许可",
        "plan: 无法辨认",
        "plan: Unreadable",
        "10",
        &format!("https://portal.gov.example/cases/{case}"),
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(header(&taken[0].data, "Auto-Submitted"), "auto-generated");

    // A mailbox that is busy has it later; one that is not there has it never, which is seen, and starts nothing.
    let busy = to_correct(&town, &li, "busy@mail.example");
    assert_eq!(
        put_down(&town, &li, &busy)["notices"][0]["served"]["how"],
        "email"
    );
    assert_eq!(office.offered("busy@mail.example"), 3);
    // So has one to which the server let nobody write: that says nothing of the mailbox.
    let barred = to_correct(&town, &li, "barred@mail.example");
    assert_eq!(
        put_down(&town, &li, &barred)["notices"][0]["served"]["how"],
        "email"
    );
    assert_eq!(office.offered("barred@mail.example"), 3);
    let gone = to_correct(&town, &li, "gone@mail.example");
    let told = put_down(&town, &li, &gone);
    assert_eq!(told["notices"][0]["dispatches"][0]["failed"], "refused");
    assert_eq!(told["notices"][0]["served"], Value::Null);
    let clocks = told["clocks"].as_array().unwrap();
    assert!(
        clocks.iter().all(|clock| clock["kind"] != "correction"),
        "{clocks:?}"
    );
    assert_eq!(office.offered("gone@mail.example"), 1);
    // What the server only passes on has not arrived.
    let elsewhere = to_correct(&town, &li, "li@elsewhere.example");
    let told = put_down(&town, &li, &elsewhere);
    assert_eq!(told["notices"][0]["served"], Value::Null);
    assert!(told["notices"][0]["dispatches"][0].get("failed").is_none());
    // What is no address is no address, whoever handed it in.
    let nowhere = to_correct(&town, &li, "nobody\r\nRCPT TO:<x@y.example>");
    let told = put_down(&town, &li, &nowhere);
    assert_eq!(told["notices"][0]["dispatches"][0]["failed"], "no_address");

    // The address is in no file and no log of any node.
    for node in &town.network.nodes {
        assert!(!found(&node.folder, b"li@mail.example"), "{}", node.name);
        assert!(!node.log().contains("mail.example"), "{}", node.log());
    }
}

#[test]
fn what_was_sent_and_not_put_down_when_the_node_was_killed_is_sent_again_as_the_same_and_put_down_once() {
    let office = PostOffice::open();
    let mut town = start(&office);
    let li = town.enrol("990101199003150015", AWAY);
    town.settle();
    let case = to_correct(&town, &li, "silent@mail.example");
    // The server has it, and the node does not know.
    wait_for("the message", PATIENCE, || {
        (office.taken("silent@mail.example").len() == 1).then_some(())
    });
    assert_eq!(told(&town, &li, &case)["notices"][0].get("dispatches"), None);
    town.network.nodes[HOME].kill();
    town.network.nodes[HOME].start();
    town.network.nodes[HOME].wait_running();
    let told = put_down(&town, &li, &case);
    assert_eq!(told["notices"][0]["dispatches"].as_array().unwrap().len(), 1);
    assert_eq!(told["notices"][0]["served"]["how"], "email");
    let taken = office.taken("silent@mail.example");
    let ids: Vec<String> = taken.iter().map(|one| header(&one.data, "Message-ID")).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(text(&taken[0].data), text(&taken[1].data));
}
