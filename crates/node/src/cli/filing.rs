//! `yinxin filing`: the filing sheet of the services on a chain, to be printed and handed in, or as JSON.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use yinxin_client::http::Client;

use crate::cli::NodeAddress;
use crate::cli::console::Console;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::{Language, Words, words};
use crate::cli::records;

/// The commands of `filing`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 备案登记表:打印或输出 JSON · the filing sheet, as text or JSON
    Sheet(SheetArguments),
    /// 记录清单:摘要与六个月保存期的检查 · a manifest of logs and exports, and whether they reach back six months
    Records(records::Arguments),
}

/// Arguments of `filing sheet`.
#[derive(Debug, Args)]
pub(crate) struct SheetArguments {
    #[command(flatten)]
    node: NodeAddress,
    /// 只输出该单位的服务 · the service of this operator only
    #[arg(long, value_name = "CODE")]
    operator: Option<String>,
    /// 写入文件而不是标准输出 · write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub(super) fn run(console: &Console, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Sheet(arguments) => sheet(console, &arguments),
        Command::Records(arguments) => records::run(console, &arguments),
    }
}

fn sheet(console: &Console, arguments: &SheetArguments) -> Result<Exit, Failure> {
    let client = Client::new(&arguments.node.url);
    let chain = client
        .genesis()?
        .chain()
        .map_err(|_| Failure::answer("the genesis has no identifier"))?;
    let asked = |question: &str| json!({ "about": {}, "question": question });
    let found: Value =
        client.ask(&json!({ "questions": [asked("filing.services"), asked("filing.notice")] }))?;
    let services = found
        .pointer("/answers/0/answer/services")
        .and_then(Value::as_array);
    let services = services.ok_or_else(|| Failure::answer("the node tells of no services"))?;
    let services: Vec<&Value> = services
        .iter()
        .filter(|one| arguments.operator.is_none() || text(one, "/operator") == arguments.operator)
        .collect();
    let statement = found
        .pointer("/answers/1/answer/statement")
        .cloned()
        .unwrap_or_default();
    let document = json!({
        "chain": chain, "height": found.get("height"), "services": services, "statement": statement, "time": found.get("time"),
    });
    let written = if console.json {
        format!("{document:#}\n")
    } else {
        printed(console.language, &document, &services)
    };
    match &arguments.out {
        Some(path) => {
            std::fs::write(path, written).map_err(|error| Failure::unwritable(path, &error))?;
            let path = path.display();
            console.say(&words!("已写入 {path}", "written to {path}"));
        }
        None if console.json => console.document(&document),
        None => console.line(written.trim_end()),
    }
    Ok(Exit::Done)
}

/// The sheet as it is handed in: one line for each field.
fn printed(language: Language, document: &Value, services: &[&Value]) -> String {
    let mut lines = vec![
        words!(
            "区块链信息服务备案登记表",
            "Filing sheet of a blockchain information service"
        )
        .get(language)
        .to_owned(),
    ];
    let mut put = |words: &Words| lines.push(words.get(language).to_owned());
    let chain = text(document, "/chain").unwrap_or_default();
    let height = document.get("height").and_then(Value::as_u64).unwrap_or_default();
    put(&words!(
        "链标识:{chain},区块高度 {height}",
        "chain: {chain}, at height {height}"
    ));
    if services.is_empty() {
        put(&words!("没有登记的服务。", "No service is registered."));
    }
    for service in services {
        let of = |pointer: &str| text(service, pointer).unwrap_or_else(|| "—".to_owned());
        let (operator, name, form, domain) = (
            of("/operator"),
            of("/profile/name/zh"),
            of("/profile/form/zh"),
            of("/profile/domain"),
        );
        let (number, filed, started, changed, ends) = (
            of("/filed/number"),
            of("/filed/date"),
            of("/started"),
            of("/changed"),
            of("/stop/ends"),
        );
        put(&words!("", ""));
        put(&words!(
            "运营单位(统一社会信用代码):{operator}",
            "operator (unified social credit code): {operator}"
        ));
        put(&words!("服务名称:{name}", "name of the service: {name}"));
        put(&words!("服务形式:{form}", "form of the service: {form}"));
        put(&words!("服务网址:{domain}", "address of the service: {domain}"));
        put(&words!(
            "备案编号:{number}(备案日期 {filed})",
            "filing number: {number} (filed on {filed})"
        ));
        put(&words!(
            "开始日期:{started}  变更日期:{changed}  终止日期:{ends}",
            "started: {started}  changed: {changed}  ends: {ends}"
        ));
        let algorithms = list(service, "/profile/algorithms").filter_map(Value::as_str);
        let algorithms = algorithms.collect::<Vec<_>>().join(", ");
        put(&words!("算法:{algorithms}", "algorithms: {algorithms}"));
        for node in list(service, "/profile/nodes") {
            let (name, place) = (
                text(node, "/name").unwrap_or_default(),
                text(node, "/place").unwrap_or_default(),
            );
            put(&words!("节点:{name},{place}", "node: {name}, {place}"));
        }
        for (kind, what) in [
            ("security", words!("安全评估", "security assessment")),
            ("mlps", words!("网络安全等级保护", "graded protection")),
            (
                "crypto",
                words!("商用密码应用安全性评估", "assessment of the cryptography"),
            ),
        ] {
            let what = what.get(language);
            let of = |name: &str| of(&format!("/assessments/{kind}/{name}"));
            let (date, finding, reference, assessor) =
                (of("date"), of("finding"), of("reference"), of("assessor"));
            let grade = service
                .pointer(&format!("/assessments/{kind}/grade"))
                .and_then(Value::as_u64)
                .map(|grade| grade.to_string())
                .unwrap_or_else(|| "—".to_owned());
            put(&words!(
                "{what}:{date},{finding},等级 {grade},{assessor},{reference}",
                "{what}: {date}, {finding}, grade {grade}, {assessor}, {reference}"
            ));
        }
        for duty in list(service, "/duties") {
            let (what, date, basis) = (
                text(duty, "/duty").unwrap_or_default(),
                text(duty, "/due/date").unwrap_or_default(),
                text(duty, "/basis").unwrap_or_default(),
            );
            put(&if duty.get("overdue").and_then(Value::as_bool) == Some(true) {
                words!(
                    "待办:{what},{date} 到期,已逾期({basis})",
                    "due: {what} by {date}, overdue ({basis})"
                )
            } else {
                words!(
                    "待办:{what},{date} 到期({basis})",
                    "due: {what} by {date} ({basis})"
                )
            });
        }
    }
    put(&words!("", ""));
    let (zh, en) = (
        text(document, "/statement/zh").unwrap_or_default(),
        text(document, "/statement/en").unwrap_or_default(),
    );
    put(&words!("{zh}", "{en}"));
    lines.push(String::new());
    lines.join("\n")
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn list<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}
