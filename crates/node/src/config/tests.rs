//! Configuration files kept and broken, name by name.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use tempfile::TempDir;
use yinxin_crypto::SignatureAlgorithm;
use yinxin_crypto::aead::Aead;
use yinxin_crypto::keyfile::{self, Params};
use yinxin_types::{BlockTime, Limits, Member, Suite, canonical};

use super::*;

const CODES: [&str; 2] = ["12990100000001011T", "11990100000002129L"];

/// A data directory as `init` leaves it, and its configuration to be spoilt.
struct Given {
    folder: TempDir,
    file: File,
    genesis: Genesis,
}

impl Given {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys: Vec<PrivateKey> = (0..2)
            .map(|_| PrivateKey::generate(SignatureAlgorithm::Ed25519).unwrap())
            .collect();
        let members = keys.iter().zip(CODES).map(|(key, code)| Member {
            account: key.public_key(),
            code: code.parse().unwrap(),
            name: code.to_owned(),
            roles: Vec::new(),
            validator: key.public_key(),
        });
        let genesis = Genesis::new(
            "test".to_owned(),
            Suite::Intl,
            BlockTime(1),
            members.collect(),
            Limits::default(),
        )
        .unwrap();
        let params = Params::new(1024, 1, 1, Aead::Aes256Gcm).unwrap();
        fs::write(
            folder.path().join(VALIDATOR_KEY_FILE),
            keyfile::seal(&keys[0], "open", params).unwrap(),
        )
        .unwrap();
        let text = format!(
            "chain = \"{}\"\n[network]\nlisten = \"127.0.0.1:9001\"\npeers = []\n[http]\nlisten = \"127.0.0.1:8001\"\n",
            genesis.chain().unwrap(),
        );
        let mut file: File = toml::from_str(&text).unwrap();
        file.network.peers = genesis
            .members
            .iter()
            .map(|member| PeerFile {
                validator: member.validator,
                address: "127.0.0.1:9001".parse().unwrap(),
            })
            .collect();
        let given = Self {
            folder,
            file,
            genesis,
        };
        given.write_genesis(&canonical::to_bytes(&given.genesis).unwrap());
        given
    }

    fn write_genesis(&self, bytes: &[u8]) {
        fs::write(self.folder.path().join(GENESIS_FILE), bytes).unwrap();
    }

    fn write_file(&self, more: &str) {
        let text = format!("{}{more}", toml::to_string(&self.file).unwrap());
        fs::write(self.folder.path().join(CONFIG_FILE), text).unwrap();
    }

    fn load(&self) -> Result<NodeConfig, ConfigError> {
        self.write_file("");
        self.load_as_it_lies()
    }

    fn load_as_it_lies(&self) -> Result<NodeConfig, ConfigError> {
        NodeConfig::load_with(self.folder.path(), Some(Passphrase::new("open".to_owned())))
    }
}

#[test]
fn a_file_without_limits_gets_every_default() {
    let given = Given::new();
    let config = given.load().unwrap();
    assert_eq!(config.http_limits, HttpLimits::default());
    assert_eq!(config.mempool, yinxin_mempool::Limits::default());
    assert_eq!(
        (config.heartbeat, config.leader_timeout, config.clock_tolerance),
        (
            Duration::from_secs(60),
            Duration::from_secs(2),
            Duration::from_secs(5)
        )
    );
    assert_eq!(
        config.index,
        yinxin_index::Location::Sqlite {
            path: given.folder.path().join(INDEX_FILE)
        }
    );
    assert_eq!(config.peers.len(), 2);
    assert_eq!(config.genesis, given.genesis);
}

#[test]
fn what_is_written_is_what_is_read() {
    let mut given = Given::new();
    given.file.http.limits.address_rate = Some(RateFile {
        per_second: 7,
        burst: 9,
    });
    given.file.http.limits.waiting = Some(3);
    given.file.http.limits.proxies = vec!["10.0.0.1".parse().unwrap()];
    given.file.mempool.transactions = 11;
    given.file.index.postgres = Some("postgres://localhost/yinxin".to_owned());
    given.file.consensus.heartbeat_ms = 100;
    given.write_file("");
    assert_eq!(
        File::read(&given.folder.path().join(CONFIG_FILE)).unwrap(),
        given.file
    );
    let config = given.load_as_it_lies().unwrap();
    assert_eq!(
        config.http_limits.address_rate,
        yinxin_api::Rate {
            per_second: 7,
            burst: 9
        }
    );
    assert_eq!(config.http_limits.waiting, 3);
    assert_eq!(config.http_limits.streams, HttpLimits::default().streams);
    assert_eq!(config.mempool.transactions, 11);
    assert!(matches!(config.index, yinxin_index::Location::Postgres { .. }));
}

#[test]
fn an_unknown_name_is_refused_and_named() {
    let given = Given::new();
    for unknown in [
        "\n[consensus2]\nheartbeat_ms = 1\n",
        "\n[http.limit]\nwaiting = 1\n",
        "\n[[network.peers]]\nvalidator = \"x\"\n",
    ] {
        given.write_file(unknown);
        assert!(matches!(given.load_as_it_lies(), Err(ConfigError::Syntax { .. })));
    }
    given.write_file("");
    let path = given.folder.path().join(CONFIG_FILE);
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("heartbeat_ms", "heartbeet_ms");
    fs::write(&path, text).unwrap();
    let Err(ConfigError::Syntax { message, .. }) = given.load_as_it_lies() else {
        panic!("a misspelt name was taken")
    };
    assert!(message.contains("heartbeet_ms"), "{message}");
}

#[test]
fn limits_of_nothing_and_a_leader_without_time_are_refused() {
    for spoil in [
        |file: &mut File| file.http.limits.connections = Some(0),
        |file: &mut File| {
            file.http.limits.account_rate = Some(RateFile {
                per_second: 0,
                burst: 1,
            });
        },
        |file: &mut File| file.mempool.bytes = 0,
        |file: &mut File| file.consensus.clock_tolerance_ms = 0,
        |file: &mut File| file.consensus.heartbeat_ms = 0,
        |file: &mut File| file.consensus.leader_timeout_ms = MINUTE_AND_ONE,
    ] {
        let mut given = Given::new();
        spoil(&mut given.file);
        assert!(matches!(given.load(), Err(ConfigError::Value { .. })));
    }
}

const MINUTE_AND_ONE: u64 = 60_001;

#[test]
fn wallets_are_served_at_an_address_of_https_and_nothing_behind_it() {
    let check = |address: &str| {
        let mut given = Given::new();
        given.file.desk = Some(DeskFile {
            department: CODES[0].parse().unwrap(),
            materials: None,
            wallets: Some(address.to_owned()),
            mail: None,
        });
        given.file.check(given.folder.path())
    };
    for good in [
        "https://fund-a.example",
        "https://fund-a.example:8443",
        "https://10.0.0.9",
    ] {
        assert!(check(good).is_ok(), "{good}");
    }
    for wrong in [
        "",
        "fund-a.example",
        "http://fund-a.example",
        "https://",
        "https://Fund-A.example",
        "https://fund-a.example/",
        "https://fund-a.example/wallets",
        "https://fund-a.example:",
        "https://fund-a.example:0",
        "https://fund-a.example:065",
        "https://fund-a.example:99999",
        "https://user@fund-a.example",
        "https://a..example",
        "https://a.example?b",
    ] {
        let refused = check(wrong);
        let named = matches!(
            &refused,
            Err(ConfigError::Value {
                name: "desk.wallets",
                ..
            })
        );
        assert!(named, "{wrong}: {refused:?}");
    }
}

#[test]
fn the_founding_document_is_canonical_and_of_the_stated_chain() {
    let mut given = Given::new();
    let mut spaced = canonical::to_bytes(&given.genesis).unwrap();
    spaced.insert(1, b' ');
    given.write_genesis(&spaced);
    assert!(matches!(given.load(), Err(ConfigError::GenesisForm { .. })));

    given.genesis.name = "another".to_owned();
    given.write_genesis(&canonical::to_bytes(&given.genesis).unwrap());
    assert!(matches!(given.load(), Err(ConfigError::Chain { .. })));

    given.genesis.members.reverse();
    given.write_genesis(&canonical::to_bytes(&given.genesis).unwrap());
    assert!(matches!(given.load(), Err(ConfigError::Genesis { .. })));
}

#[test]
fn peers_stand_once_and_may_be_more_or_fewer_than_the_founders() {
    let mut nobody = Given::new();
    nobody.file.network.peers.clear();
    let mut twice = Given::new();
    twice.file.network.peers.push(twice.file.network.peers[0].clone());
    let other = |algorithm| {
        let mut given = Given::new();
        let mut other = given.file.network.peers[0].clone();
        other.validator = PrivateKey::generate(algorithm).unwrap().public_key();
        given.file.network.peers.push(other);
        given
    };
    for given in [nobody, twice, other(SignatureAlgorithm::Sm2)] {
        assert!(matches!(given.load(), Err(ConfigError::Peers { .. })));
    }
    let mut fewer = Given::new();
    fewer.file.network.peers.pop();
    for given in [fewer, other(SignatureAlgorithm::Ed25519)] {
        assert!(given.load().is_ok());
    }
}

#[test]
fn the_passphrase_comes_from_a_file_that_others_cannot_read() {
    let mut given = Given::new();
    given.file.passphrase_file = Some(PASSPHRASE_FILE.into());
    given.write_file("");
    let path = given.folder.path().join(PASSPHRASE_FILE);
    fs::write(&path, "open\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let load = || NodeConfig::load_with(given.folder.path(), None);
    assert!(matches!(load(), Err(ConfigError::Exposed { .. })));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    assert!(load().is_ok());
    fs::write(&path, "wrong\n").unwrap();
    assert!(matches!(
        load(),
        Err(ConfigError::Key {
            source: KeyFileError::Refused,
            ..
        })
    ));
}

#[test]
fn a_key_that_is_no_founders_is_taken_and_one_with_which_nobody_votes_is_refused() {
    for (algorithm, taken) in [
        (SignatureAlgorithm::Ed25519, true),
        (SignatureAlgorithm::Sm2, false),
    ] {
        let given = Given::new();
        let params = Params::new(1024, 1, 1, Aead::Aes256Gcm).unwrap();
        let key = PrivateKey::generate(algorithm).unwrap();
        fs::write(
            given.folder.path().join(VALIDATOR_KEY_FILE),
            keyfile::seal(&key, "open", params).unwrap(),
        )
        .unwrap();
        match given.load() {
            Ok(config) => assert!(taken && config.validator_key.public_key() == key.public_key()),
            Err(error) => assert!(!taken && matches!(error, ConfigError::KeyKind { .. }), "{error}"),
        }
    }
}

/// A change of the configuration of mail.
type Change<'a> = &'a dyn Fn(&mut MailFile);

#[test]
fn a_server_for_mail_is_named_whole_and_no_password_is_sent_in_the_open() {
    let mail = || MailFile {
        host: "mail.gov.example".to_owned(),
        port: 465,
        security: MailSecurity::Tls,
        from: "no-reply@gov.example".to_owned(),
        portal: "https://portal.gov.example".to_owned(),
        final_domains: Vec::new(),
        user: None,
        password_file: None,
        ca_file: None,
        timeout_ms: 30_000,
        retry_ms: 60_000,
        attempts: 8,
    };
    let check = |change: Change<'_>| {
        let mut given = Given::new();
        let mut changed = mail();
        change(&mut changed);
        given.file.desk = Some(DeskFile {
            department: CODES[0].parse().unwrap(),
            materials: None,
            wallets: None,
            mail: Some(changed),
        });
        match given.file.check(given.folder.path()) {
            Ok(()) => "",
            Err(ConfigError::Value { name, .. }) => name,
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(check(&|_| ()), "");
    assert_eq!(
        check(&|mail| mail.portal = "http://127.0.0.1:8600".to_owned()),
        ""
    );
    let beside = |mail: &mut MailFile| {
        mail.host = "127.0.0.1".to_owned();
        mail.security = MailSecurity::None;
    };
    assert_eq!(check(&beside), "");
    let changes: [(Change<'_>, &str); 10] = [
        (&|mail| mail.host = String::new(), "desk.mail.host"),
        (&|mail| mail.from = "nobody".to_owned(), "desk.mail.from"),
        (&|mail| mail.portal = "gov.example".to_owned(), "desk.mail.portal"),
        (
            &|mail| mail.portal = "https://gov.example/x".to_owned(),
            "desk.mail.portal",
        ),
        (&|mail| mail.security = MailSecurity::None, "desk.mail.security"),
        (&|mail| mail.user = Some("desk".to_owned()), "desk.mail.user"),
        (
            &|mail| {
                mail.user = Some("desk".to_owned());
                mail.password_file = Some("password".into());
                mail.security = MailSecurity::None;
            },
            "desk.mail.security",
        ),
        (&|mail| mail.timeout_ms = 0, "desk.mail.timeout_ms"),
        (&|mail| mail.retry_ms = 3_600_001, "desk.mail.retry_ms"),
        (&|mail| mail.attempts = 21, "desk.mail.attempts"),
    ];
    for (change, name) in changes {
        assert_eq!(check(change), name);
    }
}

#[test]
fn a_message_is_tried_for_days_where_nothing_is_said_about_it() {
    let told = r#"{"host":"h","port":25,"security":"tls","from":"a@b.example","portal":"https://b.example"}"#;
    let mail: MailFile = serde_json::from_str(told).unwrap();
    assert_eq!((mail.retry_ms, mail.attempts), (60_000, 20));
}
