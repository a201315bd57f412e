//! `yinxin status` and `yinxin why`: one question to a node.

use serde_json::Value;
use yinxin_client::http::Client;

use crate::cli::NodeAddress;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Language, Words, words};

pub(super) fn status(console: &Console, node: &NodeAddress) -> Result<Exit, Failure> {
    let status: Value = Client::new(&node.url).get("status")?;
    console.document(&status);
    let (name, chain, suite) = (
        text(&status, "/name"),
        text(&status, "/chain"),
        text(&status, "/suite"),
    );
    let (height, hash, version) = (
        text(&status, "/height"),
        text(&status, "/hash"),
        text(&status, "/version"),
    );
    let (code, department) = (text(&status, "/node/code"), text(&status, "/node/name"));
    let (waiting, room) = (
        text(&status, "/mempool/transactions"),
        text(&status, "/mempool/limit_transactions"),
    );
    console.say(&words!("网络:{name}({suite})", "network: {name} ({suite})"));
    console.say(&words!("链标识:{chain}", "chain: {chain}"));
    console.say(&words!("高度:{height}  {hash}", "height: {height}  {hash}"));
    console.say(&words!(
        "本节点:{department}({code}),版本 {version}",
        "this node: {department} ({code}), version {version}"
    ));
    console.say(&words!(
        "待处理交易:{waiting} / {room}",
        "waiting transactions: {waiting} of {room}"
    ));
    for validator in list(&status, "/validators") {
        let (code, name) = (text(validator, "/code"), text(validator, "/name"));
        let connected = validator.get("connected").and_then(Value::as_bool) == Some(true);
        let this = validator.get("self").and_then(Value::as_bool) == Some(true);
        console.say(&if this {
            words!("  ● {name} {code}(本节点)", "  ● {name} {code} (this node)")
        } else if connected {
            words!("  ● {name} {code} 已连接", "  ● {name} {code} connected")
        } else {
            words!("  ○ {name} {code} 未连接", "  ○ {name} {code} not connected")
        });
    }
    upgrades(console, &status);
    Ok(Exit::Done)
}

/// What is decided or under way for scenarios, and whose programs have the version.
fn upgrades(console: &Console, status: &Value) {
    for scenario in list(status, "/scenarios") {
        let name = text(scenario, "/scenario");
        let (active, records) = (text(scenario, "/active"), text(scenario, "/running/records"));
        let (to, height) = (text(scenario, "/planned/to"), text(scenario, "/planned/height"));
        let running = text(scenario, "/running/to");
        if !running.is_empty() {
            console.say(&words!(
                "场景 {name}:正在由第 {active} 版迁移到第 {running} 版,已改动 {records} 条记录",
                "scenario {name}: version {active} is being migrated to version {running}, {records} records so far"
            ));
        }
        let Some(needed) = scenario.pointer("/planned/to").and_then(Value::as_u64) else {
            continue;
        };
        console.say(&words!(
            "场景 {name}:第 {active} 版,高度 {height} 起为第 {to} 版",
            "scenario {name}: version {active}, version {to} from height {height} on"
        ));
        for validator in list(status, "/validators") {
            let member = text(validator, "/name");
            let mut versions = list(validator, "/versions");
            let version = versions.find(|one| text(one, "/scenario") == name);
            let newest = version
                .and_then(|one| one.pointer("/newest"))
                .and_then(Value::as_u64);
            console.say(&match newest {
                Some(newest) if newest >= needed => words!("  ✓ {member} 已就绪", "  ✓ {member} is ready"),
                Some(_) => words!(
                    "  ✗ {member} 的程序没有该版本,届时会停止",
                    "  ✗ {member} has a program without it, and will stop"
                ),
                None => words!("  ? {member} 尚未得知", "  ? {member} was not heard"),
            });
        }
    }
}

pub(super) fn why(console: &Console, node: &NodeAddress) -> Result<Exit, Failure> {
    let why: Value = Client::new(&node.url).get("why")?;
    console.document(&why);
    let message = match console.language {
        Language::Chinese => text(&why, "/messages/zh-CN"),
        Language::English => text(&why, "/messages/en"),
    };
    console.line(&message);
    let (height, stalled, quorum) = (
        text(&why, "/height"),
        text(&why, "/stalled_ms"),
        text(&why, "/quorum"),
    );
    console.say(&words!(
        "高度 {height},距上一区块 {stalled} 毫秒,法定多数 {quorum}",
        "height {height}, {stalled} ms since the last block, quorum {quorum}"
    ));
    for validator in list(&why, "/validators") {
        let (code, name) = (text(validator, "/code"), text(validator, "/name"));
        let view = match validator.get("last_vote_view") {
            Some(Value::Number(view)) => words!("最近投票:第 {view} 轮", "last vote in view {view}"),
            _ => words!("未见投票", "no vote seen"),
        };
        let connected = validator.get("connected").and_then(Value::as_bool) == Some(true);
        let mark = if connected { "●" } else { "○" };
        let view = view.get(console.language);
        console.say(&Words::same(format!("  {mark} {name} {code}  {view}")));
    }
    Ok(Exit::Done)
}

/// A value of a document as people read it; empty where there is none. Control characters, which could lead a terminal astray, are
/// taken out.
pub(super) fn text(document: &Value, pointer: &str) -> String {
    match document.pointer(pointer) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.chars().filter(|character| !character.is_control()).collect(),
        Some(other) => other.to_string(),
    }
}

/// The elements of a list in a document; none where there is no list.
pub(super) fn list<'a>(document: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    document
        .pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_node_says_cannot_steer_the_terminal() {
        let document = json!({ "name": "甲\u{1b}[2J乙\n", "height": 7, "none": null });
        assert_eq!(text(&document, "/name"), "甲[2J乙");
        assert_eq!(text(&document, "/height"), "7");
        assert_eq!(text(&document, "/none") + &text(&document, "/absent"), "");
    }
}
