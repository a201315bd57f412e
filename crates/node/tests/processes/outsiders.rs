//! Strangers at the door between nodes.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::load::{Load, assert_kept};
use crate::network::{Network, found_in, wait_for};

/// How long a flood lasts.
const FLOOD: Duration = Duration::from_secs(4);
/// Connections of a flood at a time.
const FLOODERS: usize = 24;

/// A connection from an address that is none of the members'.
async fn stranger(to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::new(127, 9, 9, 9), 0).into())?;
    socket.connect(to).await
}

/// What a plaintext client is answered until the node closes the connection; bounded in time.
async fn speak(to: SocketAddr, words: &[u8]) -> Vec<u8> {
    let mut heard = Vec::new();
    if let Ok(mut stream) = stranger(to).await {
        let _ = stream.write_all(words).await;
        let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut heard)).await;
    }
    heard
}

#[test]
fn a_node_with_the_right_chain_and_an_unknown_key_is_refused() {
    let mut network = Network::start();
    let load = Load::start(&network, 1);
    load.wait_more(4);
    // The folder of a member, taken from another network founded in the same way, with everything of this one but the key.
    let (_, others) = found_in(&network.folder().join("other"), &network.home, "intl");
    let (thief, member) = (&others[0].folder, &network.nodes[0].folder);
    let theirs = fs::read_to_string(thief.join("node.toml")).unwrap();
    let ours = fs::read_to_string(member.join("node.toml")).unwrap();
    let host = |text: &str| {
        text.split("listen = \"")
            .nth(1)
            .unwrap()
            .split(':')
            .next()
            .unwrap()
            .to_owned()
    };
    let own_host = host(&theirs);
    let listening = ours
        .lines()
        .map(|line| match line.starts_with("listen") {
            true => line.replace(&host(&ours), &own_host),
            false => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    fs::write(thief.join("node.toml"), listening).unwrap();
    fs::copy(member.join("genesis.json"), thief.join("genesis.json")).unwrap();
    let mut thief = others.into_iter().next().unwrap();
    thief.start();
    // It may be the node of a department that is about to join, so it runs; but nobody lets it in before that is decided.
    wait_for("the stranger serves", crate::network::PATIENCE, || thief.height());
    load.wait_more(24);
    assert_eq!(thief.height(), Some(0), "it gets no block from anybody");
    let log = thief.log();
    assert!(log.contains("does not vote"), "{log}");
    load.wait_more(8);
    assert_kept(&network, &load.stop());
    network.stop_all();
}

#[test]
fn a_network_of_another_genesis_at_the_same_addresses_is_refused() {
    let mut network = Network::start();
    // A node of another chain that believes the members of this one to be its peers, at their addresses.
    let (_, mut others) = found_in(&network.folder().join("other"), &network.home, "intl");
    let ours = network.nodes[0].p2p.ip().to_string();
    let stranger = &mut others[3];
    let config = stranger.folder.join("node.toml");
    let text = fs::read_to_string(&config).unwrap();
    let theirs = stranger.p2p.ip().to_string();
    let peers = text.lines().map(|line| match line.starts_with("address") {
        true => line.replace(&theirs, &ours),
        false => line.to_owned(),
    });
    fs::write(&config, peers.collect::<Vec<_>>().join("\n")).unwrap();
    stranger.start();
    let load = Load::start(&network, 1);
    load.wait_more(16);
    wait_for("the stranger serves", crate::network::PATIENCE, || {
        stranger.height()
    });
    let (height, why) = (stranger.height(), stranger.ask("why").unwrap());
    assert_eq!(height, Some(0), "it gets no block from anybody");
    assert_eq!(why["missing"].as_array().map(Vec::len), Some(3), "{why}");
    load.wait_more(8);
    assert_kept(&network, &load.stop());
    network.stop_all();
}

#[test]
fn plaintext_and_garbage_at_the_door_are_refused_and_the_chain_goes_on() {
    let mut network = Network::start();
    let doors: Vec<SocketAddr> = network.nodes.iter().map(|node| node.p2p).collect();
    let load = Load::start(&network, 1);
    load.wait_more(4);
    let before = load.count();
    let height = network.highest();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        for words in [
            &b"GET /api/v1/status HTTP/1.1\r\nhost: node\r\n\r\n"[..],
            &[0xff; 64],
            &[0; 4096],
            b"",
        ] {
            let heard = speak(doors[0], words).await;
            let text = String::from_utf8_lossy(&heard);
            assert!(
                !text.contains("HTTP/") && !text.contains("yinxin"),
                "a stranger is told something: {text}"
            );
        }
        let start = Instant::now();
        let flooders = (0..FLOODERS).map(|number| {
            let to = doors[number % doors.len()];
            tokio::spawn(async move {
                let mut byte = u8::try_from(number).unwrap();
                while start.elapsed() < FLOOD {
                    let Ok(mut stream) = stranger(to).await else {
                        continue;
                    };
                    for _ in 0..8 {
                        byte = byte.wrapping_mul(31).wrapping_add(17);
                        if stream.write_all(&[byte; 4096]).await.is_err() {
                            break;
                        }
                    }
                }
            })
        });
        for flooder in flooders.collect::<Vec<_>>() {
            flooder.await.unwrap();
        }
    });
    assert!(
        network.highest() > height && load.count() > before,
        "the chain goes on under the flood"
    );
    // A node that comes back right after the flood still finds its peers.
    network.nodes[2].kill();
    network.nodes[2].start();
    network.nodes[2].wait_height(network.highest() + 1);
    load.wait_more(8);
    assert_kept(&network, &load.stop());
    network.stop_all();
}
