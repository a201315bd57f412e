//! The folders of a network on one machine, and the ports it is reached at.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use yinxin_types::{Genesis, Suite};

use crate::cli::clock;
use crate::cli::failure::{Exit, Failure};
use crate::cli::language::words;
use crate::cli::node_lock;
use crate::config::{CONFIG_FILE, File, GENESIS_FILE, PERSONAS_FILE, read_genesis};
use crate::demo::NETWORK_NAME;
use crate::demo::departments::Example;
use crate::init::{Founder, Plan, found, make_folder};

/// Name of the file that says that a folder belongs to a demonstration, and may be deleted by one.
const MARK_FILE: &str = "demo.json";
/// The format of that file.
const MARK_FORMAT: &str = "yinxin-demo/1";
/// Name of the folder with the sample files.
pub(crate) const SAMPLES_FOLDER: &str = "samples";

/// Where the addresses for wallets end; nobody can own this domain (RFC 2606, section 2).
const WALLETS: &str = "wallets.example";

/// What the mark says.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mark {
    format: String,
    /// Codes of the departments, in their order.
    codes: Vec<String>,
}

/// One department and its data directory.
#[derive(Clone, Debug)]
pub(crate) struct Department {
    /// Full name.
    pub name: String,
    /// Unified social credit code.
    pub code: String,
    /// Data directory of its node.
    pub folder: PathBuf,
}

/// The folders of a demonstration.
#[derive(Debug)]
pub(crate) struct Folders {
    /// The folder of all.
    pub root: PathBuf,
    /// The departments, in their order.
    pub departments: Vec<Department>,
    /// The founding document.
    pub genesis: Genesis,
    /// Whether the network was there before.
    pub continued: bool,
    /// Held as long as the demonstration runs.
    _lock: fs::File,
}

impl Folders {
    /// Opens the demonstration in `root`, or founds it with the first `count` of `examples`.
    ///
    /// # Errors
    /// [`Exit::Unreadable`] where something else lies in the folder, [`Exit::Unavailable`] where a demonstration runs on it.
    pub fn open(root: &Path, examples: &[Example], count: usize, fresh: bool) -> Result<Self, Failure> {
        make_folder(root)?;
        let root = root
            .canonicalize()
            .map_err(|error| Failure::unreadable(root, &error))?;
        let lock = node_lock(&root)?;
        if fresh {
            clear(&root)?;
        }
        let mark = read_mark(&root)?;
        let complete = root.join(GENESIS_FILE).exists();
        let (codes, continued) = match mark {
            Some(mark) if complete => (mark.codes, true),
            None if !holds_anything(&root)? => {
                let chosen: Vec<Example> = examples.iter().take(count).copied().collect();
                establish(&root, &chosen)?;
                (
                    chosen.iter().map(|example| example.code.to_owned()).collect(),
                    false,
                )
            }
            _ => {
                let root = root.display();
                return Err(Failure::new(
                    Exit::Unreadable,
                    "FOLDER",
                    words!(
                        "{root} 中有其他文件,或上次建立未完成。请换一个 --data 目录;若是未完成的演示,可加 --fresh。",
                        "{root} holds something else, or a demonstration that was not founded to the end. Choose another folder for --data; for the latter, --fresh begins anew."
                    ),
                ));
            }
        };
        let genesis = read_genesis(&root.join(GENESIS_FILE))?;
        let departments = codes
            .into_iter()
            .map(|code| Department {
                name: genesis
                    .members
                    .iter()
                    .find(|member| member.code.as_str() == code)
                    .map(|member| member.name.clone())
                    .unwrap_or_default(),
                folder: root.join(&code),
                code,
            })
            .collect();
        Ok(Self {
            root,
            departments,
            genesis,
            continued,
            _lock: lock,
        })
    }

    /// Makes every node's ports usable and returns the HTTP addresses. `port` is that of the first node, the others follow; 0 chooses free
    /// ones, and without it the ports stay as they are. Ports between nodes are kept as long as nobody else has taken them.
    ///
    /// # Errors
    /// [`Exit::Unavailable`] where an HTTP port is taken.
    pub fn settle(&self, port: Option<u16>) -> Result<Vec<SocketAddr>, Failure> {
        let mut files = Vec::with_capacity(self.departments.len());
        for department in &self.departments {
            files.push(File::read(&department.folder.join(CONFIG_FILE))?);
        }
        let before = files.clone();
        // Held until all are chosen, so that none is chosen twice.
        let mut held = Vec::new();
        for (index, file) in files.iter_mut().enumerate() {
            let wanted = match port {
                None => file.http.listen,
                Some(0) => local(0),
                Some(first) => local(nth_port(first, index)?),
            };
            let listener = TcpListener::bind(wanted).map_err(|error| taken(wanted, &error))?;
            file.http.listen = listener.local_addr().map_err(|error| Failure::internal(&error))?;
            held.push(listener);
        }
        for index in 0..files.len() {
            let Some(old) = files.get(index).map(|file| file.network.listen) else {
                continue;
            };
            let listener = TcpListener::bind(old).or_else(|_| TcpListener::bind(local(0)));
            let listener = listener.map_err(|error| Failure::internal(&error))?;
            let new = listener.local_addr().map_err(|error| Failure::internal(&error))?;
            held.push(listener);
            if new != old {
                files.iter_mut().for_each(|file| move_peer(file, old, new));
            }
        }
        for ((file, before), department) in files.iter().zip(&before).zip(&self.departments) {
            if file != before {
                rewrite(&department.folder.join(CONFIG_FILE), file)?;
            }
        }
        Ok(files.iter().map(|file| file.http.listen).collect())
    }
}

/// Founds the network of the demonstration. Ports are settled when it starts.
fn establish(root: &Path, examples: &[Example]) -> Result<(), Failure> {
    let mark = Mark {
        format: MARK_FORMAT.to_owned(),
        codes: examples.iter().map(|example| example.code.to_owned()).collect(),
    };
    let path = root.join(MARK_FILE);
    let text = serde_json::to_vec_pretty(&mark).unwrap_or_default();
    fs::write(&path, text).map_err(|error| Failure::unwritable(&path, &error))?;
    let mut plan = Plan::new(
        NETWORK_NAME.to_owned(),
        Suite::Intl,
        clock::now(),
        founders(examples)?,
    );
    plan.personas = Some(Path::new("..").join(PERSONAS_FILE));
    found(&plan, root)?;
    examples
        .iter()
        .try_for_each(|example| serve_wallets(root, example))
}

/// Opens the desk of a department to wallets, at an invented address: the pages can be tried, and whoever has a wallet puts a proxy before the
/// node and its own address there.
fn serve_wallets(root: &Path, example: &Example) -> Result<(), Failure> {
    let path = root.join(example.code).join(CONFIG_FILE);
    let mut file = File::read(&path)?;
    if let Some(desk) = &mut file.desk {
        desk.wallets = Some(format!("https://{}.{WALLETS}", example.code.to_lowercase()));
    }
    rewrite(&path, &file)
}

/// Departments as founders, at addresses of this machine that are free now.
///
/// # Errors
/// Where no port is free.
pub(crate) fn founders(examples: &[Example]) -> Result<Vec<Founder>, Failure> {
    let free = free_addresses(examples.len().saturating_mul(2))?;
    examples
        .iter()
        .zip(free.chunks(2))
        .map(|(example, addresses)| match addresses {
            [p2p, http] => Ok(Founder {
                name: example.name.to_owned(),
                code: example.code.parse().map_err(|error| Failure::internal(&error))?,
                roles: example.roles.iter().map(|role| (*role).to_owned()).collect(),
                p2p: *p2p,
                http: *http,
            }),
            _ => Err(Failure::internal(&io::Error::other("too few free ports"))),
        })
        .collect()
}

/// Addresses of this machine that nobody listens on.
fn free_addresses(count: usize) -> Result<Vec<SocketAddr>, Failure> {
    let find = || -> io::Result<Vec<SocketAddr>> {
        let listeners = (0..count)
            .map(|_| TcpListener::bind(local(0)))
            .collect::<io::Result<Vec<_>>>()?;
        listeners.iter().map(TcpListener::local_addr).collect()
    };
    find().map_err(|error| Failure::internal(&error))
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

fn nth_port(first: u16, index: usize) -> Result<u16, Failure> {
    u16::try_from(index)
        .ok()
        .and_then(|index| first.checked_add(index))
        .ok_or_else(|| {
            Failure::usage(words!(
                "端口 {first} 之后没有足够的端口号,请用较小的 --port。",
                "There are not enough ports above {first}. Choose a smaller --port."
            ))
        })
}

fn taken(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(
        Exit::Unavailable,
        "PORT",
        words!(
            "端口 {address} 已被占用。请用 --port 另选,或 --port 0 自动选择。",
            "The port {address} is taken. Choose another with --port, or --port 0 for any that is free."
        ),
    )
    .caused_by(error)
}

fn move_peer(file: &mut File, old: SocketAddr, new: SocketAddr) {
    if file.network.listen == old {
        file.network.listen = new;
    }
    for peer in &mut file.network.peers {
        if peer.address == old {
            peer.address = new;
        }
    }
}

/// Replaces a configuration so that a crash leaves either the old or the new one.
fn rewrite(path: &Path, file: &File) -> Result<(), Failure> {
    let write = || -> io::Result<()> {
        let text = toml::to_string(file).map_err(io::Error::other)?;
        let beside = path.with_extension("new");
        fs::write(&beside, text)?;
        fs::set_permissions(&beside, fs::metadata(path)?.permissions())?;
        fs::rename(&beside, path)
    };
    write().map_err(|error| Failure::unwritable(path, &error))
}

fn read_mark(root: &Path) -> Result<Option<Mark>, Failure> {
    let path = root.join(MARK_FILE);
    match fs::read(&path) {
        Ok(bytes) => Ok(serde_json::from_slice(&bytes)
            .ok()
            .filter(|mark: &Mark| mark.format == MARK_FORMAT)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::unreadable(&path, &error)),
    }
}

/// Whether the folder holds anything but the lock.
fn holds_anything(root: &Path) -> Result<bool, Failure> {
    let entries = fs::read_dir(root).map_err(|error| Failure::unreadable(root, &error))?;
    Ok(entries.count() > 1)
}

/// Deletes what a demonstration made, and nothing else.
fn clear(root: &Path) -> Result<(), Failure> {
    let Some(mark) = read_mark(root)? else {
        return Ok(());
    };
    let remove = |path: PathBuf| {
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::unwritable(&path, &error)),
            _ => Ok(()),
        }
    };
    for code in &mark.codes {
        // Codes have no separators, so that nothing outside the folder can be meant.
        if code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            remove(root.join(code))?;
        }
    }
    remove(root.join(SAMPLES_FOLDER))?;
    remove(root.join(GENESIS_FILE))?;
    remove(root.join(MARK_FILE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::departments::DEPARTMENTS;

    #[test]
    fn a_second_start_finds_the_same_network_and_other_ports_when_asked() {
        let root = tempfile::tempdir().unwrap();
        let first = Folders::open(root.path(), &DEPARTMENTS, 2, false).unwrap();
        assert!(!first.continued);
        let addresses = first.settle(Some(0)).unwrap();
        let genesis = fs::read(root.path().join(GENESIS_FILE)).unwrap();
        assert_eq!(
            Folders::open(root.path(), &DEPARTMENTS, 2, false)
                .unwrap_err()
                .name,
            "RUNNING"
        );
        drop(first);

        let second = Folders::open(root.path(), &DEPARTMENTS, 3, false).unwrap();
        assert!(second.continued);
        assert_eq!(second.departments.len(), 2);
        assert_eq!(second.settle(None).unwrap(), addresses);
        assert_eq!(fs::read(root.path().join(GENESIS_FILE)).unwrap(), genesis);

        let busy = TcpListener::bind(addresses[0]).unwrap();
        assert_eq!(second.settle(None).unwrap_err().name, "PORT");
        drop(busy);

        let file = File::read(&second.departments[0].folder.join(CONFIG_FILE)).unwrap();
        assert_eq!(
            file.desk.as_ref().unwrap().wallets.as_deref(),
            Some("https://12990100000001011t.wallets.example")
        );
        let busy = TcpListener::bind(file.network.listen).unwrap();
        second.settle(None).unwrap();
        let files: Vec<File> = second
            .departments
            .iter()
            .map(|department| File::read(&department.folder.join(CONFIG_FILE)).unwrap())
            .collect();
        assert_ne!(files[0].network.listen, file.network.listen);
        assert_eq!(files[0].network.peers, files[1].network.peers);
        assert!(
            files[1]
                .network
                .peers
                .iter()
                .any(|peer| peer.address == files[0].network.listen)
        );
        drop(busy);
    }

    #[test]
    fn a_folder_with_something_else_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("thesis.txt"), "precious").unwrap();
        for fresh in [false, true] {
            assert_eq!(
                Folders::open(root.path(), &DEPARTMENTS, 1, fresh)
                    .unwrap_err()
                    .name,
                "FOLDER"
            );
        }
        assert_eq!(fs::read(root.path().join("thesis.txt")).unwrap(), b"precious");
    }

    #[test]
    fn fresh_begins_anew() {
        let root = tempfile::tempdir().unwrap();
        drop(Folders::open(root.path(), &DEPARTMENTS, 1, false).unwrap());
        let before = fs::read(root.path().join(GENESIS_FILE)).unwrap();
        let again = Folders::open(root.path(), &DEPARTMENTS, 1, true).unwrap();
        assert!(!again.continued);
        assert_ne!(fs::read(root.path().join(GENESIS_FILE)).unwrap(), before);
    }
}
