//! A network of real processes on loopback addresses of its own, in a temporary folder.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use yinxin_client::http::Client;
use yinxin_crypto::aead::Aead;
use yinxin_crypto::{Digest, PrivateKey, PublicKey, SignatureAlgorithm};
use yinxin_node::config::{
    ACCOUNT_KEY_FILE, CONFIG_FILE, File, GENESIS_FILE, PASSPHRASE_FILE, PeerFile, VALIDATOR_KEY_FILE,
};
use yinxin_node::init::{random_passphrase, seal_with_random};
use yinxin_types::Genesis;

use crate::clock::Clock;

/// How long anything may take that is expected to happen. Far above what it takes, because the machine may be busy.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How often a condition is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A founding member: name, code and roles, invented.
pub type Seat = (&'static str, &'static str, &'static [&'static str]);

/// The four members, where a test does not choose its own.
const MEMBERS: [Seat; 4] = [
    ("甲市住房公积金管理中心", "12990100000001011T", &[]),
    ("甲市自然资源和规划局(不动产登记)", "11990100000002014E", &[]),
    ("甲市政务服务和数据管理局", "1199010000000209X4", &[]),
    ("甲市中级人民法院", "11990100000002129L", &["court"]),
];

/// One network at a time: four nodes and a load fill a small machine.
static TURN: Mutex<()> = Mutex::new(());
/// Networks founded by this process, so that each has addresses of its own.
static NETWORKS: AtomicU32 = AtomicU32::new(0);

/// Waits until `look` gives something; `what` says what was waited for where patience ends.
pub fn wait_for<T>(what: &str, patience: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < patience, "waited {patience:?} in vain: {what}");
        thread::sleep(LOOK);
    }
}

/// Runs the program with a home of its own; nothing of the caller's environment reaches it.
pub fn yinxin(home: &Path, arguments: &[&str]) -> Output {
    command(home).args(arguments).output().unwrap()
}

/// The program, in an environment of its own.
pub fn command(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yinxin"));
    command
        .env_clear()
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("TMPDIR", std::env::temp_dir())
        .stdin(Stdio::null());
    command
}

/// What a command said, for messages of tests.
pub fn said(output: &Output) -> String {
    format!(
        "{}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// One member's node.
pub struct Node {
    /// Full name of its department.
    pub name: &'static str,
    /// Its data directory.
    pub folder: PathBuf,
    /// Where its interface is.
    pub http: SocketAddr,
    /// Where its peers reach it.
    pub p2p: SocketAddr,
    log: PathBuf,
    clock: Option<Clock>,
    child: Option<Child>,
}

impl Node {
    /// Starts the process. It ends with this one, whatever happens.
    pub fn start(&mut self) {
        assert!(self.child.is_none(), "{} runs already", self.name);
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .unwrap();
        let folder = self.folder.clone();
        let mut program = command(&folder);
        if let Some(clock) = &self.clock {
            clock.rule(&mut program);
        }
        let child = program
            .args(["node", "--until-stdin-closes", "--data"])
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
    }

    /// Kills the process as a power cut would: no handler runs.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Has the node log by this filter from its next start on.
    pub fn log_by(&self, filter: &str) {
        self.configure(|file| file.log.filter = filter.to_owned());
    }

    /// Changes the node's configuration from its next start on.
    pub fn configure(&self, change: impl FnOnce(&mut File)) {
        let path = self.folder.join(CONFIG_FILE);
        let mut file = File::read(&path).unwrap();
        change(&mut file);
        fs::write(&path, toml::to_string(&file).unwrap()).unwrap();
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let pid = self.child.as_ref().unwrap().id().to_string();
        let sent = Command::new("/bin/sh")
            .args(["-c", &format!("kill -{name} {pid}")])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Stops the node by closing its standard input, and waits for its end.
    pub fn stop(&mut self) -> ExitStatus {
        drop(self.child.as_mut().unwrap().stdin.take());
        self.end(PATIENCE)
            .unwrap_or_else(|| panic!("{} does not stop:\n{}", self.name, self.log()))
    }

    /// Waits for the end of the process; `None` where it still runs when patience ends.
    pub fn end(&mut self, patience: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.ended() {
                return Some(status);
            }
            if start.elapsed() > patience {
                return None;
            }
            thread::sleep(LOOK);
        }
    }

    /// Whether the process was started and is not known to have ended.
    pub fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// How the process ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.as_mut()?.try_wait().unwrap()?;
        self.child = None;
        Some(status)
    }

    /// Everything the node logged since it was founded or [`Node::forget_log`].
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Begins a new log.
    pub fn forget_log(&self) {
        let _ = fs::remove_file(&self.log);
    }

    /// Base address of the interface.
    pub fn url(&self) -> String {
        format!("http://{}", self.http)
    }

    /// A client for the interface.
    pub fn client(&self) -> Client {
        Client::new(&self.url())
    }

    /// A document of the interface, if the node answers.
    pub fn ask(&self, path: &str) -> Option<Value> {
        self.client().get(path).ok()
    }

    /// The height the node has recorded, if it answers.
    pub fn height(&self) -> Option<u64> {
        self.ask("status")?["height"].as_u64()
    }

    /// Hash of the block at a height, if the node has it.
    pub fn hash(&self, height: u64) -> Option<String> {
        Some(
            self.ask(&format!("blocks/{height}"))?["hash"]
                .as_str()?
                .to_owned(),
        )
    }

    /// Waits until the node has recorded a height.
    pub fn wait_height(&self, height: u64) {
        let what = format!("{} at height {height}", self.name);
        wait_for(&what, PATIENCE, || self.height().filter(|found| *found >= height));
    }

    /// Waits until the node says that the chain runs.
    pub fn wait_running(&self) {
        let what = format!("{} runs; its log: {}", self.name, self.log());
        wait_for(&what, PATIENCE, || {
            (self.ask("why")?["state"] == "running").then_some(())
        });
    }

    /// Sends raw bytes to the interface and returns the status line's number and the body.
    pub fn raw(&self, request: &[u8]) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.http).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        // The node may answer and close before it has read everything.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let head = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(answer.len());
        let status = String::from_utf8_lossy(&answer[..head]);
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|number| number.parse().ok())
            .unwrap_or(0);
        (status, answer.get(head + 4..).unwrap_or_default().to_vec())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            let log = self.log();
            let from = log.char_indices().rev().nth(2_000).map_or(0, |(place, _)| place);
            eprintln!("--- end of the log of {}\n{}", self.name, &log[from..]);
        }
    }
}

/// Four nodes of one chain.
pub struct Network {
    /// The nodes, in the order of the list of members.
    pub nodes: Vec<Node>,
    /// The founding document.
    pub genesis: Genesis,
    /// Chain identifier.
    pub chain: Digest,
    /// Home of whoever runs commands against this network.
    pub home: PathBuf,
    /// Accounts of the departments whose nodes were added later.
    pub accounts: Vec<PublicKey>,
    later: Vec<PeerFile>,
    folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Network {
    /// Founds a network with `yinxin init`; no node runs yet.
    pub fn found() -> Self {
        Self::found_of("intl", &MEMBERS, None)
    }

    /// Founds a network of these members; no node runs yet.
    pub fn found_by(seats: &[Seat]) -> Self {
        Self::found_of("intl", seats, None)
    }

    /// The same, at a time in milliseconds since 1970 by a clock that can be set; the clock.
    pub fn found_at(seats: &[Seat], at: u64) -> (Self, Clock) {
        let mut network = Self::found_of("intl", seats, Some(at));
        let clock = network.nodes.iter_mut().find_map(|node| node.clock.clone());
        (network, clock.unwrap())
    }

    /// Founds a network of this suite and waits until all its nodes run.
    pub fn start_of(suite: &str) -> Self {
        let mut network = Self::found_of(suite, &MEMBERS, None);
        network.start_all();
        network
    }

    fn found_of(suite: &str, seats: &[Seat], at: Option<u64>) -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::Builder::new()
            .prefix("yinxin-processes-")
            .tempdir()
            .unwrap();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        let clock = at.map(|at| Clock::new(folder.path().join("clock"), at));
        let (genesis, nodes) = found_with(&folder.path().join("network"), &home, suite, seats, clock);
        let chain = genesis.chain().unwrap();
        Self {
            nodes,
            genesis,
            chain,
            home,
            accounts: Vec::new(),
            later: Vec::new(),
            folder,
            _turn: turn,
        }
    }

    /// Makes the data directory of one more node, with keys of its own, and adds it; it does not run yet. It knows where those before it are,
    /// and they do not know it.
    pub fn add(&mut self, name: &'static str) -> PublicKey {
        let place = self.nodes.len() + 1;
        let first = &self.nodes[0];
        let folder = first.folder.with_file_name(format!("later-{place}"));
        fs::create_dir(&folder).unwrap();
        let port = u16::try_from(place).unwrap();
        let (p2p, http) = (
            SocketAddr::new(first.p2p.ip(), 7600 + port),
            SocketAddr::new(first.http.ip(), 8600 + port),
        );
        let mut file = File::read(&first.folder.join(CONFIG_FILE)).unwrap();
        (file.network.listen, file.http.listen) = (p2p, http);
        file.network.peers.extend(self.later.iter().cloned());
        // It serves nobody's officers, so it needs no desk's keys.
        file.desk = None;
        fs::write(folder.join(CONFIG_FILE), toml::to_string(&file).unwrap()).unwrap();
        fs::copy(first.folder.join(GENESIS_FILE), folder.join(GENESIS_FILE)).unwrap();
        let passphrase = random_passphrase().unwrap();
        let validator = PrivateKey::generate(SignatureAlgorithm::Ed25519).unwrap();
        let account = PrivateKey::generate(SignatureAlgorithm::Ed25519).unwrap();
        for (name, text) in [
            (
                VALIDATOR_KEY_FILE,
                seal_with_random(&validator, &passphrase, Aead::Aes256Gcm).unwrap(),
            ),
            (
                ACCOUNT_KEY_FILE,
                seal_with_random(&account, &passphrase, Aead::Aes256Gcm).unwrap(),
            ),
            (PASSPHRASE_FILE, passphrase.as_str().to_owned()),
        ] {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        self.nodes.push(Node {
            name,
            log: first.log.with_file_name(format!("later-{place}.log")),
            folder,
            http,
            p2p,
            clock: None,
            child: None,
        });
        self.accounts.push(account.public_key());
        self.later.push(PeerFile {
            validator: validator.public_key(),
            address: p2p,
        });
        validator.public_key()
    }

    /// Founds a network and waits until all its nodes run.
    pub fn start() -> Self {
        let mut network = Self::found();
        network.start_all();
        network
    }

    /// Starts every node that does not run, and waits until all say that the chain does.
    pub fn start_all(&mut self) {
        for node in &mut self.nodes {
            if !node.runs() {
                node.start();
            }
        }
        for node in &self.nodes {
            node.wait_running();
        }
    }

    /// Stops every node.
    pub fn stop_all(&mut self) {
        for node in &mut self.nodes {
            if node.runs() {
                assert!(node.stop().success());
            }
        }
    }

    /// Kills every node.
    pub fn kill_all(&mut self) {
        self.nodes.iter_mut().for_each(Node::kill);
    }

    /// A folder for files of the test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs a command with the home of this network.
    pub fn yinxin(&self, arguments: &[&str]) -> Output {
        yinxin(&self.home, arguments)
    }

    /// The highest height any running node has.
    pub fn highest(&self) -> u64 {
        self.nodes.iter().filter_map(Node::height).max().unwrap()
    }

    /// Waits until every node has recorded what the highest has now, and asserts that all agree on every height up to there.
    pub fn agree(&self) -> u64 {
        let height = self.highest();
        for node in &self.nodes {
            node.wait_height(height);
        }
        for height in 0..=height {
            let hashes: Vec<_> = self.nodes.iter().map(|node| node.hash(height)).collect();
            assert!(
                hashes.iter().all(|hash| hash.is_some() && *hash == hashes[0]),
                "the nodes disagree at height {height}: {hashes:?}"
            );
        }
        height
    }
}

/// Founds a network under `out`, on a loopback address that no other network uses.
pub fn found_in(out: &Path, home: &Path, suite: &str) -> (Genesis, Vec<Node>) {
    found_with(out, home, suite, &MEMBERS, None)
}

fn found_with(
    out: &Path,
    home: &Path,
    suite: &str,
    seats: &[Seat],
    clock: Option<Clock>,
) -> (Genesis, Vec<Node>) {
    let number = NETWORKS.fetch_add(1, Ordering::Relaxed) % 250;
    let process = std::process::id();
    // All of 127.0.0.0/8 is this machine, so fixed ports meet nobody else's.
    let host = format!(
        "127.{}.{}.{}",
        16 + (process >> 8) % 200,
        process % 256,
        1 + number
    );
    let mut list = "name = \"甲市政务账本\"\n".to_owned();
    for (place, (name, code, roles)) in (1..).zip(seats.iter().copied()) {
        let roles = match roles {
            [] => String::new(),
            roles => format!("roles = [\"{}\"]\n", roles.join("\", \"")),
        };
        list.push_str(&format!(
            "\n[[member]]\nname = \"{name}\"\ncode = \"{code}\"\n{roles}p2p = \"{host}:760{place}\"\nhttp = \"{host}:860{place}\"\n"
        ));
    }
    let members = home.join(format!("members-{number}.toml"));
    fs::write(&members, list).unwrap();
    let mut program = command(home);
    if let Some(clock) = &clock {
        clock.rule(&mut program);
    }
    let made = program
        .args(["init", "--suite", suite, "--members"])
        .arg(&members)
        .arg("--out")
        .arg(out)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", said(&made));
    let genesis: Genesis = serde_json::from_slice(&fs::read(out.join("genesis.json")).unwrap()).unwrap();
    let nodes = (1_u16..)
        .zip(seats.iter().copied())
        .map(|(place, (name, code, _))| Node {
            name,
            folder: out.join(code),
            http: format!("{host}:{}", 8600 + place).parse().unwrap(),
            p2p: format!("{host}:{}", 7600 + place).parse().unwrap(),
            log: out.join(format!("{code}.log")),
            clock: clock.clone(),
            child: None,
        });
    (genesis, nodes.collect())
}
