//! Listening in on the links between nodes: whatever one node sends another goes through a tap that keeps every byte.
//!
//! ```text
//! node A ─► tap of B ─► node B
//!              └─► one file for each connection and direction
//! ```

use std::fs::{self, File as Kept};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use yinxin_node::config::{CONFIG_FILE, File};

use crate::network::{Network, PATIENCE, wait_for};

/// How far the port of a tap is from that of its node.
const APART: u16 = 100;
/// Bytes taken at once.
const CHUNK: usize = 64 << 10;

/// The taps of a network, one before each node.
pub struct Taps {
    folder: PathBuf,
    taps: Vec<Arc<Tap>>,
}

struct Tap {
    listen: SocketAddr,
    node: SocketAddr,
    /// Connections that go through now, and how many there ever were.
    open: AtomicUsize,
    ever: AtomicUsize,
    stop: AtomicBool,
}

impl Taps {
    /// Sets a tap before each node of a network that does not run yet: every node is told the taps as the addresses of its peers.
    pub fn set(network: &Network) -> Self {
        let folder = network.folder().join("links");
        fs::create_dir(&folder).unwrap();
        let beside = |node: SocketAddr| SocketAddr::new(node.ip(), node.port() + APART);
        for node in &network.nodes {
            let path = node.folder.join(CONFIG_FILE);
            let mut file = File::read(&path).unwrap();
            for peer in &mut file.network.peers {
                peer.address = beside(peer.address);
            }
            fs::write(&path, toml::to_string(&file).unwrap()).unwrap();
        }
        let taps = network.nodes.iter().map(|node| {
            let listener = TcpListener::bind(beside(node.p2p)).unwrap();
            Tap::open(listener, node.p2p, folder.clone())
        });
        let taps = taps.collect();
        Self { folder, taps }
    }

    /// Asserts that no byte passes the taps by: each link that ends at a node comes from its tap, and all are linked with all.
    pub fn assert_nothing_passes_by(&self) {
        let nodes = self.taps.len();
        wait_for("all links go through taps", PATIENCE, || {
            let links: Vec<(usize, usize)> = self
                .taps
                .iter()
                .map(|tap| (linked_to(tap.node), tap.open.load(Ordering::Relaxed)))
                .collect();
            let sum: usize = links.iter().map(|(links, _)| links).sum();
            let tapped = links.iter().all(|(links, open)| links == open);
            (tapped && sum >= nodes * (nodes - 1) / 2).then_some(())
        });
    }

    /// The folder of what was heard, once no node runs any more: everything is written then.
    pub fn heard(&self) -> &Path {
        wait_for("the links have ended", PATIENCE, || {
            let open = |tap: &Arc<Tap>| tap.open.load(Ordering::Acquire) > 0;
            (!self.taps.iter().any(open)).then_some(())
        });
        &self.folder
    }
}

impl Drop for Taps {
    fn drop(&mut self) {
        for tap in &self.taps {
            tap.stop.store(true, Ordering::Relaxed);
            // Wakes it up.
            let _ = TcpStream::connect(tap.listen);
        }
    }
}

impl Tap {
    fn open(listener: TcpListener, node: SocketAddr, folder: PathBuf) -> Arc<Self> {
        let tap = Arc::new(Self {
            listen: listener.local_addr().unwrap(),
            node,
            open: AtomicUsize::new(0),
            ever: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
        });
        let worker = Arc::clone(&tap);
        thread::spawn(move || worker.work(&listener, &folder));
        tap
    }

    fn work(self: &Arc<Self>, listener: &TcpListener, folder: &Path) {
        for caller in listener.incoming() {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            // Where the node is down the caller sees it hang up, and calls again.
            let (Ok(caller), Ok(called)) = (caller, TcpStream::connect(self.node)) else {
                continue;
            };
            for stream in [&caller, &called] {
                stream.set_nodelay(true).unwrap();
            }
            let number = self.ever.fetch_add(1, Ordering::Relaxed);
            let keep = |direction: &str| {
                let name = format!("{}-{number}-{direction}", self.node.port());
                Kept::create(folder.join(name)).unwrap()
            };
            let (there, back) = (keep("there"), keep("back"));
            let (answering, asked) = (called.try_clone().unwrap(), caller.try_clone().unwrap());
            self.open.fetch_add(1, Ordering::Relaxed);
            let tap = Arc::clone(self);
            thread::spawn(move || {
                let backwards = thread::spawn(move || pass(answering, asked, back));
                pass(caller, called, there);
                backwards.join().unwrap();
                tap.open.fetch_sub(1, Ordering::Release);
            });
        }
    }
}

/// Passes on what comes until either side hangs up, and then hangs up on both.
fn pass(mut from: TcpStream, mut to: TcpStream, mut kept: Kept) {
    let mut bytes = vec![0; CHUNK];
    while let Ok(count) = from.read(&mut bytes) {
        kept.write_all(&bytes[..count]).unwrap();
        if count == 0 || to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

/// How many connections the system has that end at this address.
fn linked_to(address: SocketAddr) -> usize {
    const ESTABLISHED: &str = "01";
    let SocketAddr::V4(address) = address else {
        panic!("not an address of this machine")
    };
    let ip = u32::from_ne_bytes(Ipv4Addr::octets(address.ip()));
    let local = format!("{ip:08X}:{:04X}", address.port());
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let links = table.lines().filter(|line| {
        let mut columns = line.split_whitespace().skip(1);
        columns.next() == Some(&local) && columns.nth(1) == Some(ESTABLISHED)
    });
    links.count()
}

#[test]
fn a_tap_passes_on_and_keeps_both_directions_of_a_link_and_counts_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = node.local_addr().unwrap();
    let tap = Tap::open(
        TcpListener::bind("127.0.0.1:0").unwrap(),
        address,
        folder.path().to_owned(),
    );
    let taps = Taps {
        folder: folder.path().to_owned(),
        taps: vec![tap],
    };
    let mut caller = TcpStream::connect(taps.taps[0].listen).unwrap();
    let (mut called, _) = node.accept().unwrap();
    assert_eq!(linked_to(address), 1);
    caller.write_all(b"question").unwrap();
    let mut heard = [0; 8];
    called.read_exact(&mut heard).unwrap();
    called.write_all(b"answer").unwrap();
    drop(called);
    let mut answer = String::new();
    caller.read_to_string(&mut answer).unwrap();
    assert_eq!((&heard, answer.as_str()), (b"question", "answer"));
    drop(caller);
    let there = crate::search::Needles::plain(&["question", "answer"]).found_below(taps.heard());
    assert_eq!((there.hits.len(), there.files), (2, 2), "{:?}", there.hits);
}
