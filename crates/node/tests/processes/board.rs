//! The board of supervision over the interface of running nodes: the same figures at every node, for who may see them.

use serde_json::{Value, json};

use crate::materials::{hand_in, item_code, publish, submission};
use crate::town::{AUDIT, AWAY, HOME, Person, Town, ask_openly, code};

fn post(town: &Town, at: usize, who: &Person, grade: u8) {
    let about = json!({ "code": code(at), "purpose": "credential" });
    let principal =
        ask_openly(&town.network.nodes[at], "identity.published", &about).unwrap()["party"].clone();
    let arguments = json!({
        "grade": grade, "holder": who.party, "kind": "post", "principal": principal, "scope": ["approval.board"],
    });
    town.seal_acts(at, "identity.grant", &arguments).ok();
    town.settle();
}

#[test]
fn supervisors_read_the_same_board_at_every_node_and_a_clerk_reads_none() {
    let town = Town::start();
    publish(&town);
    let li = town.enrol("990101199003150015", AWAY);
    let supervisor = town.enrol("990101198808220020", AUDIT);
    town.settle();
    post(&town, AUDIT, &supervisor, 2);
    let application = hand_in(&town, &li, "application.json", b"{}").ok();
    let plan = hand_in(&town, &li, "plan.pdf", b"the plan").ok();
    town.act(&li, "approval.submit", &submission(&application, &plan))
        .ok();
    town.settle();

    let board = |at: usize, who: &Person, body: usize| {
        town.ask_at(at, who, "approval.board", &json!({ "for": code(body) }))
    };
    let told = board(AUDIT, &supervisor, AUDIT).unwrap();
    assert_eq!(board(HOME, &supervisor, AUDIT).unwrap(), told);
    assert_eq!(told["departments"][0]["department"], code(HOME));
    assert_eq!(told["departments"][0]["standing"]["green"], 1);
    assert_eq!(told["departments"][0]["flows"]["submitted"], 1);
    let about = json!({ "for": code(AUDIT), "item": item_code(), "version": 1 });
    let steps = town.ask(&supervisor, "approval.board_steps", &about).unwrap();
    let names: Vec<&Value> = steps["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["step"])
        .collect();
    assert_eq!(names, ["review", "propose"]);

    assert_eq!(board(HOME, &town.clerk, HOME).unwrap_err(), "POLICY_DENIED");
    assert_eq!(board(AWAY, &li, HOME).unwrap_err(), "AUTH_MANDATE_MISSING");
    let stranger = town.newcomer(AWAY);
    assert_eq!(board(AWAY, &stranger, HOME).unwrap_err(), "SESSION_FORBIDDEN");
    let path = "/api/v1/ask";
    let asked = json!({ "questions": [{ "about": { "for": code(HOME) }, "question": "approval.board" }] });
    let nobody = crate::town::call(
        &town.network.nodes[HOME],
        "POST",
        path,
        None,
        Some(&asked.to_string()),
    );
    assert_eq!(nobody.unwrap().code(), "SESSION_NEEDED");
}
