//! The demonstration as a newcomer meets it: one command, a running network, files deposited and verified, and a second start that goes on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "the helpers of a test fail it by panicking"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A demonstration that runs. Dropping it ends it, and with it its nodes, whose standard input closes.
struct Demo {
    process: Child,
    lines: BufReader<ChildStdout>,
    said: Vec<String>,
}

fn yinxin(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yinxin"));
    command
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("LANG", "en")
        .stdin(Stdio::null());
    command
}

fn run(home: &Path, arguments: &[&str]) -> Output {
    yinxin(home).args(arguments).output().unwrap()
}

/// A command that must be done; its JSON.
fn done(home: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let output = run(home, &all);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}");
    serde_json::from_str(&text).unwrap()
}

impl Demo {
    fn start(home: &Path, port: Option<&str>) -> Self {
        let mut command = yinxin(home);
        command.args(["demo", "--data", "demo"]);
        command.args(port.map(|port| ["--port", port]).into_iter().flatten());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap());
        let mut demo = Self {
            process,
            lines,
            said: Vec::new(),
        };
        demo.read_until("ready in ");
        demo
    }

    /// Reads what it says until a line begins so, and returns the rest of the line.
    fn read_until(&mut self, start: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(
                self.lines.read_line(&mut line).unwrap() > 0,
                "it ended: {:?}",
                self.said
            );
            self.said.push(line.trim_end().to_owned());
            if let Some(rest) = line.trim_end().strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }

    fn portal(&self) -> String {
        let line = self.said.iter().find_map(|line| line.strip_prefix("portal: "));
        line.unwrap().trim_end_matches('/').to_owned()
    }

    /// Ctrl-C, and how long the demonstration took to end well.
    fn interrupt(mut self) -> Duration {
        let start = Instant::now();
        let pid = self.process.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(self.process.wait().unwrap().success());
        start.elapsed()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It has ended already, unless a check above has failed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn sample(home: &Path, name: &str) -> (PathBuf, PathBuf) {
    let folder = home.join("demo/samples");
    (folder.join(format!("{name}.receipt.json")), folder.join(name))
}

#[test]
fn a_newcomer_runs_deposits_verifies_stops_and_goes_on() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let demo = Demo::start(home, Some("0"));
    let url = demo.portal();

    for name in ["提取申请-withdrawal.txt", "公告-notice.txt", "核验日志-02.csv"] {
        let (receipt, file) = sample(home, name);
        let arguments = [
            "receipt",
            "verify",
            receipt.to_str().unwrap(),
            file.to_str().unwrap(),
        ];
        assert_eq!(done(home, &arguments)["file_checked"], true, "{name}");
        fs::write(home.join("changed"), "another file").unwrap();
        let changed = run(home, &["receipt", "verify", receipt.to_str().unwrap(), "changed"]);
        assert_eq!(changed.status.code(), Some(1), "{name}");
    }

    // The open sample was challenged, and the court dismissed the challenge.
    let notice = sample(home, "公告-notice.txt").1;
    let found = done(
        home,
        &[
            "evidence",
            "search",
            "--url",
            &url,
            "--file",
            notice.to_str().unwrap(),
        ],
    );
    let entry = found["items"][0]["entry"].as_str().unwrap();
    let entry = done(home, &["evidence", "show", entry, "--url", &url]);
    assert_eq!(entry["challenges"][0]["finding"], "dismissed");

    // The same file openly twice: the first receipt is returned. Sealed, it is another entry.
    fs::write(home.join("f.txt"), "deposited by a newcomer").unwrap();
    let deposit = |more: &[&str]| {
        let mut arguments = vec!["evidence", "deposit", "f.txt", "--url", &url];
        arguments.extend(more);
        done(home, &arguments)["deposits"][0].clone()
    };
    let first = deposit(&["--open"]);
    assert_eq!(first["repeat"], false);
    fs::remove_file(home.join("f.txt.receipt.json")).unwrap();
    let second = deposit(&["--open", "--tool", "camera"]);
    assert_eq!(
        (&second["repeat"], &second["id"]),
        (&Value::from(true), &first["id"])
    );
    let third = deposit(&["--open"]);
    assert_eq!(
        (&third["repeat"], &third["id"]),
        (&Value::from(true), &first["id"])
    );
    let sealed = deposit(&["--title", "a private title"]);
    assert_ne!(sealed["entry"], first["entry"]);
    assert!(home.join("f.txt.receipt.json").exists() && home.join("f.txt.receipt.2.json").exists());

    // An entry of the newcomer's own may be linked; that of another may not.
    let own = (
        sealed["entry"].as_str().unwrap(),
        first["entry"].as_str().unwrap(),
    );
    let link = |from: &str, to: &str| {
        run(
            home,
            &[
                "evidence",
                "link",
                from,
                to,
                "--relation",
                "supplements",
                "--url",
                &url,
            ],
        )
    };
    assert!(link(own.0, own.1).status.success());
    let other = entry["entry"].as_str().unwrap();
    assert_eq!(link(other, own.0).status.code(), Some(1));

    let height = done(home, &["status", "--url", &url])["height"].as_u64().unwrap();
    let folder = home.join("demo/12990100000001011T");
    let running = run(home, &["verify", "--data", folder.to_str().unwrap()]);
    assert_eq!(running.status.code(), Some(4), "a running node is not verified");
    assert!(demo.interrupt() < Duration::from_secs(10));

    let verified = done(home, &["verify", "--data", folder.to_str().unwrap()]);
    assert_eq!(verified["status"], "verified");
    let demo = Demo::start(home, None);
    assert_eq!(demo.portal(), url);
    assert!(done(home, &["status", "--url", &url])["height"].as_u64().unwrap() >= height);
    let status = done(
        home,
        &["tx", "status", first["id"].as_str().unwrap(), "--url", &url],
    );
    assert_eq!(status["status"], "committed");
    demo.interrupt();
}

#[test]
fn a_node_that_is_killed_is_told_of_and_can_be_started_again() {
    let home = TempDir::new().unwrap();
    let home = home.path();
    let demo = Demo::start(home, Some("0"));
    let last = demo.said.iter().rev().find(|line| line.contains("pid")).unwrap();
    let mut words = last.split_whitespace().skip_while(|word| *word != "pid").skip(1);
    let (pid, folder) = (words.next().unwrap(), words.next().unwrap().to_owned());
    assert!(
        Command::new("kill")
            .args(["-KILL", pid])
            .status()
            .unwrap()
            .success()
    );
    let url = demo.portal();
    fs::write(home.join("f.txt"), "four of five go on").unwrap();
    assert_eq!(
        done(home, &["evidence", "deposit", "f.txt", "--url", &url])["deposits"][0]["repeat"],
        false
    );
    // Stopped as soon as it has started, while its parts still wait for one another: that is no failure, each time.
    for _ in 0..5 {
        let mut again = yinxin(home)
            .args(["node", "--data", &folder, "--until-stdin-closes"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(again.stderr.take().unwrap()).lines();
        assert!(log.any(|line| line.unwrap().contains("node started")));
        assert_eq!(run(home, &["node", "--data", &folder]).status.code(), Some(4));
        drop(again.stdin.take());
        let ended = again.wait().unwrap();
        let rest: Vec<String> = log.map_while(Result::ok).collect();
        assert!(ended.success(), "{ended}: {}", rest.join("\n"));
        assert!(
            !Path::new(&folder).join("failures").exists(),
            "{}",
            rest.join("\n")
        );
    }
    demo.interrupt();
}
