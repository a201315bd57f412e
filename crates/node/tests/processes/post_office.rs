//! A server for e-mail that a test holds in its hand: it speaks SMTP (RFC 5321) to the node and keeps what it took. What it does with a message
//! follows from the mailbox.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it took, or was offered.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The mailbox.
    pub to: String,
    /// The message, headers included.
    pub data: String,
}

/// A server.
pub struct PostOffice {
    /// Where it is.
    pub address: SocketAddr,
    taken: Arc<Mutex<Vec<Taken>>>,
    offered: Arc<Mutex<Vec<String>>>,
}

impl PostOffice {
    /// Opens a server. The mailbox `busy` is free from the third time on, to `barred` nobody may write before the third time, `gone` does not
    /// exist, and of what is sent to `silent` the first message is taken without a word.
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let office = Self {
            address: listener.local_addr().unwrap(),
            taken: Arc::default(),
            offered: Arc::default(),
        };
        let (taken, offered) = (office.taken.clone(), office.offered.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (taken, offered) = (taken.clone(), offered.clone());
                thread::spawn(move || serve(stream.unwrap(), &taken, &offered));
            }
        });
        office
    }

    /// What was taken for a mailbox.
    pub fn taken(&self, to: &str) -> Vec<Taken> {
        let taken = self.taken.lock().unwrap();
        taken.iter().filter(|one| one.to == to).cloned().collect()
    }

    /// How often a message for a mailbox was offered.
    pub fn offered(&self, to: &str) -> usize {
        self.offered
            .lock()
            .unwrap()
            .iter()
            .filter(|one| *one == to)
            .count()
    }
}

/// One connection; it ends when the other side goes.
fn serve(stream: TcpStream, taken: &Mutex<Vec<Taken>>, offered: &Mutex<Vec<String>>) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut answer = stream;
    let mut say = |text: &str| answer.write_all(format!("{text}\r\n").as_bytes()).ok();
    say("220 mail.example")?;
    let mut to = String::new();
    loop {
        let line = lines.next()?.ok()?;
        let command = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        match command.as_str() {
            "EHLO" => say("250-mail.example\r\n250 8BITMIME")?,
            "RCPT" => {
                let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
                to = inner.map(|(address, _)| address.to_owned()).unwrap_or_default();
                offered.lock().unwrap().push(to.clone());
                let times = offered.lock().unwrap().iter().filter(|one| **one == to).count();
                match to.split('@').next() {
                    Some("busy") if times < 3 => say("451 4.3.0 try again later")?,
                    Some("barred") if times < 3 => say("550 5.7.1 relaying denied")?,
                    Some("gone") => say("550 5.1.1 no such mailbox")?,
                    _ => say("250 2.1.5 OK")?,
                }
            }
            "DATA" => {
                say("354 go on")?;
                let mut data = String::new();
                loop {
                    let line = lines.next()?.ok()?;
                    if line == "." {
                        break;
                    }
                    data.push_str(line.strip_prefix('.').unwrap_or(&line));
                    data.push('\n');
                }
                let mut all = taken.lock().unwrap();
                let first = !all.iter().any(|one| one.to == to);
                all.push(Taken { to: to.clone(), data });
                drop(all);
                if !(first && to.starts_with("silent@")) {
                    say("250 2.0.0 taken as 4711")?;
                }
            }
            "QUIT" => {
                say("221 2.0.0 bye")?;
                return None;
            }
            _ => say("250 2.0.0 OK")?,
        }
    }
}
