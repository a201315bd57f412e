//! A PostgreSQL server for the time of the tests: own folder, free port, loopback only.

use crate::failure::{During, Failure};
use crate::prerequisites;
use crate::process::{self, TemporaryFolder};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

/// The user and the database of the tests.
const USER: &str = "yinxin";
const DATABASE: &str = "postgres";

/// A running server; it stops, and its folder goes, when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    server: Child,
    port: u16,
    _folder: TemporaryFolder,
}

/// The system user that the server runs as when we are root, which PostgreSQL refuses to serve.
#[derive(Debug, Clone, Copy)]
struct SystemUser {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Creates a cluster and waits until it accepts connections.
    pub fn start() -> Result<Self, Failure> {
        let programs = prerequisites::postgres_programs().ok_or_else(|| {
            Failure::new("PostgreSQL is not installed").remedy("apt-get install postgresql")
        })?;
        let folder = TemporaryFolder::new("postgres")?;
        let system_user = unprivileged()?;
        if let Some(SystemUser { user, group }) = system_user {
            chown(folder.path(), Some(user), Some(group))
                .during(|| "give the folder to `postgres`".to_owned())?;
        }
        let data = folder.path().join("data");
        let prepare = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command
                .env("LC_ALL", "C")
                .current_dir(folder.path())
                .stdin(Stdio::null());
            if let Some(SystemUser { user, group }) = system_user {
                command.uid(user).gid(group);
            }
            command
        };
        process::capture(prepare("initdb").arg("--pgdata").arg(&data).args([
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
            "--username",
            USER,
        ]))?;
        let port = free_port()?;
        let mut server = prepare("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
            .args([
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off",
                "-c",
                "lc_messages=C",
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .during(|| "start PostgreSQL".to_owned())?;
        let ready = wait_until_ready(&mut server);
        let running = Self {
            server,
            port,
            _folder: folder,
        };
        ready.map(|()| running)
    }

    /// The address in the form that drivers read.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@127.0.0.1:{}/{DATABASE}", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is the fast shutdown; should it not arrive, the server is ended the hard way: its data is thrown away.
        if process::signal(self.server.id(), "INT").is_err() {
            drop(self.server.kill());
        }
        drop(self.server.wait());
    }
}

/// Reads the server's log up to the line that says it is ready; a thread reads the rest so that the server never blocks.
fn wait_until_ready(server: &mut Child) -> Result<(), Failure> {
    let Some(log) = server.stderr.take() else {
        return Err(Failure::new("the log of PostgreSQL cannot be read"));
    };
    let mut lines = BufReader::new(log).lines().map_while(Result::ok);
    let mut seen = Vec::new();
    for line in lines.by_ref() {
        let ready = line.contains("database system is ready to accept connections");
        seen.push(line);
        if ready {
            std::thread::spawn(move || lines.for_each(drop));
            return Ok(());
        }
    }
    Err(Failure::new(format!(
        "PostgreSQL did not start:\n{}",
        seen.join("\n")
    )))
}

/// For root the ids of Debian's user `postgres`; for anybody else nothing: the server runs as he does.
fn unprivileged() -> Result<Option<SystemUser>, Failure> {
    if number_of("-u", None)? != 0 {
        return Ok(None);
    }
    Ok(Some(SystemUser {
        user: number_of("-u", Some("postgres"))?,
        group: number_of("-g", Some("postgres"))?,
    }))
}

fn number_of(kind: &str, user: Option<&str>) -> Result<u32, Failure> {
    let text = process::capture(Command::new("id").arg(kind).args(user))?;
    text.trim()
        .parse()
        .map_err(|_| Failure::new(format!("`id {kind}` did not print a number")))
}

/// A port that was free a moment ago; the server says so clearly if somebody else took it since.
fn free_port() -> Result<u16, Failure> {
    let probe = TcpListener::bind(("127.0.0.1", 0)).during(|| "find a free port".to_owned())?;
    Ok(probe
        .local_addr()
        .during(|| "read the free port".to_owned())?
        .port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpStream;

    #[test]
    fn the_server_accepts_connections_while_it_is_held_and_is_gone_afterwards() {
        if prerequisites::postgres_programs().is_none() {
            crate::say::line("skipped: PostgreSQL is not installed");
            return;
        }
        let server = Postgres::start().unwrap();
        let (port, folder) = (server.port, server._folder.path().to_owned());
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        assert!(server.url().ends_with(&format!("@127.0.0.1:{port}/postgres")));
        drop(server);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists());
    }
}
