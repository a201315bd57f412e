//! E-mail of a desk as `node.toml` has it: one server, which the operator names. Nothing that an applicant or another node says chooses where
//! the node connects to.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::source::Passphrase;
use super::{ConfigError, file};

/// The most bytes of a file with a certificate.
const MAX_CERTIFICATE_BYTES: u64 = 64 << 10;
/// The longest wait for the server, in milliseconds: five minutes (RFC 5321 §4.5.3.2).
const MAX_TIMEOUT_MS: u64 = 300_000;
/// The longest wait before the second attempt, in milliseconds: an hour.
const MAX_RETRY_MS: u64 = 3_600_000;
/// The most attempts.
const MAX_ATTEMPTS: u32 = 20;

/// How the connection to the server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// TLS from the first byte, as on port 465 (RFC 8314 §3.3).
    Tls,
    /// TLS after STARTTLS, without which nothing is sent (RFC 3207).
    Starttls,
    /// None: for a server on the same machine.
    None,
}

/// The server that takes the messages of a desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailFile {
    /// Name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// The address from which messages come.
    pub from: String,
    /// Where people reach the portal: `https://` or `http://`, a host and perhaps a port. Links in messages begin with it.
    pub portal: String,
    /// Domains whose mailboxes this very server keeps: what it takes for them has arrived. Of others it only passes messages on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub final_domains: Vec<String>,
    /// The name with which the desk signs in at the server. Absent: it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// File with its password, relative to the data directory or absolute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// File with one more certificate, in PEM, by which the server's is trusted, beside those of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Milliseconds that each step of a connection may take.
    #[serde(default = "timeout_ms")]
    pub timeout_ms: u64,
    /// Milliseconds before the second attempt; each further wait is twice as long.
    #[serde(default = "retry_ms")]
    pub retry_ms: u64,
    /// How often a message is tried before it counts as undeliverable: twenty times, with the waits above, are almost three days.
    #[serde(default = "attempts")]
    pub attempts: u32,
}

fn timeout_ms() -> u64 {
    30_000
}

fn retry_ms() -> u64 {
    60_000
}

fn attempts() -> u32 {
    20
}

/// What a desk needs to send, read and checked.
#[derive(Debug)]
pub struct MailSettings {
    /// The file's part.
    pub file: MailFile,
    /// The password.
    pub password: Option<Passphrase>,
    /// The further certificate, in PEM.
    pub certificate: Option<Vec<u8>>,
}

/// Whether a host is this machine, by its address or by the name that every machine has for itself.
fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl MailFile {
    /// The first name whose value is none, and what is wrong.
    pub(super) fn wrong(&self) -> Option<(&'static str, String)> {
        let origin = self
            .portal
            .strip_prefix("http://")
            .map(|rest| format!("https://{rest}"));
        if !file::is_origin(origin.as_ref().unwrap_or(&self.portal)) {
            let problem =
                "is `https://` or `http://` with a host in small letters, perhaps a port, and nothing behind";
            return Some(("desk.mail.portal", problem.to_owned()));
        }
        if self.host.is_empty() || self.host.len() > 253 || self.host.contains(char::is_whitespace) {
            return Some(("desk.mail.host", "is no host".to_owned()));
        }
        if self.from.parse::<lettre::Address>().is_err() {
            return Some(("desk.mail.from", "is no address".to_owned()));
        }
        if self.user.is_some() != self.password_file.is_some() {
            return Some((
                "desk.mail.user",
                "has a `password_file`, and none without it".to_owned(),
            ));
        }
        let open = self.security == MailSecurity::None;
        if open && (self.user.is_some() || !is_here(&self.host)) {
            return Some((
                "desk.mail.security",
                "is `none` for a server on this machine only, and where no password is sent".to_owned(),
            ));
        }
        let bounds = [
            ("desk.mail.timeout_ms", self.timeout_ms, MAX_TIMEOUT_MS),
            ("desk.mail.retry_ms", self.retry_ms, MAX_RETRY_MS),
            (
                "desk.mail.attempts",
                u64::from(self.attempts),
                u64::from(MAX_ATTEMPTS),
            ),
        ];
        let outside = bounds
            .into_iter()
            .find(|(_, value, most)| !(1..=*most).contains(value));
        outside.map(|(name, _, most)| (name, format!("is from 1 to {most}")))
    }

    /// Reads what lies beside.
    pub(super) fn settings(&self, folder: &Path) -> Result<MailSettings, ConfigError> {
        let password = match &self.password_file {
            Some(path) => Some(Passphrase::read(&folder.join(path))?),
            None => None,
        };
        let certificate = match &self.ca_file {
            Some(path) => Some(file::read_bounded(&folder.join(path), MAX_CERTIFICATE_BYTES)?),
            None => None,
        };
        Ok(MailSettings {
            file: self.clone(),
            password,
            certificate,
        })
    }

    /// How long each step may take.
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }
}
