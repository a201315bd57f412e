//! The way to the mailboxes of applicants: one server that the configuration names, by SMTP (RFC 5321). No address is logged, and nothing that
//! a server says, which could repeat one.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message, SmtpTransport, Transport as _};
use thiserror::Error;
use tracing::{info, warn};
use yinxin_crypto::{Digest, HashAlgorithm};
use yinxin_types::BlockTime;

use super::letter::Letter;
use crate::config::{MailFile, MailSecurity, MailSettings};

/// Replies with which a server refuses the department, not the message: it needs or refuses a sign-in, or TLS (RFC 4954 §6). They say
/// nothing about the mailbox, so the message is tried again.
const ABOUT_US: [u16; 6] = [530, 532, 534, 535, 538, 454];

/// Why mail cannot be sent as it is configured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MailError {
    /// The address from which messages come is none.
    #[error("`desk.mail.from` is no address")]
    From,
    /// The certificate or the name of the server is none.
    #[error("the server for e-mail cannot be trusted as it is configured")]
    Trust,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The server took it.
    Taken {
        /// Whether it keeps the mailbox itself, so that the message has arrived.
        arrived: bool,
        /// Digest of what it answered.
        evidence: Digest,
    },
    /// The server refuses it for good.
    Refused,
    /// Perhaps another time.
    Later,
}

/// How often what happened.
#[derive(Debug, Default)]
struct Counts {
    refused: AtomicU64,
    again: AtomicU64,
    taken: AtomicU64,
}

/// A server, and from whom messages come.
pub(in crate::core) struct Mail {
    counts: Counts,
    pub(super) settings: MailFile,
    from: Address,
    transport: SmtpTransport,
}

impl Mail {
    /// Makes the way ready; nothing is connected yet.
    pub(in crate::core) fn open(settings: MailSettings) -> Result<Self, MailError> {
        let MailSettings {
            file,
            password,
            certificate,
        } = settings;
        let from: Address = file.from.parse().map_err(|_| MailError::From)?;
        let tls = || {
            let mut builder = TlsParameters::builder(file.host.clone());
            if let Some(pem) = &certificate {
                let certificate = Certificate::from_pem(pem).map_err(|_| MailError::Trust)?;
                builder = builder.add_root_certificate(certificate);
            }
            builder.build().map_err(|_| MailError::Trust)
        };
        let tls = match file.security {
            MailSecurity::Tls => Tls::Wrapper(tls()?),
            MailSecurity::Starttls => Tls::Required(tls()?),
            MailSecurity::None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(file.host.clone())
            .port(file.port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.domain().to_owned()))
            .timeout(Some(file.timeout()));
        if let (Some(user), Some(password)) = (&file.user, &password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.as_str().to_owned()));
        }
        Ok(Self {
            counts: Counts::default(),
            transport: builder.build(),
            settings: file,
            from,
        })
    }

    /// Sends a letter once, under an identifier by which copies of it are known as such. Waits for the server, so it runs where that holds up
    /// nothing else.
    pub(super) fn send(&self, letter: &Letter, to: &Address, id: &Digest, now: BlockTime) -> Attempt {
        let Some(message) = self.message(letter, to, id, now) else {
            return Attempt::Refused;
        };
        let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
        match self.transport.send(&message) {
            Ok(answer) => {
                count(&self.counts.taken);
                info!(message = %id, "a notice was taken by the server for e-mail");
                let said: Vec<&str> = answer.message().collect();
                let domain = to.domain();
                let mut domains = self.settings.final_domains.iter();
                Attempt::Taken {
                    arrived: domains.any(|own| own.eq_ignore_ascii_case(domain)),
                    evidence: HashAlgorithm::Sha256.hash(&[said.join("\n").as_bytes()]),
                }
            }
            Err(error) => {
                let code = error
                    .status()
                    .map(|code| code.to_string().parse::<u16>().unwrap_or_default());
                let about_us = code.is_some_and(|code| ABOUT_US.contains(&code));
                if error.is_permanent() && !about_us {
                    count(&self.counts.refused);
                    warn!(message = %id, code, "a notice was refused by the server for e-mail");
                    return Attempt::Refused;
                }
                count(&self.counts.again);
                let (late, tls) = (error.is_timeout(), error.is_tls());
                warn!(message = %id, code, late, tls, "a notice could not be handed to the server for e-mail");
                Attempt::Later
            }
        }
    }

    /// The message; none where the addresses do not make one.
    fn message(&self, letter: &Letter, to: &Address, id: &Digest, now: BlockTime) -> Option<Message> {
        let date = UNIX_EPOCH.checked_add(Duration::from_millis(now.0))?;
        let name = hex::encode(id.bytes());
        let mut message = Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, to.clone()))
            .message_id(Some(format!("<{name}@{}>", self.from.domain())))
            .date(date)
            .subject(&letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .ok()?;
        // No mailbox answers a notice by itself (RFC 3834 §5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let automatic = HeaderValue::new(automatic, "auto-generated".to_owned());
        message.headers_mut().insert_raw(automatic);
        Some(message)
    }

    /// What was counted since the node started: name, meaning, number.
    pub(in crate::core) fn counts(&self) -> [(&'static str, &'static str, u64); 3] {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        [
            (
                "yinxin_notices_taken_total",
                "Notices that the server for e-mail took",
                of(&self.counts.taken),
            ),
            (
                "yinxin_notices_refused_total",
                "Notices that it refused for good",
                of(&self.counts.refused),
            ),
            (
                "yinxin_notices_again_total",
                "Attempts after which a notice is tried again",
                of(&self.counts.again),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn settings(port: u16, security: MailSecurity) -> MailSettings {
        MailSettings {
            file: MailFile {
                host: "127.0.0.1".to_owned(),
                port,
                security,
                from: "no-reply@gov.example".to_owned(),
                portal: "https://portal.gov.example".to_owned(),
                final_domains: vec!["mail.example".to_owned()],
                user: None,
                password_file: None,
                ca_file: None,
                timeout_ms: 5_000,
                retry_ms: 1,
                attempts: 1,
            },
            password: None,
            certificate: None,
        }
    }

    /// A server that greets, has these extensions and agrees to whatever is said, once; what was said to it.
    fn heard(security: MailSecurity, extensions: &'static str) -> (Attempt, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).split(b'\n');
            let _ = stream.write_all(b"220 mail.example\r\n");
            let mut said = Vec::new();
            for line in lines.map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                let answer = match line.split(' ').next().unwrap_or_default() {
                    "EHLO" => extensions,
                    "DATA" => "354 go on\r\n",
                    "." | "MAIL" | "RCPT" | "RSET" => "250 OK\r\n",
                    "QUIT" => "221 bye\r\n",
                    _ => "",
                };
                said.push(line);
                if stream.write_all(answer.as_bytes()).is_err() {
                    break;
                }
            }
            said
        });
        let mail = Mail::open(settings(port, security)).unwrap();
        let letter = Letter {
            subject: "[1] 通知 / Notice".to_owned(),
            text: "办件编号：1\r\n.\r\nCase: 1".to_owned(),
        };
        let to = "wang@mail.example".parse().unwrap();
        let id = HashAlgorithm::Sha256.hash(&[b"one"]);
        let attempt = mail.send(&letter, &to, &id, BlockTime(1_770_685_200_000));
        drop(mail);
        (attempt, server.join().unwrap())
    }

    #[test]
    fn a_letter_is_one_message_whose_lines_end_nothing() {
        let (attempt, said) = heard(MailSecurity::None, "250-mail.example\r\n250 8BITMIME\r\n");
        assert!(
            matches!(attempt, Attempt::Taken { arrived: true, .. }),
            "{attempt:?}"
        );
        assert_eq!(said.iter().filter(|line| *line == ".").count(), 1);
        assert!(
            said.iter()
                .any(|line| line.starts_with("RCPT TO:<wang@mail.example>"))
        );
        assert!(
            said.iter().any(|line| line.starts_with("Date: Tue, 10 Feb 2026")),
            "{said:?}"
        );
    }

    #[test]
    fn without_tls_nothing_is_said_to_a_server_that_must_have_it() {
        let (attempt, said) = heard(MailSecurity::Starttls, "250-mail.example\r\n250 8BITMIME\r\n");
        assert_eq!(attempt, Attempt::Later);
        assert!(!said.iter().any(|line| line.starts_with("MAIL")), "{said:?}");
        let (attempt, said) = heard(MailSecurity::Tls, "");
        assert_eq!(attempt, Attempt::Later);
        assert!(!said.iter().any(|line| line.contains("EHLO")), "{said:?}");
    }

    #[test]
    fn a_certificate_that_is_none_opens_nothing() {
        let mut broken = settings(465, MailSecurity::Tls);
        broken.certificate = Some(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec());
        assert!(matches!(Mail::open(broken), Err(MailError::Trust)));
    }
}
